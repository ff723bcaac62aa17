"""Who does what and when, and what it takes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, delete, select

from hub import accounts, activity
from hub.base import clock
from hub.base.errors import Conflict, HubError
from hub.base.i18n import _
from hub.launches import queries, rules, telling
from hub.launches.actions import THING, good_person, must_edit, touch
from hub.launches.models import LaunchHand, LaunchLine, LaunchPlan, LaunchResource
from hub.requirements import Requirement


@dataclass(frozen=True)
class LineFields:
    """A line as a whole. `hands`: person → responsible, consulted or informed."""

    kind: str
    title: str
    owner_id: int
    place: str = ""
    after_days: int | None = None
    fixed_on: date | None = None
    hands: Mapping[int, str] | None = None


def set_line(
    session: Session,
    plan: LaunchPlan,
    said: LineFields,
    *,
    line: LaunchLine | None = None,
    edition: int | None = None,
    by: accounts.Actor,
    at: datetime | None = None,
) -> LaunchLine:
    """A new line, or another wording of this one: exactly one person is accountable, and is told when they are new to
    it. Conflict when somebody else changed the line since `edition`.
    """
    requirement = queries.requirement_of(session, plan)
    must_edit(requirement, by)
    if line is not None and edition is not None and edition != line.edition:
        raise Conflict(_("别人刚改过这一项。先看看现在的样子，再存一次。"))
    made = line or LaunchLine(plan_id=plan.id or 0, title="", owner_id=0)
    before = made.owner_id
    made.kind = rules.good_kind(said.kind)
    made.title = rules.good_title(said.title, _("要做什么"))
    made.place = said.place.strip()[:120]
    if not said.owner_id:
        raise HubError(_("每一项要有一个人负责，只有一个。"))
    made.owner_id = _owner(session, requirement, said.owner_id, before)
    _must_be_hands(session, requirement, made, said.hands or {})
    _set_when(made, said, queries.released(plan, requirement))
    made.edition += 1 if line is not None else 0
    session.add(made)
    session.flush()
    if said.hands is not None:
        _set_hands(session, made, said.hands)
    touch(session, plan, at)
    activity.record(session, "line", THING, plan.id, by=by.id, title=made.title)
    if made.owner_id != before:
        telling.tell_line(session, plan, made, by)
    return made


def _owner(session: Session, requirement: Requirement, person_id: int, before: int) -> int:
    """Who is accountable; who already was may stay although they are away."""
    return person_id if person_id == before else good_person(session, requirement, person_id)


def _set_when(line: LaunchLine, said: LineFields, released: date | None) -> None:
    if said.after_days is not None and said.fixed_on is not None:
        raise HubError(_("日期要么跟着发布日走，要么固定在一天，选一种。"))
    if line.kind == "campaign" and said.after_days is None and said.fixed_on is None:
        raise HubError(_("推广要有日子：发布后第几天，或者固定的哪一天。"))
    line.after_days = rules.good_days(said.after_days)
    line.fixed_on = said.fixed_on
    line.fixed_for = released if said.fixed_on is not None else None


def _must_be_hands(
    session: Session, requirement: Requirement, line: LaunchLine, hands: Mapping[int, str]
) -> None:
    there = {h.person_id for h in _hands(session, line)}
    for person_id, part in hands.items():
        rules.good_part(part)
        if person_id == line.owner_id:
            raise HubError(_("负责的人不用再写进执行、咨询或知会。"))
        if person_id not in there:
            good_person(session, requirement, person_id)


def _hands(session: Session, line: LaunchLine) -> Sequence[LaunchHand]:
    if line.id is None:
        return []
    return session.exec(select(LaunchHand).where(LaunchHand.line_id == line.id)).all()


def _set_hands(session: Session, line: LaunchLine, hands: Mapping[int, str]) -> None:
    there = {h.person_id: h for h in _hands(session, line)}
    for person_id, part in hands.items():
        found = there.pop(person_id, None)
        found = found or LaunchHand(line_id=line.id or 0, person_id=person_id, part=part)
        found.part = part
        session.add(found)
    for gone in there.values():
        session.delete(gone)
    session.flush()


def drop_line(session: Session, plan: LaunchPlan, line: LaunchLine, *, by: accounts.Actor) -> None:
    must_edit(queries.requirement_of(session, plan), by)
    session.exec(delete(LaunchHand).where(col(LaunchHand.line_id) == line.id))
    session.delete(line)
    touch(session, plan)
    activity.record(session, "drop_line", THING, plan.id, by=by.id, title=line.title)


def done(
    session: Session,
    plan: LaunchPlan,
    line: LaunchLine,
    *,
    is_done: bool = True,
    by: accounts.Actor,
    at: datetime | None = None,
) -> None:
    """The line is done, or not after all; who is accountable or responsible may say so too. Twice changes nothing."""
    requirement = queries.requirement_of(session, plan)
    if by.id is None or by.id not in {line.owner_id, *_responsible(session, line)}:
        must_edit(requirement, by)
    if is_done == (line.done_at is not None):
        return
    line.done_at, line.done_by_id = (at or clock.now(), by.id) if is_done else (None, None)
    session.add(line)
    touch(session, plan, at)
    activity.record(session, "done" if is_done else "undone", THING, plan.id, by=by.id, title=line.title)


def _responsible(session: Session, line: LaunchLine) -> Iterable[int]:
    query = select(LaunchHand.person_id).where(
        LaunchHand.line_id == line.id, LaunchHand.part == "responsible"
    )
    return session.exec(query).all()


def keep(session: Session, plan: LaunchPlan, line: LaunchLine, *, by: accounts.Actor) -> None:
    """The fixed day is right although the release moved: no conflict any more."""
    requirement = queries.requirement_of(session, plan)
    must_edit(requirement, by)
    if line.fixed_on is not None:
        line.fixed_for = queries.released(plan, requirement)
        line.edition += 1
        session.add(line)
        touch(session, plan)
        activity.record(session, "keep", THING, plan.id, by=by.id, title=line.title)


# ---- resources


def add_resource(
    session: Session,
    plan: LaunchPlan,
    sort: str,
    title: str,
    *,
    amount: Decimal | None = None,
    currency: str = "",
    by: accounts.Actor,
) -> LaunchResource:
    """What the plan takes: people and budget need a number, a budget its currency too."""
    must_edit(queries.requirement_of(session, plan), by)
    rules.good_sort(sort)
    if amount is None and sort != "material":
        raise HubError(_("请写人天数。") if sort == "people" else _("请写金额。"))
    made = LaunchResource(
        plan_id=plan.id or 0,
        sort=sort,
        title=rules.good_title(title, _("用在什么上")),
        amount=rules.good_number(amount, _("数量")) if amount is not None else None,
        currency=rules.good_currency(currency) if sort == "budget" else "",
    )
    session.add(made)
    touch(session, plan)
    activity.record(session, "resource", THING, plan.id, by=by.id, title=made.title)
    return made


def drop_resource(
    session: Session, plan: LaunchPlan, resource: LaunchResource, *, by: accounts.Actor
) -> None:
    must_edit(queries.requirement_of(session, plan), by)
    session.delete(resource)
    touch(session, plan)
    activity.record(session, "drop_resource", THING, plan.id, by=by.id, title=resource.title)
