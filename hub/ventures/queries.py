"""Questions about proposals. One that this actor may not read is not there for them.

A deal that stands on a confidential customer is for those only who may know of that customer: for others it is not
there, and it counts in nothing they see.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from hub import accounts, customers
from hub.base import clock
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.ventures import rules
from hub.ventures.models import (
    Venture,
    VentureApproval,
    VentureDeal,
    VentureDeck,
    VentureParty,
    VenturePicture,
    VentureStep,
)

THING = "venture"


@dataclass(frozen=True)
class Row:
    """A proposal as lists show it. `total` is the base scenario; `signed` of `parties` have approved as it stands."""

    id: int
    title: str
    with_whom: str
    product: str | None
    state: str
    outcome: str
    owner: str
    owner_id: int | None
    currency: str
    total: Decimal
    parties: int
    signed: int
    next_step: str
    due_on: date | None
    restricted: bool
    updated_at: datetime
    edition: int


@dataclass(frozen=True)
class Party:
    """A party with who signs for it, and what it said to the present revision (None: nothing yet)."""

    id: int
    name: str
    kind: str
    share: Decimal | None
    why: str
    approver_id: int | None
    signs: str
    verdict: str | None
    said_at: datetime | None
    note: str


@dataclass(frozen=True)
class Said:
    """One line of the history of approvals."""

    party: str
    revision: int
    verdict: str
    signer: str
    recorder: str
    note: str
    at: datetime
    void_at: datetime | None
    void_why: str


@dataclass(frozen=True)
class Deal:
    """An opportunity or a won bid, typed or linked; what is linked says what the opportunity says now."""

    id: int
    role: str
    opportunity_id: int | None
    customer: str
    title: str
    amount: Decimal | None
    currency: str
    day: date | None
    source: str


@dataclass(frozen=True)
class Step:
    """A talk and its next step."""

    id: int
    held_on: date
    whom: str
    outcome: str
    note: str
    next_step: str
    owner_id: int | None
    owner: str
    due_on: date
    done_at: datetime | None


@dataclass(frozen=True)
class Due:
    """A next step that is due or will be soon, for the front page of whoever is to take it."""

    step_id: int
    venture_id: int
    title: str
    next_step: str
    due_on: date
    late: bool


@dataclass(frozen=True)
class Whole:
    """A proposal with all its sections, as this actor sees it."""

    venture: Venture
    owner: str
    segments: tuple[rules.Segment, ...]
    totals: tuple[Decimal, Decimal, Decimal]
    bids: tuple[Deal, ...]
    deals: tuple[Deal, ...]
    evidence: rules.Evidence
    parties: tuple[Party, ...]
    history: tuple[Said, ...]
    steps: tuple[Step, ...]
    pictures: tuple[VenturePicture, ...]
    lacks: tuple[rules.Lack, ...]
    percent: int
    deck: VentureDeck | None


def visible(by: accounts.Actor) -> ColumnElement[bool]:
    """An SQL condition on Venture: not thrown away, and open to this actor."""
    here: ColumnElement[bool] = col(Venture.deleted_at).is_(None)
    return here & accounts.readable(THING, Venture.id, by)


def get(session: Session, venture_id: int, by: accounts.Actor) -> Venture:
    found = session.exec(select(Venture).where(Venture.id == venture_id, visible(by))).first()
    if found is None:
        raise NotFound(_("没有这个跨部门方案，或您没有权限看它。"))
    return found


def may_edit(venture: Venture, by: accounts.Actor) -> bool:
    """Its owner, product marketing and administrators."""
    return by.may("asset.edit_any") or (by.id is not None and venture.owner_id == by.id)


def find(
    session: Session, by: accounts.Actor, *, state: str = "", limit: int = 50, offset: int = 0
) -> tuple[list[Row], dict[str, int]]:
    """A page of the proposals this actor may read, the latest changed first, and how many there are in each state."""
    count = select(Venture.state, func.count()).where(visible(by)).group_by(col(Venture.state))
    counts = dict(session.exec(count).all())
    query = select(Venture).where(visible(by))
    if state:
        query = query.where(Venture.state == state)
    query = query.order_by(col(Venture.updated_at).desc(), col(Venture.id).desc())
    found = session.exec(query.limit(limit).offset(offset)).all()
    return rows(session, found), counts


def rows(session: Session, found: Sequence[Venture]) -> list[Row]:
    """Rows of these proposals, which the caller may see."""
    ids = [v.id or 0 for v in found]
    names = accounts.names(session, [v.owner_id for v in found])
    live = select(VentureParty).where(
        col(VentureParty.venture_id).in_(ids), col(VentureParty.removed_at).is_(None)
    )
    parties = session.exec(live).all() if ids else []
    current = _current(session, ids) if ids else {}
    steps = _next_steps(session, ids) if ids else {}
    made = []
    for v in found:
        own = [p.id or 0 for p in parties if p.venture_id == v.id]
        step = steps.get(v.id or 0)
        signed = sum(p in current and current[p].verdict == "approved" for p in own)
        made.append(
            Row(
                v.id or 0, v.title, v.with_whom, v.product, v.state, v.outcome, names.get(v.owner_id or 0, ""),
                v.owner_id, v.currency, rules.totals(rules.segments(v.segments))[1], len(own), signed,
                step.next_step if step else "", step.due_on if step else None, v.restricted, v.updated_at,
                v.edition,
            )
        )  # fmt: skip
    return made


def _current(session: Session, ids: Iterable[int]) -> dict[int, VentureApproval]:
    """Per party, the last word it said that is not void."""
    query = select(VentureApproval).where(
        col(VentureApproval.venture_id).in_(list(ids)), col(VentureApproval.void_at).is_(None)
    )
    return {a.party_id or 0: a for a in session.exec(query.order_by(col(VentureApproval.id)))}


def _next_steps(session: Session, ids: Iterable[int]) -> dict[int, VentureStep]:
    """Per proposal, the open step that is due first."""
    query = select(VentureStep).where(
        col(VentureStep.venture_id).in_(list(ids)), col(VentureStep.done_at).is_(None)
    )
    ordered = query.order_by(col(VentureStep.due_on).desc(), col(VentureStep.id).desc())
    return {s.venture_id: s for s in session.exec(ordered)}


def live_parties(session: Session, venture: Venture) -> list[VentureParty]:
    """The parties that take part, in order."""
    query = select(VentureParty).where(
        VentureParty.venture_id == venture.id, col(VentureParty.removed_at).is_(None)
    )
    return list(session.exec(query.order_by(col(VentureParty.position), col(VentureParty.id))))


def steps_of(session: Session, venture: Venture) -> list[VentureStep]:
    """Talks, the latest first."""
    query = select(VentureStep).where(VentureStep.venture_id == venture.id)
    return list(session.exec(query.order_by(col(VentureStep.held_on).desc(), col(VentureStep.id).desc())))


def pictures_of(session: Session, venture: Venture) -> list[VenturePicture]:
    query = select(VenturePicture).where(VenturePicture.venture_id == venture.id)
    return list(session.exec(query.order_by(col(VenturePicture.position), col(VenturePicture.id))))


def deck_of(session: Session, venture: Venture) -> VentureDeck | None:
    return session.get(VentureDeck, venture.id or 0)


def deals_of(session: Session, venture: Venture, by: accounts.Actor | None) -> list[Deal]:
    """Opportunities and won bids in order; what `by` may not know of is left out. None: what everybody may know."""
    query = select(VentureDeal).where(VentureDeal.venture_id == venture.id)
    kept = list(session.exec(query.order_by(col(VentureDeal.position), col(VentureDeal.id))))
    linked = _linked(session, [d.opportunity_id for d in kept if d.opportunity_id])
    hidden = _hidden(session, [c.id for _o, c in linked.values()], by)
    made = []
    for deal in kept:
        if deal.opportunity_id is None:
            made.append(_typed(deal))
        elif deal.opportunity_id in linked:
            opportunity, customer = linked[deal.opportunity_id]
            if customer.id not in hidden:
                made.append(_told(deal, opportunity, customer))
    return made


def _linked(
    session: Session, ids: Sequence[int]
) -> Mapping[int, tuple[customers.Opportunity, customers.Customer]]:
    deal, customer = customers.Opportunity, customers.Customer
    query = select(deal, customer).join(customer, col(customer.id) == col(deal.customer_id))
    found = session.exec(query.where(col(deal.id).in_(ids))).all() if ids else []
    return {o.id or 0: (o, c) for o, c in found}


def _hidden(session: Session, ids: Sequence[int | None], by: accounts.Actor | None) -> set[int | None]:
    """Those of these customers that the actor may not know of; for nobody in particular every confidential one."""
    if not ids:
        return set()
    query = select(customers.Customer.id).where(col(customers.Customer.id).in_(ids))
    if by is None:
        return set(session.exec(query.where(customers.Customer.confidential)))
    return set(session.exec(query.where(~accounts.readable("customer", customers.Customer.id, by))))


def _typed(deal: VentureDeal) -> Deal:
    return Deal(
        deal.id or 0, deal.role, None, deal.customer, deal.title, deal.amount, deal.currency, deal.day, deal.source
    )  # fmt: skip


def recorded() -> str:
    """The source of what is linked, when nobody wrote another."""
    return _("客户与商机里的记录")


def _told(deal: VentureDeal, opportunity: customers.Opportunity, customer: customers.Customer) -> Deal:
    source = deal.source or recorded()
    return Deal(
        deal.id or 0, deal.role, opportunity.id, customer.name, opportunity.title, opportunity.amount,
        opportunity.currency, opportunity.closes_on, source,
    )  # fmt: skip


def opportunities(
    session: Session, by: accounts.Actor, *, result: str
) -> list[tuple[customers.Opportunity, customers.Customer]]:
    """Opportunities with this result (won or open) of customers that everybody may know of, the latest first: what a
    proposal may link.
    """
    deal, customer = customers.Opportunity, customers.Customer
    query = (
        select(deal, customer)
        .join(customer, col(customer.id) == col(deal.customer_id))
        .where(deal.result == result, ~col(customer.confidential), col(customer.deleted_at).is_(None))
        .where(accounts.readable("customer", customer.id, by))
        .order_by(col(deal.closes_on).desc(), col(deal.id).desc())
    )
    return [(o, c) for o, c in session.exec(query.limit(200)).all()]


def whole(session: Session, venture: Venture, by: accounts.Actor | None) -> Whole:
    """Everything of a proposal the caller may see; `by` None leaves out what not everybody may know, for the deck."""
    found = deals_of(session, venture, by)
    steps, kept = steps_of(session, venture), live_parties(session, venture)
    pictures = pictures_of(session, venture)
    history = _history(session, venture)
    people = [venture.owner_id, *(s.owner_id for s in steps), *(p.approver_id for p in kept)]
    people += [i for a, _name in history for i in (a.by_id,)]
    names = accounts.names(session, people)
    segments = tuple(rules.segments(venture.segments))
    bids = tuple(d for d in found if d.role == "won")
    proof = rules.evidence(segments, [_bid(d) for d in bids], venture.currency)
    deals = tuple(d for d in found if d.role == "open")
    parties = tuple(_party(p, history, names) for p in kept)
    lacks = rules.lacks(
        words={n: getattr(venture, n) for n in ("background", "need", "gain", "cares")},
        market=segments, found=proof, parts=venture.parts, boundary=venture.boundary, pricing=venture.pricing,
        parties=[(p.name, p.share, bool(p.signs)) for p in parties], talks=len(steps), deals=len(deals),
        pictures=len(pictures),
    )  # fmt: skip
    return Whole(
        venture=venture,
        owner=names.get(venture.owner_id or 0, ""),
        segments=segments,
        totals=rules.totals(segments),
        bids=bids,
        deals=deals,
        evidence=proof,
        parties=parties,
        history=tuple(_said(a, name, names) for a, name in reversed(history)),
        steps=tuple(_step(s, names) for s in steps),
        pictures=tuple(pictures),
        lacks=tuple(lacks),
        percent=rules.percent(lacks),
        deck=deck_of(session, venture),
    )


def _bid(deal: Deal) -> rules.Bid:
    return rules.Bid(deal.customer, deal.amount or Decimal(0), deal.currency, deal.day, deal.source)


def _history(session: Session, venture: Venture) -> list[tuple[VentureApproval, str]]:
    """Everything that parties said, with the party's name, in order."""
    query = (
        select(VentureApproval, VentureParty.name)
        .join(VentureParty, col(VentureParty.id) == col(VentureApproval.party_id))
        .where(VentureApproval.venture_id == venture.id)
    )
    return [(a, n) for a, n in session.exec(query.order_by(col(VentureApproval.id)))]


