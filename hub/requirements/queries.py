"""Questions about requirements. Whatever is given out here, counts and sums included, this actor may read.

A request counts for a reader when its customer is open to them, or when it is their own.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

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
from hub.requirements import sight
from hub.requirements.models import Material, Request, RequestLink, Requirement, RiceInput
from hub.requirements.rules import OPEN

NO_EFFORT = "no_effort"  # the list of what still waits for an estimate
MERGED = "merged"  # the list of what was merged into another
ATTENTION = "attention"  # the list of what is launched and lapsed since
MOST_COMPARED = 2000
UNESTIMATED = ("new", "scored", "in_review")
SORTS = ("updated", "score", "quarter", "oldest")
MOST_TEXT = 100
MOST_KEPT = 50  # rows of a list that is kept
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to. `state` is a state, NO_EFFORT, MERGED or ATTENTION; empty fields narrow nothing."""

    state: str = ""
    product: str = ""
    quarter: str = ""
    text: str = ""
    mine: bool = False
    sort: str = "updated"


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


def without_effort() -> ColumnElement[bool]:
    """An SQL condition on Requirement: nobody has said yet what it takes, and somebody should."""
    said = exists().where(
        col(RiceInput.requirement_id) == col(Requirement.id), col(RiceInput.factor) == "effort"
    )
    return and_(col(Requirement.state).in_(UNESTIMATED), ~said)


def _conditions(by: accounts.Actor, wanted: Filter, *, counting: bool = False) -> list[ColumnElement[bool]]:
    readable = accounts.among_readable if counting else accounts.readable
    found = [col(Requirement.deleted_at).is_(None), readable("requirement", col(Requirement.id), by)]
    if wanted.product:
        found.append(col(Requirement.product) == wanted.product)
    if wanted.quarter:
        found.append(col(Requirement.quarter) == wanted.quarter)
    if wanted.mine and by.id is not None:
        part = or_(
            col(Requirement.manager_id) == by.id,
            col(Requirement.expert_id) == by.id,
            col(Requirement.id).in_(asked_by(by)),
        )
        found.append(part)
    words = wanted.text.strip()[:MOST_TEXT]
    if words:
        places = (Requirement.title, Requirement.key, Requirement.summary)
        found.append(or_(*(col(p).icontains(words, autoescape=True) for p in places)))
    return found


def _order(sort: str) -> tuple[Any, ...]:
    orders: dict[str, tuple[Any, ...]] = {
        "score": (col(Requirement.score).desc().nulls_last(), col(Requirement.id).desc()),
        "quarter": (col(Requirement.quarter).asc().nulls_last(), col(Requirement.id)),
        "oldest": (col(Requirement.updated_at), col(Requirement.id)),
    }
    return orders.get(sort, (col(Requirement.updated_at).desc(), col(Requirement.id).desc()))


def find(
    session: Session, by: accounts.Actor, wanted: Filter, *, offset: int = 0, limit: int = 30
) -> tuple[list[Row], int]:
    """One page of the pool and how many there are in all."""
    make = partial(_find, session, by, wanted, offset, limit)
    if limit > MOST_KEPT:
        return make()
    found, total = _kept(session, by, wanted, ("found", offset, limit), make)
    return list(found), total


def _kept(
    session: Session, by: accounts.Actor, wanted: Filter, what: Hashable, make: Callable[[], Kept]
) -> Kept:
    """What `make` reads for this filter; what somebody typed is not worth keeping."""
    if wanted.text.strip():
        return make()
    return sight.kept(session, by, (what, wanted, by.id if wanted.mine else None), make)


def _find(
    session: Session, by: accounts.Actor, wanted: Filter, offset: int, limit: int
) -> tuple[list[Row], int]:
    total = select_columns(func.count()).select_from(Requirement).where(*_listed(by, wanted, counting=True))
    query = (
        select_columns(Requirement, total.correlate(None).scalar_subquery())
        .where(*_listed(by, wanted))
        .order_by(*_order(wanted.sort))
    )
    found = session.execute(query.offset(offset).limit(limit)).all()
    if found:
        return rows(session, [r for r, _total in found], by), int(found[0][1])
    return [], session.execute(total).scalar_one() if offset else 0


def choices(session: Session, by: accounts.Actor, *, limit: int = 200) -> list[tuple[str, str]]:
    """Key and title of what a request can be put to, what had something happen lately first."""
    query = select(Requirement.key, Requirement.title).where(*_listed(by, Filter()))
    return [(k, t) for k, t in session.exec(query.order_by(*_order("updated")).limit(limit))]


def _listed(by: accounts.Actor, wanted: Filter, *, counting: bool = False) -> list[ColumnElement[bool]]:
    conditions = _conditions(by, wanted, counting=counting)
    if wanted.state != MERGED:
        conditions.append(standing())
    if wanted.state in _LISTS:
        conditions.append(_LISTS[wanted.state]())
    elif wanted.state:
        conditions.append(col(Requirement.state) == wanted.state)
    return conditions


