"""Deck check-up: any PPTX looked through slide by slide, and a copy with newer slides in the place of older ones.

What a slide *is*: *current* (as the library has it now), *older* (a newer version is on offer), *changed* (edited since
it was taken), *withdrawn*, *internal* (not for customers), *template* (a cover or the like, from a deck template in
use), *old_template* (from one that has given way to another), *unknown* (not of the library, or not for this
person to know). The file is read in a limited child, once; what is thought of it is worked out whenever somebody
looks, by what they may know at that time. A check-up is its person's alone.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from hub import accounts, activity, assets, customers, slides
from hub.base import child, clock, jobs
from hub.base.blobs import LocalBlobs
from hub.base.db import Database
from hub.base.errors import Conflict, HubError, NotFound
from hub.base.i18n import _
from hub.base.settings import Settings
from hub.decks import queries
from hub.decks.basket import page_said
from hub.decks.models import CheckUp, DeckTemplate
from hub.decks.recipe import DECKS, one_line
from hub.decks.successors import PageSaid, successor

KEPT_DAYS = 30
SECONDS = 120.0
LATIN_NAME, HAN_NAME = 3, 2  # a shorter name would be found in ordinary words


@dataclass(frozen=True)
class Judged:
    """One slide as this person may know it. `page` is the page now on offer in its place; `thumb` its picture."""

    number: int
    title: str
    state: str
    edited: bool = False  # older, and changed by hand besides: a swap would lose that
    asset_id: int | None = None
    slug: str = ""
    source: str = ""
    version: str = ""
    newest: int | None = None
    version_id: int | None = None
    page: int | None = None
    thumb: str | None = None
    named: tuple[str, ...] = ()  # other customers whose names stand in it

    @property
    def can_swap(self) -> bool:
        return self.state == "older" and self.page is not None


# ---- taking in and reading


def submit(
    session: Session, blobs: LocalBlobs, name: str, data: bytes, customer: str, *, by: accounts.Actor
) -> CheckUp:
    """Keep the file and have it read. HubError when it is no PPTX."""
    by.must("deck.make")
    if assets.suffix(name) not in DECKS:
        raise HubError(_("体检只看 PPTX。请把文件另存为 PPTX 再来。"))
    assets.recognise(name, data)
    blob = blobs.put(data)
    row = CheckUp(
        person_id=by.id or 0,
        file_name=name[-300:],
        customer=" ".join(customer.split())[:200],
        blob_sha=blob.sha256,
        size=blob.size,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    jobs.later(session, "check_up.read", key=f"check_up:{row.id}", priority=1, check_up_id=row.id)
    activity.record(session, "check", "deck_file", row.id, by=by.id)
    return row


def read_check_up(database: Database, blobs: LocalBlobs, settings: Settings, check_up_id: int) -> None:
    """Read the file of a check-up in a child; a file that cannot be read is told on the check-up."""
    with database.read() as session:
        row = session.get(CheckUp, check_up_id)
        if row is None or row.state != "waiting":
            return
        sha = row.blob_sha
    limits = child.Limits(memory=settings.child_memory, seconds=SECONDS)
    found: list[slides.Seen] = []
    error = ""
    try:
        found = child.run(slides.look_through, blobs.get(sha), limits=limits)
    except HubError as refused:
        error = refused.message
    with database.write() as session:
        row = session.get(CheckUp, check_up_id)
        if row is not None:
            row.state, row.error = ("failed" if error else "ready"), error[:1000]
            row.slides = [asdict(s) for s in found]
            session.add(row)


# ---- questions


def check_up(session: Session, check_up_id: int, by: accounts.Actor) -> CheckUp:
    """The check-up; NotFound when it is gone or somebody else's."""
    found = session.get(CheckUp, check_up_id)
    if found is None or found.person_id != by.id:
        raise NotFound(_("没有这次体检，或它不是您的。"))
    return found


