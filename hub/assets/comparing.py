"""Two versions side by side: texts by paragraph, decks slide by slide. Pure calculation.

A *pair* is what stands on one line of the comparison: `same`, `changed`, `added` (only in the newer) or `removed`.
"""

import re
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, TypeVar

from hub.assets.models import Page

T = TypeVar("T")
ALIKE = 0.5  # share of a text that must be the same for two to be one that changed
MOST = 4000  # paragraphs or slides of a version that are compared


@dataclass(frozen=True)
class Pair(Generic[T]):
    """Two things that stand beside each other; one of them is None where something was added or removed."""

    state: str  # same, changed, added, removed
    before: T | None
    after: T | None


@dataclass(frozen=True)
class Bit:
    """A piece of a paragraph: `changed` when the other version says it otherwise."""

    text: str
    changed: bool


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text: what an empty line parts; a heading or an item of a list stands alone."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n"))
    lines = [part for block in blocks for part in re.split(r"\n(?=\s*(?:#{1,6} |[-*+] |\d+[.)] |\|))", block)]
    return [p.strip("\n") for p in lines if p.strip()][:MOST]


def compare_texts(before: str, after: str) -> list[Pair[str]]:
    """The paragraphs of two texts beside each other, in order."""
    return pairs(paragraphs(before), paragraphs(after), key=_plain, alike=_alike)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _alike(one: str, other: str) -> bool:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def pairs(
    before: Sequence[T],
    after: Sequence[T],
    *,
    key: Callable[[T], Hashable],
    alike: Callable[[T, T], bool],
) -> list[Pair[T]]:
    """The two sequences beside each other. Equal keys are the same; of what differs, those that are `alike` are one
    that changed; order is kept on both sides.
    """
    matcher = SequenceMatcher(None, [key(b) for b in before], [key(a) for a in after], autojunk=False)
    made: list[Pair[T]] = []
    for tag, b0, b1, a0, a1 in matcher.get_opcodes():
        if tag == "equal":
            rows = zip(before[b0:b1], after[a0:a1], strict=True)
            made += [Pair("same", b, a) for b, a in rows]
        else:
            made += _matched(before[b0:b1], after[a0:a1], alike)
    return made


def _matched(before: Sequence[T], after: Sequence[T], alike: Callable[[T, T], bool]) -> Iterator[Pair[T]]:
    """Of two runs that differ: each of the newer beside the first of the older after the last that is alike."""
    at = 0
    for new in after:
        found = next((n for n in range(at, len(before)) if alike(before[n], new)), None)
        if found is None:
            yield Pair("added", None, new)
            continue
        for old in before[at:found]:
            yield Pair("removed", old, None)
        yield Pair("changed", before[found], new)
        at = found + 1
    for old in before[at:]:
        yield Pair("removed", old, None)


def compare_slides(before: Sequence[Page], after: Sequence[Page]) -> list[Pair[Page]]:
    """The slides of two decks beside each other, in order."""
    return pairs(before[:MOST], after[:MOST], key=_sum, alike=_same_slide)


def _sum(page: Page) -> tuple[str, ...]:
    """What makes a slide this slide: the fingerprint of its look where there is one, and all that it says."""
    return (page.fingerprint, page.title, page.text, page.notes, page.tables, page.charts)


def _same_slide(one: Page, other: Page) -> bool:
    if one.title and one.title == other.title:
        return True
    return bool(one.text or other.text) and _close(spoken(one), spoken(other))


def _close(one: str, other: str) -> bool:
    shared = len(set(one.split()) & set(other.split()))
    return shared * 2 >= max(len(set(one.split())), len(set(other.split())), 1)


def spoken(page: Page) -> str:
    """All that a slide says, its notes last."""
    return "\n".join(t for t in (page.title, page.text, page.tables, page.charts, page.notes) if t)


_WORDS = re.compile(r"[A-Za-z0-9_.%]+|\s+|.", re.DOTALL)


def marked(before: str, after: str) -> tuple[list[Bit], list[Bit]]:
    """Both texts in bits, those that the other does not have marked: words of Latin script whole, Han by character."""
    one, other = _WORDS.findall(before), _WORDS.findall(after)
    left: list[Bit] = []
    right: list[Bit] = []
    for tag, b0, b1, a0, a1 in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        if b1 > b0:
            left.append(Bit("".join(one[b0:b1]), tag != "equal"))
        if a1 > a0:
            right.append(Bit("".join(other[a0:a1]), tag != "equal"))
    return left, right
