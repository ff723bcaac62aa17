"""From a page to HTML: the Jinja environment, and `render()`, which every page route ends with.

A template sees `page` (a frozen dataclass made by the route), `request`, and for short `person`, `chrome` and
`note` of that request; everywhere it has the macros `ui`, the filters below, `_`, `n_`, `static`, `words` and `kept`
(see `fragments`).
An undefined name is an error. A *block* is the part of a page that htmx asks for; it is rendered alone, so it
must not lean on a `{% set %}` outside itself.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2_fragments import render_block
from starlette.responses import HTMLResponse

from hub.base import formats, i18n
from hub.base.paths import templates_dir
from hub.web import marks, words
from hub.web.chrome import (
    FLASH_COOKIE,
    WISHED_THEME,
    Chrome,
    Flash,
    NavEntry,
    flash,
    page_address,
    read_flash,
)
from hub.web.fragments import keeper
from hub.web.statics import STATIC_DIR, static_url

if TYPE_CHECKING:
    from starlette.requests import Request

__all__ = [
    "STATIC_DIR",
    "Chrome",
    "Flash",
    "NavEntry",
    "Template",
    "environment",
    "flash",
    "render",
    "static_url",
]


def initial(name: str) -> str:
    """The letter of a person's picture: 晓 for 林晓 (also where an address follows), G for Grace Wu, ? for nobody."""
    bare = name.partition(" <")[0].strip()
    if not bare:
        return "?"
    return bare[0].upper() if bare.isascii() else bare[-1]


def _gettext(phrase: str) -> str:
    return i18n.phrases(i18n.current()).one(phrase)


def _ngettext(one: str, many: str, n: int) -> str:
    return i18n.phrases(i18n.current()).counted(one if n == 1 else many, n)


FILTERS = {
    "number": formats.number,
    "percent": formats.percent,
    "money": formats.money,
    "size": formats.size,
    "day": formats.day,
    "long_day": formats.long_day,
    "clock": formats.clock,
    "moment": formats.moment,
    "quarter": formats.quarter,
    "listed": formats.listed,
    "ago": formats.ago,
    "initial": initial,
    "marked": marks.marked,
}


@cache
def environment() -> Environment:
    """The one Jinja environment of this process."""
    env = Environment(
        loader=FileSystemLoader(templates_dir()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    env.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.filters.update(FILTERS)
    env.globals.update(
        _=i18n._,
        n_=i18n.n_,
        static=static_url,
        words=words,
        marks=marks,
        page_address=page_address,
    )
    env.globals["ui"] = env.get_template("ui.html").module
    env.globals["kept"] = keeper(env)
    return env


def render(
    request: Request, template: str | Template, page: object, block: str | None = None, status: int = 200
) -> HTMLResponse:
    """The page as an answer, in the reader's language; with `block` only that block, for htmx.

    Reads `request.state.chrome` and `request.state.person` where the edge has set them. A note left by the
    action before is shown once, on whole pages only.
    """
    chrome: Chrome = getattr(request.state, "chrome", None) or Chrome(language=i18n.current())
    note = None if block else read_flash(request)
    values = {
        "page": page,
        "request": request,
        "chrome": chrome,
        "person": getattr(request.state, "person", None),
        "note": note,
    }
    with i18n.speaking(chrome.language):
        env = environment()
        html = (
            render_block(env, str(template), block, values)
            if block
            else env.get_template(template).render(values)
        )
    answer = HTMLResponse(html, status_code=status)
    answer.headers["Content-Language"] = chrome.language
    answer.headers["Accept-CH"] = WISHED_THEME
    answer.headers["Vary"] = f"Cookie, {WISHED_THEME}"
    if note or (FLASH_COOKIE in request.cookies and not block):
        answer.delete_cookie(FLASH_COOKIE, path="/", httponly=True, samesite="lax")
    return answer
