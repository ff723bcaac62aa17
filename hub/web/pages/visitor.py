"""A customer's way through a link: gate, room, viewer, pictures, file. No account, own small style and script.

A robot that only fetches pages leaves no trace: opening and reading are told by POST alone.
"""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from hub import guesses, sharing, toolkits
from hub.base.errors import HubError, NotAllowed, NotFound
from hub.base.i18n import _
from hub.request import SessionDep, WiringDep
from hub.web.downloads import attachment, picture_answer
from hub.web.pages.visitor_door import (
    VISIT_COOKIE,
    cookie_of,
    inside,
    keep,
    piece_in,
    visit_of,
)
from hub.web.pages.visitor_view import RoomPage, file_kind, frame_of, gate_page, piece_view, view_page
from hub.web.render import render
from hub.web.tries import at_passcode
from hub.wiring import Wiring

router = APIRouter(include_in_schema=False)
NO_STORE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


@router.get("/s/{token}")
def show(request: Request, session: SessionDep, wiring: WiringDep, token: str) -> Response:
    """The gate, the room, or the one thing that is in the link."""
    visit = visit_of(request, session, wiring, token)
    frame = frame_of(request, session, visit, token)
    if not visit.passed:
        return _answer(request, wiring, visit, token, "visitor/gate.html", gate_page(frame, visit.share))
    pieces = sharing.pieces(session, visit.share)
    if len(pieces) == 1:
        page = view_page(session, visit, frame, pieces[0], alone=True)
        return _answer(request, wiring, visit, token, "visitor/view.html", page)
    room = RoomPage(frame, tuple(piece_view(p, frame.url) for p in pieces))
    return _answer(request, wiring, visit, token, "visitor/room.html", room)


@router.post("/s/{token}")
def enter(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    token: str,
    email: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    passcode: Annotated[str, Form()] = "",
) -> Response:
    """Pass the gate; ten wrong tries an hour and an address."""
    visit = visit_of(request, session, wiring, token)
    share, tried = visit.share, at_passcode(request, wiring, visit.share.id or 0)
    if not guesses.may_try(session, tried):
        raise guesses.TooMany(_("试错的次数太多了，请过一小时再试，或问问发给您链接的人。"))
    cookie = cookie_of(request, wiring, share)
    secret = sharing.secret_in(wiring.settings.key(), share.token_hash, cookie)
    said = {"email": email[:300], "name": name[:300], "passcode": passcode[:30]}
    try:
        sharing.enter(session, share, secret, key=wiring.settings.key(), **said)
    except HubError as error:
        if isinstance(error, NotAllowed):
            guesses.wrong(session, tried)
        frame = frame_of(request, session, visit, token)
        page = gate_page(frame, share, error.message, email[:300], name[:80])
        return _answer(request, wiring, visit, token, "visitor/gate.html", page, status=error.status)
    answer = RedirectResponse(f"/s/{quote(token)}", status_code=303, headers=NO_STORE)
    keep(answer, wiring, token, cookie)
    return answer


@router.post("/s/{token}/open")
def open_by_hand(request: Request, session: SessionDep, wiring: WiringDep, token: str) -> Response:
    """The button of those whose browser runs no scripts: the opening counts, the time stays unknown."""
    visit = inside(request, session, wiring, token)
    cookie = cookie_of(request, wiring, visit.share)
    secret = sharing.secret_in(wiring.settings.key(), visit.share.token_hash, cookie)
    sharing.open_by_hand(session, visit.share, secret)
    answer = RedirectResponse(f"/s/{quote(token)}", status_code=303, headers=NO_STORE)
    keep(answer, wiring, token, cookie)
    return answer


@router.post("/s/{token}/beat")
def beat(
    request: Request,
    wiring: WiringDep,
    token: str,
    key: Annotated[str, Form(alias="k")] = "",
    page: Annotated[int, Form(alias="p", ge=0, le=100_000)] = 0,
    version: Annotated[int, Form(alias="v", ge=0, le=2_000_000_000)] = 0,
    ms: Annotated[int, Form(ge=0, le=86_400_000)] = 0,
) -> Response:
    """Active reading of one page. Goes through a buffer: this answer commits nothing."""
    with wiring.database.read() as session:
        visit = inside(request, session, wiring, token)
        share = visit.share
        secret = sharing.secret_in(
            wiring.settings.key(), share.token_hash, request.cookies.get(VISIT_COOKIE, "")
        )
        if not secret:
            return Response(status_code=204)  # a program that keeps no cookie reads nothing
        thing, thing_id, version_id = "", 0, None
        if key:
            piece = piece_in(session, visit, key)
            thing, thing_id = piece.thing, piece.id
            version_id = (
                version or None if sharing.is_version_of(session, piece, version) else piece.version_id
            )
    counted = ms if thing and page else 0
    if counted or ms == 0:
        read = sharing.Beat(share.id or 0, sharing.hashed(secret), thing, thing_id, version_id, page, counted)
        wiring.readings.note(read)
    return Response(status_code=204)


