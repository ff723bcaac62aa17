"""Looks at a zip's table of contents before anything parses it, and refuses what could hurt.

A *member* is one file in the zip. The sizes judged here are the ones the table of contents claims; Python
never inflates a member beyond its claimed size, and `hub.slides.package` checks each member's sum when it
reads it.
"""

import io
import re
import struct
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import repeat
from operator import attrgetter
from pathlib import Path
from typing import IO, Any, NamedTuple

from hub.base.errors import HubError

_LOCAL_HEADER = 30
_ENCRYPTED = 0x1
_VERSION = 63  # of the format: what `zipfile` reads
_LARGE = 0xFFFFFFFF  # stands for a size that is told elsewhere
_HEADER = struct.Struct("<4s22xHH")
_ENTRY = struct.Struct("<4s2xHHH4xIIIH6s6xI")
_NOTHING = bytes(6)  # no extra fields, no comment, and the first disk
_END = struct.Struct("<4sHHHHIIH")
_DRIVE = re.compile(r"^[A-Za-z]:")
_MAKE = tuple.__new__

Local = tuple[
    bytes, int, int
]  # of a member's own header: signature, lengths of its name and of its extra fields


@dataclass(frozen=True)
class Limits:
    """What a zip may be. `unpacked` in bytes; `ratio` = unpacked / packed, judged only above `ratio_from`
    bytes.
    """

    unpacked: int = 1_000_000_000
    ratio: int = 100
    members: int = 10_000
    ratio_from: int = 10_000_000


DEFAULT = Limits()


class Member(NamedTuple):
    """A line of a zip's table of contents: `name` as written, `filename` with slashes and nothing behind a
    zero byte; `packed` and `size` in bytes; `header` is where the member's own header lies.
    """

    filename: str
    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    header: int


_NAME, _FLAGS = attrgetter("name"), attrgetter("flags")
_SIZE, _PACKED, _PLACE = attrgetter("size"), attrgetter("packed"), attrgetter("header")


def open_checked(source: bytes | Path | IO[bytes], limits: Limits = DEFAULT) -> zipfile.ZipFile:
    """Open a zip that keeps within `limits`; else HubError with the reason. The caller closes it."""
    file = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OverflowError) as error:
        raise HubError(
            "文件不完整或已损坏:读不出压缩包的目录,请重新导出后再上传。", reason="bad_zip"
        ) from error
    try:
        check(archive, limits)
    except BaseException:
        archive.close()
        raise
    return archive


def check(archive: zipfile.ZipFile, limits: Limits = DEFAULT) -> None:
    """Raise HubError if the open zip breaks a limit, hides members, is encrypted or names files outside
    itself.
    """
    file = archive.fp
    if file is None:
        raise ValueError("the zip is closed")

    def local(place: int) -> Local:
        file.seek(place)
        return _HEADER.unpack(file.read(_LOCAL_HEADER))

    _check([_member(info) for info in archive.infolist()], archive.start_dir, local, limits)


def members(data: bytes, limits: Limits = DEFAULT) -> Iterator[tuple[Member, int]]:
    """Every member of a zip that keeps within `limits`, and where its packed bytes begin in `data`; else
    HubError with the reason.

    A table without any peculiarity, as Office writes it, is read here, many times faster; every other one
    by `zipfile`.
    """
    found = _plain_table(data)
    if found is None:
        with open_checked(data, limits) as archive:
            table, end = [_member(info) for info in archive.infolist()], archive.start_dir
    else:
        table, end = found
    starts = _check(table, end, partial(_HEADER.unpack_from, data), limits)
    return zip(table, map(starts.__getitem__, map(_PLACE, table)), strict=True)


def _member(info: zipfile.ZipInfo) -> Member:
    return Member(
        *(info.filename, info.orig_filename, info.flag_bits, info.compress_type, info.CRC),
        *(info.compress_size, info.file_size, info.header_offset),
    )


def _plain_table(data: bytes) -> tuple[list[Member], int] | None:
    """The table of contents of a zip of the simplest form, and where it begins.

    None where there is anything that two readers could take differently: a comment, extra fields, large
    sizes, several disks, bytes before, between or behind.
    """
    end = len(data) - _END.size
    if end < 0:
        return None
    signature, disk, table_disk, here, count, size, start, comment = _END.unpack_from(data, end)
    if (
        signature != b"PK\5\6"
        or (disk, table_disk, comment) != (0, 0, 0)
        or here != count
        or start + size != end
    ):
        return None
    table = _plain_members(data, start, end, count)
    return None if table is None else (table, start)


