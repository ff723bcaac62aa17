"""The front page: what waits for this person, their kits, what is new. A part without anything to say is absent."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts, activity, assets, requirements
from hub.base import clock, stamps
from hub.base.db import moment, together
from hub.base.formats import day, long_day
from hub.base.i18n import _, lazy, n_
from hub.request import SessionDep, VisitorDep
from hub.web import words as house_words
from hub.web.dress import dressed
from hub.web.pages import home_loop
from hub.web.pages.first_day import steps_left
from hub.web.pages.home_watching import WatchRow, watch_rows
from hub.web.pages.kit_cards import KitRow, kits_for_front_page
from hub.web.render import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class News:
    """Something that came on offer."""

    title: str
    key: str
    meta: str
    thumb: str | None
    icon: str
    url: str


@dataclass(frozen=True)
class ReadRow:
    """Something this person is asked to read."""

    title: str
    meta: str
    due: str
    thumb: str | None
    icon: str
    url: str


@dataclass(frozen=True)
class QueueRow:
    label: str
    meta: str
    when: str
    family: str | None
    key: str
    url: str


@dataclass(frozen=True)
class Queue:
    """A list to work off."""

    title: str
    icon: str
    note: str
    tone: str
    url: str
    rows: tuple[QueueRow, ...]


@dataclass(frozen=True)
class HomePage:
    """See templates/home/index.html."""

    greeting: str
    summary: str
    recent: tuple[tuple[str, str], ...]
    visit: Any
    duties: tuple[home_loop.DutyRow, ...]
    shipped: tuple[home_loop.ShippedRow, ...]
    kits: tuple[KitRow, ...]
    kits_note: str
    kits_all: tuple[str, str]
    queues: tuple[Queue | home_loop.WaitingList, ...]
    watching: tuple[WatchRow, ...]
    reading: tuple[ReadRow, ...]
    news: tuple[News, ...]
    news_url: str
    steps: tuple[Any, ...] | None


QUEUES = (
    ("review", lazy("等您批准"), "gavel", lazy("同事上传，您来审"), "yellow"),
    ("stale", lazy("过了复审日"), "clock-exclamation", lazy("看一眼，还对就点“仍然有效”"), "orange"),
    ("drafts", lazy("您的草稿"), "pencil", lazy("还没提交审核"), "gray"),
)


@router.get("/")
def home(request: Request, session: SessionDep, found: VisitorDep) -> Response:
    if found is None:
        return RedirectResponse("/sign-in", status_code=303)
    person = dressed(request, session)
    return render(request, "home/index.html", _page(session, person))


def _page(session: SessionDep, person: accounts.Actor) -> HomePage:
    words = activity.recent_searches(session, person.id or 0)
    there = _there(session, person)
    duties = home_loop.duties(session, person) if there["owed"] else ()
    kits, kits_note, kits_count = kits_for_front_page(session, person)
    return HomePage(
        greeting=_("%(hello)s，%(name)s") % {"hello": _hello(), "name": person.name},
        summary=_summary(len(duties)),
        recent=tuple((w, f"/search?q={w}") for w in words),
        visit=None,
        duties=duties,
        shipped=home_loop.shipped(session, person) if there["shipped"] else (),
        kits=kits,
        kits_note=kits_note,
        kits_all=(n_("全部 %(n)s 个", kits_count), "/toolkits"),
        queues=(*home_loop.queues(session, person, there), *_queues(session, person, there)),
        watching=watch_rows(session, person),
        reading=_reading(session, person) if there["reading"] else (),
        news=tuple(_news(session, person)),
        news_url="/search?sort=newest",
        steps=steps_left(session, person),
    )


def _there(session: SessionDep, person: accounts.Actor) -> Mapping[str, bool]:
    """Which parts of the page hold anything; asked again when anything changes, and every day."""
    today = clock.today()

    def asked() -> dict[str, bool]:
        found = together(session, _what_is_there, person, today, since=home_loop.shipped_since())
        return {**found, "looks": requirements.looks_wait(session, person)}

    return stamps.kept(session, stamps.EVERYTHING, ("there", person, today), asked)


def _what_is_there(person: accounts.Actor, _today: date) -> dict[str, Any]:
    """Whether the parts of the page hold anything; another question on another day."""
    return {
        **home_loop.waiting(person, since=moment("since")),
        **assets.waiting(person, (name for name, *_said in QUEUES)),
        "reading": assets.reading_waits(person),
    }


def _summary(duties: int) -> str:
    """The day, and how many customers wait for a word."""
    today = long_day(clock.today())
    return f"{today} · {n_('%(n)s 件事等您回复客户', duties)}" if duties else today


def _hello() -> str:
    hour = clock.now().astimezone(clock.HOUSE_ZONE).hour
    if hour < 11:  # noqa: PLR2004 - o'clock
        return _("上午好")
    return _("中午好") if hour < 14 else _("下午好") if hour < 18 else _("晚上好")  # noqa: PLR2004 - o'clock


def _queues(session: SessionDep, person: accounts.Actor, there: Mapping[str, bool]) -> list[Queue]:
    """The queues that hold anything, with the cards of all of them read at once."""
    held = {name: assets.queue(session, person, name, limit=5) for name, *_said in QUEUES if there[name]}
    drafts = [i for name, ids in held.items() if name != "stale" for i in ids]
    waiting = {c.id: c for c in assets.cards(session, drafts, person, drafts=drafts)}
    stale = {c.id: c for c in assets.cards(session, held.get("stale", ()), person)}
    queues = []
    for name, title, icon, note, tone in QUEUES:
        cards = stale if name == "stale" else waiting
        rows = tuple(_queue_row(cards[i]) for i in held.get(name, ()) if i in cards)
        if rows:
            queues.append(Queue(str(title), icon, str(note), tone, f"/assets?queue={name}", rows))
    return queues


def _reading(session: SessionDep, person: accounts.Actor) -> tuple[ReadRow, ...]:
    """What colleagues ask this person to read and confirm."""
    wanted = {r.asset_id: r for r in assets.to_read(session, person)}
    if not wanted:
        return ()
    return tuple(
        ReadRow(
            c.title,
            wanted[c.id].note or wanted[c.id].by,
            _("%(day)s 前") % {"day": day(due)} if (due := wanted[c.id].due_on) else _("请确认"),
            f"/pictures/{c.thumb}" if c.thumb else None,
            house_words.sign("kind", c.kind).icon or "file-text",
            f"/assets/{c.id}",
        )
        for c in assets.cards(session, list(wanted), person)
    )


def _queue_row(card: assets.Card) -> QueueRow:
    meta = " · ".join(t for t in (str(house_words.sign("kind", card.kind).label), card.owner) if t)
    url = f"/assets/{card.id}" + ("" if card.state == "on_offer" else f"?version={card.version_id}")
    return QueueRow(card.title, meta, day(card.review_on or card.updated_at), "version", card.state, url)


def _news(session: SessionDep, person: accounts.Actor) -> list[News]:
    cards = assets.recent(session, person, limit=6)
    return [
        News(
            c.title,
            "new" if c.version_number == 1 else "updated",
            " · ".join(
                t
                for t in (
                    str(house_words.sign("kind", c.kind).label),
                    c.owner,
                    day(c.on_offer_at or c.updated_at),
                )
                if t
            ),
            f"/pictures/{c.thumb}" if c.thumb else None,
            house_words.sign("kind", c.kind).icon or "file-text",
            f"/assets/{c.id}",
        )
        for c in cards
    ]
