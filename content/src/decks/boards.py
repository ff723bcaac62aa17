"""Blocks that look like software or measure something: dashboards, gauges, progress, heat maps, bills."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .cards import WHITE, tone
from .charts import Style, chart
from .geometry import Box
from .shapes import Ink

if TYPE_CHECKING:
    from .deck import Page

NIGHT, PANEL, DIM = "#0F172A", "#1E293B", "#94A3B8"


def screen(p: Page, box: Box, title: str, *, note: str = "示意画面") -> Box:
    """A dark software window; answers the room inside."""
    p.shape(box, fill=NIGHT, radius=14, shadow=True)
    for n, colour in enumerate(("#F87171", "#FBBF24", "#34D399")):
        p.shape(Box(box.x + 20 + n * 18, box.y + 16, 10, 10), geom="ellipse", fill=colour)
    p.text(Box(box.x + 90, box.y + 8, box.w - 220, 26), title, 12, "#E2E8F0", bold=True, anchor="m")
    p.text(Box(box.right - 150, box.y + 8, 130, 26), note, 10.5, DIM, align="r", anchor="m")
    return Box(box.x + 18, box.y + 42, box.w - 36, box.h - 60)


def screen_tiles(p: Page, boxes: list[Box], items: list[tuple[str, str]]) -> None:
    for box, (label, value) in zip(boxes, items, strict=True):
        p.shape(box, fill=PANEL, radius=8)
        p.text(Box(box.x + 16, box.y + 10, box.w - 32, 22), label, 11, DIM)
        p.text(Box(box.x + 16, box.y + 32, box.w - 32, box.h - 38), value, 19, WHITE, bold=True, anchor="m")


def screen_curve(
    p: Page,
    box: Box,
    title: str,
    hours: list[str],
    series: dict[str, list[float | None]],
    descr: str,
    colours: tuple[str, ...],
) -> None:
    """A native line chart in a dark panel."""
    p.shape(box, fill=PANEL, radius=8)
    p.text(Box(box.x + 16, box.y + 8, box.w - 32, 24), title, 11, DIM)
    style = Style(colours=colours, legend=None, size=9, width=2.5)
    was = p.soft, p.hair, p.ink
    p.soft, p.hair, p.ink = DIM, "#334155", WHITE
    chart(p, Box(box.x + 8, box.y + 32, box.w - 16, box.h - 38), "smooth", hours, series, descr, style)
    p.soft, p.hair, p.ink = was


def screen_bars(p: Page, box: Box, title: str, items: list[tuple[str, float]], *, colour: str = "a2") -> None:
    p.shape(box, fill=PANEL, radius=8)
    p.text(Box(box.x + 16, box.y + 8, box.w - 32, 24), title, 11, DIM)
    for row, (name, share) in zip(
        Box(box.x + 16, box.y + 38, box.w - 32, box.h - 52).rows(len(items), 8), items, strict=True
    ):
        p.text(Box(row.x, row.y, row.w - 60, 20), name, 10.5, "#E2E8F0")
        p.text(Box(row.right - 60, row.y, 60, 20), f"{share:.0%}", 10.5, DIM, align="r")
        track = Box(row.x, row.y + 22, row.w, 7)
        p.shape(track, fill="#334155", radius=3.5)
        p.shape(Box(track.x, track.y, max(track.w * share, 7), 7), fill=colour, radius=3.5)


def progress(
    p: Page,
    box: Box,
    items: list[tuple[str, float, str]],
    *,
    tones: list[str] | None = None,
    label: float = 200,
) -> None:
    """Bars with words: name, share of the full width from 0 to 1, what stands at the end."""
    for number, (row, (name, share, text)) in enumerate(zip(box.rows(len(items), 14), items, strict=True)):
        colour = tone(number, tones or ["a1"])
        p.text(Box(row.x, row.y, label - 16, row.h), name, 14, p.ink, bold=True, anchor="m")
        track = Box(row.x + label, row.cy - 11, row.w - label - 120, 22)
        p.shape(track, fill=p.card, radius=11)
        p.shape(Box(track.x, track.y, max(track.w * share, 22), 22), fill=colour, radius=11)
        p.text(Box(row.right - 108, row.y, 108, row.h), text, 15, colour, bold=True, anchor="m")


def ring(p: Page, box: Box, share: float, text: str, label: str, *, colour: str = "a1") -> None:
    """A gauge: share of the circle from 0 to 1, the figure inside and words below."""
    side = min(box.w, box.h - 44)
    circle = Box(box.cx - side / 2, box.y, side, side)
    p.shape(circle, geom="donut", fill=p.card if not p.dark else p.hair, adj={"adj": 11000})
    end = int(((share * 360 + 270) % 360) * 60000)
    p.shape(
        circle,
        geom="blockArc",
        fill=colour,
        adj={"adj1": 16200000, "adj2": end, "adj3": 11000},
        name=f"占比 {share:.0%}",
    )
    p.text(
        circle.inset(side * 0.14, side * 0.3),
        text,
        26,
        p.ink,
        bold=True,
        align="c",
        anchor="m",
        heading=True,
        shrink=0.5,
    )
    p.text(Box(box.x, circle.bottom + 10, box.w, 34), label, 13, p.soft, align="c")


def heat(
    p: Page,
    box: Box,
    columns: list[str],
    rows: list[str],
    values: list[list[float]],
    *,
    colour: str = "a1",
    label: float = 70,
) -> None:
    """Cells whose strength is a value from 0 to 1."""
    room = Box(box.x + label, box.y + 26, box.w - label, box.h - 26)
    for n, (cell, name) in enumerate(zip(room.columns(len(columns), 3), columns, strict=True)):
        if name or n == 0:
            p.text(Box(cell.x - 10, box.y, cell.w + 20, 24), name or " ", 10, p.soft, align="c", anchor="m")
    for line, name, row in zip(room.rows(len(rows), 3), rows, values, strict=True):
        p.text(Box(box.x, line.y, label - 10, line.h), name, 12, p.soft, anchor="m", align="r")
        for cell, value in zip(line.columns(len(columns), 3), row, strict=True):
            p.shape(cell, fill=f"{colour}@{int(8 + value * 90)}", name=f"{name} {value:.2f}")


def sheet_of_paper(
    p: Page, box: Box, title: str, number: str, lines: list[tuple[str, str]], total: tuple[str, str]
) -> None:
    """A bill or a record drawn as paper: lines of words and amounts, the total below a rule."""
    p.shape(box, fill="#FFFFFF", line="#CBD5E1", width=1, shadow=True)
    p.shape(Box(box.x, box.y, box.w, 8), fill="a1")
    dark, grey = "#1E293B", "#64748B"
    p.text(Box(box.x + 26, box.y + 22, box.w - 52, 30), title, 17, dark, bold=True, anchor="m")
    p.text(Box(box.x + 26, box.y + 52, box.w - 52, 22), number, 10.5, grey)
    p.line((box.x + 26, box.y + 82), (box.right - 26, box.y + 82), "#CBD5E1", 1)
    rows = Box(box.x + 26, box.y + 88, box.w - 52, box.h - 88 - 74).rows(len(lines), 0)
    for row, (name, amount) in zip(rows, lines, strict=True):
        p.text(Box(row.x, row.y, row.w * 0.7, row.h), name, 12.5, grey, anchor="m")
        p.text(Box(row.x + row.w * 0.6, row.y, row.w * 0.4, row.h), amount, 13, dark, align="r", anchor="m")
    p.shape(Box(box.x + 14, box.bottom - 66, box.w - 28, 50), fill="a1@12", radius=8)
    p.text(Box(box.x + 26, box.bottom - 66, box.w * 0.5, 50), total[0], 14, dark, bold=True, anchor="m")
    p.text(
        Box(box.x + box.w * 0.4, box.bottom - 66, box.w * 0.6 - 30, 50),
        total[1],
        20,
        "a1",
        bold=True,
        align="r",
        anchor="m",
    )


def phone(p: Page, box: Box) -> Box:
    """A phone; answers its screen."""
    p.shape(box, fill="#0F172A", radius=30, shadow=True)
    glass = box.inset(9)
    p.shape(glass, fill="#F8FAFC", radius=22)
    p.shape(Box(box.cx - 36, box.y + 15, 72, 14), fill="#0F172A", radius=7)
    return Box(glass.x + 14, glass.y + 34, glass.w - 28, glass.h - 50)


def price_cards(
    p: Page, boxes: list[Box], items: list[tuple[str, str, str, list[str]]], *, best: int = 1
) -> None:
    """Packages: name, price, unit, what is in it; the best one stands out."""
    for number, (box, (name, price, unit, lines)) in enumerate(zip(boxes, items, strict=True)):
        chosen = number == best
        cell = Box(box.x, box.y - (14 if chosen else 0), box.w, box.h + (14 if chosen else 0))
        if chosen:
            p.shape(cell, grad=("a1", "a1-30", 60), radius=14, shadow=True)
        else:
            p.shape(cell, fill="bg", line=p.hair, width=1.25, radius=14)
        ink, soft = (WHITE, f"{WHITE}@88") if chosen else (p.ink, p.soft)
        p.text(Box(cell.x + 28, cell.y + 24, cell.w - 56, 30), name, 18, ink, bold=True)
        if chosen:
            p.shape(
                Box(cell.right - 116, cell.y + 24, 88, 28),
                "多数园区选",
                fill="a3",
                radius=14,
                ink=Ink(11, WHITE, bold=True, align="c", anchor="m", wrap=False),
            )
        p.text(
            Box(cell.x + 28, cell.y + 62, cell.w - 56, 62),
            price,
            36,
            ink,
            bold=True,
            anchor="m",
            heading=True,
        )
        p.text(Box(cell.x + 28, cell.y + 124, cell.w - 56, 24), unit, 12, soft)
        p.line(
            (cell.x + 28, cell.y + 158),
            (cell.right - 28, cell.y + 158),
            f"{WHITE}@35" if chosen else p.hair,
            1,
        )
        rows = Box(cell.x + 28, cell.y + 166, cell.w - 56, cell.h - 184).rows(len(lines), 0)
        for row, line in zip(rows, lines, strict=True):
            p.text(row, line, 13.5, ink, anchor="m")
