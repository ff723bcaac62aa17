"""The parts of one requirement's page, each as its reader may know it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sqlmodel import Session, col, select

from hub import accounts, assets, customers
from hub.requirements import ledger, queries, rules, scoring
from hub.requirements.models import (
    FACTORS,
    RELATED,
    Material,
    Obligation,
    Request,
    RequestLink,
    Requirement,
    RiceInput,
    Step,
)


@dataclass(frozen=True)
class Quote:
    """One request in the customer's words."""

    id: int
    text: str
    customer: str
    contact: str
    desired: str
    revenue: Decimal | None
    currency: str
    urgency: str
    needed_by: date | None
    by: str
    owner: str
    at: datetime
    part: str
    answer: str = ""  # the line of the launch text that answers it


@dataclass(frozen=True)
class Factor:
    """One RICE factor as it stands; `value` is None while nobody has said it. `before` are older ones, newest first."""

    name: str
    value: Decimal | None
    unit: str
    by: str
    at: datetime | None
    reason: str
    may_set: bool
    before: tuple[tuple[Decimal, str, str, datetime, str], ...] = ()  # value, unit, by, at, reason
    parts: Mapping[str, str] = field(default_factory=dict)  # of effort, in days


@dataclass(frozen=True)
class Item:
    """An attached asset; `closed_to` is how many of those who asked may not open it."""

    material_id: int
    card: assets.Card
    outdated: bool
    closed_to: int
    needs: str = ""  # what is to be updated
    may_look: bool = False  # this reader may say that it is still valid

    @property
    def over(self) -> bool:
        """What was on offer has expired or was withdrawn."""
        return self.card.state in {"expired", "withdrawn"}


@dataclass(frozen=True)
class Slot:
    """A role of the launch: how it stands (see rules.filling), what fills it, and who was asked to bring it."""

    role: str
    required: bool
    filling: str
    items: tuple[Item, ...]
    owner_id: int | None
    owner: str
    due_on: date | None
    note: str


@dataclass(frozen=True)
class Cell:
    """One milestone of one request in the ledger."""

    id: int
    milestone: str
    state: str
    how: str
    since: datetime
    done_at: datetime | None
    may_tell: bool
    teller: str = ""  # who tells this customer, where that is not the owner of the request


@dataclass(frozen=True)
class Line:
    """The ledger of one request."""

    customer: str
    owner: str
    quote: str
    request_id: int
    cells: dict[str, Cell]


@dataclass(frozen=True)
class View:
    """Everything a requirement's page shows this reader."""

    requirement: Requirement
    manager: str
    expert: str
    steps: tuple[tuple[Step, str], ...]
    quotes: tuple[Quote, ...]
    demand: queries.Demand
    reach_of_requests: int  # customers the visible requests speak of
    factors: tuple[Factor, ...]
    rank: int | None
    slots: tuple[Slot, ...]
    related: tuple[Item, ...]
    ledger: tuple[Line, ...]
    milestones: tuple[str, ...]
    may_manage: bool
    may_attach: bool
    names: dict[int, str]  # of everybody on the page

    @property
    def filled(self) -> tuple[int, int]:
        """How many of the required slots are right, and how many there are."""
        required = [s for s in self.slots if s.required]
        return sum(s.filling == "have" for s in required), len(required)

    @property
    def open_duties(self) -> int:
        return sum(c.state == "open" for line in self.ledger for c in line.cells.values())


