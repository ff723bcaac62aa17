"""The order of the answer: what the candidates are sorted by, and why one stands where it does.

The score of the words is looked at a second time for the best candidates (characters, neighbours), and
multiplied by mild factors: new, much used, everything in the title, and what the query asks for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from hub.search.columns import Bools, Floats, Ints
from hub.search.corpus import Corpus
from hub.search.protocol import Query, Reach, Weights
from hub.search.scoring import (
    CHARACTER_SHARE,
    NEAREST,
    SECOND_LOOK,
    character_scores,
    neighbour_scores,
    score_group,
)

FRESH_DAYS = 365.0
"""After so many days a third is left of what being new adds."""


@dataclass(frozen=True, slots=True)
class Found:
    """Candidates of the words: a mask, the score of every row (nought elsewhere) and how far it was
    loosened.
    """

    mask: Bools
    scores: Floats
    reach: Reach | None
    titled: Ints | None = None


def keys_of(corpus: Corpus, query: Query, rows: Ints, found: Found) -> Floats:
    """What the candidates are put in order by, greatest first."""
    if query.sort == "newest" or (query.sort == "relevance" and found.reach is None):
        return corpus.published[rows]
    if query.sort == "used":
        return corpus.uses[rows]
    scores = second_look(corpus, query, rows, found.scores[rows]) * bonus(corpus, query, rows)
    if found.titled is not None:
        titled = np.zeros(corpus.size, np.bool_)
        titled[found.titled] = True
        scores[titled[rows]] *= query.weights.title
    return scores


def bonus(corpus: Corpus, query: Query, rows: Ints) -> Floats:
    """Mild factors: new against the newest document of all, used against the most used, and what the query
    asks.
    """
    product: Floats = corpus.scores.get(
        ("liked", query.weights.new, query.weights.used),
        lambda: _liked(corpus, query.weights),
        lambda liked: liked.nbytes,
    )[rows]
    for column, factors in query.weights.boosts.items():
        for value, factor in factors.items():
            product[corpus.having(column, (value,))[rows]] *= factor
    return product


def _asked(corpus: Corpus, query: Query, row: int) -> dict[str, float]:
    """The factors of what the query asks for that this row carries."""
    return {
        f"{column}={value}": factor
        for column, factors in query.weights.boosts.items()
        for value, factor in factors.items()
        if corpus.having(column, (value,))[row]
    }


def _liked(corpus: Corpus, weights: Weights) -> Floats:
    """The factor of every row that the words do not change."""
    fresh, used = _likes(corpus, weights)
    liked: Floats = 1 + fresh + used
    return liked


def _likes(corpus: Corpus, weights: Weights) -> tuple[Floats, Floats]:
    """What being new and being used add to the factor of every row."""
    newest = float(corpus.published.max(initial=0.0))
    age = (newest - corpus.published) / (FRESH_DAYS * 86_400)
    most = float(corpus.uses.max(initial=0.0))
    used = np.log1p(corpus.uses) / np.log1p(most) if most > 0 else np.zeros(corpus.size)
    return weights.new * np.exp(-np.maximum(age, 0.0)), weights.used * used


def second_look(corpus: Corpus, query: Query, rows: Ints, scores: Floats) -> Floats:
    """Rank the best candidates again by characters and neighbours; the others keep their order behind them."""
    if not query.characters or not len(rows):
        return scores
    ranked = scores.copy()
    best = np.sort(first(corpus, rows, scores, SECOND_LOOK))
    ranked[best] += CHARACTER_SHARE * character_scores(corpus, query.characters, rows[best])
    if len(best) < len(rows):
        rest = np.ones(len(rows), np.bool_)
        rest[best] = False
        ranked[rest] *= 0.999 * min(1.0, float(ranked[best].min()) / max(float(scores[rest].max()), 1e-12))
    if query.neighbours:
        nearest = first(corpus, rows, ranked, NEAREST)
        ranked[nearest] += neighbour_scores(corpus, query.neighbours, rows[nearest])
    return ranked


def first(corpus: Corpus, rows: Ints, keys: Floats, wanted: int) -> npt.NDArray[np.int64]:
    """Places of the first `wanted` rows in order: key, then the newer, then by the number of the id."""
    if wanted <= 0:
        return np.zeros(0, np.int64)
    places = np.arange(len(rows))
    if wanted < len(rows):
        threshold = np.partition(keys, len(rows) - wanted)[len(rows) - wanted]
        places = np.flatnonzero(keys >= threshold)
    chosen = rows[places]
    order = np.lexsort((corpus.ties[chosen], -corpus.updated[chosen], -keys[places]))
    return places[order][:wanted]


def why(corpus: Corpus, query: Query, row: int, found: Found) -> Mapping[str, Any]:
    """What the score of a row is made of: each group of words, characters, neighbours, and the factors."""
    only = np.array([row], np.int32)
    words: dict[str, float] = {}
    for group in query.groups:
        part = score_group(corpus, group, query.fields)
        place = int(np.searchsorted(part.rows, row))
        if place < len(part.rows) and part.rows[place] == row:
            words[group.alternatives[0].text] = round(float(part.scores[place]), 4)
    return {
        "words": words,
        "characters": round(CHARACTER_SHARE * float(character_scores(corpus, query.characters, only)[0]), 4),
        "neighbours": round(float(neighbour_scores(corpus, query.neighbours, only)[0]), 4),
        "factor": round(float(bonus(corpus, query, only)[0]), 4),
        "of it": {
            name: round(float(part[row]), 4)
            for name, part in zip(("new", "used"), _likes(corpus, query.weights), strict=True)
        },
        "asked": _asked(corpus, query, row),
        "title": query.weights.title if found.titled is not None and row in found.titled else 1.0,
    }
