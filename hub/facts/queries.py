"""Questions about facts. One of a product that this actor may not know of is not there for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, func, select

from hub import accounts
from hub.base import clock
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.facts import rules
from hub.facts.models import Fact, FactChange, FactMended, FactUse
from hub.facts.resolving import closed_products

DUE_DAYS = 30
STATES = ("late", "due", "good")


@dataclass(frozen=True)
class Row:
    """A fact as lists show it. `shown_en`: as English texts say it. `state`: late, due (within thirty days) or good."""

    id: int
    key: str
    name: str
    name_en: str
    shown: str
    shown_en: str
    product: str | None
    owner_id: int | None
    owner: str
    valid_until: date | None
    audience: str
    source: str
    state: str
    updated_at: datetime
    edition: int


def visible(session: Session, by: accounts.Actor) -> ColumnElement[bool]:
    """An SQL condition on Fact: not thrown away, and of no product that is hidden from this actor."""
    here = col(Fact.deleted_at).is_(None)
    hidden = sorted(closed_products(session, by))
    return and_(here, or_(col(Fact.product).is_(None), col(Fact.product).not_in(hidden))) if hidden else here


def get(session: Session, fact_id: int, by: accounts.Actor) -> Fact:
    found = session.exec(select(Fact).where(Fact.id == fact_id, visible(session, by))).first()
    if found is None:
        raise NotFound(_("没有这条事实，或您没有权限看它。"))
    return found


def may_edit(fact: Fact, by: accounts.Actor) -> bool:
    return by.may("asset.edit_any") or (by.id is not None and fact.owner_id == by.id)


def state_of(fact: Fact, at: datetime | None = None) -> str:
    today = clock.today(at)
    if fact.valid_until is None or fact.valid_until > today + timedelta(days=DUE_DAYS):
        return "good"
    return "late" if fact.valid_until < today else "due"


def _in_state(state: str) -> ColumnElement[bool]:
    today = clock.today()
    soon, until = today + timedelta(days=DUE_DAYS), col(Fact.valid_until)
    if state == "late":
        return until < today
    return and_(until >= today, until <= soon) if state == "due" else or_(until.is_(None), until > soon)


def find(
    session: Session,
    by: accounts.Actor,
    *,
    state: str = "",
    product: str = "",
    words: str = "",
    limit: int = 50,
    offset: int = 0,
) -> tuple[list[Row], int]:
    """One page of the facts this actor may know of, what expires first at the top, and how many there are."""
    conditions: list[Any] = [visible(session, by)]
    if state in STATES:
        conditions.append(_in_state(state))
    if product:
        conditions.append(Fact.product == product)
    if words.strip():
        said = [c.icontains(words.strip(), autoescape=True) for c in _searched()]
        conditions.append(or_(*said))
    total = session.exec(select(func.count()).select_from(Fact).where(*conditions)).one()
    order = (col(Fact.valid_until).asc().nulls_last(), col(Fact.key))
    found = session.exec(select(Fact).where(*conditions).order_by(*order).offset(offset).limit(limit)).all()
    return rows(session, found), total


def _searched() -> tuple[Any, ...]:
    return (col(Fact.key), col(Fact.name), col(Fact.name_en), col(Fact.value), col(Fact.source))


def counts(session: Session, by: accounts.Actor) -> dict[str, int]:
    """How many this actor may know of: all, late, due."""
    query = select(
        func.count(),
        func.count().filter(_in_state("late")),
        func.count().filter(_in_state("due")),
    ).where(visible(session, by))
    every, late, due = session.exec(query).one()
    return {"all": every, "late": late, "due": due}


def rows(session: Session, found: Sequence[Fact]) -> list[Row]:
    """Rows of these facts, which the caller may see."""
    names = accounts.names(session, [f.owner_id for f in found])
    same = (
        "key", "name", "name_en", "product", "owner_id", "valid_until", "audience", "source", "updated_at", "edition",
    )  # fmt: skip
    return [
        Row(
            **{n: getattr(f, n) for n in same},
            id=f.id or 0,
            shown=rules.shown(f.value, f.unit),
            shown_en=rules.shown(f.value_en or f.value, f.unit_en or f.unit),
            owner=names.get(f.owner_id or 0, ""),
            state=state_of(f),
        )
        for f in found
    ]


def changes(session: Session, fact: Fact) -> list[FactChange]:
    """What the fact was given, newest first."""
    query = select(FactChange).where(FactChange.fact_id == fact.id)
    return list(session.exec(query.order_by(col(FactChange.id).desc()).limit(200)).all())


def last_change(session: Session, fact: Fact) -> FactChange | None:
    """The newest change that made texts read otherwise; None when the value never changed."""
    return next((c for c in changes(session, fact) if c.changes_value), None)


def change(session: Session, fact: Fact, change_id: int) -> FactChange:
    found = session.get(FactChange, change_id)
    if found is None or found.fact_id != fact.id or not found.changes_value:
        raise NotFound(_("没有这次改动。"))
    return found


def uses(session: Session, fact: Fact) -> list[FactUse]:
    """What was made with a value of this fact, the newest first."""
    query = select(FactUse).where(FactUse.fact_id == fact.id)
    return list(session.exec(query.order_by(col(FactUse.id).desc())).all())


def mended(session: Session, change_id: int) -> dict[str, FactMended]:
    """The places of a change that were ticked off."""
    found = session.exec(select(FactMended).where(FactMended.change_id == change_id)).all()
    return {m.place: m for m in found}


def by_keys(session: Session, keys: Iterable[str]) -> dict[str, Fact]:
    """Facts by key, whoever asks, those in the trash too."""
    found = session.exec(select(Fact).where(col(Fact.key).in_(list(keys)))).all()
    return {f.key: f for f in found}


def ending(session: Session, *, within: int, at: datetime | None = None) -> list[Fact]:
    """Facts whose last day is within so many days from now, or was yesterday."""
    today = clock.today(at)
    query = select(Fact).where(
        col(Fact.deleted_at).is_(None),
        col(Fact.valid_until) >= today - timedelta(days=1),
        col(Fact.valid_until) <= today + timedelta(days=within),
    )
    return list(session.exec(query).all())