def view(session: Session, requirement: Requirement, by: accounts.Actor) -> View:
    """The page of a requirement this actor may read."""
    number = requirement.id or 0
    requests, answers = requests_behind(session, number, by)
    steps = session.exec(
        select(Step).where(Step.requirement_id == number).order_by(col(Step.at), col(Step.id))
    ).all()
    said = queries.inputs(session, number)
    attached = queries.material(session, [number])
    names = accounts.names(session, _everybody(requirement, requests, steps, said, attached))
    known = customers.names(session, [r.customer_id for r, _part in requests])
    owns = by.id is not None and any(r.owner_id == by.id for r, _part in requests)
    items = _items(session, requirement, attached, requests, by)
    lines, milestones = _ledger(session, number, requests, known, names, by)
    return View(
        requirement=requirement,
        manager=names.get(requirement.manager_id or 0, ""),
        expert=names.get(requirement.expert_id or 0, ""),
        steps=tuple((s, names.get(s.by_id or 0, "")) for s in steps),
        quotes=tuple(quote_of(r, part, known, names, answers.get(r.id or 0, "")) for r, part in requests),
        demand=_demand([r for r, _part in requests]),
        reach_of_requests=_reach([r for r, _part in requests]),
        factors=tuple(
            factor_of(f, said.get(f, []), names, may=_may_set(requirement, f, by, owns=owns)) for f in FACTORS
        ),
        rank=queries.rank(session, requirement, by),
        slots=tuple(_slots(requirement, attached, items, names)),
        related=tuple(items[m.id] for m in attached if m.role == RELATED and m.id in items),
        ledger=lines,
        milestones=milestones,
        may_manage=by.may("requirement.manage"),
        may_attach=by.may("requirement.attach") and requirement.merged_into_id is None,
        names=names,
    )


def requests_behind(
    session: Session, number: int, by: accounts.Actor
) -> tuple[list[tuple[Request, str]], dict[int, str]]:
    """The requests behind it that this reader may know of, each once, with the part that is covered; and per request
    the line of the launch text that answers it.
    """
    linked = (
        select(Request, RequestLink.part, RequestLink.answer)
        .join(RequestLink, col(RequestLink.request_id) == col(Request.id))
        .where(RequestLink.requirement_id == number, col(RequestLink.ended_at).is_(None))
        .where(queries.request_visible(by))
        .order_by(col(Request.created_at), col(Request.id))
    )
    found = session.exec(linked).all()
    once = {r.id or 0: (r, part) for r, part, _answer in found}
    return list(once.values()), {r.id or 0: answer for r, _part, answer in found}


def _demand(requests: Sequence[Request]) -> queries.Demand:
    """What `queries.demand` says of these, which are read already."""
    revenue: dict[str, Decimal] = {}
    for r in requests:
        if r.revenue is not None:
            revenue[r.currency] = revenue.get(r.currency, Decimal(0)) + r.revenue
    who = {r.customer_id for r in requests if r.customer_id is not None}
    return queries.Demand(len(requests), len(who), revenue)


def _reach(requests: Sequence[Request]) -> int:
    """Customers the requests speak of; one customer who asked several times counts once, by their largest number."""
    most: dict[object, int] = {}
    for r in requests:
        who = ("customer", r.customer_id) if r.customer_id else ("request", r.id)
        most[who] = max(most.get(who, 0), r.customers or 1)
    return sum(most.values())


def _everybody(
    requirement: Requirement,
    requests: Sequence[tuple[Request, str]],
    steps: Sequence[Step],
    said: dict[str, list[RiceInput]],
    attached: Sequence[Material],
) -> set[int | None]:
    people = {requirement.manager_id, requirement.expert_id, *(s.by_id for s in steps)}
    people |= {i for r, _part in requests for i in (r.owner_id, r.submitter_id)}
    people |= {i.by_id for rows in said.values() for i in rows} | {m.owner_id for m in attached}
    return people


def quote_of(
    request: Request,
    part: str,
    known: dict[int, str],
    names: dict[int, str],
    answer: str,
) -> Quote:
    return Quote(
        id=request.id or 0,
        text=request.quote,
        customer=known.get(request.customer_id or 0, ""),
        contact=request.contact,
        desired=request.desired,
        revenue=request.revenue,
        currency=request.currency,
        urgency=request.urgency,
        needed_by=request.needed_by,
        by=names.get(request.submitter_id or 0, ""),
        owner=names.get(request.owner_id or 0, ""),
        at=request.created_at,
        part=part,
        answer=answer,
    )


def factor_of(name: str, said: list[RiceInput], names: dict[int, str], *, may: bool) -> Factor:
    """One factor as it stands, from what was `said` of it, newest first."""
    if not said:
        return Factor(name, None, rules.UNITS[name], "", None, "", may)
    newest, *before = said
    older = tuple((b.value, b.unit, names.get(b.by_id or 0, ""), b.at, b.reason) for b in before)
    author = names.get(newest.by_id or 0, "")
    parts = dict(newest.parts)
    return Factor(name, newest.value, newest.unit, author, newest.at, newest.reason, may, older, parts)


