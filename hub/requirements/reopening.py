"""Taking back a reopening, and the slots a person is to look at again after a change."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from hub import accounts, activity, assets
from hub.base import clock, stamps
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
    over: bool = False  # it has expired


def looks_wait(session: Session, by: accounts.Actor) -> bool:
    """Whether this person may have material to look at again. Read once for everybody."""
    tables = ("asset", "version", "requirement", "enablement_link")
    return by.id in stamps.kept(session, tables, "looks wait for", lambda: _with_looks(session))


def _with_looks(session: Session) -> frozenset[int | None]:
    people = _outdated(select_columns(col(Material.owner_id), col(assets.Asset.owner_id)).distinct())
    return frozenset(person for row in session.execute(people) for person in row)


def _to_look_at(by: accounts.Actor) -> Any:
    mine = (assets.Asset.owner_id == by.id) | (Material.owner_id == by.id)
    found = _outdated(select(Material, Requirement, assets.Asset))
    return found.where(mine, queries.visible(by), assets.visible(by))


def _outdated(query: Any) -> Any:
    """Material that was right for an earlier revision, needs an update or has expired, among what `query` asks for."""
    stale = (
        (col(Material.verified_revision) < col(Requirement.revision))
        | (col(Material.needs) != "")
        | _expired().exists()
    )
    return (
        query.select_from(Material)
        .join(Requirement, col(Requirement.id) == col(Material.requirement_id))
        .join(assets.Asset, col(assets.Asset.id) == col(Material.asset_id))
        .where(
            stale,
            Material.role != RELATED,
            col(Material.ended_at).is_(None),
            col(assets.Asset.deleted_at).is_(None),
            col(Requirement.state).in_((*rules.OUT, "planned", "building", "reopened")),
            col(Requirement.merged_into_id).is_(None),
        )
    )


def _expired() -> Any:
    """The version that was on offer last, where its days are over and nothing came after it."""
    return select(assets.Version.id).where(
        col(assets.Version.id) == col(assets.Asset.latest_id),
        col(assets.Asset.on_offer_id).is_(None),
        assets.Version.state == "expired",
    )


def looks(session: Session, by: accounts.Actor, *, limit: int = 20) -> list[Look]:
    """Material this person owns (or was asked to bring) that was right for an earlier revision, needs an update or has
    expired.
    """
    query = _to_look_at(by).order_by(col(Requirement.updated_at), col(Material.id)).limit(limit)
    found = session.exec(query).all()
    over = set(session.exec(_expired().where(col(assets.Asset.id).in_([a.id for _m, _r, a in found]))).all())
    return [
        Look(r.key, r.title, m.id or 0, m.role, a.id or 0, a.title, m.needs, a.latest_id in over)
        for m, r, a in found
    ]
