"""A segment of the index kept by tantivy: written once, read by queries whose scores are weights.

tantivy hands out no postings, but they can be had. Each word is indexed as a *form*, the word with its weight and field
mask in one term; a query of the forms of a word, each with its number as its constant score, answers every document
with the number of its form. The rows come from a fast field, so that it does not matter in which order tantivy keeps
its documents. What is stored of a document (facts, normalised text, the document itself) lies in tantivy's store.

Everything is on the disk before a segment is named by anybody: tantivy brings its files there at a commit, and they are
brought there once more with the checksums.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import tantivy

from hub.search.columns import Codebook, Kind, Postings, tabulate
from hub.search.damage import Damaged
from hub.search.documents import Document
from hub.search.durable import checksum, sync, write_durably
from hub.search.indexing import ALL_FIELDS, QUARTERS_SHIFT, Prepared, pack_facts, unpack, unpack_facts
from hub.search.keeping import Texts

SUMS = "sums"
HEAP = 60_000_000
"""Bytes that tantivy gathers before it writes; a larger chunk is written in pieces, which it merges."""

APART = "\x1f"
KINDS: tuple[Kind, ...] = ("words", "characters")
STORED = ("facts", "plain", "stored")
Forms = Mapping[str, tuple[tuple[int, int], ...]]
"""For each word its forms: weight and mask as gathered, and how many documents have it so."""


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for kind in KINDS:
        builder.add_text_field(kind, stored=False, tokenizer_name="whitespace", index_option="basic")
    builder.add_unsigned_field("row", stored=False, indexed=False, fast=True)
    for name in STORED:
        builder.add_bytes_field(name, stored=True, indexed=False, fast=False)
    return builder.build()


def write_segment(folder: Path, documents: Iterable[Prepared]) -> int:
    """Write documents into a new segment; returns how many there were. Durable when it returns."""
    folder.mkdir()
    writer = tantivy.Index(_schema(), path=str(folder)).writer(HEAP, num_threads=1)
    row = -1
    for row, prepared in enumerate(documents):
        made = tantivy.Document()
        made.add_unsigned("row", row)
        made.add_text("words", _forms(prepared.words))
        made.add_text("characters", _forms(prepared.characters))
        made.add_bytes("facts", pack_facts(prepared.facts))
        made.add_bytes("plain", prepared.plain)
        made.add_bytes("stored", prepared.stored)
        writer.add_document(made)
    writer.commit()
    writer.wait_merging_threads()
    _clear(folder)
    _write_sums(folder)
    return row + 1


def _forms(counted: Mapping[str, int]) -> str:
    return " ".join(f"{term}{APART}{count:x}" for term, count in counted.items())


def _clear(folder: Path) -> None:
    """Take away the files of pieces that were merged: only a writer opened anew knows that nobody reads them."""
    writer = tantivy.Index.open(str(folder)).writer(HEAP, num_threads=1)
    writer.garbage_collect_files()
    writer.wait_merging_threads()


def _write_sums(folder: Path) -> None:
    """Note size and checksum of every file, once all are on the disk."""
    files = [path for path in sorted(folder.iterdir()) if path.suffix != ".lock"]
    for path in files:
        sync(path)
    sums = {path.name: [path.stat().st_size, checksum(path)] for path in files}
    write_durably(folder / SUMS, json.dumps(sums).encode())
    sync(folder.parent)


def verify(folder: Path) -> None:
    """Raise Damaged when a file of the segment is missing or not as it was written. tantivy trusts its files, so that a
    wrong byte could end the process: this comes before it opens them.
    """
    try:
        sums = json.loads((folder / SUMS).read_bytes())
        changed = [
            name
            for name, (size, crc) in sums.items()
            if (folder / name).stat().st_size != size or checksum(folder / name) != crc
        ]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise Damaged(f"{folder.name}: {error!r}") from error
    if changed or not sums:
        raise Damaged(f"{folder.name}: {', '.join(changed) or 'no files'}")


@contextmanager
def _whole(key: str) -> Iterator[None]:
    """Whatever tantivy says of a damaged file is damage: also a panic, which is no Exception."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, GeneratorExit, Damaged):
        raise
    except BaseException as error:
        raise Damaged(f"{key}: {error!r}") from error


