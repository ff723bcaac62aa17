"""The drawn parts of a cross-department proposal, in user units of their SVG: market, prices, split."""

from dataclasses import dataclass
from decimal import Decimal

from hub import ventures
from hub.base import formats
from hub.base.i18n import _

APART = 200  # under which two amounts on the strip would run into each other
WIDE = 620  # user units of the drawn bars
TONES = 6


@dataclass(frozen=True)
class Bar:
    """A drawn piece: place, length, tone, and what it says."""

    x: float
    width: float
    tone: int
    said: str


@dataclass(frozen=True)
class ScenarioBar:
    label: str
    total: str
    pieces: tuple[Bar, ...]


@dataclass(frozen=True)
class Mark:
    """A bid or an assumed price on the strip of prices."""

    x: float
    said: str


@dataclass(frozen=True)
class Strip:
    """Prices on a line: the won range, the bids, the assumed base prices. A tick is (x, text, whether it ends at x)."""

    left: float
    width: float
    ticks: tuple[tuple[float, str, bool], ...]
    bids: tuple[Mark, ...]
    prices: tuple[Mark, ...]
    said: str


def money(value: Decimal | None, currency: str) -> str:
    """An amount in its currency, short; empty for none."""
    if value is None:
        return ""
    return formats.money(value) if currency == "CNY" else f"{currency} {formats.number(value, 2)}"


def bars(found: ventures.Whole) -> tuple[ScenarioBar, ...]:
    """A bar for each scenario, as long as its total, cut by segment."""
    most = max(found.totals)
    if not most:
        return ()
    bars = []
    for n, scenario in enumerate(ventures.SCENARIOS):
        pieces, x = [], 0.0
        for tone, segment in enumerate(found.segments):
            width = round(float(segment.size(n) / most) * WIDE, 1)
            said = f"{segment.name} {money(segment.size(n), found.venture.currency)}"
            pieces.append(Bar(round(x, 1), width, tone % TONES, said))
            x += width
        label = str(ventures.SCENARIO_LABELS[scenario])
        bars.append(ScenarioBar(label, money(found.totals[n], found.venture.currency), tuple(pieces)))
    return tuple(bars)


def strip(found: ventures.Whole) -> Strip | None:
    """The line of prices; None without a bid that counts."""
    proof, currency = found.evidence, found.venture.currency
    if proof.lowest is None or proof.highest is None:
        return None
    bids = [(d.amount, d.customer) for d in found.bids if d.amount and d.currency == currency]
    prices = [(s.price[1], s.name) for s in found.segments]
    low = min([proof.lowest, *(p for p, _n in prices)])
    high = max([proof.highest, *(p for p, _n in prices)])
    span = float(high - low) or 1.0

    def at(value: Decimal) -> float:
        return round(30 + float(value - low) / span * (WIDE - 60), 1)

    left, right = at(proof.lowest), at(proof.highest)
    said = _("中标 %(low)s 到 %(high)s") % {
        "low": money(proof.lowest, currency),
        "high": money(proof.highest, currency),
    }
    return Strip(
        left=left,
        width=max(right - left, 2.0),
        ticks=ticks(left, right, money(proof.lowest, currency), money(proof.highest, currency)),
        bids=tuple(Mark(at(a), f"{name} {money(a, currency)}") for a, name in bids),
        prices=tuple(Mark(at(p), f"{name} {money(p, currency)}") for p, name in prices),
        said=said,
    )


def ticks(left: float, right: float, low: str, high: str) -> tuple[tuple[float, str, bool], ...]:
    """What is written under the won range: its two ends, or one text where they stand too near."""
    if right - left >= APART:
        return ((left, low, False), (right, high, True))
    text = low if low == high else f"{low} – {high}"
    return ((left, text, False),) if left < WIDE / 2 else ((right, text, True),)


def split(found: ventures.Whole) -> tuple[Bar, ...]:
    """The revenue as one bar, cut by party."""
    bars, x = [], 0.0
    for tone, party in enumerate(p for p in found.parties if p.share):
        width = round(float(party.share or 0) / 100 * WIDE, 1)
        bars.append(
            Bar(
                round(x, 1), width, tone % TONES, f"{party.name} {ventures.plain(party.share or Decimal(0))}%"
            )
        )
        x += width
    return tuple(bars)
