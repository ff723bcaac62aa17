"""Questions about links. A link is its owner's and the administrators'; nobody else in the house knows of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, true
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, func, select

from hub import accounts
from hub.base import clock, stamps
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.sharing import rules
from hub.sharing.models import Share, ShareBeat, ShareEvent, ShareVisitor


@dataclass(frozen=True)
class Tally:
    """What came of a link: browsers that opened it, active milliseconds, the last reading."""

    opened: int = 0
    ms: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True)
class PageTime:
    """How long a page of a version was read, by how many. A deck has no version."""

    thing: str
    thing_id: int
    version_id: int | None
    page: int
    ms: int
    readers: int


def visible(by: accounts.Actor) -> ColumnElement[bool]:
    """An SQL condition on Share: this actor's, or an administrator looks."""
    return true() if by.is_admin else col(Share.owner_id) == by.id


def get(session: Session, share_id: int, by: accounts.Actor) -> Share:
    """The link; NotFound when it is somebody else's."""
    found = session.exec(select(Share).where(Share.id == share_id, visible(by))).first()
    if found is None:
        raise NotFound(_("没有这个链接，或它不是您的。"))
    return found


def find(
    session: Session,
    by: accounts.Actor,
    *,
    ended: bool | None = None,
    customer_id: int | None = None,
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Share], int]:
    """The actor's own links, newest first, and how many there are. `ended` None: all; True: withdrawn or run out."""
    query = select(Share).where(col(Share.owner_id) == by.id)
    if customer_id is not None:
        query = query.where(Share.customer_id == customer_id)
    if ended is not None:
        over = (col(Share.revoked_at).is_not(None)) | (col(Share.expires_at) <= clock.now())
        query = query.where(over if ended else ~over)
    total = session.exec(select(func.count()).select_from(query.subquery())).one()
    query = query.order_by(col(Share.created_at).desc(), col(Share.id).desc())
    return list(session.exec(query.offset(offset).limit(limit)).all()), total


def ended_why(share: Share, owner: accounts.Person | None, at: datetime | None = None) -> str:
    """Why the link leads nowhere any more: revoked, expired or left (its owner's account); empty while it is open."""
    if share.revoked_at is not None:
        return "revoked"
    if share.expires_at <= (at or clock.now()):
        return "expired"
    return "" if owner is not None and owner.active else "left"


def address(share: Share, key: str) -> str | None:
    """The path of the link; None when the server's key is not the one it was made with."""
    token = rules.token_of(key, share.nonce)
    return f"/s/{token}" if rules.hashed(token) == share.token_hash else None


def passcode(share: Share, key: str) -> str | None:
    """The six digits, None when the link asks for none."""
    return rules.passcode_of(key, share.nonce, share.gate_edition) if share.with_passcode else None


def tallies(session: Session, ids: Sequence[int]) -> dict[int, Tally]:
    """Per link, what came of it."""
    opened = session.exec(
        select(ShareVisitor.share_id, func.count(), func.max(ShareVisitor.last_at))
        .where(col(ShareVisitor.share_id).in_(ids), col(ShareVisitor.opened_at).is_not(None))
        .group_by(col(ShareVisitor.share_id))
    ).all()
    read = session.exec(
        select(ShareVisitor.share_id, func.sum(ShareBeat.ms))
        .join(ShareBeat, col(ShareBeat.visitor_id) == col(ShareVisitor.id))
        .where(col(ShareVisitor.share_id).in_(ids))
        .group_by(col(ShareVisitor.share_id))
    ).all()
    ms = {share: int(total or 0) for share, total in read}
    return {share: Tally(n, ms.get(share, 0), last) for share, n, last in opened}


def visitors(session: Session, share: Share) -> list[ShareVisitor]:
    """Who opened the link, the latest first."""
    query = select(ShareVisitor).where(
        ShareVisitor.share_id == share.id, col(ShareVisitor.opened_at).is_not(None)
    )
    return list(session.exec(query.order_by(col(ShareVisitor.last_at).desc()).limit(500)).all())


def page_times(session: Session, share: Share, *, visitor_id: int | None = None) -> list[PageTime]:
    """Reading time per page and version, of all visitors or of one, in the order of pages."""
    place = (col(ShareBeat.thing), col(ShareBeat.thing_id), col(ShareBeat.version_id), col(ShareBeat.page))
    query = (
        select_rows(*place, func.sum(ShareBeat.ms), func.count(func.distinct(ShareBeat.visitor_id)))
        .join(ShareVisitor, col(ShareVisitor.id) == col(ShareBeat.visitor_id))
        .where(col(ShareVisitor.share_id) == share.id)
        .group_by(*place)
        .order_by(*place)
    )
    if visitor_id is not None:
        query = query.where(col(ShareBeat.visitor_id) == visitor_id)
    rows = session.execute(query).all()
    return [PageTime(t, i, v, p, int(ms), n) for t, i, v, p, ms, n in rows]


def times_by_visitor(session: Session, share: Share) -> dict[int, int]:
    """Active milliseconds per visitor."""
    rows = session.exec(
        select(ShareBeat.visitor_id, func.sum(ShareBeat.ms))
        .join(ShareVisitor, col(ShareVisitor.id) == col(ShareBeat.visitor_id))
        .where(ShareVisitor.share_id == share.id)
        .group_by(col(ShareBeat.visitor_id))
    ).all()
    return {visitor: int(ms) for visitor, ms in rows}


def events(session: Session, share_ids: Sequence[int], *, limit: int = 100) -> list[ShareEvent]:
    """What happened on these links, newest first."""
    query = select(ShareEvent).where(col(ShareEvent.share_id).in_(share_ids))
    return list(
        session.exec(query.order_by(col(ShareEvent.at).desc(), col(ShareEvent.id).desc()).limit(limit)).all()
    )


def visitors_by_ids(session: Session, ids: Sequence[int | None]) -> dict[int, ShareVisitor]:
    wanted = {i for i in ids if i is not None}
    rows = session.exec(select(ShareVisitor).where(col(ShareVisitor.id).in_(wanted))).all()
    return {v.id: v for v in rows if v.id is not None}


def contact(session: Session, share: Share) -> accounts.Person | None:
    """Whom a visitor may ask, where that is somebody else than the owner and still works here. For reading only."""
    wanted = share.contact_id
    return (
        stamps.kept(session, ("person",), ("contact", wanted), lambda: _active(session, wanted))
        if wanted
        else None
    )


def _active(session: Session, person_id: int) -> accounts.Person | None:
    found = session.get(accounts.Person, person_id)
    if found is not None and stamps.may_keep(session):
        session.expunge(found)
    return found if found is not None and found.active else None
