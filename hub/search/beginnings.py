"""The words of an index that begin alike: for prefixes and while somebody types."""

from bisect import bisect_left
from heapq import nlargest

from hub.search.corpus import Corpus

LAST = "\U0010ffff"
"""No character comes after it."""


def beginning_with(corpus: Corpus, prefix: str) -> dict[str, int]:
    """The words that begin with `prefix`, with frequencies as in `Corpus.lexicon`."""
    found: dict[str, int] = {}
    for segment in corpus.segments:
        ordered = segment.ordered()
        start = bisect_left(ordered, prefix)
        words = ordered[start : bisect_left(ordered, prefix + LAST, start)]
        counts = map(segment.terms().__getitem__, words)
        if not found:
            found = dict(zip(words, counts, strict=True))
            continue
        for word, count in zip(words, counts, strict=True):
            found[word] = found.get(word, 0) + count
    return found


def most_frequent(corpus: Corpus, prefix: str, wanted: int) -> list[str]:
    """The words that begin with `prefix`, itself first, the others by how often they stand: so many at most."""
    found = beginning_with(corpus, prefix)
    if len(found) > wanted:  # a letter alone begins thousands
        least = nlargest(wanted, found.values())[-1]
        found = {word: count for word, count in found.items() if count >= least or word == prefix}
    return sorted(found, key=lambda word: (word != prefix, -found[word], word))[:wanted]
