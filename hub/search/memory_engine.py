"""The engine for tests and for very small hubs: everything in memory, nothing durable, the same answers."""

import threading
from collections.abc import Callable, Iterable

import numpy as np

from hub.search.analysis import Analysis
from hub.search.columns import Bools, Codebook
from hub.search.corpus import Corpus, Segment, rows_of
from hub.search.documents import Change, Document, Put
from hub.search.progress import Progress, Teller, unheard
from hub.search.protocol import Health, Query, Result
from hub.search.reading import Reading
from hub.search.retrieval import answer
from hub.search.segments import MemorySegment, settle


class MemoryEngine(Reading):
    """Keeps the contract of `Engine` in memory."""

    def __init__(self, analysis: Analysis | None = None) -> None:
        """Start empty at sequence 0."""
        self._analysis = analysis or Analysis()
        self._writing = threading.Lock()
        self._sequence = 0
        self._changes = 0
        self._book = Codebook()
        self._parts: list[tuple[Segment, Bools]] = []
        self._corpus = Corpus([], self._book, "0")

    @property
    def analysis(self) -> Analysis:
        """See `Engine`."""
        return self._analysis

    def apply(self, batch: Iterable[Change], sequence: int) -> bool:
        """See `Engine`."""
        with self._writing:
            if sequence <= self._sequence:
                return False
            puts, touched = settle(batch, self._analysis)
            parts = [(segment, _without(segment, alive, touched)) for segment, alive in self._parts]
            if puts:
                made = MemorySegment(str(self._changes), puts, self._book)
                parts.append((made, np.ones(len(puts), np.bool_)))
            self._swap(parts, sequence)
        return True

    def _swap(self, parts: list[tuple[Segment, Bools]], sequence: int) -> None:
        self._changes += 1
        self._parts = parts
        self._corpus = Corpus(parts, self._book, str(self._changes))
        self._sequence = sequence

    def checkpoint(self) -> int:
        """See `Engine`."""
        return self._sequence

    def refresh(self) -> None:
        """Nobody else can write to it."""

    def search(self, query: Query) -> Result:
        """See `Engine`."""
        return answer(self._corpus, query)

    def corpus(self) -> Corpus:
        """See `Engine`."""
        return self._corpus

    def rebuild(
        self,
        documents: Iterable[Document],
        sequence: int,
        words: Iterable[str] | None = None,
        *,
        expected: int = 0,
        told: Callable[[Progress], None] = unheard,
    ) -> int:
        """See `Engine`."""
        with self._writing:
            self._analysis = self._analysis_with(self._analysis.words if words is None else words)
            teller = Teller(expected, told)
            puts, _ = settle(teller.counted(Put(document) for document in documents), self._analysis)
            book = Codebook()
            self._book = book
            parts: list[tuple[Segment, Bools]] = []
            if puts:
                parts.append((MemorySegment("rebuilt", puts, book), np.ones(len(puts), np.bool_)))
            self._swap(parts, sequence)
            return len(puts)

    def progress(self) -> None:
        """It is made in one go."""

    def check(self) -> Health:
        """Memory is always sound."""
        return Health(sound=True, documents=self.count(), sequence=self._sequence)

    def close(self) -> None:
        """Nothing to let go of."""


def _without(segment: Segment, alive: Bools, touched: set[str]) -> Bools:
    known = rows_of(segment)
    rows = [row for name in touched if (row := known.get(name)) is not None]
    if not rows:
        return alive
    kept = alive.copy()
    kept[rows] = False
    return kept
