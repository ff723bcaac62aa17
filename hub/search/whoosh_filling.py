"""Fill a new Whoosh index with all documents, a segment for each chunk, on two cores where there are as many.

A *chunk* is written by a fresh interpreter into a folder of its own; its files are then moved into the index and one
table of contents names all segments. A child gets its chunk pickled on its standard input and answers by ending well.
Where it does not (no memory, no process to be had) the chunk is written here, so that whatever is wrong is told as
it would have been without it.
"""

import os
import pickle
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any

from whoosh.index import TOC, FileIndex

from hub.search.analysis import Analysis
from hub.search.documents import Document
from hub.search.indexing import prepare
from hub.search.whoosh_codec import schema
from hub.search.whoosh_storage import DurableStorage
from hub.search.whoosh_writer import commit

MAIN = "MAIN"
CHUNK = 12_500
"""Documents of one segment; bounds the memory. From the ninth chunk on it is twice as many, so that a large index does
not lie in too many pieces.
"""

SMALL_CHUNKS = 8
PROCESSES = 2
_START = "from hub.search.whoosh_filling import main; main()"


@dataclass
class _Filled:
    """What has been written: the segments in order, and for each chunk the ids that came again later."""

    segments: list[Any] = field(default_factory=list)
    stale: dict[int, set[str]] = field(default_factory=dict)


def open_index(folder: Path) -> FileIndex:
    """The index in a folder, to be written."""
    return FileIndex(DurableStorage(folder), schema=schema())


def fill(folder: Path, documents: Iterable[Document], analysis: Analysis) -> dict[str, set[str]]:
    """Write all documents into a new index in `folder`. The answer is what is to die at once: by segment the ids that
    another segment has anew.
    """
    DurableStorage(folder).create_index(schema())
    filled = _Filled()
    chunks = _chunks(documents, filled)
    first = list(islice(chunks, 2))
    if len(first) < 2 or cores() < PROCESSES:  # noqa: PLR2004 - one chunk needs no second process
        for number, chunk in enumerate(chain(first, chunks)):
            filled.segments += _written_here(folder, number, chunk, analysis)
    else:
        _fill_beside(folder, chain(first, chunks), analysis, filled)
    TOC(schema(), filled.segments, 1).write(DurableStorage(folder), MAIN)
    return {filled.segments[number].segment_id(): names for number, names in filled.stale.items()}


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _chunks(documents: Iterable[Document], filled: _Filled) -> Iterator[list[Document]]:
    """Chunks in which every id stands once, the last of each; what an earlier chunk had already is noted."""
    waiting = iter(documents)
    seen: dict[str, int] = {}
    number = 0
    while chunk := list(islice(waiting, CHUNK if number < SMALL_CHUNKS else 2 * CHUNK)):
        last = {document.id: document for document in chunk}
        for name in last.keys() & seen.keys():
            filled.stale.setdefault(seen[name], set()).add(name)
        seen.update(dict.fromkeys(last, number))
        yield list(last.values())
        number += 1


def _fill_beside(folder: Path, chunks: Iterable[list[Document]], analysis: Analysis, filled: _Filled) -> None:
    """Write the chunks by `PROCESSES` children at a time; no more of them are read than are being written."""
    running: deque[Future[list[Any]]] = deque()
    with ThreadPoolExecutor(PROCESSES, "search-fill") as threads:
        for number, chunk in enumerate(chunks):
            running.append(threads.submit(_written, folder, number, chunk, analysis))
            del chunk
            if len(running) >= PROCESSES:
                filled.segments += running.popleft().result()
        while running:
            filled.segments += running.popleft().result()


def _written(folder: Path, number: int, chunk: list[Document], analysis: Analysis) -> list[Any]:
    """The segment of a chunk, by a child if it can be had."""
    part = _part(folder, number)
    question = pickle.dumps((str(part), chunk, analysis.words), protocol=5)
    try:
        child = subprocess.run(
            [sys.executable, "-P", "-c", _START],
            input=question,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            check=False,
        )
        done = child.returncode == 0
    except OSError:
        done = False
    if done:
        return _moved(part, folder)
    shutil.rmtree(part, ignore_errors=True)
    return _written_here(folder, number, chunk, analysis)


def _written_here(folder: Path, number: int, chunk: Iterable[Document], analysis: Analysis) -> list[Any]:
    part = _part(folder, number)
    write_part(part, chunk, analysis)
    return _moved(part, folder)


def _part(folder: Path, number: int) -> Path:
    return folder / f"part-{number}"


def write_part(part: Path, documents: Iterable[Document], analysis: Analysis) -> None:
    """Write documents into a new index of their own."""
    part.mkdir()
    index = DurableStorage(part).create_index(schema())
    commit(index, (), (prepare(document, analysis) for document in documents), lambda _: ())


def _moved(part: Path, folder: Path) -> list[Any]:
    """The segments of a part, whose files are moved into the folder of the whole."""
    segments: list[Any] = open_index(part)._segments()  # noqa: SLF001 - Whoosh has no public way to ask
    for segment in segments:
        for file in sorted(part.glob(f"{segment.segment_id()}.*")):
            file.rename(folder / file.name)
    shutil.rmtree(part)
    return segments


def main() -> None:
    """The child's side: write the chunk that stands on the standard input."""
    part, documents, words = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own parent
    write_part(Path(part), documents, Analysis(words))
