"""What was worked out from the rows, kept as long as these rows are the same.

Each table in `watching.WATCHED` has a *stamp*: a random word that is another one after every transaction that wrote a
row of it, changed in that very transaction. So whoever knows the stamps of the tables that something was worked out
from knows whether it still holds, whichever process wrote. Rows that go because of a row they hang on leave the stamp
of their own table as it is: name the table of that row too.

Where more is at stake than time, such as what strangers may see, `EVERYTHING` is named instead of tables: whatever
anybody changes then makes it be worked out anew, tables that come later included.

Only what a session read that cannot write is kept, and nothing that belongs to a session: plain values, the same for
everybody who has the same key.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, TypeVar, cast

from sqlalchemy import ScalarSelect
from sqlmodel import Field, Session, SQLModel, select

from hub.base.db import json_rows
from hub.base.watching import OTHER, WATCHED

EVERYTHING = (*sorted(WATCHED), OTHER)
MOST_KEPT = 4_000  # things in one process
Kept = TypeVar("Kept")


class TableStamp(SQLModel, table=True):
    """The stamp of a table; without a row, nothing was ever written to it."""

    __tablename__ = "table_stamp"
    name: str = Field(primary_key=True, max_length=40)
    stamp: str = Field(max_length=16)


def part() -> ScalarSelect[Any]:
    """All stamps, as a part of another question; hand the answer to `note`."""
    return select(json_rows(TableStamp.name, TableStamp.stamp)).scalar_subquery()


def note(session: Session, found: Sequence[tuple[str, str]] | None) -> None:
    """Remember what `part` answered, so that this session need not ask."""
    session.info["stamps"] = dict(found or ())


def _stamps(session: Session) -> dict[str, str]:
    if "stamps" not in session.info:
        note(session, session.execute(select(part())).scalar_one())
    known: dict[str, str] = session.info["stamps"]
    return known


_kept: OrderedDict[Hashable, Any] = OrderedDict()
_keeping = threading.Lock()


def kept(session: Session, tables: tuple[str, ...], key: Hashable, make: Callable[[], Kept]) -> Kept:
    """What `make` works out from these tables, or worked out before from the same rows. `key` names it and all else
    that it depends on: who may see it, the day, the language. None is not kept, nor what a session that may write sees.
    """
    place = _place(session, tables, key)
    if place is None:
        return make()
    with _keeping:
        if place in _kept:
            _kept.move_to_end(place)
            return cast("Kept", _kept[place])
    made = make()
    keep(place, made)
    return made


def may_keep(session: Session) -> bool:
    """Whether `kept` keeps anything of this session: one that may write sees what others do not see yet."""
    return session.get_bind().get_execution_options().get("hub_mode") == "read"


def _place(session: Session, tables: tuple[str, ...], key: Hashable) -> Hashable | None:
    if unwatched := set(tables) - WATCHED - {OTHER}:
        raise ValueError(f"nobody watches {sorted(unwatched)}")
    if not may_keep(session):
        return None
    known = _stamps(session)
    if "database" not in session.info:
        session.info["database"] = str(session.get_bind().engine.url)
    return (session.info["database"], tuple(known.get(t, "") for t in tables), key)


def keep(place: Hashable, made: object) -> None:
    """Put it where `kept` looks; the longest unused goes when there are too many."""
    if made is None:
        return
    with _keeping:
        _kept[place] = made
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)


def kept_many(
    session: Session,
    tables: tuple[str, ...],
    keys: dict[int, Hashable],
    make: Callable[[list[int]], dict[int, Kept]],
) -> dict[int, Kept]:
    """`kept` for several things by id, with those that are not kept worked out together."""
    places = {number: _place(session, tables, key) for number, key in keys.items()}
    with _keeping:
        found = {n: cast("Kept", _kept[p]) for n, p in places.items() if p is not None and p in _kept}
        for number in found:
            _kept.move_to_end(places[number])
    missing = [n for n in keys if n not in found]
    made = make(missing) if missing else {}
    for number, thing in made.items():
        if places.get(number) is not None:
            keep(places[number], thing)
    return {n: found[n] if n in found else made[n] for n in keys if n in found or n in made}
