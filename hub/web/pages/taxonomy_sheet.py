"""Terms from a CSV: first what each row would do, then, on a second press, the doing."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import Response

from hub import taxonomy
from hub.base import csvs
from hub.base.errors import HubError
from hub.base.formats import listed
from hub.base.i18n import _, n_
from hub.request import SessionDep
from hub.web.dress import ActorDep
from hub.web.pages.taxonomy import back, facet_names
from hub.web.render import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class SheetLine:
    number: int
    facet: str
    name: str
    key: str
    parent: str
    aliases: str
    result: str
    said: str


@dataclass(frozen=True)
class SheetPage:
    """See templates/taxonomy/import.html. `text` is the CSV to confirm; None before a file was given."""

    lines: tuple[SheetLine, ...] = ()
    text: str | None = None
    changes: int = 0
    refused: int = 0


@router.get("/taxonomy/import")
def sheet_form(request: Request, person: ActorDep) -> Response:
    person.must("taxonomy.edit")
    return render(request, "taxonomy/import.html", SheetPage())


@router.get("/taxonomy/sample.csv")
def sheet_sample(person: ActorDep) -> Response:
    person.must("taxonomy.edit")
    return Response(
        "\ufeff" + taxonomy.TERMS_SAMPLE,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="taxonomy.csv"'},
    )


@router.post("/taxonomy/import/check")
def sheet_check(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """The dry run: nothing is written."""
    person.must("taxonomy.edit")
    if file is None or not file.filename:
        raise HubError(_("请选一个 CSV 文件。"))
    text = csvs.text_of(file.file.read(csvs.MOST_BYTES + 1))
    return render(request, "taxonomy/import.html", _sheet(taxonomy.plan_terms(session, text), text))


def _sheet(plan: Iterable[taxonomy.TermRow], text: str) -> SheetPage:
    names, rows = facet_names(), list(plan)
    lines = tuple(
        SheetLine(
            r.line,
            names.get(r.facet, r.facet),
            r.name,
            r.key,
            r.parent or "",
            listed(r.aliases),
            r.result,
            r.said,
        )
        for r in rows
    )
    changes = sum(r.result in {"add", "change"} for r in rows)
    return SheetPage(lines, text, changes, sum(r.result == "refused" for r in rows))


@router.post("/taxonomy/import")
def sheet_do(
    session: SessionDep,
    person: ActorDep,
    text: Annotated[str, Form()] = "",
    good_only: Annotated[str, Form()] = "",
) -> Response:
    person.must("taxonomy.edit")
    plan = taxonomy.plan_terms(session, text)
    done = taxonomy.add_terms(session, plan, good_only=bool(good_only), by=person)
    return back("industry", n_("导入了 %(n)s 条。", done))
