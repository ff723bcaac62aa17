"""Changes to assets: create, new version, tags, readers, trash. Permission is checked here."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from hub import accounts, activity, customers, taxonomy
from hub.assets import digest, queries, rules
from hub.assets.digest import Digest
from hub.assets.models import Asset, AssetForm, AssetTag, Page, Version
from hub.base import clock, jobs, outbox
from hub.base.blobs import Blob
from hub.base.db import given
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import _

AUDIENCES = ("internal", "customer")
EDITABLE = (
    "title",
    "kind",
    "language",
    "audience",
    "summary",
    "owner_id",
    "expert_id",
    "customer_id",
    "recommended",
)


@dataclass(frozen=True)
class Content:
    """What a new version holds: a Markdown text, or a stored file, perhaps digested already."""

    text: str = ""
    file_name: str = ""
    media_type: str = ""
    blob: Blob | None = None
    digest: Digest | None = None


@dataclass(frozen=True)
class Fields:
    """What is said about an asset. None leaves a field as it is."""

    title: str | None = None
    kind: str | None = None
    language: str | None = None
    audience: str | None = None
    summary: str | None = None
    owner_id: int | None = None
    expert_id: int | None = None
    customer_id: int | None = None
    recommended: bool | None = None
    review_on: date | None = None
    tags: Mapping[str, Iterable[str]] | None = None  # facet -> keys; replaces all tags of the facets named
    restricted_to: tuple[Iterable[int], Iterable[int]] | None = (
        None  # (teams, people); both empty: open to all
    )
    extra: Mapping[str, Any] | None = None


def create(
    session: Session,
    fields: Fields,
    content: Content,
    *,
    by: accounts.Actor,
    slug: str = "",
    demo: bool = False,
) -> Version:
    """A new asset with its first version, a draft; returns the version. Conflict when the slug is taken."""
    by.must("asset.create")
    title = (fields.title or "").strip()
    if not title:
        raise HubError(_("请给素材起个标题。"))
    at = clock.now()
    asset = Asset(
        slug=_free_slug(session, slug, title),
        title=title[:300],
        kind=_good_kind(fields.kind or "whitepaper"),
        owner_id=fields.owner_id if fields.owner_id is not None else by.id,
        demo=demo,
        created_at=at,
        updated_at=at,
    )
    session.add(asset)
    session.flush()
    _set_fields(session, asset, fields)
    made = _new_version(session, asset, content, by=by)
    activity.record(session, "create", "asset", asset.id, by=by.id, title=asset.title)
    return made


def _good_kind(kind: str) -> str:
    if kind not in taxonomy.KINDS:
        raise HubError(_("没有“%(kind)s”这种素材。") % {"kind": kind})
    return kind


def _free_slug(session: Session, wanted: str, title: str) -> str:
    if wanted:
        if queries.by_slug(session, wanted):
            raise Conflict(_("已经有一份素材叫“%(slug)s”。") % {"slug": wanted})
        return wanted
    base = rules.slug(title)
    taken = set(
        session.exec(select(Asset.slug).where(col(Asset.slug).startswith(base, autoescape=True))).all()
    )
    return next(s for s in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if s not in taken)


def _set_fields(session: Session, asset: Asset, fields: Fields) -> None:
    for name in EDITABLE:
        value = getattr(fields, name)
        if value is not None:
            setattr(asset, name, value)
    if asset.audience not in AUDIENCES:
        raise HubError(_("使用对象只能是“仅内部”或“可发客户”。"))
    _good_kind(asset.kind)
    asset.title = asset.title.strip()[:300]
    asset.summary = asset.summary.strip()[:1000]
    if fields.review_on is not None:
        asset.review_on = fields.review_on
    if fields.extra is not None:
        asset.extra = dict(fields.extra)
    if fields.tags is not None:
        set_tags(session, asset, fields.tags)
    if fields.restricted_to is not None:
        teams, people = tuple(fields.restricted_to[0]), tuple(fields.restricted_to[1])
        asset.restricted = bool(teams or people)
        accounts.restrict(session, "asset", asset.id or 0, teams=teams, people=people)
    session.add(asset)
    session.flush()


def set_tags(session: Session, asset: Asset, tags: Mapping[str, Iterable[str]]) -> None:
    """Replace the asset's values of the facets named."""
    for facet, keys in tags.items():
        if facet not in taxonomy.FACETS:
            raise HubError(_("没有“%(facet)s”这种分类。") % {"facet": facet})
        session.exec(delete(AssetTag).where(col(AssetTag.asset_id) == asset.id, col(AssetTag.facet) == facet))
        for key in dict.fromkeys(k.strip() for k in keys if k.strip()):
            session.add(AssetTag(asset_id=asset.id or 0, facet=facet, key=key[:120]))
    session.flush()


