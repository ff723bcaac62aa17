"""Confirming what a template asks: the proposed questions corrected, put on offer, or thrown away."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub import decks, taxonomy
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.request import SessionDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pages.toolkit_forms import PostedDep
from hub.web.render import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class ColumnView:
    """One question, or a column of one; `at` names its fields."""

    at: str
    key: str
    label: str
    help: str
    type: str
    required: bool
    example: str
    columns: "tuple[ColumnView, ...]" = ()


@dataclass(frozen=True)
class QuestionsPage:
    """See templates/pitch/questions.html."""

    title: str
    summary: str
    makes: str
    tier: str
    name: str
    note: str
    url: str
    questions: tuple[ColumnView, ...]
    types: tuple[tuple[str, str], ...]
    cell_types: tuple[tuple[str, str], ...]
    tiers: tuple[tuple[str, str], ...]
    steps: tuple[tuple[int, str, str], ...]
    thumbs: tuple[str, ...]
    error: str = ""


def type_labels() -> dict[str, str]:
    """What the types of questions are called."""
    return {
        "text": _("一行文字"),
        "long_text": _("一段文字"),
        "number": _("数字"),
        "money": _("金额"),
        "percent": _("百分数"),
        "date": _("日期"),
        "choice": _("单选"),
        "multi_choice": _("多选"),
        "list": _("清单，一行一项"),
        "picture": _("图片"),
        "rows": _("表格"),
    }


def _questions(session: SessionDep, row: decks.DeckTemplate, error: str = "") -> QuestionsPage:
    read = decks.manifest_of(row)
    labels = type_labels()
    words = taxonomy.words(session)
    return QuestionsPage(
        title=row.title,
        summary=row.summary,
        makes=read.makes,
        tier=read.tier,
        name=row.name,
        note=f"v{row.number}",
        url=f"/templates/{row.id}",
        questions=tuple(_column(q, str(n)) for n, q in enumerate(read.questions)),
        types=tuple(
            (k, labels[k]) for k in decks.QUESTION_TYPES if k not in {"choice", "multi_choice", "rows"}
        ),
        cell_types=tuple((k, labels[k]) for k in decks.CELL_TYPES if k != "choice"),
        tiers=tuple((w.key, w.label) for w in words.options("tier")),
        steps=tuple((s.slide or 0, s.title, _when(s)) for s in read.steps if s.slide),
        thumbs=tuple(f"/templates/{row.id}/pictures/{n}" for n in range(1, len(row.pictures) + 1)),
        error=error,
    )


def _when(step: decks.Step) -> str:
    if step.each:
        return _("“%(list)s”里一项一页") % {"list": step.each}
    return _("“%(when)s”成立才有") % {"when": step.when} if step.when else ""


def _column(question: decks.Question, at: str) -> ColumnView:
    label = type_labels()
    fixed = question.type in {"rows", "choice", "multi_choice"}
    return ColumnView(
        at=at,
        key=question.key,
        label=question.label,
        help=question.help,
        type=question.type,
        required=question.required,
        example=label[question.type] if fixed else "",
        columns=tuple(_column(c, f"{at}.{m}") for m, c in enumerate(question.columns)),
    )


@router.get("/templates/{template_id}/questions")
def questions(request: Request, session: SessionDep, person: ActorDep, template_id: int) -> Response:
    """The proposed questions of a draft, to be corrected and confirmed."""
    person.must("template.edit")
    row = decks.template_for(session, template_id, person)
    if row.state != "draft":
        return RedirectResponse("/templates", status_code=303)
    return render(request, "pitch/questions.html", _questions(session, row))


@router.post("/templates/{template_id}/questions")
def answer(
    request: Request, session: SessionDep, person: ActorDep, form: PostedDep, template_id: int
) -> Response:
    """Keep the corrections, then what the button says: save, confirm, discard."""
    person.must("template.edit")
    row = decks.template_for(session, template_id, person)
    act = str(form.get("act") or "save")
    if act == "discard":
        decks.discard(session, row, by=person)
        return _to("/templates", _("草稿删掉了。"))
    said = {key: [str(v) for v in form.getlist(key) if isinstance(v, str)] for key in form}
    try:
        decks.reword(session, row, decks.corrected_manifest(row.manifest, said), by=person)
        if act == "confirm":
            decks.confirm(session, row, by=person)
    except HubError as error:
        session.rollback()
        row = decks.template_for(session, template_id, person)
        return render(request, "pitch/questions.html", _questions(session, row, error.message), status=400)
    if act == "confirm":
        return _to("/templates", _("上架了，销售现在就能用。"))
    return _to(f"/templates/{template_id}/questions", _("存好了，还没有上架。"))


def _to(url: str, said: str) -> Response:
    answer = RedirectResponse(url, status_code=303)
    flash(answer, said)
    return answer
