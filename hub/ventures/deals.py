"""Opportunities and won bids of a proposal. A deal that stands on a confidential customer is for those only who may
know of that customer: for others it is not there, and it counts in nothing they see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlmodel import Session, col, select

from hub import accounts, customers
from hub.base.i18n import _
from hub.ventures.models import Venture, VentureDeal


@dataclass(frozen=True)
class Deal:
    """An opportunity or a won bid, typed or linked; what is linked says what the opportunity says now."""

    id: int
    role: str
    opportunity_id: int | None
    customer: str
    title: str
    amount: Decimal | None
    currency: str
    day: date | None
    source: str


def deals_of(session: Session, venture: Venture, by: accounts.Actor | None) -> list[Deal]:
    """Opportunities and won bids in order; what `by` may not know of is left out. None: what everybody may know."""
    query = select(VentureDeal).where(VentureDeal.venture_id == venture.id)
    kept = list(session.exec(query.order_by(col(VentureDeal.position), col(VentureDeal.id))))
    linked = _linked(session, [d.opportunity_id for d in kept if d.opportunity_id])
    hidden = _hidden(session, [c.id for _o, c in linked.values()], by)
    made = []
    for deal in kept:
        if deal.opportunity_id is None:
            made.append(_typed(deal))
        elif deal.opportunity_id in linked:
            opportunity, customer = linked[deal.opportunity_id]
            if customer.id not in hidden:
                made.append(_told(deal, opportunity, customer))
    return made


def _linked(
    session: Session, ids: Sequence[int]
) -> Mapping[int, tuple[customers.Opportunity, customers.Customer]]:
    deal, customer = customers.Opportunity, customers.Customer
    query = select(deal, customer).join(customer, col(customer.id) == col(deal.customer_id))
    found = session.exec(query.where(col(deal.id).in_(ids))).all() if ids else []
    return {o.id or 0: (o, c) for o, c in found}


def _hidden(session: Session, ids: Sequence[int | None], by: accounts.Actor | None) -> set[int | None]:
    """Those of these customers that the actor may not know of; for nobody in particular every confidential one."""
    if not ids:
        return set()
    query = select(customers.Customer.id).where(col(customers.Customer.id).in_(ids))
    if by is None:
        return set(session.exec(query.where(customers.Customer.confidential)))
    return set(session.exec(query.where(~accounts.readable("customer", customers.Customer.id, by))))


def _typed(deal: VentureDeal) -> Deal:
    return Deal(
        deal.id or 0, deal.role, None, deal.customer, deal.title, deal.amount, deal.currency, deal.day, deal.source
    )  # fmt: skip


def recorded() -> str:
    """The source of what is linked, when nobody wrote another."""
    return _("客户与商机里的记录")


def _told(deal: VentureDeal, opportunity: customers.Opportunity, customer: customers.Customer) -> Deal:
    source = deal.source or recorded()
    return Deal(
        deal.id or 0, deal.role, opportunity.id, customer.name, opportunity.title, opportunity.amount,
        opportunity.currency, opportunity.closes_on, source,
    )  # fmt: skip


def opportunities(
    session: Session, by: accounts.Actor, *, result: str
) -> list[tuple[customers.Opportunity, customers.Customer]]:
    """Opportunities with this result (won or open) of customers that everybody may know of, the latest first: what a
    proposal may link.
    """
    deal, customer = customers.Opportunity, customers.Customer
    query = (
        select(deal, customer)
        .join(customer, col(customer.id) == col(deal.customer_id))
        .where(deal.result == result, ~col(customer.confidential), col(customer.deleted_at).is_(None))
        .where(accounts.readable("customer", customer.id, by))
        .order_by(col(deal.closes_on).desc(), col(deal.id).desc())
    )
    return [(o, c) for o, c in session.exec(query.limit(200)).all()]
