"""Builders of the tests of the requirement loop: what they make stands in their names."""

from datetime import datetime
from decimal import Decimal

from sqlmodel import Session, select

from hub import accounts, customers, launches, requirements
from hub.accounts import Actor
from hub.base import jobs
from hub.requirements import Fields, Request, Requirement, Wish
from tests.cast import Cast

WORDS = "11 月版本起自动重算。"
LIMITS = "只支持四段电价。"


def wanted(
    session: Session, by: Actor, *, title: str = "分时电价变化后自动重算", **fields: object
) -> Requirement:
    """A requirement of the energy product, level L3 (FAQ and a note of its limits)."""
    said = {"product": "energy", "level": "L3", **fields}
    return requirements.create(session, Fields(title=title, **said), by=by)  # type: ignore[arg-type]


def asked_for(
    session: Session,
    by: Actor,
    requirement: Requirement | None = None,
    *,
    customer: str = "华辰电子产业园",
    quote: str = "峰谷一改，上个月报的节省就对不上了。",
    revenue: str = "860000",
) -> Request:
    """A request of this seller, linked when a requirement is given."""
    wish = Wish(customer=customer, quote=quote, revenue=Decimal(revenue), customers=1, urgency="high")
    made = requirements.ask(session, wish, by=by)
    if requirement is not None:
        requirements.link(session, made, requirement, by=by)
    return made


def scored(session: Session, cast: Cast, requirement: Requirement) -> None:
    """All four factors said by whom they belong to: 100 × 1 × 80 % ÷ 20 = 4."""
    for factor, value, by in (
        ("reach", 100, cast.jun),
        ("impact", 1, cast.jun),
        ("confidence", 80, cast.jun),
        ("effort", 20, cast.li),
    ):
        requirements.set_input(session, requirement, factor, Decimal(value), by=by)


def brought_to(session: Session, cast: Cast, requirement: Requirement, state: str) -> None:
    """Walk the straight way to this state."""
    if requirement.score is None:
        scored(session, cast, requirement)
    for to in requirements.WAY[2:-1]:
        requirements.move(
            session, requirement, to, quarter="2026Q4", outcome_words=WORDS, limits=LIMITS, by=cast.jun
        )
        if to == state:
            return


def keep_secret(
    session: Session, name: str, *, owner: Actor, teams: tuple[int, ...] = ()
) -> customers.Customer:
    """Make the customer of this name confidential: its owner's, and these teams'."""
    found = session.exec(select(customers.Customer).where(customers.Customer.name == name)).one()
    found.confidential, found.owner_id = True, owner.id
    session.add(found)
    accounts.restrict(session, "customer", found.id or 0, teams=teams)
    customers.refresh_readers(session, found)
    return found


def run_jobs(session: Session, *, at: datetime | None = None) -> None:
    """What the worker would do of the loop, in this session and as if it were `at`: everything that waits, until
    nothing does.
    """
    handlers = {
        "requirement.shipped": lambda requirement_id: requirements.tell_requesters(session, requirement_id),
        "requirement.decided": lambda requirement_id, step_id: requirements.tell_requesters(
            session, requirement_id, step_id=step_id
        ),
        "requirement.joined": lambda requirement_id, request_ids: requirements.tell_newcomers(
            session, requirement_id, request_ids
        ),
        "requirement.material": lambda material_id: requirements.tell_of_material(session, material_id),
        "requirement.slipped": lambda change_id: requirements.tell_of_slip(session, change_id),
        "requirement.regrouped": lambda regrouping_id: requirements.tell_of_regrouping(
            session, regrouping_id
        ),
        "requirement.launch": lambda requirement_id: requirements.consider(session, requirement_id, at=at),
        "requirement.dated": lambda requirement_id: launches.follow(session, requirement_id),
        "customer.readers": lambda customer_id: requirements.refresh_for_customer(session, customer_id),
    }
    while waiting := jobs.take(session, worker="test", limit=100, names=list(handlers)):
        for job in waiting:
            handlers[job.name](**job.payload)
            jobs.finish(session, job.id or 0)
    session.flush()
