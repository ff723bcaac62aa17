"""Things that are worked out once and kept, by any number of threads."""

import threading
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

_T = TypeVar("_T")


class Shelf:
    """Things worked out from something that never changes, each made once. What takes long may be kept in files whose
    names begin with `beside`; None where there is no folder to keep them in.
    """

    beside: Path | None = None

    def __init__(self) -> None:
        """Start empty."""
        self._lock = threading.RLock()
        self._things: dict[str, Any] = {}

    def kept(self, name: str, make: Callable[[], _T]) -> _T:
        """The thing of this name; a second thread waits while the first makes it."""
        with self._lock:
            if name not in self._things:
                self._things[name] = make()
            thing: _T = self._things[name]
            return thing


class Texts(Shelf, ABC):
    """A segment that looks into a text by reading it, and reads the postings of terms one by one."""

    @abstractmethod
    def postings(self, kind: Any, term: str) -> Any:
        """The postings of a term; None when it has none."""

    def packed(self, kind: Any, terms: Sequence[str]) -> None:
        """See `Segment`."""

    @abstractmethod
    def plain(self, row: int) -> bytes:
        """The normalised text of a row."""

    def holding(self, rows: Sequence[int], needle: bytes) -> Iterator[tuple[int, bytes]]:
        """See `Segment`."""
        for row in rows:
            text = self.plain(row)
            if needle in text:
                yield row, text


class Bounded:
    """A cache that forgets what was used longest ago once the costs add up to more than `limit`."""

    def __init__(self, limit: int) -> None:
        """`limit` is in the unit of the costs given to `get`."""
        self._limit = limit
        self._cost = 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], _T], cost: Callable[[_T], int]) -> _T:
        """The kept value of `key`, or a new one; two threads may make the same value, one of them is kept."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                value: _T = found[0]
                return value
        made = make()
        price = cost(made)
        with self._lock:
            if key not in self._kept:
                self._kept[key] = (made, price)
                self._cost += price
            while self._cost > self._limit and len(self._kept) > 1:
                _, (_, old) = self._kept.popitem(last=False)
                self._cost -= old
        return made

    def has(self, key: Hashable) -> bool:
        """Whether the value of this key is kept."""
        return key in self._kept
