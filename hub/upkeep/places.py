"""The places that show a value of a fact.

A *place* is `follows` (a text with the token: it reads otherwise by itself), `copy` (a made deck, a link to
one, something
somebody downloaded: it does not), or `literal` (a text or a slide that says the value in so many words). What
the actor may
not see is neither among the places nor counted. However many places there are, the questions stay the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from hub import accounts, assets, decks, facts, sharing
from hub.activity import Activity
from hub.assets import Asset, Page, Version
from hub.base import clock
from hub.base.i18n import _

MOST_TEXTS = 2000  # texts with the value that are looked through
TAKEN_COUNTS = timedelta(days=365)
ORDER = ("copy", "literal", "follows")


@dataclass(frozen=True)
class Place:
    """`key` names it for good (deck:12, asset:3, slide:3:4, link:5, download:7); `note` is where in it, or what stands
    around the value. `asset_id`: the asset it is in. `done`: who says that it is mended.
    """

    key: str
    sort: str  # follows, copy, literal
    title: str
    url: str
    note: str
    owner_id: int | None
    owner: str = ""
    asset_id: int | None = None
    done: str = ""


@dataclass(frozen=True)
class Places:
    """All places, in order; `open`: those that a person has to mend and has not."""

    every: tuple[Place, ...]

    @property
    def open(self) -> int:
        return sum(p.sort != "follows" and not p.done for p in self.every)

    @property
    def done(self) -> int:
        return sum(bool(p.done) for p in self.every)

    def count(self, sort: str) -> int:
        return sum(p.sort == sort for p in self.every)

    def of(self, sort: str) -> tuple[Place, ...]:
        return tuple(p for p in self.every if not sort or p.sort == sort)


def places(session: Session, fact: facts.Fact, change: facts.FactChange, by: accounts.Actor) -> Places:
    """Where the value before this change is still to be read, as far as this actor may know."""
    was = change.was
    if change.before_en is None:  # of a time when it was not recorded: the same number in the unit of today
        was = replace(was, unit_en="" if fact.value_en else fact.unit_en)
    found = _Looking(session, fact, was, by, change.at, english=change.changes_english_alone).all()
    return _finished(session, found, facts.mended(session, change.id or 0))


def preview(session: Session, fact: facts.Fact, by: accounts.Actor, *, english: bool = False) -> Places:
    """Where the present value is to be read: what a change would be about; `english`: one of what English texts say."""
    return _finished(
        session, _Looking(session, fact, fact.wording, by, clock.now(), english=english).all(), {}
    )


def _finished(session: Session, found: Iterable[Place], mended: Mapping[str, facts.FactMended]) -> Places:
    """The places in order, with the names of owners and of those who mended."""
    listed = sorted(
        found, key=lambda p: (ORDER.index(p.sort), p.key in mended, p.owner_id or 0, p.title, p.key)
    )
    ids = [p.owner_id for p in listed] + [m.by_id for m in mended.values()]
    names = accounts.names(session, ids)
    return Places(tuple(
        replace(
            p,
            owner=names.get(p.owner_id or 0, ""),
            done=names.get(mended[p.key].by_id or 0, "—") if p.key in mended else "",
        )
        for p in listed
    ))  # fmt: skip


@dataclass(frozen=True)
class _Text:
    """A version that people read: on offer, or the newest one for those who see drafts."""

    asset_id: int
    title: str
    summary: str
    owner_id: int | None
    version_id: int
    number: int
    written: bool  # Markdown
    language: str
    text: str

    @property
    def said(self) -> str:
        """What people read of it: the words without the signs of Markdown."""
        return f"{self.title}\n{self.summary}\n{assets.plain(self.text) if self.written else self.text}"

    @property
    def url(self) -> str:
        return f"/assets/{self.asset_id}?version={self.version_id}"


@dataclass(frozen=True)
class _Looking:
    """One look for one value on behalf of one actor. `english`: English texts alone say it."""

    session: Session
    fact: facts.Fact
    was: facts.Wording
    by: accounts.Actor
    before: datetime
    english: bool = False

    def all(self) -> list[Place]:
        texts = [t for t in self._texts() if t.language == "en" or not self.english]
        named = [t for t in texts if t.written and self.fact.key in {k.key for k in facts.tokens(t.text)}]
        follows = [self._follows(t) for t in named]
        literal = list(self._literal(texts))
        made = self._made()
        holding = {t.asset_id for t in named} | {p.asset_id for p in literal if p.asset_id}
        return [*made, *self._links(made), *self._downloads(holding), *literal, *follows]

    def _texts(self) -> list[_Text]:
        shown = or_(
            col(Version.id) == col(Asset.on_offer_id),
            and_(col(Version.id) == col(Asset.latest_id), accounts.readable("draft", Asset.id, self.by)),
        )
        said = [f"facts.{self.fact.key}", f"fact.{self.fact.key}", *self.was.needles()]
        columns = (col(Version.text), col(Asset.title), col(Asset.summary))
        names_it = or_(*(c.icontains(word, autoescape=True) for c in columns for word in said))
        query: Any = (
            select_columns(
                col(Asset.id), col(Asset.title), col(Asset.summary), col(Asset.owner_id), col(Version.id),
                col(Version.number), col(Version.blob_sha).is_(None), col(Asset.language), col(Version.text),
            )
            .join(Version, col(Version.asset_id) == col(Asset.id))
            .where(assets.visible(self.by), shown, names_it)
            .order_by(col(Asset.id), col(Version.number))
            .limit(MOST_TEXTS)
        )  # fmt: skip
        return [_Text(*row) for row in self.session.execute(query).all()]

    def _follows(self, text: _Text) -> Place:
        note = _("第 %(n)s 版") % {"n": text.number}
        return Place(
            f"token:{text.version_id}",
            "follows",
            text.title,
            text.url,
            note,
            text.owner_id,
            asset_id=text.asset_id,
        )

    def _literal(self, texts: Sequence[_Text]) -> Iterator[Place]:
        wanted = (self.was.in_english() if self.english else self.was).pattern()
        said = {t.version_id: facts.hits(t.said, wanted) for t in texts}
        saying = [t for t in texts if said[t.version_id]]
        pages = assets.pages_of(self.session, [t.version_id for t in saying if not t.written])
        for text in saying:
            slides = [(p, h) for p in pages.get(text.version_id, ()) if (h := facts.hits(_words(p), wanted))]
            for page, found in slides:
                yield Place(
                    f"slide:{text.asset_id}:{page.number}:{text.number}", "literal",
                    _("%(title)s · 第 %(n)s 页") % {"title": text.title, "n": page.number},
                    f"{text.url}&page={page.number}", found[0], text.owner_id, asset_id=text.asset_id,
                )  # fmt: skip
            if not slides:
                yield Place(
                    f"asset:{text.asset_id}:{text.number}", "literal", text.title, f"{text.url}&tab=text",
                    said[text.version_id][0], text.owner_id, asset_id=text.asset_id,
                )  # fmt: skip

    def _made(self) -> list[Place]:
        """What was made with the value: each sort of thing by whoever knows who may see it."""
        used = [u for u in facts.uses(self.session, self.fact) if self._is_made_with(u)]
        by_thing: dict[str, list[int]] = {}
        for use in used:
            by_thing.setdefault(use.thing, []).append(use.thing_id)
        return [
            place
            for thing, ids in by_thing.items()
            if thing in HOLDERS
            for place in HOLDERS[thing](self.session, ids, self.by)
        ]

    def _is_made_with(self, use: facts.FactUse) -> bool:
        same = (use.value, use.unit) == (self.was.value, self.was.unit)
        return same and (not self.english or use.said == self.was.shown_en)

    def _links(self, made: Sequence[Place]) -> list[Place]:
        """Open links to the decks among what was made."""
        ids = [int(p.key.partition(":")[2]) for p in made if p.key.startswith("deck:")]
        if not ids:
            return []
        share, item = sharing.Share, sharing.ShareItem
        leading = select(item.share_id).where(item.thing == "deck", col(item.thing_id).in_(ids))
        query = select(share).where(
            col(share.id).in_(leading), sharing.visible(self.by), col(share.revoked_at).is_(None),
            col(share.expires_at) > clock.now(),
        )  # fmt: skip
        return [
            Place(f"link:{s.id}", "copy", s.title, f"/shares/{s.id}", _("给客户的链接"), s.owner_id)
            for s in self.session.exec(query.order_by(col(share.id))).all()
        ]

    def _downloads(self, holding: set[int]) -> list[Place]:
        """Who took a text with the value before it changed: for product marketing, who may edit any of them."""
        if not holding or not self.by.may("asset.edit_any"):
            return []
        query = select(Activity).where(
            Activity.verb == "download", col(Activity.thing).in_(["asset", "toolkit"]),
            col(Activity.at) >= self.before - TAKEN_COUNTS, col(Activity.at) < self.before,
            col(Activity.person_id).is_not(None),
        )  # fmt: skip
        found: dict[int, Activity] = {}
        for row in self.session.exec(query.order_by(col(Activity.at).desc()).limit(MOST_TEXTS)).all():
            taken = {row.thing_id} if row.thing == "asset" else set(row.details.get("assets", ()))
            if taken & holding:
                found.setdefault(row.person_id or 0, row)
        names = accounts.names(self.session, found)
        return [
            Place(
                f"download:{person}", "copy", names[person], "",
                _("%(day)s 下载过") % {"day": clock.today(row.at).isoformat()}, person,
            )
            for person, row in found.items()
            if person in names
        ]  # fmt: skip


def _words(page: Page) -> str:
    return "\n".join(t for t in (page.title, page.text, page.tables, page.charts, page.notes) if t)


Holder = Callable[[Session, Sequence[int], accounts.Actor], list[Place]]


def _decks(session: Session, ids: Sequence[int], by: accounts.Actor) -> list[Place]:
    query = select(decks.Deck).where(col(decks.Deck.id).in_(ids), decks.visible(by))
    return [
        Place(f"deck:{d.id}", "copy", d.title, f"/decks/{d.id}", _("打单 PPT"), d.owner_id)
        for d in session.exec(query.order_by(col(decks.Deck.id))).all()
    ]


# Per sort of thing that is made with values (`facts.note_uses`), who finds those that an actor may see.
HOLDERS: dict[str, Holder] = {"deck": _decks}
