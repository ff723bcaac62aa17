"""Cross-department proposals: the list, one proposal, its sections one by one, signatures, the deck."""

from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from starlette.datastructures import FormData
from starlette.responses import FileResponse, RedirectResponse, Response

from hub import accounts, taxonomy, ventures
from hub.base.errors import HubError, NotFound
from hub.base.i18n import _
from hub.request import FormDep, SessionDep, WiringDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pages import venture_view as view
from hub.web.pages.venture_deck import template_choices
from hub.web.pages.venture_drawing import money
from hub.web.render import render

router = APIRouter(include_in_schema=False)
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
PAGE = 50
EMPTY: tuple[dict[str, Any], ...] = ({},) * 3  # rows under those that are there
SOURCES = tuple(f"{n}_source" for n in ventures.NUMBERS)
COLUMNS = {
    "market": ("name", *ventures.NUMBERS, *SOURCES),
    "panorama": ("name", "by", "layer", "into"),
    "boundary": ("work", "who", "does_not"),
    "deals": ("customer", "title", "amount", "currency", "day", "source", "opportunity_id", "told"),
    "split": ("name", "kind", "share", "why", "approver_id", "signer"),
}


@dataclass(frozen=True)
class ListPage:
    """See templates/ventures/index.html."""

    tabs: tuple[dict[str, Any], ...]
    rows: tuple[view.VentureRow, ...]
    may_create: bool


@dataclass(frozen=True)
class SectionPage:
    """See templates/ventures/section.html. `rows` say what stands in each row, with empty ones below."""

    id: int
    title: str
    section: str
    label: str
    edition: int
    signed: bool
    values: dict[str, str]
    rows: tuple[dict[str, Any], ...]
    products: tuple[tuple[str, str], ...]
    people: tuple[tuple[str, str], ...]
    teams: tuple[tuple[str, str], ...]
    open_teams: tuple[str, ...]
    open_people: tuple[str, ...]
    opportunities: tuple[tuple[str, str], ...]
    parties: tuple[str, ...]
    layers: tuple[str, ...]
    currencies: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]


@router.get("/ventures")
def index(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    state: Annotated[str, Query(max_length=12)] = "",
) -> Response:
    state = state if state in ventures.STATES else ""
    known = taxonomy.words_for(session, person)
    found, counts = ventures.find(session, person, state=state, limit=PAGE)
    names = {"": _("全部"), **{k: str(label) for k, (label, _tone) in view.STATES.items()}}
    tabs = tuple(
        {
            "label": label,
            "url": f"/ventures?state={key}" if key else "/ventures",
            "count": counts.get(key, 0) if key else sum(counts.values()),
            "on": key == state,
        }
        for key, label in names.items()
    )
    rows = tuple(view.row(known, r) for r in found)
    return render(request, "ventures/index.html", ListPage(tabs, rows, person.may("venture.create")))


@router.get("/ventures/new")
def new(request: Request, session: SessionDep, person: ActorDep) -> Response:
    person.must("venture.create")
    return render(request, "ventures/section.html", _form(session, person, None, "about"))


@router.post("/ventures")
def create(form: FormDep, session: SessionDep, person: ActorDep) -> Response:
    made = ventures.create(session, _said(form, "about"), restricted_to=_open_to(form), by=person)
    return _to(made.id or 0, _("方案建好了。一节一节写，写到哪里都能存。"))


def _to(venture_id: int, said: str, place: str = "") -> Response:
    answer = RedirectResponse(f"/ventures/{venture_id}{place}", status_code=303)
    flash(answer, said)
    return answer


