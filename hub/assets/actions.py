"""Changes to assets: create, new version, review, offer, withdraw, trash. Permission is checked here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from hub import accounts, activity, customers, facts, notices, taxonomy
from hub.assets import digest, queries, rules
from hub.assets.digest import Digest
from hub.assets.models import Asset, AssetTag, Page, Version
from hub.base import clock, jobs, outbox
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


def touch(session: Session, asset: Asset) -> None:
    """The asset changed: raise its edition, work out who may read it, and let the index follow."""
    asset.updated_at = clock.now()
    asset.edition += 1
    session.add(asset)
    session.flush()
    refresh(session, asset)


def refresh(session: Session, asset: Asset) -> None:
    """Work out the asset's readers anew and let the index follow; the asset itself does not change."""
    latest = session.get(Version, asset.latest_id) if asset.latest_id else None
    by_facet = queries.tags(session, [asset.id or 0]).get(asset.id or 0, {})
    products = by_facet.get("product", [])
    draft = _draft_readers(session, asset, latest, products)
    offered = offer_readers(session, asset, products, draft) if asset.on_offer_id else frozenset()
    accounts.set_readers(session, "draft", asset.id or 0, draft)
    accounts.set_readers(session, "asset", asset.id or 0, draft | offered)
    accounts.set_readers(session, "offer", asset.id or 0, offered)
    most = session.exec(select(func.max(Version.page_count)).where(Version.asset_id == asset.id)).one() or 0
    changed(session, asset.id, pages=most)


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


def edit(session: Session, asset: Asset, fields: Fields, *, edition: int, by: accounts.Actor) -> None:
    """Change what is said about the asset; Conflict when somebody else changed it since `edition`."""
    _must_edit(session, asset, by)
    if asset.edition != edition:
        raise Conflict(_("别人刚改过这份素材。您的修改还在页面上：请另开一页看看新内容，再决定怎么合并。"))
    _set_fields(session, asset, fields)
    activity.record(session, "edit", "asset", asset.id, by=by.id)
    touch(session, asset)


def _must_edit(session: Session, asset: Asset, by: accounts.Actor) -> None:
    """NotFound for what this actor may not read, whatever their role; NotAllowed for what they may only read."""
    if not accounts.may_read(session, "asset", asset.id or 0, by):
        raise NotFound(_("没有这份素材，或您没有权限看它。"))
    if not queries.may_edit(asset, by):
        raise NotAllowed(_("只有负责人、产品市场和管理员能改这份素材。"))


def add_version(
    session: Session, asset: Asset, content: Content, *, note: str = "", by: accounts.Actor
) -> Version:
    """Upload a new version, a draft; the one on offer stays on offer until the new one is approved."""
    _must_edit(session, asset, by)
    made = _new_version(session, asset, content, by=by, note=note)
    activity.record(session, "upload", "asset", asset.id, by=by.id, version=made.number)
    return made


def edit_text(session: Session, version: Version, text: str, *, edition: int, by: accounts.Actor) -> None:
    """Change a draft's Markdown; Conflict when somebody else changed it since `edition`, or it is no draft."""
    asset = session.get_one(Asset, version.asset_id)
    _must_edit(session, asset, by)
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


def submit(session: Session, version: Version, *, reviewer_id: int | None = None, by: accounts.Actor) -> None:
    """Hand a draft in for review; the reviewer asked, or everybody who may approve it, is told."""
    asset = session.get_one(Asset, version.asset_id)
    _must_edit(session, asset, by)
    if version.digest_state == "failed":
        raise Conflict(
            _("这个文件读不出内容：%(reason)s 请换一份再提交。") % {"reason": version.digest_error}
        )
    rules.must_follow(version.state, "in_review")
    must_know_its_facts(session, asset, version, by)
    if reviewer_id is not None and reviewer_id == version.uploaded_by_id:
        raise HubError(_("不能请上传的人自己审。请选另一位同事。"))
    if reviewer_id is not None and reviewer_id not in _who_may_review(session, asset, version):
        raise HubError(_("这位同事不能批准它。请选这个产品的审批人或产品市场。"))
    version.state, version.submitted_at, version.reviewer_id = "in_review", clock.now(), reviewer_id
    session.add(version)
    asked = [reviewer_id] if reviewer_id else _possible_reviewers(session, asset, version)
    notices.tell(
        session,
        asked,
        event=f"version:{version.id}:review:{version.edition}",
        key="review_asked",
        url=f"/assets/{asset.id}?version={version.id}",
        who=by.name,
        title=asset.title,
    )
    activity.record(session, "submit", "asset", asset.id, by=by.id, version=version.number)
    touch(session, asset)


