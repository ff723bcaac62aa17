"""Prepare documents for an index: their terms with weights, and the facts that become columns.

*Quarters* are weights times four, so that an index keeps whole numbers. A *mask* has one bit for each field
(in the order of `FIELDS`) in which the term stands. *Characters* are single Chinese characters and whole
Latin words, by which the best documents are ranked again. The *plain* text is the normalised text, fields
apart by line ends, on which phrases are checked. A *gathering* holds the postings of many documents while a
segment is made.
"""

import json
from array import array
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hub.base.errors import HubError
from hub.search.analysis import Analysis, Token, is_han, normalize
from hub.search.documents import BUILT_IN_COLUMNS, FIELD_WEIGHTS, FIELDS, LINE, Document

MAX_TEXT = 400_000
"""Characters taken of one field text; what is longer is found by its beginning."""

ROW_SHIFT, QUARTERS_SHIFT = 32, 8
"""A gathered posting is one number: row, quarters (24 bits), mask (8 bits). No text is long enough to count
higher."""

ALL_FIELDS = 255
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
    """One document, analysed, with its stored forms. `words` and `characters` map a term to quarters and
    mask in one number, as postings are gathered.
    """

    facts: Facts
    words: Mapping[str, int]
    characters: Mapping[str, int]
    plain: bytes
    stored: bytes


class Gathering:
    """Postings of documents in row order, ready to become a segment: for each term an array of 64-bit
    numbers.
    """

    def __init__(self) -> None:
        """Start empty; rows are counted from nought."""
        self.words: dict[str, array[int]] = {}
        self.characters: dict[str, array[int]] = {}
        self.size = 0

    def add(self, prepared: Prepared) -> int:
        """Take in one document and return its row."""
        base = self.size << ROW_SHIFT
        for columns, counted in ((self.words, prepared.words), (self.characters, prepared.characters)):
            for term, count in counted.items():
                column = columns.get(term)
                if column is None:
                    columns[term] = array("Q", (base | count,))
                else:
                    column.append(base | count)
        self.size += 1
        return self.size - 1


def prepare(document: Document, analysis: Analysis) -> Prepared:
    """Analyse `document`. Raises HubError when its payload is not JSON."""
    words: dict[str, int] = {}
    characters: dict[str, int] = {}
    plain: list[str] = []
    for name, text in document.texts():
        normal = normalize(text[:MAX_TEXT]).text
        plain.append(normal)
        terms, singles = analysis.counted(normal)
        _count(terms, QUARTERS[name], MASKS[name], words)
        _count(singles, QUARTERS[name], ALL_FIELDS, characters)
    return Prepared(
        facts=_facts(document, words, characters),
        words=words,
        characters=characters,
        plain="\n".join(plain).encode("utf-8", "replace"),
        stored=pack(document),
    )


def _count(terms: Iterable[str], quarters: int, mask: int, counted: dict[str, int]) -> None:
    for term, times in Counter(terms).items():
        counted[term] = (counted.get(term, 0) + (times * quarters << QUARTERS_SHIFT)) | mask


def single_characters(token: Token) -> Iterable[str]:
    """The characters a token counts for: each Chinese one by itself, anything else as it is."""
    return token.text if is_han(token.text) else (token.text,)


def _facts(document: Document, words: Mapping[str, int], characters: Mapping[str, int]) -> Facts:
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
        words=sum(count >> QUARTERS_SHIFT for count in words.values()),
        characters=sum(count >> QUARTERS_SHIFT for count in characters.values()),
        title=normalize(document.title).text,
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
    facts = Facts(*json.loads(packed.decode("utf-8", "surrogatepass")))
    columns = {name: tuple(values) for name, values in facts.columns.items()}
    return Facts(
        facts.id, facts.group, columns, tuple(facts.readers), facts.updated, facts.published, facts.uses, facts.words,
        facts.characters, facts.title,
    )  # fmt: skip
