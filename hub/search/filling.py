"""All documents in chunks, as new indexes are filled: each chunk becomes a segment."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from hub.search.documents import Document

CHUNK = 12_500
"""Documents of one segment; bounds the memory. From the ninth chunk on it is twice as many, so that a large index does
not lie in too many pieces.
"""

SMALL_CHUNKS = 8


@dataclass
class Filled:
    """What has been written: the segments in order, and for each chunk the ids that came again later."""

    segments: list[Any] = field(default_factory=list)
    stale: dict[int, set[str]] = field(default_factory=dict)


def chunks(documents: Iterable[Document], filled: Filled) -> Iterator[list[Document]]:
    """Chunks in which every id stands once, the last of each; what an earlier chunk had already is noted."""
    waiting = iter(documents)
    seen: dict[str, int] = {}
    number = 0
    while chunk := list(islice(waiting, CHUNK if number < SMALL_CHUNKS else 2 * CHUNK)):
        last = {document.id: document for document in chunk}
        for name in last.keys() & seen.keys():
            filled.stale.setdefault(seen[name], set()).add(name)
        seen.update(dict.fromkeys(last, number))
        yield list(last.values())
        number += 1
