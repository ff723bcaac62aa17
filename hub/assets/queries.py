"""Questions about assets. Whatever is given out here, this actor may read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from hub import accounts
from hub.assets.models import Asset, AssetTag, Page, Version
from hub.assets.rules import freshness
from hub.base import clock, stamps
from hub.base.db import json_rows
from hub.base.errors import NotFound
from hub.base.i18n import _


@dataclass(frozen=True)
class Shelved:
    """An asset without its looks: what it takes to say whether it belongs somewhere, and whether it is fresh."""

    id: int
    kind: str
    offered: bool  # a version is on offer
    freshness: str  # fresh, due, stale; unknown where nothing is on offer
    reviewed_at: datetime | None
    updated_at: datetime
    on_offer_at: datetime | None


@dataclass(frozen=True)
class Card:
    """An asset as lists show it, with the version on offer, or the latest where none is or a draft is asked for."""

    id: int
    slug: str
    title: str
    kind: str
    audience: str
    summary: str
    language: str
    state: str
    version_id: int
    version_number: int
    page_count: int
    file_name: str
    size: int
    owner_id: int | None
    owner: str
    expert_id: int | None
    recommended: bool
    restricted: bool
    review_on: date | None
    freshness: str  # fresh, due, stale, unknown
    updated_at: datetime
    on_offer_at: datetime | None
    thumb: str | None  # sha256 of a 400 px WebP
    tags: dict[str, list[str]] = field(default_factory=dict)
    edition: int = 1
    digest_state: str = "ready"
    preview_state: str = "none"
    reviewed_at: datetime | None = None

    @property
    def is_new(self) -> bool:
        return self.on_offer_at is not None and (clock.now() - self.on_offer_at).days <= 14  # noqa: PLR2004 - two weeks


def visible(by: accounts.Actor) -> ColumnElement[bool]:
    """An SQL condition on Asset: it is not in the trash and this actor may know of it."""
    return and_(col(Asset.deleted_at).is_(None), accounts.readable("asset", Asset.id, by))


def get(session: Session, asset_id: int, by: accounts.Actor) -> Asset:
    """The asset; NotFound when it is gone or hidden from this actor."""
    found = session.get(Asset, asset_id)
    if found is None or found.deleted_at or not accounts.may_read(session, "asset", asset_id, by):
        raise NotFound(_("没有这份素材，或您没有权限看它。"))
    return found


def by_slug(session: Session, slug: str) -> Asset | None:
    """The asset of this slug, whoever asks: for import."""
    return session.exec(select(Asset).where(Asset.slug == slug)).first()


def by_ids(session: Session, ids: Iterable[int]) -> list[Asset]:
    """These assets, whoever asks: the caller has checked what they stand on."""
    return list(session.exec(select(Asset).where(col(Asset.id).in_(list(ids))).order_by(col(Asset.id))).all())


def may_see_drafts(session: Session, asset: Asset, by: accounts.Actor) -> bool:
    return accounts.may_read(session, "draft", asset.id or 0, by)


def may_edit(asset: Asset, by: accounts.Actor) -> bool:
    return by.may("asset.edit_any") or (by.id is not None and asset.owner_id == by.id)


def version(session: Session, version_id: int, by: accounts.Actor) -> Version:
    """A version this actor may open: the one on offer, or any for those who see drafts."""
    found = session.get(Version, version_id)
    if found is None:
        raise NotFound(_("没有这个版本。"))
    asset = get(session, found.asset_id, by)
    if found.state != "on_offer" and not may_see_drafts(session, asset, by):
        raise NotFound(_("没有这个版本，或您没有权限看它。"))
    return found


def shown_version(session: Session, asset: Asset, by: accounts.Actor) -> Version:
    """The version a person sees first: on offer, else the latest where they may see drafts."""
    wanted = asset.on_offer_id or asset.latest_id
    found = session.get(Version, wanted) if wanted else None
    if found is None:
        raise NotFound(_("这份素材还没有内容。"))
    return version(session, found.id or 0, by)


def versions(session: Session, asset: Asset, by: accounts.Actor) -> list[Version]:
    """Its versions, newest first; without draft rights only the one on offer."""
    query = select(Version).where(Version.asset_id == asset.id).order_by(col(Version.number).desc())
    if not may_see_drafts(session, asset, by):
        query = query.where(Version.state == "on_offer")
    return list(session.exec(query).all())


def tags_of(session: Session, asset_id: int) -> dict[str, list[str]]:
    """The values of one asset by facet, kept for everybody."""
    place = ("tags", asset_id)
    return stamps.kept(
        session, ("asset", "asset_tag"), place, lambda: tags(session, [asset_id]).get(asset_id, {})
    )


def tags(session: Session, ids: Iterable[int]) -> dict[int, dict[str, list[str]]]:
    """Per asset, its values by facet."""
    query = select(AssetTag.asset_id, AssetTag.facet, AssetTag.key).where(
        col(AssetTag.asset_id).in_(list(ids))
    )
    found: dict[int, dict[str, list[str]]] = {}
    for asset, facet, key in session.exec(query.order_by(AssetTag.key)):
        found.setdefault(asset, {}).setdefault(facet, []).append(key)
    return found


def shelf(session: Session, ids: Sequence[int], by: accounts.Actor) -> list[Shelved]:
    """What kits need to know of these assets, without those this actor may not see; in no order."""
    drafts = accounts.readable("draft", Asset.id, by)
    query: Any = (
        select(  # type: ignore[call-overload, misc]
            Asset.id,
            Asset.kind,
            Asset.on_offer_id,
            Asset.review_on,
            Asset.reviewed_at,
            Asset.updated_at,
            Version.on_offer_at,
        )
        .join(Version, col(Version.id) == col(Asset.on_offer_id), isouter=True)
        .where(col(Asset.id).in_(ids), visible(by), or_(col(Asset.on_offer_id).is_not(None), drafts))
    )
    today = clock.today()
    return [
        Shelved(
            id=number,
            kind=kind,
            offered=offer is not None,
            freshness=freshness(review_on, today) if offer is not None else "unknown",
            reviewed_at=reviewed_at,
            updated_at=updated_at,
            on_offer_at=since,
        )
        for number, kind, offer, review_on, reviewed_at, updated_at, since in session.exec(query)
    ]


def locks(session: Session, ids: Sequence[int]) -> dict[int, tuple[frozenset[str], frozenset[str] | None]]:
    """Those of these assets that are not open to everybody: the tokens that open them, and those that open their draft,
    None where a version is on offer. One question.
    """
    rows = session.execute(
        select_columns(col(Asset.id), col(Asset.on_offer_id), *(tokens_of(t) for t in ("asset", "draft")))
        .where(col(Asset.id).in_(ids), col(Asset.deleted_at).is_(None))
        .where(or_(col(Asset.on_offer_id).is_(None), ~_is_open_to_all()))
    )
    return {
        number: (as_tokens(opens), None if offer is not None else as_tokens(drafts))
        for number, offer, opens, drafts in rows
    }


def tokens_of(thing: str) -> Any:
    """What opens this face of an asset, as a part of a question; see `as_tokens`."""
    reader = accounts.Reader
    tokens = select(json_rows(reader.token)).where(reader.thing == thing, reader.thing_id == Asset.id)
    return tokens.scalar_subquery()


def as_tokens(rows: Sequence[Sequence[str]] | None) -> frozenset[str]:
    """What `tokens_of` answered."""
    return frozenset(token for (token,) in rows or ())


def _is_open_to_all() -> ColumnElement[bool]:
    reader = accounts.Reader
    return exists().where(
        col(reader.thing) == "asset",
        col(reader.thing_id) == col(Asset.id),
        col(reader.token) == accounts.EVERYONE,
    )


def cards(
    session: Session, ids: Sequence[int], by: accounts.Actor, *, drafts: Iterable[int] = ()
) -> list[Card]:
    """Cards of these assets in the given order, without those this actor may not see. `drafts`: ids to show the
    latest version of, where this actor may see drafts, instead of the one on offer.
    """
    if not ids:
        return []
    today = clock.today()
    wanted = sorted(drafts)
    found = session.execute(_card_query(by, bool(wanted)), {"ids": list(ids), "drafts": wanted})
    made = {row[0]: card_of(row, today) for row in found}
    return [made[i] for i in ids if i in made]


_OF_ASSET = (
    "id", "slug", "title", "kind", "audience", "summary", "language", "owner_id", "expert_id", "recommended",
    "restricted", "review_on", "updated_at", "edition", "reviewed_at",
)  # fmt: skip
_OF_VERSION = (
    "state", "page_count", "file_name", "size", "on_offer_at", "digest_state", "preview_state", "number",
)  # fmt: skip


@lru_cache(maxsize=256)
def _card_query(by: accounts.Actor, with_drafts: bool) -> Any:  # noqa: FBT001 - kept by its arguments
    """The cards of `ids`, with the latest version of `drafts`."""
    drafts = col(Asset.id).in_(bindparam("drafts", expanding=True)) if with_drafts else None
    return cards_where(by, col(Asset.id).in_(bindparam("ids", expanding=True)), drafts)


def cards_where(
    by: accounts.Actor, wanted: ColumnElement[bool], drafts: ColumnElement[bool] | None = None
) -> Any:
    """Asset, version, owner, first picture and tags in one question: every page with cards asks it."""
    latest: ColumnElement[bool] = col(Asset.on_offer_id).is_(None)
    if drafts is not None:
        latest = or_(latest, drafts)
    shown = case(
        (and_(latest, accounts.readable("draft", Asset.id, by)), col(Asset.latest_id)),
        else_=col(Asset.on_offer_id),
    )
    owner = select(accounts.Person.name).where(accounts.Person.id == Asset.owner_id).scalar_subquery()
    tagged = select(json_rows(AssetTag.facet, AssetTag.key)).where(AssetTag.asset_id == Asset.id)
    return (
        select_columns(
            *(getattr(Asset, name) for name in _OF_ASSET),
            *(getattr(Version, name) for name in _OF_VERSION),
            col(Version.id),
            owner,
            _first_thumb(),
            tagged.scalar_subquery(),
        )
        .join(Version, col(Version.id) == shown)
        .where(wanted, visible(by))
    )


def _first_thumb() -> Any:
    """The picture of the first page of a version that has one."""
    query = select(Page.thumb_sha).where(Page.version_id == Version.id, col(Page.thumb_sha).is_not(None))
    return query.order_by(col(Page.number)).limit(1).scalar_subquery()


def card_of(row: Sequence[Any], today: date) -> Card:
    """The card that a row of `cards_where` is."""
    said = dict(zip((*_OF_ASSET, *_OF_VERSION), row[:-4], strict=True))
    number = said.pop("number")
    version_id, owner, thumb, tagged = row[-4:]
    by_facet: dict[str, list[str]] = {}
    for facet, key in sorted(tagged or (), key=itemgetter(1)):
        by_facet.setdefault(facet, []).append(key)
    return Card(
        **said,
        version_id=version_id,
        version_number=number,
        owner=owner or "",
        freshness=freshness(said["review_on"], today) if said["state"] == "on_offer" else "unknown",
        thumb=thumb,
        tags=by_facet,
    )


def ids_matching(
    session: Session,
    by: accounts.Actor,
    *,
    kinds: Sequence[str] = (),
    tagged: Iterable[tuple[str, Sequence[str]]] = (),
    on_offer: bool = True,
    newest: int | None = None,
    limit: int = 500,
) -> list[int]:
    """Visible assets of these kinds that carry, for each (facet, keys), one of the keys; newest first."""
    query = select(Asset.id).where(visible(by))
    if on_offer:
        query = query.where(col(Asset.on_offer_id).is_not(None))
    if kinds:
        query = query.where(col(Asset.kind).in_(kinds))
    for facet, keys in tagged:
        carrying = select(AssetTag.asset_id).where(AssetTag.facet == facet, col(AssetTag.key).in_(list(keys)))
        query = query.where(col(Asset.id).in_(carrying))
    query = query.order_by(col(Asset.updated_at).desc(), col(Asset.id).desc()).limit(newest or limit)
    return [i for i in session.exec(query).all() if i is not None]


def trash(session: Session, by: accounts.Actor) -> list[Asset]:
    """What is in the trash and this actor may bring back."""
    readable = accounts.readable("asset", Asset.id, by)
    query = select(Asset).where(col(Asset.deleted_at).is_not(None), readable)
    query = query.order_by(col(Asset.deleted_at).desc())
    return [a for a in session.exec(query.limit(500)).all() if may_edit(a, by)]


def in_trash_by_id(session: Session, asset_id: int, by: accounts.Actor) -> Asset:
    """The asset in the trash; NotFound when it is not there, or not this actor's to bring back."""
    found = session.get(Asset, asset_id)
    if found is None or found.deleted_at is None or not may_edit(found, by):
        raise NotFound(_("回收站里没有这份素材。"))
    return found


def blob_for(session: Session, sha: str, by: accounts.Actor) -> bool:
    """True when this page picture belongs to a version this actor may open."""
    query = (
        select(Version, Asset)
        .join(Page, col(Page.version_id) == col(Version.id))
        .join(Asset, col(Asset.id) == col(Version.asset_id))
        .where(or_(col(Page.picture_sha) == sha, col(Page.thumb_sha) == sha), visible(by))
    )
    return any(
        v.state == "on_offer" or may_see_drafts(session, a, by)
        for v, a in session.exec(query.limit(20)).all()
    )
