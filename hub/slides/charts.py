"""New data for a template's native chart: the drawing's numbers and the workbook behind "Edit data".

Chart data is `{categories: [...], series: [{name, values: [...]}]}`; a scatter chart's series have
`points`, a list of [x, y]. The template's colours, labels and number format stay.
"""

import importlib
import re
from collections.abc import Mapping, Sequence
from typing import Any

from hub.slides import names
from hub.slides.copies import add_rel, free_name
from hub.slides.filters import BadValue, as_number
from hub.slides.package import Package, serialize

_XLSX = names.DEFAULT_TYPES["xlsx"]
MOST_POINTS = 10_000


class NoChartData(ValueError):  # noqa: N818 - told as a problem of its place
    """The value is no chart data, or the chart cannot take it; the text is a sentence."""


def replace_data(package: Package, part: str, value: object) -> None:
    """Write the chart part `part` anew with the data. Raises NoChartData."""
    root = _pptx("oxml").parse_xml(package.data(part))
    try:
        chart_type = _pptx("chart.chart").Chart(root, None).chart_type
        data, workbook = _chart_data(value, _number_format(root), scatter=chart_type.name.startswith("XY_"))
        _pptx("chart.xmlwriter").SeriesXmlRewriterFactory(chart_type, data).replace_series_data(root)
    except (NotImplementedError, IndexError, AttributeError, KeyError) as error:
        raise NoChartData("这种图表不能换数据，请用柱形、条形、折线、饼、环形、面积或散点图。") from error
    _put_workbook(package, part, root, workbook)
    package.put(part, serialize(root), package.content_type(part))


def _pptx(module: str) -> Any:
    """A module of python-pptx, which has no types and is slow to import: only charts with data need it."""
    return importlib.import_module(f"pptx.{module}")


def _chart_data(value: object, number_format: str, *, scatter: bool) -> tuple[Any, bytes]:
    """python-pptx's chart data and the workbook with the same cells."""
    kinds, writers = _pptx("chart.data"), _pptx("chart.xlsx")
    series = _series(value)
    if scatter:
        points = kinds.XyChartData(number_format=number_format)
        for each in series:
            added = points.add_series(str(each.get("name", "")))
            for x, y in _points(each):
                added.add_data_point(x, y)
        return points, writers.XyWorkbookWriter(points).xlsx_blob
    data = kinds.CategoryChartData(number_format=number_format)
    categories = _list(value.get("categories") if isinstance(value, Mapping) else None, "categories")
    data.categories = [_category(each) for each in categories]
    for each in series:
        values = [
            None if number is None else _number(number) for number in _list(each.get("values"), "values")
        ]
        if len(values) != len(categories):
            raise NoChartData(
                f"系列「{each.get('name', '')}」有 {len(values)} 个值，类别却有 {len(categories)} 个。"
            )
        data.add_series(str(each.get("name", "")), values)
    return data, writers.CategoryWorkbookWriter(data).xlsx_blob


def _series(value: object) -> list[Mapping[str, object]]:
    if not isinstance(value, Mapping):
        raise NoChartData("图表数据要写成 {categories: [...], series: [{name, values}]}。")
    series = _list(value.get("series"), "series")
    mappings = [each for each in series if isinstance(each, Mapping)]
    if not series or len(mappings) != len(series):
        raise NoChartData("图表数据的 series 要是至少一项 {name, values}。")
    return mappings


def _list(value: object, name: str) -> Sequence[object]:
    if not isinstance(value, list | tuple) or not value:
        raise NoChartData(f"图表数据的 {name} 要是一个不空的列表。")
    if len(value) > MOST_POINTS:
        raise NoChartData(f"图表数据的 {name} 超过了 {MOST_POINTS} 项。")
    return value


def _points(series: Mapping[str, object]) -> list[tuple[float, float]]:
    found = []
    for point in _list(series.get("points"), "points"):
        x, y = (
            _list(point, "points")[:2] if isinstance(point, list | tuple) and len(point) > 1 else (None, None)
        )
        found.append((_number(x), _number(y)))
    return found


def _category(value: object) -> str:
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", str(value))


def _number(value: object) -> float:
    try:
        number = as_number(value)
    except BadValue as error:
        raise NoChartData(f"图表数据里的{error}。") from None
    return int(number) if number == number.to_integral_value() else float(number)


def _number_format(root: Any) -> str:
    """The format of the template's own numbers, so that 0.4 stays 40 %."""
    found = root.xpath(".//c:ser/c:val/c:numRef/c:numCache/c:formatCode/text()")
    return str(found[0]) if found else "General"


def _put_workbook(package: Package, part: str, root: Any, workbook: bytes) -> None:
    """Replace the workbook behind the chart; a chart that had none, or a linked one, gets its own."""
    external = root.find(f"{{{names.C}}}externalData")
    rel = None if external is None else package.rel(part, external.get(f"{{{names.R}}}id", ""))
    if rel is not None and rel.part is not None and rel.part.lower().endswith(".xlsx"):
        package.put(rel.part, workbook, _XLSX)
        return
    if external is not None:
        root.remove(external)
    if rel is not None:
        package.set_rels(part, [each for each in package.rels(part) if each.id != rel.id])
    name = free_name(package, "/ppt/embeddings/Microsoft_Excel_Sheet1.xlsx")
    package.put(name, workbook, _XLSX)
    fresh = root._add_externalData()  # noqa: SLF001
    fresh._add_autoUpdate(val=False)  # noqa: SLF001
    fresh.rId = add_rel(package, part, "package", name)
