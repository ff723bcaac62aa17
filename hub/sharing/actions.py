"""Changes to links: make, change, put things in, withdraw. Permission is checked here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import Session, col, select

from hub import accounts, activity, assets, customers, decks, taxonomy, toolkits
from hub.base import clock
from hub.base.errors import Conflict, HubError
from hub.base.i18n import _, speaking
from hub.sharing import contents, queries, rules
from hub.sharing.language import language_of
from hub.sharing.models import Share, ShareItem

QUICK_AGAIN = timedelta(hours=12)


@dataclass(frozen=True)
class Wanted:
    """One thing to be put into a link; `version_id` pins a version."""

    thing: str
    id: int
    version_id: int | None = None


@dataclass(frozen=True)
class Fields:
    """What is said about a link. None leaves a field as it is, on a new link as its preset has it."""

    title: str | None = None
    greeting: str | None = None
    customer: str | None = None  # by name; empty: none
    contact_id: int | None = None  # 0: the owner
    days: int | None = None  # from now
    ask_email: bool | None = None
    with_passcode: bool | None = None
    download: bool | None = None
    watermark: bool | None = None
    allow: str | None = None


def create(
    session: Session,
    wanted: Sequence[Wanted],
    fields: Fields,
    *,
    preset: str = "open",
    key: str,
    by: accounts.Actor,
    demo: bool = False,
) -> Share:
    """A new link to these things; HubError for what may not leave the house. `key` is the server's."""
    by.must("share.create")
    if by.id is None:
        raise HubError(_("链接要有一个负责人。"))
    if preset not in rules.PRESETS:
        raise HubError(_("没有这种发送方式。请从列表里选一个。"))
    titles = _checked(session, wanted, by)
    chosen, nonce, now = rules.PRESETS[preset], rules.fresh_nonce(), clock.now()
    share = Share(
        token_hash=rules.hashed(rules.token_of(key, nonce)),
        nonce=nonce,
        title=titles[0] if len(titles) == 1 else "",
        preset=preset,
        owner_id=by.id,
        expires_at=rules.expiry(chosen.days, now),
        with_passcode=chosen.with_passcode,
        ask_email=chosen.ask_email,
        download=chosen.download,
        watermark=chosen.watermark,
        demo=demo,
        created_at=now,
    )
    _set_fields(session, share, fields, by)
    session.add(share)
    session.flush()
    for position, item in enumerate(wanted):
        _put(session, share, item, position)
    if not share.title:
        with speaking(language_of(session, share)):
            share.title = _("给您准备的材料")
    session.flush()
    activity.record(session, "create", "share", share.id, by=by.id, title=share.title)
    return share


def _checked(session: Session, wanted: Sequence[Wanted], by: accounts.Actor) -> list[str]:
    if not wanted:
        raise HubError(_("请至少放一份材料。"))
    if len({(w.thing, w.id) for w in wanted}) > rules.MOST_ITEMS:
        raise HubError(_("一个链接最多放 %(n)s 份材料。") % {"n": rules.MOST_ITEMS})
    return [contents.must_be_shareable(session, w.thing, w.id, w.version_id, by) for w in wanted]


def _put(session: Session, share: Share, item: Wanted, position: int) -> None:
    had = session.exec(
        select(ShareItem).where(
            ShareItem.share_id == share.id, ShareItem.thing == item.thing, ShareItem.thing_id == item.id
        )
    ).first()
    row = had or ShareItem(share_id=share.id or 0, thing=item.thing, thing_id=item.id, position=position)
    row.version_id = item.version_id
    session.add(row)
    session.flush()


def _set_fields(session: Session, share: Share, fields: Fields, by: accounts.Actor) -> None:
    if fields.title is not None and fields.title.strip():
        share.title = " ".join(fields.title.split())[:200]
    if fields.greeting is not None:
        share.greeting = fields.greeting.replace("\r\n", "\n").strip()[:2000]
    if fields.customer is not None:
        name = fields.customer.strip()
        share.customer_id = customers.named(session, name, by=by).id if name else None
    if fields.contact_id is not None:
        share.contact_id = accounts.person(session, fields.contact_id).id if fields.contact_id else None
    if fields.days is not None:
        share.expires_at = rules.expiry(fields.days, clock.now())
    if fields.download is not None:
        share.download = fields.download
    _set_gate(share, fields)


def _set_gate(share: Share, fields: Fields) -> None:
    """A list of who may come, or a watermark with their name, needs an address: then it is asked for."""
    before = (share.ask_email, share.with_passcode, list(share.allow))
    if fields.allow is not None:
        share.allow = rules.clean_allowed(fields.allow)
    for name in ("ask_email", "with_passcode", "watermark"):
        value = getattr(fields, name)
        if value is not None:
            setattr(share, name, value)
    share.ask_email = share.ask_email or bool(share.allow) or share.watermark
    if share.id is not None and before != (share.ask_email, share.with_passcode, list(share.allow)):
        share.gate_edition += 1


def edit(session: Session, share: Share, fields: Fields, *, by: accounts.Actor) -> None:
    """Change an open link; a new gate asks everybody again. A withdrawn link stays withdrawn."""
    must_change(share, by)
    _set_fields(session, share, fields, by)
    touch(session, share, "edit", by)


