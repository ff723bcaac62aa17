"""Questions: one's saved searches, and the gaps as somebody may see them.

What a gap says was typed by people, some of whom may know of things that the reader of the list may not: a gap that
names such a product or customer is left out for that reader, in lists and in counts.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from hub import accounts, customers, taxonomy
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
    """The id of one's saved search that is this one, else None."""
    query = select(SavedSearch.id).where(SavedSearch.person_id == by.id, SavedSearch.key == wanted.key)
    return session.exec(query).first()


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
    found = _visible(session, by, state, since)
    wanted = {"product": product, "industry": industry}
    kept = [g for g in found if all(v is None or v in g.filters.get(f, ()) for f, v in wanted.items())]
    rows = _rows(session, kept, by)
    rows = [r for r in rows if r.needed] if needed_only else rows
    rows.sort(key=lambda r: (-r.needed, -r.people, -r.times, -r.id))
    return rows[offset:] if limit is None else rows[offset : offset + limit]


def count_gaps(session: Session, by: accounts.Actor) -> dict[str, int]:
    """How many gaps the reader sees in each state."""
    by.must("asset.approve")
    counted: dict[str, int] = {}
    for gap in _visible(session, by, None, None):
        counted[gap.state] = counted.get(gap.state, 0) + 1
    return counted


def _visible(session: Session, by: accounts.Actor, state: str | None, since: datetime | None) -> list[Gap]:
    query = select(Gap)
    if state is not None:
        query = query.where(Gap.state == state)
    if since is not None:
        query = query.where(col(Gap.last_at) >= since)
    hidden, unsaid = _hidden(session, by)
    return [g for g in session.exec(query).all() if not _names(g, hidden, unsaid)]


def _hidden(session: Session, by: accounts.Actor) -> tuple[frozenset[str], list[str]]:
    """Keys of the products hidden from this actor, and every name of those and of customers hidden from them."""
    keys = taxonomy.hidden_products(session, by)
    known = taxonomy.words(session).by_facet["product"]
    said = [way for k in keys for way in (known[k].name, known[k].name_en, *known[k].aliases)]
    said += customers.hidden_names(session, by)
    return keys, [_plain(way) for way in said if way.strip()]


def _names(gap: Gap, hidden: frozenset[str], unsaid: Iterable[str]) -> bool:
    typed = _plain(gap.words)
    return bool(hidden & set(gap.filters.get("product", ()))) or any(name in typed for name in unsaid)


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _rows(session: Session, found: Sequence[Gap], by: accounts.Actor) -> list[GapRow]:
    ids = [g.id or 0 for g in found]
    people = _counted(session, ids, GapSearch.gap_id, func.count(func.distinct(GapSearch.person_id)))
    needed = _counted(session, ids, GapNeed.gap_id, func.count())
    own = set(session.exec(select(GapNeed.gap_id).where(GapNeed.person_id == by.id)).all())
    return [
        GapRow(
            g.id or 0, g.words, g.filters, g.hits, g.times, people.get(g.id or 0, 0), needed.get(g.id or 0, 0),
            g.id in own, g.state, g.note, g.asset_id, g.first_at, g.last_at,
        )
        for g in found
    ]  # fmt: skip


def _counted(session: Session, ids: Sequence[int], by_column: object, count: object) -> dict[int, int]:
    if not ids:
        return {}
    query = select(by_column, count).group_by(by_column)  # type: ignore[call-overload]
    wanted = set(ids)
    return {int(i): int(n) for i, n in session.exec(query).all() if i in wanted}


def gap_of(session: Session, gap_id: int, by: accounts.Actor) -> Gap:
    """A gap for those who make material, and for those who need it or met it; NotFound for others."""
    gap = session.get(Gap, gap_id)
    if gap is not None:
        if by.may("asset.approve") and not _names(gap, *_hidden(session, by)):
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
