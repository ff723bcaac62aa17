"""How our Whoosh index keeps postings: as arrays of whole numbers, ready for numpy.

Whoosh lets a *codec* decide the form of a segment. Ours keeps Whoosh's segments, term index and columns, and
writes the postings of a term as one block of arrays instead of pickled tuples: decoding is a copy, nothing
is unpickled, and a reader moves no shared position. The block is

    head     number of postings (u32); bytes of a row step, of a weight and of a mask (u8 each); the weight (u32) and
             the mask (u8) that all share where the size is 0
    rows     the first row, then the steps to the next ones
    weights  quarters
    masks    field bits

or, for a few postings, the head with a step of 8 bytes and the postings as they were gathered.
"""

import struct
import sys
from array import array
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3TermInfo
from whoosh.columns import VarBytesColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.formats import Existence
from whoosh.matching import ListMatcher

from hub.search.corpus import Postings
from hub.search.indexing import ALL_FIELDS, QUARTERS_SHIFT, ROW_SHIFT
from hub.search.segments import postings_of

_HEAD = struct.Struct("<IBBBIB")
_NUMBER = struct.Struct("!H")
_FEW = 24
_STEPS = {1: np.uint8, 2: np.uint16, 4: np.uint32}
_GATHERED = 8
_TOPS = ((1, 1 << 8), (2, 1 << 16), (4, 1 << 32))


def pack_postings(column: "array[int]") -> bytes:
    """The block of a gathered term. Few postings stay as they were gathered: most terms stand in few
    documents.
    """
    if len(column) <= _FEW:
        return _HEAD.pack(len(column), _GATHERED, 0, 0, 0, 0) + _little(column)
    gathered = np.frombuffer(column, np.uint64).astype(np.int64)
    steps = np.diff(gathered >> ROW_SHIFT, prepend=0)
    weights = (gathered >> QUARTERS_SHIFT) & 0xFFFFFF
    masks = gathered & ALL_FIELDS
    step_size = _size(int(steps.max()))
    weight_size = 0 if (weights == weights[0]).all() else _size(int(weights.max()))
    mask_size = 0 if (masks == masks[0]).all() else 1
    head = _HEAD.pack(len(column), step_size, weight_size, mask_size, int(weights[0]), int(masks[0]))
    parts = ((steps, step_size), (weights, weight_size), (masks, mask_size))
    return head + b"".join(numbers.astype(_kind(size)).tobytes() for numbers, size in parts if size)


def _size(top: int) -> int:
    return next(size for size, bound in _TOPS if top < bound)


def _kind(size: int) -> "np.dtype[Any]":
    return np.dtype(_STEPS[size]).newbyteorder("<")


def _little(numbers: "array[int]") -> bytes:
    if sys.byteorder == "little":
        return numbers.tobytes()
    swapped = array(numbers.typecode, numbers)
    swapped.byteswap()
    return swapped.tobytes()


def unpack_postings(block: bytes) -> Postings:
    """The postings of a block; ValueError when it is not one."""
    if len(block) < _HEAD.size:
        raise ValueError("a block of postings is too short")
    count, step_size, weight_size, mask_size, weight, mask = _HEAD.unpack_from(block)
    if len(block) != _HEAD.size + count * (step_size + weight_size + mask_size):
        raise ValueError("a block of postings has another length than its head says")
    if step_size == _GATHERED:
        return postings_of(np.frombuffer(block, np.dtype("<u8"), count, _HEAD.size).astype(np.uint64))
    if (step_size, mask_size) not in _SIZES or weight_size not in {0, *_STEPS}:
        raise ValueError("a block of postings has a head of another kind")
    place = _HEAD.size + count * step_size
    rows = np.cumsum(np.frombuffer(block, _kind(step_size), count, _HEAD.size), dtype=np.int32)
    weights = (
        np.frombuffer(block, _kind(weight_size), count, place) if weight_size else np.full(count, weight)
    )
    masks = (
        np.frombuffer(block, np.uint8, count, len(block) - count)
        if mask_size
        else np.full(count, mask, np.uint8)
    )
    return Postings(rows, weights.astype(np.float32) / np.float32(4), masks)


_SIZES = {(step, mask) for step in _STEPS for mask in (0, 1)}


class ArrayPostingsWriter(base.PostingsWriter):  # type: ignore[misc]
    """Takes postings one by one, as Whoosh hands them over, and writes the block at the end of the term."""

    def __init__(self, file: Any) -> None:
        """`file` is Whoosh's postings file."""
        self._file = file
        self._info: Any = None
        self._column = array("Q")

    def start_postings(self, format_: Any, terminfo: Any) -> None:
        """Begin a term."""
        del format_
        self._info = terminfo
        self._column = array("Q")

    def add_posting(self, id_: int, weight: float, vbytes: bytes, length: int | None = None) -> None:
        """One posting: row, occurrences, and the field mask as one byte."""
        del length
        mask = vbytes[0] if vbytes else ALL_FIELDS
        self._column.append(id_ << ROW_SHIFT | round(weight * 4) << QUARTERS_SHIFT | mask)

    def finish_postings(self) -> Any:
        """Write the block and say where it is."""
        column, info = self._column, self._info
        start = self._file.tell()
        self._file.write(pack_postings(column))
        info.set_extent(start, self._file.tell() - start)
        info._df = len(column)  # noqa: SLF001 - the codec is where these are set
        info._weight = info._maxweight = 1.0  # noqa: SLF001 - scores are not worked out from these
        info._minid, info._maxid = column[0] >> ROW_SHIFT, column[-1] >> ROW_SHIFT  # noqa: SLF001
        return info

    def written(self) -> bool:
        """Nothing is written before the term is finished."""
        return False


class ArrayFieldWriter(W3FieldWriter):  # type: ignore[misc]
    """Whoosh's writer of terms, which also takes a whole term at once."""

    def add_term(self, text: str, column: "array[int]") -> None:
        """One term with all its postings; terms come in rising order."""
        start = self._postfile.tell()
        block = pack_postings(column)
        self._postfile.write(block)
        first, last = column[0] >> ROW_SHIFT, column[-1] >> ROW_SHIFT
        entry = INFO.pack(0, 1.0, len(column), 0, 0, 1.0, first, last) + EXTENT.pack(start, len(block))
        self._tindex.add(_NUMBER.pack(self._fieldid) + text.encode(), entry)


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
