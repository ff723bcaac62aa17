"""Does filled text fit its shape? If not, it is made smaller where the template allows it, else it is
reported.

What a template allows: a shape set to shrink its text (`normAutofit`), or one that says nothing, may go
down to 70 % and never under 12 points; a shape that grows with its text (`spAutoFit`) is made higher; one
that says `noAutofit` is left alone. Nothing is cut off silently: what still does not fit is a warning.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lxml import etree

from hub.slides import names
from hub.slides.formats import EMU, Height, Paragraph, has_text, height_of, read_paragraph
from hub.slides.places import Box, Style, corners, name_of, number, own_box

A, P = f"{{{names.A}}}", f"{{{names.P}}}"
SMALLEST_SCALE = 70
"""Per cent of the template's size."""
SMALLEST_SIZE = 12.0
_FULL = 100
_STEP = 5
_DSP = "{http://schemas.microsoft.com/office/drawing/2008/diagram}"
_CLOSER_BELOW = 90
_CLOSER = 90
_TOLERANCE = 2.0
"""Points of height by which two programs may differ over the same text."""
_FITS = ("normAutofit", "spAutoFit", "noAutofit")
_INSETS = {"lIns": 91_440, "rIns": 91_440, "tIns": 45_720, "bIns": 45_720}


@dataclass(frozen=True)
class FillWarning:
    """What a person should look at. `slide` counts in the result; `overflow_lines` is 0 if it is not text."""

    slide: int
    shape: str
    overflow_lines: int
    sentence: str


@dataclass(frozen=True)
class _Room:
    """The inside of a text box, in points."""

    width: float
    height: float


def fit_shape(shape: etree._Element, style: Style, slide: int) -> FillWarning | None:
    """Measure the shape's text; shrink it or enlarge the shape as the template allows. None: it fits now."""
    body = shape.find(f"{P}txBody")
    box = style.box(shape)
    if body is None or box is None or not has_text(body.findall(f"{A}p")):
        return None
    bodies, lists = style.bodies(shape), style.lists(shape)
    room = _room(box, bodies, style.deck.size[0])
    paragraphs = [read_paragraph(each, style, lists, shape) for each in body.findall(f"{A}p")]
    way = next((each for ruling in bodies for each in _FITS if ruling.find(f"{A}{each}") is not None), "")
    if way == "normAutofit":
        _set_scale(bodies[0], 100)
    height = height_of(paragraphs, room.width)
    if height.total <= room.height + _TOLERANCE:
        return None
    if way == "spAutoFit":
        return _grow(shape, box, style, slide, height, over=height.total - room.height)
    scale = _FULL
    if way != "noAutofit":
        scale = _scale_for(paragraphs, room, max(SMALLEST_SCALE, _to_smallest_size(paragraphs)))
        if way == "normAutofit":
            _set_scale(bodies[0], scale)
        else:
            _set_sizes(body, paragraphs, scale)
    height = _height_at(paragraphs, room, scale)
    over = height.total - room.height
    return None if over <= _TOLERANCE else _told(shape, height, slide, over=over, shrunk=scale < _FULL)


def _room(box: Box, bodies: Sequence[etree._Element], slide_width: int) -> _Room:
    def said(name: str, otherwise: str = "") -> str:
        return next((value for each in bodies if (value := each.get(name)) is not None), otherwise)

    left, right, top, bottom = (number(said(name) or None, default) for name, default in _INSETS.items())
    x, _, width, height = box
    if said("vert") in ("vert", "vert270", "eaVert", "wordArtVert", "mongolianVert", "wordArtVertRtl"):
        width, height = height, width
    elif said("wrap") == "none":
        width = max(width, slide_width - x)
    columns = max(number(said("numCol") or None, 1), 1)
    inner = (width - left - right - (columns - 1) * number(said("spcCol") or None, 0)) / columns
    return _Room(max(inner, 1) / EMU, max(height - top - bottom, 0) * columns / EMU)


def _height_at(paragraphs: Sequence[Paragraph], room: _Room, scale: int) -> Height:
    return height_of(paragraphs, room.width, scale=scale / 100, closer=_closer_at(scale) / 100)


