"""Questions about toolkits. Whatever is given out here, counts included, is worked out of what this actor may read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from hub import accounts, assets, taxonomy
from hub.base import clock
from hub.base.errors import NotFound
from hub.base.i18n import _, current
from hub.taxonomy import Words
from hub.toolkits import rules
from hub.toolkits.models import Toolkit, ToolkitBrought, ToolkitPin
from hub.toolkits.rules import Candidate, Completeness, Placed, Slot

BODY = ("product_intro", "solution", "case_study", "faq")
Brought = Mapping[int, Mapping[int, frozenset[int]]]  # per kit and rule, the assets that the rule brings


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


def title_of(kit: Toolkit) -> str:
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
    query = select(Toolkit).where(visible(by))
    for column, value in ((Toolkit.product, product), (Toolkit.tier, tier), (Toolkit.state, state)):
        if value:
            query = query.where(col(column) == value)
    if industry:
        query = query.where(col(Toolkit.industry).in_(sorted(words.below("industry", industry))))
    rows = list(session.exec(query.order_by(col(Toolkit.updated_at).desc(), col(Toolkit.id))).all())
    if sort == "new":
        return rows
    if sort == "title":
        return sorted(rows, key=title_of)
    near = {k for key in own for k in words.below("industry", key)}
    return sorted(rows, key=lambda kit: (kit.industry not in near, _place(words, kit)))


def _place(words: Words, kit: Toolkit) -> tuple[int, int, str]:
    product = words.products.get(kit.product)
    industry = words.by_facet["industry"].get(kit.industry or "")
    return (product.position if product else 999, industry.position if industry else -1, kit.slug)


def cards(session: Session, kits: Sequence[Toolkit], by: accounts.Actor, words: Words) -> list[Card]:
    """Cards of these kits, which this actor may see, in the given order."""
    names = accounts.names(session, [k.owner_id for k in kits])
    filled = _fillings(session, kits, by, words)
    return [_card(kit, filled[kit.id or 0], names) for kit in kits]


def cards_by_ids(session: Session, ids: Sequence[int], by: accounts.Actor, words: Words) -> list[Card]:
    """Cards in the given order, without those this actor may not see: what search asks for."""
    rows = session.exec(select(Toolkit).where(col(Toolkit.id).in_(list(ids)), visible(by))).all()
    made = {c.id: c for c in cards(session, list(rows), by, words)}
    return [made[i] for i in ids if i in made]


def completeness_of(
    session: Session, kits: Sequence[Toolkit], by: accounts.Actor, words: Words
) -> dict[int, Completeness]:
    """How complete these kits are for this actor, by id."""
    return {number: f.completeness for number, f in _fillings(session, kits, by, words).items()}


def _card(kit: Toolkit, filled: "_Filled", names: Mapping[int, str]) -> Card:
    offered = [c for c in filled.members if c.offered]
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
        owner=names.get(kit.owner_id or 0, ""),
        restricted=kit.restricted,
        count=len(offered),
        due=sum(c.due or rules.is_stale(c, filled.slots.get(c.kind)) for c in offered),
        percent=filled.completeness.percent,
        missing=filled.completeness.missing,
        newest=max((c.since for c in offered if c.since), default=None),
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


def _fillings(
    session: Session, kits: Sequence[Toolkit], by: accounts.Actor, words: Words
) -> dict[int, _Filled]:
    if not kits:
        return {}
    ids = [k.id or 0 for k in kits]
    pins, brought = _pins(session, ids), _brought(session, ids)
    named = {p.asset_id for mine in pins.values() for p in mine}
    named.update(i for by_rule in brought.values() for found in by_rule.values() for i in found)
    candidates = {c.id: c for c in _candidates(assets.shelf(session, sorted(named), by))}
    order = {number: place for place, number in enumerate(candidates)}
    adds = _industry_adds(session, kits, words)
    return {
        kit.id or 0: _filled(
            kit,
            pins.get(kit.id or 0, []),
            candidates,
            _in_order(brought.get(kit.id or 0, {}), order),
            blueprint(kit, words, adds),
        )
        for kit in kits
    }


def _in_order(by_rule: Mapping[int, frozenset[int]], order: Mapping[int, int]) -> dict[int, list[int]]:
    """Per rule, what of it stands in `order`, in that order."""
    return {n: sorted(found & order.keys(), key=order.__getitem__) for n, found in by_rule.items()}


def _pins(session: Session, ids: Sequence[int]) -> dict[int, list[ToolkitPin]]:
    found: dict[int, list[ToolkitPin]] = {}
    query = select(ToolkitPin).where(col(ToolkitPin.toolkit_id).in_(ids))
    for pin in session.exec(query.order_by(col(ToolkitPin.position), col(ToolkitPin.asset_id))):
        found.setdefault(pin.toolkit_id, []).append(pin)
    return found


def _brought(session: Session, ids: Sequence[int]) -> Brought:
    rows = session.exec(
        select(ToolkitBrought.toolkit_id, ToolkitBrought.rule, ToolkitBrought.asset_id).where(
            col(ToolkitBrought.toolkit_id).in_(ids)
        )
    ).all()
    found: dict[int, dict[int, set[int]]] = {}
    for kit, rule, asset in rows:
        found.setdefault(kit, {}).setdefault(rule, set()).add(asset)
    return {kit: {rule: frozenset(a) for rule, a in by_rule.items()} for kit, by_rule in found.items()}


def _candidates(shelf: Iterable[assets.Shelved]) -> list[Candidate]:
    """Newest first."""
    today = clock.today()
    ordered = sorted(shelf, key=lambda s: (s.on_offer_at or s.updated_at, s.id), reverse=True)
    return [_candidate(s, today) for s in ordered]


def _candidate(found: assets.Shelved, today: date) -> Candidate:
    days = [clock.today(t) for t in (found.on_offer_at, found.reviewed_at) if t is not None]
    return Candidate(
        found.id,
        found.kind,
        offered=found.offered,
        age=rules.age(today, *days),
        overdue=found.freshness == "stale",
        due=found.freshness in {"due", "stale"},
        since=found.on_offer_at,
    )


def _industry_adds(
    session: Session, kits: Iterable[Toolkit], words: Words
) -> dict[str, list[dict[str, object]]]:
    """Per industry, the slots that it and the industries above it add."""
    wanted = {k.industry for k in kits if k.industry}
    chains = {key: words.above("industry", key) for key in wanted}
    every = {k for chain in chains.values() for k in chain}
    rows = session.exec(
        select(taxonomy.Term).where(taxonomy.Term.facet == "industry", col(taxonomy.Term.key).in_(every))
    )
    adds = {t.key: t.adds for t in rows}
    return {key: [slot for k in chain for slot in adds.get(k, [])] for key, chain in chains.items()}


def blueprint(
    kit: Toolkit, words: Words, adds: Mapping[str, Sequence[Mapping[str, object]]]
) -> tuple[Slot, ...]:
    """The slots this kit must hold: its tier's, and those of its product's type and its industry (`adds`)."""
    tier, product = words.tiers.get(kit.tier), words.products.get(kit.product)
    kind = words.types.get(product.type) if product else None
    return rules.blueprint(
        tier.blueprint if tier else (), kind.adds if kind else (), adds.get(kit.industry or "", ())
    )


def _filled(
    kit: Toolkit,
    pins: Sequence[ToolkitPin],
    candidates: Mapping[int, Candidate],
    by_rule: Mapping[int, Sequence[int]],
    slots: Sequence[Slot],
) -> _Filled:
    brought = [
        rules.cut(rule, [candidates[i] for i in by_rule.get(number, ()) if candidates[i].offered])
        for number, rule in enumerate(kit.rules)
    ]
    out = [p.asset_id for p in pins if p.excluded]
    placed = rules.members(
        candidates, pins=[p.asset_id for p in pins if not p.excluded], excluded=out, brought=brought
    )
    members = [candidates[p.id] for p in placed]
    return _Filled(
        placed,
        members,
        {s.kind: s for s in slots},
        rules.completeness(slots, members),
        out,
        tuple(len(found) for found in brought),
    )


def _contents(filled: _Filled, library: Mapping[int, assets.Card]) -> Contents:
    return Contents(
        sections=_sections(filled, library),
        completeness=filled.completeness,
        excluded=tuple(library[i] for i in filled.excluded if i in library),
        brought=filled.brought,
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
