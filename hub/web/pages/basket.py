"""The slide basket: what one has put aside, its order, and the deck made of it."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from hub import decks
from hub.base.errors import HubError
from hub.base.i18n import _, n_
from hub.request import SessionDep
from hub.web.chrome import Flash, came_from, flash, is_ours
from hub.web.dress import ActorDep
from hub.web.pages.deck_view import customer_names
from hub.web.pages.toolkit_forms import PostedDep
from hub.web.render import render

router = APIRouter(include_in_schema=False)
DIGITS = 9  # more would not be an id


@dataclass(frozen=True)
class SlideInBasket:
    """One slide. `number` counts those that go into the deck; None for one that cannot."""

    id: int
    number: int | None
    title: str
    source: str
    url: str | None
    thumb: str | None
    note: str
    tone: str


@dataclass(frozen=True)
class BasketPage:
    """See templates/basket/index.html."""

    rows: tuple[SlideInBasket, ...]
    usable: int
    customers: tuple[str, ...]


@dataclass(frozen=True)
class AddedPage:
    """The block `added` of templates/basket/index.html alone: what changes around the page one was on."""

    count: int
    held: str
    note: Flash


@router.get("/basket")
def show(request: Request, session: SessionDep, person: ActorDep) -> Response:
    rows: list[SlideInBasket] = []
    number = 0
    for chosen in decks.basket(session, person):
        number += chosen.page is not None
        rows.append(_row(chosen, number if chosen.page is not None else None))
    page = BasketPage(tuple(rows), number, customer_names(session, person))
    return render(request, "basket/index.html", page)


def _row(chosen: decks.Chosen, number: int | None) -> SlideInBasket:
    if chosen.page is None:
        return SlideInBasket(chosen.id, None, chosen.title, chosen.why_not, None, None, _("不能用"), "red")
    told = {"title": chosen.source, "version": chosen.version, "page": chosen.page}
    return SlideInBasket(
        id=chosen.id,
        number=number,
        title=chosen.title,
        source=_("%(title)s v%(version)s 第 %(page)s 页") % told,
        url=f"/assets/{chosen.asset_id}?page={chosen.page}",
        thumb=f"/pictures/{chosen.thumb}" if chosen.thumb else None,
        note=_("已换成新版") if chosen.renewed else "",
        tone="azure",
    )


@router.post("/basket")
def add(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    asset: Annotated[int, Form()],
    page: Annotated[list[int], Form()],
    back: Annotated[str, Form()] = "",
    out: Annotated[bool, Form()] = False,  # noqa: FBT002 - a field of the form
) -> Response:
    """Put pages in, or take them out, and stay where one was; with a script only the basket and the note come."""
    note = _taken_out(session, asset, page, person) if out else _put_in(session, asset, page, person)
    if request.headers.get("hx-request"):
        told = AddedPage(decks.basket_count(session, person), decks.basket_held(session, person), note)
        return render(request, "basket/index.html", told, block="added")
    answer = RedirectResponse(back if is_ours(back) else "/basket", status_code=303)
    flash(answer, note.text, note.kind, note.undo)
    return answer


def _put_in(session: SessionDep, asset: int, pages: list[int], person: ActorDep) -> Flash:
    fresh = decks.basket_add(session, asset, pages, by=person)
    if not fresh:
        return Flash(_("已经在选页篮里了。"), "info")
    return Flash(n_("放进选页篮 %(n)s 页。", fresh))


def _taken_out(session: SessionDep, asset: int, pages: list[int], person: ActorDep) -> Flash:
    was = decks.basket_take_out(session, asset, pages, by=person)
    if not was:
        return Flash(_("已经不在选页篮里了。"), "info")
    places = [("asset", asset), *(("was", f"{page}.{place}") for page, place in was.items())]
    return Flash(n_("从选页篮里拿出 %(n)s 页。", len(was)), undo=f"/basket/put-back?{urlencode(places)}")


@router.post("/basket/put-back")
def put_back(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    asset: Annotated[int, Query()] = 0,
    was: Annotated[tuple[str, ...], Query()] = (),
) -> Response:
    """Undo a taking out: the pages, each as "page.place", lie where they lay before."""
    pairs = (said.partition(".") for said in was)
    places = {_number(page): _number(place) for page, _dot, place in pairs}
    back = decks.basket_add(session, asset, list(places), by=person, places=places) if places else 0
    answer = RedirectResponse(came_from(request) or "/basket", status_code=303)
    flash(answer, n_("放回选页篮 %(n)s 页。", back) if back else _("已经在选页篮里了。"))
    return answer


def _number(said: str) -> int:
    return int(said) if said.isdecimal() and len(said) <= DIGITS else 0


@router.post("/basket/change")
def change(session: SessionDep, person: ActorDep, act: Annotated[str, Form()]) -> Response:
    """One change, as "verb:id": up, down or drop; "empty:" takes everything out."""
    verb, _sep, said = act.partition(":")
    number = _number(said)
    if verb in {"up", "down"}:
        decks.basket_shift(session, number, -1 if verb == "up" else 1, by=person)
    elif verb == "drop":
        decks.basket_remove(session, number, by=person)
    elif verb == "empty":
        decks.basket_empty(session, by=person)
    else:
        raise HubError(_("没有这种操作。请刷新页面再试。"))
    return RedirectResponse("/basket", status_code=303)


@router.post("/basket/order")
def order(session: SessionDep, person: ActorDep, form: PostedDep) -> Response:
    """The whole order at once, as dragging gives it."""
    decks.basket_reorder(session, _ids(form), by=person)
    return RedirectResponse("/basket", status_code=303)


def _ids(form: Any) -> list[int]:
    said = (str(v) for v in form.getlist("order"))
    return [int(v) for v in said if v.isdecimal() and len(v) <= DIGITS]


@router.post("/basket/deck")
def deck(
    session: SessionDep,
    person: ActorDep,
    title: Annotated[str, Form()] = "",
    customer: Annotated[str, Form()] = "",
) -> Response:
    """A deck of all that can be used, made at once."""
    made = decks.basket_to_deck(session, title, customer, by=person)
    answer = RedirectResponse(f"/decks/{made.id}", status_code=303)
    flash(answer, _("开始生成了，选页篮已经清空。做好会通知您。"))
    return answer
