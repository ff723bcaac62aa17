"""Facets: how often each value of a column stands in what was found, under every filter but the column's own.

Facets that leave out the same filters are counted on the same rows, which are picked once. Counting goes by the rows
that were found, not by the whole column: a dense array says the first value of each row, and what has more than one
value is in a short list beside it. Where groups are counted, rows that are alone in their group are counted as they
are; only those that share one are sorted to be counted once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from hub.search.alike import Labels
from hub.search.columns import Bools, Ints
from hub.search.corpus import Corpus
from hub.search.documents import LINE
from hub.search.protocol import Query

KINDS = ("type", LINE)
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Picked:
    """The rows that are counted, those that are alone in their group and those that share one. `labels` number the
    groups of all rows, None when documents are counted.
    """

    alone: Ints
    shared: Ints
    labels: Labels | None


def facets_of(
    corpus: Corpus, query: Query, found: Bools, filtered: Mapping[str, Bools]
) -> dict[str, dict[str, int]]:
    """For each facet asked for its values and counts, most frequent first. `found` are the rows the words have found,
    `filtered` what each filter lets through. Kept by the rows: the next page of an answer, or another order,
    counts nothing.
    """
    said = tuple(sorted((column, tuple(sorted(query.filters[column]))) for column in filtered))
    rows = blake2b(np.packbits(found).tobytes(), digest_size=16).digest()
    key = ("facets", query.facets, query.collapse, query.fold, query.rights, said, rows)
    counted: dict[str, dict[str, int]] = corpus.scores.get(
        key, lambda: _counted(corpus, query, found, filtered), lambda c: 300 + 120 * sum(map(len, c.values()))
    )
    return counted


def _counted(
    corpus: Corpus, query: Query, found: Bools, filtered: Mapping[str, Bools]
) -> dict[str, dict[str, int]]:
    rows: dict[tuple[str, ...], Ints] = {}
    picked: dict[tuple[tuple[str, ...], bool | None], _Picked] = {}
    counted: dict[str, dict[str, int]] = {}
    for name in query.facets:
        own = KINDS if name in KINDS else (name,)
        apart = tuple(column for column in filtered if column in own)
        if apart not in rows:
            masks = [mask for column, mask in filtered.items() if column not in apart]
            rows[apart] = np.flatnonzero(reduce(np.logical_and, masks, found)).astype(np.int32)
        by_group = _by_group(query, name)
        if (apart, by_group) not in picked:
            picked[apart, by_group] = _pick(corpus, query, rows[apart], by_group)
        counted[name] = _named(corpus, query, name, _counts(corpus, name, picked[apart, by_group]))
    return counted


def _by_group(query: Query, name: str) -> bool | None:
    """Whether a column is counted by groups; None when documents are counted."""
    by_group = name == LINE or (query.collapse and name not in KINDS)
    return by_group if by_group or query.fold else None


def _pick(corpus: Corpus, query: Query, rows: Ints, by_group: bool | None) -> _Picked:  # noqa: FBT001
    none = np.zeros(0, np.int32)
    if by_group is None:
        return _Picked(rows, none, None)
    if query.fold:
        units = corpus.units(query.rights)
        labels = units.groups if by_group else units.rows
    else:
        labels = corpus.group.astype(np.int64)
    own = labels[rows]
    alone = (np.bincount(own) == 1)[own] if len(rows) else np.zeros(0, np.bool_)
    return _Picked(rows[alone], rows[~alone], labels)


def _counts(corpus: Corpus, name: str, picked: _Picked) -> Numbers:
    size = corpus.book.size(name)
    first, more = corpus.first_values(name)
    counts = np.bincount(first[picked.alone], minlength=size + 1)[1:]
    if len(more.rows):
        counts = counts + np.bincount(more.codes[_among(corpus, picked.alone)[more.rows]], minlength=size)
    if picked.labels is not None and len(picked.shared):
        rows, codes = _entries(corpus, name, picked.shared)
        counts = counts + _distinct(picked.labels[rows], codes, size)
    return counts


def _entries(corpus: Corpus, name: str, rows: Ints) -> tuple[Ints, Ints]:
    """Every value of these rows: its row and its code."""
    first, more = corpus.first_values(name)
    codes = first[rows]
    rows, codes = rows[codes > 0], codes[codes > 0] - 1
    kept = np.flatnonzero(_among(corpus, rows)[more.rows])
    return np.concatenate([rows, more.rows[kept]]), np.concatenate([codes, more.codes[kept]])


def _among(corpus: Corpus, rows: Ints) -> Bools:
    mask = np.zeros(corpus.size, np.bool_)
    mask[rows] = True
    return mask


def _distinct(groups: Labels, codes: Ints, size: int) -> Numbers:
    """How many different groups each code has."""
    pairs = groups * max(size, 1) + codes
    pairs.sort()
    new = np.ones(len(pairs), np.bool_)
    np.not_equal(pairs[1:], pairs[:-1], out=new[1:])
    return np.bincount(pairs[new] % max(size, 1), minlength=size)


def _named(corpus: Corpus, query: Query, name: str, counts: Numbers) -> dict[str, int]:
    names = corpus.book.names(name)
    chosen = set(query.filters.get(name, ()))
    some = np.flatnonzero(counts)
    found = {names[code]: count for code, count in zip(some.tolist(), counts[some].tolist(), strict=True)}
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return dict([*ordered, *((value, 0) for value in sorted(chosen.difference(found)))])
