"""Boxes in pixels on a page of 1280 x 720, and how wide a text will be before it is drawn.

One pixel is 9,525 EMU, so a page is the usual 16:9 slide of 13.33 x 7.5 inches. Widths of characters are estimated from
a table instead of a font file, so that the build gives the same bytes on every machine; the table errs on the wide side.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

EMU = 9525
WIDTH, HEIGHT = 1280, 720
# Noto Sans CJK is the tallest of the fonts that may stand in: 1.448 em a line.
LINE = 1.448


@dataclass(frozen=True)
class Box:
    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def cx(self) -> float:
        return self.x + self.w / 2

    @property
    def cy(self) -> float:
        return self.y + self.h / 2

    def inset(self, dx: float, dy: float | None = None) -> Box:
        dy = dx if dy is None else dy
        return Box(self.x + dx, self.y + dy, self.w - 2 * dx, self.h - 2 * dy)

    def moved(self, dx: float = 0, dy: float = 0) -> Box:
        return Box(self.x + dx, self.y + dy, self.w, self.h)

    def columns(self, count: int | list[float], gap: float = 24) -> list[Box]:
        """Boxes side by side; a list gives the share of each."""
        shares = [1.0] * count if isinstance(count, int) else count
        room = self.w - gap * (len(shares) - 1)
        out, x = [], self.x
        for share in shares:
            w = room * share / sum(shares)
            out.append(Box(x, self.y, w, self.h))
            x += w + gap
        return out

    def rows(self, count: int | list[float], gap: float = 24) -> list[Box]:
        """Boxes below each other; a list gives the share of each."""
        shares = [1.0] * count if isinstance(count, int) else count
        room = self.h - gap * (len(shares) - 1)
        out, y = [], self.y
        for share in shares:
            h = room * share / sum(shares)
            out.append(Box(self.x, y, self.w, h))
            y += h + gap
        return out

    def grid(self, columns: int, rows: int, gap: float = 24) -> list[Box]:
        """Boxes in reading order."""
        return [cell for row in self.rows(rows, gap) for cell in row.columns(columns, gap)]

    def top(self, h: float) -> Box:
        return Box(self.x, self.y, self.w, h)

    def below(self, h: float) -> Box:
        """What is left under the first `h` pixels."""
        return Box(self.x, self.y + h, self.w, self.h - h)


PAGE = Box(0, 0, WIDTH, HEIGHT)


def _em(char: str) -> float:
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    if char in "iljI.,:;'|! ":
        return 0.32
    if char in "mwMW%@":
        return 0.92
    if char.isupper():
        return 0.68
    return 0.58


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """Pixels that one line of text takes at `size` points."""
    return sum(map(_em, text)) * size * 4 / 3 * (1.03 if bold else 1)


_NO_START = "，。、；：？！）》”’%…—·"


def line_count(text: str, size: float, width: float, *, bold: bool = False) -> int:
    """Lines that a paragraph takes when wrapped as an office program wraps it: words whole, Chinese anywhere."""
    lines, used, word = 1, 0.0, 0.0
    for char in text:
        step = text_width(char, size, bold=bold)
        if char.isascii() and char != " ":
            word += step
            if used + word > width and used > 0:
                lines, used = lines + 1, 0.0
            continue
        used, word = used + word, 0.0
        if used + step > width and char not in _NO_START and char != " ":
            lines, used = lines + 1, 0.0
        used += step
    return lines if used + word <= width or used == 0 else lines + 1
