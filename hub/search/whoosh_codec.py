"""How our Whoosh index keeps postings: as arrays of whole numbers, ready for numpy.

Whoosh lets a *codec* decide the form of a segment. Ours keeps Whoosh's segments, term index and columns, and
writes the postings of a term as one block of arrays instead of pickled tuples: decoding is a copy, nothing
is unpickled, and a reader moves no shared position. The block is

    head     number of postings (u32), bytes of a row step (u8), bytes of a weight (u8), bytes of a mask (u8)
    rows     the first row, then the steps to the next ones
    weights  quarters, one for all when the size is 0 (then u16 follows the head)
    masks    field bits, one for all when the size is 0 (then u8 follows)
"""

import struct
from array import array
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3TermInfo
from whoosh.columns import VarBytesColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.formats import Existence
from whoosh.matching import ListMatcher

from hub.search.corpus import Postings
from hub.search.indexing import Column

_HEAD = struct.Struct("<IBBB")
_ONE = struct.Struct("<HB")
_FEW = 24
_STEPS = {1: np.uint8, 2: np.uint16, 4: np.uint32}
ALL_FIELDS = 255


def pack_postings(column: Column) -> bytes:
    """The block of a gathered term."""
    if len(column.rows) <= _FEW:
        return _pack_few(column)
    rows = np.array(column.rows, dtype=np.int64)
    steps = np.diff(rows, prepend=0)
    step_size = next(size for size, top in ((1, 255), (2, 65_535), (4, 1 << 32)) if int(steps.max()) <= top)
    weights = np.array(column.weights, dtype=np.uint16)
    weight_size = 0 if (weights == weights[0]).all() else 1 if int(weights.max()) <= ALL_FIELDS else 2
    masks = np.array(column.masks or [ALL_FIELDS], dtype=np.uint8)
    mask_size = 0 if (masks == masks[0]).all() else 1
    parts = [
        _HEAD.pack(len(rows), step_size, weight_size, mask_size),
        _ONE.pack(int(weights[0]), int(masks[0])),
    ]
    parts.append(steps.astype(_STEPS[step_size]).tobytes())
    if weight_size:
        parts.append(weights.astype(_STEPS[weight_size]).tobytes())
    if mask_size:
        parts.append(masks.tobytes())
    return b"".join(parts)


def _pack_few(column: Column) -> bytes:
    """The same block without the cost of numpy: most terms stand in few documents."""
    rows = column.rows
    steps = array("I", [rows[0], *(after - before for before, after in pairwise(rows))])
    masks = column.masks or array("B", [ALL_FIELDS]) * len(rows)
    head = _HEAD.pack(len(rows), 4, 2, 1) + _ONE.pack(0, 0)
    return b"".join((head, _little(steps), _little(column.weights), masks.tobytes()))


def _little(numbers: "array[int]") -> bytes:
    if np.little_endian:
        return numbers.tobytes()
    swapped = array(numbers.typecode, numbers)
    swapped.byteswap()
    return swapped.tobytes()


def unpack_postings(block: bytes) -> Postings:
    """The postings of a block; ValueError when it is not one."""
    if len(block) < _HEAD.size + _ONE.size:
        raise ValueError("a block of postings is too short")
    count, step_size, weight_size, mask_size = _HEAD.unpack_from(block)
    weight, mask = _ONE.unpack_from(block, _HEAD.size)
    place = _HEAD.size + _ONE.size
    if (step_size, mask_size) not in _SIZES or len(block) != place + count * (
        step_size + weight_size + mask_size
    ):
        raise ValueError("a block of postings has another length than its head says")
    rows = np.cumsum(_numbers(block, place, count, step_size), dtype=np.int32)
    place += count * step_size
    weights = _numbers(block, place, count, weight_size) if weight_size else np.full(count, weight, np.uint16)
    place += count * weight_size
    masks = _numbers(block, place, count, 1) if mask_size else np.full(count, mask, np.uint8)
    return Postings(rows, weights.astype(np.float32) / np.float32(4), masks)


_SIZES = {(step, mask) for step in _STEPS for mask in (0, 1)}


