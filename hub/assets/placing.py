"""What an import says about a version, taken as it stands: no second person approves."""

from dataclasses import dataclass, field
from datetime import date, datetime

from sqlmodel import Session

from hub import accounts
from hub.assets import rules
from hub.assets.approval import put_on_offer
from hub.assets.models import Asset, Version
from hub.assets.readers import touch
from hub.base import clock
from hub.base.errors import NotAllowed
from hub.base.i18n import _


@dataclass(frozen=True)
class Imported:
    """What an import says about a version: its state and dates, taken as they stand."""

    state: str = "on_offer"
    published_on: date | None = None
    review_on: date | None = None
    expires_on: date | None = None
    end_key: str = ""  # one of rules.ENDINGS, where a hub had ended it by itself
    end_reason: str = ""
    at: datetime = field(default_factory=clock.now)


def place_by_import(session: Session, version: Version, said: Imported, *, by: accounts.Actor) -> None:
    """Bring a fresh version into the state the import names: approved by import, without a second person."""
    if not by.is_admin:
        raise NotAllowed(_("只有管理员能这样导入。"))
    asset = session.get_one(Asset, version.asset_id)
    version.expires_on = said.expires_on
    if said.state in {"on_offer", "expired", "withdrawn", "approved"}:
        version.approved_by_import, version.approved_at = True, said.at
    offered_at = (
        datetime.combine(said.published_on, datetime.min.time(), clock.HOUSE_ZONE)
        if said.published_on
        else said.at
    )
    if said.state == "on_offer":
        put_on_offer(session, version, at=offered_at)
    elif said.state in {"expired", "withdrawn"}:
        _take_off_offer(session, asset, at=said.at)
        version.state, version.on_offer_at, version.ended_at = said.state, offered_at, said.at
        version.end_key = said.end_key if said.end_key in rules.ENDINGS else ""
        version.end_reason = said.end_reason[:500]
    else:
        version.state = said.state
        version.publish_on = said.published_on if said.state == "approved" else None
        version.submitted_at = said.at if said.state == "in_review" else None
    if said.review_on:
        asset.review_on = said.review_on
    session.add(version)
    session.flush()
    touch(session, asset)


def _take_off_offer(session: Session, asset: Asset, *, at: datetime) -> None:
    """End what is on offer: the file says that the material is out of use."""
    before = session.get(Version, asset.on_offer_id) if asset.on_offer_id else None
    if before is not None:
        before.state, before.ended_at = "expired", at
        session.add(before)
    asset.on_offer_id = None
