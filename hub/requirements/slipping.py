"""A promise moves: the planned quarter of a requirement changes, with a reason, and whoever asked hears of it."""

from datetime import datetime

from sqlmodel import Session

from hub import accounts, activity
from hub.base import clock, jobs
from hub.base.errors import Conflict, HubError
from hub.base.i18n import _
from hub.requirements import queries, rules, telling
from hub.requirements.actions import must_manage, touch
from hub.requirements.models import Requirement

MOVABLE = ("planned", "building")


def slip(
    session: Session,
    requirement: Requirement,
    quarter: str,
    *,
    reason: str,
    by: accounts.Actor,
    at: datetime | None = None,
) -> None:
    """Move what is planned to another quarter: its revision rises, so that material for it is looked at again. Conflict
    where nothing is promised, HubError without a reason or for the quarter it has.
    """
    must_manage(session, requirement, by)
    if requirement.state not in MOVABLE:
        raise Conflict(_("只有已规划和开发中的需求能改季度。"))
    to, before = rules.good_quarter(quarter), requirement.quarter
    if not to or to == before:
        raise HubError(_("请选一个和现在不同的季度。"))
    if not reason.strip():
        raise HubError(_("请写明为什么改季度，提需求的人会问。"))
    at = at or clock.now()
    requirement.quarter = to
    requirement.revision += 1
    activity.record(
        session,
        "slip",
        "requirement",
        requirement.id,
        by=by.id,
        before=before,
        after=to,
        reason=reason.strip(),
    )
    touch(session, requirement, at=at)
    jobs.later(
        session,
        "requirement.slipped",
        key=f"slip:{requirement.id}:{requirement.revision}",
        requirement_id=requirement.id,
        revision=requirement.revision,
    )


def tell_of_slip(session: Session, requirement_id: int, *, revision: int) -> int:
    """Tell everybody who asked that the quarter moved, once; returns how many had not heard. A slip that another one
    has overtaken is not told.
    """
    found = session.get(Requirement, requirement_id)
    if found is None or found.deleted_at or found.revision != revision or found.state not in MOVABLE:
        return 0
    requests = queries.linked_requests(session, requirement_id)
    people = accounts.actors(session, [i for r in requests for i in (r.owner_id, r.submitter_id)])
    event = f"requirement:{requirement_id}:slip:{revision}"
    return telling.tell_people(session, found, requests, people, event=event, key="requirement_slipped")
