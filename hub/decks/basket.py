"""The slide basket: pages that a person puts aside while looking round, and the deck made of them in one go.

What lies in a basket is judged whenever it is looked at: a page of a version that was replaced gives way to the page
that took its place, and one that may no longer be used says so and stays out of the deck.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, String, and_, cast, delete, func
from sqlmodel import Session, col, select

from hub import accounts, activity, assets, customers
from hub.base import clock, jobs
from hub.base.errors import Conflict, HubError, NotFound
from hub.base.i18n import _
from hub.decks import outline, queries
from hub.decks.models import BasketSlide, Deck
from hub.decks.recipe import Planned, one_line
from hub.decks.successors import PageSaid, successor

MOST = outline.MOST_SLIDES


@dataclass(frozen=True)
class Chosen:
    """A slide of the basket as it would go into a deck now. `page` and `version_id` are None when it cannot; then of an
    asset that this actor may not read nothing but that is said.
    """

    id: int
    asset_id: int
    slug: str
    source: str
    title: str
    version_id: int | None
    version: int
    page: int | None
    thumb: str | None
    renewed: bool  # the basket holds a page of an older version; this is what took its place
    why_not: str = ""


def count(session: Session, by: accounts.Actor) -> int:
    """How many slides lie in this person's basket."""
    query = select(func.count()).select_from(BasketSlide).where(BasketSlide.person_id == by.id)
    return int(session.exec(query).one())


def size(person_id: Any) -> ScalarSelect[int]:
    """How many slides lie in the basket of the person whose id stands in this column, for a question about people."""
    query = select(func.count()).select_from(BasketSlide)
    return query.where(col(BasketSlide.person_id) == person_id).scalar_subquery()


def holding(person_id: Any) -> ScalarSelect[Any]:
    """Which slides on offer lie in the basket of the person whose id stands in this column: "asset.page" with a space
    between, None without one. A page of a version that was replaced is not among them: it can be put in anew.
    """
    said = cast(BasketSlide.asset_id, String) + "." + cast(BasketSlide.page, String)
    query = select(func.aggregate_strings(said, " ")).join(assets.Asset, _as_offered())
    return query.where(col(BasketSlide.person_id) == person_id).scalar_subquery()


def _as_offered() -> ColumnElement[bool]:
    """The basket holds a page of the version that is on offer now."""
    same = col(assets.Asset.id) == col(BasketSlide.asset_id)
    return and_(same, col(assets.Asset.on_offer_id) == col(BasketSlide.version_id))


def held(session: Session, by: accounts.Actor) -> str:
    """As `holding`, of this person now."""
    return session.exec(select(holding(by.id))).one() or ""


def contents(session: Session, by: accounts.Actor) -> list[Chosen]:
    """The basket in its order."""
    rows = _rows(session, by)
    cards = {c.id: c for c in assets.cards(session, sorted({r.asset_id for r in rows}), by)}
    usable = {i: c for i, c in cards.items() if c.state == "on_offer" and c.audience == "customer"}
    wanted = {r.version_id for r in rows} | {c.version_id for c in usable.values()}
    said = assets.pages_of(session, sorted(wanted))
    return [_chosen(r, usable.get(r.asset_id), said) for r in rows]


def _rows(session: Session, by: accounts.Actor) -> list[BasketSlide]:
    query = select(BasketSlide).where(BasketSlide.person_id == by.id)
    return list(session.exec(query.order_by(col(BasketSlide.position), col(BasketSlide.id))).all())


def _chosen(row: BasketSlide, card: assets.Card | None, said: Mapping[int, Sequence[assets.Page]]) -> Chosen:
    if card is None:
        gone = _("一份已停用或您不再能看的素材")
        return _left_out(row, gone, _("已停用，或您不再能看，或改成了仅供内部"))
    number: int | None = row.page
    if card.version_id != row.version_id:
        old = next((p for p in said.get(row.version_id, ()) if p.number == row.page), None)
        now = [page_said(p) for p in said.get(card.version_id, ())]
        number = successor(page_said(old), now) if old else None
    page = next((p for p in said.get(card.version_id, ()) if p.number == number), None)
    if page is None:
        return _left_out(row, card.title, _("新版里没有这一页了，请另选"), card)
    return Chosen(
        id=row.id or 0,
        asset_id=card.id,
        slug=card.slug,
        source=card.title,
        title=one_line(page.title) or card.title,
        version_id=card.version_id,
        version=card.version_number,
        page=page.number,
        thumb=page.thumb_sha,
        renewed=card.version_id != row.version_id,
    )


def _left_out(row: BasketSlide, title: str, why: str, card: assets.Card | None = None) -> Chosen:
    return Chosen(
        id=row.id or 0,
        asset_id=card.id if card else 0,
        slug="",
        source=card.title if card else "",
        title=title,
        version_id=None,
        version=0,
        page=None,
        thumb=None,
        renewed=False,
        why_not=why,
    )


def page_said(page: assets.Page) -> PageSaid:
    """A page of the library as `successor` compares it."""
    text = "\n".join(t for t in (page.text, page.tables, page.charts) if t)
    return PageSaid(page.number, page.title, text, page.fingerprint)


# ---- changes


