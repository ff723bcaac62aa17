"""Questions about proposals. One that this actor may not read is not there for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from hub import accounts
from hub.base import clock
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.ventures import rules
from hub.ventures.models import (
    Venture,
    VentureApproval,
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
class Due:
    """A next step that is due or will be soon, for the front page of whoever is to take it."""

    step_id: int
    venture_id: int
    title: str
    next_step: str
    due_on: date
    late: bool


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
