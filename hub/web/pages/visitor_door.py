"""The door of a link: which visit a token and a cookie make, and how often an address may guess."""

from urllib.parse import quote

from fastapi import Request
from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.responses import Response

from hub import sharing
from hub.base.errors import HubError, NotFound
from hub.base.i18n import _
from hub.request import SessionDep
from hub.wiring import Wiring

VISIT_COOKIE = "quiver_visit"
WRONG_PASSCODES = 10  # an hour, an address and a link
WRONG_TOKENS = 60  # an hour and an address


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


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def tries_of(request: Request) -> Tries:
    state = request.app.state
    if not hasattr(state, "tries"):
        state.tries = Tries()
    found: Tries = state.tries
    return found


def visit_of(request: Request, session: SessionDep, wiring: Wiring, token: str) -> sharing.Visit:
    """The visit, open and past its gate or not; guesses of tokens are counted, and refused when there are many."""
    tries, address = tries_of(request), address_of(request)
    if not tries.may_guess(address):
        raise TooMany(_("从您这里来的错误链接太多了，请过一小时再试。"))
    try:
        return sharing.visit(session, token, request.cookies.get(VISIT_COOKIE, ""), key=wiring.settings.key())
    except sharing.Unknown:
        tries.guessed(address)
        raise


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
