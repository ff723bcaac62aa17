"""The smallest parts of a page, of which a list holds hundreds: icons, badges, signs. `ui.html` passes them on.

They are written here because a macro costs ten times what it costs to give out what was made before. What is kept is
kept by its escaped text, so that neither a language nor a character can be mistaken for another.
"""

from functools import lru_cache

from markupsafe import Markup, escape

from hub.base.i18n import Lazy
from hub.web import words
from hub.web.statics import static_url

_ICON = '<svg class="icon{cls}" aria-hidden="true" focusable="false"><use href="{sprite}#{name}"/></svg>'
_BADGE = '<span class="q-badge q-badge-{tone}{cls}">{icon}{label}</span>'


@lru_cache(maxsize=1024)
def icon(name: str, cls: str = "") -> Markup:
    """An icon of the sprite."""
    more = f" {escape(cls)}" if cls else ""
    made = _ICON.format(cls=more, sprite=static_url("vendor/icons.svg"), name=escape(name))
    return Markup(made)  # noqa: S704 - escaped above


def badge(label: object, tone: str = "gray", icon_name: str | None = None, cls: str = "") -> Markup:
    """A coloured label, with an icon where one is named."""
    return _badge(str(escape(label)), tone, icon_name, cls)


@lru_cache(maxsize=4096)
def _badge(escaped: str, tone: str, icon_name: str | None, cls: str) -> Markup:
    more = f" {escape(cls)}" if cls else ""
    shown = icon(icon_name) if icon_name else ""
    return Markup(_BADGE.format(tone=escape(tone), cls=more, icon=shown, label=escaped))  # noqa: S704 - escaped


def sign(
    family: str,
    key: str,
    label: str | Lazy | None = None,
    with_icon: bool = True,  # noqa: FBT001, FBT002 - as templates call it
    cls: str = "",
) -> Markup:
    """A badge for a key of words.py. family: kind tier version kit audience freshness requirement completeness …"""
    found = words.sign(family, key, label)  # type: ignore[arg-type]
    return badge(found.label, found.tone, found.icon if with_icon else None, cls)
