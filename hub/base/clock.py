"""Time as the hub keeps it: aware, in UTC. Pages turn it into the reader's zone."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

HOUSE_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC)


def today(at: datetime | None = None) -> date:
    """The calendar day in the house's zone at `at` (default: now); dates such as "review on" mean this day."""
    return (at or now()).astimezone(HOUSE_ZONE).date()


def next_day(at: datetime | None = None) -> datetime:
    """The instant, in UTC, at which the house's next calendar day begins."""
    return datetime.combine(today(at) + timedelta(days=1), time(), HOUSE_ZONE).astimezone(UTC)
