"""Native tables with their own borders and fills, so that no table style of the office program is needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pptx.oxml import parse_xml

from .geometry import EMU, Box
from .palette import solid
from .shapes import DECLARED, TROUBLES, Ink, body_xml, line_xml, text_height

if TYPE_CHECKING:
    from .deck import Page


@dataclass(frozen=True)
class TableStyle:
    """`mark` is the column that stands out (0 is the first), `share` the widths of the columns, `align` one letter each,
    `rows` the shares of the heights."""

    share: tuple[float, ...] = ()
    align: str = ""
    mark: int | None = None
    head: str = "a1"
    head_ink: str = "#FFFFFF"
    size: float = 13
    zebra: bool = False
    first_bold: bool = True
    last_bold: bool = False
    mark_fill: str = "a1+88"
    rows: tuple[float, ...] = ()


def table(
    page: Page, box: Box, rows: list[list[str]], style: TableStyle | None = None, *, descr: str = ""
) -> Any:
    """A table that fills the box; the first row is the head. A cell that cannot hold its text is noted in `TROUBLES`."""
    style = style or TableStyle()
    count = len(rows[0])
    shares = list(style.share) or [1.0] * count
    place = (int(side * EMU) for side in (box.x, box.y, box.w, box.h))
    frame = page.slide.shapes.add_table(len(rows), count, *place)
    frame.name = "表格"
    frame._element.nvGraphicFramePr.cNvPr.set("descr", descr or "、".join(rows[0]))
    made = frame.table
    made._tbl.tblPr.attrib.clear()
    made._tbl.tblPr.set("firstRow", "1")
    for child in list(made._tbl.tblPr):
        made._tbl.tblPr.remove(child)
    widths = [box.w * share / sum(shares) for share in shares]
    for column, width in zip(made.columns, widths, strict=True):
        column.width = int(width * EMU)
    heights = [box.h * share / sum(style.rows) for share in style.rows] or [box.h / len(rows)] * len(rows)
    for number, row in enumerate(rows):
        height = heights[number]
        made.rows[number].height = int(height * EMU)
        for at, text in enumerate(row):
            _cell(
                page,
                made.cell(number, at)._tc,
                text,
                _spot(style, len(rows), number, at),
                widths[at],
                height,
                style,
            )
    return made


def _spot(style: TableStyle, rows: int, row: int, column: int) -> dict[str, Any]:
    letters = style.align or "l" + "c" * 20
    return {
        "head": row == 0,
        "mark": column == style.mark,
        "last": row == rows - 1,
        "align": letters[column],
        "bold": row == 0
        or (column == 0 and style.first_bold)
        or column == style.mark
        or (row == rows - 1 and style.last_bold),
        "odd": row % 2 == 0,
    }


def _cell(
    page: Page, cell: Any, text: str, spot: dict[str, Any], width: float, height: float, style: TableStyle
) -> None:
    colour = style.head_ink if spot["head"] else page.ink
    ink = Ink(style.size, colour, bold=spot["bold"], align=spot["align"], anchor="m")
    pad = (12.0, 4.0, 12.0, 4.0)
    # A cell with tokens in it is measured when it is filled.
    while not ("{%" in text or "{{" in text) and text_height(text, ink, width - 24) > height - 6:
        if ink.size < style.size * 0.8:
            TROUBLES.append(f"The cell {text[:30]!r} does not fit {width:.0f} x {height:.0f} px.")
            break
        ink = Ink(ink.size - 0.5, colour, bold=ink.bold, align=ink.align, anchor="m")
    body = parse_xml(
        body_xml(text, ink, (0, 0, 0, 0), "a:txBody").replace("<a:txBody>", f"<a:txBody {DECLARED}>", 1)
    )
    cell.replace(cell.find("{http://schemas.openxmlformats.org/drawingml/2006/main}txBody"), body)
    for old in cell.findall("{http://schemas.openxmlformats.org/drawingml/2006/main}tcPr"):
        cell.remove(old)
    fill = (
        style.head
        if spot["head"]
        else (style.mark_fill if spot["mark"] else (page.card if style.zebra and spot["odd"] else None))
    )
    if spot["head"] and spot["mark"]:
        fill = f"{style.head}-28"
    rule = line_xml(None if spot["head"] else page.hair, 1)
    edges = "".join(f"<a:{edge}>{'<a:noFill/>'}</a:{edge}>" for edge in ("lnL", "lnR", "lnT"))
    bottom = rule.replace("<a:ln ", "<a:lnB ").replace("<a:ln>", "<a:lnB>").replace("</a:ln>", "</a:lnB>")
    left, top, right, under = (int(side * EMU) for side in pad)
    cell.append(
        parse_xml(
            f'<a:tcPr {DECLARED} marL="{left}" marR="{right}" marT="{top}" marB="{under}" anchor="ctr">{edges}{bottom}{solid(fill)}</a:tcPr>'
        )
    )
