"""Cross-department proposals: the list, one proposal, its sections one by one, signatures, the deck."""

from dataclasses import dataclass
from datetime import date
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
from hub.web.pages.venture_section import as_typed, form_of, opened_to, people, said_in, text_in, to_number
from hub.web.render import render

router = APIRouter(include_in_schema=False)
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
PAGE = 50
BAD = 400


@dataclass(frozen=True)
class ListPage:
    """See templates/ventures/index.html."""

    tabs: tuple[dict[str, Any], ...]
    rows: tuple[view.VentureRow, ...]
    may_create: bool


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
    return render(request, "ventures/section.html", form_of(session, person, None, "about"))


@router.post("/ventures")
def create(form: FormDep, session: SessionDep, person: ActorDep) -> Response:
    made = ventures.create(session, said_in(form, "about"), restricted_to=opened_to(form), by=person)
    return _to(made.id or 0, _("方案建好了。一节一节写，写到哪里都能存。"))


def _to(venture_id: int, said: str, place: str = "") -> Response:
    answer = RedirectResponse(f"/ventures/{venture_id}{place}", status_code=303)
    flash(answer, said)
    return answer


@router.get("/ventures/{venture_id}")
def show(request: Request, session: SessionDep, person: ActorDep, venture_id: int) -> Response:
    found = ventures.whole(session, ventures.get(session, venture_id, person), person)
    signers = people(session) if ventures.may_edit(found.venture, person) else ()
    known = taxonomy.words_for(session, person)
    choices = template_choices(session, found.deck)
    return render(request, "ventures/page.html", view.page(known, found, person, signers, choices))


@router.get("/ventures/{venture_id}/edit/{section}")
def edit(request: Request, session: SessionDep, person: ActorDep, venture_id: int, section: str) -> Response:
    venture = ventures.get(session, venture_id, person)
    if section not in ventures.WRITTEN or not ventures.may_edit(venture, person):
        raise NotFound(_("方案里没有这一节，或您不能改它。"))
    return render(request, "ventures/section.html", form_of(session, person, venture, section))


@router.post("/ventures/{venture_id}/edit/{section}")
def write(
    request: Request, form: FormDep, session: SessionDep, person: ActorDep, venture_id: int, section: str
) -> Response:
    """Save a section. What is wrong in it is said above the form, where everything stands as it was typed."""
    venture = ventures.get(session, venture_id, person)
    try:
        voided = _write(form, session, person, venture, section)
    except HubError as error:
        if error.status != BAD or section not in ventures.WRITTEN:
            raise
        session.rollback()
        venture = ventures.get(session, venture_id, person)
        page = as_typed(form_of(session, person, venture, section), form, error)
        return render(request, "ventures/section.html", page, status=error.status)
    said = _("已保存。签过的都作废了，签的人会收到通知。") if voided else _("已保存。")
    return _to(venture_id, said, f"#{section}")


def _write(
    form: FormData, session: SessionDep, person: accounts.Actor, venture: ventures.Venture, section: str
) -> bool:
    """Whether signatures are void by it."""
    return ventures.write(
        session, venture, section, said_in(form, section), edition=to_number(text_in(form, "edition")),
        restricted_to=opened_to(form) if section == "about" else None, by=person,
    )  # fmt: skip


@router.post("/ventures/{venture_id}/steps")
def add_step(form: FormDep, session: SessionDep, person: ActorDep, venture_id: int) -> Response:
    venture = ventures.get(session, venture_id, person)
    ventures.add_step(
        session, venture, outcome=text_in(form, "outcome"), next_step=text_in(form, "next_step"),
        owner_id=to_number(text_in(form, "owner")), due_on=_day(form, "due_on"), whom=text_in(form, "whom"),
        note=text_in(form, "note"), held_on=_day(form, "held_on"), by=person,
    )  # fmt: skip
    return _to(venture_id, _("记下了。到了那天，下一步会出现在他的首页。"), "#contact")


def _day(form: FormData, name: str) -> date | None:
    text = text_in(form, name).strip()
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
        session, venture, party_id, text_in(form, "verdict"), edition=to_number(text_in(form, "edition")),
        note=text_in(form, "note"), signer=text_in(form, "signer"), by=person,
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
