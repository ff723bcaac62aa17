"""The page of one meeting: bar, agenda, who is there, what was decided. `meeting_now` is the point itself."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub import accounts, meetings, requirements, taxonomy
from hub.base import clock, stamps
from hub.base.formats import clock as clock_of
from hub.base.formats import listed, long_day
from hub.base.i18n import _, current, n_
from hub.request import SessionDep
from hub.web.pages import requirement_words as say
from hub.web.pages.meeting_now import Before, Now, now_of
from hub.web.pages.meeting_words import STATE_TONES, badge_of, is_open, product_or_level

LATEST = 4


@dataclass(frozen=True)
class Line:
    """One line of the agenda."""

    n: int
    key: str
    title: str
    url: str
    about: str
    score: str
    revenue: str
    badge: str
    tone: str
    done: bool
    head: str  # the section's name where it begins, else empty
    said: str  # what may be said to the customer, and why, for the minutes
    why: str


@dataclass(frozen=True)
class SeatRow:
    id: int
    name: str
    what: str
    state: str
    at: str
    me: bool


@dataclass(frozen=True)
class Decided:
    title: str
    url: str
    meta: str
    badge: str
    tone: str


@dataclass(frozen=True)
class MeetingPage:
    """See templates/meetings/page.html."""

    id: int
    title: str
    state: str
    state_label: str
    state_tone: str
    when: str
    about: str
    note: str
    done: int
    total: int
    elapsed: int
    clock: str
    minutes: int
    lines: tuple[Line, ...]
    on: str  # the key of the line that is being talked about, or looked at
    now: Now | None
    seats: tuple[SeatRow, ...]
    may_sit: bool
    all_roles: bool
    decided: tuple[Decided, ...]
    waiting: int
    waiting_url: str
    reports_open: bool
    hosts: bool
    whole: bool
    colleagues: tuple[tuple[str, str], ...]
    starts_value: str
    error: str | None = None


def page_of(
    session: SessionDep,
    meeting: meetings.Meeting,
    series: meetings.MeetingSeries,
    person: accounts.Actor,
    *,
    on: str = "",
    values: Mapping[str, str] | None = None,
    error: str | None = None,
) -> MeetingPage:
    words = taxonomy.words_for(session, person)
    read, leads = meetings.reading(session, meeting, series, person), meetings.hosts(meeting, person)
    entries, seats = read.entries, read.seats
    before = Before(meeting, series, read, person, words)
    chosen = _chosen(entries, on, meeting.state)
    done = sum(e.item is not None and e.item.outcome is not None for e in entries)
    known = [words.label("product", p) for p in series.products if p in words.products]
    return MeetingPage(
        id=meeting.id or 0,
        title=meetings.title(meeting, series),
        state=meeting.state,
        state_label=str(meetings.STATE_LABELS[meeting.state]),
        state_tone=STATE_TONES[meeting.state],
        when=f"{long_day(meeting.began_at or meeting.starts_at)} {clock_of(meeting.began_at or meeting.starts_at)}",
        about=listed(known) if known else _("全部产品"),
        note=meeting.note,
        done=done,
        total=len(entries),
        elapsed=meetings.elapsed(meeting),
        clock=_clock(meetings.elapsed(meeting)),
        minutes=series.minutes,
        lines=_lines(session, before),
        on=chosen.row.key if chosen else "",
        now=now_of(session, before, chosen, values) if chosen else None,
        seats=tuple(_seat(s, person) for s in seats),
        may_sit=meeting.state in meetings.OPEN and all(s.person_id != person.id for s in seats),
        all_roles=_all_roles(seats),
        decided=_decided(meeting, entries),
        waiting=read.waiting,
        waiting_url=f"/requirements?state={requirements.NO_EFFORT}",
        reports_open=any(
            e.section == "report" and e.item is not None and e.item.outcome is None for e in entries
        ),
        hosts=leads,
        whole=read.whole,
        colleagues=_colleagues(session, seats) if leads and meeting.state in meetings.OPEN else (),
        starts_value=meeting.starts_at.astimezone(clock.HOUSE_ZONE).strftime("%Y-%m-%dT%H:%M"),
        error=error,
    )


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _chosen(entries: Sequence[meetings.Entry], on: str, state: str) -> meetings.Entry | None:
    """The entry of this key, else the first open one while the meeting runs, else none once it is over."""
    named = next((e for e in entries if e.row.key == on), None)
    if named or state in {"closed", "skipped"}:
        return named
    return next((e for e in entries if is_open(e)), entries[0] if entries else None)


def _lines(session: SessionDep, at: Before) -> tuple[Line, ...]:
    """The agenda, made once for each person and language as long as nothing changes: it is the same at every point."""
    by = at.person
    key = ("lines", at.meeting.id, by.id, by.roles, by.tokens, clock.today(), current())
    return stamps.kept(
        session, stamps.EVERYTHING, key, lambda: tuple(_drawn(at.meeting, at.read.entries, at.words))
    )


def _drawn(
    meeting: meetings.Meeting, entries: Sequence[meetings.Entry], words: taxonomy.Words
) -> Iterator[Line]:
    section = ""
    for n, e in enumerate(entries, 1):
        badge, tone = badge_of(e)
        row, item = e.row, e.item
        demand = row.demand
        yield Line(
            n=n,
            key=row.key,
            title=row.title,
            url=f"/meetings/{meeting.id}?on={row.key}#now",
            about=n_("%(n)s 家客户", demand.customers) if demand.customers else product_or_level(row, words),
            score=say.score(item.score if item is not None else row.score),
            revenue=say.amounts(demand.revenue) if demand.revenue else "",
            badge=badge,
            tone=tone,
            done=item is not None and item.outcome is not None,
            head=str(meetings.SECTION_LABELS[e.section]) if e.section != section else "",
            said=item.words if item else "",
            why=item.rationale if item else "",
        )
        section = e.section


def _seat(seat: meetings.Seat, person: accounts.Actor) -> SeatRow:
    what = [seat.title, _("主持") if seat.hosts else ""]
    return SeatRow(
        seat.person_id,
        seat.name,
        " · ".join(w for w in what if w),
        seat.state,
        clock_of(seat.arrived_at) if seat.arrived_at else "",
        seat.person_id == person.id,
    )


def _all_roles(seats: Sequence[meetings.Seat]) -> bool:
    here = set().union(*(s.roles for s in seats if s.state == "present")) if seats else set()
    return {"seller", "product_manager", "technical_expert"} <= here


def _decided(meeting: meetings.Meeting, entries: Sequence[meetings.Entry]) -> tuple[Decided, ...]:
    done = [e for e in entries if e.item is not None and e.item.outcome not in {None, "noted"}]
    done.sort(key=_at, reverse=True)
    found = []
    for e in done[:LATEST]:
        badge, tone = badge_of(e)
        meta = " · ".join(t for t in (clock_of(_at(e)), e.by) if t)
        found.append(Decided(e.row.title, f"/meetings/{meeting.id}?on={e.row.key}#now", meta, badge, tone))
    return tuple(found)


def _at(entry: meetings.Entry) -> datetime:
    return (entry.item.decided_at if entry.item else None) or entry.row.updated_at


def _colleagues(session: SessionDep, seats: Sequence[meetings.Seat]) -> tuple[tuple[str, str], ...]:
    there = {s.person_id for s in seats}
    people = accounts.colleagues(session)
    return tuple(
        (str(i), f"{name} · {title}" if title else name) for i, name, title in people if i not in there
    )
