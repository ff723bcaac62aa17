"""What search knows: documents made of weighted text fields, facet columns and reader tokens.

A *document* is anything that can be found: an asset, one of its slides, a toolkit, a requirement, a launch plan, an
FAQ answer, a person. Each domain turns its own things into documents; search never asks what they mean. A
*field* is a piece of its text with a weight. A *column* holds the facet values of the document. A *reader
token* ("all", "team:3", "person:7") names those who may know that the document exists. A *group* is the id
of the document under which this one is shown: slides name their deck. A *change* is one document to put in
place (`Put`) or to take away (`Drop`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

FIELD_WEIGHTS: Mapping[str, float] = {
    "title": 1.0,
    "headings": 1.25,
    "tags": 1.25,
    "body": 1.0,
    "notes": 0.75,
    "extra": 0.75,
    "tables": 1.0,
    "charts": 1.0,
}
"""What one occurrence counts in each field unless the settings say otherwise; multiples of a quarter, because engines
keep them as whole quarters. `tables` are the cells of tables, `charts` titles and names in charts, `extra` the words
for pictures and what else is known of a thing."""

FIELDS: tuple[str, ...] = tuple(FIELD_WEIGHTS)
BUILT_IN_COLUMNS: tuple[str, ...] = ("type", "language")
LINE = "line"
"""The column for the kind of line that a document is shown under: a slide's is that of its deck. A document that says
nothing of it is its own line.
"""


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found.

    `id` is "<type>:<key>" and unique in the index. `group` is the id of the document this one is folded
    under, None when it stands alone. Documents of the same `fold` whose texts are nearly the same may be shown as one;
    None is never folded so. `readers` empty means nobody but an operator finds it. `payload` is
    handed back untouched with a hit and must be JSON.
    """

    id: str
    type: str
    title: str = ""
    group: str | None = None
    fold: str | None = None
    headings: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    body: str = ""
    notes: str = ""
    extra: str = ""
    tables: str = ""
    charts: str = ""
    language: str = "zh"
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    readers: tuple[str, ...] = ()
    updated_at: datetime | None = None
    published_at: datetime | None = None
    uses: int = 0
    payload: Mapping[str, Any] = field(default_factory=dict)

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every non-empty text with its field name, in the order of `FIELDS`; list fields give one text an
        item.
        """
        for name in FIELDS:
            value = getattr(self, name)
            for text in (value,) if isinstance(value, str) else value:
                if text:
                    yield name, text


@dataclass(frozen=True, slots=True)
class Put:
    """The document is in the index from now on, in place of an older one of the same id."""

    document: Document


@dataclass(frozen=True, slots=True)
class Drop:
    """The document of this id is no longer in the index; nothing happens when it was not there."""

    id: str


Change = Put | Drop
