"""Fills a branded template with values: `{{ customer.name }}` becomes the customer's name, everywhere on
a slide.

Words: a *use* is one slide of the template in the result, with values of its own; slides not used are
left out, a slide used twice is there twice. What cannot be filled is an error that lists every place;
what was filled but does not fit is a warning.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from hub.base.errors import HubError
from hub.slides import names
from hub.slides.copies import copy_slide, list_slides, sweep
from hub.slides.fit import FillWarning, fit_diagram
from hub.slides.leftovers import clean_properties, drop_unused, used_ids
from hub.slides.package import read_package, serialize
from hub.slides.places import Deck, Style
from hub.slides.runs import EastAsian, text_of_paragraph
from hub.slides.shapes import Page, fill_body, fill_page
from hub.slides.tokens import Context, Problem, Tag, has_tokens

A, P = f"{{{names.A}}}", f"{{{names.P}}}"
SLIDE_TAG = re.compile(r"\{%\s*slide\s+(if|for)\s+(.+?)\s*%\}", re.DOTALL)
SLIDE_FOR = re.compile(r"([^\W\d]\w*)\s+in\s+(.+)", re.DOTALL)
_TOLD = 5
"""How many problems one error sentence names; the others are in its details."""


@dataclass(frozen=True)
class SlideUse:
    """Slide `number` (from 1) of the template, with `values` that only this use sees."""

    number: int
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Filled:
    """The finished deck and what a person should look at."""

    data: bytes
    warnings: list[FillWarning]


def fill(
    template: bytes,
    values: Mapping[str, object],
    *,
    slides: Sequence[SlideUse] | None = None,
    language: str = "zh",
    planned: bool = False,
) -> Filled:
    """The template with its tokens replaced, as a deck of the `slides` in order (None: every slide once).

    A slide whose notes hold `{% slide if EXPR %}` is left out unless true, one with
    `{% slide for X in EXPR %}` is repeated; with `planned` that was decided by whoever gave the uses.
    Raises HubError naming slide, shape and token where a value is missing (unless written `name?`) or an
    expression is wrong; `details["problems"]` lists them all.
    """
    deck = Deck(read_package(template))
    context = Context(values, language)
    parts = slide_parts(deck)
    uses = [SlideUse(number) for number in range(1, len(parts) + 1)] if slides is None else slides
    turns = [turn for use in uses for turn in _turns(deck, parts, use, context, planned=planned)]
    _raise(context.problems)
    if not turns:
        raise HubError("这些条件和数据下一页也不剩，请检查模板的条件。")
    used = _lay_out(deck, [part for part, _ in turns])
    warnings: list[FillWarning] = []
    for part in above(deck, used):
        _fill_part(deck, part, 0, context.at(place="版式"))
    for number, (part, (_, turn)) in enumerate(zip(used, turns, strict=True), start=1):
        warnings += _fill_slide(deck, part, number, turn)
    clean_properties(deck.package, context)
    _raise(context.problems)
    sweep(deck.package)
    return Filled(deck.package.write(), warnings)


def slide_parts(deck: Deck) -> list[str]:
    main = deck.package.main
    entries = deck.tree(main).iterfind(f"{P}sldIdLst/{P}sldId")
    rels = (deck.package.rel(main, entry.get(f"{{{names.R}}}id", "")) for entry in entries)
    return [rel.part for rel in rels if rel is not None and rel.part is not None]


def _turns(
    deck: Deck, parts: Sequence[str], use: SlideUse, context: Context, *, planned: bool
) -> Iterator[tuple[str, Context]]:
    """The slide of this use with its context: once, or as often as its notes say."""
    if not 1 <= use.number <= len(parts):
        raise HubError(f"模板没有第 {use.number} 页，它一共有 {len(parts)} 页。", slide=use.number)
    part = parts[use.number - 1]
    own = context.at(place=f"模板第 {use.number} 页").with_values(use.values)
    match = None if planned else slide_tag(deck, part)
    if match is None:
        yield part, own
        return
    if match[1] == "if":
        if own.holds(Tag("if", match[2], match[0])):
            yield part, own
        return
    loop = SLIDE_FOR.fullmatch(match[2])
    if loop is None:
        own.note(match[0], "要写成「slide for 名称 in 列表」。")
        return
    for turn in own.each(loop[1], loop[2], match[0]):
        yield part, turn


def slide_tag(deck: Deck, slide: str) -> re.Match[str] | None:
    notes = deck.first(slide, "notesSlide")
    if notes is None:
        return None
    for paragraph in deck.tree(notes).iter(f"{A}p"):
        match = SLIDE_TAG.search(text_of_paragraph(paragraph))
        if match is not None:
            return match
    return None


def _lay_out(deck: Deck, parts: Sequence[str]) -> list[str]:
    """Make the deck's slides these, copying a slide that comes again; the parts in order."""
    used: list[str] = []
    for part in parts:
        used.append(copy_slide(deck.package, part) if part in used else part)
    list_slides(deck, used)
    return used


