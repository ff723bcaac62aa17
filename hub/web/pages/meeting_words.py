"""What the pages of a meeting call things: outcomes with their signs, why an entry is there, how often put off."""

from collections.abc import Sequence

from hub import meetings, requirements, taxonomy
from hub.base.i18n import Lazy, lazy, n_

SIGNS: dict[str, tuple[str, str, Lazy]] = {  # icon, tone, hint
    "planned": ("calendar-event", "green", lazy("放进某个季度")),
    "parked": ("hourglass", "orange", lazy("先不做，留着")),
    "declined": ("ban", "gray", lazy("说明原因")),
    "more": ("help-circle", "yellow", lazy("退回提出人")),
    "deferred": ("clock", "purple", lazy("下次再议")),
    "noted": ("check", "azure", lazy("听过了，照旧")),
}
STATE_TONES = {"planned": "azure", "running": "red", "paused": "yellow", "closed": "gray", "skipped": "gray"}


def is_open(entry: meetings.Entry) -> bool:
    return entry.item is not None and entry.item.outcome is None


def following(entries: Sequence[meetings.Entry], key: str) -> meetings.Entry | None:
    """The next entry without an outcome after this one, round the end of the agenda."""
    at = next((n for n, e in enumerate(entries) if e.row.key == key), 0)
    later = [*entries[at + 1 :], *entries[:at]]
    return next((e for e in later if is_open(e)), None)


def badge_of(entry: meetings.Entry) -> tuple[str, str]:
    """What stands behind a title: its outcome, or why it is there."""
    item = entry.item
    if item is None or item.outcome is None:
        if entry.put_off:
            return times(entry.put_off), "orange" if last_time(entry) else "gray"
        return str(meetings.WHY.get(entry.why, "")), "gray"
    label = str(meetings.OUTCOME_LABELS[item.outcome])
    said = f"{label} {item.quarter[4:]}" if item.quarter else label
    return said, SIGNS[item.outcome][1]


def product_or_level(row: requirements.Row, words: taxonomy.Words) -> str:
    return words.label("product", row.product) if row.product else row.level


def times(put_off: int) -> str:
    return n_("已顺延 %(n)s 次", put_off)


def last_time(entry: meetings.Entry) -> bool:
    """True when deferring it once more takes it to somebody above."""
    undecided = entry.item is None or entry.item.outcome is None
    return undecided and entry.put_off >= meetings.ESCALATE_AT - 1
