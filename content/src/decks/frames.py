"""The heads of content pages and the motifs of covers: what makes two decks look like two decks.

A frame draws on a layout and says where the title, the small line above it and the content go.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .geometry import HEIGHT, PAGE, WIDTH, Box
from .shapes import Ink, Pen

if TYPE_CHECKING:
    from collections.abc import Callable

    from .palette import Look


_KICKER = Ink(12, "a1", bold=True)


@dataclass(frozen=True)
class Spots:
    """Where a layout's parts are; None means that the layout has no such part. `dark`: the content lies on dark ground."""

    title: Box
    title_ink: Ink
    area: Box
    kicker: Box | None = None
    kicker_ink: Ink = _KICKER
    footer: bool = True
    dark: bool = False


def _footer(pen: Pen, look: Look, left: float = 56, colour: str = "tx2", *, rule: bool = True) -> None:
    if rule:
        pen.line((left, 676), (WIDTH - 56, 676), "tx2+70", 0.75)
    pen.text(Box(left, 683, 500, 22), look.footer, 9, colour, bold=True, anchor="m")


def underline(pen: Pen, look: Look) -> Spots:
    pen.shape(Box(56, 104, 84, 6), fill="a1")
    _footer(pen, look)
    return Spots(
        Box(56, 44, 1168, 54),
        Ink(27, "tx", bold=True, anchor="m", heading=True),
        Box(56, 136, 1168, 520),
        Box(56, 24, 900, 24),
    )


def rail(pen: Pen, look: Look) -> Spots:
    pen.shape(Box(0, 0, 40, HEIGHT), grad=("a1-25", "a1", 90))
    for n in range(7):
        pen.shape(Box(14, 430 + n * 36, 12, 12), geom="ellipse", fill=f"bg@{18 + n * 9}")
    pen.shape(Box(40, 0, 6, 118), fill="a2")
    _footer(pen, look, 84, rule=False)
    return Spots(
        Box(84, 50, 1140, 54),
        Ink(27, "tx", bold=True, anchor="m", heading=True),
        Box(84, 132, 1140, 532),
        Box(84, 28, 900, 24),
    )


def band(pen: Pen, look: Look) -> Spots:
    pen.shape(Box(0, 0, WIDTH, 108), grad=("a1-35", "a1", 0))
    pen.path(Box(900, 0, 380, 108), ["M 120 0 L 380 0 L 380 108 L 0 108 Z"], grid=(380, 108), fill="bg@7")
    pen.path(Box(1040, 0, 240, 108), ["M 110 0 L 240 0 L 240 108 L 0 108 Z"], grid=(240, 108), fill="bg@8")
    pen.shape(Box(0, 108, WIDTH, 5), fill="a2")
    _footer(pen, look, rule=False)
    return Spots(
        Box(56, 42, 1130, 52),
        Ink(26, "bg", bold=True, anchor="m", heading=True),
        Box(56, 140, 1168, 518),
        Box(56, 20, 900, 24),
        Ink(11.5, "bg@85", bold=True),
    )


def paper(pen: Pen, look: Look) -> Spots:
    """Editorial: a warm sheet, thin double rule, the small line first."""
    pen.line((56, 34), (1224, 34), "tx", 2)
    pen.line((56, 39), (1224, 39), "tx", 0.75)
    pen.shape(Box(1112, 34, 112, 8), fill="a1")
    _footer(pen, look)
    return Spots(
        Box(56, 74, 1168, 52),
        Ink(28, "tx", bold=True, anchor="m", heading=True),
        Box(56, 146, 1168, 512),
        Box(56, 50, 900, 24),
    )


def sheet(pen: Pen, look: Look) -> Spots:
    """A tinted ground with one big white sheet."""
    pen.shape(Box(36, 112, 1208, 556), fill="bg", radius=18, shadow=True)
    pen.shape(Box(36, 46, 10, 44), fill="a1", radius=5)
    pen.text(Box(40, 684, 500, 22), look.footer, 9, "tx2", bold=True, anchor="m")
    return Spots(
        Box(62, 44, 1160, 48),
        Ink(26, "tx", bold=True, anchor="m", heading=True),
        Box(64, 136, 1152, 508),
        Box(62, 20, 900, 24),
    )


