"""Launch plans as lists and pages show them: the parts of all of them in a question each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from sqlmodel import Session, col, select

from hub import accounts
from hub.base import clock
from hub.launches import rules
from hub.launches.models import (
    LaunchGoal,
    LaunchHand,
    LaunchLine,
    LaunchPlan,
    LaunchResource,
    LaunchResult,
    LaunchSignature,
)
from hub.launches.queries import may_edit, released, requirement_of, sides_of
from hub.requirements import Requirement

T = TypeVar("T")
W = TypeVar("W")


@dataclass(frozen=True)
class Result:
    """What was reached of a goal; `target` is the one of that day."""

    reached: Decimal
    target: Decimal
    light: str
    note: str
    by: str
    on: date


@dataclass(frozen=True)
class Goal:
    """A goal as it stands; `results` newest first."""

    id: int
    title: str
    target: Decimal
    unit: str
    after_days: int | None
    due: date | None
    results: tuple[Result, ...] = ()


@dataclass(frozen=True)
class Signature:
    """One side's word, in force or void, for the goals as they stood."""

    id: int
    side: str
    by_id: int | None
    by: str
    on: date
    goals: tuple[Mapping[str, object], ...]
    void_on: date | None
    void_by: str
    void_why: str


@dataclass(frozen=True)
class Line:
    """Work or a campaign date, with the day on which it is due now."""

    id: int
    kind: str
    title: str
    place: str
    owner_id: int
    owner: str
    hands: tuple[tuple[str, int, str], ...]  # part, person, name
    when: rules.When
    due: date | None
    late: bool
    conflict: bool
    done_on: date | None
    done_by: str
    edition: int


@dataclass(frozen=True)
class Resource:
    id: int
    sort: str
    title: str
    amount: Decimal | None
    currency: str


@dataclass(frozen=True)
class Row:
    """A plan as lists show it. `signed` are the sides whose signature stands, `lights` those of the newest results."""

    key: str
    title: str
    requirement: str
    product: str | None
    state: str  # of the requirement
    quarter: str | None
    released: date | None
    shipped: bool
    stage: str
    signed: tuple[str, ...]
    manager_id: int | None
    manager: str
    owner_id: int | None
    owner: str
    done: int
    lines: int
    late: tuple[tuple[int, str], ...]  # who is late, each once
    conflicts: int
    next_line: tuple[date, str] | None
    lights: tuple[str, ...]
    goals: int
    people: frozenset[int]  # everybody on the plan
    updated_at: datetime


@dataclass(frozen=True)
class View:
    """Everything a plan's page shows."""

    row: Row
    plan: LaunchPlan
    requirement: Requirement
    goals: tuple[Goal, ...]
    signatures: tuple[Signature, ...]  # newest first, those in force before the void ones
    lines: tuple[Line, ...]
    resources: tuple[Resource, ...]
    may_edit: bool
    may_sign: tuple[str, ...]
    may_judge: bool  # the results may be written: both have signed, and it is out


@dataclass(frozen=True)
class _Parts:
    goals: dict[int, list[LaunchGoal]]
    results: dict[int, list[LaunchResult]]
    signatures: dict[int, list[LaunchSignature]]
    lines: dict[int, list[LaunchLine]]
    hands: dict[int, list[LaunchHand]]
    names: dict[int, str]


