"""Choosing what goes into a link: one's own decks and kits at first, then what was looked for."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub import accounts, decks, library, sharing, taxonomy, toolkits
from hub.base.i18n import _
from hub.request import SessionDep, WiringDep
from hub.web import words as house_words

FOUND = 24


@dataclass(frozen=True)
class PickRow:
    title: str
    note: str
    icon: str
    value: str
    url: str | None  # a link that adds it to a new one; None: a form posts it to the link that is there


@dataclass(frozen=True)
class PickPage:
    """See templates/sharing/pick.html. `share_id` is set when the thing goes into a link that is there."""

    back: str
    action: str
    kept: tuple[str, ...]
    words: str
    rows: tuple[PickRow, ...]
    asked: bool
    share_id: int | None


def wanted_in(values: Sequence[str]) -> list[sharing.Wanted]:
    """The things as a form or an address names them, asset:12; anything else is passed over."""
    made = []
    for value in values[:100]:
        thing, _colon, number = value.partition(":")
        if thing in {"asset", "deck", "toolkit"} and number.isdecimal() and len(number) < 10:  # noqa: PLR2004
            made.append(sharing.Wanted(thing, int(number)))
    return list(dict.fromkeys(made))


def pick_page(
    session: SessionDep,
    wiring: WiringDep,
    person: accounts.Actor,
    q: str,
    wanted: Sequence[sharing.Wanted],
    share: sharing.Share | None = None,
) -> PickPage:
    typed = " ".join(q.split())[:200]
    kept = tuple(f"{w.thing}:{w.id}" for w in wanted)
    found = _search(session, wiring, person, typed) if typed else _own(session, person)
    query = "".join(f"thing={k}&" for k in kept)
    rows = tuple(
        PickRow(title, note, icon, value, None if share else f"/shares/new?{query}thing={value}")
        for value, title, note, icon in found
        if value not in kept
    )
    action = f"/shares/{share.id}/add" if share else "/shares/new"
    back = f"/shares/{share.id}" if share else "/shares"
    return PickPage(back, action, kept, typed, rows, bool(typed), share.id if share else None)


Found = list[tuple[str, str, str, str]]


def _own(session: SessionDep, person: accounts.Actor) -> Found:
    """Before anything is typed: one's own made decks, and the kits of one's industries first."""
    made: Found = [
        (f"deck:{d.id}", d.title, _("打单 PPT"), "presentation")
        for d in decks.mine(session, person, limit=12)
        if d.blob_sha
    ]
    own = accounts.industries_of(session, person.id) if person.id else []
    kits = toolkits.find(session, person, words=taxonomy.words(session), own=own)
    return made + [(f"toolkit:{k.id}", toolkits.title_of(k), _("工具包"), "folders") for k in kits[:12]]


def _search(session: SessionDep, wiring: WiringDep, person: accounts.Actor, typed: str) -> Found:
    filters = {"type": ["asset"], "audience": ["customer"], "state": ["on_offer"]}
    answer = library.find(session, wiring.engine, typed, by=person, filters=filters, facets=(), limit=FOUND)
    cards = {row.card.id: row.card for row in answer.rows if row.card is not None}
    return [
        (f"asset:{c.id}", c.title, str(house_words.sign("kind", c.kind).label), "file-text")
        for c in cards.values()
    ]
