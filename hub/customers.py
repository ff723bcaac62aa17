"""Customers and opportunities: who we sell to, and the deals."""

import re
import unicodedata
from bisect import bisect_left, insort
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index, Numeric, Select
from sqlmodel import Field, Session, SQLModel, col, select

from hub import accounts, activity
from hub.base import clock, jobs, stamps
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
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


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
    return make_many(session, [(cleaned, industry, by.id)], by=by)[0]


def make_many(
    session: Session, wanted: Iterable[tuple[str, str | None, int | None]], *, by: accounts.Actor
) -> list[Customer]:
    """New customers by name, industry and owner, in few questions; the caller has looked whether they are there."""
    at = clock.now()
    made = [Customer(name=n, industry=i, owner_id=o, created_at=at) for n, i, o in wanted]
    session.add_all(made)
    session.flush()
    for customer in made:
        tokens = accounts.reader_tokens(owners=[customer.owner_id], restrictions=[None])
        rows = [accounts.Reader(thing="customer", thing_id=customer.id or 0, token=t) for t in sorted(tokens)]
        session.add_all(rows)
        activity.record(session, "add", "customer", customer.id, by=by.id)
    session.flush()
    return made


def names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Names of customers by id, whoever asks: the caller has checked what they stand on. Kept."""
    keys: dict[int, Hashable] = {i: ("customer", i) for i in ids if i is not None}

    def asked(missing: list[int]) -> dict[int, str]:
        return {c.id or 0: c.name for c in by_ids(session, missing).values()}

    return stamps.kept_many(session, ("customer",), keys, asked)


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


def deals_by_ids(session: Session, ids: Iterable[int | None]) -> dict[int, Opportunity]:
    """Opportunities by id, whoever asks."""
    wanted = {i for i in ids if i is not None}
    found = session.exec(select(Opportunity).where(col(Opportunity.id).in_(wanted))) if wanted else ()
    return {d.id or 0: d for d in found}


def by_key(session: Session, key: str) -> Customer | None:
    """The customer of this external key, whoever asks: for import."""
    return session.exec(select(Customer).where(Customer.key == key)).first()


# ---- names in many spellings

LEGAL_FORMS = ("股份有限公司", "有限责任公司", "有限公司", "股份公司")
_LATIN_FORMS = re.compile(
    r"(?:[\s,.]+(?:co|ltd|inc|corp|llc|plc|gmbh|limited|company|corporation)\b\.?)+\s*$"
)
ALIKE = 4  # letters that two names have to share from the start before we ask whether they are one


def loose(name: str) -> str:
    """The name without what people write differently: width, case, spaces, signs and the form of the company."""
    plain = _LATIN_FORMS.sub("", unicodedata.normalize("NFKC", name).casefold())
    kept = "".join(c for c in plain if c.isalnum())
    form = next((f for f in LEGAL_FORMS if kept.endswith(f)), "")
    return kept.removesuffix(form) or kept


@dataclass(frozen=True)
class Recognised:
    """Whom a name means: `customer_id`, or one that is called like it (`like`, to be asked), or nobody yet."""

    customer_id: int | None = None
    like: tuple[str, ...] = ()


class Names:
    """Every way the customers are called, for a sheet that names many of them. What the actor may not know of is never
    offered; a name that is exactly a hidden customer's means that customer, so that nobody is there twice.
    """

    def __init__(self, session: Session, by: accounts.Actor) -> None:
        """Read all customers, once."""
        self._seen: dict[str, dict[int, str]] = {}
        self._hidden: dict[str, int] = {}
        self._sorted: list[str] = []
        open_to = set(session.exec(select(Customer.id).where(accounts.readable("customer", Customer.id, by))))
        for customer in session.exec(select(Customer).where(col(Customer.deleted_at).is_(None))):
            self.add(customer, hidden=customer.id not in open_to)

    def add(self, customer: Customer, *, hidden: bool = False) -> None:
        number = customer.id or 0
        for way in filter(None, (customer.name, *customer.aliases, customer.key or "")):
            for spelled in {_plain(way), loose(way)}:
                if hidden:
                    self._hidden.setdefault(spelled, number)
                else:
                    self._seen.setdefault(spelled, {})[number] = customer.name
            if not hidden:
                insort(self._sorted, loose(way))

    def find(self, name: str) -> Recognised:
        """Whom the name means. Two who are called so, or one who is called nearly so, are asked about."""
        for spelled in (_plain(name), loose(name)):
            found = self._seen.get(spelled, {})
            if len(found) == 1:
                return Recognised(next(iter(found)))
            if len(set(found.values())) > 1:
                return Recognised(like=tuple(dict.fromkeys(found.values())))
            if found:  # called exactly alike: the one that was there first
                return Recognised(min(found))
            if spelled in self._hidden:
                return Recognised(self._hidden[spelled])
        return Recognised(like=self._alike(loose(name)))

    def _alike(self, spelled: str) -> tuple[str, ...]:
        """Those of whose names one begins with the other."""
        shorter = [spelled[:n] for n in range(ALIKE, len(spelled)) if spelled[:n] in self._seen]
        place = bisect_left(self._sorted, spelled)
        longer = [
            w for w in self._sorted[place : place + 3] if len(spelled) >= ALIKE and w.startswith(spelled)
        ]
        names = [name for way in (*reversed(shorter), *longer) for name in self._seen[way].values()]
        return tuple(dict.fromkeys(names))[:3]
