"""One review meeting: its agenda beforehand, the table while it runs, its minutes afterwards."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts, meetings
from hub.base import clock
from hub.base.errors import HubError, NotAllowed, NotFound
from hub.base.i18n import _, n_
from hub.request import FormDep, SessionDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.pages import requirement_words as say
from hub.web.pages.meeting_view import page_of
from hub.web.pages.meeting_words import following
from hub.web.render import render

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPED = ("outcome", "quarter", "rationale", "words")


@router.get("/meetings/{meeting_id}")
def show(request: Request, session: SessionDep, person: ActorDep, meeting_id: int, on: str = "") -> Response:
    meeting, series = meetings.get(session, meeting_id, person)
    return render(request, "meetings/page.html", page_of(session, meeting, series, person, on=on[:40]))


@router.get("/meetings/{meeting_id}/minutes.docx")
def minutes(session: SessionDep, person: ActorDep, meeting_id: int) -> Response:
    """The minutes as this person may read them."""
    meeting, series = meetings.get(session, meeting_id, person)
    data = meetings.to_docx(session, meeting, series, person)
    name = f"minutes-{series.id}-{meeting.number}.docx"
    return Response(data, media_type=DOCX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _to(meeting_id: int, said: str, *, at: str = "") -> Response:
    answer = RedirectResponse(f"/meetings/{meeting_id}{at}", status_code=303)
    flash(answer, said)
    return answer


@router.post("/meetings/{meeting_id}/state")
def state(
    request: Request, session: SessionDep, person: ActorDep, meeting_id: int, to: Text, reason: Text = ""
) -> Response:
    """Begin, pause, go on, close, or skip the meeting; what stands in the way is said at its table."""
    meetings.must_host(session, meeting_id, person)
    try:
        said = _bring(session, person, meeting_id, to, reason)
    except (NotAllowed, NotFound):
        raise
    except HubError as error:
        session.rollback()
        meeting, series = meetings.get(session, meeting_id, person)
        page = page_of(session, meeting, series, person, error=error.message)
        return render(request, "meetings/page.html", page, status=error.status)
    return _to(meeting_id, said)


def _bring(session: SessionDep, person: accounts.Actor, meeting_id: int, to: str, reason: str) -> str:
    """Bring the meeting into this state; what to say of it."""
    if to == "running" and meetings.get(session, meeting_id, person)[0].state != "paused":
        meetings.begin(session, meeting_id, by=person)
        return _("开会了。议程已经定下来，结论记在每一条上。")
    if to == "skipped":
        meetings.skip(session, meeting_id, reason=reason, by=person)
        return _("这次不开了，下一次已排上。")
    acts = {"paused": meetings.pause, "running": meetings.resume, "closed": meetings.close}
    if to not in acts:
        raise HubError(_("会议只能开始、休会、接着开、结束或跳过。"))
    acts[to](session, meeting_id, by=person)
    said = {
        "paused": _("休会了，计时停住。"),
        "running": _("接着开会。"),
        "closed": _("会开完了，纪要在这里。"),
    }
    return said[to]


@router.post("/meetings/{meeting_id}/when")
def reschedule(session: SessionDep, person: ActorDep, meeting_id: int, starts_at: Text = "") -> Response:
    """Move a meeting that has not begun; the time is the house's."""
    meetings.must_host(session, meeting_id, person)
    try:
        moment = datetime.fromisoformat(starts_at).replace(tzinfo=clock.HOUSE_ZONE)
    except ValueError as error:
        raise HubError(_("时间写成 2026-11-22 09:30 这样。")) from error
    meetings.reschedule(session, meeting_id, moment, by=person)
    return _to(meeting_id, _("改好时间了。"))


@router.post("/meetings/{meeting_id}/seats")
def sit(
    session: SessionDep, person: ActorDep, meeting_id: int, who: Text = "", present: Text = "invited"
) -> Response:
    """Somebody was asked to come, is there, or cannot come; without a name it is oneself."""
    meetings.sit(session, meeting_id, say.to_id(who) or person.id or 0, present, by=person)
    return _to(meeting_id, _("到会记下了。"))


@router.post("/meetings/{meeting_id}/lines/{key}")
def write(session: SessionDep, person: ActorDep, meeting_id: int, key: str, line: Text = "") -> Response:
    """A written line, from those who have a say and cannot be there."""
    meetings.write_line(session, meeting_id, key, line, by=person)
    return _to(meeting_id, _("书面意见记下了。"), at=f"?on={key}#now")


@router.post("/meetings/{meeting_id}/items")
def add(session: SessionDep, person: ActorDep, meeting_id: int, key: Text = "") -> Response:
    """One more requirement, named by its key."""
    found = meetings.add_item(session, meeting_id, key.strip().split(" ")[0].upper(), by=person)
    return _to(
        meeting_id, _("加进议程了。"), at=f"?on={key.strip().split(' ')[0].upper()}#now" if found else ""
    )


@router.post("/meetings/{meeting_id}/reports")
def note_reports(session: SessionDep, person: ActorDep, meeting_id: int) -> Response:
    """All that is only reported has been heard."""
    heard = meetings.note_reports(session, meeting_id, by=person)
    return _to(meeting_id, n_("%(n)s 条回报都听过了。", heard))


@router.post("/meetings/{meeting_id}/items/{key}")
def decide(
    request: Request, form: FormDep, session: SessionDep, person: ActorDep, meeting_id: int, key: str
) -> Response:
    """The outcome of an item; then the next one. What was typed stays on the page when something is missing."""
    typed = {name: str(form.get(name, "")).replace("\r\n", "\n") for name in TYPED}
    try:
        item = meetings.decide(
            session,
            meeting_id,
            key,
            typed["outcome"] or "planned",
            rationale=typed["rationale"],
            words=typed["words"],
            quarter=typed["quarter"],
            by=person,
        )
    except (NotAllowed, NotFound):
        raise
    except HubError as error:
        session.rollback()
        meeting, series = meetings.get(session, meeting_id, person)
        page = page_of(session, meeting, series, person, on=key, values=typed, error=error.message)
        return render(request, "meetings/page.html", page, status=error.status)
    meeting, series = meetings.get(session, meeting_id, person)
    after = following(meetings.entries(session, meeting, series, person), key)
    said = _("记下了：%(outcome)s。") % {"outcome": meetings.OUTCOME_LABELS[item.outcome or "noted"]}
    if after is None:
        return _to(meeting_id, said + _("都议完了，可以结束会议。"))
    return _to(meeting_id, said, at=f"?on={after.row.key}#now")


@router.post("/meetings/{meeting_id}/items/{key}/take-back")
def take_back(
    session: SessionDep, person: ActorDep, meeting_id: int, key: str, reason: Text = ""
) -> Response:
    """The outcome was not right; the item is open again."""
    meetings.take_back(session, meeting_id, key, reason=reason, by=person)
    return _to(meeting_id, _("结论收回了，重新议。"), at=f"?on={key}#now")
