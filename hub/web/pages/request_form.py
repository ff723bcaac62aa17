"""The seller's form: what a customer said, with what is there already beside it while it is typed."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts, customers, library, requirements, taxonomy
from hub.base.errors import HubError, NotAllowed
from hub.base.i18n import _
from hub.request import FormDep, SessionDep, WiringDep
from hub.search import IndexUnavailable
from hub.web import words as house_words
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pages import requirement_words as say
from hub.web.render import render

router = APIRouter(include_in_schema=False)
FIELDS = (
    "customer",
    "industry",
    "product",
    "quote",
    "contact",
    "desired",
    "revenue",
    "customers",
    "urgency",
    "needed_by",
    "link_to",
)


@dataclass(frozen=True)
class Same:
    """A requirement that may say the same."""

    key: str
    title: str
    url: str
    state: str
    on: bool


@dataclass(frozen=True)
class Ready:
    """Material that may answer it today."""

    title: str
    url: str
    meta: str
    thumb: str | None
    icon: str


@dataclass(frozen=True)
class Similar:
    """What is there already. `asked` says whether there were words to look for."""

    asked: bool
    same: tuple[Same, ...] = ()
    ready: tuple[Ready, ...] = ()


@dataclass(frozen=True)
class Understood:
    """What an amount was read as, or why it cannot be read (`wrong`); empty where nothing was typed."""

    text: str = ""
    wrong: bool = False


@dataclass(frozen=True)
class NewPage:
    """See templates/requests/new.html."""

    values: Mapping[str, str]
    customers: tuple[str, ...]
    industries: tuple[tuple[str, str], ...]
    products: tuple[tuple[str, str], ...]
    urgencies: tuple[tuple[str, str], ...]
    similar: Similar
    understood: Understood
    error: str | None = None
    part: bool = False  # only what stands beside the form was asked for


def _values(given: Mapping[str, object]) -> dict[str, str]:
    return {f: str(given.get(f, "") or "").replace("\r\n", "\n") for f in FIELDS}


@router.get("/requests/new")
def new(request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep) -> Response:
    """The form; with words in the address, what is similar stands beside it without a script too."""
    if not person.may("request.create"):
        raise NotAllowed(_("您的角色不能提诉求。"))
    values = _values(request.query_params)
    similar = _similar(session, wiring, person, values)
    return render(request, "requests/new.html", _new_page(session, person, values, similar))


def _new_page(
    session: SessionDep,
    person: accounts.Actor,
    values: dict[str, str],
    similar: Similar,
    error: str | None = None,
    *,
    part: bool = False,
) -> NewPage:
    words = taxonomy.words_for(session, person)
    return NewPage(
        values=values | {"urgency": values["urgency"] or "medium"},
        customers=tuple(c.name for c in customers.visible(session, person)),
        industries=tuple((w.key, w.label) for w in words.options("industry")),
        products=tuple((k, words.label("product", k)) for k in words.products),
        urgencies=tuple((k, str(v)) for k, v in say.URGENCIES.items()),
        similar=similar,
        understood=_understood(values["revenue"]),
        error=error,
        part=part,
    )


@router.get("/requests/similar")
def similar(request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep) -> Response:
    """The part beside the form, while the seller types."""
    values = _values(request.query_params)
    page = _new_page(session, person, values, _similar(session, wiring, person, values), part=True)
    return render(request, "requests/new.html", page, block="similar")


def _similar(
    session: SessionDep, wiring: WiringDep, person: accounts.Actor, values: Mapping[str, str]
) -> Similar:
    words = requirements.similar_words(values["quote"], values["desired"])
    try:
        there = library.there_already(session, wiring.engine, words, by=person)
    except IndexUnavailable:  # the form must be there although search is not
        there = None
    if there is None:
        return Similar(asked=False)
    return Similar(
        asked=True,
        same=tuple(_same(row, values["link_to"]) for row in there.same),
        ready=tuple(_ready(row) for row in there.ready),
    )


def _understood(revenue: str) -> Understood:
    try:
        value, currency = requirements.money_of(revenue)
    except HubError as error:
        return Understood(error.message, wrong=True)
    return Understood(_recorded(value, currency)) if value is not None else Understood()


def _recorded(value: Decimal, currency: str | None) -> str:
    said = say.amount(value, currency or requirements.YUAN, exact=True)
    return _("记为 %(money)s") % {"money": said}


def _same(row: library.Row, chosen: str) -> Same:
    key = row.url.rsplit("/", 1)[-1]
    state = next(iter(row.columns.get("state", ())), "new")
    return Same(key, row.title, row.url, state, key == chosen)


def _ready(row: library.Row) -> Ready:
    card = row.card
    if card is None:
        raise ValueError("only a hit on an asset is material")
    kind = house_words.sign("kind", card.kind)
    audience = str(house_words.sign("audience", card.audience).label)
    return Ready(
        row.title,
        row.url,
        f"{kind.label} · {audience}",
        f"/pictures/{card.thumb}" if card.thumb else None,
        kind.icon or "file-text",
    )


@router.post("/requests")
def create(
    request: Request, form: FormDep, session: SessionDep, wiring: WiringDep, person: ActorDep
) -> Response:
    values = _values(form)
    try:
        wish = _wish(values)
        made = requirements.ask(session, wish, by=person)
        if values["link_to"]:
            requirements.link(session, made, requirements.get(session, values["link_to"], person), by=person)
    except NotAllowed:
        raise
    except HubError as error:  # what was typed stays on the page, and nowhere else
        session.rollback()
        similar = _similar(session, wiring, person, values)
        page = _new_page(session, person, values, similar, error.message)
        return render(request, "requests/new.html", page, status=error.status)
    answer = RedirectResponse(f"/requests/{made.id}", status_code=303)
    flash(answer, _created(wish, values["link_to"]))
    return answer


def _wish(values: Mapping[str, str]) -> requirements.Wish:
    revenue, currency = requirements.money_of(values["revenue"])
    return requirements.Wish(
        customer=values["customer"],
        quote=values["quote"],
        contact=values["contact"],
        desired=values["desired"],
        revenue=revenue,
        currency=currency or requirements.YUAN,
        customers=say.to_count(values["customers"]),
        urgency=values["urgency"] or "medium",
        needed_by=say.to_day(values["needed_by"]),
        industry=values["industry"] or None,
        product=values["product"] or None,
    )


def _created(wish: requirements.Wish, key: str) -> str:
    said = [_("已加到 %(key)s。") % {"key": key} if key else _("收到了，产品经理会归到需求里。")]
    if wish.revenue is not None:
        money = say.amount(wish.revenue, wish.currency, exact=True)
        said.append(_("预计收入记为 %(money)s。") % {"money": money})
    return "".join(said)
