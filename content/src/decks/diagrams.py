"""Blocks that show how things hang together: layers, steps, stairs, gantt, hub, flows, lanes, quadrant, funnel."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from .cards import WHITE, tone
from .geometry import Box
from .icons import icon
from .shapes import Ink, even_size

if TYPE_CHECKING:
    from .deck import Page


def layers(
    p: Page,
    box: Box,
    rows: list[tuple[str, list[str]]],
    *,
    colour: str = "a1",
    label: float = 150,
    solid: bool = False,
) -> None:
    """Architecture by layers, the upper lighter than the lower."""
    for number, (cell, (name, parts)) in enumerate(zip(box.rows(len(rows), 14), rows, strict=True)):
        p.shape(cell, fill=f"{colour}@{8 + number * 6}", radius=p.look.radius)
        if solid:
            p.shape(
                Box(cell.x, cell.y, label, cell.h),
                name,
                fill=f"{colour}-{number * 9}" if number else colour,
                radius=p.look.radius,
                ink=Ink(18, WHITE, bold=True, align="c", anchor="m"),
            )
        else:
            p.text(
                Box(cell.x + 26, cell.y, label - 26, cell.h),
                name,
                19,
                colour if p.dark else f"{colour}-10",
                bold=True,
                anchor="m",
            )
        room = Box(cell.x + label + 14, cell.y + 14, cell.w - label - 34, cell.h - 28)
        for part, text in zip(room.columns(len(parts), 14), parts, strict=True):
            fill = "bg@12" if p.dark and not p.look.night else ("tx@8" if p.dark else "bg")
            p.shape(
                part,
                text,
                fill=fill,
                line=colour,
                width=1.25,
                radius=6,
                ink=Ink(16, p.ink, align="c", anchor="m"),
                pad=4,
            )


def line_steps(
    p: Page, box: Box, items: list[tuple[str, str, str]], *, tones: list[str] | None = None
) -> None:
    """When, what, how: numbered dots on a line."""
    y = box.y + 74
    cells = box.columns(len(items), 20)
    p.line((cells[0].cx, y), (cells[-1].cx, y), p.hair if p.dark else "a1+55", 4)
    size = even_size(
        [
            (text, Box(0, 0, cell.w - 36, box.h - 200))
            for cell, (_, _, text) in zip(cells, items, strict=True)
        ],
        Ink(13, gap=4),
        17,
    )
    for number, (cell, (when, title, text)) in enumerate(zip(cells, items, strict=True)):
        colour = tone(number, tones or ["a1"])
        p.text(
            Box(cell.x, box.y, cell.w, 34),
            when,
            17,
            p.ink if p.dark else colour,
            bold=True,
            align="c",
            anchor="m",
        )
        p.shape(
            Box(cell.cx - 25, y - 25, 50, 50),
            str(number + 1),
            geom="ellipse",
            fill=colour,
            line="bg",
            width=4,
            ink=Ink(17, WHITE, bold=True, align="c", anchor="m"),
        )
        card = Box(cell.x, y + 50, cell.w, box.h - 124)
        p.shape(card, fill=p.card, radius=p.look.radius)
        p.text(
            Box(card.x + 16, card.y + 18, card.w - 32, 32), title, 19, p.ink, bold=True, align="c", anchor="m"
        )
        p.text(Box(card.x + 18, card.y + 64, card.w - 36, card.h - 76), text, size, p.soft, align="c", gap=4)


def chevrons(
    p: Page, box: Box, items: list[tuple[str, str]], *, high: float = 84, tones: list[str] | None = None
) -> None:
    """A row of arrows with the explanation below each."""
    cells = box.columns(len(items), 0)
    size = even_size(
        [
            (text, Box(0, 0, cell.w - 30, box.h - high - 22))
            for cell, (_, text) in zip(cells, items, strict=True)
        ],
        Ink(13.5, gap=5),
        17,
    )
    for number, (cell, (title, text)) in enumerate(zip(cells, items, strict=True)):
        colour = tone(
            number,
            tones
            or [
                f"a1+{max(0, 40 - number * 40 // max(1, len(items) - 1))}"
                if number < len(items) - 1
                else "a1"
            ],
        )
        arrow = Box(cell.x, cell.y, cell.w + 6, high)
        p.shape(
            arrow,
            title,
            geom="homePlate" if number == 0 else "chevron",
            fill=colour,
            adj={"adj": 28000},
            ink=Ink(16, WHITE, bold=True, align="c", anchor="m"),
            pad=(30, 4, 26, 4),
        )
        p.text(
            Box(cell.x + 10, cell.y + high + 22, cell.w - 30, box.h - high - 22), text, size, p.soft, gap=5
        )


def stairs(p: Page, box: Box, items: list[tuple[str, str, str]]) -> None:
    """Stages that climb: name, when, what."""
    cells = box.columns(len(items), 14)
    step = (box.h - 190) / max(1, len(items) - 1)
    size = even_size(
        [(text, Box(0, 0, cell.w - 36, 104)) for cell, (_, _, text) in zip(cells, items, strict=True)],
        Ink(12.5),
        16,
    )
    for number, (cell, (title, when, text)) in enumerate(zip(cells, items, strict=True)):
        top = box.bottom - 190 - number * step
        block = Box(cell.x, top, cell.w, box.bottom - top)
        p.shape(
            block,
            grad=(f"a1+{max(0, 30 - number * 10)}" if number < 3 else "a1", "a1-30", 90),
            radius=p.look.radius,
        )
        p.text(Box(block.x + 18, block.y + 16, block.w - 36, 26), when, 12.5, f"{WHITE}@85", bold=True)
        p.text(Box(block.x + 18, block.y + 42, block.w - 36, 32), title, 18, WHITE, bold=True)
        p.text(Box(block.x + 18, block.y + 80, block.w - 36, 104), text, size, f"{WHITE}@92")


def gantt(
    p: Page,
    box: Box,
    periods: list[str],
    rows: list[tuple[str, float, float, str]],
    *,
    label: float = 190,
    tones: list[str] | None = None,
) -> None:
    """Bars over periods: name, first and last position (in periods, 0 is the left edge), words on the bar."""
    room = Box(box.x + label, box.y, box.w - label, box.h)
    heads = room.columns(len(periods), 0)
    for cell, name in zip(heads, periods, strict=True):
        p.text(Box(cell.x, cell.y, cell.w, 34), name, 12.5, p.soft, bold=True, align="c", anchor="m")
        p.line((cell.x, box.y + 36), (cell.x, box.bottom), p.hair, 0.75, dash="dash")
    lines = Box(box.x, box.y + 40, box.w, box.h - 40).rows(len(rows), 0)
    for number, (line, (name, start, end, text)) in enumerate(zip(lines, rows, strict=True)):
        if number % 2 == 0:
            p.shape(line, fill=p.card)
        p.text(Box(line.x + 14, line.y, label - 24, line.h), name, 14, p.ink, bold=True, anchor="m")
        unit = room.w / len(periods)
        bar = Box(room.x + start * unit + 4, line.cy - 17, (end - start) * unit - 8, 34)
        p.shape(
            bar,
            text,
            fill=tone(number, tones),
            radius=8,
            ink=Ink(13, WHITE, bold=True, align="c", anchor="m"),
            pad=(6, 0, 6, 0),
        )


def hub(
    p: Page,
    box: Box,
    centre: str,
    nodes: list[tuple[str, str, str]],
    *,
    radius: float = 92,
    wide: float = 250,
    high: float = 104,
) -> None:
    """One thing in the middle and what it joins: icon, name, words. Nodes go round clockwise from the top left."""
    places = _around(box, len(nodes), wide, high)
    for cell in places:
        p.line((box.cx, box.cy), (cell.cx, cell.cy), p.hair if p.dark else "a1+55", 2, dash="dash")
    p.shape(
        Box(box.cx - radius - 20, box.cy - radius - 20, 2 * radius + 40, 2 * radius + 40),
        geom="ellipse",
        fill="a1@14",
    )
    p.shape(
        Box(box.cx - radius, box.cy - radius, 2 * radius, 2 * radius),
        centre,
        geom="ellipse",
        grad=("a1-35", "a1-60", 60) if p.look.night else ("a1", "a1-35", 60),
        ink=Ink(20, WHITE, bold=True, align="c", anchor="m"),
        pad=16,
        shadow=True,
    )
    for number, (cell, (name, title, text)) in enumerate(zip(places, nodes, strict=True)):
        colour = tone(number, ["a1", "a2", "a3"])
        p.shape(
            cell, fill="bg" if not p.dark else "bg+12", line=p.hair, width=1, radius=12, shadow=not p.dark
        )
        p.shape(Box(cell.x + 16, cell.cy - 24, 48, 48), geom="ellipse", fill=f"{colour}@18")
        icon(p, name, Box(cell.x + 28, cell.cy - 12, 24, 24), colour, 2)
        p.text(Box(cell.x + 78, cell.y + 12, cell.w - 90, 28), title, 17, p.ink, bold=True, anchor="m")
        p.text(Box(cell.x + 78, cell.y + 44, cell.w - 90, cell.h - 50), text, 13, p.soft)


def _around(box: Box, count: int, wide: float, high: float) -> list[Box]:
    """Half of the nodes down the left side and half down the right."""
    left = math.ceil(count / 2)
    columns = [(box.x, left), (box.right - wide, count - left)]
    out = []
    for x, rows in columns:
        gap = (box.h - rows * high) / max(1, rows - 1) if rows > 1 else 0
        start = box.y if rows > 1 else box.cy - high / 2
        out += [Box(x, start + n * (high + gap), wide, high) for n in range(rows)]
    return out


def flow(
    p: Page, boxes: list[Box], items: list[tuple[str, str, str]], *, tones: list[str] | None = None
) -> None:
    """Boxes with an icon, a name and words, joined by arrows from left to right."""
    for first, second in pairwise(boxes):
        p.line((first.right + 3, first.cy), (second.x - 3, second.cy), "a2", 2.5, arrow=True)
    size = even_size(
        [(text, Box(0, 0, box.w - 36, box.h - 104)) for box, (_, _, text) in zip(boxes, items, strict=True)],
        Ink(13, gap=5),
        17,
    )
    for number, (box, (name, title, text)) in enumerate(zip(boxes, items, strict=True)):
        colour = tone(number, tones or ["a1"])
        p.shape(box, fill=p.card, radius=p.look.radius)
        p.shape(Box(box.x, box.y, box.w, 72), grad=(colour, f"{colour}-20", 0), radius=p.look.radius)
        icon(p, name, Box(box.x + 16, box.y + 20, 32, 32), WHITE, 2.2)
        p.text(Box(box.x + 58, box.y, box.w - 66, 72), title, 16, WHITE, bold=True, anchor="m")
        p.text(Box(box.x + 18, box.y + 88, box.w - 36, box.h - 98), text, size, p.ink, gap=5)


def lanes(
    p: Page,
    box: Box,
    columns: list[str],
    rows: list[tuple[str, list[tuple[int, int, str]]]],
    *,
    label: float = 130,
) -> None:
    """Who does what when: lanes of boxes; each box is first column, columns covered, words."""
    room = Box(box.x + label, box.y, box.w - label, box.h)
    unit = room.w / len(columns)
    for n, name in enumerate(columns):
        p.shape(
            Box(room.x + n * unit + 3, box.y, unit - 6, 38),
            name,
            fill="a1",
            radius=6,
            ink=Ink(15, WHITE, bold=True, align="c", anchor="m"),
        )
    for number, (lane, (who, parts)) in enumerate(
        zip(Box(box.x, box.y + 50, box.w, box.h - 50).rows(len(rows), 10), rows, strict=True)
    ):
        colour = tone(number)
        p.shape(lane, fill=p.card, radius=p.look.radius)
        p.shape(
            Box(lane.x, lane.y, label - 14, lane.h),
            who,
            fill=f"{colour}@22",
            radius=p.look.radius,
            ink=Ink(15, p.ink, bold=True, align="c", anchor="m"),
            pad=8,
        )
        for start, span, text in parts:
            part = Box(room.x + start * unit + 8, lane.y + 12, span * unit - 16, lane.h - 24)
            p.shape(
                part,
                text,
                fill="bg",
                line=colour,
                width=1.5,
                radius=8,
                ink=Ink(15, "tx", align="c", anchor="m"),
                pad=8,
            )


def quadrant(
    p: Page, box: Box, axes: tuple[str, str, str, str], cells: list[tuple[str, str]], *, strong: int = 1
) -> None:
    """Two by two: left, right, bottom and top words of the axes; cells from top left in reading order."""
    room = Box(box.x + 44, box.y, box.w - 44, box.h - 40)
    for number, (cell, (title, text)) in enumerate(zip(room.grid(2, 2, 12), cells, strict=True)):
        if number == strong:
            p.shape(
                cell,
                grad=("a1-35", "a1-60", 60) if p.look.night else ("a1", "a1-30", 60),
                radius=p.look.radius,
            )
        else:
            p.shape(cell, fill=p.card, radius=p.look.radius)
        ink = WHITE if number == strong else p.ink
        p.text(Box(cell.x + 22, cell.y + 16, cell.w - 44, 30), title, 17, ink, bold=True)
        p.text(
            Box(cell.x + 22, cell.y + 52, cell.w - 44, cell.h - 62),
            text,
            15,
            ink if number == strong else p.soft,
            gap=3,
        )
    left, right, bottom, top = axes
    p.line((room.x, room.bottom + 14), (room.right, room.bottom + 14), p.soft, 1.5, arrow=True)
    p.line((room.x - 14, room.bottom), (room.x - 14, room.y), p.soft, 1.5, arrow=True)
    p.text(Box(room.x, room.bottom + 20, 300, 24), left, 12, p.soft)
    p.text(Box(room.right - 300, room.bottom + 20, 300, 24), right, 12, p.soft, align="r")
    p.text(
        Box(box.x - 16, room.bottom - 130, 40, 130),
        "\n".join(bottom),
        12,
        p.soft,
        align="c",
        anchor="b",
        spacing=0.85,
    )
    p.text(Box(box.x - 16, room.y, 40, 130), "\n".join(top), 12, p.soft, align="c", spacing=0.85)


def funnel(
    p: Page, box: Box, items: list[tuple[str, str]], *, narrow: float = 0.34, tones: list[str] | None = None
) -> None:
    """Bands that narrow: the figure in the band, the words at the right."""
    room = Box(box.x, box.y, box.w * 0.56, box.h)
    for number, (cell, (head, text)) in enumerate(zip(room.rows(len(items), 8), items, strict=True)):
        wide = room.w * (1 - (1 - narrow) * number / max(1, len(items) - 1))
        cut = room.w * (1 - narrow) / max(1, len(items) - 1) / 2
        colour = tone(number, tones or ["a1", "a1-12", "a1-24", "a1-36", "a1-48"])
        p.shape(
            Box(room.cx - wide / 2, cell.y, wide, cell.h),
            geom="trapezoid",
            flip=' flipV="1"',
            fill=colour,
            adj={"adj": int(min(cut / min(cell.h, wide), 0.9) * 100000)},
        )
        p.text(
            Box(room.cx - wide / 2 + cut * 0.6, cell.y, wide - cut * 1.2, cell.h),
            head,
            18,
            WHITE,
            bold=True,
            align="c",
            anchor="m",
        )
        p.line((room.cx + wide / 2 + 6, cell.cy), (box.x + box.w * 0.6, cell.cy), p.hair, 1, dash="dash")
        p.text(Box(box.x + box.w * 0.61, cell.y, box.w * 0.39, cell.h), text, 15.5, p.ink, anchor="m")


def ladder(
    p: Page, box: Box, items: list[tuple[str, str]], *, label: float = 150, tones: list[str] | None = None
) -> None:
    """A vertical time line: when on the left, what on the right."""
    x = box.x + label
    cells = box.rows(len(items), 0)
    p.line((x, cells[0].cy), (x, cells[-1].cy), p.hair if p.dark else "a1+55", 3)
    for number, (cell, (when, text)) in enumerate(zip(cells, items, strict=True)):
        colour = tone(number, tones or ["a1"])
        p.text(Box(box.x, cell.y, label - 24, cell.h), when, 17, colour, bold=True, align="r", anchor="m")
        p.shape(Box(x - 9, cell.cy - 9, 18, 18), geom="ellipse", fill="bg", line=colour, width=4)
        p.text(Box(x + 28, cell.y + 2, box.right - x - 28, cell.h - 4), text, 17, p.ink, anchor="m")
