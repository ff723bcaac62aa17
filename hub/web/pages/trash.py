"""The trash: what was thrown away, brought back with one press, and for administrators deleted for good."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub import library
from hub.base.formats import ago
from hub.base.i18n import _
from hub.request import SessionDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.render import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Row:
    """One thing in the trash."""

    title: str
    label: str
    note: str
    url: str
    may_purge: bool


@dataclass(frozen=True)
class TrashPage:
    """See templates/trash/index.html."""

    rows: tuple[Row, ...]


@router.get("/trash")
def index(request: Request, session: SessionDep, person: ActorDep) -> Response:
    rows = tuple(
        Row(
            t.title,
            t.label,
            " · ".join(x for x in (ago(t.thrown_at), t.thrown_by) if x),
            f"/trash/{t.thing}/{t.id}",
            t.may_purge,
        )
        for t in library.thrown(session, person)
    )
    return render(request, "trash/index.html", TrashPage(rows))


@router.post("/trash/{thing}/{thing_id}/restore")
def restore(session: SessionDep, person: ActorDep, thing: str, thing_id: int) -> Response:
    library.bring_back(session, thing, thing_id, by=person)
    return _back(_("已恢复，和放进来之前一样。"))


@router.post("/trash/asset/{asset_id}/purge")
def purge(session: SessionDep, person: ActorDep, asset_id: int) -> Response:
    library.purge_asset(session, asset_id, by=person)
    return _back(_("已彻底删除。"))


def _back(said: str) -> Response:
    answer = RedirectResponse("/trash", status_code=303)
    flash(answer, said)
    return answer
