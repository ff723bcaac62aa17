"""The first slide of a deck as a deck of its own, so that its picture need not wait until all slides are opened.

LibreOffice opens a deck as a whole, which takes a second and more for twenty slides; one slide, with its own layout,
master and pictures and nothing else, is open in a fraction of it and looks the same.
"""

from hub.slides.compose import Pick, compose
from hub.slides.deck import Source

SHORT = 5
"""A deck of so many slides is opened nearly as soon as its first one."""


def first_slide(data: bytes) -> bytes | None:
    """A deck of the first slide alone; None where the deck is short. HubError as opening and composing raise it."""
    source = Source(data)
    return compose([Pick(source, 1)]).data if len(source.slides) > SHORT else None