class TantivySegment(Texts):
    """One segment, of `size` documents."""

    def __init__(self, folder: Path, size: int, book: Codebook) -> None:
        """Open the segment in `folder`. Raises Damaged when it is not whole."""
        super().__init__()
        self.key = folder.name
        self.folder = folder
        self._size = size
        verify(folder)
        with _whole(self.key):
            self._open(book)

    def _open(self, book: Codebook) -> None:
        index = tantivy.Index.open(str(self.folder))
        self._schema = index.schema
        self._searcher = index.searcher()
        found = self._searcher.search(
            tantivy.Query.all_query(), self._size, count=False, order_by_field="row", order=tantivy.Order.Asc
        ).hits
        if [row for row, _ in found] != list(range(self._size)):
            raise ValueError("other documents than the table of contents says")
        self._addresses = [address for _, address in found]
        self.table = tabulate([unpack_facts(self._stored(row, "facts")) for row in range(self._size)], book)
        self._forms: dict[Kind, Forms] = {kind: self._read_forms(kind) for kind in KINDS}
        words = self._forms["words"]
        self._terms = {term: sum(count for _, count in forms) for term, forms in words.items()}
        self._ordered = sorted(self._terms)

    def _read_forms(self, kind: Kind) -> Forms:
        found: dict[str, list[tuple[int, int]]] = {}
        for form, count in self._searcher.terms_with_prefix(kind, ""):
            term, _, number = form.rpartition(APART)
            found.setdefault(term, []).append((int(number, 16), count))
        return {term: tuple(forms) for term, forms in found.items()}

    def _stored(self, row: int, name: str) -> bytes:
        return bytes(self._searcher.doc(self._addresses[row]).get_all(name)[0])

    def postings(self, kind: Kind, term: str) -> Postings | None:
        """See `Segment`. Raises Damaged."""
        forms = self._forms[kind].get(term)
        if forms is None:
            return None
        with _whole(self.key):
            return self._found(kind, term, forms)

    def _found(self, kind: Kind, term: str, forms: Sequence[tuple[int, int]]) -> Postings:
        query = tantivy.Query
        asked = [
            query.const_score_query(
                query.term_query(self._schema, kind, f"{term}{APART}{count:x}"), float(number)
            )
            for number, (count, _) in enumerate(forms, 1)
        ]
        several = query.boolean_query([(tantivy.Occur.Should, one) for one in asked])
        expected = sum(frequency for _, frequency in forms)
        hits = self._searcher.search(asked[0] if len(asked) == 1 else several, expected, count=False).hits
        rows = np.array(self._searcher.fast_field_values("row", [address for _, address in hits]), np.int32)
        if len(rows) != expected or rows.max(initial=-1) >= self._size:
            raise ValueError("postings point outside the segment")
        numbers = np.array([score for score, _ in hits], np.float32).astype(np.int64)
        order = np.argsort(rows)
        counts = np.array([count for count, _ in forms], np.int64)[numbers[order] - 1]
        weights = (counts >> QUARTERS_SHIFT).astype(np.float32) / np.float32(4)
        return Postings(rows[order], weights, (counts & ALL_FIELDS).astype(np.uint8))

    def plain(self, row: int) -> bytes:
        """See `Segment`. Raises Damaged."""
        with _whole(self.key):
            return self._stored(row, "plain")

    def document(self, row: int) -> Document:
        """See `Segment`. Raises Damaged."""
        with _whole(self.key):
            return unpack(self._stored(row, "stored"))

    def terms(self) -> Mapping[str, int]:
        """See `Segment`."""
        return self._terms

    def ordered(self) -> Sequence[str]:
        """See `Segment`."""
        return self._ordered
