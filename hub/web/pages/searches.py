"""Suggestions while typing, one's saved and recent searches, and the gaps: what people looked for in vain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hub import activity, assets, library, searches, taxonomy
from hub.base.errors import NotFound
from hub.base.formats import ago
from hub.base.i18n import _, lazy, n_
from hub.request import SessionDep, WiringDep
from hub.web import words as house_words
from hub.web.chrome import flash, is_ours
from hub.web.dress import ActorDep
from hub.web.pager import Pager, pager
from hub.web.pages.search import SEARCH_FILTERS, facet_name
from hub.web.render import render
from hub.web.tabs import Tab

router = APIRouter(include_in_schema=False)
PER_PAGE = 50
STATES = {"open": lazy("还缺"), "met": lazy("已补上"), "declined": lazy("不补")}
ICONS = {
    "recent": "history",
    "saved": "bookmark",
    "word": "search",
    "title": "file-text",
    "person": "user",
    "product": "package",
    "industry": "building",
    "tier": "stairs",
}


@dataclass(frozen=True)
class OfferRow:
    text: str
    label: str
    note: str
    icon: str
    url: str


@dataclass(frozen=True)
class OffersPage:
    """See templates/search/offers.html."""

    rows: tuple[OfferRow, ...]


@dataclass(frozen=True)
class SavedRow:
    id: int
    name: str
    about: str
    url: str
    notify: bool
    told: str


@dataclass(frozen=True)
class SearchesPage:
    """See templates/search/saved.html."""

    saved: tuple[SavedRow, ...]
    recent: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class GapView:
    id: int
    words: str
    about: str
    counts: str
    when: str
    needed: int
    state: str
    state_label: str
    url: str
    search_url: str


@dataclass(frozen=True)
class GapsPage:
    """See templates/search/gaps.html."""

    tabs: tuple[Tab, ...]
    rows: tuple[GapView, ...]
    pager: Pager
    state: str


@dataclass(frozen=True)
class GapPage:
    """See templates/search/gap.html. `asset` is (title, address) of what closed it."""

    words: str
    about: str
    state: str
    state_label: str
    note: str
    search_url: str
    asset: tuple[str, str] | None
    may_close: bool
    close_url: str


@router.get("/search/suggest")
def suggest(
    request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep, q: str = ""
) -> Response:
    """The part of the page that drops from a search box."""
    offers = library.suggest(session, wiring.engine, q, by=person)
    rows = tuple(OfferRow(o.text, _kind(o.kind, o.note), _note(o.note), _icon(o), o.url) for o in offers)
    return render(request, "search/offers.html", OffersPage(rows))


def _kind(kind: str, note: str) -> str:
    named = {"recent": _("搜过"), "saved": _("保存的搜索"), "word": "", "person": _("人")}
    if kind == "title":
        return str(house_words.HIT_TYPES[note].label) if note in house_words.HIT_TYPES else ""
    return named[kind] if kind in named else facet_name(kind)


def _note(note: str) -> str:
    return "" if note in house_words.HIT_TYPES else note


def _icon(offer: library.Offer) -> str:
    if offer.kind == "title" and offer.note in house_words.HIT_TYPES:
        return house_words.HIT_TYPES[offer.note].icon or "file-text"
    return ICONS.get(offer.kind, "tag")


@router.get("/searches")
def index(request: Request, session: SessionDep, person: ActorDep) -> Response:
    known = taxonomy.words_for(session, person)
    mine = [
        SavedRow(
            s.id or 0, s.name, about(s.filters, known), f"/searches/{s.id}", s.notify,
            ago(s.looked_at) if s.told_on else "",
        )
        for s in searches.saved(session, person)
    ]  # fmt: skip
    recent = activity.recent_searches(session, person.id or 0, limit=20)
    shown = SearchesPage(tuple(mine), tuple((w, search_url(w, {})) for w in recent))
    return render(request, "search/saved.html", shown)


def about(filters: Mapping[str, Sequence[str]], known: taxonomy.Words) -> str:
    """The filters in words: 行业：产业园区 · 产品：能碳管理."""
    said = []
    for facet, values in filters.items():
        if facet == "type":
            said.append("、".join(str(house_words.sign("hit", v).label) for v in values))
        elif facet in SEARCH_FILTERS:
            said.append(f"{facet_name(facet)}：{'、'.join(_label(facet, v, known) for v in values)}")
    return " · ".join(said)


def _label(facet: str, value: str, known: taxonomy.Words) -> str:
    if facet in {"kind", "freshness"}:
        return str(house_words.sign(facet, value).label)
    return known.label(facet, value)


def search_url(words: str, filters: Mapping[str, Sequence[str]]) -> str:
    said = {"q": words, **{k: list(v) for k, v in filters.items()}}
    return "/search?" + urlencode({k: v for k, v in said.items() if v}, doseq=True)


def wished(q: str, filters: str) -> searches.Wish:
    """The search that a form carries: the words, and the filters as in an address."""
    said = parse_qs(filters[:4000], max_num_fields=200)
    return searches.wish(q, {f: v for f, v in said.items() if f in (*SEARCH_FILTERS, "type")})


Words = Annotated[str, Form(max_length=2000)]


@router.post("/searches")
def save(
    session: SessionDep, wiring: WiringDep, person: ActorDep, q: Words = "", filters: Words = "", name: Words = ""
) -> Response:  # fmt: skip
    wanted = wished(q, filters)
    known = library.found_now(session, wiring.engine, wanted, person)
    said = name.strip() or " · ".join(
        x for x in (wanted.words, about(wanted.filters, taxonomy.words_for(session, person))) if x
    )
    searches.save(session, wanted, said, by=person, known=known)
    return _back(search_url(wanted.words, wanted.filters), _("已保存。有新结果时，一天最多告诉您一次。"))


def _back(url: str, said: str) -> Response:
    answer = RedirectResponse(url if is_ours(url) else "/searches", status_code=303)
    flash(answer, said)
    return answer


@router.post("/searches/forget")
def forget(
    session: SessionDep, person: ActorDep, q: Annotated[str | None, Form(max_length=2000)] = None
) -> Response:
    searches.forget(session, by=person, words=q)
    return _back("/searches", _("已忘掉。"))


@router.get("/searches/{saved_id}")
def open_saved(session: SessionDep, person: ActorDep, saved_id: int) -> Response:
    """Run one's saved search."""
    found = searches.owned_by(session, saved_id, person)
    return RedirectResponse(search_url(found.words, found.filters), status_code=303)


