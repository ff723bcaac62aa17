"""The engine on tantivy, an optional package: it keeps postings and texts, everything that finds and ranks is ours.

The folder is that of the default engine (see `folder_engine`). An index folder holds a folder for each segment and
`contents`, which names them with the marks of their dead. A commit writes a new segment and then `contents`; segments
that were merged away are cleared at the next one, when whoever opened the index before has them open.
"""

import json
import shutil
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from secrets import token_hex
from typing import Any

import numpy as np

from hub.search.analysis import Analysis
from hub.search.columns import Bools, Codebook
from hub.search.corpus import Segment
from hub.search.damage import Damaged
from hub.search.documents import Document
from hub.search.durable import write_durably
from hub.search.filling import Filled, chunks
from hub.search.folder_engine import FolderEngine, Part
from hub.search.indexing import Prepared, prepare
from hub.search.merging import to_merge
from hub.search.progress import Teller
from hub.search.segments import pack_dead, unpack_dead
from hub.search.tantivy_segment import TantivySegment, verify, write_segment

CONTENTS = "contents"


class TantivyEngine(FolderEngine):
    """Keeps the contract of `Engine` in a folder, with segments of tantivy."""

    kind = "tantivy"
    format = 1

    def _open_parts(self, folder: Path, book: Codebook, kept: Mapping[str, Segment]) -> list[Part]:
        parts: list[Part] = []
        for name, size, dead in _contents(folder):
            segment = kept.get(name) or TantivySegment(folder / name, size, book)
            parts.append((segment, unpack_dead(dead, size)))
        return parts

    def _commit(
        self,
        folder: Path,
        parts: Sequence[Part],
        puts: Sequence[Prepared],
        dying: Mapping[str, Sequence[int]],
    ) -> None:
        _clear(folder)
        left: list[Part] = []
        for segment, alive in parts:
            after = alive.copy()
            after[dying.get(segment.key, [])] = False
            left.append((segment, after))
        chosen = to_merge(left, len(puts))
        merged = [
            prepare(segment.document(row), self._analysis)
            for segment, alive in left
            if segment.key in chosen
            for row in np.flatnonzero(alive).tolist()
        ]
        listed = [(segment.key, alive) for segment, alive in left if segment.key not in chosen]
        if puts or merged:
            name = token_hex(8)
            size = write_segment(folder / name, [*puts, *merged])
            listed.append((name, np.ones(size, np.bool_)))
        _write_contents(folder, listed)

    def _fill(self, folder: Path, documents: Iterable[Document], analysis: Analysis, teller: Teller) -> None:
        filled = Filled()
        listed: list[tuple[str, Bools]] = []
        rows: list[dict[str, int]] = []
        for chunk in chunks(documents, filled):
            name = token_hex(8)
            prepared = teller.counted(prepare(document, analysis) for document in chunk)
            listed.append((name, np.ones(write_segment(folder / name, prepared), np.bool_)))
            rows.append({document.id: row for row, document in enumerate(chunk)})
        for number, again in filled.stale.items():
            listed[number][1][[rows[number][name] for name in again]] = False
        _write_contents(folder, listed)

    def _count(self, folder: Path) -> int:
        return sum(int(unpack_dead(dead, size).sum()) for _, size, dead in _contents(folder))

    def _compare(self, folder: Path, parts: Sequence[Part]) -> None:
        for segment, _ in parts:
            verify(folder / segment.key)


def _contents(folder: Path) -> list[tuple[str, int, bytes]]:
    """Name, size and marks of the dead of every segment. Raises Damaged."""
    try:
        said: list[list[Any]] = json.loads((folder / CONTENTS).read_bytes())
        found = [(str(name), int(size), b64decode(dead, validate=True)) for name, size, dead in said]
    except (OSError, ValueError, TypeError) as error:
        raise Damaged(f"{CONTENTS}: {error!r}") from error
    if not all(name.isalnum() and (not dead or len(dead) == (size + 7) // 8) for name, size, dead in found):
        raise Damaged(f"{CONTENTS}: names another folder, or marks of another number of documents")
    return found


def _write_contents(folder: Path, listed: Iterable[tuple[str, Bools]]) -> None:
    said = [[name, len(alive), b64encode(pack_dead(alive)).decode()] for name, alive in listed]
    write_durably(folder / CONTENTS, json.dumps(said).encode())


def _clear(folder: Path) -> None:
    """Take away what a commit before merged or did not bring to an end."""
    named = {name for name, _, _ in _contents(folder)}
    for path in folder.iterdir():
        if path.is_dir() and path.name not in named:
            shutil.rmtree(path, ignore_errors=True)
