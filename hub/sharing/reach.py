"""Where an asset is in use: toolkits, made decks, links and downloads that carry it; and telling those who hold it.

A *holder* is a colleague who has it in hand: keeps a kit with it, made a deck with it, sends a link to it, downloaded
it or a kit with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import union
from sqlmodel import Session, col, select

from hub import accounts, assets, consents, decks, notices, taxonomy, toolkits
from hub.activity import Activity
from hub.base import clock
from hub.sharing.models import Share, ShareItem

DOWNLOADS_COUNT = timedelta(days=365)


@dataclass(frozen=True)
class Place:
    """Something that carries the asset: kit, deck, link, or a download, whose title is the person's name."""

    what: str
    title: str
    url: str
    version: int | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class Reach:
    """All places that this actor may know of, by what they are; `other_decks` and `other_links` count those of
    colleagues, whose titles and names stay theirs.
    """

    kits: tuple[Place, ...]
    decks: tuple[Place, ...]
    links: tuple[Place, ...]
    downloads: tuple[Place, ...]
    other_decks: int = 0
    other_links: int = 0

    @property
    def count(self) -> int:
        return len(self.kits) + len(self.decks) + len(self.links) + len(self.downloads)


def reach(session: Session, asset: assets.Asset, by: accounts.Actor) -> Reach:
    """Where the asset is in use, as far as this actor may know: kits they see, decks and links of their own, and for
    whoever edits the asset, who downloaded it and how many decks and links of colleagues carry it. A kit that is hidden
    from them is not even counted: its number would tell that it is there. Holders are told all the same.
    """
    held = _Held.of(session, asset)
    kits = toolkits.carrying(session, asset.id or 0, by, taxonomy.words(session))
    answers = assets.may_edit(asset, by)
    taken = held.downloads if answers else {}
    decks_of = [d for d in held.decks if by.is_admin or d.owner_id == by.id]
    every = sorted([*held.shares, *held.kit_shares], key=lambda s: s.id or 0, reverse=True)
    links_of = [s for s in every if by.is_admin or s.owner_id == by.id]
    names = accounts.names(session, taken)
    return Reach(
        kits=tuple(Place("kit", toolkits.title_of(k), f"/toolkits/{k.slug}") for k in kits),
        decks=tuple(Place("deck", d.title, f"/decks/{d.id}", at=d.made_at) for d in decks_of),
        links=tuple(Place("link", s.title, f"/shares/{s.id}", at=s.created_at) for s in links_of),
        downloads=tuple(
            Place("download", names[person], "", version, at)
            for person, (version, at) in sorted(taken.items(), key=lambda d: d[1][1], reverse=True)
            if person in names
        ),
        other_decks=len(held.decks) - len(decks_of) if answers else 0,
        other_links=len(every) - len(links_of) if answers else 0,
    )


@dataclass(frozen=True)
class _Held:
    """Whoever holds the asset, by what they hold."""

    decks: list[decks.Deck]
    shares: list[Share]  # to it, or to a deck with it
    kit_shares: list[Share]  # to a kit with it
    downloads: dict[int, tuple[int | None, datetime]]  # person -> (version number, when), their last
    kits: list[toolkits.Toolkit]

    @classmethod
    def of(cls, session: Session, asset: assets.Asset) -> "_Held":
        number = asset.id or 0
        made, kits = _decks_with(session, number), toolkits.held_by(session, number)
        outside = asset.audience == "customer" and not asset.restricted
        led = {"asset": [number], "deck": [d.id or 0 for d in made]}
        shares = _open_links_to(session, led)
        by_kit = _open_links_to(session, {"toolkit": [k.id or 0 for k in kits if outside]})
        had = {s.id for s in shares}
        return cls(made, shares, [s for s in by_kit if s.id not in had], _downloads(session, number), kits)

    def people(self) -> set[int]:
        """Owners of decks and links, and who downloaded it: they had it in hand, and may be told its title."""
        owners = {d.owner_id for d in self.decks} | {s.owner_id for s in self.shares}
        return {p for p in owners if p is not None} | set(self.downloads)

    def keepers(self) -> set[int]:
        """Who keeps or sends a kit with it: a rule may bring it for others only."""
        return {k.owner_id for k in self.kits if k.owner_id} | {s.owner_id for s in self.kit_shares}