def add(
    session: Session,
    asset_id: int,
    pages: Sequence[int],
    *,
    by: accounts.Actor,
    places: Mapping[int, int] = MappingProxyType({}),
) -> int:
    """Put pages of the version on offer into the basket, behind what is there or, where `places` has one for a page, to
    where it lay before; returns how many were not in it yet.

    NotFound for an asset this actor may not read or a page it does not have, Conflict for one not meant for customers.
    """
    by.must("deck.make")
    card, there = queries.usable_pages(session, asset_id, by)
    missing = [n for n in pages if n not in there]
    if missing or not pages:
        raise NotFound(queries.no_such_page(card.title, missing[0] if missing else 0))
    rows = _rows(session, by)
    have = {(r.version_id, r.page) for r in rows}
    fresh = [n for n in dict.fromkeys(pages) if (card.version_id, n) not in have]
    if len(rows) + len(fresh) > MOST:
        raise Conflict(_("选页篮最多放 %(n)s 页。请先做成 PPT，或去掉一些。") % {"n": MOST})
    last = max((r.position for r in rows), default=0)
    for at, number in enumerate(fresh, start=last + 1):
        kept = BasketSlide(
            person_id=by.id or 0,
            asset_id=card.id,
            version_id=card.version_id,
            page=number,
            position=places.get(number, at),
        )
        session.add(kept)
    session.flush()
    return len(fresh)


def remove(session: Session, slide_id: int, *, by: accounts.Actor) -> None:
    """Take one slide out."""
    session.delete(_row(session, slide_id, by))
    session.flush()


def take_out(session: Session, asset_id: int, pages: Sequence[int], *, by: accounts.Actor) -> dict[int, int]:
    """Take these pages of the version on offer out again; which of them were in it, each with its place, so that they
    can be put back there.
    """
    query = select(BasketSlide).join(assets.Asset, _as_offered())
    query = query.where(BasketSlide.person_id == by.id, BasketSlide.asset_id == asset_id)
    found = session.exec(query.where(col(BasketSlide.page).in_(pages))).all()
    for row in found:
        session.delete(row)
    session.flush()
    return {row.page: row.position for row in found}


def _row(session: Session, slide_id: int, by: accounts.Actor) -> BasketSlide:
    found = session.get(BasketSlide, slide_id)
    if found is None or found.person_id != by.id:
        raise NotFound(_("选页篮里没有这一页。请刷新页面。"))
    return found


def empty(session: Session, *, by: accounts.Actor) -> None:
    """Take everything out."""
    session.exec(delete(BasketSlide).where(col(BasketSlide.person_id) == by.id))
    session.flush()


def reorder(session: Session, order: Sequence[int], *, by: accounts.Actor) -> None:
    """Put the slides into this order of ids; those that are not named follow."""
    place = {slide_id: at for at, slide_id in enumerate(order)}
    rows = sorted(_rows(session, by), key=lambda r: place.get(r.id or 0, len(place)))
    for at, row in enumerate(rows, start=1):
        row.position = at
        session.add(row)
    session.flush()


def shift(session: Session, slide_id: int, step: int, *, by: accounts.Actor) -> None:
    """Move one slide up (-1) or down (1)."""
    _row(session, slide_id, by)
    ids = [r.id or 0 for r in _rows(session, by)]
    at = ids.index(slide_id)
    to = min(max(at + step, 0), len(ids) - 1)
    ids.insert(to, ids.pop(at))
    reorder(session, ids, by=by)


# ---- the deck


def to_deck(session: Session, title: str, customer: str, *, by: accounts.Actor) -> Deck:
    """A deck of the basket's slides, asked for at once; the basket is empty then.

    HubError without a slide that can be used. A customer whom nobody knows yet is added where the actor may.
    """
    by.must("deck.make")
    chosen = [c for c in contents(session, by) if c.page is not None]
    if not chosen:
        raise HubError(_("选页篮里没有能用的页。先在搜索、素材或工具包里挑几页放进来。"))
    named = " ".join(customer.split())[:200]
    known = customers.by_name(session, named, by) if named else None
    if named and known is None and by.may("customer.edit"):
        known = customers.named(session, named, by=by)
    said = " ".join(title.split()) or (
        _("%(customer)s · 选页拼成的 PPT") % {"customer": named} if named else _("选页拼成的 PPT")
    )
    deck = Deck(
        title=said[:300],
        template_id=None,
        customer_id=known.id if known else None,
        owner_id=by.id,
        plan=outline.entries([_planned(c) for c in _once(chosen)]),
        created_at=clock.now(),
    )
    session.add(deck)
    session.flush()
    activity.record(session, "create", "deck", deck.id, by=by.id, slides=len(deck.plan))
    empty(session, by=by)
    queue(session, deck, by)
    return deck


def _once(chosen: Sequence[Chosen]) -> list[Chosen]:
    """Two pages of an old version can have come together in one of the new: it is taken once."""
    return list({(c.version_id, c.page): c for c in reversed(chosen)}.values())[::-1]


def _planned(chosen: Chosen) -> Planned:
    return Planned(
        key=f"a{chosen.asset_id}.{chosen.page}",
        origin="asset",
        title=chosen.title,
        why=_("您选的"),
        reason="chosen",
        asset_id=chosen.asset_id,
        version_id=chosen.version_id,
        version=chosen.version,
        page=chosen.page,
    )


def queue(session: Session, deck: Deck, by: accounts.Actor) -> None:
    """Have the deck's file made."""
    deck.state, deck.progress, deck.error = "waiting", 0, ""
    deck.edition += 1
    session.add(deck)
    session.flush()
    key = f"deck:{deck.id}:{deck.edition}"
    jobs.later(session, "deck.make", key=key, priority=1, deck_id=deck.id, edition=deck.edition)
    activity.record(session, "make", "deck", deck.id, by=by.id)