def _parts(session: Session, found: Sequence[tuple[LaunchPlan, Requirement]]) -> _Parts:
    """Four questions however many plans there are."""
    ids = [p.id for p, _r in found]
    goals, results = _with_parts(session, LaunchGoal, LaunchResult, LaunchResult.goal_id, ids)
    lines, hands = _with_parts(session, LaunchLine, LaunchHand, LaunchHand.line_id, ids)
    query = select(LaunchSignature).where(col(LaunchSignature.plan_id).in_(ids))
    signed = session.exec(query.order_by(col(LaunchSignature.id).desc())).all()
    people = {i for p, r in found for i in (p.owner_id, r.manager_id)} | {h.person_id for h in hands}
    people |= {i for n in lines for i in (n.owner_id, n.done_by_id)} | {r.by_id for r in results}
    people |= {i for s in signed for i in (s.by_id, s.void_by_id)}
    return _Parts(
        goals=_by(goals, "plan_id"),
        results=_by(sorted(results, key=lambda r: (r.at, r.id or 0), reverse=True), "goal_id"),
        signatures=_by(signed, "plan_id"),
        lines=_by(lines, "plan_id"),
        hands=_by(hands, "line_id"),
        names=accounts.names(session, people),
    )


def _with_parts(
    session: Session, whole: type[W], part: type[T], belongs_to: Any, ids: Sequence[int | None]
) -> tuple[list[W], list[T]]:
    """What lies in these plans, and the parts of it, in the order they were made."""
    model: Any = whole
    joined = select(whole, part).outerjoin(part, col(belongs_to) == col(model.id))
    query = joined.where(col(model.plan_id).in_(ids)).order_by(col(model.id), col(getattr(part, "id")))  # noqa: B009
    rows = session.exec(query).all()
    wholes: dict[Any, W] = {w.id: w for w, _p in rows}  # type: ignore[attr-defined]
    return list(wholes.values()), [p for _w, p in rows if p is not None]


def _by(rows: Iterable[T], name: str) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found


def _line(line: LaunchLine, released_on: date | None, parts: _Parts, today: date, *, quiet: bool) -> Line:
    when = rules.When(line.after_days, line.fixed_on, line.fixed_for)
    done = line.done_at is not None
    day = rules.due(when, released_on)
    hands = parts.hands.get(line.id or 0, [])
    return Line(
        id=line.id or 0,
        kind=line.kind,
        title=line.title,
        place=line.place,
        owner_id=line.owner_id,
        owner=parts.names.get(line.owner_id, ""),
        hands=tuple((h.part, h.person_id, parts.names.get(h.person_id, "")) for h in hands),
        when=when,
        due=day,
        late=not quiet and rules.late(day, today, done=done),
        conflict=not quiet and rules.in_conflict(when, released_on, done=done),
        done_on=clock.today(line.done_at) if line.done_at else None,
        done_by=parts.names.get(line.done_by_id or 0, ""),
        edition=line.edition,
    )


def _lines(plan: LaunchPlan, requirement: Requirement, parts: _Parts, today: date) -> tuple[Line, ...]:
    """The lines in the order of their days, those without one last."""
    on = released(plan, requirement)
    quiet = requirement.state in rules.QUIET or requirement.merged_into_id is not None
    made = [_line(n, on, parts, today, quiet=quiet) for n in parts.lines.get(plan.id or 0, [])]
    return tuple(sorted(made, key=lambda n: (n.due is None, n.due or today, n.id)))


def _goals(plan: LaunchPlan, requirement: Requirement, parts: _Parts) -> tuple[Goal, ...]:
    on = released(plan, requirement)
    return tuple(
        Goal(
            g.id or 0,
            g.title,
            g.target,
            g.unit,
            g.after_days,
            rules.due(rules.When(g.after_days), on),
            tuple(_result(r, parts.names) for r in parts.results.get(g.id or 0, [])),
        )
        for g in parts.goals.get(plan.id or 0, [])
        if g.ended_at is None
    )


def _result(r: LaunchResult, names: Mapping[int, str]) -> Result:
    return Result(r.reached, r.target, r.light, r.note, names.get(r.by_id or 0, ""), clock.today(r.at))


def _signature(s: LaunchSignature, names: Mapping[int, str]) -> Signature:
    return Signature(
        id=s.id or 0,
        side=s.side,
        by_id=s.by_id,
        by=names.get(s.by_id or 0, ""),
        on=clock.today(s.at),
        goals=tuple(s.goals),
        void_on=clock.today(s.void_at) if s.void_at else None,
        void_by=names.get(s.void_by_id or 0, ""),
        void_why=s.void_why,
    )


