"""A short text that says what a slide shows, to know it again when its marks are lost and to see that it
was changed.

Made of five fields joined by colons: a version digit; sums of the texts, of the pictures and of the chart
values, none of which depend on order; the boxes of the shapes in 200ths of the slide; and a *sketch* of the
text, by which slides of mostly equal text are found alike (one-permutation min-hash over three-character
pieces).
"""

import base64
import hashlib
import re
import unicodedata
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from hub.base.errors import HubError
from hub.slides import content, names
from hub.slides.deck import Source

_VERSION = "1"
_STEPS = 200
_MOST_BOXES = 24
_BUCKETS = 24
_PIECE = 3
_EMPTY = 0xFFFF
_SPACE = re.compile(r"[\s\u200b\ufeff_]+")
_A, _R = f"{{{names.A}}}", f"{{{names.R}}}"
_C = f"{{{names.C}}}"
_NOTHING = "0"


@dataclass(frozen=True)
class Fingerprint:
    """A parsed fingerprint. Sums are '0' where a slide has nothing of the sort."""

    texts: str
    pictures: str
    charts: str
    boxes: bytes
    sketch: tuple[int, ...]

    def __str__(self) -> str:
        sketch = b"".join(value.to_bytes(2, "big") for value in self.sketch)
        fields = (_VERSION, self.texts, self.pictures, self.charts, _base64(self.boxes), _base64(sketch))
        return ":".join(fields)

    @property
    def says_something(self) -> bool:
        return {self.texts, self.pictures, self.charts} != {_NOTHING}


def parse(text: str) -> Fingerprint | None:
    """The fingerprint a text stands for; None if it is none of this version."""
    fields = text.split(":")
    if len(fields) != 6 or fields[0] != _VERSION:  # noqa: PLR2004 - the six fields named in the module's text
        return None
    try:
        boxes, sketch = (base64.b64decode(field, altchars=b"-_", validate=True) for field in fields[4:])
    except ValueError:
        return None
    values = tuple(int.from_bytes(sketch[at : at + 2], "big") for at in range(0, len(sketch), 2))
    return Fingerprint(fields[1], fields[2], fields[3], boxes, values)


def content_key(text: str) -> str:
    """The head of a fingerprint's text by which slides that say the same are found; empty for one that says nothing."""
    fields = text.split(":")
    if len(fields) < 5 or fields[0] != _VERSION or set(fields[1:4]) == {_NOTHING}:  # noqa: PLR2004 - as in `parse`
        return ""
    return ":".join([*fields[:4], ""])


def same_content(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two slides say the same: texts, pictures and chart values, wherever they lie."""
    return (one.texts, one.pictures, one.charts) == (other.texts, other.pictures, other.charts)


def same(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two slides say the same in the same places, one step of rounding allowed."""
    close = len(one.boxes) == len(other.boxes) and all(
        abs(first - second) <= 1 for first, second in zip(one.boxes, other.boxes, strict=True)
    )
    return close and same_content(one, other)


def likeness(one: Fingerprint, other: Fingerprint) -> float:
    """How much of the text of two slides is the same, 0 to 1; slides without text are alike by their
    pictures.
    """
    if one.texts == other.texts == _NOTHING:
        alike = (one.pictures, one.charts) == (other.pictures, other.charts)
        return 1.0 if alike and one.says_something else 0.0
    pairs = [pair for pair in zip(one.sketch, other.sketch, strict=False) if pair != (_EMPTY, _EMPTY)]
    return sum(first == second for first, second in pairs) / len(pairs) if pairs else 0.0


def of_slide(source: Source, slide: str) -> Fingerprint:
    """The fingerprint of a slide part as it stands in its deck."""
    shapes = [shape for shape in source.shapes(slide) if not shape.is_furniture]
    texts = [_normal(text) for shape in shapes for text in _texts(source, slide, shape)]
    texts = sorted(text for text in texts if text)
    pictures = sorted(_pictures(source, slide, shapes))
    charts = sorted(_charts(source, slide, shapes))
    return Fingerprint(
        _sum(texts), _sum(pictures), _sum(charts), _boxes(source.size, shapes), _sketch("\n".join(texts))
    )


def _normal(text: str) -> str:
    return _SPACE.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _texts(source: Source, slide: str, shape: content.Shape) -> list[str]:
    found = content.paragraphs(shape.element, fields=False)
    part = _part(source, slide, content.diagram_rel(shape))
    return found + (content.paragraphs(source.tree(part)) if part else [])


def _pictures(source: Source, slide: str, shapes: Iterable[content.Shape]) -> Iterable[str]:
    for shape in shapes:
        for blip in shape.element.iter(f"{_A}blip"):
            part = _part(source, slide, blip.get(f"{_R}embed"))
            if part:
                yield source.sha256(part)[:16]


def _charts(source: Source, slide: str, shapes: Iterable[content.Shape]) -> Iterable[str]:
    for shape in shapes:
        part = _part(source, slide, content.chart_rel(shape))
        if part:
            yield "|".join(chart_values(source, part))


def chart_values(source: Source, part: str) -> list[str]:
    """The numbers a chart draws, rounded to six digits."""
    try:
        root = source.tree(part)
    except HubError:
        return []
    return [_number(value.text or "") for value in root.iterfind(f".//{_C}val//{_C}v")]


def _number(text: str) -> str:
    try:
        return f"{float(text):.6g}"
    except ValueError:
        return _normal(text)


def _part(source: Source, slide: str, rel_id: str | None) -> str | None:
    rel = source.package.rel(slide, rel_id) if rel_id else None
    return rel.part if rel else None


def _sum(values: list[str]) -> str:
    if not values:
        return _NOTHING
    return hashlib.sha256("\n".join(values).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _boxes(size: tuple[int, int], shapes: Iterable[content.Shape]) -> bytes:
    width, height = size
    found = [shape.box for shape in shapes if shape.box is not None]
    steps = sorted(
        tuple(_step(value, whole) for value, whole in zip(box, (width, height, width, height), strict=True))
        for box in found
    )
    return bytes(value for box in steps[:_MOST_BOXES] for value in box)


def _step(value: float, whole: int) -> int:
    """A place from -10 % to 117 % of the slide as one byte."""
    return min(max(round(value / whole * _STEPS) + 20, 0), 255)


def _sketch(text: str) -> tuple[int, ...]:
    if not text:
        return ()
    lowest = [_EMPTY] * _BUCKETS
    padded = text.ljust(_PIECE)
    for at in range(len(padded) - _PIECE + 1):
        bucket, value = divmod(_mix(padded[at : at + _PIECE]), _EMPTY)
        bucket %= _BUCKETS
        lowest[bucket] = min(lowest[bucket], value)
    return tuple(lowest)


def _mix(piece: str) -> int:
    """A well-spread 32-bit number; a bare CRC is linear and would make neighbours alike."""
    value = zlib.crc32(piece.encode("utf-8", "surrogatepass"))
    value = (value ^ (value >> 16)) * 0x45D9F3B & 0xFFFFFFFF
    return value ^ (value >> 16)


def _base64(data: bytes) -> str:
    return base64.b64encode(data, altchars=b"-_").decode()
