"""Many people from a CSV: first what each row would do, then, on a second press, the doing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import Response

from hub import accounts
from hub.base import csvs
from hub.base.errors import HubError
from hub.base.formats import listed
from hub.base.i18n import _
from hub.request import SessionDep, WiringDep
from hub.web.dress import ActorDep
from hub.web.pages.people import link_to
from hub.web.render import render
from hub.web.words import ROLES

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Line:
    """What one row would do, or has done with the link to send."""

    number: int
    email: str
    name: str
    result: str  # add, known, refused, done
    said: str
    roles: str
    teams: str
    link: str = ""


@dataclass(frozen=True)
class ImportPage:
    """See templates/people/import.html. `text` is the CSV to confirm; None before a file was given and afterwards."""

    lines: tuple[Line, ...] = ()
    text: str | None = None
    adds: int = 0
    refused: int = 0
    done: bool = False


@router.get("/people/import")
def form(request: Request, person: ActorDep) -> Response:
    person.must("people.manage")
    return render(request, "people/import.html", ImportPage())


@router.get("/people/sample.csv")
def sample(person: ActorDep) -> Response:
    person.must("people.manage")
    # With a byte order mark, so that Excel reads the Chinese.
    return Response(
        "\ufeff" + accounts.ROSTER_SAMPLE,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="people.csv"'},
    )


@router.post("/people/import/check")
def check(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """The dry run: nothing is written."""
    person.must("people.manage")
    if file is None or not file.filename:
        raise HubError(_("请选一个 CSV 文件。"))
    text = csvs.text_of(file.file.read(csvs.MOST_BYTES + 1))
    plan = accounts.plan_roster(session, text)
    return render(request, "people/import.html", _page(plan, text))


def _page(plan: Sequence[accounts.RosterRow], text: str | None) -> ImportPage:
    return ImportPage(
        lines=tuple(_line(row) for row in plan),
        text=text,
        adds=sum(r.result == "add" for r in plan),
        refused=sum(r.result == "refused" for r in plan),
    )


def _line(row: accounts.RosterRow, link: str = "") -> Line:
    return Line(
        number=row.line,
        email=row.email,
        name=row.name,
        result="done" if link else row.result,
        said=row.said,
        roles=listed(str(ROLES[r].label) for r in row.roles),
        teams=listed(row.teams),
        link=link,
    )


@router.post("/people/import")
def do(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    text: Annotated[str, Form()] = "",
    good_only: Annotated[str, Form()] = "",
) -> Response:
    """Add them; the answer shows each one's link, this once."""
    person.must("people.manage")
    plan = accounts.plan_roster(session, text)
    added = accounts.add_roster(session, plan, good_only=bool(good_only), by=person)
    links = {p.email: link_to(request, wiring, accounts.invite(session, p, by=person)) for p in added}
    page = ImportPage(
        lines=tuple(_line(row, links.get(row.email, "") if row.result == "add" else "") for row in plan),
        adds=len(added),
        done=True,
    )
    return render(request, "people/import.html", page)
