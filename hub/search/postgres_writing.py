"""Write segments of the index in PostgreSQL: documents as they come, then the terms, then the columns."""

from array import array
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from hub.search.blocks import pack_all, unpack_postings
from hub.search.columns import Bools, Kind
from hub.search.indexing import Gathering, Prepared, pack_facts
from hub.search.merging import extend
from hub.search.postgres_segment import StoredSegment
from hub.search.postgres_store import Pen

Part = tuple[StoredSegment, Bools]


def write_segment(pen: Pen, build: str, puts: Iterable[Prepared], merged: Sequence[Part] = ()) -> int:
    """A new segment of the documents `puts` and of what lives in `merged`; returns its number."""
    number = pen.new_segment(build)
    gathering = Gathering()
    facts: list[bytes] = []
    pen.put_texts(number, _texts(puts, gathering, facts))
    for segment, alive in merged:
        _copy(pen, number, segment, alive, gathering, facts)
    terms: dict[Kind, list[str]] = {"words": [], "characters": []}
    counts = array("I")
    pen.put_blocks(number, _blocks(gathering, terms, counts))
    packed = np.frombuffer(counts, np.uint32).astype("<u4").tobytes()
    pen.finish(number, facts, (terms["words"], terms["characters"]), packed)
    return number


def _texts(
    puts: Iterable[Prepared], gathering: Gathering, facts: list[bytes]
) -> Iterator[tuple[int, bytes, bytes]]:
    for prepared in puts:
        facts.append(pack_facts(prepared.facts))
        yield gathering.add(prepared), prepared.plain, prepared.stored


def _blocks(gathering: Gathering, terms: dict[Kind, list[str]], counts: "array[int]") -> Iterator[bytes]:
    """The blocks of all terms, words first; what is written is noted in `terms` and `counts`."""
    for names, columns in ((terms["words"], gathering.words), (terms["characters"], gathering.characters)):
        for packed in pack_all(columns.finish()):
            names.append(packed.term)
            counts.append(packed.size)
            yield packed.block


def _copy(
    pen: Pen, number: int, segment: StoredSegment, alive: Bools, gathering: Gathering, facts: list[bytes]
) -> None:
    kept = np.flatnonzero(alive)
    moved = np.full(len(alive), -1, np.int64)
    moved[kept] = np.arange(len(kept)) + gathering.size
    pen.copy_texts(segment.number, kept.tolist(), number, moved[kept].tolist())
    old = pen.facts(segment.number)
    facts.extend(old[row] for row in kept.tolist())
    blocks = pen.blocks(segment.number)
    kinds = segment.kinds()
    for target, terms in ((gathering.words, kinds["words"]), (gathering.characters, kinds["characters"])):
        for term in terms:
            extend(target, term, unpack_postings(next(blocks)), moved)
    gathering.size += len(kept)
