"""What a person sees when something did not go: one page for browsers, one shape for programs.

Programs (`/api/`, or who accepts JSON and no HTML) get {"error": {"code", "message", "details"}}. For
htmx the notice goes to the top of the page they are on, so that nothing they typed is lost; without a script the page
of the error holds the longer texts that were typed, to be copied.
"""

import json
import re
from dataclasses import dataclass
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response

from hub.base.errors import HubError
from hub.base.i18n import _
from hub.request import SESSION_COOKIE, SignInNeeded, visitor
from hub.web.chrome import came_from
from hub.web.dress import bare_chrome, dressed
from hub.web.pages.visitor_ended import ended
from hub.web.render import render

log = structlog.get_logger()


@dataclass(frozen=True)
class ErrorPage:
    """See templates/errors/error.html."""

    status: int
    title: str
    message: str
    back_url: str | None
    typed: tuple[str, ...] = ()


LONG = 12  # characters: what is shorter is typed again sooner than copied
KEY = re.compile(r"[a-z_]+:[a-z_]+")  # a word of ours in a hidden field, such as slot:training
SECRET = ("password", "secret", "passcode", "token")


def attach(app: FastAPI) -> None:
    """One handler for each family of trouble."""
    app.add_exception_handler(HubError, _house)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _form)
    app.add_exception_handler(Exception, _fault)


def _wants_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return request.url.path.startswith("/api/") or ("json" in accepted and "html" not in accepted)


class _Said(JSONResponse):
    """An error that may quote what was sent: half a character, which JSON can carry and UTF-8 cannot, becomes a "?"."""

    def render(self, content: object) -> bytes:
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def answer(
    request: Request,
    status: int,
    code: str,
    message: str,
    details: object = None,
    error: HubError | None = None,
) -> Response:
    """The error as this client wants it."""
    if _wants_json(request):
        body = {"error": {"code": code, "message": message, "details": details or {}}}
        return _Said(body, status_code=status)
    if request.url.path.startswith("/s/"):  # a customer by a link: nothing of the house around the sentence
        return ended(request, status, message, error)
    if not hasattr(request.state, "chrome"):
        _dress(request, status)
    page = ErrorPage(status, _title(status), message, came_from(request), _typed(request))
    if request.headers.get("hx-request"):
        part = render(request, "errors/error.html", page, block="notice", status=status)
        part.headers["HX-Retarget"], part.headers["HX-Reswap"] = "#q-notes", "innerHTML"
        return part
    return render(request, "errors/error.html", page, status=status)


def _typed(request: Request) -> tuple[str, ...]:
    """The longer texts of the form that was refused, as far as it was read; no secrets, and no addresses of ours."""
    form = getattr(request, "_form", None)  # read once by whoever wanted it, and kept here by Starlette
    if request.method != "POST" or form is None:
        return ()
    return tuple(
        value
        for name, value in form.multi_items()
        if isinstance(value, str)
        and len(value) >= LONG
        and not any(s in name for s in SECRET)
        and not value.startswith("/")
        and not KEY.fullmatch(value)
    )


def _dress(request: Request, status: int) -> None:
    """The frame of whoever is signed in, also where no page was found; a stranger's when the trouble is ours."""
    request.state.chrome = bare_chrome(request)
    cookie = request.cookies.get(SESSION_COOKIE)
    if not cookie or status >= 500:  # noqa: PLR2004 - HTTP
        return
    try:
        with request.app.state.wiring.database.read() as session:
            if visitor(request, session) is not None:
                dressed(request, session)
    except Exception as error:  # noqa: BLE001 - the page that tells of trouble must not be trouble itself
        log.warning("error page without a frame", error=repr(error))


def _title(status: int) -> str:
    known = {401: _("请先登录"), 403: _("这件事您做不了"), 404: _("没有这一页")}
    return known.get(status, _("没有办成") if status < 500 else _("出错了"))  # noqa: PLR2004 - HTTP


def _house(request: Request, error: Exception) -> Response:
    assert isinstance(error, HubError)  # noqa: S101 - registered for this family
    if isinstance(error, SignInNeeded) and not _wants_json(request):
        there = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        target = f"/sign-in?next={quote(there)}" if request.method == "GET" else "/sign-in"
        if request.headers.get("hx-request"):
            return Response(status_code=204, headers={"HX-Redirect": target})
        return RedirectResponse(target, status_code=303)
    return answer(request, error.status, error.code, error.message, error.details, error)


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this family
    sentences = {
        404: _("这个地址什么也没有。可能链接抄漏了，或内容已移走。"),
        405: _("这个地址不接受这种操作。"),
    }
    said = sentences.get(error.status_code, _("这个请求没法处理。"))
    return answer(request, error.status_code, "not_found" if error.status_code == 404 else "http", said)  # noqa: PLR2004 - HTTP


def _form(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this family
    fields = sorted({str(e["loc"][-1]) for e in error.errors() if e.get("loc")})
    said = _("有几项没有填对：%(fields)s。请改好再提交。") % {"fields": "、".join(fields)}
    return answer(request, 422, "bad_input", said, {"fields": fields})


def _fault(request: Request, error: Exception) -> Response:
    log.error("fault", path=request.url.path, error=repr(error))
    return answer(
        request, 500, "fault", _("我们这边出错了，您填的内容没有丢。请再试一次；还不行，请告诉管理员。")
    )
