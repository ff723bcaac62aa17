"""Goals, the signatures of both sides under them, and what was reached."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from hub import accounts, activity
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed
from hub.base.i18n import _
from hub.launches import queries, rules, telling
from hub.launches.actions import THING, must_edit, touch
from hub.launches.models import SIDES, LaunchGoal, LaunchPlan, LaunchResult, LaunchSignature

MOST_GOALS = 50


@dataclass(frozen=True)
class GoalFields:
    title: str
    target: Decimal
    unit: str = ""
    after_days: int | None = None


def set_goal(
    session: Session,
    plan: LaunchPlan,
    said: GoalFields,
    *,
    goal: LaunchGoal | None = None,
    edition: int | None = None,
    by: accounts.Actor,
    at: datetime | None = None,
) -> LaunchGoal:
    """A new goal, or another wording of this one. What was signed no longer stands; `edition` is the one of the goals
    that this person saw (None: whatever they are now).
    """
    must_edit(queries.requirement_of(session, plan), by)
    _must_be_fresh(plan, edition)
    if goal is None and len(queries.goals_now(session, plan)) >= MOST_GOALS:
        raise HubError(_("一份计划最多 %(n)s 项。") % {"n": MOST_GOALS})
    made = goal or LaunchGoal(plan_id=plan.id or 0, title="", target=Decimal(0))
    before = queries.plain([made])
    made.title = rules.good_title(said.title, _("目标"))
    made.target = rules.good_number(said.target, _("目标值"))
    made.unit, made.after_days = said.unit.strip()[:30], rules.good_days(said.after_days)
    session.add(made)
    session.flush()
    if goal is None or before != queries.plain([made]):
        why = _("加了目标“%(title)s”") if goal is None else _("改了目标“%(title)s”")
        _goals_changed(session, plan, why % {"title": made.title}, by, at or clock.now())
    return made


def end_goal(
    session: Session,
    plan: LaunchPlan,
    goal: LaunchGoal,
    *,
    edition: int | None = None,
    by: accounts.Actor,
    at: datetime | None = None,
) -> None:
    """Take a goal out; what was signed no longer stands."""
    must_edit(queries.requirement_of(session, plan), by)
    _must_be_fresh(plan, edition)
    goal.ended_at = at or clock.now()
    session.add(goal)
    _goals_changed(session, plan, _("去掉了目标“%(title)s”") % {"title": goal.title}, by, goal.ended_at)


def _must_be_fresh(plan: LaunchPlan, edition: int | None) -> None:
    if edition is not None and edition != plan.goals_edition:
        raise Conflict(_("目标刚被改过。请看看现在的目标，再签或再改。"))


def _goals_changed(session: Session, plan: LaunchPlan, why: str, by: accounts.Actor, at: datetime) -> None:
    plan.goals_edition += 1
    signed = queries.standing(session, plan)
    for one in signed:
        one.void_at, one.void_by_id, one.void_why = at, by.id, why[:300]
        session.add(one)
    touch(session, plan, at)
    activity.record(session, "goals", THING, plan.id, by=by.id, why=why, void=len(signed))
    telling.tell_void(session, plan, signed, by)


def sign(
    session: Session,
    plan: LaunchPlan,
    side: str,
    *,
    edition: int | None = None,
    by: accounts.Actor,
    at: datetime | None = None,
) -> LaunchSignature:
    """One side agrees to the goals as they stand; the other side is told. Nobody signs for both."""
    requirement = queries.requirement_of(session, plan)
    must_edit(requirement, by)
    if side not in SIDES or side not in queries.sides_of(requirement, by):
        raise NotAllowed(_("产品由这条需求的产品经理签，运营由运营的同事签；每边只签自己的。"))
    _must_be_fresh(plan, edition)
    goals = queries.goals_now(session, plan)
    if not goals:
        raise HubError(_("还没有目标，没有可签的。先写下目标。"))
    signed = queries.standing(session, plan)
    if any(s.side == side for s in signed):
        raise Conflict(_("这一边已经签过了。"))
    if any(s.by_id == by.id for s in signed):
        raise NotAllowed(_("两边要由两个人签，您已经签了另一边。"))
    made = LaunchSignature(
        plan_id=plan.id or 0, side=side, goals=queries.plain(goals), by_id=by.id, at=at or clock.now()
    )
    session.add(made)
    touch(session, plan, made.at)
    activity.record(session, "sign", THING, plan.id, by=by.id, side=side)
    telling.tell_signed(session, plan, made, by)
    return made


def unsign(
    session: Session,
    plan: LaunchPlan,
    side: str,
    *,
    reason: str,
    by: accounts.Actor,
    at: datetime | None = None,
) -> None:
    """Take one's own side's signature back, with the reason."""
    requirement = queries.requirement_of(session, plan)
    must_edit(requirement, by)
    if side not in queries.sides_of(requirement, by):
        raise NotAllowed(_("产品由这条需求的产品经理签，运营由运营的同事签；每边只签自己的。"))
    found = next((s for s in queries.standing(session, plan) if s.side == side), None)
    if found is None:
        raise Conflict(_("这一边还没有签。"))
    if not reason.strip():
        raise HubError(_("请写明为什么收回，另一边会看到。"))
    found.void_at, found.void_by_id, found.void_why = at or clock.now(), by.id, reason.strip()[:300]
    session.add(found)
    touch(session, plan, found.void_at)
    activity.record(session, "unsign", THING, plan.id, by=by.id, side=side)


def judge(
    session: Session,
    plan: LaunchPlan,
    goal: LaunchGoal,
    reached: Decimal,
    *,
    light: str = "",
    note: str = "",
    by: accounts.Actor,
    at: datetime | None = None,
) -> LaunchResult:
    """Write what was reached; an earlier result stays as history. Without `light` the number decides."""
    requirement = queries.requirement_of(session, plan)
    must_edit(requirement, by)
    if requirement.state not in rules.OUT:
        raise Conflict(_("还没发布，没有结果可写。"))
    if {s.side for s in queries.standing(session, plan)} < set(SIDES):
        raise Conflict(_("目标还没有两边签字。先签，再写结果。"))
    value = rules.good_number(reached, _("结果"), zero=True)
    own = rules.light(value, goal.target)
    chosen = rules.good_light(light) if light else own
    if chosen != own and not note.strip():
        raise HubError(_("灯和数字对不上时，请写一句为什么。"))
    made = LaunchResult(
        goal_id=goal.id or 0,
        reached=value,
        target=goal.target,
        light=chosen,
        note=note.strip()[:500],
        by_id=by.id,
        at=at or clock.now(),
    )
    session.add(made)
    touch(session, plan, made.at)
    activity.record(session, "judge", THING, plan.id, by=by.id, goal=goal.title, reached=str(value))
    return made
