"""Demo accounts: the list, one account with its script and bookings, the secret on a click that is recorded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from markupsafe import Markup
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from hub import accounts, assets, demos, taxonomy
from hub.base import clock
from hub.base.errors import HubError
from hub.base.formats import day, moment
from hub.base.i18n import _
from hub.request import FormDep, SessionDep, WiringDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.render import render
from hub.web.text import html_of

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class DemoRow:
    """A demo account in the list."""

    id: int
    title: str
    product: str
    owner: str
    state: str
    checked: str
    booked: str
    url: str


@dataclass(frozen=True)
class DemosPage:
    """See templates/demos/index.html."""

    rows: tuple[DemoRow, ...]
    may_create: bool


@dataclass(frozen=True)
class BookedRow:
    when: str
    who: str
    purpose: str
    cancel_url: str | None


@dataclass(frozen=True)
class DemoForm:
    """The fields of an account; `values` are the present ones, or those typed when they were refused, which `error`
    says. The secret is never among them.
    """

    id: int
    edition: int
    values: dict[str, str]
    products: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    material: tuple[tuple[str, str], ...]
    has_secret: bool
    error: str = ""


@dataclass(frozen=True)
class Asked:
    """What stands in the form for a booking: times as a browser writes them, and why they were refused."""

    starts: str
    ends: str
    purpose: str = ""
    refused: str = ""


@dataclass(frozen=True)
class DemoPage:
    """See templates/demos/page.html. `secret` is there on the answer to the click only."""

    row: DemoRow
    address: str
    login: str
    has_secret: bool
    secret: str | None
    expires: str
    script: Markup | None
    reset_note: str
    asset: tuple[str, str] | None
    bookings: tuple[BookedRow, ...]
    starts: str
    ends: str
    purpose: str
    taken: str  # why the time just asked for could not be booked
    shown_to: tuple[tuple[str, str], ...]  # for whoever keeps the account: who had the secret shown, and when
    form: DemoForm | None
    may_ask: bool


@router.get("/demos")
def index(request: Request, session: SessionDep, person: ActorDep) -> Response:
    known = taxonomy.words_for(session, person)
    rows = tuple(_row(known, r) for r in demos.find(session, person))
    return render(request, "demos/index.html", DemosPage(rows, person.may("asset.edit_any")))


def _row(known: taxonomy.Words, row: demos.Row) -> DemoRow:
    return DemoRow(
        row.id,
        row.title,
        known.label("product", row.product) if row.product else "",
        row.owner,
        row.state,
        _checked(row),
        _("下一场 %(when)s") % {"when": moment(row.next)} if row.next else "",
        f"/demos/{row.id}",
    )


def _checked(row: demos.Row) -> str:
    """When it was found to work, and whether the hub found so itself."""
    if row.checked_at is None:
        return _("还没人试过")
    if row.checked_by_hub:
        return _("%(day)s 系统试过，有应答") % {"day": day(row.checked_at)}
    return _("%(day)s 试过，能用") % {"day": day(row.checked_at)}


@router.get("/demos/new")
def new(request: Request, session: SessionDep, person: ActorDep) -> Response:
    person.must("asset.edit_any")
    return render(request, "demos/new.html", _form(session, person, None))


def _form(session: SessionDep, person: accounts.Actor, account: demos.DemoAccount | None) -> DemoForm:
    known = taxonomy.words_for(session, person)
    ids = assets.ids_matching(session, person, kinds=["demo_account"], limit=100)
    names = (
        "title",
        "product",
        "address",
        "login",
        "script",
        "reset_note",
        "owner_id",
        "asset_id",
        "expires_on",
    )
    return DemoForm(
        id=account.id or 0 if account else 0,
        edition=account.edition if account else 0,
        values={n: str(getattr(account, n, None) or "") for n in names},
        products=tuple((w.key, w.label) for w in known.options("product")),
        people=tuple((str(p.id), p.name) for p in accounts.people(session, active_only=True)),
        material=tuple((str(c.id), c.title) for c in assets.cards(session, ids, person)),
        has_secret=bool(account and account.secret),
    )


@router.post("/demos")
def create(
    request: Request, form: FormDep, session: SessionDep, wiring: WiringDep, person: ActorDep
) -> Response:
    """Keep a new account; what is wrong with it is said above the form, with what was typed still in it."""
    try:
        made = demos.create(session, _fields(form), key=wiring.settings.key(), by=person)
    except HubError as error:
        if error.status != 400:  # noqa: PLR2004 - HTTP
            raise
        session.rollback()
        page = _typed(_form(session, person, None), form, error.message)
        return render(request, "demos/new.html", page, status=400)
    return _to(made.id or 0, _("演示账号已存好，口令加密保存。"))


def _typed(shown: DemoForm, form: FormData, error: str) -> DemoForm:
    """The form as it was sent, without the secret, which no page repeats."""
    renamed = {"owner_id": "owner", "asset_id": "asset"}
    values = {n: _text(form, renamed.get(n, n)) for n in shown.values}
    if _text(form, "secret"):
        error += _("口令不会回填，请再填一次。")
    return replace(shown, values=values, error=error)


def _fields(form: FormData) -> demos.Fields:
    return demos.Fields(
        title=_text(form, "title"),
        product=_text(form, "product"),
        address=_text(form, "address"),
        login=_text(form, "login"),
        secret=_text(form, "secret"),
        script=_text(form, "script").replace("\r\n", "\n"),
        reset_note=_text(form, "reset_note"),
        asset_id=_number(_text(form, "asset")) or 0,
        owner_id=_number(_text(form, "owner")),
        expires_on=_day(_text(form, "expires_on")),
    )


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None  # noqa: PLR2004 - fits an integer column


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise HubError(_("日期写成 2026-12-31 这样。")) from None


def _to(demo_id: int, said: str) -> Response:
    answer = RedirectResponse(f"/demos/{demo_id}", status_code=303)
    flash(answer, said)
    return answer


@router.get("/demos/{demo_id}")
def show(
    request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep, demo_id: int
) -> Response:
    account = demos.get(session, demo_id, person)
    return render(request, "demos/page.html", _page(session, wiring, person, account))


def _page(
    session: SessionDep,
    wiring: WiringDep,
    person: accounts.Actor,
    account: demos.DemoAccount,
    secret: str | None = None,
    asked: Asked | None = None,
    form: DemoForm | None = None,
) -> DemoPage:
    known = taxonomy.words_for(session, person)
    may = demos.may_edit(account, person)
    told = demos.described(session, account, person)
    base = f"/demos/{account.id}"
    booked = demos.bookings(session, account)
    asked = asked or _free_half_hour(booked)
    return DemoPage(
        row=_row(known, demos.rows(session, [account])[0]),
        address=account.address,
        login=account.login,
        has_secret=bool(account.secret),
        secret=secret,
        expires=day(account.expires_on) if account.expires_on else "",
        script=html_of(account.script) if account.script else None,
        reset_note=account.reset_note,
        asset=(told.title, f"/assets/{told.id}") if told else None,
        bookings=tuple(
            BookedRow(
                f"{moment(b.starts_at)} – {moment(b.ends_at)[-5:]}",
                b.name,
                b.purpose,
                f"{base}/bookings/{b.id}/cancel" if may or b.person_id == person.id else None,
            )
            for b in booked
        ),
        starts=asked.starts,
        ends=asked.ends,
        purpose=asked.purpose,
        taken=asked.refused,
        shown_to=tuple((n, moment(at)) for n, at in demos.shown_to(session, account)) if may else (),
        form=form or (_form(session, person, account) if may else None),
        may_ask=demos.may_ask(account, demos.listed_hosts(wiring.settings.demo_hosts)),
    )


def _free_half_hour(booked: Sequence[demos.Booked]) -> Asked:
    """What the form proposes: the first half hour from now on that nobody has."""
    start = _next_half_hour(clock.now())
    for taken in booked:  # in order
        if taken.starts_at < start + timedelta(minutes=30) and taken.ends_at > start:
            start = taken.ends_at.astimezone(clock.HOUSE_ZONE)
    return Asked(f"{start:%Y-%m-%dT%H:%M}", f"{start + timedelta(minutes=30):%Y-%m-%dT%H:%M}")


def _next_half_hour(at: datetime) -> datetime:
    local = at.astimezone(clock.HOUSE_ZONE)
    whole = local.replace(minute=0, second=0, microsecond=0)
    return whole + timedelta(minutes=30 * (local.minute // 30 + 1))


@router.post("/demos/{demo_id}")
def edit(
    request: Request, form: FormDep, session: SessionDep, wiring: WiringDep, person: ActorDep, demo_id: int
) -> Response:
    account = demos.get(session, demo_id, person)
    edition = _number(_text(form, "edition")) or 0
    try:
        demos.edit(session, account, _fields(form), edition=edition, key=wiring.settings.key(), by=person)
    except HubError as error:
        if error.status != 400:  # noqa: PLR2004 - HTTP
            raise
        session.rollback()
        account = demos.get(session, demo_id, person)
        typed = _typed(_form(session, person, account), form, error.message)
        page = _page(session, wiring, person, account, form=typed)
        return render(request, "demos/page.html", page, status=400)
    return _to(demo_id, _("已保存。"))


@router.post("/demos/{demo_id}/secret")
def reveal(
    request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep, demo_id: int
) -> Response:
    """The secret on this answer only; the click is on record."""
    account = demos.get(session, demo_id, person)
    secret = demos.reveal(session, account, key=wiring.settings.key(), by=person)
    answer = render(request, "demos/page.html", _page(session, wiring, person, account, secret))
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.post("/demos/{demo_id}/works")
def works(session: SessionDep, person: ActorDep, demo_id: int) -> Response:
    demos.works(session, demos.get(session, demo_id, person), by=person)
    return _to(demo_id, _("记下了：今天试过，能用。"))


@router.post("/demos/{demo_id}/check")
def check(session: SessionDep, wiring: WiringDep, person: ActorDep, demo_id: int) -> Response:
    account = demos.get(session, demo_id, person)
    demos.ask_now(session, account, demos.listed_hosts(wiring.settings.demo_hosts), by=person)
    return _to(demo_id, _("正在问它，几秒后有结果：有没有应答都会通知您。"))


@router.post("/demos/{demo_id}/book")
def book(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    demo_id: int,
    starts: Annotated[str, Form()] = "",
    ends: Annotated[str, Form()] = "",
    purpose: Annotated[str, Form()] = "",
) -> Response:
    """Take the account for a while; a time that cannot be had is said above the form, with what was typed in it."""
    account = demos.get(session, demo_id, person)
    try:
        demos.book(session, account, _moment(starts), _moment(ends), purpose=purpose, by=person)
    except HubError as error:
        if error.status not in {400, 409}:
            raise
        session.rollback()
        asked = Asked(starts[:30], ends[:30], purpose[:200], error.message)
        page = _page(session, wiring, person, demos.get(session, demo_id, person), asked=asked)
        return render(request, "demos/page.html", page, status=error.status)
    return _to(demo_id, _("约好了。"))


def _moment(text: str) -> datetime:
    """What a form says, in the house's zone."""
    try:
        return datetime.fromisoformat(text.strip()).replace(tzinfo=clock.HOUSE_ZONE)
    except ValueError:
        raise HubError(_("请写明开始和结束的时间。")) from None


@router.post("/demos/{demo_id}/bookings/{booking_id}/cancel")
def cancel(session: SessionDep, person: ActorDep, demo_id: int, booking_id: int) -> Response:
    account = demos.get(session, demo_id, person)
    demos.cancel(session, account, booking_id, by=person)
    return _to(demo_id, _("已取消，时间空出来了。"))


@router.post("/demos/{demo_id}/trash")
def trash(session: SessionDep, person: ActorDep, demo_id: int) -> Response:
    demos.trash(session, demos.get(session, demo_id, person), by=person)
    answer = RedirectResponse("/demos", status_code=303)
    flash(answer, _("演示账号已删除，口令一并抹掉。"))
    return answer