def check_ups(session: Session, by: accounts.Actor, *, limit: int = 20) -> list[CheckUp]:
    """The person's own, newest first."""
    query = select(CheckUp).where(CheckUp.person_id == by.id)
    query = query.order_by(col(CheckUp.created_at).desc(), col(CheckUp.id).desc()).limit(limit)
    return list(session.exec(query).all())


def judged(session: Session, row: CheckUp, by: accounts.Actor) -> list[Judged]:
    """Every slide, in order, as this person may know it now."""
    all_seen = [slides.Seen(**s) for s in row.slides]
    homes = assets.homes(session, {s.asset for s in all_seen if s.asset}, by)
    strange = [s for s in all_seen if s.asset not in homes]
    alike = assets.pages_alike(session, {slides.content_key(s.fingerprint) for s in strange}, by)
    known = {h.version_id for h in homes.values()} | {h.version_id for h, _n in alike.values()}
    pages = assets.pages_of(session, sorted(v for v in known if v is not None))
    made_by = queries.marked_templates(session, {s.asset for s in strange})
    others = _other_names(session, row.customer, by)
    return [
        _of_template(s, made_by[s.asset], others)
        if s.asset in made_by
        else _judge(s, homes, alike, pages, others)
        for s in all_seen
    ]


Pages = Mapping[int, Sequence[assets.Page]]


def _judge(
    seen_: slides.Seen,
    homes: Mapping[str, assets.Home],
    alike: Mapping[str, tuple[assets.Home, int]],
    pages: Pages,
    others: "Names",
) -> Judged:
    named = others.found_in(f"{seen_.title}\n{seen_.text}")
    title = seen_.title or one_line(seen_.text)[:60]
    home = homes.get(seen_.asset)
    if home is None:
        found = alike.get(slides.content_key(seen_.fingerprint))
        if found is None:
            return Judged(seen_.number, title, "unknown", named=named)
        state = "current" if found[0].audience == "customer" else "internal"
        return _at_home(seen_, title, found[0], state, found[1], pages, named)
    if home.version_id is None:
        return Judged(seen_.number, title, "withdrawn", version=seen_.version, named=named)
    state, page = _state(seen_, home, pages.get(home.version_id, ()))
    return _at_home(seen_, title, home, state, page, pages, named)


def _of_template(seen_: slides.Seen, uploads: Sequence[DeckTemplate], others: "Names") -> Judged:
    """A slide that a template gave and the brief filled: what it says is the deck's own."""
    offered = next((t for t in uploads if t.state == "on_offer"), None)
    shown = offered or uploads[0]
    return Judged(
        number=seen_.number,
        title=seen_.title or one_line(seen_.text)[:60],
        state="template" if offered and seen_.version == str(offered.number) else "old_template",
        edited=seen_.state == "changed",
        source=shown.said,
        version=seen_.version,
        newest=offered.number if offered else None,
        named=others.found_in(f"{seen_.title}\n{seen_.text}"),
    )


def _state(seen_: slides.Seen, home: assets.Home, pages: Sequence[assets.Page]) -> tuple[str, int | None]:
    """What the slide is, and the page on offer that stands for it."""
    older = seen_.version != str(home.number)
    page = seen_.slide if not older else _renewed(seen_, pages)
    if home.audience != "customer":
        return "internal", page
    if older:
        return "older", page
    return ("changed" if seen_.state == "changed" else "current"), page


def _renewed(seen_: slides.Seen, pages: Sequence[assets.Page]) -> int | None:
    """Found by what the slide in the file says: the version it came from may not be this person's to read."""
    old = PageSaid(seen_.slide, seen_.title, seen_.text, seen_.fingerprint)
    return successor(old, [page_said(p) for p in pages])


def _at_home(
    seen_: slides.Seen,
    title: str,
    home: assets.Home,
    state: str,
    page: int | None,
    pages: Pages,
    named: tuple[str, ...],
) -> Judged:
    shown = next((p for p in pages.get(home.version_id or 0, ()) if p.number == page), None)
    return Judged(
        number=seen_.number,
        title=title,
        state=state,
        edited=state == "older" and seen_.state == "changed",
        asset_id=home.asset_id,
        slug=home.slug,
        source=home.title,
        version=seen_.version or str(home.number),
        newest=home.number,
        version_id=home.version_id,
        page=shown.number if shown else None,
        thumb=shown.thumb_sha if shown else None,
        named=named,
    )


