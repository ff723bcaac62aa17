"""What a link leads to at this moment. Worked out anew at each visit, as for a stranger: only what everybody in the
house may read, what may go to customers and is on offer now gets through. The rest is passed over in silence. A
case whose customer allows it no longer is told by its anonymous twin, from that instant on.

A *sheet* is a page picture, or the text of material that has none.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from hub import accounts, assets, consents, customers, decks, taxonomy, toolkits
from hub.base import clock, stamps
from hub.base.errors import HubError
from hub.base.i18n import _, current
from hub.sharing.models import Share, ShareItem

# Who looks through a link: nobody of the house. A thing is open to it when it is open to all.
STRANGER = accounts.Actor(
    id=None, name="", email="", roles=frozenset(), teams=frozenset(), approves=frozenset()
)
THINGS = ("asset", "deck", "toolkit")


@dataclass(frozen=True)
class Sheet:
    """A page as a visitor sees it; never notes, never hidden slides."""

    number: int
    title: str
    picture: str | None  # sha256, 1280 px
    thumb: str | None  # sha256, 400 px


@dataclass(frozen=True)
class Piece:
    """One thing in the link, as lists show it. `key` stands in addresses: a12, d3."""

    key: str
    thing: str
    id: int
    version_id: int | None
    title: str
    kind: str
    summary: str
    pages: int
    thumb: str | None
    updated: datetime


@dataclass(frozen=True)
class Opened:
    """A piece with its sheets; `text` is Markdown for material without pictures; `file` is (name, type, sha256)."""

    piece: Piece
    sheets: tuple[Sheet, ...]
    text: str
    file: tuple[str, str, str] | None

    def sheet(self, number: int) -> Sheet | None:
        return next((s for s in self.sheets if s.number == number), None)


def items_of(session: Session, share_ids: Iterable[int]) -> dict[int, list[ShareItem]]:
    """The rows of these links, in order."""
    query = select(ShareItem).where(col(ShareItem.share_id).in_(list(share_ids)))
    found: dict[int, list[ShareItem]] = {}
    for item in session.exec(query.order_by(col(ShareItem.position), col(ShareItem.id))):
        found.setdefault(item.share_id, []).append(item)
    return found


def pieces(session: Session, share: Share) -> list[Piece]:
    """What is in the link now, in its order, each thing once."""
    number = share.id or 0
    return list(
        stamps.kept(
            session,
            stamps.EVERYTHING,
            ("pieces", number, clock.today(), current()),
            lambda: tuple(pieces_of(session, items_of(session, [number]).get(number, []))),
        )
    )


def title_outside(session: Session, share: Share) -> str:
    """The link's title as visitors may read it: nothing where it names a case, or its customer, who allows that no
    longer.
    """
    number = share.id or 0
    unsaid = stamps.kept(
        session, stamps.EVERYTHING, ("unsaid", number, clock.today()), lambda: _unsaid(session, number)
    )
    return "" if any(name in share.title for name in unsaid) else share.title


def _unsaid(session: Session, share_id: int) -> frozenset[str]:
    """Titles and customers of the cases in this link that may not go out as they are."""
    items = items_of(session, [share_id]).get(share_id, [])
    members = [a for i in items if i.thing == "toolkit" for a in kit_members(session, i.thing_id)]
    shut = consents.outward(session, [*(i.thing_id for i in items if i.thing == "asset"), *members], "send")
    if not shut:
        return frozenset()
    rows = session.exec(
        select(assets.Asset.title, assets.Asset.customer_id).where(col(assets.Asset.id).in_(shut))
    ).all()
    known = customers.by_ids(session, [customer for _title, customer in rows])
    names = {name for c in known.values() for name in (c.name, *c.aliases) if name.strip()}
    return frozenset(names | {title for title, _customer in rows})


def pieces_of(session: Session, items: Sequence[ShareItem]) -> list[Piece]:
    """What these rows lead to now."""
    members = {i.thing_id: kit_members(session, i.thing_id) for i in items if i.thing == "toolkit"}
    wanted = [i.thing_id for i in items if i.thing == "asset"] + [a for m in members.values() for a in m]
    open_assets = _open_assets(session, wanted)
    pins = still_shown(session, [i for i in items if i.version_id is not None])
    open_decks = shown_decks(session, [i.thing_id for i in items if i.thing == "deck"])
    made: dict[str, Piece] = {}
    for item in items:
        if item.thing == "deck":
            found = [open_decks.get(item.thing_id)]
        elif item.thing == "asset":
            found = [_piece(open_assets.get(item.thing_id), item, pins)]
        else:
            found = [_piece(open_assets.get(a), None, pins) for a in members[item.thing_id]]
        for piece in found:
            if piece is not None:
                made.setdefault(piece.key, piece)
    return list(made.values())


def _piece(
    card: assets.Card | None, item: ShareItem | None, pins: Mapping[int, assets.Version]
) -> Piece | None:
    if card is None:
        return None
    version_id, pages, updated = card.version_id, card.page_count, card.on_offer_at or card.updated_at
    if item is not None and item.version_id is not None and card.id == item.thing_id:
        pinned = pins.get(item.version_id)
        if pinned is None or pinned.asset_id != card.id:
            return None
        version_id, pages, updated = (
            pinned.id or 0,
            pinned.page_count,
            pinned.on_offer_at or pinned.created_at,
        )
    return Piece(
        f"a{card.id}",
        "asset",
        card.id,
        version_id,
        card.title,
        card.kind,
        card.summary,
        pages,
        card.thumb,
        updated,
    )


def _open_assets(session: Session, ids: Sequence[int], *, use: str = "send") -> dict[int, assets.Card]:
    """The cards to show for these assets: a case without its customer's consent is its twin, or is not there."""
    open_now = _open_cards(session, ids)
    cases = [c.id for c in open_now.values() if c.kind == "case_study"]
    kept = consents.outward(session, cases, use)
    if kept:
        twins = _open_cards(session, [d.twin_id for d in kept.values() if d.twin_id is not None])
        instead = {i: twins.get(d.twin_id or 0) for i, d in kept.items()}
        open_now = {i: c for i, card in open_now.items() if (c := instead.get(i) if i in kept else card)}
    shut = assets.unsound(session, [c.version_id for c in open_now.values() if not c.file_name])
    return {i: c for i, c in open_now.items() if c.version_id not in shut}


