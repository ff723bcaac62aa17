"""Phrases, checked on the text itself: which documents hold these characters in this order.

The single characters and the Latin words narrow the rows down, then the normalised text is read. In Chinese a phrase
may begin anywhere; a Latin word or number at the edge of a phrase must not go on beyond it, so that -pro does not
exclude product.
"""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from hub.search.analysis import HAN, is_han
from hub.search.columns import Bools, Ints
from hub.search.corpus import Corpus
from hub.search.purse import POSTINGS, TEXT, Purse

_HAN = re.compile(f"[{HAN}]")


_LATIN = re.compile(r"[a-z0-9]+")
_WORD = re.compile(r"(?!v\d|v$)[a-z][a-z0-9]{0,63}")
"""Latin pieces of a phrase that are a word of the index wherever they stand; not so numbers, and what may begin a
version.
"""

_ENDINGS = ("", "+", "++", "#")


def with_phrase(corpus: Corpus, phrase: str, within: Bools, purse: Purse | None = None) -> Bools:
    """Which rows of `within` hold the normalised `phrase`, as far as the purse reaches. An empty phrase is in all of
    them.
    """
    rows = rows_with(corpus, phrase, within, purse=purse)
    return _marked(corpus, rows)


def without(corpus: Corpus, phrases: Sequence[str], within: Bools, purse: Purse | None = None) -> Bools:
    """Which rows of `within` hold none of the phrases; a text that cannot be paid for may hold them and is left out.
    Several that nothing narrows down, such as numbers, are looked for together, so that every text is read once.
    """
    wide = [phrase for phrase in phrases if phrase.split() and not _is_narrow(phrase)]
    wide = wide if len(wide) > 1 else []
    mask = within
    for phrase in phrases:
        if phrase not in wide:
            mask = mask & ~_perhaps_with(corpus, phrase, mask, purse)
    patterns = [(_needle(phrase), pattern) for phrase in wide if (pattern := _pattern(phrase))]
    if not patterns:
        return mask
    rows = _paid(np.flatnonzero(mask).tolist(), purse)
    left = _marked(corpus, rows)
    for row, text in corpus.plains(rows):
        left[row] = not any(needle in text and pattern.search(text) for needle, pattern in patterns)
    return left


def _perhaps_with(corpus: Corpus, phrase: str, within: Bools, purse: Purse | None) -> Bools:
    """Which rows of `within` hold the phrase, or may hold it as far as nobody has looked."""
    pattern = _pattern(phrase)
    if pattern is None:
        return within
    perhaps = _narrowed(corpus, phrase, within)
    if len(phrase) == 1 and _HAN.match(phrase):
        return perhaps
    perhaps = perhaps.copy()  # where nothing narrows it down it is `within` itself
    rows = _paid(np.flatnonzero(perhaps & ~_surely(corpus, phrase)).tolist(), purse)
    perhaps[rows] = False
    perhaps[[row for row, text in corpus.plains(rows, _needle(phrase)) if pattern.search(text)]] = True
    return perhaps


def _paid(rows: list[int], purse: Purse | None) -> list[int]:
    """The first of the rows, as many as can be paid for."""
    return rows if purse is None else rows[: purse.pay_for(len(rows), TEXT)]


def _marked(corpus: Corpus, rows: Sequence[int] | Ints) -> Bools:
    mask = np.zeros(corpus.size, np.bool_)
    mask[rows] = True
    return mask


def _surely(corpus: Corpus, phrase: str) -> Bools:
    """The rows of which nobody needs to read the text: those that have a Chinese phrase as a word."""
    return _marked(corpus, corpus.postings("words", phrase).rows if is_han(phrase) else [])


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
    if purse is not None and not purse.pay(POSTINGS * len(phrase)):
        return []
    narrowed = _narrowed(corpus, phrase, within)
    if len(phrase) == 1 and _HAN.match(phrase):
        return [int(row) for row in np.flatnonzero(narrowed)[:enough]]
    sure = narrowed & _surely(corpus, phrase)
    found: list[int] = np.flatnonzero(sure)[:enough].tolist()
    rows = np.flatnonzero(narrowed & ~sure).tolist() if enough is None or len(found) < enough else []
    for row, text in corpus.plains(rows, _needle(phrase), purse):
        if pattern.search(text):
            found.append(row)
            if enough is not None and len(found) >= enough:
                break
    return sorted(found)


def _narrowed(corpus: Corpus, phrase: str, within: Bools) -> Bools:
    """The rows that have each Chinese character and each Latin word of a phrase somewhere."""
    singles = list(dict.fromkeys(_HAN.findall(phrase)))
    words = [word for word in dict.fromkeys(_LATIN.findall(phrase)) if _WORD.fullmatch(word)]
    corpus.expect("characters", singles)
    whole = [phrase] if is_han(phrase) else []
    corpus.expect("words", [*whole, *(word + ending for word in words for ending in _ENDINGS)])
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
