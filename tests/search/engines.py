"""The engines that keep the one contract, each as a test may have it."""

from pathlib import Path

import pytest

from hub.search import Analysis, Engine, MemoryEngine, WhooshEngine
from hub.search.postgres_engine import PostgresEngine

ENGINES = ["memory", "whoosh", pytest.param("postgres", marks=pytest.mark.postgres)]


def make(name: str, request: pytest.FixtureRequest, folder: Path, analysis: Analysis | None = None) -> Engine:
    """An engine that is to be rebuilt first, because all tests of a page share one database."""
    if name == "postgres":
        return PostgresEngine(request.getfixturevalue("search_database"), analysis)
    return MemoryEngine(analysis) if name == "memory" else WhooshEngine(folder, analysis)
