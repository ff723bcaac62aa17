"""Native charts: real chart parts with their workbook inside, styled alike, so that a seller can change the numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION, XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.oxml import parse_xml

from .geometry import EMU, Box
from .palette import solid
from .shapes import DECLARED, line_xml

if TYPE_CHECKING:
    from .deck import Page

KINDS = {
    "bar": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "stacked": XL_CHART_TYPE.COLUMN_STACKED,
    "full": XL_CHART_TYPE.COLUMN_STACKED_100,
    "row": XL_CHART_TYPE.BAR_CLUSTERED,
    "stacked_row": XL_CHART_TYPE.BAR_STACKED,
    "line": XL_CHART_TYPE.LINE_MARKERS,
    "smooth": XL_CHART_TYPE.LINE,
    "area": XL_CHART_TYPE.AREA,
    "stacked_area": XL_CHART_TYPE.AREA_STACKED,
    "doughnut": XL_CHART_TYPE.DOUGHNUT,
    "radar": XL_CHART_TYPE.RADAR_FILLED,
}
_ROUND = {"doughnut"}
_LINES = {"line", "smooth"}
_C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_CHART_NS = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'


@dataclass(frozen=True)
class Style:
    """`colours` by series (by point for a doughnut); None as a colour hides the series, as under a waterfall."""

    colours: tuple[str | None, ...] = ("a1", "a2", "a3", "a4", "a5")
    labels: bool = False
    form: str = "General"
    legend: str | None = "top"
    axis: bool = True
    gap: int = 60
    overlap: int | None = None
    size: float = 11
    low: float | None = None
    high: float | None = None
    hole: int = 66
    title: str = ""
    width: float = 2.75
    label_colour: str | None = None


def _fill(element: Any, colour: str | None, *, line: str | None = None, width: float = 0) -> None:
    """Puts shape properties on a series or point in the one place where the schema wants them."""
    old = element.find(f"{{{_C}}}spPr")
    if old is not None:
        element.remove(old)
    fill = solid(colour) if line is None or colour else "<a:noFill/>"
    stroke = line_xml(line, width) if line else "<a:ln><a:noFill/></a:ln>"
    new = parse_xml(f"<c:spPr {_CHART_NS} {DECLARED}>{fill}{stroke}</c:spPr>")
    tags = (
        ("idx", "order", "tx")
        if element.tag.endswith("}ser")
        else ("idx", "invertIfNegative", "marker", "bubble3D", "explosion")
    )
    head = {f"{{{_C}}}{tag}" for tag in tags}
    place = 0
    for number, child in enumerate(element):
        if child.tag in head:
            place = number + 1
    element.insert(place, new)


def _ink(font: Any, size: float, colour: str) -> None:
    from pptx.util import Pt

    font.size = Pt(size)
    properties = font._rPr
    for child in list(properties):
        if child.tag.endswith("Fill"):
            properties.remove(child)
    properties.insert(0, parse_xml(solid(colour).replace("<a:solidFill>", f"<a:solidFill {DECLARED}>", 1)))


def _colour_series(chart: Any, kind: str, style: Style) -> None:
    for number, series in enumerate(chart.plots[0].series):
        colour = style.colours[number % len(style.colours)]
        if kind in _ROUND:
            for at in range(len(list(series.values))):
                series.points[at].format.fill.solid()
                _fill(_dpt(series, at), style.colours[at % len(style.colours)])
        elif kind in _LINES:
            series.smooth = kind == "smooth"
            _fill(series._element, None, line=colour or "a1", width=style.width)
            _marker(series, colour or "a1", shown=kind == "line")
        else:
            _fill(series._element, colour)


def _dpt(series: Any, at: int) -> Any:
    for point in series._element.findall(f"{{{_C}}}dPt"):
        if point.find(f"{{{_C}}}idx").get("val") == str(at):
            return point
    raise LookupError(f"The series has no point {at}.")


def _marker(series: Any, colour: str, *, shown: bool) -> None:
    from pptx.enum.chart import XL_MARKER_STYLE

    series.marker.style = XL_MARKER_STYLE.CIRCLE if shown else XL_MARKER_STYLE.NONE
    if shown:
        series.marker.size = 7
        marker = series._element.find(f"{{{_C}}}marker")
        for old in marker.findall(f"{{{_C}}}spPr"):
            marker.remove(old)
        marker.append(
            parse_xml(f"<c:spPr {_CHART_NS} {DECLARED}>{solid('bg')}{line_xml(colour, 2)}</c:spPr>")
        )


def _axes(chart: Any, page: Page, style: Style, kind: str) -> None:
    category, value = chart.category_axis, chart.value_axis
    category.major_tick_mark = value.major_tick_mark = XL_TICK_MARK.NONE
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    _ink(category.tick_labels.font, style.size, page.soft)
    category.has_major_gridlines = False
    _axis_line(category, page.hair)
    if kind in {"row", "stacked_row"}:
        category.reverse_order = True
    value.has_major_gridlines = style.axis
    value.visible = style.axis
    if style.axis:
        _ink(value.tick_labels.font, style.size - 1, page.soft)
        value.tick_labels.number_format, value.tick_labels.number_format_is_linked = style.form, False
        _gridlines(value, page.hair)
        _axis_line(value, None)
    if style.low is not None:
        value.minimum_scale = style.low
    if style.high is not None:
        value.maximum_scale = style.high


def _axis_line(axis: Any, colour: str | None) -> None:
    properties = axis.format.line._get_or_add_ln().getparent()
    for child in list(properties):
        properties.remove(child)
    properties.append(parse_xml(line_xml(colour, 1).replace("<a:ln", f"<a:ln {DECLARED}", 1)))


def _gridlines(axis: Any, colour: str) -> None:
    properties = axis.major_gridlines.format.line._get_or_add_ln().getparent()
    for child in list(properties):
        properties.remove(child)
    properties.append(parse_xml(line_xml(colour, 0.75).replace("<a:ln", f"<a:ln {DECLARED}", 1)))


def _labels(chart: Any, page: Page, style: Style, kind: str) -> None:
    plot = chart.plots[0]
    if None in style.colours:
        owners = [series for n, series in enumerate(plot.series) if style.colours[n % len(style.colours)]]
        for series in owners:
            _label(series.data_labels, page, style, kind)
        return
    plot.has_data_labels = True
    _label(plot.data_labels, page, style, kind)


def _label(labels: Any, page: Page, style: Style, kind: str) -> None:
    labels.show_value = True
    labels.number_format, labels.number_format_is_linked = style.form, False
    inside = "#FFFFFF" if kind in {"stacked", "stacked_row", "full", *_ROUND} else page.ink
    _ink(labels.font, style.size, style.label_colour or inside)
    labels.font.bold = True


def chart(
    page: Page,
    box: Box,
    kind: str,
    categories: list[str],
    series: dict[str, list[float | None]],
    descr: str,
    style: Style | None = None,
) -> Any:
    """Draws a native chart; `series` maps a name to its values, `descr` is the alt text, which says what it shows."""
    style = style or Style()
    data = CategoryChartData(number_format=style.form)
    data.categories = categories
    for name, values in series.items():
        data.add_series(name, values)
    place = (int(side * EMU) for side in (box.x, box.y, box.w, box.h))
    frame = page.slide.shapes.add_chart(KINDS[kind], *place, data)
    frame._element.nvGraphicFramePr.cNvPr.set("descr", descr)
    frame.name = f"图表 {descr[:20]}"
    made = frame.chart
    made.font.size = None
    _ink(made.font, style.size, page.soft)
    _legend(made, page, style, len(series), kind)
    _colour_series(made, kind, style)
    plot = made.plots[0]
    if kind not in _ROUND | _LINES | {"area", "stacked_area", "radar"}:
        plot.gap_width = style.gap
        plot.overlap = (
            style.overlap
            if style.overlap is not None
            else (100 if "stacked" in kind or kind == "full" else -8)
        )
    if kind in _ROUND:
        plot._element.find(f"{{{_C}}}holeSize").set("val", str(style.hole))
    elif kind != "radar":
        _axes(made, page, style, kind)
    if style.labels:
        _labels(made, page, style, kind)
    # python-pptx numbers axes below zero, which the schema does not allow.
    for axis in made._chartSpace.iter(f"{{{_C}}}axId", f"{{{_C}}}crossAx"):
        axis.set("val", axis.get("val").lstrip("-"))
    return made


def colour_points(made: Any, colours: list[str]) -> None:
    """Gives each point of a chart's only series its own colour."""
    series = made.plots[0].series[0]
    for at, colour in enumerate(colours):
        series.points[at].format.fill.solid()
        _fill(_dpt(series, at), colour)


def _legend(made: Any, page: Page, style: Style, count: int, kind: str) -> None:
    made.has_title = bool(style.title)
    if style.title:
        made.chart_title.text_frame.text = style.title
        _ink(made.chart_title.text_frame.paragraphs[0].runs[0].font, style.size + 1, page.ink)
    made.has_legend = style.legend is not None and (count > 1 or kind in _ROUND)
    if made.has_legend:
        spots = {
            "top": XL_LEGEND_POSITION.TOP,
            "bottom": XL_LEGEND_POSITION.BOTTOM,
            "right": XL_LEGEND_POSITION.RIGHT,
        }
        made.legend.position = spots[style.legend or "top"]
        made.legend.include_in_layout = False
        _ink(made.legend.font, style.size, page.soft)
