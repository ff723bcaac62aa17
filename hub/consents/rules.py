"""Which form of a case may be shown outside. Pure calculation."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from hub.base.i18n import Lazy, lazy

PARTS: dict[str, Lazy] = {"name": lazy("名称"), "logo": lazy("标识"), "numbers": lazy("数字")}
USES: dict[str, Lazy] = {
    "pitch": lazy("打单 PPT"),
    "send": lazy("链接、客户空间和材料包"),
    "bid": lazy("投标"),
    "public": lazy("官网和活动"),
}
WHO = frozenset({"name", "logo"})  # what tells who the customer is
SOON_DAYS = 30


@dataclass(frozen=True)
class Said:
    """What the customer said, and what stands in the case."""

    shows: frozenset[str]
    allows: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    until: date | None = None
    ended_at: datetime | None = None
    recorded: bool = True

    def holds(self, at: datetime, today: date) -> bool:
        """Whether the consent is there and has not ended. `today` is the day of `at` where the house is."""
        if not self.recorded or (self.ended_at is not None and self.ended_at <= at):
            return False
        return self.until is None or today <= self.until


@dataclass(frozen=True)
class Twin:
    """A twin that may be sent to customers now."""

    id: int
    shows: frozenset[str]


@dataclass(frozen=True)
class Decision:
    """`full`: the case as it is; `twin`: that asset in its place; `out`: nothing. `why` is empty for full, else
    missing, ended, use (not for this use) or part (more stands in it than was allowed).
    """

    kind: str
    twin_id: int | None = None
    why: str = ""


def names_nobody(shows: Collection[str]) -> bool:
    """True for what tells nobody's name: it needs no consent, whatever numbers it gives."""
    return not WHO & set(shows)


def decide(said: Said, twins: Iterable[Twin], use: str, *, at: datetime, today: date) -> Decision:
    """The form of a case that may be shown for this use at this instant: the case itself where everything in it was
    allowed, else the twin that tells the most of those that may be shown.
    """
    why = why_not(said, use, at=at, today=today)
    if not why:
        return Decision("full")
    allowed = said.allows if said.holds(at, today) and use in said.uses else frozenset()
    fit = [t for t in twins if names_nobody(t.shows) or t.shows <= allowed]
    if not fit:
        return Decision("out", None, why)
    best = max(fit, key=lambda t: (not names_nobody(t.shows), len(t.shows), -t.id))
    return Decision("twin", best.id, why)


def why_not(said: Said, use: str, *, at: datetime, today: date) -> str:
    """Why the case itself may not be shown; empty when it may."""
    if names_nobody(said.shows):
        return ""
    if not said.recorded:
        return "missing"
    if not said.holds(at, today):
        return "ended"
    if use not in said.uses:
        return "use"
    return "" if said.shows <= said.allows else "part"


def state(said: Said, *, at: datetime, today: date) -> str:
    """How the consent stands, for lists: anonymous, missing, ended, part, ending (within thirty days) or good."""
    if names_nobody(said.shows):
        return "anonymous"
    if not said.recorded:
        return "missing"
    if not said.holds(at, today):
        return "ended"
    if not said.shows <= said.allows:
        return "part"
    return "ending" if said.until is not None and (said.until - today).days <= SOON_DAYS else "good"
