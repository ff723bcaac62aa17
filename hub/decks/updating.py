"""Decks and newer versions: which slides of a deck are out of date, and the outline with what took their place."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session

from hub import accounts, assets, consents
from hub.base.i18n import _
from hub.decks import outline, pictures, queries
from hub.decks.basket import page_said
from hub.decks.models import Deck
from hub.decks.recipe import one_line
from hub.decks.successors import ALIKE, KIN, successor

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


def replacements(session: Session, deck: Deck, by: accounts.Actor) -> tuple[str, ...]:
    """Titles of what is to be used in the place of withdrawn material in this deck, as far as it can be."""
    entries = [e for e in outline.kept(deck.plan) if e["origin"] == "asset"]
    cards = _usable(session, entries, by)
    found = _instead(session, entries, cards, by)
    return tuple(dict.fromkeys(c.title for c in found.values()))


def without_consent(session: Session, deck: Deck, by: accounts.Actor) -> list[str]:
    """Sentences on cases in the plan or in the made file whose customers allow no sending of them any more."""
    number = deck.id or 0
    used = {int(e["asset_id"]) for e in outline.kept(deck.plan) if e["origin"] == "asset"}
    made = consents.with_case(session, "deck", [number]).get(number, set()) if deck.blob_sha else set()
    shut = consents.outward(session, used | made, "send")
    known = {c.id: c.title for c in assets.cards(session, sorted(shut), by)}
    return [consents.sentence(known[i], shut[i], "send") for i in sorted(shut) if i in known]


def _instead(
    session: Session, entries: Sequence[Entry], cards: Mapping[int, assets.Card], by: accounts.Actor
) -> dict[int, assets.Card]:
    """Per withdrawn asset of these entries what takes its place and may stand in a deck."""
    gone = {int(e["asset_id"]) for e in entries} - set(cards)
    found = assets.instead_of(session, gone, by) if gone else {}
    shut = consents.outward(session, [c.id for c in found.values()], "pitch")
    return {i: c for i, c in found.items() if c.audience == "customer" and c.id not in shut}


def _usable(session: Session, entries: Sequence[Entry], by: accounts.Actor) -> dict[int, assets.Card]:
    cards = assets.cards(session, sorted({int(e["asset_id"]) for e in entries}), by)
    return {c.id: c for c in cards if c.state == "on_offer" and c.audience == "customer"}


def _is_old(entry: Entry, card: assets.Card | None) -> bool:
    return card is None or card.version_id != int(entry["version_id"])


def renewed(session: Session, deck: Deck, by: accounts.Actor) -> tuple[list[Entry], int, list[str]]:
    """The outline with the newest pages on offer in the place of older ones, and pages of its replacement in the place
    of withdrawn material; how many were renewed, and what to tell.

    Entries whose page has no successor, or whose asset may no longer be used, are left out.
    """
    entries = [e for e in deck.plan if e["origin"] == "asset"]
    cards = _usable(session, entries, by)
    old = [e for e in deck.plan if e["origin"] == "asset" and _is_old(e, cards.get(int(e["asset_id"])))]
    versions = {int(e["version_id"]) for e in old} | {c.version_id for c in cards.values()}
    instead = _instead(session, old, cards, by)
    versions |= {c.version_id for c in instead.values()}
    said = assets.pages_of(session, sorted(versions))
    taken = {e["key"] for e in deck.plan if e not in old}
    made: list[Entry] = []
    warnings: list[str] = []
    count = 0
    for entry in deck.plan:
        number = int(entry["asset_id"]) if entry in old else 0
        card = cards.get(number) or instead.get(number)
        fresh = _fresh(entry, card, said, taken) if card else None
        if entry not in old:
            made.append(dict(entry))
        elif fresh:
            made.append(fresh)
            count += not entry["dropped"]
            if number in instead and not entry["dropped"]:
                warnings.append(_swapped(entry, fresh, instead[number]))
        elif not entry["dropped"]:
            warnings.append(_left_out(entry, instead.get(number)))
    return made, count, warnings


def _swapped(entry: Entry, fresh: Entry, instead: assets.Card) -> str:
    """A page of other material is near, not the same: whoever sends it looks at it first."""
    said = _("“%(title)s”换成了“%(instead)s”里的“%(page)s”，发之前请看一眼。")
    return said % {"title": entry["title"], "instead": instead.title, "page": fresh["title"]}


def _left_out(entry: Entry, instead: assets.Card | None) -> str:
    if instead is None:
        return _("“%(title)s”已经没有能用的新版，这一页没有放。") % {"title": entry["title"]}
    said = _(
        "“%(title)s”的素材停用了，改用的“%(instead)s”里没有相近的页，这一页没有放。需要的话请自己加一页。"
    )
    return said % {"title": entry["title"], "instead": instead.title}


def _fresh(
    entry: Entry, card: assets.Card, said: Mapping[int, Sequence[assets.Page]], taken: set[str]
) -> Entry | None:
    """The entry with the page that took its page's place; None when there is none, or it is in the deck already."""
    old = next((p for p in said.get(int(entry["version_id"]), ()) if p.number == int(entry["page"])), None)
    pages = {p.number: p for p in said.get(card.version_id, ())}
    other = card.id != int(entry["asset_id"])
    free = [page_said(p) for p in pages.values() if not other or f"a{card.id}.{p.number}" not in taken]
    number = successor(page_said(old), free, least=KIN if other else ALIKE) if old else None
    key = f"a{card.id}.{number}"
    if number is None or key in taken:
        return None
    taken.add(key)
    return {
        **entry,
        "key": key,
        "asset_id": card.id,
        "title": one_line(pages[number].title) or card.title,
        "version_id": card.version_id,
        "version": card.version_number,
        "page": number,
    }