def above(deck: Deck, slides: Sequence[str]) -> list[str]:
    """The layouts and masters of the slides, each once."""
    styles = [Style.of(deck, slide) for slide in slides]
    return list(dict.fromkeys(part for style in styles for part in (style.layout, style.master) if part))


def _fill_slide(deck: Deck, part: str, number: int, context: Context) -> list[FillWarning]:
    warnings = _fill_part(deck, part, number, context)
    style = Style.of(deck, part)
    for below in own_parts(deck, part):
        if _has_tokens(deck, below):
            _fill_texts(deck, below, context, EastAsian(style.east_asian(None)))
            if not context.problems:
                warnings += fit_diagram(deck.tree(below), style, number)
                _save(deck, below)
    return warnings


def _fill_part(deck: Deck, part: str, number: int, context: Context) -> list[FillWarning]:
    """Fill the shapes of a slide, layout or master."""
    if not _has_tokens(deck, part):
        return []
    page = Page(deck, part, number, Style.of(deck, part))
    before = used_ids(page.root)
    fill_page(page, context)
    drop_unused(deck.package, part, before, used_ids(page.root))
    _save(deck, part)
    return page.warnings


def own_parts(deck: Deck, slide: str) -> list[str]:
    """Notes, charts and diagrams of the slide: parts with text that belongs to it."""
    kinds = ("notesSlide", "chart", "diagramData", "diagramDrawing")
    return [part for kind in kinds for part in deck.package.of_kind(slide, kind)]


def _has_tokens(deck: Deck, part: str) -> bool:
    """Tokens may be cut anywhere, but their first bracket is somewhere."""
    return b"{" in deck.package.data(part)


def _fill_texts(deck: Deck, part: str, context: Context, font: EastAsian) -> None:
    """Fill the paragraphs of notes, a chart or a diagram, wherever they are."""
    root = deck.tree(part)
    where = {"notes": "备注", "chartSpace": "图表", "drawing": "SmartArt", "dataModel": "SmartArt"}
    context = context.at(shape=where.get(etree.QName(root).localname, ""))
    if etree.QName(root).localname == "notes":
        _drop_slide_tags(root)
    for body in list(dict.fromkeys(paragraph.getparent() for paragraph in root.iter(f"{A}p"))):
        if body is not None:
            fill_body(body, context, font)
    for element in root.iter(f"{{{names.C}}}v"):
        if has_tokens(element.text or ""):
            context.note(element.text or "", "图表数据里不能写标记，请用替代文字 {% chart … %}。")
    _save(deck, part)


def _drop_slide_tags(root: etree._Element) -> None:
    for paragraph in list(root.iter(f"{A}p")):
        if SLIDE_TAG.search(text_of_paragraph(paragraph)):
            for child in list(paragraph):
                if child.tag in (f"{A}r", f"{A}br"):
                    paragraph.remove(child)


def _save(deck: Deck, part: str) -> None:
    deck.package.put(part, serialize(deck.tree(part)), deck.package.content_type(part))


def _raise(problems: Sequence[Problem]) -> None:
    if not problems:
        return
    told = " ".join(problem.sentence() for problem in problems[:_TOLD])
    more = f" 另有 {len(problems) - _TOLD} 处。" if len(problems) > _TOLD else ""
    raise HubError(
        told + more,
        problems=[
            {"slide": p.place, "shape": p.shape, "token": p.source, "name": p.name, "reason": p.reason}
            for p in problems
        ],
    )
