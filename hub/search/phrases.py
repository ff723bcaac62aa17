"""Phrases, checked on the text itself: which documents hold these characters in this order.

The single characters and the Latin words narrow the rows down, then the normalised text is read. In Chinese a phrase
may begin anywhere; a Latin word or number at the edge of a phrase must not go on beyond it, so that -pro does not
exclude product.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from hub.search.analysis import HAN
from hub.search.columns import Bools
from hub.search.corpus import Corpus
from hub.search.purse import Purse

_HAN = re.compile(f"[{HAN}]")


_LATIN = re.compile(r"[a-z0-9]+")
_WORD = re.compile(r"(?!v\d|v$)[a-z][a-z0-9]{0,63}")
"""Latin pieces of a phrase that are a word of the index wherever they stand; not so numbers, and what may begin a
version.
"""

_ENDINGS = ("", "+", "++", "#")


def with_phrase(corpus: Corpus, phrase: str, within: Bools) -> Bools:
    """Which rows of `within` hold the normalised `phrase`. An empty phrase is in all of them."""
    rows = rows_with(corpus, phrase, within)
    mask = np.zeros(corpus.size, np.bool_)
    mask[rows] = True
    return mask


def without(corpus: Corpus, phrases: Sequence[str], within: Bools) -> Bools:
    """Which rows of `within` hold none of the phrases. Several that nothing narrows down, such as numbers, are looked
    for together, so that every text is read once.
    """
    wide = [phrase for phrase in phrases if phrase.split() and not _is_narrow(phrase)]
    wide = wide if len(wide) > 1 else []
    mask = within
    for phrase in phrases:
        if phrase not in wide:
            mask = mask & ~with_phrase(corpus, phrase, mask)
    patterns = [(_needle(phrase), pattern) for phrase in wide if (pattern := _pattern(phrase))]
    if not patterns:
        return mask
    left = mask.copy()
    for row, text in corpus.plains(np.flatnonzero(mask).tolist()):
        left[row] = not any(needle in text and pattern.search(text) for needle, pattern in patterns)
    return left


def _needle(phrase: str) -> bytes:
    """The longest word of a phrase: a text without it does not hold the phrase."""
    return max(phrase.split(), key=len).encode("utf-8", "replace")


def rows_with(
    corpus: Corpus, phrase: str, within: Bools, enough: int | None = None, purse: Purse | None = None
) -> list[int]:
    """The rows of `within` that hold the phrase, rising; it ends at `enough` of them, or with the purse."""
    pattern = _pattern(phrase)
    if pattern is None:
        return [int(row) for row in np.flatnonzero(within)]
    narrowed = np.flatnonzero(_narrowed(corpus, phrase, within)).tolist()
    if len(phrase) == 1 and _HAN.match(phrase):
        return narrowed[:enough]
    found: list[int] = []
    needle = _needle(phrase)
    for row, text in corpus.plains(narrowed, needle, purse):
        if pattern.search(text):
            found.append(row)
            if enough is not None and len(found) >= enough:
                break
    return found


def _narrowed(corpus: Corpus, phrase: str, within: Bools) -> Bools:
    """The rows that have each Chinese character and each Latin word of a phrase somewhere."""
    singles = list(dict.fromkeys(_HAN.findall(phrase)))
    words = [word for word in dict.fromkeys(_LATIN.findall(phrase)) if _WORD.fullmatch(word)]
    corpus.expect("characters", singles)
    corpus.expect("words", [word + ending for word in words for ending in _ENDINGS])
    mask = within
    for character in singles:
        carriers = np.zeros(corpus.size, np.bool_)
        carriers[corpus.postings("characters", character).rows] = True
        mask = mask & carriers
    for word in words:
        carriers = np.zeros(corpus.size, np.bool_)
        for ending in _ENDINGS:
            carriers[corpus.postings("words", word + ending).rows] = True
        mask = mask & carriers
    return mask


def _is_narrow(phrase: str) -> bool:
    """Whether `_narrowed` leaves rows out."""
    return bool(_HAN.search(phrase)) or any(_WORD.fullmatch(word) for word in _LATIN.findall(phrase))


@lru_cache(maxsize=1000)
def _pattern(phrase: str) -> "re.Pattern[bytes] | None":
    words = phrase.split()
    if not words:
        return None
    body = r"\s+".join(re.escape(word) for word in words)
    before = r"(?<![a-z0-9])" if re.match(r"[a-z0-9]", words[0]) else ""
    after = r"(?![a-z0-9])" if re.search(r"[a-z0-9]$", words[-1]) else ""
    return re.compile((before + body + after).encode("utf-8", "replace"))
