"""Questions about toolkits. Whatever is given out here, counts included, is worked out of what this actor may read."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache, cached_property, partial
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from hub import accounts, assets, taxonomy
from hub.base import clock, stamps
from hub.base.db import json_rows
from hub.base.errors import NotFound
from hub.base.i18n import _, current
from hub.taxonomy import Words
from hub.toolkits import rules
from hub.toolkits.models import Toolkit, ToolkitBrought, ToolkitPin
from hub.toolkits.rules import Candidate, Completeness, Placed, Slot

BODY = ("product_intro", "solution", "case_study", "faq")


@dataclass(frozen=True)
class Member:
    """A member of a kit as its reader sees it. `rule` is the number of the rule that brought it, None for a pin."""

    card: assets.Card
    rule: int | None
    stale: bool

    @property
    def pinned(self) -> bool:
        return self.rule is None


@dataclass(frozen=True)
class Section:
    """The members of one kind, in the kit's order."""

    kind: str
    members: tuple[Member, ...]


@dataclass(frozen=True)
class Contents:
    """What is in a kit for this reader: sections in the order of kinds, and how complete that is."""

    sections: tuple[Section, ...]
    completeness: Completeness
    excluded: tuple[assets.Card, ...] = ()
    brought: tuple[int, ...] = ()  # how many each rule brings by itself
    beyond: int = 0  # how many more the rules would bring than a kit holds

    @property
    def members(self) -> list[Member]:
        return [m for s in self.sections for m in s.members]

    @property
    def offered(self) -> list[Member]:
        return [m for m in self.members if m.card.state == "on_offer"]

    @property
    def due(self) -> int:
        """How many want a look: their review is due or overdue."""
        return sum(m.stale or m.card.freshness in {"due", "stale"} for m in self.offered)

    @property
    def newest(self) -> datetime | None:
        """When the last member came on offer."""
        return max((m.card.on_offer_at for m in self.offered if m.card.on_offer_at), default=None)

    def of_kind(self, kind: str) -> tuple[Member, ...]:
        return next((s.members for s in self.sections if s.kind == kind), ())


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
    filled = _fillings(session, kits, by, words)
    return [_card(kit, filled[kit.id or 0]) for kit in kits]


def cards_by_ids(session: Session, ids: Sequence[int], by: accounts.Actor, words: Words) -> list[Card]:
    """Cards in the given order, without those this actor may not see: what search asks for."""
    if not ids:
        return []
    rows = session.exec(select(Toolkit).where(col(Toolkit.id).in_(list(ids)), visible(by))).all()
    made = {c.id: c for c in cards(session, list(rows), by, words)}
    return [made[i] for i in ids if i in made]


def completeness_of(
    session: Session, ids: Sequence[int], by: accounts.Actor, words: Words
) -> dict[int, Completeness]:
    """How complete these kits are for this actor, who may see them, by id."""
    kits = session.exec(select(Toolkit).where(col(Toolkit.id).in_(ids))).all()
    return {number: f.completeness for number, f in _fillings(session, kits, by, words).items()}


def _card(kit: Toolkit, filled: "_Filled") -> Card:
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


def contents(session: Session, kit: Toolkit, by: accounts.Actor, words: Words) -> Contents:
    """What is in the kit for this actor, who may see the kit."""
    return contents_of(session, [kit], by, words)[kit.id or 0]


def contents_of(
    session: Session, kits: Sequence[Toolkit], by: accounts.Actor, words: Words
) -> dict[int, Contents]:
    """The contents of several kits by id, in as many questions as for one."""
    filled = _fillings(session, kits, by, words)
    shown = {i for f in filled.values() for i in (*(p.id for p in f.placed), *f.excluded)}
    library = {c.id: c for c in assets.cards(session, sorted(shown), by)}
    return {number: _contents(f, library) for number, f in filled.items()}


@dataclass(frozen=True)
class _Filled:
    """A kit's members for one reader, without their cards."""

    placed: Sequence[Placed]
    members: Sequence[Candidate]
    slots: Mapping[str, Slot]
    completeness: Completeness
    excluded: Sequence[int]
    brought: tuple[int, ...]
    beyond: int
    owner: str

    @cached_property
    def offered(self) -> tuple[Candidate, ...]:
        return tuple(c for c in self.members if c.offered)

    @cached_property
    def due(self) -> int:
        """How many want a look."""
        return sum(c.due or rules.is_stale(c, self.slots.get(c.kind)) for c in self.offered)

    @cached_property
    def newest(self) -> datetime | None:
        return max((c.since for c in self.offered if c.since), default=None)


ROWS_OF_KITS = (
    "toolkit",
    "toolkit_pin",
    "toolkit_brought",
    "asset",
    "version",
    "reader",
    "person",
    "setting",
)


