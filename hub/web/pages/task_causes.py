"""Where a task that filed itself comes from, in a few words with a link; no name stands in it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from hub import accounts, tasks
from hub.base.i18n import _, n_


@dataclass(frozen=True)
class Origin:
    """One cause as the pages show it. `url` is empty for who may not open what it leads to."""

    icon: str
    text: str
    url: str


def origin(cause: tasks.TaskCause, person: accounts.Actor) -> Origin:
    """A gap leads to the gap, a cell to the map, a stale piece to the piece."""
    if cause.sort == "gap":
        url = f"/gaps/{cause.key}" if person.may("asset.approve") else ""
        return Origin("search", n_("搜不到 %(n)s 次", cause.size), url)
    if cause.sort == "cell":
        product, at = cause.key.split(":", 1)
        url = f"/coverage?{urlencode({'product': product, 'at': at})}"
        return Origin("layout-grid", _("空白格，需求权重 %(n)s", n=cause.size), url)
    number = next(iter(cause.refers.get("asset", ())), 0)
    return Origin("clock-exclamation", n_("过时 %(n)s 天", cause.size), f"/assets/{number}" if number else "")
