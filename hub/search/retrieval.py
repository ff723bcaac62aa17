"""How a query is answered on a corpus: the same for every engine that keeps its documents in columns.

Words find *candidates* (all of them, most, any: the *reach*), phrases and exclusions are checked on the
text, rights and filters are masks, facets are counted on what is left, and only the page asked for is put in
order and read.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from hub.search.alike import Labels
from hub.search.columns import Bools, Floats, Ints
from hub.search.corpus import Corpus
from hub.search.facets import facets_of
from hub.search.phrases import with_phrase, without
from hub.search.protocol import MAX_LIMIT, MAX_NEAR, Hit, Member, Neighbours, Query, Reach, Result
from hub.search.purse import TEXT, Purse
from hub.search.ranking import Found, first, keys_of, why
from hub.search.scoring import Scored, character_scores, idf, score_group

SHORT = 3
"""Up to so many required words are a name, more are a sentence."""

NEAR_FEW = 0.5
NEAR_MANY = 0.2
"""Which share of the best document's share is near enough, for a name and for a sentence."""

MOST = 0.6
"""Which share of the required words, weighed by rarity, is "most"."""

CLOSE = 0.7
"""Which share of the characters, weighed by rarity, makes a document look close when words find too few."""

ENOUGH_CHARACTERS = 3
"""Fewer characters say too little to call a document close."""

FEW = 50


def answer(corpus: Corpus, query: Query) -> Result:
    """Answer `query` on `corpus`."""
    whole = [term.text for group in query.groups if not group.prefix for term in group.alternatives]
    corpus.expect(
        "words", [*whole, *(term for pair in query.neighbours for term in (pair.first, pair.second))]
    )
    corpus.expect("characters", query.characters)
    visible = corpus.visible(query.rights)
    purse = None if query.looks is None else Purse(TEXT * query.looks)
    text = _text_mask(corpus, query, visible, purse)
    filtered = _filter_masks(corpus, query)
    allowed = reduce(np.logical_and, filtered.values(), text)
    if query.phrases and query.groups and query.mode in {"auto", "near"} and not allowed.any():
        return answer(corpus, _without_phrases(query, purse))
    found = _find(corpus, query, text if query.steady else allowed)
    if query.steady and query.filters and not (allowed & found.mask).any():
        found = _find(corpus, query, allowed)  # filters leave nothing of it: loosen under them
    page = _page(corpus, query, np.flatnonzero(allowed & found.mask).astype(np.int32), found, visible)
    facets = facets_of(corpus, query, text & found.mask, filtered) if query.facets else {}
    unread = purse is not None and purse.empty
    return Result(page.hits, page.total, facets, found.reach, corpus.version, unread)


def _without_phrases(query: Query, purse: Purse | None) -> Query:
    """The same question where phrases only help: no document holds them all. What is in the purse is left."""
    pairs = [Neighbours(phrase, phrase, phrase) for phrase in query.phrases]
    looks = None if purse is None else max(purse.left, 0) // TEXT
    return replace(query, phrases=(), neighbours=(*query.neighbours, *pairs), mode="any", looks=looks)


def _text_mask(corpus: Corpus, query: Query, visible: Bools, purse: Purse | None) -> Bools:
    """Visible rows that hold every phrase and nothing excluded; only those that the words may find are read."""
    if not query.phrases and not query.excluded:
        return visible
    mask = visible & _within_reach(corpus, query) if query.groups else visible
    for phrase in query.phrases:
        mask = with_phrase(corpus, phrase, mask, purse)
    return without(corpus, query.excluded, mask, purse)


def _within_reach(corpus: Corpus, query: Query) -> Bools:
    """The rows that have any of the words, or look close to them: nothing else is ever found."""
    mask = _close(corpus, query.characters)
    for group in query.groups:
        mask[score_group(corpus, group, query.fields).rows] = True
    return mask


def _filter_masks(corpus: Corpus, query: Query) -> dict[str, Bools]:
    return {column: corpus.having(column, values) for column, values in query.filters.items() if values}


