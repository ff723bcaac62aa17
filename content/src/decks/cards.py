"""Blocks of cards and words: cards, figures, quotes, lists, questions, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .geometry import Box, text_width
from .icons import icon
from .shapes import Ink, even_size, text_height

if TYPE_CHECKING:
    from .deck import Page

WHITE = "#FFFFFF"


def tone(number: int, used: list[str] | None = None) -> str:
    """The accent of the n-th thing."""
    words = used or ["a1", "a2", "a3", "a4"]
    return words[number % len(words)]


def cards(
    p: Page,
    boxes: list[Box],
    items: list[tuple[str, str]],
    *,
    kind: str = "top",
    icons: list[str] | None = None,
    tones: list[str] | None = None,
    size: float = 14,
    head: float = 18,
) -> None:
    """Heading and text in each box. kinds: `top` and `side` bars, `solid`, `outline`."""
    bodies: list[tuple[str, Box, str]] = []
    for number, (box, (title, text)) in enumerate(zip(boxes, items, strict=False)):
        colour = tone(number, tones)
        ink, soft = _ground(p, box, kind, colour)
        inner = box.inset(24, 22)
        if kind == "side":
            inner = Box(inner.x + 6, inner.y, inner.w - 6, inner.h)
        if icons and box.h < 210:
            _badge(p, inner, icons[number], colour, solid=kind == "solid")
            p.text(Box(inner.x + 66, inner.y, inner.w - 66, 52), title, head, ink, bold=True, anchor="m")
            bodies.append((text, inner.below(64), soft))
            continue
        if icons:
            inner = _badge(p, inner, icons[number], colour, solid=kind == "solid")
        high = text_height(title, Ink(head, bold=True, spacing=0.9), inner.w)
        p.text(Box(inner.x, inner.y, inner.w, high + 4), title, head, ink, bold=True, spacing=0.9)
        bodies.append((text, inner.below(high + 10), soft))
    size = even_size([(text, room) for text, room, _ in bodies], Ink(size, gap=5), max(size, 18))
    for text, room, soft in bodies:
        p.text(room, text, size, soft, gap=5)


def _ground(p: Page, box: Box, kind: str, colour: str) -> tuple[str, str]:
    """Draws the card's ground; answers the colours of its heading and text."""
    radius = p.look.radius
    if kind == "solid":
        p.shape(box, grad=(colour, f"{colour}-22", 60), radius=radius)
        return WHITE, f"{WHITE}@90"
    if kind == "outline":
        p.shape(box, line=colour, width=1.5, radius=radius)
    else:
        p.shape(box, fill=p.card, radius=radius if kind != "top" else 0)
    if kind == "top":
        p.shape(Box(box.x, box.y, box.w, 5), fill=colour)
    if kind == "side":
        p.shape(Box(box.x, box.y + 16, 6, box.h - 32), fill=colour, radius=3)
    return p.ink, p.soft


def _badge(p: Page, inner: Box, name: str, colour: str, *, solid: bool) -> Box:
    spot = Box(inner.x, inner.y, 52, 52)
    p.shape(spot, fill=f"{WHITE}@22" if solid else f"{colour}@16", radius=14)
    icon(p, name, spot.inset(12), WHITE if solid else colour, 2.2)
    return inner.below(66)


def figures(
    p: Page,
    boxes: list[Box],
    items: list[tuple[str, str, str]],
    *,
    kind: str = "tile",
    size: float = 34,
    tones: list[str] | None = None,
) -> None:
    """Big numbers: value, label, note. kinds: `tile` (card), `line` (rule above), `solid`, `bare`."""
    for number, (box, (value, label, note)) in enumerate(zip(boxes, items, strict=False)):
        colour = tone(number, tones or [p.strong])
        ink, soft, value_ink = p.ink, p.soft, colour
        inner = box.inset(22, 16)
        if kind == "tile":
            p.shape(box, fill=p.card, radius=p.look.radius)
        elif kind == "solid":
            p.shape(box, grad=(colour, f"{colour}-22", 60), radius=p.look.radius)
            ink, soft, value_ink = WHITE, f"{WHITE}@88", WHITE
        elif kind == "line":
            p.shape(Box(box.x, box.y, box.w, 4), fill=colour)
            inner = Box(box.x, box.y + 16, box.w, box.h - 16)
        used = _value(p, inner, value, min(size, (inner.h - (50 if note else 28)) / 1.75), value_ink)
        p.text(Box(inner.x, inner.y + used, inner.w, 26), label, 15, ink, bold=True)
        if note:
            p.text(inner.below(used + 28), note, 12.5, soft)


