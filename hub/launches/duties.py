"""What of launch plans waits for one person: their signature, and the lines they are accountable for."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from hub import accounts, requirements
from hub.base import clock
from hub.launches import queries, rules
from hub.launches.models import LaunchGoal, LaunchLine, LaunchPlan, LaunchSignature
from hub.requirements import Requirement

AHEAD = timedelta(days=14)  # a line that is due later does not wait yet
MOST = 20
MOST_LINES = 200


@dataclass(frozen=True)
class PlanToSign:
    """A plan with goals that lacks this person's side."""

    key: str  # of the requirement
    title: str
    released: date | None


@dataclass(frozen=True)
class LineToDo:
    """A line this person is accountable for; `due` is the day it is due as things stand now."""

    key: str
    plan: str
    kind: str
    title: str
    due: date
    late: bool


def to_sign_wait(by: accounts.Actor) -> ColumnElement[bool]:
    """Whether a plan waits for this person's signature, as part of a question."""
    found: ColumnElement[bool] = _to_sign(by).exists()
    return found


def lines_wait(by: accounts.Actor) -> ColumnElement[bool]:
    """Whether this person is accountable for a line that is not done, whenever it is due."""
    found: ColumnElement[bool] = _lines(by).exists()
    return found


def to_sign(session: Session, by: accounts.Actor) -> list[PlanToSign]:
    """The plans that wait for this person's signature, the oldest first."""
    query = _to_sign(by).order_by(col(LaunchPlan.created_at), col(LaunchPlan.id)).limit(MOST)
    return [PlanToSign(r.key, p.title, queries.released(p, r)) for p, r in session.exec(query).all()]


def lines(session: Session, by: accounts.Actor) -> list[LineToDo]:
    """The open lines of this person that are late or due within two weeks, the most urgent first."""
    today, found = clock.today(), []
    for line, plan, requirement in session.exec(_lines(by).limit(MOST_LINES)).all():
        when = rules.When(line.after_days, line.fixed_on, line.fixed_for)
        day = rules.due(when, queries.released(plan, requirement))
        if day is not None and day <= today + AHEAD:
            late = rules.late(day, today, done=False)
            found.append(LineToDo(requirement.key, plan.title, line.kind, line.title, day, late))
    return sorted(found, key=lambda one: (one.due, one.title))[:MOST]


def _readable(by: accounts.Actor) -> ColumnElement[bool]:
    """A plan goes on as long as its requirement does."""
    goes_on = and_(col(Requirement.state) != "retired", col(Requirement.merged_into_id).is_(None))
    return and_(goes_on, requirements.visible(by))


def _to_sign(by: accounts.Actor) -> Any:
    sides = [and_(col(Requirement.manager_id) == by.id, ~_stands("product"))]
    if "operations" in by.roles:
        sides.append(and_(col(LaunchPlan.owner_id) == by.id, ~_stands("operations")))
    goal = select(LaunchGoal.id).where(
        col(LaunchGoal.plan_id) == col(LaunchPlan.id), col(LaunchGoal.ended_at).is_(None)
    )
    joined = select(LaunchPlan, Requirement).join(
        Requirement, col(Requirement.id) == col(LaunchPlan.requirement_id)
    )
    return joined.where(_readable(by), goal.exists(), or_(*sides))


def _stands(side: str) -> ColumnElement[bool]:
    signature = select(LaunchSignature.id).where(
        col(LaunchSignature.plan_id) == col(LaunchPlan.id),
        LaunchSignature.side == side,
        col(LaunchSignature.void_at).is_(None),
    )
    found: ColumnElement[bool] = signature.exists()
    return found


def _lines(by: accounts.Actor) -> Any:
    return (
        select(LaunchLine, LaunchPlan, Requirement)
        .join(LaunchPlan, col(LaunchPlan.id) == col(LaunchLine.plan_id))
        .join(Requirement, col(Requirement.id) == col(LaunchPlan.requirement_id))
        .where(LaunchLine.owner_id == by.id, col(LaunchLine.done_at).is_(None), _readable(by))
    )
