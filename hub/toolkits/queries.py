"""Which toolkits there are. What is told of them, counts included, is as far as this actor may read; see `filling`."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from hub import accounts
from hub.base import clock, stamps
from hub.base.errors import NotFound
from hub.base.i18n import _, current
from hub.taxonomy import Words
from hub.toolkits.filling import ROWS_OF_KITS, Filled, fillings, sights
from hub.toolkits.models import Toolkit, ToolkitBrought, ToolkitPin
from hub.toolkits.rules import Completeness

BODY = ("product_intro", "solution", "case_study", "faq")


@dataclass(frozen=True)
class Card:
    """A kit as lists show it."""

    id: int
    slug: str
    title: str
    summary: str
    product: str
    tier: str
    industry: str | None
    state: str
    owner_id: int | None
    owner: str
    restricted: bool
    count: int
    due: int
    percent: int | None
    missing: int
    newest: datetime | None
    updated_at: datetime


@dataclass(frozen=True)
class Outline:
    """A kit as far as it takes to sort, count and name it: rules and words stay where they are."""

    id: int
    slug: str
    title: str
    title_en: str
    product: str
    tier: str
    industry: str | None


_OUTLINE = tuple(f.name for f in fields(Outline))


def title_of(kit: Toolkit | Outline) -> str:
    """The title in the reader's language."""
    return (kit.title_en or kit.title) if current() == "en" else kit.title


def visible(by: accounts.Actor) -> ColumnElement[bool]:
    """An SQL condition on Toolkit: it is not in the trash and this actor may know of it."""
    return and_(col(Toolkit.deleted_at).is_(None), accounts.readable("toolkit", Toolkit.id, by))


def get(session: Session, slug: str, by: accounts.Actor) -> Toolkit:
    """The kit; NotFound when it is gone or hidden from this actor."""
    found = session.exec(select(Toolkit).where(Toolkit.slug == slug, visible(by))).first()
    if found is None:
        raise NotFound(_("没有这个工具包，或您没有权限看它。"))
    return found


def by_id(session: Session, toolkit_id: int, by: accounts.Actor) -> Toolkit:
    """The kit of this id; NotFound when it is gone or hidden from this actor."""
    found = session.exec(select(Toolkit).where(Toolkit.id == toolkit_id, visible(by))).first()
    if found is None:
        raise NotFound(_("没有这个工具包，或您没有权限看它。"))
    return found


def by_slug(session: Session, slug: str) -> Toolkit | None:
    """The kit of this slug, whoever asks, the trash included: for import."""
    return session.exec(select(Toolkit).where(Toolkit.slug == slug)).first()


def find(
    session: Session,
    by: accounts.Actor,
    *,
    product: str = "",
    tier: str = "",
    industry: str = "",
    state: str = "published",
    words: Words,
    own: Iterable[str] = (),
    sort: str = "own",
) -> list[Toolkit]:
    """Visible kits. `industry` includes what is below it; `sort` is own (kits of the industries `own` first), new or
    title. An empty filter does not filter.
    """
    asked = _asked(by, {"product": product, "tier": tier, "industry": industry, "state": state}, words)
    rows = session.exec(select(Toolkit).where(*asked).order_by(*_LATEST)).all()
    return _sorted(rows, words, own, sort)


def outlines(
    session: Session,
    by: accounts.Actor,
    *,
    words: Words,
    own: Iterable[str] = (),
    sort: str = "own",
    **wanted: str,
) -> list[Outline]:
    """What `find` finds, in outline: for lists that show few of many. `wanted` are its filters."""
    asked = {"state": "published", **wanted}
    near = words.below("industry", asked["industry"]) if asked.get("industry") else ()
    place = ("outlines", by.tokens, tuple(sorted(asked.items())), tuple(sorted(near)))
    rows = stamps.kept(session, ("toolkit", "reader"), place, lambda: _outlines(session, by, asked, words))
    return _sorted(rows, words, own, sort)


def _outlines(
    session: Session, by: accounts.Actor, asked: Mapping[str, str], words: Words
) -> tuple[Outline, ...]:
    columns = (getattr(Toolkit, name) for name in _OUTLINE)
    query = select_columns(*columns).where(*_asked(by, asked, words)).order_by(*_LATEST)
    return tuple(Outline(*row) for row in session.execute(query))


