"""Notices: what the hub has told this person."""

from dataclasses import dataclass

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from hub import notices
from hub.base.formats import ago
from hub.base.i18n import _
from hub.request import SessionDep
from hub.web.chrome import flash, is_ours
from hub.web.dress import ActorDep
from hub.web.render import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Row:
    """One notice."""

    text: str
    when: str
    open_url: str
    unread: bool


@dataclass(frozen=True)
class NoticesPage:
    """See templates/notices/index.html."""

    rows: tuple[Row, ...]
    unread: int


@router.get("/notices")
def index(request: Request, session: SessionDep, person: ActorDep) -> Response:
    found = notices.of(session, person, limit=100)
    rows = tuple(Row(n.text, ago(n.created_at), f"/notices/{n.id}", n.read_at is None) for n in found)
    return render(request, "notices/index.html", NoticesPage(rows, sum(r.unread for r in rows)))


@router.post("/notices/read")
def read_all(session: SessionDep, person: ActorDep) -> Response:
    notices.read_all(session, person)
    answer = RedirectResponse("/notices", status_code=303)
    flash(answer, _("全部标为已读。"))
    return answer


@router.post("/notices/{notice_id}")
def read(session: SessionDep, person: ActorDep, notice_id: int) -> Response:
    """Mark as read and go to what it is about."""
    notice = notices.read(session, notice_id, person)
    return RedirectResponse(notice.url if is_ours(notice.url) else "/notices", status_code=303)
