"""The slide engine: decks in, decks out, as bytes and values; knows no database and no page."""

from hub.slides.check import check
from hub.slides.expression import BadExpression, NoValue
from hub.slides.fill import Filled, SlideUse, fill
from hub.slides.fit import FillWarning
from hub.slides.inventory import Finding
from hub.slides.office import find_office
from hub.slides.preview import NoOffice, Renderer, count_slides, render, thumbnails

__all__ = [
    "BadExpression",
    "FillWarning",
    "Filled",
    "Finding",
    "NoOffice",
    "NoValue",
    "Renderer",
    "SlideUse",
    "check",
    "count_slides",
    "fill",
    "find_office",
    "render",
    "thumbnails",
]
