"""What changes: a search is saved, a gap is kept, needed, closed; a person's searches are forgotten."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from hub import accounts, activity, notices
from hub.base import clock, jobs
from hub.base.errors import Conflict, HubError, NotFound
from hub.base.i18n import _
from hub.searches.models import GAP_STATES, Gap, GapNeed, GapSearch, SavedSearch
from hub.searches.rules import MOST_NAME, Wish, merged, wish

MOST_SAVED = 50
MOST_KNOWN = 400


def save(
    session: Session,
    wanted: Wish,
    name: str = "",
    *,
    by: accounts.Actor,
    known: Sequence[str] = (),
    notify: bool = True,
) -> SavedSearch:
    """Save a search as one's own; the same one twice is one. `known` are the documents it finds now."""
    if wanted.is_empty:
        raise HubError(_("空的搜索不用保存；先写几个字，或者勾一个筛选。"))
    mine = session.exec(select(SavedSearch).where(SavedSearch.person_id == by.id)).all()
    same = next((s for s in mine if s.key == wanted.key), None)
    if same is not None:
        return same
    if len(mine) >= MOST_SAVED:
        raise Conflict(_("最多保存 %(n)s 个搜索；请先删掉用不到的。") % {"n": MOST_SAVED})
    made = SavedSearch(
        person_id=by.id or 0,
        key=wanted.key,
        name=" ".join(name.split())[:MOST_NAME] or wanted.words[:MOST_NAME],
        words=wanted.words,
        filters={k: list(v) for k, v in wanted.filters.items()},
        notify=notify,
        known=list(known)[:MOST_KNOWN],
        looked_at=clock.now(),
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    activity.record(session, "save", "search", made.id, by=by.id)
    return made


def _own(session: Session, saved_id: int, by: accounts.Actor) -> SavedSearch:
    found = session.get(SavedSearch, saved_id)
    if found is None or found.person_id != by.id:
        raise NotFound(_("没有这个保存的搜索。"))
    return found


def set_notify(session: Session, saved_id: int, notify: bool, *, by: accounts.Actor) -> SavedSearch:  # noqa: FBT001 - what is set
    """Be told of new hits of one's own saved search, or not."""
    found = _own(session, saved_id, by)
    found.notify = notify
    session.add(found)
    activity.record(session, "set_notify", "search", saved_id, by=by.id, notify=notify)
    return found


def remove(session: Session, saved_id: int, *, by: accounts.Actor) -> None:
    """Drop one's own saved search."""
    session.delete(_own(session, saved_id, by))
    activity.record(session, "remove", "search", saved_id, by=by.id)


def tell_of_news(session: Session, saved_id: int, found: Sequence[str], new: int, *, on: date) -> bool:
    """Note what a saved search finds now, and tell its person of `new` hits: at most once a day. True when told."""
    one = session.get(SavedSearch, saved_id)
    if one is None or not one.notify or one.told_on == on:
        return False
    one.known, one.looked_at = merged(one.known, found, MOST_KNOWN), clock.now()
    session.add(one)
    if not new:
        return False
    one.told_on = on
    event = f"saved:{saved_id}:{on.isoformat()}"
    notices.tell(
        session, [one.person_id], event=event, key="saved_hits", url=f"/searches/{saved_id}", name=one.name, n=new
    )  # fmt: skip
    return True


def keep(session: Session, entries: Sequence[activity.Entry]) -> None:
    """Keep those of the noted searches that found too little: who, when, how many hits."""
    for entry in entries:
        if entry.verb == "search" and entry.details.get("few"):
            wanted = wish(str(entry.details.get("words", "")), entry.details.get("filters") or {})
            hits = int(entry.details.get("total", 0))
            gap = _gap(session, wanted, entry.at)
            gap.hits, gap.times, gap.last_at = hits, gap.times + 1, entry.at
            session.add(gap)
            session.add(GapSearch(gap_id=gap.id or 0, person_id=entry.person_id, at=entry.at, hits=hits))
    session.flush()


def _gap(session: Session, wanted: Wish, at: datetime) -> Gap:
    """The row of this search, made where there is none."""
    gap = session.exec(select(Gap).where(Gap.key == wanted.key)).first()
    if gap is None:
        filters = {k: list(v) for k, v in wanted.filters.items()}
        gap = Gap(key=wanted.key, words=wanted.words, filters=filters, first_at=at, last_at=at)
        session.add(gap)
        session.flush()
    return gap


def need(session: Session, wanted: Wish, *, hits: int = 0, by: accounts.Actor) -> Gap:
    """Say "I need this" of a search, alone or after others; a second time changes nothing."""
    if not wanted.words:
        raise HubError(_("请先写要找什么，再说需要它。"))
    gap = _gap(session, wanted, clock.now())
    if not gap.times:
        gap.hits = hits
    return need_again(session, gap, by=by)


def need_again(session: Session, gap: Gap, *, by: accounts.Actor) -> Gap:
    """Join those who need this; a closed gap that somebody needs again is open again."""
    if session.get(GapNeed, (gap.id, by.id)) is None or gap.state != "open":
        session.merge(GapNeed(gap_id=gap.id or 0, person_id=by.id or 0, at=clock.now()))
        gap.state, gap.asset_id, gap.closed_at, gap.closed_by_id = "open", None, None, None
        session.add(gap)
        session.flush()
        activity.record(session, "need", "gap", gap.id, by=by.id)
        jobs.later(session, "gap.needed", key=f"gap:{gap.id}", gap_id=gap.id)
    return gap


def take_back(session: Session, wanted: Wish, *, by: accounts.Actor) -> None:
    """No longer need this."""
    gap = session.exec(select(Gap).where(Gap.key == wanted.key)).first()
    mine = session.get(GapNeed, (gap.id, by.id)) if gap else None
    if gap is None or mine is None:
        raise NotFound(_("您没有说过需要它。"))
    session.delete(mine)
    activity.record(session, "take_back", "gap", gap.id, by=by.id)


def _to_decide(session: Session, gap_id: int, by: accounts.Actor) -> Gap:
    by.must("asset.approve")
    gap = session.get(Gap, gap_id)
    if gap is None:
        raise NotFound(_("没有这条缺口。"))
    return gap


def close_gap(
    session: Session, gap_id: int, state: str, *, by: accounts.Actor, note: str = "", asset_id: int | None = None
) -> Gap:  # fmt: skip
    """Say that a gap is met by material or declined; whoever needs it is told. Whether one may read the asset is for
    the caller to see to.
    """
    gap = _to_decide(session, gap_id, by)
    if state not in GAP_STATES[1:]:
        raise HubError(_("请选“已补上”或“不补”。"))
    gap.state, gap.note, gap.asset_id = state, " ".join(note.split())[:300], asset_id
    gap.closed_by_id, gap.closed_at = by.id, clock.now()
    session.add(gap)
    activity.record(session, f"gap_{state}", "gap", gap_id, by=by.id)
    people = session.exec(select(GapNeed.person_id).where(GapNeed.gap_id == gap_id)).all()
    url = f"/gaps/{gap_id}"
    event = f"gap:{gap_id}:{state}:{gap.closed_at.isoformat()}"
    notices.tell(session, people, event=event, key=f"gap_{state}", url=url, words=gap.words)
    return gap


def meet(
    session: Session, gap_id: int, *, asset_id: int, told: Iterable[int] = (), by_id: int | None = None
) -> bool:
    """Material has come for which the gap spoke: it is met, and of whoever needs it those who may open the material
    and are not among `told` hear so. False for a gap that is not open.
    """
    gap = session.get(Gap, gap_id)
    if gap is None or gap.state != "open":
        return False
    gap.state, gap.asset_id, gap.closed_at, gap.closed_by_id = "met", asset_id, clock.now(), by_id
    session.add(gap)
    activity.record(session, "gap_met", "gap", gap_id, by=by_id, asset=asset_id)
    left = set(session.exec(select(GapNeed.person_id).where(GapNeed.gap_id == gap_id)).all()) - set(told)
    readers = accounts.readers(session, "asset", [asset_id]).get(asset_id, frozenset())
    people = [i for i, actor in accounts.actors(session, left).items() if readers & actor.tokens]
    event = f"gap:{gap_id}:met:{gap.closed_at.isoformat()}"
    notices.tell(session, people, event=event, key="gap_met", url=f"/gaps/{gap_id}", words=gap.words)
    return True


def reopen_gap(session: Session, gap_id: int, *, by: accounts.Actor) -> Gap:
    """Open a closed gap again."""
    gap = _to_decide(session, gap_id, by)
    gap.state, gap.asset_id, gap.closed_at, gap.closed_by_id = "open", None, None, None
    session.add(gap)
    activity.record(session, "reopen", "gap", gap_id, by=by.id)
    return gap


def forget(session: Session, *, by: accounts.Actor, words: str | None = None) -> int:
    """Forget one's own searches, or those with just these words: they count on, nobody knows whose they were."""
    forgotten = activity.forget_searches(session, by.id or 0, words)
    mine = update(GapSearch).where(col(GapSearch.person_id) == by.id)
    if words is not None:
        key = wish(words).words
        mine = mine.where(col(GapSearch.gap_id).in_(select(Gap.id).where(Gap.words == key)))
    session.exec(mine.values(person_id=None))
    return forgotten
