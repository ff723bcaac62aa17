"""When a series meets, what an item may come to, and which words a customer may hear. Pure calculation."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from hub.base import clock
from hub.base.errors import HubError
from hub.base.i18n import _, lazy

SECTION_LABELS = {
    "report": lazy("回报"),
    "promise": lazy("到期的承诺"),
    "change": lazy("变更"),
    "carried": lazy("上次留下的"),
    "review": lazy("新提的和重新打分的"),
}
OUTCOME_LABELS = {
    "planned": lazy("规划"),
    "parked": lazy("暂缓"),
    "declined": lazy("谢绝"),
    "more": lazy("需补充"),
    "deferred": lazy("顺延"),
    "noted": lazy("已回报"),
}
STATE_LABELS = {
    "planned": lazy("还没开"),
    "running": lazy("进行中"),
    "paused": lazy("休会"),
    "closed": lazy("已结束"),
    "skipped": lazy("没有开"),
}
WHY = {
    "shipped": lazy("已发布"),
    "launched": lazy("已上市"),
    "gaps": lazy("缺上市素材"),
    "due": lazy("本季到期"),
    "late": lazy("已过季度"),
    "changed": lazy("范围或季度变了"),
    "new": lazy("第一次上会"),
    "rescored": lazy("重新打过分"),
    "deferred": lazy("上次顺延"),
    "more": lazy("上次要补充"),
    "added": lazy("会上加的"),
}
# Which outcomes an item of a section may come to. What is only reported is noted; "planned" moves a promise.
POSSIBLE: dict[str, tuple[str, ...]] = {
    "report": ("noted",),
    "promise": ("noted", "planned"),
    "change": ("noted", "planned"),
    "carried": ("planned", "parked", "declined", "more", "deferred"),
    "review": ("planned", "parked", "declined", "more", "deferred"),
}
DECISIONS = ("planned", "parked", "declined")  # what needs all three roles, and changes the requirement
ESCALATE_AT = 3
LONGEST = 2000
PROMISE_DAYS = 45  # a promise is due when its quarter ends within so many days
VOICES = ("sales", "product", "technical")
VOICE_LABELS = {"sales": lazy("客户经理"), "product": lazy("产品经理"), "technical": lazy("技术专家")}


def dates(first_on: date, every_weeks: int, after: date, count: int) -> list[date]:
    """The next `count` days of a series on or after `after`."""
    step = timedelta(weeks=every_weeks)
    passed = max(0, -((first_on - after) // step)) if after > first_on else 0
    return [first_on + step * (passed + n) for n in range(count)]


def good_time(text: str) -> str:
    """09:30 from "9:30" or "09:30"; HubError for what is no time of day."""
    found = re.fullmatch(r"(\d{1,2})[:：](\d{2})", text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:  # noqa: PLR2004 - a day's hours and minutes
        raise HubError(_("时间写成 09:30 这样。"))
    return f"{int(found[1]):02}:{found[2]}"


def instant(on: date, at_time: str) -> datetime:
    """The moment of a day and a time of the house."""
    hour, minute = at_time.split(":")
    return datetime.combine(on, time(int(hour), int(minute)), clock.HOUSE_ZONE)


def last_day(quarter: str) -> date:
    """The last day of a quarter such as 2026Q4."""
    year, nth = int(quarter[:4]), int(quarter[5])
    return (date(year + 1, 1, 1) if nth == 4 else date(year, nth * 3 + 1, 1)) - timedelta(days=1)  # noqa: PLR2004


PRICE = re.compile(r"[¥￥$€]\s*\d|\d\s*(?:万元|亿元|元|块钱)|(?:CNY|RMB|USD)\s*\d", re.IGNORECASE)
DAY = re.compile(
    r"20\d\d[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\d{1,2}\s*月\s*\d{1,2}\s*[日号]|(?<![\d-])\d{1,2}-\d{2}(?![\d-])"
)
KEY = re.compile(r"REQ-\d+", re.IGNORECASE)


def unsafe(words: str, people: Iterable[str]) -> list[str]:
    """What in these words is not for a customer: prices, exact days, keys of ours, names of our people."""
    found = [hit[0] for pattern in (PRICE, DAY, KEY) for hit in pattern.finditer(words)]
    folded = words.casefold()
    found += [name for name in people if len(name) > 1 and name.casefold() in folded]
    return list(dict.fromkeys(found))


def must_be_said(outcome: str, rationale: str, words: str, *, slips: bool = False) -> None:
    """Raise HubError unless the outcome comes with its reason and, where customers hear of it, its words."""
    if len(rationale) > LONGEST or len(words) > LONGEST:
        raise HubError(_("理由和说法各最多 2000 个字。"))
    if outcome != "noted" and not rationale:
        raise HubError(_("请写一句理由，会议纪要里要有。"))
    if outcome in {*DECISIONS, "more"} and not slips and not words:
        raise HubError(_("请写一句“可以对客户说”的话，提出人照着告诉客户。"))
