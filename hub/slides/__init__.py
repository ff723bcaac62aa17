"""The slide engine: decks in, decks out, as bytes and values; knows no database and no page."""

from hub.slides.office import find_office
from hub.slides.preview import NoOffice, Renderer, count_slides, render, thumbnails
from hub.slides.read import Deck, Slide, read

__all__ = [
    "Deck",
    "NoOffice",
    "Renderer",
    "Slide",
    "count_slides",
    "find_office",
    "read",
    "render",
    "thumbnails",
]
