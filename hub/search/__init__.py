"""Search: find documents by Chinese and Latin words, under rights, with facets and highlights.

The room knows documents, not assets: other rooms turn their things into `Document`s. See `documents`,
`protocol`, `analysis` for the words used here.
"""

from collections.abc import Iterable
from pathlib import Path

from hub.search.analysis import Analysis
from hub.search.documents import FIELDS, Change, Document, Drop, Put
from hub.search.finding import Ask, Correction, Found, find
from hub.search.marking import HIT_CLOSE, HIT_OPEN, mark, snippet
from hub.search.memory_engine import MemoryEngine
from hub.search.protocol import (
    EVERYTHING,
    Engine,
    Group,
    Health,
    Hit,
    IndexUnavailable,
    Member,
    Query,
    Result,
    Rights,
    Sort,
    Term,
)
from hub.search.whoosh_engine import WhooshEngine


def open_engine(folder: Path, words: Iterable[str] = ()) -> Engine:
    """The default engine on the index in `folder`; `words` are kept whole by the Chinese analysis."""
    return WhooshEngine(folder, Analysis(words))


__all__ = [
    "EVERYTHING",
    "FIELDS",
    "HIT_CLOSE",
    "HIT_OPEN",
    "Analysis",
    "Ask",
    "Change",
    "Correction",
    "Document",
    "Drop",
    "Engine",
    "Found",
    "Group",
    "Health",
    "Hit",
    "IndexUnavailable",
    "Member",
    "MemoryEngine",
    "Put",
    "Query",
    "Result",
    "Rights",
    "Sort",
    "Term",
    "WhooshEngine",
    "find",
    "mark",
    "open_engine",
    "snippet",
]
