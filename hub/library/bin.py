"""The trash of the whole house: what lies in it, bringing it back, and deleting assets for good.

Each room keeps what it throws away; here they are listed together. A room is a *bin*.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, column, delete, table, update
from sqlmodel import Session, select

from hub import accounts, assets, requirements, toolkits, ventures
from hub.base.errors import NotAllowed, NotFound
from hub.base.i18n import Lazy, _, lazy


@dataclass(frozen=True)
class Thrown:
    """One thing in the trash. `may_purge` says whether this actor may delete it for good."""

    thing: str
    id: int
    title: str
    label: str
    thrown_at: datetime
    thrown_by: str
    may_purge: bool


@dataclass(frozen=True)
class Bin:
    """How one room lists what it has thrown away and brings it back."""

    label: Lazy
    listed: Callable[[Session, accounts.Actor], list[Any]]
    restore: Callable[[Session, Any, accounts.Actor], None]


BINS: Mapping[str, Bin] = {
    "asset": Bin(lazy("素材"), assets.in_trash, lambda session, row, by: assets.restore(session, row, by=by)),
    "toolkit": Bin(
        lazy("工具包"),
        toolkits.in_trash,
        lambda session, row, by: _done(toolkits.restore(session, row.slug, by=by)),
    ),
    "requirement": Bin(
        lazy("需求"),
        requirements.in_trash,
        lambda session, row, by: requirements.restore(session, row, by=by),
    ),
    "venture": Bin(
        lazy("跨部门方案"), ventures.in_trash, lambda session, row, by: ventures.restore(session, row, by=by)
    ),
}


def _done(_result: object) -> None:
    """What a room gives back besides is not needed here."""


def thrown(session: Session, by: accounts.Actor) -> list[Thrown]:
    """What lies in the trash and this actor may bring back, the latest first."""
    rows = [(thing, row) for thing, found in BINS.items() for row in found.listed(session, by)]
    names = accounts.names(session, [row.deleted_by_id for _thing, row in rows])
    made = [
        Thrown(
            thing=thing,
            id=row.id,
            title=row.title,
            label=str(BINS[thing].label),
            thrown_at=row.deleted_at,
            thrown_by=names.get(row.deleted_by_id or 0, ""),
            may_purge=thing == "asset" and by.may("trash.empty"),
        )
        for thing, row in rows
    ]
    return sorted(made, key=lambda t: t.thrown_at, reverse=True)


def bring_back(session: Session, thing: str, thing_id: int, *, by: accounts.Actor) -> None:
    """Bring one thing back; NotFound when it is not in this actor's trash."""
    row = _find(session, thing, thing_id, by)
    BINS[thing].restore(session, row, by)


def _find(session: Session, thing: str, thing_id: int, by: accounts.Actor) -> Any:
    listed = BINS[thing].listed(session, by) if thing in BINS else []
    row = next((r for r in listed if r.id == thing_id), None)
    if row is None:
        raise NotFound(_("回收站里没有它。可能已经恢复或删除了。"))
    return row


# What other rooms say of an asset stays, without the asset: a deck is a file of its own, a launch's slot opens again.
MENTIONS = (
    ("deck_slide", "asset_id"),
    ("enablement_link", "asset_id"),
    ("material_task", "asset_id"),
    ("material_task", "renews_id"),
    ("demo_account", "asset_id"),
    ("version", "instead_id"),
)


def purge_asset(session: Session, asset_id: int, *, by: accounts.Actor) -> None:
    """Delete an asset in the trash for good; decks made from it stay. Its files go with `hub check --clean`."""
    if not by.may("trash.empty"):
        raise NotAllowed(_("只有管理员能彻底删除。"))
    asset = session.exec(select(assets.Asset).where(assets.Asset.id == asset_id)).first()
    if asset is None or asset.deleted_at is None:
        raise NotFound(_("回收站里没有它。可能已经恢复或删除了。"))
    for name, field in MENTIONS:
        said = table(name, column(field), column("version_id"))
        mine: ColumnElement[bool] = said.c[field] == asset_id
        values = {field: None, **({"version_id": None} if name == "deck_slide" else {})}
        session.execute(update(said).where(mine).values(values))
    # A number may be given to another asset one day: no link may lead to that one by then.
    items = table("share_item", column("thing"), column("thing_id"))
    session.execute(delete(items).where(items.c.thing == "asset", items.c.thing_id == asset_id))
    assets.purge(session, asset, by=by)
