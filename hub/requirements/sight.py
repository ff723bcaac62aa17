"""What of all requirements and requests somebody sees, said so shortly that lists can be kept for all who see the same.

Most people see everything that is not guarded, so that a hundred sellers share one list; whoever sees more or less
never meets what was kept for them.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Integer, cast, null, or_, union
from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from hub import accounts
from hub.base import stamps
from hub.requirements.models import Request, RequestLink

ROWS = ("customer", "person", "reader", "request", "request_link", "requirement", "rice_input")
"""The tables that lists of requirements and requests are read from."""
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Sight:
    """What is hidden from somebody. `alone` is their id where they see of their own requests what others like them do
    not: one of a customer hidden from them or of none, or how far one is behind a requirement hidden from them.
    """

    everything: bool
    requirements: frozenset[int]
    customers: frozenset[int]
    alone: int | None

    def __hash__(self) -> int:
        return hash((self.requirements, self.customers, self.alone))


def kept(session: Session, by: accounts.Actor, key: Hashable, make: Callable[[], Kept]) -> Kept:
    """What `make` reads for this actor, or what it read from the same rows for somebody who sees the same. Whatever
    else it depends on stands in `key`; the day and the language do not unless they are in it.
    """
    if not stamps.may_keep(session):
        return make()
    return stamps.kept(session, ROWS, (key, sight(session, by)), make)


def sight(session: Session, by: accounts.Actor) -> Sight:
    """Three small questions after a change, for everybody together; none otherwise."""
    place = ("sight", by.id, by.tokens)
    return stamps.kept(session, ROWS, place, lambda: _sight(session, by))


def _sight(session: Session, by: accounts.Actor) -> Sight:
    wanted = accounts.hidden(session, "requirement", by)
    known = accounts.hidden(session, "customer", by)
    mine = stamps.kept(session, ROWS, "asked in private", lambda: _private(session)).get(
        by.id or 0, frozenset()
    )
    alone = any(c in known if c else r is None or r in wanted for c, r in mine)
    return Sight(by.is_admin, wanted, known, by.id if alone else None)


def _private(session: Session) -> dict[int, frozenset[tuple[int | None, int | None]]]:
    """Per person what stands behind their own requests and not everybody may know of: customers, as (customer, None),
    and requirements, as (None, requirement); no customer at all is (None, None).
    """
    there = col(Request.deleted_at).is_(None)
    closed, secret = accounts.not_for_all("customer"), accounts.not_for_all("requirement")
    customer, requirement = col(Request.customer_id), col(RequestLink.requirement_id)
    nothing = cast(null(), Integer)
    questions = [
        query
        for person in (col(Request.owner_id), col(Request.submitter_id))
        for query in (
            select_columns(person, customer, nothing).where(
                there, or_(customer.is_(None), customer.in_(closed))
            ),
            select_columns(person, nothing, requirement)
            .join(RequestLink, col(RequestLink.request_id) == col(Request.id))
            .where(there, requirement.in_(secret), col(RequestLink.ended_at).is_(None)),
        )
    ]
    found: dict[int, set[tuple[int | None, int | None]]] = {}
    for person_id, of_customer, of_requirement in session.execute(union(*questions)):
        found.setdefault(person_id or 0, set()).add((of_customer, of_requirement))
    return {person_id: frozenset(theirs) for person_id, theirs in found.items()}
