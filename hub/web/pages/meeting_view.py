"""What the page of one meeting shows: bar, agenda, the item under discussion, who is there, what was decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub import accounts, meetings, requirements, taxonomy
from hub.base import clock
from hub.base.formats import clock as clock_of
from hub.base.formats import listed, long_day, number
from hub.base.i18n import Lazy, _, lazy, n_
from hub.request import SessionDep
from hub.web.pages import requirement_words as say

SIGNS: dict[str, tuple[str, str, Lazy]] = {  # icon, tone, hint
    "planned": ("calendar-event", "green", lazy("放进某个季度")),
    "parked": ("hourglass", "orange", lazy("先不做，留着")),
    "declined": ("ban", "gray", lazy("说明原因")),
    "more": ("help-circle", "yellow", lazy("退回提出人")),
    "deferred": ("clock", "purple", lazy("下次再议")),
    "noted": ("check", "azure", lazy("听过了，照旧")),
}
STATE_TONES = {"planned": "azure", "running": "red", "paused": "yellow", "closed": "gray", "skipped": "gray"}
QUOTES = 2
LATEST = 4
OFFERED_QUARTERS = 6


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
    on: bool
    head: str  # the section's name where it begins, else empty
    said: str  # what may be said to the customer, and why, for the minutes
    why: str


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    hint: str
    icon: str


@dataclass(frozen=True)
class Heard:
    """How one of the three roles is heard."""

    label: str
    said: str
    tone: str


@dataclass(frozen=True)
class Now:
    """The item under discussion."""

    key: str
    title: str
    tags: tuple[str, ...]
    why: str
    cells: tuple[tuple[str, str], ...]
    revenue: str
    customers: str
    quotes: tuple[tuple[str, str], ...]
    more_quotes: int
    ready: tuple[tuple[str, str], ...]
    voices: tuple[Heard, ...]
    lines: tuple[tuple[str, str], ...]
    my_line: str
    may_write: bool
    choices: tuple[Choice, ...]
    quarters: tuple[tuple[str, str], ...]
    values: Mapping[str, str]
    tells: int
    outcome: str
    outcome_tone: str
    rationale: str
    words: str
    deferred: str
    pressing: bool  # it was taken above, or is the next time it is deferred
    next_url: str
    capacity: "Capacity | None"


@dataclass(frozen=True)
class Capacity:
    quarter: str
    used: int
    whole: int
    after: str


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
    entries = meetings.entries(session, meeting, series, person)
    whole, leads = meetings.sees_whole(session, meeting, person), meetings.hosts(meeting, person)
    seats = meetings.seats(session, meeting) if whole else []
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
        lines=_lines(meeting, entries, chosen, words),
        now=_now(session, meeting, series, chosen, entries, seats, person, words, values) if chosen else None,
        seats=tuple(_seat(s, person) for s in seats),
        may_sit=meeting.state in meetings.OPEN and all(s.person_id != person.id for s in seats),
        all_roles=_all_roles(seats),
        decided=_decided(meeting, entries),
        waiting=meetings.without_effort(session, series, person)
        if whole and meeting.state != "closed"
        else 0,
        waiting_url=f"/requirements?state={requirements.NO_EFFORT}",
        reports_open=any(
            e.section == "report" and e.item is not None and e.item.outcome is None for e in entries
        ),
        hosts=leads,
        whole=whole,
        colleagues=_colleagues(session, seats) if leads and meeting.state in meetings.OPEN else (),
        starts_value=meeting.starts_at.astimezone(clock.HOUSE_ZONE).strftime("%Y-%m-%dT%H:%M"),
        error=error,
    )


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def is_open(entry: meetings.Entry) -> bool:
    return entry.item is not None and entry.item.outcome is None


def _chosen(entries: Sequence[meetings.Entry], on: str, state: str) -> meetings.Entry | None:
    """The entry of this key, else the first open one while the meeting runs, else none once it is over."""
    named = next((e for e in entries if e.row.key == on), None)
    if named or state in {"closed", "skipped"}:
        return named
    return next((e for e in entries if is_open(e)), entries[0] if entries else None)


def following(entries: Sequence[meetings.Entry], key: str) -> meetings.Entry | None:
    """The next entry without an outcome after this one, round the end of the agenda."""
    at = next((n for n, e in enumerate(entries) if e.row.key == key), 0)
    later = [*entries[at + 1 :], *entries[:at]]
    return next((e for e in later if is_open(e)), None)


def badge_of(entry: meetings.Entry) -> tuple[str, str]:
    """What stands behind a title: its outcome, or why it is there."""
    item = entry.item
    if item is None or item.outcome is None:
        if entry.put_off:
            return _times(entry.put_off), "orange" if _last_time(entry) else "gray"
        return str(meetings.WHY.get(entry.why, "")), "gray"
    label = str(meetings.OUTCOME_LABELS[item.outcome])
    said = f"{label} {item.quarter[4:]}" if item.quarter else label
    return said, SIGNS[item.outcome][1]


def _lines(
    meeting: meetings.Meeting,
    entries: Sequence[meetings.Entry],
    chosen: meetings.Entry | None,
    words: taxonomy.Words,
) -> tuple[Line, ...]:
    found, section = [], ""
    for n, e in enumerate(entries, 1):
        badge, tone = badge_of(e)
        row, item = e.row, e.item
        score = item.score if item is not None else row.score
        on = chosen is not None and row.key == chosen.row.key
        found.append(
            Line(
                n=n,
                key=row.key,
                title=row.title,
                url=f"/meetings/{meeting.id}?on={row.key}#now",
                about=n_("%(n)s 家客户", row.demand.customers)
                if row.demand.customers
                else _product(row, words),
                score=say.score(score),
                revenue=say.amounts(row.demand.revenue) if row.demand.revenue else "",
                badge=_("正在议") if on and meeting.state == "running" and is_open(e) else badge,
                tone="blue" if on and meeting.state == "running" and is_open(e) else tone,
                done=item is not None and item.outcome is not None,
                on=on,
                head=str(meetings.SECTION_LABELS[e.section]) if e.section != section else "",
                said=item.words if item else "",
                why=item.rationale if item else "",
            )
        )
        section = e.section
    return tuple(found)


def _product(row: requirements.Row, words: taxonomy.Words) -> str:
    return words.label("product", row.product) if row.product else row.level


def _now(
    session: SessionDep,
    meeting: meetings.Meeting,
    series: meetings.MeetingSeries,
    entry: meetings.Entry,
    entries: Sequence[meetings.Entry],
    seats: Sequence[meetings.Seat],
    person: accounts.Actor,
    words: taxonomy.Words,
    values: Mapping[str, str] | None,
) -> Now:
    found = requirements.by_id(session, entry.row.id)  # the agenda holds nothing but what they may read
    told = requirements.brief(session, found, person)
    demand = entry.row.demand
    item, after = entry.item, following(entries, entry.row.key)
    lines = meetings.written(session, meeting, found.id or 0)
    offered = requirements.quarters(clock.today(), OFFERED_QUARTERS)
    typed = {"outcome": "", "quarter": offered[1], "rationale": "", "words": "", **(values or {})}
    badge, tone = badge_of(entry)
    decided = item is not None and item.outcome is not None
    return Now(
        key=found.key,
        title=found.title,
        tags=tuple(t for t in (_product(entry.row, words), found.level, found.quarter or "") if t),
        why="" if entry.put_off and not decided else str(meetings.WHY.get(entry.why, "")),
        cells=_cells(found, told, requirements.effort_unit(session)),
        revenue=say.amounts(demand.revenue) if demand.revenue else "",
        customers=n_("%(n)s 家客户", demand.customers) if demand.customers else "",
        quotes=tuple((q.text, q.customer) for q in told.quotes[:QUOTES]),
        more_quotes=max(0, len(told.quotes) - QUOTES),
        ready=tuple((c.title, f"/assets/{c.id}") for c in told.ready[:QUOTES]),
        voices=_voices(session, meeting, entry, seats, lines),
        lines=tuple((line.text, name) for line, name in lines),
        my_line=next((line.text for line, _n in lines if line.person_id == person.id), ""),
        may_write=meeting.state in meetings.OPEN and _speaks(told, person),
        choices=_choices(entry),
        quarters=tuple((q, f"{q[:4]} {q[4:]}") for q in offered),
        values=typed,
        tells=len({q.owner for q in told.quotes if q.owner}),
        outcome=badge if decided else "",
        outcome_tone=tone,
        rationale=item.rationale if item else "",
        words=item.words if item else "",
        deferred=_deferred(entry),
        pressing=bool(entry.escalated_to) or _last_time(entry),
        next_url=f"/meetings/{meeting.id}?on={after.row.key}#now" if after else "",
        capacity=_capacity(session, series, found, typed["quarter"], person),
    )


def _speaks(told: requirements.Brief, person: accounts.Actor) -> bool:
    owns = person.id is not None and person.name in {q.owner for q in told.quotes}
    return owns or bool(person.roles & {"product_manager", "technical_expert"})


def _cells(
    found: requirements.Requirement, told: requirements.Brief, pool: str
) -> tuple[tuple[str, str], ...]:
    labels = {f: str(v) for f, v in requirements.FACTOR_LABELS.items()}
    said = [("RICE", say.score(found.score) or _("未知"))]
    for f in told.factors:
        label = f"{labels[f.name]} · {f.by}" if f.name == "effort" and f.by else labels[f.name]
        said.append((label, say.factor(f.name, f.value, f.unit, pool) if f.value is not None else _("未知")))
    return tuple(said)


def _voices(
    session: SessionDep,
    meeting: meetings.Meeting,
    entry: meetings.Entry,
    seats: Sequence[meetings.Seat],
    lines: Sequence[tuple[meetings.MeetingLine, str]],
) -> tuple[Heard, ...]:
    """The three roles, where they have something to decide."""
    if entry.section == "report":
        return ()
    heard = meetings.voices(session, meeting, entry.row.id, seats, lines)
    return tuple(_heard(v, begun=meeting.state != "planned") for v in heard)


def _heard(voice: meetings.Voice, *, begun: bool) -> Heard:
    label = str(meetings.VOICE_LABELS[voice.role])
    said = {
        "present": _("%(names)s 在场") % {"names": listed(voice.names)},
        "written": _("%(names)s 书面") % {"names": listed(voice.names)},
        "vacant": _("没有人提"),
        "missing": _("还缺") if begun else _("还没到"),
    }[voice.state]
    tones = {
        "present": "green",
        "written": "azure",
        "vacant": "gray",
        "missing": "orange" if begun else "gray",
    }
    tone = tones[voice.state]
    return Heard(label, said, tone)


def _choices(entry: meetings.Entry) -> tuple[Choice, ...]:
    possible = meetings.POSSIBLE[entry.section] if entry.item is not None else ()
    slips = entry.section in {"promise", "change"}
    found = []
    for value in possible:
        icon, _tone, hint = SIGNS[value]
        label = _("改季度") if slips and value == "planned" else str(meetings.OUTCOME_LABELS[value])
        found.append(Choice(value, label, str(hint), icon))
    return tuple(found)


def _deferred(entry: meetings.Entry) -> str:
    if not entry.put_off:
        return ""
    times = _times(entry.put_off)
    if entry.escalated_to:
        return _("%(times)s，已上报 %(name)s") % {"times": times, "name": entry.escalated_to}
    return _("%(times)s，再顺延就要上报") % {"times": times} if _last_time(entry) else times


def _times(put_off: int) -> str:
    return n_("已顺延 %(n)s 次", put_off)


def _last_time(entry: meetings.Entry) -> bool:
    """True when deferring it once more takes it to somebody above."""
    undecided = entry.item is None or entry.item.outcome is None
    return undecided and entry.put_off >= meetings.ESCALATE_AT - 1


def _capacity(
    session: SessionDep,
    series: meetings.MeetingSeries,
    found: requirements.Requirement,
    quarter: str,
    person: accounts.Actor,
) -> Capacity | None:
    if series.capacity_days is None or len(quarter) != len("2026Q4"):
        return None
    used, whole = meetings.load_of(session, series, quarter, person)
    own = meetings.effort_of(session, [found.id or 0]).get(found.id or 0)
    after = ""
    if own is not None and whole is not None and found.state in {"scored", "in_review", "parked"}:
        left = whole - used - own
        plain = number(abs(left), 0)
        said = _("本条规划后还剩 %(n)s 人天") if left >= 0 else _("本条规划后超出 %(n)s 人天")
        after = said % {"n": plain}
    return Capacity(f"{quarter[:4]} {quarter[4:]}", round(used), whole or 0, after)


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
    people = accounts.people(session, active_only=True)
    return tuple(
        (str(p.id), f"{p.name} · {p.title}" if p.title else p.name) for p in people if p.id not in there
    )
