"""What a seller's customers are reading these days, for the front page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from hub import accounts, customers
from hub.base import clock
from hub.base.db import given, moment
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


def watching(session: Session, by: accounts.Actor, *, limit: int = 4) -> list[Watched]:
    """Who read this person's own links in the last days, the latest first."""
    since = clock.now() - timedelta(days=DAYS)
    rows = session.execute(_VISITS.limit(limit), {"owner": by.id, "since": since}).all()
    longest = _longest(session, [row.visitor for row in rows])
    return [
        Watched(
            row.share,
            row.visitor,
            row.customer or "",
            row.name or row.email,
            row.title,
            row.last_at,
            *longest.get(row.visitor, (None, 0, 0)),
        )
        for row in rows
    ]


_VISITS: Any = (
    select(
        col(ShareVisitor.id).label("visitor"),
        col(ShareVisitor.name).label("name"),
        col(ShareVisitor.email).label("email"),
        col(ShareVisitor.last_at).label("last_at"),
        col(Share.id).label("share"),
        col(Share.title).label("title"),
        col(customers.Customer.name).label("customer"),
    )
    .select_from(ShareVisitor)
    .join(Share, col(Share.id) == col(ShareVisitor.share_id))
    .outerjoin(customers.Customer, col(customers.Customer.id) == col(Share.customer_id))
    .where(col(Share.owner_id) == given("owner"), col(ShareVisitor.opened_at).is_not(None))
    .where(col(ShareVisitor.last_at) > moment("since"))
    .order_by(col(ShareVisitor.last_at).desc(), col(ShareVisitor.id).desc())
)

_PLACE: list[Any] = [ShareBeat.visitor_id, ShareBeat.thing, ShareBeat.thing_id, ShareBeat.page]
_READ = (
    select(*_PLACE, func.sum(ShareBeat.ms))
    .where(col(ShareBeat.visitor_id).in_(bindparam("visitors", expanding=True)), col(ShareBeat.ms) > 0)
    .group_by(*_PLACE)
    .order_by(*_PLACE)
)


def _longest(session: Session, visitors: Sequence[int]) -> dict[int, tuple[int, int, int]]:
    """Per visitor the page read longest, its active milliseconds, and how many pages were read."""
    if not visitors:
        return {}
    found: dict[int, tuple[int, int, int]] = {}
    for visitor, _thing, _id, page, total in session.execute(_READ, {"visitors": list(visitors)}):
        best, ms, pages = found.get(visitor, (0, 0, 0))
        found[visitor] = (page, int(total), pages + 1) if total > ms else (best, ms, pages + 1)
    return found
