"""A plain scorer, written from the formula and not from our code: what the engines are compared with."""

from collections import Counter
from collections.abc import Iterable
from hashlib import blake2b
from math import log, log1p

from hub.search import Analysis, Document
from hub.search.documents import FIELD_WEIGHTS

K1, B = 1.2, 0.75
ANALYSIS = Analysis()


def _weights(document: Document) -> Counter[str]:
    counted: Counter[str] = Counter()
    for name, text in document.texts():
        for term in ANALYSIS.terms(text):
            counted[term] += FIELD_WEIGHTS[name]  # type: ignore[assignment]
    return counted


def best_first(documents: Iterable[Document], text: str, rights: frozenset[str]) -> list[str]:
    """Ids of the visible documents with any of the words, by BM25 with the bonus for use; undated documents
    only."""
    weighed = {document.id: _weights(document) for document in documents}
    kept = {document.id: document for document in documents}
    average = sum(sum(weights.values()) for weights in weighed.values()) / len(weighed)
    most = log1p(max(document.uses for document in kept.values()))
    scores: dict[str, float] = {}
    for term in ANALYSIS.terms(text):
        holders = [name for name, weights in weighed.items() if weights[term]]
        rarity = log(1 + (len(weighed) - len(holders) + 0.5) / (len(holders) + 0.5))
        for name in holders:
            count, length = weighed[name][term], sum(weighed[name].values())
            scores[name] = scores.get(name, 0) + rarity * count * (K1 + 1) / (
                count + K1 * (1 - B + B * length / average)
            )
    asked = set(ANALYSIS.terms(text))
    for name in scores:
        scores[name] *= 1.25 if asked <= set(ANALYSIS.terms(kept[name].title)) else 1
    visible = [name for name in scores if rights & set(kept[name].readers)]
    bonus = {name: 1.05 + (0.05 * log1p(kept[name].uses) / most if most else 0) for name in visible}

    def place(name: str) -> tuple[float, int]:
        return (
            -round(scores[name] * bonus[name], 9),
            int.from_bytes(blake2b(name.encode(), digest_size=8).digest()),
        )

    return sorted(visible, key=place)
