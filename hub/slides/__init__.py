"""The slide engine: decks in, decks out, as bytes and values; knows no database and no page."""

from hub.slides.office import find_office
from hub.slides.preview import NoOffice, Renderer, count_slides, render, thumbnails

__all__ = ["NoOffice", "Renderer", "count_slides", "find_office", "render", "thumbnails"]
