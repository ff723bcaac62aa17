"""What the page of one requirement shows: a `requirements.View` put into words, dates and colours."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from hub import accounts, requirements, taxonomy
from hub.base.formats import day, number
from hub.base.i18n import _, current, n_
from hub.request import SessionDep
from hub.web import words as house_words
from hub.web.pages import requirement_words as say
from hub.web.pages.requirement_beside import (
    LATEST_MILESTONES,
    ItemLine,
    LedgerRow,
    SlotRow,
    item_line,
    ledger_row,
    slot_row,
    slots_note,
    told_note,
)
from hub.web.pages.requirement_launch import LaunchPart, part_of

SHOWN_QUOTES = 6


@dataclass(frozen=True)
class WayStep:
    label: str
    note: str
    state: str  # done, now, next


@dataclass(frozen=True)
class QuoteCard:
    url: str
    text: str
    customer: str
    revenue: str
    who: str
    urgency: str
    part: str


@dataclass(frozen=True)
class Past:
    value: str
    by: str
    on: str
    reason: str


@dataclass(frozen=True)
class FactorRow:
    name: str
    label: str
    english: str
    value: str
    plain: str
    by: str
    on: str
    reason: str
    may_set: bool
    before: tuple[Past, ...]
    unit: str  # of what is typed: days or months, customers or users
    parts: tuple[tuple[str, str, str], ...]  # of effort: key, label, what stands there
    parts_said: str


@dataclass(frozen=True)
class Move:
    """A step that a product manager may take now."""

    to: str
    label: str
    tone: str


@dataclass(frozen=True)
class RequirementPage:
    """See templates/requirements/page.html."""

    key: str
    title: str
    summary: str
    level: str
    state: str
    restricted: bool
    path: tuple[tuple[str, str | None], ...]
    people: str
    steps: tuple[WayStep, ...]
    quotes: tuple[QuoteCard, ...]
    more_quotes: tuple[QuoteCard, ...]
    quotes_note: str
    revenue: str
    formula: str
    score: str
    rank: str
    factors: tuple[FactorRow, ...]
    reach_of_requests: int
    decision: str
    decided: str
    decided_badge: str
    outcome_words: str
    limits: str
    quarter: str
    related: tuple[ItemLine, ...]
    slots: tuple[SlotRow, ...]
    filled: int
    asked: int
    slots_note: str
    milestones: tuple[str, ...]
    ledger: tuple[LedgerRow, ...]
    told: str
    open_duties: int
    moves: tuple[Move, ...]
    in_meeting: bool  # what comes next is decided in a meeting
    history: tuple[tuple[str, str, str, str], ...]  # label, day, who, note
    people_options: tuple[tuple[str, str], ...]
    ways: tuple[tuple[str, str], ...]
    may_manage: bool  # and undo what it was merged or split with
    may_change: bool  # a merged one changes no more
    may_attach: bool
    launch: LaunchPart
    splittable: tuple[tuple[str, str], ...]
    colleagues: tuple[tuple[str, str], ...]


def page_of(session: SessionDep, view: requirements.View, person: accounts.Actor) -> RequirementPage:
    """The page of what this reader may know of a requirement."""
    r = view.requirement
    words, pool = taxonomy.words(session), requirements.effort_unit(session)
    quotes = tuple(_quote(q) for q in view.quotes)
    path: list[tuple[str, str | None]] = [(_("需求池"), "/requirements")]
    if r.product:
        path.append((words.label("product", r.product), f"/requirements?product={r.product}"))
    launch = part_of(session, view, person)
    failing = {g.key: g.text for g in launch.lines if launch.shown and g.tone == "bad" and g.why != "none"}
    slots = tuple(slot_row(s, failing.get(f"slot:{s.role}", "")) for s in view.slots)
    filled, asked = sum(s.required and s.tone == "green" for s in slots), view.filled[1]
    shown = view.milestones[-LATEST_MILESTONES:]
    may_tell = any(c.may_tell for line in view.ledger for c in line.cells.values())
    options = _options(session) if view.may_attach or may_tell else ()
    return RequirementPage(
        key=r.key,
        title=r.title,
        summary=r.summary,
        level=r.level,
        state=r.state,
        restricted=r.restricted,
        path=(*path, (r.key, None)),
        people=_people(view),
        steps=_steps(view, asked - filled),
        quotes=quotes[:SHOWN_QUOTES],
        more_quotes=quotes[SHOWN_QUOTES:],
        quotes_note=_("%(customers)s 个客户 · %(requests)s 条诉求 · 一字不改")
        % {"customers": view.demand.customers, "requests": view.demand.requests},
        revenue=say.amounts(view.demand.revenue),
        formula=_formula(view, pool),
        score=say.score(r.score),
        rank=_("本季第 %(n)s") % {"n": view.rank} if view.rank else "",
        factors=tuple(_factor(f, pool) for f in view.factors),
        reach_of_requests=view.reach_of_requests,
        decision=r.decision,
        **_decided(view),
        outcome_words=r.outcome_words,
        limits=r.limits,
        quarter=r.quarter or "",
        related=tuple(item_line(i) for i in view.related),
        slots=slots,
        filled=filled,
        asked=asked,
        slots_note=slots_note(r, asked - filled),
        milestones=tuple(str(house_words.sign("requirement", m).label) for m in shown),
        ledger=tuple(ledger_row(line, shown) for line in view.ledger),
        told=told_note(view),
        open_duties=view.open_duties,
        moves=_moves(view),
        in_meeting=view.requirement.state == "in_review",
        history=tuple(_history(s, by) for s, by in reversed(view.steps)),
        people_options=options if view.may_attach else (),
        ways=tuple((str(w), str(w)) for w in say.WAYS),
        may_manage=view.may_manage,
        may_change=view.may_manage and r.merged_into_id is None,
        may_attach=view.may_attach,
        launch=launch,
        splittable=tuple((str(q.id), f"{q.customer} · {q.text[:60]}") for q in view.quotes),
        colleagues=options,
    )


def _people(view: requirements.View) -> str:
    named = []
    if view.manager:
        named.append(_("产品经理 %(name)s") % {"name": view.manager})
    if view.expert:
        named.append(_("专家 %(name)s") % {"name": view.expert})
    return " · ".join(named)


def _way_of(state: str, reached: dict[str, datetime]) -> list[str]:
    """The straight way, or the way to where the requirement left it."""
    way = list(requirements.WAY)
    if state in way:
        return way
    if state in {"reopened", "retired"}:
        return [*(s for s in way if s in reached), state]
    left_at = max((way.index(s) for s in reached if s in way[:5]), default=0)
    return [*way[: left_at + 1], state]


def _steps(view: requirements.View, missing: int) -> tuple[WayStep, ...]:
    """The straight way with the days on it; a requirement that left it shows where. It came out when it did, also
    where going back was undone since.
    """
    state, found = view.requirement.state, view.requirement
    reached: dict[str, datetime] = {s.to_state: s.at for s, _by in view.steps}
    out = {"shipped": found.shipped_at, "launched": found.launched_at}
    reached |= {name: at for name, at in out.items() if at is not None and name in reached}
    way = _way_of(state, reached)
    now = way.index(state)
    return tuple(_way_step(s, n, now, reached, view, missing) for n, s in enumerate(way))


def _way_step(
    state: str, n: int, now: int, reached: dict[str, datetime], view: requirements.View, missing: int
) -> WayStep:
    label = str(house_words.sign("requirement", state).label)
    note = day(reached[state]) if state in reached and n <= now else ""
    quarter = view.requirement.quarter
    if state == "planned" and n <= now and quarter:
        note = f"{note} · {quarter[4:]}" if note else quarter[4:]
    if state == "launched" and view.requirement.state == "shipped" and missing:
        note = n_("还差 %(n)s 件素材", missing)
    done = n < now or (n == now and n == len(requirements.WAY) - 1)
    return WayStep(label, note, "done" if done else "now" if n == now else "next")


def _quote(q: requirements.Quote) -> QuoteCard:
    noted = _("%(name)s %(day)s 记") % {"name": q.by, "day": day(q.at)} if q.by else day(q.at)
    return QuoteCard(
        url=f"/requests/{q.id}",
        text=q.text,
        customer=q.customer,
        revenue=say.amount(q.revenue, q.currency) if q.revenue is not None else "",
        who=" · ".join(t for t in (q.contact, noted) if t),
        urgency=str(say.URGENCIES.get(q.urgency, q.urgency)),
        part=q.part,
    )


def _formula(view: requirements.View, pool: str) -> str:
    known = {f.name: f.value for f in view.factors if f.value is not None}
    if len(known) < len(requirements.FACTORS):
        return ""
    plain = {n: number(v, 2) for n, v in known.items()}
    effort = say.effort(known["effort"], pool)
    return f"{plain['reach']} × {plain['impact']} × {plain['confidence']}% ÷ {effort}"


def _factor(f: requirements.Factor, pool: str) -> FactorRow:
    typed = f.value if f.value is None or f.name != "effort" else requirements.effort_shown(f.value, pool)
    return FactorRow(
        name=f.name,
        label=str(requirements.FACTOR_LABELS[f.name]),
        english=f.name.capitalize() if current() != "en" else "",
        value=say.factor(f.name, f.value, f.unit, pool) if f.value is not None else "",
        plain=number(typed, 4).replace(",", "") if typed is not None else "",
        by=f.by,
        on=day(f.at) if f.at else "",
        reason=f.reason,
        may_set=f.may_set,
        before=tuple(
            Past(say.factor(f.name, v, unit, pool), by, day(at), reason)
            for v, unit, by, at, reason in f.before
        ),
        unit=pool if f.name == "effort" else "users" if f.unit == "users" else "customers",
        parts=tuple(_part(key, f, pool) for key in requirements.EFFORT_PARTS),
        parts_said=" + ".join(
            _part_said(key, f, pool) for key in requirements.EFFORT_PARTS if key in f.parts
        ),
    )


def _part(key: str, f: requirements.Factor, pool: str) -> tuple[str, str, str]:
    """A part of effort in the pool's unit, for its field."""
    days = f.parts.get(key)
    there = number(requirements.effort_shown(Decimal(days), pool), 4).replace(",", "") if days else ""
    return key, str(requirements.PART_LABELS[key]), there


