"""What a customer sees by a link: gate, room, viewer, pictures, file. No account, own small style and script.

A robot that only fetches pages leaves no trace: opening and reading are told by POST alone.
"""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from markupsafe import Markup
from starlette.responses import FileResponse, RedirectResponse, Response

from hub import sharing, taxonomy, toolkits
from hub.base.errors import HubError, NotAllowed, NotFound
from hub.base.formats import day, long_day
from hub.base.i18n import _, n_
from hub.request import SessionDep, WiringDep
from hub.web import words as house_words
from hub.web.downloads import attachment, picture_answer
from hub.web.dress import bare_chrome
from hub.web.render import render
from hub.web.text import html_of
from hub.wiring import Wiring

router = APIRouter(include_in_schema=False)
VISIT_COOKIE = "quiver_visit"
WRONG_PASSCODES = 10  # an hour, an address and a link
WRONG_TOKENS = 60  # an hour and an address
SECONDS_A_PAGE = 25  # what a page takes to read, for "about 6 minutes"
NO_STORE = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


class Tries:
    """Wrong tokens and wrong passcodes by address, in a moving hour. Kept in this process."""

    def __init__(self) -> None:
        """Nobody has tried anything yet."""
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._tokens = RateLimitItemPerHour(WRONG_TOKENS)
        self._passcodes = RateLimitItemPerHour(WRONG_PASSCODES)

    def may_guess(self, address: str) -> bool:
        return self._limiter.test(self._tokens, "token", address)

    def guessed(self, address: str) -> None:
        self._limiter.hit(self._tokens, "token", address)

    def may_enter(self, address: str, share_id: int) -> bool:
        return self._limiter.test(self._passcodes, "passcode", address, str(share_id))

    def refused(self, address: str, share_id: int) -> None:
        self._limiter.hit(self._passcodes, "passcode", address, str(share_id))


class TooMany(HubError):  # noqa: N818 - says what is so
    """Too many wrong tries from this address. Answered with 429."""

    status = 429
    code = "too_many"


@dataclass(frozen=True)
class Contact:
    """Whom to ask."""

    name: str
    title: str
    phone: str
    email: str


@dataclass(frozen=True)
class Frame:
    """What stands around every page of a link."""

    company: str
    title: str
    url: str
    language: str
    logo: str
    contact: Contact
    greeting: tuple[str, ...]
    until: str
    asks_open: bool  # without scripts: press "open" first
    watched: str


@dataclass(frozen=True)
class GatePage:
    """See templates/visitor/gate.html."""

    frame: Frame
    ask_email: bool
    with_passcode: bool
    error: str
    email: str


@dataclass(frozen=True)
class PieceView:
    url: str
    title: str
    kind: str
    note: str
    thumb: str | None
    summary: str


@dataclass(frozen=True)
class RoomPage:
    """See templates/visitor/room.html."""

    frame: Frame
    pieces: tuple[PieceView, ...]


@dataclass(frozen=True)
class SheetView:
    number: int
    title: str
    picture: str
    thumb: str


@dataclass(frozen=True)
class ViewPage:
    """See templates/visitor/view.html. `back` leads to the room; None when the piece is alone."""

    frame: Frame
    key: str
    version: int
    title: str
    note: str
    updated: str
    sheets: tuple[SheetView, ...]
    body: Markup | None
    summary: str
    file_url: str | None
    file_label: str
    back: str | None
    beat_url: str


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _tries(request: Request) -> Tries:
    state = request.app.state
    if not hasattr(state, "tries"):
        state.tries = Tries()
    found: Tries = state.tries
    return found


def visit_of(request: Request, session: SessionDep, wiring: Wiring, token: str) -> sharing.Visit:
    """The visit, open and past its gate or not; guesses of tokens are counted, and refused when there are many."""
    tries, address = _tries(request), _address(request)
    if not tries.may_guess(address):
        raise TooMany(_("从您这里来的错误链接太多了，请过一小时再试。"))
    try:
        return sharing.visit(session, token, request.cookies.get(VISIT_COOKIE, ""), key=wiring.settings.key())
    except sharing.Unknown:
        tries.guessed(address)
        raise