# ---- other customers' names


class Names:
    """The names and aliases of customers that a person may know of, apart from the one a deck is for."""

    def __init__(self, others: Sequence[tuple[str, Sequence[str]]], own: Sequence[str]) -> None:
        self._own = [p for p in (_plain(n) for n in own) if p]
        self._others = [
            (name, [_pattern(w) for w in (name, *aliases) if _is_name(w) and _plain(w) not in self._own])
            for name, aliases in others
        ]

    def found_in(self, text: str) -> tuple[str, ...]:
        """The customers named in a text. The deck's own customer may carry another's name in theirs."""
        plain = _plain(text)
        for own in sorted(self._own, key=len, reverse=True):
            plain = plain.replace(own, "\n")
        return tuple(n for n, patterns in self._others if any(p.search(plain) for p in patterns))


def _plain(text: str) -> str:
    """Without case and spaces, except between Latin words."""
    return re.sub(r"(?<![a-z0-9])\s+|\s+(?![a-z0-9])", "", text.casefold())


def _is_name(word: str) -> bool:
    plain = _plain(word)
    return len(plain) >= (LATIN_NAME if plain.isascii() else HAN_NAME)


def _pattern(word: str) -> re.Pattern[str]:
    plain = re.escape(_plain(word))
    edges = (r"(?<![a-z0-9])", r"(?![a-z0-9])") if word.isascii() else ("", "")
    return re.compile(f"{edges[0]}{plain}{edges[1]}")


def _other_names(session: Session, customer: str, by: accounts.Actor) -> Names:
    """Only of customers this person may know of: a confidential one's name is in no list that is looked through."""
    own = customers.by_name(session, customer, by) if customer else None
    known = customers.visible(session, by, limit=100_000)
    others = [(c.name, c.aliases) for c in known if own is None or c.id != own.id]
    return Names(others, [customer, *((own.name, *own.aliases) if own else ())])


# ---- the corrected copy


def corrected(
    session: Session,
    blobs: LocalBlobs,
    settings: Settings,
    row: CheckUp,
    wanted: Sequence[int],
    *,
    by: accounts.Actor,
) -> bytes:
    """The deck with the slides of these numbers (all that can be, when none is named) as they are on offer now.

    Conflict when a slide has no newer page this person may use.
    """
    able = {j.number: j for j in judged(session, row, by) if j.can_swap}
    chosen = sorted(set(wanted) or {n for n, j in able.items() if not j.edited})
    missing = [n for n in chosen if n not in able]
    if missing or not chosen:
        raise Conflict(_("没有能换的页：新版里没有对应的页，或这一页已是最新。请刷新页面再看。"))
    versions = {able[n].version_id: n for n in chosen}
    data: dict[int, bytes] = {}
    for version_id in versions:
        version = assets.version(session, version_id or 0, by)
        data[version.id or 0] = blobs.get(version.blob_sha or "")
    swaps = [
        slides.Swap(n, able[n].version_id or 0, able[n].page or 0, able[n].slug, str(able[n].newest))
        for n in chosen
    ]
    limits = child.Limits(memory=settings.child_memory, seconds=SECONDS)
    return child.run(slides.swap, blobs.get(row.blob_sha), data, swaps, limits=limits)


# ---- forgetting


def remove(session: Session, row: CheckUp, *, by: accounts.Actor) -> None:
    """Forget a check-up; its file goes with the next `hub check --clean`."""
    session.delete(check_up(session, row.id or 0, by))
    session.flush()


def forget_old(session: Session, *, at: datetime | None = None) -> None:
    """Forget check-ups older than `KEPT_DAYS`."""
    before = (at or clock.now()) - timedelta(days=KEPT_DAYS)
    session.exec(delete(CheckUp).where(col(CheckUp.created_at) < before))
