"""The format of a paragraph as it will be drawn: sizes, fonts and spacing from all that rules them."""

from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from hub.slides.measure import LINE, Face, Stretch, lines_of
from hub.slides.places import A, Style, levels, number
from hub.slides.runs import pieces

EMU = 12_700
"""EMU in a point."""
_TEXT_SIZE = 1800
_THEME_NAMES = {"+mj-lt": "major", "+mj-ea": "major", "+mn-lt": "minor", "+mn-ea": "minor"}


@dataclass(frozen=True)
class Spacing:
    """Either a share of the line height or a fixed number of points."""

    share: float = 0.0
    points: float | None = None

    def of(self, line: float, scale: float = 1.0) -> float:
        return self.share * line if self.points is None else self.points * scale


@dataclass(frozen=True)
class Paragraph:
    """What decides a paragraph's height, at full size and in points."""

    stretches: tuple[Stretch, ...]
    empty_size: float
    indent: float
    between_lines: Spacing
    before: Spacing
    after: Spacing


@dataclass(frozen=True)
class Height:
    """Height of all paragraphs together and of one of their lines, in points."""

    total: float
    line: float


def height_of(
    paragraphs: Sequence[Paragraph], width: float, *, scale: float = 1.0, closer: float = 1.0
) -> Height:
    """The room the paragraphs take in `width` points: letters times `scale`, lines times `closer`."""
    total, count = 0.0, 0
    for index, each in enumerate(paragraphs):
        stretches = [Stretch(s.text, s.face, s.size * scale) for s in each.stretches]
        empty = each.empty_size * scale * LINE
        lines = lines_of(stretches, max(width - each.indent, each.empty_size * scale), empty_height=empty)
        highest = max(line.height for line in lines)
        total += sum(each.between_lines.of(line.height, scale) * closer for line in lines)
        total += each.after.of(highest, scale) if index + 1 < len(paragraphs) else 0
        total += each.before.of(highest, scale) if index else 0
        count += len(lines)
    return Height(total, total / max(count, 1))


def read_paragraph(
    paragraph: etree._Element, style: Style, lists: list[etree._Element], shape: etree._Element | None
) -> Paragraph:
    """The paragraph with everything it inherits through `lists` (nearest first)."""
    own = paragraph.find(f"{A}pPr")
    level = 0 if own is None else number(own.get("lvl"), 0)
    above = ([] if own is None else [own]) + list(levels(lists, min(max(level, 0), 8)))
    defaults = [
        each for ruling in above[0 if own is None else 1 :] if (each := ruling.find(f"{A}defRPr")) is not None
    ]
    end = paragraph.find(f"{A}endParaRPr")
    size = _size(([] if end is None else [end]) + defaults)
    family = style.fonts(shape)
    return Paragraph(
        stretches=tuple(_stretches(paragraph, defaults, style, family)),
        empty_size=size,
        indent=_indent(above),
        between_lines=_spacing(above, "lnSpc", Spacing(1.0)),
        before=_spacing(above, "spcBef", Spacing()),
        after=_spacing(above, "spcAft", Spacing()),
    )


def _stretches(
    paragraph: etree._Element, defaults: list[etree._Element], style: Style, family: str
) -> list[Stretch]:
    found = []
    for child in paragraph:
        if child.tag not in (f"{A}r", f"{A}br", f"{A}fld"):
            continue
        own = child.find(f"{A}rPr")
        ruling = ([] if own is None else [own]) + defaults
        text = "\n" if child.tag == f"{A}br" else child.findtext(f"{A}t") or ""
        face = Face(
            latin=_typeface(ruling, "latin", style, family),
            east_asian=_typeface(ruling, "ea", style, family),
            bold=_first(ruling, "b") in ("1", "true"),
            italic=_first(ruling, "i") in ("1", "true"),
        )
        found.append(Stretch(text, face, _size(ruling)))
    return found


def _first(ruling: Sequence[etree._Element], attribute: str) -> str | None:
    return next((value for each in ruling if (value := each.get(attribute)) is not None), None)


def _size(ruling: Sequence[etree._Element]) -> float:
    return max(number(_first(ruling, "sz"), _TEXT_SIZE), 100) / 100


def _typeface(ruling: Sequence[etree._Element], script: str, style: Style, family: str) -> str:
    named = (each.find(f"{A}{script}") for each in ruling)
    typeface = next((each.get("typeface", "") for each in named if each is not None), "")
    if typeface in _THEME_NAMES or not typeface:
        family = _THEME_NAMES.get(typeface, family)
        typeface = style.theme_font(family, script)
    return typeface or "sans-serif"


def _indent(above: Sequence[etree._Element]) -> float:
    """Room lost on the left and right; a first line that hangs out is not wider than the others here."""
    return (number(_first(above, "marL"), 0) + number(_first(above, "marR"), 0)) / EMU


def _spacing(above: Sequence[etree._Element], tag: str, otherwise: Spacing) -> Spacing:
    for each in above:
        found = each.find(f"{A}{tag}")
        if found is None:
            continue
        share, points = found.find(f"{A}spcPct"), found.find(f"{A}spcPts")
        if share is not None:
            return Spacing(share=_percent(share.get("val", "100000")))
        if points is not None:
            return Spacing(points=number(points.get("val"), 0) / 100)
    return otherwise


def _percent(value: str) -> float:
    """100000, or 100% as newer programs write it, is 1."""
    if value.endswith("%"):
        return number(value[:-1].partition(".")[0], 100) / 100
    return number(value, 100_000) / 100_000


def has_text(paragraphs: Sequence[etree._Element]) -> bool:
    return any(piece.text.strip() for paragraph in paragraphs for piece in pieces(paragraph))
