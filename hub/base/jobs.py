"""Jobs: later = a row. Slow or outside work is a row written in the same transaction as the change that asked for it.

A *job* waits, runs under a lease that its worker keeps renewing, and is done or, after its last attempt, failed (kept,
shown to administrators). Handlers are safe to run twice: a worker killed in the middle lets its lease run out and
another takes the job again. A `key` makes a waiting job unique: asking again while it waits changes nothing.
"""

import traceback
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, func, text, update
from sqlmodel import Field, Session, SQLModel, col, select

from hub.base import clock
from hub.base.db import Json, UtcDateTime, given

LEASE = timedelta(seconds=10)
ATTEMPTS = 4
PAUSES = (timedelta(seconds=2), timedelta(seconds=15), timedelta(minutes=2))


class Job(SQLModel, table=True):
    """One piece of later work. `payload` holds ids, never content."""

    __table_args__ = (
        Index("ix_job_take", "state", "priority", "run_at", "id"),
        Index(
            "uq_job_waiting_key",
            "name",
            "key",
            unique=True,
            sqlite_where=text("state = 'waiting' AND key IS NOT NULL"),
            postgresql_where=text("state = 'waiting' AND key IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=60)
    key: str | None = Field(default=None, max_length=200)
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    state: str = Field(default="waiting", max_length=10)  # waiting, running, done, failed
    priority: int = 5  # lower runs first
    attempts: int = 0
    run_at: datetime = Field(sa_type=UtcDateTime)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    worker: str | None = Field(default=None, max_length=80)
    error: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


def later(
    session: Session,
    name: str,
    *,
    key: str | None = None,
    at: datetime | None = None,
    priority: int = 5,
    **payload: Any,
) -> None:
    """Ask for `name` to be run with `payload` after this transaction commits, not before `at`."""
    if key is not None and _waiting(session, name, key):
        return
    stamp = clock.now()
    session.add(
        Job(name=name, key=key, payload=payload, priority=priority, run_at=at or stamp, created_at=stamp)
    )


def _waiting(session: Session, name: str, key: str) -> bool:
    return session.execute(_ASKED, {"name": name, "key": key}).first() is not None


_ASKED = (
    select(Job.id)
    .where(col(Job.name) == given("name"), col(Job.key) == given("key"), col(Job.state) == "waiting")
    .limit(1)
)


def take(
    session: Session,
    *,
    worker: str,
    at: datetime | None = None,
    limit: int = 1,
    names: Sequence[str] | None = None,
    skip: Sequence[str] = (),
) -> list[Job]:
    """Lease up to `limit` due jobs to `worker`; jobs whose lease ran out count as due. The caller commits."""
    at = at or clock.now()
    due = (col(Job.state) == "waiting") & (col(Job.run_at) <= at)
    lost = (col(Job.state) == "running") & (col(Job.lease_until) < at)
    query = (
        select(Job).where(due | lost).order_by(col(Job.priority), col(Job.run_at), col(Job.id)).limit(limit)
    )
    if names is not None:
        query = query.where(col(Job.name).in_(names))
    if skip:
        query = query.where(col(Job.name).not_in(skip))
    jobs = list(session.exec(query.with_for_update(skip_locked=True)).all())
    for job in jobs:
        job.state, job.worker, job.lease_until = "running", worker, at + LEASE
        job.attempts += 1
        session.add(job)
    session.flush()
    return jobs


def due(session: Session, *, names: Sequence[str] | None = None, skip: Sequence[str] = ()) -> bool:
    """True when `take` would find something: a look that needs no write lock."""
    at = clock.now()
    ready = (col(Job.state) == "waiting") & (col(Job.run_at) <= at)
    lost = (col(Job.state) == "running") & (col(Job.lease_until) < at)
    query = select(Job.id).where(ready | lost).limit(1)
    if names is not None:
        query = query.where(col(Job.name).in_(names))
    if skip:
        query = query.where(col(Job.name).not_in(skip))
    return session.exec(query).first() is not None


def renew(session: Session, *, worker: str, at: datetime | None = None) -> None:
    """Push on the lease of everything `worker` runs."""
    until = (at or clock.now()) + LEASE
    session.exec(
        update(Job).where(col(Job.worker) == worker, col(Job.state) == "running").values(lease_until=until)
    )


def finish(session: Session, job_id: int, *, at: datetime | None = None) -> None:
    """Note that the job did its work."""
    job = session.get_one(Job, job_id)
    job.state, job.finished_at, job.error, job.lease_until = "done", at or clock.now(), None, None
    session.add(job)


def fail(session: Session, job_id: int, error: BaseException, *, at: datetime | None = None) -> bool:
    """Note that the job failed; True when it will be tried again, False when it was given up."""
    at = at or clock.now()
    job = session.get_one(Job, job_id)
    job.error = "".join(traceback.format_exception_only(error)).strip()[:2000]
    job.lease_until, job.worker = None, None
    again = job.attempts < ATTEMPTS
    if again:
        job.state, job.run_at = "waiting", at + PAUSES[min(job.attempts, len(PAUSES)) - 1]
        if job.key and _waiting(session, job.name, job.key):
            job.key = None  # somebody asked for the same thing meanwhile; both may run, handlers are safe to
    else:
        job.state, job.finished_at = "failed", at
    session.add(job)
    return again


def open_count(session: Session, names: Sequence[str] | None = None) -> int:
    """How many jobs wait or run."""
    query = select(func.count()).select_from(Job).where(col(Job.state).in_(("waiting", "running")))
    if names is not None:
        query = query.where(col(Job.name).in_(names))
    return session.exec(query).one()


def soon_count(session: Session, *, within: timedelta = timedelta(minutes=5)) -> int:
    """How many jobs run, or wait to run within that time: without what is set for another day."""
    waiting = (col(Job.state) == "waiting") & (col(Job.run_at) <= clock.now() + within)
    query = select(func.count()).select_from(Job).where(waiting | (col(Job.state) == "running"))
    return session.exec(query).one()


def failed(session: Session, limit: int = 50) -> list[Job]:
    """The jobs that were given up, newest first."""
    query = select(Job).where(Job.state == "failed").order_by(col(Job.finished_at).desc()).limit(limit)
    return list(session.exec(query).all())


def clear_done(session: Session, *, before: datetime) -> None:
    """Forget finished jobs older than `before`."""
    old = select(Job).where(Job.state == "done", col(Job.finished_at) < before)
    for job in session.exec(old):
        session.delete(job)
