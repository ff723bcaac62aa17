"""A segment of the index on the disk, as search reads it.

Columns and postings are read through mapped files, span by span, so any number of threads may read. The term
index is read whole when the segment is opened, or what `opened` keeps of it: a term is then one look into a dictionary.
"""

import json
import struct
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from whoosh.codec.whoosh3 import W3Codec
from whoosh.columns import VarBytesColumn
from whoosh.filedb.filetables import OrderedHashReader

from hub.search.blocks import size_of, unpack_postings
from hub.search.columns import Codebook, Kind, Postings, laid_out, numbered
from hub.search.damage import Damaged
from hub.search.documents import Document
from hub.search.durable import checksum
from hub.search.indexing import unpack, unpack_facts
from hub.search.keeping import Shelf
from hub.search.opened import Opened, file_of, load, save
from hub.search.whoosh_codec import COLUMNS, EXTENT, INFO
from hub.search.whoosh_storage import DurableStorage

SUMS = ".sum"
Numbers = npt.NDArray[np.int64]
_LENGTHS = struct.Struct("!ii")
_NUMBER = struct.Struct("!H")
_FREQUENCY = struct.Struct("!xfI")


class DiskSegment(Shelf):
    """One segment of Whoosh, read our way."""

    def __init__(self, storage: DurableStorage, segment: Any, book: Codebook) -> None:
        """Open the files of `segment`. Raises Damaged when they are not whole."""
        super().__init__()
        self.key: str = segment.segment_id()
        self.beside = storage.path / self.key
        self._storage = storage
        self._rows: int = segment.doc_count_all()
        verify_sizes(storage, self.key)
        try:
            self._open(book)
        except Exception as error:
            raise Damaged(f"{self.key}: {error!r}") from error

    def _open(self, book: Codebook) -> None:
        self._columns = {name: self._column(name) for name in COLUMNS}
        self._postings = self._storage.open_file(self.key + W3Codec.POSTS_EXT)
        beside = file_of(self._storage.path, self.key)
        opened = load(beside, self._rows)
        if opened is None:
            opened = self._worked_out()
            save(beside, opened)
        self.table = numbered(opened.plain, book)
        self._places = opened.terms
        self._starts, self._lengths, self._frequencies = opened.starts, opened.lengths, opened.frequencies

    def _worked_out(self) -> Opened:
        """What the file beside the segment says, from the segment itself."""
        facts = [unpack_facts(packed) for packed in self._columns["facts"]]
        if len(facts) != self._rows:
            raise ValueError("another number of documents than the table of contents says")
        return Opened(laid_out(facts), *self._read_terms())

    def _column(self, name: str) -> Any:
        file = f"{self.key}.{name}{W3Codec.COLUMN_EXT}"
        length = self._storage.file_length(file)
        opened = self._storage.open_file(file)
        if name == "plain":
            self._plain = opened
        return VarBytesColumn().reader(opened, 0, length, self._rows)

    def _read_terms(self) -> tuple[dict[Kind, dict[str, int]], Numbers, Numbers, Numbers]:
        """Read Whoosh's term index from end to end: key (field number, text), entry (statistics, place)."""
        places: dict[Kind, dict[str, int]] = {"words": {}, "characters": {}}
        name = self.key + W3Codec.TERMS_EXT
        length = self._storage.file_length(name)
        file = self._storage.open_file(name)
        table = OrderedHashReader(file, length)
        kinds: dict[int, Kind] = {number: field for field, number in table.extras["fieldmap"].items()}
        data = file.get(table.startofdata, table.endofdata - table.startofdata)
        frequencies: list[int] = []
        entries: list[bytes] = []
        place, end = 0, len(data)
        head, number_size, info_size = _LENGTHS.size, _NUMBER.size, INFO.size
        while place < end:
            key_length, entry_length = _LENGTHS.unpack_from(data, place)
            key = place + head
            entry = key + key_length
            kind = kinds[_NUMBER.unpack_from(data, key)[0]]
            places[kind][data[key + number_size : entry].decode()] = len(entries)
            frequencies.append(_FREQUENCY.unpack_from(data, entry)[1])
            entries.append(data[entry + info_size : entry + entry_length])
            place = entry + entry_length
        spans = np.frombuffer(b"".join(entries), dtype=np.dtype([("start", ">i8"), ("length", ">i4")]))
        if spans.dtype.itemsize != EXTENT.size or len(spans) != len(frequencies):
            raise ValueError("the term index is not one of ours")
        starts, lengths = spans["start"].astype(np.int64), spans["length"].astype(np.int64)
        in_order = dict(sorted(places.items(), key=lambda one: min(one[1].values(), default=0)))
        return in_order, starts, lengths, np.array(frequencies, dtype=np.int64)

    def postings(self, kind: Kind, term: str) -> Postings | None:
        """See `Segment`. Raises Damaged."""
        place = self._places[kind].get(term)
        if place is None:
            return None
        try:
            found = unpack_postings(self._postings.get(int(self._starts[place]), int(self._lengths[place])))
            inside = bool(0 <= found.rows[0] <= found.rows[-1] < self._rows)
        except (ValueError, IndexError) as error:
            raise Damaged(f"{self.key}: {error!r}") from error
        if not inside or len(found.rows) != self._frequencies[place]:
            raise Damaged(f"{self.key}: postings point outside the segment")
        return found

    def packed(self, kind: Kind, terms: Sequence[str]) -> Sequence[bytes]:
        """See `Segment`. Raises Damaged."""
        known = self._places[kind]
        places = [known[term] for term in terms if term in known]
        spans = zip(self._starts[places].tolist(), self._lengths[places].tolist(), strict=True)
        try:
            blocks = [self._postings.get(start, length) for start, length in spans]
        except (ValueError, IndexError) as error:
            raise Damaged(f"{self.key}: {error!r}") from error
        if list(map(size_of, blocks)) != self._frequencies[places].tolist():
            raise Damaged(f"{self.key}: other postings than the term index says")
        return blocks

    def column_of(self, name: str, row: int) -> bytes:
        """The bytes of a column in a row. Raises Damaged."""
        try:
            found: bytes = self._columns[name][row]
        except (ValueError, IndexError, struct.error) as error:
            raise Damaged(f"{self.key}: {error!r}") from error
        return found

    def plain(self, row: int) -> bytes:
        """See `Segment`. Raises Damaged."""
        return self.column_of("plain", row)

    def holding(self, rows: Sequence[int], needle: bytes) -> Iterator[tuple[int, bytes]]:
        """See `Segment`. Looks for the bytes where the texts lie in the mapped file. Raises Damaged."""
        column = self._columns["plain"]
        starts, lengths = column._offsets, column._lengths  # noqa: SLF001 - Whoosh copies a text before one can look
        try:
            yield from self._plain.spans_with(needle, ((row, starts[row], lengths[row]) for row in rows))
        except (ValueError, IndexError) as error:
            raise Damaged(f"{self.key}: {error!r}") from error

    def document(self, row: int) -> Document:
        """See `Segment`. Raises Damaged."""
        try:
            return unpack(self.column_of("stored", row))
        except Damaged:
            raise
        except Exception as error:
            raise Damaged(f"{self.key}: {error!r}") from error

    def kinds(self) -> Mapping[Kind, Mapping[str, int]]:
        """The terms of both kinds, in rising order, for merging."""
        return self._places

    @cached_property
    def _terms(self) -> Mapping[str, int]:
        frequencies = self._frequencies.tolist()
        return {term: frequencies[place] for term, place in self._places["words"].items()}

    def terms(self) -> Mapping[str, int]:
        """See `Segment`."""
        return self._terms

    @cached_property
    def _ordered(self) -> list[str]:
        return list(self._places["words"])

    def ordered(self) -> Sequence[str]:
        """See `Segment`."""
        return self._ordered


def write_sums(storage: DurableStorage, key: str) -> None:
    """Note size and checksum of every file of a new segment."""
    files = sorted(name for name in storage.list() if name.startswith(key + "."))
    sums = {name: [storage.file_length(name), checksum(storage.path / name)] for name in files}
    file = storage.create_file(key + SUMS)
    file.write(json.dumps(sums).encode())
    file.close()


def verify_sizes(storage: DurableStorage, key: str, *, whole: bool = False) -> None:
    """Raise Damaged when a file of the segment is missing or has another size; with `whole` also by
    checksum.
    """
    try:
        sums = json.loads((storage.path / (key + SUMS)).read_bytes())
        changed = [
            name
            for name, (size, crc) in sums.items()
            if storage.file_length(name) != size or (whole and checksum(storage.path / name) != crc)
        ]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise Damaged(f"{key}: {error!r}") from error
    if changed or not sums:
        raise Damaged(f"{key}: {', '.join(changed) or 'no files'}")
