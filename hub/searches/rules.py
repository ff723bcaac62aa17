"""What a search is, apart from who makes it: its words and filters in one form, and whether it found too little."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hub.searches.models import MOST_WORDS

FEW = 3
"""A search with so many hits or fewer left somebody wanting."""

MOST_VALUES = 50
MOST_NAME = 120


@dataclass(frozen=True)
class Wish:
    """A search in one form: `filters` holds every facet in order, its values each once and sorted."""

    words: str
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return gap_key(self)

    @property
    def is_empty(self) -> bool:
        return not self.words and not self.filters


def wish(words: str, filters: Mapping[str, Sequence[str]] | None = None) -> Wish:
    """The search for these words under these filters; what is too long is cut."""
    plain = {
        str(name)[:30]: tuple(sorted({str(v)[:80] for v in values if v}))[:MOST_VALUES]
        for name, values in sorted((filters or {}).items())
    }
    said = "".join(c for c in words if c.isprintable() or c.isspace())
    return Wish(" ".join(said.split())[:MOST_WORDS], {k: v for k, v in plain.items() if v})


def gap_key(wanted: Wish) -> str:
    """The same for searches that differ in width, case or spaces only."""
    words = unicodedata.normalize("NFKC", wanted.words).casefold()
    said = json.dumps([words, {k: list(v) for k, v in wanted.filters.items()}], ensure_ascii=False)
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def is_few(words: str, total: int, reach: str | None) -> bool:
    """Whether a search left its person wanting: few hits, or only such as look alike."""
    return bool(words.strip()) and (total <= FEW or reach == "close")


def merged(known: Sequence[str], found: Sequence[str], most: int) -> list[str]:
    """`found` before what was known, each once."""
    return list(dict.fromkeys([*found, *known]))[:most]
