"""Customers and opportunities: who we sell to, and the deals."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index, Numeric, Select
from sqlmodel import Field, Session, SQLModel, col, select

from hub import accounts, activity
from hub.base import clock, jobs
from hub.base.db import Json, UtcDateTime
from hub.base.errors import HubError, NotFound
from hub.base.i18n import _


class Customer(SQLModel, table=True):
    """A company we sell to. `key` is the external key by which an import finds it again."""

    id: int | None = Field(default=None, primary_key=True)
    key: str | None = Field(default=None, unique=True, max_length=120)
    name: str = Field(max_length=200, index=True)
    aliases: list[str] = Field(default_factory=list, sa_type=Json)
    industry: str | None = Field(default=None, max_length=60)
    region: str = Field(default="", max_length=80)
    owner_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    confidential: bool = Field(default=False, index=True)
    merged_into_id: int | None = Field(default=None, foreign_key="customer.id")
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Opportunity(SQLModel, table=True):
    """A deal with a customer."""

    __table_args__ = (Index("ix_opportunity_customer", "customer_id"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str | None = Field(default=None, unique=True, max_length=120)
    customer_id: int = Field(foreign_key="customer.id")
    title: str = Field(max_length=200)
    product: str | None = Field(default=None, max_length=60)
    stage: str | None = Field(default=None, max_length=60)
    amount: Decimal | None = Field(default=None, sa_type=Numeric(16, 2))
    currency: str = Field(default="CNY", max_length=3)
    result: str = Field(default="open", max_length=10)  # open, won, lost
    closes_on: date | None = None
    owner_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)


def refresh_readers(session: Session, customer: Customer) -> None:
    """Work out who may know of the customer: all staff, or, when confidential, its owner and who it is opened to."""
    given = accounts.restriction(session, "customer", customer.id or 0) if customer.confidential else None
    tokens = accounts.reader_tokens(owners=[customer.owner_id], restrictions=[given])
    before = accounts.readers(session, "customer", [customer.id or 0]).get(customer.id or 0)
    accounts.set_readers(session, "customer", customer.id or 0, tokens)
    if before is not None and before != tokens:  # what search says of their requests stands in rooms above
        jobs.later(session, "customer.readers", key=f"customer:{customer.id}", customer_id=customer.id)


def visible(session: Session, by: accounts.Actor, *, limit: int = 500) -> list[Customer]:
    """Customers this actor may know of, by name."""
    query = (
        select(Customer)
        .where(col(Customer.deleted_at).is_(None), accounts.readable("customer", Customer.id, by))
        .order_by(Customer.name)
        .limit(limit)
    )
    return list(session.exec(query).all())


def hidden(by: accounts.Actor) -> Select[tuple[int]]:
    """Ids of the customers this actor may not know of, as part of a question: only confidential ones are hidden from
    anybody.
    """
    return select(Customer.id).where(  # type: ignore[return-value]
        Customer.confidential, ~accounts.readable("customer", Customer.id, by)
    )


def hidden_names(session: Session, by: accounts.Actor) -> list[str]:
    """Every name of the confidential customers this actor may not know of, so that lists can leave them out."""
    query = select(Customer).where(
        Customer.confidential,
        col(Customer.deleted_at).is_(None),
        ~accounts.readable("customer", Customer.id, by),
    )
    return [name for c in session.exec(query) for name in (c.name, *c.aliases)]


def get(session: Session, customer_id: int, by: accounts.Actor) -> Customer:
    found = session.get(Customer, customer_id)
    if found is None or found.deleted_at or not accounts.may_read(session, "customer", customer_id, by):
        raise NotFound(_("没有这个客户。"))
    return found


def by_name(session: Session, name: str, by: accounts.Actor) -> Customer | None:
    """The visible customer of this name or alias, ignoring case and spaces."""
    wanted = _plain(name)
    return next(
        (
            c
            for c in visible(session, by, limit=100_000)
            if wanted in {_plain(w) for w in (c.name, *c.aliases)}
        ),
        None,
    )


def _plain(name: str) -> str:
    return "".join(name.split()).casefold()


def named(session: Session, name: str, *, industry: str | None = None, by: accounts.Actor) -> Customer:
    """The customer of this name, made while typing when there is none."""
    found = by_name(session, name, by)
    if found:
        return found
    if not by.may("request.create"):  # a request names who said it, whoever files it
        by.must("customer.edit")
    cleaned = " ".join(name.split())
    if not cleaned or len(cleaned) > 200:  # noqa: PLR2004 - column width
        raise HubError(_("请填写客户名称，最多 200 个字。"))
    customer = Customer(name=cleaned, industry=industry, owner_id=by.id, created_at=clock.now())
    session.add(customer)
    session.flush()
    refresh_readers(session, customer)
    activity.record(session, "add", "customer", customer.id, by=by.id)
    return customer


def by_ids(session: Session, ids: Iterable[int | None]) -> dict[int, Customer]:
    """Customers by id, whoever asks: the caller has checked what they stand on."""
    wanted = {i for i in ids if i is not None}
    if not wanted:
        return {}
    return {
        c.id: c
        for c in session.exec(select(Customer).where(col(Customer.id).in_(wanted)))
        if c.id is not None
    }


def opportunities(session: Session, customer_id: int) -> list[Opportunity]:
    return list(session.exec(select(Opportunity).where(Opportunity.customer_id == customer_id)).all())


def by_key(session: Session, key: str) -> Customer | None:
    """The customer of this external key, whoever asks: for import."""
    return session.exec(select(Customer).where(Customer.key == key)).first()
