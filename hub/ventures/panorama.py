"""The product panorama as a drawing: a band for each layer, a box for each part in the colour of whoever brings it, a
line from a part to the one it plugs into. Pure geometry in user units; a template or a slide makes it visible.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.base.formats import listed
from hub.base.i18n import _

LABEL, BOX, HIGH, GAP, PAD = 112, 172, 56, 18, 18
ACROSS = 5  # boxes in a row of a band
COLOURS = 6
LINE = 11  # Chinese letters in a line of a box


@dataclass(frozen=True)
class Box:
    """A part. `lines` are at most two; `title` is the whole name, `tone` the colour of whoever brings it."""

    x: int
    y: int
    lines: tuple[tuple[str, int], ...]  # text and its base line
    title: str
    by: str
    tone: int


@dataclass(frozen=True)
class Band:
    """A layer across the whole width."""

    y: int
    height: int
    label: str


@dataclass(frozen=True)
class Drawing:
    """The whole panorama; `lines` are SVG paths, `legend` pairs of party and tone, `said` what a listener hears."""

    width: int
    height: int
    bands: tuple[Band, ...]
    boxes: tuple[Box, ...]
    lines: tuple[str, ...]
    legend: tuple[tuple[str, int], ...]
    said: str


def draw(parts: Sequence[Mapping[str, Any]], parties: Sequence[str] = ()) -> Drawing | None:
    """The drawing of these parts, parties coloured in the order given; None when there is nothing to draw."""
    if not parts:
        return None
    bringers = list(
        dict.fromkeys([*(p for p in parties if any(q["by"] == p for q in parts)), *(q["by"] for q in parts)])
    )
    tones = {name: n % COLOURS for n, name in enumerate(bringers)}
    layers: dict[str, list[Mapping[str, Any]]] = {}
    for part in parts:
        layers.setdefault(str(part.get("layer") or ""), []).append(part)
    widest = max(min(len(held), ACROSS) for held in layers.values())
    bands, boxes, y = [], {}, 0
    for layer, held in layers.items():
        height = PAD * 2 + -(-len(held) // ACROSS) * (HIGH + GAP) - GAP
        bands.append(Band(y, height, layer or _("其他")))
        for n, part in enumerate(held):
            place = (LABEL + PAD + n % ACROSS * (BOX + GAP), y + PAD + n // ACROSS * (HIGH + GAP))
            boxes[part["name"]] = _box(part, *place, tones[part["by"]])
        y += height + 10
    lines = [_line(boxes[p["name"]], boxes[p["into"]]) for p in parts if p.get("into") in boxes]
    said = listed(_("%(name)s：%(by)s") % {"name": p["name"], "by": p["by"]} for p in parts)
    width = LABEL + PAD * 2 + widest * (BOX + GAP) - GAP
    return Drawing(
        width, y - 10, tuple(bands), tuple(boxes.values()), tuple(lines), tuple(tones.items()), said
    )


def _box(part: Mapping[str, Any], x: int, y: int, tone: int) -> Box:
    name = str(part["name"])
    cut = _cut(name)
    lines = (name[:cut], _short(name[cut:].strip())) if cut < len(name) else (name,)
    bases = (y + 25, y + 43) if len(lines) > 1 else (y + 34,)
    return Box(x, y, tuple(zip(lines, bases, strict=True)), name, str(part["by"]), tone)


def _cut(name: str) -> int:
    """How many letters fit into a line; a Latin letter is about half as wide as a Chinese one."""
    taken = 0.0
    for n, letter in enumerate(name):
        taken += 1 if ord(letter) > 0x2E80 else 0.56  # noqa: PLR2004 - where the wide letters begin
        if taken > LINE:
            return n
    return len(name)


def _short(rest: str) -> str:
    cut = _cut(rest)
    return rest if cut >= len(rest) else rest[: cut - 1] + "…"


def _line(start: Box, end: Box) -> str:
    """From the edge of a box to the facing edge of the other, bent so that it is seen beside others."""
    x1, x2 = start.x + BOX // 2, end.x + BOX // 2
    if start.y == end.y:
        side = start.x + BOX if start.x < end.x else start.x
        other = end.x if start.x < end.x else end.x + BOX
        return f"M{side} {start.y + HIGH // 2}H{other}"
    y1, y2 = (start.y + HIGH, end.y) if start.y < end.y else (start.y, end.y + HIGH)
    middle = (y1 + y2) // 2
    return f"M{x1} {y1}C{x1} {middle} {x2} {middle} {x2} {y2}"