@router.get("/s/{token}/{key}")
def show_piece(request: Request, session: SessionDep, wiring: WiringDep, token: str, key: str) -> Response:
    """One thing of a room."""
    visit = visit_of(request, session, wiring, token)
    if not visit.passed:
        return RedirectResponse(f"/s/{quote(token)}", status_code=303, headers=NO_STORE)
    frame = frame_of(request, session, visit, token)
    page = view_page(session, visit, frame, piece_in(session, visit, key), alone=False)
    return _answer(request, wiring, visit, token, "visitor/view.html", page)


@router.get("/s/{token}/{key}/pictures/{number}")
def picture(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    token: str,
    key: str,
    number: int,
    small: Annotated[bool, Query()] = False,  # noqa: FBT002 - a query
) -> Response:
    """A page picture, with the visitor's name across it where the link wants that. Number 0 is the first page."""
    visit = inside(request, session, wiring, token)
    opened = sharing.opened(session, piece_in(session, visit, key))
    sheet = opened.sheet(number) if number else next(iter(opened.sheets), None)
    sha = (sheet.thumb if small else sheet.picture) if sheet else None
    if sha is None:
        raise NotFound(_("没有这一页。"))
    headers = {"Cache-Control": "private, max-age=300", "X-Robots-Tag": "noindex, nofollow"}
    text = _across(visit)
    if text:
        return Response(
            sharing.watermark(wiring.blobs.get(sha), text), media_type="image/webp", headers=headers
        )
    return picture_answer(request, wiring.blobs.path(sha), headers)


@router.get("/s/{token}/{key}/file")
def download(request: Request, wiring: WiringDep, token: str, key: str) -> Response:
    """The thing as a file: a PDF of its pages, never a deck with its notes. On record before its first byte."""
    with wiring.database.read() as session:
        visit = inside(request, session, wiring, token)
        piece = piece_in(session, visit, key)
        opened = sharing.opened(session, piece)
        kind = file_kind(visit.share, opened)
        if not kind:
            raise NotFound(_("这份材料只能在线看。想要文件，请问发给您链接的人。"))
        secret = sharing.secret_in(
            wiring.settings.key(), visit.share.token_hash, request.cookies.get(VISIT_COOKIE, "")
        )
    if secret:
        with wiring.database.write() as session:
            sharing.downloaded(session, visit.share, sharing.hashed(secret), piece=piece)
    title = toolkits.file_name(piece.title)
    if kind == "file" and opened.file:
        name, media_type, sha = opened.file
        headers = {
            **NO_STORE,
            "Content-Disposition": attachment(f"{title}.{name.rsplit('.', 1)[-1].lower()}"),
        }
        return FileResponse(wiring.blobs.path(sha), media_type=media_type, headers=headers)
    sheets = [wiring.blobs.get(s.picture) for s in opened.sheets if s.picture]
    made = sharing.as_pdf(sheets, _across(visit), piece.title)
    headers = {**NO_STORE, "Content-Disposition": attachment(f"{title}.pdf")}
    return Response(made, media_type="application/pdf", headers=headers)


def _across(visit: sharing.Visit) -> str:
    if not visit.share.watermark or visit.visitor is None:
        return ""
    return " · ".join(t for t in (visit.visitor.name, visit.visitor.email) if t)


def _answer(
    request: Request,
    wiring: Wiring,
    visit: sharing.Visit,
    token: str,
    template: str,
    page: object,
    status: int = 200,
) -> Response:
    answer = render(request, template, page, status=status)
    answer.headers.update(NO_STORE)
    if visit.passed:
        keep(answer, wiring, token, cookie_of(request, wiring, visit.share))
    return answer
