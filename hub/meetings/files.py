"""Series and their meetings as the data of `meetings/<key>.yml`, out and in again.

Import adds what is not there and never takes away; it sends nothing, and does nothing the second time. A meeting that
runs is written as it stands; what an agenda would hold before its meeting is worked out, not written.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, requirements
from hub.base import clock
from hub.base.errors import HubError, NotAllowed
from hub.base.i18n import _
from hub.meetings import queries, rules
from hub.meetings.models import (
    OUTCOMES,
    SEAT_STATES,
    SECTIONS,
    Meeting,
    MeetingItem,
    MeetingLine,
    MeetingSeat,
    MeetingSeries,
)
from hub.meetings.series import plan_next

PLAIN = ("name", "every_weeks", "first_on", "at_time", "minutes", "products", "capacity_days", "ended")
OF_ITEM = ("section", "why", "outcome", "quarter", "rationale", "words", "deferrals")


def to_data(session: Session, series: MeetingSeries) -> dict[str, Any]:
    """The series as plain data; what is empty is left out."""
    held = queries.meetings(
        session, [series], states=("closed", "skipped", "running", "paused"), limit=10_000
    )
    planned = queries.meetings(session, [series], states=("planned",))
    people = _addresses(session, series, [*held, *planned])
    data = {n: getattr(series, n) for n in PLAIN}
    data |= {
        "host": people.get(series.host_id or 0),
        "escalate_to": people.get(series.escalate_to_id or 0),
        "meetings": [_meeting(session, m, people) for m in sorted((*held, *planned), key=lambda m: m.number)],
    }
    return _kept(data)


def _kept(data: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in data.items() if v not in (None, "", [], False, 0)}


def _addresses(session: Session, series: MeetingSeries, held: list[Meeting]) -> dict[int, str]:
    ids = [m.id for m in held]
    wanted = {series.host_id, series.escalate_to_id}
    wanted |= {p for m in held for p in (m.host_id, m.closed_by_id)}
    wanted |= set(
        session.exec(select(MeetingSeat.person_id).where(col(MeetingSeat.meeting_id).in_(ids))).all()
    )
    for column in (MeetingItem.by_id, MeetingItem.escalated_to_id):
        wanted |= set(session.exec(select(column).where(col(MeetingItem.meeting_id).in_(ids))).all())
    wanted |= set(
        session.exec(select(MeetingLine.person_id).where(col(MeetingLine.meeting_id).in_(ids))).all()
    )
    return {i: p.email for i, p in accounts.people_by_ids(session, wanted).items()}


def _meeting(session: Session, meeting: Meeting, people: Mapping[int, str]) -> dict[str, Any]:
    items = session.exec(
        select(MeetingItem, requirements.Requirement.key)
        .join(requirements.Requirement, col(requirements.Requirement.id) == col(MeetingItem.requirement_id))
        .where(MeetingItem.meeting_id == meeting.id)
        .order_by(col(MeetingItem.position), col(MeetingItem.id))
    ).all()
    seats = session.exec(
        select(MeetingSeat).where(MeetingSeat.meeting_id == meeting.id).order_by(col(MeetingSeat.id))
    ).all()
    lines = session.exec(
        select(MeetingLine, requirements.Requirement.key)
        .join(requirements.Requirement, col(requirements.Requirement.id) == col(MeetingLine.requirement_id))
        .where(MeetingLine.meeting_id == meeting.id)
        .order_by(col(MeetingLine.id))
    ).all()
    return _kept(
        {
            "number": meeting.number,
            "state": meeting.state,
            "starts_at": _said(meeting.starts_at),
            "began_at": _said(meeting.began_at),
            "closed_at": _said(meeting.closed_at),
            "closed_by": people.get(meeting.closed_by_id or 0),
            "host": people.get(meeting.host_id or 0),
            "note": meeting.note,
            "seats": [
                _kept({"person": people[s.person_id], "state": s.state, "at": _said(s.arrived_at)})
                for s in seats
                if s.person_id in people
            ],
            "items": [_item(i, key, people) for i, key in items],
            "lines": [
                {
                    "requirement": key,
                    "person": people[line.person_id],
                    "text": line.text,
                    "at": _said(line.at),
                }
                for line, key in lines
                if line.person_id in people
            ],
        }
    )


def _item(item: MeetingItem, key: str, people: Mapping[int, str]) -> dict[str, Any]:
    return _kept(
        {
            "requirement": key,
            **{n: getattr(item, n) for n in OF_ITEM},
            "score": float(item.score) if item.score is not None else None,
            "by": people.get(item.by_id or 0),
            "at": _said(item.decided_at),
            "escalated_to": people.get(item.escalated_to_id or 0),
        }
    )


def _said(moment: datetime | None) -> str | None:
    """An instant as it is written: the house's time with its zone."""
    return moment.astimezone(clock.HOUSE_ZONE).isoformat(timespec="minutes") if moment else None


def _heard(value: object) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise HubError(_("“%(value)s”不是时间，写成 2026-11-22T09:30+08:00。") % {"value": value}) from error
    return found if found.tzinfo else found.replace(tzinfo=clock.HOUSE_ZONE)


# ---- in