def _value(p: Page, inner: Box, value: str, size: float, colour: str) -> float:
    """Writes a number with its unit (after a space) small beside it; answers the height used."""
    number, _, unit = value.partition(" ")
    while text_width(number, size, bold=True) + text_width(unit, 14) + 8 > inner.w and size > 16:
        size -= 1
    high = size * 1.333 * 1.3
    wide = text_width(number, size, bold=True) * 0.95 + 6
    p.shape(
        Box(inner.x, inner.y, inner.w, high),
        f"{number}",
        ink=Ink(size, colour, bold=True, anchor="b", spacing=0.85, heading=True, wrap=False),
        name=value,
    )
    if unit:
        unit_box = Box(inner.x + wide, inner.y + high - 34, max(inner.w - wide, 10), 28)
        p.shape(unit_box, unit, ink=Ink(13, colour, bold=True, anchor="b", wrap=False), name="单位")
    return high + 2


def quote(p: Page, box: Box, text: str, speaker: str, *, mark: str = "a2", size: float = 30) -> None:
    p.text(
        Box(box.x - 6, box.y - 20, 120, 110), "“", 88, mark, bold=True, heading=True, shrink=0.3, spacing=0.8
    )
    ink = Ink(size, p.ink, bold=True, heading=True, spacing=0.95)
    high = text_height(text, ink, box.w)
    p.text(Box(box.x, box.y + 84, box.w, high + 6), text, size, p.ink, bold=True, heading=True)
    p.shape(Box(box.x, box.y + 84 + high + 26, 56, 4), fill=mark)
    p.text(Box(box.x, box.y + 84 + high + 40, box.w, 56), speaker, 14, p.soft)


def agenda(p: Page, boxes: list[Box], items: list[tuple[str, str]], *, kind: str = "card") -> None:
    """Numbered chapters: title and what it holds."""
    for number, (box, (title, text)) in enumerate(zip(boxes, items, strict=False)):
        if kind == "card":
            p.shape(box, fill=p.card, radius=p.look.radius)
            inner = box.inset(24, 0)
        else:
            p.line((box.x, box.bottom), (box.right, box.bottom), p.hair, 1)
            inner = Box(box.x, box.y, box.w, box.h)
        p.text(
            Box(inner.x, box.y, 64, box.h),
            f"{number + 1:02d}",
            26,
            p.strong,
            bold=True,
            anchor="m",
            heading=True,
        )
        words = Box(inner.x + 74, box.y + 6, inner.w - 74, box.h - 12)
        if not text:
            p.text(words, title, 20, p.ink, bold=True, anchor="m")
            continue
        p.text(Box(words.x, words.y, words.w, words.h * 0.5), title, 20, p.ink, bold=True, anchor="b")
        p.text(Box(words.x, words.y + words.h * 0.5 + 2, words.w, words.h * 0.5 - 2), text, 14.5, p.soft)


def checklist(
    p: Page,
    box: Box,
    items: list[str],
    *,
    mark: str = "check",
    colour: str = "a1",
    size: float = 14,
    rules: bool = True,
) -> None:
    """Lines with a small icon; every line gets the same height."""
    for cell, text in zip(box.rows(len(items), 0), items, strict=True):
        spot = Box(cell.x, cell.cy - 13, 26, 26)
        icon(p, mark, spot, colour, 2)
        p.text(Box(cell.x + 40, cell.y + 3, cell.w - 40, cell.h - 6), text, size, p.ink, anchor="m")
        if rules and cell.bottom < box.bottom - 2:
            p.line((cell.x + 40, cell.bottom), (cell.right, cell.bottom), p.hair, 0.75)


