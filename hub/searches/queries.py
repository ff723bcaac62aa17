"""Questions: one's saved searches, and the gaps as somebody may see them.

What a gap says was typed by people, some of whom may know of things that the reader of the list may not: a gap that
names such a product or customer is left out for that reader, in lists and in counts.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from hub import accounts, customers, taxonomy
from hub.base import stamps
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.searches.models import Gap, GapNeed, GapSearch, SavedSearch
from hub.searches.rules import Wish


@dataclass(frozen=True)
class GapRow:
    """A gap with its counts. `needed`: how many said so; `people`: how many met it; `mine`: the reader needs it."""

    id: int
    words: str
    filters: Mapping[str, Sequence[str]]
    hits: int
    times: int
    people: int
    needed: int
    mine: bool
    state: str
    note: str
    asset_id: int | None
    first_at: datetime
    last_at: datetime


def saved(session: Session, by: accounts.Actor) -> list[SavedSearch]:
    """One's saved searches, newest first."""
    query = select(SavedSearch).where(SavedSearch.person_id == by.id).order_by(col(SavedSearch.id).desc())
    return list(session.exec(query).all())


def owned_by(session: Session, saved_id: int, by: accounts.Actor) -> SavedSearch:
    """One's own saved search; NotFound for anybody else's."""
    found = session.get(SavedSearch, saved_id)
    if found is None or found.person_id != by.id:
        raise NotFound(_("没有这个保存的搜索。"))
    return found


def saved_as(session: Session, wanted: Wish, by: accounts.Actor) -> int | None:
    """The id of one's saved search that is this one, else None. Asked with every search: all of one's are kept."""
    key = ("saved searches", by.id)
    found = stamps.kept(session, ("saved_search", "person"), key, lambda: _saved_keys(session, by))
    return found.get(wanted.key)


def _saved_keys(session: Session, by: accounts.Actor) -> dict[str, int]:
    query = select(SavedSearch.key, SavedSearch.id).where(SavedSearch.person_id == by.id)
    return {key: number for key, number in session.exec(query) if number is not None}


def waiting_for_news(session: Session, today: date) -> list[SavedSearch]:
    """Saved searches whose active people want to be told and have not been told today."""
    query = (
        select(SavedSearch)
        .join(accounts.Person, col(accounts.Person.id) == SavedSearch.person_id)
        .where(SavedSearch.notify, accounts.Person.active)
        .where(col(SavedSearch.told_on).is_(None) | (col(SavedSearch.told_on) != today))
        .order_by(col(SavedSearch.id))
    )
    return list(session.exec(query).all())


def gaps(
    session: Session,
    by: accounts.Actor,
    *,
    state: str | None = "open",
    product: str | None = None,
    industry: str | None = None,
    needed_only: bool = False,
    since: datetime | None = None,
    limit: int | None = 50,
    offset: int = 0,
) -> list[GapRow]:
    """What people looked for and did not find, the most needed first: for the list, the coverage map and tasks.

    `product` and `industry` keep gaps whose filters name that key. NotAllowed for those who do not make material.
    """
    by.must("asset.approve")
    people, needed, mine = _counts(by)
    query = (
        _seen(session, by, select(Gap, people, needed, mine), {"product": product, "industry": industry})
        .order_by(needed.desc(), people.desc(), col(Gap.times).desc(), col(Gap.id).desc())
        .offset(offset)
    )
    if state is not None:
        query = query.where(col(Gap.state) == state)
    if since is not None:
        query = query.where(col(Gap.last_at) >= since)
    if needed_only:
        query = query.where(needed > 0)
    found = session.exec(query if limit is None else query.limit(limit)).all()
    return [_row(gap, *counted) for gap, *counted in found]


def count_gaps(session: Session, by: accounts.Actor) -> dict[str, int]:
    """How many gaps the reader sees in each state."""
    by.must("asset.approve")
    query = select(Gap.state, func.count()).group_by(Gap.state)
    return {str(state): int(n) for state, n in session.exec(_seen(session, by, query, {})).all()}


def _counts(by: accounts.Actor) -> tuple[Any, Any, Any]:
    """For each gap: how many people met it, how many need it, whether this actor does."""
    gap = col(Gap.id)
    people = select(func.count(func.distinct(GapSearch.person_id))).where(col(GapSearch.gap_id) == gap)
    needed = select(func.count()).select_from(GapNeed).where(col(GapNeed.gap_id) == gap)
    mine = needed.where(col(GapNeed.person_id) == by.id)
    return tuple(one.correlate(Gap).scalar_subquery() for one in (people, needed, mine))  # type: ignore[return-value]