def _inside(request: Request, session: SessionDep, wiring: Wiring, token: str) -> sharing.Visit:
    """The visit of somebody who passed the gate; to all others there is nothing here."""
    visit = visit_of(request, session, wiring, token)
    if not visit.passed:
        raise NotFound(_("请先从链接的第一页进来。"))
    return visit


def _piece(session: SessionDep, visit: sharing.Visit, key: str) -> sharing.Piece:
    piece = sharing.piece_of(session, visit.share, key)
    if piece is None:
        raise NotFound(_("这份材料已经更换或收回了。"))
    return piece


@router.get("/s/{token}")
def show(request: Request, session: SessionDep, wiring: WiringDep, token: str) -> Response:
    """The gate, the room, or the one thing that is in the link."""
    visit = visit_of(request, session, wiring, token)
    frame = _frame(request, session, visit, token)
    if not visit.passed:
        return _answer(request, wiring, visit, token, "visitor/gate.html", _gate(frame, visit.share))
    pieces = sharing.pieces(session, visit.share)
    if len(pieces) == 1:
        page = _view(session, visit, frame, pieces[0], alone=True)
        return _answer(request, wiring, visit, token, "visitor/view.html", page)
    room = RoomPage(frame, tuple(_piece_view(p, frame.url) for p in pieces))
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
    share, tries, address = visit.share, _tries(request), _address(request)
    if not tries.may_enter(address, share.id or 0):
        raise TooMany(_("试错的次数太多了，请过一小时再试，或问问发给您链接的人。"))
    cookie = _cookie(request, wiring, share)
    secret = sharing.secret_in(wiring.settings.key(), share.token_hash, cookie)
    said = {"email": email[:300], "name": name[:300], "passcode": passcode[:30]}
    try:
        sharing.enter(session, share, secret, key=wiring.settings.key(), **said)
    except HubError as error:
        if isinstance(error, NotAllowed):
            tries.refused(address, share.id or 0)
        frame = _frame(request, session, visit, token)
        page = _gate(frame, share, error.message, email[:300])
        return _answer(request, wiring, visit, token, "visitor/gate.html", page, status=error.status)
    answer = RedirectResponse(f"/s/{quote(token)}", status_code=303, headers=NO_STORE)
    _keep(answer, wiring, token, cookie)
    return answer


@router.post("/s/{token}/open")
def open_by_hand(request: Request, session: SessionDep, wiring: WiringDep, token: str) -> Response:
    """The button of those whose browser runs no scripts: the opening counts, the time stays unknown."""
    visit = _inside(request, session, wiring, token)
    cookie = _cookie(request, wiring, visit.share)
    secret = sharing.secret_in(wiring.settings.key(), visit.share.token_hash, cookie)
    sharing.open_by_hand(session, visit.share, secret)
    answer = RedirectResponse(f"/s/{quote(token)}", status_code=303, headers=NO_STORE)
    _keep(answer, wiring, token, cookie)
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
        visit = _inside(request, session, wiring, token)
        share = visit.share
        secret = sharing.secret_in(
            wiring.settings.key(), share.token_hash, request.cookies.get(VISIT_COOKIE, "")
        )
        if not secret:
            return Response(status_code=204)  # a program that keeps no cookie reads nothing
        thing, thing_id, version_id = "", 0, None
        if key:
            piece = _piece(session, visit, key)
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
    frame = _frame(request, session, visit, token)
    page = _view(session, visit, frame, _piece(session, visit, key), alone=False)
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
    visit = _inside(request, session, wiring, token)
    opened = sharing.opened(session, _piece(session, visit, key))
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
        visit = _inside(request, session, wiring, token)
        piece = _piece(session, visit, key)
        opened = sharing.opened(session, piece)
        kind = _file_kind(visit.share, opened)
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


def _file_kind(share: sharing.Share, opened: sharing.Opened) -> str:
    """What may be downloaded: "pdf" of the page pictures, the "file" as it is, or nothing."""
    if not share.download:
        return ""
    name = opened.file[0].lower() if opened.file else ""
    if name.endswith(".pdf") and not share.watermark:
        return "file"
    if opened.sheets and all(s.picture for s in opened.sheets):
        return "pdf"
    return (
        "file"
        if name.endswith((".xlsx", ".csv", ".mp4", ".m4v", ".webm", ".mov")) and not share.watermark
        else ""
    )


