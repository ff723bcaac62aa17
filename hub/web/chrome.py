"""What stands around every page: who we are, where one can go, what waits.

Words used here: the *chrome* is the top bar, the bottom bar of a phone and the notes that an action left
behind; a *flash* is such a note, carried to the next page in a cookie of its own; the *brand* is the
company's colour.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from hub.base.i18n import SOURCE

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from hub.base.i18n import Lazy

THEMES = ("light", "dark")
WISHED_THEME = "Sec-CH-Prefers-Color-Scheme"  # https://wicg.github.io/user-preference-media-features-headers/
BRAND = "#066fd1"
FLASH_COOKIE = "hub_flash"
FLASH_BYTES = 2000  # a cookie holds 4 kB, base64 takes a third more
CONTRAST = 4.5  # WCAG AA for text
DARK_SURFACE = "#262626"


@dataclass(frozen=True)
class NavEntry:
    """One place to go. `key` is stable (home, kits, decks, requirements …), `icon` is a name in the
    sprite.
    """

    key: str
    label: str | Lazy
    url: str
    icon: str

    def is_here(self, path: str) -> bool:
        """Whether the page at `path` belongs to this entry."""
        return path == self.url or (self.url != "/" and path.startswith(f"{self.url}/"))


@dataclass(frozen=True)
class Flash:
    """A note for the next page: what happened, and where to undo it (a POST address) if it can be undone."""

    text: str
    kind: str = "success"  # success, info, warning or danger
    undo: str | None = None


@dataclass(frozen=True)
class Language:
    """A language to change to, named in itself so that its reader finds it."""

    code: str
    label: str


IN_ENGLISH = Language("en", "Read in English")
IN_CHINESE = Language(SOURCE, "换成中文")


@dataclass(frozen=True)
class Chrome:
    """All that base.html needs. A count that is None means there is no such thing on the page."""

    company: str = ""
    logo_letter: str = "弹"
    primary: str = BRAND
    basket_count: int | None = None
    basket_held: str = ""
    """The slides in it, as `decks.basket_held` says them: the script marks their plus signs."""
    unread: int | None = None
    language: str = SOURCE
    theme: str = "light"
    nav: tuple[NavEntry, ...] = ()
    menu: tuple[NavEntry, ...] = ()
    """Entries of the avatar menu beyond one's own page, such as 人员 for an administrator."""
    logo_url: str | None = None

    @property
    def brand_url(self) -> str | None:
        """The stylesheet of the company's colour; None while it is the one that the house comes with."""
        return None if self.primary.lower() == BRAND else f"/brand/{self.primary.lstrip('#').lower()}.css"

    @property
    def other_language(self) -> Language:
        return IN_ENGLISH if self.language == SOURCE else IN_CHINESE

    def entry(self, key: str) -> NavEntry | None:
        """The navigation entry with this key, None when that page does not exist here."""
        return next((e for e in self.nav if e.key == key), None)


def flash(response: Response, text: str, kind: str = "success", undo: str | None = None) -> None:
    """Leave a note that the next page shows once."""
    note = asdict(Flash(text[: FLASH_BYTES // 6], kind, undo))
    packed = base64.urlsafe_b64encode(json.dumps(note, ensure_ascii=False).encode()).decode()
    response.set_cookie(FLASH_COOKIE, packed, max_age=60, httponly=True, samesite="lax", path="/")


def read_flash(request: Request) -> Flash | None:
    """The note left by the action before; None when there is none or it cannot be read."""
    packed = request.cookies.get(FLASH_COOKIE)
    if not packed:
        return None
    try:
        note = json.loads(base64.urlsafe_b64decode(packed.encode()))
        undo = note.get("undo")
        kind = note["kind"] if note["kind"] in {"success", "info", "warning", "danger"} else "info"
        return Flash(str(note["text"]), kind, undo if isinstance(undo, str) and is_ours(undo) else None)
    except (binascii.Error, ValueError, KeyError, TypeError, AttributeError):
        return None


def is_ours(url: str) -> bool:
    """Whether an address stays in this hub: a path, and none that a browser reads as another host."""
    return url.startswith("/") and not url.startswith(("//", "/\\")) and url.isprintable()


def came_from(request: Request) -> str | None:
    """The page of ours that a request was sent from; None when it is not said, or another's."""
    sender, base = request.headers.get("referer", ""), str(request.base_url)
    path = "/" + sender.removeprefix(base) if sender.startswith(base) else ""
    return path if path and is_ours(path) else None


def page_address(request: Request) -> str:
    """Where this page can be read again: its own address, or, where it answers a form, that of the form."""
    if request.method not in {"GET", "HEAD"}:
        return came_from(request) or "/"
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    parts = [c / 255 for c in _rgb(colour)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]  # noqa: PLR2004
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The WCAG contrast of two colours given as #rrggbb: 1 to 21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _towards(colour: str, goal: str, share: float) -> str:
    return "#" + "".join(
        f"{round(a + (b - a) * share):02x}" for a, b in zip(_rgb(colour), _rgb(goal), strict=True)
    )


def readable(colour: str, on: str) -> str:
    """The colour nearest to `colour` that can be read on `on` (#ffffff or the dark surface)."""
    goal = "#000000" if _luminance(on) > 0.5 else "#ffffff"  # noqa: PLR2004
    steps = (_towards(colour, goal, step / 20) for step in range(21))
    return next((c for c in steps if contrast(c, on) >= CONTRAST), goal)


def brand_css(colour: str) -> str | None:
    """The stylesheet that puts a company's colour on the house, readable in both themes; None if not a
    colour.
    """
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        return None
    button, link = readable(colour, "#ffffff"), readable(colour, DARK_SURFACE)
    return f":root{{--q-brand:{button};--q-brand-on-dark:{link}}}\n"