def midnight(pen: Pen, look: Look) -> Spots:
    """Dark ground with a faint grid and a glow; for looks with `night`."""
    for n in range(1, 16):
        pen.line((n * 80, 0), (n * 80, HEIGHT), "tx@4", 0.75)
    for n in range(1, 9):
        pen.line((0, n * 80), (WIDTH, n * 80), "tx@4", 0.75)
    pen.shape(Box(56, 60, 6, 40), fill="a1", radius=3)
    pen.text(Box(56, 683, 500, 22), look.footer, 9, "tx2", bold=True, anchor="m")
    pen.shape(Box(0, 714, WIDTH, 6), grad=("a1", "a2", 0))
    return Spots(
        Box(78, 52, 1146, 56),
        Ink(27, "tx", bold=True, anchor="m", heading=True),
        Box(56, 136, 1168, 524),
        Box(78, 28, 900, 24),
        dark=True,
    )


def corner(pen: Pen, look: Look) -> Spots:
    """A coloured corner with the page motif, the title beside it."""
    pen.path(Box(0, 0, 180, 128), ["M 0 0 L 180 0 L 104 128 L 0 128 Z"], grid=(180, 128), fill="a1")
    pen.path(Box(120, 0, 100, 128), ["M 76 0 L 100 0 L 24 128 L 0 128 Z"], grid=(100, 128), fill="a2")
    pen.shape(Box(0, 709, WIDTH, 11), fill="a1+80")
    pen.text(Box(56, 683, 500, 22), look.footer, 9, "tx2", bold=True, anchor="m")
    return Spots(
        Box(228, 54, 996, 54),
        Ink(26, "tx", bold=True, anchor="m", heading=True),
        Box(56, 148, 1168, 520),
        Box(228, 30, 900, 24),
    )


def centred(pen: Pen, look: Look) -> Spots:
    pen.shape(Box(0, 0, WIDTH, 10), grad=("a1", "a2", 0))
    for side in (-1, 1):
        pen.line((640 + side * 18, 112), (640 + side * 90, 112), "a1+50", 1.5)
    pen.shape(Box(633, 105, 14, 14), geom="diamond", fill="a1")
    _footer(pen, look)
    return Spots(
        Box(140, 48, 1000, 52),
        Ink(27, "tx", bold=True, align="c", anchor="m", heading=True),
        Box(56, 140, 1168, 520),
        Box(340, 26, 600, 24),
        Ink(12, "a1", bold=True, align="c"),
    )


def ribbon(pen: Pen, look: Look) -> Spots:
    """The small line sits in a ribbon tab at the edge; a dotted rule under the title."""
    pen.path(Box(0, 36, 250, 34), ["M 0 0 L 250 0 L 232 17 L 250 34 L 0 34 Z"], grid=(250, 34), fill="a1")
    pen.line((56, 132), (1224, 132), "a1+40", 2, dash="sysDot")
    pen.shape(Box(0, 706, WIDTH, 14), fill="a1")
    pen.shape(Box(0, 706, 220, 14), fill="a2")
    pen.text(Box(56, 683, 500, 22), look.footer, 9, "tx2", bold=True, anchor="m")
    return Spots(
        Box(56, 76, 1168, 50),
        Ink(27, "tx", bold=True, anchor="m", heading=True),
        Box(56, 152, 1168, 514),
        Box(24, 41, 200, 24),
        Ink(11.5, "#FFFFFF", bold=True),
    )


