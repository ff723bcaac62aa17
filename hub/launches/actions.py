"""Changes to a launch plan as a whole: make one, say who leads it and when it ships. Permission is checked here."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from hub import accounts, activity
from hub.base import clock, outbox
from hub.base.errors import Conflict, HubError, NotAllowed
from hub.base.formats import quarter
from hub.base.i18n import _
from hub.launches import queries, rules, telling
from hub.launches.models import LaunchPlan
from hub.requirements import Requirement

THING = "launch_plan"
MOST_TEXT = 4000


@dataclass(frozen=True)
class Fields:
    """What is said about a plan. None leaves a field as it is; an empty text or 0 empties it."""

    title: str | None = None
    summary: str | None = None
    owner_id: int | None = None
    release_on: date | None = None
    no_release: bool = False  # take the day away, so that the quarter's last day counts


def must_edit(requirement: Requirement, by: accounts.Actor) -> None:
    """Raise unless this actor may change the plan of a requirement they may read."""
    if not queries.may_edit(requirement, by):
        raise NotAllowed(_("上市计划由这条需求的产品经理和运营来写；您可以看。"))
    if requirement.merged_into_id is not None or requirement.deleted_at is not None:
        raise Conflict(_("这条需求已经并到别处，计划不能再改。请在合并后的那条上做计划。"))


def create(
    session: Session,
    requirement: Requirement,
    fields: Fields,
    *,
    by: accounts.Actor,
    demo: bool = False,
    at: datetime | None = None,
) -> LaunchPlan:
    """The plan of a requirement that this actor may read. Conflict when it has one."""
    must_edit(requirement, by)
    if queries.of(session, requirement) is not None:
        raise Conflict(_("这条需求已经有上市计划了，打开它接着写。"))
    at = at or clock.now()
    made = LaunchPlan(
        requirement_id=requirement.id or 0,
        title=requirement.title[:200],
        created_by_id=by.id,
        demo=demo,
        created_at=at,
        updated_at=at,
    )
    _set(session, made, requirement, fields)
    session.add(made)
    session.flush()
    made.told_on = queries.released(made, requirement)
    activity.record(session, "create", THING, made.id, by=by.id, title=made.title)
    outbox.changed(session, "requirement", made.requirement_id)
    telling.tell_owner(session, made, by)
    return made


def _set(session: Session, plan: LaunchPlan, requirement: Requirement, fields: Fields) -> None:
    if fields.title is not None:
        plan.title = rules.good_title(fields.title, _("计划的名字"))
    if fields.summary is not None:
        plan.summary = fields.summary.strip()[:MOST_TEXT]
    if fields.owner_id is not None:
        plan.owner_id = good_person(session, requirement, fields.owner_id) if fields.owner_id else None
    if fields.no_release:
        plan.release_on = None
    elif fields.release_on is not None:
        _must_fit(requirement, fields.release_on)
        plan.release_on = fields.release_on


def _must_fit(requirement: Requirement, day: date) -> None:
    if requirement.state in rules.OUT:
        raise Conflict(_("已经发布了，发布日就是发布的那天，不用再填。"))
    if requirement.quarter and rules.quarter_of(day) != requirement.quarter:
        raise HubError(
            _("这条需求排在 %(quarter)s，发布日要在这个季度里。要换季度，请到需求页或评审会上改。")
            % {"quarter": quarter(requirement.quarter)}
        )


def good_person(session: Session, requirement: Requirement, person_id: int) -> int:
    """The id of an active colleague who may read the requirement."""
    if person_id not in accounts.actors(session, [person_id]):
        raise HubError(_("请选一位在职的同事。"))
    if not queries.able(session, requirement, [person_id]):
        name = accounts.names(session, [person_id])[person_id]
        raise HubError(_("%(name)s 看不到这条需求，不能排进计划。") % {"name": name})
    return person_id


def touch(session: Session, plan: LaunchPlan, at: datetime | None = None) -> None:
    plan.updated_at, plan.edition = at or clock.now(), plan.edition + 1
    session.add(plan)
    session.flush()
    outbox.changed(session, "requirement", plan.requirement_id)  # whose documents the plan's is one of


def edit(session: Session, plan: LaunchPlan, fields: Fields, *, edition: int, by: accounts.Actor) -> None:
    """Change name, summary, who leads it or the expected day; Conflict when somebody else did since `edition`. When
    the day moves, the dates that hang on it move, and everybody on the plan is told.
    """
    requirement = queries.requirement_of(session, plan)
    must_edit(requirement, by)
    if plan.edition != edition:
        raise Conflict(_("别人刚改过这份计划。您填的还在这里：先看看现在的样子，再存一次。"))
    before = plan.owner_id
    _set(session, plan, requirement, fields)
    touch(session, plan)
    activity.record(session, "edit", THING, plan.id, by=by.id)
    if plan.owner_id != before:
        telling.tell_owner(session, plan, by)
    telling.follow(session, plan.requirement_id)
