"""Many assets at once: tags, owners, what a taxonomy change means for them, and undoing; and deleting for good.

A *bulk change* is one row of the activity log that keeps, per asset, what was there before and the edition it then got.
Undoing gives back what was there to every asset that nobody has touched since.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, func, select

from hub import accounts, activity, taxonomy
from hub.activity import Activity
from hub.assets import queries, rules
from hub.assets.models import Asset, AssetTag, Page, Version
from hub.assets.readers import changed, refresh, touch
from hub.assets.tagging import set_tags
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import _

MOST = 500
BULK = "bulk"
BULK_UNDONE = "bulk_undone"


@dataclass(frozen=True)
class Done:
    """What a bulk change did: the activity row to undo it by, how many changed, how many this actor may not edit."""

    id: int
    changed: int
    refused: int


def add_tag(session: Session, ids: Iterable[int], facet: str, key: str, *, by: accounts.Actor) -> Done:
    """Give each of these assets the value; those that carry it already are left alone."""
    wanted = _good_value(session, facet, key, by)

    def change(asset: Asset) -> dict[str, Any] | None:
        had = queries.tags(session, [asset.id or 0]).get(asset.id or 0, {}).get(facet, [])
        if wanted in had:
            return None
        set_tags(session, asset, {facet: [*had, wanted]})
        return {"facet": facet, "tags": had}

    return _each(session, ids, change, by=by, what="tag", facet=facet, key=wanted)


def drop_tag(session: Session, ids: Iterable[int], facet: str, key: str, *, by: accounts.Actor) -> Done:
    """Take the value from each of these assets that carries it."""
    if facet not in taxonomy.FACETS:
        raise HubError(_("没有“%(facet)s”这种分类。") % {"facet": facet})

    def change(asset: Asset) -> dict[str, Any] | None:
        had = queries.tags(session, [asset.id or 0]).get(asset.id or 0, {}).get(facet, [])
        if key not in had:
            return None
        set_tags(session, asset, {facet: [k for k in had if k != key]})
        return {"facet": facet, "tags": had}

    return _each(session, ids, change, by=by, what="untag", facet=facet, key=key)


def set_owner(session: Session, ids: Iterable[int], owner_id: int, *, by: accounts.Actor) -> Done:
    """Hand these assets to another owner, who must be active."""
    owner = accounts.person(session, owner_id)
    if not owner.active:
        raise Conflict(_("%(name)s已停用，不能当负责人。") % {"name": owner.name})

    def change(asset: Asset) -> dict[str, Any] | None:
        if asset.owner_id == owner_id:
            return None
        before = asset.owner_id
        asset.owner_id = owner_id
        session.add(asset)
        return {"owner_id": before}

    return _each(session, ids, change, by=by, what="owner", owner=owner_id)


def still_right_many(session: Session, ids: Iterable[int], *, by: accounts.Actor) -> Done:
    """Say of each of these assets that it is still right; what is not on offer is left alone."""

    def change(asset: Asset) -> dict[str, Any] | None:
        if asset.on_offer_id is None:
            return None
        before = asset.review_on
        asset.reviewed_at = clock.now()
        asset.review_on = rules.next_review(asset.kind, clock.today(), asset.review_on)
        session.add(asset)
        return {"review_on": before.isoformat() if before else None}

    return _each(session, ids, change, by=by, what="still_right")


def _good_value(session: Session, facet: str, key: str, by: accounts.Actor) -> str:
    said = key.strip()[:120]
    if facet not in taxonomy.FACETS or not said:
        raise HubError(_("请选要加的标签。"))
    if facet != "tag" and said not in taxonomy.words(session).by_facet[facet]:
        raise NotFound(_("分类里没有“%(word)s”。请从列表里选一个。") % {"word": said})
    if facet == "product" and said in taxonomy.hidden_products(session, by):
        raise NotFound(_("没有这个产品。"))
    return said


def _each(
    session: Session,
    ids: Iterable[int],
    change: Callable[[Asset], dict[str, Any] | None],
    *,
    by: accounts.Actor,
    **said: Any,
) -> Done:
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise HubError(_("请先勾选素材。"))
    if len(wanted) > MOST:
        raise HubError(_("一次最多改 %(most)s 份素材。") % {"most": MOST})
    kept, refused = [], 0
    for asset in session.exec(select(Asset).where(col(Asset.id).in_(wanted), queries.visible(by))).all():
        if not queries.may_edit(asset, by):
            refused += 1
            continue
        before = change(asset)
        if before is not None:
            touch(session, asset)
            kept.append({"id": asset.id, "edition": asset.edition, **before})
    row = Activity(
        at=clock.now(), person_id=by.id, verb=BULK, thing="asset", details={**said, "assets": kept}
    )
    session.add(row)
    session.flush()
    return Done(row.id or 0, len(kept), refused)


def undo_bulk(session: Session, activity_id: int, *, by: accounts.Actor) -> Done:
    """Give back what was there before one's own bulk change; assets changed since stay as they are (`refused`)."""
    row = session.get(Activity, activity_id)
    mine = row is not None and (row.person_id == by.id or by.is_admin)
    if row is None or not mine or row.thing != "asset" or row.verb not in {BULK, BULK_UNDONE}:
        raise NotFound(_("没有这次修改，或不是您改的。"))
    if row.verb == BULK_UNDONE:
        raise Conflict(_("这次修改已经撤销过了。"))
    done = refused = 0
    for kept in row.details["assets"]:
        asset = session.get(Asset, kept["id"])
        if asset is None or asset.edition != kept["edition"] or not queries.may_edit(asset, by):
            refused += 1
            continue
        if "owner_id" in kept:
            asset.owner_id = kept["owner_id"]
        elif "review_on" in kept:
            asset.review_on = date.fromisoformat(kept["review_on"]) if kept["review_on"] else None
        else:
            set_tags(session, asset, {kept["facet"]: kept["tags"]})
        touch(session, asset)
        done += 1
    row.verb = BULK_UNDONE
    session.add(row)
    return Done(activity_id, done, refused)


