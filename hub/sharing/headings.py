"""What the things of a link are called, for its sender: they chose them, and may go on knowing their names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from hub import assets, decks, toolkits
from hub.sharing.models import ShareItem

Place = tuple[str, int, int | None]


@dataclass(frozen=True)
class Heading:
    """A thing that was read: its title, the number of the version, and per page its title and thumbnail."""

    title: str
    version: int | None
    pages: Mapping[int, tuple[str, str | None]]


def titles(session: Session, items: Iterable[ShareItem]) -> dict[tuple[str, int], tuple[str, str]]:
    """Per (thing, id) its title and, for a toolkit, its slug."""
    rows = list(items)
    wanted = {t: [i.thing_id for i in rows if i.thing == t] for t in ("asset", "deck", "toolkit")}
    found: dict[tuple[str, int], tuple[str, str]] = {}
    if wanted["asset"]:
        for asset in session.exec(select(assets.Asset).where(col(assets.Asset.id).in_(wanted["asset"]))):
            found["asset", asset.id or 0] = (asset.title, "")
    if wanted["deck"]:
        for deck in session.exec(select(decks.Deck).where(col(decks.Deck.id).in_(wanted["deck"]))):
            found["deck", deck.id or 0] = (deck.title, "")
    if wanted["toolkit"]:
        for kit in session.exec(
            select(toolkits.Toolkit).where(col(toolkits.Toolkit.id).in_(wanted["toolkit"]))
        ):
            found["toolkit", kit.id or 0] = (toolkits.title_of(kit), kit.slug)
    return found


def headings(session: Session, places: Sequence[Place]) -> dict[Place, Heading]:
    """Headings of what was read, by (thing, id, version)."""
    made = {}
    for thing, thing_id, version_id in places:
        made[thing, thing_id, version_id] = (
            _deck(session, thing_id) if thing == "deck" else _asset(session, thing_id, version_id)
        )
    return made


def _deck(session: Session, deck_id: int) -> Heading:
    deck = session.get(decks.Deck, deck_id)
    if deck is None:
        return Heading("", None, {})
    return Heading(
        deck.title, None, {s.number: (s.title, s.thumb_sha) for s in decks.slides_of(session, deck)}
    )


def _asset(session: Session, asset_id: int, version_id: int | None) -> Heading:
    asset, version = session.get(assets.Asset, asset_id), session.get(assets.Version, version_id or 0)
    pages = assets.pages(session, version_id) if version_id else []
    return Heading(
        asset.title if asset else "",
        version.number if version else None,
        {p.number: (p.title, p.thumb_sha) for p in pages},
    )
