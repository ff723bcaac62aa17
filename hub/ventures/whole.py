"""A proposal with all its sections, as somebody sees it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts
from hub.ventures import queries, rules
from hub.ventures.deals import Deal, deals_of
from hub.ventures.models import (
    Venture,
    VentureApproval,
    VentureDeck,
    VentureParty,
    VenturePicture,
    VentureStep,
)


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


def whole(session: Session, venture: Venture, by: accounts.Actor | None) -> Whole:
    """Everything of a proposal the caller may see; `by` None leaves out what not everybody may know, for the deck."""
    found = deals_of(session, venture, by)
    steps, kept = queries.steps_of(session, venture), queries.live_parties(session, venture)
    pictures = queries.pictures_of(session, venture)
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
        deck=queries.deck_of(session, venture),
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
