"""Which page of a newer version stands for a page of an older one. Pure.

Pages are compared by what they say: the same content first, then the same title, then mostly the same words. Place
alone says nothing, since pages are put in and taken out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hub import slides
from hub.decks.recipe import terms

ALIKE = 0.45  # of the words of both, how many must stand in both
TITLED = 0.15  # with the same title fewer will do
KIN = 0.02  # of other material that somebody named as the replacement: the nearest page, which is told


@dataclass(frozen=True)
class PageSaid:
    """What a page says: its number, title, text and fingerprint (as far as it was kept)."""

    number: int
    title: str
    text: str
    fingerprint: str = ""


def successor(old: PageSaid, pages: Sequence[PageSaid], *, least: float = ALIKE) -> int | None:
    """The number of the page that took the old one's place; None when none is like it: with another title at `least`
    this part of the words of both must stand in both.
    """
    key = slides.content_key(old.fingerprint)
    same = [p for p in pages if key and slides.content_key(p.fingerprint) == key]
    if same:
        return min(same, key=lambda p: abs(p.number - old.number)).number
    ranked = [(_likeness(old, p, least), -abs(p.number - old.number), p.number) for p in pages]
    best, _near, number = max(ranked, default=(0.0, 0, 0))
    return number if best > 0 else None


def _likeness(old: PageSaid, new: PageSaid, least: float) -> float:
    """0 when they are not of one kin, else how alike; a page of the same title goes before any other."""
    one, other = terms(f"{old.title} {old.text}"), terms(f"{new.title} {new.text}")
    shared = len(one & other) / len(one | other) if one | other else 0.0
    titled = bool(_plain(old.title)) and _plain(old.title) == _plain(new.title)
    if titled and shared >= TITLED:
        return 1 + shared
    return shared if shared >= least else 0.0


def _plain(title: str) -> str:
    return "".join(title.split()).casefold()