def _closer_at(scale: int) -> int:
    """Per cent of the line spacing: lines move closer once the letters are clearly smaller."""
    return _CLOSER if scale < _CLOSER_BELOW else 100


def _to_smallest_size(paragraphs: Sequence[Paragraph]) -> int:
    """The scale, in per cent, that makes the smallest letters 12 points; smaller ones are left out."""
    sizes = [
        stretch.size for each in paragraphs for stretch in each.stretches if stretch.size > SMALLEST_SIZE
    ]
    return math.ceil(100 * SMALLEST_SIZE / min(sizes)) if sizes else _FULL


def _scale_for(paragraphs: Sequence[Paragraph], room: _Room, lowest: int) -> int:
    """The largest allowed scale, in per cent, at which the text fits; the smallest allowed if none does."""
    for scale in range(100 - _STEP, lowest, -_STEP):
        if _height_at(paragraphs, room, scale).total <= room.height + _TOLERANCE:
            return scale
    return lowest


def _set_scale(body_properties: etree._Element, scale: int) -> None:
    """The shape's own `normAutofit`, in place of whatever it says or inherits."""
    fit = body_properties.find(f"{A}normAutofit")
    if fit is None:
        fit = etree.Element(f"{A}normAutofit")
        later = [f"{A}{tag}" for tag in ("scene3d", "sp3d", "flatTx", "extLst")]
        following = next((child for child in body_properties if child.tag in later), None)
        body_properties.append(fit) if following is None else following.addprevious(fit)
    fit.attrib.clear()
    if scale < _FULL:
        fit.set("fontScale", str(scale * 1000))
    if _closer_at(scale) < _FULL:
        fit.set("lnSpcReduction", str((100 - _closer_at(scale)) * 1000))


def _set_sizes(body: etree._Element, paragraphs: Sequence[Paragraph], scale: int) -> None:
    """Sizes written out, for a shape without an automatic fit that every program would follow."""
    for element, paragraph in zip(body.findall(f"{A}p"), paragraphs, strict=True):
        runs = [run for run in element if run.tag in (f"{A}r", f"{A}br", f"{A}fld")]
        for run, stretch in zip(runs, paragraph.stretches, strict=True):
            properties = run.find(f"{A}rPr")
            if properties is None:
                properties = etree.Element(f"{A}rPr")
                run.insert(0, properties)
            properties.set("sz", str(round(stretch.size * scale)))
        _set_closer(element, paragraph, scale)


def _set_closer(element: etree._Element, paragraph: Paragraph, scale: int) -> None:
    share = paragraph.between_lines.share
    if _closer_at(scale) == _FULL or paragraph.between_lines.points is not None:
        return
    properties = element.find(f"{A}pPr")
    if properties is None:
        properties = etree.Element(f"{A}pPr")
        element.insert(0, properties)
    for old in properties.findall(f"{A}lnSpc"):
        properties.remove(old)
    spacing = etree.Element(f"{A}lnSpc")
    etree.SubElement(spacing, f"{A}spcPct", val=str(round(share * _closer_at(scale) * 1000)))
    properties.insert(0, spacing)


def _grow(
    shape: etree._Element, box: Box, style: Style, slide: int, height: Height, *, over: float
) -> FillWarning | None:
    """Make a shape that grows with its text as high as it will be, so that every program shows it so."""
    needed = box[3] + round(over * EMU)
    extent = shape.find(f"{P}spPr/{A}xfrm/{A}ext")
    if extent is not None and own_box(shape) == box:
        extent.set("cy", str(needed))
    outside = (box[1] + needed - style.deck.size[1]) / EMU
    return None if outside <= _TOLERANCE else _told(shape, height, slide, over=outside, shrunk=False)


def _told(shape: etree._Element, height: Height, slide: int, *, over: float, shrunk: bool) -> FillWarning:
    lines = max(1, math.ceil(over / max(height.line, 1.0)))
    tried = "（已缩到允许的最小）" if shrunk else ""
    name = name_of(shape)
    sentence = f"第 {slide} 页「{name}」的文字放不下{tried}，多出约 {lines} 行，请缩短内容或放大文本框。"
    return FillWarning(slide, name, lines, sentence)


