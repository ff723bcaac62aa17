"""What the coverage map is drawn from: rows of every room, as far as this actor may read them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlmodel import Session, col, func, select

from hub import accounts, assets, customers, requirements, taxonomy, toolkits
from hub.base import clock, stamps
from hub.insights import cells as rules
from hub.insights.cells import Cell, Gap, Piece
from hub.taxonomy import Words
from hub.toolkits import Slot

AXES = ("industry", "scenario")
MOST_PIECES = 20_000
Pair = tuple[str, str]


@dataclass(frozen=True)
class Coverage:
    """The map: `cells` by (product, place), the rows and columns in the order of the taxonomy, and the whole as one
    number (percent of demand covered, None without a cell).
    """

    axis: str
    kinds: tuple[str, ...]
    products: tuple[str, ...]
    places: tuple[str, ...]
    cells: Mapping[Pair, Cell]
    percent: int | None
    urgent: tuple[Cell, ...]

    def counts(self) -> dict[str, int]:
        return {s: sum(c.state == s for c in self.cells.values()) for s in rules.STATES}


@dataclass(frozen=True)
class Deal:
    """An open deal behind a cell, which this actor may know of."""

    customer: str
    owner: str
    amount: Decimal | None


@dataclass(frozen=True)
class Detail:
    """One cell opened: what is there, who asks, what they searched for."""

    cell: Cell
    deals: tuple[Deal, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class _Asked:
    deals: Mapping[Pair, tuple[int, Decimal]]
    requests: Mapping[Pair, int]
    misses: Mapping[Pair, int]


def coverage(
    session: Session,
    by: accounts.Actor,
    *,
    axis: str = "industry",
    kinds: Sequence[str] = rules.BODY,
    tier: str = "",
    gaps: Sequence[Gap] = (),
) -> Coverage:
    """The map of the products this actor may know of. `gaps`: searches that found nothing, by whoever keeps them. Kept
    for all who see the same: it passes through everything on offer.
    """
    words = taxonomy.words_for(session, by)
    make = partial(_coverage, session, by, words, axis, tuple(kinds), tier, tuple(gaps))
    if not stamps.may_keep(session):
        return make()
    seen = (
        requirements.sight_of(session, by),
        accounts.hidden(session, "asset", by),
        accounts.hidden(session, "toolkit", by),
        tuple(words.products),
    )
    place = ("coverage", axis, tuple(kinds), tier, tuple(gaps), clock.today(), seen)
    return stamps.kept(session, ROWS_OF_THE_MAP, place, make)


ROWS_OF_THE_MAP = (
    *requirements.ROWS_OF_LISTS,
    *("asset", "asset_tag", "version", "toolkit", "setting", stamps.OTHER),
)


def _coverage(
    session: Session,
    by: accounts.Actor,
    words: Words,
    axis: str,
    kinds: tuple[str, ...],
    tier: str,
    gaps: tuple[Gap, ...],
) -> Coverage:
    products = [p for p in words.products.values() if not tier or p.tier == tier]
    places = [w.key for w in words.options(axis) if not w.parent]
    slots = _slots(session, words, axis, places, kinds)
    pieces = _pieces(session, by, axis, kinds)
    asked = _Asked(_deals(session, by, axis), _requests(session, by, axis), _misses(gaps, axis))
    sold = _sold(session, by, axis)
    cells = []
    for product in products:
        mine = [p for p in pieces if product.key in p.products]
        for at in places:
            below = words.below(axis, at)
            cells.append(
                rules.place(
                    product.key,
                    at,
                    slots(product, at),
                    mine,
                    below=below,
                    demand=rules.demand_of(asked.deals, asked.requests, asked.misses, product.key, below),
                    expected=any((product.key, k) in sold for k in below),
                )
            )
    heated = rules.heat(cells)
    return Coverage(
        axis,
        tuple(kinds),
        tuple(p.key for p in products),
        tuple(places),
        {(c.product, c.at): c for c in heated},
        rules.rate(heated),
        tuple(rules.urgent(heated)),
    )


def detail(
    session: Session, by: accounts.Actor, drawn: Coverage, product: str, at: str, gaps: Sequence[Gap] = ()
) -> Detail | None:
    """One cell of the map with the deals behind it; None when the map has no such cell."""
    cell = drawn.cells.get((product, at))
    if cell is None:
        return None
    below = taxonomy.words_for(session, by).below(drawn.axis, at)
    mine = tuple(g for g in gaps if g.product == product and getattr(g, drawn.axis) in below)
    deals = _deals_of(session, by, product, below) if drawn.axis == "industry" else ()
    return Detail(cell, deals, mine)


def _slots(
    session: Session, words: Words, axis: str, places: Sequence[str], kinds: Sequence[str]
) -> "_Slots":
    query = select(taxonomy.Term).where(taxonomy.Term.facet == "industry")
    adds = {t.key: t.adds for t in session.exec(query).all() if t.adds} if axis == "industry" else {}
    return _Slots(words, {k: adds.get(k, []) for k in places}, tuple(kinds))


@dataclass(frozen=True)
class _Slots:
    """What the blueprint asks of the kinds looked at; one piece of each where it asks for none of them."""

    words: Words
    adds: Mapping[str, Sequence[Mapping[str, object]]]
    kinds: tuple[str, ...]

    def __call__(self, product: taxonomy.Product, at: str) -> tuple[Slot, ...]:
        tier, kind = self.words.tiers.get(product.tier), self.words.types.get(product.type)
        asked = toolkits.blueprint(
            tier.blueprint if tier else (), kind.adds if kind else (), self.adds.get(at, ())
        )
        by_kind = {s.kind: s for s in asked}
        return tuple(by_kind.get(k) or Slot(k, 1) for k in self.kinds)


def _pieces(session: Session, by: accounts.Actor, axis: str, kinds: Sequence[str]) -> list[Piece]:
    """What is on offer of these kinds and this actor may read, in three queries however much it is."""
    asset, version = assets.Asset, assets.Version
    fields: tuple[Any, ...] = (
        asset.id, asset.title, asset.kind, asset.review_on, asset.reviewed_at,
        version.on_offer_at, asset.owner_id,
    )  # fmt: skip
    query = (
        select(*fields)
        .join(version, col(version.id) == col(asset.on_offer_id))
        .where(assets.visible(by), col(asset.kind).in_(list(kinds)))
        .order_by(col(version.on_offer_at).desc(), col(asset.id))
        .limit(MOST_PIECES)
    )
    rows = session.exec(query).all()
    held = _tags(session, axis, kinds)
    names = accounts.names(session, [r[6] for r in rows])
    today = clock.today()
    return [
        Piece(
            id=number,
            title=title,
            kind=kind,
            products=frozenset(held.get(number, {}).get("product", ())),
            places=frozenset(held.get(number, {}).get(axis, ())),
            age=_age(today, offered, reviewed),
            overdue=review is not None and review < today,
            owner=names.get(owner or 0, ""),
        )
        for number, title, kind, review, reviewed, offered, owner in rows
    ]


def _age(today: date, *moments: datetime | None) -> int | None:
    days = [clock.today(m) for m in moments if m is not None]
    return (today - max(days)).days if days else None


def _tags(session: Session, axis: str, kinds: Sequence[str]) -> dict[int, dict[str, list[str]]]:
    tag = assets.AssetTag
    of_kinds = select(assets.Asset.id).where(col(assets.Asset.kind).in_(list(kinds)))
    query = select(tag.asset_id, tag.facet, tag.key).where(
        col(tag.facet).in_(["product", axis]), col(tag.asset_id).in_(of_kinds)
    )
    held: dict[int, dict[str, list[str]]] = {}
    for number, facet, key in session.exec(query).all():
        held.setdefault(number, {}).setdefault(facet, []).append(key)
    return held


def _deals(session: Session, by: accounts.Actor, axis: str) -> dict[Pair, tuple[int, Decimal]]:
    """Open deals by product and the customer's industry: how many and how much; of customers this actor may know."""
    if axis != "industry":
        return {}
    deal, customer = customers.Opportunity, customers.Customer
    fields: tuple[Any, ...] = (deal.product, customer.industry, func.count(), func.sum(deal.amount))
    query = (
        select(*fields)
        .join(customer, col(customer.id) == col(deal.customer_id))
        .where(deal.result == "open", col(customer.deleted_at).is_(None))
        .where(accounts.readable("customer", customer.id, by))
        .group_by(col(deal.product), col(customer.industry))
    )
    return {
        (product, industry): (int(n), Decimal(amount or 0))
        for product, industry, n, amount in session.exec(query).all()
        if product and industry
    }


