"""What an import of requirements reads with: whom and what a file names, its days and numbers."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlmodel import Session

from hub import accounts, assets
from hub.base import clock
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.requirements import rules

MORNING = time(
    9
)  # a day of the file is kept as this hour of the house; what follows on that day, a minute later


class Incoming:
    """One import: whom and what the file names, and whether anything changed."""

    def __init__(self, session: Session, by: accounts.Actor, *, demo: bool, told: list[str]) -> None:
        """`told` takes the warnings, as sentences."""
        self.session, self.by, self.demo, self.told = session, by, demo, told
        self.changed = False
        self._people: dict[str, int | None] = {}

    def person(self, email: object) -> int | None:
        """The id of a person named by address; None, with a warning, for one nobody knows."""
        named = str(email or "").strip()
        if not named:
            return None
        if named not in self._people:
            found = accounts.by_email(self.session, named)
            self._people[named] = found.id if found else None
            if found is None:
                self.told.append(_("没有 %(email)s 这个人，先空着。") % {"email": named})
        return self._people[named]

    def asset(self, slug: object) -> int | None:
        found = assets.by_slug(self.session, str(slug))
        if found is None:
            self.told.append(_("没有叫“%(slug)s”的素材，这一件没有关联。") % {"slug": slug})
        return found.id if found else None

    def add(self, row: Any) -> None:
        self.session.add(row)
        self.session.flush()
        self.changed = True

    def set(self, row: Any, name: str, value: Any) -> None:
        if getattr(row, name) != value:
            setattr(row, name, value)
            self.session.add(row)
            self.changed = True


def rows(data: Mapping[str, Any], key: str) -> list[Any]:
    """The list under `key`, empty where there is none."""
    found = data.get(key) or []
    if not isinstance(found, list):
        raise HubError(_("“%(key)s”应当是一个列表。") % {"key": key})
    return found


def records(data: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The list under `key` whose entries each have fields."""
    found = rows(data, key)
    if not all(isinstance(entry, Mapping) for entry in found):
        raise HubError(_("“%(key)s”里的每一项都要有字段。") % {"key": key})
    return found


def moment(on: object, nth: int = 0) -> datetime:
    """The instant kept for a day of the file; `nth` puts the later of one day after the earlier."""
    on_day = day(on)
    if on_day is None:
        raise HubError(_("“%(value)s”不是日期，写成 2026-11-22。") % {"value": on})
    return datetime.combine(on_day, MORNING, clock.HOUSE_ZONE) + timedelta(minutes=nth)


def day(value: object) -> date | None:
    """The day a file names, None for nothing; HubError for what is no day."""
    if isinstance(value, datetime):
        return clock.today(value)
    if isinstance(value, date):
        return value
    if not value:
        return None
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise HubError(_("“%(value)s”不是日期，写成 2026-11-22。") % {"value": value}) from error


def number(value: object) -> Decimal | None:
    """The number a file names, None for nothing; HubError for what is no number."""
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation as error:
        raise HubError(_("“%(value)s”不是数字。") % {"value": value}) from error
    if not found.is_finite() or abs(found) > rules.MOST:
        raise HubError(_("“%(value)s”不是数字。") % {"value": value})
    return found