def _seen(session: Session, by: accounts.Actor, query: Any, wanted: Mapping[str, str | None]) -> Any:
    """`query` over the gaps that the reader may see and whose filters name what is wanted.

    What is hidden from the reader is told from the words as they sound, not as they were written, which no database
    does; so the ids are picked here, from three columns, and only where something is hidden or wanted.
    """
    hidden, unsaid = _hidden(session, by)
    asked = {facet: key for facet, key in wanted.items() if key is not None}
    if not hidden and not unsaid and not asked:
        return query
    light = session.exec(select(Gap.id, Gap.words, Gap.filters)).all()
    if asked:
        kept = [
            i
            for i, words, filters in light
            if all(key in filters.get(facet, ()) for facet, key in asked.items())
            and not _names(words, filters, hidden, unsaid)
        ]
        return query.where(col(Gap.id).in_(kept))
    left_out = [i for i, words, filters in light if _names(words, filters, hidden, unsaid)]
    return query.where(col(Gap.id).not_in(left_out)) if left_out else query


def _hidden(session: Session, by: accounts.Actor) -> tuple[frozenset[str], list[str]]:
    """Keys of the products hidden from this actor, and every name of those and of customers hidden from them."""
    keys = taxonomy.hidden_products(session, by)
    known = taxonomy.words(session).by_facet["product"]
    said = [way for k in keys for way in (known[k].name, known[k].name_en, *known[k].aliases)]
    said += customers.hidden_names(session, by)
    return keys, [_plain(way) for way in said if way.strip()]


def _names(
    words: str, filters: Mapping[str, Sequence[str]], hidden: frozenset[str], unsaid: Iterable[str]
) -> bool:
    typed = _plain(words)
    return bool(hidden & set(filters.get("product", ()))) or any(name in typed for name in unsaid)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def known_to(session: Session, by: accounts.Actor, rows: Iterable[GapRow]) -> list[GapRow]:
    """Those of these gaps that name nothing hidden from this actor."""
    hidden, unsaid = _hidden(session, by)
    return [r for r in rows if not _names(r.words, r.filters, hidden, unsaid)]


def met_by(session: Session, ids: Iterable[int]) -> dict[int, int | None]:
    """Per gap that is met, the asset that met it, where one was named."""
    query = select(Gap.id, Gap.asset_id).where(col(Gap.id).in_(list(ids)), Gap.state == "met")
    return {i: asset for i, asset in session.exec(query).all() if i is not None}


def needing(session: Session, ids: Iterable[int]) -> dict[int, list[int]]:
    """Per gap, the people who need it, the first to say so first."""
    query = select(GapNeed).where(col(GapNeed.gap_id).in_(list(ids)))
    found: dict[int, list[int]] = {}
    for one in session.exec(query.order_by(col(GapNeed.at), col(GapNeed.person_id))).all():
        found.setdefault(one.gap_id, []).append(one.person_id)
    return found


def _row(gap: Gap, people: int, needed: int, mine: int) -> GapRow:
    return GapRow(
        gap.id or 0, gap.words, gap.filters, gap.hits, gap.times, people, needed, bool(mine), gap.state, gap.note,
        gap.asset_id, gap.first_at, gap.last_at,
    )  # fmt: skip


def gap_of(session: Session, gap_id: int, by: accounts.Actor) -> Gap:
    """A gap for those who make material, and for those who need it or met it; NotFound for others."""
    gap = session.get(Gap, gap_id)
    if gap is not None:
        if by.may("asset.approve") and not _names(gap.words, gap.filters, *_hidden(session, by)):
            return gap
        met = select(GapSearch.id).where(GapSearch.gap_id == gap_id, GapSearch.person_id == by.id).limit(1)
        if session.get(GapNeed, (gap_id, by.id)) is not None or session.exec(met).first() is not None:
            return gap
    raise NotFound(_("没有这条缺口。"))


def needs_of(session: Session, wanted: Wish, by: accounts.Actor) -> tuple[int, bool]:
    """How many need this search met, and whether the actor is one of them."""
    query = select(GapNeed.person_id).join(Gap, col(Gap.id) == GapNeed.gap_id).where(Gap.key == wanted.key)
    people = session.exec(query.where(Gap.state == "open")).all()
    return len(people), by.id in people
