"""Wrong guesses at what is secret: passwords, passcodes, addresses of links. Counted in the database, so that all
processes count together and none forgets at a restart.

A *limit* says how many wrong tries somebody has in a moving window; a *try* is a limit and whom it counts against: an
address, a name, an address at one link. Who that is does not stand in the row, only a hash that the key of the house
goes into. A right try writes nothing; nor does one over the limit, which is refused unread.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, ScalarSelect, delete, func, insert
from sqlalchemy import select as select_columns
from sqlmodel import Field, Session, SQLModel, col

from hub.base import clock
from hub.base.db import UtcDateTime, given, moment
from hub.base.errors import HubError

KEPT = timedelta(days=1)
"""Longer than any window; older rows are swept."""


class Guess(SQLModel, table=True):
    """One wrong try."""

    __table_args__ = (Index("ix_guess_key", "key", "at"), Index("ix_guess_at", "at"))

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(max_length=32)
    at: datetime = Field(sa_type=UtcDateTime)


@dataclass(frozen=True)
class Limit:
    """So many wrong tries in so many minutes; `door` keeps one limit apart from another."""

    door: str
    most: int
    minutes: int


@dataclass(frozen=True)
class Try:
    """A limit, and the hash of whom it counts against."""

    limit: Limit
    key: str

    def since(self, at: datetime | None = None) -> datetime:
        """What was before counts no more."""
        return (at or clock.now()) - timedelta(minutes=self.limit.minutes)


class TooMany(HubError):  # noqa: N818 - says what is so
    """Too many wrong tries. Answered with 429."""

    status = 429
    code = "too_many"


def a_try(limit: Limit, *who: str, key: str) -> Try:
    """A try of whoever this is; `key` is the key of the house."""
    said = "\0".join((limit.door, *who)).encode()
    return Try(limit, hmac.new(key.encode(), said, hashlib.sha256).hexdigest()[:32])


def tally() -> ScalarSelect[Any]:
    """How many wrong tries count, as a part of another question; `guess_key` and `guess_since` are given with it."""
    return (
        select_columns(func.count())
        .select_from(Guess)
        .where(col(Guess.key) == given("guess_key"), col(Guess.at) > moment("guess_since"))
        .scalar_subquery()
    )


def may_try(session: Session, *tries: Try, at: datetime | None = None) -> bool:
    """Whether all of these are below their limits, in a session that may write. From here to its end nobody else tries
    at the same: of any number that come together, no more than the limit are looked at.
    """
    _one_at_a_time(session, tries)
    return _below(session, tries, at)


def wrong(session: Session, *tries: Try, at: datetime | None = None) -> bool:
    """Count a wrong try; False, and nothing is written, where the limit was reached before it."""
    at = at or clock.now()
    _one_at_a_time(session, tries)
    if not _below(session, tries, at):
        return False
    session.execute(insert(Guess), [{"key": one.key, "at": at} for one in tries])
    return True


def _below(session: Session, tries: Sequence[Try], at: datetime | None) -> bool:
    """One question for each, which has an index of its own; there are two at most."""
    asked = select_columns(tally())
    return all(
        session.execute(asked, {"guess_key": one.key, "guess_since": one.since(at)}).scalar_one()
        < one.limit.most
        for one in tries
    )


def _one_at_a_time(session: Session, tries: Sequence[Try]) -> None:
    """SQLite has one writer as it is. PostgreSQL gets a lock for each until the transaction ends, in one order, so that
    no two wait for each other.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    for number in sorted(int(one.key[:15], 16) for one in tries):
        session.execute(select_columns(func.pg_advisory_xact_lock(number)))


def sweep(session: Session, *, at: datetime | None = None) -> None:
    """Forget what counts no more."""
    session.execute(delete(Guess).where(col(Guess.at) < (at or clock.now()) - KEPT))
