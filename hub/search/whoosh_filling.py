"""Fill a new Whoosh index with all documents, a segment for each chunk, on two cores where there are as many.

A *chunk* is written by a fresh interpreter into a folder of its own; its files are then moved into the index and one
table of contents names all segments. A child gets its chunk pickled on its standard input, says now and then how many
more documents it has written, and answers by ending well. Where it does not (no memory, no process to be had) the chunk
is written here, so that whatever is wrong is told as it would have been without it.
"""

import os
import pickle
import shutil
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import chain, islice
from pathlib import Path
from typing import Any

from whoosh.index import TOC, FileIndex

from hub.search.analysis import Analysis
from hub.search.documents import Document
from hub.search.filling import Filled, chunks
from hub.search.indexing import Prepared, prepare
from hub.search.progress import Teller
from hub.search.whoosh_codec import schema
from hub.search.whoosh_storage import DurableStorage
from hub.search.whoosh_writer import commit

MAIN = "MAIN"
PROCESSES = 2
OFTEN = 500
"""After so many documents a child says how far it is."""

_START = "from hub.search.whoosh_filling import main; main()"


def open_index(folder: Path) -> FileIndex:
    """The index in a folder, to be written."""
    return FileIndex(DurableStorage(folder), schema=schema())


def fill(
    folder: Path, documents: Iterable[Document], analysis: Analysis, teller: Teller
) -> dict[str, set[str]]:
    """Write all documents into a new index in `folder`. The answer is what is to die at once: by segment the ids that
    another segment has anew.
    """
    DurableStorage(folder).create_index(schema())
    filled = Filled()
    waiting = chunks(documents, filled)
    first = list(islice(waiting, 2))
    if len(first) < 2 or cores() < PROCESSES:  # noqa: PLR2004 - one chunk needs no second process
        for number, chunk in enumerate(chain(first, waiting)):
            filled.segments += _written_here(folder, number, chunk, analysis, teller)
    else:
        _fill_beside(folder, chain(first, waiting), analysis, filled, teller)
    TOC(schema(), filled.segments, 1).write(DurableStorage(folder), MAIN)
    return {filled.segments[number].segment_id(): names for number, names in filled.stale.items()}


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _fill_beside(
    folder: Path, chunks: Iterable[list[Document]], analysis: Analysis, filled: Filled, teller: Teller
) -> None:
    """Write the chunks by `PROCESSES` children at a time; no more of them are read than are being written."""
    running: deque[Future[list[Any]]] = deque()
    with ThreadPoolExecutor(PROCESSES, "search-fill") as threads:
        for number, chunk in enumerate(chunks):
            running.append(threads.submit(_written, folder, number, chunk, analysis, teller))
            del chunk
            if len(running) >= PROCESSES:
                filled.segments += running.popleft().result()
        while running:
            filled.segments += running.popleft().result()


def _written(
    folder: Path, number: int, chunk: list[Document], analysis: Analysis, teller: Teller
) -> list[Any]:
    """The segment of a chunk, by a child if it can be had."""
    part = _part(folder, number)
    question = pickle.dumps((str(part), chunk, analysis.words, analysis.fields), protocol=5)
    counted = 0
    try:
        with _child(question) as child:
            for line in child.stdout or ():
                teller.add(int(line))
                counted += int(line)
        done = child.returncode == 0
    except (OSError, ValueError):
        done = False
    if done:
        return _moved(part, folder)
    shutil.rmtree(part, ignore_errors=True)
    teller.add(-counted)
    return _written_here(folder, number, chunk, analysis, teller)


def _child(question: bytes) -> "subprocess.Popen[bytes]":
    """A fresh interpreter that has been told what to do."""
    child = subprocess.Popen(
        [sys.executable, "-P", "-c", _START],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    if child.stdin is not None:
        with suppress(BrokenPipeError), child.stdin:
            child.stdin.write(question)
    return child


def _written_here(
    folder: Path, number: int, chunk: Iterable[Document], analysis: Analysis, teller: Teller
) -> list[Any]:
    part = _part(folder, number)
    write_part(part, teller.counted(prepare(document, analysis) for document in chunk))
    return _moved(part, folder)


def _part(folder: Path, number: int) -> Path:
    return folder / f"part-{number}"


def write_part(part: Path, documents: Iterable[Prepared]) -> None:
    """Write documents into a new index of their own."""
    part.mkdir()
    index = DurableStorage(part).create_index(schema())
    commit(index, (), documents, lambda _: ())


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
    part, documents, words, fields = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own parent
    analysis = Analysis(words, fields)
    write_part(Path(part), _telling(prepare(document, analysis) for document in documents))


def _telling(documents: Iterable[Prepared]) -> Iterator[Prepared]:
    """The same documents; how many more there were goes to the standard output now and then."""
    number = 0
    for number, document in enumerate(documents, 1):
        yield document
        if number % OFTEN == 0:
            print(OFTEN, flush=True)  # noqa: T201 - it is how the parent hears of it
    print(number % OFTEN, flush=True)  # noqa: T201