def _deals_of(
    session: Session, by: accounts.Actor, product: str, industries: Iterable[str]
) -> tuple[Deal, ...]:
    deal, customer = customers.Opportunity, customers.Customer
    fields: tuple[Any, ...] = (customer.name, deal.owner_id, deal.amount)
    query = (
        select(*fields)
        .join(deal, col(customer.id) == col(deal.customer_id))
        .where(deal.result == "open", deal.product == product, col(customer.deleted_at).is_(None))
        .where(col(customer.industry).in_(sorted(industries)))
        .where(accounts.readable("customer", customer.id, by))
        .order_by(col(deal.amount).desc().nulls_last(), col(deal.id))
        .limit(20)
    )
    rows = session.exec(query).all()
    names = accounts.names(session, [r[1] for r in rows])
    return tuple(Deal(name, names.get(owner or 0, ""), amount) for name, owner, amount in rows)


def _requests(session: Session, by: accounts.Actor, axis: str) -> dict[Pair, int]:
    """Requests by product and industry (their own, else the customer's), which this actor may read."""
    if axis != "industry":
        return {}
    request, customer = requirements.Request, customers.Customer
    industry = func.coalesce(request.industry, customer.industry)
    fields: tuple[Any, ...] = (request.product, industry, func.count())
    query = (
        select(*fields)
        .outerjoin(customer, col(customer.id) == col(request.customer_id))
        .where(requirements.request_visible(by, counting=True))
        .group_by(col(request.product), industry)
    )
    return {(p, i): int(n) for p, i, n in session.exec(query).all() if p and i}


def _misses(gaps: Iterable[Gap], axis: str) -> dict[Pair, int]:
    found: dict[Pair, int] = {}
    for gap in gaps:
        at = getattr(gap, axis)
        if gap.product and at:
            found[(gap.product, at)] = found.get((gap.product, at), 0) + gap.count
    return found


def _sold(session: Session, by: accounts.Actor, axis: str) -> set[Pair]:
    """Where a published kit stands: the product is sold there."""
    kit = toolkits.Toolkit
    place = kit.industry if axis == "industry" else kit.scenario
    query = select(kit.product, place).where(toolkits.visible(by), kit.state == "published")
    return {(p, at) for p, at in session.exec(query).all() if at}
