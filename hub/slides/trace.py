"""Knows slides again: which slides of a deck came out of the library, and whether they were changed since.

A slide is known by the mark it carries. Where a program dropped the marks, it is known by its fingerprint
among the marks that the deck keeps in its properties and those the caller knows (the library's own slides).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from hub.slides import content, fingerprint, provenance
from hub.slides.deck import Source
from hub.slides.fingerprint import Fingerprint
from hub.slides.provenance import Mark, Provenance

State = Literal["current", "changed", "unknown"]
_ALIKE = 0.4


@dataclass(frozen=True)
class TracedSlide:
    """One slide. `current`: as it was when it was put into the deck; `changed`: edited since; `unknown`: not
    ours.

    `provenance` is None exactly if the slide is unknown; `by_mark` tells whether the slide itself said so.
    """

    number: int
    title: str
    state: State
    provenance: Provenance | None
    by_mark: bool
    fingerprint: str


def trace(data: bytes | Source, known: Sequence[Mark] = ()) -> list[TracedSlide]:
    """Every slide of a deck, in order. HubError if the bytes are no readable deck."""
    source = data if isinstance(data, Source) else Source(data)
    remembered = _parsed([*provenance.read_properties(source), *known])
    used: set[int] = set()
    return [
        _trace_one(source, part, number, remembered, used)
        for number, part in enumerate(source.slides, start=1)
    ]


def _parsed(marks: Sequence[Mark]) -> list[tuple[Provenance, Fingerprint]]:
    pairs = ((mark.provenance, fingerprint.parse(mark.fingerprint)) for mark in marks)
    return [(origin, print_) for origin, print_ in pairs if print_ is not None and print_.says_something]


def _trace_one(
    source: Source, part: str, number: int, remembered: list[tuple[Provenance, Fingerprint]], used: set[int]
) -> TracedSlide:
    now = fingerprint.of_slide(source, part)
    mark = provenance.read_mark(source, part)
    state: State = "unknown"
    origin: Provenance | None = None
    if mark is not None:
        then = fingerprint.parse(mark.fingerprint)
        state = "current" if then is not None and fingerprint.same(now, then) else "changed"
        origin = mark.provenance
    elif now.says_something:
        state, origin = _by_likeness(now, remembered, used)
    return TracedSlide(number, _title(source, part), state, origin, mark is not None, str(now))


def _by_likeness(
    now: Fingerprint, remembered: list[tuple[Provenance, Fingerprint]], used: set[int]
) -> tuple[State, Provenance | None]:
    """The slide that says the same, one not yet found before one found already; else the most alike, as
    changed.
    """
    same = [at for at, (_, then) in enumerate(remembered) if fingerprint.same_content(now, then)]
    if same:
        best = min(same, key=lambda at: (at in used, at))
        used.add(best)
        return "current", remembered[best][0]
    ranked = [
        (fingerprint.likeness(now, then), at not in used, -at) for at, (_, then) in enumerate(remembered)
    ]
    likest, _, place = max(ranked, default=(0.0, False, 0))
    if likest < _ALIKE:
        return "unknown", None
    used.add(-place)
    return "changed", remembered[-place][0]


def _title(source: Source, part: str) -> str:
    titles = (shape for shape in source.shapes(part) if shape.is_title)
    return " ".join(text for shape in titles for text in content.paragraphs(shape.element))
