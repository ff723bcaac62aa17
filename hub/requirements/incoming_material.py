"""Launch material of a requirement that comes from a file: what is there, and what is still to be made."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import select

from hub.base.errors import HubError
from hub.base.i18n import _
from hub.requirements.incoming import Incoming, day, moment, number
from hub.requirements.models import ROLES, Material, Requirement


def material(incoming: Incoming, requirement: Requirement, said: Mapping[str, Any]) -> None:
    role = str(said.get("role") or "")
    if role not in ROLES:
        raise HubError(_("没有“%(role)s”这种上市素材。") % {"role": role})
    if said.get("asset"):
        attach(incoming, requirement, role, said)
        return
    owner, due = incoming.person(said.get("owner")), day(said.get("due_on"))
    if owner is None and due is None:
        return  # an empty slot is what the level asks for anyway
    there = select(Material).where(Material.requirement_id == requirement.id, Material.role == role)
    if incoming.session.exec(there).first() is None:
        incoming.add(
            Material(
                requirement_id=requirement.id or 0,
                role=role,
                owner_id=owner,
                due_on=due,
                note=str(said.get("note") or "")[:500],
                created_at=requirement.created_at,
            )
        )


def attach(incoming: Incoming, requirement: Requirement, role: str, said: Mapping[str, Any]) -> None:
    asset_id = incoming.asset(said["asset"])
    there = select(Material).where(
        Material.requirement_id == requirement.id, Material.role == role, Material.asset_id == asset_id
    )
    if asset_id is not None and incoming.session.exec(there).first() is None:
        incoming.add(
            Material(
                requirement_id=requirement.id or 0,
                role=role,
                asset_id=asset_id,
                verified_revision=int(number(said.get("verified")) or requirement.revision),
                verified_at=moment(said["checked_on"]) if said.get("checked_on") else None,
                needs=str(said.get("needs") or "")[:500],
                owner_id=incoming.person(said.get("owner")),
                due_on=day(said.get("due_on")),
                note=str(said.get("note") or "")[:500],
                created_at=requirement.created_at,
            )
        )
