"""Where slides of other decks are at home: assets by the slug that a slide's mark names, pages by what they say.

A mark can be forged, so an answer tells no more than this actor may know anyway: of what they may not read, nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, or_, select

from hub import accounts
from hub.assets.models import Asset, Page, Version
from hub.assets.queries import tags, visible
from hub.assets.readers import offer_readers


@dataclass(frozen=True)
class Home:
    """An asset that slides come from. `version_id` and `number` are those on offer; None when it was withdrawn, has
    expired or was deleted: then nothing else is told of it.
    """

    slug: str
    asset_id: int | None = None
    title: str = ""
    audience: str = "internal"
    version_id: int | None = None
    number: int | None = None


def homes(session: Session, slugs: Iterable[str], by: accounts.Actor) -> dict[str, Home]:
    """The homes by slug; what this actor may not know of is left out."""
    wanted = sorted(set(slugs))
    query = select(Asset, Version).join(Version, col(Version.id) == col(Asset.on_offer_id))
    rows = session.exec(query.where(col(Asset.slug).in_(wanted), visible(by))).all()
    found = {
        asset.slug: Home(asset.slug, asset.id, asset.title, asset.audience, version.id, version.number)
        for asset, version in rows
    }
    left = [slug for slug in wanted if slug not in found]
    return found | {slug: Home(slug) for slug in _ended(session, left, by)}


def _ended(session: Session, slugs: Sequence[str], by: accounts.Actor) -> list[str]:
    """Those that were on offer once, are not now, and that this actor could read while they were."""
    if not slugs:
        return []
    once = select(Version.asset_id).where(col(Version.on_offer_at).is_not(None))
    ended = or_(col(Asset.on_offer_id).is_(None), col(Asset.deleted_at).is_not(None))
    query = select(Asset).where(col(Asset.slug).in_(slugs), ended, col(Asset.id).in_(once))
    rows = session.exec(query).all()
    products = tags(session, [a.id for a in rows if a.id])
    return [
        a.slug
        for a in rows
        if offer_readers(session, a, products.get(a.id or 0, {}).get("product", []), frozenset()) & by.tokens
    ]


def pages_alike(session: Session, keys: Iterable[str], by: accounts.Actor) -> dict[str, tuple[Home, int]]:
    """Per content key (`slides.content_key`) the home and the number of the page on offer that says the same."""
    wanted = sorted({key for key in keys if key})
    if not wanted:
        return {}
    says = or_(*(col(Page.fingerprint).startswith(key, autoescape=True) for key in wanted))
    query = (
        select(Page, Asset, Version)
        .join(Version, col(Version.id) == col(Page.version_id))
        .join(Asset, col(Asset.on_offer_id) == col(Version.id))
        .where(says, visible(by))
        .order_by(col(Asset.id).desc(), col(Page.number).desc())
    )
    found: dict[str, tuple[Home, int]] = {}
    for page, asset, version in session.exec(query).all():
        home = Home(asset.slug, asset.id, asset.title, asset.audience, version.id, version.number)
        found.update({key: (home, page.number) for key in wanted if page.fingerprint.startswith(key)})
    return found
