"""Deck templates: the list, a new one from PPTX and manifest, taking one off the list."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from starlette.responses import FileResponse, RedirectResponse, Response

from hub import decks
from hub.base.errors import HubError, NotAllowed, NotFound
from hub.base.formats import day
from hub.base.i18n import _, current, n_
from hub.request import SessionDep, WiringDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.render import render

router = APIRouter(include_in_schema=False)
LARGEST_MANIFEST = 1_000_000  # bytes


@dataclass(frozen=True)
class TemplateRow:
    id: int
    title: str
    name: str
    summary: str
    note: str
    thumbs: tuple[str, ...]
    withdraw_url: str


@dataclass(frozen=True)
class TemplatesPage:
    """See templates/pitch/templates.html."""

    templates: tuple[TemplateRow, ...]
    may_edit: bool
    error: str = ""


def _page(session: SessionDep, person: ActorDep, error: str = "") -> TemplatesPage:
    rows = tuple(_row(t, english=current() == "en") for t in decks.templates(session))
    return TemplatesPage(rows, person.may("template.edit"), error)


def _row(row: decks.DeckTemplate, *, english: bool) -> TemplateRow:
    questions = len(decks.manifest_of(row).questions)
    parts = (f"v{row.number}", n_("%(n)s 问", questions), day(row.created_at))
    return TemplateRow(
        id=row.id or 0,
        title=(row.title_en if english else "") or row.title,
        name=row.name,
        summary=(row.summary_en if english else "") or row.summary,
        note=" · ".join(parts),
        thumbs=tuple(f"/templates/{row.id}/pictures/{n}" for n in range(1, len(row.pictures) + 1)),
        withdraw_url=f"/templates/{row.id}/withdraw",
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
    manifest: Annotated[UploadFile, File()],
) -> Response:
    """A new template, or a new number of one there is."""
    if not person.may("template.edit"):
        raise NotAllowed(_("只有产品市场和管理员能换模板。"))
    try:
        text = manifest.file.read(LARGEST_MANIFEST).decode("utf-8-sig")
        data = pptx.file.read()
        result = decks.import_template(session, wiring.blobs, "", data, text, by=person)
    except (HubError, UnicodeDecodeError) as error:
        session.rollback()
        said = error.message if isinstance(error, HubError) else _("manifest.yml 不是 UTF-8 文字。")
        return render(request, "pitch/templates.html", _page(session, person, said), status=400)
    answer = RedirectResponse("/templates", status_code=303)
    told = {"imported": _("新模板可以用了。"), "updated": _("换上新版了，已做好的 PPT 不受影响。")}
    flash(answer, told.get(result, _("和现在用的这一版一模一样，没有改动。")))
    return answer


@router.post("/templates/{template_id}/withdraw")
def withdraw(session: SessionDep, person: ActorDep, template_id: int) -> Response:
    decks.withdraw_template(session, decks.template(session, template_id), by=person)
    answer = RedirectResponse("/templates", status_code=303)
    flash(answer, _("停用了，已做好的 PPT 不受影响。"))
    return answer


@router.get("/templates/{template_id}/pictures/{number}")
def picture(
    session: SessionDep, wiring: WiringDep, _person: ActorDep, template_id: int, number: int
) -> Response:
    pictures = decks.template(session, template_id).pictures
    if not 1 <= number <= len(pictures):
        raise NotFound(_("没有这个图片。"))
    headers = {"Cache-Control": "private, max-age=3600"}
    return FileResponse(wiring.blobs.path(pictures[number - 1]), media_type="image/webp", headers=headers)
