"""The columns of a segment: what is known of each of its documents, as arrays of numbers.

A *row* is the place of a document. *Postings* are the rows of a term with weights. A *codebook* numbers values (facet
values, reader tokens, groups), so that counting is arithmetic on arrays.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Literal

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

    ids: Sequence[str]
    titles: Sequence[str]
    heads: Bools
    folds: Ints
    sketches: Sketches
    groups: Sequence[str | None]
    group: Ints
    words: npt.NDArray[np.int64]
    characters: npt.NDArray[np.int64]
    updated: Floats
    published: Floats
    uses: Floats
    ties: npt.NDArray[np.uint64]
    values: Mapping[str, Values]


@dataclass(frozen=True, slots=True)
class Plain:
    """The columns of one segment as they may be kept in a file: numbers by name, and the texts. Values are numbered
    inside the segment; `names` of a column says what its numbers stand for.
    """

    arrays: Mapping[str, npt.NDArray[Any]]
    texts: Mapping[str, Sequence[str]]
    names: Mapping[str, Sequence[str]]


class _Groups(Sequence[str | None]):
    """The group of each row, None for one that has none."""

    def __init__(self, names: Sequence[str], codes: Ints, grouped: Bools) -> None:
        self._names, self._codes, self._grouped = names, codes, grouped

    def __len__(self) -> int:
        return len(self._codes)

    def __getitem__(self, row: Any) -> Any:
        return self._names[int(self._codes[row])] if self._grouped[row] else None


def tabulate(facts: Sequence[Facts], book: Codebook) -> Table:
    """Turn the facts of a segment's documents into columns."""
    return numbered(laid_out(facts), book)


def laid_out(facts: Sequence[Facts]) -> Plain:
    """The same before values have the numbers of a codebook."""
    columns = sorted({name for fact in facts for name in fact.columns})
    lists = {name: [fact.columns.get(name, ()) for fact in facts] for name in columns}
    lists[READERS] = [fact.readers for fact in facts]
    arrays: dict[str, npt.NDArray[Any]] = {}
    names: dict[str, Sequence[str]] = {}
    for name, given in lists.items():
        kept = [tuple(dict.fromkeys(values)) for values in given]
        arrays[f"rows {name}"] = np.repeat(
            np.arange(len(kept), dtype=np.int32), [len(values) for values in kept]
        )
        arrays[f"codes {name}"], names[name] = _coded([value for values in kept for value in values])
    arrays["group"], names[GROUP] = _coded([fact.group or fact.id for fact in facts])
    arrays["folds"], names[FOLD] = _coded([fact.fold or "" for fact in facts])
    arrays["ties"] = np.array([tie_of(fact.id) for fact in facts], np.uint64)
    arrays["grouped"] = np.array([fact.group is not None for fact in facts], np.bool_)
    arrays["heads"] = np.array([fact.group in {None, fact.id} for fact in facts], np.bool_)
    arrays["folded"] = np.array([bool(fact.sketch) for fact in facts], np.bool_)
    arrays["sketches"] = numbers([fact.sketch for fact in facts])
    arrays["words"] = np.array([fact.words for fact in facts], np.int64)
    arrays["characters"] = np.array([fact.characters for fact in facts], np.int64)
    arrays["updated"] = np.array([fact.updated for fact in facts], np.float64)
    arrays["published"] = np.array([fact.published or fact.updated for fact in facts], np.float64)
    arrays["uses"] = np.array([fact.uses for fact in facts], np.float64)
    texts = {"ids": [fact.id for fact in facts], "titles": [fact.title for fact in facts]}
    return Plain(arrays, texts, names)


def tie_of(name: str) -> np.uint64:
    """A number of an id."""
    return np.uint64(int.from_bytes(blake2b(name.encode("utf-8", "replace"), digest_size=8).digest()))


def _coded(values: Sequence[str]) -> tuple[Ints, list[str]]:
    """For each value its number, and the value of each number."""
    known = {value: number for number, value in enumerate(dict.fromkeys(values))}
    return np.fromiter(map(known.__getitem__, values), np.int32, len(values)), list(known)


def numbered(plain: Plain, book: Codebook) -> Table:
    """The columns of a segment with the numbers of this codebook."""
    arrays = plain.arrays

    def codes(name: str, local: Ints) -> Ints:
        return np.array(book.codes(name, plain.names[name]), np.int32)[local]

    values = {
        name: Values(arrays[f"rows {name}"], codes(name, arrays[f"codes {name}"]))
        for name in plain.names
        if name not in {GROUP, FOLD}
    }
    return Table(
        ids=plain.texts["ids"],
        titles=plain.texts["titles"],
        heads=arrays["heads"],
        folds=np.where(arrays["folded"], codes(FOLD, arrays["folds"]), np.int32(-1)),
        sketches=arrays["sketches"],
        groups=_Groups(plain.names[GROUP], arrays["group"], arrays["grouped"]),
        group=codes(GROUP, arrays["group"]),
        words=arrays["words"],
        characters=arrays["characters"],
        updated=arrays["updated"],
        published=arrays["published"],
        uses=arrays["uses"],
        ties=arrays["ties"],
        values=values,
    )
