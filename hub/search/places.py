"""Where numbers stand in a long list of them: characters or syllables of a book."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from hub.search.packed import Array
from hub.search.purse import Purse

Numbers = npt.NDArray[np.int64]

NUMBER, MANY = 25, 30
"""The price of a number of a pattern, and how many places of the rarest one are looked at for one more."""


def laid_out(numbers: Array) -> tuple[Array, Array, Array]:
    """The numbers, the places of each one after the other, and at which of these each begins; sorting a million takes a
    tenth of a second. Numbers of two bytes take half the room.
    """
    places = np.argsort(numbers, kind="stable").astype(np.int32)
    edges = np.concatenate([[0], np.cumsum(np.bincount(numbers))]).astype(np.int32)
    small = int(numbers.max(initial=0)) < 1 << 16
    return numbers.astype(np.uint16 if small else np.int32), places, edges


class Places:
    """A list of numbers from nought on, with the places of each."""

    def __init__(self, numbers: Array, places: Array, edges: Array) -> None:
        """Take what `laid_out` gave."""
        self.numbers = numbers
        self._places = places
        self._edges = edges

    def of(self, first: int, last: int) -> Numbers:
        """The places of the numbers from `first` to below `last`, number by number, rising within each."""
        start, end = self._edge(first), self._edge(last)
        return self._places[start:end].astype(np.int64)

    def count(self, first: int, last: int) -> int:
        """How many places `of` would give."""
        return self._edge(last) - self._edge(first)

    def _edge(self, number: int) -> int:
        """How many places belong to lesser numbers."""
        return int(self._edges[min(number, len(self._edges) - 1)])

    def pattern(self, wanted: Sequence[tuple[int, int]], purse: Purse | None = None) -> Numbers:
        """The places, rising, from which on each of these numbers stands as far away as its offset says. The rarest
        number is looked up, the others only where it stands. None where the purse is empty.
        """
        return self.ranges([(number, number + 1) for _, number in wanted], purse, [at for at, _ in wanted])

    def ranges(
        self,
        wanted: Sequence[tuple[int, int]],
        purse: Purse | None = None,
        offsets: Sequence[int] | None = None,
    ) -> Numbers:
        """The same for numbers from one to below another, which stand side by side where no offsets are given."""
        if not wanted:
            return np.zeros(0, np.int64)
        offsets = range(len(wanted)) if offsets is None else offsets
        counts = [self.count(first, last) for first, last in wanted]
        fewest = min(counts)
        able = purse is None or purse.pay(NUMBER * len(wanted) + fewest // MANY)
        if not able or not fewest:
            return np.zeros(0, np.int64)
        order = sorted(range(len(wanted)), key=counts.__getitem__)
        found: Numbers = self.of(*wanted[order[0]]) - offsets[order[0]]
        found = found[(found >= 0) & (found + max(offsets) < len(self.numbers))]
        for place in order[1:]:
            first, last = wanted[place]
            numbers = self.numbers[found + offsets[place]]
            found = found[numbers == first if last == first + 1 else (numbers >= first) & (numbers < last)]
        return found
