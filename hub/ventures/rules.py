"""What a proposal adds up to: market, evidence, split, what is still missing. Pure calculation in decimals.

Shapes of the lists on a venture, as they are kept (numbers as texts):
- segment: {name, customers, price, penetration: [low, base, high], customers_source, price_source, penetration_source};
  customers are whole, the price is of one customer in the proposal's currency, penetration is in percent;
- part: {name, by, layer, into}: what a party brings, and the part it plugs into;
- boundary line: {work, who, does_not}: who does the work, and who explicitly does not.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from hub.base.errors import HubError
from hub.base.i18n import Lazy, _, lazy, n_

CENT = Decimal("0.01")
WHOLE = Decimal(100)
ENOUGH_BIDS = 3
SCENARIOS = ("low", "base", "high")
NUMBERS = ("customers", "price", "penetration")
SCENARIO_LABELS: Mapping[str, Lazy] = {"low": lazy("保守"), "base": lazy("中性"), "high": lazy("乐观")}
NUMBER_LABELS: Mapping[str, Lazy] = {
    "customers": lazy("客户数"),
    "price": lazy("单价"),
    "penetration": lazy("渗透率"),
}
FOLLOWS: Mapping[str, tuple[str, ...]] = {
    "draft": ("with_parties", "ended"),
    "with_parties": ("draft", "ended"),
    "agreed": ("ended",),
    "ended": ("draft",),
}
MOST = Decimal(10) ** 13


@dataclass(frozen=True)
class Segment:
    """One segment of the market; each number is (low, base, high), `sources` by number."""

    name: str
    customers: tuple[Decimal, ...]
    price: tuple[Decimal, ...]
    penetration: tuple[Decimal, ...]
    sources: Mapping[str, str]

    def size(self, scenario: int) -> Decimal:
        """Customers × price × penetration, to the cent."""
        product = self.customers[scenario] * self.price[scenario] * self.penetration[scenario] / WHOLE
        return product.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Bid:
    """A won bid."""

    customer: str
    amount: Decimal
    currency: str
    on: date | None
    source: str


@dataclass(frozen=True)
class Evidence:
    """What won bids say of the assumed prices: `verdict` is not_enough, within or outside; sentences say why."""

    verdict: str
    counted: int
    lowest: Decimal | None
    highest: Decimal | None
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Lack:
    """Something that is missing in a section; `blocks` when the proposal cannot go to the parties without it."""

    section: str
    sentence: str
    blocks: bool = True


def number(text: str, *, what: str, most: Decimal = MOST, whole: bool = False) -> Decimal:
    """A number that is not below zero; HubError that names `what` otherwise."""
    try:
        value = Decimal(text.strip().replace(",", "").replace("，", "").removesuffix("%"))
    except InvalidOperation:
        raise HubError(_("%(what)s 要写成数字。") % {"what": what}) from None
    if not value.is_finite() or value < 0 or value > most:
        raise HubError(_("%(what)s 要在 0 和 %(most)s 之间。") % {"what": what, "most": f"{most:f}"})
    if whole and value != value.to_integral_value():
        raise HubError(_("%(what)s 要写成整数。") % {"what": what})
    return value


def segments(kept: Iterable[Mapping[str, Any]]) -> list[Segment]:
    """The segments of a venture, out of what is kept."""
    return [
        Segment(
            str(row["name"]),
            _decimals(row["customers"]),
            _decimals(row["price"]),
            _decimals(row["penetration"]),
            sources={field: str(row.get(f"{field}_source", "")) for field in NUMBERS},
        )
        for row in kept
    ]


def _decimals(kept: Iterable[str]) -> tuple[Decimal, ...]:
    return tuple(Decimal(value) for value in kept)


def must_ascend(name: str, field: str, values: Sequence[Decimal]) -> None:
    """Raise HubError unless low ≤ base ≤ high."""
    if not values[0] <= values[1] <= values[2]:
        raise HubError(
            _("“%(name)s”的%(field)s要从小到大：保守 ≤ 中性 ≤ 乐观。")
            % {"name": name, "field": NUMBER_LABELS[field]}
        )


def totals(found: Iterable[Segment]) -> tuple[Decimal, Decimal, Decimal]:
    """The whole market of a year in each scenario."""
    rows = list(found)
    low, base, high = (sum((s.size(n) for s in rows), Decimal(0)) for n in range(3))
    return low, base, high


def evidence(found: Sequence[Segment], bids: Sequence[Bid], currency: str) -> Evidence:
    """Cross-check the assumed prices by bids that were won.

    A bid counts when its amount is above zero, in the proposal's currency, and its customer, date and source are said;
    the same customer, amount and day counts once. Fewer than three are never a pass, whatever they say. With three, the
    assumed price of a segment holds when its base price lies within the lowest and the highest amount that was won,
    both included; every segment has to hold. That the low or high price lies outside is said, but decides nothing: that
    is what scenarios are for. Without a segment there is nothing to check, which is not enough either.
    """
    counted = {
        (b.customer, b.amount, b.on): b
        for b in bids
        if b.amount > 0 and b.currency == currency and b.customer and b.on and b.source
    }
    amounts = [b.amount for b in counted.values()]
    lowest, highest = (min(amounts), max(amounts)) if amounts else (None, None)
    left_out = len(bids) - len(counted)
    told = [n_("%(n)s 个中标没算：币种不同、重复，或没写清客户、日期和来源。", left_out)] if left_out else []
    if len(counted) < ENOUGH_BIDS or lowest is None or highest is None or not found:
        lacking = _("证据不够：至少要 3 个中标，现在算数的有 %(n)s 个。") % {"n": len(counted)}
        none = _("还没有细分市场，没有价格可核。")
        return Evidence("not_enough", len(counted), lowest, highest, (lacking if found else none, *told))
    outside = [s for s in found if not lowest <= s.price[1] <= highest]
    told += [_outside(s, lowest) for s in outside]
    told += [
        _("“%(name)s”的保守或乐观单价在中标区间之外。") % {"name": s.name}
        for s in found
        if s not in outside and not (lowest <= s.price[0] and s.price[2] <= highest)
    ]
    return Evidence("outside" if outside else "within", len(counted), lowest, highest, tuple(told))


def _outside(segment: Segment, lowest: Decimal) -> str:
    if segment.price[1] < lowest:
        return _("“%(name)s”的中性单价比最低的中标还低。") % {"name": segment.name}
    return _("“%(name)s”的中性单价比最高的中标还高。") % {"name": segment.name}


def must_sum(shares: Sequence[Decimal | None]) -> None:
    """Raise HubError unless no share is given yet, or all are and they make exactly 100 %."""
    given = [s for s in shares if s is not None]
    if not given:
        return
    if len(given) < len(shares):
        raise HubError(_("每一方都要写分成，写 0 也行。"))
    gap = WHOLE - sum(given, Decimal(0))
    if gap > 0:
        raise HubError(_("分成合计要正好 100%%，还差 %(gap)s%%。") % {"gap": plain(gap)})
    if gap < 0:
        raise HubError(_("分成合计要正好 100%%，多了 %(gap)s%%。") % {"gap": plain(-gap)})


def share(text: str, name: str) -> Decimal | None:
    """A share in percent with at most two decimals; None for an empty text."""
    if not text.strip():
        return None
    value = number(text, what=_("“%(name)s”的分成") % {"name": name}, most=WHOLE)
    if value != value.quantize(CENT):
        raise HubError(_("“%(name)s”的分成最多两位小数。") % {"name": name})
    return value.quantize(CENT)


def plain(value: Decimal) -> str:
    """A decimal without zeros at its end: 33.5, 100."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def must_follow(state: str, to: str) -> None:
    """Raise HubError unless a proposal may go from one state to the other."""
    if to not in FOLLOWS.get(state, ()):
        raise HubError(_("方案现在不能这样走。请刷新页面看看它到哪一步了。"))


