"""Review meetings: the series with what comes next, the minutes of those that were, and the form of a series."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts, meetings, taxonomy
from hub.base import clock
from hub.base.errors import HubError, NotAllowed
from hub.base.formats import clock as clock_of
from hub.base.formats import listed, long_day, moment
from hub.base.i18n import _, lazy, n_
from hub.request import FormDep, SessionDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pages import requirement_words as say
from hub.web.pages.meeting_words import STATE_TONES
from hub.web.render import render

router = APIRouter(include_in_schema=False)
SHOWN_DATES = 4
DAYS = (lazy("周一"), lazy("周二"), lazy("周三"), lazy("周四"), lazy("周五"), lazy("周六"), lazy("周日"))


@dataclass(frozen=True)
class MeetingLine:
    url: str
    title: str
    when: str
    state: str
    tone: str
    about: str


@dataclass(frozen=True)
class SeriesCard:
    id: int
    name: str
    rhythm: str
    about: str
    host: str
    ended: bool
    next: MeetingLine | None
    overdue: bool
    later: tuple[str, ...]
    held: tuple[MeetingLine, ...]


@dataclass(frozen=True)
class ListPage:
    """See templates/meetings/index.html."""

    series: tuple[SeriesCard, ...]
    may_lead: bool


@router.get("/meetings")
def index(request: Request, session: SessionDep, person: ActorDep) -> Response:
    found = meetings.all_series(session, person)
    words = taxonomy.words_for(session, person)
    names = accounts.names(session, [s.host_id for s in found])
    open_ones = meetings.meetings(session, found, states=meetings.OPEN)
    held = meetings.meetings(session, found, states=("closed", "skipped"), limit=60)
    cards = tuple(_card(s, open_ones, held, names, words) for s in found)
    return render(request, "meetings/index.html", ListPage(cards, person.may("requirement.manage")))


def _card(
    series: meetings.MeetingSeries,
    open_ones: list[meetings.Meeting],
    held: list[meetings.Meeting],
    names: dict[int, str],
    words: taxonomy.Words,
) -> SeriesCard:
    coming = next((m for m in open_ones if m.series_id == series.id), None)
    known = [words.label("product", p) for p in series.products if p in words.products]
    after = max(coming.starts_at, clock.now()) if coming else clock.now()
    later = [m for m in meetings.upcoming(series, at=after, count=SHOWN_DATES + 1) if m > after]
    return SeriesCard(
        id=series.id or 0,
        name=series.name,
        rhythm=rhythm(series),
        about=listed(known) if known else _("全部产品"),
        host=names.get(series.host_id or 0, ""),
        ended=series.ended,
        next=_line(coming, series) if coming else None,
        overdue=coming is not None and coming.state == "planned" and coming.starts_at < clock.now(),
        later=() if series.ended else tuple(moment(m) for m in later[:SHOWN_DATES]),
        held=tuple(_line(m, series) for m in held if m.series_id == series.id),
    )


def rhythm(series: meetings.MeetingSeries) -> str:
    """Every week or two, on which day, at what time."""
    starts = meetings.instant(series.first_on, series.at_time)
    every = _("每周") if series.every_weeks == 1 else _("每两周")
    return _("%(every)s · %(day)s %(time)s · %(minutes)s") % {
        "every": every,
        "day": DAYS[series.first_on.weekday()],
        "time": clock_of(starts),
        "minutes": n_("%(n)s 分钟", series.minutes),
    }


def _line(meeting: meetings.Meeting, series: meetings.MeetingSeries) -> MeetingLine:
    at = meeting.began_at or meeting.starts_at
    return MeetingLine(
        f"/meetings/{meeting.id}",
        meetings.title(meeting, series),
        f"{long_day(at)} {clock_of(at)}",
        str(meetings.STATE_LABELS[meeting.state]),
        STATE_TONES[meeting.state],
        meeting.note,
    )


@dataclass(frozen=True)
class FormPage:
    """See templates/meetings/series.html. `id` is None for a new one."""

    id: int | None
    values: dict[str, Any]
    products: tuple[tuple[str, str], ...]
    hosts: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    edition: int = 0
    error: str | None = None


def _form(
    session: SessionDep,
    person: accounts.Actor,
    series: meetings.MeetingSeries | None,
    values: dict[str, Any],
    error: str | None = None,
) -> FormPage:
    words = taxonomy.words_for(session, person)
    hosts = accounts.with_role(session, "product_manager")
    blank = {
        "name": _("需求评审会"),
        "every_weeks": "1",
        "at_time": "09:30",
        "minutes": "60",
        "capacity_days": "",
    }
    blank |= {"first_on": clock.today().isoformat(), "host": str(person.id), "escalate_to": "", "ended": ""}
    return FormPage(
        id=series.id if series else None,
        values={**blank, "products": [], **values},
        products=tuple((k, words.label("product", k)) for k in words.products),
        hosts=_people(hosts),
        people=_people(accounts.people(session, active_only=True)),
        edition=series.edition if series else 0,
        error=error,
    )


def _people(found: list[accounts.Person]) -> tuple[tuple[str, str], ...]:
    return tuple((str(p.id), f"{p.name} · {p.title}" if p.title else p.name) for p in found)


def _must_lead(person: accounts.Actor) -> None:
    if not person.may("requirement.manage"):
        raise NotAllowed(_("评审会由产品经理来安排和主持。"))


@router.get("/meetings/series/new")
def new(request: Request, session: SessionDep, person: ActorDep) -> Response:
    _must_lead(person)
    return render(request, "meetings/series.html", _form(session, person, None, {}))


@router.get("/meetings/series/{series_id}")
def edit_form(request: Request, session: SessionDep, person: ActorDep, series_id: int) -> Response:
    _must_lead(person)
    found = meetings.get_series(session, series_id, person)
    plain = ("name", "at_time", "minutes")
    values: dict[str, Any] = {n: str(getattr(found, n)) for n in plain}
    values |= {
        "every_weeks": str(found.every_weeks),
        "first_on": found.first_on.isoformat(),
        "capacity_days": str(found.capacity_days or ""),
        "host": str(found.host_id or ""),
        "escalate_to": str(found.escalate_to_id or ""),
        "products": list(found.products),
        "ended": "1" if found.ended else "",
    }
    return render(request, "meetings/series.html", _form(session, person, found, values))


def _fields(form: FormDep) -> meetings.SeriesFields:
    def text(name: str) -> str:
        return str(form.get(name, "")).strip()

    return meetings.SeriesFields(
        name=text("name"),
        every_weeks=say.to_count(text("every_weeks")) or 0,
        first_on=_day(text("first_on")),
        at_time=text("at_time"),
        minutes=say.to_count(text("minutes")) or 0,
        products=tuple(str(p) for p in form.getlist("products")),
        host_id=say.to_id(text("host")),
        escalate_to_id=say.to_id(text("escalate_to")),
        capacity_days=say.to_count(text("capacity_days")),
    )


def _day(text: str) -> date:
    found = say.to_day(text)
    if found is None:
        raise HubError(_("请选第一次是哪天。"))
    return found


@router.post("/meetings/series")
@router.post("/meetings/series/{series_id}")
def save(
    request: Request, form: FormDep, session: SessionDep, person: ActorDep, series_id: int | None = None
) -> Response:
    """A new series, or changes to one; what was typed stays when something is missing."""
    _must_lead(person)
    found = meetings.get_series(session, series_id, person) if series_id is not None else None
    try:
        if found is None:
            meetings.create_series(session, _fields(form), by=person)
        else:
            edition = say.to_id(str(form.get("edition", ""))) or 0
            meetings.edit_series(
                session, found, _fields(form), edition=edition, ended=bool(form.get("ended")), by=person
            )
    except HubError as error:
        session.rollback()
        values = {k: str(v) for k, v in form.items()} | {
            "products": [str(p) for p in form.getlist("products")]
        }
        again = meetings.get_series(session, series_id, person) if series_id is not None else None
        page = _form(session, person, again, values, error.message)
        return render(request, "meetings/series.html", page, status=error.status)
    answer = RedirectResponse("/meetings", status_code=303)
    flash(answer, _("系列会存好了，下一次已排上。"))
    return answer
