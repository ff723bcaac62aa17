"""Requests: what a customer said, who asked for it, and which requirement covers it. The quote is never rewritten."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from hub import accounts, activity, customers
from hub.base import clock, jobs
from hub.base.errors import Conflict, HubError, NotAllowed
from hub.base.i18n import _
from hub.requirements import cells, rules
from hub.requirements.actions import must_know, must_manage, must_stand, touch
from hub.requirements.models import Obligation, Request, RequestLink, Requirement
from hub.requirements.rules import MOST_CUSTOMERS

URGENCIES = ("high", "medium", "low")
LONGEST = 2000
CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True)
class Wish:
    """What the seller filled in. `customer` is a name, made a new customer when nobody is called so."""

    customer: str
    quote: str
    contact: str = ""
    desired: str = ""
    revenue: Decimal | None = None
    currency: str = "CNY"
    customers: int | None = None
    urgency: str = "medium"
    needed_by: date | None = None
    industry: str | None = None
    product: str | None = None


@dataclass(frozen=True)
class Terms:
    """What may change about a request: everything but the customer and the customer's words. None leaves it."""

    contact: str | None = None
    desired: str | None = None
    revenue: Decimal | None = None
    currency: str | None = None  # of the revenue, three letters
    customers: int | None = None
    urgency: str | None = None
    needed_by: date | None = None
    owner_id: int | None = None
    tags: Sequence[str] | None = None
    opportunity_id: int | None = None  # of the same customer; 0 takes it away


def ask(session: Session, wish: Wish, *, by: accounts.Actor, at: datetime | None = None) -> Request:
    """Keep what a customer said, word for word; the seller is its submitter and owner."""
    by.must("request.create")
    quote = wish.quote.strip()
    if not quote:
        raise HubError(_("请写下客户的原话，哪怕只有一句。"))
    if len(quote) > LONGEST:
        raise HubError(_("原话最多 2000 个字，请留下最要紧的几句。"))
    if not wish.customer.strip():
        raise HubError(_("请填写是哪家客户。"))
    customer = customers.named(session, wish.customer, industry=wish.industry, by=by)
    made = Request(
        customer_id=customer.id,
        industry=wish.industry or customer.industry,
        product=wish.product or None,
        quote=quote,
        submitter_id=by.id,
        owner_id=by.id,
        created_at=at or clock.now(),
    )
    names = ("contact", "desired", "revenue", "currency", "customers", "urgency", "needed_by")
    _set_terms(made, Terms(**{n: getattr(wish, n) for n in names}))
    session.add(made)
    session.flush()
    activity.record(session, "create", "request", made.id, by=by.id)
    return made


def _set_terms(request: Request, terms: Terms) -> None:
    if terms.urgency is not None and terms.urgency not in URGENCIES:
        raise HubError(_("紧急程度只有高、中、低。"))
    if terms.customers is not None and not 0 < terms.customers <= MOST_CUSTOMERS:
        raise HubError(_("客户数请填一个正整数。"))
    if terms.revenue is not None and terms.revenue < 0:
        raise HubError(_("预计收入不能是负数。"))
    if terms.currency is not None and not CURRENCY.fullmatch(terms.currency):
        raise HubError(_("币种写成三个大写字母，例如 CNY 或 USD。"))
    for name in ("contact", "desired", "revenue", "currency", "customers", "urgency", "needed_by"):
        value = getattr(terms, name)
        if value is not None:
            setattr(request, name, value.strip() if isinstance(value, str) else value)
    request.contact = request.contact[:120]
    if terms.tags is not None:
        request.tags = cells.tags("；".join(terms.tags))


def may_settle(request: Request, by: accounts.Actor) -> bool:
    """Its owner and whoever submitted it, product managers and administrators."""
    own = by.id is not None and by.id in {request.owner_id, request.submitter_id}
    return own or by.may("requirement.manage") or by.may("request.any")


def settle(session: Session, request: Request, terms: Terms, *, by: accounts.Actor) -> None:
    """Change revenue, urgency and the like; a new owner takes over what is still to be told to the customer."""
    if not may_settle(request, by):
        raise NotAllowed(_("只有提诉求的人、它的负责人和产品经理能改。"))
    _set_terms(request, terms)
    if terms.opportunity_id is not None:
        request.opportunity_id = _deal(session, request, terms.opportunity_id, by)
    if terms.owner_id is not None and terms.owner_id != request.owner_id:
        _hand_over(session, request, terms.owner_id, by=by)
    session.add(request)
    session.flush()
    activity.record(session, "settle", "request", request.id, by=by.id)
    follow(session, request)


def deals(session: Session, request: Request, by: accounts.Actor) -> list[customers.Opportunity]:
    """The opportunities of the request's customer; none for somebody who may not know of that customer."""
    number = request.customer_id
    if number is None or not accounts.may_read(session, "customer", number, by):
        return []
    return customers.opportunities(session, number)


