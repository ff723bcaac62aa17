"""The default engine: Whoosh keeps the postings on the disk, numpy searches them. See `folder_engine`."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from whoosh.index import TOC, FileIndex

from hub.search.analysis import Analysis
from hub.search.columns import Bools, Codebook
from hub.search.corpus import Segment
from hub.search.damage import Damaged
from hub.search.documents import Document
from hub.search.folder_engine import FolderEngine, Part
from hub.search.indexing import Prepared
from hub.search.merging import live_rows
from hub.search.progress import Teller
from hub.search.whoosh_codec import schema
from hub.search.whoosh_filling import MAIN, fill, open_index
from hub.search.whoosh_segment import DiskSegment, verify_sizes
from hub.search.whoosh_storage import DurableStorage
from hub.search.whoosh_writer import commit

ATTEMPTS = 20


class WhooshEngine(FolderEngine):
    """Keeps the contract of `Engine` in a folder, with Whoosh's segments."""

    kind = "whoosh"
    format = 7

    def _open_parts(self, folder: Path, book: Codebook, kept: Mapping[str, Segment]) -> list[Part]:
        return _parts(folder, book, kept)

    def _commit(
        self,
        folder: Path,
        parts: Sequence[Part],
        puts: Sequence[Prepared],
        dying: Mapping[str, Sequence[int]],
    ) -> None:
        commit(open_index(folder), _ours(parts), puts, lambda key: dying.get(key, []))

    def _fill(self, folder: Path, documents: Iterable[Document], analysis: Analysis, teller: Teller) -> None:
        again = fill(folder, documents, analysis, teller)
        if not again:
            return
        parts = _parts(folder, Codebook(), {})
        dying = {
            segment.key: live_rows(segment, again.get(segment.key, set()), alive) for segment, alive in parts
        }
        commit(open_index(folder), _ours(parts), (), lambda key: dying.get(key, []), merge=False)

    def _count(self, folder: Path) -> int:
        return sum(int(segment.doc_count()) for segment in open_index(folder)._segments())  # noqa: SLF001

    def _compare(self, folder: Path, parts: Sequence[Part]) -> None:
        for segment, _ in parts:
            verify_sizes(DurableStorage(folder), segment.key, whole=True)


def _ours(parts: Sequence[Part]) -> list[tuple[DiskSegment, Bools]]:
    return [(segment, alive) for segment, alive in parts if isinstance(segment, DiskSegment)]


def _parts(folder: Path, book: Codebook, kept: Mapping[str, Segment]) -> list[Part]:
    """Every segment of the live table of contents with the mask of its live documents.

    A commit clears away the files of segments it has merged. When files are missing and there is a newer
    table of contents by now, that is why, and the newer one is read.
    """
    storage = DurableStorage(folder)
    for _ in range(ATTEMPTS):
        generation = TOC._latest_generation(storage, MAIN)  # noqa: SLF001 - Whoosh has no public way to ask
        try:
            return _parts_now(storage, book, kept)
        except Damaged:
            if generation == TOC._latest_generation(storage, MAIN):  # noqa: SLF001
                raise
    raise Damaged("the table of contents keeps changing while it is read")


def _parts_now(storage: DurableStorage, book: Codebook, kept: Mapping[str, Segment]) -> list[Part]:
    try:
        segments = FileIndex(storage, schema=schema())._segments()  # noqa: SLF001
    except Exception as error:
        raise Damaged(f"table of contents: {error!r}") from error
    parts: list[Part] = []
    for segment in segments:
        opened = kept.get(segment.segment_id()) or DiskSegment(storage, segment, book)
        parts.append((opened, _alive(opened, segment.deleted_docs())))
    return parts


def _alive(segment: Segment, deleted: Iterable[int]) -> Bools:
    alive = np.ones(len(segment.table.ids), np.bool_)
    try:
        alive[list(deleted)] = False
    except (IndexError, TypeError) as error:
        raise Damaged(f"{segment.key}: {error!r}") from error
    return alive
