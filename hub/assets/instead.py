"""What to use in the place of an asset that was taken out of use, as who withdrew it said."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts
from hub.assets import queries
from hub.assets.models import Asset, Version

FURTHEST = 5  # what replaces may have been replaced itself


def instead_of(session: Session, ids: Iterable[int], by: accounts.Actor) -> dict[int, queries.Card]:
    """Per asset that is out of use the one on offer that takes its place; left out where there is none, or this actor
    may not read it.
    """
    last = {i: i for i in set(ids)}
    for _step in range(FURTHEST):
        told = _told(session, set(last.values()))
        if not told:
            break
        last = {i: told.get(now, now) for i, now in last.items()}
    found = {c.id: c for c in queries.cards(session, sorted({n for i, n in last.items() if n != i}), by)}
    return {i: found[n] for i, n in last.items() if n != i and n in found and found[n].state == "on_offer"}


def _told(session: Session, ids: set[int]) -> dict[int, int]:
    """What was said of those of these that are out of use; the latest word counts."""
    query = (
        select(Version.asset_id, Version.instead_id)
        .join(Asset, col(Asset.id) == col(Version.asset_id))
        .where(
            col(Version.asset_id).in_(ids),
            col(Version.instead_id).is_not(None),
            col(Asset.on_offer_id).is_(None),
        )
        .order_by(col(Version.ended_at), col(Version.number))
    )
    return {asset_id: instead for asset_id, instead in session.exec(query).all() if instead is not None}


def replacements_to_data(session: Session) -> list[dict[str, Any]]:
    """What takes the place of what, by slugs and the number of the withdrawn version, as `replacements.yml`."""
    query = select(Version).where(col(Version.instead_id).is_not(None)).order_by(col(Version.id))
    rows = session.exec(query).all()
    wanted = {i for v in rows for i in (v.asset_id, v.instead_id)}
    named = select(Asset.id, Asset.slug).where(col(Asset.id).in_(wanted), col(Asset.deleted_at).is_(None))
    slugs: dict[int | None, str] = dict(session.exec(named).all())
    return [
        {"asset": slugs[v.asset_id], "number": v.number, "instead": slugs[v.instead_id]}
        for v in rows
        if v.asset_id in slugs and v.instead_id in slugs
    ]


def replacements_from_data(
    session: Session,
    listed: list[Mapping[str, Any]],
    *,
    by: accounts.Actor,
    demo: bool = False,  # noqa: ARG001 - a replacement goes with its assets
) -> int:
    """Replacements that are not there yet, for versions that are withdrawn here too; returns how many were added."""
    by.must("hub.manage")
    return sum(_replace(session, said) for said in listed)


def _replace(session: Session, said: Mapping[str, Any]) -> bool:
    asset, instead = (queries.by_slug(session, str(said.get(k) or "")) for k in ("asset", "instead"))
    if asset is None or instead is None or asset.id == instead.id:
        return False
    query = select(Version).where(Version.asset_id == asset.id, Version.number == said.get("number"))
    version = session.exec(query).first() if isinstance(said.get("number"), int) else None
    if version is None or version.state != "withdrawn" or version.instead_id is not None:
        return False
    version.instead_id = instead.id
    session.add(version)
    session.flush()
    return True
