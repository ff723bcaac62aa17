"""Questions about requirements. Whatever is given out here, counts and sums included, this actor may read.

A request counts for a reader when its customer is open to them, or when it is their own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    ColumnElement,
    Numeric,
    Select,
    String,
    and_,
    cast,
    distinct,
    exists,
    null,
    or_,
    union_all,
)
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from hub import accounts
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.requirements.models import Material, Request, RequestLink, Requirement, RiceInput


@dataclass(frozen=True)
class Demand:
    """The requests behind a requirement as one reader may know them. `revenue` by currency."""

    requests: int = 0
    customers: int = 0
    revenue: dict[str, Decimal] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.requests, self.customers, frozenset(self.revenue.items())))


@dataclass(frozen=True)
class Row:
    """A requirement as lists show it."""

    id: int
    key: str
    title: str
    product: str | None
    state: str
    quarter: str | None
    level: str
    score: Decimal | None
    restricted: bool
    manager: str
    updated_at: datetime
    shipped_at: datetime | None
    demand: Demand
    has_effort: bool
    attention: str = ""  # the first line of the launch that lapsed
    merged: bool = False


def visible(by: accounts.Actor) -> ColumnElement[bool]:
    """An SQL condition on Requirement: it is not in the trash and this actor may read it."""
    return and_(col(Requirement.deleted_at).is_(None), accounts.readable("requirement", Requirement.id, by))


def request_visible(by: accounts.Actor, *, counting: bool = False) -> ColumnElement[bool]:
    """An SQL condition on Request: its customer is open to this actor, or it is their own."""
    readable = accounts.among_readable if counting else accounts.readable
    known = and_(col(Request.customer_id).is_not(None), readable("customer", col(Request.customer_id), by))
    return and_(col(Request.deleted_at).is_(None), or_(known, own(by)) if by.id is not None else known)


def may_know(session: Session, request: Request, by: accounts.Actor) -> bool:
    """True when this actor may know of the request: it is their own, or its customer is open to them."""
    own = by.id is not None and by.id in {request.owner_id, request.submitter_id}
    number = request.customer_id
    return own or (number is not None and accounts.may_read(session, "customer", number, by))


def get(session: Session, key: str, by: accounts.Actor, *, trashed: bool = False) -> Requirement:
    """The requirement of this key; NotFound when it is hidden from this actor, or in the trash unless `trashed`."""
    found = by_key(session, key)
    if found is None or (found.deleted_at is not None) != trashed or not may_read(session, found, by):
        raise NotFound(_("没有这条需求，或您没有权限看它。"))
    return found


def by_key(session: Session, key: str) -> Requirement | None:
    """The requirement of this key, whoever asks: for import."""
    return session.exec(select(Requirement).where(Requirement.key == key)).first()


def by_id(session: Session, number: int | None) -> Requirement:
    """The requirement of this id, whoever asks: the caller has checked reading."""
    return session.get_one(Requirement, number)


def may_read(session: Session, requirement: Requirement, by: accounts.Actor) -> bool:
    return accounts.may_read(session, "requirement", requirement.id or 0, by)


def get_request(session: Session, request_id: int, by: accounts.Actor) -> Request:
    found = session.exec(select(Request).where(Request.id == request_id, request_visible(by))).first()
    if found is None:
        raise NotFound(_("没有这条诉求，或您没有权限看它。"))
    return found


def asked_by(by: accounts.Actor) -> Select[tuple[int]]:
    """Ids of requirements behind which this person's own requests stand."""
    return (
        select(RequestLink.requirement_id)  # type: ignore[return-value]
        .join(Request, col(Request.id) == col(RequestLink.request_id))
        .where(col(RequestLink.ended_at).is_(None), col(Request.deleted_at).is_(None), own(by))
    )


def standing() -> ColumnElement[bool]:
    """An SQL condition on Requirement: it was not merged into another."""
    return col(Requirement.merged_into_id).is_(None)


def rows(session: Session, found: Sequence[Requirement], by: accounts.Actor) -> list[Row]:
    """These requirements as list rows, in two queries however many they are; the caller has checked reading."""
    if not found:
        return []
    ids = [r.id or 0 for r in found]
    behind = demand(session, ids, by)
    manager = select(accounts.Person.name).where(accounts.Person.id == Requirement.manager_id)
    known = exists().where(
        col(RiceInput.requirement_id) == col(Requirement.id), col(RiceInput.factor) == "effort"
    )
    beside = select_columns(col(Requirement.id), manager.scalar_subquery(), known)
    said = {i: (name, n) for i, name, n in session.execute(beside.where(col(Requirement.id).in_(ids)))}
    return [
        Row(
            id=r.id or 0,
            key=r.key,
            title=r.title,
            product=r.product,
            state=r.state,
            quarter=r.quarter,
            level=r.level,
            score=r.score,
            restricted=r.restricted,
            manager=said[r.id or 0][0] or "",
            updated_at=r.updated_at,
            shipped_at=r.shipped_at,
            demand=behind.get(r.id or 0, Demand()),
            has_effort=bool(said[r.id or 0][1]),
            attention=r.attention if r.state == "launched" else "",
            merged=r.merged_into_id is not None,
        )
        for r in found
    ]