@router.post("/searches/{saved_id}/notify")
def set_notify(
    session: SessionDep, person: ActorDep, saved_id: int, on: Annotated[str, Form()] = ""
) -> Response:
    searches.set_notify(session, saved_id, on == "1", by=person)
    return _back("/searches", _("有新结果会告诉您。") if on == "1" else _("不再告诉您。"))


@router.post("/searches/{saved_id}/remove")
def remove(session: SessionDep, person: ActorDep, saved_id: int) -> Response:
    searches.remove_saved(session, saved_id, by=person)
    return _back("/searches", _("已删除。"))


@router.get("/gaps")
def gaps(
    request: Request, session: SessionDep, person: ActorDep, state: str = "open", page: int = 1
) -> Response:
    """What was looked for in vain, for those who make material."""
    state = state if state in STATES else "open"
    page = min(max(page, 1), 10_000)
    counted = searches.count_gaps(session, person)
    found = searches.gaps(session, person, state=state, limit=PER_PAGE, offset=(page - 1) * PER_PAGE)
    known = taxonomy.words_for(session, person)
    tabs = tuple(Tab(str(v), f"/gaps?state={k}", counted.get(k, 0), k == state) for k, v in STATES.items())
    pages = pager(counted.get(state, 0), page, PER_PAGE, lambda n: f"/gaps?state={state}&page={n}")
    shown = GapsPage(tabs, tuple(_gap(g, known) for g in found), pages, state)
    return render(request, "search/gaps.html", shown)


