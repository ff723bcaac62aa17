"""Whatever a test keeps under stamps is worked out from the tables it names, and from no other.

`stamps.kept` believes its caller: who forgets a table shows what is no longer so. Here the statements sent while
something is worked out are read, in every test, and so is what it takes of other things that are kept: their tables
have to be among its own.
"""

import re
import threading
from collections.abc import Callable, Hashable, Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import Session, SQLModel

from hub.base import stamps
from hub.base.watching import APART, OTHER, WATCHED

_TABLE = r'"?(\w+)"?(?:\s+AS\s+"?\w+"?)?'
_LISTS = re.compile(rf"\b(?:FROM|JOIN)\s+({_TABLE}(?:\s*,\s*{_TABLE})*)")
_ONE = re.compile(_TABLE)

WRITTEN_TOGETHER = {"agenda": {"activity"}}
"""By the first word of a key: tables without a stamp whose rows that are read come with rows that have one. What an
agenda reads of the activity is what was done to requirements, in the transaction that changed them.
"""

_working = threading.local()


def tables_read(statement: str) -> set[str]:
    """The tables of the database that a statement reads."""
    named = {one[1] for found in _LISTS.finditer(statement) for one in _ONE.finditer(found[1])}
    return named & SQLModel.metadata.tables.keys()


def stamp_of(table: str) -> str:
    """Which stamp changes with a table; the table's own name where none does."""
    return table if table in WATCHED | APART else OTHER


def _named() -> list[tuple[frozenset[str], Hashable]]:
    if not hasattr(_working, "named"):
        _working.named = []
    found: list[tuple[frozenset[str], Hashable]] = _working.named
    return found


def _heed(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
    if not statement.startswith(
        ("SELECT", "WITH")
    ):  # a session that may write brings its own rows up to date first
        return
    firsts = [key[0] for _tables, key in _named() if isinstance(key, tuple)]
    beside = {table for first in firsts for table in WRITTEN_TOGETHER.get(first, ())}
    for tables, key in _named():
        missing = {stamp_of(t) for t in tables_read(statement)} - tables - beside - {"table_stamp"}
        assert not missing, f"{key!r} is kept, but rests on {sorted(missing)} too: {statement[:400]}"


def _within(tables: tuple[str, ...], key: Hashable, make: Callable[..., Any]) -> Callable[..., Any]:
    for outer, name in _named():
        missing = set(tables) - outer
        assert not missing, f"{name!r} is kept, but takes {key!r}, which rests on {sorted(missing)} too"

    def made(*given: Any) -> Any:
        _named().append((frozenset(tables), key))
        try:
            return make(*given)
        finally:
            _named().pop()

    return made


@pytest.fixture(scope="session", autouse=True)
def what_is_kept_names_its_tables() -> Iterator[None]:
    kept, kept_many = stamps.kept, stamps.kept_many

    def heeded(
        session: Session, tables: tuple[str, ...], key: Hashable, make: Callable[[], Any], **how: Any
    ) -> Any:
        return kept(session, tables, key, _within(tables, key, make), **how)

    def heeded_many(
        session: Session,
        tables: tuple[str, ...],
        keys: dict[int, Hashable],
        make: Callable[[list[int]], dict[int, Any]],
    ) -> dict[int, Any]:
        first = next(iter(keys.values()), ())
        return kept_many(session, tables, keys, _within(tables, first, make))

    event.listen(Engine, "before_cursor_execute", _heed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stamps, "kept", heeded)
        patch.setattr(stamps, "kept_many", heeded_many)
        yield
    event.remove(Engine, "before_cursor_execute", _heed)
