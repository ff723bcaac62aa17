"""What launch plans tell people, worked out when it is told: only who may read the requirement hears of its plan."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session, col, select

from hub import accounts, notices, requirements
from hub.base import clock
from hub.launches import queries, rules, view
from hub.launches.models import LaunchLine, LaunchPlan, LaunchSignature
from hub.requirements import Requirement


def _tell(
    session: Session, plan: LaunchPlan, people: Iterable[int | None], event: str, key: str, **values: str
) -> int:
    requirement = queries.requirement_of(session, plan)
    url = f"/launches/{requirement.key}"
    able = queries.able(session, requirement, people)
    named = f"launch_plan:{plan.id}:{event}"
    return notices.tell(session, able, event=named, key=key, url=url, title=plan.title, **values)


def tell_owner(session: Session, plan: LaunchPlan, by: accounts.Actor) -> None:
    """Somebody leads the plan in operations from now on."""
    if plan.owner_id != by.id:
        _tell(session, plan, [plan.owner_id], f"owner:{plan.edition}", "launch_plan_yours", who=by.name)


def tell_line(session: Session, plan: LaunchPlan, line: LaunchLine, by: accounts.Actor) -> None:
    """Somebody is accountable for a line from now on."""
    if line.owner_id != by.id:
        event = f"line:{line.id}:{line.edition}"
        _tell(session, plan, [line.owner_id], event, "launch_line_yours", who=by.name, line=line.title)


def tell_signed(session: Session, plan: LaunchPlan, made: LaunchSignature, by: accounts.Actor) -> None:
    """One side signed: the other is asked to, or, when it has, hears that both have."""
    requirement = queries.requirement_of(session, plan)
    others = [s for s in queries.standing(session, plan) if s.id != made.id]
    event = f"signed:{made.id}"
    if others:
        _tell(session, plan, [s.by_id for s in others], event, "launch_signed", who=by.name)
        return
    asked = _signers(session, plan, requirement, "operations" if made.side == "product" else "product")
    _tell(session, plan, [i for i in asked if i != by.id], event, "launch_sign_asked", who=by.name)


def _signers(session: Session, plan: LaunchPlan, requirement: Requirement, side: str) -> list[int | None]:
    """Whom to ask for a side's signature: who is named for it, else everybody who may."""
    named = requirement.manager_id if side == "product" else plan.owner_id
    role = "product_manager" if side == "product" else "operations"
    return [named] if named else [p.id for p in accounts.with_role(session, role)]


def tell_void(
    session: Session, plan: LaunchPlan, signed: Iterable[LaunchSignature], by: accounts.Actor
) -> None:
    """Their signature does not stand any more, because the goals changed."""
    people = [s.by_id for s in signed if s.by_id != by.id]
    _tell(session, plan, people, f"void:{plan.goals_edition}", "launch_void", who=by.name)


def follow(session: Session, requirement_id: int) -> int:
    """The release may have moved: when it has, everybody on the plan hears of it, once. Returns how many."""
    plan = session.exec(select(LaunchPlan).where(LaunchPlan.requirement_id == requirement_id)).first()
    if plan is None:
        return 0
    requirement = queries.requirement_of(session, plan)
    now, before = queries.released(plan, requirement), plan.told_on
    if requirement.deleted_at is not None or now == before:
        return 0
    plan.told_on, plan.edition = now, plan.edition + 1
    session.add(plan)
    session.flush()
    key = "launch_moved" if now and before else "launch_dated" if now else "launch_undated"
    days = {"before": _said(before), "after": _said(now)}
    event = f"moved:{plan.edition}"
    return _tell(session, plan, view.row(session, plan, requirement).people, event, key, **days)


def _said(day: date | None) -> str:
    return day.isoformat() if day else ""


def tell_late(session: Session) -> int:
    """Remind whoever is accountable for a line whose day has passed, once for each day that was set."""
    query = (
        select(LaunchLine, LaunchPlan, Requirement)
        .join(LaunchPlan, col(LaunchPlan.id) == col(LaunchLine.plan_id))
        .join(Requirement, col(Requirement.id) == col(LaunchPlan.requirement_id))
        .where(
            col(LaunchLine.done_at).is_(None),
            col(Requirement.state).not_in(rules.QUIET),
            requirements.visible(accounts.SYSTEM),
            col(Requirement.merged_into_id).is_(None),
        )
    )
    told, today = 0, clock.today()
    for line, plan, requirement in session.exec(query).all():
        when = rules.When(line.after_days, line.fixed_on, line.fixed_for)
        day = rules.due(when, queries.released(plan, requirement))
        if day is not None and rules.late(day, today, done=False):
            event = f"late:{line.id}:{day}"
            told += _tell(session, plan, [line.owner_id], event, "launch_line_late", line=line.title)
    return told
