"""Saved searches look again when things come on offer: their people are told of what is new, once a day at most."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session

from hub import accounts, search, searches
from hub.base import clock
from hub.base.db import Database
from hub.library.finding import asking, disposed
from hub.search import Engine, Hit, IndexUnavailable

LOOKED_AT = search.MAX_LIMIT
SLACK = timedelta(days=1)
"""What went on offer so long before the last look may not have been in the index then."""


def watch(database: Database, engine: Engine, *, today: date | None = None) -> int:
    """Look again for every saved search that has not been told of today; returns how many people were told."""
    today = today or clock.today()
    with database.read() as session:
        ids = [s.id for s in searches.waiting_for_news(session, today) if s.id is not None]
    told = 0
    for saved_id in ids:
        with database.read() as session:
            looked = _look(session, engine, saved_id)
        if looked is None:
            continue
        found, new = looked
        with database.write() as session:
            told += searches.tell_of_news(session, saved_id, found, new, on=today)
    return told


def found_now(session: Session, engine: Engine, wanted: searches.Wish, by: accounts.Actor) -> list[str]:
    """Ids of the newest documents this search finds; none while the index is being made."""
    try:
        return [hit.id for hit in _newest(session, engine, wanted, by).result.hits]
    except IndexUnavailable:
        return []


def _newest(session: Session, engine: Engine, wanted: searches.Wish, by: accounts.Actor) -> search.Found:
    ask = replace(asking(session, by, wanted.words, wanted.filters, "newest"), limit=LOOKED_AT, fold=False)
    return search.find(engine, wanted.words, ask)


def _look(session: Session, engine: Engine, saved_id: int) -> tuple[list[str], int] | None:
    """What the search finds now that it did not know, and how much of that its person may read; None: nothing new."""
    saved = session.get(searches.SavedSearch, saved_id)
    person = accounts.people_by_ids(session, [saved.person_id]).get(saved.person_id) if saved else None
    if saved is None or person is None:
        return None
    by = accounts.actor(session, person)
    found = _newest(session, engine, searches.wish(saved.words, saved.filters), by)
    known, since = set(saved.known), (saved.looked_at - SLACK)
    fresh = [h for h in found.result.hits if h.id not in known and _came(h) > since]
    unknown = [h.id for h in found.result.hits if h.id not in known]
    if not unknown:
        return None
    return unknown, len(_shown(session, found, fresh, by))


def _came(hit: Hit) -> datetime:
    """When it went on offer, or was changed last where it never does."""
    return hit.document.published_at or hit.document.updated_at or datetime.min.replace(tzinfo=UTC)


def _shown(session: Session, found: search.Found, hits: Iterable[Hit], by: accounts.Actor) -> list[str]:
    chosen = replace(found, result=replace(found.result, hits=tuple(hits)))
    return [row.id for row in disposed(session, chosen, by)]
