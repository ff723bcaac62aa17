"""Sheets of requests: brought in and looked through (nothing is written), taken in, undone."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, File, UploadFile
from pydantic import Field
from starlette.responses import Response

from hub import requirements
from hub.api.shapes import Shape
from hub.request import SessionDep, TokenPersonDep, WiringDep

router = APIRouter(prefix="/requests/imports", tags=["requests"])


class Problem(Shape):
    """A cell that is wrong: where a spreadsheet shows it, its column, what stands there, and why."""

    cell: str
    column: str
    value: str
    reason: str


class Asked(Shape):
    """A customer's name that is nearly somebody's who is there. Answer under `spelled`."""

    spelled: str
    name: str
    like: list[str]


class ImportItem(Shape):
    """`state`: checking → checked or unreadable; writing → written or failed; undoing → undone. `counts`: rows that
    add, change, are the same or bad; customers and requirements that would be new; after an undo what went and stayed.
    """

    id: int
    file_name: str
    state: str
    total: int
    done: int
    counts: dict[str, int]
    problems: list[Problem]
    asks: list[Asked]
    notes: list[str]
    error: str
    created_at: datetime


class Taking(Shape):
    """`good_only` leaves out the bad rows; without it one bad row refuses all. `reason` is needed where the sheet
    brings requirements that are decided already (`counts.decided`): it stands in their history with the caller's name.
    """

    good_only: bool = False
    reason: str = Field("", max_length=500)


class Answers(Shape):
    """Per `spelled` the name of the customer meant; empty for a new one."""

    answers: dict[str, str] = Field(max_length=1000)


def _item(made: requirements.SheetImport) -> ImportItem:
    plain = ("id", "file_name", "state", "total", "done", "counts", "notes", "error", "created_at")
    return ImportItem(
        **{n: getattr(made, n) for n in plain},
        problems=[Problem(cell=a, column=b, value=c, reason=d) for a, b, c, d in made.problems],
        asks=[Asked(spelled=a["spelled"], name=a["name"], like=a["like"]) for a in made.asks],
    )


@router.get("", summary="List imports of requests")
def index(session: SessionDep, person: TokenPersonDep) -> list[ImportItem]:
    """The latest twenty of the caller's own; an administrator sees all."""
    person.must("requirement.manage")
    return [_item(made) for made in requirements.imports(session, person)]


@router.post("", status_code=201, summary="Bring in a sheet of requests")
def submit(
    session: SessionDep, wiring: WiringDep, person: TokenPersonDep, file: Annotated[UploadFile, File()]
) -> ImportItem:
    """CSV (UTF-8 or GB18030) or XLSX. It is only looked through; read the import until it is `checked`."""
    person.must("requirement.manage")
    data = file.file.read(wiring.settings.max_file + 1)
    name = (file.filename or "").replace("\\", "/").rsplit("/", 1)[-1]
    return _item(requirements.submit_import(session, wiring.blobs, wiring.settings, name, data, by=person))


@router.get("/{import_id}", summary="Read an import of requests")
def read(session: SessionDep, person: TokenPersonDep, import_id: int) -> ImportItem:
    return _item(requirements.get_import(session, import_id, person))


@router.get("/{import_id}/problems.csv", summary="Every bad cell", response_class=Response)
def problems(session: SessionDep, wiring: WiringDep, person: TokenPersonDep, import_id: int) -> Response:
    made = requirements.get_import(session, import_id, person)
    data = wiring.blobs.get(made.problems_sha) if made.problems_sha else b""
    return Response(data, media_type="text/csv; charset=utf-8")


@router.put("/{import_id}/answers", summary="Say whom names mean")
def answer(session: SessionDep, person: TokenPersonDep, import_id: int, said: Answers) -> ImportItem:
    made = requirements.get_import(session, import_id, person)
    requirements.answer_import(session, made, said.answers, by=person)
    return _item(made)


@router.post("/{import_id}/write", summary="Take the rows in")
def write(
    session: SessionDep, person: TokenPersonDep, import_id: int, said: Taking | None = None
) -> ImportItem:
    made = requirements.get_import(session, import_id, person)
    taking = said or Taking()
    requirements.write_import(session, made, good_only=taking.good_only, reason=taking.reason, by=person)
    return _item(made)


@router.post("/{import_id}/undo", summary="Undo an import")
def undo(session: SessionDep, person: TokenPersonDep, import_id: int) -> ImportItem:
    """What somebody has edited since stays."""
    made = requirements.get_import(session, import_id, person)
    requirements.undo_import(session, made, by=person)
    return _item(made)