def ids_tagged(session: Session, facet: str, keys: Sequence[str]) -> list[int]:
    """Every asset that carries one of these values, whoever asks: for later work."""
    query = select(AssetTag.asset_id).where(AssetTag.facet == facet, col(AssetTag.key).in_(list(keys)))
    return sorted(set(session.exec(query).all()))


def refresh_all(session: Session, ids: Sequence[int]) -> None:
    """Work out the readers and the search documents of these assets anew."""
    for asset in session.exec(select(Asset).where(col(Asset.id).in_(list(ids)))).all():
        refresh(session, asset)


def retag(session: Session, word: str, facet: str, key: str, *, most: int = 100) -> int:
    """What carries the free tag `word` carries the value instead; returns how many assets changed, at most `most`."""
    carrying = select(AssetTag.asset_id).where(AssetTag.facet == "tag", AssetTag.key == word)
    found = session.exec(select(Asset).where(col(Asset.id).in_(carrying)).limit(most)).all()
    for asset in found:
        had = queries.tags(session, [asset.id or 0]).get(asset.id or 0, {})
        free = [t for t in had.get("tag", []) if t != word]
        set_tags(session, asset, {"tag": free, facet: [*had.get(facet, []), key]})
        activity.record(session, "retag", "asset", asset.id, by=None, word=word, facet=facet, key=key)
        touch(session, asset)
    return len(found)


def tagged_freely(session: Session, words: Sequence[str]) -> dict[str, int]:
    """Per free tag, how many assets carry it."""
    query = (
        select(AssetTag.key, func.count())
        .where(AssetTag.facet == "tag", col(AssetTag.key).in_(list(words)))
        .group_by(col(AssetTag.key))
    )
    return {str(k): int(n) for k, n in session.exec(query).all()}


def purge(session: Session, asset: Asset, *, by: accounts.Actor) -> None:
    """Delete an asset in the trash for good; its files stay until `hub check --clean`. The caller has let go of what
    other rooms say of it (`library.purge` does). Conflict for an asset that is not in the trash.
    """
    if not by.may("trash.empty"):
        raise NotAllowed(_("只有管理员能彻底删除。"))
    if asset.deleted_at is None:
        raise Conflict(_("先放进回收站，才能彻底删除。"))
    number = asset.id or 0
    most = session.exec(select(func.max(Version.page_count)).where(Version.asset_id == number)).one() or 0
    for thing in ("asset", "draft", "offer"):
        accounts.set_readers(session, thing, number, ())
    accounts.restrict(session, "asset", number)
    versions = select(Version.id).where(Version.asset_id == number)
    session.exec(delete(Page).where(col(Page.version_id).in_(versions)))
    session.exec(update(Asset).where(col(Asset.id) == number).values(on_offer_id=None, latest_id=None))
    session.exec(delete(Version).where(col(Version.asset_id) == number))
    session.exec(delete(AssetTag).where(col(AssetTag.asset_id) == number))
    session.exec(delete(Asset).where(col(Asset.id) == number))
    changed(session, number, pages=most)
    activity.record(session, "purge", "asset", number, by=by.id, title=asset.title)
