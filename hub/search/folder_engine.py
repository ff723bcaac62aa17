"""What the engines share that keep their index in a folder: one live index, one writer, rebuilt beside and swapped.

The folder holds `current` (which index folder is the live one, its versions and its *checkpoint*, the
sequence number of the last change taken in), a lock, and the index folders. A rebuild makes a new folder
beside the live one and then swaps `current`. The order at a commit is: segments and table of contents
durable, then `current`; a crash in between leaves an older checkpoint, and taking the same changes in again
changes nothing.

The index is a cache that can always be made again from the database. Whatever is wrong with it (missing,
damaged, made by another version, another engine or with another dictionary) is one answer, IndexUnavailable, and
`check` says what it was.
"""

import json
import shutil
import threading
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from secrets import token_hex
from typing import ClassVar

from whoosh.util.filelock import FileLock, try_for

from hub.base.errors import Conflict, HubError
from hub.search.analysis import FORMAT as ANALYSIS_FORMAT
from hub.search.analysis import Analysis
from hub.search.columns import Bools, Codebook
from hub.search.corpus import Corpus, Segment
from hub.search.damage import Damaged, IndexUnavailable
from hub.search.documents import Change, Document
from hub.search.durable import write_durably
from hub.search.indexing import Prepared
from hub.search.merging import live_rows
from hub.search.progress import Progress, Teller, unheard
from hub.search.protocol import Health, Query, Result
from hub.search.reading import Reading
from hub.search.retrieval import answer
from hub.search.segments import settle

CURRENT = "current"
LOCK = "lock"
PROGRESS = "progress"
Part = tuple[Segment, Bools]
"""A segment with the mask of its live documents."""


@dataclass(frozen=True, slots=True)
class State:
    """What the file `current` says.

    `engine` and `format` say who wrote the index, `analysis` is the format of the analysis, `words` its dictionary and
    `fields` what a word counts in each field. `commit` rises with every change.
    """

    engine: str
    format: int
    analysis: int
    words: tuple[str, ...]
    fields: Mapping[str, float]
    folder: str
    sequence: int
    documents: int
    commit: int


@dataclass(frozen=True, slots=True)
class _Open:
    """The index as opened at one moment. `stamp` tells whether `current` has changed since."""

    stamp: tuple[int, ...]
    state: State
    parts: Sequence[Part]
    corpus: Corpus
    book: Codebook
    analysis: Analysis


