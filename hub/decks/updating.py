"""Decks and newer versions: which slides of a deck are out of date, and the outline with what took their place."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from hub import accounts, assets
from hub.base.i18n import _
from hub.decks import outline, pictures, queries
from hub.decks.basket import page_said
from hub.decks.models import Deck
from hub.decks.recipe import one_line
from hub.decks.successors import successor

Entry = dict[str, Any]


def outdated(session: Session, deck: Deck, by: accounts.Actor) -> int:
    """How many slides of the deck are of a version that was replaced, or may no longer be used; its pictures too."""
    entries = [e for e in outline.kept(deck.plan) if e["origin"] == "asset"]
    cards = _usable(session, entries, by)
    old = sum(_is_old(e, cards.get(int(e["asset_id"]))) for e in entries)
    if deck.template_id is None:
        return old
    read = queries.manifest_of(queries.template(session, deck.template_id))
    return old + len(pictures.outdated(session, deck, read, by))


def _usable(session: Session, entries: Sequence[Entry], by: accounts.Actor) -> dict[int, assets.Card]:
    cards = assets.cards(session, sorted({int(e["asset_id"]) for e in entries}), by)
    return {c.id: c for c in cards if c.state == "on_offer" and c.audience == "customer"}


def _is_old(entry: Entry, card: assets.Card | None) -> bool:
    return card is None or card.version_id != int(entry["version_id"])


def renewed(session: Session, deck: Deck, by: accounts.Actor) -> tuple[list[Entry], int, list[str]]:
    """The outline with the newest pages on offer in the place of older ones, how many were renewed, and what to tell.

    Entries whose page has no successor, or whose asset may no longer be used, are left out.
    """
    cards = _usable(session, [e for e in deck.plan if e["origin"] == "asset"], by)
    old = [e for e in deck.plan if e["origin"] == "asset" and _is_old(e, cards.get(int(e["asset_id"])))]
    versions = {int(e["version_id"]) for e in old} | {c.version_id for c in cards.values()}
    said = assets.pages_of(session, sorted(versions))
    taken = {e["key"] for e in deck.plan if e not in old}
    made: list[Entry] = []
    warnings: list[str] = []
    count = 0
    for entry in deck.plan:
        card = cards.get(int(entry["asset_id"])) if entry in old else None
        fresh = _fresh(entry, card, said, taken) if card else None
        if entry not in old:
            made.append(dict(entry))
        elif fresh:
            made.append(fresh)
            count += not entry["dropped"]
        elif not entry["dropped"]:
            warnings.append(_("“%(title)s”已经没有能用的新版，这一页没有放。") % {"title": entry["title"]})
    return made, count, warnings


def _fresh(
    entry: Entry, card: assets.Card, said: Mapping[int, Sequence[assets.Page]], taken: set[str]
) -> Entry | None:
    """The entry with the page that took its page's place; None when there is none, or it is in the deck already."""
    old = next((p for p in said.get(int(entry["version_id"]), ()) if p.number == int(entry["page"])), None)
    pages = {p.number: p for p in said.get(card.version_id, ())}
    number = successor(page_said(old), [page_said(p) for p in pages.values()]) if old else None
    key = f"a{card.id}.{number}"
    if number is None or key in taken:
        return None
    taken.add(key)
    return {
        **entry,
        "key": key,
        "title": one_line(pages[number].title) or card.title,
        "version_id": card.version_id,
        "version": card.version_number,
        "page": number,
    }
