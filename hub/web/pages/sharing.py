"""Links to customers, the sender's side: making one, what came of it, withdrawing it; a customer's time line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from hub import accounts, assets, customers, decks, sharing, toolkits
from hub.base import clock
from hub.base.errors import HubError
from hub.base.formats import day
from hub.base.i18n import _, n_
from hub.request import FormDep, SessionDep, WiringDep
from hub.web import words as house_words
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pager import Pager, pager
from hub.web.pages.share_items import GoneLink, gone_links
from hub.web.pages.share_pick import pick_page, wanted_in
from hub.web.pages.share_settings import settings_typed
from hub.web.pages.share_view import (
    LinkRow,
    Moment,
    SharePage,
    link_rows,
    moments,
    share_page,
    shown_url,
)
from hub.web.render import render
from hub.web.tabs import Tab

router = APIRouter(include_in_schema=False)
PER_PAGE = 20
FINER = ("days", "ask_email", "with_passcode", "download", "watermark", "allow", "contact")


@dataclass(frozen=True)
class LinksPage:
    """See templates/sharing/index.html. `gone` has its own tab, `may_swap` counts what can be swapped at once."""

    links: tuple[LinkRow, ...]
    tabs: tuple[Tab, ...]
    pager: Pager
    gone: tuple[GoneLink, ...] | None = None
    may_swap: int = 0


@dataclass(frozen=True)
class Chosen:
    """A thing that goes into the link: `value` is what the form sends, asset:12."""

    value: str
    title: str
    kind: str
    url: str


@dataclass(frozen=True)
class NewPage:
    """See templates/sharing/new.html. `finer` is what was chosen beyond the preset, by field; empty: nothing."""

    chosen: tuple[Chosen, ...]
    presets: tuple[tuple[str, str, str], ...]
    preset: str
    customers: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    title: str
    greeting: str
    customer: str
    more_url: str
    finer: dict[str, str]
    error: str = ""


@dataclass(frozen=True)
class CustomerPage:
    """See templates/sharing/customer.html."""

    name: str
    links: tuple[LinkRow, ...]
    moments: tuple[Moment, ...]


@router.get("/shares")
def index(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    which: str = "open",
    page: Annotated[int, Query(ge=1, le=9999)] = 1,
) -> Response:
    which = which if which in {"open", "ended", "swap"} else "open"
    if which == "swap":
        gone = sharing.gone(session, person)
        shown = LinksPage(
            (),
            _tabs(which, len(gone), len(gone)),
            pager(0, 1, PER_PAGE, lambda _n: "/shares?which=swap"),
            gone_links(session, gone),
            sum(1 for g in gone if g.swap is not None),
        )
        return render(request, "sharing/index.html", shown)
    rows, total = sharing.find(
        session, person, ended=which == "ended", limit=PER_PAGE, offset=(page - 1) * PER_PAGE
    )
    turned = pager(total, page, PER_PAGE, lambda n: f"/shares?which={which}&page={n}")
    tabs = _tabs(which, total, sharing.count_gone(session, person))
    return render(request, "sharing/index.html", LinksPage(link_rows(session, rows), tabs, turned))


def _tabs(which: str, total: int, gone: int) -> tuple[Tab, ...]:
    """Open, ended, and those with something to be swapped, where there is such a thing or somebody looks for it."""
    tabs = (
        Tab(_("能打开的"), "/shares", total if which == "open" else None, which == "open"),
        Tab(_("已结束的"), "/shares?which=ended", total if which == "ended" else None, which == "ended"),
    )
    if not gone and which != "swap":
        return tabs
    return (*tabs, Tab(_("要换材料的"), "/shares?which=swap", gone, which == "swap"))


@router.post("/shares/swap")
def swap_all(session: SessionDep, person: ActorDep) -> Response:
    """Swap what can be swapped in all of one's own links."""
    count = sharing.swap_all(session, by=person)
    answer = RedirectResponse("/shares?which=swap", status_code=303)
    said = n_("换好了 %(n)s 份。对方手里的链接不变，打开就是新的。", count) if count else _("没有要换的了。")
    flash(answer, said, "success" if count else "info")
    return answer


@router.get("/shares/new")
def new(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    thing: Annotated[list[str] | None, Query()] = None,
    q: str = "",
    more: bool = False,  # noqa: FBT001, FBT002 - a query
) -> Response:
    """The form, or, with nothing chosen yet, what there is to choose from."""
    person.must("share.create")
    wanted = wanted_in(thing or [])
    if not wanted or more:
        return render(request, "sharing/pick.html", pick_page(session, wiring, person, q, wanted))
    return render(request, "sharing/new.html", _form(session, person, wanted))


