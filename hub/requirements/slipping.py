"""A promise moves: the planned quarter changes, with a reason; when it gets later, whoever asked hears of it."""

from datetime import datetime

from sqlmodel import Session

from hub import accounts, activity
from hub.base.errors import Conflict, HubError
from hub.base.i18n import _
from hub.requirements import rules
from hub.requirements.actions import Fields, edit, must_manage
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
    fields = Fields(quarter=to)
    edit(session, requirement, fields, edition=requirement.edition, reason=reason.strip(), by=by, at=at)
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
