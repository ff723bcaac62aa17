"""A sheet of requests comes in: choose a file, see cell by cell what is wrong, take it in, undo it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from hub import requirements
from hub.base.errors import HubError
from hub.base.formats import moment
from hub.base.i18n import Lazy, _, lazy
from hub.request import FormDep, SessionDep, WiringDep
from hub.web.chrome import flash
from hub.web.downloads import attachment
from hub.web.dress import ActorDep
from hub.web.render import render

router = APIRouter(include_in_schema=False)
CSV = "text/csv; charset=utf-8"
NEW = "new"  # the answer "it is another company"
STATES: Mapping[str, tuple[Lazy, str]] = {
    "checking": (lazy("正在看"), "azure"),
    "checked": (lazy("还没写入"), "orange"),
    "unreadable": (lazy("读不了"), "red"),
    "writing": (lazy("正在写入"), "azure"),
    "written": (lazy("已写入"), "green"),
    "undoing": (lazy("正在撤销"), "azure"),
    "undone": (lazy("已撤销"), "gray"),
    "failed": (lazy("没有写入"), "red"),
}


@dataclass(frozen=True)
class ImportRow:
    """An earlier import in the list."""

    title: str
    url: str
    note: str
    state: str
    tone: str


@dataclass(frozen=True)
class ImportsPage:
    """See templates/requests/imports.html."""

    rows: tuple[ImportRow, ...]


@dataclass(frozen=True)
class Ask:
    """A customer's name that may mean somebody who is there."""

    field: str
    name: str
    like: tuple[str, ...]
    row: int


@dataclass(frozen=True)
class Count:
    value: str
    label: str


@dataclass(frozen=True)
class ImportPage:
    """See templates/requests/import.html."""

    url: str
    title: str
    note: str
    state: str
    state_label: str
    tone: str
    error: str
    done: int
    total: int
    stats: tuple[Count, ...]
    adds: int
    bad: int
    decided: int  # requirements that come with a decision made elsewhere
    problems: tuple[tuple[str, str, str, str], ...]
    more: int
    asks: tuple[Ask, ...]
    notes: tuple[str, ...]
    kept: int
    running: bool


@router.get("/requests/import")
def index(request: Request, session: SessionDep, person: ActorDep) -> Response:
    person.must("requirement.manage")
    rows = tuple(_row(made) for made in requirements.imports(session, person))
    return render(request, "requests/imports.html", ImportsPage(rows))


def _row(made: requirements.SheetImport) -> ImportRow:
    label, tone = STATES[made.state]
    return ImportRow(made.file_name, f"/requests/import/{made.id}", moment(made.created_at), str(label), tone)


@router.get("/requests/import/sample.csv")
def sample(person: ActorDep) -> Response:
    person.must("requirement.manage")
    headers = {"Content-Disposition": attachment("requests.csv")}
    return Response(requirements.sample(), media_type=CSV, headers=headers)


@router.post("/requests/import")
def submit(
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Only looks through: nothing of it is written yet."""
    person.must("requirement.manage")
    if file is None or not file.filename:
        raise HubError(_("请选一个 CSV 或 XLSX 文件。"))
    data = file.file.read(wiring.settings.max_file + 1)
    name = file.filename.replace("\\", "/").rsplit("/", 1)[-1]
    made = requirements.submit_import(session, wiring.blobs, wiring.settings, name, data, by=person)
    return RedirectResponse(f"/requests/import/{made.id}", status_code=303)


@router.get("/requests/import/{import_id}")
def show(request: Request, session: SessionDep, person: ActorDep, import_id: int) -> Response:
    made = requirements.get_import(session, import_id, person)
    return render(request, "requests/import.html", _page(made))


def _page(made: requirements.SheetImport) -> ImportPage:
    label, tone = STATES[made.state]
    counts = made.counts
    return ImportPage(
        url=f"/requests/import/{made.id}",
        title=made.file_name,
        note=moment(made.created_at),
        state=made.state,
        state_label=str(label),
        tone=tone,
        error=made.error,
        done=made.done,
        total=made.total,
        stats=_stats(made),
        adds=counts.get("add", 0) + counts.get("change", 0),
        bad=counts.get("bad", 0),
        decided=counts.get("decided", 0),
        problems=tuple((str(a), str(b), str(c), str(d)) for a, b, c, d in made.problems),
        more=max(0, counts.get("bad", 0) - len(made.problems)),
        asks=tuple(_asks(made)) if made.state == "checked" else (),
        notes=tuple(made.notes),
        kept=counts.get("kept", 0),
        running=made.state in requirements.IMPORT_RUNNING,
    )


def _stats(made: requirements.SheetImport) -> tuple[Count, ...]:
    named = (
        ("add", _("新诉求")),
        ("change", _("有更新")),
        ("same", _("没有变化")),
        ("bad", _("不对的行")),
        ("customers", _("新客户")),
        ("requirements", _("新需求")),
    )
    told = [(k, label) for k, label in named if made.counts.get(k) or (k == "add" and k in made.counts)]
    return tuple(Count(f"{made.counts[k]:,}", label) for k, label in told)


def _asks(made: requirements.SheetImport) -> list[Ask]:
    left = [a for a in made.asks if a["spelled"] not in made.answers]
    return [Ask(f"as:{a['spelled']}", a["name"], tuple(a["like"]), a["row"]) for a in left]


@router.get("/requests/import/{import_id}/problems.csv")
def problems(session: SessionDep, wiring: WiringDep, person: ActorDep, import_id: int) -> Response:
    """Every bad cell, for whoever mends the file."""
    return problems_file(requirements.get_import(session, import_id, person), wiring)


def problems_file(made: requirements.SheetImport, wiring: WiringDep) -> Response:
    data = wiring.blobs.get(made.problems_sha) if made.problems_sha else b""
    headers = {"Content-Disposition": attachment(f"{made.file_name.rsplit('.', 1)[0]}-problems.csv")}
    return Response(data, media_type=CSV, headers=headers)


@router.post("/requests/import/{import_id}")
def write(
    session: SessionDep,
    person: ActorDep,
    import_id: int,
    good_only: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    made = requirements.get_import(session, import_id, person)
    requirements.write_import(session, made, good_only=bool(good_only), reason=reason, by=person)
    return RedirectResponse(f"/requests/import/{import_id}", status_code=303)


@router.post("/requests/import/{import_id}/answers")
def answer(form: FormDep, session: SessionDep, person: ActorDep, import_id: int) -> Response:
    """Whom the names mean that were asked about; one without an answer stays open."""
    made = requirements.get_import(session, import_id, person)
    said = {k.removeprefix("as:"): str(v) for k, v in form.items() if k.startswith("as:") and v}
    answers = {k: "" if v == NEW else v.removeprefix("is:") for k, v in said.items()}
    requirements.answer_import(session, made, answers, by=person)
    return RedirectResponse(f"/requests/import/{import_id}", status_code=303)


@router.post("/requests/import/{import_id}/undo")
def undo(session: SessionDep, person: ActorDep, import_id: int) -> Response:
    made = requirements.get_import(session, import_id, person)
    requirements.undo_import(session, made, by=person)
    answer = RedirectResponse(f"/requests/import/{import_id}", status_code=303)
    flash(answer, _("正在撤销。"))
    return answer
