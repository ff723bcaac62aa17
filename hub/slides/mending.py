"""Mends a fault that many real decks carry: two shapes of one slide with the same number.

The first shape keeps its number, so that animations and connectors, which name shapes by number, mean the
same shape as before. A number that an animation names is left alone: which of the two was meant cannot be
known.
"""

import re
from collections.abc import Callable, Iterator

from lxml import etree

from hub.slides import names
from hub.slides.edits import Edit

_P = f"{{{names.P}}}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SHAPE = b"<p:cNvPr"
_NUMBER = re.compile(rb'<p:cNvPr\s(?:[^>]*?\s)??id="(\d+)"')


def renumbering(told: Callable[[], None]) -> Edit:
    """The edit that gives every shape a number of its own; `told` is called when it had something to do."""

    def change(tree: etree._Element) -> bool:
        renumbered = renumber(tree)
        if renumbered:
            told()
        return renumbered

    return Edit(change, _may_repeat)


def _may_repeat(data: bytes) -> bool:
    numbers = _numbers(data)
    return len(numbers) != len(set(numbers))


def _numbers(data: bytes) -> list[bytes]:
    """The numbers of the shapes; where all stand first in their element, as in most files, found without searching."""
    pieces = data.split(_SHAPE)
    found = [piece[5 : piece.find(b'"', 5)] for piece in pieces if piece[:5] == b' id="']
    return found if len(found) == len(pieces) - 1 else _NUMBER.findall(data)


def renumber(tree: etree._Element) -> bool:
    """Give later shapes with a number already taken a new one; whether there was any."""
    animated = {target.get("spid", "") for target in tree.iter(f"{_P}spTgt")}
    seen: set[str] = set()
    repeated: list[etree._Element] = []
    highest = 0
    for element in tree.iter(f"{_P}cNvPr"):
        number = element.get("id", "")
        highest = max(highest, int(number) if number.isdecimal() else 0)
        if any(each.tag == _FALLBACK for each in element.iterancestors()):
            continue
        if number in seen and number not in animated:
            repeated.append(element)
        seen.add(number)
    fresh = _numbers_after(highest)
    for element in repeated:
        element.set("id", str(next(fresh)))
    return bool(repeated)


def _numbers_after(highest: int) -> Iterator[int]:
    number = highest if highest < 2**31 - 10_000 else 10_000
    while True:
        number += 1
        yield number
