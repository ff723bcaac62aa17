"""Demand signals: what customers ask for, by industry and topic, over time; and whether it grows.

A *topic* is a product or a tag of requests; a request that names no product counts for that of the requirement it is
linked to, where the reader may know of it. It *grows* when in the last 90 days at least 3 customers asked for it, at
least 2 more than in the 90 days before, and at least half as many again (n ≥ 3, n − m ≥ 2, n ≥ 1.5 m). Customers are
counted, not requests, so that one who asks five times is one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, distinct
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from hub import accounts, customers, requirements, taxonomy
from hub.base import clock
from hub.base.i18n import _
from hub.requirements import Request, RequestLink, Requirement

KINDS = ("product", "tag")
MONTHS = 12
WINDOW = timedelta(days=90)
LEAST, MORE, TIMES = 3, 2, 1.5
MOST_TAGGED = 20_000  # requests with tags that are looked at, the newest
MOST_QUOTED = 2_000  # of them, for what customers said
QUOTES = 5
EVERYBODY = accounts.Actor(
    None, "", "", frozenset(), frozenset(), frozenset()
)  # what all colleagues may know


@dataclass(frozen=True)
class Signal:
    """One topic in one industry: requests by month (oldest first, the last is this month), and the customers of the
    last 90 days (`now`) and of the 90 before (`before`).
    """

    industry: str
    kind: str
    topic: str
    months: tuple[int, ...]
    now: int
    before: int

    @property
    def total(self) -> int:
        return sum(self.months)

    @property
    def grows(self) -> bool:
        return grows(self.now, self.before)


@dataclass(frozen=True)
class Quote:
    """What one customer said, for whoever may know of it."""

    customer: str
    words: str
    request_id: int
    at: datetime


def grows(now: int, before: int) -> bool:
    """The rule; see the module."""
    return now >= LEAST and now - before >= MORE and now >= TIMES * before


def months(today: date) -> list[date]:
    """The first days of the last twelve months, oldest first."""
    count = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(count - MONTHS + 1, count + 1)]


def signals(
    session: Session,
    by: accounts.Actor,
    *,
    kind: str = "product",
    industry: str = "",
    at: datetime | None = None,
) -> list[Signal]:
    """What this actor may know of, what grows first, then by how much was asked. One question to the database."""
    at = at or clock.now()
    found = _products(session, by, industry, at) if kind == "product" else _tags(session, by, industry, at)
    return sorted(found, key=lambda s: (not s.grows, -s.now, -s.total, s.industry, s.topic))


def _starts(at: datetime) -> list[datetime]:
    days = months(clock.today(at))
    return [datetime.combine(d, time(), clock.HOUSE_ZONE) for d in days]


def _asked(by: accounts.Actor, industry: str, at: datetime) -> list[ColumnElement[bool]]:
    since = min(_starts(at)[0], at - 2 * WINDOW)
    found = [
        requirements.request_visible(by),
        col(Request.cancelled_at).is_(None),
        col(Request.industry).is_not(None),
        col(Request.created_at) >= since,
        col(Request.created_at) <= at,
    ]
    return [*found, col(Request.industry) == industry] if industry else found


def _product(by: accounts.Actor) -> ColumnElement[str | None]:
    """The product a request is about."""
    linked = (
        select(func.min(Requirement.product))
        .join(RequestLink, col(RequestLink.requirement_id) == col(Requirement.id))
        .where(col(RequestLink.request_id) == col(Request.id), col(RequestLink.ended_at).is_(None))
        .where(requirements.visible(by))
    )
    return func.coalesce(col(Request.product), linked.correlate(Request).scalar_subquery())


def _products(session: Session, by: accounts.Actor, industry: str, at: datetime) -> Iterator[Signal]:
    starts = _starts(at)
    when, who = col(Request.created_at), col(Request.customer_id)
    ends = [*starts[1:], at + timedelta(seconds=1)]
    by_month = [
        func.count(case(((when >= s) & (when < e), col(Request.id))))
        for s, e in zip(starts, ends, strict=True)
    ]
    now = func.count(distinct(case((when > at - WINDOW, who))))
    before = func.count(distinct(case(((when > at - 2 * WINDOW) & (when <= at - WINDOW), who))))
    product_of = _product(by).label("about")
    query = (
        select_columns(col(Request.industry), product_of, now, before, *by_month)
        .where(*_asked(by, industry, at))
        .group_by(col(Request.industry), product_of)
    )
    hidden = taxonomy.hidden_products(session, by)
    for place, product, n, m, *counts in session.execute(query).all():
        if product is not None and product not in hidden:
            yield Signal(place, "product", product, tuple(counts), n, m)


def _tags(session: Session, by: accounts.Actor, industry: str, at: datetime) -> list[Signal]:
    starts = _starts(at)
    columns = (col(Request.industry), col(Request.tags), col(Request.customer_id), col(Request.created_at))
    query = (
        select_columns(*columns)
        .where(*_asked(by, industry, at), cast(Request.tags, String) != "[]")
        .order_by(col(Request.created_at).desc())
        .limit(MOST_TAGGED)
    )
    counts: dict[tuple[str, str], list[int]] = {}
    who: dict[tuple[str, str], tuple[set[Any], set[Any]]] = {}
    for place, tags, customer, when in session.execute(query).all():
        month = sum(s <= when for s in starts) - 1
        for tag in tags:
            row = counts.setdefault((place, tag), [0] * MONTHS)
            if month >= 0:
                row[month] += 1
            now, before = who.setdefault((place, tag), (set(), set()))
            if when > at - WINDOW:
                now.add(customer)
            elif when > at - 2 * WINDOW:
                before.add(customer)
    return [Signal(p, "tag", t, tuple(row), *map(len, who[p, t])) for (p, t), row in counts.items()]


# ---- what stands behind a signal


def quotes(
    session: Session, found: Sequence[Signal], by: accounts.Actor, *, at: datetime | None = None
) -> dict[Signal, list[Quote]]:
    """Behind each signal the newest words that this actor may know of. Two questions however many signals there are."""
    if not found:
        return {}
    at = at or clock.now()
    places = {s.industry for s in found}
    about = _product(by)
    query = select(Request, about).where(*_asked(by, "", at), col(Request.industry).in_(places))
    if found[0].kind == "product":
        query = query.where(about.in_({s.topic for s in found}))
    else:
        query = query.where(cast(Request.tags, String) != "[]")
    newest = query.order_by(col(Request.created_at).desc(), col(Request.id).desc()).limit(MOST_QUOTED)
    behind: dict[tuple[str | None, str], list[Request]] = {}
    for request, product in session.exec(newest).all():
        for topic in [product or ""] if found[0].kind == "product" else request.tags:
            behind.setdefault((request.industry, topic), []).append(request)
    chosen = {s: behind.get((s.industry, s.topic), [])[:QUOTES] for s in found}
    names = customers.by_ids(session, [r.customer_id for rows in chosen.values() for r in rows])
    return {s: [_quote(r, names) for r in rows] for s, rows in chosen.items()}


def _quote(request: Request, names: dict[int, customers.Customer]) -> Quote:
    known = names.get(request.customer_id or 0)
    return Quote(known.name if known else "", request.quote, request.id or 0, request.created_at)


def kit(session: Session, by: accounts.Actor, kind: str, industry: str, topic: str) -> dict[str, str]:
    """What a material task for a solution kit of this industry begins with: its fields, who asked as the evidence."""
    known = taxonomy.words_for(session, by)
    product = topic if kind == "product" and topic in known.products else ""
    label = known.label("product", topic) if product else topic
    return {
        "kind": "solution",
        "product": product,
        "industry": industry,
        "title": _("%(industry)s · %(topic)s 行业方案包")
        % {"industry": known.label("industry", industry), "topic": label},
        "evidence": evidence(session, kind, industry, topic),
    }


def evidence(session: Session, kind: str, industry: str, topic: str, *, at: datetime | None = None) -> str:
    """For a material task, which all may read: the counts and the newest words that all may know; "" for nothing."""
    at = at or clock.now()
    found = next(
        (s for s in signals(session, EVERYBODY, kind=kind, industry=industry, at=at) if s.topic == topic),
        None,
    )
    if found is None:
        return ""
    said = [
        _("最近 90 天有 %(now)s 家客户要，之前 90 天 %(before)s 家；12 个月共 %(total)s 条诉求。")
        % {"now": found.now, "before": found.before, "total": found.total}
    ]
    said += [f"{q.customer}：{q.words}" for q in quotes(session, [found], EVERYBODY, at=at)[found]]
    return "\n".join(said)
