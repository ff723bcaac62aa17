"""When segments are put together, and how: what the engines that keep segments share.

*Tiers* keep merging cheap: six segments of about the same size become one of the next size, so a document is copied
a handful of times in its life.
"""

from collections.abc import Sequence
from math import log

import numpy as np
import numpy.typing as npt

from hub.search.columns import Bools, Postings
from hub.search.corpus import Segment, rows_of
from hub.search.indexing import QUARTERS_SHIFT, ROW_SHIFT, Columns

TIER = 6


def extend(target: Columns, term: str, postings: Postings, moved: npt.NDArray[np.int64]) -> None:
    """Add `postings` of an old segment to what is gathered of `term`; `moved` are the new rows, -1 for the dead."""
    rows = moved[postings.rows]
    kept = rows >= 0
    if not kept.any():
        return
    quarters = (postings.weights[kept] * 4).astype(np.int64)
    gathered = rows[kept] << ROW_SHIFT | quarters << QUARTERS_SHIFT | postings.masks[kept].astype(np.int64)
    target.extend(term, gathered.astype(np.uint64))


def to_merge(parts: Sequence[tuple[Segment, Bools]], new: int) -> set[str]:
    """Keys of the segments to merge: the empty, the mostly dead, and every tier that has become full."""
    live = {segment.key: int(alive.sum()) for segment, alive in parts}
    chosen = {segment.key for segment, alive in parts if live[segment.key] * 2 <= len(alive)}
    size = new + sum(live[key] for key in chosen)
    while True:
        tier = _tier(size)
        peers = [key for key, count in live.items() if key not in chosen and _tier(count) <= tier]
        if len(peers) < TIER - 1:
            return chosen
        chosen.update(peers)
        size += sum(live[key] for key in peers)


def _tier(size: int) -> int:
    return int(log(max(size, 1), TIER))


def live_rows(segment: Segment, names: set[str], alive: Bools) -> list[int]:
    """The live rows of the documents with these ids."""
    known = rows_of(segment)
    rows = (known.get(name) for name in names)
    return [row for row in rows if row is not None and alive[row]]
