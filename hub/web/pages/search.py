"""The search page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from hub import accounts, library, searches, taxonomy
from hub.base.i18n import _, n_
from hub.request import SessionDep, WiringDep
from hub.web import words as house_words
from hub.web.dress import ActorDep
from hub.web.pager import Pager, pager
from hub.web.pages.search_hits import HitView, hit_view
from hub.web.render import render
from hub.web.tabs import Tab

router = APIRouter(include_in_schema=False)
PER_PAGE = 20  # five rows of four
HEAD = 6  # values of a facet shown before the rest folds away
SEARCH_FILTERS = FACETS = (
    "tier",
    "product",
    "industry",
    "kind",
    "scenario",
    "function",
    "stage",
    "owner",
    "freshness",
)
MOST_PAGE = 10_000


@dataclass(frozen=True)
class View:
    label: str
    url: str
    on: bool
    icon: str


@dataclass(frozen=True)
class FacetValue:
    value: str
    label: str
    count: int
    on: bool
    depth: int


@dataclass(frozen=True)
class Facet:
    key: str
    label: str
    head: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]


@dataclass(frozen=True)
class Person:
    name: str
    role: str
    note: str
    url: str | None


@dataclass(frozen=True)
class Helping:
    """See templates/search/index.html."""

    looser: tuple[tuple[str, str], ...]
    people: tuple[Person, ...]
    may_need: bool
    needed: str
    mine: bool


@dataclass(frozen=True)
class SearchPage:
    """See templates/search/index.html."""

    words: str
    total: int
    took: str
    tabs: tuple[Tab, ...]
    sorts: tuple[tuple[str, str, bool], ...]
    views: tuple[View, ...]
    as_list: bool
    filters: tuple[tuple[str, str], ...]
    clear_url: str
    facets: tuple[Facet, ...]
    kept: tuple[tuple[str, str], ...]
    hits: tuple[HitView, ...]
    pager: Pager
    told: str | None
    exact_url: str | None
    help: Helping | None
    saved_url: str | None
    may_save: bool
    query: str


@dataclass(frozen=True)
class Asked:
    """What the address says."""

    words: str
    filters: Mapping[str, Sequence[str]]
    type: str
    sort: str
    view: str
    page: int
    exact: bool

    def url(self, **changes: Any) -> str:
        """The address of this search with some things changed; a change of anything but the page starts at page 1."""
        parts = {**self._parts, **{k: _part(k, v) for k, v in changes.items()}}
        said = "&".join(p for p in parts.values() if p)
        return f"/search?{said}" if said else "/search"

    @cached_property
    def _parts(self) -> dict[str, str]:
        """What each thing is in the address: a page has many addresses that differ in one of them."""
        values: dict[str, Any] = {
            "q": self.words,
            "type": self.type,
            "sort": self.sort,
            "view": self.view,
            "exact": "1" if self.exact else "",
            **self.filters,
        }
        return {k: _part(k, v) for k, v in values.items()}

    def wish(self) -> searches.Wish:
        """The search itself, without how it is shown."""
        return searches.wish(self.words, {**self.filters, "type": [self.type] if self.type else []})

    def without(self, facet: str, value: str) -> str:
        return self.url(**{facet: [v for v in self.filters[facet] if v != value]})


def _part(key: str, value: Any) -> str:
    """One thing as in an address; empty where it says nothing."""
    if not value or (key, value) in (("sort", "relevance"), ("view", "cards")):
        return ""
    return urlencode({key: value}, doseq=True)


def asked(request: Request) -> Asked:
    """What the address says; what is out of range is brought into it."""
    given = request.query_params
    number = given.get("page", "1")
    return Asked(
        words=given.get("q", "").strip()[:2000],
        filters={f: given.getlist(f)[:50] for f in FACETS if given.getlist(f)},
        type=given.get("type", "") if given.get("type", "") in house_words.HIT_TYPES else "",
        sort=given.get("sort", "") if given.get("sort") in {"newest", "used"} else "relevance",
        view="list" if given.get("view") == "list" else "cards",
        page=min(int(number), MOST_PAGE) if number.isdigit() and number.isascii() and int(number) > 0 else 1,
        exact=given.get("exact") == "1",
    )


@router.get("/search")
def search(request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep) -> Response:
    """Cards, facets and chips for what was asked."""
    wanted = asked(request)
    filters = dict(wanted.filters) | ({"type": [wanted.type]} if wanted.type else {})
    answer = library.find(
        session,
        wiring.engine,
        wanted.words,
        by=person,
        filters=filters,
        sort=wanted.sort,  # type: ignore[arg-type]
        offset=(wanted.page - 1) * PER_PAGE,
        limit=PER_PAGE,
        exact=wanted.exact,
    )
    if wanted.words and wanted.page == 1:
        wiring.notebook.note(library.noted(wanted.words, filters, answer, person))
    known = taxonomy.words_for(session, person)
    aid = _helping(session, wiring, wanted, filters, answer, person, known)
    page = _page(session, wanted, answer, known, person, aid)
    block = "found" if request.headers.get("hx-target") == "found" else None
    return render(request, "search/index.html", page, block=block)


def _page(
    session: SessionDep,
    wanted: Asked,
    answer: library.Answer,
    known: taxonomy.Words,
    person: ActorDep,
    aid: Helping | None,
) -> SearchPage:
    wish, here = wanted.wish(), wanted.url(page=wanted.page)
    saved = None if wish.is_empty else searches.saved_as(session, wish, person)
    cards = (row.card for row in answer.rows)
    owners = _owner_names(session, answer.facets.get("owner", {}), wanted.filters.get("owner", ()), cards)
    label = _labeller(known, owners)
    chips = tuple(
        (f"{facet_name(f)}：{label(f, v)}", wanted.without(f, v))
        for f, values in wanted.filters.items()
        for v in values
    )
    facets = tuple(
        _facet(f, answer.facets.get(f, {}), wanted.filters.get(f, ()), known, label) for f in FACETS
    )
    return SearchPage(
        words=wanted.words,
        total=answer.total,
        took=f"{answer.took_ms / 1000:.2f}",
        tabs=_tabs(wanted, answer),
        sorts=tuple((v, t, wanted.sort == v) for v, t in _sorts()),
        views=(
            View(_("卡片"), wanted.url(view="cards"), wanted.view == "cards", "layout-grid"),
            View(_("列表"), wanted.url(view="list"), wanted.view == "list", "list"),
        ),
        as_list=wanted.view == "list",
        filters=chips,
        clear_url=Asked(wanted.words, {}, "", wanted.sort, wanted.view, 1, wanted.exact).url(),
        facets=tuple(f for f in facets if f.head),
        kept=tuple(
            (k, v) for k, v in (("q", wanted.words), ("type", wanted.type), ("view", wanted.view)) if v
        ),
        hits=tuple(hit_view(row, known, here) for row in answer.rows),
        pager=pager(answer.total, wanted.page, PER_PAGE, lambda n: wanted.url(page=n)),
        told=" ".join(filter(None, (_told(wanted, answer), *library.left_out(answer)))) or None,
        exact_url=wanted.url(exact="1") if answer.corrected else None,
        help=aid,
        saved_url="/searches" if saved else None,
        may_save=not wish.is_empty,
        query=urlencode(wish.filters, doseq=True),
    )


def _owner_names(
    session: SessionDep,
    counted: Mapping[str, int],
    chosen: Sequence[str],
    cards: Iterable[library.Card | None],
) -> dict[str, str]:
    """The names of the owners in the facet; those on the cards are known already."""
    ids = [int(o) for o in (*counted, *chosen) if o.isdigit() and o.isascii() and len(o) < 10]  # noqa: PLR2004 - fits an integer column
    known = {card.owner_id: card.owner for card in cards if card is not None}
    unknown = accounts.names(session, [i for i in ids if i not in known])
    return {str(i): known.get(i) or unknown.get(i, str(i)) for i in ids}


def _labeller(known: taxonomy.Words, owners: Mapping[str, str]) -> Any:
    def label(facet: str, value: str) -> str:
        if facet == "owner":
            return owners.get(value, value)
        if facet in {"kind", "freshness"}:
            return str(house_words.sign(facet, value).label)
        return known.label(facet, value)

    return label


def facet_name(facet: str) -> str:
    return {
        "tier": _("产品档位"),
        "product": _("产品"),
        "industry": _("行业"),
        "kind": _("材料类型"),
        "scenario": _("场景"),
        "function": _("职能"),
        "stage": _("销售阶段"),
        "owner": _("负责人"),
        "freshness": _("有效期"),
    }[facet]


def _sorts() -> tuple[tuple[str, str], ...]:
    return (("relevance", _("相关度")), ("newest", _("最新")), ("used", _("用得最多")))


def _tabs(wanted: Asked, answer: library.Answer) -> tuple[Tab, ...]:
    counts = answer.facets.get("type", {})
    everything = sum(n for kind, n in counts.items() if kind != "slide")  # a slide stands under its deck
    tabs = [Tab(_("全部"), wanted.url(type=""), everything, not wanted.type)]
    names = {
        "asset": _("整份材料"),
        "slide": _("单页"),
        "faq": _("问答"),
        "toolkit": _("工具包"),
        "requirement": _("需求"),
        "plan": n_("上市计划", 1),
    }
    for key, name in names.items():
        if counts.get(key) or wanted.type == key:
            tabs.append(Tab(name, wanted.url(type=key), counts.get(key, 0), wanted.type == key))
    return tuple(tabs)


def _facet(
    facet: str, counts: Mapping[str, int], chosen: Sequence[str], known: taxonomy.Words, label: Any
) -> Facet:
    tree = known.by_facet.get(facet, {})
    order = {w.key: (n, bool(w.parent)) for n, w in enumerate(known.options(facet))} if tree else {}
    keys = [k for k in dict.fromkeys((*counts, *chosen)) if counts.get(k) or k in chosen]
    keys.sort(key=lambda k: (order.get(k, (10_000, False))[0], -counts.get(k, 0)))
    values = [
        FacetValue(k, label(facet, k), counts.get(k, 0), k in chosen, int(order.get(k, (0, False))[1]))
        for k in keys
    ]
    head = [v for n, v in enumerate(values) if n < HEAD or v.on]
    return Facet(facet, facet_name(facet), tuple(head), tuple(v for v in values if v not in head))


def _told(wanted: Asked, answer: library.Answer) -> str | None:
    if answer.corrected:
        pairs = "、".join(f"“{typed}” → “{used}”" for typed, used in answer.corrected)
        return _("已按更可能的写法查找：%(pairs)s") % {"pairs": pairs}
    if not wanted.words or not answer.rows:
        return None
    if answer.relaxed == "most":
        return _("没有同时含全部词的，下面的结果含其中大部分。")
    if answer.relaxed == "any":
        return _("有的结果只含其中一部分词。")
    if answer.relaxed == "close":
        return _("没有含这些词的，下面的结果只是字面相近。")
    return None


def _helping(
    session: SessionDep,
    wiring: WiringDep,
    wanted: Asked,
    filters: Mapping[str, Sequence[str]],
    answer: library.Answer,
    person: ActorDep,
    known: taxonomy.Words,
) -> Helping | None:
    """What helps when there is little; None when there is enough, or when nothing was asked."""
    few = searches.is_few(wanted.words, answer.total, answer.relaxed)
    if wanted.page > 1:
        return None
    if not (few or (filters and not answer.total)):
        return _may_need(session, wanted, filters, person) if answer.relaxed == "any" else None
    found = library.helping(
        session, wiring.engine, wanted.words, by=person, filters=filters, total=answer.total
    )
    looser = [
        (
            _("不限%(facet)s（%(n)s 条）") % {"facet": _dropped(d.facet), "n": d.total},
            wanted.url(**{d.facet: []}),
        )
        for d in found.drops
    ]
    if len(filters) > 1 and not answer.total:
        looser.append((_("去掉全部筛选"), wanted.url(type="", **{f: [] for f in FACETS})))
    people = tuple(_person(a, known) for a in found.people)
    return Helping(tuple(looser), people, bool(wanted.words), _others(found.needed, found.mine), found.mine)


def _may_need(
    session: SessionDep, wanted: Asked, filters: Mapping[str, Sequence[str]], person: ActorDep
) -> Helping:
    """Where plenty was found that has only some of the words, what was wanted may be missing all the same."""
    needed, mine = searches.needs_of(session, searches.wish(wanted.words, filters), person)
    return Helping((), (), may_need=True, needed=_others(needed, mine), mine=mine)


def _others(needed: int, mine: bool) -> str:  # noqa: FBT001 - as it is found
    return n_("还有 %(n)s 人需要", needed - mine) if needed > mine else ""


def _dropped(facet: str) -> str:
    return _("种类") if facet == "type" else facet_name(facet)


def _person(asked: library.Asked, known: taxonomy.Words) -> Person:
    note = known.label(asked.facet, asked.key) if asked.facet and asked.key else _("相近的素材归他管")
    return Person(asked.person.name, asked.person.title, note, f"mailto:{asked.person.email}")
