"""The point under discussion in a meeting: what was asked, how it scores, who is heard, what may be decided."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub import accounts, meetings, requirements, taxonomy
from hub.base import clock
from hub.base.formats import listed, number
from hub.base.i18n import _, n_
from hub.request import SessionDep
from hub.web.pages import requirement_words as say
from hub.web.pages.meeting_words import SIGNS, badge_of, following, last_time, product_or_level, times

QUOTES = 2
OFFERED_QUARTERS = 6


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
class Before:
    """What the page has at hand when it comes to the point."""

    meeting: meetings.Meeting
    series: meetings.MeetingSeries
    read: meetings.Reading
    person: accounts.Actor
    words: taxonomy.Words


def now_of(session: SessionDep, at: Before, entry: meetings.Entry, values: Mapping[str, str] | None) -> Now:
    """The point of this entry; `values`: what was typed and refused."""
    row, item, meeting, person = entry.row, entry.item, at.meeting, at.person
    found = meetings.discussed(session, meeting, row.id, at.read.seats, person)
    after = following(at.read.entries, row.key)
    offered = requirements.quarters(clock.today(), OFFERED_QUARTERS)
    typed = {"outcome": "", "quarter": offered[1], "rationale": "", "words": "", **(values or {})}
    badge, tone = badge_of(entry)
    decided = item is not None and item.outcome is not None
    told, demand = found.brief, row.demand
    return Now(
        key=row.key,
        title=row.title,
        tags=tuple(t for t in (product_or_level(row, at.words), row.level, row.quarter or "") if t),
        why="" if entry.put_off and not decided else str(meetings.WHY.get(entry.why, "")),
        cells=_cells(row, told, requirements.effort_unit(session)),
        revenue=say.amounts(demand.revenue) if demand.revenue else "",
        customers=n_("%(n)s 家客户", demand.customers) if demand.customers else "",
        quotes=tuple((q.text, q.customer) for q in told.quotes[:QUOTES]),
        more_quotes=max(0, len(told.quotes) - QUOTES),
        ready=tuple((c.title, f"/assets/{c.id}") for c in told.ready[:QUOTES]),
        voices=_voices(at, entry, found.voices),
        lines=tuple((line.text, line.name) for line in found.lines),
        my_line=next((line.text for line in found.lines if line.person_id == person.id), ""),
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
        pressing=bool(entry.escalated_to) or last_time(entry),
        next_url=f"/meetings/{meeting.id}?on={after.row.key}#now" if after else "",
        capacity=_capacity(session, at, row, told, typed["quarter"]),
    )


def _speaks(told: requirements.Brief, person: accounts.Actor) -> bool:
    owns = person.id is not None and person.name in {q.owner for q in told.quotes}
    return owns or bool(person.roles & {"product_manager", "technical_expert"})


def _cells(row: requirements.Row, told: requirements.Brief, pool: str) -> tuple[tuple[str, str], ...]:
    labels = {f: str(v) for f, v in requirements.FACTOR_LABELS.items()}
    said = [("RICE", say.score(row.score) or _("未知"))]
    for f in told.factors:
        label = f"{labels[f.name]} · {f.by}" if f.name == "effort" and f.by else labels[f.name]
        said.append((label, say.factor(f.name, f.value, f.unit, pool) if f.value is not None else _("未知")))
    return tuple(said)


def _voices(at: Before, entry: meetings.Entry, heard: tuple[meetings.Voice, ...]) -> tuple[Heard, ...]:
    """The three roles, where they have something to decide, for whoever sees who is at the table."""
    if entry.section == "report" or not at.read.whole:
        return ()
    return tuple(_heard(v, begun=at.meeting.state != "planned") for v in heard)


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
    often = times(entry.put_off)
    if entry.escalated_to:
        return _("%(times)s，已上报 %(name)s") % {"times": often, "name": entry.escalated_to}
    return _("%(times)s，再顺延就要上报") % {"times": often} if last_time(entry) else often


def _capacity(
    session: SessionDep, at: Before, row: requirements.Row, told: requirements.Brief, quarter: str
) -> Capacity | None:
    """What is planned into the quarter, and what would be left with this one, in person-days."""
    whole = at.series.capacity_days
    if whole is None or len(quarter) != len("2026Q4"):
        return None
    used = meetings.load(session, at.series, quarter, at.person)
    own = next((f.value for f in told.factors if f.name == "effort"), None)
    after = ""
    if own is not None and row.state in {"scored", "in_review", "parked"}:
        left = whole - used - float(own)
        said = _("本条规划后还剩 %(n)s 人天") if left >= 0 else _("本条规划后超出 %(n)s 人天")
        after = said % {"n": number(abs(left), 0)}
    return Capacity(f"{quarter[:4]} {quarter[4:]}", round(used), whole, after)
