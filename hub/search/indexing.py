"""Prepare documents for an index: their terms with weights, and the facts that become columns.

*Quarters* are weights times four, so that an index keeps whole numbers. A *mask* has one bit for each field
(in the order of `FIELDS`) in which the term stands. *Characters* are single Chinese characters and whole
Latin words, by which the best documents are ranked again. The *plain* text is the normalised text, fields
apart by line ends, on which phrases are checked. A *gathering* holds the postings of many documents while a
segment is made.
"""

import json
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import numpy as np
import numpy.typing as npt

from hub.base.errors import HubError
from hub.search.alike import sketch
from hub.search.analysis import Analysis, Token, is_han, normalize
from hub.search.documents import BUILT_IN_COLUMNS, FIELDS, LINE, Document

MAX_TEXT = 400_000
"""Characters taken of one field text; what is longer is found by its beginning."""

ROW_SHIFT, QUARTERS_SHIFT = 32, 8
"""A gathered posting is one number: row, quarters (24 bits), mask (8 bits)."""

MOST_QUARTERS = (1 << 24) - 1

Gathered = npt.NDArray[np.uint64]
ALL_FIELDS = 255
SAID = ("title", "headings", "body", "tables", "charts")
"""The fields that are compared to tell whether two documents are nearly the same."""

MASKS: Mapping[str, int] = {name: 1 << place for place, name in enumerate(FIELDS)}


@dataclass(frozen=True, slots=True)
class Facts:
    """What an engine keeps in columns for one document. Times are seconds since 1970, 0.0 for none. `sketch` is that
    of `alike`, empty for a document that is never folded.
    """

    id: str
    group: str | None
    columns: Mapping[str, tuple[str, ...]]
    readers: tuple[str, ...]
    updated: float
    published: float
    uses: int
    words: int
    characters: int
    title: str
    fold: str | None = None
    sketch: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """One document, analysed, with its stored forms. `words` and `characters` map a term to quarters and
    mask in one number, as postings are gathered.
    """

    facts: Facts
    words: Mapping[str, int]
    characters: Mapping[str, int]
    plain: bytes
    stored: bytes


class Columns:
    """The postings of one kind while they are gathered. What is done for each posting is done by loops in C: there are
    some five hundred in a document.
    """

    def __init__(self) -> None:
        """Start empty."""
        self._number: defaultdict[str, int] = defaultdict(count().__next__)
        self._terms, self._counts = array("I"), array("Q")
        self._rows, self._sizes = array("I"), array("I")
        self._moved: dict[str, list[Gathered]] = {}

    def add(self, row: int, counted: Mapping[str, int]) -> None:
        """Take in what was counted in the document of this row; rows rise."""
        self._terms.extend(map(self._number.__getitem__, counted))
        self._counts.extend(counted.values())
        self._rows.append(row)
        self._sizes.append(len(counted))

    def extend(self, term: str, gathered: Gathered) -> None:
        """Add postings of a segment that is merged; their rows come after all that was added."""
        self._moved.setdefault(term, []).append(gathered)

    def finish(self) -> Iterator[tuple[str, Gathered]]:
        """Every term with its postings, terms and rows rising."""
        terms = np.frombuffer(self._terms, np.uint32)
        rows = np.repeat(
            np.frombuffer(self._rows, np.uint32).astype(np.uint64), np.frombuffer(self._sizes, np.uint32)
        )
        gathered = np.frombuffer(self._counts, np.uint64) | (rows << np.uint64(ROW_SHIFT))
        gathered = gathered[np.argsort(terms, kind="stable")]
        ends = np.cumsum(np.bincount(terms, minlength=len(self._number))).tolist()
        for term in sorted(self._number.keys() | self._moved.keys()):
            number = self._number.get(term)
            first = [] if number is None else [gathered[ends[number - 1] if number else 0 : ends[number]]]
            parts = [*first, *self._moved.get(term, ())]
            yield term, parts[0] if len(parts) == 1 else np.concatenate(parts)


class Gathering:
    """Postings of documents in row order, ready to become a segment."""

    def __init__(self) -> None:
        """Start empty; rows are counted from nought."""
        self.words = Columns()
        self.characters = Columns()
        self.size = 0

    def add(self, prepared: Prepared) -> int:
        """Take in one document and return its row."""
        self.words.add(self.size, prepared.words)
        self.characters.add(self.size, prepared.characters)
        self.size += 1
        return self.size - 1


