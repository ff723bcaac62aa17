"""Review meetings: series, agendas, decisions, attendance, minutes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from hub import accounts, meetings
from hub.api.shapes import Shape
from hub.base import clock
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.request import SessionDep, TokenPersonDep

router = APIRouter(prefix="/meetings", tags=["meetings"])
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


class SeriesItem(Shape):
    """A meeting that comes back; `upcoming` are its next moments by the calendar."""

    id: int
    name: str
    every_weeks: int
    first_on: date
    at_time: str
    minutes: int
    host_id: int | None
    ended: bool
    edition: int
    upcoming: list[datetime]


class SeriesFields(Shape):
    name: str = Field(max_length=120)
    every_weeks: Literal[1, 2] = 1
    first_on: date
    at_time: str = Field("09:30", description="HH:MM, in the house's zone")
    minutes: int = 60
    products: list[str] = Field(default_factory=list)
    host_id: int | None = None
    escalate_to_id: int | None = None
    capacity_days: int | None = None


class ChangedSeries(SeriesFields):
    """The series as it is to be from now on; `ended` plans no more meetings."""

    edition: int
    ended: bool = False


class When(Shape):
    starts_at: datetime = Field(description="without a zone: in the house's")


class MeetingItem(Shape):
    id: int
    series_id: int
    number: int
    title: str
    starts_at: datetime
    state: str
    began_at: datetime | None
    closed_at: datetime | None


class AgendaItem(Shape):
    """One requirement on the agenda; what it came to is null until somebody decides. `deferrals`: how often in a row it
    has been put off, this meeting included once it is deferred here.
    """

    key: str
    title: str
    section: str
    why: str
    score: Decimal | None
    outcome: str | None
    quarter: str | None
    rationale: str
    words: str
    by: str
    decided_at: datetime | None
    deferrals: int
    escalated_to: str


class SeatItem(Shape):
    person_id: int
    name: str
    state: str
    arrived_at: datetime | None


class MeetingWhole(MeetingItem):
    """The meeting as the caller may see it: others' items are left out."""

    elapsed_seconds: int
    items: list[AgendaItem]
    seats: list[SeatItem]


class NextState(Shape):
    to: str = Field(description="running, paused, closed or skipped")
    reason: str = Field("", max_length=500)


class Decision(Shape):
    outcome: Literal["planned", "parked", "declined", "more", "deferred", "noted"]
    rationale: str = Field("", max_length=2000)
    words: str = Field("", max_length=2000)
    quarter: str = Field("", description="2027Q1")


class SeatState(Shape):
    state: str = Field(description="invited, present or away")


class WrittenLine(Shape):
    text: str = Field(max_length=500)


class AddedItem(Shape):
    key: str = Field(max_length=40)


def _series(found: meetings.MeetingSeries) -> SeriesItem:
    plain = ("id", "name", "every_weeks", "first_on", "at_time", "minutes", "host_id", "ended", "edition")
    later = [] if found.ended else meetings.upcoming(found)
    return SeriesItem(**{n: getattr(found, n) for n in plain}, upcoming=later)


def _plain(meeting: meetings.Meeting, series: meetings.MeetingSeries) -> dict[str, object]:
    names = ("id", "series_id", "number", "starts_at", "state", "began_at", "closed_at")
    return {**{n: getattr(meeting, n) for n in names}, "title": meetings.title(meeting, series)}


def _whole(session: SessionDep, meeting_id: int, person: accounts.Actor) -> MeetingWhole:
    meeting, series = meetings.get(session, meeting_id, person)
    whole = meetings.sees_whole(session, meeting, person)
    return MeetingWhole.model_validate(
        {
            **_plain(meeting, series),
            "elapsed_seconds": meetings.elapsed(meeting),
            "items": [_item(e) for e in meetings.entries(session, meeting, series, person)],
            "seats": [SeatItem.model_validate(s) for s in meetings.seats(session, meeting)] if whole else [],
        }
    )


def _item(entry: meetings.Entry) -> AgendaItem:
    item = entry.item
    return AgendaItem(
        key=entry.row.key,
        title=entry.row.title,
        section=entry.section,
        why=entry.why,
        score=item.score if item else entry.row.score,
        outcome=item.outcome if item else None,
        quarter=item.quarter if item else None,
        rationale=item.rationale if item else "",
        words=item.words if item else "",
        by=entry.by,
        decided_at=item.decided_at if item else None,
        deferrals=entry.put_off,
        escalated_to=entry.escalated_to,
    )


@router.get("/series", summary="List series")
def series(session: SessionDep, person: TokenPersonDep) -> list[SeriesItem]:
    return [_series(s) for s in meetings.all_series(session, person)]


@router.post("/series", status_code=201, summary="Set up a series")
def create_series(session: SessionDep, person: TokenPersonDep, said: SeriesFields) -> SeriesItem:
    return _series(meetings.create_series(session, _fields(said), by=person))


def _fields(said: SeriesFields) -> meetings.SeriesFields:
    plain = said.model_dump(exclude={"edition", "ended"})
    return meetings.SeriesFields(**{**plain, "products": tuple(said.products)})


