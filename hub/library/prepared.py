"""Answers to searches that were given before, kept for whoever sees the same: many sellers ask the same few words.

Two readers *see the same* when the index shows them the same documents and no token that opens anything to be found
tells them apart. An answer is given again as long as the index and the rows that it was made of are the same.
"""

from collections.abc import Callable, Hashable, Mapping
from typing import TypeVar

from sqlmodel import Session

from hub import accounts, assets, taxonomy
from hub.base import clock, stamps
from hub.search import Ask, Engine

ROWS = tuple(sorted({*assets.ROWS_OF_CARDS, "setting", "toolkit", "requirement"}))
"""The tables that an answer is made of besides the index."""
FOUND = ("asset", "offer", "draft", "toolkit", "requirement")
"""The things whose readers say what is found; a plan is read by whom its requirement is."""
MOST_KEPT = 400  # answers of some sixty kilobytes

_answers = stamps.Shelf(MOST_KEPT)
_Answer = TypeVar("_Answer")


def answered(
    session: Session, engine: Engine, words: str, ask: Ask, by: accounts.Actor, make: Callable[[], _Answer]
) -> _Answer:
    """What `make` answers to these words, or answered before to somebody who sees the same."""
    if not stamps.may_keep(session) or ask.explain:
        return make()
    place = ("answer", words, _asked(ask), _sight(session, engine, ask, by), clock.today())
    return stamps.kept(session, ROWS, place, make, shelf=_answers)


def _asked(ask: Ask) -> Hashable:
    """All that is asked besides the words; who asks, and what the taxonomy knows, stand elsewhere."""
    plain = (ask.mode, ask.fields, ask.facets, ask.sort, ask.offset, ask.limit)
    return (*plain, ask.collapse, ask.fold, ask.exact, ask.steady, _flat(ask.filters))


def _flat(filters: Mapping[str, object]) -> Hashable:
    return tuple(sorted((name, tuple(values)) for name, values in filters.items()))  # type: ignore[arg-type]


def _sight(session: Session, engine: Engine, ask: Ask, by: accounts.Actor) -> Hashable:
    corpus = engine.corpus()
    tokens = by.tokens & accounts.tokens_in_use(session, FOUND)
    return (
        corpus.version,
        corpus.sight(ask.rights),
        tokens,
        by.is_admin,
        taxonomy.hidden_products(session, by),
    )
