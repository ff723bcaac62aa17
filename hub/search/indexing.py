"""Prepare documents for an index: their terms with weights, and the facts that become columns.

*Quarters* are weights times four, so that an index keeps whole numbers. A *mask* has one bit for each field
(in the order of `FIELDS`) in which the term stands. *Characters* are single Chinese characters and whole
Latin words, by which the best documents are ranked again. The *plain* text is the normalised text, fields
apart by line ends, on which phrases are checked. A *gathering* holds the postings of many documents while a
segment is made.
"""

import json
import zlib
from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hub.base.errors import HubError
from hub.search.analysis import Analysis, Token, is_han, normalize
from hub.search.documents import BUILT_IN_COLUMNS, FIELD_WEIGHTS, FIELDS, Document

MAX_TEXT = 400_000
"""Characters taken of one field text; what is longer is found by its beginning."""

MAX_QUARTERS = 65_535
QUARTERS: Mapping[str, int] = {name: round(weight * 4) for name, weight in FIELD_WEIGHTS.items()}
MASKS: Mapping[str, int] = {name: 1 << place for place, name in enumerate(FIELDS)}


@dataclass(frozen=True, slots=True)
class Facts:
    """What an engine keeps in columns for one document. Times are seconds since 1970, 0.0 for none."""

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


@dataclass(frozen=True, slots=True)
class Prepared:
    """One document, analysed: term to quarters and mask, character to quarters, and its stored forms."""

    facts: Facts
    words: Mapping[str, tuple[int, int]]
    characters: Mapping[str, int]
    plain: bytes
    stored: bytes


@dataclass(frozen=True, slots=True)
class Column:
    """The postings of one term while they are gathered; rows grow."""

    rows: "array[int]"
    weights: "array[int]"
    masks: "array[int]"


class Gathering:
    """Postings of documents in row order, ready to become a segment."""

    def __init__(self) -> None:
        """Start empty; rows are counted from nought."""
        self.words: dict[str, Column] = {}
        self.characters: dict[str, Column] = {}
        self.size = 0

    def add(self, prepared: Prepared) -> int:
        """Take in one document and return its row."""
        row = self.size
        for term, (quarters, mask) in prepared.words.items():
            column = _column(self.words, term)
            column.rows.append(row)
            column.weights.append(quarters)
            column.masks.append(mask)
        for term, quarters in prepared.characters.items():
            column = _column(self.characters, term)
            column.rows.append(row)
            column.weights.append(quarters)
        self.size += 1
        return row


def _column(columns: dict[str, Column], term: str) -> Column:
    found = columns.get(term)
    if found is None:
        found = columns[term] = Column(array("I"), array("H"), array("B"))
    return found


def prepare(document: Document, analysis: Analysis) -> Prepared:
    """Analyse `document`. Raises HubError when its payload is not JSON."""
    words: dict[str, tuple[int, int]] = {}
    characters: dict[str, int] = {}
    plain: list[str] = []
    for name, text in document.texts():
        normal = normalize(text[:MAX_TEXT]).text
        plain.append(normal)
        _count(analysis.tokens(normal), QUARTERS[name], MASKS[name], words, characters)
    return Prepared(
        facts=_facts(document, words, characters),
        words=words,
        characters=characters,
        plain="\n".join(plain).encode("utf-8", "replace"),
        stored=pack(document),
    )


def _count(
    tokens: Iterable[Token],
    quarters: int,
    mask: int,
    words: dict[str, tuple[int, int]],
    characters: dict[str, int],
) -> None:
    for token in tokens:
        weight, seen = words.get(token.text, (0, 0))
        words[token.text] = (min(weight + quarters, MAX_QUARTERS), seen | mask)
        if token.whole:
            for char in single_characters(token):
                characters[char] = min(characters.get(char, 0) + quarters, MAX_QUARTERS)


def single_characters(token: Token) -> Iterable[str]:
    """The characters a token counts for: each Chinese one by itself, anything else as it is."""
    return token.text if is_han(token.text) else (token.text,)


def _facts(document: Document, words: Mapping[str, tuple[int, int]], characters: Mapping[str, int]) -> Facts:
    built_in = {"type": (document.type,), "language": (document.language,)}
    columns = {name: values for name, values in document.columns.items() if name not in BUILT_IN_COLUMNS}
    return Facts(
        id=document.id,
        group=document.group,
        columns={**columns, **built_in},
        readers=document.readers,
        updated=_seconds(document.updated_at),
        published=_seconds(document.published_at),
        uses=document.uses,
        words=sum(quarters for quarters, _ in words.values()),
        characters=sum(characters.values()),
        title=normalize(document.title).text,
    )


def _seconds(moment: datetime | None) -> float:
    if moment is None:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def pack(document: Document) -> bytes:
    """The whole document as compressed JSON."""
    fields: dict[str, Any] = {name: getattr(document, name) for name in Document.__slots__}
    fields["columns"] = dict(document.columns)
    fields["payload"] = dict(document.payload)
    for name in ("updated_at", "published_at"):
        fields[name] = fields[name].isoformat() if fields[name] is not None else None
    try:
        text = json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise HubError(f"文档 {document.id} 的附加数据不是 JSON，无法编入索引。") from error
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 1)


def unpack(stored: bytes) -> Document:
    """The document that `pack` stored."""
    fields: dict[str, Any] = json.loads(zlib.decompress(stored).decode("utf-8", "surrogatepass"))
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
    facts = Facts(*json.loads(packed.decode("utf-8", "surrogatepass")))
    columns = {name: tuple(values) for name, values in facts.columns.items()}
    return Facts(
        facts.id, facts.group, columns, tuple(facts.readers), facts.updated, facts.published, facts.uses, facts.words,
        facts.characters, facts.title,
    )  # fmt: skip
