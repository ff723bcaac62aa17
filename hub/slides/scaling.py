"""Fits slides of one size onto another: scaled by one factor and centred, with text, lines, tables and
margins.

Places scale at the top level only: what lies in a group follows its group. Lengths (text sizes, line
widths, margins) scale everywhere, because a group does not carry them.
"""

from dataclasses import dataclass

from lxml import etree

from hub.slides import names

_A, _P = f"{{{names.A}}}", f"{{{names.P}}}"
_DSP = "{http://schemas.microsoft.com/office/drawing/2008/diagram}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

# Attributes that are lengths, by the element that carries them (local names).
_LENGTHS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("rPr", "defRPr", "endParaRPr"), ("sz", "spc", "kern")),
    **dict.fromkeys(
        ("pPr", *(f"lvl{n}pPr" for n in range(1, 10)), "defPPr"), ("marL", "marR", "indent", "defTabSz")
    ),
    **dict.fromkeys(("ln", "lnL", "lnR", "lnT", "lnB", "lnTlToBr", "lnBlToTr", "uLn"), ("w",)),
    "bodyPr": ("lIns", "tIns", "rIns", "bIns", "spcCol"),
    "tcPr": ("marL", "marR", "marT", "marB"),
    "gridCol": ("w",),
    "tr": ("h",),
    "tab": ("pos",),
    "spcPts": ("val",),
    "buSzPts": ("val",),
    **dict.fromkeys(("outerShdw", "innerShdw", "reflection"), ("blurRad", "dist")),
    "glow": ("rad",),
    "softEdge": ("rad",),
    "blur": ("rad",),
    "prstShdw": ("dist",),
    "bevelT": ("w", "h"),
    "bevelB": ("w", "h"),
}
_AT_LEAST = {"sz": 100, "w": 0}
_INSETS = {"lIns": 91440, "tIns": 45720, "rIns": 91440, "bIns": 45720}
_CELL_MARGINS = {"marL": 91440, "marR": 91440, "marT": 45720, "marB": 45720}


@dataclass(frozen=True)
class Scaling:
    """Times `factor`, then moved by `dx`, `dy` EMU."""

    factor: float
    dx: int
    dy: int


def fitting(home: tuple[int, int], away: tuple[int, int]) -> Scaling | None:
    """The scaling that centres a slide of size `home` on one of size `away`; None if the sizes are equal."""
    if home == away:
        return None
    factor = min(away[0] / home[0], away[1] / home[1])
    return Scaling(factor, round((away[0] - home[0] * factor) / 2), round((away[1] - home[1] * factor) / 2))


def scale_tree(root: etree._Element, scaling: Scaling) -> None:
    """Scale a slide, layout or master in place, or the drawing of a diagram, which has its frame's corner as origin."""
    tree = root.find(f"{_P}cSld/{_P}spTree")
    if tree is not None:
        _make_explicit(tree, placeholders=root.tag == f"{_P}sldMaster")
        _scale_places(tree, scaling)
    drawing = root.find(f"{_DSP}spTree")
    if drawing is not None:
        _scale_drawing(drawing, Scaling(scaling.factor, 0, 0))
    scale_lengths(root, scaling.factor)


def _scale_drawing(tree: etree._Element, scaling: Scaling) -> None:
    for body in tree.iter(f"{_DSP}txBody"):
        properties = body.find(f"{_A}bodyPr")
        if properties is not None:
            _set_missing(properties, _INSETS)
    for child in tree.iterchildren(f"{_DSP}sp", f"{_DSP}grpSp", f"{_DSP}pic"):
        for path in (f"{_DSP}spPr/{_A}xfrm", f"{_DSP}grpSpPr/{_A}xfrm", f"{_DSP}txXfrm"):
            _scale_xfrm(child.find(path), scaling)


def scale_lengths(root: etree._Element, factor: float) -> None:
    """Scale text sizes, line widths, margins and the like below an element, and of itself."""
    for element in root.iter(etree.Element):
        for name in _LENGTHS.get(etree.QName(element).localname, ()):
            value = element.get(name)
            if value is not None and value.lstrip("-").isdecimal():
                element.set(name, str(max(round(int(value) * factor), _AT_LEAST.get(name, -(10**9)))))


def _make_explicit(tree: etree._Element, *, placeholders: bool) -> None:
    """Write out unsaid margins where nothing is inherited, since a length that is not there cannot scale."""
    for shape in tree.iter(f"{_P}sp"):
        body = shape.find(f"{_P}txBody/{_A}bodyPr")
        inherits = shape.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph") is not None
        if body is not None and (placeholders or not inherits):
            _set_missing(body, _INSETS)
    for cell in tree.iter(f"{_A}tc"):
        properties = cell.find(f"{_A}tcPr")
        if properties is None:
            properties = etree.SubElement(cell, f"{_A}tcPr")
        _set_missing(properties, _CELL_MARGINS)


def _set_missing(element: etree._Element, values: dict[str, int]) -> None:
    for name, value in values.items():
        if element.get(name) is None:
            element.set(name, str(value))


def _scale_places(parent: etree._Element, scaling: Scaling) -> None:
    for child in parent.iterchildren(etree.Element):
        if child.tag in (f"{_MC}AlternateContent", f"{_MC}Choice", f"{_MC}Fallback"):
            _scale_places(child, scaling)
        elif child.tag == f"{_P}graphicFrame":
            _scale_xfrm(child.find(f"{_P}xfrm"), scaling)
        elif child.tag == f"{_P}grpSp":
            _scale_xfrm(child.find(f"{_P}grpSpPr/{_A}xfrm"), scaling)
        elif child.tag == f"{_P}contentPart":
            _scale_xfrm(next(child.iter("{*}xfrm"), None), scaling)
        else:
            _scale_xfrm(child.find(f"{_P}spPr/{_A}xfrm"), scaling)


def _scale_xfrm(xfrm: etree._Element | None, scaling: Scaling) -> None:
    if xfrm is None:
        return
    for tag, moves in (("off", {"x": scaling.dx, "y": scaling.dy}), ("ext", {"cx": 0, "cy": 0})):
        element = xfrm.find(f"{_A}{tag}")
        for name, move in moves.items():
            value = element.get(name, "") if element is not None else ""
            if element is not None and value.lstrip("-").isdecimal():
                element.set(name, str(round(int(value) * scaling.factor) + move))
