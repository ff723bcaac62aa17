"""What brings a launch forward: lines for the customers' words, waivers, and a look at material after a change."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from hub import requirements
from hub.base.i18n import _
from hub.request import FormDep, SessionDep
from hub.web.chrome import flash, is_ours
from hub.web.dress import ActorDep
from hub.web.pages import requirement_words as say

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]
ANSWER = "answer-"


def _to(url: str, said: str) -> Response:
    answer = RedirectResponse(url, status_code=303)
    flash(answer, said)
    return answer


@router.post("/requirements/{key}/answers")
def answers(form: FormDep, session: SessionDep, person: ActorDep, key: str) -> Response:
    """One line of the launch text for each customer's words, in the fields answer-<request>."""
    found = requirements.get(session, key, person)
    person.must("requirement.attach")
    for name, text in form.items():
        number = say.to_id(name.removeprefix(ANSWER)) if name.startswith(ANSWER) else None
        if number:
            asked = requirements.get_request(session, number, person)
            requirements.answer(session, found, asked, str(text), by=person)
    return _to(f"/requirements/{key}#gate", _("记下了，销售告诉客户时照着说。"))


@router.post("/requirements/{key}/waive")
def waive(
    session: SessionDep, person: ActorDep, key: str, line: Text = "", reason: Text = "", until: Text = ""
) -> Response:
    found = requirements.get(session, key, person)
    requirements.waive(session, found, line, reason=reason, until=say.to_day(until), by=person)
    return _to(f"/requirements/{key}#gate", _("先放行了，到期会再提醒。"))


@router.post("/requirements/{key}/waive/end")
def end_waiver(session: SessionDep, person: ActorDep, key: str, line: Text = "") -> Response:
    found = requirements.get(session, key, person)
    requirements.end_waiver(session, found, line, by=person)
    return _to(f"/requirements/{key}#gate", _("这一项又要算了。"))


@router.post("/requirements/{key}/material/{material_id}/verify")
def still_valid(
    session: SessionDep, person: ActorDep, key: str, material_id: int, back: Text = ""
) -> Response:
    """Looked at again: it is right for the requirement as it is now."""
    found = requirements.get(session, key, person)
    requirements.still_valid(session, found, material_id, by=person)
    return _to(back if is_ours(back) else f"/requirements/{key}#material", _("记下了：仍然有效。"))


@router.post("/requirements/{key}/material/{material_id}/needs")
def needs_update(
    session: SessionDep, person: ActorDep, key: str, material_id: int, note: Text = ""
) -> Response:
    found = requirements.get(session, key, person)
    requirements.needs_update(session, found, material_id, note=note, by=person)
    return _to(f"/requirements/{key}#material", _("记下了：要更新。它的负责人会在首页看到。"))


@router.post("/obligations/{obligation_id}/hand-over")
def hand_over(
    session: SessionDep, person: ActorDep, obligation_id: int, to: Text = "", back: Text = "/"
) -> Response:
    """Somebody else tells this customer."""
    found = requirements.get_obligation(session, obligation_id, person)
    requirements.hand_over(session, found, say.to_id(to) or 0, by=person)
    return _to(back if is_ours(back) else "/", _("转过去了，对方会收到通知。"))