def must_know_its_facts(session: Session, asset: Asset, version: Version, by: accounts.Actor) -> None:
    """Conflict with every sentence, when the text names facts that do not exist or may not be said to its
    readers. One that has expired is its owner's business and stops nobody here.
    """
    if version.blob_sha:
        return
    found = facts.resolve(session, version.text, language=asset.language, by=by)
    internal = asset.audience == "customer"
    wrong = [p.said for p in found.problems if p.why != "expired" and (internal or p.why != "internal")]
    if wrong:
        raise Conflict(_("先改好文中的事实再提交：%(all)s") % {"all": "".join(wrong)})


def _who_may_review(session: Session, asset: Asset, version: Version) -> set[int]:
    """Whoever may be asked by name: being asked gives nobody a right that they do not have."""
    administrators = {p.id for p in accounts.with_role(session, "administrator") if p.id is not None}
    return {*_possible_reviewers(session, asset, version), *administrators}


def _possible_reviewers(session: Session, asset: Asset, version: Version) -> list[int]:
    products = queries.tags(session, [asset.id or 0]).get(asset.id or 0, {}).get("product", [])
    people = accounts.approvers(session, products) or accounts.with_role(session, "product_marketer")
    return [p.id for p in people if p.id is not None and p.id != version.uploaded_by_id]


def may_approve(session: Session, asset: Asset, version: Version, by: accounts.Actor) -> bool:
    """True when this actor may approve this version: a reviewer, an approver or a marketer, never its uploader."""
    if by.id is not None and version.uploaded_by_id == by.id:
        return False
    if by.is_admin or version.reviewer_id == by.id:
        return True
    products = set(queries.tags(session, [asset.id or 0]).get(asset.id or 0, {}).get("product", []))
    if products & by.approves:
        return True
    return by.may("asset.approve") and not accounts.approvers(session, products)


def approve(session: Session, version: Version, *, by: accounts.Actor, at: datetime | None = None) -> None:
    """Approve a version in review; it is on offer at once, or on its publish date. The uploader cannot approve."""
    asset = session.get_one(Asset, version.asset_id)
    if by.id is not None and version.uploaded_by_id == by.id:
        raise NotAllowed(_("自己上传的不能自己批准。请另一位同事来审。"))
    if not may_approve(session, asset, version, by):
        raise NotAllowed(_("您不能批准这份素材。请它的产品审批人来审。"))
    rules.must_follow(version.state, "approved")
    at = at or clock.now()
    version.state, version.approved_by_id, version.approved_at = "approved", by.id, at
    session.add(version)
    activity.record(session, "approve", "asset", asset.id, by=by.id, version=version.number)
    notices.tell(
        session,
        [version.uploaded_by_id],
        event=f"version:{version.id}:approved",
        key="approved",
        url=f"/assets/{asset.id}",
        title=asset.title,
    )
    if version.publish_on is None or version.publish_on <= clock.today(at):
        put_on_offer(session, version, at=at)
    else:
        touch(session, asset)


