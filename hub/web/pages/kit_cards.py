"""A toolkit as a card of a list: on the list of kits and on the front page."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from hub import accounts, sharing, taxonomy, toolkits
from hub.base.formats import ago
from hub.base.i18n import _, n_
from hub.request import SessionDep


@dataclass(frozen=True)
class KitRow:
    """See templates/home/index.html for what the front page shows of it."""

    title: str
    url: str
    icon: str
    tier: str
    tier_label: str | None
    count: int
    updated: str
    good: bool
    note: str
    send_url: str | None
    deck_url: str | None
    zip_url: str
    state: str
    percent: int | None
    lacking: str
    summary: str
    restricted: bool


def kit_url(slug: str) -> str:
    """The address of a kit."""
    return f"/toolkits/{quote(slug)}"


def kit_rows(
    session: SessionDep, kits: Sequence[toolkits.Outline], person: accounts.Actor, words: taxonomy.Words
) -> tuple[KitRow, ...]:
    """The cards of these kits, with what this person may see of them counted."""
    return tuple(_row(c, words) for c in toolkits.cards_by_ids(session, [k.id for k in kits], person, words))


def _send_url(card: toolkits.Card) -> str | None:
    """Where one click makes the link of a kit that is sent as it is: of a tier whose links are open."""
    fits = card.count > 0 and card.state == "published" and not card.restricted
    return (
        f"/shares/quick/toolkit/{card.id}" if fits and sharing.preset_for(card.tier).key == "open" else None
    )


def _row(card: toolkits.Card, words: taxonomy.Words) -> KitRow:
    url = kit_url(card.slug)
    makes_decks = card.count > 0 and card.state != "archived"
    return KitRow(
        title=card.title,
        url=url,
        icon="bolt" if card.tier == "transactional" else "briefcase",
        tier=card.tier,
        tier_label=words.label("tier", card.tier),
        count=card.count,
        updated=_updated(card),
        good=not card.due,
        note=_note(card),
        send_url=_send_url(card),
        deck_url=f"/decks/new?toolkit={quote(card.slug)}" if makes_decks else None,
        zip_url=f"{url}/zip",
        state=card.state,
        percent=card.percent,
        lacking=n_("还差 %(n)s 件就齐", card.missing) if card.missing else _("齐了"),
        summary=card.summary,
        restricted=card.restricted,
    )


def _updated(card: toolkits.Card) -> str:
    if card.due:
        return n_("%(n)s 件要复审", card.due)
    return _("%(when)s更新") % {"when": ago(card.newest or card.updated_at)}


def _note(card: toolkits.Card) -> str:
    if not card.count:
        return _("还没有素材")
    if not card.due:
        return _("全部在有效期")
    return n_("%(n)s 件在有效期", card.count - card.due)


def kits_for_front_page(
    session: SessionDep, person: accounts.Actor, *, most: int = 4
) -> tuple[tuple[KitRow, ...], str, int]:
    """The kits of this person's industries first, at least one of each tier among them; the names of those industries,
    and how many kits there are.
    """
    words = taxonomy.words(session)
    own = accounts.industries_of(session, person.id) if person.id else []
    kits = toolkits.outlines(session, person, words=words, own=own)
    note = " · ".join(words.label("industry", key) for key in own)
    first_of_tier = {kit.tier: kit for kit in reversed(kits)}
    first = {kit.id for kit in first_of_tier.values()}
    chosen = [*first_of_tier.values(), *(k for k in kits if k.id not in first)][:most]
    ids = {kit.id for kit in chosen}
    shown = [k for k in kits if k.id in ids]
    return kit_rows(session, shown, person, words), note, len(kits)
