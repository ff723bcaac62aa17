"""What shipped and still lacks launch material."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from hub import accounts, assets
from hub.base import clock
from hub.requirements import queries, rules
from hub.requirements.models import Requirement


@dataclass(frozen=True)
class Gap:
    """A shipped requirement whose launch still lacks material."""

    key: str
    title: str
    shipped_at: datetime
    missing: tuple[str, ...]


def lacking(session: Session, by: accounts.Actor, *, mine: bool = True, limit: int = 20) -> list[Gap]:
    """Shipped requirements (this manager's own, or all they may read) with an unfilled slot, oldest first."""
    query = select(Requirement).where(queries.visible(by), col(Requirement.state) == "shipped")
    if mine:
        query = query.where(Requirement.manager_id == by.id)
    shipped = session.exec(query.order_by(col(Requirement.shipped_at)).limit(limit)).all()
    attached = queries.material(session, [r.id or 0 for r in shipped])
    ids = [m.asset_id for m in attached if m.asset_id is not None]
    cards = {c.id: c for c in assets.cards(session, ids, by)}
    found = []
    for r in shipped:
        offers = [
            rules.Offer(
                m.role,
                cards[m.asset_id].state,
                cards[m.asset_id].freshness == "stale",
                (m.verified_revision or r.revision) < r.revision,
            )
            for m in attached
            if m.requirement_id == r.id and m.asset_id in cards
        ]
        gaps = tuple(rules.missing(r.level, offers))
        if gaps:
            found.append(Gap(r.key, r.title, r.shipped_at or clock.now(), gaps))
    return found