def _numbers(block: bytes, place: int, count: int, size: int) -> npt.NDArray[Any]:
    kind = np.dtype(_STEPS[size]).newbyteorder("<")
    return np.frombuffer(block, kind, count, place).astype(_STEPS[size], copy=False)


class ArrayPostingsWriter(base.PostingsWriter):  # type: ignore[misc]
    """Takes postings one by one, as Whoosh hands them over, and writes the block at the end of the term."""

    def __init__(self, file: Any) -> None:
        """`file` is Whoosh's postings file."""
        self._file = file
        self._info: Any = None
        self._column = Column(array("I"), array("H"), array("B"))

    def start_postings(self, format_: Any, terminfo: Any) -> None:
        """Begin a term."""
        del format_
        self._info = terminfo
        self._column = Column(array("I"), array("H"), array("B"))

    def add_posting(self, id_: int, weight: float, vbytes: bytes, length: int | None = None) -> None:
        """One posting: row, occurrences, and the field mask as one byte."""
        del length
        self._column.rows.append(id_)
        self._column.weights.append(round(weight * 4))
        self._column.masks.append(vbytes[0] if vbytes else ALL_FIELDS)

    def take(self, column: Column) -> None:
        """All postings of the term at once."""
        self._column = column

    def finish_postings(self) -> Any:
        """Write the block and say where it is."""
        column, info = self._column, self._info
        start = self._file.tell()
        self._file.write(pack_postings(column))
        info.set_extent(start, self._file.tell() - start)
        info._df = len(column.rows)  # noqa: SLF001 - the codec is where these are set
        info._weight = float(sum(column.weights)) / 4  # noqa: SLF001
        info._maxweight = float(max(column.weights)) / 4  # noqa: SLF001
        info._minid, info._maxid = column.rows[0], column.rows[-1]  # noqa: SLF001
        return info

    def written(self) -> bool:
        """Nothing is written before the term is finished."""
        return False


class ArrayFieldWriter(W3FieldWriter):  # type: ignore[misc]
    """Whoosh's writer of terms, which also takes a whole term at once."""

    def add_term(self, text: str, column: Column) -> None:
        """One term with all its postings; terms come in rising order."""
        self.start_term(text.encode())
        self._postwriter.take(column)
        self.finish_term()


class ArrayCodec(W3Codec):  # type: ignore[misc]
    """Whoosh's third codec with array postings."""

    length_stats = False

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> ArrayPostingsWriter:  # noqa: FBT001, FBT002
        """Used by Whoosh for every field."""
        del byteids
        return ArrayPostingsWriter(dbfile)

    def field_writer(self, storage: Any, segment: Any) -> ArrayFieldWriter:
        """Used by Whoosh for a new segment."""
        return ArrayFieldWriter(self, storage, segment)

    def postings_reader(
        self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None
    ) -> Any:
        """Whoosh's own view of the postings, so that its tools can read our index."""
        offset, length = terminfo.extent()
        length = length[0] if isinstance(length, tuple) else length  # as this release of Whoosh leaves it
        postings = unpack_postings(dbfile.get(offset, length))
        values = [bytes((mask,)) for mask in postings.masks.tolist()]
        rows, weights = postings.rows.tolist(), postings.weights.tolist()
        return ListMatcher(rows, weights, values, format_, scorer=scorer, term=term, terminfo=terminfo)


class TermField(FieldType):  # type: ignore[misc]
    """A field whose terms come analysed."""

    def __init__(self) -> None:
        """Neither analysed nor scored by Whoosh."""
        super().__init__(Existence(), None)


def schema() -> Schema:
    """The schema of our index: two fields of terms and three columns of bytes."""
    return Schema(
        words=TermField(),
        characters=TermField(),
        facts=COLUMN(VarBytesColumn()),
        plain=COLUMN(VarBytesColumn()),
        stored=COLUMN(VarBytesColumn()),
    )


COLUMNS = ("facts", "plain", "stored")
INFO = W3TermInfo._struct  # noqa: SLF001 - the codec is where the form of a term's entry is known
EXTENT = struct.Struct("!qi")
