"""Charts of PowerPoint 2007, whose unsaid values mean the opposite of what later versions take them for.

Up to application version 12 a switch that a chart does not mention is off; since then it is on (the
schema's default). A deck says its version once for all charts, so a chart that moves to a newer deck must
say everything itself.
"""

import re

from lxml import etree

from hub.base.errors import HubError
from hub.slides import names
from hub.slides.deck import Source
from hub.slides.package import parse
from hub.slides.scaling import scale_lengths

_A, _C = f"{{{names.A}}}", f"{{{names.C}}}"
_VERSION = re.compile(rb"<AppVersion>([0-9.]+)</AppVersion>")
_LABELS = ("showLegendKey", "showVal", "showCatName", "showSerName", "showPercent", "showBubbleSize")
_LABEL_ORDER = (
    *("idx", "delete", "layout", "tx", "dLbl", "numFmt", "spPr", "txPr", "dLblPos"),
    *_LABELS,
    *("separator", "showLeaderLines", "leaderLines", "extLst"),
)
_GROUPS = (
    "barChart",
    "bar3DChart",
    "lineChart",
    "pieChart",
    "areaChart",
    "scatterChart",
    "bubbleChart",
    "radarChart",
)
_GROUP_ORDER = ("barDir", "grouping", "ofPieType", "scatterStyle", "radarStyle", "varyColors")
_ORDERS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    # element: (switches to write out, order of its children)
    "chartSpace": (("roundedCorners",), ("date1904", "lang", "roundedCorners")),
    "chart": (("autoTitleDeleted",), ("title", "autoTitleDeleted")),
    "title": (("overlay",), ("tx", "layout", "overlay")),
    "legend": (("overlay",), ("legendPos", "legendEntry", "layout", "overlay")),
    "valAx": (("delete",), ("axId", "scaling", "delete")),
    "catAx": (("delete",), ("axId", "scaling", "delete")),
    "dateAx": (("delete",), ("axId", "scaling", "delete")),
    "serAx": (("delete",), ("axId", "scaling", "delete")),
    "dLbls": (_LABELS, _LABEL_ORDER),
    "dLbl": (_LABELS, _LABEL_ORDER),
    **dict.fromkeys(_GROUPS, (("varyColors",), _GROUP_ORDER)),
}
_SWITCHES = {
    *(
        "roundedCorners",
        "autoTitleDeleted",
        "overlay",
        "delete",
        "varyColors",
        "smooth",
        "marker",
        "plotVisOnly",
    ),
    *("invertIfNegative", "bubble3D", "noMultiLvlLbl", "auto", "rAngAx", *_LABELS),
}


def written_by_2007(source: Source) -> bool:
    """Whether the deck names PowerPoint 2007 (application version 12) as its program."""
    part = next(iter(source.package.of_kind("/", "extended-properties")), None)
    if part is None:
        return False
    try:
        data = source.package.data(part)
        plain = _VERSION.findall(data) if b"<!" not in data else []
        version = plain[0].decode() if len(plain) == 1 else parse(data, part).findtext("{*}AppVersion")
    except HubError:
        return False
    return (version or "").strip().startswith("12.")


def make_explicit(chart: etree._Element) -> bool:
    """Write out every switch of a 2007 chart that is unsaid; whether there was one."""
    changed = False
    for element in list(chart.iter(etree.Element)):
        tag = str(element.tag).rpartition("}")[2]
        if tag in _SWITCHES and element.get("val") is None:
            element.set("val", "0")
            changed = True
        switches, order = _ORDERS.get(tag, ((), ()))
        if element.find(f"{_C}delete") is not None and tag.startswith("dLbl"):
            continue
        for switch in switches:
            changed = _add(element, switch, order) or changed
    for series in chart.iterfind(f".//{_C}lineChart/{_C}ser"):
        changed = _add_last(series, "smooth") or changed
    return changed


def _add(element: etree._Element, switch: str, order: tuple[str, ...]) -> bool:
    if element.find(f"{_C}{switch}") is not None:
        return False
    earlier = {f"{_C}{tag}" for tag in order[: order.index(switch)]}
    at = max((place + 1 for place, child in enumerate(element) if child.tag in earlier), default=0)
    element.insert(at, etree.Element(f"{_C}{switch}", val="0"))
    return True


def _add_last(series: etree._Element, switch: str) -> bool:
    if series.find(f"{_C}{switch}") is not None:
        return False
    at = next((place for place, child in enumerate(series) if child.tag == f"{_C}extLst"), len(series))
    series.insert(at, etree.Element(f"{_C}{switch}", val="0"))
    return True


def scale_text(chart: etree._Element, factor: float) -> bool:
    """Scale text, lines and markers (2 to 72 points); the unsaid size of text (10 points) is made explicit first."""
    if chart.find(f"{_C}txPr") is None:
        text = etree.fromstring(
            f'<c:txPr xmlns:c="{names.C}" xmlns:a="{names.A}"><a:bodyPr/><a:lstStyle/><a:p><a:pPr>'
            '<a:defRPr sz="1000"/></a:pPr><a:endParaRPr lang="en-US"/></a:p></c:txPr>'
        )
        earlier = {f"{_C}{tag}" for tag in ("chart", "spPr")}
        chart.insert(max((at + 1 for at, child in enumerate(chart) if child.tag in earlier), default=0), text)
    scale_lengths(chart, factor)
    for size in chart.iter(f"{_C}size"):
        size.set("val", str(min(max(round(int(size.get("val", "5")) * factor), 2), 72)))
    return True
