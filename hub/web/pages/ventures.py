"""Cross-department proposals: the list, one proposal, its sections one by one, signatures, the deck."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, File, Form, Query, Request, UploadFile
from starlette.datastructures import FormData
from starlette.responses import FileResponse, RedirectResponse, Response

from hub import accounts, taxonomy, ventures
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import _
from hub.request import FormDep, SessionDep, WiringDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pages import venture_view as view
from hub.web.pages.venture_deck import template_choices
from hub.web.pages.venture_section import as_typed, form_of, opened_to, people, said_in, text_in, to_number
from hub.web.render import render
from hub.web.typed import Refused, texts

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
def create(request: Request, form: FormDep, session: SessionDep, person: ActorDep) -> Response:
    try:
        made = ventures.create(session, said_in(form, "about"), restricted_to=opened_to(form), by=person)
    except HubError as error:
        if error.status != BAD:
            raise
        session.rollback()
        page = as_typed(form_of(session, person, None, "about"), form, error)
        return render(request, "ventures/section.html", page, status=error.status)
    return _to(made.id or 0, _("方案建好了。一节一节写，写到哪里都能存。"))


def _to(venture_id: int, said: str, place: str = "") -> Response:
    answer = RedirectResponse(f"/ventures/{venture_id}{place}", status_code=303)
    flash(answer, said)
    return answer


@router.get("/ventures/{venture_id}")
def show(request: Request, session: SessionDep, person: ActorDep, venture_id: int) -> Response:
    return render(request, "ventures/page.html", _page(session, person, venture_id))


def _page(session: SessionDep, person: accounts.Actor, venture_id: int) -> view.VenturePage:
    found = ventures.whole(session, ventures.get(session, venture_id, person), person)
    signers = people(session) if ventures.may_edit(found.venture, person) else ()
    known = taxonomy.words_for(session, person)
    return view.page(known, found, person, signers, template_choices(session, found.deck))


class _Desk:
    """One form of a proposal's page: what was typed, who typed it, and what becomes of it."""

    def __init__(self, request: Request, session: SessionDep, person: ActorDep, form: FormDep) -> None:
        self.request, self.session, self.person, self.form = request, session, person, form

    def text(self, name: str) -> str:
        return text_in(self.form, name)

    def number(self, name: str) -> int:
        return to_number(self.text(name))

    def keep(
        self, venture_id: int, form: str, act: Callable[[ventures.Venture], str], at: str = ""
    ) -> Response:
        """Do it and go back to the page with what it says. When it is refused the page opens `form` as it was typed."""
        venture = ventures.get(self.session, venture_id, self.person)
        try:
            said = act(venture)
        except (NotAllowed, NotFound):
            raise
        except HubError as error:
            self.session.rollback()
            refused = Refused(form, texts(self.form), error.message)
            page = replace(_page(self.session, self.person, venture_id), refused=refused)
            return render(self.request, "ventures/page.html", page, status=error.status)
        return _to(venture_id, said, at)


DeskDep = Annotated[_Desk, Depends()]


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
        if error.status not in {BAD, Conflict.status} or section not in ventures.WRITTEN:
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
def add_step(desk: DeskDep, venture_id: int) -> Response:
    def act(venture: ventures.Venture) -> str:
        ventures.add_step(
            desk.session, venture, outcome=desk.text("outcome"), next_step=desk.text("next_step"),
            owner_id=desk.number("owner"), due_on=_day(desk.form, "due_on"), whom=desk.text("whom"),
            note=desk.text("note"), held_on=_day(desk.form, "held_on"), by=desk.person,
        )  # fmt: skip
        return _("记下了。到了那天，下一步会出现在他的首页。")

    return desk.keep(venture_id, "step", act, "#contact")


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
    desk: DeskDep, wiring: WiringDep, venture_id: int, file: Annotated[UploadFile | None, File()] = None
) -> Response:
    def act(venture: ventures.Venture) -> str:
        data = file.file.read(ventures.PICTURE_BYTES + 1) if file else b""
        kind, caption, edition = desk.text("kind"), desk.text("caption"), desk.number("edition")
        ventures.add_picture(
            desk.session, wiring.blobs, wiring.settings, venture, data, kind=kind, caption=caption,
            edition=edition, by=desk.person,
        )  # fmt: skip
        return _("图放进去了。")

    return desk.keep(venture_id, "picture", act, "#pictures")


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
def say(desk: DeskDep, venture_id: int, party_id: int) -> Response:
    def act(venture: ventures.Venture) -> str:
        ventures.say(
            desk.session, venture, party_id, desk.text("verdict"), edition=desk.number("edition"),
            note=desk.text("note"), signer=desk.text("signer"), by=desk.person,
        )  # fmt: skip
        return _("各方都签了，谈成了。") if venture.state == "agreed" else _("记下了。")

    return desk.keep(venture_id, f"say-{party_id}", act, "#split")


@router.post("/ventures/{venture_id}/move")
def move(desk: DeskDep, venture_id: int) -> Response:
    to = desk.text("to")

    def act(venture: ventures.Venture) -> str:
        edition, reason = desk.number("edition"), desk.text("reason")
        ventures.move(desk.session, venture, to, edition=edition, reason=reason, by=desk.person)
        said = {"with_parties": _("已请各方签字，他们会收到通知。"), "ended": _("记下了，方案到此为止。")}
        return said.get(to, _("回到草稿了。"))

    return desk.keep(venture_id, "move", act)


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
