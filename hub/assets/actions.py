"""Changes to assets: create, new version, tags, readers, trash. Permission is checked here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from hub import accounts, activity, taxonomy
from hub.assets import digest, queries, rules
from hub.assets.digest import Digest
from hub.assets.models import Asset, Page, Version
from hub.assets.readers import touch
from hub.assets.tagging import set_tags
from hub.base import clock, jobs
from hub.base.blobs import Blob
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