def _plain_members(data: bytes, place: int, end: int, count: int) -> list[Member] | None:
    """The `count` lines of a table from `place` to `end`; read line by line, judged column by column."""
    found, lines = list[str](), list[tuple[Any, ...]]()
    try:
        for _ in range(count):
            lines.append(_ENTRY.unpack_from(data, place))
            name = place + _ENTRY.size
            place = name + lines[-1][7]
            found.append(str(data[name:place], "ascii"))
    except (struct.error, UnicodeDecodeError):
        return None
    if place != end or not count:
        return None
    signatures, versions, flags, methods, sums, packed, sizes, _, oddities, headers = zip(*lines, strict=True)
    if set(signatures) != {b"PK\1\2"} or set(oddities) != {_NOTHING} or max(versions) > _VERSION:
        return None
    if _LARGE in (max(packed), max(sizes), max(headers)):
        return None
    # the constructor of a named tuple costs three times as much, and decks have hundreds of members
    rows = zip(found, found, flags, methods, sums, packed, sizes, headers, strict=True)
    return [*map(_MAKE, repeat(Member), rows)]


def _check(
    table: Sequence[Member], end: int, local: Callable[[int], Local], limits: Limits
) -> dict[int, int]:
    """Where the packed bytes of each member begin, by the place of its own header."""
    _check_amounts(table, limits)
    _check_names(table)
    if any(flags & _ENCRYPTED for flags in set(map(_FLAGS, table))):
        raise HubError("压缩包里有加密的文件,请去掉密码后再上传。", reason="encrypted")
    return _check_overlap(table, end, local)


def _check_amounts(table: Sequence[Member], limits: Limits) -> None:
    if len(table) > limits.members:
        raise HubError(
            f"压缩包里有 {len(table)} 个文件,超过上限 {limits.members} 个,请拆分后再上传。",
            reason="members",
        )
    unpacked = sum(map(_SIZE, table))
    if unpacked > limits.unpacked:
        raise HubError(
            f"解压后有 {unpacked / 1e6:.0f} MB,超过上限 {limits.unpacked / 1e6:.0f} MB,请缩小后再上传。",
            reason="unpacked",
        )
    packed = sum(map(_PACKED, table))
    if unpacked > limits.ratio_from and unpacked > limits.ratio * max(packed, 1):
        raise HubError(
            f"解压后是压缩前的 {unpacked // max(packed, 1)} 倍,超过上限 {limits.ratio} 倍,已拒绝。",
            reason="ratio",
        )


def _check_names(table: Sequence[Member]) -> None:
    seen: set[str] = set()
    written = [*map(_NAME, table)]
    if len(set(written)) == len(written) and not any(map(leads_outside, written)):
        return
    for name in written:
        if leads_outside(name):
            raise HubError(f"压缩包里的文件名“{name[:80]!a}”指向压缩包之外,已拒绝。", reason="traversal")
        if name in seen:
            raise HubError(f"压缩包里有两个同名文件“{name[:80]}”,无法判断用哪一个。", reason="duplicate")
        seen.add(name)


@lru_cache(4096)  # names are much alike from zip to zip
def leads_outside(name: str) -> bool:
    """Whether a member's name would leave the folder it is unpacked in, or is no name at all."""
    path = name.replace("\\", "/")
    return (
        not path
        or path.startswith("/")
        or "\0" in path
        or ".." in path.split("/")
        or bool(_DRIVE.match(path))
    )


def _check_overlap(table: Sequence[Member], end: int, local: Callable[[int], Local]) -> dict[int, int]:
    end_of_last = 0
    starts: dict[int, int] = {}
    for member in sorted(table, key=_PLACE):
        _, _, _, _, _, packed, _, place = member
        if place < end_of_last:
            raise HubError("压缩包里的文件互相重叠,像是压缩炸弹,已拒绝。", reason="overlap")
        try:
            signature, name, extra = local(place)
        except struct.error as error:  # the file ends before
            raise _damaged(member) from error
        if signature != b"PK\3\4":
            raise _damaged(member)
        starts[place] = start = place + _LOCAL_HEADER + name + extra
        end_of_last = start + packed
    if end_of_last > end:
        raise HubError("压缩包里的文件与目录重叠,文件已损坏或被改动,已拒绝。", reason="overlap")
    return starts


def _damaged(member: Member) -> HubError:
    return HubError(f"压缩包里的“{member.filename[:80]}”已损坏,请重新导出后再上传。", reason="bad_zip")
