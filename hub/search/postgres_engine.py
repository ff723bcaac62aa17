"""The engine for several nodes: the index lies in the hub's PostgreSQL, and every node searches the same one.

The database keeps what the folder of the default engine keeps: segments that never change, marks of the dead, and the
sequence number of the last change taken in. A node holds their columns and terms in memory and fetches postings and
texts as it needs them, so that the answers are those of the other engines to the last digit. A change is one
transaction; a rebuild is one as well and swaps the live build at its end.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass
from itertools import islice
from secrets import token_hex

import numpy as np

from hub.search.analysis import FORMAT as ANALYSIS_FORMAT
from hub.search.analysis import Analysis
from hub.search.columns import Codebook
from hub.search.corpus import Corpus
from hub.search.damage import Damaged, IndexUnavailable
from hub.search.documents import Change, Document
from hub.search.indexing import Prepared, prepare
from hub.search.merging import live_rows, to_merge
from hub.search.postgres_segment import Fetched, StoredSegment
from hub.search.postgres_store import COUNTED, READ_PROGRESS, TELL, TOLD, Missing, Pen, State, Store
from hub.search.postgres_writing import Part, write_segment
from hub.search.progress import Progress, Teller, unheard
from hub.search.protocol import Health, Query, Result
from hub.search.reading import Reading
from hub.search.retrieval import answer
from hub.search.segments import pack_dead, settle, unpack_dead

FORMAT = 2
CHUNK = 20_000
"""Documents of one segment while rebuilding; bounds the memory."""

FRESH = 0.05
"""Seconds for which a node does not ask again whether another has written."""


@dataclass(frozen=True, slots=True)
class _Open:
    """The index as opened at one moment."""

    state: State
    parts: Sequence[Part]
    corpus: Corpus
    book: Codebook
    analysis: Analysis


class PostgresEngine(Reading):
    """Keeps the contract of `Engine` in a PostgreSQL database."""

    def __init__(self, url: str, analysis: Analysis | None = None, *, patience: float = 5.0) -> None:
        """Use the index in the database at `url`; `patience` is how many seconds to wait for another writer.

        Nothing is opened yet: a missing or damaged index shows when it is asked, and `rebuild` mends it.
        """
        self._store = Store(url)
        self._fetched = Fetched(self._store)
        self._analysis = analysis or Analysis()
        self._patience = patience
        self._opening = threading.Lock()
        self._open: _Open | None = None
        self._looked = float("-inf")
        self._damaged = ""

    # Reading

    @property
    def analysis(self) -> Analysis:
        """See `Engine`."""
        return self._now().analysis

    def search(self, query: Query) -> Result:
        """See `Engine`."""
        try:
            return answer(self._now().corpus, query)
        except (Damaged, Missing):
            return self._again(query)

    def _again(self, query: Query) -> Result:
        """What could not be read may have been merged away meanwhile; else it is damaged until it is rebuilt."""
        opened = self._now(fresh=True)
        try:
            return answer(opened.corpus, query)
        except (Damaged, Missing):
            self._damaged = opened.state.build
            raise

    def corpus(self) -> Corpus:
        """See `Engine`."""
        return self._now().corpus

    def refresh(self) -> None:
        """See `Engine`."""
        self._now(fresh=True)

    def checkpoint(self) -> int:
        """See `Engine`."""
        try:
            return self._now(fresh=True).state.sequence
        except IndexUnavailable:
            return -1

    def check(self) -> Health:
        """Open everything anew, and compare how many documents and postings there are, and their volume."""
        try:
            opened = self._read(None)
            for number, size, volume, terms, *there in self._store.ask(COUNTED):
                if [size, terms, volume] != [int(count) for count in there]:
                    raise Damaged(f"segment {number}: another number of documents or postings than it says")
        except IndexUnavailable as error:
            return Health(sound=False, documents=0, sequence=-1, reason=error.message)
        return Health(sound=True, documents=opened.corpus.live, sequence=opened.state.sequence)

    def close(self) -> None:
        """See `Engine`."""
        self._store.close()

    def _now(self, *, fresh: bool = False) -> _Open:
        """The newest state of the index; opened again only when another build or commit is live."""
        opened = self._open
        if opened is not None and not fresh and time.monotonic() - self._looked < FRESH:
            return self._whole(opened)
        with self._opening:
            opened = self._open
            looking = time.monotonic()
            if opened is None or self._store.stamp() != (opened.state.build, opened.state.commits):
                opened = self._open = self._read(opened)
            self._looked = looking
            return self._whole(opened)

    def _whole(self, opened: _Open) -> _Open:
        if opened.state.build == self._damaged:
            raise Damaged("something of this build is missing")
        return opened

    def _read(self, before: _Open | None) -> _Open:
        """Open the live build, keeping the segments that were already open."""
        state = self._store.state()
        if (state.format, state.analysis) != (FORMAT, ANALYSIS_FORMAT):
            raise IndexUnavailable(
                "搜索索引由另一版本的程序生成，需要重建；请稍后再试，或请管理员执行 hub reindex。"
            )
        same = before if before is not None and before.state.build == state.build else None
        book = same.book if same else Codebook()
        kept = {segment.number: segment for segment, _ in same.parts} if same else {}
        parts: list[Part] = []
        for number, dead in state.segments:
            segment = kept.get(number) or StoredSegment(number, self._fetched, book)
            parts.append((segment, unpack_dead(dead, len(segment.table.ids))))
        corpus = Corpus(parts, book, f"{state.build}-{state.commits}", self._fetched)
        if (state.words, state.fields) != (self._analysis.words, self._analysis.fields):
            self._analysis = Analysis(state.words, state.fields)
        return _Open(state, parts, corpus, book, self._analysis)

    # Writing

    def apply(self, batch: Iterable[Change], sequence: int) -> bool:
        """See `Engine`."""
        with self._store.alone(self._patience) as pen:
            opened = self._now(fresh=True)
            if sequence <= opened.state.sequence:
                return False
            puts, touched = settle(batch, opened.analysis)
            with pen.transaction():
                _take_in(pen, opened, puts, touched)
                pen.advance(sequence)
        self._now(fresh=True)
        return True

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
        with self._store.alone(0.0) as pen:
            analysis = self._analysis_with(self._words() if words is None else words)
            pen.prepare(afresh=not self._readable())
            build = token_hex(8)
            with self._telling(expected, told) as teller, pen.transaction():
                _fill(pen, build, documents, analysis, teller)
                pen.retire(pen.others(build))
                pen.announce(FORMAT, (ANALYSIS_FORMAT, analysis.words, analysis.fields), build, sequence)
        return self._now(fresh=True).corpus.live

    def _readable(self) -> bool:
        """Whether the tables are of this program's form, so that a rebuild can stand beside what they hold."""
        try:
            self._read(None)
        except IndexUnavailable:
            return False
        return True

    def progress(self) -> Progress | None:
        """See `Engine`."""
        try:
            rows = self._store.ask(READ_PROGRESS)
        except IndexUnavailable:
            return None
        said = Progress(*rows[0]) if rows else None
        return said if said is not None and said.goes_on() else None

    @contextmanager
    def _telling(self, expected: int, told: Callable[[Progress], None]) -> Iterator[Teller]:
        """Every node is told how far a rebuild is, by a row outside of its transaction."""

        def tell(progress: Progress) -> None:
            self._store.ask(TELL, astuple(progress))
            told(progress)

        try:
            yield Teller(expected, tell)
        finally:
            with suppress(IndexUnavailable):
                self._store.ask(TOLD)

    def _words(self) -> Iterable[str]:
        """The dictionary of the index as it is, if it still says."""
        with suppress(IndexUnavailable):
            return self._store.state().words
        return self._analysis.words


