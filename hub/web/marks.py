"""The smallest parts of a page, of which a list holds hundreds: icons, badges, signs. `ui.html` passes them on.

They are written here because a macro costs ten times what it costs to give out what was made before. What is kept is
kept by its escaped text, so that neither a language nor a character can be mistaken for another.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from markupsafe import Markup, escape

from hub.base.formats import number
from hub.base.i18n import Lazy, _, current, n_
from hub.web import words
from hub.web.chrome import NavEntry
from hub.web.statics import static_url

HIT_OPEN, HIT_CLOSE = "\ue000", "\ue001"
"""Around a highlighted word in a snippet: two characters that no text carries, so that the rest can be
escaped.
"""

RING_LOW = 60  # percent below which a ring is drawn as a warning

_SPECIAL = re.compile("[&<>\"']")
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


def sheet(text: str, icon_name: str) -> str:
    """Where there is no picture: a tinted page with the beginning of what it says, which is escaped already, and the
    sign of its kind. On a phone the text alone.
    """
    tone = words.SHEET_TONES.get(icon_name, "gray")
    return f'<div class="q-sheet q-sheet-{tone}">{icon(icon_name)}{text}</div>'


def _safe(text: object) -> str:
    """As `escape`: a page has hundreds of texts, and hardly any has a sign that needs it."""
    return text if type(text) is str and not _SPECIAL.search(text) else str(escape(text))


def facet_row(key: str, value: Any) -> Markup:
    """One value of a filter; see `ui.facet`."""
    return Markup(_facet_row(_safe(key), value))  # noqa: S704 - escaped below


def _facet_row(key: str, value: Any) -> str:
    held = _safe(value.value)
    return (
        f'<label class="q-facet-row{" q-in" if value.depth else ""}"><input class="form-check-input" type="checkbox" '
        f'name="{key}" value="{held}" id="f-{key}-{held}"{" checked" if value.on else ""}>'
        f'<span>{_safe(value.label)}</span><span class="q-facet-count">{value.count:,}</span></label>'
    )


def facet(group: Any) -> Markup:
    """One group of filters. group: key, label, `head` and, folded away, `more` of (value, label, count, on, depth)."""
    key = _safe(group.key)
    rows = "".join(_facet_row(key, value) for value in group.head)
    more = ""
    if group.more:
        folded = "".join(_facet_row(key, value) for value in group.more)
        summary = escape(n_("还有 %(n)s 项", len(group.more)))
        more = f"<details><summary>{summary}</summary>{folded}</details>"
    return Markup(  # noqa: S704 - escaped above
        f'<fieldset class="q-facet"><legend>{escape(group.label)}</legend><div>\n{rows}{more}</div></fieldset>'
    )


def marked(snippet: str) -> Markup:
    """A snippet with its found words as <mark>: they stand between HIT_OPEN and HIT_CLOSE, all else is
    escaped.
    """
    text = str(escape(snippet))
    return Markup(text.replace(HIT_OPEN, "<mark>").replace(HIT_CLOSE, "</mark>"))  # noqa: S704 - escaped above


def hit(found: Any) -> Markup:
    """A hit of the search: see templates/search/index.html for its fields. What the question has no part in is kept."""
    url, pictured = _safe(found.url), bool(found.thumb or found.pages_label)
    shown = ""
    if pictured:
        picture = _sheet(found.thumb, found.pages_label, found.icon)
        shown = f'<a href="{url}" tabindex="-1" aria-hidden="true">{picture}</a>'
    text = f'<p class="q-hit-text q-clamp">{_marked(found.snippet or found.place)}</p>'
    text = text if pictured and found.snippet else "" if pictured else sheet(text, found.icon)
    signs = tuple((s.family, s.key, s.label) for s in found.signs)
    top = _hit_top(current(), found.tier, found.tier_label, found.kind_label, signs, found.day)
    return Markup(  # noqa: S704 - escaped above and below
        f'<article class="q-hit{"" if pictured else " q-hit-bare"}">\n{shown}<div class="q-hit-body">\n'
        f'<div class="q-hit-top">{top}</div>\n'
        f'<h3 class="q-hit-title q-clamp"><a href="{url}">{_marked(found.title)}</a></h3>\n'
        f"{text}{_hit_slides(found.slides)}{_hit_alike(found)}"
        f'<div class="q-hit-foot"><span class="q-cut">{_hit_foot(found.owner, found.views, found.place)}</span>\n'
        f"{valid(found.valid)}{to_basket(found.add, found.plain_title) if found.add else ''}</div>\n</div></article>"
    )


def _marked(text: str) -> str:
    """As `marked`, for what is marked already as well."""
    return text if type(text) is Markup and HIT_OPEN not in text else marked(text)


@lru_cache(maxsize=4096)
def _sheet(src: str | None, label: str, icon_name: str) -> str:
    return thumb(src, "", label, icon_name=icon_name)


@lru_cache(maxsize=4096)
def _hit_top(
    _language: str,
    tier: str | None,
    tier_label: str | None,
    kind_label: str,
    signs: tuple[tuple[str, str, str | None], ...],
    day: str,
) -> str:
    shown = "".join(sign(*said, with_icon=False) for said in signs)
    when = f'<span class="q-hit-day">{escape(day)}</span>' if day else ""
    return f"{sign('tier', tier, tier_label) if tier else ''}{badge(kind_label)}{shown}{when}"


def _hit_slides(slides: Sequence[Any]) -> str:
    if not slides:
        return ""
    shown = (
        f'<a href="{escape(s.url)}" title="{escape(s.title)}">'
        f"{thumb(s.thumb, _('第 %(n)s 页', n=s.number), s.number)}</a>"
        for s in slides
    )
    return f'<div class="q-hit-slides">{"".join(shown)}</div>'


def _hit_alike(found: Any) -> str:
    if not found.alike:
        return ""
    rows = "".join(f'<li><a href="{escape(a.url)}">{escape(a.title)}</a></li>' for a in found.alike)
    summary = f"<summary>{escape(found.alike_label)}</summary>"
    return f'<details class="q-hit-alike">{summary}<ul>{rows}</ul></details>'


@lru_cache(maxsize=4096)
def valid(said: str) -> str:
    """The quiet mark of what is current: of `words.valid_until`."""
    return f'<span class="q-valid">{icon("circle-check")}{escape(said)}</span>' if said else ""


@lru_cache(maxsize=4096)
def _hit_foot(owner: str, views: int | None, place: str) -> str:
    seen = "" if views is None else f" · {icon('eye', 'icon-sm')} {number(views)}"
    gap = " · " if place and (owner or views is not None) else ""
    return f"{escape(owner)}{seen}{gap}{escape(place)}"


def to_basket(
    add: tuple[int, Sequence[int], str], title: object, label: object = None, cls: str = "btn btn-sm"
) -> Markup:
    """A form that puts pages into the slide basket. `add` is (asset id, page numbers, where one is). With a label it is
    a button, else a plus. The same for every reader: of what lies in the basket already the script makes a check that
    takes out again, by the list on the basket itself.
    """
    asset, pages, back = add
    hidden = "".join(f'<input type="hidden" name="page" value="{escape(n)}">' for n in pages)
    said = escape(_("放进选页篮：%(title)s", title=title))
    tip = "" if label else f' title="{escape(_("放进选页篮"))}"'
    held = escape(_("已在选页篮里，再按一次拿出：%(title)s", title=title))
    cls = escape(cls) if label else "q-add"
    button = f'<button type="submit" class="{cls}" aria-label="{said}" data-held="{held}"{tip}>'
    inside = f"{icon('basket' if label else 'plus')}{escape(label) if label else ''}"
    return Markup(  # noqa: S704 - escaped above
        '<form class="d-inline-block" method="post" action="/basket" hx-post="/basket" hx-swap="none" data-basket>'
        f'<input type="hidden" name="asset" value="{escape(asset)}">{hidden}'
        f'<input type="hidden" name="back" value="{escape(back)}">{button}{inside}</button></form>'
    )


def link_button(
    label: object,
    url: str,
    icon_name: str | None = None,
    tone: str = "",
    size: str = "",
    attrs: Mapping[str, object] = MappingProxyType({}),
) -> Markup:
    """A link that looks like a button."""
    cls = (f" btn-{escape(tone)}" if tone else "") + (f" btn-{escape(size)}" if size else "")
    more = "".join(f' {escape(k)}="{escape(v)}"' for k, v in attrs.items() if v is not None)
    shown = icon(icon_name) if icon_name else ""
    made = f'<a class="btn{cls}" href="{escape(url)}"{more}>{shown}{escape(label)}</a>'
    return Markup(made)  # noqa: S704 - escaped above


def copy(text: object, label: object, tone: str = "", size: str = "sm") -> Markup:
    """A button that copies a text; only where scripts run."""
    cls = (f" btn-{escape(tone)}" if tone else "") + (f" btn-{escape(size)}" if size else "")
    return Markup(  # noqa: S704 - escaped here
        f'<button class="btn{cls} q-script" type="button" data-copy="{escape(text)}" '
        f'data-done="{escape(_("已复制"))}">{icon("copy")}<span data-label>{escape(label)}</span></button>'
    )


def ring(percent: int, label: object, size: str = "") -> Markup:
    """Completeness as a ring with its number: percent 0 to 100. size: "", sm"""
    cls = (f" q-ring-{escape(size)}" if size else "") + (" q-ring-low" if percent < RING_LOW else "")
    side = 44 if size == "sm" else 76
    part = (
        f'<circle class="q-ring-part" cx="50" cy="50" r="43" pathLength="100" stroke-dasharray="{percent} 100" '
        'transform="rotate(-90 50 50)"/>'
    )
    return Markup(  # noqa: S704 - escaped here
        f'<span class="q-ring{cls}" role="img" aria-label="{escape(label)} {percent}%">'
        f'<svg viewBox="0 0 100 100" width="{side}" height="{side}">'
        f'<circle class="q-ring-rest" cx="50" cy="50" r="43"/>{part if percent else ""}</svg><b>{percent}%</b></span>'
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