def _party(
    party: VentureParty, history: Sequence[tuple[VentureApproval, str]], names: Mapping[int, str]
) -> Party:
    said = next(
        (a for a, _name in reversed(history) if a.party_id == party.id and a.void_at is None),
        None,
    )
    return Party(
        id=party.id or 0,
        name=party.name,
        kind=party.kind,
        share=party.share,
        why=party.why,
        approver_id=party.approver_id,
        signs=names.get(party.approver_id or 0, "") or party.signer,
        verdict=said.verdict if said else None,
        said_at=said.at if said else None,
        note=said.note if said else "",
    )


def _said(approval: VentureApproval, party: str, names: Mapping[int, str]) -> Said:
    return Said(
        party, approval.revision, approval.verdict, approval.signer, names.get(approval.by_id or 0, ""),
        approval.note, approval.at, approval.void_at, approval.void_why,
    )  # fmt: skip


def _step(step: VentureStep, names: Mapping[int, str]) -> Step:
    same: dict[str, Any] = {
        n: getattr(step, n)
        for n in ("held_on", "whom", "outcome", "note", "next_step", "owner_id", "due_on", "done_at")
    }
    return Step(id=step.id or 0, owner=names.get(step.owner_id or 0, ""), **same)


def in_trash(session: Session, by: accounts.Actor) -> list[Venture]:
    """Proposals in the trash that this actor may bring back, the latest first."""
    query = select(Venture).where(
        col(Venture.deleted_at).is_not(None), accounts.readable(THING, Venture.id, by)
    )
    if not by.may("asset.edit_any"):
        query = query.where(Venture.owner_id == by.id)
    return list(session.exec(query.order_by(col(Venture.deleted_at).desc()).limit(500)))