def _form(
    session: SessionDep,
    person: accounts.Actor,
    wanted: Sequence[sharing.Wanted],
    said: Mapping[str, Any] | None = None,
    error: str = "",
) -> NewPage:
    said = said or {}
    chosen = tuple(_chosen(session, w, person) for w in wanted)
    first = wanted[0]
    preset = str(said.get("preset") or sharing.preset_of(session, first.thing, first.id))
    query = "&".join(f"thing={c.value}" for c in chosen)
    return NewPage(
        chosen=chosen,
        presets=tuple((p.key, str(p.label), str(p.says)) for p in sharing.PRESETS.values()),
        preset=preset,
        customers=tuple(c.name for c in customers.visible(session, person)),
        people=tuple((str(p.id), p.name) for p in accounts.people(session, active_only=True)),
        title=str(said.get("title") or (chosen[0].title if len(chosen) == 1 else "")),
        greeting=str(said.get("greeting") or ""),
        customer=str(said.get("customer") or _customer_of(session, wanted, person)),
        more_url=f"/shares/new?{query}&more=1",
        finer={name: str(said.get(name) or "") for name in FINER},
        error=error,
    )


def _chosen(session: SessionDep, wanted: sharing.Wanted, person: accounts.Actor) -> Chosen:
    value = f"{wanted.thing}:{wanted.id}"
    if wanted.thing == "deck":
        deck = decks.get(session, wanted.id, person)
        return Chosen(value, deck.title, _("打单 PPT"), f"/decks/{deck.id}")
    if wanted.thing == "toolkit":
        kit = toolkits.by_id(session, wanted.id, person)
        return Chosen(value, toolkits.title_of(kit), _("工具包"), f"/toolkits/{kit.slug}")
    asset = assets.get(session, wanted.id, person)
    return Chosen(value, asset.title, str(house_words.sign("kind", asset.kind).label), f"/assets/{asset.id}")


def _customer_of(session: SessionDep, wanted: Sequence[sharing.Wanted], person: accounts.Actor) -> str:
    """A deck was made for somebody: the link is for them too."""
    for item in wanted:
        if item.thing == "deck":
            deck = decks.get(session, item.id, person)
            found = customers.by_ids(session, [deck.customer_id]).get(deck.customer_id or 0)
            return found.name if found else ""
    return ""


@router.post("/shares")
def create(
    request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep, form: FormDep
) -> Response:
    """Make the link; what cannot go out is said above the form, with everything typed still in it."""
    person.must("share.create")
    wanted = wanted_in([str(v) for v in form.getlist("thing")])
    preset = str(form.get("preset") or "open")
    try:
        share = sharing.create(
            session, wanted, _fields(form), preset=preset, key=wiring.settings.key(), by=person
        )
    except HubError as error:
        if not wanted or error.status != 400:  # noqa: PLR2004 - HTTP
            raise
        session.rollback()
        page = _form(session, person, wanted, form, error.message)
        return render(request, "sharing/new.html", page, status=400)
    return RedirectResponse(f"/shares/{share.id}?made=1", status_code=303)


def _fields(form: Any, *, whole: bool = False) -> sharing.Fields:
    """What the form says; an empty choice leaves it to the preset. `whole`: the form shows everything as it is."""

    def choice(name: str) -> bool | None:
        if whole:
            return str(form.get(name) or "") == "1"
        return {"1": True, "0": False}.get(str(form.get(name) or ""))

    days = str(form.get("days") or "")
    contact = str(form.get("contact") or "")
    return sharing.Fields(
        title=str(form.get("title") or ""),
        greeting=str(form.get("greeting") or ""),
        customer=str(form.get("customer") or ""),
        contact_id=int(contact) if contact.isdecimal() and len(contact) < 10 else 0,  # noqa: PLR2004
        days=int(days) if days.isdecimal() and len(days) < 5 else None,  # noqa: PLR2004 - a year has 365
        ask_email=choice("ask_email"),
        with_passcode=choice("with_passcode"),
        download=choice("download"),
        watermark=choice("watermark"),
        allow=str(form.get("allow") or ""),
    )


@router.post("/shares/quick/{thing}/{thing_id}")
def quick(
    request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep, thing: str, thing_id: int
) -> Response:
    """The link of one click. A script gets its address to copy; without scripts its page shows it."""
    key = wiring.settings.key()
    share = sharing.quick(session, sharing.Wanted(thing, thing_id), key=key, by=person)
    if "json" in request.headers.get("accept", ""):
        url = shown_url(request, wiring, share)
        return JSONResponse({"url": url, "page": f"/shares/{share.id}"})
    return RedirectResponse(f"/shares/{share.id}?made=1", status_code=303)


