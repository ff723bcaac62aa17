"""The pool of requirements: its list by filter, how many of each, and where score and revenue disagree.

What anybody sees of it is kept for all who see the same.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, exists, false, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from hub import accounts
from hub.requirements import sight
from hub.requirements.models import Request, RequestLink, Requirement, RiceInput
from hub.requirements.queries import Row, asked_by, request_visible, rows, standing, visible
from hub.requirements.rules import OPEN

NO_EFFORT = "no_effort"  # the list of what still waits for an estimate
MERGED = "merged"  # the list of what was merged into another
AT_ODDS = "at_odds"  # the list of where score and revenue disagree
ATTENTION = "attention"  # the list of what is launched and lapsed since
MOST_COMPARED = 2000
UNESTIMATED = ("new", "scored", "in_review")
SORTS = ("updated", "score", "revenue", "quarter", "oldest")
RANKED = ("score", "revenue")  # the orders in which it is seen, and counted, where the two disagree
MOST_TEXT = 100
MOST_KEPT = 50  # rows of a list that is kept
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Filter:
    """What a list is narrowed to. `state` is a state, NO_EFFORT, AT_ODDS, MERGED or ATTENTION; empty fields narrow
    nothing. Sorted by "revenue", what is expected in yuan counts, of the requests this reader may know of.
    """

    state: str = ""
    product: str = ""
    quarter: str = ""
    text: str = ""
    mine: bool = False
    sort: str = "updated"


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
    odd = [_is_odd(session, by)] if wanted.state == AT_ODDS else []
    listed = [*_listed(by, wanted, counting=True), *odd]
    total = select_columns(func.count()).select_from(Requirement).where(*listed)
    query = select_columns(Requirement, total.correlate(None).scalar_subquery()).where(
        *_listed(by, wanted), *odd
    )
    if wanted.sort == "revenue":
        sums = _revenue(by).subquery()
        query = query.outerjoin(sums, sums.c.requirement_id == col(Requirement.id))
        query = query.order_by(sums.c.revenue.desc().nulls_last())
    query = query.order_by(*_order(wanted.sort))
    found = session.execute(query.offset(offset).limit(limit)).all()
    if found:
        return rows(session, [r for r, _total in found], by), int(found[0][1])
    return [], session.execute(total).scalar_one() if offset else 0


def _is_odd(session: Session, by: accounts.Actor) -> ColumnElement[bool]:
    """An SQL condition on Requirement: score and revenue disagree, among what this actor may see."""
    return col(Requirement.id).in_(sorted(disagreements(session, by)))


def _revenue(by: accounts.Actor) -> Any:
    """Per requirement, what its requests that this actor may know of are expected to bring in yuan."""
    linked = _linked()
    return (
        select_columns(linked.c.requirement_id, func.sum(Request.revenue).label("revenue"))
        .join(Request, col(Request.id) == linked.c.request_id)
        .where(request_visible(by, counting=True), col(Request.currency) == "CNY")
        .group_by(linked.c.requirement_id)
    )


def _linked() -> Any:
    """Requirements and the requests they cover, each pair once."""
    pairs = select(RequestLink.requirement_id, RequestLink.request_id)
    return pairs.where(col(RequestLink.ended_at).is_(None)).distinct().subquery()


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
    elif wanted.state and wanted.state != AT_ODDS:
        conditions.append(col(Requirement.state) == wanted.state)
    return conditions


def _merged() -> ColumnElement[bool]:
    return col(Requirement.merged_into_id).is_not(None)


def _lapsed() -> ColumnElement[bool]:
    return and_(col(Requirement.state) == "launched", col(Requirement.attention) != "")


_LISTS = {NO_EFFORT: without_effort, MERGED: _merged, ATTENTION: _lapsed}


def counts(session: Session, by: accounts.Actor, wanted: Filter) -> dict[str, int]:
    """How many of each state the list without its state filter holds, and of the lists beside the states."""
    narrowed = replace(wanted, state="", sort="")
    odd = wanted.state == AT_ODDS or wanted.sort in RANKED
    make = partial(_counts, session, by, narrowed, odd=odd)
    return dict(_kept(session, by, narrowed, ("counts", odd), make))


def _counts(session: Session, by: accounts.Actor, wanted: Filter, *, odd: bool) -> dict[str, int]:
    """With `odd` also where score and revenue disagree, which takes a pass over all links."""
    by_state: dict[str, int] = {}
    beside = {AT_ODDS: 0, ATTENTION: 0, MERGED: 0}
    unestimated = 0
    groups = (
        col(Requirement.state),
        _lapsed().label("lapsed"),
        _merged().label("merged"),
        without_effort().label("unestimated"),
        (_is_odd(session, by) if odd else false()).label("odd"),
    )
    counted = select_columns(*groups, func.count()).where(*_conditions(by, wanted, counting=True))
    for state, lapsed, merged, unknown, disagrees, n in session.execute(
        counted.group_by("state", "lapsed", "merged", "unestimated", "odd")
    ):
        if merged:
            beside[MERGED] += n
            continue
        by_state[state] = by_state.get(state, 0) + n
        beside[ATTENTION] += n if lapsed else 0
        beside[AT_ODDS] += n if disagrees else 0
        unestimated += n if unknown else 0
    return {**by_state, **{k: n for k, n in beside.items() if n}, NO_EFFORT: unestimated}


def disagreements(session: Session, by: accounts.Actor) -> dict[int, str]:
    """Open requirements that score and revenue rank very differently, among what this actor may see: "revenue" where
    the money is in the top third and the score in the bottom third, "score" the other way round.
    """
    return dict(sight.kept(session, by, "at odds", partial(_disagreements, session, by)))


def _disagreements(session: Session, by: accounts.Actor) -> dict[int, str]:
    linked = _linked()
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
