"""The engines that keep the one contract, each as a test may have it."""

import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import pytest

from hub.base.errors import HubError
from hub.search import (
    EVERYTHING,
    Analysis,
    Drop,
    Engine,
    Group,
    MemoryEngine,
    Put,
    Query,
    Result,
    Term,
    WhooshEngine,
)
from hub.search.postgres_engine import PostgresEngine
from tests.search.library import document, library

_Engine = TypeVar("_Engine", bound=Engine)

ENERGY = Query(rights=EVERYTHING, groups=(Group((Term("能耗"),)),), facets=("kind",), limit=50)
COUNTED = Query(rights=EVERYTHING, groups=(Group((Term("计数"),)),), facets=("kind",), limit=100)
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


def ids(engine: Engine) -> set[str]:
    """What is found by 能耗."""
    return {hit.id for hit in engine.search(ENERGY).hits}


def untrue_while_one_writes(engine: Engine, other: Engine, changes: int) -> list[str]:
    """What cannot be so of the answers to eight threads, while documents are put in one by one.

    Half of the threads ask `engine`, which writes, half `other`, which is the same index as another process has it.
    """
    wrong: list[str] = []
    done = threading.Event()
    engine.rebuild([document("asset:0", "计数", columns={"kind": ("a",)})], 3)

    def read(reader: Engine) -> None:
        last = 0
        while not done.is_set():
            try:
                result = reader.search(COUNTED)
            except HubError as error:
                wrong.append(f"{error.message} {error.details}")
                return
            wrong.extend(_untrue(result, last))
            last = result.total

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=read, args=(reader,)) for reader in (engine, other) * 4]
    try:
        for thread in threads:
            thread.start()
        for number in range(1, changes + 1):
            engine.apply([Put(document(f"asset:{number}", "计数", columns={"kind": ("a",)}))], 3 + number)
    finally:
        done.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)
    return wrong + _untrue(engine.search(COUNTED), changes + 1)


def _untrue(result: Result, last: int) -> list[str]:
    """What cannot be so of an answer when documents 0 to n were put in one by one."""
    names = {hit.id for hit in result.hits}
    wrong = []
    if names != {f"asset:{number}" for number in range(len(names))}:
        wrong.append(f"not the first ones: {sorted(names)}")
    if result.total != len(names) or result.facets["kind"] != {"a": len(names)}:
        wrong.append(f"{result.total} and {result.facets} for {len(names)}")
    if result.total < last:
        wrong.append(f"went back from {last} to {result.total}")
    return wrong