def _new_version(
    session: Session, asset: Asset, content: Content, *, by: accounts.Actor, note: str = ""
) -> Version:
    highest = session.exec(select(func.max(Version.number)).where(Version.asset_id == asset.id)).one() or 0
    made = Version(
        asset_id=asset.id or 0,
        number=highest + 1,
        note=note.strip()[:1000],
        text=content.text,
        file_name=content.file_name[:300],
        media_type=content.media_type,
        blob_sha=content.blob.sha256 if content.blob else None,
        size=content.blob.size if content.blob else len(content.text.encode()),
        uploaded_by_id=by.id,
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    asset.latest_id = made.id
    if content.blob is None:
        made.digest_state, made.headings = "ready", "\n".join(digest.headings_of(content.text))
    elif content.digest is not None:
        keep_digest(session, made, content.digest)
    else:
        jobs.later(session, "version.digest", key=f"version:{made.id}", priority=3, version_id=made.id)
    touch(session, asset)
    return made


def keep_digest(session: Session, version: Version, found: digest.Digest) -> None:
    """Write what a file says: text, headings and pages; page pictures are asked for."""
    session.exec(delete(Page).where(col(Page.version_id) == version.id))
    version.text, version.headings = found.text, found.headings
    version.digest_state, version.digest_error = "ready", ""
    version.page_count = len(found.pages)
    for page in found.pages:
        session.add(Page(version_id=version.id or 0, **vars(page)))
    if digest.suffix(version.file_name) in digest.DECK | digest.PICTURE | digest.WORD | digest.SHEET | {
        ".pdf"
    }:
        version.preview_state = "waiting"
        jobs.later(session, "version.preview", key=f"version:{version.id}", version_id=version.id)
    session.add(version)
    session.flush()


@contextmanager
def touched_once(session: Session) -> Iterator[None]:
    """What several steps of one change touch in here is touched once, at the end. Nothing in between may ask who reads
    it.
    """
    held: dict[int | None, Asset] = session.info.setdefault(_HELD, {})
    try:
        yield
    finally:
        del session.info[_HELD]
    for asset in held.values():
        touch(session, asset)


_HELD = "assets touched later"


def touch(session: Session, asset: Asset) -> None:
    """The asset changed: raise its edition, work out who may read it, and let the index follow."""
    held = session.info.get(_HELD)
    if held is not None:
        held[asset.id] = asset
        return
    asset.updated_at = clock.now()
    asset.edition += 1
    session.add(asset)
    session.flush()
    refresh(session, asset)


def refresh(session: Session, asset: Asset) -> None:
    """Work out the asset's readers anew and let the index follow; the asset itself does not change."""
    kin = _kin(session, asset)
    _follow_source(session, asset, kin)
    latest = session.get(Version, asset.latest_id) if asset.latest_id else None
    by_facet = queries.tags(session, [asset.id or 0]).get(asset.id or 0, {})
    products = by_facet.get("product", [])
    draft = _draft_readers(session, asset, latest, products)
    offered = offer_readers(session, asset, products, draft) if asset.on_offer_id else frozenset()
    readers = {"draft": draft, "asset": draft | offered, "offer": offered}
    accounts.set_all_readers(session, asset.id or 0, readers)
    most = session.execute(_MOST_PAGES, {"asset": asset.id}).scalar_one() or 0
    changed(session, asset.id, pages=most)
    for form in _made_from(session, asset, kin):
        refresh(session, form)


_MOST_PAGES = select(func.max(Version.page_count)).where(col(Version.asset_id) == given("asset"))
_KIN = select(AssetForm).where(
    (col(AssetForm.source_id) == given("asset")) | (col(AssetForm.asset_id) == given("asset"))
)


def _kin(session: Session, asset: Asset) -> list[AssetForm]:
    """What ties the asset to its source, or to the forms made from it."""
    return list(session.execute(_KIN, {"asset": asset.id}).scalars())


def _made_from(session: Session, source: Asset, kin: Iterable[AssetForm]) -> list[Asset]:
    """The assets that forms of this one have become."""
    ids = [row.asset_id for row in kin if row.source_id == source.id and row.asset_id]
    return list(session.exec(select(Asset).where(col(Asset.id).in_(ids))).all()) if ids else []


def _follow_source(session: Session, form: Asset, kin: Iterable[AssetForm]) -> None:
    """A form goes no further than its source, whatever is said of it: the same readers, audience and owner; and off
    offer, or to the trash, with it. Nothing for an asset that is no form.
    """
    row = next((row for row in kin if row.asset_id == form.id), None)
    if row is None:
        return
    source = session.get_one(Asset, row.source_id)
    form.audience, form.customer_id, form.owner_id = source.audience, source.customer_id, source.owner_id
    form.restricted = source.restricted
    open_to = accounts.restriction(session, "asset", source.id or 0) if source.restricted else frozenset()
    teams, people = (
        [int(t.removeprefix(f"{way}:")) for t in open_to if t.startswith(f"{way}:")]
        for way in ("team", "person")
    )
    accounts.restrict(session, "asset", form.id or 0, teams=teams, people=people)
    set_tags(
        session,
        form,
        {"product": queries.tags(session, [row.source_id]).get(row.source_id, {}).get("product", [])},
    )
    if source.deleted_at is not None:
        form.deleted_at, form.deleted_by_id = source.deleted_at, source.deleted_by_id
    if source.on_offer_id is None:
        _end_offer(session, form, source)
    session.add(form)
    session.flush()


def _end_offer(session: Session, form: Asset, source: Asset) -> None:
    """The source is not on offer: what was made from it is not either; whoever holds it is told by a job."""
    shown = session.get(Version, form.on_offer_id) if form.on_offer_id else None
    if shown is None:
        return
    shown.state, shown.ended_at = "expired", clock.now()
    shown.end_key, shown.end_reason = "source", source.title
    form.on_offer_id = None
    session.add(shown)
    jobs.later(
        session,
        "version.withdrawn",
        key=f"version:{shown.id}",
        version_id=shown.id,
        replacement_id=None,
        by_id=None,
    )


def changed(session: Session, asset_id: int | None, *, pages: int) -> None:
    """Let the index and the kits follow."""
    outbox.changed(session, "asset", asset_id, pages=pages)
    jobs.later(session, "asset.changed", key="assets", priority=1)


def _draft_readers(
    session: Session, asset: Asset, latest: Version | None, products: list[str]
) -> frozenset[str]:
    tokens = accounts.draft_tokens(
        owners=[asset.owner_id, latest.uploaded_by_id if latest else None],
        reviewers=[latest.reviewer_id if latest else None],
        products=products,
    )
    # Where no product names an approver every product marketer may review, or nothing could ever be approved.
    return tokens if accounts.approvers(session, products) else tokens | {"role:product_marketer"}


def offer_readers(
    session: Session, asset: Asset, products: list[str], draft: frozenset[str]
) -> frozenset[str]:
    """Who may read the asset while it is on offer, whether it is now or not."""
    own = accounts.restriction(session, "asset", asset.id or 0) if asset.restricted else None
    customer = customers.by_ids(session, [asset.customer_id]).get(asset.customer_id or 0)
    confidential = (
        accounts.restriction(session, "customer", customer.id or 0)
        if customer and customer.confidential
        else None
    )
    return accounts.reader_tokens(
        owners=[asset.owner_id],
        restrictions=[own, confidential, *taxonomy.product_restrictions(session, products)],
        extra=draft,
    )


def was_open_to(session: Session, asset: Asset, by: accounts.Actor) -> bool:
    """Whether this actor may read the asset while it is on offer, although it may be off offer now."""
    products = queries.tags(session, [asset.id or 0]).get(asset.id or 0, {}).get("product", [])
    latest = session.get(Version, asset.latest_id) if asset.latest_id else None
    drafts = _draft_readers(session, asset, latest, products)
    return bool(offer_readers(session, asset, products, drafts) & by.tokens)


def edit(session: Session, asset: Asset, fields: Fields, *, edition: int, by: accounts.Actor) -> None:
    """Change what is said about the asset; Conflict when somebody else changed it since `edition`."""
    must_edit(session, asset, by)
    if asset.edition != edition:
        raise Conflict(_("别人刚改过这份素材。您的修改还在页面上：请另开一页看看新内容，再决定怎么合并。"))
    _set_fields(session, asset, fields)
    activity.record(session, "edit", "asset", asset.id, by=by.id)
    touch(session, asset)


def must_edit(session: Session, asset: Asset, by: accounts.Actor) -> None:
    """NotFound for what this actor may not read, whatever their role; NotAllowed for what they may only read."""
    if not accounts.may_read(session, "asset", asset.id or 0, by):
        raise NotFound(_("没有这份素材，或您没有权限看它。"))
    if not queries.may_edit(asset, by):
        raise NotAllowed(_("只有负责人、产品市场和管理员能改这份素材。"))


def add_version(
    session: Session, asset: Asset, content: Content, *, note: str = "", by: accounts.Actor
) -> Version:
    """Upload a new version, a draft; the one on offer stays on offer until the new one is approved."""
    must_edit(session, asset, by)
    made = _new_version(session, asset, content, by=by, note=note)
    activity.record(session, "upload", "asset", asset.id, by=by.id, version=made.number)
    return made


def edit_text(session: Session, version: Version, text: str, *, edition: int, by: accounts.Actor) -> None:
    """Change a draft's Markdown; Conflict when somebody else changed it since `edition`, or it is no draft."""
    asset = session.get_one(Asset, version.asset_id)
    must_edit(session, asset, by)
    if version.state != "draft" or version.blob_sha:
        raise Conflict(_("只有 Markdown 草稿能直接改。请上传一个新版本。"))
    if version.edition != edition:
        raise Conflict(_("别人刚改过这份草稿。您的文字还在页面上：请先复制下来，再刷新合并。"))
    version.text, version.headings = text, "\n".join(digest.headings_of(text))
    version.size, version.edition = len(text.encode()), version.edition + 1
    version.uploaded_by_id = by.id if by.id is not None else version.uploaded_by_id
    session.add(version)
    activity.record(session, "edit_text", "asset", asset.id, by=by.id, version=version.number)
    touch(session, asset)


def restore_version(session: Session, version: Version, *, by: accounts.Actor) -> Version:
    """Bring an old version back as a new draft; what is on offer does not change."""
    asset = session.get_one(Asset, version.asset_id)
    must_edit(session, asset, by)
    blob = Blob(version.blob_sha, version.size) if version.blob_sha else None
    note = _("由第 %(n)s 版恢复") % {"n": version.number}
    content = Content(
        text="" if blob else version.text,
        file_name=version.file_name,
        media_type=version.media_type,
        blob=blob,
    )
    made = _new_version(session, asset, content, by=by, note=note)
    activity.record(session, "restore_version", "asset", asset.id, by=by.id, version=version.number)
    return made


def still_right(session: Session, asset: Asset, *, by: accounts.Actor, at: datetime | None = None) -> date:
    """The owner says that the material is still right; returns the next review date."""
    must_edit(session, asset, by)
    asset.reviewed_at = at or clock.now()
    asset.review_on = rules.next_review(asset.kind, clock.today(at), asset.review_on)
    activity.record(session, "still_right", "asset", asset.id, by=by.id)
    touch(session, asset)
    return asset.review_on


def trash(session: Session, asset: Asset, *, by: accounts.Actor) -> None:
    """Put the asset in the trash: nobody finds it, everything of it is kept."""
    must_edit(session, asset, by)
    asset.deleted_at, asset.deleted_by_id = clock.now(), by.id
    activity.record(session, "trash", "asset", asset.id, by=by.id)
    touch(session, asset)


def restore(session: Session, asset: Asset, *, by: accounts.Actor) -> None:
    """Bring the asset back from the trash as it was."""
    must_edit(session, asset, by)
    asset.deleted_at, asset.deleted_by_id = None, None
    activity.record(session, "restore", "asset", asset.id, by=by.id)
    touch(session, asset)
