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
from hub.search.protocol import Query, Reach
from hub.search.scoring import (
    CHARACTER_SHARE,
    NEAREST,
    SECOND_LOOK,
    character_scores,
    neighbour_scores,
    score_group,
)

TITLE_BONUS = 1.25
"""Factor for a document that has every word in its title."""
FRESH_DAYS = 365.0
FRESH_BONUS = 0.05
USED_BONUS = 0.05


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
        scores[np.isin(rows, found.titled, assume_unique=True)] *= TITLE_BONUS
    return scores


def bonus(corpus: Corpus, query: Query, rows: Ints) -> Floats:
    """Mild factors: new against the newest document of all, used against the most used, and what the query
    asks.
    """
    product: Floats = corpus.scores.get("liked", lambda: _liked(corpus), lambda liked: liked.nbytes)[rows]
    for column, factors in query.boosts.items():
        for value, factor in factors.items():
            product[corpus.having(column, (value,))[rows]] *= factor
    return product


def _liked(corpus: Corpus) -> Floats:
    """The factor of every row that no query changes."""
    newest = float(corpus.published.max(initial=0.0))
    age = (newest - corpus.published) / (FRESH_DAYS * 86_400)
    most = float(corpus.uses.max(initial=0.0))
    used = np.log1p(corpus.uses) / np.log1p(most) if most > 0 else np.zeros(corpus.size)
    liked: Floats = 1 + FRESH_BONUS * np.exp(-np.maximum(age, 0.0)) + USED_BONUS * used
    return liked


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
    places = np.arange(len(rows))
    if 0 < wanted < len(rows):
        threshold = np.partition(keys, len(rows) - wanted)[len(rows) - wanted]
        places = np.flatnonzero(keys >= threshold)
    chosen = rows[places]
    order = np.lexsort((corpus.ties[chosen], -corpus.updated[chosen], -keys[places]))
    return places[order][: max(wanted, 0)]


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
        "title": TITLE_BONUS if found.titled is not None and row in found.titled else 1.0,
    }
