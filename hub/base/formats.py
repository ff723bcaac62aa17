"""Numbers, money, sizes, days and times as a reader of the current language writes them.

Moments are aware datetimes (the database gives UTC) and are shown in the time of the house, Asia/Shanghai
unless `use_timezone` says otherwise. Days are plain dates. Where "now" matters it can be given with `at=`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hub.base.i18n import _, current, n_

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

WAN = 10_000
YI = 100_000_000
FULL_DIGITS_BELOW = 100_000  # a price such as ¥19,800 is read in full, a revenue of ¥430,000 as ¥43 万
_zone: list[ZoneInfo] = [ZoneInfo("Asia/Shanghai")]


def use_timezone(name: str) -> None:
    """Show all moments in this IANA zone from now on; set once at start. Raises ZoneInfoNotFoundError."""
    _zone[0] = ZoneInfo(name)


def local(moment: datetime) -> datetime:
    """The moment in the time of the house; one without a zone is taken as UTC."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(_zone[0])


def today(at: datetime | None = None) -> date:
    return local(at or datetime.now(UTC)).date()


def number(value: float | Decimal, digits: int = 1) -> str:
    """Grouped by thousands, at most `digits` decimals, none that are zero: 12,345 or 33.1."""
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    """A share of one as whole percent: 0.92 is 92%."""
    return f"{share * 100:.0f}%"


def money(yuan: float | Decimal, *, exact: bool = False) -> str:
    """Yuan. Chinese: ¥19,800, ¥43 万, ¥1.2 亿. English: CNY 430,000. `exact` keeps every digit."""
    if current() != "zh-CN":
        return f"CNY {number(yuan, 2)}"
    amount = abs(float(yuan))
    if exact or amount < FULL_DIGITS_BELOW:
        return f"¥{number(yuan, 2)}"
    if amount < YI:
        return f"¥{number(yuan / WAN)} 万"
    return f"¥{number(yuan / YI, 2)} 亿"


def size(count: int) -> str:
    """Bytes as a person says them: 38 MB."""
    amount = float(count)
    for unit in ("B", "KB", "MB"):
        if amount < 1000:  # noqa: PLR2004 - "1000 KB" is read as 1 MB
            return f"{number(amount, 0 if unit in 'BKB' else 1)} {unit}"
        amount /= 1024
    return f"{number(amount)} GB"


def listed(words: Iterable[str]) -> str:
    """Several words in one line: 甲、乙 and A, B."""
    return ("、" if current() == "zh-CN" else ", ").join(words)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def _as_day(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def day(value: date | datetime, *, at: datetime | None = None) -> str:
    """A day in a list: 11-16 and Nov 16 in this year, 2025-11-16 and Nov 16, 2025 in another."""
    d = _as_day(value)
    same_year = d.year == today(at).year
    if current() == "zh-CN":
        return f"{d:%m-%d}" if same_year else f"{d:%Y-%m-%d}"
    short = f"{_MONTHS[d.month - 1]} {d.day}"
    return short if same_year else f"{short}, {d.year}"


def long_day(value: date | datetime) -> str:
    """A day with its weekday: 11 月 19 日 周四 and Thu, Nov 19."""
    d = _as_day(value)
    if current() == "zh-CN":
        return f"{d.month} 月 {d.day} 日 周{'一二三四五六日'[d.weekday()]}"
    return f"{_WEEKDAYS[d.weekday()]}, {_MONTHS[d.month - 1]} {d.day}"


def clock(moment: datetime) -> str:
    """The time of day: 09:12."""
    return f"{local(moment):%H:%M}"


def moment(value: datetime, *, at: datetime | None = None) -> str:
    """Day and time: 11-16 09:12."""
    return f"{day(value, at=at)} {clock(value)}"


def quarter(value: date | datetime | str) -> str:
    """2026 Q4, of a day or of a quarter as it is kept, 2026Q4."""
    if isinstance(value, str):
        return f"{value[:4]} {value[4:]}"
    d = _as_day(value)
    return f"{d.year} Q{(d.month + 2) // 3}"


_UNITS = (60, 3600, 86_400, 30 * 86_400, 365 * 86_400)
_LIMITS = _UNITS[1:]
"""Seconds in a minute, hour, day, month and year; a unit is used until the next one is full."""


_PAST = (
    lambda n: n_("%(n)s 分钟前", n),
    lambda n: n_("%(n)s 小时前", n),
    lambda n: n_("%(n)s 天前", n),
    lambda n: n_("%(n)s 个月前", n),
    lambda n: n_("%(n)s 年前", n),
)
_FUTURE = (
    lambda n: n_("还有 %(n)s 分钟", n),
    lambda n: n_("还有 %(n)s 小时", n),
    lambda n: n_("还有 %(n)s 天", n),
    lambda n: n_("还有 %(n)s 个月", n),
    lambda n: n_("还有 %(n)s 年", n),
)


def ago(value: datetime | date, *, at: datetime | None = None) -> str:
    """How far from now in the largest whole unit: 3 天前, 刚刚, 还有 52 分钟. A date counts whole days."""
    now = at or datetime.now(UTC)
    if not isinstance(value, datetime):
        return _days_from(value - today(now))
    gap = (now - local(value)).total_seconds()
    if abs(gap) < 60:  # noqa: PLR2004 - a minute
        return _("刚刚") if gap >= 0 else _("马上")
    step = sum(abs(gap) >= limit for limit in _LIMITS)
    return (_PAST if gap > 0 else _FUTURE)[step](int(abs(gap) // _UNITS[step]))


def _days_from(gap: timedelta) -> str:
    if gap.days == 0:
        return _("今天")
    return n_("还有 %(n)s 天", gap.days) if gap.days > 0 else n_("%(n)s 天前", -gap.days)