def demand(session: Session, ids: Iterable[int], by: accounts.Actor) -> dict[int, Demand]:
    """Per requirement, the requests behind it that this actor may know of. One query: the numbers, then the sums."""
    wanted = list(ids)
    if not wanted:
        return {}
    linked = (
        select(RequestLink.requirement_id, RequestLink.request_id)
        .where(col(RequestLink.requirement_id).in_(wanted), col(RequestLink.ended_at).is_(None))
        .distinct()
        .subquery()
    )
    known = (
        select_columns(
            linked.c.requirement_id, col(Request.customer_id), col(Request.currency), col(Request.revenue)
        )
        .join(Request, col(Request.id) == linked.c.request_id)
        .where(request_visible(by))
        .cte("known")
    )
    number, currency, revenue = known.c.requirement_id, known.c.currency, known.c.revenue
    customers_counted = func.count(distinct(known.c.customer_id))
    counted = select_columns(
        number, func.count(), customers_counted, cast(null(), String), cast(null(), Numeric(20, 2))
    ).group_by(number)
    summed = (
        select_columns(number, null(), null(), currency, func.sum(revenue))
        .where(revenue.is_not(None))
        .group_by(number, currency)
    )
    numbers: dict[int, tuple[int, int]] = {}
    sums: dict[int, dict[str, Decimal]] = {}
    for requirement_id, n, c, money, total in session.execute(union_all(counted, summed)):
        if money is None:
            numbers[requirement_id] = (n, c)
        else:
            sums.setdefault(requirement_id, {})[money] = Decimal(total or 0)
    return {r: Demand(n, c, sums.get(r, {})) for r, (n, c) in numbers.items()}


def inputs(session: Session, requirement_id: int) -> dict[str, list[RiceInput]]:
    """Per factor, what was said of it, the newest first."""
    query = (
        select(RiceInput)
        .where(RiceInput.requirement_id == requirement_id)
        .order_by(col(RiceInput.at).desc(), col(RiceInput.id).desc())
    )
    found: dict[str, list[RiceInput]] = {}
    for row in session.exec(query):
        found.setdefault(row.factor, []).append(row)
    return found


def rank(session: Session, requirement: Requirement, by: accounts.Actor) -> int | None:
    """Its place by score among what this actor may see of its quarter; None without a score or quarter."""
    if requirement.score is None or not requirement.quarter:
        return None
    better = (
        select(func.count())
        .select_from(Requirement)
        .where(
            visible(by),
            standing(),
            col(Requirement.quarter) == requirement.quarter,
            col(Requirement.score) > requirement.score,
        )
    )
    return session.exec(better).one() + 1


def linked_requests(session: Session, requirement_id: int) -> list[Request]:
    """The requests behind a requirement, whoever asks: for jobs. Oldest first."""
    ids = select(RequestLink.request_id).where(
        RequestLink.requirement_id == requirement_id, col(RequestLink.ended_at).is_(None)
    )
    query = select(Request).where(col(Request.id).in_(ids), col(Request.deleted_at).is_(None))
    return list(session.exec(query.order_by(col(Request.created_at), col(Request.id))).all())


def sponsors(session: Session, requirement_id: int) -> set[int]:
    """The account managers of a requirement: who owns a request behind it."""
    return {r.owner_id for r in linked_requests(session, requirement_id) if r.owner_id}


def is_sponsor(session: Session, requirement: Requirement, by: accounts.Actor) -> bool:
    """True for the account manager who owns a request behind it."""
    return by.id is not None and by.id in sponsors(session, requirement.id or 0)


def material(session: Session, ids: Iterable[int]) -> list[Material]:
    """The material and assigned slots of these requirements as they stand, oldest first."""
    query = select(Material).where(
        col(Material.requirement_id).in_(list(ids)), col(Material.ended_at).is_(None)
    )
    return list(session.exec(query.order_by(col(Material.id))).all())


def own(by: accounts.Actor) -> ColumnElement[bool]:
    """An SQL condition on Request: this person owns or submitted it."""
    return or_(col(Request.owner_id) == by.id, col(Request.submitter_id) == by.id)


def in_trash(session: Session, by: accounts.Actor) -> list[Requirement]:
    """What is in the trash and this actor may bring back."""
    if not by.may("requirement.manage"):
        return []
    readable = accounts.readable("requirement", Requirement.id, by)
    query = select(Requirement).where(col(Requirement.deleted_at).is_not(None), readable)
    return list(session.exec(query.order_by(col(Requirement.deleted_at).desc()).limit(500)).all())