@router.put("/series/{series_id}", summary="Change a series, or end it")
def edit_series(
    session: SessionDep, person: TokenPersonDep, series_id: int, said: ChangedSeries
) -> SeriesItem:
    """A meeting that has not begun moves to the new day."""
    found = meetings.get_series(session, series_id, person)
    meetings.edit_series(session, found, _fields(said), edition=said.edition, ended=said.ended, by=person)
    return _series(found)


@router.get("", summary="List meetings")
def index(
    session: SessionDep,
    person: TokenPersonDep,
    state: Literal["planned", "running", "paused", "closed", "skipped"] | None = None,
) -> list[MeetingItem]:
    """The newest first, 200 at most."""
    found = {s.id: s for s in meetings.all_series(session, person)}
    states = (state,) if state else (*meetings.OPEN, "closed", "skipped")
    held = meetings.meetings(session, found.values(), states=states, limit=200)
    return [MeetingItem.model_validate(_plain(m, found[m.series_id])) for m in held]


@router.get("/{meeting_id}", summary="Read a meeting")
def read(session: SessionDep, person: TokenPersonDep, meeting_id: int) -> MeetingWhole:
    return _whole(session, meeting_id, person)


@router.get("/{meeting_id}/minutes.docx", summary="The minutes as a document", response_class=Response)
def minutes(session: SessionDep, person: TokenPersonDep, meeting_id: int) -> Response:
    meeting, of = meetings.get(session, meeting_id, person)
    return Response(meetings.to_docx(session, meeting, of, person), media_type=DOCX)


@router.post("/{meeting_id}/state", summary="Begin, pause, close or skip a meeting")
def state(session: SessionDep, person: TokenPersonDep, meeting_id: int, said: NextState) -> MeetingWhole:
    """It closes when every item has its outcome."""
    meetings.must_host(session, meeting_id, person)
    if said.to not in {"running", "paused", "closed", "skipped"}:
        raise HubError(_("会议只能开始、休会、接着开、结束或跳过。"))
    if said.to == "skipped":
        meetings.skip(session, meeting_id, reason=said.reason, by=person)
    elif said.to == "closed":
        meetings.close(session, meeting_id, by=person)
    elif said.to == "paused":
        meetings.pause(session, meeting_id, by=person)
    elif meetings.get(session, meeting_id, person)[0].state == "paused":
        meetings.resume(session, meeting_id, by=person)
    else:
        meetings.begin(session, meeting_id, by=person)
    return _whole(session, meeting_id, person)


@router.put("/{meeting_id}/when", summary="Move a meeting that has not begun")
def reschedule(session: SessionDep, person: TokenPersonDep, meeting_id: int, said: When) -> MeetingWhole:
    meetings.must_host(session, meeting_id, person)
    at = said.starts_at if said.starts_at.tzinfo else said.starts_at.replace(tzinfo=clock.HOUSE_ZONE)
    meetings.reschedule(session, meeting_id, at, by=person)
    return _whole(session, meeting_id, person)


@router.post("/{meeting_id}/reports", summary="All that is only reported has been heard")
def note_reports(session: SessionDep, person: TokenPersonDep, meeting_id: int) -> MeetingWhole:
    meetings.note_reports(session, meeting_id, by=person)
    return _whole(session, meeting_id, person)


@router.post("/{meeting_id}/items", status_code=201, summary="Add a requirement to a running meeting")
def add(session: SessionDep, person: TokenPersonDep, meeting_id: int, said: AddedItem) -> MeetingWhole:
    meetings.add_item(session, meeting_id, said.key, by=person)
    return _whole(session, meeting_id, person)


@router.put("/{meeting_id}/items/{key}", summary="Decide on an item")
def decide(
    session: SessionDep, person: TokenPersonDep, meeting_id: int, key: str, said: Decision
) -> MeetingWhole:
    """Whoever asked for the requirement is told; 409 when somebody decided it first."""
    meetings.decide(
        session,
        meeting_id,
        key,
        said.outcome,
        rationale=said.rationale,
        words=said.words,
        quarter=said.quarter,
        by=person,
    )
    return _whole(session, meeting_id, person)


@router.delete("/{meeting_id}/items/{key}/outcome", summary="Take an outcome back")
def take_back(session: SessionDep, person: TokenPersonDep, meeting_id: int, key: str) -> MeetingWhole:
    meetings.take_back(session, meeting_id, key, by=person)
    return _whole(session, meeting_id, person)


@router.put("/{meeting_id}/lines/{key}", summary="Write a line about an item")
def write(
    session: SessionDep, person: TokenPersonDep, meeting_id: int, key: str, said: WrittenLine
) -> MeetingWhole:
    meetings.write_line(session, meeting_id, key, said.text, by=person)
    return _whole(session, meeting_id, person)


@router.put("/{meeting_id}/seats/{person_id}", summary="Invite somebody, or say who is there")
def sit(
    session: SessionDep, person: TokenPersonDep, meeting_id: int, person_id: int, said: SeatState
) -> MeetingWhole:
    meetings.sit(session, meeting_id, person_id, said.state, by=person)
    return _whole(session, meeting_id, person)