def _gap(gap: searches.GapRow, known: taxonomy.Words) -> GapView:
    counts = [n_("%(n)s 人搜过", gap.people), n_("共 %(n)s 次", gap.times), n_("找到 %(n)s 条", gap.hits)]
    return GapView(
        id=gap.id,
        words=gap.words,
        about=about(gap.filters, known),
        counts=" · ".join(counts if gap.times else counts[2:]),
        when=ago(gap.last_at),
        needed=gap.needed,
        state=gap.state,
        state_label=str(STATES[gap.state]),
        url=f"/gaps/{gap.id}",
        search_url=search_url(gap.words, gap.filters),
    )


@router.post("/gaps")
def need(session: SessionDep, person: ActorDep, q: Words = "", filters: Words = "") -> Response:
    """I need this."""
    wanted = wished(q, filters)
    searches.need(session, wanted, by=person)
    said = _("记下了：您需要它。产品市场会看到，补上了会告诉您。")
    return _back(search_url(wanted.words, wanted.filters), said)


@router.post("/gaps/take-back")
def take_back(session: SessionDep, person: ActorDep, q: Words = "", filters: Words = "") -> Response:
    wanted = wished(q, filters)
    searches.take_back(session, wanted, by=person)
    return _back(search_url(wanted.words, wanted.filters), _("收回了。"))


@router.get("/gaps/{gap_id}")
def gap(request: Request, session: SessionDep, person: ActorDep, gap_id: int) -> Response:
    """One gap and how it ended, for those who make material and those who looked for it."""
    found = searches.gap_of(session, gap_id, person)
    cards = assets.cards(session, [found.asset_id] if found.asset_id else [], person)
    asset = (cards[0].title, f"/assets/{cards[0].id}") if cards else None
    shown = GapPage(
        words=found.words,
        about=about(found.filters, taxonomy.words_for(session, person)),
        state=found.state,
        state_label=str(STATES[found.state]),
        note=found.note,
        search_url=search_url(found.words, found.filters),
        asset=asset,
        may_close=person.may("asset.approve"),
        close_url=f"/gaps/{gap_id}",
    )
    return render(request, "search/gap.html", shown)


@router.post("/gaps/{gap_id}/close")
def close(
    session: SessionDep, person: ActorDep, gap_id: int, state: Annotated[str, Form()] = "",
    note: Words = "", asset: Annotated[str, Form(max_length=300)] = "",
) -> Response:  # fmt: skip
    searches.gap_of(session, gap_id, person)
    searches.close_gap(session, gap_id, state, by=person, note=note, asset_id=_asset(session, asset, person))
    return _back("/gaps", _("记下了，也告诉了需要它的人。"))


def _asset(session: SessionDep, said: str, person: ActorDep) -> int | None:
    """The asset that somebody names by its number or address; None for nothing, NotFound for one they cannot see."""
    number = said.strip().rstrip("/").rpartition("/")[2].partition("?")[0]
    if not said.strip():
        return None
    cards = assets.cards(session, [int(number)], person) if number.isdigit() and len(number) < 10 else []  # noqa: PLR2004 - fits an integer column
    if not cards:
        raise NotFound(_("没有这份素材；请填素材的编号，或者粘贴它的网址。"))
    return cards[0].id


@router.post("/gaps/{gap_id}/reopen")
def reopen(session: SessionDep, person: ActorDep, gap_id: int) -> Response:
    searches.gap_of(session, gap_id, person)
    searches.reopen_gap(session, gap_id, by=person)
    return _back(f"/gaps/{gap_id}", _("又列为还缺。"))