def titles(session: Session, ids: Iterable[int], by: accounts.Actor) -> dict[int, str]:
    """The titles of those of these kits that this actor may see."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    columns = (getattr(Toolkit, name) for name in _OUTLINE)
    query = select_columns(*columns).where(col(Toolkit.id).in_(wanted), visible(by))
    return {kit.id: title_of(kit) for kit in (Outline(*row) for row in session.execute(query))}


_LATEST = (col(Toolkit.updated_at).desc(), col(Toolkit.id))


def _asked(by: accounts.Actor, wanted: Mapping[str, str], words: Words) -> list[ColumnElement[bool]]:
    plain = (name for name in ("product", "tier", "state") if wanted.get(name))
    conditions = [visible(by), *(col(getattr(Toolkit, name)) == wanted[name] for name in plain)]
    if wanted.get("industry"):
        conditions.append(col(Toolkit.industry).in_(sorted(words.below("industry", wanted["industry"]))))
    return conditions


Listed = TypeVar("Listed", Toolkit, Outline)


def _sorted(rows: Iterable[Listed], words: Words, own: Iterable[str], sort: str) -> list[Listed]:
    """The rows, which come with the latest first."""
    if sort == "new":
        return list(rows)
    if sort == "title":
        return sorted(rows, key=title_of)
    near = {k for key in own for k in words.below("industry", key)}
    return sorted(rows, key=lambda kit: (kit.industry not in near, _place(words, kit)))


def _place(words: Words, kit: Toolkit | Outline) -> tuple[int, int, str]:
    product = words.products.get(kit.product)
    industry = words.by_facet["industry"].get(kit.industry or "")
    return (product.position if product else 999, industry.position if industry else -1, kit.slug)


def cards(session: Session, kits: Sequence[Toolkit], by: accounts.Actor, words: Words) -> list[Card]:
    """Cards of these kits, which this actor may see, in the given order."""
    filled = fillings(session, kits, by, words)
    return [_card(kit, filled[kit.id or 0]) for kit in kits]


def cards_by_ids(session: Session, ids: Sequence[int], by: accounts.Actor, words: Words) -> list[Card]:
    """Cards in the given order, without those this actor may not see: what search asks for."""
    if not ids:
        return []
    seen = set(session.execute(_seen_of(by), {"ids": list(ids)}).scalars())
    sight = sights(session, sorted(seen), by)
    keys: dict[int, Hashable] = {
        i: ("kit card", i, seen_of, clock.today(), current()) for i, seen_of in sight.items()
    }
    made = stamps.kept_many(session, ROWS_OF_KITS, keys, lambda missing: _read(session, missing, by, words))
    return [made[i] for i in ids if i in made]


@lru_cache(maxsize=256)
def _seen_of(by: accounts.Actor) -> Select[Any]:
    """Which of some kits this actor may see: takes longer to put together than to ask."""
    return select_columns(col(Toolkit.id)).where(
        col(Toolkit.id).in_(bindparam("ids", expanding=True)), visible(by)
    )


def _read(session: Session, ids: Sequence[int], by: accounts.Actor, words: Words) -> dict[int, Card]:
    """The cards of kits that this actor may see. Kept for all with the same sight of them."""
    kits = session.exec(select(Toolkit).where(col(Toolkit.id).in_(ids))).all()
    return {c.id: c for c in cards(session, kits, by, words)}


def completeness_of(
    session: Session, ids: Sequence[int], by: accounts.Actor, words: Words
) -> dict[int, Completeness]:
    """How complete these kits are for this actor, who may see them, by id."""
    kits = session.exec(select(Toolkit).where(col(Toolkit.id).in_(ids))).all()
    return {number: f.completeness for number, f in fillings(session, kits, by, words).items()}


def _card(kit: Toolkit, filled: Filled) -> Card:
    return Card(
        id=kit.id or 0,
        slug=kit.slug,
        title=title_of(kit),
        summary=kit.summary,
        product=kit.product,
        tier=kit.tier,
        industry=kit.industry,
        state=kit.state,
        owner_id=kit.owner_id,
        owner=filled.owner,
        restricted=kit.restricted,
        count=len(filled.offered),
        due=filled.due,
        percent=filled.completeness.percent,
        missing=filled.completeness.missing,
        newest=filled.newest,
        updated_at=kit.updated_at,
    )


def pins_of(session: Session, kit: Toolkit) -> list[ToolkitPin]:
    """Pins and exclusions of the kit, in order."""
    query = select(ToolkitPin).where(ToolkitPin.toolkit_id == kit.id)
    return list(session.exec(query.order_by(col(ToolkitPin.position), col(ToolkitPin.asset_id))).all())


def carrying(session: Session, asset_id: int, by: accounts.Actor, words: Words) -> list[Toolkit]:
    """The visible kits, published or not, that hold this asset now."""
    pinned = select(ToolkitPin.toolkit_id).where(ToolkitPin.asset_id == asset_id)
    ruled = select(ToolkitBrought.toolkit_id).where(ToolkitBrought.asset_id == asset_id)
    query = select(Toolkit).where(visible(by), or_(col(Toolkit.id).in_(pinned), col(Toolkit.id).in_(ruled)))
    kits = sorted(session.exec(query).all(), key=title_of)
    filled = fillings(session, kits, by, words)
    return [k for k in kits if any(p.id == asset_id for p in filled[k.id or 0].placed)]


def in_trash(session: Session, by: accounts.Actor) -> list[Toolkit]:
    """Kits in the trash that this actor may bring back."""
    if not by.may("toolkit.edit"):
        return []
    query = select(Toolkit).where(
        col(Toolkit.deleted_at).is_not(None), accounts.readable("toolkit", Toolkit.id, by)
    )
    return list(session.exec(query.order_by(col(Toolkit.deleted_at).desc()).limit(500)).all())
