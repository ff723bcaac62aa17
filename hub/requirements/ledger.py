"""The told ledger: each customer who is to be told of something is somebody's obligation until they say how it went.

It ends told, gone (the customer is) or "not what was asked"; handed over it stays open and becomes another's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from hub import accounts, activity, assets, customers, notices
from hub.base import clock, stamps
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import _
from hub.requirements import queries, rules
from hub.requirements.models import Obligation, Request, RequestLink, Requirement
from hub.requirements.telling import short, tell_people

ENDS = ("told", "gone", "not_asked")  # how a person may close an obligation
ROWS_OF_DUTIES = ("obligation", "request", "requirement", "request_link", "customer", "reader")
"""The tables that duties are read from."""
ROWS_OF_SHIPPED = ("requirement", "request", "request_link", "enablement_link", *assets.ROWS_OF_CARDS)
"""The tables that what shipped for somebody is read from."""


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
        raise HubError(_("请选“已告知”“客户不在了”“不是客户要的”，或转给别人。"))
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
    if outcome == "not_asked":
        _tell_manager(session, obligation)


def _tell_manager(session: Session, obligation: Obligation) -> None:
    """The customer says it is not what they asked for: the product manager hears, and may reopen or split it."""
    requirement = session.get_one(Requirement, obligation.requirement_id)
    notices.tell(
        session,
        accounts.actors(session, [requirement.manager_id]),
        event=f"obligation:{obligation.id}:not_asked",
        key="not_asked",
        url=f"/requirements/{requirement.key}#told",
        title=requirement.title,
    )


def hand_over(session: Session, obligation: Obligation, to_id: int, *, by: accounts.Actor) -> None:
    """Somebody else tells this customer: it stays open and becomes theirs. They are told so."""
    if not may_tell(obligation, by):
        raise NotAllowed(_("这件事由客户的负责人来告诉客户。"))
    to = accounts.actors(session, [to_id]).get(to_id)
    if to is None:
        raise HubError(_("请选一位在职的同事来接。"))
    if obligation.state != "open" or obligation.owner_id == to_id:
        return
    request = session.get_one(Request, obligation.request_id)
    if not queries.may_know(session, request, to):
        raise Conflict(
            _("%(who)s 不能看这家保密客户。换一位同事，或先把这条诉求的负责人改成他。") % {"who": to.name}
        )
    had = obligation.owner_id
    obligation.owner_id = to_id
    session.add(obligation)
    session.flush()
    activity.record(session, "hand_over", "obligation", obligation.id, by=by.id, from_id=had, to_id=to_id)
    notices.tell(
        session,
        [to_id],
        event=f"obligation:{obligation.id}:handed:{to_id}",
        key="handed_over",
        url=f"/requests/{request.id}",
        title=short(request.quote),
        who=by.name,
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
    own = {o.owner_id or 0: requests[o.request_id] for o in open_ones if o.request_id in requests}
    audience = {i: a for i, a in people.items() if i in own}
    event = f"requirement:{requirement.id}:nudge:{clock.today(at).isoformat()}"
    return tell_people(session, requirement, own, audience, event=event, key="tell_customer")


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


def waiting(by: accounts.Actor, *, since: datetime) -> dict[str, ColumnElement[bool]]:
    """Whether there is anything owed, and anything shipped after `since`, as parts of a question; see
    `base.db.together`.
    """
    return {"owed": _owed(by).exists(), "shipped": _shipped_for(by, since).exists()}


def _owed(by: accounts.Actor) -> Any:
    return (
        select(Obligation, Request, Requirement)
        .join(Request, col(Request.id) == col(Obligation.request_id))
        .join(Requirement, col(Requirement.id) == col(Obligation.requirement_id))
        .where(
            Obligation.owner_id == by.id,
            Obligation.state == "open",
            col(Request.deleted_at).is_(None),
            col(Requirement.deleted_at).is_(None),
        )
    )


def owed(session: Session, by: accounts.Actor, *, limit: int = 50) -> list[Duty]:
    """The open obligations of this person, the longest waiting first."""
    return list(
        stamps.kept(session, ROWS_OF_DUTIES, ("owed", by, limit), lambda: _read_owed(session, by, limit))
    )


def _read_owed(session: Session, by: accounts.Actor, limit: int) -> list[Duty]:
    query = _owed(by).order_by(col(Obligation.created_at), col(Obligation.id))
    found = session.exec(query.limit(limit)).all()
    if not found:
        return []
    known = customers.by_ids(session, [r.customer_id for _o, r, _q in found])
    reads = accounts.readers(session, "requirement", [q.id or 0 for _o, _r, q in found])
    lines = _answers(session, [r.id or 0 for _o, r, _q in found])
    return [
        _duty(
            o,
            r,
            q,
            known,
            answer=lines.get((r.id or 0, q.id or 0), "") if o.milestone in rules.OUT else "",
            reads=bool(reads.get(q.id or 0, frozenset()) & by.tokens),
        )
        for o, r, q in found
    ]


def _answers(session: Session, request_ids: list[int]) -> dict[tuple[int, int], str]:
    """Per request and requirement, the line of the launch text that answers the customer's words."""
    query = select(RequestLink).where(
        col(RequestLink.request_id).in_(request_ids),
        col(RequestLink.ended_at).is_(None),
        RequestLink.answer != "",
    )
    return {(k.request_id, k.requirement_id): k.answer for k in session.exec(query)}


def _duty(
    obligation: Obligation,
    request: Request,
    requirement: Requirement,
    known: dict[int, customers.Customer],
    *,
    answer: str,
    reads: bool,
) -> Duty:
    customer = known.get(request.customer_id or 0)
    return Duty(
        id=obligation.id or 0,
        milestone=obligation.milestone,
        request_id=request.id or 0,
        customer=customer.name if customer else "",
        quote=request.quote,
        say=answer or requirement.outcome_words,
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


def _shipped_for(by: accounts.Actor, since: datetime) -> Any:
    asked = queries.asked_by(by).where(col(RequestLink.requirement_id) == col(Requirement.id))
    return select(Requirement).where(
        queries.visible(by),
        col(Requirement.state).in_(rules.OUT),
        col(Requirement.shipped_at) >= since,
        asked.exists(),
    )


def shipped_for(session: Session, by: accounts.Actor, *, since: datetime, limit: int = 5) -> list[Shipped]:
    """What this person asked for and shipped after `since`, newest first, each once however many customers asked. Read
    once a day, unless something of it changes.
    """
    place = ("shipped for", by, limit, clock.today(), since.date())
    return list(
        stamps.kept(session, ROWS_OF_SHIPPED, place, lambda: _read_shipped(session, by, since, limit))
    )


def _read_shipped(session: Session, by: accounts.Actor, since: datetime, limit: int) -> list[Shipped]:
    query = _shipped_for(by, since).order_by(col(Requirement.shipped_at).desc(), col(Requirement.id).desc())
    found = list(session.exec(query.limit(limit)).all())
    if not found:
        return []
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
