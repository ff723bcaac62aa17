"""Telling: the people who asked hear what became of it, and each of their customers becomes an obligation until told.

Who is told is worked out when it is told. A person who may not read the requirement hears of their own request only,
in their customer's words; nothing of the requirement's title leaks.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from hub import accounts, assets, customers, notices
from hub.base import clock
from hub.requirements import queries, rules
from hub.requirements.models import (
    RELATED,
    Change,
    Material,
    Obligation,
    Regrouping,
    Request,
    Requirement,
    Step,
)

SHORT = 40


def tell_requesters(
    session: Session, requirement_id: int, *, step_id: int | None = None, at: datetime | None = None
) -> int:
    """Tell everybody who asked of the state the requirement is in, once; returns how many had not heard. With
    `step_id` only while that step is still the newest.
    """
    requirement = session.get(Requirement, requirement_id)
    if requirement is None or requirement.deleted_at is not None or requirement.merged_into_id is not None:
        return 0
    state = requirement.state
    if state not in rules.TOLD or not _still_newest(session, requirement, step_id):
        return 0
    requests = queries.linked_requests(session, requirement_id)
    people = accounts.actors(session, [i for r in requests for i in (r.owner_id, r.submitter_id)])
    if state in rules.MILESTONES:
        _oblige(session, requirement, requests, people, at or clock.now())
    event = _event(session, requirement, step_id)
    told = tell_people(session, requirement, requests, people, event=event, key=f"requirement_{state}")
    _tell_staff(session, requirement, people, event=event)
    return told


def tell_newcomers(
    session: Session, requirement_id: int, request_ids: Sequence[int], *, at: datetime | None = None
) -> int:
    """Tell the people of these requests, and nobody else, of the state the requirement is in now: they came to it after
    it was decided. Returns how many had not heard.
    """
    requirement = session.get(Requirement, requirement_id)
    if requirement is None or requirement.deleted_at is not None or requirement.merged_into_id is not None:
        return 0
    if requirement.state not in {*rules.DECIDED, *rules.OUT}:
        return 0
    linked = queries.linked_requests(session, requirement_id)
    requests = [r for r in linked if r.id in set(request_ids)]
    people = accounts.actors(session, [i for r in requests for i in (r.owner_id, r.submitter_id)])
    if requirement.state in rules.MILESTONES:
        _oblige(session, requirement, requests, people, at or clock.now())
    event = _event(session, requirement, _step_there(session, requirement))
    return tell_people(
        session, requirement, requests, people, event=event, key=f"requirement_{requirement.state}"
    )


def _step_there(session: Session, requirement: Requirement) -> int | None:
    """The newest step to the state it is in."""
    query = select(Step.id).where(Step.requirement_id == requirement.id, Step.to_state == requirement.state)
    return session.exec(query.order_by(col(Step.at).desc(), col(Step.id).desc())).first()


def _event(session: Session, requirement: Requirement, step_id: int | None) -> str:
    """What names this coming to a state: shipping and launching again after a reopening is news again."""
    event = f"requirement:{requirement.id}:{requirement.state}"
    if requirement.state not in rules.OUT:
        return f"{event}:{step_id}" if step_id else event
    times = _arrivals(session, requirement)
    return event if len(times) < 2 else f"{event}:{len(times)}"  # noqa: PLR2004 - the first time needs no number


def _arrivals(session: Session, requirement: Requirement) -> list[datetime]:
    """When it came to the state it is in, oldest first; coming back because a reopening was undone is no arrival."""
    undone = select(Change.undone_at).where(
        Change.requirement_id == requirement.id, col(Change.undone_at).is_not(None)
    )
    back = set(session.exec(undone).all())
    query = select(Step.at).where(Step.requirement_id == requirement.id, Step.to_state == requirement.state)
    return [at for at in session.exec(query.order_by(col(Step.at), col(Step.id))).all() if at not in back]


STAFF_KEYS = {
    "planned": "staff_planned",
    "shipped": "staff_shipped",
    "launched": "staff_launched",
    "reopened": "staff_reopened",
}


def audience(session: Session, requirement: Requirement, state: str) -> dict[int, accounts.Actor]:
    """The people inside who hear of this state beside those who asked, as they act now, where they may read it."""
    named = rules.AUDIENCES.get(state, ())
    ids: set[int | None] = set()
    if "manager" in named:
        ids.add(requirement.manager_id)
    if "expert" in named:
        ids.add(requirement.expert_id)
    if "makers" in named:
        ids |= makers(session, requirement)
    opens = accounts.readers(session, "requirement", [requirement.id or 0]).get(
        requirement.id or 0, frozenset()
    )
    return {i: a for i, a in accounts.actors(session, ids).items() if opens & a.tokens}


def makers(session: Session, requirement: Requirement) -> set[int | None]:
    """Who brings the launch material: who was asked to fill a slot, and who owns what fills one."""
    attached = [m for m in queries.material(session, [requirement.id or 0]) if m.role != RELATED]
    ids = [m.asset_id for m in attached if m.asset_id is not None]
    owners = session.exec(select(assets.Asset.owner_id).where(col(assets.Asset.id).in_(ids))).all()
    return {m.owner_id for m in attached} | set(owners)


def _tell_staff(
    session: Session, requirement: Requirement, asked: dict[int, accounts.Actor], *, event: str
) -> None:
    """Who works on it hears too, in words of their own; who asked has heard already."""
    key = STAFF_KEYS.get(requirement.state)
    if key is None:
        return
    people = [i for i in audience(session, requirement, requirement.state) if i not in asked]
    url = f"/requirements/{requirement.key}"
    quarter = requirement.quarter or ""
    notices.tell(session, people, event=event, key=key, url=url, title=requirement.title, quarter=quarter)


def tell_of_slip(session: Session, change_id: int) -> int:
    """The promised quarter moved: who asked hears from when to when, and their customers are to be told again."""
    change = session.get(Change, change_id)
    if change is None or change.undone_at is not None:
        return 0
    requirement = session.get_one(Requirement, change.requirement_id)
    newest = select(Change.id).where(Change.requirement_id == requirement.id, Change.kind == "quarter")
    is_newest = session.exec(newest.order_by(col(Change.id).desc())).first() == change.id
    if requirement.deleted_at or requirement.state not in {"planned", "building"} or not is_newest:
        return 0
    requests = queries.linked_requests(session, requirement.id or 0)
    people = accounts.actors(session, [i for r in requests for i in (r.owner_id, r.submitter_id)])
    for owed in session.exec(
        select(Obligation).where(
            Obligation.requirement_id == requirement.id,
            Obligation.milestone == "planned",
            col(Obligation.request_id).in_([r.id for r in requests]),
        )
    ).all():
        if owed.state != "open" and (owed.done_at or owed.created_at) <= change.at:
            owed.state, owed.how, owed.done_at, owed.created_at = "open", "", None, change.at
            session.add(owed)
    event = f"requirement:{requirement.id}:slip:{change.id}"
    return tell_people(
        session,
        requirement,
        requests,
        people,
        event=event,
        key="requirement_slipped",
        before=change.before,
        after=change.after or "",
    )


def tell_of_regrouping(session: Session, regrouping_id: int) -> int:
    """A merge, or its undoing: who asked for either is told once. Who may not read the requirement that stands reads
    their own customer's words; the title of the other one is said to nobody.
    """
    moved = session.get(Regrouping, regrouping_id)
    if moved is None or moved.kind != "merge":
        return 0
    target = session.get_one(Requirement, moved.to_id)
    event = f"regrouping:{moved.id}"
    if moved.undone_at is None:
        requests = queries.linked_requests(session, target.id or 0)
        people = accounts.actors(session, [i for r in requests for i in (r.owner_id, r.submitter_id)])
        return tell_people(session, target, requests, people, event=event, key="requirement_merged")
    heard = set(session.exec(select(notices.Notice.person_id).where(notices.Notice.event == event)).all())
    told = 0
    for number in (moved.from_id, moved.to_id):
        end = session.get_one(Requirement, number)
        requests = queries.linked_requests(session, end.id or 0)
        ids = [i for r in requests for i in (r.owner_id, r.submitter_id) if i in heard]
        people = accounts.actors(session, ids)
        told += tell_people(
            session, end, requests, people, event=f"{event}:undone", key="requirement_unmerged"
        )
    return told


def _still_newest(session: Session, requirement: Requirement, step_id: int | None) -> bool:
    if step_id is None:
        return True
    newest = select(Step.id).where(Step.requirement_id == requirement.id)
    return session.exec(newest.order_by(col(Step.at).desc(), col(Step.id).desc())).first() == step_id


def tell_people(
    session: Session,
    requirement: Requirement,
    requests: Sequence[Request] | Mapping[int, Request],
    people: dict[int, accounts.Actor],
    *,
    event: str,
    key: str,
    **values: str,
) -> int:
    """Tell these people of the requirement, or, where they may not read it, of their own request: the first of these
    that they own or submitted, or what a mapping says per person. Once an event.
    """
    open_to = accounts.readers(session, "requirement", [requirement.id or 0]).get(
        requirement.id or 0, frozenset()
    )
    told = 0
    for person_id, actor in people.items():
        own = (
            requests[person_id]
            if isinstance(requests, Mapping)
            else next(r for r in requests if person_id in {r.owner_id, r.submitter_id})
        )
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
    others = _others(session, requirement, requests, people)
    number = requirement.id or 0
    arrived = max(_arrivals(session, requirement), default=None)
    had = {
        (o.request_id, o.milestone): o
        for o in session.exec(select(Obligation).where(Obligation.requirement_id == number))
    }
    for request in requests:
        owner = next(
            (i for i in (request.owner_id, request.submitter_id) if i in people),
            others.get(request.id or 0),
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
        elif mine.state == "overtaken" or _is_news(arrived, mine):
            mine.state, mine.how, mine.done_at, mine.created_at = "open", "", None, at
            mine.owner_id = owner
        session.add(mine)
    session.flush()


def _others(
    session: Session,
    requirement: Requirement,
    requests: Sequence[Request],
    people: dict[int, accounts.Actor],
) -> dict[int, int]:
    """Per request whose people have left, who is to tell its customer: the requirement's manager, or else whoever owns
    the customer; of them only who is here and may know of the customer. Nobody, where there is no such person.
    """
    alone = [r for r in requests if r.owner_id not in people and r.submitter_id not in people]
    known = customers.by_ids(session, [r.customer_id for r in alone])
    owners = {r.id or 0: known[r.customer_id].owner_id for r in alone if r.customer_id in known}
    here = accounts.actors(session, [*owners.values(), requirement.manager_id]) if alone else {}
    found: dict[int, int] = {}
    for request in alone:
        for i in (requirement.manager_id, owners.get(request.id or 0)):
            if i in here and queries.may_know(session, request, here[i]):
                found.setdefault(request.id or 0, i)
    return found


def _is_news(arrived: datetime | None, obligation: Obligation) -> bool:
    """True when the requirement came to this state again after the customer was told, so that the word is old."""
    if obligation.state == "open" or arrived is None:
        return False
    return arrived > (obligation.done_at or obligation.created_at)


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
