"""The outbox of the search index: which things changed, in order. Written in the transaction of the change itself.

The index is a cache with one writer. That writer reads the outbox from its own checkpoint on, builds the documents of
what changed from the rows as they are now, and takes them in under the number of the newest entry it has read.

Other *followers* work something out of what changed as well; how far each has read stands in a row of its own.
"""

from sqlalchemy import func, text
from sqlmodel import Field, Session, SQLModel, col, select

from hub.base import jobs

JOB = "index.apply"
ORDER_LOCK = 731_002  # PostgreSQL: entries become visible in the order of their numbers


class IndexChange(SQLModel, table=True):
    """The thing's documents are to be built again. `pages` is how many pages it ever had, for what must be dropped."""

    __tablename__ = "index_change"
    __table_args__ = {
        "sqlite_autoincrement": True
    }  # a number is never given twice, even after old entries are gone
    id: int | None = Field(default=None, primary_key=True)
    thing: str = Field(max_length=20)
    thing_id: int
    pages: int = 0


class Follower(SQLModel, table=True):
    """Up to which entry a follower has read; without a row, none."""

    __tablename__ = "index_follower"
    name: str = Field(primary_key=True, max_length=30)
    number: int = 0


def changed(session: Session, thing: str, thing_id: int | None, *, pages: int = 0) -> None:
    """Note that the thing's documents are no longer right, and ask for the index to follow."""
    if thing_id is None:
        raise ValueError("flush first: the thing has no id yet")
    if session.get_bind().dialect.name == "postgresql":
        session.exec(text("SELECT pg_advisory_xact_lock(:key)"), params={"key": ORDER_LOCK})  # type: ignore[call-overload]
    session.add(IndexChange(thing=thing, thing_id=thing_id, pages=pages))
    jobs.later(session, JOB, key="index", priority=2)


def since(session: Session, number: int, *, limit: int = 500) -> list[IndexChange]:
    """The entries after `number`, oldest first."""
    query = select(IndexChange).where(col(IndexChange.id) > number).order_by(col(IndexChange.id)).limit(limit)
    return list(session.exec(query).all())


def newest(session: Session) -> int:
    """The number of the newest entry; 0 when there is none."""
    return session.exec(select(func.max(IndexChange.id))).one() or 0


def read_up_to(session: Session, follower: str) -> int:
    """The number of the last entry this follower has taken in."""
    found = session.get(Follower, follower)
    return found.number if found else 0


def mark_read(session: Session, follower: str, number: int) -> None:
    """Note that this follower has taken in everything up to this entry."""
    row = session.get(Follower, follower) or Follower(name=follower)
    row.number = number
    session.add(row)


def forget(session: Session, *, up_to: int) -> None:
    """Drop entries that every index has taken in."""
    for entry in session.exec(select(IndexChange).where(col(IndexChange.id) < up_to)).all():
        session.delete(entry)