def slab(pen: Pen, look: Look) -> Spots:
    """A heavy dark slab on the left of the title, like a plate riveted to the page."""
    pen.shape(Box(0, 0, WIDTH, 96), fill="tx")
    pen.shape(Box(0, 92, WIDTH, 8), grad=("a1", "a2", 0))
    for n in range(5):
        pen.path(
            Box(1120 + n * 30, 0, 40, 92),
            ["M 24 0 L 40 0 L 16 92 L 0 92 Z"],
            grid=(40, 92),
            fill=f"a2@{14 + n * 12}",
        )
    _footer(pen, look, rule=False)
    return Spots(
        Box(56, 36, 1040, 48),
        Ink(25, "bg", bold=True, anchor="m", heading=True),
        Box(56, 128, 1168, 532),
        Box(56, 16, 900, 22),
        Ink(11, "a2+20", bold=True),
    )


FRAMES: dict[str, Callable[[Pen, Look], Spots]] = {
    f.__name__: f for f in (underline, rail, band, paper, sheet, midnight, corner, centred, ribbon, slab)
}


def _rings(pen: Pen, colour: str) -> None:
    for n in range(6):
        r = 60 + n * 40
        pen.shape(
            Box(900 + n * 60 - r, 120 + n * 70 - r, 2 * r, 2 * r),
            geom="ellipse",
            line=f"{colour}@20",
            width=2,
        )


def _waves(pen: Pen, colour: str) -> None:
    for n in range(7):
        y = 330 + n * 34
        pen.path(
            Box(420, 0, 860, HEIGHT),
            [
                f"M 0 {720} C 220 {y + 60} 300 {y - 190} 520 {y - 60} C 640 {y + 10} 720 {y - 220} 860 {y - 300}"
            ],
            grid=(860, 720),
            line=f"{colour}@{12 + n * 5}",
            width=2,
            name="曲线",
        )


def _dots(pen: Pen, colour: str) -> None:
    for row in range(9):
        for column in range(12):
            near = max(0.0, 1 - math.dist((column, row), (9, 3)) / 9)
            r = 2 + near * 8
            pen.shape(
                Box(740 + column * 44 - r, 90 + row * 62 - r, 2 * r, 2 * r),
                geom="ellipse",
                fill=f"{colour}@{int(12 + near * 40)}",
            )


def _bars(pen: Pen, colour: str) -> None:
    for n, h in enumerate((150, 210, 180, 270, 330, 300, 400, 470, 560)):
        pen.shape(Box(700 + n * 64, HEIGHT - h, 44, h), grad=(f"{colour}@34", f"{colour}@4", 90))


def _mosaic(pen: Pen, colour: str) -> None:
    for n in range(56):
        row, column = divmod(n, 8)
        if (row * 5 + column * 3) % 7 < 1 + column * 0.6:
            pen.shape(
                Box(640 + column * 80, row * 80 + 80 - 80, 78, 78),
                fill=f"{colour}@{6 + (row * 7 + column * 5) % 17}",
            )


def _facets(pen: Pen, colour: str) -> None:
    for n, path in enumerate(
        (
            "M 300 0 L 640 0 L 640 260 Z",
            "M 300 0 L 640 260 L 180 430 Z",
            "M 640 260 L 640 720 L 420 720 Z",
            "M 180 430 L 640 260 L 420 720 Z",
            "M 180 430 L 420 720 L 0 720 Z",
        )
    ):
        pen.path(Box(640, 0, 640, 720), [path], grid=(640, 720), fill=f"{colour}@{6 + n * 4}")


def _circuit(pen: Pen, colour: str) -> None:
    for n in range(9):
        y = 90 + n * 66
        turn = 760 + (n * 97) % 240
        pen.path(
            Box(600, 0, 680, 720),
            [f"M 680 {y} L {turn - 500} {y} L {turn - 560} {y + 40} L {max(60, turn - 700)} {y + 40}"],
            grid=(680, 720),
            line=f"{colour}@26",
            width=2,
            name="线路",
        )
        x = 600 + max(60, turn - 700)
        pen.shape(Box(x - 6, y + 34, 12, 12), geom="ellipse", fill=f"{colour}@50")


