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
from collections.abc import Callable, Hashable, Iterable, Sequence
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


class Shelf:
    """Where things are kept; the longest unused goes when there are more than `most`."""

    def __init__(self, most: int) -> None:
        """Nothing is kept yet."""
        self._most = most
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._keeping = threading.Lock()

    def found(self, places: Iterable[Hashable]) -> dict[Hashable, Any]:
        """What is kept in these places."""
        with self._keeping:
            found = {place: self._kept[place] for place in places if place in self._kept}
            for place in found:
                self._kept.move_to_end(place)
        return found

    def keep(self, place: Hashable, made: object) -> None:
        """Put it where `found` looks; None is not kept."""
        if made is None:
            return
        with self._keeping:
            self._kept[place] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


_shelf = Shelf(MOST_KEPT)


def kept(
    session: Session,
    tables: tuple[str, ...],
    key: Hashable,
    make: Callable[[], Kept],
    shelf: Shelf | None = None,
) -> Kept:
    """What `make` works out from these tables, or worked out before from the same rows. `key` names it and all else
    that it depends on: who may see it, the day, the language. None is not kept, nor what a session that may write sees.
    What is large has a shelf of its own.
    """
    place = _place(session, tables, key)
    if place is None:
        return make()
    where = shelf or _shelf
    for found in where.found((place,)).values():
        return cast("Kept", found)
    made = make()
    where.keep(place, made)
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


def kept_many(
    session: Session,
    tables: tuple[str, ...],
    keys: dict[int, Hashable],
    make: Callable[[list[int]], dict[int, Kept]],
) -> dict[int, Kept]:
    """`kept` for several things by id, with those that are not kept worked out together."""
    places = {number: _place(session, tables, key) for number, key in keys.items()}
    there = _shelf.found([place for place in places.values() if place is not None])
    found = {n: cast("Kept", there[p]) for n, p in places.items() if p is not None and p in there}
    missing = [n for n in keys if n not in found]
    made = make(missing) if missing else {}
    for number, thing in made.items():
        if (place := places.get(number)) is not None:
            _shelf.keep(place, thing)
    return {n: found[n] if n in found else made[n] for n in keys if n in found or n in made}