def questions(
    p: Page,
    boxes: list[Box],
    items: list[tuple[str, str]],
    *,
    badge: str = "问",
    tones: list[str] | None = None,
) -> None:
    rooms = [
        (answer, Box(box.x + 74, box.y + 66, box.w - 98, box.h - 82))
        for box, (_, answer) in zip(boxes, items, strict=False)
    ]
    size = even_size(rooms, Ink(13), 17)
    for number, (box, (question, answer)) in enumerate(zip(boxes, items, strict=False)):
        colour = tone(number, tones or ["a1"])
        p.shape(box, fill=p.card, radius=p.look.radius)
        p.shape(
            Box(box.x + 20, box.y + 18, 38, 38),
            badge,
            fill=colour,
            radius=8,
            ink=Ink(15, WHITE, bold=True, align="c", anchor="m"),
        )
        p.text(Box(box.x + 74, box.y + 18, box.w - 94, 38), question, 18, p.ink, bold=True, anchor="m")
        p.text(rooms[number][1], answer, size, p.soft)


def before_after(
    p: Page, box: Box, before: tuple[str, list[str]], after: tuple[str, list[str]], *, size: float = 14
) -> None:
    """Two panels with an arrow: grey on the left, coloured on the right."""
    left, right = box.columns(2, 84)
    for cell, (title, lines), new in ((left, before, False), (right, after, True)):
        if new:
            p.shape(cell, grad=("a1", "a1-30", 60), radius=p.look.radius)
        else:
            p.shape(cell, fill=p.card, radius=p.look.radius)
        ink = WHITE if new else p.ink
        p.text(Box(cell.x + 28, cell.y + 22, cell.w - 56, 40), title, 20, ink, bold=True, anchor="m")
        p.line(
            (cell.x + 28, cell.y + 70), (cell.right - 28, cell.y + 70), f"{WHITE}@40" if new else p.hair, 1
        )
        rows = Box(cell.x + 28, cell.y + 80, cell.w - 56, cell.h - 96).rows(len(lines), 0)
        for row, line in zip(rows, lines, strict=True):
            icon(
                p,
                "check" if new else "alert",
                Box(row.x, row.cy - 12, 24, 24),
                f"{WHITE}@90" if new else "a3",
                2,
            )
            p.text(Box(row.x + 38, row.y, row.w - 38, row.h), line, size, ink if new else p.soft, anchor="m")
    arrow = Box(box.cx - 30, box.cy - 26, 60, 52)
    p.shape(arrow, geom="rightArrow", fill="a2", adj={"adj1": 50000, "adj2": 50000})


def callout(
    p: Page, box: Box, text: str, *, mark: str = "bulb", colour: str = "a2", size: float = 13.5
) -> None:
    """One sentence that matters, with an icon."""
    p.shape(box, fill=f"{colour}@14", radius=p.look.radius)
    p.shape(Box(box.x, box.y, 6, box.h), fill=colour)
    icon(p, mark, Box(box.x + 22, box.cy - 15, 30, 30), f"{colour}-15" if not p.dark else colour, 2.2)
    p.text(Box(box.x + 68, box.y + 6, box.w - 88, box.h - 12), text, size, p.ink, anchor="m")


def chip(
    p: Page, x: float, y: float, text: str, *, colour: str = "a1", solid: bool = False, size: float = 11.5
) -> float:
    """A rounded tag; answers where the next one may begin."""
    wide = text_width(text, size, bold=True) + 26
    p.shape(
        Box(x, y, wide, 28),
        text,
        fill=colour if solid else f"{colour}@15",
        radius=14,
        ink=Ink(
            size,
            WHITE if solid else (colour if p.dark else f"{colour}-25"),
            bold=True,
            align="c",
            anchor="m",
            wrap=False,
        ),
    )
    return x + wide + 10


def chips(p: Page, box: Box, words: list[str], *, colour: str = "a1", size: float = 11.5) -> None:
    """Tags that flow over several lines."""
    x, y = box.x, box.y
    for word in words:
        if x + text_width(word, size, bold=True) + 26 > box.right and x > box.x:
            x, y = box.x, y + 38
        x = chip(p, x, y, word, colour=colour, size=size)
