"""Routes and edge of the look: language and theme switches, the company's colour, static files with long
caching.

The language of a request is that of the cookie, else Chinese: most browsers of a Chinese company ask for English
without anybody having chosen it. A link to a customer speaks the language of what is in it, see `visitor_door`.
"""

from __future__ import annotations

from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Form, Response
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.staticfiles import StaticFiles

from hub.base import i18n
from hub.web.chrome import THEMES, WISHED_THEME, brand_css, is_ours
from hub.web.render import STATIC_DIR

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

LANGUAGE_COOKIE = "hub_language"
THEME_COOKIE = "hub_theme"
YEAR = 365 * 86_400
FOR_EVER = f"public, max-age={YEAR}, immutable"
router = APIRouter(include_in_schema=False)


def _cookie(headers: Headers, name: str) -> str:
    given = headers.get("cookie", "")
    morsel = SimpleCookie(given).get(name) if name in given else None
    return morsel.value if morsel else ""


class SpeakTheirLanguage:
    """Middleware that makes the reader's language current for the request, threads included."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        chosen = _cookie(headers, LANGUAGE_COOKIE)
        with i18n.speaking(chosen):
            await self.app(scope, receive, send)


class HashedStatic(StaticFiles):
    """Static files; one asked for with its hash (`?v=`) may be kept for ever, any other is asked for
    again.
    """

    def __init__(self) -> None:
        super().__init__(directory=STATIC_DIR)

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        hashed = scope.get("query_string", b"").startswith(b"v=")
        answer.headers["Cache-Control"] = FOR_EVER if hashed else "no-cache"
        return answer


def wished(request: Request) -> str:
    """The language that was chosen in this browser; empty when none was."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in i18n.LANGUAGES else ""


def theme_of(request: Request) -> str:
    """The reader's theme, light or dark: as chosen here, else as their system wishes it, where the browser says so."""
    chosen = request.cookies.get(THEME_COOKIE, "") or request.headers.get(WISHED_THEME, "")
    return chosen if chosen in THEMES else THEMES[0]


def _back(to: str) -> str:
    return to if is_ours(to) else "/"


def _remember(name: str, value: str, back: str) -> RedirectResponse:
    answer = RedirectResponse(_back(back), status_code=303)
    answer.set_cookie(name, value, max_age=YEAR, httponly=True, samesite="lax", path="/")
    return answer


def remember_language(answer: Response, language: str) -> None:
    """Read on in this language in this browser."""
    answer.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR, httponly=True, samesite="lax", path="/")


@router.post("/look/language")
def choose_language(language: Annotated[str, Form()], back: Annotated[str, Form()] = "/") -> Response:
    """Read on in another language; an unknown one is Chinese."""
    return _remember(LANGUAGE_COOKIE, language if language in i18n.LANGUAGES else i18n.SOURCE, back)


@router.post("/look/theme")
def choose_theme(theme: Annotated[str, Form()], back: Annotated[str, Form()] = "/") -> Response:
    """Read on in the light or the dark theme."""
    return _remember(THEME_COOKIE, theme if theme in THEMES else THEMES[0], back)


@router.get("/brand/{colour}.css")
def brand(colour: str) -> Response:
    """The stylesheet of a company's colour, given as six hex digits."""
    css = brand_css(f"#{colour}")
    if css is None:
        return PlainTextResponse("not a colour", status_code=404)
    return Response(css, media_type="text/css", headers={"Cache-Control": FOR_EVER})
