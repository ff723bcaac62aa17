"""Demand: what customers ask for, by industry and topic, month by month; what grows becomes a material task."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from hub import insights, taxonomy
from hub.base import clock
from hub.base.formats import day
from hub.base.i18n import _
from hub.request import SessionDep
from hub.web.dress import ActorDep
from hub.web.pages.coverage import Link
from hub.web.render import render

router = APIRouter(include_in_schema=False)
SHOWN = 60
BAR, STEP, HIGH = 8, 10, 28  # the little charts, in their own units


@dataclass(frozen=True)
class Bar:
    """A month of a chart: where it stands, how high it is, and what it says."""

    x: int
    y: int
    height: int
    said: str


@dataclass(frozen=True)
class Said:
    customer: str
    words: str
    url: str
    day: str


@dataclass(frozen=True)
class SignalRow:
    """One topic in one industry. `quotes` are there for what grows."""

    industry: str
    topic: str
    bars: tuple[Bar, ...]
    total: int
    now: int
    before: int
    grows: bool
    quotes: tuple[Said, ...]
    task_url: str


@dataclass(frozen=True)
class DemandPage:
    """See templates/insights/demand.html."""

    rows: tuple[SignalRow, ...]
    growing: int
    more: int
    kinds: tuple[Link, ...]
    kind: str
    industry: str
    industries: tuple[tuple[str, str], ...]
    first: str
    last: str


@router.get("/demand")
def index(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    kind: Annotated[str, Query(max_length=10)] = "product",
    industry: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    kind = kind if kind in insights.DEMAND_KINDS else "product"
    known = taxonomy.words_for(session, person)
    found = insights.signals(session, person, kind=kind, industry=industry)
    shown = found[:SHOWN]
    said = insights.signal_quotes(session, [s for s in shown if s.grows], person)
    days = insights.demand_months(clock.today())
    labels = tuple(f"{d:%Y-%m}" for d in days)
    names = (("product", _("按产品")), ("tag", _("按标签")))
    page = DemandPage(
        rows=tuple(_row(known, s, labels, said.get(s, [])) for s in shown),
        growing=sum(s.grows for s in found),
        more=len(found) - len(shown),
        kinds=tuple(Link(t, _url(k, industry), k == kind) for k, t in names),
        kind=kind,
        industry=industry,
        industries=tuple((w.key, w.label) for w in known.options("industry")),
        first=labels[0],
        last=labels[-1],
    )
    return render(request, "insights/demand.html", page)


def _url(kind: str, industry: str) -> str:
    return "/demand?" + urlencode({k: v for k, v in (("kind", kind), ("industry", industry)) if v})


def _row(
    known: taxonomy.Words, signal: insights.Signal, labels: tuple[str, ...], said: list[insights.Quote]
) -> SignalRow:
    asked = {"demand": signal.kind, "industry": signal.industry, "topic": signal.topic}
    topic = known.label("product", signal.topic) if signal.kind == "product" else signal.topic
    return SignalRow(
        industry=known.label("industry", signal.industry),
        topic=topic,
        bars=tuple(_bars(signal.months, labels)),
        total=signal.total,
        now=signal.now,
        before=signal.before,
        grows=signal.grows,
        quotes=tuple(Said(q.customer, q.words, f"/requests/{q.request_id}", day(q.at)) for q in said),
        task_url=f"/tasks/new?{urlencode(asked)}",
    )


def _bars(months: tuple[int, ...], labels: tuple[str, ...]) -> list[Bar]:
    most = max(*months, 1)
    heights = [round(n / most * HIGH) or int(n > 0) for n in months]
    return [
        Bar(i * STEP, HIGH - h, h, f"{label}：{n}")
        for i, (n, h, label) in enumerate(zip(months, heights, labels, strict=True))
    ]
