"""Texts that are nearly the same: sketched when a document is made, compared when somebody searches.

A *shingle* is eight characters in a row, letters only. A *sketch* is 32 small numbers of the shingles of a text (each
the least of its share of them), so that the share of equal numbers is about the share of common shingles. A *band* is
four numbers of a sketch; only texts with a whole band in common are compared. Documents of one `fold` whose sketches
agree in 26 of 32 numbers are *alike*, and so is what is alike through a third document, if the reader may see that one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SHINGLE, NUMBERS, BAND = 8, 32, 4
FEWEST = 32
"""Shingles of the shortest text that is sketched: two short texts agree too easily."""

AGREE = 26
LONGEST = 60_000
NEIGHBOURS = 6
"""With how many of the next ones a document is compared among those with the same band."""

Sketches = npt.NDArray[np.uint16]
Bools = npt.NDArray[np.bool_]
Labels = npt.NDArray[np.int64]
_SIGNS = re.compile(r"[\W_]+")
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHARES = np.arange(NUMBERS, dtype=np.uint64) << np.uint64(59)
_SMALL = np.uint64(20)


def sketch(text: str) -> str:
    """The sketch of a normalised text, in hexadecimal; empty when the text is too short to be compared."""
    letters = _SIGNS.sub("", text)[:LONGEST]
    if len(letters) < SHINGLE + FEWEST - 1:
        return ""
    codes = np.frombuffer(letters.encode("utf-32-le", "replace"), np.uint32).astype(np.uint64)
    count = len(codes) - SHINGLE + 1
    hashes = np.zeros(count, np.uint64)
    for place in range(SHINGLE):
        hashes = (hashes ^ codes[place : place + count]) * _FACTOR
        hashes ^= hashes >> np.uint64(29)
    hashes *= _FACTOR
    hashes.sort()
    least = hashes[np.searchsorted(hashes, _SHARES) % count]  # a share without any takes that of the next
    return ((least >> _SMALL) & np.uint64(0xFFFF)).astype("<u2").tobytes().hex()


def numbers(sketches: Sequence[str]) -> Sketches:
    """The sketches of documents as rows of numbers; noughts where there is none."""
    blank = "0" * NUMBERS * 4
    joined = bytes.fromhex("".join(one or blank for one in sketches))
    return np.frombuffer(joined, "<u2").reshape(-1, NUMBERS).astype(np.uint16)


@dataclass(frozen=True, slots=True)
class Likeness:
    """Which of some documents are alike, whoever asks. `kinds` gives each the number of its text and fold; `pairs` are
    numbers of different texts that are alike.
    """

    kinds: Labels
    pairs: Labels

    def labels(self, visible: Bools) -> Labels:
        """A number for each document, the same for those that are alike for somebody who sees only the `visible`."""
        labels = np.arange(int(self.kinds.max(initial=-1)) + 1)
        seen = np.zeros(len(labels), np.bool_)
        seen[self.kinds[visible]] = True
        one, other = self.pairs[seen[self.pairs].all(axis=1)].T
        while (labels[one] != labels[other]).any():
            least = np.minimum(labels[one], labels[other])
            np.minimum.at(labels, one, least)
            np.minimum.at(labels, other, least)
            labels = labels[labels]
        found: Labels = labels[self.kinds]
        return found


def compare(sketches: Sketches, folds: npt.NDArray[np.int32]) -> Likeness:
    """What is alike among documents with these sketches and folds."""
    whole = folds.astype(np.uint64)
    for band in np.ascontiguousarray(sketches).view(np.uint64).T:
        whole = (whole ^ (whole >> np.uint64(29)) ^ band) * _FACTOR
    _, first, kinds = np.unique(whole, return_index=True, return_inverse=True)
    return Likeness(kinds.astype(np.int64), _pairs(sketches[first], folds[first]))


def _pairs(sketches: Sketches, folds: npt.NDArray[np.int32]) -> Labels:
    bands = np.ascontiguousarray(sketches).view(np.uint64)
    found = [np.zeros((0, 2), np.int64)]
    for band in bands.T:
        order = np.argsort(band, kind="stable")
        values = band[order]
        for step in range(1, min(NEIGHBOURS, len(order) - 1) + 1):
            near = np.flatnonzero(values[step:] == values[:-step])
            one, other = order[near], order[near + step]
            same = (folds[one] == folds[other]) & ((sketches[one] == sketches[other]).sum(axis=1) >= AGREE)
            found.append(np.stack([one[same], other[same]], axis=1))
    return np.unique(np.concatenate(found), axis=0)
