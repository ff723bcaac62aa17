"""The agenda builds itself: what comes before a meeting, and why.

In order: what shipped, launched or still lacks material (*report*), what is planned and due (*promise*), what changed
since the last meeting (*change*), what the last one left open (*carried*), and what waits for a decision by RICE
(*review*).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from hub import accounts, activity, requirements
from hub.base import clock, stamps
from hub.meetings import rules
from hub.meetings.models import Meeting, MeetingItem, MeetingSeries
from hub.requirements import Requirement, RiceInput, Step

MOST = 200
AWAITING = ("scored", "in_review")
PROMISED = ("planned", "building")
CHANGES = ("edit", "slip", "change")  # what the log calls a change of scope or quarter
LEFT_OPEN = ("deferred", "more")


@dataclass(frozen=True)
class Point:
    """A requirement that is to come before the meeting."""

    requirement: Requirement
    section: str
    why: str


def build(
    session: Session, series: MeetingSeries, by: accounts.Actor, *, at: datetime | None = None
) -> list[Point]:
    """The agenda of the next meeting of this series, as far as this actor may read the requirements. Of now, it is
    worked out once for each who may read the same, until anything changes or the day does.
    """
    if at is not None:
        points = _build(session, series, by, at)
    else:
        key = ("agenda", series.id, by.id, by.tokens, clock.today())
        points = stamps.kept(
            session, stamps.EVERYTHING, key, lambda: _build(session, series, by, clock.now())
        )
    known = _by_id(session, true(), [i for i, _section, _why in points])
    return [Point(known[i], section, why) for i, section, why in points if i in known]


def _build(
    session: Session, series: MeetingSeries, by: accounts.Actor, at: datetime
) -> tuple[tuple[int, str, str], ...]:
    """Id, section and reason of each requirement."""
    since = last_closed(session, series) or at - timedelta(weeks=series.every_weeks)
    condition = of_series(series, by)
    points = [
        *_reports(session, condition, since, by),
        *_promises(session, condition, at),
        *_changes(session, condition, since),
        *_decisions(session, condition),
    ]
    once: dict[int, Point] = {}
    for point in points:
        once.setdefault(point.requirement.id or 0, point)
    return tuple((i, p.section, p.why) for i, p in list(once.items())[:MOST])


def of_series(series: MeetingSeries, by: accounts.Actor) -> ColumnElement[bool]:
    """An SQL condition on Requirement: this actor may read it and it belongs before this series."""
    condition = requirements.visible(by)
    return condition & col(Requirement.product).in_(series.products) if series.products else condition


def last_closed(session: Session, series: MeetingSeries) -> datetime | None:
    query = select(Meeting.closed_at).where(Meeting.series_id == series.id, Meeting.state == "closed")
    return session.exec(query.order_by(col(Meeting.closed_at).desc())).first()


def _reports(
    session: Session,
    condition: ColumnElement[bool],
    since: datetime,
    by: accounts.Actor,
) -> list[Point]:
    """What came out since the last meeting, and what is out but lacks material."""
    came = (
        select(Step.requirement_id, Step.to_state)
        .where(col(Step.to_state).in_(requirements.OUT), col(Step.at) > since)
        .order_by(col(Step.at), col(Step.id))
    )
    newest = dict(session.exec(came).all())
    found = _by_id(session, condition, newest)
    points = [Point(found[i], "report", state) for i, state in newest.items() if i in found]
    gaps = requirements.lacking(session, by, mine=False, limit=MOST)
    keys = [g.key for g in gaps]
    query = select(Requirement).where(condition, col(Requirement.key).in_(keys))
    by_key = {r.key: r for r in session.exec(query).all()}
    return points + [Point(by_key[k], "report", "gaps") for k in keys if k in by_key]


def _by_id(session: Session, condition: ColumnElement[bool], ids: Iterable[int]) -> dict[int, Requirement]:
    if not (ids := list(ids)):
        return {}
    query = select(Requirement).where(condition, col(Requirement.id).in_(ids))
    return {r.id or 0: r for r in session.exec(query).all()}


def _promises(session: Session, condition: ColumnElement[bool], at: datetime) -> list[Point]:
    """What was promised for a quarter that ends soon or is over."""
    today = clock.today(at)
    soon = requirements.quarters(today + timedelta(days=rules.PROMISE_DAYS), 1)[0]
    query = (
        select(Requirement)
        .where(condition, col(Requirement.state).in_(PROMISED), col(Requirement.quarter) <= soon)
        .order_by(col(Requirement.quarter), col(Requirement.score).desc().nulls_last(), col(Requirement.id))
        .limit(MOST)
    )
    points = []
    for found in session.exec(query).all():
        ends = rules.last_day(found.quarter or soon)
        if ends <= today + timedelta(days=rules.PROMISE_DAYS):
            points.append(Point(found, "promise", "late" if ends < today else "due"))
    return points


def _changes(session: Session, condition: ColumnElement[bool], since: datetime) -> list[Point]:
    """What is promised and was changed in scope or quarter since."""
    log = activity.Activity
    query = select(log.thing_id, log.verb, log.details).where(
        log.thing == "requirement", col(log.verb).in_(CHANGES), col(log.at) > since
    )
    rows = session.exec(query.order_by(col(log.at)).limit(2000)).all()
    ids = [i for i, verb, said in rows if i is not None and (verb != "edit" or said.get("changed"))]
    found = _by_id(session, condition & col(Requirement.state).in_(PROMISED), ids)
    return [Point(found[i], "change", "changed") for i in dict.fromkeys(ids) if i in found]


def _decisions(session: Session, condition: ColumnElement[bool]) -> list[Point]:
    """What waits for a decision: first what was left open, then by score."""
    waiting = condition & col(Requirement.state).in_(AWAITING)
    ordered = (col(Requirement.score).desc().nulls_last(), col(Requirement.id))
    found = list(session.exec(select(Requirement).where(waiting).order_by(*ordered).limit(MOST)).all())
    parked = condition & (col(Requirement.state) == "parked")
    asleep = list(session.exec(select(Requirement).where(parked).order_by(*ordered).limit(MOST)).all())
    before = latest_items(session, [r.id or 0 for r in (*found, *asleep)])
    woken = _rescored(session, asleep)
    points = []
    for r in sorted((*found, *woken), key=lambda r: (r.score is None, -(r.score or 0), r.id or 0)):
        last = before.get(r.id or 0)
        if last is not None and last.outcome in LEFT_OPEN and r.state != "parked":
            points.append(Point(r, "carried", last.outcome))
        else:
            points.append(
                Point(r, "review", "rescored" if last is not None or r.state == "parked" else "new")
            )
    return sorted(points, key=lambda p: p.section != "carried")


def latest_items(session: Session, ids: Sequence[int]) -> dict[int, MeetingItem]:
    """Per requirement, the latest item of a closed meeting, or of one that runs and has an outcome."""
    query = select(MeetingItem).where(
        col(MeetingItem.requirement_id).in_(list(ids)), col(MeetingItem.outcome).is_not(None)
    )
    ordered = query.order_by(col(MeetingItem.decided_at), col(MeetingItem.id))
    return {item.requirement_id: item for item in session.exec(ordered).all()}


def put_off(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Per requirement, how often in a row meetings have deferred it so far; nothing for what was not deferred last."""
    return {i: item.deferrals for i, item in latest_items(session, ids).items() if item.deferrals}


def _rescored(session: Session, parked: Sequence[Requirement]) -> list[Requirement]:
    """The parked ones for which a factor was said after they were parked."""
    ids = [r.id or 0 for r in parked]
    slept = dict(
        session.exec(
            select(Step.requirement_id, Step.at)
            .where(col(Step.requirement_id).in_(ids), Step.to_state == "parked")
            .order_by(col(Step.at))
        ).all()
    )
    said = dict(
        session.exec(
            select(RiceInput.requirement_id, RiceInput.at)
            .where(col(RiceInput.requirement_id).in_(ids))
            .order_by(col(RiceInput.at))
        ).all()
    )
    return [r for r in parked if r.id in said and r.id in slept and said[r.id] > slept[r.id]]
