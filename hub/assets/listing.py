"""A page of the assets that somebody may see, narrowed and counted."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Session, col, func, select

from hub import accounts
from hub.assets.models import Asset, AssetTag, Version
from hub.assets.queries import visible
from hub.base.errors import HubError
from hub.base.i18n import _

SORTS = ("updated", "newest", "title", "review")


def find(
    session: Session,
    by: accounts.Actor,
    *,
    kinds: Sequence[str] = (),
    tagged: Iterable[tuple[str, Sequence[str]]] = (),
    state: str = "",
    owner_id: int | None = None,
    sort: str = "updated",
    offset: int = 0,
    limit: int = 50,
) -> tuple[list[int], int]:
    """Ids of one page and how many there are in all.

    An asset carries, for each (facet, keys), one of the keys. `state` is that of the version this actor is shown: the
    one on offer, else the latest.
    """
    if sort not in SORTS:
        raise HubError(_("排序只能是 %(sorts)s。") % {"sorts": "、".join(SORTS)})
    conditions = [visible(by)]
    if kinds:
        conditions.append(col(Asset.kind).in_(list(kinds)))
    if owner_id is not None:
        conditions.append(col(Asset.owner_id) == owner_id)
    if state:
        shown = func.coalesce(col(Asset.on_offer_id), col(Asset.latest_id))
        conditions.append(shown.in_(select(Version.id).where(Version.state == state)))
    for facet, keys in tagged:
        carrying = select(AssetTag.asset_id).where(AssetTag.facet == facet, col(AssetTag.key).in_(list(keys)))
        conditions.append(col(Asset.id).in_(carrying))
    total = session.exec(select(func.count()).select_from(Asset).where(*conditions)).one()
    orders: dict[str, Any] = {
        "updated": col(Asset.updated_at).desc(),
        "newest": col(Asset.created_at).desc(),
        "title": col(Asset.title).asc(),
        "review": col(Asset.review_on).asc().nulls_last(),
    }
    query = select(Asset.id).where(*conditions).order_by(orders[sort], col(Asset.id).desc())
    return [i for i in session.exec(query.offset(offset).limit(limit)).all() if i is not None], total