def _decks_with(session: Session, asset_id: int) -> list[decks.Deck]:
    """Made decks with a slide or a picture of it, or, of a case, with its words on a slide of their template."""
    used = union(
        select(decks.DeckSlide.deck_id).where(decks.DeckSlide.asset_id == asset_id),
        select(decks.DeckPicture.deck_id).where(decks.DeckPicture.asset_id == asset_id),
        consents.things_with(asset_id, "deck"),
    )
    query = select(decks.Deck).where(col(decks.Deck.id).in_(used), col(decks.Deck.deleted_at).is_(None))
    return list(session.exec(query.order_by(col(decks.Deck.id).desc()).limit(500)).all())


def _open_links_to(session: Session, led: Mapping[str, list[int]]) -> list[Share]:
    """Open links to one of these things, by what they are."""
    ids = {
        share
        for thing, wanted in led.items()
        if wanted
        for share in session.exec(
            select(ShareItem.share_id).where(ShareItem.thing == thing, col(ShareItem.thing_id).in_(wanted))
        )
    }
    query = select(Share).where(
        col(Share.id).in_(ids), col(Share.revoked_at).is_(None), col(Share.expires_at) > clock.now()
    )
    return list(session.exec(query.order_by(col(Share.id).desc())).all())


def _downloads(session: Session, asset_id: int) -> dict[int, tuple[int | None, datetime]]:
    its_own = (col(Activity.thing) == "asset") & (col(Activity.thing_id) == asset_id)
    query = select(Activity).where(
        Activity.verb == "download",
        its_own | (col(Activity.thing) == "toolkit"),
        col(Activity.at) >= clock.now() - DOWNLOADS_COUNT,
        col(Activity.person_id).is_not(None),
    )
    rows = session.exec(query.order_by(col(Activity.at))).all()
    numbers = {
        v.id: v.number
        for v in session.exec(select(assets.Version).where(assets.Version.asset_id == asset_id)).all()
    }
    found: dict[int, tuple[int | None, datetime]] = {}
    for row in rows:
        if row.thing == "asset":
            found[row.person_id or 0] = (numbers.get(row.details.get("version")), row.at)
        elif row.thing == "toolkit" and asset_id in row.details.get("assets", ()):
            found[row.person_id or 0] = (None, row.at)
    return found


def correct(
    session: Session, version_id: int, *, replacement_id: int | None = None, by_id: int | None = None
) -> int:
    """Tell every holder that this version is out of use and what takes its place; returns how many were told.

    The place is only named to those who may read it. Safe to run twice: one change, one person, one notice.
    """
    version = session.get(assets.Version, version_id)
    asset = session.get(assets.Asset, version.asset_id) if version else None
    if version is None or asset is None:
        return 0
    told = 0
    held = _Held.of(session, asset)
    keepers = held.keepers()
    if version.replaced_by_id is not None:
        # Kits and links show the new version by themselves, unless a link pins the old one.
        pinned = set(session.exec(select(ShareItem.share_id).where(ShareItem.version_id == version.id)).all())
        held, keepers = replace(held, shares=[s for s in held.shares if s.id in pinned]), set()
    instead = session.get(assets.Asset, replacement_id) if replacement_id else None
    holders = held.people()
    for person_id, actor in accounts.actors(session, (holders | keepers) - {by_id}).items():
        if person_id not in holders and not assets.was_open_to(session, asset, actor):
            continue
        key, url, values = _said(session, version, asset, instead, actor)
        if version.replaced_by_id is None:
            url = _mended_at(held, person_id) or url
        told += notices.tell(
            session,
            [person_id],
            event=f"version:{version.id}:{key}",
            key=key,
            url=url,
            title=asset.title,
            **values,
        )
    return told


def _said(
    session: Session,
    version: assets.Version,
    asset: assets.Asset,
    instead: assets.Asset | None,
    actor: accounts.Actor,
) -> tuple[str, str, dict[str, str]]:
    if version.replaced_by_id is not None:
        newer = session.get(assets.Version, version.replaced_by_id)
        return "replaced", f"/assets/{asset.id}", {"n": str(newer.number if newer else "")}
    if (
        instead is not None
        and instead.deleted_at is None
        and accounts.may_read(session, "offer", instead.id or 0, actor)
    ):
        return (
            "withdrawn_instead",
            f"/assets/{instead.id}",
            {"reason": version.ended_because, "instead": instead.title},
        )
    if version.end_key == "source":
        return "withdrawn_source", "/notices", {"source": version.end_reason}
    return "withdrawn", "/notices", {"reason": version.ended_because}


def _mended_at(held: _Held, person_id: int) -> str:
    """Where this person puts right what they have out: their links, else the deck they made last; empty for others."""
    if any(s.owner_id == person_id for s in held.shares):
        return "/shares?which=swap"
    return next((f"/decks/{d.id}" for d in held.decks if d.owner_id == person_id), "")
