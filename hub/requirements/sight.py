"""What of all requirements and requests somebody sees, said so shortly that lists can be kept for all who see the same.

Most people see everything that is not guarded, so that a hundred sellers share one list; whoever sees more or less
never meets what was kept for them.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import and_, exists, or_, union
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from hub import accounts, customers
from hub.accounts.models import Reader
from hub.accounts.rules import ADMIN, EVERYONE
from hub.base import stamps
from hub.requirements.models import Request, Requirement

ROWS = ("customer", "person", "reader", "request", "request_link", "requirement", "rice_input")
"""The tables that lists of requirements and requests are read from."""
Kept = TypeVar("Kept")


@dataclass(frozen=True)
class Sight:
    """What is hidden from somebody. `alone` is their id where they see requests of their own that others like them do
    not: of customers hidden from them, or of no customer; else None.
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
    hidden = _hidden(session, "customer", customers.Customer, by)
    mine = _asked_in_private(session).get(by.id or 0, frozenset())
    return Sight(
        everything=by.is_admin,
        requirements=_hidden(session, "requirement", Requirement, by),
        customers=hidden,
        alone=by.id if any(c is None or c in hidden for c in mine) else None,
    )


def _hidden(session: Session, thing: str, model: Any, by: accounts.Actor) -> frozenset[int]:
    if ADMIN in by.tokens:
        return frozenset()
    guarded = stamps.kept(
        session, (thing, "reader"), ("guarded", thing), lambda: _guarded(session, thing, model)
    )
    return frozenset(i for i, tokens in guarded.items() if not tokens & by.tokens)


def _guarded(session: Session, thing: str, model: Any) -> dict[int, frozenset[str]]:
    """Of this kind of thing, those that are not open to everybody, with the tokens that open them."""
    query = (
        select_columns(col(model.id), col(Reader.token))
        .outerjoin(Reader, and_(col(Reader.thing) == thing, col(Reader.thing_id) == col(model.id)))
        .where(~_open_to_all(thing, model.id))
    )
    found: dict[int, set[str]] = {}
    for number, token in session.execute(query):
        found.setdefault(number, set()).update([token] if token else ())
    return {number: frozenset(tokens) for number, tokens in found.items()}


def _open_to_all(thing: str, id_column: Any) -> Any:
    anybody = aliased(Reader)  # beside the readers that the question itself reads
    return exists().where(
        col(anybody.thing) == thing, col(anybody.thing_id) == id_column, col(anybody.token) == EVERYONE
    )


def _asked_in_private(session: Session) -> dict[int, frozenset[int | None]]:
    """Per person, the customers behind their own requests that not everybody may know of; None for no customer."""
    return stamps.kept(session, ROWS, "asked in private", lambda: _private(session))


def _private(session: Session) -> dict[int, frozenset[int | None]]:
    guarded = select_columns(col(customers.Customer.id)).where(~_open_to_all("customer", customers.Customer.id))
    known = col(Request.customer_id)
    apart = (or_(known.is_(None), known.in_(guarded)), col(Request.deleted_at).is_(None))
    people = (select_columns(col(p), known).where(*apart) for p in (Request.owner_id, Request.submitter_id))
    found: dict[int, set[int | None]] = {}
    for person, customer in session.execute(union(*people)):
        found.setdefault(person or 0, set()).add(customer)
    return {person: frozenset(theirs) for person, theirs in found.items()}
