"""What an asset is filed under."""

from collections.abc import Iterable, Mapping

from sqlalchemy import delete
from sqlmodel import Session, col

from hub import taxonomy
from hub.assets.models import Asset, AssetTag
from hub.base.errors import HubError
from hub.base.i18n import _


def set_tags(session: Session, asset: Asset, tags: Mapping[str, Iterable[str]]) -> None:
    """Replace the asset's values of the facets named."""
    for facet, keys in tags.items():
        if facet not in taxonomy.FACETS:
            raise HubError(_("没有“%(facet)s”这种分类。") % {"facet": facet})
        session.exec(delete(AssetTag).where(col(AssetTag.asset_id) == asset.id, col(AssetTag.facet) == facet))
        for key in dict.fromkeys(k.strip() for k in keys if k.strip()):
            session.add(AssetTag(asset_id=asset.id or 0, facet=facet, key=key[:120]))
    session.flush()
