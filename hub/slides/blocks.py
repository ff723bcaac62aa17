"""Loops and conditions over a sequence of like things: paragraphs of a text, rows of a table.

Words: an item *opens* a block with the tags it begins with and *closes* blocks with the tags it ends
with; an item that holds nothing but tags is *bare* and leaves no trace.
"""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from lxml import etree

from hub.slides import names
from hub.slides.runs import cut, text_of_paragraph
from hub.slides.tokens import TAG, Context, Tag, read_tag

A = f"{{{names.A}}}"
_NOT_CLOSED = "这个标记没有配对的结束标记（endfor 或 endif）。"
_NOT_OPENED = "这个结束标记没有配对的开始标记。"


@dataclass(frozen=True)
class Item:
    """An element without its block tags, and these tags."""

    element: etree._Element
    opens: tuple[Tag, ...] = ()
    closes: tuple[Tag, ...] = ()
    bare: bool = False


Placed: TypeAlias = tuple[etree._Element, Context]  # noqa: SLF001 - lxml's own name for an element


def expand(items: Sequence[Item], context: Context) -> list[Placed]:
    """Copies of the elements that stay, each with the context of its turn. Problems are noted, not raised."""
    placed: list[Placed] = []
    at = 0
    while at < len(items):
        item = items[at]
        if not item.opens:
            for tag in item.closes:
                context.note(tag.source, _NOT_OPENED)
            if not item.bare:
                placed.append((copy.deepcopy(item.element), context))
            at += 1
            continue
        end = _end_of_block(items, at)
        if end is None:
            context.note(item.opens[0].source, _NOT_CLOSED)
            return placed
        inside = _without_outer(items[at : end + 1])
        for turn in context.turns(item.opens[0]):
            placed += expand(inside, turn)
        at = end + 1
    return placed


def _end_of_block(items: Sequence[Item], start: int) -> int | None:
    """The item in which the first block opened at `start` closes; None when none does, or a wrong one."""
    waiting: list[Tag] = []
    for at in range(start, len(items)):
        waiting += items[at].opens
        for tag in items[at].closes:
            if not waiting or not waiting.pop().is_closed_by(tag):
                return None
        if not waiting:
            return at
    return None


def _without_outer(items: Sequence[Item]) -> list[Item]:
    inside = list(items)
    inside[0] = replace(inside[0], opens=inside[0].opens[1:])
    inside[-1] = replace(inside[-1], closes=inside[-1].closes[:-1])
    return inside


def expand_paragraphs(body: etree._Element, context: Context) -> list[Placed]:
    """Carry out the blocks of a text body in place; its paragraphs with the contexts to fill them in."""
    found = body.findall(f"{A}p")
    items = [read_paragraph(paragraph) for paragraph in found]
    if not any(item.opens or item.closes for item in items):
        return [(paragraph, context) for paragraph in found]
    placed = expand(items, context)
    if not placed:
        placed = [(_emptied(found[0]), context)]
    _replace(body, found, [element for element, _ in placed])
    return placed


def _replace(parent: etree._Element, old: Sequence[etree._Element], new: Sequence[etree._Element]) -> None:
    at = parent.index(old[0])
    for element in old:
        parent.remove(element)
    for offset, element in enumerate(new):
        parent.insert(at + offset, element)


def _emptied(paragraph: etree._Element) -> etree._Element:
    """A text body must keep one paragraph; without its text it keeps its height."""
    empty = copy.deepcopy(paragraph)
    for child in list(empty):
        if child.tag not in (f"{A}pPr", f"{A}endParaRPr"):
            empty.remove(child)
    return empty


def read_paragraph(paragraph: etree._Element) -> Item:
    """Take the block tags off the paragraph's beginning and end."""
    opens = _take(paragraph, _leading)
    closes = _take(paragraph, _trailing)
    one_sided = bool(opens) is not bool(closes)
    bare = one_sided and not text_of_paragraph(paragraph).strip()
    return Item(paragraph, opens, closes, bare)


def _take(paragraph: etree._Element, find: Callable[[str], list[tuple[int, int, Tag]]]) -> tuple[Tag, ...]:
    found = find(text_of_paragraph(paragraph))
    for start, end, _ in reversed(found):
        cut(paragraph, start, end)
    return tuple(tag for _, _, tag in found)


def _leading(text: str) -> list[tuple[int, int, Tag]]:
    found, at = [], 0
    for match in TAG.finditer(text):
        tag = read_tag(match)
        if text[at : match.start()].strip() or not tag.opens:
            break
        found.append((match.start(), match.end(), tag))
        at = match.end()
    return found


def _trailing(text: str) -> list[tuple[int, int, Tag]]:
    found: list[tuple[int, int, Tag]] = []
    at = len(text)
    for match in reversed(list(TAG.finditer(text))):
        tag = read_tag(match)
        if text[match.end() : at].strip() or tag.kind not in ("endfor", "endif"):
            break
        found.insert(0, (match.start(), match.end(), tag))
        at = match.start()
    return found


def expand_rows(table: etree._Element, context: Context) -> list[Placed]:
    """Carry out the blocks of a table over its rows; the rows with the contexts to fill them in."""
    found = table.findall(f"{A}tr")
    items = [_read_row(row) for row in found]
    if not any(item.opens or item.closes for item in items):
        return [(row, context) for row in found]
    placed = expand(items, context)
    _replace(table, found, [element for element, _ in placed])
    return placed


def _read_row(row: etree._Element) -> Item:
    """A row's block begins in its first cell and ends in its last; one closed in a cell is the cell's."""
    cells = row.findall(f"{A}tc")
    if not cells:
        return Item(row)
    first, last = cells[0].findall(f".//{A}p"), cells[-1].findall(f".//{A}p")
    opens, closes = _surplus(first), -_surplus(last)
    taken: tuple[tuple[Tag, ...], tuple[Tag, ...]] = ((), ())
    if opens > 0:
        taken = (_take(first[0], lambda text: _leading(text)[:opens]), ())
    if closes > 0:
        taken = (taken[0], _take(last[-1], lambda text: _trailing(text)[-closes:]))
    blank = not any(text_of_paragraph(paragraph).strip() for paragraph in row.iter(f"{A}p"))
    return Item(row, *taken, bare=blank and bool(taken[0]) is not bool(taken[1]))


def _surplus(paragraphs: Sequence[etree._Element]) -> int:
    """How many more blocks begin than end in these paragraphs."""
    tags = [read_tag(match) for p in paragraphs for match in TAG.finditer(text_of_paragraph(p))]
    return sum(tag.opens for tag in tags) - sum(tag.kind in ("endfor", "endif") for tag in tags)
