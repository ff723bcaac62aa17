"""Questions about meetings. What of an agenda or of minutes is given out here, this actor may read.

Who manages requirements, estimates them, brings their material or was asked to come sees the whole meeting; everybody
else sees the items that their own requests stand behind, and nothing of the others.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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
class Entry:
    """One line of an agenda or of minutes. `item` is None before the meeting has begun."""

    row: requirements.Row
    section: str
    why: str
    item: MeetingItem | None = None
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
class Voice:
    """How one role is heard on an item: "present", "written", "missing", or "vacant" where nobody has that role."""

    role: str
    state: str
    names: tuple[str, ...] = ()


def all_series(session: Session, by: accounts.Actor) -> list[MeetingSeries]:
    """The series this actor may know of: those of products they may know of."""
    known = taxonomy.words_for(session, by).products
    rows = session.exec(select(MeetingSeries).order_by(col(MeetingSeries.ended), col(MeetingSeries.id))).all()
    return [s for s in rows if not s.products or any(p in known for p in s.products)]


def get_series(session: Session, series_id: int, by: accounts.Actor) -> MeetingSeries:
    found = next((s for s in all_series(session, by) if s.id == series_id), None)
    if found is None:
        raise NotFound(_("没有这个系列会。"))
    return found


def get(session: Session, meeting_id: int, by: accounts.Actor) -> tuple[Meeting, MeetingSeries]:
    """A meeting with its series; NotFound when its series is none of this actor's."""
    found = session.get(Meeting, meeting_id)
    series = next((s for s in all_series(session, by) if s.id == found.series_id), None) if found else None
    if found is None or series is None:
        raise NotFound(_("没有这次会。"))
    return found, series


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
            i,
            names.get(i.by_id or 0, ""),
            names.get(i.escalated_to_id or 0, ""),
            i.deferrals if i.outcome is not None else before.get(q.id or 0, 0),
        )
        for i, q in found
    ]


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


def written(session: Session, meeting: Meeting, requirement_id: int) -> list[tuple[MeetingLine, str]]:
    """What was written about a requirement for this meeting, with the writer's name."""
    query = select(MeetingLine).where(
        MeetingLine.meeting_id == meeting.id, MeetingLine.requirement_id == requirement_id
    )
    lines = list(session.exec(query.order_by(col(MeetingLine.at), col(MeetingLine.id))).all())
    names = accounts.names(session, [line.person_id for line in lines])
    return [(line, names.get(line.person_id, "")) for line in lines]


def sponsors(session: Session, requirement_id: int) -> set[int]:
    """The account managers of a requirement: who owns a request behind it."""
    return requirements.sponsors(session, requirement_id)


def voices(
    session: Session,
    meeting: Meeting,
    requirement_id: int,
    at_table: Sequence[Seat] | None = None,
    lines: Sequence[tuple[MeetingLine, str]] | None = None,
) -> list[Voice]:
    """How each of the three roles is heard on this requirement. The account manager is whoever owns a request behind
    it; where nobody does, that voice is vacant. The table and what was `written` are read unless they are given.
    """
    table = seats(session, meeting) if at_table is None else at_table
    lines = written(session, meeting, requirement_id) if lines is None else lines
    owners = sponsors(session, requirement_id)
    actors = accounts.actors(session, [*owners, *(line.person_id for line, _n in lines)])
    roles = {i: _roles(a.roles, owns=i in owners) for i, a in actors.items()}
    present = {
        s.person_id: (s.name, _roles(s.roles, owns=s.person_id in owners))
        for s in table
        if s.state == "present"
    }
    found = []
    for role in rules.VOICES:
        here = tuple(name for name, spoken in present.values() if role in spoken)
        wrote = tuple(name for line, name in lines if role in roles.get(line.person_id, ()))
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


def decided_on(
    session: Session, requirement: Requirement, by: accounts.Actor
) -> list[tuple[MeetingItem, Meeting, str]]:
    """What meetings said of a requirement this actor may read, newest first, with the series' name."""
    query = (
        select(MeetingItem, Meeting, MeetingSeries.name)
        .join(Meeting, col(Meeting.id) == col(MeetingItem.meeting_id))
        .join(MeetingSeries, col(MeetingSeries.id) == col(Meeting.series_id))
        .where(MeetingItem.requirement_id == requirement.id, col(MeetingItem.outcome).is_not(None))
        .order_by(col(MeetingItem.decided_at).desc())
    )
    known = {s.id for s in all_series(session, by)}
    return [(i, m, name) for i, m, name in session.exec(query).all() if m.series_id in known]


def load_of(
    session: Session, series: MeetingSeries, quarter: str, by: accounts.Actor
) -> tuple[float, int | None]:
    """Person-days planned into a quarter by what this actor may see of the series, and what there is in all."""
    query = select(Requirement.id).where(
        agenda.of_series(series, by),
        col(Requirement.quarter) == quarter,
        col(Requirement.state).in_(("planned", "building")),
    )
    ids = list(session.exec(query).all())
    said = effort_of(session, [i for i in ids if i is not None])
    return sum(said.values()), series.capacity_days


def effort_of(session: Session, ids: Sequence[int]) -> Mapping[int, float]:
    """The newest effort of each of these requirements, in person-days."""
    rice = requirements.RiceInput
    query = select(col(rice.requirement_id), col(rice.value)).where(
        col(rice.requirement_id).in_(ids), rice.factor == "effort"
    )
    newest = dict(session.exec(query.order_by(col(rice.at), col(rice.id))).all())
    return {i: float(v) for i, v in newest.items()}
