"""Merge, split, cancel and reopen by forms, each with a way back."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from hub import requirements
from hub.base.i18n import _
from hub.request import FormDep, SessionDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pages import requirement_words as say

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]


def _to(url: str, said: str, *, undo: str | None = None) -> Response:
    answer = RedirectResponse(url, status_code=303)
    flash(answer, said, undo=undo)
    return answer


@router.post("/requirements/{key}/merge")
def merge(session: SessionDep, person: ActorDep, key: str, into: Text = "", reason: Text = "") -> Response:
    """All its requests go over to another requirement; the page that opens is that one's."""
    source = requirements.get(session, key, person)
    target = say.named(session, into, person)
    made = requirements.merge(session, source, target, reason=reason, by=person)
    said = _("%(key)s 的诉求都并到这里了，两边提过的人会收到通知。") % {"key": source.key}
    return _to(f"/requirements/{target.key}", said, undo=f"/regroupings/{made.id}/undo")


@router.post("/requirements/{key}/split")
def split(form: FormDep, session: SessionDep, person: ActorDep, key: str) -> Response:
    """The chosen requests (or a part of them) go to a new requirement, or to the one named."""
    source = requirements.get(session, key, person)
    into = str(form.get("into", "")).strip()
    made = requirements.split(
        session,
        source,
        [i for v in form.getlist("request") if (i := say.to_id(str(v)))],
        title=str(form.get("title", "")),
        into=say.named(session, into, person) if into else None,
        part=str(form.get("part", "")),
        stays=form.get("stays") == "1",
        by=person,
    )
    target = requirements.by_id(session, made.to_id)
    said = _("拆到 %(key)s 了；提过的人等自己那部分有结果再通知。") % {"key": target.key}
    return _to(f"/requirements/{target.key}", said, undo=f"/regroupings/{made.id}/undo")


@router.post("/regroupings/{regrouping_id}/undo")
def undo(session: SessionDep, person: ActorDep, regrouping_id: int) -> Response:
    """What it moved comes back; what came later stays."""
    found = requirements.get_regrouping(session, regrouping_id, person)
    requirements.undo(session, found, by=person)
    if found.kind == "cancel":
        return _to(f"/requests/{found.request_id}", _("诉求恢复了，回到原来的需求里。"))
    source = requirements.by_id(session, found.from_id)
    return _to(f"/requirements/{source.key}", _("撤销了，诉求回到原来的地方。"))


@router.post("/requirements/{key}/reopened/undo")
def undo_reopening(session: SessionDep, person: ActorDep, key: str) -> Response:
    found = requirements.get(session, key, person)
    requirements.undo_reopening(session, found, by=person)
    return _to(f"/requirements/{key}", _("回到重新打开之前的样子了。"))


@router.post("/requests/{request_id}/cancel")
def cancel(session: SessionDep, person: ActorDep, request_id: int, reason: Text = "") -> Response:
    """The customer wants it no more."""
    found = requirements.get_request(session, request_id, person)
    made = requirements.cancel(session, found, reason=reason, by=person)
    return _to(f"/requests/{request_id}", _("诉求撤回了，原话还留着。"), undo=f"/regroupings/{made.id}/undo")
