"""How our Whoosh index keeps postings: as arrays of whole numbers, ready for numpy.

Whoosh lets a *codec* decide the form of a segment. Ours keeps Whoosh's segments, term index and columns, and
writes the postings of a term as one *block* of arrays (see `blocks`) instead of pickled tuples: decoding is a
copy, nothing is unpickled, and a reader moves no shared position.
"""

import struct
from array import array
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3TermInfo
from whoosh.columns import VarBytesColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.formats import Existence
from whoosh.matching import ListMatcher

from hub.search.blocks import pack_postings, unpack_postings
from hub.search.indexing import ALL_FIELDS, QUARTERS_SHIFT, ROW_SHIFT, Gathered

_NUMBER = struct.Struct("!H")


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
        self._file.write(pack_postings(np.array(column, np.uint64)))
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

    def add_term(self, text: str, column: Gathered) -> None:
        """One term with all its postings; terms come in rising order."""
        start = self._postfile.tell()
        block = pack_postings(column)
        self._postfile.write(block)
        first, last = int(column[0]) >> ROW_SHIFT, int(column[-1]) >> ROW_SHIFT
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
