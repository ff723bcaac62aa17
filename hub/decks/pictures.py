"""The pictures that a deck's answers name: taken in from a file or chosen from the library, and looked after.

A picture of the library is that of an asset's version on offer for customers. One that may no longer be used keeps the
deck from being made, and its file from being handed out, as a slide would.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, or_, select

from hub import accounts, assets, consents
from hub.base import child, pictures
from hub.base.blobs import LocalBlobs
from hub.base.errors import Conflict, HubError, NotFound
from hub.base.i18n import _
from hub.base.settings import Settings
from hub.decks.manifest import Manifest
from hub.decks.models import Deck, DeckPicture

MOST_BYTES = 10_000_000
MOST_PICTURES = 60  # of a deck
OFFERED = 200  # pictures of the library to choose from
ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp")
Answer = dict[str, Any]


def take_in(
    session: Session, blobs: LocalBlobs, settings: Settings, deck: Deck, data: bytes, name: str
) -> DeckPicture:
    """A picture from a file; HubError for what is no picture or too large."""
    if len(data) > MOST_BYTES:
        raise HubError(_("图片不要超过 10 MB。"))
    limits = child.Limits(memory=settings.child_memory, seconds=settings.child_seconds)
    drawn = child.run(pictures.for_slides, data, settings.max_pixels, limits=limits)
    return _keep(
        session, DeckPicture(deck_id=deck.id or 0, blob_sha=blobs.put(drawn).sha256, name=name[:300])
    )


def choose(session: Session, deck: Deck, asset_id: int, by: accounts.Actor) -> DeckPicture:
    """The picture of an asset as it is on offer; NotFound, or Conflict when it may not go to customers."""
    found = assets.cards(session, [asset_id], by)
    if not found:
        raise NotFound(_("没有这份素材，或您没有权限看它。"))
    if asset_id not in usable(session, [asset_id], by):
        raise Conflict(
            _("“%(title)s”不能放进给客户的 PPT：它不是在用、可发客户的图片。") % {"title": found[0].title}
        )
    return _keep(session, _of_card(session, deck, found[0], by))


def _of_card(session: Session, deck: Deck, card: assets.Card, by: accounts.Actor) -> DeckPicture:
    version = assets.version(session, card.version_id, by)
    return DeckPicture(
        deck_id=deck.id or 0,
        blob_sha=version.blob_sha or "",
        name=version.file_name,
        asset_id=card.id,
        version_id=card.version_id,
    )


def _keep(session: Session, made: DeckPicture) -> DeckPicture:
    """The row, or the one that is there already for the same picture."""
    there = list(session.exec(select(DeckPicture).where(DeckPicture.deck_id == made.deck_id)).all())
    same = next((p for p in there if (p.blob_sha, p.version_id) == (made.blob_sha, made.version_id)), None)
    if same is not None:
        return same
    if len(there) >= MOST_PICTURES:
        raise HubError(_("一份 PPT 最多放 %(n)s 张图片。") % {"n": MOST_PICTURES})
    session.add(made)
    session.flush()
    return made


def usable(session: Session, ids: Sequence[int], by: accounts.Actor) -> dict[int, assets.Card]:
    """Those of these assets that this actor may put before customers as a picture."""
    cards = assets.cards(session, sorted(set(ids)), by)
    fit = {
        c.id: c
        for c in cards
        if c.state == "on_offer" and c.audience == "customer" and c.file_name.lower().endswith(ENDINGS)
    }
    for shut in consents.outward(session, [c for c in fit if fit[c].kind == "case_study"], "pitch"):
        fit.pop(shut, None)
    return fit


def offered(session: Session, by: accounts.Actor) -> list[assets.Card]:
    """The pictures of the library to choose from, by title."""
    asset, version = assets.Asset, assets.Version
    named = or_(*(col(version.file_name).ilike(f"%{ending}") for ending in ENDINGS))
    query = (
        select(asset.id)
        .join(version, col(version.id) == col(asset.on_offer_id))
        .where(named, asset.audience == "customer", col(asset.deleted_at).is_(None))
        .order_by(col(asset.id).desc())
        .limit(OFFERED)
    )
    found = usable(session, [i for i in session.exec(query).all() if i is not None], by)
    return sorted(found.values(), key=lambda c: c.title)


def of_deck(session: Session, deck: Deck) -> dict[int, DeckPicture]:
    """The deck's pictures by id."""
    found = session.exec(select(DeckPicture).where(DeckPicture.deck_id == deck.id)).all()
    return {p.id or 0: p for p in found}


def one(session: Session, deck: Deck, picture_id: int) -> DeckPicture:
    """A picture of this deck; NotFound for any other."""
    found = session.get(DeckPicture, picture_id)
    if found is None or found.deck_id != deck.id:
        raise NotFound(_("没有这个图片。"))
    return found


