"""Comments on a version. Whoever may open a version may say something; those who see drafts read all of it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ScalarSelect
from sqlmodel import Session, col, func, select

from hub import accounts, activity, notices
from hub.assets import queries
from hub.assets.models import Asset, Version, VersionComment
from hub.base import clock
from hub.base.errors import HubError, NotFound
from hub.base.i18n import _

LONGEST = 2000
TOLD = 80  # characters of a comment that stand in the notice


def comment(
    session: Session, version: Version, text: str, *, page: int | None = None, by: accounts.Actor
) -> VersionComment:
    """Say something about a version this actor may open; its author, owner and reviewer and all who spoke before hear
    of it, as far as they may open it.
    """
    said = text.strip()
    if not said:
        raise HubError(_("请写点什么再发。"))
    if len(said) > LONGEST:
        raise HubError(_("一条意见最多 %(most)s 个字，长的请写在文件里。") % {"most": LONGEST})
    if page is not None and not 1 <= page <= max(version.page_count, 1):
        raise NotFound(_("这一版没有第 %(n)s 页。") % {"n": page})
    asset = queries.get(session, version.asset_id, by)
    made = VersionComment(version_id=version.id or 0, page=page, text=said, by_id=by.id, at=clock.now())
    session.add(made)
    session.flush()
    _tell(session, asset, version, made, by)
    activity.record(session, "comment", "asset", asset.id, by=by.id, version=version.number)
    return made


def _tell(session: Session, asset: Asset, version: Version, made: VersionComment, by: accounts.Actor) -> None:
    spoke = session.exec(
        select(VersionComment.by_id).where(VersionComment.version_id == version.id).distinct()
    ).all()
    wanted = {version.uploaded_by_id, asset.owner_id, version.reviewer_id, *spoke} - {by.id, None}
    readers = accounts.readers(session, "draft", [asset.id or 0]).get(asset.id or 0, frozenset())
    told = [i for i, a in accounts.actors(session, wanted).items() if a.is_admin or readers & a.tokens]
    notices.tell(
        session,
        told,
        event=f"comment:{made.id}",
        key="comment_made",
        url=f"/assets/{asset.id}?version={version.id}&tab=comments",
        who=by.name,
        title=asset.title,
        text=made.text[:TOLD],
    )


def comments(
    session: Session, asset: Asset, versions: Sequence[Version], by: accounts.Actor
) -> list[VersionComment]:
    """Comments on these versions of an asset, the newest first: all for those who see drafts, else one's own."""
    ids = [v.id for v in versions if v.id is not None]
    query = select(VersionComment).where(col(VersionComment.version_id).in_(ids))
    if not queries.may_see_drafts(session, asset, by):
        query = query.where(VersionComment.by_id == by.id)
    return list(
        session.exec(query.order_by(col(VersionComment.at).desc(), col(VersionComment.id).desc())).all()
    )


def comments_counted(asset_id: Any, by: accounts.Actor, *, drafts: bool) -> ScalarSelect[int]:
    """How many comments this actor would see, as a part of a question; `drafts` says whether they see drafts."""
    query = (
        select(func.count())
        .select_from(VersionComment)
        .join(Version, col(Version.id) == col(VersionComment.version_id))
        .where(Version.asset_id == asset_id)
    )
    return (query if drafts else query.where(VersionComment.by_id == by.id)).scalar_subquery()


def drop_comment(
    session: Session, comment_id: int, *, by: accounts.Actor, version_id: int | None = None
) -> None:
    """Take one's own comment back (administrators: any); NotFound for somebody else's, or one on another version."""
    found = session.get(VersionComment, comment_id)
    elsewhere = found is not None and version_id is not None and found.version_id != version_id
    if found is None or elsewhere or (found.by_id != by.id and not by.is_admin):
        raise NotFound(_("没有这条意见，或不是您写的。"))
    version = session.get_one(Version, found.version_id)
    queries.get(session, version.asset_id, by)
    session.delete(found)
    activity.record(session, "drop_comment", "asset", version.asset_id, by=by.id, version=version.number)