def _find(corpus: Corpus, query: Query, allowed: Bools) -> Found:
    if not query.groups:
        return Found(np.ones(corpus.size, np.bool_), np.zeros(corpus.size), None)
    parts = [score_group(corpus, group, query.fields) for group in query.groups]
    scores = np.zeros(corpus.size)
    for part in parts:
        scores[part.rows] += part.scores
    required = [part for part, group in zip(parts, query.groups, strict=True) if group.required] or parts
    titled = reduce(_common, [part.titled for part in required]) if len(required) <= SHORT else None
    reached = _reach(corpus, query, required, allowed)
    if reached is None:
        mask, scores, reach = _widened(corpus, query, scores, allowed)
        return Found(mask, scores, reach, titled)
    return Found(reached[0], scores, reached[1], titled)


def _common(one: Ints, other: Ints) -> Ints:
    """The rows of both; in each a row stands once."""
    return np.intersect1d(one, other, assume_unique=True)


def _reach(
    corpus: Corpus, query: Query, required: Sequence[Scored], allowed: Bools
) -> tuple[Bools, Reach] | None:
    """The tightest reach that finds something allowed; for a fixed mode that one. None: any word will do."""
    if query.mode == "any":
        return None
    counts = np.zeros(corpus.size, np.uint16)
    share = np.zeros(corpus.size)
    for part in required:
        counts[part.rows] += 1
        share[part.rows] += part.idf
    every: Bools = counts == len(required)
    if query.mode == "all" or (query.mode == "auto" and (every & allowed).any()):
        return every, "all"
    if query.mode == "near":
        return _near(share, every, allowed, NEAR_FEW if len(required) <= SHORT else NEAR_MANY)
    most: Bools = (share >= MOST * sum(part.idf for part in required)) & (counts >= min(2, len(required)))
    if query.mode == "most" or (most & allowed).any():
        return most, "most"
    return None


def _near(share: Floats, every: Bools, allowed: Bools, enough: float) -> tuple[Bools, Reach] | None:
    """What has `enough` of the share that the best document has."""
    best = float(share[allowed].max(initial=0.0))
    if best == 0.0:
        return None
    near: Bools = share >= enough * best
    return near, "all" if not (near & allowed & ~every).any() else "any"


def _widened(corpus: Corpus, query: Query, scores: Floats, allowed: Bools) -> tuple[Bools, Floats, Reach]:
    """Any of the words; below `FEW` of those also what shares most of the characters."""
    mask: Bools = scores > 0
    if int((mask & allowed).sum()) >= FEW or query.fields is not None:
        return mask, scores, "any"
    close = _close(corpus, query.characters) & ~mask
    if not (close & allowed).any():
        return mask, scores, "any"
    rows = np.flatnonzero(close).astype(np.int32)
    scores = scores.copy()
    scores[rows] = 1e-6 * character_scores(corpus, query.characters, rows)
    reach: Reach = "any" if (mask & allowed).any() else "close"
    return mask | close, scores, reach


def _close(corpus: Corpus, characters: Sequence[str]) -> Bools:
    share = np.zeros(corpus.size)
    total = 0.0
    for character in dict.fromkeys(characters):
        rows = corpus.postings("characters", character).rows
        rarity = idf(corpus, len(rows))
        share[rows] += rarity
        total += rarity
    close: Bools = share >= CLOSE * total
    return close if len(set(characters)) >= ENOUGH_CHARACTERS else np.zeros(corpus.size, np.bool_)


@dataclass(frozen=True, slots=True)
class _Page:
    hits: tuple[Hit, ...]
    total: int


def _page(corpus: Corpus, query: Query, rows: Ints, found: Found, visible: Bools) -> _Page:
    keys = keys_of(corpus, query, rows, found)
    offset, limit = max(query.offset, 0), min(max(query.limit, 0), MAX_LIMIT)
    if query.collapse or query.fold:
        return _folded_page(corpus, query, rows, keys, (offset, limit), visible, found)
    order = first(corpus, rows, keys, offset + limit)[offset:]
    corpus.expect_documents(rows[order].tolist())
    hits = [_hit(corpus, query, found, int(rows[place]), float(keys[place])) for place in order]
    return _Page(tuple(hits), len(rows))


