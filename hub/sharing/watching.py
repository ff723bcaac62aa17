"""What a seller's customers are reading these days, for the front page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from hub import accounts, customers
from hub.base import clock
from hub.sharing.models import Share, ShareBeat, ShareVisitor

DAYS = 7  # how long a visit is news


@dataclass(frozen=True)
class Watched:
    """One visitor of a link of this person. `page` is the page read longest, for `page_ms` active milliseconds; None
    where the time is unknown, because scripts were off or nothing was read for a second.
    """

    share_id: int
    visitor_id: int
    customer: str
    who: str
    title: str
    last_at: datetime
    page: int | None
    page_ms: int
    pages: int


def watched_since() -> datetime:
    """Visits before are news no more."""
    return clock.now() - timedelta(days=DAYS)


def someone_reads(by: accounts.Actor, *, since: Any) -> ColumnElement[bool]:
    """Whether a link of this person was read since then, as part of a question; see `base.db.together`."""
    return _visits(by, since, col(ShareVisitor.id)).exists()  # type: ignore[no-any-return]


def _visits(by: accounts.Actor, since: Any, *columns: Any) -> Any:
    return (
        select(*columns)
        .select_from(ShareVisitor)
        .join(Share, col(Share.id) == col(ShareVisitor.share_id))
        .where(col(Share.owner_id) == by.id, col(ShareVisitor.opened_at).is_not(None))
        .where(col(ShareVisitor.last_at) > since)
    )


def watching(session: Session, by: accounts.Actor, *, limit: int = 4) -> list[Watched]:
    """Who read this person's own links in the last days, the latest first."""
    query = _visits(by, watched_since(), ShareVisitor, Share, customers.Customer.name).outerjoin(
        customers.Customer, col(customers.Customer.id) == col(Share.customer_id)
    )
    rows = session.execute(
        query.order_by(col(ShareVisitor.last_at).desc(), col(ShareVisitor.id).desc()).limit(limit)
    ).all()
    longest = _longest(session, [visitor.id for visitor, _share, _customer in rows])
    return [
        Watched(
            share.id,
            visitor.id,
            customer or "",
            visitor.name or visitor.email,
            share.title,
            visitor.last_at,
            *longest.get(visitor.id, (None, 0, 0)),
        )
        for visitor, share, customer in rows
    ]


def _longest(session: Session, visitors: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """Per visitor the page read longest, its active milliseconds, and how many pages were read."""
    place: list[Any] = [ShareBeat.visitor_id, ShareBeat.thing, ShareBeat.thing_id, ShareBeat.page]
    rows = session.execute(
        select(*place, func.sum(ShareBeat.ms))
        .where(col(ShareBeat.visitor_id).in_(visitors), col(ShareBeat.ms) > 0)
        .group_by(*place)
        .order_by(*place)
    ).all()
    found: dict[int, tuple[int, int, int]] = {}
    for visitor, _thing, _id, page, total in rows:
        best, ms, pages = found.get(visitor, (0, 0, 0))
        found[visitor] = (page, int(total), pages + 1) if total > ms else (best, ms, pages + 1)
    return found
