"""Material that went out of use in links that are out: what is gone from them, what takes its place, and the swap."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, or_
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from hub import accounts, assets, decks
from hub.base import clock
from hub.base.db import given, moment
from hub.base.errors import Conflict
from hub.base.i18n import _
from hub.sharing import actions, contents
from hub.sharing.headings import titles as titles_of
from hub.sharing.models import Share, ShareItem


@dataclass(frozen=True)
class Swap:
    """What takes the place of a thing in a link. `asset_id` is the thing's own where only the pinned version went."""

    asset_id: int
    title: str


@dataclass(frozen=True)
class Gone:
    """A thing of a link that its visitors see no more; `swap` is None where nobody said what to use instead."""

    share: Share
    item: ShareItem
    title: str
    swap: Swap | None


def swaps(session: Session, items: Iterable[ShareItem], by: accounts.Actor) -> dict[int, Swap]:
    """Per row of a link whose material is out of use what may go out in its place, and this actor may read."""
    rows = [i for i in items if i.thing == "asset"]
    known = {a.id: a for a in assets.by_ids(session, [i.thing_id for i in rows])}
    gone = [i for i in rows if _is_gone(known.get(i.thing_id))]
    pinned = contents.still_shown(session, [i for i in rows if i.version_id is not None])
    unpinned = [i for i in rows if i not in gone and i.version_id is not None and i.version_id not in pinned]
    instead = assets.instead_of(session, [i.thing_id for i in gone], by) if gone else {}
    wanted = {i.id or 0: instead[i.thing_id].id for i in gone if i.thing_id in instead}
    wanted |= {i.id or 0: i.thing_id for i in unpinned}
    fit = contents.open_titles(session, sorted(set(wanted.values())))
    return {item: Swap(asset, fit[asset]) for item, asset in wanted.items() if asset in fit}


def _is_gone(asset: assets.Asset | None) -> bool:
    return asset is None or asset.on_offer_id is None or asset.deleted_at is not None


def gone(session: Session, by: accounts.Actor) -> list[Gone]:
    """What is gone from this actor's own open links, the newest link first."""
    query = _gone_rows(ShareItem, Share)
    query = query.order_by(col(Share.id).desc(), col(ShareItem.position), col(ShareItem.id))
    rows = session.execute(query, {"owner": by.id, "now": clock.now()}).all()
    items = [item for item, _share in rows]
    found, titles = swaps(session, items, by), titles_of(session, items)
    lost = (_("已删除的材料"), "")
    return [
        Gone(share, i, titles.get((i.thing, i.thing_id), lost)[0], found.get(i.id or 0)) for i, share in rows
    ]


def count_gone(session: Session, by: accounts.Actor) -> int:
    """How many things are gone from this actor's own open links."""
    return int(session.execute(_GONE_COUNTED, {"owner": by.id, "now": clock.now()}).scalar_one())


def _gone_rows(*columns: Any) -> Any:
    """What is gone from the open links of `owner`, as things are `now`."""
    asset, version = assets.Asset, assets.Version
    no_asset = or_(
        col(asset.id).is_(None), col(asset.on_offer_id).is_(None), col(asset.deleted_at).is_not(None)
    )
    old_slide = (
        select_columns(col(decks.DeckSlide.id))
        .join(_MADE_OF, col(_MADE_OF.id) == col(decks.DeckSlide.version_id))
        .where(col(decks.DeckSlide.deck_id) == ShareItem.thing_id, _ended(_MADE_OF))
        .exists()
    )
    return (
        select_columns(*columns)
        .select_from(ShareItem)
        .join(Share, col(Share.id) == col(ShareItem.share_id))
        .join(asset, and_(col(ShareItem.thing) == "asset", col(asset.id) == ShareItem.thing_id), isouter=True)
        .join(version, col(version.id) == col(ShareItem.version_id), isouter=True)
        .where(
            col(Share.owner_id) == given("owner"),
            col(Share.revoked_at).is_(None),
            col(Share.expires_at) > moment("now"),
            or_(
                and_(col(ShareItem.thing) == "asset", or_(no_asset, _ended(version))),
                and_(col(ShareItem.thing) == "deck", old_slide),
            ),
        )
    )


_MADE_OF = aliased(assets.Version)


def _ended(version: Any) -> Any:
    """What `contents.may_still_show` says no to, of versions that were on offer."""
    ran_out = and_(version.state == "expired", version.replaced_by_id.is_(None))
    return or_(version.state == "withdrawn", ran_out)


_GONE_COUNTED = _gone_rows(func.count())
"""Put together once: that takes longer than to ask it."""


def swap(session: Session, share: Share, item_id: int, *, by: accounts.Actor) -> Swap:
    """Put what takes its place where the thing was, behind the same address. Conflict where there is nothing to."""
    actions.must_change(share, by)
    items = contents.items_of(session, [share.id or 0]).get(share.id or 0, [])
    row = next((i for i in items if i.id == item_id), None)
    found = swaps(session, [row], by).get(item_id) if row else None
    if row is None or found is None:
        raise Conflict(_("没有要换的：它还能用，或还没有人说该改用哪一份。"))
    _rename(session, share, row, found)
    if any(i.thing == "asset" and i.thing_id == found.asset_id for i in items if i is not row):
        session.delete(row)  # what takes its place is in the link already
    else:
        row.thing_id, row.version_id = found.asset_id, None
        session.add(row)
    session.flush()
    actions.touch(session, share, "swap", by, item=item_id, instead=found.asset_id)
    return found


def _rename(session: Session, share: Share, row: ShareItem, found: Swap) -> None:
    """A link that is called like its one thing goes on being called like it."""
    before = titles_of(session, [row]).get((row.thing, row.thing_id), ("", ""))[0]
    if share.title == before[:200]:
        share.title = found.title[:200]


def swap_all(session: Session, *, by: accounts.Actor) -> int:
    """Swap all that can be swapped in this actor's own open links; returns how many things were."""
    wanted: Sequence[Gone] = [g for g in gone(session, by) if g.swap is not None]
    for one in wanted:
        swap(session, one.share, one.item.id or 0, by=by)
    return len(wanted)