def _deal(session: Session, request: Request, opportunity_id: int, by: accounts.Actor) -> int | None:
    if opportunity_id and opportunity_id not in {d.id for d in deals(session, request, by)}:
        raise HubError(_("请选这家客户的商机。"))
    return opportunity_id or None


def _hand_over(session: Session, request: Request, owner_id: int, *, by: accounts.Actor) -> None:
    if owner_id not in accounts.actors(session, [owner_id]):
        raise HubError(_("请选一位在职的同事来接。"))
    open_ones = select(Obligation).where(Obligation.request_id == request.id, Obligation.state == "open")
    for obligation in session.exec(open_ones).all():
        obligation.owner_id = owner_id
        session.add(obligation)
    activity.record(
        session, "hand_over", "request", request.id, by=by.id, from_id=request.owner_id, to_id=owner_id
    )
    request.owner_id = owner_id


def follow(session: Session, request: Request) -> None:
    """The request changed: what search says of the requirements that cover it is built again."""
    query = (
        select(Requirement)
        .join(RequestLink, col(RequestLink.requirement_id) == col(Requirement.id))
        .where(RequestLink.request_id == request.id, col(RequestLink.ended_at).is_(None))
    )
    for requirement in session.exec(query.distinct()).all():
        touch(session, requirement, at=requirement.updated_at)


def link(
    session: Session,
    request: Request,
    requirement: Requirement,
    *,
    part: str = "",
    by: accounts.Actor,
    at: datetime | None = None,
) -> RequestLink:
    """The requirement covers the request (or the part of it that is named). Linking twice changes nothing; what has
    been decided already is told to whoever asked.
    """
    must_know(session, requirement, by)
    if not may_settle(request, by):
        raise NotAllowed(_("只能把自己的诉求加进来；别人的请产品经理来归。"))
    there = _between(session, request, requirement)
    if there:
        return there[0]
    must_stand(requirement)
    if request.cancelled_at is not None:
        raise Conflict(_("这条诉求已经撤回。要重新提，请先在诉求页上点“恢复”。"))
    at = at or clock.now()
    made = RequestLink(
        request_id=request.id or 0,
        requirement_id=requirement.id or 0,
        part=part.strip()[:300],
        by_id=by.id,
        created_at=at,
    )
    session.add(made)
    session.flush()
    activity.record(session, "link", "requirement", requirement.id, by=by.id, request=request.id)
    touch(session, requirement, at=at)
    tell_what_is_known(session, requirement, [request.id or 0])
    return made


def _between(session: Session, request: Request, requirement: Requirement) -> list[RequestLink]:
    """The links in force between the two."""
    query = select(RequestLink).where(
        RequestLink.request_id == request.id,
        RequestLink.requirement_id == requirement.id,
        col(RequestLink.ended_at).is_(None),
    )
    return list(session.exec(query).all())


def tell_what_is_known(session: Session, requirement: Requirement, request_ids: Iterable[int]) -> None:
    """Who asks late hears the state of today; the states on the way there are past. Only the people of these requests
    are told: whoever asked before has heard, or came with an import, which tells nobody.
    """
    newcomers = sorted(set(request_ids))
    gone = requirement.deleted_at is not None or requirement.merged_into_id is not None
    if newcomers and not gone and requirement.state in {*rules.DECIDED, *rules.OUT}:
        jobs.later(session, "requirement.joined", requirement_id=requirement.id, request_ids=newcomers)


def unlink(session: Session, request: Request, requirement: Requirement, *, by: accounts.Actor) -> None:
    """The requirement does not cover the request after all; the link is ended, not forgotten."""
    must_manage(session, requirement, by)
    at = clock.now()
    for found in _between(session, request, requirement):
        found.ended_at = at
        session.add(found)
    for owed in session.exec(
        select(Obligation).where(
            Obligation.request_id == request.id,
            Obligation.requirement_id == requirement.id,
            Obligation.state == "open",
        )
    ).all():  # nothing is to be told to a customer whom this no longer concerns
        owed.state, owed.done_at = "overtaken", at
        session.add(owed)
    activity.record(session, "unlink", "requirement", requirement.id, by=by.id, request=request.id)
    touch(session, requirement)


def similar_words(*texts: str) -> str:
    """What to search for beside a form: the words typed so far, without the signs that mean something to search."""
    plain = " ".join(texts)
    kept = "".join(c if c.isalnum() or c.isspace() else " " for c in plain)
    return " ".join(kept.split())[:120]


def refresh_for_customer(session: Session, customer_id: int) -> None:
    """Who may know of the customer has changed: search must say no more of its requests than that."""
    query = (
        select(Requirement)
        .join(RequestLink, col(RequestLink.requirement_id) == col(Requirement.id))
        .join(Request, col(Request.id) == col(RequestLink.request_id))
        .where(Request.customer_id == customer_id)
    )
    for requirement in session.exec(query.distinct()).all():
        touch(session, requirement, at=requirement.updated_at)
