"""Activity: append-only, who did what to what, when. The audit log, and insight's raw material.

A *change* is written in its own transaction with `record`. What a GET must note (a search, a view, last seen) goes to a
`Notebook`: a buffer with a writer of its own, so that reading never waits for writing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, ScalarSelect, func, insert, update
from sqlmodel import Field, Session, SQLModel, col, select

from hub.base import clock
from hub.base.db import Database, Json, UtcDateTime, given
from hub.base.gathering import Gathering


class Activity(SQLModel, table=True):
    """One thing that happened. `thing` is a noun ("asset"), `verb` what was done ("approve")."""

    __table_args__ = (
        Index("ix_activity_thing", "thing", "thing_id", "at"),
        Index("ix_activity_person", "person_id", "verb", "at"),
        Index("ix_activity_verb", "verb", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    person_id: int | None = None  # None: the system, or nobody known; kept when the person goes
    verb: str = Field(max_length=40)
    thing: str = Field(max_length=30)
    thing_id: int | None = None
    details: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


@dataclass(frozen=True)
class Entry:
    """What is to be noted."""

    verb: str
    thing: str
    thing_id: int | None = None
    person_id: int | None = None
    details: dict[str, Any] = field(default_factory=dict)
    at: datetime = field(default_factory=clock.now)


def record(
    session: Session, verb: str, thing: str, thing_id: int | None, *, by: int | None, **details: Any
) -> None:
    """Write what happened in the transaction of the change itself."""
    session.add(
        Activity(at=clock.now(), person_id=by, verb=verb, thing=thing, thing_id=thing_id, details=details)
    )


Keeper = Callable[[Session, Sequence[Entry]], None]
"""A room that keeps more of what was noted than the activity itself."""


class Notebook(Gathering[Entry]):
    """The buffer for what reading notes."""

    def __init__(self, database: Database, keepers: Sequence[Keeper] = ()) -> None:
        """Nothing runs until `open`. Each of `keepers` sees what is written, in the same transaction."""
        super().__init__(database, self._put, name="notebook")
        self._keepers = keepers

    def write(self, entry: Entry) -> None:
        """Write the entry durably before returning: for what must be on record before it happens."""
        with self._database.write() as session:
            session.exec(insert(Activity), params=[_row(entry)])

    def _put(self, session: Session, batch: Sequence[Entry]) -> None:
        session.exec(insert(Activity), params=[_row(e) for e in batch])
        for keeper in self._keepers:
            keeper(session, batch)


def _row(entry: Entry) -> dict[str, Any]:
    return {
        "at": entry.at,
        "person_id": entry.person_id,
        "verb": entry.verb,
        "thing": entry.thing,
        "thing_id": entry.thing_id,
        "details": entry.details,
    }


def of(session: Session, thing: str, thing_id: int, *, limit: int = 50) -> list[Activity]:
    """What happened to one thing, newest first."""
    query = select(Activity).where(Activity.thing == thing, Activity.thing_id == thing_id)
    return list(
        session.exec(query.order_by(col(Activity.at).desc(), col(Activity.id).desc()).limit(limit)).all()
    )


def recent_searches(session: Session, person_id: int, *, limit: int = 5) -> list[str]:
    """The person's latest distinct search words, newest first."""
    words = dict.fromkeys(session.execute(_SEARCHES, {"person": person_id}).scalars())
    return [w for w in words if w][:limit]


_SEARCHES = (
    select(col(Activity.details)["words"].as_string())  # no more of sixty searches than their words
    .where(col(Activity.person_id) == given("person"), Activity.verb == "search")
    .order_by(col(Activity.at).desc())
    .limit(60)
)


def forget_searches(session: Session, person_id: int, words: str | None = None) -> int:
    """Take the person's name off their searches, or off those with just these words; returns how many."""
    mine = select(Activity.id, Activity.details).where(
        Activity.person_id == person_id, Activity.verb == "search"
    )
    ids = [i for i, d in session.exec(mine).all() if words is None or d.get("words") == words]
    for start in range(0, len(ids), 500):
        session.exec(
            update(Activity).where(col(Activity.id).in_(ids[start : start + 500])).values(person_id=None)
        )
    return len(ids)


def tally(verb: str, thing: str, thing_id: Any) -> ScalarSelect[int]:
    """How often this was done to one thing, as a part of a question; see `base.db.together`."""
    query = select(func.count()).select_from(Activity)
    return query.where(
        Activity.thing == thing, Activity.thing_id == thing_id, Activity.verb == verb
    ).scalar_subquery()


def counts(
    session: Session, verb: str, thing: str, ids: Sequence[int], *, days: int | None = None
) -> dict[int, int]:
    """How often `verb` was done to each of `ids`, optionally in the last `days`."""
    query = (
        select(Activity.thing_id, func.count())
        .where(Activity.verb == verb, Activity.thing == thing, col(Activity.thing_id).in_(ids))
        .group_by(col(Activity.thing_id))
    )
    if days is not None:
        query = query.where(col(Activity.at) >= clock.now() - timedelta(days=days))
    return {int(thing_id): n for thing_id, n in session.exec(query).all() if thing_id is not None}