def _take_in(pen: Pen, opened: _Open, puts: Sequence[Prepared], touched: set[str]) -> None:
    """One new segment, marks on the documents that die, and merging where a tier has become full."""
    parts: list[Part] = []
    for segment, alive in opened.parts:
        left = alive.copy()
        left[live_rows(segment, touched, alive)] = False
        parts.append((segment, left))
    chosen = to_merge(parts, len(puts))
    merged = [(segment, left) for segment, left in parts if segment.key in chosen and left.any()]
    for (segment, left), (_, before) in zip(parts, opened.parts, strict=True):
        if segment.key not in chosen and (left != before).any():
            pen.bury(segment.number, pack_dead(left))
    if puts or merged:
        write_segment(pen, opened.state.build, puts, merged)
    pen.retire([int(key) for key in chosen])


def _fill(pen: Pen, build: str, documents: Iterable[Document], analysis: Analysis, teller: Teller) -> None:
    """Write all documents as a new build, chunk by chunk; of two with one id the later one counts."""
    waiting = iter(documents)
    where: dict[str, tuple[int, int]] = {}
    dead: dict[int, list[int]] = {}
    sizes: dict[int, int] = {}
    while chunk := list(islice(waiting, CHUNK)):
        last = {document.id: document for document in chunk}
        prepared = teller.counted(prepare(document, analysis) for document in last.values())
        number = write_segment(pen, build, prepared)
        sizes[number] = len(last)
        for row, name in enumerate(last):
            if name in where:
                segment, old = where[name]
                dead.setdefault(segment, []).append(old)
            where[name] = (number, row)
    for number, rows in dead.items():
        alive = np.ones(sizes[number], np.bool_)
        alive[rows] = False
        pen.bury(number, pack_dead(alive))
