"""When a plan's dates fall, which of them are in conflict, and how far a plan is. Pure calculation."""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from hub.base.errors import HubError
from hub.base.i18n import _, lazy
from hub.launches.models import KINDS, LIGHTS, PARTS, SORTS

MOST_DAYS = 730
MOST = Decimal(10_000_000_000)
MONTHS = 3  # in a quarter
OUT = ("shipped", "launched", "retired")  # the day it shipped is the release
QUIET = ("parked", "declined", "retired")  # nobody is late for what is not to be

SIDE_LABELS = {"product": lazy("产品"), "operations": lazy("运营")}
KIND_LABELS = {"work": lazy("分工"), "campaign": lazy("推广排期")}
PART_LABELS = {"responsible": lazy("执行"), "consulted": lazy("咨询"), "informed": lazy("知会")}
SORT_LABELS = {"people": lazy("人力"), "budget": lazy("预算"), "material": lazy("物料")}
LIGHT_LABELS = {"green": lazy("达成"), "yellow": lazy("接近"), "red": lazy("没达成")}
STAGES = ("goals", "sign", "product", "operations", "signed", "reviewed")
STAGE_LABELS = {
    "goals": lazy("目标还没写"),
    "sign": lazy("两边都待签"),
    "product": lazy("待产品签"),
    "operations": lazy("待运营签"),
    "signed": lazy("双方已签"),
    "reviewed": lazy("已回顾"),
}


def quarter_end(quarter: str) -> date:
    """The last day of 2026Q4."""
    year, month = int(quarter[:4]), int(quarter[5]) * MONTHS
    return date(year, month, calendar.monthrange(year, month)[1])


def quarter_of(day: date) -> str:
    return f"{day.year}Q{(day.month - 1) // MONTHS + 1}"


def _moved(day: date, months: int) -> date:
    """The same day so many months later; the last of a month that has fewer days."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def release(quarter: str | None, said_on: date | None, shipped_on: date | None) -> date | None:
    """The day it ships: as it did; else the day product said, in the quarter that is planned now (said for another
    quarter, it has moved with it by whole quarters); else the last day of the quarter. None: nobody knows.
    """
    if shipped_on is not None:
        return shipped_on
    if not quarter:
        return said_on
    if said_on is None:
        return quarter_end(quarter)
    then = quarter_of(said_on)
    gone = (int(quarter[:4]) - int(then[:4])) * 4 + int(quarter[5]) - int(then[5])
    return _moved(said_on, gone * MONTHS)


@dataclass(frozen=True)
class When:
    """How a line is due: `after_days` after the release, or `fixed_on`, set when the release was `fixed_for`."""

    after_days: int | None = None
    fixed_on: date | None = None
    fixed_for: date | None = None


def due(when: When, released: date | None) -> date | None:
    """The day a line is due; None when it has none, or hangs on a release nobody knows."""
    if when.fixed_on is not None:
        return when.fixed_on
    if when.after_days is None or released is None:
        return None
    return released + timedelta(days=when.after_days)


def in_conflict(when: When, released: date | None, *, done: bool) -> bool:
    """A fixed day does not follow the release: it is in conflict when the release moved since it was fixed."""
    return not done and when.fixed_on is not None and when.fixed_for != released


def late(day: date | None, today: date, *, done: bool) -> bool:
    return not done and day is not None and day < today


def stage(goals: int, signed: Iterable[str], reviewed: int) -> str:
    """One of STAGES: which word the plan waits for, or that it has them all."""
    sides = set(signed)
    if not goals:
        return "goals"
    if sides >= {"product", "operations"}:
        return "reviewed" if reviewed >= goals else "signed"
    if not sides:
        return "sign"
    return "operations" if "product" in sides else "product"


def light(reached: Decimal, target: Decimal) -> str:
    """The light a result has when nobody says another: reached, four fifths of it, or less."""
    if reached >= target:
        return "green"
    return "yellow" if reached * 5 >= target * 4 else "red"


# ---- what is refused


def good_title(text: str, what: str, most: int = 200) -> str:
    plain = " ".join(text.split())
    if not plain:
        raise HubError(_("请写%(what)s。") % {"what": what})
    if len(plain) > most:
        raise HubError(_("%(what)s最多 %(n)s 个字。") % {"what": what, "n": most})
    return plain


def good_number(value: Decimal, what: str, *, zero: bool = False) -> Decimal:
    """An amount above zero (or zero), to two decimals."""
    if not value.is_finite() or value < 0 or (value == 0 and not zero):
        raise HubError(_("%(what)s要大于零。") % {"what": what})
    if value > MOST:
        raise HubError(_("这个数太大了，请检查单位。"))
    return value.quantize(Decimal("0.01"))


def good_days(days: int | None) -> int | None:
    if days is not None and not -MOST_DAYS <= days <= MOST_DAYS:
        raise HubError(_("离发布最多前后 %(n)s 天。") % {"n": MOST_DAYS})
    return days


def good_choice(value: str, among: tuple[str, ...]) -> str:
    if value not in among:
        raise HubError(_("没有“%(value)s”这个选项。") % {"value": value[:20]})
    return value


def good_kind(value: str) -> str:
    return good_choice(value, KINDS)


def good_part(value: str) -> str:
    return good_choice(value, PARTS)


def good_sort(value: str) -> str:
    return good_choice(value, SORTS)


def good_light(value: str) -> str:
    return good_choice(value, LIGHTS)


def good_currency(text: str) -> str:
    plain = text.strip().upper() or "CNY"
    if len(plain) != 3 or not (plain.isascii() and plain.isalpha()):  # noqa: PLR2004 - ISO 4217
        raise HubError(_("币种写三个字母，例如 CNY、USD。"))
    return plain
