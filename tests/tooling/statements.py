"""SQL that one test has compiled serves the tests after it.

SQLAlchemy keeps compiled statements with the engine. Each test opens an engine of its own, so that without this every
statement would be compiled anew in each of a thousand tests, which is most of what a small test costs. What is kept is
text and types, no rows: which database is asked, and its connections, stay each test's own.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy import Connection, Engine
from sqlalchemy.util import LRUCache

from hub.base import db

_first: dict[str, Engine] = {}
"""By the kind of database: the engine whose dialect and statements all others take over."""


def _keep(engine: Engine) -> None:
    if engine.dialect.name not in _first:
        engine._compiled_cache = LRUCache(3000)
        engine.dialect.initialize = _known  # type: ignore[method-assign]
        _first[engine.dialect.name] = engine


def _known(_connection: Connection) -> None:
    """What a dialect asks at the first connection of each engine, it has asked this very server."""


def create_engine(*arguments: Any, **options: Any) -> Engine:
    """As SQLAlchemy's."""
    made = sqlalchemy.create_engine(*arguments, **options)
    first = _first.get(made.dialect.name)
    if first is not None:
        made.dialect = made.pool._dialect = first.dialect
        made._compiled_cache = first._compiled_cache
    return made


@pytest.fixture(scope="session", autouse=True)
def statements_are_compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "create_engine", create_engine)
        yield


@pytest.fixture(scope="session")
def keep_statements_of() -> Callable[[Engine], None]:
    """From then on engines of the kind of this one, which has been connected, share what it compiled."""
    return _keep
