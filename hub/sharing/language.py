"""The language in which a link speaks to whoever comes by it: that of what was put in it."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from hub import assets, decks
from hub.base import stamps
from hub.base.i18n import SOURCE
from hub.sharing.contents import items_of, kit_members
from hub.sharing.models import Share

ENGLISH = "en"


def language_of(session: Session, share: Share) -> str:
    """English where all that was put in the link is written in it, else Chinese; also when it is withdrawn by now."""
    number = share.id or 0
    return stamps.kept(session, stamps.EVERYTHING, ("speaks", number), lambda: _language(session, number))


def _language(session: Session, share_id: int) -> str:
    items = items_of(session, [share_id]).get(share_id, [])
    said, read = _of_decks(session, [i.thing_id for i in items if i.thing == "deck"])
    read |= {i.thing_id for i in items if i.thing == "asset"}
    read |= {member for i in items if i.thing == "toolkit" for member in kit_members(session, i.thing_id)}
    if read:
        found = select(assets.Asset.language).where(col(assets.Asset.id).in_(read)).distinct()
        said |= set(session.exec(found).all())
    return ENGLISH if said == {ENGLISH} else SOURCE


def _of_decks(session: Session, ids: Sequence[int]) -> tuple[set[str], set[int]]:
    """The languages of the templates of these decks, and the assets in those that were made without one."""
    if not ids:
        return set(), set()
    deck, slide = decks.Deck, decks.DeckSlide
    wanted = select(deck.id, deck.template_id).where(col(deck.id).in_(ids))
    template_of = dict(session.exec(wanted).all())
    known = decks.templates_by_ids(session, template_of.values())
    plain = [number for number, template in template_of.items() if template not in known]
    inside = select(slide.asset_id).where(col(slide.deck_id).in_(plain), col(slide.asset_id).is_not(None))
    read = {a for a in session.exec(inside).all() if a is not None} if plain else set()
    return {decks.manifest_of(t).language for t in known.values()}, read