def _folded_page(
    corpus: Corpus,
    query: Query,
    rows: Ints,
    keys: Floats,
    span: tuple[int, int],
    visible: Bools,
    found: Found,
) -> _Page:
    """One hit for each group, at the place of its best document."""
    groups = _shown_as(corpus, query)[rows]
    counts = np.bincount(groups)
    total = int((counts > 0).sum())
    offset, limit = span
    chosen = _first_groups(corpus, rows, keys, groups, min(offset + limit, total))[offset:]
    if not chosen:
        return _Page((), total)
    wanted = np.zeros(len(counts), np.bool_)
    wanted[chosen] = True
    inside = np.flatnonzero(wanted[groups])
    order = first(corpus, rows[inside], keys[inside], len(inside))
    members: dict[int, list[int]] = {code: [] for code in chosen}
    for place in inside[order].tolist():
        members[int(groups[place])].append(place)
    kept = max(query.members, 0) + 1
    shown = [int(rows[place]) for code in chosen for place in members[code][:kept]]
    heads = [_head(corpus, row, visible) for row in shown]
    corpus.expect_documents(list(dict.fromkeys([*heads, *shown])))
    hits = [_folded(corpus, query, rows, keys, members[code], visible, found) for code in chosen]
    return _Page(tuple(hits), total)


def _shown_as(corpus: Corpus, query: Query) -> Labels:
    """A number for each row, the same for those that are one hit."""
    if not query.fold:
        return corpus.group.astype(np.int64)
    units = corpus.units(query.rights)
    return units.groups if query.collapse else units.rows


def _hit(corpus: Corpus, query: Query, found: Found, row: int, score: float) -> Hit:
    reasons = why(corpus, query, row, found) if query.explain else None
    return Hit(corpus.id_of(row), round(score, 6), corpus.document(row), why=reasons)


def _first_groups(corpus: Corpus, rows: Ints, keys: Floats, groups: Labels, wanted: int) -> list[int]:
    """The codes of the first `wanted` groups, in order."""
    depth = max(wanted * 4, 64)
    while True:
        order = first(corpus, rows, keys, min(depth, len(rows)))
        codes = list(dict.fromkeys(groups[order].tolist()))
        if len(codes) >= wanted or depth >= len(rows):
            return codes[:wanted]
        depth *= 4


def _folded(
    corpus: Corpus,
    query: Query,
    rows: Ints,
    keys: Floats,
    places: Sequence[int],
    visible: Bools,
    found: Found,
) -> Hit:
    """The hit of one group: the group's own document where it is visible, else its best one; the rest are
    members. Of other groups that are nearly the same the best documents are told apart.
    """
    best = int(rows[places[0]])
    head = _head(corpus, best, visible) if query.collapse else best
    if len(places) == 1 and head == best and not query.explain:  # as most are
        return Hit(corpus.id_of(head), round(float(keys[places[0]]), 6), corpus.document(head))
    own = (
        [place for place in places if corpus.group[rows[place]] == corpus.group[best]]
        if query.collapse
        else []
    )
    others = [place for place in own if rows[place] != head]
    near = _near_ones(corpus, query, rows, places, visible)
    members = tuple(_member(corpus, int(rows[p]), keys[p]) for p in others[: max(query.members, 0)])
    told = tuple(_member(corpus, row, keys[place]) for row, place in list(near.items())[:MAX_NEAR])
    return Hit(
        corpus.id_of(head),
        round(float(keys[places[0]]), 6),
        corpus.document(head),
        members=members,
        members_total=len(others),
        near=told,
        near_total=len(near),
        why=why(corpus, query, best, found) if query.explain else None,
    )


def _near_ones(
    corpus: Corpus, query: Query, rows: Ints, places: Sequence[int], visible: Bools
) -> dict[int, int]:
    """What else is shown in this hit though it is a thing of its own: rows, best first, with the place of each in
    `rows`.
    """
    if not query.fold:
        return {}
    if not query.collapse:
        return {int(rows[place]): place for place in places[1:]}
    first_of: dict[int, int] = {}
    for place in places:
        first_of.setdefault(int(corpus.group[rows[place]]), place)
    return {_head(corpus, int(rows[place]), visible): place for place in list(first_of.values())[1:]}


def _member(corpus: Corpus, row: int, score: float) -> Member:
    return Member(corpus.id_of(row), round(float(score), 6), corpus.document(row))


def _head(corpus: Corpus, row: int, visible: Bools) -> int:
    group = corpus.group_of(row)
    head = corpus.row_of(group, row) if group is not None else None
    return row if head is None or not visible[head] else head
