"""The picture of bench/search.py: one bar for each engine and kind of question, on a scale by tens."""

from collections.abc import Mapping
from html import escape
from math import log10
from pathlib import Path

WIDTH, LEFT, BAR, GAP = 900, 300, 16, 14
LEAST, MOST = 0.1, 1000.0
COLOURS = ("#1d4ed8", "#9333ea", "#0f766e", "#b45309")


def _at(milliseconds: float) -> float:
    share = (log10(min(max(milliseconds, LEAST), MOST)) - log10(LEAST)) / (log10(MOST) - log10(LEAST))
    return LEFT + share * (WIDTH - LEFT - 70)


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" {more}>{escape(text)}</text>'


def draw(path: Path, title: str, rows: Mapping[str, Mapping[str, float]]) -> None:
    """Write the picture; `rows` is question → engine → milliseconds."""
    engines = list(dict.fromkeys(name for row in rows.values() for name in row))
    top = 64
    height = top + sum(len(row) * BAR + GAP for row in rows.values()) + 16
    parts = [_text(16, 26, title, 'font-weight="600" font-size="16"')]
    for number, name in enumerate(engines):
        parts.append(
            f'<rect x="{LEFT + number * 150}" y="36" width="12" height="12" fill="{COLOURS[number]}"/>'
        )
        parts.append(_text(LEFT + number * 150 + 18, 47, name))
    for tick in (0.1, 1, 10, 100, 1000):
        parts.append(f'<path d="M{_at(tick):.0f} {top - 6}V{height - 10}" stroke="#d4d4d8"/>')
        parts.append(_text(_at(tick) + 3, height - 2, f"{tick:g} ms", 'fill="#71717a" font-size="11"'))
    y = top
    for question, row in rows.items():
        parts.append(_text(16, y + len(row) * BAR / 2 + 4, question))
        for name, value in row.items():
            parts.append(
                f'<rect x="{LEFT}" y="{y}" width="{max(_at(value) - LEFT, 1):.1f}" height="{BAR - 3}" '
                f'fill="{COLOURS[engines.index(name)]}"/>'
            )
            parts.append(_text(_at(value) + 5, y + 11, f"{value:.2g}", 'font-size="11"'))
            y += BAR
        y += GAP
    whole = "\n".join(parts)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" '
        f'font-size="13"><rect width="100%" height="100%" fill="#fff"/>\n{whole}\n</svg>\n',
        encoding="utf-8",
    )
