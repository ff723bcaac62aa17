"""A segment held in memory, and taking changes into a list of segments: what both engines share."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from hub.search.analysis import Analysis
from hub.search.columns import Bools, Codebook, Kind, Postings, Table, tabulate
from hub.search.documents import Change, Document, Put
from hub.search.indexing import QUARTERS_SHIFT, ROW_SHIFT, Gathered, Gathering, Prepared, prepare, unpack
from hub.search.keeping import Texts


class MemorySegment(Texts):
    """Documents and their postings in memory."""

    def __init__(self, key: str, documents: Sequence[Prepared], book: Codebook) -> None:
        """Make the segment from prepared documents, in row order."""
        super().__init__()
        self.key = key
        self.table: Table = tabulate([document.facts for document in documents], book)
        gathering = Gathering()
        for document in documents:
            gathering.add(document)
        self._columns: dict[Kind, Mapping[str, Gathered]] = {
            "words": dict(gathering.words.finish()),
            "characters": dict(gathering.characters.finish()),
        }
        self._plain = [document.plain for document in documents]
        self._stored = [document.stored for document in documents]
        self._terms = {term: len(column) for term, column in self._columns["words"].items()}
        self._ordered = list(self._terms)

    def postings(self, kind: Kind, term: str) -> Postings | None:
        """See `Segment`."""
        column = self._columns[kind].get(term)
        return None if column is None else postings_of(column)

    def plain(self, row: int) -> bytes:
        """See `Segment`."""
        return self._plain[row]

    def document(self, row: int) -> Document:
        """See `Segment`."""
        return unpack(self._stored[row])

    def terms(self) -> Mapping[str, int]:
        """See `Segment`."""
        return self._terms

    def ordered(self) -> Sequence[str]:
        """See `Segment`."""
        return self._ordered


def postings_of(gathered: Gathered) -> Postings:
    """Gathered postings as arrays of rows, weights and masks."""
    rows = (gathered >> np.uint64(ROW_SHIFT)).astype(np.int32)
    quarters = (gathered >> np.uint64(QUARTERS_SHIFT)) & np.uint64(0xFFFFFF)
    return Postings(rows, quarters.astype(np.float32) / np.float32(4), gathered.astype(np.uint8))


def settle(batch: Iterable[Change], analysis: Analysis) -> tuple[list[Prepared], set[str]]:
    """The documents a batch leaves in place, prepared, and every id it touches; the last change of an id
    counts.
    """
    last: dict[str, Change] = {}
    for change in batch:
        name = change.document.id if isinstance(change, Put) else change.id
        last.pop(name, None)
        last[name] = change
    puts = [prepare(change.document, analysis) for change in last.values() if isinstance(change, Put)]
    return puts, set(last)


def pack_dead(alive: Bools) -> bytes:
    """The marks of the dead, a bit for each document; empty when all live."""
    return b"" if alive.all() else np.packbits(~alive).tobytes()


def unpack_dead(dead: bytes, size: int) -> Bools:
    """Which documents live."""
    if not dead:
        return np.ones(size, np.bool_)
    return ~np.unpackbits(np.frombuffer(dead, np.uint8), count=size).astype(np.bool_)
