"""What may follow what, quarters, and which asset fulfils which task. Pure calculation."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from hub.base.errors import Conflict, HubError
from hub.base.i18n import _, lazy
from hub.taxonomy import Words

FOLLOWS: dict[str, tuple[str, ...]] = {
    "proposed": ("planned", "in_work", "published", "declined"),
    "planned": ("in_work", "published", "proposed", "declined"),
    "in_work": ("published", "planned", "declined"),
    "published": (),
    "declined": ("proposed",),
}
STATE_LABELS = {
    "proposed": lazy("待排"),
    "planned": lazy("已排期"),
    "in_work": lazy("制作中"),
    "published": lazy("做好了"),
    "declined": lazy("不做"),
}
MOST_TEXT = 4000


def must_follow(state: str, to: str) -> None:
    """Raise Conflict unless a task in `state` may become `to`."""
    if to not in FOLLOWS.get(state, ()):
        raise Conflict(
            _("这张制作单现在是“%(state)s”，不能变成“%(to)s”。刷新页面看看最新状态。")
            % {"state": STATE_LABELS[state], "to": STATE_LABELS.get(to, to)}
        )


def good_quarter(text: str) -> str | None:
    """2026Q4 from "2026q4" or "2026 Q4"; None for nothing; HubError for anything else."""
    plain = re.sub(r"[\s-]", "", text).upper()
    if plain and not re.fullmatch(r"20\d\dQ[1-4]", plain):
        raise HubError(_("交稿季度写成 2026Q4 这样。"))
    return plain or None


def quarters(today: date, count: int = 4) -> list[str]:
    """The running quarter and those after it."""
    first = today.year * 4 + (today.month - 1) // 3
    return [f"{n // 4}Q{n % 4 + 1}" for n in range(first, first + count)]


def joined(before: str, more: str) -> str:
    """Two texts as one, without a line that is there already; at most MOST_TEXT characters."""
    lines = dict.fromkeys(line for line in (*before.splitlines(), *more.splitlines()) if line.strip())
    return "\n".join(lines)[:MOST_TEXT]


def fulfils(
    kind: str,
    tags: Mapping[str, Sequence[str]],
    wanted: Mapping[str, str | None],
    wanted_kind: str,
    words: Words,
) -> bool:
    """True when an asset of this kind with these tags is what a task asks for; a term stands for what is below it."""
    return kind == wanted_kind and all(
        words.below(facet, key) & set(tags.get(facet, ())) for facet, key in wanted.items() if key
    )
