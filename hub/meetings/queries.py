"""Questions about meetings. What of an agenda or of minutes is given out here, this actor may read.

Who manages requirements, estimates them, brings their material or was asked to come sees the whole meeting; everybody
else sees the items that their own requests stand behind, and nothing of the others.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from hub import accounts, requirements, taxonomy
from hub.base import clock
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.meetings import agenda, rules
from hub.meetings.models import Meeting, MeetingItem, MeetingLine, MeetingSeat, MeetingSeries
from hub.requirements import Requirement

OPEN = ("planned", "running", "paused")
WHOLE = frozenset({"product_manager", "technical_expert", "product_marketer", "administrator"})


@dataclass(frozen=True)
class Item:
    """What an item of a meeting that has begun came to so far; see MeetingItem."""

    score: Decimal | None
    outcome: str | None
    quarter: str | None
    rationale: str
    words: str
    decided_at: datetime | None
    deferrals: int


@dataclass(frozen=True)
class Entry:
    """One line of an agenda or of minutes. `item` is None before the meeting has begun."""

    row: requirements.Row
    section: str
    why: str
    item: Item | None = None
    by: str = ""
    escalated_to: str = ""
    put_off: int = (
        0  # how often in a row it was deferred: before this meeting, or, once deferred here, with this time
    )


@dataclass(frozen=True)
class Seat:
    """A person at the table, and in which roles they speak."""

    person_id: int
    name: str
    title: str
    roles: frozenset[str]
    state: str
    arrived_at: datetime | None
    hosts: bool


@dataclass(frozen=True)
class Written:
    """What somebody who may not be there wrote about a requirement beforehand."""

    person_id: int
    name: str
    text: str


@dataclass(frozen=True)
class Voice:
    """How one role is heard on an item: "present", "written", "missing", or "vacant" where nobody has that role."""

    role: str
    state: str
    names: tuple[str, ...] = ()


def all_series(session: Session, by: accounts.Actor) -> list[MeetingSeries]:
    """The series this actor may know of: those of products they may know of."""
    rows = session.exec(select(MeetingSeries).order_by(col(MeetingSeries.ended), col(MeetingSeries.id))).all()
    return [s for s in rows if _may_know(session, s, by)]


def _may_know(session: Session, series: MeetingSeries, by: accounts.Actor) -> bool:
    known = taxonomy.words_for(session, by).products
    return not series.products or any(p in known for p in series.products)


def get_series(session: Session, series_id: int, by: accounts.Actor) -> MeetingSeries:
    found = next((s for s in all_series(session, by) if s.id == series_id), None)
    if found is None:
        raise NotFound(_("没有这个系列会。"))
    return found


def get(session: Session, meeting_id: int, by: accounts.Actor) -> tuple[Meeting, MeetingSeries]:
    """A meeting with its series; NotFound when its series is none of this actor's."""
    query = select(Meeting, MeetingSeries).join(MeetingSeries).where(Meeting.id == meeting_id)
    found = session.exec(query).first()
    if found is None or not _may_know(session, found[1], by):
        raise NotFound(_("没有这次会。"))
    return found[0], found[1]


def meetings(
    session: Session, series: Iterable[MeetingSeries], *, states: Sequence[str], limit: int = 30
) -> list[Meeting]:
    """The meetings of these series in these states, the newest first."""
    query = select(Meeting).where(
        col(Meeting.series_id).in_([s.id for s in series]), col(Meeting.state).in_(states)
    )
    return list(session.exec(query.order_by(col(Meeting.starts_at).desc()).limit(limit)).all())


def hosts(meeting: Meeting, by: accounts.Actor) -> bool:
    """True for whoever leads the meeting: its host, product managers, administrators."""
    return by.may("requirement.manage") or (by.id is not None and by.id == meeting.host_id)


def sees_whole(session: Session, meeting: Meeting, by: accounts.Actor) -> bool:
    """True for those who see every item that they may read."""
    if by.roles & WHOLE or hosts(meeting, by):
        return True
    seat = select(MeetingSeat.id).where(MeetingSeat.meeting_id == meeting.id, MeetingSeat.person_id == by.id)
    return session.exec(seat).first() is not None


def entries(
    session: Session,
    meeting: Meeting,
    series: MeetingSeries,
    by: accounts.Actor,
    *,
    at: datetime | None = None,
) -> list[Entry]:
    """The agenda as it would be today before the meeting, and as it was written down from its beginning on."""
    if meeting.state == "planned":
        return _before(session, meeting, series, by, at)
    query = (
        select(MeetingItem, Requirement)
        .join(Requirement, col(Requirement.id) == col(MeetingItem.requirement_id))
        .where(MeetingItem.meeting_id == meeting.id, requirements.visible(by))
        .order_by(col(MeetingItem.position), col(MeetingItem.id))
    )
    if not sees_whole(session, meeting, by):
        query = query.where(col(Requirement.id).in_(requirements.asked_by(by)))
    found = session.exec(query).all()
    rows = {r.id: r for r in requirements.rows(session, [q for _i, q in found], by)}
    names = accounts.names(session, [p for i, _q in found for p in (i.by_id, i.escalated_to_id)])
    before = agenda.put_off(session, [q.id or 0 for i, q in found if i.outcome is None])
    return [
        Entry(
            rows[q.id or 0],
            i.section,
            i.why,
            _item(i),
            names.get(i.by_id or 0, ""),
            names.get(i.escalated_to_id or 0, ""),
            i.deferrals if i.outcome is not None else before.get(q.id or 0, 0),
        )
        for i, q in found
    ]


def _item(row: MeetingItem) -> Item:
    return Item(row.score, row.outcome, row.quarter, row.rationale, row.words, row.decided_at, row.deferrals)


