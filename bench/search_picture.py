"""The picture of bench/search.py: for each kind of question how long 95 of 100 answers take at most, library by
library, a line for each engine, on a scale by tens.
"""

import json
from html import escape
from math import log10
from pathlib import Path

COLOURS = {
    "whoosh (default)": "#1d4ed8",
    "tantivy": "#b45309",
    "ours on tantivy": "#9333ea",
    "postgres": "#0f766e",
}
WIDTH, HEIGHT, LEFT, TOP = 430, 250, 56, 70
INSIDE, DEEP = WIDTH - LEFT - 66, HEIGHT - 80
LEAST, MOST = 0.1, 1000.0

Kept = dict[str, dict[str, dict[str, float]]]
"""Library → engine → question → milliseconds."""


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" {more}>{escape(text)}</text>'


def _height(milliseconds: float) -> float:
    share = (log10(min(max(milliseconds, LEAST), MOST)) - log10(LEAST)) / (log10(MOST) - log10(LEAST))
    return DEEP * (1 - share)


def _size(library: str) -> tuple[bool, int]:
    """Assets before slides, the few before the many."""
    return library.endswith("slides"), int(library.split(maxsplit=1)[0].replace(",", ""))


def draw(path: Path, title: str, results: Path) -> None:
    """Write the picture of the results that were kept."""
    kept: Kept = json.loads(results.read_text("utf-8"))
    libraries = sorted(kept, key=_size)
    engines = [engine for engine in COLOURS if any(engine in found for found in kept.values())]
    questions = list(dict.fromkeys(q for found in kept.values() for times in found.values() for q in times))
    parts = [_text(16, 26, title, 'font-weight="600" font-size="16"')]
    for number, engine in enumerate(engines):
        x = 16 + number * 160
        parts.append(f'<rect x="{x}" y="40" width="12" height="12" fill="{COLOURS[engine]}"/>')
        parts.append(_text(x + 18, 51, engine))
    for number, question in enumerate(questions):
        x, y = number % 2 * WIDTH, TOP + number // 2 * HEIGHT
        parts += [f'<g transform="translate({x} {y})">', *_panel(question, kept, libraries, engines), "</g>"]
    high = TOP + (len(questions) + 1) // 2 * HEIGHT
    whole = "\n".join(parts)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * WIDTH} {high}" font-family="sans-serif" '
        f'font-size="13"><rect width="100%" height="100%" fill="#fff"/>\n{whole}\n</svg>\n',
        encoding="utf-8",
    )


def _panel(question: str, kept: Kept, libraries: list[str], engines: list[str]) -> list[str]:
    """One kind of question: a grid, and the line of each engine with its figures."""
    places = {name: LEFT + (INSIDE * at / max(len(libraries) - 1, 1)) for at, name in enumerate(libraries)}
    parts = [_text(16, 16, question, 'font-weight="600"'), '<g transform="translate(0 28)">']
    for tick in (0.1, 1, 10, 100, 1000):
        y = _height(tick)
        parts.append(f'<path d="M{LEFT} {y:.0f}H{LEFT + INSIDE}" stroke="#e4e4e7"/>')
        parts.append(
            _text(LEFT - 6, y + 4, f"{tick:g} ms", 'fill="#71717a" font-size="11" text-anchor="end"')
        )
    for name, x in places.items():
        number, kind = name.split()
        parts.append(_text(x, DEEP + 16, number, 'fill="#71717a" font-size="11" text-anchor="middle"'))
        parts.append(_text(x, DEEP + 29, kind, 'fill="#71717a" font-size="11" text-anchor="middle"'))
    for engine in engines:
        parts += _line(
            COLOURS[engine], [(places[n], kept[n][engine][question]) for n in libraries if engine in kept[n]]
        )
    return [*parts, "</g>"]


def _line(colour: str, points: list[tuple[float, float]]) -> list[str]:
    way = "L".join(f"{x:.1f} {_height(value):.1f}" for x, value in points)
    dots = [f'<circle cx="{x:.1f}" cy="{_height(value):.1f}" r="3" fill="{colour}"/>' for x, value in points]
    x, last = points[-1]
    label = _text(x + 7, _height(last) + 4, f"{last:.2g} ms", f'fill="{colour}" font-size="11"')
    return [f'<path d="M{way}" fill="none" stroke="{colour}" stroke-width="2"/>', *dots, label]