def lacks(
    *,
    words: Mapping[str, str],
    market: Sequence[Segment],
    found: Evidence,
    parts: Sequence[Mapping[str, Any]],
    boundary: Sequence[Mapping[str, Any]],
    pricing: str,
    parties: Sequence[tuple[str, Decimal | None, bool]],
    talks: int,
    deals: int,
    pictures: int,
) -> list[Lack]:
    """What is missing, section by section, in the order of the page. A party is (name, share, has an approver)."""
    texts = {
        "background": _("没写背景。"),
        "need": _("没写需要对方做什么。"),
        "gain": _("没写对方按自己的指标能得到什么。"),
        "cares": _("没写对方负责人在意什么。"),
    }
    missing = [Lack("contact", texts[n]) for n in texts if not words[n].strip()]
    if not talks:
        missing.append(Lack("contact", _("还没有记过一次接触和下一步。")))
    missing += _market_lacks(market)
    if found.verdict == "not_enough":
        missing.append(Lack("evidence", found.sentences[0], blocks=False))
    elif found.verdict == "outside":
        missing.append(Lack("evidence", _("中性单价不在中标区间里，见上面的理由。"), blocks=False))
    if not deals:
        missing.append(Lack("deals", _("没有一个商机。"), blocks=False))
    if not parts:
        missing.append(Lack("panorama", _("产品全景里一样都没有。")))
    if not pictures:
        missing.append(Lack("pictures", _("没有架构图或流程图。"), blocks=False))
    missing += _boundary_lacks(boundary)
    if not pricing.strip():
        missing.append(Lack("split", _("没写怎么定价。")))
    return missing + _party_lacks(parties)


def _market_lacks(market: Sequence[Segment]) -> list[Lack]:
    if not market:
        return [Lack("market", _("没有细分市场。"))]
    return [
        Lack(
            "market",
            _("“%(name)s”的%(field)s没写来源。") % {"name": s.name, "field": NUMBER_LABELS[field]},
        )
        for s in market
        for field in NUMBERS
        if not s.sources[field].strip()
    ]


def _boundary_lacks(boundary: Sequence[Mapping[str, Any]]) -> list[Lack]:
    if not boundary:
        return [Lack("boundary", _("没写工作边界。"))]
    if not any(str(line.get("does_not", "")).strip() for line in boundary):
        return [Lack("boundary", _("没有一条写明谁不做什么。"))]
    return []


def _party_lacks(parties: Sequence[tuple[str, Decimal | None, bool]]) -> list[Lack]:
    missing = []
    if len(parties) < 2:  # noqa: PLR2004 - us and them
        missing.append(Lack("split", _("至少要有两方。")))
    if any(given is None for _name, given, _who in parties) or not parties:
        missing.append(Lack("split", _("还没写收入怎么分。")))
    missing += [
        Lack("split", _("“%(name)s”还没有签字的人。") % {"name": name})
        for name, _share, signs in parties
        if not signs
    ]
    return missing


SECTIONS = ("contact", "market", "evidence", "deals", "panorama", "pictures", "boundary", "split")


def percent(missing: Iterable[Lack]) -> int:
    """How much of the eight sections is complete, in whole percent."""
    short = {lack.section for lack in missing}
    return round(100 * (len(SECTIONS) - len(short)) / len(SECTIONS))