def _must_own(share: Share, by: accounts.Actor) -> None:
    by.must("share.create")
    if not (by.is_admin or share.owner_id == by.id):
        raise HubError(_("只有做链接的人能改它。"))


def must_change(share: Share, by: accounts.Actor) -> None:
    """NotAllowed for all but who made the link; Conflict when it was withdrawn."""
    _must_own(share, by)
    if share.revoked_at is not None:
        raise Conflict(_("这个链接已经收回，不能再改。请新做一个。"))


def touch(session: Session, share: Share, verb: str, by: accounts.Actor, **details: object) -> None:
    share.edition += 1
    session.add(share)
    session.flush()
    activity.record(session, verb, "share", share.id, by=by.id, **details)


def put_in(session: Session, share: Share, wanted: Wanted, *, by: accounts.Actor) -> None:
    """Put one more thing into the link, or pin another version of one that is in it."""
    _must_own(share, by)
    had = contents.items_of(session, [share.id or 0]).get(share.id or 0, [])
    every = [Wanted(i.thing, i.thing_id) for i in had] + [wanted]
    if len({(w.thing, w.id) for w in every}) > rules.MOST_ITEMS:
        raise HubError(_("一个链接最多放 %(n)s 份材料。") % {"n": rules.MOST_ITEMS})
    contents.must_be_shareable(session, wanted.thing, wanted.id, wanted.version_id, by)
    _put(session, share, wanted, max((i.position for i in had), default=-1) + 1)
    touch(session, share, "put_in", by, what=wanted.thing, item=wanted.id)


def take_out(session: Session, share: Share, item_id: int, *, by: accounts.Actor) -> None:
    """Take a thing out of the link; the last one stays, withdraw the link instead."""
    _must_own(share, by)
    had = contents.items_of(session, [share.id or 0]).get(share.id or 0, [])
    if len(had) == 1 and had[0].id == item_id:
        raise Conflict(_("这是最后一份材料。不想再给对方看，请收回链接。"))
    session.exec(delete(ShareItem).where(col(ShareItem.id) == item_id, col(ShareItem.share_id) == share.id))
    touch(session, share, "take_out", by, item=item_id)


def renew_passcode(session: Session, share: Share, *, by: accounts.Actor) -> None:
    """Another passcode; the old one and who came in with it are let in no more."""
    _must_own(share, by)
    share.with_passcode, share.gate_edition = True, share.gate_edition + 1
    touch(session, share, "renew_passcode", by)


def withdraw(session: Session, share: Share, *, by: accounts.Actor) -> None:
    """End the link at once and for good; what was read by it stays on record."""
    _must_own(share, by)
    if share.revoked_at is None:
        share.revoked_at, share.revoked_by_id = clock.now(), by.id
        touch(session, share, "withdraw", by)


def quick(session: Session, wanted: Wanted, *, key: str, by: accounts.Actor) -> Share:
    """The link of one click, with the preset of the thing's tier. A fresh one that nobody opened is used again."""
    by.must("share.create")
    contents.must_be_shareable(session, wanted.thing, wanted.id, wanted.version_id, by)
    preset = preset_of(session, wanted.thing, wanted.id)
    for share in _unopened(session, preset, by):
        items = contents.items_of(session, [share.id or 0]).get(share.id or 0, [])
        if [(i.thing, i.thing_id) for i in items] == [(wanted.thing, wanted.id)] and queries.address(
            share, key
        ):
            return share
    return create(session, [wanted], Fields(), preset=preset, key=key, by=by)


def _unopened(session: Session, preset: str, by: accounts.Actor) -> list[Share]:
    """Links as one click makes them: untouched since, without a customer, not opened yet."""
    query = select(Share).where(
        Share.owner_id == by.id,
        Share.preset == preset,
        Share.edition == 1,
        Share.greeting == "",
        col(Share.customer_id).is_(None),
        col(Share.revoked_at).is_(None),
        col(Share.first_opened_at).is_(None),
        col(Share.created_at) > clock.now() - QUICK_AGAIN,
    )
    return list(session.exec(query.order_by(col(Share.id).desc()).limit(20)).all())


def preset_of(session: Session, thing: str, thing_id: int) -> str:
    """The preset that a thing starts with: its tier's."""
    return rules.preset_for(_tier(session, thing, thing_id)).key


def _tier(session: Session, thing: str, thing_id: int) -> str:
    if thing == "toolkit":
        kit = session.get(toolkits.Toolkit, thing_id)
        return kit.tier if kit else ""
    if thing == "deck":
        deck = session.get(decks.Deck, thing_id)
        return _tier(session, "toolkit", deck.toolkit_id or 0) if deck else ""
    tags: Mapping[str, Sequence[str]] = assets.tags(session, [thing_id]).get(thing_id, {})
    products = taxonomy.words(session).products
    tiers = {*tags.get("tier", ()), *(products[p].tier for p in tags.get("product", ()) if p in products)}
    return tiers.pop() if len(tiers) == 1 else ""
