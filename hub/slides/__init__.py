"""The slide engine: read, compose, fill, check and picture PPTX files. Bytes and values in and out."""

from hub.slides.office import find_office
from hub.slides.preview import NoOffice, Renderer, count_slides, render, thumbnails

__all__ = ["NoOffice", "Renderer", "count_slides", "find_office", "render", "thumbnails"]
