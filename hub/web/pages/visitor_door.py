"""The door of a link: which visit a token and a cookie make."""

from urllib.parse import quote

from fastapi import Request
from starlette.responses import Response

from hub import guesses, sharing
from hub.base.errors import NotFound
from hub.base.i18n import _, speak
from hub.request import SessionDep
from hub.web.look import wished
from hub.web.tries import at_token
from hub.wiring import Wiring

VISIT_COOKIE = "quiver_visit"


def visit_of(request: Request, session: SessionDep, wiring: Wiring, token: str) -> sharing.Visit:
    """The visit, open and past its gate or not; guesses of tokens are counted, and refused when there are many. From
    here on the request speaks the link's language.
    """
    cookie, knock = request.cookies.get(VISIT_COOKIE, ""), at_token(request, wiring)
    try:
        visit = sharing.visit(session, token, cookie, key=wiring.settings.key(), knock=knock)
    except sharing.Unknown:
        session.rollback()  # what may be the one writer makes room for the next
        with wiring.database.write() as counting:
            counted = guesses.wrong(counting, knock)
        if not counted:
            raise sharing.too_many() from None
        raise
    request.state.language = wished(request) or sharing.language_of(session, visit.share)
    speak(request.state.language)
    return visit


def inside(request: Request, session: SessionDep, wiring: Wiring, token: str) -> sharing.Visit:
    """The visit of somebody who passed the gate; to all others there is nothing here."""
    visit = visit_of(request, session, wiring, token)
    if not visit.passed:
        raise NotFound(_("请先从链接的第一页进来。"))
    return visit


def piece_in(session: SessionDep, visit: sharing.Visit, key: str) -> sharing.Piece:
    piece = sharing.piece_of(session, visit.share, key)
    if piece is None:
        raise NotFound(_("这份材料已经更换或收回了。"))
    return piece


def cookie_of(request: Request, wiring: Wiring, share: sharing.Share) -> str:
    """The visitor's cookie as it is, or a fresh one."""
    had = request.cookies.get(VISIT_COOKIE, "")
    key = wiring.settings.key()
    return (
        had if sharing.secret_in(key, share.token_hash, had) else sharing.signed_secret(key, share.token_hash)
    )


def keep(answer: Response, wiring: Wiring, token: str, cookie: str) -> None:
    answer.set_cookie(
        VISIT_COOKIE,
        cookie,
        max_age=90 * 86_400,
        httponly=True,
        samesite="lax",
        secure=wiring.settings.secure_cookies,
        path=f"/s/{quote(token)}",
    )
