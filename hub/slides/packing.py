"""The zip layer of the slide engine: members stay packed until somebody reads them, and are copied packed.

Most bytes of a composed deck are pictures and unchanged XML. Copying them without unpacking is what makes
composing fast and small in memory; `Packed.data()` unpacks and checks the sum when the content is wanted.
"""

import struct
import zlib
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from isal import isal_zlib

from hub.base import zips
from hub.base.errors import HubError

_STORED, _DEFLATED = 0, 8
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sHHHHHHIIIHHHHHII")
# What is packed anew is a small part of a deck. This level of ISA-L comes to the size of zlib's third in a third of the
# time. Unpacking gains nothing by it, and what comes from outside stays with zlib.
_LEVEL = 1
_RAW = -15  # bits of the window, and no header
_EPOCH = 0x0021  # 1 January 1980, the first day a zip can name: the same input gives the same bytes
_UTF8 = 0x800
_CHUNK = 1 << 16
_AT_ONCE = 1 << 20  # bytes for which room is made before they are there
_SMALL = 2048  # bytes; so few are copied sooner than looked at in place


class Packed(NamedTuple):
    """One member as it lies in a zip: `raw` bytes packed by `method`, checksum and size of the unpacked
    content.
    """

    name: str
    raw: memoryview | bytes
    method: int
    crc: int
    size: int

    def named(self, name: str) -> "Packed":
        """The same member under this name."""
        return self if self.name == name else tuple.__new__(Packed, (name, *self[1:]))

    def data(self) -> bytes:
        """The unpacked content. HubError if it is damaged."""
        content = self._whole()
        if content is None:
            raise self._damaged()
        return content

    def _whole(self) -> bytes | None:
        """The content in one go, never more than it says of itself; None if it is not what it says."""
        if self.method == _STORED:
            content = bytes(self.raw)
        else:
            try:
                content = _inflate(self.raw, self.size)
            except zlib.error:
                return None
        return content if len(content) == self.size and isal_zlib.crc32(content) == self.crc else None

    def chunks(self) -> Iterator[bytes]:
        """The unpacked content piece by piece, its sum and length checked at the end."""
        crc, length = 0, 0
        for chunk in self._unpacked():
            crc, length = isal_zlib.crc32(chunk, crc), length + len(chunk)
            if length > self.size:
                break
            yield chunk
        if crc != self.crc or length != self.size:
            raise self._damaged()

    def verify(self) -> None:
        """HubError if the content is damaged."""
        for _ in self.chunks():
            pass

    def _damaged(self) -> HubError:
        return HubError(f"文件里的“{self.name}”已损坏(校验和不符),请重新导出后再上传。", reason="bad_zip")

    def same_content(self, other: "Packed") -> bool:
        """Whether two members hold the same bytes; they are only unpacked when their packed form differs."""
        if (self.crc, self.size) != (other.crc, other.size):
            return False
        return (self.method, self.raw) == (other.method, other.raw) or self.data() == other.data()

    def _unpacked(self) -> Iterator[bytes]:
        if self.method == _STORED:
            yield bytes(self.raw)
            return
        inflate = zlib.decompressobj(-15)
        waiting: bytes | memoryview = self.raw
        try:
            while len(waiting) and not inflate.eof:
                yield inflate.decompress(waiting, _CHUNK)
                waiting = inflate.unconsumed_tail
        except zlib.error as error:
            raise HubError(f"文件里的“{self.name}”已损坏,请重新导出后再上传。", reason="bad_zip") from error


def _inflate(raw: memoryview | bytes, size: int) -> bytes:
    """Unpacked content, little more than its size. What is small can grow to some 64 MB at most, and is unpacked in one
    go. zlib.error if it is damaged.
    """
    if len(raw) <= _CHUNK and size <= _AT_ONCE:
        return zlib.decompress(raw, -15, size + 1)
    return zlib.decompressobj(-15).decompress(raw, size + 1)


def pack(name: str, data: bytes) -> Packed:
    """Pack content; what does not get smaller is stored."""
    raw = isal_zlib.compress(data, _LEVEL, _RAW)
    method = _DEFLATED if len(raw) < len(data) else _STORED
    return Packed(name, raw if method else data, method, isal_zlib.crc32(data), len(data))


def unpack(data: bytes, limits: zips.Limits) -> list[Packed]:
    """The members of a zip in the order of its table, still packed; folders left out. HubError if it breaks
    a limit.
    """
    view, make = memoryview(data), tuple.__new__
    # the constructor of a named tuple costs three times as much, and decks have hundreds of members
    found = [
        make(
            Packed,
            (
                name.replace("\\", "/"),
                (data if packed <= _SMALL else view)[at : at + packed],
                method,
                crc,
                size,
            ),
        )
        for (name, _, _, method, crc, packed, size, _), at in zips.members(data, limits)
        if name[-1] != "/"
    ]
    for member in found:
        if member.method not in (_STORED, _DEFLATED):
            raise HubError(
                f"文件里的“{member.name}”用了不支持的压缩方法,请用 PowerPoint 另存后再上传。",
                reason="bad_zip",
            )
    return found


def join(members: Iterable[Packed]) -> bytes:
    """A zip of these members in this order, the same bytes every time."""
    pieces: list[bytes | memoryview] = []
    table: list[bytes] = []
    offset = 0
    for spelled, raw, method, crc, size in members:
        name = spelled.encode()
        flags = 0 if name.isascii() else _UTF8
        shared = (flags, method, 0, _EPOCH, crc, len(raw), size, len(name), 0)
        pieces += (_LOCAL.pack(b"PK\3\4", 20, *shared), name, raw)
        table += (_CENTRAL.pack(b"PK\1\2", 20, 20, *shared, 0, 0, 0, 0, offset), name)
        offset += _LOCAL.size + len(name) + len(raw)
    directory, count = b"".join(table), len(table) // 2
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0)
    return b"".join([*pieces, directory, end])