def _across(visit: sharing.Visit) -> str:
    if not visit.share.watermark or visit.visitor is None:
        return ""
    return " · ".join(t for t in (visit.visitor.name, visit.visitor.email) if t)


def _cookie(request: Request, wiring: Wiring, share: sharing.Share) -> str:
    """The visitor's cookie as it is, or a fresh one."""
    had = request.cookies.get(VISIT_COOKIE, "")
    key = wiring.settings.key()
    return (
        had if sharing.secret_in(key, share.token_hash, had) else sharing.signed_secret(key, share.token_hash)
    )


def _keep(answer: Response, wiring: Wiring, token: str, cookie: str) -> None:
    answer.set_cookie(
        VISIT_COOKIE,
        cookie,
        max_age=90 * 86_400,
        httponly=True,
        samesite="lax",
        secure=wiring.settings.secure_cookies,
        path=f"/s/{quote(token)}",
    )


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
        _keep(answer, wiring, token, _cookie(request, wiring, visit.share))
    return answer


def _frame(request: Request, session: SessionDep, visit: sharing.Visit, token: str) -> Frame:
    """Before the gate nothing is told but who is asking: neither title nor greeting."""
    share, company = visit.share, taxonomy.company(session)
    request.state.chrome = bare_chrome(request, company)
    person = sharing.contact(session, share) or visit.owner
    told = visit.passed
    return Frame(
        company=company.title(),
        title=share.title if told else "",
        url=f"/s/{quote(token)}",
        language=request.state.chrome.language,
        logo=request.state.chrome.logo_letter,
        contact=Contact(
            person.name, person.title, person.phone if told else "", person.email if told else ""
        ),
        greeting=tuple(t for t in share.greeting.split("\n") if t.strip()) if told else (),
        until=_("链接 %(day)s前有效。") % {"day": long_day(share.expires_at)} if told else "",
        asks_open=told and (visit.visitor is None or visit.visitor.opened_at is None),
        watched=_("%(name)s能看到您读了哪几页、各读了多久，看不到其他信息。") % {"name": visit.owner.name},
    )


def _gate(frame: Frame, share: sharing.Share, error: str = "", email: str = "") -> GatePage:
    return GatePage(frame, share.ask_email, share.with_passcode, error, email)


def _kind(piece: sharing.Piece) -> str:
    return _("方案") if piece.thing == "deck" else str(house_words.sign("kind", piece.kind).label)


def _piece_view(piece: sharing.Piece, base: str) -> PieceView:
    url = f"{base}/{piece.key}"
    note = " · ".join(
        t for t in (n_("%(n)s 页", piece.pages) if piece.pages else "", day(piece.updated)) if t
    )
    thumb = f"{url}/pictures/0?small=1" if piece.thumb else None
    return PieceView(url, piece.title, _kind(piece), note, thumb, piece.summary)


def _view(
    session: SessionDep, visit: sharing.Visit, frame: Frame, piece: sharing.Piece, *, alone: bool
) -> ViewPage:
    opened = sharing.opened(session, piece)
    url = f"{frame.url}/{piece.key}"
    kind = _file_kind(visit.share, opened)
    count = len(opened.sheets)
    minutes = max(1, round(count * SECONDS_A_PAGE / 60))
    note = n_("%(n)s 页", count) + " · " + n_("约 %(n)s 分钟", minutes) if count else _kind(piece)
    ending = opened.file[0].rsplit(".", 1)[-1].upper() if kind == "file" and opened.file else "PDF"
    return ViewPage(
        frame=frame,
        key=piece.key,
        version=piece.version_id or 0,
        title=piece.title,
        note=note,
        updated=_("%(day)s更新") % {"day": day(piece.updated)},
        sheets=tuple(
            SheetView(s.number, s.title, f"{url}/pictures/{s.number}", f"{url}/pictures/{s.number}?small=1")
            for s in opened.sheets
        ),
        body=html_of(opened.text) if opened.text and not count else None,
        summary=piece.summary,
        file_url=f"{url}/file" if kind else None,
        file_label=_("下载 %(kind)s") % {"kind": ending},
        back=None if alone else frame.url,
        beat_url=f"{frame.url}/beat",
    )
