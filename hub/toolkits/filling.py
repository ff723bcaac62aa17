"""What is in a kit for whoever reads it: its members, worked out of pins and rules, and how complete that is.

A *filling* is a kit's members without their cards, kept for all who may see the same of its assets.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property, partial

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from hub import accounts, assets, taxonomy
from hub.base import clock, stamps
from hub.base.db import json_rows
from hub.taxonomy import Words
from hub.toolkits import rules
from hub.toolkits.models import Toolkit, ToolkitBrought, ToolkitPin
from hub.toolkits.rules import Candidate, Completeness, Placed, Slot


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


def contents(session: Session, kit: Toolkit, by: accounts.Actor, words: Words) -> Contents:
    """What is in the kit for this actor, who may see the kit."""
    return contents_of(session, [kit], by, words)[kit.id or 0]


def contents_of(
    session: Session, kits: Sequence[Toolkit], by: accounts.Actor, words: Words
) -> dict[int, Contents]:
    """The contents of several kits by id, in as many questions as for one."""
    filled = fillings(session, kits, by, words)
    shown = {i for f in filled.values() for i in (*(p.id for p in f.placed), *f.excluded)}
    library = {c.id: c for c in assets.cards(session, sorted(shown), by)}
    return {number: _contents(f, library) for number, f in filled.items()}


@dataclass(frozen=True)
class Filled:
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


def fillings(
    session: Session, kits: Sequence[Toolkit], by: accounts.Actor, words: Words
) -> dict[int, Filled]:
    """What is in these kits for this actor. Kept for all who may see the same of a kit's assets."""
    by_id = {kit.id or 0: kit for kit in kits}
    slots = {number: blueprint(kit, words) for number, kit in by_id.items()}
    if not by_id or not stamps.may_keep(session):
        return _fill(session, kits, by, slots) if by_id else {}
    open_to = sights(session, list(by_id), by)
    keys: dict[int, Hashable] = {
        n: ("kit", n, clock.today(), slots[n], open_to[n]) for n in by_id if n in open_to
    }
    return stamps.kept_many(
        session, ROWS_OF_KITS, keys, lambda ids: _fill(session, [by_id[i] for i in ids], by, slots)
    )


def sights(session: Session, ids: Sequence[int], by: accounts.Actor) -> dict[int, frozenset[int] | None]:
    """Per kit, which of its assets that are not open to everybody this actor may see; None for who may see all. Who may
    see a kit and has the same sight of it finds the same in it.
    """
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
) -> dict[int, Filled]:
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
    """One question at most, however many kits: it is kept, as who may see what of a kit and what is in it both ask."""
    keys: dict[int, Hashable] = {i: ("belonging", i) for i in ids}
    return stamps.kept_many(session, ROWS_OF_KITS, keys, lambda missing: _read_belonging(session, missing))


def _read_belonging(session: Session, ids: Sequence[int]) -> dict[int, _Belonging]:
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
) -> Filled:
    """`order` gives the place of each asset among all, newest first."""
    brought = []
    for number, rule in enumerate(kit.rules):
        found = [i for i in mine.brought.get(number, ()) if i in shelved and shelved[i].offered]
        brought.append([shelved[i] for i in rules.cut(rule, sorted(found, key=order.__getitem__))])
    placed = rules.members(shelved, pins=mine.pins, excluded=mine.excluded, brought=brought)
    every = {i for i in mine.pins if i in shelved} | {a.id for found in brought for a in found}
    members = [candidate(shelved[p.id]) for p in placed]
    return Filled(
        placed,
        members,
        {s.kind: s for s in slots},
        rules.completeness(slots, members),
        mine.excluded,
        tuple(len(found) for found in brought),
        len(every - set(mine.excluded)) - len(placed),
        mine.owner,
    )


def _contents(filled: Filled, library: Mapping[int, assets.Card]) -> Contents:
    return Contents(
        sections=_sections(filled, library),
        completeness=filled.completeness,
        excluded=tuple(library[i] for i in filled.excluded if i in library),
        brought=filled.brought,
        beyond=filled.beyond,
    )


def _sections(filled: Filled, library: Mapping[int, assets.Card]) -> tuple[Section, ...]:
    by_kind: dict[str, list[Member]] = {}
    for place, candidate in zip(filled.placed, filled.members, strict=True):
        card = library.get(place.id)
        if card is not None:
            stale = candidate.offered and rules.is_stale(candidate, filled.slots.get(card.kind))
            by_kind.setdefault(card.kind, []).append(Member(card, place.rule, stale))
    return tuple(Section(kind, tuple(by_kind[kind])) for kind in taxonomy.KINDS if kind in by_kind)
