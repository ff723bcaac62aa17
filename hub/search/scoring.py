"""Scores: BM25 over weighted words, and the second look by single characters.

BM25 is Robertson's formula with the idf of Lucene, log(1 + (N - n + .5) / (n + .5)), which never becomes
negative. The words of one group (a word with its synonyms, a prefix with its completions) count as one word:
their occurrences add up. The second look ranks the best documents again by their single characters: two
documents may share the words of a question, but the one that speaks of the same thing shares more of its
characters, also where the cut went differently.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt

from hub.search.beginnings import most_frequent
from hub.search.columns import Floats, Ints, Kind, Postings
from hub.search.corpus import Corpus
from hub.search.documents import FIELDS
from hub.search.indexing import ALL_FIELDS, MASKS
from hub.search.protocol import MAX_PREFIX_TERMS, Group, Neighbours, Term

K1 = 1.2
B = 0.75
CHARACTER_SHARE = 0.5
"""How much the character score counts beside the word score in the second look."""

SECOND_LOOK = 300

NEIGHBOUR_SHARE = 0.25
"""How much two words side by side count beside the words themselves."""

SPARSE = 20
"""Postings that are fewer than one for so many documents are put in order; more are laid out over all documents."""

NEAREST = 20
"""How many of the best documents are looked at for neighbours: their text has to be read."""


@dataclass(frozen=True, slots=True)
class Scored:
    """The rows of a group with what each adds to the score.

    `idf` weighs the group against others. `titled` are the rows that have it in the title.
    """

    rows: Ints
    scores: Floats
    idf: float
    titled: Ints


def field_mask(fields: frozenset[str] | None) -> int:
    """The bits of the fields asked for; all bits for None."""
    if fields is None:
        return ALL_FIELDS
    return sum(1 << place for place, name in enumerate(FIELDS) if name in fields)


def score_group(corpus: Corpus, group: Group, fields: frozenset[str] | None) -> Scored:
    """What `group` adds to every row it is found in."""
    mask = field_mask(fields)
    key = (group.alternatives, group.prefix, mask)
    return corpus.scores.get(
        key, lambda: _score_group(corpus, group, mask), lambda s: s.rows.nbytes * 3 + 200
    )


def _score_group(corpus: Corpus, group: Group, mask: int) -> Scored:
    parts = [(_limited(some, mask), weight) for some, weight in _postings_of(corpus, group)]
    rows, weights = _united(corpus, [(some, weight) for some, weight in parts if len(some.rows)])
    rarity, scores = bm25(corpus, "words", rows, weights)
    titled = [some.rows[(some.masks & MASKS["title"]) != 0] for some, _ in parts]
    return Scored(rows, scores, rarity, _each_once(corpus, titled))


def _postings_of(corpus: Corpus, group: Group) -> list[tuple[Postings, float]]:
    """The postings of a group with what each weighs; those of all words that begin alike are read together."""
    if not group.prefix:
        return [(corpus.postings("words", term.text), term.weight) for term in group.alternatives]
    terms = expanded(corpus, group)
    corpus.expect("words", [term.text for term in terms])
    alike: dict[float, list[str]] = {}
    for term in terms:
        alike.setdefault(term.weight, []).append(term.text)
    return [(corpus.together("words", words), weight) for weight, words in alike.items()]


def expanded(corpus: Corpus, group: Group) -> Sequence[Term]:
    """The terms a prefix group stands for: of each alternative the most frequent words that begin with it."""
    terms: dict[str, Term] = {}
    for alternative in group.alternatives:
        for text in most_frequent(corpus, alternative.text, MAX_PREFIX_TERMS):
            terms.setdefault(text, Term(text, alternative.weight))
    return list(terms.values())


def _limited(postings: Postings, mask: int) -> Postings:
    if mask == ALL_FIELDS:
        return postings
    kept = (postings.masks & mask) != 0
    return Postings(postings.rows[kept], postings.weights[kept], postings.masks[kept])


def _united(corpus: Corpus, parts: Sequence[tuple[Postings, float]]) -> tuple[Ints, npt.NDArray[np.float64]]:
    """One list of rising rows; the weights of a row in several parts add up."""
    if not parts:
        return np.zeros(0, np.int32), np.zeros(0, np.float64)
    if len(parts) == 1 and _rises(parts[0][0].rows):
        postings, factor = parts[0]
        return postings.rows, postings.weights.astype(np.float64) * factor
    whole = np.concatenate([postings.rows for postings, _ in parts])
    weights = np.concatenate([postings.weights.astype(np.float64) * factor for postings, factor in parts])
    if len(whole) * SPARSE > corpus.size:  # adding up where they belong costs less than putting them in order
        rows, sums = _each_once(corpus, [whole]), np.bincount(whole, weights).astype(np.float64, copy=False)
        return rows, sums[rows]
    order = np.argsort(whole, kind="stable")
    whole, weights = whole[order], weights[order]
    starts = np.flatnonzero(np.concatenate([[True], whole[1:] != whole[:-1]]))
    return whole[starts], np.add.reduceat(weights, starts)


def _each_once(corpus: Corpus, parts: Sequence[Ints]) -> Ints:
    """The rows of all parts, rising, each once."""
    if len(parts) == 1 and _rises(parts[0]):
        return parts[0]
    if sum(map(len, parts)) * SPARSE > corpus.size:
        mask = np.zeros(corpus.size, np.bool_)
        for rows in parts:
            mask[rows] = True
        return np.flatnonzero(mask).astype(np.int32)
    return np.unique(np.concatenate([np.zeros(0, np.int32), *parts]))


def _rises(rows: Ints) -> bool:
    return bool((rows[1:] > rows[:-1]).all())


def idf(corpus: Corpus, frequency: int) -> float:
    """How much a word says that stands in `frequency` of the live documents."""
    return log(1 + (corpus.live - frequency + 0.5) / (frequency + 0.5))


def bm25(
    corpus: Corpus, kind: Kind, rows: Ints, weights: Floats, frequency: int = -1
) -> tuple[float, Floats]:
    """The idf of one word that stands in `rows` with `weights`, and its BM25 in each of them.

    `frequency` is how many documents have the word, when `rows` are not all of them.
    """
    rarity = idf(corpus, len(rows) if frequency < 0 else frequency)
    lengths = (corpus.words if kind == "words" else corpus.characters)[rows]
    norm = K1 * (1 - B + B * lengths / corpus.averages[kind])
    return rarity, rarity * weights * (K1 + 1) / (weights + norm)


def character_scores(corpus: Corpus, characters: Sequence[str], rows: Ints) -> Floats:
    """The character score of each of `rows`, which must rise."""
    scores = np.zeros(len(rows), np.float64)
    if not len(rows):
        return scores
    for character in dict.fromkeys(characters):
        postings = corpus.postings("characters", character)
        if not len(postings.rows):
            continue
        places = np.searchsorted(postings.rows, rows)
        places[places == len(postings.rows)] = 0
        hit = postings.rows[places] == rows
        weights = postings.weights[places[hit]].astype(np.float64)
        scores[hit] += bm25(corpus, "characters", rows[hit], weights, len(postings.rows))[1]
    return scores


def neighbour_scores(corpus: Corpus, neighbours: Sequence[Neighbours], rows: Ints) -> Floats:
    """What each of `rows` earns for words that stand side by side in it as they were typed."""
    worth = {
        pair.text.encode("utf-8", "replace"): NEIGHBOUR_SHARE
        * sum(idf(corpus, len(corpus.postings("words", term).rows)) for term in (pair.first, pair.second))
        for pair in neighbours
    }
    texts = [text for _, text in corpus.plains(rows.tolist())]
    return np.array(
        [sum(value for pair, value in worth.items() if pair in text) for text in texts], np.float64
    )
