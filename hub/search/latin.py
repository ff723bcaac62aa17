"""The Latin words of an index, and which of them are a slip or two away from what was typed."""

import re
from collections.abc import Sequence

import numpy as np

from hub.search.corpus import Segment

LETTERS = re.compile(r"[a-z]+")
SHORTEST_MISSPELT = 4


class LatinWords:
    """The Latin words of a segment, sifted by length and letters before they are compared."""

    def __init__(self, words: Sequence[str]) -> None:
        """Keep the words with their lengths and the letters they have, one bit each."""
        self._words = words
        self._lengths = np.array([len(word) for word in words], np.int16)
        self._letters = np.array([_letters(word) for word in words], np.uint32)

    def near(self, word: str, distance: int) -> list[str]:
        """Words at most `distance` slips away from `word`."""
        if not len(self._words):
            return []
        other = np.bitwise_xor(self._letters, np.uint32(_letters(word)))
        close = (np.abs(self._lengths - len(word)) <= distance) & (np.bitwise_count(other) <= 2 * distance)
        places = np.flatnonzero(close).tolist()
        return [self._words[place] for place in places if slips_between(self._words[place], word) <= distance]


def _letters(word: str) -> int:
    return sum(1 << (ord(letter) - ord("a")) for letter in set(word))


def latin_words(segment: Segment) -> LatinWords:
    """Those of a segment, sifted once."""

    def make() -> LatinWords:
        return LatinWords([term for term in segment.terms() if len(term) > 2 and LETTERS.fullmatch(term)])  # noqa: PLR2004

    return segment.kept("latin", make)


def slips_between(one: str, other: str) -> int:
    """How many letters must be put in, left out, changed, or swapped with the next: the restricted Damerau
    distance.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one):
        older, before, row = before, row, [place + 1]
        for at, second in enumerate(other):
            cost = min(row[at] + 1, before[at + 1] + 1, before[at] + (letter != second))
            if place and at and letter == other[at - 1] and one[place - 1] == second:
                cost = min(cost, older[at - 1] + 1)
            row.append(cost)
    return row[-1]
