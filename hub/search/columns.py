"""The columns of a segment: what is known of each of its documents, as arrays of numbers.

A *row* is the place of a document. *Postings* are the rows of a term with weights. A *codebook* numbers values (facet
values, reader tokens, groups), so that counting is arithmetic on arrays.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal

import numpy as np
import numpy.typing as npt

from hub.search.alike import Labels, Sketches, numbers
from hub.search.indexing import Facts

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]
Kind = Literal["words", "characters"]
READERS = "\x00readers"
GROUP = "\x00group"
FOLD = "\x00fold"


@dataclass(frozen=True, slots=True)
class Postings:
    """The rows of one term, rising, with weights (in occurrences) and field masks (all ones for characters)."""

    rows: Ints
    weights: npt.NDArray[np.float32]
    masks: npt.NDArray[np.uint8]


class Codebook:
    """Numbers for strings, column by column; only ever grows, shared by all moments of one index."""

    def __init__(self) -> None:
        """Start with no column."""
        self._codes: dict[str, dict[str, int]] = {}
        self._names: dict[str, list[str]] = {}
        self._lock = threading.Lock()

    def codes(self, column: str, values: Sequence[str]) -> list[int]:
        """The numbers of `values`, new ones given where needed."""
        with self._lock:
            known = self._codes.setdefault(column, {})
            names = self._names.setdefault(column, [])
            for value in dict.fromkeys(values):
                if value not in known:
                    names.append(value)
                    known[value] = len(known)
            return [known[value] for value in values]

    def code(self, column: str, value: str) -> int | None:
        """The number of a value already met, else None."""
        return self._codes.get(column, {}).get(value)

    def names(self, column: str) -> list[str]:
        """All values of a column in the order of their numbers; the list grows and must not be changed."""
        return self._names.get(column, [])

    def size(self, column: str) -> int:
        """How many values the column has had so far."""
        return len(self._names.get(column, ()))


@dataclass(frozen=True, slots=True)
class Values:
    """A column of facet values: for each value of each document its row and code, rows rising."""

    rows: Ints
    codes: Ints


@dataclass(frozen=True, slots=True)
class Units:
    """For each row a number that it shares with what is shown together with it: `rows` one by one with what is nearly
    the same, `groups` with all of its group and of the groups whose own documents are nearly the same.
    """

    rows: Labels
    groups: Labels


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of one segment."""

    ids: list[str]
    titles: list[str]
    heads: Bools
    folds: Ints
    sketches: Sketches
    groups: list[str | None]
    group: Ints
    words: npt.NDArray[np.int64]
    characters: npt.NDArray[np.int64]
    updated: Floats
    published: Floats
    uses: Floats
    ties: npt.NDArray[np.uint64]
    values: Mapping[str, Values]


def tabulate(facts: Sequence[Facts], book: Codebook) -> Table:
    """Turn the facts of a segment's documents into columns."""
    names = sorted({name for fact in facts for name in fact.columns})
    values = {name: _values([fact.columns.get(name, ()) for fact in facts], name, book) for name in names}
    values[READERS] = _values([fact.readers for fact in facts], READERS, book)
    folds = book.codes(FOLD, [fact.fold or "" for fact in facts])
    ties = [
        int.from_bytes(blake2b(fact.id.encode("utf-8", "replace"), digest_size=8).digest()) for fact in facts
    ]
    return Table(
        ids=[fact.id for fact in facts],
        titles=[fact.title for fact in facts],
        heads=np.array([fact.group in {None, fact.id} for fact in facts], dtype=np.bool_),
        folds=np.array(
            [code if fact.sketch else -1 for fact, code in zip(facts, folds, strict=True)], np.int32
        ),
        sketches=numbers([fact.sketch for fact in facts]),
        groups=[fact.group for fact in facts],
        group=np.array(book.codes(GROUP, [fact.group or fact.id for fact in facts]), dtype=np.int32),
        words=np.array([fact.words for fact in facts], dtype=np.int64),
        characters=np.array([fact.characters for fact in facts], dtype=np.int64),
        updated=np.array([fact.updated for fact in facts], dtype=np.float64),
        published=np.array([fact.published or fact.updated for fact in facts], dtype=np.float64),
        uses=np.array([fact.uses for fact in facts], dtype=np.float64),
        ties=np.array(ties, dtype=np.uint64),
        values=values,
    )


def _values(lists: Sequence[Sequence[str]], name: str, book: Codebook) -> Values:
    rows = [row for row, values in enumerate(lists) for _ in dict.fromkeys(values)]
    codes = book.codes(name, [value for values in lists for value in dict.fromkeys(values)])
    return Values(np.array(rows, dtype=np.int32), np.array(codes, dtype=np.int32))
