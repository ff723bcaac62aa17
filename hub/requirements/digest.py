"""Once a day: what moved quietly (scored, sent to review, being built), one notice for each person whom it concerns.

Decisions, slips and launches are told at once by `telling`. The audience is worked out when the digest is sent; an
import moves nothing, so it sends nothing.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from hub import accounts, activity, notices
from hub.base import clock
from hub.requirements import queries, rules
from hub.requirements.models import Request, Requirement
from hub.requirements.telling import audience, short

NAMED = 3  # titles in one digest; the rest is a number
MOST = 2000


def tell_digest(session: Session, *, at: datetime | None = None) -> int:
    """Tell of the day before `at`; running it twice on one day tells once. Returns how many people had news."""
    at = at or clock.now()
    news: dict[int, dict[int, str]] = {}
    for requirement, movers in _moved(session, at):
        for person_id, title in _concerned(session, requirement).items():
            if movers != {person_id}:
                news.setdefault(person_id, {})[requirement.id or 0] = title
    told = 0
    for person_id, titles in news.items():
        told += notices.tell(
            session,
            [person_id],
            event=f"digest:{clock.today(at).isoformat()}",
            key="digest",
            url="/requirements?mine=1",
            count=len(titles),
            titles="、".join(list(titles.values())[:NAMED]),
        )
    return told


def _moved(session: Session, at: datetime) -> list[tuple[Requirement, set[int | None]]]:
    """Requirements that somebody moved quietly in the day before and that stand there still, and who moved them."""
    row = activity.Activity
    query = (
        select(row.thing_id, row.person_id)
        .where(row.thing == "requirement", row.verb == "move", row.at > at - timedelta(days=1), row.at <= at)
        .order_by(col(row.at))
        .limit(MOST)
    )
    movers: dict[int, set[int | None]] = {}
    for thing_id, person_id in session.exec(query).all():
        movers.setdefault(thing_id or 0, set()).add(person_id)
    found = select(Requirement).where(
        col(Requirement.id).in_(list(movers)),
        col(Requirement.state).in_(rules.QUIET),
        col(Requirement.deleted_at).is_(None),
        queries.standing(),
    )
    return [(r, movers[r.id or 0]) for r in session.exec(found.order_by(col(Requirement.id))).all()]


def _concerned(session: Session, requirement: Requirement) -> dict[int, str]:
    """Who hears of it, with the words they may read: the title, or their own customer's words."""
    number = requirement.id or 0
    found = dict.fromkeys(audience(session, requirement, requirement.state), requirement.title)
    requests = queries.linked_requests(session, number)
    people = accounts.actors(session, [i for r in requests for i in (r.owner_id, r.submitter_id)])
    opens = accounts.readers(session, "requirement", [number]).get(number, frozenset())
    for person_id, actor in people.items():
        reads = bool(opens & actor.tokens)
        found[person_id] = requirement.title if reads else short(_own(requests, person_id).quote)
    return found


def _own(requests: list[Request], person_id: int) -> Request:
    return next(r for r in requests if person_id in {r.owner_id, r.submitter_id})
