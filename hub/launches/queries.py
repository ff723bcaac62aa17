"""Questions about launch plans. Whoever may read a requirement may read its plan, and nobody else knows of it."""

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session, col, select

from hub import accounts, requirements
from hub.base import clock
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.launches import rules
from hub.launches.models import LaunchGoal, LaunchLine, LaunchPlan, LaunchResource, LaunchSignature
from hub.requirements import Requirement


def released(plan: LaunchPlan, requirement: Requirement) -> date | None:
    """The day it ships, as far as anybody knows."""
    shipped = requirement.shipped_at if requirement.state in rules.OUT else None
    return rules.release(requirement.quarter, plan.release_on, clock.today(shipped) if shipped else None)


def get(session: Session, key: str, by: accounts.Actor, *, hold: bool = False) -> LaunchPlan:
    """The plan of the requirement of this key; NotFound when there is none or it is hidden. `hold` keeps others from
    changing it until the transaction ends.
    """
    requirement = requirements.get(session, key, by)
    query = select(LaunchPlan).where(LaunchPlan.requirement_id == requirement.id)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.exec(query).first()
    if found is None:
        raise NotFound(_("这条需求还没有上市计划。"))
    return found


def requirement_of(session: Session, plan: LaunchPlan) -> Requirement:
    return requirements.by_id(session, plan.requirement_id)


def of(session: Session, requirement: Requirement) -> LaunchPlan | None:
    """The plan of a requirement that the reader may see, if there is one."""
    return session.exec(select(LaunchPlan).where(LaunchPlan.requirement_id == requirement.id)).first()


def signed_sides(session: Session, requirement: Requirement) -> tuple[str, ...] | None:
    """The sides that have signed the plan of this requirement; None where there is no plan. One question."""
    signature = LaunchSignature
    stands = (col(signature.plan_id) == col(LaunchPlan.id)) & col(signature.void_at).is_(None)
    query = select(LaunchPlan.id, signature.side).outerjoin(signature, stands)
    found = session.exec(query.where(LaunchPlan.requirement_id == requirement.id)).all()
    return tuple(sorted(s for _plan, s in found if s)) if found else None


def sides_of(requirement: Requirement, by: accounts.Actor) -> tuple[str, ...]:
    """The sides this person signs for: product is the requirement's manager (any product manager while it has none)."""
    manages = by.id is not None and by.id == requirement.manager_id
    stands_in = requirement.manager_id is None and "product_manager" in by.roles
    product = ("product",) if manages or stands_in else ()
    return (*product, "operations") if "operations" in by.roles else product


def may_edit(requirement: Requirement, by: accounts.Actor) -> bool:
    return bool(sides_of(requirement, by)) or by.is_admin


def able(session: Session, requirement: Requirement, people: Iterable[int | None]) -> list[int]:
    """Of these people the active ones who may read the requirement."""
    number = requirement.id or 0
    opens = accounts.readers(session, "requirement", [number]).get(number, frozenset())
    return sorted(i for i, a in accounts.actors(session, people).items() if opens & a.tokens)


def line_of(session: Session, plan: LaunchPlan, line_id: int) -> LaunchLine:
    found = session.get(LaunchLine, line_id)
    if found is None or found.plan_id != plan.id:
        raise NotFound(_("计划里没有这一项了。刷新页面看看。"))
    return found


def goal_of(session: Session, plan: LaunchPlan, goal_id: int) -> LaunchGoal:
    found = session.get(LaunchGoal, goal_id)
    if found is None or found.plan_id != plan.id or found.ended_at is not None:
        raise NotFound(_("计划里没有这一项了。刷新页面看看。"))
    return found


def resource_of(session: Session, plan: LaunchPlan, resource_id: int) -> LaunchResource:
    found = session.get(LaunchResource, resource_id)
    if found is None or found.plan_id != plan.id:
        raise NotFound(_("计划里没有这一项了。刷新页面看看。"))
    return found


def plain(goals: Iterable[LaunchGoal]) -> list[dict[str, object]]:
    """Goals as a signature keeps them."""
    return [
        {"title": g.title, "target": str(g.target), "unit": g.unit, "after_days": g.after_days} for g in goals
    ]


def standing(session: Session, plan: LaunchPlan) -> list[LaunchSignature]:
    """The signatures in force."""
    query = select(LaunchSignature).where(
        LaunchSignature.plan_id == plan.id, col(LaunchSignature.void_at).is_(None)
    )
    return list(session.exec(query).all())


def goals_now(session: Session, plan: LaunchPlan) -> list[LaunchGoal]:
    query = select(LaunchGoal).where(LaunchGoal.plan_id == plan.id, col(LaunchGoal.ended_at).is_(None))
    return list(session.exec(query.order_by(col(LaunchGoal.id))).all())
