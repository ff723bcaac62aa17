"""The documents of an index at one moment: what all searching in this process reads.

A *segment* is a part of the index that never changes; documents are only marked dead in it. A *corpus* is
all segments with their live documents, seen at one moment; it never changes either, so any number of threads
may read it. A *row* is the place of a document in it.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import blake2b
from itertools import takewhile
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from hub.search.alike import Labels, Likeness, compare
from hub.search.blocks import Lying, unpack_several
from hub.search.columns import (
    GROUP,
    READERS,
    Bools,
    Codebook,
    Floats,
    Ints,
    Kind,
    Postings,
    Table,
    Units,
    Values,
)
from hub.search.damage import Damaged
from hub.search.documents import Document
from hub.search.keeping import Bounded
from hub.search.purse import TEXT, Purse
from hub.search.rights import EVERYTHING, Rights
from hub.search.rows import Rows

_T = TypeVar("_T")


class Segment(Protocol):
    """An unchanging part of an index."""

    key: str
    table: Table

    @property
    def beside(self) -> Path | None:
        """Where what takes long to work out may be kept: files whose names begin so; None for nowhere."""
        ...

    def kept(self, name: str, make: Callable[[], _T]) -> _T:
        """Something worked out from the segment, made when first asked for and kept as long as the segment."""
        ...

    def postings(self, kind: Kind, term: str) -> Postings | None:
        """The postings of a term, dead documents included; None when it has none."""
        ...

    def packed(self, kind: Kind, terms: Sequence[str]) -> Sequence[bytes] | None:
        """The postings of those of the terms that are here, as blocks; None where they are read one by one."""
        ...

    def plain(self, row: int) -> bytes:
        """The normalised text of the document in this row, UTF-8."""
        ...

    def holding(self, rows: Sequence[int], needle: bytes) -> Iterator[tuple[int, bytes]]:
        """The same of those rows, in the order given, that have these bytes; faster than reading them all."""
        ...

    def document(self, row: int) -> Document:
        """The document in this row."""
        ...

    def terms(self) -> Mapping[str, int]:
        """Every word of the segment with its document frequency, dead documents included."""
        ...

    def ordered(self) -> Sequence[str]:
        """The words of the segment in rising order."""
        ...


def rows_of(segment: Segment) -> Rows:
    """The row of every id in a segment."""
    return segment.kept("rows", lambda: Rows(segment.table))


class Ahead(Protocol):
    """Reads many things at once that will be asked for one by one, for segments that are far away."""

    def postings(self, segments: Sequence[Segment], kind: Kind, terms: Sequence[str]) -> None:
        """Have the postings of these terms at hand."""
        ...

    def documents(self, places: Sequence[tuple[Segment, int]]) -> None:
        """Have these documents at hand."""
        ...

    def plains(self, places: Sequence[tuple[Segment, int]], holding: bytes) -> Sequence[bytes | None]:
        """The normalised texts in the order of the places; None may stand for one without the bytes `holding`."""
        ...


class Corpus:
    """All live documents at one moment."""

    def __init__(
        self,
        segments: Sequence[tuple[Segment, Bools]],
        book: Codebook,
        version: str,
        ahead: Ahead | None = None,
    ) -> None:
        """`segments` come with the mask of their live documents."""
        self._ahead = ahead
        self.segments = [segment for segment, _ in segments]
        self.book = book
        self.version = version
        tables = [segment.table for segment in self.segments]
        sizes = [len(table.ids) for table in tables]
        self.bases = [sum(sizes[:place]) for place in range(len(sizes))]
        self.size = sum(sizes)
        self.alive: Bools = (
            np.concatenate([alive for _, alive in segments]) if segments else np.zeros(0, np.bool_)
        )
        self.all_alive = bool(self.alive.all())
        self.live = int(self.alive.sum())
        self._tables = tables
        self._masks = Bounded(64_000_000)
        self._postings = Bounded(24_000_000)
        self.scores = Bounded(24_000_000)
        self._documents = Bounded(24_000_000)

    def _joined(self, name: str) -> npt.NDArray[Any]:
        parts = [getattr(table, name) for table in self._tables]
        return np.concatenate(parts) if parts else np.zeros(0)

    @cached_property
    def group(self) -> Ints:
        """The code of the group each document belongs to."""
        return self._joined("group").astype(np.int32, copy=False)

    @cached_property
    def words(self) -> Floats:
        """Weighted number of words, in occurrences."""
        return self._joined("words").astype(np.float64) / 4

    @cached_property
    def characters(self) -> Floats:
        """Weighted number of characters, in occurrences."""
        return self._joined("characters").astype(np.float64) / 4

    @cached_property
    def updated(self) -> Floats:
        """Seconds since 1970; 0.0 when unknown."""
        return self._joined("updated")

    @cached_property
    def published(self) -> Floats:
        """When it went on offer, or when it was changed last; seconds since 1970."""
        return self._joined("published")

    @cached_property
    def uses(self) -> Floats:
        """How often it was used."""
        return self._joined("uses")

    @cached_property
    def ties(self) -> npt.NDArray[np.uint64]:
        """A fixed number for each id, which decides between equals the same way in every engine."""
        return self._joined("ties").astype(np.uint64, copy=False)

    def average(self, kind: Kind) -> float:
        """Mean weighted length of the live documents, at least one quarter."""
        lengths = self.words if kind == "words" else self.characters
        return max(float(lengths[self.alive].sum()) / max(self.live, 1), 0.25)

    @cached_property
    def averages(self) -> Mapping[Kind, float]:
        """`average` of both kinds, worked out once."""
        return {"words": self.average("words"), "characters": self.average("characters")}

    def values(self, column: str) -> Values:
        """The facet values of a column over all rows."""
        return self._masks.get(
            ("values", column), lambda: self._join_values(column), lambda v: v.rows.nbytes * 2
        )

    def _join_values(self, column: str) -> Values:
        parts = [(base, table.values[column]) for base, table in self._based() if column in table.values]
        if not parts:
            return Values(np.zeros(0, np.int32), np.zeros(0, np.int32))
        rows = np.concatenate([values.rows + np.int32(base) for base, values in parts])
        return Values(rows, np.concatenate([values.codes for _, values in parts]))

    def first_values(self, column: str) -> tuple[Labels, Values]:
        """For each row one more than the code of its first value, nought where it has none; and all further values."""
        return self._masks.get(
            ("first", column),
            lambda: self._first_values(column),
            lambda v: v[0].nbytes + v[1].rows.nbytes * 2,
        )

    def _first_values(self, column: str) -> tuple[Labels, Values]:
        values = self.values(column)
        first = np.zeros(self.size, np.int64)
        begins = np.ones(len(values.rows), np.bool_)
        np.not_equal(values.rows[1:], values.rows[:-1], out=begins[1:])
        first[values.rows[begins]] = values.codes[begins] + 1
        return first, Values(values.rows[~begins], values.codes[~begins])

    def _based(self) -> list[tuple[int, Table]]:
        return list(zip(self.bases, self._tables, strict=True))

    def having(self, column: str, wanted: Sequence[str]) -> Bools:
        """Which rows carry at least one of the wanted values in the column."""
        key = ("having", column, frozenset(wanted))
        return self._masks.get(key, lambda: self._having(column, wanted), lambda mask: mask.nbytes)

    def _having(self, column: str, wanted: Sequence[str]) -> Bools:
        mask = np.zeros(self.size, np.bool_)
        codes = [code for value in wanted if (code := self.book.code(column, value)) is not None]
        if codes:
            values = self.values(column)
            chosen = np.zeros(self.book.size(column), np.bool_)
            chosen[codes] = True
            mask[values.rows[chosen[values.codes]]] = True
        return mask

    def visible(self, rights: Rights) -> Bools:
        """Which live rows may be known of with these rights."""
        if rights is EVERYTHING:
            return self.alive
        key = ("visible", rights)
        return self._masks.get(
            key, lambda: self.alive & self._having(READERS, sorted(rights)), lambda mask: mask.nbytes
        )

    def sight(self, rights: Rights) -> bytes:
        """A digest of what may be known of with these rights: the same for whoever sees the same."""
        mask = self.visible(rights)
        return self._masks.get(("sight", rights), lambda: blake2b(np.packbits(mask).tobytes()).digest(), len)

    @cached_property
    def likeness(self) -> tuple[Ints, Likeness]:
        """The live rows that may be folded with one that is nearly the same, and which of them are alike."""
        folds = self._joined("folds").astype(np.int32, copy=False)
        rows = (
            np.flatnonzero((folds >= 0) & self.alive).astype(np.int32) if self.size else np.zeros(0, np.int32)
        )
        if not len(rows):
            return rows, Likeness(np.zeros(0, np.int64), np.zeros((0, 2), np.int64))
        return rows, compare(self._joined("sketches")[rows], folds[rows])

    def units(self, rights: Rights) -> Units:
        """What is shown as one, for somebody with these rights."""
        return self._masks.get(("units", rights), lambda: self._units(rights), lambda u: u.rows.nbytes * 2)

    def _units(self, rights: Rights) -> Units:
        rows, likeness = self.likeness
        visible = self.visible(rights)[rows]
        kept, labels = rows[visible], likeness.labels(visible)[visible]
        alone = np.arange(self.size, dtype=np.int64)
        alone[kept] = self.size + labels
        heads = self._joined("heads").astype(np.bool_, copy=False)[kept]
        of_group = np.arange(self.book.size(GROUP), dtype=np.int64)
        of_group[self.group[kept[heads]]] = len(of_group) + labels[heads]
        return Units(alone, of_group[self.group])

    def postings(self, kind: Kind, term: str) -> Postings:
        """The live postings of a term over all segments; empty when it has none."""
        return self._postings.get(
            (kind, term), lambda: self._gather(kind, term), lambda p: p.rows.nbytes * 3 + 100
        )

    def _gather(self, kind: Kind, term: str) -> Postings:
        found = ((base, segment.postings(kind, term)) for base, segment in self._numbered())
        return self._alive_of(
            [
                Postings(some.rows + np.int32(base), some.weights, some.masks)
                for base, some in found
                if some is not None
            ]
        )

    def _numbered(self) -> Iterator[tuple[int, Segment]]:
        return zip(self.bases, self.segments, strict=True)

    def together(self, kind: Kind, terms: Sequence[str]) -> Postings:
        """The live postings of all these terms as one, in which rows need not rise and may come again."""
        parts: list[Postings] = []
        lying: list[Lying] = []
        for base, segment in self._numbered():
            blocks = segment.packed(kind, terms)
            if blocks is not None:
                room = len(segment.table.ids)
                lying.extend([Lying(block, base, room) for block in blocks])
                continue
            found = (segment.postings(kind, term) for term in terms)
            parts += [
                Postings(some.rows + np.int32(base), some.weights, some.masks) for some in found if some
            ]
        try:
            return self._alive_of([*parts, *unpack_several(lying)])
        except ValueError as error:
            raise Damaged(f"{self.version}: {error!r}") from error

    def _alive_of(self, parts: Sequence[Postings]) -> Postings:
        if not parts:
            return Postings(np.zeros(0, np.int32), np.zeros(0, np.float32), np.zeros(0, np.uint8))
        rows = np.concatenate([some.rows for some in parts])
        weights = np.concatenate([some.weights for some in parts])
        masks = np.concatenate([some.masks for some in parts])
        if self.all_alive:
            return Postings(rows, weights, masks)
        kept = self.alive[rows]
        return Postings(rows[kept], weights[kept], masks[kept])

    def expect(self, kind: Kind, terms: Sequence[str]) -> None:
        """These terms will be asked for: an engine to which each reading is a journey reads them all at once."""
        if self._ahead is not None:
            self._ahead.postings(self.segments, kind, [t for t in terms if not self._postings.has((kind, t))])

    def expect_documents(self, rows: Sequence[int]) -> None:
        """The same for documents."""
        if self._ahead is not None:
            self._ahead.documents([self._place(row) for row in rows])

    def plains(
        self, rows: Sequence[int], holding: bytes = b"", purse: Purse | None = None
    ) -> Iterator[tuple[int, bytes]]:
        """Rows with their normalised text, in the order given, without those that do not have the bytes `holding`; none
        any more once the purse is empty.
        """
        size, start = 16, 0
        while start < len(rows) and (purse is None or purse.pay(TEXT * min(size, len(rows) - start))):
            some = rows[start : start + size]
            yield from self._plains(some, holding)
            size, start = min(size * 4, 4096), start + size

    def _plains(self, rows: Sequence[int], holding: bytes) -> Iterator[tuple[int, bytes]]:
        if self._ahead is not None:
            texts = self._ahead.plains([self._place(row) for row in rows], holding)
            yield from (
                (row, text)
                for row, text in zip(rows, texts, strict=True)
                if text is not None and holding in text
            )
            return
        at = 0
        while at < len(rows):
            segment, local = self._place(rows[at])
            base = rows[at] - local
            here = range(base, base + len(segment.table.ids))
            inside = [row - base for row in takewhile(here.__contains__, rows[at:])]
            for row, text in segment.holding(inside, holding):
                yield base + row, text
            at += len(inside)

    def _place(self, row: int) -> tuple[Segment, int]:
        place = bisect_right(self.bases, row) - 1
        return self.segments[place], row - self.bases[place]

    def id_of(self, row: int) -> str:
        """The id of the document in a row."""
        segment, local = self._place(row)
        return segment.table.ids[local]

    def group_of(self, row: int) -> str | None:
        """The id of the document this one is folded under."""
        segment, local = self._place(row)
        return segment.table.groups[local]

    def row_of(self, name: str, near: int | None = None) -> int | None:
        """The row of the live document of this id, None when there is none. It is looked for first where `near` is."""
        if near is not None:
            beside, at = self._place(near)
            found = rows_of(beside).get(name)
            if found is not None and self.alive[near - at + found]:
                return near - at + found
        for base, segment in zip(reversed(self.bases), reversed(self.segments), strict=True):
            local = rows_of(segment).get(name)
            if local is not None and self.alive[base + local]:
                return base + local
        return None

    def plain(self, row: int) -> bytes:
        """The normalised text of a row."""
        segment, local = self._place(row)
        return segment.plain(local)

    def document(self, row: int) -> Document:
        """The document of a row; what was read lately is kept, because the same few are found again and again."""
        return self._documents.get(
            row, lambda: self._read(row), lambda d: 4 * (len(d.body) + len(d.notes)) + 2000
        )

    def _read(self, row: int) -> Document:
        segment, local = self._place(row)
        return segment.document(local)

    @cached_property
    def lexicon(self) -> Mapping[str, int]:
        """Every word with its document frequency; a document that died since its segment was made still
        counts.
        """
        total: dict[str, int] = {}
        for segment in self.segments:
            if not total:
                total = dict(segment.terms())
                continue
            for term, count in segment.terms().items():
                total[term] = total.get(term, 0) + count
        return total

    def frequency(self, word: str) -> int:
        """In how many documents a word stands, as in `lexicon`."""
        return sum(segment.terms().get(word, 0) for segment in self.segments)
