"""How our Whoosh index keeps postings: as arrays of whole numbers, ready for numpy.

Whoosh lets a *codec* decide the form of a segment. Ours keeps Whoosh's segments, term index and columns, and
writes the postings of a term as one *block* of arrays (see `blocks`) instead of pickled tuples: decoding is a
copy, nothing is unpickled, and a reader moves no shared position.
"""

import struct
from array import array
from collections.abc import Iterable
from hashlib import md5
from typing import Any

import numpy as np
from whoosh.codec import base
from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3TermInfo
from whoosh.columns import VarBytesColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.filedb.filetables import OrderedHashWriter
from whoosh.formats import Existence
from whoosh.matching import ListMatcher

from hub.search.blocks import pack_all, pack_postings, unpack_postings
from hub.search.indexing import ALL_FIELDS, QUARTERS_SHIFT, ROW_SHIFT, Gathered

_NUMBER = struct.Struct("!H")
_LENGTHS = struct.Struct("!ii")
_POINTER = np.dtype([("hash", ">u4"), ("place", ">i8")])


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


class TermIndex(OrderedHashWriter):  # type: ignore[misc]
    """Whoosh's term index, written faster: it has an entry for each of some hundred thousand terms, and Whoosh asks the
    file for its place and writes three times for each.
    """

    lastkey: bytes

    def __init__(self, file: Any) -> None:
        """Begin the file."""
        super().__init__(file)
        self._at = file.tell()

    def add(self, key: bytes, value: bytes) -> None:
        """One entry; keys rise. Raises ValueError when they do not."""
        if key <= self.lastkey:
            raise ValueError(f"the terms of an index rise: {self.lastkey!r}, {key!r}")
        self.lastkey = key
        entry = _LENGTHS.pack(len(key), len(value)) + key + value
        self.dbfile.write(entry)
        number = int.from_bytes(md5(key, usedforsecurity=False).digest()[-4:])
        self.buckets[number & 255].append((number, self._at))
        self.index.append(self._at)
        self._at += len(entry)

    def _write_hashes(self) -> None:
        """Whoosh's 256 tables of places by the hash of their key, an empty slot being nought."""
        for entries in self.buckets:
            self.directory.append((self._at, 2 * len(entries)))
            slots: list[tuple[int, int]] = [(0, 0)] * (2 * len(entries))
            for entry in entries:
                slot = (entry[0] >> 8) % len(slots)
                while slots[slot] != (0, 0):
                    slot = (slot + 1) % len(slots)
                slots[slot] = entry
            table = np.array(slots, _POINTER).tobytes()
            self.dbfile.write(table)
            self._at += len(table)


class ArrayFieldWriter(W3FieldWriter):  # type: ignore[misc]
    """Whoosh's writer of terms, which also takes all terms of a field at once."""

    _tindex: Any
    _fieldmap: dict[str, int]

    def __init__(self, codec: Any, storage: Any, segment: Any) -> None:
        """Begin the files of a new segment."""
        super().__init__(codec, storage, segment)
        file = self._tindex.dbfile
        file.seek(self._tindex.startoffset)
        self._tindex = TermIndex(file)
        self._fieldmap = self._tindex.extras["fieldmap"] = {}

    def add_terms(self, columns: Iterable[tuple[str, Gathered]]) -> None:
        """Terms with all their postings, in rising order."""
        place, head = self._postfile.tell(), _NUMBER.pack(self._fieldid)
        for term, block, size, first, last in pack_all(columns):
            self._postfile.write(block)
            entry = INFO.pack(0, 1.0, size, 0, 0, 1.0, first, last) + EXTENT.pack(place, len(block))
            self._tindex.add(head + term.encode(), entry)
            place += len(block)


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