MOTIFS: dict[str, Callable[[Pen, str], None]] = {
    "rings": _rings,
    "waves": _waves,
    "dots": _dots,
    "bars": _bars,
    "mosaic": _mosaic,
    "facets": _facets,
    "circuit": _circuit,
}


def cover(pen: Pen, look: Look) -> Spots:
    MOTIFS[look.cover](pen, "tx" if look.night else "bg")
    pen.shape(Box(72, 428, 120, 8), fill="a2")
    white = "tx" if look.night else "bg"
    return Spots(
        Box(72, 226, 760, 132),
        Ink(44, white, bold=True, anchor="b", spacing=0.85, heading=True),
        PAGE,
        Box(72, 370, 760, 44),
        Ink(18, f"{white}@88"),
        footer=False,
        dark=True,
    )


def section(pen: Pen, look: Look) -> Spots:
    white = "tx" if look.night else "bg"
    MOTIFS[look.cover](pen, white)
    pen.shape(Box(0, 0, 24, HEIGHT), fill="a2")
    return Spots(
        Box(96, 300, 900, 80),
        Ink(38, white, bold=True, anchor="m", heading=True),
        Box(96, 420, 900, 220),
        Box(96, 250, 700, 40),
        Ink(16, "a2+40", bold=True),
        footer=False,
        dark=True,
    )


def split(pen: Pen, look: Look) -> Spots:
    """A coloured left third with the title in it; content to the right."""
    pen.shape(Box(0, 0, 400, HEIGHT), grad=("a1-70", "a1-42", 60) if look.night else ("a1-40", "a1", 60))
    for n in range(4):
        r = 90 + n * 60
        pen.shape(Box(60 - r, 700 - r, 2 * r, 2 * r), geom="ellipse", line="#FFFFFF@14", width=2)
    pen.shape(Box(48, 86, 56, 6), fill="a2")
    return Spots(
        Box(48, 108, 312, 150),
        Ink(28, "#FFFFFF", bold=True, spacing=0.88, heading=True),
        Box(440, 56, 784, 604),
        Box(48, 52, 312, 26),
        Ink(12, "#FFFFFF@85", bold=True),
    )


def night(pen: Pen, look: Look) -> Spots:
    """A dark page inside a light deck: dashboards, quotes, one big number."""
    pen.shape(Box(56, 100, 64, 5), fill="a2")
    white = "tx" if look.night else "bg"
    return Spots(
        Box(56, 44, 1168, 52),
        Ink(26, white, bold=True, anchor="m", heading=True),
        Box(56, 130, 1168, 530),
        Box(56, 24, 900, 24),
        Ink(12, "a2+30", bold=True),
        dark=True,
    )


def picture(pen: Pen, look: Look) -> Spots:
    """A wide picture on top, a title and text below."""
    pen.shape(Box(0, 330, WIDTH, 6), fill="a1")
    pen.text(Box(56, 683, 500, 22), look.footer, 9, "tx2", bold=True, anchor="m")
    return Spots(
        Box(56, 376, 440, 100),
        Ink(26, "tx", bold=True, spacing=0.9, heading=True),
        Box(540, 366, 684, 296),
        Box(56, 350, 440, 24),
    )


def closing(pen: Pen, look: Look) -> Spots:
    white = "tx" if look.night else "bg"
    MOTIFS[look.cover](pen, white)
    # A veil keeps the words on the motif readable.
    pen.shape(PAGE, fill="bg@62" if look.night else "tx@45")
    pen.shape(Box(72, 132, 84, 6), fill="a2")
    return Spots(
        Box(72, 62, 1100, 60),
        Ink(32, white, bold=True, anchor="m", heading=True),
        Box(72, 176, 1136, 470),
        None,
        footer=False,
        dark=True,
    )


OTHERS: dict[str, Callable[[Pen, Look], Spots]] = {
    f.__name__: f for f in (cover, section, split, night, picture, closing)
}