def prepare(document: Document, analysis: Analysis) -> Prepared:
    """Analyse `document`. Raises HubError when its payload is not JSON."""
    words: dict[str, int] = {}
    characters: dict[str, int] = {}
    plain: list[str] = []
    said: list[str] = []
    lengths = np.zeros(2, np.int64)
    for name, text in document.texts():
        normal = normalize(text[:MAX_TEXT]).text
        plain.append(normal)
        if document.fold is not None and name in SAID:
            said.append(normal)
        terms, singles = analysis.counted(normal)
        quarters = analysis.quarters[name]
        _count(terms, quarters, MASKS[name], words)
        _count(singles, quarters, ALL_FIELDS, characters)
        lengths += np.array((len(terms), len(singles))) * quarters
    for counted in (words, characters) if lengths.max() > MOST_QUARTERS else ():
        _bound(counted)
    return Prepared(
        facts=_facts(document, lengths.tolist(), sketch("".join(said))),
        words=words,
        characters=characters,
        plain="\n".join(plain).encode("utf-8", "replace"),
        stored=pack(document),
    )


def _count(terms: Iterable[str], quarters: int, mask: int, counted: dict[str, int]) -> None:
    unit = quarters << QUARTERS_SHIFT
    fresh = {term: times * unit | mask for term, times in Counter(terms).items()}
    for term in counted.keys() & fresh.keys():
        fresh[term] = (counted[term] + (fresh[term] & ~ALL_FIELDS)) | mask
    counted.update(fresh)


def _bound(counted: dict[str, int]) -> None:
    """No term counts more than a posting has room for; only a huge text of one word comes near it."""
    for term, count_and_mask in counted.items():
        quarters = min(count_and_mask >> QUARTERS_SHIFT, MOST_QUARTERS)
        counted[term] = quarters << QUARTERS_SHIFT | count_and_mask & ALL_FIELDS


def single_characters(token: Token) -> Iterable[str]:
    """The characters a token counts for: each Chinese one by itself, anything else as it is."""
    return token.text if is_han(token.text) else (token.text,)


def _facts(document: Document, lengths: Sequence[int], sketched: str) -> Facts:
    built_in = {"type": (document.type,), "language": (document.language,)}
    columns = {name: values for name, values in document.columns.items() if name not in BUILT_IN_COLUMNS}
    return Facts(
        id=document.id,
        group=document.group,
        columns={LINE: (document.type,), **columns, **built_in},
        readers=document.readers,
        updated=_seconds(document.updated_at),
        published=_seconds(document.published_at),
        uses=document.uses,
        words=lengths[0],
        characters=lengths[1],
        title=normalize(document.title).text,
        fold=document.fold if sketched else None,
        sketch=sketched,
    )


def _seconds(moment: datetime | None) -> float:
    if moment is None:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def pack(document: Document) -> bytes:
    """The whole document as JSON; not compressed, because reading a page of hits would take half as long
    again.
    """
    fields: dict[str, Any] = {name: getattr(document, name) for name in Document.__slots__}
    fields["columns"] = dict(document.columns)
    fields["payload"] = dict(document.payload)
    for name in ("updated_at", "published_at"):
        fields[name] = fields[name].isoformat() if fields[name] is not None else None
    try:
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise HubError(f"文档 {document.id} 的附加数据不是 JSON，无法编入索引。") from error
    return text.encode("utf-8", "surrogatepass")


def unpack(stored: bytes) -> Document:
    """The document that `pack` stored."""
    fields: dict[str, Any] = json.loads(stored.decode("utf-8", "surrogatepass"))
    for name in ("headings", "tags", "readers"):
        fields[name] = tuple(fields[name])
    fields["columns"] = {name: tuple(values) for name, values in fields["columns"].items()}
    for name in ("updated_at", "published_at"):
        if fields[name] is not None:
            fields[name] = datetime.fromisoformat(fields[name])
    return Document(**fields)


def pack_facts(facts: Facts) -> bytes:
    """Facts as JSON bytes."""
    values = [getattr(facts, name) for name in Facts.__slots__]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def unpack_facts(packed: bytes) -> Facts:
    """The facts that `pack_facts` stored."""
    values = json.loads(packed.decode("utf-8", "surrogatepass"))
    values[_COLUMNS] = {name: tuple(given) for name, given in values[_COLUMNS].items()}
    values[_READERS] = tuple(values[_READERS])
    return Facts(*values)


_COLUMNS, _READERS = (Facts.__slots__.index(name) for name in ("columns", "readers"))
