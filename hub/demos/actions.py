"""Changes to demo accounts: keep, reveal the secret on record, book without overlap, say that it works."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from hub import accounts, activity, assets, taxonomy
from hub.base import clock, sealing
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import _
from hub.demos import queries
from hub.demos.models import DemoAccount, DemoBooking

PURPOSE = "demo_account"
LONGEST = timedelta(hours=12)
AHEAD = timedelta(days=180)
TEXTS = {"title": 200, "address": 500, "login": 200, "script": 20_000, "reset_note": 1000}


@dataclass(frozen=True)
class Fields:
    """What is said about an account. None leaves a field as it is, asset 0 takes the asset away. An empty secret leaves
    the one that is kept.
    """

    title: str | None = None
    product: str | None = None
    address: str | None = None
    login: str | None = None
    secret: str = ""
    script: str | None = None
    reset_note: str | None = None
    asset_id: int | None = None
    owner_id: int | None = None
    expires_on: date | None = None


def create(
    session: Session, fields: Fields, *, key: str, by: accounts.Actor, demo: bool = False
) -> DemoAccount:
    """A new account; `key` is the hub's, with which the secret is sealed."""
    by.must("asset.edit_any")
    at = clock.now()
    made = DemoAccount(title="", owner_id=by.id, demo=demo, created_at=at, updated_at=at)
    _set(session, made, fields, key, by)
    session.add(made)
    session.flush()
    activity.record(session, "create", "demo_account", made.id, by=by.id, title=made.title)
    return made


def edit(
    session: Session, account: DemoAccount, fields: Fields, *, edition: int, key: str, by: accounts.Actor
) -> None:
    """Change what is said; Conflict when somebody else changed it since `edition`."""
    _must_edit(account, by)
    if account.edition != edition:
        raise Conflict(_("别人刚改过这个演示账号。请另开一页看看新内容，再改一次。"))
    _set(session, account, fields, key, by)
    account.expires_on = fields.expires_on
    account.edition, account.updated_at = account.edition + 1, clock.now()
    session.add(account)
    session.flush()
    said = {"secret": "new"} if fields.secret else {}
    activity.record(session, "edit", "demo_account", account.id, by=by.id, **said)


def _must_edit(account: DemoAccount, by: accounts.Actor) -> None:
    if not queries.may_edit(account, by):
        raise NotAllowed(_("只有负责人、产品市场和管理员能改这个演示账号。"))


def _set(session: Session, account: DemoAccount, fields: Fields, key: str, by: accounts.Actor) -> None:
    _set_texts(account, fields)
    if fields.product is not None:
        account.product = _good_product(session, fields.product, by)
    if fields.owner_id:
        account.owner_id = accounts.person(session, fields.owner_id).id
    if fields.asset_id is not None:
        account.asset_id = assets.get(session, fields.asset_id, by).id if fields.asset_id else None
    if fields.expires_on is not None:
        account.expires_on = fields.expires_on
    if fields.secret:
        account.secret = sealing.seal(fields.secret, key=key, purpose=PURPOSE)


def _set_texts(account: DemoAccount, fields: Fields) -> None:
    for name, most in TEXTS.items():
        said = getattr(fields, name)
        if said is not None:
            setattr(account, name, said.strip()[:most])
    if not account.title:
        raise HubError(_("请给演示账号起个名字。"))
    if account.address and not account.address.lower().startswith(("https://", "http://")):
        raise HubError(_("地址要以 https:// 或 http:// 开头。"))


def _good_product(session: Session, said: str, by: accounts.Actor) -> str | None:
    product = said.strip()
    if product and product not in taxonomy.words_for(session, by).products:
        raise NotFound(_("没有这个产品。"))
    return product or None


def reveal(session: Session, account: DemoAccount, *, key: str, by: accounts.Actor) -> str:
    """The secret in plain words; that this person asked for it is on record. NotFound when none is kept."""
    if not account.secret:
        raise NotFound(_("这个账号没有存口令，请问负责人。"))
    plain = sealing.unseal(account.secret, key=key, purpose=PURPOSE)
    activity.record(session, "reveal", "demo_account", account.id, by=by.id)
    return plain


def works(session: Session, account: DemoAccount, *, by: accounts.Actor, at: datetime | None = None) -> None:
    """Its owner (or a marketer) has tried it and it works: the checked date is today."""
    _must_edit(account, by)
    account.checked_at, account.checked_by_id = at or clock.now(), by.id
    account.checked_by_hub = False
    session.add(account)
    activity.record(session, "works", "demo_account", account.id, by=by.id)


def book(
    session: Session,
    account: DemoAccount,
    starts_at: datetime,
    ends_at: datetime,
    *,
    purpose: str = "",
    by: accounts.Actor,
    at: datetime | None = None,
) -> DemoBooking:
    """Take the account for a while. Conflict that names who has it, when the time is taken or it expires before.
    Bookings are of whole minutes, as everybody sees them: seconds are cut off.
    """
    now = at or clock.now()
    starts_at, ends_at = _whole_minute(starts_at), _whole_minute(ends_at)
    if by.id is None:
        raise NotAllowed(_("请用自己的账号预约。"))
    if ends_at <= starts_at or ends_at <= now or starts_at > now + AHEAD or ends_at - starts_at > LONGEST:
        raise HubError(_("时间段不对：结束要在开始之后、还没过去，一次最多 12 小时，最多提前 180 天。"))
    if account.expires_on is not None and clock.today(ends_at) > account.expires_on:
        raise Conflict(_("这个演示账号那时已经到期。请选早一点的时间，或请负责人续期。"))
    # On PostgreSQL two who book at once wait for each other here; on SQLite writers queue anyway.
    session.exec(select(DemoAccount.id).where(DemoAccount.id == account.id).with_for_update()).one()
    taken = session.exec(
        select(DemoBooking).where(
            DemoBooking.account_id == account.id,
            col(DemoBooking.cancelled_at).is_(None),
            col(DemoBooking.starts_at) < ends_at,
            col(DemoBooking.ends_at) > starts_at,
        )
    ).first()
    if taken is not None:
        name = accounts.names(session, [taken.person_id]).get(taken.person_id, "")
        raise Conflict(_("这段时间%(name)s已经约了。请换一个时间，或跟他商量。") % {"name": name})
    made = DemoBooking(
        account_id=account.id or 0, person_id=by.id, starts_at=starts_at, ends_at=ends_at,
        purpose=purpose.strip()[:200], created_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    activity.record(session, "book", "demo_account", account.id, by=by.id, booking=made.id)
    return made


def _whole_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)  # as it was said: a year 9999 elsewhere has no hour in UTC


def cancel(session: Session, account: DemoAccount, booking_id: int, *, by: accounts.Actor) -> None:
    """Give a booking back: one's own, or any for whoever may edit the account."""
    found = session.get(DemoBooking, booking_id)
    mine = found is not None and (found.person_id == by.id or queries.may_edit(account, by))
    if found is None or found.account_id != account.id or found.cancelled_at is not None or not mine:
        raise NotFound(_("没有这个预约，或不是您约的。"))
    found.cancelled_at = clock.now()
    session.add(found)
    activity.record(session, "cancel", "demo_account", account.id, by=by.id, booking=found.id)


def trash(session: Session, account: DemoAccount, *, by: accounts.Actor) -> None:
    """Take the account away; its secret goes with it."""
    _must_edit(account, by)
    account.deleted_at, account.secret = clock.now(), ""
    session.add(account)
    activity.record(session, "trash", "demo_account", account.id, by=by.id, title=account.title)
