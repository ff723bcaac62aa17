"""Questions about demo accounts. One of a product that this actor may not know of is not there for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from hub import accounts, assets, taxonomy
from hub.activity import Activity
from hub.base import clock
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.demos.models import DemoAccount, DemoBooking

CHECK_DAYS = 14  # after that it is to be tried again
FEW = 8


@dataclass(frozen=True)
class Row:
    """A demo account as lists show it. `state` is good, unchecked (nobody tried it lately) or expired."""

    id: int
    title: str
    product: str | None
    address: str
    login: str
    owner_id: int | None
    owner: str
    expires_on: date | None
    checked_at: datetime | None
    checked_by_hub: bool
    state: str
    next: datetime | None  # when the next booking begins, or the running one began
    has_secret: bool
    asset_id: int | None
    edition: int


@dataclass(frozen=True)
class Booked:
    """A booking that has not ended."""

    id: int
    person_id: int
    name: str
    starts_at: datetime
    ends_at: datetime
    purpose: str


def visible(session: Session, by: accounts.Actor) -> ColumnElement[bool]:
    """An SQL condition on DemoAccount: not thrown away, and of no product that is hidden from this actor."""
    here = col(DemoAccount.deleted_at).is_(None)
    hidden = sorted(taxonomy.hidden_products(session, by))
    known = or_(col(DemoAccount.product).is_(None), col(DemoAccount.product).not_in(hidden))
    return and_(here, known) if hidden else here


def get(session: Session, demo_id: int, by: accounts.Actor) -> DemoAccount:
    found = session.exec(select(DemoAccount).where(DemoAccount.id == demo_id, visible(session, by))).first()
    if found is None:
        raise NotFound(_("没有这个演示账号，或您没有权限看它。"))
    return found


def may_edit(account: DemoAccount, by: accounts.Actor) -> bool:
    return by.may("asset.edit_any") or (by.id is not None and account.owner_id == by.id)


def find(session: Session, by: accounts.Actor, *, product: str = "") -> list[Row]:
    """Every demo account this actor may know of, by product and title."""
    query = select(DemoAccount).where(visible(session, by))
    if product:
        query = query.where(DemoAccount.product == product)
    found = session.exec(
        query.order_by(col(DemoAccount.product), col(DemoAccount.title), col(DemoAccount.id))
    )
    return rows(session, found.all())


def rows(session: Session, found: Sequence[DemoAccount]) -> list[Row]:
    """Rows of these accounts, which the caller may see."""
    names = accounts.names(session, [a.owner_id for a in found])
    running = _next(session, [a.id or 0 for a in found])
    same = (
        "title",
        "product",
        "address",
        "login",
        "owner_id",
        "expires_on",
        "checked_at",
        "asset_id",
        "edition",
    )
    return [
        Row(
            **{n: getattr(a, n) for n in same},
            id=a.id or 0,
            owner=names.get(a.owner_id or 0, ""),
            state=state_of(a),
            next=running.get(a.id or 0),
            has_secret=bool(a.secret),
            checked_by_hub=a.checked_by_hub,
        )
        for a in found
    ]


def state_of(account: DemoAccount, at: datetime | None = None) -> str:
    today = clock.today(at)
    if account.expires_on is not None and account.expires_on < today:
        return "expired"
    if account.checked_at is None or (today - clock.today(account.checked_at)).days > CHECK_DAYS:
        return "unchecked"
    return "good"


def _next(session: Session, ids: Iterable[int]) -> dict[int, datetime]:
    query = (
        select(DemoBooking.account_id, DemoBooking.starts_at)
        .where(col(DemoBooking.account_id).in_(list(ids)), col(DemoBooking.cancelled_at).is_(None))
        .where(col(DemoBooking.ends_at) > clock.now())
        .order_by(col(DemoBooking.starts_at).desc())
    )
    return dict(session.exec(query).all())


def bookings(session: Session, account: DemoAccount, *, at: datetime | None = None) -> list[Booked]:
    """The bookings that have not ended, in order."""
    query = (
        select(DemoBooking)
        .where(DemoBooking.account_id == account.id, col(DemoBooking.cancelled_at).is_(None))
        .where(col(DemoBooking.ends_at) > (at or clock.now()))
        .order_by(col(DemoBooking.starts_at))
    )
    found = session.exec(query).all()
    names = accounts.names(session, [b.person_id for b in found])
    return [
        Booked(b.id or 0, b.person_id, names.get(b.person_id, ""), b.starts_at, b.ends_at, b.purpose)
        for b in found
    ]


def shown_to(session: Session, account: DemoAccount) -> list[tuple[str, datetime]]:
    """Who had the secret shown, and when, newest first; the last few."""
    query = (
        select(Activity.person_id, Activity.at)
        .where(Activity.thing == "demo_account", Activity.thing_id == account.id, Activity.verb == "reveal")
        .order_by(col(Activity.at).desc(), col(Activity.id).desc())
        .limit(FEW)
    )
    found = session.exec(query).all()
    names = accounts.names(session, [i for i, _at in found if i is not None])
    return [(names.get(i or 0, ""), at) for i, at in found]


def checked_on(session: Session, asset_ids: Iterable[int]) -> dict[int, date | None]:
    """Per asset that describes a demo account, the day on which its owner last said "it works"; None where nobody
    tried it or it has expired. Whoever asks: the caller has checked that the asset may be seen.
    """
    query = select(DemoAccount).where(
        col(DemoAccount.asset_id).in_(list(asset_ids)), col(DemoAccount.deleted_at).is_(None)
    )
    found: dict[int, date | None] = {}
    for a in session.exec(query).all():
        works = clock.today(a.checked_at) if a.checked_at and state_of(a) != "expired" else None
        known = found.get(a.asset_id or 0)
        found[a.asset_id or 0] = max(works, known) if works and known else works or known
    return found


def described(session: Session, account: DemoAccount, by: accounts.Actor) -> assets.Card | None:
    """The material that describes the account, where this actor may see it."""
    return next(iter(assets.cards(session, [account.asset_id] if account.asset_id else [], by)), None)
