"""Telling: the people who asked hear what became of it, and each of their customers becomes an obligation until told.

Who is told is worked out when it is told. A person who may not read the requirement hears of their own request only,
in their customer's words; nothing of the requirement's title leaks.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from hub import accounts, activity, assets, customers, notices
from hub.base import clock
from hub.base.errors import HubError, NotAllowed, NotFound
from hub.base.i18n import _
from hub.requirements import queries, rules
from hub.requirements.models import Material, Obligation, Request, Requirement, Step

ENDS = ("told", "gone", "not_asked")  # how a person may close an obligation
SHORT = 40


def tell_requesters(
    session: Session, requirement_id: int, *, step_id: int | None = None, at: datetime | None = None
) -> int:
    """Tell everybody who asked of the state the requirement is in, once; returns how many had not heard. With
    `step_id` only while that step is still the newest.
    """
    requirement = session.get(Requirement, requirement_id)
    if requirement is None or requirement.deleted_at is not None:
        return 0
    state = requirement.state
    if state not in {*rules.DECIDED, *rules.OUT} or not _still_newest(session, requirement, step_id):
        return 0
    requests = queries.linked_requests(session, requirement_id)
    people = accounts.actors(session, [i for r in requests for i in (r.owner_id, r.submitter_id)])
    if state in rules.MILESTONES:
        _oblige(session, requirement, requests, people, at or clock.now())
    event = f"requirement:{requirement_id}:{state}" + (f":{step_id}" if step_id else "")
    return tell_people(session, requirement, requests, people, event=event, key=f"requirement_{state}")


def _still_newest(session: Session, requirement: Requirement, step_id: int | None) -> bool:
    if step_id is None:
        return True
    newest = select(Step.id).where(Step.requirement_id == requirement.id)
    return session.exec(newest.order_by(col(Step.at).desc(), col(Step.id).desc())).first() == step_id


def tell_people(
    session: Session,
    requirement: Requirement,
    requests: Sequence[Request],
    people: dict[int, accounts.Actor],
    *,
    event: str,
    key: str,
    **values: str,
) -> int:
    """Tell these people of the requirement, or, where they may not read it, of their own request; once an event."""
    open_to = accounts.readers(session, "requirement", [requirement.id or 0]).get(
        requirement.id or 0, frozenset()
    )
    told = 0
    for person_id, actor in people.items():
        own = next(r for r in requests if person_id in {r.owner_id, r.submitter_id})
        reads = bool(open_to & actor.tokens)
        told += notices.tell(
            session,
            [person_id],
            event=event,
            key=key,
            url=f"/requirements/{requirement.key}" if reads else f"/requests/{own.id}",
            title=requirement.title if reads else short(own.quote),
            quarter=requirement.quarter or "",
            **values,
        )
    return told


def short(quote: str) -> str:
    """The beginning of a quote, for a line."""
    return quote if len(quote) <= SHORT else quote[: SHORT - 1] + "…"


def _oblige(
    session: Session,
    requirement: Requirement,
    requests: Sequence[Request],
    people: dict[int, accounts.Actor],
    at: datetime,
) -> None:
    """One obligation for each request: whoever owns it is to tell the customer."""
    number = requirement.id or 0
    had = {
        (o.request_id, o.milestone): o
        for o in session.exec(select(Obligation).where(Obligation.requirement_id == number))
    }
    for request in requests:
        owner = next(
            (i for i in (request.owner_id, request.submitter_id) if i in people), requirement.manager_id
        )
        mine = had.get((request.id or 0, requirement.state))
        if mine is None:
            mine = Obligation(
                request_id=request.id or 0,
                requirement_id=number,
                milestone=requirement.state,
                owner_id=owner,
                created_at=at,
            )
        elif _decided_again(session, requirement, mine):
            mine.state, mine.how, mine.done_at, mine.created_at = "open", "", None, at
        session.add(mine)
    session.flush()


def _decided_again(session: Session, requirement: Requirement, obligation: Obligation) -> bool:
    """True when the requirement came to this state again after the customer was told, so that the word is old."""
    if obligation.state == "open" or requirement.state not in rules.DECIDED:
        return False
    newest = select(Step.at).where(Step.requirement_id == requirement.id, Step.to_state == requirement.state)
    latest = session.exec(newest.order_by(col(Step.at).desc())).first()
    return latest is not None and latest > (obligation.done_at or obligation.created_at)


def tell_of_material(session: Session, material_id: int) -> int:
    """Tell of material that came after shipping: those who asked and may open it. Returns how many had not heard."""
    found = session.get(Material, material_id)
    if found is None or found.ended_at is not None or found.asset_id is None:
        return 0
    requirement = session.get_one(Requirement, found.requirement_id)
    asset = session.get(assets.Asset, found.asset_id)
    if requirement.deleted_at or requirement.state not in rules.OUT or asset is None or asset.deleted_at:
        return 0
    requests = queries.linked_requests(session, requirement.id or 0)
    people = accounts.actors(session, [i for r in requests for i in (r.owner_id, r.submitter_id)])
    opens = accounts.readers(session, "offer", [found.asset_id]).get(found.asset_id, frozenset())
    reads = accounts.readers(session, "requirement", [requirement.id or 0]).get(
        requirement.id or 0, frozenset()
    )
    audience = [i for i, a in people.items() if opens & a.tokens and reads & a.tokens]
    return notices.tell(
        session,
        audience,
        event=f"requirement:{requirement.id}:material:{found.asset_id}",
        key="material_attached",
        url=f"/assets/{found.asset_id}",
        title=requirement.title,
        asset=asset.title,
    )


def get_obligation(session: Session, obligation_id: int, by: accounts.Actor) -> Obligation:
    """An obligation of this person, or of a request they may know of; NotFound otherwise."""
    found = session.get(Obligation, obligation_id)
    if found is None:
        raise NotFound(_("没有这件要告诉客户的事。"))
    if found.owner_id != by.id or by.id is None:
        queries.get_request(session, found.request_id, by)
        if not accounts.may_read(session, "requirement", found.requirement_id, by):
            raise NotFound(_("没有这件要告诉客户的事。"))
    return found


def may_tell(obligation: Obligation, by: accounts.Actor) -> bool:
    return (by.id is not None and obligation.owner_id == by.id) or by.may("requirement.manage")


def told(
    session: Session,
    obligation: Obligation,
    *,
    how: str = "",
    outcome: str = "told",
    by: accounts.Actor,
    at: datetime | None = None,
) -> None:
    """The customer knows (told), is gone, or this is not what they asked for. Saying it twice changes nothing."""
    if not may_tell(obligation, by):
        raise NotAllowed(_("这件事由客户的负责人来告诉客户。"))
    if outcome not in ENDS:
        raise HubError(_("请选“已告知”“客户不在了”或“不是客户要的”。"))
    if obligation.state != "open":
        return
    obligation.state, obligation.how, obligation.done_at = outcome, how.strip()[:120], at or clock.now()
    session.add(obligation)
    activity.record(
        session,
        outcome,
        "obligation",
        obligation.id,
        by=by.id,
        how=obligation.how,
        milestone=obligation.milestone,
        request=obligation.request_id,
    )


def untell(session: Session, obligation: Obligation, *, by: accounts.Actor) -> None:
    """It was said too early: the obligation is open again. The log keeps both."""
    if not may_tell(obligation, by):
        raise NotAllowed(_("这件事由客户的负责人来告诉客户。"))
    if obligation.state not in ENDS:
        return
    obligation.state, obligation.how, obligation.done_at = "open", "", None
    session.add(obligation)
    activity.record(session, "untell", "obligation", obligation.id, by=by.id)


def nudge(
    session: Session, requirement: Requirement, *, by: accounts.Actor, at: datetime | None = None
) -> int:
    """Remind whoever still has a customer to tell, at most once a day; returns how many were reminded."""
    if not by.may("requirement.attach") or not queries.may_read(session, requirement, by):
        raise NotAllowed(_("只有产品市场和产品经理能催。"))
    open_ones = session.exec(
        select(Obligation).where(Obligation.requirement_id == requirement.id, Obligation.state == "open")
    ).all()
    people = accounts.actors(session, [o.owner_id for o in open_ones])
    requests = {r.id: r for r in queries.linked_requests(session, requirement.id or 0)}
    mine = [requests[o.request_id] for o in open_ones if o.request_id in requests]
    audience = {i: a for i, a in people.items() if any(i in {r.owner_id, r.submitter_id} for r in mine)}
    event = f"requirement:{requirement.id}:nudge:{clock.today(at).isoformat()}"
    return tell_people(session, requirement, mine, audience, event=event, key="tell_customer")


@dataclass(frozen=True)
class Duty:
    """A customer this person is still to tell. `title` and `key` are None where they may not read the requirement."""

    id: int
    milestone: str
    request_id: int
    customer: str
    quote: str
    say: str
    urgency: str
    since: datetime
    key: str | None
    title: str | None


def owed(session: Session, by: accounts.Actor, *, limit: int = 50) -> list[Duty]:
    """The open obligations of this person, the longest waiting first."""
    query = (
        select(Obligation, Request, Requirement)
        .join(Request, col(Request.id) == col(Obligation.request_id))
        .join(Requirement, col(Requirement.id) == col(Obligation.requirement_id))
        .where(
            Obligation.owner_id == by.id,
            Obligation.state == "open",
            col(Request.deleted_at).is_(None),
            col(Requirement.deleted_at).is_(None),
        )
        .order_by(col(Obligation.created_at), col(Obligation.id))
        .limit(limit)
    )
    found = session.exec(query).all()
    known = customers.by_ids(session, [r.customer_id for _o, r, _q in found])
    reads = accounts.readers(session, "requirement", [q.id or 0 for _o, _r, q in found])
    return [
        _duty(o, r, q, known, reads=bool(reads.get(q.id or 0, frozenset()) & by.tokens)) for o, r, q in found
    ]


def _duty(
    obligation: Obligation,
    request: Request,
    requirement: Requirement,
    known: dict[int, customers.Customer],
    *,
    reads: bool,
) -> Duty:
    customer = known.get(request.customer_id or 0)
    return Duty(
        id=obligation.id or 0,
        milestone=obligation.milestone,
        request_id=request.id or 0,
        customer=customer.name if customer else "",
        quote=request.quote,
        say=requirement.outcome_words,
        urgency=request.urgency,
        since=obligation.created_at,
        key=requirement.key if reads else None,
        title=requirement.title if reads else None,
    )


@dataclass(frozen=True)
class Shipped:
    """A requirement this person asked for that is out, with the material they may open."""

    key: str
    title: str
    say: str
    shipped_at: datetime
    material: tuple[assets.Card, ...]


def shipped_for(session: Session, by: accounts.Actor, *, since: datetime, limit: int = 5) -> list[Shipped]:
    """What this person asked for and shipped after `since`, newest first, each once however many customers asked."""
    query = (
        select(Requirement)
        .where(
            queries.visible(by),
            col(Requirement.state).in_(rules.OUT),
            col(Requirement.shipped_at) >= since,
            col(Requirement.id).in_(queries.asked_by(by)),
        )
        .order_by(col(Requirement.shipped_at).desc(), col(Requirement.id).desc())
        .limit(limit)
    )
    found = list(session.exec(query).all())
    attached = queries.material(session, [r.id or 0 for r in found])
    cards = offered(session, [m.asset_id for m in attached], by)
    return [
        Shipped(
            r.key,
            r.title,
            r.outcome_words,
            r.shipped_at or r.updated_at,
            tuple(
                cards[i]
                for i in dict.fromkeys(m.asset_id for m in attached if m.requirement_id == r.id)
                if i in cards
            ),
        )
        for r in found
    ]


def offered(session: Session, ids: Iterable[int | None], by: accounts.Actor) -> dict[int, assets.Card]:
    """The assets among these that are on offer and open to this actor, by id."""
    wanted = list(dict.fromkeys(i for i in ids if i is not None))
    return {c.id: c for c in assets.cards(session, wanted, by) if c.state == "on_offer"}