def fit_diagram(root: etree._Element, style: Style, slide: int) -> list[FillWarning]:
    """Make the texts of a SmartArt's drawing fit, as PowerPoint does: freely to 12 points, or by 30 %."""
    warnings = []
    for shape in root.iter(f"{_DSP}sp"):
        body, xfrm = shape.find(f"{_DSP}txBody"), shape.find(f"{_DSP}txXfrm")
        box = corners(xfrm if xfrm is not None else shape.find(f"{_DSP}spPr/{A}xfrm"))
        properties = None if body is None else body.find(f"{A}bodyPr")
        if body is None or box is None or properties is None or not has_text(body.findall(f"{A}p")):
            continue
        room = _room(box, [properties], style.deck.size[0])
        paragraphs = [read_paragraph(each, style, [], None) for each in body.findall(f"{A}p")]
        if height_of(paragraphs, room.width).total <= room.height + _TOLERANCE:
            continue
        scale = _scale_for(paragraphs, room, min(SMALLEST_SCALE, _to_smallest_size(paragraphs)))
        _set_sizes(body, paragraphs, scale)
        height = _height_at(paragraphs, room, scale)
        if height.total > room.height + _TOLERANCE:
            lines = max(1, math.ceil((height.total - room.height) / max(height.line, 1.0)))
            sentence = f"第 {slide} 页 SmartArt 里的文字放不下，多出约 {lines} 行，请缩短内容。"
            warnings.append(FillWarning(slide, "SmartArt", lines, sentence))
    return warnings


def fit_table(frame: etree._Element, style: Style, slide: int) -> FillWarning | None:
    """Reckon the rows' heights with their text; a table that then leaves the slide is a warning."""
    box, table = style.box(frame), frame.find(f".//{A}tbl")
    if box is None or table is None:
        return None
    widths = [number(column.get("w"), 0) for column in table.iterfind(f"{A}tblGrid/{A}gridCol")]
    rows = table.findall(f"{A}tr")
    heights = [_row_height(row, widths, style) for row in rows]
    extent = frame.find(f"{P}xfrm/{A}ext")
    if extent is not None:
        extent.set("cy", str(sum(number(row.get("h"), 0) for row in rows)))
    below = (box[1] + sum(heights) - style.deck.size[1]) / EMU
    if below <= _TOLERANCE:
        return None
    lines = max(1, math.ceil(below * EMU / max(sum(heights) / max(len(rows), 1), 1)))
    name = name_of(frame)
    sentence = f"第 {slide} 页的表格「{name}」太长，约有 {lines} 行落在页面之外，请减少行数或拆成两页。"
    return FillWarning(slide, name, lines, sentence)


def _row_height(row: etree._Element, widths: list[int], style: Style) -> int:
    """What is written, or more where a cell's text needs it; EMU. Cells that span rows are left out."""
    height = number(row.get("h"), 0)
    lists = style.lists(row)
    for index, cell in enumerate(row.iterfind(f"{A}tc")):
        body, properties = cell.find(f"{A}txBody"), cell.find(f"{A}tcPr")
        spans_rows = cell.get("rowSpan") or cell.get("vMerge") or cell.get("hMerge")
        if body is None or spans_rows:
            continue
        width = sum(widths[index : index + max(number(cell.get("gridSpan"), 1), 1)])
        margins = {
            name: 91_440 if name in ("marL", "marR") else 45_720 for name in ("marL", "marR", "marT", "marB")
        }
        if properties is not None:
            margins = {name: number(properties.get(name), each) for name, each in margins.items()}
        inner = max(width - margins["marL"] - margins["marR"], 1) / EMU
        paragraphs = [read_paragraph(each, style, lists, None) for each in body.findall(f"{A}p")]
        needed = height_of(paragraphs, inner).total * EMU + margins["marT"] + margins["marB"]
        height = max(height, round(needed))
    return height