def _text(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0  # noqa: PLR2004 - a column


def _open_to(form: FormData) -> tuple[list[int], list[int]] | None:
    if "who" not in form:
        return None
    teams = [_number(str(v)) for v in form.getlist("teams")]
    people = [_number(str(v)) for v in form.getlist("people")]
    return [t for t in teams if t], [p for p in people if p]


@router.get("/ventures/{venture_id}")
def show(request: Request, session: SessionDep, person: ActorDep, venture_id: int) -> Response:
    found = ventures.whole(session, ventures.get(session, venture_id, person), person)
    people = _people(session) if ventures.may_edit(found.venture, person) else ()
    known = taxonomy.words_for(session, person)
    choices = template_choices(session, found.deck)
    return render(request, "ventures/page.html", view.page(known, found, person, people, choices))


def _people(session: SessionDep) -> tuple[tuple[str, str], ...]:
    return tuple((str(i), name) for i, name, _title in accounts.colleagues(session))


@router.get("/ventures/{venture_id}/edit/{section}")
def edit(request: Request, session: SessionDep, person: ActorDep, venture_id: int, section: str) -> Response:
    venture = ventures.get(session, venture_id, person)
    if section not in ventures.WRITTEN or not ventures.may_edit(venture, person):
        raise NotFound(_("方案里没有这一节，或您不能改它。"))
    return render(request, "ventures/section.html", _form(session, person, venture, section))


def _form(
    session: SessionDep, person: accounts.Actor, venture: ventures.Venture | None, section: str
) -> SectionPage:
    known = taxonomy.words_for(session, person)
    whole = ventures.whole(session, venture, person) if venture else None
    open_to = _restriction(session, venture)
    names = ("title", "summary", "product", "currency", "owner_id", "pricing", *CONTACT)
    parts = venture.parts if venture else []
    parties = [p.name for p in whole.parties] if whole else []
    result = "won" if section == "evidence" else "open"
    linkable = (
        ventures.opportunities(session, person, result=result) if section in {"evidence", "deals"} else []
    )
    return SectionPage(
        id=venture.id or 0 if venture else 0,
        title=venture.title if venture else "",
        section=section,
        label=str(ventures.SECTION_LABELS[section]),
        edition=venture.edition if venture else 0,
        signed=bool(whole and any(p.verdict for p in whole.parties)),
        values={n: str(getattr(venture, n, None) or "") for n in names},
        rows=_rows(whole, section) if whole else (),
        products=tuple((w.key, w.label) for w in known.options("product")),
        people=_people(session),
        teams=tuple((str(t.id), t.name) for t in accounts.teams(session)),
        open_teams=tuple(t[5:] for t in open_to if t.startswith("team:")),
        open_people=tuple(t[7:] for t in open_to if t.startswith("person:")),
        opportunities=tuple(
            (str(o.id), " · ".join(t for t in (c.name, o.title, money(o.amount, o.currency)) if t))
            for o, c in linkable
        ),
        parties=tuple(dict.fromkeys([*parties, *(p["by"] for p in parts)])),
        layers=tuple(dict.fromkeys(p["layer"] for p in parts if p["layer"])),
        currencies=tuple((c, c) for c in ventures.CURRENCIES),
        kinds=tuple((k, str(label)) for k, label in view.KINDS.items()),
    )


CONTACT = ("with_whom", "background", "need", "gain", "cares")


def _restriction(session: SessionDep, venture: ventures.Venture | None) -> frozenset[str]:
    if venture is None or not venture.restricted:
        return frozenset()
    return accounts.restriction(session, "venture", venture.id or 0)


def _rows(whole: ventures.Whole, section: str) -> tuple[dict[str, Any], ...]:
    """What stands in the rows of a section now, and a few empty ones."""
    v = whole.venture
    kept: list[dict[str, Any]] = {
        "market": lambda: list(v.segments),
        "panorama": lambda: list(v.parts),
        "boundary": lambda: list(v.boundary),
        "evidence": lambda: [_deal_row(d) for d in whole.bids],
        "deals": lambda: [_deal_row(d) for d in whole.deals],
        "split": lambda: [_party_row(p) for p in whole.parties],
    }.get(section, list)()
    columns = COLUMNS.get("deals" if section == "evidence" else section)
    return tuple({**dict.fromkeys(columns, ""), **r} for r in (*kept, *EMPTY)) if columns else ()


def _deal_row(deal: ventures.Deal) -> dict[str, Any]:
    if deal.opportunity_id:
        told = " · ".join(t for t in (deal.customer, deal.title, money(deal.amount, deal.currency)) if t)
        source = "" if deal.source == ventures.recorded() else deal.source
        return {"opportunity_id": str(deal.opportunity_id), "told": told, "source": source}
    said = {n: getattr(deal, n) for n in ("customer", "title", "currency", "source")}
    amount = ventures.plain(deal.amount) if deal.amount is not None else ""
    return {**said, "amount": amount, "day": deal.day.isoformat() if deal.day else ""}


def _party_row(party: ventures.Party) -> dict[str, Any]:
    return {
        "name": party.name,
        "kind": party.kind,
        "share": ventures.plain(party.share) if party.share is not None else "",
        "why": party.why,
        "approver_id": str(party.approver_id or ""),
        "signer": "" if party.approver_id else party.signs,
    }


@router.post("/ventures/{venture_id}/edit/{section}")
def write(form: FormDep, session: SessionDep, person: ActorDep, venture_id: int, section: str) -> Response:
    venture = ventures.get(session, venture_id, person)
    voided = ventures.write(
        session, venture, section, _said(form, section), edition=_number(_text(form, "edition")),
        restricted_to=_open_to(form) if section == "about" else None, by=person,
    )  # fmt: skip
    said = _("已保存。签过的都作废了，签的人会收到通知。") if voided else _("已保存。")
    return _to(venture_id, said, f"#{section}")


def _said(form: FormData, section: str) -> dict[str, Any]:
    """One section as the form says it: fields, or rows of columns that stand beside each other."""
    if section == "about":
        names = ("title", "summary", "product", "currency", "with_whom")
        said: dict[str, Any] = {n: _text(form, n) for n in names if n in form}
        return {**said, "owner_id": _number(_text(form, "owner_id"))}
    if section == "contact":
        return {n: _text(form, n) for n in CONTACT if n in form}
    if section == "market":
        return {"rows": _segments(form)}
    rows = _columns(form, COLUMNS["deals" if section == "evidence" else section]) if section in ROWED else []
    for found in rows:
        for name in ("opportunity_id", "approver_id"):
            if name in found:
                found[name] = _number(found[name])
    if section == "split":
        return {"pricing": _text(form, "pricing"), "parties": rows}
    return {"rows": rows}


ROWED = ("evidence", "deals", "panorama", "boundary", "split")


def _columns(form: FormData, names: tuple[str, ...]) -> list[dict[str, Any]]:
    columns = [[str(v) for v in form.getlist(n)] for n in names]
    return [dict(zip(names, values, strict=True)) for values in zip_longest(*columns, fillvalue="")]


def _segments(form: FormData) -> list[dict[str, Any]]:
    """Segments: three numbers stand beside each other under one name."""
    rows: list[dict[str, Any]] = _columns(form, ("name", *SOURCES))
    for field in ventures.NUMBERS:
        values = [str(v) for v in form.getlist(field)]
        for n, found in enumerate(rows):
            three = values[n * 3 : n * 3 + 3]
            found[field] = three if any(v.strip() for v in three) else ""
    return rows


@router.post("/ventures/{venture_id}/steps")
def add_step(form: FormDep, session: SessionDep, person: ActorDep, venture_id: int) -> Response:
    venture = ventures.get(session, venture_id, person)
    ventures.add_step(
        session, venture, outcome=_text(form, "outcome"), next_step=_text(form, "next_step"),
        owner_id=_number(_text(form, "owner")), due_on=_day(form, "due_on"), whom=_text(form, "whom"),
        note=_text(form, "note"), held_on=_day(form, "held_on"), by=person,
    )  # fmt: skip
    return _to(venture_id, _("记下了。到了那天，下一步会出现在他的首页。"), "#contact")


def _day(form: FormData, name: str) -> date | None:
    text = _text(form, name).strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise HubError(_("日期写成 2026-12-31 这样。")) from None


@router.post("/ventures/{venture_id}/steps/{step_id}/done")
def step_done(session: SessionDep, person: ActorDep, venture_id: int, step_id: int) -> Response:
    venture = ventures.get(session, venture_id, person)
    ventures.step_done(session, venture, step_id, by=person)
    return _to(venture_id, _("这一步做完了。"), "#contact")


@router.post("/ventures/{venture_id}/pictures")
def add_picture(
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    venture_id: int,
    file: Annotated[UploadFile | None, File()] = None,
    kind: Annotated[str, Form()] = "",
    caption: Annotated[str, Form()] = "",
    edition: Annotated[int, Form()] = 0,
) -> Response:
    venture = ventures.get(session, venture_id, person)
    data = file.file.read(ventures.PICTURE_BYTES + 1) if file else b""
    ventures.add_picture(
        session,
        wiring.blobs,
        wiring.settings,
        venture,
        data,
        kind=kind,
        caption=caption,
        edition=edition,
        by=person,
    )
    return _to(venture_id, _("图放进去了。"), "#pictures")


@router.get("/ventures/{venture_id}/pictures/{sha}")
def picture(session: SessionDep, wiring: WiringDep, person: ActorDep, venture_id: int, sha: str) -> Response:
    """A picture of the proposal, or a page of its deck, for whoever may read it."""
    venture = ventures.get(session, venture_id, person)
    if not ventures.blob_for(session, venture, sha) or not wiring.blobs.has(sha):
        raise NotFound(_("没有这张图。"))
    headers = {"Cache-Control": "private, max-age=604800, immutable"}
    return FileResponse(wiring.blobs.path(sha), media_type="image/webp", headers=headers)


@router.post("/ventures/{venture_id}/pictures/{picture_id}/drop")
def drop_picture(
    session: SessionDep,
    person: ActorDep,
    venture_id: int,
    picture_id: int,
    edition: Annotated[int, Form()] = 0,
) -> Response:
    venture = ventures.get(session, venture_id, person)
    ventures.drop_picture(session, venture, picture_id, edition=edition, by=person)
    return _to(venture_id, _("图拿掉了。"), "#pictures")


@router.post("/ventures/{venture_id}/parties/{party_id}/say")
def say(form: FormDep, session: SessionDep, person: ActorDep, venture_id: int, party_id: int) -> Response:
    venture = ventures.get(session, venture_id, person)
    ventures.say(
        session, venture, party_id, _text(form, "verdict"), edition=_number(_text(form, "edition")),
        note=_text(form, "note"), signer=_text(form, "signer"), by=person,
    )  # fmt: skip
    agreed = venture.state == "agreed"
    return _to(venture_id, _("各方都签了，谈成了。") if agreed else _("记下了。"), "#split")


@router.post("/ventures/{venture_id}/move")
def move(
    session: SessionDep,
    person: ActorDep,
    venture_id: int,
    to: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
    edition: Annotated[int, Form()] = 0,
) -> Response:
    venture = ventures.get(session, venture_id, person)
    ventures.move(session, venture, to, edition=edition, reason=reason, by=person)
    said = {"with_parties": _("已请各方签字，他们会收到通知。"), "ended": _("记下了，方案到此为止。")}
    return _to(venture_id, said.get(to, _("回到草稿了。")))


@router.post("/ventures/{venture_id}/trash")
def trash(session: SessionDep, person: ActorDep, venture_id: int) -> Response:
    venture = ventures.get(session, venture_id, person)
    ventures.trash(session, venture, by=person)
    answer = RedirectResponse("/ventures", status_code=303)
    flash(
        answer,
        _("“%(title)s”在回收站里。") % {"title": venture.title},
        undo=f"/trash/venture/{venture_id}/restore",
    )
    return answer
