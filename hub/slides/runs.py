"""Text of one paragraph across its runs: find tokens wherever PowerPoint cut them, put values in their
place.

A *run* is a stretch of text with one format. Editors split what looks like one word over many runs, so a
token is looked for in the text of the whole paragraph; its value takes the format of the run where the
token begins.
"""

import copy
import re
from dataclasses import dataclass

from lxml import etree

from hub.slides import names
from hub.slides.tokens import TAG, TOKEN, Context, has_tokens

A = f"{{{names.A}}}"
_BREAK = "\n"
CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]")
_AFTER_EAST_ASIAN = tuple(A + tag for tag in ("cs", "sym", "hlinkClick", "hlinkMouseOver", "rtl", "extLst"))
_AFTER_PROPERTIES = tuple(A + tag for tag in ("r", "br", "fld", "endParaRPr"))


@dataclass(frozen=True)
class Piece:
    """A stretch of the paragraph's text: `element` is the `a:t` that holds it, None for a line break."""

    element: etree._Element | None
    text: str


def pieces(paragraph: etree._Element) -> list[Piece]:
    """The paragraph's text in order. Fields (slide number, date) are not text."""
    found = []
    for child in paragraph:
        if child.tag == f"{A}r":
            text = child.find(f"{A}t")
            if text is not None:
                found.append(Piece(text, text.text or ""))
        elif child.tag in (f"{A}br", f"{A}fld"):
            found.append(Piece(None, _BREAK))
    return found


def text_of_paragraph(paragraph: etree._Element) -> str:
    return "".join(piece.text for piece in pieces(paragraph))


def cut(paragraph: etree._Element, start: int, end: int, text: str = "") -> etree._Element | None:
    """Replace the characters `start` to `end` by `text`; the run that holds it now, None if none does."""
    at, home = 0, None
    for piece in pieces(paragraph):
        first, last = max(start - at, 0), min(end - at, len(piece.text))
        if first < last and piece.element is not None:
            piece.element.text = piece.text[:first] + (text if home is None else "") + piece.text[last:]
            home = piece.element if home is None else home
        at += len(piece.text)
    return None if home is None else home.getparent()


def fill_paragraph(paragraph: etree._Element, context: Context, font: "EastAsian | None" = None) -> bool:
    """Replace the paragraph's tokens by their values; whether there were any.

    `font` is set as the East Asian font beside the Latin one on every run that was filled.
    """
    whole = text_of_paragraph(paragraph)
    if not has_tokens(whole):
        return False
    for stray in TAG.finditer(whole):
        context.note(stray[0], "这个标记要单独成段，或放在一段的开头和结尾，并且成对出现。")
    matches = list(TOKEN.finditer(whole))
    texts = [context.text(match[1], match[0]) for match in matches]
    filled = []
    for match, text in zip(reversed(matches), reversed(texts), strict=True):
        run = cut(paragraph, match.start(), match.end(), text)
        if run is not None and run not in filled:
            filled.append(run)
    for run in filled:
        if font is not None:
            font.set_on(run)
        _break_lines(run)
    _drop_empty_runs(paragraph)
    return bool(matches)


def _break_lines(run: etree._Element) -> None:
    """A line end in a value is a line break in the same paragraph, with the run's format on both sides."""
    element = run.find(f"{A}t")
    if element is None or _BREAK not in (element.text or ""):
        return
    first, *rest = (element.text or "").split(_BREAK)
    element.text = first
    properties, last = run.find(f"{A}rPr"), run
    for line in rest:
        line_break = etree.Element(f"{A}br")
        if properties is not None:
            line_break.append(copy.deepcopy(properties))
        more = copy.deepcopy(run)
        more.find(f"{A}t").text = line  # type: ignore[union-attr]
        last.addnext(line_break)
        line_break.addnext(more)
        last = more


def _drop_empty_runs(paragraph: etree._Element) -> None:
    """An emptied run is dropped; the format of the last one stays as that of the paragraph's end."""
    runs = paragraph.findall(f"{A}r")
    empty = [run for run in runs if not (run.findtext(f"{A}t") or "")]
    if len(empty) == len(runs) and paragraph.find(f"{A}endParaRPr") is None and runs:
        properties = runs[0].find(f"{A}rPr")
        if properties is not None:
            end = copy.deepcopy(properties)
            end.tag = f"{A}endParaRPr"
            paragraph.append(end)
    for run in empty:
        paragraph.remove(run)


@dataclass(frozen=True)
class EastAsian:
    """The font for Chinese text where a run names none of its own."""

    typeface: str

    def set_on(self, run: etree._Element) -> None:
        properties = run.find(f"{A}rPr")
        if properties is None:
            properties = etree.Element(f"{A}rPr")
            run.insert(0, properties)
        if CHINESE.search(run.findtext(f"{A}t") or "") and properties.get("lang", "en").startswith("en"):
            properties.set("lang", "zh-CN")
            properties.set("altLang", "en-US")
        if properties.find(f"{A}ea") is None:
            self._insert(properties)

    def _insert(self, properties: etree._Element) -> None:
        latin = properties.find(f"{A}latin")
        typeface = self.typeface
        if latin is not None and CHINESE.search(latin.get("typeface", "")):
            typeface = latin.get("typeface", "")
        font = etree.Element(f"{A}ea", typeface=typeface)
        if latin is not None:
            latin.addnext(font)
            return
        following = next((child for child in properties if child.tag in _AFTER_EAST_ASIAN), None)
        if following is None:
            properties.append(font)
        else:
            following.addprevious(font)
