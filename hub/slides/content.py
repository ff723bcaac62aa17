"""What stands on a slide: its shapes in reading order, their texts, and where they lie.

A *shape* here is a text shape, picture, connector or frame (table, chart, diagram, object); groups are
opened and their members placed on the slide. A *box* is (x, y, width, height) in EMU on the slide. A
*field* is text that a program fills in (slide number, date); it is not content.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from hub.slides import names

Box = tuple[float, float, float, float]
Placeholder = tuple[str, str]  # (type, idx)

_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_M = "http://schemas.openxmlformats.org/officeDocument/2006/math"
_A = f"{{{names.A}}}"
_P = f"{{{names.P}}}"
_SHAPES = {f"{_P}{tag}": tag for tag in ("sp", "pic", "cxnSp", "graphicFrame", "contentPart")}
_FURNITURE = {"dt", "ftr", "sldNum", "hdr"}
_TITLES = {"title", "ctrTitle"}


@dataclass(frozen=True)
class Shape:
    """One shape. `kind` is its element's name; `box` is None if neither it nor its layout says where it
    lies.
    """

    kind: str
    element: etree._Element
    box: Box | None
    placeholder: Placeholder | None

    @property
    def is_title(self) -> bool:
        return self.placeholder is not None and self.placeholder[0] in _TITLES

    @property
    def is_furniture(self) -> bool:
        """Slide number, date, header or footer: repeated on every slide and no content of this one."""
        return self.placeholder is not None and self.placeholder[0] in _FURNITURE


class _Frame:
    """Where a group puts its members: child coordinates to slide coordinates."""

    def __init__(self, outer: "_Frame | None", group: etree._Element | None) -> None:
        self.scale_x = self.scale_y = 1.0
        self.move_x = self.move_y = 0.0
        if outer is not None and group is not None:
            self._nest(outer, group)

    def _nest(self, outer: "_Frame", group: etree._Element) -> None:
        self.scale_x, self.scale_y = outer.scale_x, outer.scale_y
        self.move_x, self.move_y = outer.move_x, outer.move_y
        xfrm = group.find(f"{_P}grpSpPr/{_A}xfrm")
        box = own_box(xfrm)
        inner = _numbers(xfrm, "chOff", "chExt")
        if box is None or inner is None:
            return
        grow_x = box[2] / inner[2] if inner[2] else 1.0
        grow_y = box[3] / inner[3] if inner[3] else 1.0
        self.move_x += self.scale_x * (box[0] - inner[0] * grow_x)
        self.move_y += self.scale_y * (box[1] - inner[1] * grow_y)
        self.scale_x *= grow_x
        self.scale_y *= grow_y

    def place(self, box: Box) -> Box:
        x, y, width, height = box
        return (
            self.move_x + x * self.scale_x,
            self.move_y + y * self.scale_y,
            width * self.scale_x,
            height * self.scale_y,
        )


def shapes(
    slide: etree._Element, inherited: Callable[[Placeholder], Box | None] | None = None
) -> Iterator[Shape]:
    """The shapes of a slide, layout, master or notes tree. `inherited` says where a placeholder without box
    lies.
    """
    tree = slide.find(f"{_P}cSld/{_P}spTree")
    if tree is not None:
        yield from _walk(tree, _Frame(None, None), inherited or (lambda _: None))


def _walk(
    parent: etree._Element, frame: _Frame, inherited: Callable[[Placeholder], Box | None]
) -> Iterator[Shape]:
    for element in visible_children(parent):
        if element.tag == f"{_P}grpSp":
            yield from _walk(element, _Frame(frame, element), inherited)
        elif element.tag in _SHAPES:
            yield _shape(element, frame, inherited)


def _shape(element: etree._Element, frame: _Frame, inherited: Callable[[Placeholder], Box | None]) -> Shape:
    placeholder = _placeholder(element)
    kind = _SHAPES[str(element.tag)]
    xfrm = element.find(f"{_P}xfrm") if kind == "graphicFrame" else element.find(f"{_P}spPr/{_A}xfrm")
    box = own_box(xfrm)
    if box is not None:
        box = frame.place(box)
    elif placeholder is not None:
        box = inherited(placeholder)
    return Shape(kind, element, box, placeholder)


def visible_children(parent: etree._Element) -> Iterator[etree._Element]:
    """Child elements, taking the first choice wherever a newer program is offered one."""
    for child in parent:
        if child.tag == f"{{{_MC}}}AlternateContent":
            choice = child.find(f"{{{_MC}}}Choice")
            yield from visible_children(choice if choice is not None else child)
        elif child.tag == f"{{{_MC}}}Fallback":
            yield from visible_children(child)
        elif isinstance(child.tag, str):
            yield child


def _placeholder(element: etree._Element) -> Placeholder | None:
    mark = element.find(f"./*/{_P}nvPr/{_P}ph")
    return None if mark is None else (mark.get("type", "obj"), mark.get("idx", "0"))


def own_box(xfrm: etree._Element | None) -> Box | None:
    return _numbers(xfrm, "off", "ext")


def _numbers(xfrm: etree._Element | None, offset_tag: str, extent_tag: str) -> Box | None:
    if xfrm is None:
        return None
    offset, extent = xfrm.find(f"{_A}{offset_tag}"), xfrm.find(f"{_A}{extent_tag}")
    if offset is None or extent is None:
        return None
    try:
        return (
            float(offset.get("x", "")),
            float(offset.get("y", "")),
            float(extent.get("cx", "")),
            float(extent.get("cy", "")),
        )
    except ValueError:
        return None


def non_visual(shape: Shape) -> etree._Element | None:
    """The element that carries a shape's id, name and alternative text."""
    return shape.element.find(f"./*/{_P}cNvPr")