def _before(
    session: Session, meeting: Meeting, series: MeetingSeries, by: accounts.Actor, at: datetime | None
) -> list[Entry]:
    points = agenda.build(session, series, by, at=at)
    if not sees_whole(session, meeting, by):
        mine = select(Requirement.id).where(col(Requirement.id).in_(requirements.asked_by(by)))
        own = set(session.exec(mine).all())
        points = [p for p in points if p.requirement.id in own]
    rows = requirements.rows(session, [p.requirement for p in points], by)
    before = agenda.put_off(session, [row.id for row in rows])
    return [
        Entry(row, p.section, p.why, put_off=before.get(row.id, 0))
        for row, p in zip(rows, points, strict=True)
    ]


def without_effort(session: Session, series: MeetingSeries, by: accounts.Actor) -> int:
    """How many requirements of this series wait for an estimate and so do not come before it."""
    count = 0
    for product in series.products or [""]:
        counted = requirements.counts(session, by, requirements.Filter(product=product))
        count += counted[requirements.NO_EFFORT]
    return count


def seats(session: Session, meeting: Meeting) -> list[Seat]:
    """Who was asked to come, the host first, then who is there."""
    query = (
        select(MeetingSeat, col(accounts.Person.name), col(accounts.Person.title))
        .join(accounts.Person, col(accounts.Person.id) == col(MeetingSeat.person_id))
        .where(MeetingSeat.meeting_id == meeting.id)
        .order_by(col(MeetingSeat.id))
    )
    rows = session.exec(query).all()
    actors = accounts.actors(session, [s.person_id for s, _name, _title in rows])
    found = [
        Seat(
            s.person_id,
            name,
            title,
            actors[s.person_id].roles if s.person_id in actors else frozenset(),
            s.state,
            s.arrived_at,
            s.person_id == meeting.host_id,
        )
        for s, name, title in rows
    ]
    order = {"present": 0, "invited": 1, "away": 2}
    return sorted(found, key=lambda s: (not s.hosts, order[s.state]))


def written(session: Session, meeting: Meeting, ids: Iterable[int]) -> dict[int, list[Written]]:
    """Per requirement what was written about it for this meeting, the oldest first; nothing for the others."""
    query = select(MeetingLine).where(
        MeetingLine.meeting_id == meeting.id, col(MeetingLine.requirement_id).in_(list(ids))
    )
    lines = session.exec(query.order_by(col(MeetingLine.at), col(MeetingLine.id))).all()
    names = accounts.names(session, [line.person_id for line in lines])
    found: dict[int, list[Written]] = {}
    for line in lines:
        said = Written(line.person_id, names.get(line.person_id, ""), line.text)
        found.setdefault(line.requirement_id, []).append(said)
    return found


def sponsors(session: Session, requirement_id: int) -> set[int]:
    """The account managers of a requirement: who owns a request behind it."""
    return requirements.sponsors(session, requirement_id)


def voices(
    session: Session,
    meeting: Meeting,
    requirement_id: int,
    at_table: Sequence[Seat] | None = None,
    lines: Sequence[Written] | None = None,
) -> list[Voice]:
    """How each of the three roles is heard on this requirement. The account manager is whoever owns a request behind
    it; where nobody does, that voice is vacant. The table and what was `written` are read unless they are given.
    """
    table = seats(session, meeting) if at_table is None else at_table
    if lines is None:
        lines = written(session, meeting, [requirement_id]).get(requirement_id, [])
    owners = sponsors(session, requirement_id)
    actors = accounts.actors(session, [*owners, *(line.person_id for line in lines)])
    roles = {i: _roles(a.roles, owns=i in owners) for i, a in actors.items()}
    present = {
        s.person_id: (s.name, _roles(s.roles, owns=s.person_id in owners))
        for s in table
        if s.state == "present"
    }
    found = []
    for role in rules.VOICES:
        here = tuple(name for name, spoken in present.values() if role in spoken)
        wrote = tuple(line.name for line in lines if role in roles.get(line.person_id, ()))
        if here:
            found.append(Voice(role, "present", here))
        elif wrote:
            found.append(Voice(role, "written", wrote))
        elif role == "sales" and not owners & actors.keys():
            found.append(Voice(role, "vacant"))
        else:
            found.append(Voice(role, "missing"))
    return found


def _roles(of_person: frozenset[str], *, owns: bool) -> tuple[str, ...]:
    spoken = {
        "sales": owns,
        "product": "product_manager" in of_person,
        "technical": "technical_expert" in of_person,
    }
    return tuple(role for role, speaks in spoken.items() if speaks)


def elapsed(meeting: Meeting, *, at: datetime | None = None) -> int:
    """Seconds the meeting has run, without its pauses; 0 before it has begun."""
    if meeting.began_at is None:
        return 0
    end = meeting.closed_at or meeting.paused_at or at or clock.now()
    return max(0, int((end - meeting.began_at).total_seconds()) - meeting.paused_seconds)


def load_of(session: Session, series: MeetingSeries, quarter: str, by: accounts.Actor) -> float:
    """Person-days planned into a quarter by what this actor may see of the series: of each the newest effort."""
    rice = requirements.RiceInput
    newest = (
        select(col(rice.value))
        .where(rice.requirement_id == Requirement.id, rice.factor == "effort")
        .order_by(col(rice.at).desc(), col(rice.id).desc())
        .limit(1)
    )
    query = select_columns(newest.scalar_subquery()).where(
        agenda.of_series(series, by),
        col(Requirement.quarter) == quarter,
        col(Requirement.state).in_(("planned", "building")),
    )
    return float(sum(days for (days,) in session.execute(query) if days is not None))
