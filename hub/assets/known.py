"""Cards that are asked for again and again, kept for everybody with what opens them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from hub import accounts
from hub.assets.models import Asset, Version
from hub.assets.queries import (
    Card,
    as_tokens,
    card_of,
    cards,
    cards_where,
    locks,
    tokens_of,
    visible,
)
from hub.base import clock, stamps

ROWS_OF_CARDS = ("asset", "asset_tag", "version", "page", "person", "reader")
"""The tables that cards are read from."""
MOST_RECENT = 50


@dataclass(frozen=True, slots=True)
class _Held:
    """A card and the tokens that open its asset. `drafts` open what it shows where nothing is on offer; else None."""

    card: Card
    opens: frozenset[str]
    drafts: frozenset[str] | None

    def open_to(self, by: accounts.Actor) -> bool:
        """What `visible` and the choice of the version say in a question."""
        tokens = by.tokens
        if accounts.ADMIN in tokens:
            return True
        return not tokens.isdisjoint(self.opens) and (
            self.drafts is None or not tokens.isdisjoint(self.drafts)
        )


def known_cards(session: Session, ids: Sequence[int], by: accounts.Actor) -> list[Card]:
    """The same as `cards`, for lists that show much that was shown to others before, such as hits of a search."""
    if not stamps.may_keep(session):
        return cards(session, ids, by)
    today = clock.today()
    keys: dict[int, Hashable] = {i: ("card", i, today) for i in ids}
    held = stamps.kept_many(session, ROWS_OF_CARDS, keys, lambda missing: _read(session, missing))
    return [held[i].card for i in ids if i in held and held[i].open_to(by)]


def _read(session: Session, ids: Sequence[int]) -> dict[int, _Held]:
    today = clock.today()
    held: dict[int, _Held] = {}
    for *row, offer, opens, drafts in session.execute(_to_be_held(), {"ids": list(ids)}):
        asks = None if offer is not None else as_tokens(drafts)
        held[row[0]] = _Held(card_of(row, today), as_tokens(opens), asks)
    return held


@lru_cache(maxsize=1)
def _to_be_held() -> Any:
    """The cards of `ids`, whoever may see them, with what opens them."""
    found = cards_where(accounts.SYSTEM, col(Asset.id).in_(bindparam("ids", expanding=True)))
    return found.add_columns(col(Asset.on_offer_id), tokens_of("asset"), tokens_of("draft"))


def recent(session: Session, by: accounts.Actor, *, limit: int = 6) -> list[Card]:
    """What came on offer last, the newest first. Kept for everybody, with what opens it."""
    if stamps.may_keep(session):
        latest = stamps.kept(session, ROWS_OF_CARDS, ("latest", clock.today()), lambda: _latest(session))
        found = [c for c, opens in latest if opens is None or opens & by.tokens][:limit]
        if len(found) == limit or len(latest) < MOST_RECENT:
            return found
    return _recent(session, by, limit)


def _latest(session: Session) -> list[tuple[Card, frozenset[str] | None]]:
    """The last that came on offer, whoever may see them, each with the tokens that open it; None for everybody's."""
    found = _recent(session, accounts.SYSTEM, MOST_RECENT)
    guarded = locks(session, [c.id for c in found])
    return [(c, guarded[c.id][0] | {accounts.ADMIN} if c.id in guarded else None) for c in found]


def _recent(session: Session, by: accounts.Actor, limit: int) -> list[Card]:
    today = clock.today()
    found = [card_of(row, today) for row in session.execute(_recent_query(by, limit))]
    return sorted(found, key=lambda c: (c.on_offer_at or c.updated_at, c.version_id), reverse=True)


@lru_cache(maxsize=256)
def _recent_query(by: accounts.Actor, limit: int) -> Any:
    """The cards of those that came on offer last. The choice stands in a table of its own: one may not limit a list."""
    chosen = _came_last(by, limit).subquery()
    return cards_where(by, col(Asset.id).in_(select(chosen.c.id)))


def _came_last(by: accounts.Actor, limit: int) -> Any:
    return (
        select(Asset.id)
        .select_from(Version)
        .join(Asset, col(Version.id) == col(Asset.on_offer_id))
        .where(Version.state == "on_offer", visible(by))
        .order_by(col(Version.on_offer_at).desc(), col(Version.id).desc())
        .limit(limit)
    )
