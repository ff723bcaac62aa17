"""Fills the shapes of one slide: their texts, and what their alternative text tells to do with them.

In a shape's alternative text (`descr`) may stand `{% if EXPR %}` (the shape is kept only if true), `{%
picture EXPR fit %}` or `crop` (it shows the picture), `{% chart EXPR %}` (a native chart takes the data),
and on a group `{% for NAME in EXPR across %}` or `down` (the group is repeated side by side, or one under
the other).
"""

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from hub.slides import charts, names, pictures
from hub.slides.blocks import expand_paragraphs, expand_rows
from hub.slides.fit import FillWarning, fit_shape, fit_table
from hub.slides.places import Deck, Style, name_of, number, own_box, shape_properties
from hub.slides.runs import EastAsian, fill_paragraph, text_of_paragraph
from hub.slides.timing import forget_shapes
from hub.slides.tokens import Context, Tag, clean, fill_text, has_tokens, tags_in

A, P, R = f"{{{names.A}}}", f"{{{names.P}}}", f"{{{names.R}}}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_A16 = "{http://schemas.microsoft.com/office/drawing/2014/main}"
_SHAPES = tuple(P + tag for tag in ("sp", "pic", "graphicFrame", "grpSp", "cxnSp"))
_REPEAT = re.compile(r"([^\W\d]\w*)\s+in\s+(.+?)(?:\s+(across|down)(?:\s+(\d+(?:\.\d+)?)\s*cm)?)?", re.DOTALL)
_PICTURE = re.compile(r"(.+?)\s+(fit|crop)", re.DOTALL)
_CM = 360_000
_DIRECTIVES = ("if", "for", "picture", "chart")


@dataclass
class Page:
    """One slide, layout or master being filled. `number` counts in the result, from 1; 0: it is no slide."""

    deck: Deck
    part: str
    number: int
    style: Style
    warnings: list[FillWarning] = field(default_factory=list)
    filled: list[etree._Element] = field(default_factory=list)
    """The shapes whose text changed, to be measured."""
    removed: set[str] = field(default_factory=set)
    """Ids of shapes taken away, for animations and connectors."""

    @property
    def root(self) -> etree._Element:
        return self.deck.tree(self.part)


def fill_page(page: Page, context: Context) -> None:
    """Fill every shape of the page, then measure what changed."""
    tree = page.root.find(f"{P}cSld/{P}spTree")
    if tree is None:
        return
    _fill_children(tree, page, context)
    forget_shapes(page.root, page.removed)
    if page.number and not context.problems:
        _fit(page)


def _fit(page: Page) -> None:
    for shape in page.filled:
        if next(shape.iterancestors(f"{_MC}Fallback"), None) is not None:
            continue
        table = shape.tag == f"{P}graphicFrame"
        said = (
            fit_table(shape, page.style, page.number) if table else fit_shape(shape, page.style, page.number)
        )
        if said is not None:
            page.warnings.append(said)


def _fill_children(parent: etree._Element, page: Page, context: Context) -> None:
    for child in list(parent):
        if child.tag in _SHAPES:
            _fill_shape(child, page, context.at(shape=name_of(child)))
        elif isinstance(child.tag, str) and child.tag.startswith(_MC):
            _fill_children(child, page, context)


def _fill_shape(shape: etree._Element, page: Page, context: Context) -> None:
    properties = shape_properties(shape)
    told = properties.get("descr", "") if properties is not None else ""
    tags = [tag for tag in tags_in(told) if tag.kind in _DIRECTIVES]
    for tag in tags_in(told):
        if tag not in tags:
            context.note(tag.source, "替代文字里只能用 if、for、picture 和 chart。")
    if not all(context.holds(tag) for tag in tags if tag.kind == "if"):
        _remove(shape, page)
        return
    repeat = next((tag for tag in tags if tag.kind == "for"), None)
    if properties is not None and repeat is not None:
        properties.set("descr", told.replace(repeat.source, "").strip())
        _repeat(shape, repeat, page, context)
        return
    _fill_one(shape, tags, page, context)


def _fill_one(shape: etree._Element, tags: list[Tag], page: Page, context: Context) -> None:
    _fill_properties(shape, context)
    if shape.tag == f"{P}grpSp":
        _fill_children(shape, page, context)
    else:
        _fill_texts(shape, page, context)
    for tag in tags:
        if tag.kind == "picture":
            _put_picture(shape, tag, page, context)
        elif tag.kind == "chart":
            _put_chart(shape, tag, page, context)


def _fill_properties(shape: etree._Element, context: Context) -> None:
    properties = shape_properties(shape)
    for attribute in ("descr", "title"):
        text = None if properties is None else properties.get(attribute)
        if properties is not None and text is not None and has_tokens(text):
            properties.set(attribute, fill_text(text, context))


def _fill_texts(shape: etree._Element, page: Page, context: Context) -> None:
    font = EastAsian(page.style.east_asian(shape))
    before = len(context.problems)
    changed = False
    body, table = shape.find(f"{P}txBody"), shape.find(f".//{A}tbl")
    if body is not None:
        changed = fill_body(body, context, font)
    if table is not None:
        changed = _fill_table(table, context, font)
        if len(table.findall(f"{A}tr")) == 0 and len(context.problems) == before:
            _remove(shape, page)
            return
    if changed:
        page.filled.append(shape)


def fill_body(body: etree._Element, context: Context, font: EastAsian | None) -> bool:
    """Fill a text body (txBody, a chart's rich text, a diagram's point); whether anything in it changed."""
    marked = any(has_tokens(text_of_paragraph(each)) for each in body.iterfind(f"{A}p"))
    if not marked:
        return False
    for paragraph, turn in expand_paragraphs(body, context):
        fill_paragraph(paragraph, turn, font)
    return True


def _fill_table(table: etree._Element, context: Context, font: EastAsian) -> bool:
    if not any(has_tokens(text_of_paragraph(each)) for each in table.iter(f"{A}p")):
        return False
    for row, turn in expand_rows(table, context):
        for body in row.iterfind(f"{A}tc/{A}txBody"):
            fill_body(body, turn, font)
    seen = set[str]()
    for row_id in table.iter(f"{_A16}rowId"):
        if row_id.get("val", "") in seen:
            row_id.set("val", str(_free_number(seen)))
        seen.add(row_id.get("val", ""))
    return True


def _free_number(taken: set[str]) -> int:
    number_ = 10_000
    while str(number_) in taken:
        number_ += 1
    return number_


def _remove(shape: etree._Element, page: Page) -> None:
    page.removed |= {each.get("id", "") for each in shape.iter(f"{P}cNvPr")}
    parent = shape.getparent()
    if parent is not None:
        parent.remove(shape)


# ---- pictures and charts


def _put_picture(shape: etree._Element, tag: Tag, page: Page, context: Context) -> None:
    match = _PICTURE.fullmatch(tag.rest)
    expression, fit = (match[1], match[2] == "fit") if match else (tag.rest, True)
    before = len(context.problems)
    value = context.value(expression, tag.source)
    if value is None:
        if len(context.problems) == before:
            _remove(shape, page)
        return
    box = own_box(shape) or page.style.box(shape)
    if box is None or shape.tag not in (f"{P}sp", f"{P}pic"):
        context.note(tag.source, "图片只能放进有位置和大小的图片、占位符或形状。")
        return
    try:
        picture = pictures.read_picture(value)
        _describe(shape, value)
        pictures.place(shape, box, picture, fit=fit, package=page.deck.package, part=page.part)
    except pictures.NoPicture as error:
        context.note(tag.source, str(error))
    if shape in page.filled:
        page.filled.remove(shape)


def _describe(shape: etree._Element, value: object) -> None:
    """The words that came with the picture are its alternative text, before those of the template."""
    said = value.get("alt") if isinstance(value, Mapping) else None
    properties = shape_properties(shape)
    if properties is not None and isinstance(said, str) and said.strip():
        properties.set("descr", clean(said.strip()))


def _put_chart(shape: etree._Element, tag: Tag, page: Page, context: Context) -> None:
    value = context.value(tag.rest, tag.source)
    if value is None:
        return
    chart = next((each for each in shape.iter(f"{{{names.C}}}chart")), None)
    rel = None if chart is None else page.deck.package.rel(page.part, chart.get(f"{R}id", ""))
    if rel is None or rel.part is None:
        context.note(tag.source, "这个形状不是图表。")
        return
    try:
        charts.replace_data(page.deck.package, rel.part, value)
    except charts.NoChartData as error:
        context.note(tag.source, str(error))
    page.deck.forget(rel.part)


# ---- groups repeated


def _repeat(shape: etree._Element, tag: Tag, page: Page, context: Context) -> None:
    """The group once an item, moved on by its own size and a gap each time."""
    match, box = _REPEAT.fullmatch(tag.rest), own_box(shape)
    if match is None or box is None:
        context.note(tag.source, "循环要写成「for 名称 in 列表 across」，并放在一个组合的替代文字里。")
        return
    down = match[3] == "down"
    gap = round(float(match[4]) * _CM) if match[4] else (box[3] if down else box[2]) // 12
    last, count = shape, 0
    original = copy.deepcopy(shape)
    for count, turn in enumerate(context.each(match[1], match[2], tag.source), start=1):
        current = shape
        if count > 1:
            current = copy.deepcopy(original)
            last.addnext(current)
            _renumber(current, page.root)
            step = (count - 1) * ((box[3] if down else box[2]) + gap)
            _move(current, 0 if down else step, step if down else 0)
        last = current
        tags = tags_in(_description(current))
        _fill_one(current, tags, page, turn)
    if count == 0:
        _remove(shape, page)
    elif page.number:
        _tell_if_outside(last, page)


def _description(shape: etree._Element) -> str:
    properties = shape_properties(shape)
    return "" if properties is None else properties.get("descr", "")


def _renumber(shape: etree._Element, root: etree._Element) -> None:
    """New ids for a copy and what is in it; connectors inside it follow."""
    highest = max((number(each.get("id"), 0) for each in root.iter(f"{P}cNvPr")), default=1)
    renamed: dict[str, str] = {}
    for offset, properties in enumerate(shape.iter(f"{P}cNvPr"), start=1):
        renamed[properties.get("id", "")] = str(highest + offset)
        properties.set("id", str(highest + offset))
        _drop_creation_id(properties)
    for end in shape.iter(f"{A}stCxn", f"{A}endCxn"):
        end.set("id", renamed.get(end.get("id", ""), end.get("id", "")))


def _drop_creation_id(properties: etree._Element) -> None:
    """The mark by which PowerPoint tells a shape from its copy."""
    for extension in properties.findall(f"{A}extLst/{A}ext"):
        parent = extension.getparent()
        if extension.find(f"{_A16}creationId") is None or parent is None:
            continue
        parent.remove(extension)
        if len(parent) == 0:
            properties.remove(parent)


def _move(shape: etree._Element, right: int, down: int) -> None:
    offset = next(_offsets(shape), None)
    if offset is not None:
        offset.set("x", str(number(offset.get("x"), 0) + right))
        offset.set("y", str(number(offset.get("y"), 0) + down))


def _offsets(shape: etree._Element) -> Iterator[etree._Element]:
    for path in (f"{P}grpSpPr/{A}xfrm/{A}off", f"{P}spPr/{A}xfrm/{A}off", f"{P}xfrm/{A}off"):
        yield from shape.iterfind(path)


def _tell_if_outside(shape: etree._Element, page: Page) -> None:
    box = page.style.box(shape)
    width, height = page.style.deck.size
    if box is None or (box[0] + box[2] <= width and box[1] + box[3] <= height):
        return
    name = name_of(shape)
    sentence = f"第 {page.number} 页「{name}」重复后超出了页面，请减少项数或缩小这个组合。"
    page.warnings.append(FillWarning(page.number, name, 0, sentence))
