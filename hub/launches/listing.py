"""The list of launch plans: narrowed by product, quarter and words, in one of several orders, and by what waits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, or_
from sqlmodel import Session, col, select

from hub import accounts, requirements
from hub.launches.models import LaunchGoal, LaunchLine, LaunchPlan
from hub.launches.view import Row, rows_of
from hub.requirements import Requirement

FILTERS = ("unsigned", "late", "conflict", "running", "reviewed")
ORDERS = ("release", "updated", "late", "title")
MOST_TEXT = 100


@dataclass(frozen=True)
class Filter:
    """What the list is narrowed to; empty fields narrow nothing. `text` is looked for in the plan's name and summary,
    its goals and lines, and the key and title of its requirement.
    """

    product: str = ""
    quarter: str = ""
    text: str = ""
    sort: str = "release"


def rows(session: Session, by: accounts.Actor, wanted: Filter | None = None) -> list[Row]:
    """Every plan this actor may read, among those of the filter; five questions however many there are."""
    wanted = wanted or Filter()
    query = (
        select(LaunchPlan, Requirement)
        .join(Requirement, col(Requirement.id) == col(LaunchPlan.requirement_id))
        .where(requirements.visible(by), *_conditions(wanted))
    )
    found = rows_of(session, list(session.exec(query).all()))
    order = _ORDERS.get(wanted.sort)
    return sorted(found, key=order) if order is not None else found


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.product:
        found.append(col(Requirement.product) == wanted.product)
    if wanted.quarter:
        found.append(col(Requirement.quarter) == wanted.quarter)
    words = wanted.text.strip()[:MOST_TEXT]
    if words:
        places = (LaunchPlan.title, LaunchPlan.summary, Requirement.key, Requirement.title)
        found.append(or_(*(_says(p, words) for p in places), _part_says(words)))
    return found


def _says(place: Any, words: str) -> ColumnElement[bool]:
    return col(place).icontains(words, autoescape=True)


def _part_says(words: str) -> ColumnElement[bool]:
    """A goal that stands, or a line of the plan, says it."""
    goal = exists().where(
        col(LaunchGoal.plan_id) == col(LaunchPlan.id),
        col(LaunchGoal.ended_at).is_(None),
        _says(LaunchGoal.title, words),
    )
    line = exists().where(
        col(LaunchLine.plan_id) == col(LaunchPlan.id),
        or_(_says(LaunchLine.title, words), _says(LaunchLine.place, words)),
    )
    return or_(goal, line)


_ORDERS: dict[str, Callable[[Row], Any]] = {
    "updated": lambda r: (-r.updated_at.timestamp(), r.key),
    "late": lambda r: (-len(r.late), -r.conflicts),  # within that the nearest release first
    "title": lambda r: (r.title.casefold(), r.key),
}


def quarters_in_use(session: Session, by: accounts.Actor) -> list[str]:
    """The quarters of the requirements that have a plan this actor may read, earliest first."""
    query = (
        select(Requirement.quarter)
        .join(LaunchPlan, col(LaunchPlan.requirement_id) == col(Requirement.id))
        .where(requirements.visible(by), col(Requirement.quarter).is_not(None))
    )
    return sorted(q for q in session.exec(query.distinct()).all() if q)


def belongs(found: Row, wanted: str) -> bool:
    """Whether a plan is in the list of this name; any other name: all of them."""
    lists = {
        "unsigned": found.stage in {"goals", "sign", "product", "operations"},
        "late": bool(found.late),
        "conflict": bool(found.conflicts),
        "running": found.stage == "signed",
        "reviewed": found.stage == "reviewed",
    }
    return lists.get(wanted, True)