def put_on_offer(session: Session, version: Version, *, at: datetime | None = None) -> None:
    """Put an approved version on offer; the one before it ends. The caller has checked that this may be."""
    asset = session.get_one(Asset, version.asset_id)
    at = at or clock.now()
    before = session.get(Version, asset.on_offer_id) if asset.on_offer_id else None
    if before is not None and before.id != version.id:
        before.state, before.ended_at, before.replaced_by_id = "expired", at, version.id
        before.end_reason = _("被第 %(n)s 版取代") % {"n": version.number}
        session.add(before)
        session.flush()  # the database allows one version on offer: the old one leaves first
        jobs.later(session, "version.replaced", key=f"version:{before.id}", version_id=before.id)
    version.state, version.on_offer_at = "on_offer", at
    asset.on_offer_id = version.id
    asset.reviewed_at = at
    if asset.review_on is None or asset.review_on <= clock.today(at):
        asset.review_on = rules.next_review(asset.kind, clock.today(at))
    session.add(version)
    session.flush()
    touch(session, asset)
    jobs.later(session, "asset.offered", key=f"asset:{asset.id}", asset_id=asset.id)


def send_back(session: Session, version: Version, *, reason: str, by: accounts.Actor) -> None:
    """Return a version in review to its author with a reason."""
    asset = session.get_one(Asset, version.asset_id)
    if not (may_approve(session, asset, version, by) or version.uploaded_by_id == by.id):
        raise NotAllowed(_("您不能退回这份素材。"))
    if not reason.strip():
        raise HubError(_("请写明退回的原因，作者才知道改哪里。"))
    rules.must_follow(version.state, "draft")
    version.state, version.edition = "draft", version.edition + 1
    session.add(version)
    notices.tell(
        session,
        [version.uploaded_by_id],
        event=f"version:{version.id}:returned:{version.edition}",
        key="returned",
        url=f"/assets/{asset.id}?version={version.id}",
        title=asset.title,
        reason=reason.strip(),
    )
    activity.record(
        session, "send_back", "asset", asset.id, by=by.id, version=version.number, reason=reason.strip()
    )
    touch(session, asset)


def schedule(
    session: Session,
    version: Version,
    *,
    publish_on: date | None,
    expires_on: date | None,
    by: accounts.Actor,
) -> None:
    """Set the day on which a version comes on offer once it is approved (None: at once), and the last day on which it
    is (None: none). HubError for days that make no sense.
    """
    asset = session.get_one(Asset, version.asset_id)
    _must_edit(session, asset, by)
    if version.state in {"expired", "withdrawn"}:
        raise Conflict(_("这一版已经不在用了，先恢复成草稿再排日子。"))
    if expires_on is not None and expires_on < max(clock.today(), publish_on or clock.today()):
        raise HubError(_("到期日要在今天和发布日之后。"))
    if version.state == "on_offer":
        publish_on = version.publish_on  # it is out: only its end can still be set
    version.publish_on, version.expires_on = publish_on, expires_on
    session.add(version)
    said = {k: d.isoformat() for k, d in (("publish", publish_on), ("expires", expires_on)) if d}
    activity.record(session, "schedule", "asset", asset.id, by=by.id, version=version.number, **said)
    if version.state == "approved" and (publish_on is None or publish_on <= clock.today()):
        put_on_offer(session, version)
    else:
        touch(session, asset)


def withdraw(
    session: Session, version: Version, *, reason: str, replacement_id: int | None = None, by: accounts.Actor
) -> None:
    """Take a version out of use, with the reason that people will read, and what to use instead (an asset this actor
    may read). Whoever holds a version that was on offer is told by a job.
    """
    asset = session.get_one(Asset, version.asset_id)
    _must_edit(session, asset, by)
    if not reason.strip():
        raise HubError(_("请写明停用的原因，用过它的人会看到。"))
    rules.must_follow(version.state, "withdrawn")
    if replacement_id is not None and queries.get(session, replacement_id, by).on_offer_id is None:
        raise HubError(_("用来替换的素材现在没有在用的版本。请另选一份。"))
    was_used = version.on_offer_at is not None
    version.state, version.ended_at, version.end_reason = "withdrawn", clock.now(), reason.strip()[:500]
    if asset.on_offer_id == version.id:
        asset.on_offer_id = None
    session.add(version)
    activity.record(
        session, "withdraw", "asset", asset.id, by=by.id, version=version.number, reason=reason.strip()
    )
    if was_used:
        jobs.later(
            session,
            "version.withdrawn",
            key=f"version:{version.id}",
            version_id=version.id,
            replacement_id=replacement_id,
            by_id=by.id,
        )
    touch(session, asset)


