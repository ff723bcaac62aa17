"""What a customer reads when a link leads nowhere: a sentence and whom to ask, and nothing of what was in it."""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request
from starlette.responses import Response

from hub import sharing, taxonomy
from hub.base.errors import HubError
from hub.base.i18n import _, speaking
from hub.web.dress import bare_chrome
from hub.web.look import wished
from hub.web.pages.visitor_view import Contact, Frame, here
from hub.web.render import render

GONE, TOO_MANY = (404, 410), 429


@dataclass(frozen=True)
class EndedPage:
    """See templates/visitor/ended.html. `back` leads to the link's first page, where that still opens."""

    frame: Frame
    title: str
    message: str
    back: str | None


def ended(request: Request, status: int, message: str, error: HubError | None) -> Response:
    """The page of trouble at an address of a link, in the link's language where there is such a link."""
    theirs = error.language if isinstance(error, sharing.Ended) else getattr(request.state, "language", "")
    with speaking(wished(request) or theirs):
        said = sharing.no_way() if isinstance(error, sharing.Ended) else message
        return _page(request, status, said, error)


def _page(request: Request, status: int, message: str, error: HubError | None) -> Response:
    company = _company(request, status)
    request.state.chrome = chrome = bare_chrome(request, company)
    asked = error.asked if isinstance(error, sharing.Ended) else None
    contact = (
        Contact(asked.label, asked.title, asked.phone, asked.email) if asked else Contact("", "", "", "")
    )
    back = _back(request, status, error)
    frame = Frame(
        company.title(),
        "",
        back or "",
        chrome.language,
        chrome.logo_letter,
        contact,
        (),
        "",
        False,
        "",
        chrome.other_language,
        here(request),
    )
    page = EndedPage(frame, _title(status, over=back is None), message, back)
    answer = render(request, "visitor/ended.html", page, status=status)
    answer.headers.update({"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"})
    return answer


def _title(status: int, *, over: bool) -> str:
    if status in GONE:
        return _("这个链接已经结束") if over else _("这份材料不在这里了")
    return _("请稍后再来") if status == TOO_MANY else _("没有办成")


def _back(request: Request, status: int, error: HubError | None) -> str | None:
    """The first page of the link, from something inside that is there no more."""
    token, _slash, inner = request.url.path.removeprefix("/s/").partition("/")
    over = isinstance(error, sharing.Ended | sharing.Unknown) or error is None or status == TOO_MANY
    return None if over or not inner else f"/s/{quote(token)}"


def _company(request: Request, status: int) -> taxonomy.Company:
    """Who sent the link; nobody where the database may be what is in trouble."""
    if status >= 500:  # noqa: PLR2004 - HTTP
        return taxonomy.Company()
    with request.app.state.wiring.database.read() as session:
        return taxonomy.company(session)
