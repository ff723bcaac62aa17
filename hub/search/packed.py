"""Arrays in one file that is read as it is: what was worked out once need not be worked out at every start. It is read
and not mapped, because a mapped file that somebody cuts off meanwhile would end the process.

The file begins with our mark, the length of the head and its checksum; the head is JSON and says what stands where, and
the checksum of the rest. Nothing in it is ever run: it holds numbers and texts. It is a cache of what lies beside it,
so whoever cannot read it, for whatever reason, makes it anew. *Strings* are a list of texts as one array of bytes and
one of places, which are decoded one by one when they are asked for.
"""

import json
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any, overload

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
MARK = b"hub.arrays.1\n"
_HEAD = struct.Struct("!II")
_STEP = 16
_KINDS = frozenset("biuf")


class Strings(Sequence[str]):
    """Strings that lie one after the other; the bytes of number n go from `places[n]` to `places[n + 1]`."""

    def __init__(self, places: Array, data: Array) -> None:
        """Take the arrays as they are."""
        self.places, self.data = places, data

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Strings":
        """These strings."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        places = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(text) for text in encoded], out=places[1:])
        return cls(places, np.frombuffer(b"".join(encoded), np.uint8))

    def __len__(self) -> int:
        """How many there are."""
        return len(self.places) - 1

    @overload
    def __getitem__(self, number: int) -> str: ...
    @overload
    def __getitem__(self, number: slice) -> list[str]: ...
    def __getitem__(self, number: int | slice) -> str | list[str]:
        """One of them, or some."""
        if isinstance(number, slice):
            return [self[one] for one in range(*number.indices(len(self)))]
        at = range(len(self))[number]
        return self.data[self.places[at] : self.places[at + 1]].tobytes().decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        """All of them, with one look at the bytes."""
        data, start = self.data.tobytes(), 0
        for end in self.places[1:].tolist():
            yield data[start:end].decode("utf-8", "surrogatepass")
            start = end


def write(path: Path, arrays: Mapping[str, Array], said: object) -> None:
    """Put the arrays and what is to be `said` of them (JSON) into a file, at once or not at all. What stops it, a full
    disk for one, is nobody's trouble: the file is only a cache.
    """
    rows, at, sum_ = [], 0, 0
    blocks: list[bytes] = []
    for name, array in arrays.items():
        data = np.ascontiguousarray(array).tobytes()
        data += b"\0" * (-len(data) % _STEP)
        rows.append([name, array.dtype.str, list(array.shape), at])
        blocks.append(data)
        at += len(data)
        sum_ = zlib.crc32(data, sum_)
    head = json.dumps({"arrays": rows, "size": at, "sum": sum_, "said": said}, ensure_ascii=True).encode()
    head += b" " * (-(len(MARK) + _HEAD.size + len(head)) % _STEP)
    beside = path.with_name(f"{path.name}.{token_hex(4)}.new")
    with suppress(OSError):
        try:
            with beside.open("wb") as file:
                file.writelines([MARK, _HEAD.pack(len(head), zlib.crc32(head)), head, *blocks])
            beside.replace(path)
        finally:
            beside.unlink(missing_ok=True)


def read(path: Path) -> tuple[dict[str, Array], Any] | None:
    """What `write` put there; None when it is missing or not whole."""
    try:
        data = path.read_bytes()
        start = len(MARK) + _HEAD.size
        length, sum_ = _HEAD.unpack_from(data, len(MARK))
        head = data[start : start + length]
        if data[: len(MARK)] != MARK or zlib.crc32(head) != sum_:
            return None
        said = json.loads(head)
        body = memoryview(data)[start + length :]
        if len(body) != said["size"] or zlib.crc32(body) != said["sum"]:
            return None
        return {row[0]: _array(body, row) for row in said["arrays"]}, said["said"]
    except (OSError, ValueError, TypeError, KeyError, struct.error):
        return None


def _array(body: memoryview, row: Sequence[Any]) -> Array:
    """An array of numbers where the head says; ValueError where it would reach beyond the file."""
    _, kind, shape, at = row
    dtype = np.dtype(kind)
    if dtype.kind not in _KINDS:
        raise ValueError(f"{kind} is no number")
    count = int(np.prod(shape, dtype=np.int64))
    return np.frombuffer(body, dtype, count, at).reshape(shape)
