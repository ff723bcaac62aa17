"""The slide engine: decks in, decks out, as bytes and values; knows no database and no page.

`read` says what a deck says, `compose` makes one deck of slides picked out of many, `trace` knows slides
again.
"""

from hub.slides.compose import Composed, Fit, Pick, compose
from hub.slides.deck import SLIDE_LIMIT, Source
from hub.slides.package import Package, Rel, read_package
from hub.slides.provenance import Mark, Provenance
from hub.slides.read import ChartText, Deck, Slide, read
from hub.slides.trace import State, TracedSlide, trace

__all__ = [
    "SLIDE_LIMIT",
    "ChartText",
    "Composed",
    "Deck",
    "Fit",
    "Mark",
    "Package",
    "Pick",
    "Provenance",
    "Rel",
    "Slide",
    "Source",
    "State",
    "TracedSlide",
    "compose",
    "read",
    "read_package",
    "trace",
]