def _may_set(requirement: Requirement, name: str, by: accounts.Actor, *, owns: bool) -> bool:
    open_to_change = requirement.state not in rules.SCORED_NO_MORE and requirement.merged_into_id is None
    return open_to_change and scoring.settles(name, by, owns=owns)


def _items(
    session: Session,
    requirement: Requirement,
    attached: Sequence[Material],
    requests: Sequence[tuple[Request, str]],
    by: accounts.Actor,
) -> dict[int, Item]:
    """Per attached asset this reader may open, how it stands."""
    ids = [m.asset_id for m in attached if m.asset_id is not None]
    cards = {c.id: c for c in assets.cards(session, ids, by)}
    opens = accounts.readers(session, "offer", cards)
    asking_people = accounts.actors(session, [i for r, _p in requests for i in (r.owner_id, r.submitter_id)])
    found = {}
    for m in attached:
        card = cards.get(m.asset_id or 0)
        if card is not None:
            tokens = opens.get(card.id, frozenset())
            closed = sum(not (tokens & a.tokens) for a in asking_people.values())
            outdated = (m.verified_revision or requirement.revision) < requirement.revision
            own = by.id is not None and by.id in {card.owner_id, m.owner_id}
            may_look = requirement.merged_into_id is None and (by.may("requirement.attach") or own)
            found[m.id or 0] = Item(m.id or 0, card, outdated, closed, m.needs, may_look)
    return found


def _offer(role: str, item: Item) -> rules.Offer:
    stale = item.outdated or bool(item.needs)
    return rules.Offer(role, item.card.state, item.card.freshness == "stale", stale)


def _slots(
    requirement: Requirement, attached: Sequence[Material], items: dict[int, Item], names: dict[int, str]
) -> list[Slot]:
    """The slots of its level, then roles beyond them that somebody has brought material for. One that was merged into
    another asks for nothing: it has what was brought to it.
    """
    required = rules.SLOTS.get(requirement.level, ()) if requirement.merged_into_id is None else ()
    brought = [m for m in attached if m.asset_id is not None or requirement.merged_into_id is None]
    extra = [m.role for m in brought if m.role not in required and m.role != RELATED]
    return [
        _slot(role, [m for m in attached if m.role == role], items, names, required=role in required)
        for role in dict.fromkeys((*required, *extra))
    ]


def _slot(
    role: str, attached: list[Material], items: dict[int, Item], names: dict[int, str], *, required: bool
) -> Slot:
    mine = tuple(items[m.id] for m in attached if m.id in items)
    asked = next((m for m in attached if m.asset_id is None), None)
    return Slot(
        role=role,
        required=required,
        filling=rules.filling(_offer(role, i) for i in mine),
        items=mine,
        owner_id=asked.owner_id if asked else None,
        owner=names.get(asked.owner_id or 0, "") if asked else "",
        due_on=asked.due_on if asked else None,
        note=asked.note if asked else "",
    )


def _ledger(
    session: Session,
    number: int,
    requests: Sequence[tuple[Request, str]],
    known: dict[int, str],
    names: dict[int, str],
    by: accounts.Actor,
) -> tuple[tuple[Line, ...], tuple[str, ...]]:
    """Per visible request what was to be told and whether it was; and the milestones there are, in order."""
    query = select(Obligation).where(Obligation.requirement_id == number)
    owed = session.exec(query.order_by(col(Obligation.id))).all()
    owners = {r.id: r.owner_id for r, _part in requests}
    handed = {o.id: o.owner_id for o in owed if owners.get(o.request_id, o.owner_id) != o.owner_id}
    tellers = accounts.names(session, handed.values())
    cells: dict[int, dict[str, Cell]] = {}
    for o in owed:
        cells.setdefault(o.request_id, {})[o.milestone] = Cell(
            o.id or 0,
            o.milestone,
            o.state,
            o.how,
            o.created_at,
            o.done_at,
            ledger.may_tell(o, by),
            tellers.get(handed.get(o.id) or 0, ""),
        )
    lines = []
    for r, _part in requests:
        owner = names.get(r.owner_id or 0, "")
        if r.id in cells:
            lines.append(Line(known.get(r.customer_id or 0, ""), owner, r.quote, r.id, cells[r.id]))
    reached = {m for line in lines for m in line.cells}
    return tuple(lines), tuple(m for m in rules.MILESTONES if m in reached)