# ---- text


def paragraphs(element: etree._Element, *, fields: bool = True) -> list[str]:
    """The non-empty paragraphs under an element, a line break as a newline; without `fields`, those left
    out.
    """
    found = (paragraph_text(each, fields=fields).strip() for each in element.iter(f"{_A}p"))
    return [text for text in found if text]


def paragraph_text(paragraph: etree._Element, *, fields: bool = True) -> str:
    return "".join(_pieces(paragraph, fields=fields))


def _pieces(element: etree._Element, *, fields: bool) -> Iterator[str]:
    for child in visible_children(element):
        if child.tag in (f"{_A}t", f"{{{_M}}}t"):
            yield child.text or ""
        elif child.tag == f"{_A}br":
            yield "\n"
        elif fields or child.tag != f"{_A}fld":
            yield from _pieces(child, fields=fields)


def table_rows(shape: Shape) -> list[list[str]] | None:
    """The cells of a table frame, row by row, paragraphs joined by newlines; None if the frame holds no
    table.
    """
    table = shape.element.find(f"{_A}graphic/{_A}graphicData/{_A}tbl")
    if table is None:
        return None
    return [
        ["\n".join(paragraphs(cell)) for cell in row.iterfind(f"{_A}tc")] for row in table.iterfind(f"{_A}tr")
    ]


def chart_rel(shape: Shape) -> str | None:
    """The relationship id of the chart in a frame."""
    return _frame_rel(shape, "id", "chart")


def diagram_rel(shape: Shape) -> str | None:
    """The relationship id of the data of the diagram (SmartArt) in a frame."""
    return _frame_rel(shape, "dm", "relIds")


def _frame_rel(shape: Shape, attribute: str, tag: str) -> str | None:
    data = shape.element.find(f"{_A}graphic/{_A}graphicData")
    for child in data if data is not None else ():
        if isinstance(child.tag, str) and etree.QName(child).localname == tag:
            return child.get(f"{{{names.R}}}{attribute}")
    return None
