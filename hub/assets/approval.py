"""The life of a version: review, approval, on offer, its days, withdrawal. Permission is checked here."""

from datetime import date, datetime

from sqlmodel import Session, col, select

from hub import accounts, activity, facts, notices
from hub.assets import queries, rules
from hub.assets.actions import must_edit
from hub.assets.models import Asset, Version
from hub.assets.readers import touch
from hub.base import clock, jobs
from hub.base.errors import Conflict, HubError, NotAllowed
from hub.base.i18n import _


def submit(session: Session, version: Version, *, reviewer_id: int | None = None, by: accounts.Actor) -> None:
    """Hand a draft in for review; the reviewer asked, or everybody who may approve it, is told."""
    asset = session.get_one(Asset, version.asset_id)
    must_edit(session, asset, by)
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
        before.end_key, before.end_reason = "replaced", str(version.number)
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
    must_edit(session, asset, by)
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
    must_edit(session, asset, by)
    if not reason.strip():
        raise HubError(_("请写明停用的原因，用过它的人会看到。"))
    rules.must_follow(version.state, "withdrawn")
    if replacement_id is not None and queries.get(session, replacement_id, by).on_offer_id is None:
        raise HubError(_("用来替换的素材现在没有在用的版本。请另选一份。"))
    was_used = version.on_offer_at is not None
    version.state, version.ended_at = "withdrawn", clock.now()
    version.end_key, version.end_reason, version.instead_id = "", reason.strip()[:500], replacement_id
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


def run_dates(session: Session, *, at: datetime | None = None) -> int:
    """Put on offer what waited for today, end what expired; returns how many versions changed."""
    today = clock.today(at)
    due = select(Version).where(Version.state == "approved", col(Version.publish_on) <= today)
    over = select(Version).where(Version.state == "on_offer", col(Version.expires_on) < today)
    changed = 0
    for version in session.exec(over).all():
        asset = session.get_one(Asset, version.asset_id)
        version.state, version.ended_at, version.end_key = "expired", at or clock.now(), "expired"
        asset.on_offer_id = None
        session.add(version)
        touch(session, asset)
        changed += 1
    for version in session.exec(due).all():
        put_on_offer(session, version, at=at)
        changed += 1
    return changed