def due_wait(by: accounts.Actor, *, at: datetime | None = None) -> ColumnElement[bool]:
    """Whether a next step of this person is due, as part of a question; see `base.db.together`."""
    found: ColumnElement[bool] = _due(by, clock.today(at)).exists()
    return found


def due(session: Session, by: accounts.Actor, *, at: datetime | None = None) -> list[Due]:
    """The next steps of this person that are due today or overdue, the longest waiting first."""
    today = clock.today(at)
    found = session.exec(_due(by, today).order_by(col(VentureStep.due_on), col(VentureStep.id)).limit(20))
    return [Due(s.id or 0, v.id or 0, v.title, s.next_step, s.due_on, s.due_on < today) for s, v in found]


def _due(by: accounts.Actor, today: date) -> Any:
    return (
        select(VentureStep, Venture)
        .join(Venture, col(Venture.id) == col(VentureStep.venture_id))
        .where(VentureStep.owner_id == by.id, col(VentureStep.done_at).is_(None), VentureStep.due_on <= today)
        .where(col(Venture.deleted_at).is_(None), Venture.state != "ended")
    )


def to_sign_wait(by: accounts.Actor) -> ColumnElement[bool]:
    """Whether a proposal waits for this person's word, as part of a question."""
    found: ColumnElement[bool] = _to_sign(by).exists()
    return found


