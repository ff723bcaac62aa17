"""Toolkits: the shelf of kits, one kit, and the kit as a ZIP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response, StreamingResponse

from hub import accounts, taxonomy, toolkits
from hub.activity import Entry
from hub.base.i18n import _
from hub.request import SessionDep, WiringDep
from hub.web import words as house_words
from hub.web.downloads import attachment
from hub.web.dress import ActorDep
from hub.web.kit_marks import kit_card
from hub.web.pager import Pager, pager
from hub.web.pages.kit_cards import KitRow, kit_rows
from hub.web.pages.kit_view import kit_page
from hub.web.render import render
from hub.web.tabs import Tab

router = APIRouter(include_in_schema=False)
PER_PAGE = 24
STATES = ("published", "draft", "archived")


@dataclass(frozen=True)
class KitsPage:
    """See templates/toolkits/index.html."""

    kits: tuple[Markup, ...]
    total: int
    tabs: tuple[Tab, ...]
    products: tuple[tuple[str, str], ...]
    industries: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]
    asked: Mapping[str, str]
    filters: tuple[tuple[str, str], ...]
    note: str
    may_edit: bool
    pager: Pager


def _asked(request: Request, person: accounts.Actor) -> dict[str, str]:
    given = request.query_params
    asked = {k: given.get(k, "").strip()[:60] for k in ("tier", "product", "industry")}
    state, sort = given.get("state", "published"), given.get("sort", "own")
    asked["state"] = state if state in STATES and person.may("toolkit.edit") else "published"
    asked["sort"] = sort if sort in {"own", "new", "title", "gaps"} else "own"
    return asked


def _url(asked: Mapping[str, str], **changes: str) -> str:
    usual = {"state": "published", "sort": "own"}
    kept = {k: v for k, v in {**asked, **changes}.items() if v and usual.get(k) != v}
    return "/toolkits" + (f"?{urlencode(kept)}" if kept else "")


@router.get("/toolkits")
def index(request: Request, session: SessionDep, person: ActorDep) -> Response:
    words = taxonomy.words_for(session, person)
    asked = _asked(request, person)
    own = accounts.industries_of(session, person.id) if person.id else []
    wanted = {k: asked[k] for k in ("product", "industry", "state", "sort")}
    found = toolkits.outlines(session, person, words=words, own=own, **wanted)
    kits = [k for k in found if asked["tier"] in {"", k.tier}]
    given = request.query_params.get("page", "1")
    number = int(given) if given.isdecimal() and len(given) < 6 else 1  # noqa: PLR2004 - no list is that long
    turned = pager(len(kits), number, PER_PAGE, lambda n: _url(asked, page=str(n)))
    if asked["sort"] == "gaps":
        kits = _least_complete_first(session, kits, person, words)
    start = (turned.number - 1) * PER_PAGE
    rows = kit_rows(session, kits[start : start + PER_PAGE], person, words)
    return render(request, "toolkits/index.html", _page(person, words, asked, found, kits, rows, own, turned))


def _least_complete_first(
    session: SessionDep, kits: Sequence[toolkits.Outline], person: accounts.Actor, words: taxonomy.Words
) -> list[toolkits.Outline]:
    complete = toolkits.completeness_of(session, [k.id for k in kits], person, words)

    def percent(kit: toolkits.Outline) -> int:
        found = complete[kit.id].percent
        return 101 if found is None else found

    return sorted(kits, key=percent)


def _page(
    person: accounts.Actor,
    words: taxonomy.Words,
    asked: Mapping[str, str],
    found: Sequence[toolkits.Outline],
    kits: Sequence[toolkits.Outline],
    rows: tuple[KitRow, ...],
    own: Sequence[str],
    turned: Pager,
) -> KitsPage:
    used = {k.product for k in found} | {asked["product"]}
    chips = tuple(
        (words.label(f, asked[f]), _url(asked, **{f: ""})) for f in ("product", "industry") if asked[f]
    )
    return KitsPage(
        kits=tuple(kit_card(row) for row in rows),
        total=len(kits),
        tabs=_tabs(words, asked, found),
        products=tuple((w.key, w.label) for w in words.options("product") if w.key in used),
        industries=tuple((w.key, ("　" if w.parent else "") + w.label) for w in words.options("industry")),
        states=tuple((s, str(house_words.sign("kit", s).label)) for s in STATES),
        sorts=(
            ("own", _("我的行业在前")),
            ("new", _("最近更新")),
            ("title", _("按名称")),
            ("gaps", _("缺得多的在前")),
        ),
        asked=asked,
        filters=chips,
        note=" · ".join(words.label("industry", k) for k in own),
        may_edit=person.may("toolkit.edit"),
        pager=turned,
    )


def _tabs(
    words: taxonomy.Words, asked: Mapping[str, str], found: Sequence[toolkits.Outline]
) -> tuple[Tab, ...]:
    counts = {key: sum(k.tier == key for k in found) for key in words.tiers}
    every = Tab(_("全部"), _url(asked, tier=""), len(found), not asked["tier"])
    tiers = (
        Tab(words.label("tier", key), _url(asked, tier=key), n, asked["tier"] == key)
        for key, n in counts.items()
    )
    return (every, *tiers)


@router.get("/toolkits/{slug}")
def show(request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep, slug: str) -> Response:
    kit = toolkits.get(session, slug, person)
    wiring.notebook.note(Entry("view", "toolkit", kit.id, person.id))
    return render(request, "toolkits/kit.html", kit_page(session, kit, person))


@router.get("/toolkits/{slug}/zip")
def download(
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    slug: str,
    internal: bool = False,  # noqa: FBT001, FBT002 - a query
) -> Response:
    """The kit's files as one ZIP, customer-facing ones unless internal ones are asked for."""
    kit = toolkits.get(session, slug, person)
    made, taken = toolkits.parcel_of(session, kit, person, internal=internal)
    details = {"internal": internal, "items": len(made.items), "assets": taken}
    wiring.notebook.write(Entry("download", "toolkit", kit.id, person.id, details))
    headers = {"Content-Disposition": attachment(f"{toolkits.file_name(made.title)}.zip")}
    return StreamingResponse(
        toolkits.zipped(made, wiring.blobs), media_type="application/zip", headers=headers
    )
