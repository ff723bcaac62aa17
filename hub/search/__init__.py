"""Search: find documents by Chinese and Latin words, under rights, with facets and highlights.

The room knows documents, not assets: other rooms turn their things into `Document`s. See `documents`,
`protocol`, `analysis` for the words used here.
"""

from hub.search.analysis import Analysis, analysis_version
from hub.search.damage import IndexUnavailable
from hub.search.documents import FIELD_WEIGHTS, FIELDS, Change, Document, Drop, Put
from hub.search.finding import Ask, Found, find
from hub.search.highlights import Highlighted, highlight
from hub.search.memory_engine import MemoryEngine
from hub.search.opening import EngineName, choose_engine, open_engine
from hub.search.progress import Progress, unheard
from hub.search.protocol import (
    MAX_LIMIT,
    Engine,
    Group,
    Health,
    Hit,
    Member,
    Query,
    Result,
    Sort,
    Term,
    Weights,
)
from hub.search.rights import EVERYTHING, Rights
from hub.search.spelling import Correction
from hub.search.suggest import Suggestion, suggest, warm
from hub.search.whoosh_engine import WhooshEngine

__all__ = [
    "EVERYTHING",
    "FIELDS",
    "FIELD_WEIGHTS",
    "MAX_LIMIT",
    "Analysis",
    "Ask",
    "Change",
    "Correction",
    "Document",
    "Drop",
    "Engine",
    "EngineName",
    "Found",
    "Group",
    "Health",
    "Highlighted",
    "Hit",
    "IndexUnavailable",
    "Member",
    "MemoryEngine",
    "Progress",
    "Put",
    "Query",
    "Result",
    "Rights",
    "Sort",
    "Suggestion",
    "Term",
    "Weights",
    "WhooshEngine",
    "analysis_version",
    "choose_engine",
    "find",
    "highlight",
    "open_engine",
    "suggest",
    "unheard",
    "warm",
]