def _row(plan: LaunchPlan, requirement: Requirement, parts: _Parts, today: date) -> Row:
    lines, goals = _lines(plan, requirement, parts, today), _goals(plan, requirement, parts)
    signatures = parts.signatures.get(plan.id or 0, [])
    standing = {s.side: s for s in signatures if s.void_at is None}
    coming = next(((n.due, n.title) for n in lines if n.due and n.done_on is None), None)
    people = {plan.owner_id, requirement.manager_id, *(s.by_id for s in standing.values())}
    people |= {n.owner_id for n in lines} | {i for n in lines for _part, i, _name in n.hands}
    return Row(
        key=requirement.key,
        title=plan.title,
        requirement=requirement.title,
        product=requirement.product,
        state=requirement.state,
        quarter=requirement.quarter,
        released=released(plan, requirement),
        shipped=requirement.state in rules.OUT,
        stage=rules.stage(len(goals), standing, sum(bool(g.results) for g in goals)),
        signed=tuple(sorted(standing, reverse=True)),
        manager_id=requirement.manager_id,
        manager=parts.names.get(requirement.manager_id or 0, ""),
        owner_id=plan.owner_id,
        owner=parts.names.get(plan.owner_id or 0, ""),
        done=sum(n.done_on is not None for n in lines),
        lines=len(lines),
        late=tuple(dict.fromkeys((n.owner_id, n.owner) for n in lines if n.late)),
        conflicts=sum(n.conflict for n in lines),
        next_line=coming,
        lights=tuple(g.results[0].light for g in goals if g.results),
        goals=len(goals),
        people=frozenset(i for i in people if i is not None),
        updated_at=plan.updated_at,
    )


def rows_of(session: Session, found: Sequence[tuple[LaunchPlan, Requirement]]) -> list[Row]:
    """These plans as lists show them, the nearest release first; four questions however many there are. The caller has
    checked reading.
    """
    if not found:
        return []
    parts, today = _parts(session, found), clock.today()
    made = [_row(p, r, parts, today) for p, r in found]
    return sorted(made, key=lambda r: (r.released is None, r.released or today, r.key))


def row(session: Session, plan: LaunchPlan, requirement: Requirement) -> Row:
    """One plan as lists show it; the caller has checked reading."""
    return _row(plan, requirement, _parts(session, [(plan, requirement)]), clock.today())


def view(session: Session, plan: LaunchPlan, by: accounts.Actor) -> View:
    """The page of a plan whose requirement this actor may read."""
    requirement = requirement_of(session, plan)
    parts, today = _parts(session, [(plan, requirement)]), clock.today()
    found = _row(plan, requirement, parts, today)
    taken = session.exec(
        select(LaunchResource).where(LaunchResource.plan_id == plan.id).order_by(col(LaunchResource.id))
    ).all()
    signatures = [_signature(s, parts.names) for s in parts.signatures.get(plan.id or 0, [])]
    stands = requirement.merged_into_id is None
    may = stands and may_edit(requirement, by)
    other = {s.by_id for s in signatures if s.void_on is None}
    sides = sides_of(requirement, by) if stands and found.goals else ()
    open_sides = tuple(s for s in sides if s not in found.signed and by.id not in other)
    return View(
        row=found,
        plan=plan,
        requirement=requirement,
        goals=_goals(plan, requirement, parts),
        signatures=tuple(sorted(signatures, key=lambda s: s.void_on is not None)),
        lines=_lines(plan, requirement, parts, today),
        resources=tuple(Resource(r.id or 0, r.sort, r.title, r.amount, r.currency) for r in taken),
        may_edit=may,
        may_sign=open_sides[:1],
        may_judge=may and found.shipped and found.stage in {"signed", "reviewed"},
    )
