"""Whole orders for the engine: what a room wants done to decks in one call, as `hub.base.child` runs it.

They stand in this room, and not where they are asked for, because a child starts with importing the room of its
function: this one takes a third of a second, a domain with its tables ten times that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hub.slides.check import check
from hub.slides.compose import Pick, compose
from hub.slides.deck import Source
from hub.slides.fill import SlideUse, fill
from hub.slides.provenance import Provenance
from hub.slides.read import Slide, read
from hub.slides.trace import TracedSlide, trace

MOST_TEXT = 20_000  # characters of a slide that are kept of what was seen


@dataclass(frozen=True)
class Order:
    """One slide of a deck to be made: of the filled template (by its number after filling), or a page of a source.
    `asset`, `version` and `page` (`slide` where it is 0) are what its mark will say; without an asset it gets none.
    """

    source: int | None  # which source deck; None: the filled template
    slide: int
    asset: str = ""
    version: str = ""
    page: int = 0


@dataclass(frozen=True)
class Seen:
    """What a file says of one slide. `asset`, `version` and `slide` are what its mark claims, empty without one."""

    number: int
    title: str
    text: str
    fingerprint: str
    state: str  # current, changed, unknown: what the slide itself tells
    asset: str = ""
    version: str = ""
    slide: int = 0


@dataclass(frozen=True)
class Swap:
    """Slide `number` of a deck gives way to page `page` of the source named `source`."""

    number: int
    source: int
    page: int
    asset: str
    version: str


def fill_order(
    template: bytes, values: dict[str, Any], uses: Sequence[SlideUse], language: str
) -> tuple[bytes, list[tuple[int, str, str]]]:
    """The filled slides as a deck, and warnings (number in that deck, shape, sentence). Which slides there are is
    decided: what their notes say of it is left aside.
    """
    made = fill(template, values, slides=list(uses), language=language, planned=True)
    return made.data, [(w.slide, w.shape, w.sentence) for w in made.warnings]


def compose_order(
    filled: bytes | None, sources: Sequence[bytes], order: Sequence[Order], size_of: bytes, title: str
) -> tuple[bytes, list[str], list[str]]:
    """The whole deck, warnings, and the title of each slide; as large as the slides of `size_of`."""
    opened = [Source(data) for data in sources]
    first = Source(filled) if filled is not None else None
    picks = [_pick(item, first, opened) for item in order]
    made = compose(picks, size=Source(size_of).size, title=title)
    return made.data, list(made.warnings), [s.title for s in read(made.data).slides]


def _pick(item: Order, filled: Source | None, opened: Sequence[Source]) -> Pick:
    origin = Provenance(item.asset, item.version, item.page or item.slide) if item.asset else None
    if item.source is None:
        assert filled is not None  # noqa: S101 - a template slide is ordered only when there are filled ones
        return Pick(filled, item.slide, origin)
    return Pick(opened[item.source], item.slide, origin)


def new_faults(data: bytes, sources: Sequence[bytes]) -> list[str]:
    """Faults of a made deck that none of its sources has, as code and part."""
    return [f"{f.code} {f.part}" for f in check(data, sources=list(sources)) if not f.inherited]


def look_through(data: bytes) -> list[Seen]:
    """What the slides of a deck say, and what their marks claim."""
    source = Source(data)
    return [_seen(t, s) for t, s in zip(trace(source), read(source).slides, strict=True)]


def _seen(traced: TracedSlide, said: Slide) -> Seen:
    origin = traced.provenance
    return Seen(
        number=traced.number,
        title=" ".join(said.title.split())[:300],
        text=said.text[:MOST_TEXT].replace("\x00", ""),
        fingerprint=traced.fingerprint,
        state=traced.state,
        asset=origin.asset[:160] if origin else "",
        version=origin.version[:20] if origin else "",
        slide=origin.slide if origin else 0,
    )


def swap(data: bytes, sources: Mapping[int, bytes], swaps: Sequence[Swap]) -> bytes:
    """The deck with these pages in the place of its own slides; its size and title stay."""
    whole = Source(data)
    opened = {key: Source(source) for key, source in sources.items()}
    by_number = {each.number: each for each in swaps}
    picks = []
    for number in range(1, len(whole.slides) + 1):
        new = by_number.get(number)
        if new is None:
            picks.append(Pick(whole, number))
        else:
            origin = Provenance(new.asset, new.version, new.page)
            picks.append(Pick(opened[new.source], new.page, origin))
    title, _author, _modified = whole.core_properties()
    return compose(picks, size=whole.size, title=title).data
