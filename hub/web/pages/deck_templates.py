"""Deck templates: the list, a new one from a PPTX with or without a manifest, taking one off the list."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import FileResponse, RedirectResponse, Response

from hub import decks, ventures
from hub.base.errors import HubError, NotAllowed, NotFound
from hub.base.formats import day
from hub.base.i18n import _, current, n_
from hub.request import SessionDep, WiringDep
from hub.web.chrome import flash
from hub.web.downloads import attachment
from hub.web.dress import ActorDep
from hub.web.render import render

router = APIRouter(include_in_schema=False)
LARGEST_MANIFEST = 1_000_000  # bytes
PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


@dataclass(frozen=True)
class TemplateRow:
    id: int
    title: str
    name: str
    summary: str
    note: str
    purpose: str  # in words, empty for a pitch
    thumbs: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class TemplatesPage:
    """See templates/pitch/templates.html."""

    templates: tuple[TemplateRow, ...]
    drafts: tuple[TemplateRow, ...]
    may_edit: bool
    purposes: tuple[tuple[str, str], ...]
    names: tuple[tuple[str, str], ...]
    tokens: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    error: str = ""
    title: str = ""
    purpose: str = "pitch"
    instead_of: str = ""


def purposes() -> tuple[tuple[str, str], ...]:
    """What a template can be for, with words."""
    return ("pitch", _("打单 PPT")), ("proposal", _("跨部门方案的 PPT"))


def _page(session: SessionDep, person: ActorDep, error: str = "", **said: str) -> TemplatesPage:
    english = current() == "en"
    there = decks.on_shelf(session, person)
    kept = [t for t in there if t.state == "on_offer"]
    return TemplatesPage(
        templates=tuple(_row(t, english=english) for t in kept),
        drafts=tuple(_row(t, english=english) for t in there if t.state == "draft"),
        may_edit=person.may("template.edit"),
        purposes=purposes(),
        names=tuple((t.name, (t.title_en if english else "") or t.title) for t in kept),
        tokens=ventures.tokens(),
        error=error,
        **said,
    )


def _row(row: decks.DeckTemplate, *, english: bool) -> TemplateRow:
    questions = len(decks.manifest_of(row).questions)
    asked = [n_("%(n)s 问", questions)] if row.purpose == "pitch" else []
    return TemplateRow(
        id=row.id or 0,
        title=(row.title_en if english else "") or row.title,
        name=row.name,
        summary=(row.summary_en if english else "") or row.summary,
        note=" · ".join((f"v{row.number}", *asked, day(row.created_at))),
        purpose="" if row.purpose == "pitch" else dict(purposes())[row.purpose],
        thumbs=tuple(f"/templates/{row.id}/pictures/{n}" for n in range(1, len(row.pictures) + 1)),
        url=f"/templates/{row.id}",
    )


@router.get("/templates")
def index(request: Request, session: SessionDep, person: ActorDep) -> Response:
    return render(request, "pitch/templates.html", _page(session, person))


@router.post("/templates")
def upload(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    pptx: Annotated[UploadFile, File()],
    manifest: Annotated[UploadFile | None, File()] = None,
    title: Annotated[str, Form()] = "",
    purpose: Annotated[str, Form()] = "pitch",
    instead_of: Annotated[str, Form()] = "",
) -> Response:
    """A new template, or a new number of one there is; without a manifest its questions are proposed, as a draft."""
    if not person.may("template.edit"):
        raise NotAllowed(_("只有产品市场和管理员能换模板。"))
    try:
        text = manifest.file.read(LARGEST_MANIFEST).decode("utf-8-sig") if manifest else ""
        data = pptx.file.read()
        if text.strip():
            return _imported(session, wiring, person, data, text)
        return _proposed(session, wiring, person, data, title=title, purpose=purpose, instead_of=instead_of)
    except (HubError, UnicodeDecodeError) as error:
        session.rollback()
        said = error.message if isinstance(error, HubError) else _("manifest.yml 不是 UTF-8 文字。")
        page = _page(session, person, said, title=title, purpose=purpose, instead_of=instead_of)
        return render(request, "pitch/templates.html", page, status=400)


def _imported(session: SessionDep, wiring: WiringDep, person: ActorDep, data: bytes, text: str) -> Response:
    if decks.read_manifest(text)[0].purpose == "proposal":
        ventures.check_template(data)
    result = decks.import_template(session, wiring.blobs, "", data, text, by=person)
    told = {"imported": _("新模板可以用了。"), "updated": _("换上新版了，已做好的 PPT 不受影响。")}
    return _to("/templates", told.get(result, _("和现在用的这一版一模一样，没有改动。")))


def _proposed(
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    data: bytes,
    *,
    title: str,
    purpose: str,
    instead_of: str,
) -> Response:
    if purpose == "proposal":
        ventures.add_template(session, wiring.blobs, data, title=title, instead_of=instead_of, by=person)
        return _to("/templates", _("方案的模板可以用了，在方案页上选。"))
    row = decks.propose(session, wiring.blobs, data, title=title, instead_of=instead_of, by=person)
    return _to(f"/templates/{row.id}/questions", _("从标记里读出了这些问题。看一遍，改好名字，再上架。"))


def _to(url: str, said: str) -> Response:
    answer = RedirectResponse(url, status_code=303)
    flash(answer, said)
    return answer


@router.get("/templates/proposal/file")
def proposal_file(_person: ActorDep) -> Response:
    """The template that proposals are made with when no other is chosen: a start for one's own."""
    headers = {"Content-Disposition": attachment("proposal.pptx")}
    return FileResponse(ventures.BUILT_IN, media_type=PPTX, headers=headers)


@router.post("/templates/{template_id}/withdraw")
def withdraw(session: SessionDep, person: ActorDep, template_id: int) -> Response:
    decks.withdraw_template(session, decks.template_for(session, template_id, person), by=person)
    return _to("/templates", _("停用了，已做好的 PPT 不受影响。"))


@router.get("/templates/{template_id}/pictures/{number}")
def picture(
    session: SessionDep, wiring: WiringDep, person: ActorDep, template_id: int, number: int
) -> Response:
    pictures = decks.template_for(session, template_id, person).pictures
    if not 1 <= number <= len(pictures):
        raise NotFound(_("没有这个图片。"))
    headers = {"Cache-Control": "private, max-age=3600"}
    return FileResponse(wiring.blobs.path(pictures[number - 1]), media_type="image/webp", headers=headers)


@router.get("/templates/{template_id}/file")
def file(session: SessionDep, wiring: WiringDep, person: ActorDep, template_id: int) -> Response:
    """The PPTX with its tokens, to be changed and uploaded anew."""
    row = decks.template_for(session, template_id, person)
    headers = {"Content-Disposition": attachment(f"{row.name}.pptx")}
    return FileResponse(wiring.blobs.path(row.blob_sha), media_type=PPTX, headers=headers)


@router.get("/templates/{template_id}/manifest")
def manifest(session: SessionDep, person: ActorDep, template_id: int) -> Response:
    """The manifest as YAML, to be changed and uploaded anew."""
    row = decks.template_for(session, template_id, person)
    headers = {"Content-Disposition": attachment("manifest.yml")}
    return Response(decks.as_yaml(row.manifest), media_type="text/yaml; charset=utf-8", headers=headers)
