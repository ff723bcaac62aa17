"""Material of a requirement: which asset fills which role of its launch, and who brings what is missing."""

from datetime import date

from sqlmodel import Session, col, select

from hub import accounts, activity, assets
from hub.base import clock, jobs
from hub.base.errors import HubError, NotAllowed, NotFound
from hub.base.i18n import _
from hub.requirements import rules
from hub.requirements.actions import must_know, must_stand, touch
from hub.requirements.models import RELATED, ROLES, Material, Requirement

DEMO = "demo_account"  # choosing one says nothing of whether it works: it counts from when somebody tries it


def attach(
    session: Session, requirement: Requirement, asset_id: int, *, role: str = RELATED, by: accounts.Actor
) -> Material:
    """The asset fills the role (or only relates to the requirement). Twice changes nothing; after shipping, whoever
    asked and may open it is told.
    """
    _may_attach(session, requirement, by)
    asset = assets.get(session, asset_id, by)
    _good_role(role)
    there = [m for m in _of_role(session, requirement, role) if m.asset_id == asset.id]
    if there:
        _verified(session, requirement, there[0], by, tried=role != DEMO)
        touch(session, requirement)
        return there[0]
    made = _free_slot(session, requirement, role) or Material(
        requirement_id=requirement.id or 0, role=role, created_at=clock.now()
    )
    made.asset_id, made.by_id = asset.id, by.id
    _verified(session, requirement, made, by, tried=role != DEMO)
    activity.record(session, "attach", "requirement", requirement.id, by=by.id, asset=asset.id, role=role)
    touch(session, requirement)
    if requirement.state in rules.OUT:
        jobs.later(session, "requirement.material", key=f"material:{made.id}", material_id=made.id)
    return made


def _verified(
    session: Session, requirement: Requirement, material: Material, by: accounts.Actor, *, tried: bool = True
) -> None:
    """It fits the requirement as it is now. `tried`: somebody has looked at it, and not only chosen it."""
    material.verified_revision, material.needs = requirement.revision, ""
    if tried:
        material.verified_at, material.verified_by_id = clock.now(), by.id
    session.add(material)
    session.flush()


def still_valid(session: Session, requirement: Requirement, material_id: int, *, by: accounts.Actor) -> None:
    """Somebody looked: it is right for the requirement as it is now. A demo account was tried and works."""
    found = _to_look_at(session, requirement, material_id, by)
    _verified(session, requirement, found, by)
    activity.record(session, "verify", "requirement", requirement.id, by=by.id, asset=found.asset_id)
    touch(session, requirement)


def needs_update(
    session: Session, requirement: Requirement, material_id: int, *, note: str, by: accounts.Actor
) -> None:
    """Somebody looked: this is what has to change before it serves the launch again. It stays where it is."""
    found = _to_look_at(session, requirement, material_id, by)
    if not note.strip():
        raise HubError(_("请写一句要改什么，做的人照着改。"))
    found.needs = note.strip()[:500]
    session.add(found)
    activity.record(session, "needs_update", "requirement", requirement.id, by=by.id, asset=found.asset_id)
    touch(session, requirement)


def _to_look_at(session: Session, requirement: Requirement, material_id: int, by: accounts.Actor) -> Material:
    """The material, for whoever may attach or brought or owns it."""
    must_know(session, requirement, by)
    must_stand(requirement)
    found = session.get(Material, material_id)
    if found is None or found.requirement_id != requirement.id or found.ended_at is not None:
        raise NotFound(_("这份素材已经不在这条需求上了。"))
    asset = assets.get(session, found.asset_id or 0, by)
    if not by.may("requirement.attach") and (by.id is None or by.id not in {asset.owner_id, found.owner_id}):
        raise NotAllowed(_("只有产品市场、产品经理和素材的负责人能确认。"))
    return found


def _may_attach(session: Session, requirement: Requirement, by: accounts.Actor) -> None:
    must_know(session, requirement, by)
    if not by.may("requirement.attach"):
        raise NotAllowed(_("只有产品市场和产品经理能关联素材。"))
    must_stand(requirement)


def _good_role(role: str) -> None:
    if role not in {*ROLES, RELATED}:
        raise HubError(_("没有“%(role)s”这种上市素材。") % {"role": role[:20]})


def _of_role(session: Session, requirement: Requirement, role: str) -> list[Material]:
    query = select(Material).where(
        Material.requirement_id == requirement.id, Material.role == role, col(Material.ended_at).is_(None)
    )
    return list(session.exec(query.order_by(col(Material.id))).all())


def _free_slot(session: Session, requirement: Requirement, role: str) -> Material | None:
    """The slot somebody was asked to fill: what they bring goes into it."""
    return next((m for m in _of_role(session, requirement, role) if m.asset_id is None), None)


def detach(session: Session, requirement: Requirement, material_id: int, *, by: accounts.Actor) -> None:
    """The asset fills the role no longer; the link is ended, not forgotten."""
    _may_attach(session, requirement, by)
    found = session.get(Material, material_id)
    if found is None or found.requirement_id != requirement.id or found.ended_at is not None:
        raise NotFound(_("这份素材已经不在这条需求上了。"))
    found.ended_at = clock.now()
    session.add(found)
    activity.record(
        session, "detach", "requirement", requirement.id, by=by.id, asset=found.asset_id, role=found.role
    )
    touch(session, requirement)


def assign(
    session: Session,
    requirement: Requirement,
    role: str,
    *,
    owner_id: int | None,
    due_on: date | None = None,
    note: str = "",
    by: accounts.Actor,
) -> Material:
    """Ask somebody to bring what a role needs, by a day; asking again changes the name and the day."""
    _may_attach(session, requirement, by)
    if role not in ROLES:
        raise HubError(_("没有“%(role)s”这种上市素材。") % {"role": role[:20]})
    if owner_id is not None and owner_id not in accounts.actors(session, [owner_id]):
        raise HubError(_("请选一位在职的同事。"))
    slot = _free_slot(session, requirement, role) or Material(
        requirement_id=requirement.id or 0, role=role, created_at=clock.now()
    )
    slot.owner_id, slot.due_on, slot.note, slot.by_id = owner_id, due_on, note.strip()[:500], by.id
    session.add(slot)
    session.flush()
    activity.record(session, "assign", "requirement", requirement.id, by=by.id, role=role, owner=owner_id)
    touch(session, requirement)
    return slot
