"""Demo accounts as the data of `demos.yml`, in and out. Secrets and bookings are never written out."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, assets
from hub.base import clock, sealing
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.demos.actions import PURPOSE
from hub.demos.models import DemoAccount

TEXTS = ("title", "product", "address", "login", "script", "reset_note")


def to_data(session: Session) -> list[dict[str, Any]]:
    """Every account as plain data; what is empty is left out."""
    query = select(DemoAccount).where(col(DemoAccount.deleted_at).is_(None)).order_by(col(DemoAccount.id))
    found = session.exec(query).all()
    people = accounts.people_by_ids(session, [a.owner_id for a in found])
    wanted = [a.asset_id for a in found if a.asset_id]
    named = select(assets.Asset.id, assets.Asset.slug).where(col(assets.Asset.id).in_(wanted))
    slugs = dict(session.exec(named).all())
    made = []
    for a in found:
        owner = people.get(a.owner_id or 0)
        data = {n: getattr(a, n) for n in TEXTS}
        data |= {"owner": owner.email if owner else None, "asset": slugs.get(a.asset_id)}
        data |= {
            "expires_on": a.expires_on,
            "checked_on": clock.today(a.checked_at) if a.checked_at else None,
        }
        made.append({k: v for k, v in data.items() if v})
    return made


def from_data(
    session: Session, listed: list[Mapping[str, Any]], *, key: str, by: accounts.Actor, demo: bool = False
) -> int:
    """Accounts that are not there yet (told by their title); returns how many were added."""
    by.must("hub.manage")
    added = 0
    for said in listed:
        if not said.get("title"):
            raise HubError(_("demos.yml 里有一条没有 title：%(said)s") % {"said": dict(said)})
        added += _load(session, said, key, demo=demo)
    return added


def _load(session: Session, said: Mapping[str, Any], key: str, *, demo: bool) -> bool:
    title, at = str(said["title"])[:200], clock.now()
    if session.exec(select(DemoAccount).where(DemoAccount.title == title)).first() is not None:
        return False
    owner = accounts.by_email(session, str(said.get("owner") or ""))
    asset = assets.by_slug(session, str(said["asset"])) if said.get("asset") else None
    texts: dict[str, Any] = {n: str(said[n]) for n in TEXTS if said.get(n)}
    checked = said.get("checked_on")
    made = DemoAccount(
        **{**texts, "title": title},
        secret=sealing.seal(str(said.get("secret") or ""), key=key, purpose=PURPOSE),
        owner_id=owner.id if owner else None,
        asset_id=asset.id if asset else None,
        expires_on=_day(said.get("expires_on")),
        checked_at=_instant(checked) if checked else None,
        demo=demo,
        created_at=at,
        updated_at=at,
    )
    session.add(made)
    session.flush()
    return True


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _instant(value: object) -> datetime:
    """Noon of that day in the house's zone."""
    return datetime.combine(date.fromisoformat(str(value)), time(12), clock.HOUSE_ZONE).astimezone(UTC)
