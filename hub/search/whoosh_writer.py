"""Commit changes to the Whoosh index on the disk: one new segment, marks on dead documents, small segments
merged.

The writer is Whoosh's; what it is spared is sorting postings in Python: they are gathered by term in memory
and written in order. Merging copies the arrays of the old segments into the new one.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from hub.search.columns import Bools
from hub.search.indexing import Gathering, Prepared, pack_facts
from hub.search.merging import extend, to_merge
from hub.search.whoosh_codec import COLUMNS, ArrayCodec
from hub.search.whoosh_segment import DiskSegment, write_sums

Part = tuple[DiskSegment, Bools]


class _Writer(SegmentWriter):  # type: ignore[misc]
    """Whoosh's writer, with the postings gathered by us."""

    def __init__(self, index: FileIndex) -> None:
        self.gathering = Gathering()
        try:
            super().__init__(index, codec=ArrayCodec(), compound=False, _lk=False)
        except BaseException:
            self.abandon()
            raise

    def abandon(self) -> None:
        """Let go of everything after a failure, whatever state that left Whoosh in. Half-written files stay
        until the next commit clears them away.
        """
        with suppress(Exception):
            self.cancel()
        with suppress(Exception):
            self.perdocwriter._cols._temp.close()  # noqa: SLF001 - Whoosh closes it only when all went well
        with suppress(Exception):
            self.fieldwriter._postfile.close()  # noqa: SLF001
        with suppress(Exception):
            self.fieldwriter._tindex.dbfile.close()  # noqa: SLF001
        with suppress(Exception):
            self._tempstorage.destroy()

    def put(self, prepared: Prepared) -> None:
        """Add one document."""
        self._row((pack_facts(prepared.facts), prepared.plain, prepared.stored))
        self.gathering.add(prepared)

    def copy(self, part: Part) -> None:
        """Add the live documents of an old segment."""
        segment, alive = part
        moved = np.full(len(alive), -1, np.int64)
        kept = np.flatnonzero(alive)
        moved[kept] = np.arange(len(kept)) + self.gathering.size
        for row in kept.tolist():
            self._row([segment.column_of(name, row) for name in COLUMNS])
        for kind, terms in segment.kinds().items():
            target = self.gathering.words if kind == "words" else self.gathering.characters
            for term in terms:
                postings = segment.postings(kind, term)
                if postings is not None:
                    extend(target, term, postings, moved)
        self.gathering.size += len(kept)

    def _row(self, values: Sequence[bytes]) -> None:
        documents = self.perdocwriter
        documents.start_doc(self.docnum)
        for name, value in zip(COLUMNS, values, strict=True):
            documents.add_column_value(name, self.schema[name].column_type, value)
        documents.finish_doc()
        self.docnum += 1
        self._added = True

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        for name, columns in (("characters", self.gathering.characters), ("words", self.gathering.words)):
            self.fieldwriter.start_field(name, self.schema[name])
            self.fieldwriter.add_terms(columns.finish())
            self.fieldwriter.finish_field()
        self.fieldwriter.close()

    def _finalize_segment(self) -> Any:
        segment = super()._finalize_segment()
        write_sums(self.storage, segment.segment_id())
        return segment


def commit(
    index: FileIndex,
    parts: Sequence[Part],
    puts: Iterable[Prepared],
    dead: Callable[[str], Sequence[int]],
    *,
    merge: bool = True,
) -> None:
    """Write `puts` as a new segment and mark `dead(segment key)` rows of each old one, in one durable step.

    `parts` are the segments the index has now. The caller holds the lock of the index; Whoosh's own is not
    taken, because a failure would leave it locked. After a failure the index is as it was.
    """
    writer = _Writer(index)
    try:
        alive = {segment.key: mask.copy() for segment, mask in parts}
        for old in writer.segments:
            for row in dead(old.segment_id()):
                old.delete_document(row)
                alive[old.segment_id()][row] = False
        for prepared in puts:
            writer.put(prepared)
        current = [(segment, alive[segment.key]) for segment, _ in parts]
        chosen = to_merge(current, writer.docnum) if merge else set()
        writer.commit(mergetype=lambda inner, segments: _merge(inner, segments, current, chosen))
    except BaseException:
        writer.abandon()
        raise


def _merge(writer: _Writer, segments: Sequence[Any], parts: Sequence[Part], chosen: set[str]) -> list[Any]:
    for part in parts:
        if part[0].key in chosen and part[1].any():
            writer.copy(part)
    return [segment for segment in segments if segment.segment_id() not in chosen]