def standing() -> ColumnElement[bool]:
    """An SQL condition on Requirement: it was not merged into another."""
    return col(Requirement.merged_into_id).is_(None)


def _merged() -> ColumnElement[bool]:
    return col(Requirement.merged_into_id).is_not(None)


def _lapsed() -> ColumnElement[bool]:
    return and_(col(Requirement.state) == "launched", col(Requirement.attention) != "")


_LISTS = {NO_EFFORT: without_effort, MERGED: _merged, ATTENTION: _lapsed}


def counts(session: Session, by: accounts.Actor, wanted: Filter) -> dict[str, int]:
    """How many of each state the list without its state filter holds, and of the lists beside the states."""
    narrowed = replace(wanted, state="", sort="")
    return dict(_kept(session, by, narrowed, "counts", partial(_counts, session, by, narrowed)))


def _counts(session: Session, by: accounts.Actor, wanted: Filter) -> dict[str, int]:
    by_state: dict[str, int] = {}
    beside = {ATTENTION: 0, MERGED: 0}
    unestimated = 0
    groups = (
        col(Requirement.state),
        _lapsed().label("lapsed"),
        _merged().label("merged"),
        without_effort().label("unestimated"),
    )
    counted = select_columns(*groups, func.count()).where(*_conditions(by, wanted, counting=True))
    for state, lapsed, merged, unknown, n in session.execute(
        counted.group_by("state", "lapsed", "merged", "unestimated")
    ):
        if merged:
            beside[MERGED] += n
            continue
        by_state[state] = by_state.get(state, 0) + n
        beside[ATTENTION] += n if lapsed else 0
        unestimated += n if unknown else 0
    return {**by_state, **{k: n for k, n in beside.items() if n}, NO_EFFORT: unestimated}


def disagreements(session: Session, by: accounts.Actor) -> dict[int, str]:
    """Open requirements that score and revenue rank very differently, among what this actor may see: "revenue" where
    the money is in the top third and the score in the bottom third, "score" the other way round.
    """
    return dict(sight.kept(session, by, "at odds", partial(_disagreements, session, by)))


def _disagreements(session: Session, by: accounts.Actor) -> dict[int, str]:
    linked = (
        select(RequestLink.requirement_id, RequestLink.request_id)
        .where(col(RequestLink.ended_at).is_(None))
        .distinct()
        .subquery()
    )
    query = (
        select_columns(col(Requirement.id), col(Requirement.score), func.sum(Request.revenue))
        .join(linked, linked.c.requirement_id == col(Requirement.id))
        .join(Request, col(Request.id) == linked.c.request_id)
        .where(
            *_listed(by, Filter(), counting=True),
            request_visible(by, counting=True),
            col(Requirement.state).in_(OPEN),
            col(Requirement.score).is_not(None),
            col(Request.currency) == "CNY",
            col(Request.revenue).is_not(None),
        )
        .group_by(col(Requirement.id), col(Requirement.score))
        .order_by(col(Requirement.id).desc())
        .limit(MOST_COMPARED)
    )
    return _at_odds([(int(i), Decimal(s), Decimal(r)) for i, s, r in session.execute(query).all()])


def _at_odds(rows: Sequence[tuple[int, Decimal, Decimal]]) -> dict[int, str]:
    """Of (id, score, revenue), those in the top third of one and the bottom third of the other."""
    third = len(rows) // 3
    if not third:
        return {}
    scores, sums = sorted(s for _i, s, _r in rows), sorted(r for _i, _s, r in rows)
    low, high = (scores[third - 1], sums[third - 1]), (scores[-third], sums[-third])
    if low[0] == high[0] or low[1] == high[1]:
        return {}
    rich = {i: "revenue" for i, s, r in rows if s <= low[0] and r >= high[1]}
    return rich | {i: "score" for i, s, r in rows if s >= high[0] and r <= low[1]}


def quarters_in_use(session: Session, by: accounts.Actor) -> list[str]:
    return list(sight.kept(session, by, "quarters", partial(_quarters, session, by)))


def _quarters(session: Session, by: accounts.Actor) -> list[str]:
    in_use = select(Requirement.quarter).where(visible(by), standing())
    query = in_use.where(col(Requirement.quarter).is_not(None)).distinct()
    return sorted(q for q in session.exec(query).all() if q)


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


def is_sponsor(session: Session, requirement: Requirement, by: accounts.Actor) -> bool:
    """True for the account manager who owns a request behind it."""
    return by.id is not None and any(
        by.id == r.owner_id for r in linked_requests(session, requirement.id or 0)
    )


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
