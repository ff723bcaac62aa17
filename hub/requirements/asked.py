"""The list of requests as one reader may know it, with the requirements that cover each and how far it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, exists, false
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from hub import accounts, customers
from hub.requirements import sight
from hub.requirements.models import Request, RequestLink, Requirement
from hub.requirements.pool import MOST_KEPT
from hub.requirements.queries import own, request_visible
from hub.requirements.rules import stage


@dataclass(frozen=True)
class Said:
    """A request's own columns, without the row: see Request."""

    id: int
    key: str | None
    title: str
    quote: str
    contact: str
    desired: str
    revenue: Decimal | None
    currency: str
    customers: int | None
    urgency: str
    needed_by: date | None
    tags: tuple[str, ...]
    product: str | None
    industry: str | None
    opportunity_id: int | None
    owner_id: int | None
    submitter_id: int | None
    created_at: datetime
    cancelled_at: datetime | None


_SAID = tuple(f.name for f in fields(Said))


def _said(values: Sequence[Any]) -> Said:
    named = dict(zip(_SAID, values, strict=True))
    return Said(**named | {"tags": tuple(named["tags"])})


@dataclass(frozen=True)
class Asked:
    """A request as the list of requests shows it; `keys` are the requirements that cover it and the reader may see."""

    request: Said
    customer: str
    owner: str
    submitter: str
    keys: tuple[tuple[str, str, str], ...]  # key, title, state
    stage: tuple[str, int, int] | None = (
        None  # least advanced state of its parts, how many launched, how many
    )


def asked(
    session: Session, by: accounts.Actor, *, which: str = "mine", offset: int = 0, limit: int = 30
) -> tuple[list[Asked], int]:
    """One page of requests, newest first: "mine", "open" (no requirement covers them yet) or "all"."""
    make = partial(_asked, session, by, which, offset, limit)
    if limit > MOST_KEPT:
        return make()
    whose = by.id if which == "mine" else None
    found, total = sight.kept(session, by, ("asked", which, whose, offset, limit), make)
    return list(found), total


def _asked(
    session: Session, by: accounts.Actor, which: str, offset: int, limit: int
) -> tuple[list[Asked], int]:
    conditions = [request_visible(by)]
    if which == "mine":
        conditions.append(own(by))
    elif which == "open":
        conditions.append(_uncovered())
    total = _counted(*conditions) if which == "mine" else _readable_counted(by, uncovered=which == "open")
    query = (
        select_columns(*(getattr(Request, name) for name in _SAID), total)
        .where(*conditions)
        .order_by(col(Request.created_at).desc(), col(Request.id).desc())
    )
    found = session.execute(query.offset(offset).limit(limit)).all()
    if found:
        return _with_names(session, [_said(row[:-1]) for row in found], by), int(found[0][-1])
    return [], session.execute(select_columns(total)).scalar_one() if offset else 0


def unlinked(session: Session, by: accounts.Actor) -> int:
    """How many requests that this actor may know of wait for a requirement."""
    return sight.kept(session, by, "unlinked", partial(_unlinked, session, by))


def _unlinked(session: Session, by: accounts.Actor) -> int:
    return int(session.execute(select_columns(_readable_counted(by, uncovered=True))).scalar_one())


def _counted(*conditions: ColumnElement[bool]) -> ScalarSelect[int]:
    query = select_columns(func.count()).select_from(Request).where(*conditions)
    return query.correlate(None).scalar_subquery()


def _readable_counted(by: accounts.Actor, *, uncovered: bool = False) -> ColumnElement[int]:
    """How many requests this actor may know of: all there are without those of the few customers hidden from them, so
    that rights are not looked up for each of fifty thousand.
    """
    there = [col(Request.deleted_at).is_(None)]
    if uncovered:
        linked = select(RequestLink.request_id).where(col(RequestLink.ended_at).is_(None))
        there += [col(Request.cancelled_at).is_(None), col(Request.id).not_in(linked)]
    if by.is_admin:
        return _counted(*there)
    hidden = [*there, ~func.coalesce(own(by), false())]
    nameless = _counted(*hidden, col(Request.customer_id).is_(None))
    return _counted(*there) - nameless - _counted(*hidden, col(Request.customer_id).in_(customers.hidden(by)))


def _uncovered() -> ColumnElement[bool]:
    covered = exists().where(
        col(RequestLink.request_id) == col(Request.id), col(RequestLink.ended_at).is_(None)
    )
    return and_(col(Request.cancelled_at).is_(None), ~covered)


def as_asked(session: Session, found: Sequence[Request], by: accounts.Actor) -> list[Asked]:
    """These requests with names, in two queries; the caller has checked reading."""
    return _with_names(session, [_said([getattr(r, name) for name in _SAID]) for r in found], by)


def _with_names(session: Session, found: Sequence[Said], by: accounts.Actor) -> list[Asked]:
    if not found:
        return []
    names = _names_beside(session, found)
    links = session.execute(
        select_columns(
            col(RequestLink.request_id),
            col(Requirement.key),
            col(Requirement.title),
            col(Requirement.state),
            accounts.readable("requirement", Requirement.id, by).label("reads"),
        )
        .join(Requirement, col(Requirement.id) == col(RequestLink.requirement_id))
        .where(
            col(RequestLink.request_id).in_([r.id for r in found]),
            col(RequestLink.ended_at).is_(None),
            col(Requirement.deleted_at).is_(None),
        )
        .order_by(col(RequestLink.id))
    ).all()
    keys: dict[int, dict[str, tuple[str, str, str]]] = {}
    states: dict[int, dict[str, tuple[str, bool]]] = {}
    for request_id, key, title, state, reads in links:
        states.setdefault(request_id, {})[key] = (state, bool(reads))
        if reads:
            keys.setdefault(request_id, {})[key] = (key, title, state)
    return [
        Asked(
            r,
            *names[r.id],
            tuple(keys.get(r.id, {}).values()),
            _stage(r, states.get(r.id, {}).values(), by),
        )
        for r in found
    ]


def _names_beside(session: Session, found: Sequence[Said]) -> dict[int, tuple[str, str, str]]:
    """Per request the names of its customer, its owner and who submitted it; empty where there is none."""
    query = select_columns(
        col(Request.id),
        *(
            select(model.name).where(model.id == column).scalar_subquery()
            for model, column in (
                (customers.Customer, Request.customer_id),
                (accounts.Person, Request.owner_id),
                (accounts.Person, Request.submitter_id),
            )
        ),
    )
    rows = session.execute(query.where(col(Request.id).in_([r.id for r in found])))
    return {i: (customer or "", owner or "", submitter or "") for i, customer, owner, submitter in rows}


def _stage(
    request: Said, parts: Iterable[tuple[str, bool]], by: accounts.Actor
) -> tuple[str, int, int] | None:
    """How far a request is: who asked hears of every part, others of the parts they may read."""
    own = by.id is not None and by.id in {request.owner_id, request.submitter_id}
    return stage(state for state, reads in parts if own or reads)