def from_data(
    session: Session,
    key: str,
    data: Mapping[str, Any],
    *,
    by: accounts.Actor,
    demo: bool = False,
    warnings: list[str] | None = None,
) -> str:
    """Take in the series of this key: "imported", "updated" or "unchanged". Only for administrators."""
    if not by.is_admin:
        raise NotAllowed(_("只有管理员能这样导入。"))
    told = warnings if warnings is not None else []
    series = session.exec(select(MeetingSeries).where(MeetingSeries.key == key)).first()
    known = series is not None
    if series is None:
        series = _series(session, key, data, demo=demo, told=told)
    changed = False
    for said in data.get("meetings") or []:
        changed |= _take(session, series, said, told)
    if not known or changed:
        plan_next(session, series)
    return "imported" if not known else "updated" if changed else "unchanged"


def _series(
    session: Session, key: str, data: Mapping[str, Any], *, demo: bool, told: list[str]
) -> MeetingSeries:
    first_on = data.get("first_on")
    if not str(data.get("name") or "").strip() or not isinstance(first_on, date):
        raise HubError(_("系列会要有名字和第一次的日期。"))
    made = MeetingSeries(
        key=key[:60],
        name=str(data["name"]).strip()[:120],
        every_weeks=2 if data.get("every_weeks") == 2 else 1,  # noqa: PLR2004 - the other choice
        first_on=first_on,
        at_time=rules.good_time(str(data.get("at_time") or "09:30")),
        minutes=int(data.get("minutes") or 60),
        products=[str(p) for p in data.get("products") or []],
        capacity_days=data.get("capacity_days"),
        ended=bool(data.get("ended")),
        host_id=_person(session, data.get("host"), told),
        escalate_to_id=_person(session, data.get("escalate_to"), told),
        demo=demo,
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    return made


def _person(session: Session, email: object, told: list[str]) -> int | None:
    if not email:
        return None
    found = accounts.by_email(session, str(email))
    if found is None:
        told.append(_("没有 %(email)s 这个人，先空着。") % {"email": email})
    return found.id if found else None


def _take(session: Session, series: MeetingSeries, said: Mapping[str, Any], told: list[str]) -> bool:
    """One meeting of the file; True when it was not there. A planned one of the past is left to the calendar."""
    number, starts_at = int(said.get("number") or 0), _heard(said.get("starts_at"))
    state = str(said.get("state") or "closed")
    if number < 1 or starts_at is None or state not in {"planned", "closed", "skipped", "running", "paused"}:
        raise HubError(_("一次会要有编号、时间和状态。"))
    query = select(Meeting).where(Meeting.series_id == series.id, Meeting.number == number)
    if session.exec(query).first() is not None or (state == "planned" and starts_at < clock.now()):
        return False
    made = Meeting(
        series_id=series.id or 0,
        number=number,
        starts_at=starts_at,
        state="closed" if state in {"running", "paused"} and said.get("closed_at") else state,
        host_id=_person(session, said.get("host"), told) or series.host_id,
        note=str(said.get("note") or "")[:500],
        began_at=_heard(said.get("began_at")),
        closed_at=_heard(said.get("closed_at")),
        closed_by_id=_person(session, said.get("closed_by"), told),
        demo=series.demo,
        created_at=starts_at,
    )
    session.add(made)
    session.flush()
    _take_parts(session, made, said, told)
    return True


def _take_parts(session: Session, meeting: Meeting, said: Mapping[str, Any], told: list[str]) -> None:
    number = meeting.id or 0
    for seat in said.get("seats") or []:
        person = _person(session, seat.get("person"), told)
        state = str(seat.get("state") or "invited")
        if person is not None and state in SEAT_STATES:
            arrived = _heard(seat.get("at"))
            session.add(MeetingSeat(meeting_id=number, person_id=person, state=state, arrived_at=arrived))
    for position, item in enumerate(said.get("items") or []):
        _take_item(session, number, position, item, told)
    for line in said.get("lines") or []:
        found = requirements.by_key(session, str(line.get("requirement") or ""))
        person = _person(session, line.get("person"), told)
        if found is not None and person is not None:
            session.add(
                MeetingLine(
                    meeting_id=number,
                    requirement_id=found.id or 0,
                    person_id=person,
                    text=str(line.get("text") or "")[:500],
                    at=_heard(line.get("at")) or meeting.starts_at,
                )
            )
    session.flush()


def _take_item(
    session: Session, meeting_id: int, position: int, said: Mapping[str, Any], told: list[str]
) -> None:
    found = requirements.by_key(session, str(said.get("requirement") or ""))
    section, outcome = str(said.get("section") or "review"), said.get("outcome")
    if found is None or section not in SECTIONS or (outcome is not None and outcome not in OUTCOMES):
        told.append(_("议程里的 %(key)s 没有导入。") % {"key": said.get("requirement")})
        return
    score = said.get("score")
    session.add(
        MeetingItem(
            meeting_id=meeting_id,
            requirement_id=found.id or 0,
            section=section,
            why=str(said.get("why") or "")[:40],
            position=position,
            score=Decimal(str(score)) if score is not None else None,
            outcome=outcome,
            quarter=said.get("quarter"),
            rationale=str(said.get("rationale") or ""),
            words=str(said.get("words") or ""),
            deferrals=int(said.get("deferrals") or 0),
            by_id=_person(session, said.get("by"), told),
            decided_at=_heard(said.get("at")),
            escalated_to_id=_person(session, said.get("escalated_to"), told),
        )
    )
