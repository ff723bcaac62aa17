"""Taking back a reopening, and the slots a person is to look at again after a change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from hub import accounts, activity, assets
from hub.base import clock
from hub.base.errors import Conflict
from hub.base.i18n import _
from hub.requirements import queries, rules
from hub.requirements.actions import dates_move, must_manage, step_to, touch
from hub.requirements.models import RELATED, Change, Material, Obligation, Requirement


def changes(session: Session, requirement_id: int) -> list[Change]:
    """What raised the revision, newest first."""
    query = select(Change).where(Change.requirement_id == requirement_id)
    return list(session.exec(query.order_by(col(Change.at).desc(), col(Change.id).desc())).all())


def undo_reopening(
    session: Session, requirement: Requirement, *, by: accounts.Actor, at: datetime | None = None
) -> None:
    """It was reopened by mistake: it stands where it stood, its material is right as before, and customers who were
    told are not told again. Conflict once work on it has begun.
    """
    must_manage(session, requirement, by)
    newest = next(iter(changes(session, requirement.id or 0)), None)
    if requirement.state != "reopened" or newest is None or newest.kind != "reopened" or newest.undone_at:
        raise Conflict(_("重新打开之后已经往前走了，不能撤销；请按现在的状态往下走。"))
    at = at or clock.now()
    newest.undone_at = at
    if requirement.revision == newest.revision:
        requirement.revision -= 1
    session.add_all([newest, requirement])
    step_to(session, requirement, newest.before, by=by, note=_("撤销了重新打开"), at=at)
    query = select(Obligation).where(
        Obligation.requirement_id == requirement.id,
        Obligation.milestone == requirement.state,
        Obligation.state == "overtaken",
        Obligation.done_at == newest.at,
    )
    for owed in session.exec(query).all():
        owed.state, owed.done_at = "open", None
        session.add(owed)
    activity.record(session, "undo_reopen", "requirement", requirement.id, by=by.id)
    touch(session, requirement, at=at)
    dates_move(session, requirement)


@dataclass(frozen=True)
class Look:
    """A piece of launch material this person is to look at again: still valid, or needs an update?"""

    key: str
    title: str
    material_id: int
    role: str
    asset_id: int
    asset: str
    needs: str  # what somebody said is to be updated; empty: to be looked at


def looks_wait(by: accounts.Actor) -> ColumnElement[bool]:
    """Whether this person has material to look at again, as part of a question; see `base.db.together`."""
    return _to_look_at(by).exists()  # type: ignore[no-any-return]


def _to_look_at(by: accounts.Actor) -> Any:
    stale = (col(Material.verified_revision) < col(Requirement.revision)) | (col(Material.needs) != "")
    mine = (assets.Asset.owner_id == by.id) | (Material.owner_id == by.id)
    return (
        select(Material, Requirement, assets.Asset)
        .join(Requirement, col(Requirement.id) == col(Material.requirement_id))
        .join(assets.Asset, col(assets.Asset.id) == col(Material.asset_id))
        .where(
            stale,
            mine,
            Material.role != RELATED,
            col(Material.ended_at).is_(None),
            col(assets.Asset.deleted_at).is_(None),
            col(Requirement.state).in_((*rules.OUT, "planned", "building", "reopened")),
            col(Requirement.merged_into_id).is_(None),
            queries.visible(by),
            assets.visible(by),
        )
    )


def looks(session: Session, by: accounts.Actor, *, limit: int = 20) -> list[Look]:
    """Material this person owns (or was asked to bring) that was right for an earlier revision, or needs an update."""
    query = _to_look_at(by).order_by(col(Requirement.updated_at), col(Material.id)).limit(limit)
    return [
        Look(r.key, r.title, m.id or 0, m.role, a.id or 0, a.title, m.needs)
        for m, r, a in session.exec(query).all()
    ]