def named(manifest: Manifest, answers: Mapping[str, Any]) -> Iterator[tuple[str, Answer]]:
    """Every picture that the answers name, with the key of its question or cell (`sites[2].photo`)."""
    for question in manifest.questions:
        held = answers.get(question.key)
        if question.type == "picture" and isinstance(held, dict) and "picture" in held:
            yield question.key, held
        for number, row in enumerate(held if question.type == "rows" and held else (), start=1):
            for column in question.pictures:
                if "picture" in (row.get(column.key) or ()):
                    yield f"{question.key}[{number}].{column.key}", row[column.key]


def faults(session: Session, deck: Deck, manifest: Manifest, by: accounts.Actor) -> dict[str, str]:
    """Pictures that the deck does not hold, or that may no longer be used, by key; of a table at the table's key too.

    Nothing is said of an asset that this actor may not know of.
    """
    asked = list(named(manifest, deck.brief))
    if not asked:
        return {}
    held = of_deck(session, deck)
    fit = usable(session, [p.asset_id for p in held.values() if p.asset_id is not None], by)
    found: dict[str, str] = {}
    for key, answer in asked:
        row = held.get(int(answer["picture"]))
        if row is None or (row.asset_id is not None and row.asset_id not in fit):
            found[key] = _("这张图片已停用，或您不再能用。请换一张。")
            found.setdefault(key.partition("[")[0], found[key])
    return found


def outdated(session: Session, deck: Deck, manifest: Manifest, by: accounts.Actor) -> list[DeckPicture]:
    """Pictures of the answers whose asset has a newer version on offer."""
    used = {int(answer["picture"]) for _key, answer in named(manifest, deck.brief)}
    rows = (
        [p for i, p in of_deck(session, deck).items() if i in used and p.asset_id is not None] if used else []
    )
    fit = usable(session, [p.asset_id for p in rows if p.asset_id is not None], by) if rows else {}
    return [p for p in rows if p.asset_id in fit and fit[p.asset_id].version_id != p.version_id]


def renew(session: Session, deck: Deck, manifest: Manifest, by: accounts.Actor) -> int:
    """Put the newest versions of library pictures into the answers; how many."""
    old = outdated(session, deck, manifest, by)
    fit = usable(session, [p.asset_id or 0 for p in old], by) if old else {}
    fresh = {p.id: _keep(session, _of_card(session, deck, fit[p.asset_id or 0], by)).id for p in old}
    if fresh:
        deck.brief = replaced(
            manifest, deck.brief, lambda a: {**a, "picture": fresh.get(a["picture"], a["picture"])}
        )
    return len(old)


def replaced(
    manifest: Manifest, answers: Mapping[str, Any], change: Callable[[Answer], Answer | None]
) -> dict[str, Any]:
    """The answers with every picture changed; None takes it out."""
    made = dict(answers)
    for question in manifest.questions:
        held = made.get(question.key)
        if question.type == "picture" and isinstance(held, dict):
            made[question.key] = change(held)
        if question.type == "rows" and isinstance(held, list) and question.pictures:
            made[question.key] = [_changed(row, [c.key for c in question.pictures], change) for row in held]
    return {key: value for key, value in made.items() if value is not None}


def _changed(
    row: Mapping[str, Any], keys: Sequence[str], change: Callable[[Answer], Answer | None]
) -> Answer:
    new = {k: change(v) if k in keys and isinstance(v, dict) else v for k, v in row.items()}
    return {k: v for k, v in new.items() if v is not None}


def proposed(
    session: Session, deck: Deck, manifest: Manifest, answers: Mapping[str, Any], by: accounts.Actor
) -> dict[str, Any]:
    """The answers with the pictures that the manifest proposes as {asset: slug}, where this actor may use them."""
    made = dict(answers)
    for question in manifest.questions:
        if question.type == "picture" and isinstance(question.default, Mapping) and question.key not in made:
            made[question.key] = question.default
    return resolved(session, deck, manifest, made, by)


def resolved(
    session: Session, deck: Deck, manifest: Manifest, answers: Mapping[str, Any], by: accounts.Actor
) -> dict[str, Any]:
    """The answers with pictures named as {asset: slug} taken in; what this actor may not use is left out."""
    return replaced(manifest, answers, lambda said: _of_slug(session, deck, said, by))


def _of_slug(session: Session, deck: Deck, said: Mapping[str, Any], by: accounts.Actor) -> Answer | None:
    if "picture" in said:
        return dict(said)
    asset = assets.by_slug(session, str(said.get("asset") or ""))
    card = usable(session, [asset.id or 0], by).get(asset.id or 0) if asset else None
    if card is None:
        return None
    return {
        "picture": _keep(session, _of_card(session, deck, card, by)).id,
        "alt": str(said.get("alt") or ""),
    }


def loader(session: Session, deck: Deck, blobs: LocalBlobs) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """What puts the bytes of a picture in the place of its answer, each read once."""
    held = of_deck(session, deck)
    read: dict[int, bytes] = {}

    def load(answer: Mapping[str, Any]) -> dict[str, Any]:
        number = int(answer["picture"])
        if number not in read:
            read[number] = blobs.get(held[number].blob_sha)
        return {"data": read[number], "alt": str(answer.get("alt") or "")}

    return load
