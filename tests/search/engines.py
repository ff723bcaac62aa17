"""The engines that keep the one contract, each as a test may have it."""

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import pytest

from hub.search import Analysis, Drop, Engine, MemoryEngine, Put, WhooshEngine
from hub.search.postgres_engine import PostgresEngine
from tests.search.library import document, library

_Engine = TypeVar("_Engine", bound=Engine)

ENGINES = [
    "memory",
    "whoosh",
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("tantivy", marks=pytest.mark.tantivy),
]


def make(name: str, request: pytest.FixtureRequest, folder: Path, analysis: Analysis | None = None) -> Engine:
    """An engine that is to be rebuilt first, because all tests of a page share one database."""
    if name == "postgres":
        return PostgresEngine(request.getfixturevalue("search_database"), analysis)
    if name == "tantivy":
        from hub.search.tantivy_engine import TantivyEngine

        return TantivyEngine(folder, analysis)
    return MemoryEngine(analysis) if name == "memory" else WhooshEngine(folder, analysis)


def filled(engine: _Engine, words: Iterable[str] | None = None) -> _Engine:
    """The engine with the library in it; `words` are its dictionary."""
    engine.rebuild(library(), 1, words=words)
    return engine


def changed(engine: _Engine) -> _Engine:
    """The engine with the library in it, and since then one document more and one less."""
    filled(engine).apply([Put(document("asset:20", "能耗新篇")), Drop("faq:1")], 2)
    return engine
