"""The smallest parts of a page, of which a list holds hundreds: icons, badges, signs. `ui.html` passes them on.

They are written here because a macro costs ten times what it costs to give out what was made before. What is kept is
kept by its escaped text, so that neither a language nor a character can be mistaken for another.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from hub.base.formats import number
from hub.base.i18n import Lazy, current
from hub.web import words
from hub.web.chrome import NavEntry
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


def thumb(
    src: str | None,
    alt: object,
    label: object = "",
    size: str = "",
    current: bool = False,  # noqa: FBT001, FBT002 - as templates call it
    icon_name: str = "file-text",
) -> Markup:
    """A page picture; without `src` a sheet with the icon of its type. `label` stands in the corner. size: sm, md"""
    said = escape(alt)
    cls = (f" q-thumb-{size}" if size else "") + ("" if src else " q-thumb-empty")
    if src:
        inside = f'<img src="{escape(src)}" alt="{said}" loading="lazy" decoding="async">'
    else:
        hidden = f'<span class="visually-hidden">{said}</span>' if said else ""
        inside = f"{icon(icon_name)}{hidden}"
    corner = f'<span class="q-thumb-no">{escape(label)}</span>' if label else ""
    on = ' aria-current="true"' if current else ""
    return Markup(f'<span class="q-thumb{escape(cls)}"{on}>{inside}{corner}</span>')  # noqa: S704 - escaped above


def facet_row(key: str, value: Any) -> Markup:
    """One value of a filter; see `ui.facet`."""
    held = escape(value.value)
    return Markup(  # noqa: S704 - escaped above
        f'<label class="q-facet-row{" q-in" if value.depth else ""}"><input class="form-check-input" type="checkbox" '
        f'name="{escape(key)}" value="{held}" id="f-{escape(key)}-{held}"{" checked" if value.on else ""}>'
        f'<span>{escape(value.label)}</span><span class="q-facet-count">{number(value.count)}</span></label>'
    )


def links(entries: Sequence[NavEntry], path: str, *, menu: bool = True) -> Markup:
    """Places to go, with those marked that the page at `path` belongs to: as entries of a menu, or as plain links."""
    here = tuple(e.key for e in entries if e.is_here(path))
    return _links(tuple(entries), here, menu, current())


@lru_cache(maxsize=512)
def _links(entries: tuple[NavEntry, ...], here: tuple[str, ...], menu: bool, _language: str) -> Markup:  # noqa: FBT001
    made = []
    for entry in entries:
        cls = ' class="q-menu-item"' if menu else ""
        on = ' aria-current="page"' if entry.key in here else ""
        shown = icon(entry.icon) if menu else ""
        made.append(f'<a{cls} href="{escape(entry.url)}"{on}>{shown}{escape(entry.label)}</a>')
    return Markup("".join(made))  # noqa: S704 - escaped above
