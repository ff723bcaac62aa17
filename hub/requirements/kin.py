"""What a requirement was merged or split with, as one reader may know it: a title they may not read stands nowhere."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from hub import accounts
from hub.requirements import queries
from hub.requirements.models import Regrouping, Requirement


@dataclass(frozen=True)
class Kin:
    """Another requirement this one was merged or split with. `regrouping_id` undoes it."""

    regrouping_id: int
    relation: str  # merged_into, absorbed, part, split_from
    key: str
    title: str
    state: str
    at: datetime
    by: str
    reason: str


RELATIONS = {
    ("merge", True): "merged_into",
    ("merge", False): "absorbed",
    ("split", True): "part",
    ("split", False): "split_from",
}


def kin(session: Session, requirement: Requirement, by: accounts.Actor) -> list[Kin]:
    """The regroupings in force at this requirement whose other end this actor may read, oldest first."""
    number = requirement.id
    query = select(Regrouping).where(
        or_(Regrouping.from_id == number, Regrouping.to_id == number), col(Regrouping.undone_at).is_(None)
    )
    moved = session.exec(query.order_by(col(Regrouping.id))).all()
    if not moved:
        return []
    others = {m.id: m.to_id if m.from_id == number else m.from_id for m in moved}
    readable = select(Requirement).where(queries.visible(by), col(Requirement.id).in_(list(others.values())))
    known = {r.id: r for r in session.exec(readable).all()}
    names = accounts.names(session, [m.by_id for m in moved])
    return [
        Kin(
            m.id or 0,
            RELATIONS[m.kind, m.from_id == number],
            known[others[m.id]].key,
            known[others[m.id]].title,
            known[others[m.id]].state,
            m.at,
            names.get(m.by_id or 0, ""),
            m.reason,
        )
        for m in moved
        if others[m.id] in known
    ]
