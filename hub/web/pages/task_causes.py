"""Where a task that filed itself comes from, in a few words with a link; an asset is named to whoever may see it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from hub import accounts, assets, tasks
from hub.base.i18n import _, n_
from hub.request import SessionDep


@dataclass(frozen=True)
class Origin:
    """One cause as the pages show it. `url` is empty for who may not open what it leads to."""

    icon: str
    text: str
    url: str


def origins(
    session: SessionDep, person: accounts.Actor, causes: Mapping[int, Sequence[tasks.TaskCause]]
) -> dict[int, tuple[Origin, ...]]:
    """Per task, what speaks for it."""
    ids = {_asset(c) for mine in causes.values() for c in mine if c.sort == "slot"}
    titles = {card.id: card.title for card in assets.known_cards(session, sorted(ids), person)}
    return {number: tuple(_origin(c, person, titles) for c in mine) for number, mine in causes.items()}


def _asset(cause: tasks.TaskCause) -> int:
    return next(iter(cause.refers.get("asset", ())), 0)


def _origin(cause: tasks.TaskCause, person: accounts.Actor, titles: Mapping[int, str]) -> Origin:
    """A gap leads to the gap, a cell to the map, a stale piece to the piece."""
    if cause.sort == "gap":
        url = f"/gaps/{cause.key}" if person.may("asset.approve") else ""
        return Origin("search", n_("搜不到 %(n)s 次", cause.size), url)
    if cause.sort == "cell":
        product, at = cause.key.split(":", 1)
        url = f"/coverage?{urlencode({'product': product, 'at': at})}"
        return Origin("layout-grid", _("空白格，需求权重 %(n)s", n=cause.size), url)
    number = _asset(cause)
    if number not in titles:
        return Origin("clock-exclamation", n_("过时 %(n)s 天", cause.size), "")
    said = n_("“%(title)s”过时 %(n)s 天", cause.size, title=titles[number])
    return Origin("clock-exclamation", said, f"/assets/{number}")