def _open_cards(session: Session, ids: Sequence[int]) -> dict[int, assets.Card]:
    found = assets.cards(session, list(dict.fromkeys(ids)), STRANGER) if ids else []
    return {c.id: c for c in found if c.state == "on_offer" and c.audience == "customer" and not c.restricted}


def open_titles(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The titles of those of these assets that a stranger may be shown as they are."""
    return {i: c.title for i, c in _open_assets(session, ids).items() if c.id == i}


def may_still_show(version: assets.Version | None) -> bool:
    """A version that is on offer, or was until a newer one took its place; never one that was withdrawn or ran out."""
    if version is None:
        return False
    return version.state == "on_offer" or (version.state == "expired" and version.replaced_by_id is not None)


def still_shown(session: Session, items: Sequence[ShareItem]) -> dict[int, assets.Version]:
    """The versions that these rows pin and that may be shown, by their ids."""
    ids = [i.version_id for i in items]
    rows = session.exec(select(assets.Version).where(col(assets.Version.id).in_(ids))).all() if ids else []
    return {v.id: v for v in rows if v.id is not None and may_still_show(v)}


def shown_decks(session: Session, ids: Sequence[int]) -> dict[int, Piece]:
    """The made decks among these whose every slide may be shown to a stranger."""
    if not ids:
        return {}
    rows = session.exec(
        select(decks.Deck).where(
            col(decks.Deck.id).in_(ids),
            col(decks.Deck.deleted_at).is_(None),
            col(decks.Deck.blob_sha).is_not(None),
        )
    ).all()
    slides = session.exec(
        select(decks.DeckSlide)
        .where(col(decks.DeckSlide.deck_id).in_(ids))
        .order_by(col(decks.DeckSlide.number))
    ).all()
    used = sorted({s.asset_id for s in slides if s.asset_id is not None})
    versions = {s.version_id for s in slides if s.version_id is not None}
    known = session.exec(select(assets.Version).where(col(assets.Version.id).in_(versions))).all()
    usable = {v.id for v in known if may_still_show(v)}
    cases = consents.with_case(session, "deck", ids)
    shut = set(consents.outward(session, [*used, *(c for shown in cases.values() for c in shown)], "send"))
    open_assets = _open_assets(session, [u for u in used if u not in shut])
    made = {}
    for deck in rows:
        mine = [s for s in slides if s.deck_id == deck.id]
        closed = any(
            s.origin == "asset" and (s.asset_id not in open_assets or s.version_id not in usable)
            for s in mine
        )
        if mine and not closed and not cases.get(deck.id or 0, set()) & shut:
            made[deck.id or 0] = _deck_piece(deck, mine)
    return made


def _deck_piece(deck: decks.Deck, slides: Sequence[decks.DeckSlide]) -> Piece:
    updated = deck.made_at or deck.created_at
    key = f"d{deck.id}"
    return Piece(
        key, "deck", deck.id or 0, None, deck.title, "deck", "", len(slides), slides[0].thumb_sha, updated
    )


def kit_members(session: Session, toolkit_id: int) -> tuple[int, ...]:
    """The customer-facing members of a published kit, as a stranger may see them; none when it is off the shelf."""
    place = ("members", toolkit_id, clock.today())
    return stamps.kept(session, stamps.EVERYTHING, place, lambda: _kit_members(session, toolkit_id))


def _kit_members(session: Session, toolkit_id: int) -> tuple[int, ...]:
    kit = session.exec(
        select(toolkits.Toolkit).where(
            toolkits.Toolkit.id == toolkit_id,
            toolkits.Toolkit.state == "published",
            toolkits.visible(STRANGER),
        )
    ).first()
    if kit is None:
        return ()
    inside = toolkits.contents(session, kit, STRANGER, taxonomy.words(session))
    return tuple(m.card.id for m in inside.offered if m.card.audience == "customer")


def piece_of(session: Session, share: Share, key: str) -> Piece | None:
    """The piece of this key while it is in the link and may be shown."""
    place = ("piece", share.id, key, clock.today(), current())
    return stamps.kept(session, stamps.EVERYTHING, place, lambda: _piece_of(session, share, key))


def _piece_of(session: Session, share: Share, key: str) -> Piece | None:
    items = items_of(session, [share.id or 0]).get(share.id or 0, [])
    thing = {"a": "asset", "d": "deck"}.get(key[:1], "")
    if not thing or not key[1:].isdecimal() or len(key) > 10:  # noqa: PLR2004 - fits an integer column
        return None
    wanted = int(key[1:])
    direct = [i for i in items if i.thing == thing and i.thing_id == wanted]
    found = [p for p in pieces_of(session, direct) if p.key == key]
    if found or thing == "deck":
        return next(iter(found), None)
    cases = {wanted, *([case] if (case := consents.case_of(session, wanted)) is not None else [])}
    told = [i for i in items if i.thing == "asset" and i.thing_id in cases]
    kits = [i.thing_id for i in items if i.thing == "toolkit"]
    inside = [a for a in cases if any(a in kit_members(session, k) for k in kits)]
    cards = _open_assets(session, [*(i.thing_id for i in told), *inside])
    card = next((c for c in cards.values() if c.id == wanted), None)
    return _piece(card, None, {})


def opened(session: Session, piece: Piece) -> Opened:
    """The piece with all its sheets."""
    return stamps.kept(
        session,
        stamps.EVERYTHING,
        ("opened", piece, clock.today(), current()),
        lambda: _opened(session, piece),
    )


def _opened(session: Session, piece: Piece) -> Opened:
    if piece.thing == "deck":
        deck = session.get_one(decks.Deck, piece.id)
        sheets = tuple(
            Sheet(s.number, s.title, s.picture_sha, s.thumb_sha)
            for s in decks.slides_of(session, deck)
            if s.picture_sha
        )
        return Opened(piece, sheets, "", None)
    version = session.get_one(assets.Version, piece.version_id)
    found = [p for p in assets.pages(session, version.id or 0) if not p.hidden]
    sheets = tuple(Sheet(p.number, p.title, p.picture_sha, p.thumb_sha) for p in found if p.picture_sha)
    text = assets.said_outside(session, version) if not version.blob_sha else ""
    file = (version.file_name, version.media_type, version.blob_sha) if version.blob_sha else None
    return Opened(piece, sheets, text, file)


def must_be_shareable(
    session: Session, thing: str, thing_id: int, version_id: int | None, by: accounts.Actor
) -> str:
    """Check at creation what each visit checks again, with the reason in words; returns the thing's title."""
    if thing == "asset":
        return _shareable_asset(session, thing_id, version_id, by)
    if thing == "toolkit":
        kit = toolkits.by_id(session, thing_id, by)
        if not kit_members(session, thing_id):
            raise HubError(
                _("“%(title)s”里没有可以发给客户的材料，或它还没上架、只对部分人开放。")
                % {"title": kit.title}
            )
        return toolkits.title_of(kit)
    if thing == "deck":
        deck = decks.get(session, thing_id, by)
        if thing_id not in shown_decks(session, [thing_id]):
            raise HubError(
                _("“%(title)s”还没生成，或里面有仅内部、受限或已停用的页。请重新选页、生成一份再发。")
                % {"title": deck.title}
            )
        return deck.title
    raise HubError(_("这种东西不能做成链接。请选素材、打单 PPT 或工具包。"))


def _shareable_asset(session: Session, asset_id: int, version_id: int | None, by: accounts.Actor) -> str:
    asset = assets.get(session, asset_id, by)
    told = {"title": asset.title}
    if asset.audience != "customer":
        raise HubError(_("“%(title)s”仅内部使用，不能发给客户。") % told)
    if asset.on_offer_id is None:
        raise HubError(_("“%(title)s”现在没有在用的版本，不能发给客户。") % told)
    decided = consents.outward(session, [asset_id], "send").get(asset_id)
    if decided is not None and decided.kind == "out":
        raise HubError(consents.sentence(asset.title, decided, "send"))
    unsound = assets.unsound(session, [asset.on_offer_id])
    if unsound and decided is None:
        raise HubError(
            _("“%(title)s”现在不能发给客户：%(why)s") % {**told, "why": unsound[asset.on_offer_id].said}
        )
    if asset_id not in _open_assets(session, [asset_id]):
        raise HubError(_("“%(title)s”只对部分同事开放，不能发到公司外面。") % told)
    if version_id is not None:
        version = session.get(assets.Version, version_id)
        if version is None or version.asset_id != asset_id or not may_still_show(version):
            raise HubError(_("“%(title)s”的这一版不能再发了。请用在用的版本。") % told)
    return asset.title


def is_version_of(session: Session, piece: Piece, version_id: int) -> bool:
    """True when this is a version of the piece that a visitor may have open: another may have come meanwhile."""
    if piece.thing != "asset" or not version_id:
        return False
    of = stamps.kept(
        session, stamps.EVERYTHING, ("shown version", version_id), lambda: _asset_of(session, version_id)
    )
    return of == piece.id


def _asset_of(session: Session, version_id: int) -> int | None:
    """The asset of this version, None where the version may not be shown any more."""
    version = session.get(assets.Version, version_id)
    return version.asset_id if may_still_show(version) and version is not None else None
