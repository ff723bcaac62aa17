"""The Latin words of an index, and which of them are a slip or two away from what was typed."""

import re
from collections.abc import Sequence

import numpy as np

from hub.search.packed import Array

LETTERS = re.compile(r"[a-z]+")
SHORTEST_MISSPELT = 4


class LatinWords:
    """The Latin words of a segment, sifted by length and letters before they are compared."""

    def __init__(self, ordered: Sequence[str], places: Array, lengths: Array, letters: Array) -> None:
        """Which of the ordered words are Latin, with their lengths and the letters they have, one bit each."""
        self._ordered = ordered
        self.places, self.lengths, self.letters = places, lengths, letters

    @classmethod
    def among(cls, ordered: Sequence[str]) -> "LatinWords":
        """Those of the words of a segment."""
        places = [place for place, term in enumerate(ordered) if len(term) > 2 and LETTERS.fullmatch(term)]  # noqa: PLR2004
        words = [ordered[place] for place in places]
        return cls(
            ordered,
            np.array(places, np.int32),
            np.array([len(word) for word in words], np.int16),
            np.array([_letters(word) for word in words], np.uint32),
        )

    def near(self, word: str, distance: int) -> list[str]:
        """Words at most `distance` slips away from `word`."""
        other = np.bitwise_xor(self.letters, np.uint32(_letters(word)))
        close = (np.abs(self.lengths - len(word)) <= distance) & (np.bitwise_count(other) <= 2 * distance)
        words = [self._ordered[place] for place in self.places[close].tolist()]
        return [one for one in words if slips_between(one, word) <= distance]


def _letters(word: str) -> int:
    return sum(1 << (ord(letter) - ord("a")) for letter in set(word))


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
