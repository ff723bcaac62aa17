"""What toolkits are shown as, where there are dozens on a page: the cards of the shelf, the members of a kit.

In Python for the reason that `marks` are. What is drawn is a `KitRow` of `pages.kit_cards` and a `MemberView` of
`pages.kit_view`.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape

from hub.base.i18n import _, current, n_
from hub.web.marks import badge, copy, icon, link_button, ring, sheet, sign, thumb, to_basket, valid


def kit_card(kit: Any) -> Markup:
    """A kit on the shelf: kept by what it shows and the language, as `fragments` are."""
    return _kit_card(current(), kit)


@lru_cache(maxsize=2_000)
def _kit_card(_language: str, kit: Any) -> Markup:
    signs = [sign("tier", kit.tier, kit.tier_label, with_icon=False)]
    if kit.state != "published":
        signs.append(sign("kit", kit.state, with_icon=False))
    if kit.restricted:
        signs.append(badge(_("限定范围"), "red", "lock"))
    summary = f'<p class="q-tiny q-quiet q-clamp">{escape(kit.summary)}</p>' if kit.summary else ""
    tone = "q-good" if kit.good else "q-warn"
    return Markup(  # noqa: S704 - escaped above and below
        f'<article class="card q-kit"><div class="q-row"><span class="q-kit-icon">{icon(kit.icon, "icon-sm")}</span>'
        f'{"".join(signs)}<span class="ms-auto q-tiny q-quiet q-num">{escape(n_("%(n)s 件", kit.count))}</span></div>\n'
        f'<div class="q-kit-mid"><div class="q-grow"><h2 class="q-kit-title"><a href="{escape(kit.url)}">'
        f'{escape(kit.title)}</a></h2>\n{summary}<div class="q-tiny {tone}">{escape(kit.updated)}</div>'
        f'<div class="q-tiny q-quiet">{escape(kit.note)}</div></div>\n{_how_full(kit)}</div>\n'
        f'<div class="q-kit-foot">{_doors(kit)}</div></article>\n'
    )


def _how_full(kit: Any) -> str:
    if kit.percent is None:
        return ""
    shown = ring(kit.percent, _("齐备度"), "sm")
    return f'<div class="q-kit-full">{shown}<span class="q-tiny q-quiet">{escape(kit.lacking)}</span></div>'


def _doors(kit: Any) -> str:
    said = {"aria-label": _("打开 %(name)s", name=kit.title)}
    opens = link_button(_("打开"), kit.url, size="sm", attrs=said)
    if not kit.deck_url:
        return opens
    said = {"aria-label": _("做 PPT：%(name)s", name=kit.title)}
    return opens + link_button(_("做 PPT"), kit.deck_url, "presentation", size="sm", attrs=said)


def members(shape: str, shown: Sequence[Any], here: str) -> Markup:
    """The members of a section, drawn as its shape asks; `here` is where one comes back to from the basket."""
    if shape == "strip":
        made = [_wide(m, here) for m in shown]
    elif shape == "cards":
        pictured = any(m.thumb or m.pages for m in shown)
        made = [_tile(m, here, pictured=pictured) for m in shown]
    elif shape == "questions":
        made = [_question(m, first=not n) for n, m in enumerate(shown)]
    else:
        made = [_row(m) for m in shown]
    return Markup("".join(made))  # noqa: S704 - escaped by each of them


def _signed(m: Any) -> str:
    return sign(m.sign[0], m.sign[1], with_icon=False) if m.sign else ""


def _audience(m: Any) -> str:
    if m.customer_facing:
        return f'<span class="q-good">{icon("circle-check")}{escape(_("可发客户"))}</span>'
    return f'<span class="q-bad">{icon("lock")}{escape(_("仅内部"))}</span>'


def _send(m: Any, label: str = "") -> str:
    if not m.quick_url:
        return ""
    cls, text = ("", f"<span data-label>{escape(label)}</span>") if label else (" btn-icon", "")
    return (
        f'<form class="d-inline-block" method="post" action="{escape(m.quick_url)}" data-share>'
        f'<button class="btn btn-sm{cls}" data-done="{escape(_("链接已复制"))}" '
        f'aria-label="{escape(_("复制链接：%(name)s", name=m.title))}">{icon("link")}{text}</button></form>'
    )


def _wide(m: Any, here: str) -> str:
    """An introduction with pages of it."""
    pages = f"<span>{escape(m.pages)}</span>" if m.pages else ""
    owner = f" · {escape(m.owner)}" if m.owner else ""
    inside = f'<p class="q-small q-quiet m-0">{escape(m.summary)}</p>' if m.summary else ""
    if m.strip:
        shots = "".join(_shot(m, s, here) for s in m.strip)
        said = escape(_("%(name)s 的单页", name=m.title))
        inside = f'<div class="q-thumbs" role="group" tabindex="0" aria-label="{said}">{shots}</div>'
    return (
        f'<article class="card q-kit-wide"><div class="q-row">{_signed(m)}'
        f'<h3><a href="{escape(m.url)}">{escape(m.title)}</a></h3><span class="q-meta">{pages}'
        f"<span>v{escape(m.version)}{owner} · {escape(m.day)}</span>{_audience(m)}{valid(m.valid)}</span>"
        f'<span class="ms-auto q-no-print">{_send(m, _("复制链接"))}</span></div>\n{inside}</article>'
    )


def _shot(m: Any, shot: Any, here: str) -> str:
    picture = thumb(shot.thumb, shot.title or _("第 %(n)s 页", n=shot.number), shot.number)
    basket = to_basket((m.id, (shot.number,), here), shot.title or shot.number) if m.basket else ""
    return f'<div class="q-shot"><a href="{escape(shot.url)}">{picture}</a>{basket}</div>'


def _tile(m: Any, here: str, *, pictured: bool) -> str:
    """A card with the first page; beside `pictured` ones a text has a sheet with its icon, where there is room."""
    picture, said = "", escape(m.summary or m.title)
    summary = f'<p class="q-small q-quiet q-clamp m-0">{said}</p>' if m.summary or pictured else ""
    if pictured and not m.thumb:
        summary = sheet(summary, m.icon)
    elif pictured:
        shown = thumb(m.thumb, "", m.pages, icon_name=m.icon)
        picture = f'<a href="{escape(m.url)}" tabindex="-1" aria-hidden="true">{shown}</a>'
        summary = summary if m.summary else ""
    owner = f"<span>{escape(m.owner)}</span>" if m.owner else ""
    acts = ""
    if m.quick_url or m.basket:
        basket = to_basket((m.id, m.basket, here), m.title, _("整份放进选页篮")) if m.basket else ""
        acts = f'<div class="q-kit-tile-act q-no-print">{_send(m, _("复制链接"))}{basket}</div>'
    return (
        f'<article class="card q-kit-tile">{picture}<div class="q-kit-tile-text"><div class="q-row q-row-tight">'
        f'{_signed(m)}<span class="ms-auto q-tiny q-quiet q-num">{escape(m.day)}</span></div>'
        f'<h3><a href="{escape(m.url)}">{escape(m.title)}</a></h3>{summary}'
        f'<div class="q-meta q-tiny">{_audience(m)}{owner}{valid(m.valid)}</div>{acts}</div></article>'
    )


def _question(m: Any, *, first: bool) -> str:
    """A question with its answer, which is copied with one click; the first is open."""
    signed = f" {_signed(m)}" if m.sign and m.sign[1] != "recommended" else ""
    inside = "" if m.customer_facing else f" {sign('audience', 'internal')}"
    copied = copy(m.answer, _("复制答案")) if m.customer_facing else ""
    return (
        f'<div class="q-kit-question"><details{" open" if first else ""}><summary>{escape(m.title)}{signed}{inside}'
        f'</summary><p id="a-{escape(m.id)}">{escape(m.answer)}</p><a class="q-tiny" href="{escape(m.url)}">'
        f"{escape(_('打开原文'))}</a> {valid(m.valid)}</details>{copied}</div>"
    )


def _row(m: Any) -> str:
    facts = "".join(f"<span>{escape(t)}</span>" for t in (m.kind, *filter(None, (m.pages, m.owner)), m.day))
    return (
        f'<div class="q-item q-item-mid">{icon(m.icon)}<div class="q-grow"><div class="q-strong">'
        f'<a class="q-plain" href="{escape(m.url)}">{escape(m.title)}</a> {_signed(m)}</div>'
        f'<div class="q-meta q-tiny">{facts}{_audience(m)}{valid(m.valid)}</div></div>{_send(m)}</div>'
    )