def restore_version(session: Session, version: Version, *, by: accounts.Actor) -> Version:
    """Bring an old version back as a new draft; what is on offer does not change."""
    asset = session.get_one(Asset, version.asset_id)
    _must_edit(session, asset, by)
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
    _must_edit(session, asset, by)
    asset.reviewed_at = at or clock.now()
    asset.review_on = rules.next_review(asset.kind, clock.today(at))
    activity.record(session, "still_right", "asset", asset.id, by=by.id)
    touch(session, asset)
    return asset.review_on


def trash(session: Session, asset: Asset, *, by: accounts.Actor) -> None:
    """Put the asset in the trash: nobody finds it, everything of it is kept."""
    _must_edit(session, asset, by)
    asset.deleted_at, asset.deleted_by_id = clock.now(), by.id
    activity.record(session, "trash", "asset", asset.id, by=by.id)
    touch(session, asset)


def restore(session: Session, asset: Asset, *, by: accounts.Actor) -> None:
    """Bring the asset back from the trash as it was."""
    _must_edit(session, asset, by)
    asset.deleted_at, asset.deleted_by_id = None, None
    activity.record(session, "restore", "asset", asset.id, by=by.id)
    touch(session, asset)


def run_dates(session: Session, *, at: datetime | None = None) -> int:
    """Put on offer what waited for today, end what expired; returns how many versions changed."""
    today = clock.today(at)
    due = select(Version).where(Version.state == "approved", col(Version.publish_on) <= today)
    over = select(Version).where(Version.state == "on_offer", col(Version.expires_on) < today)
    changed = 0
    for version in session.exec(over).all():
        asset = session.get_one(Asset, version.asset_id)
        version.state, version.ended_at, version.end_reason = "expired", at or clock.now(), _("到期")
        asset.on_offer_id = None
        session.add(version)
        touch(session, asset)
        changed += 1
    for version in session.exec(due).all():
        put_on_offer(session, version, at=at)
        changed += 1
    return changed


@dataclass(frozen=True)
class Imported:
    """What an import says about a version: its state and dates, taken as they stand."""

    state: str = "on_offer"
    published_on: date | None = None
    review_on: date | None = None
    expires_on: date | None = None
    end_reason: str = ""
    at: datetime = field(default_factory=clock.now)


def place_by_import(session: Session, version: Version, said: Imported, *, by: accounts.Actor) -> None:
    """Bring a fresh version into the state the import names: approved by import, without a second person."""
    if not by.is_admin:
        raise NotAllowed(_("只有管理员能这样导入。"))
    asset = session.get_one(Asset, version.asset_id)
    version.expires_on = said.expires_on
    if said.state in {"on_offer", "expired", "withdrawn", "approved"}:
        version.approved_by_import, version.approved_at = True, said.at
    offered_at = (
        datetime.combine(said.published_on, datetime.min.time(), clock.HOUSE_ZONE)
        if said.published_on
        else said.at
    )
    if said.state == "on_offer":
        put_on_offer(session, version, at=offered_at)
    elif said.state in {"expired", "withdrawn"}:
        _take_off_offer(session, asset, at=said.at)
        version.state, version.on_offer_at, version.ended_at = said.state, offered_at, said.at
        version.end_reason = said.end_reason[:500]
    else:
        version.state = said.state
        version.publish_on = said.published_on if said.state == "approved" else None
        version.submitted_at = said.at if said.state == "in_review" else None
    if said.review_on:
        asset.review_on = said.review_on
    session.add(version)
    session.flush()
    touch(session, asset)


def _take_off_offer(session: Session, asset: Asset, *, at: datetime) -> None:
    """End what is on offer: the file says that the material is out of use."""
    before = session.get(Version, asset.on_offer_id) if asset.on_offer_id else None
    if before is not None:
        before.state, before.ended_at = "expired", at
        session.add(before)
    asset.on_offer_id = None