@router.get("/shares/customers/{customer_id}")
def customer(request: Request, session: SessionDep, person: ActorDep, customer_id: int) -> Response:
    """What this customer got from this seller, and what they read of it."""
    found = customers.get(session, customer_id, person)
    rows, _total = sharing.find(session, person, customer_id=found.id, limit=100)
    page = CustomerPage(found.name, link_rows(session, rows), moments(session, rows))
    return render(request, "sharing/customer.html", page)


@router.get("/shares/{share_id}")
def show(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    share_id: int,
    made: bool = False,  # noqa: FBT001, FBT002 - a query
    visitor: int = 0,
) -> Response:
    share = sharing.get(session, share_id, person)
    url = shown_url(request, wiring, share)
    page: SharePage = share_page(session, wiring, share, person, url, made=made, visitor=visitor)
    return render(request, "sharing/share.html", page)


def _back(share_id: int | None, said: str, kind: str = "success") -> Response:
    answer = RedirectResponse(f"/shares/{share_id}", status_code=303)
    flash(answer, said, kind)
    return answer


@router.post("/shares/{share_id}")
def edit(
    request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep, form: FormDep, share_id: int
) -> Response:
    """Change the settings; what is wrong with them is said above the form, with everything typed still in it."""
    share = sharing.get(session, share_id, person)
    try:
        sharing.edit(session, share, _fields(form, whole=True), by=person)
    except HubError as error:
        if error.status != 400:  # noqa: PLR2004 - HTTP
            raise
        session.rollback()
        share = sharing.get(session, share_id, person)
        page = share_page(
            session, wiring, share, person, shown_url(request, wiring, share), made=False, visitor=0
        )
        typed = settings_typed(form, error.message)
        return render(request, "sharing/share.html", replace(page, settings=typed), status=400)
    return _back(share.id, _("已保存。还能看到 %(day)s。") % {"day": day(share.expires_at, at=clock.now())})


@router.post("/shares/{share_id}/withdraw")
def withdraw(session: SessionDep, person: ActorDep, share_id: int) -> Response:
    share = sharing.get(session, share_id, person)
    sharing.withdraw(session, share, by=person)
    return _back(share.id, _("收回了。对方现在打不开了，读过的记录还在。"))


@router.post("/shares/{share_id}/passcode")
def passcode(session: SessionDep, person: ActorDep, share_id: int) -> Response:
    share = sharing.get(session, share_id, person)
    sharing.renew_passcode(session, share, by=person)
    return _back(share.id, _("口令换了。旧口令和凭它进来的人都要重新输。"))


@router.get("/shares/{share_id}/add")
def add_form(
    request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep, share_id: int, q: str = ""
) -> Response:
    share = sharing.get(session, share_id, person)
    had = sharing.items_of(session, [share_id]).get(share_id, [])
    wanted = [sharing.Wanted(i.thing, i.thing_id) for i in had]
    return render(request, "sharing/pick.html", pick_page(session, wiring, person, q, wanted, share))


@router.post("/shares/{share_id}/add")
def add(session: SessionDep, person: ActorDep, share_id: int, value: Annotated[str, Form()] = "") -> Response:
    share = sharing.get(session, share_id, person)
    wanted = wanted_in([value])
    if not wanted:
        raise HubError(_("请选一份材料。"))
    sharing.put_in(session, share, wanted[0], by=person)
    return _back(share.id, _("放进去了。对方用同一个链接就能看到。"))


@router.post("/shares/{share_id}/items")
def items(
    session: SessionDep,
    person: ActorDep,
    share_id: int,
    item: Annotated[int, Form()] = 0,
    act: Annotated[str, Form()] = "",
) -> Response:
    """Take a thing out, pin it to the version it shows now, let it follow the newest again, or swap what is gone."""
    share = sharing.get(session, share_id, person)
    row = next((i for i in sharing.items_of(session, [share_id]).get(share_id, []) if i.id == item), None)
    if row is None:
        return _back(share.id, _("它已经不在里面了。"), "info")
    if act == "swap":
        swapped = sharing.swap(session, share, item, by=person)
        return _back(
            share.id, _("换成“%(title)s”了。对方手里的链接不变，打开就是新的。") % {"title": swapped.title}
        )
    if act in {"pin", "follow"} and row.thing == "asset":
        asset = assets.get(session, row.thing_id, person)
        pinned = asset.on_offer_id if act == "pin" else None
        sharing.put_in(session, share, sharing.Wanted("asset", row.thing_id, pinned), by=person)
        return _back(share.id, _("钉住了这一版。") if pinned else _("改回跟着最新版走。"))
    sharing.take_out(session, share, item, by=person)
    return _back(share.id, _("拿出来了。"))