def to_sign(session: Session, by: accounts.Actor) -> list[Venture]:
    """The proposals that wait for this person's word."""
    return list(session.exec(_to_sign(by).order_by(col(Venture.updated_at)).limit(20)))


def _to_sign(by: accounts.Actor) -> Any:
    said = select(VentureApproval.id).where(
        col(VentureApproval.party_id) == col(VentureParty.id), col(VentureApproval.void_at).is_(None)
    )
    mine = select(VentureParty.id).where(
        col(VentureParty.venture_id) == col(Venture.id),
        col(VentureParty.removed_at).is_(None),
        VentureParty.approver_id == by.id,
        ~said.exists(),
    )
    return select(Venture).where(
        Venture.state == "with_parties", col(Venture.deleted_at).is_(None), mine.exists()
    )


def picture(session: Session, venture: Venture, picture_id: int) -> VenturePicture:
    """One of its pictures; NotFound for any other."""
    found = next((p for p in pictures_of(session, venture) if p.id == picture_id), None)
    if found is None:
        raise NotFound(_("没有这张图。"))
    return found


def blob_for(session: Session, venture: Venture, sha: str) -> bool:
    """Whether a picture of this proposal or a page of its deck is this blob."""
    deck = deck_of(session, venture)
    return (deck is not None and sha in deck.pictures) or any(
        p.blob_sha == sha for p in pictures_of(session, venture)
    )
