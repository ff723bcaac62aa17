"""The slide engine: decks in, decks out, as bytes and values; knows no database and no page.

`read` says what a deck says, `compose` makes one deck of slides picked out of many, `trace` knows slides
again, `fill` puts values into a template, `check` looks for faults, `render` makes pictures of pages.
"""

from hub.slides.check import check
from hub.slides.compose import Composed, Fit, Pick, compose
from hub.slides.deck import SLIDE_LIMIT, Source
from hub.slides.expression import parse
from hub.slides.fill import Filled, SlideUse, fill
from hub.slides.fingerprint import content_key
from hub.slides.fit import FillWarning
from hub.slides.inventory import Finding
from hub.slides.meaning import BadExpression, NoValue, Scope
from hub.slides.office import find_office
from hub.slides.orders import Order, Seen, Swap, compose_order, fill_order, look_through, new_faults, swap
from hub.slides.package import Package, Rel, read_package
from hub.slides.preview import NoOffice, Renderer, count_slides, render, thumbnails
from hub.slides.provenance import Mark, Provenance
from hub.slides.read import ChartText, Deck, Slide, read
from hub.slides.survey import SlideTag, Spot, Survey, survey
from hub.slides.trace import State, TracedSlide, trace
from hub.slides.warm import Keeping

__all__ = [
    "SLIDE_LIMIT",
    "BadExpression",
    "ChartText",
    "Composed",
    "Deck",
    "FillWarning",
    "Filled",
    "Finding",
    "Fit",
    "Keeping",
    "Mark",
    "NoOffice",
    "NoValue",
    "Order",
    "Package",
    "Pick",
    "Provenance",
    "Rel",
    "Renderer",
    "Scope",
    "Seen",
    "Slide",
    "SlideTag",
    "SlideUse",
    "Source",
    "Spot",
    "State",
    "Survey",
    "Swap",
    "TracedSlide",
    "check",
    "compose",
    "compose_order",
    "content_key",
    "count_slides",
    "fill",
    "fill_order",
    "find_office",
    "look_through",
    "new_faults",
    "parse",
    "read",
    "read_package",
    "render",
    "survey",
    "swap",
    "thumbnails",
    "trace",
]