def _fillings(
    session: Session, kits: Sequence[Toolkit], by: accounts.Actor, words: Words
) -> dict[int, _Filled]:
    """What is in these kits for this actor. Kept for all who may see the same of a kit's assets."""
    by_id = {kit.id or 0: kit for kit in kits}
    slots = {number: blueprint(kit, words) for number, kit in by_id.items()}
    if not by_id or not stamps.may_keep(session):
        return _fill(session, kits, by, slots) if by_id else {}
    open_to = _open_to(session, list(by_id), by)
    keys: dict[int, Hashable] = {
        n: ("kit", n, clock.today(), slots[n], open_to[n]) for n in by_id if n in open_to
    }
    return stamps.kept_many(
        session, ROWS_OF_KITS, keys, lambda ids: _fill(session, [by_id[i] for i in ids], by, slots)
    )


def _open_to(session: Session, ids: Sequence[int], by: accounts.Actor) -> dict[int, frozenset[int] | None]:
    """Per kit, which of its assets that are not open to everybody this actor may see; None for who may see all."""
    if by.is_admin:
        return dict.fromkeys(ids)
    guarded = stamps.kept_many(
        session, ROWS_OF_KITS, {i: ("guarded", i) for i in ids}, lambda missing: _guarded(session, missing)
    )
    tokens = by.tokens
    return {kit: frozenset(i for i in mine if _opens(mine[i], tokens)) for kit, mine in guarded.items()}


Locks = tuple[frozenset[str], frozenset[str] | None]
"""The tokens that open an asset, and those that open its draft; None where it is on offer."""


def _opens(locks: Locks, tokens: frozenset[str]) -> bool:
    asset, draft = locks
    return bool(asset & tokens) and (draft is None or bool(draft & tokens))


def _guarded(session: Session, ids: list[int]) -> dict[int, dict[int, Locks]]:
    """Per kit, its assets that are not open to everybody, with what opens them."""
    belonging = _belonging(session, ids)
    named = {i for mine in belonging.values() for i in mine.named}
    locks = assets.locks(session, sorted(named))
    return {kit: {i: locks[i] for i in sorted(mine.named) if i in locks} for kit, mine in belonging.items()}


def _fill(
    session: Session, kits: Sequence[Toolkit], by: accounts.Actor, slots: Mapping[int, Sequence[Slot]]
) -> dict[int, _Filled]:
    belonging = _belonging(session, [k.id or 0 for k in kits])
    named = {i for mine in belonging.values() for i in mine.named}
    shelf = sorted(assets.shelf(session, sorted(named), by), key=_newest, reverse=True)
    shelved = {s.id: s for s in shelf}
    order = {number: place for place, number in enumerate(shelved)}
    candidate = cache(partial(_candidate, clock.today()))
    return {
        kit.id or 0: _filled(kit, belonging[kit.id or 0], shelved, order, candidate, slots[kit.id or 0])
        for kit in kits
    }


@dataclass(frozen=True)
class _Belonging:
    """What stands in the rows of a kit: its owner's name, its pins in order, what each rule brings."""

    owner: str
    pins: Sequence[int]
    excluded: Sequence[int]
    brought: Mapping[int, Sequence[int]]

    @property
    def named(self) -> set[int]:
        return {*self.pins, *self.excluded, *(i for found in self.brought.values() for i in found)}


def _belonging(session: Session, ids: Sequence[int]) -> dict[int, _Belonging]:
    """One question, however many kits."""
    owner = select(accounts.Person.name).where(accounts.Person.id == Toolkit.owner_id)
    pins = select(json_rows(ToolkitPin.position, ToolkitPin.asset_id, ToolkitPin.excluded)).where(
        ToolkitPin.toolkit_id == Toolkit.id
    )
    brought = select(json_rows(ToolkitBrought.rule, ToolkitBrought.asset_id)).where(
        ToolkitBrought.toolkit_id == Toolkit.id
    )
    query = select_columns(
        col(Toolkit.id), *(part.scalar_subquery() for part in (owner, pins, brought))
    ).where(col(Toolkit.id).in_(ids))
    return {kit: _belongs(*row) for kit, *row in session.execute(query)}


def _belongs(
    owner: str | None, pins: list[tuple[int, int, bool]] | None, brought: list[tuple[int, int]] | None
) -> _Belonging:
    placed = sorted(pins or ())
    by_rule: dict[int, list[int]] = {}
    for rule, asset in brought or ():
        by_rule.setdefault(rule, []).append(asset)
    return _Belonging(
        owner or "",
        [asset for _position, asset, out in placed if not out],
        [asset for _position, asset, out in placed if out],
        by_rule,
    )


