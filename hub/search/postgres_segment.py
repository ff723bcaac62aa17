"""A segment of the index in PostgreSQL, as search reads it: columns and terms in memory, postings and texts fetched.

Each fetch is a journey to the server, so that what a question will need is fetched at once, ahead of it, and kept for
a while. What is fetched never changes, only its segment may be gone.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from hub.search.blocks import unpack_postings
from hub.search.columns import Codebook, Kind, Postings, tabulate
from hub.search.corpus import Segment
from hub.search.damage import Damaged
from hub.search.documents import Document
from hub.search.indexing import unpack, unpack_facts
from hub.search.keeping import Bounded, Texts
from hub.search.postgres_store import (
    READ_BLOCKS,
    READ_HOLDING,
    READ_PLAIN,
    READ_SEGMENT,
    READ_STORED,
    Place,
    Store,
    lines,
)

BLOCKS, TEXTS = 96_000_000, 48_000_000
"""Bytes of postings and of documents that are kept at hand."""


class Fetched:
    """What was fetched from the server, and the fetching of more."""

    def __init__(self, store: Store) -> None:
        """Nothing is fetched yet."""
        self.store = store
        self._blocks = Bounded(BLOCKS)
        self._stored = Bounded(TEXTS)
        self._plain = Bounded(TEXTS)

    def block(self, place: Place) -> bytes:
        """The block of postings at a place. Raises Damaged when it is gone."""
        return self._one(self._blocks, READ_BLOCKS, place)

    def stored(self, place: Place) -> bytes:
        """The stored form of the document at a place. Raises Damaged."""
        return self._one(self._stored, READ_STORED, place)

    def plain(self, place: Place) -> bytes:
        """The normalised text of the document at a place. Raises Damaged."""
        return self._one(self._plain, READ_PLAIN, place)

    def _one(self, kept: Bounded, statement: str, place: Place) -> bytes:
        def fetch() -> bytes:
            found = self.store.many(statement, [place])
            if place not in found:
                raise Damaged(f"nothing is kept of {place}")
            return found[place]

        return kept.get(place, fetch, _cost)

    def _ahead(self, kept: Bounded, statement: str, places: Sequence[Place]) -> None:
        for place, value in self.store.many(statement, [p for p in places if not kept.has(p)]).items():
            kept.get(place, lambda value=value: value, _cost)  # type: ignore[misc]

    # For a corpus, see `Ahead`

    def postings(self, segments: Sequence[Segment], kind: Kind, terms: Sequence[str]) -> None:
        """See `Ahead`."""
        places = [
            place
            for segment in cast("Sequence[StoredSegment]", segments)
            for term in terms
            if (place := segment.place_of(kind, term)) is not None
        ]
        self._ahead(self._blocks, READ_BLOCKS, places)

    def documents(self, places: Sequence[tuple[Segment, int]]) -> None:
        """See `Ahead`."""
        self._ahead(self._stored, READ_STORED, [(int(segment.key), row) for segment, row in places])

    def plains(self, places: Sequence[tuple[Segment, int]], holding: bytes) -> Sequence[bytes | None]:
        """See `Ahead`."""
        wanted = [(int(segment.key), row) for segment, row in places]
        far = [place for place in wanted if not self._plain.has(place)]
        if holding:
            found = self.store.many(READ_HOLDING, far, holding)
            there = set(wanted).difference(far)
            return [self.plain(place) if place in there else found.get(place) for place in wanted]
        self._ahead(self._plain, READ_PLAIN, far)
        return [self.plain(place) for place in wanted]


def _cost(value: bytes) -> int:
    return len(value) + 100


class StoredSegment(Texts):
    """One segment. Raises Damaged when it is not whole."""

    def __init__(self, number: int, fetched: Fetched, book: Codebook) -> None:
        """Read the columns and terms of the segment of this number."""
        super().__init__()
        self.key = str(number)
        self.number = number
        self._fetched = fetched
        rows = fetched.store.ask(READ_SEGMENT, (number,))
        try:
            self._open(rows[0], book)
        except Exception as error:
            raise Damaged(f"segment {number}: {error!r}") from error

    def _open(self, parts: tuple[Any, ...], book: Codebook) -> None:
        size, facts, words, characters, counts = parts
        self._size = size
        self.table = tabulate([unpack_facts(packed) for packed in lines(facts)], book)
        self._ordered = [term.decode() for term in lines(words)]
        singles = [term.decode() for term in lines(characters)]
        frequencies = np.frombuffer(counts, np.dtype("<u4")).tolist()
        if (size, len(self._ordered) + len(singles)) != (len(self.table.ids), len(frequencies)):
            raise ValueError("its parts do not belong together")
        self._terms = dict(zip(self._ordered, frequencies, strict=False))
        self._places: dict[Kind, dict[str, int]] = {
            "words": {term: place for place, term in enumerate(self._ordered)},
            "characters": {term: place for place, term in enumerate(singles, len(self._ordered))},
        }

    def place_of(self, kind: Kind, term: str) -> Place | None:
        """Where the block of a term lies, None when no document has it."""
        place = self._places[kind].get(term)
        return None if place is None else (self.number, place)

    def postings(self, kind: Kind, term: str) -> Postings | None:
        """See `Segment`. Raises Damaged."""
        place = self.place_of(kind, term)
        if place is None:
            return None
        try:
            found = unpack_postings(self._fetched.block(place))
        except ValueError as error:
            raise Damaged(f"segment {self.key}: {error!r}") from error
        if not len(found.rows) or found.rows[0] < 0 or found.rows[-1] >= self._size:
            raise Damaged(f"segment {self.key}: postings point outside of it")
        return found

    def plain(self, row: int) -> bytes:
        """See `Segment`. Raises Damaged."""
        return self._fetched.plain((self.number, row))

    def document(self, row: int) -> Document:
        """See `Segment`. Raises Damaged."""
        stored = self._fetched.stored((self.number, row))
        try:
            return unpack(stored)
        except Exception as error:
            raise Damaged(f"segment {self.key}: {error!r}") from error

    def kinds(self) -> Mapping[Kind, Mapping[str, int]]:
        """The terms of both kinds, in the order of their places."""
        return self._places

    def terms(self) -> Mapping[str, int]:
        """See `Segment`."""
        return self._terms

    def ordered(self) -> Sequence[str]:
        """See `Segment`."""
        return self._ordered