class FolderEngine(Reading):
    """Keeps the contract of `Engine` in a folder; what is in an index folder is for those who extend it."""

    kind: ClassVar[str]
    format: ClassVar[int]

    @abstractmethod
    def _open_parts(self, folder: Path, book: Codebook, kept: Mapping[str, Segment]) -> list[Part]:
        """Every segment of an index folder; those in `kept`, by key, need not be opened again. Raises Damaged."""

    @abstractmethod
    def _commit(
        self,
        folder: Path,
        parts: Sequence[Part],
        puts: Sequence[Prepared],
        dying: Mapping[str, Sequence[int]],
    ) -> None:
        """Write `puts`, and that these rows of these segments are dead, durably and in one step."""

    @abstractmethod
    def _fill(self, folder: Path, documents: Iterable[Document], analysis: Analysis, teller: Teller) -> None:
        """Write all documents into a new index; of two with one id the later one counts."""

    @abstractmethod
    def _count(self, folder: Path) -> int:
        """How many documents live in an index folder."""

    @abstractmethod
    def _compare(self, folder: Path, parts: Sequence[Part]) -> None:
        """Compare every checksum. Raises Damaged."""

    def __init__(self, folder: Path, analysis: Analysis | None = None, *, patience: float = 5.0) -> None:
        """Use the index in `folder`, made when missing; `patience` is how many seconds to wait for another
        writer.

        Opening reads nothing: a missing or damaged index shows when it is asked, and `rebuild` mends it.
        """
        self.folder = folder
        self._analysis = analysis or Analysis()
        self._patience = patience
        self._writing = threading.Lock()
        self._opening = threading.Lock()
        self._open: _Open | None = None

    # Reading

    @property
    def analysis(self) -> Analysis:
        """See `Engine`."""
        return self._now().analysis

    def search(self, query: Query) -> Result:
        """See `Engine`."""
        try:
            return answer(self._now().corpus, query)
        except Damaged:
            self._open = None  # what is asked next, the checkpoint above all, is told of the damage too
            raise

    def corpus(self) -> Corpus:
        """See `Engine`."""
        return self._now().corpus

    def refresh(self) -> None:
        """See `Engine`."""
        self._now()

    def checkpoint(self) -> int:
        """See `Engine`."""
        try:
            return self._now().state.sequence
        except IndexUnavailable:
            return -1

    def check(self) -> Health:
        """Open everything anew and compare every checksum."""
        try:
            opened = self._read(None)
            self._compare(self.folder / opened.state.folder, opened.parts)
        except IndexUnavailable as error:
            return Health(sound=False, documents=0, sequence=-1, reason=error.message)
        return Health(sound=True, documents=opened.corpus.live, sequence=opened.state.sequence)

    def close(self) -> None:
        """See `Engine`; files close by themselves when nobody reads them any more."""
        self._open = None

    def _now(self) -> _Open:
        """The newest state of the index; opened again only when `current` has changed."""
        opened = self._open
        if opened is not None and opened.stamp == self._stamp():
            return opened
        with self._opening:
            opened = self._open
            if opened is None or opened.stamp != self._stamp():
                opened = self._open = self._read(opened)
            return opened

    def _stamp(self) -> tuple[int, ...]:
        try:
            found = (self.folder / CURRENT).stat()
        except OSError:
            return ()
        return (found.st_ino, found.st_mtime_ns, found.st_size)

    def _read(self, before: _Open | None) -> _Open:
        """Open the live folder, keeping the segments that were already open."""
        for _ in range(3):
            stamp = self._stamp()
            state = self._state()
            try:
                return self._read_folder(stamp, state, before)
            except Damaged:
                if stamp == self._stamp():
                    raise
        raise Damaged("the index keeps changing while it is opened")

    def _read_folder(self, stamp: tuple[int, ...], state: State, before: _Open | None) -> _Open:
        same = before is not None and before.state.folder == state.folder
        book = before.book if same and before is not None else Codebook()
        kept = {segment.key: segment for segment, _ in before.parts} if same and before is not None else {}
        folder = self.folder / state.folder
        parts = self._open_parts(folder, book, kept)
        corpus = Corpus(parts, book, f"{state.folder}-{state.commit}")
        if (state.words, state.fields) != (self._analysis.words, self._analysis.fields):
            self._analysis = Analysis(state.words, state.fields)
        return _Open(stamp, state, parts, corpus, book, self._analysis)

    def _state(self) -> State:
        """What `current` says, if it is for this program and this dictionary."""
        try:
            said = json.loads((self.folder / CURRENT).read_bytes())
            made_by = (said.get("engine"), said["format"], said["analysis"])
            if made_by != (self.kind, self.format, ANALYSIS_FORMAT):
                raise IndexUnavailable(
                    "搜索索引由另一版本的程序生成，需要重建；请稍后再试，或请管理员执行 hub reindex。"
                )
            state = State(**{**said, "words": tuple(said["words"])})
        except FileNotFoundError:
            raise IndexUnavailable("还没有搜索索引；请稍后再试，或请管理员执行 hub reindex。") from None
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise Damaged(f"{CURRENT}: {error!r}") from error
        if "/" in state.folder or not state.folder.startswith("index-"):
            raise Damaged(f"{CURRENT}: names another folder")
        return state

    # Writing

    def apply(self, batch: Iterable[Change], sequence: int) -> bool:
        """See `Engine`."""
        with self._alone(self._patience):
            opened = self._now()
            if sequence <= opened.state.sequence:
                return False
            puts, touched = settle(batch, opened.analysis)
            folder = self.folder / opened.state.folder
            dying = {segment.key: live_rows(segment, touched, alive) for segment, alive in opened.parts}
            if puts or any(dying.values()):
                self._commit(folder, opened.parts, puts, dying)
            self._announce(opened.state, sequence)
            self._now()
        return True

    def _announce(self, state: State, sequence: int) -> None:
        documents = self._count(self.folder / state.folder)
        new = replace(state, sequence=sequence, documents=documents, commit=state.commit + 1)
        write_durably(self.folder / CURRENT, json.dumps(asdict(new)).encode())

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
        with self._alone(0.0), self._telling(expected, told) as teller:
            analysis = self._analysis_with(self._words() if words is None else words)
            name = f"index-{token_hex(8)}"
            folder = self.folder / name
            folder.mkdir()
            try:
                self._fill(folder, documents, analysis, teller)
                made = (self.kind, self.format, ANALYSIS_FORMAT, analysis.words, analysis.fields)
                self._announce(State(*made, name, sequence, 0, 0), sequence)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            for old in self.folder.glob("index-*"):
                if old.name != name:
                    shutil.rmtree(old, ignore_errors=True)
            return self._now().corpus.live

    def _words(self) -> Iterable[str]:
        """The dictionary of the index as it is, if it still says."""
        with suppress(IndexUnavailable):
            return self._state().words
        return self._analysis.words

    def progress(self) -> Progress | None:
        """See `Engine`."""
        try:
            said = Progress(**json.loads((self.folder / PROGRESS).read_bytes()))
        except (OSError, ValueError, TypeError):
            return None
        return said if said.goes_on() else None

    @contextmanager
    def _telling(self, expected: int, told: Callable[[Progress], None]) -> Iterator[Teller]:
        """Who asks in any process is told from a file how far a rebuild is; nothing depends on it."""
        file = self.folder / PROGRESS

        def tell(progress: Progress) -> None:
            beside = file.with_name(f".{PROGRESS}.new")
            beside.write_text(json.dumps(asdict(progress)))
            beside.replace(file)
            told(progress)

        try:
            yield Teller(expected, tell)
        finally:
            file.unlink(missing_ok=True)

    @contextmanager
    def _alone(self, patience: float) -> Iterator[None]:
        """Be the only writer of this index, among threads and processes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self._writing.acquire(timeout=max(patience, 0.0)):
            raise Conflict("搜索索引正在被写入；请稍后再试。")
        try:
            lock = FileLock(str(self.folder / LOCK))
            if not try_for(lock.acquire, timeout=patience, delay=0.02):
                raise Conflict("另一个进程正在写入搜索索引；请稍后再试。")
            try:
                yield
            finally:
                lock.release()
        except OSError as error:
            raise HubError(
                f"无法写入搜索索引（{error.strerror or error}）；请检查磁盘空间和目录权限后重试。"
            ) from error
        finally:
            self._writing.release()
