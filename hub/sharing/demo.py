"""The demo's links: made by its sellers, read by invented customers, dated back from the day of loading."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from hub import accounts, assets, customers, toolkits
from hub.base import clock
from hub.base.errors import HubError
from hub.sharing import actions, reading, rules, visiting
from hub.sharing.contents import Piece
from hub.sharing.models import Share


def load_demo(session: Session, data: Mapping[str, Any], *, key: str) -> int:
    """Make the links of `content/shares.yml`; returns how many. What cannot be sent is an error in the file."""
    for said in data["shares"]:
        _link(session, said, key)
    return len(data["shares"])


def _link(session: Session, said: Mapping[str, Any], key: str) -> None:
    owner = accounts.by_email(session, said["owner"])
    if owner is None:
        raise HubError(f"content/shares.yml: nobody is {said['owner']}")
    by, made = accounts.actor(session, owner), clock.now() - timedelta(days=said["days_ago"])
    customer = customers.by_key(session, said["customer"])
    fields = actions.Fields(
        title=said["title"],
        greeting=said.get("greeting", ""),
        customer=customer.name if customer else "",
    )
    wanted = [_wanted(session, name) for name in said["things"]]
    share = actions.create(session, wanted, fields, preset=said["preset"], key=key, by=by, demo=True)
    share.created_at = made
    share.expires_at = rules.expiry(rules.PRESETS[said["preset"]].days, made)
    session.add(share)
    session.flush()
    for number, visitor in enumerate(said.get("visitors", ())):
        _visit(session, share, visitor, number)


def _wanted(session: Session, name: str) -> actions.Wanted:
    thing, _colon, slug = name.partition(":")
    row = toolkits.by_slug(session, slug) if thing == "toolkit" else assets.by_slug(session, slug)
    if row is None or row.id is None:
        raise HubError(f"content/shares.yml: there is no {name}")
    return actions.Wanted(thing, row.id)


def _visit(session: Session, share: Share, said: Mapping[str, Any], number: int) -> None:
    at = clock.now() - timedelta(days=said["days_ago"])
    secret = rules.hashed(f"demo:{share.id}:{number}")
    visitor = visiting.opened(session, share, secret, at=at)
    visitor.name, visitor.email = said.get("name", ""), said.get("email", "")
    visitor.gate_edition = share.gate_edition
    session.add(visitor)
    session.flush()
    read: Mapping[str, Sequence[int]] = said.get("read", {})
    for slug, seconds in read.items():
        at = _read(session, share, secret, slug, seconds, at)
    if said.get("download"):
        asset = assets.by_slug(session, said["download"])
        if asset is not None:
            piece = Piece(
                f"a{asset.id}",
                "asset",
                asset.id or 0,
                asset.on_offer_id,
                asset.title,
                asset.kind,
                "",
                0,
                None,
                at,
            )
            visiting.downloaded(session, share, secret, piece=piece, at=at)


def _read(
    session: Session, share: Share, secret: str, slug: str, seconds: Sequence[int], at: datetime
) -> datetime:
    asset = assets.by_slug(session, slug)
    if asset is None:
        raise HubError(f"content/shares.yml: there is no asset:{slug}")
    beats = []
    for page, spent in enumerate(seconds, start=1):
        at += timedelta(seconds=spent)
        beats.append(
            reading.Beat(
                share.id or 0, secret, "asset", asset.id or 0, asset.on_offer_id, page, spent * 1000, at
            )
        )
    reading.keep(session, beats)
    return at