def _part_said(key: str, f: requirements.Factor, pool: str) -> str:
    _key, label, there = _part(key, f, pool)
    return f"{label} {there}"


def _decided(view: requirements.View) -> dict[str, str]:
    """The latest decision: when, by whom, and what it was."""
    for step, by in reversed(view.steps):
        if step.to_state in {"planned", "parked", "declined"}:
            quarter = view.requirement.quarter or ""
            planned = _("规划到 %(quarter)s") % {"quarter": f"{quarter[:4]} {quarter[4:]}"}
            label = str(house_words.sign("requirement", step.to_state).label)
            badge = planned if step.to_state == "planned" and quarter else label
            return {"decided": " · ".join(t for t in (day(step.at), by) if t), "decided_badge": badge}
    return {"decided": "", "decided_badge": ""}


def _moves(view: requirements.View) -> tuple[Move, ...]:
    if not view.may_manage or view.requirement.merged_into_id is not None:
        return ()
    labels = {
        "scored": _("算“已评分”"),
        "in_review": _("送评审"),
        "building": _("开始开发"),
        "shipped": _("标为已发布"),
        "reopened": _("重新打开它"),
        "retired": _("下线"),
    }
    state = view.requirement.state
    if state in {"planned", "building", "parked", "declined", "reopened"}:
        labels["in_review"] = _("退回评审")
    tones = {"shipped": "primary", "building": "primary"}
    offered = [
        to for to in requirements.by_hand(state) if to != "scored" or view.requirement.score is not None
    ]
    return tuple(Move(to, labels[to], tones.get(to, "")) for to in offered)


def _history(step: requirements.Step, by: str) -> tuple[str, str, str, str]:
    return str(house_words.sign("requirement", step.to_state).label), day(step.at), by, step.note


def _options(session: SessionDep) -> tuple[tuple[str, str], ...]:
    people = accounts.colleagues(session)
    return tuple((str(i), f"{name} · {title}" if title else name) for i, name, title in people)
