"""How far a rebuild is, told now and then while it goes on."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

_T = TypeVar("_T")
EVERY = 0.5
"""Seconds between two tellings."""

SILENT = 120.0
"""Seconds after which a rebuild that tells nothing is taken to have been ended from outside."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many documents are written, of about how many (0: nobody knows); times are seconds since 1970."""

    written: int
    expected: int
    started: float
    told: float

    @property
    def percent(self) -> int | None:
        """Rounded down, and never all before the new index is swapped in; None when nobody knows."""
        return min(99, 100 * self.written // self.expected) if self.expected else None

    def goes_on(self) -> bool:
        """Whether it is likely that somebody is still writing."""
        return time.time() - self.told < SILENT


def unheard(_progress: Progress) -> None:
    """For who does not listen."""


class Teller:
    """Counts what is written, from any number of threads, and tells it now and then."""

    def __init__(self, expected: int, tell: Callable[[Progress], None]) -> None:
        """Tell at once that it begins."""
        self._expected, self._tell = expected, tell
        self._started = time.time()
        self._lock = threading.Lock()
        self._written = 0
        self._told = 0.0
        self.add(0)

    def add(self, documents: int) -> None:
        """So many more are written."""
        with self._lock:
            self._written += documents
            now = time.monotonic()
            if self._told and now - self._told < EVERY:
                return
            self._told = now
            self._tell(Progress(self._written, self._expected, self._started, time.time()))

    def counted(self, things: Iterable[_T]) -> Iterator[_T]:
        """The same things, each counted when the next is asked for."""
        for thing in things:
            yield thing
            self.add(1)