def _pins(session: Session, ids: Sequence[int]) -> dict[int, list[ToolkitPin]]:
    found: dict[int, list[ToolkitPin]] = {}
    query = select(ToolkitPin).where(col(ToolkitPin.toolkit_id).in_(ids))
    for pin in session.exec(query.order_by(col(ToolkitPin.position), col(ToolkitPin.asset_id))):
        found.setdefault(pin.toolkit_id, []).append(pin)
    return found


def _newest(found: assets.Shelved) -> tuple[datetime, int]:
    return found.on_offer_at or found.updated_at, found.id


def _candidate(today: date, found: assets.Shelved) -> Candidate:
    latest = max((t for t in (found.on_offer_at, found.reviewed_at) if t is not None), default=None)
    return Candidate(
        found.id,
        found.kind,
        offered=found.offered,
        age=rules.age(today, clock.today(latest)) if latest else None,
        overdue=found.freshness == "stale",
        due=found.freshness in {"due", "stale"},
        since=found.on_offer_at,
    )


def blueprint(kit: Toolkit, words: Words) -> tuple[Slot, ...]:
    """The slots this kit must hold: its tier's, and those of its product's type and of its industry with those above
    it.
    """
    tier, product = words.tiers.get(kit.tier), words.products.get(kit.product)
    kind = words.types.get(product.type) if product else None
    near = words.above("industry", kit.industry) if kit.industry else ()
    return rules.blueprint(
        tier.blueprint if tier else (),
        kind.adds if kind else (),
        [slot for key in near for slot in words.adds.get(key, ())],
    )


def _filled(
    kit: Toolkit,
    mine: _Belonging,
    shelved: Mapping[int, assets.Shelved],
    order: Mapping[int, int],
    candidate: Callable[[assets.Shelved], Candidate],
    slots: Sequence[Slot],
) -> _Filled:
    """`order` gives the place of each asset among all, newest first."""
    brought = []
    for number, rule in enumerate(kit.rules):
        found = [i for i in mine.brought.get(number, ()) if i in shelved and shelved[i].offered]
        brought.append([shelved[i] for i in rules.cut(rule, sorted(found, key=order.__getitem__))])
    placed = rules.members(shelved, pins=mine.pins, excluded=mine.excluded, brought=brought)
    every = {i for i in mine.pins if i in shelved} | {a.id for found in brought for a in found}
    members = [candidate(shelved[p.id]) for p in placed]
    return _Filled(
        placed,
        members,
        {s.kind: s for s in slots},
        rules.completeness(slots, members),
        mine.excluded,
        tuple(len(found) for found in brought),
        len(every - set(mine.excluded)) - len(placed),
        mine.owner,
    )


def _contents(filled: _Filled, library: Mapping[int, assets.Card]) -> Contents:
    return Contents(
        sections=_sections(filled, library),
        completeness=filled.completeness,
        excluded=tuple(library[i] for i in filled.excluded if i in library),
        brought=filled.brought,
        beyond=filled.beyond,
    )


def _sections(filled: _Filled, library: Mapping[int, assets.Card]) -> tuple[Section, ...]:
    by_kind: dict[str, list[Member]] = {}
    for place, candidate in zip(filled.placed, filled.members, strict=True):
        card = library.get(place.id)
        if card is not None:
            stale = candidate.offered and rules.is_stale(candidate, filled.slots.get(card.kind))
            by_kind.setdefault(card.kind, []).append(Member(card, place.rule, stale))
    return tuple(Section(kind, tuple(by_kind[kind])) for kind in taxonomy.KINDS if kind in by_kind)


def pins_of(session: Session, kit: Toolkit) -> list[ToolkitPin]:
    """Pins and exclusions of the kit, in order."""
    return _pins(session, [kit.id or 0]).get(kit.id or 0, [])


def carrying(session: Session, asset_id: int, by: accounts.Actor, words: Words) -> list[Toolkit]:
    """The visible kits, published or not, that hold this asset now."""
    pinned = select(ToolkitPin.toolkit_id).where(ToolkitPin.asset_id == asset_id)
    ruled = select(ToolkitBrought.toolkit_id).where(ToolkitBrought.asset_id == asset_id)
    query = select(Toolkit).where(visible(by), or_(col(Toolkit.id).in_(pinned), col(Toolkit.id).in_(ruled)))
    kits = sorted(session.exec(query).all(), key=title_of)
    filled = _fillings(session, kits, by, words)
    return [k for k in kits if any(p.id == asset_id for p in filled[k.id or 0].placed)]


def in_trash(session: Session, by: accounts.Actor) -> list[Toolkit]:
    """Kits in the trash that this actor may bring back."""
    if not by.may("toolkit.edit"):
        return []
    query = select(Toolkit).where(
        col(Toolkit.deleted_at).is_not(None), accounts.readable("toolkit", Toolkit.id, by)
    )
    return list(session.exec(query.order_by(col(Toolkit.deleted_at).desc()).limit(500)).all())
