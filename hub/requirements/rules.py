"""Which state follows which, what a score is, which material a launch needs. Pure calculation.

*RICE* is Reach × Impact × Confidence ÷ Effort (Sean McBride, Intercom, 2016): reach in customers or users a quarter,
impact one of five steps, confidence in percent, effort in person-days (see `effort`). A *slot* is a role that the
launch level asks material for.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hub.base.errors import Conflict, HubError
from hub.base.i18n import _, lazy

# What a person may do next; "launched" is reached by the system only. What has shipped comes back by being reopened.
FOLLOWS: dict[str, tuple[str, ...]] = {
    "new": ("scored",),
    "scored": ("in_review",),
    "in_review": ("planned", "parked", "declined"),
    "planned": ("building", "in_review", "parked"),
    "parked": ("in_review",),
    "declined": ("in_review",),
    "building": ("shipped", "in_review", "parked"),
    "shipped": ("reopened", "retired"),
    "launched": ("reopened", "retired"),
    "reopened": ("building", "in_review", "shipped", "retired"),
    "retired": (),
}
STATE_LABELS = {
    "new": lazy("新建"),
    "scored": lazy("已评分"),
    "in_review": lazy("评审中"),
    "planned": lazy("已规划"),
    "parked": lazy("暂缓"),
    "declined": lazy("谢绝"),
    "building": lazy("开发中"),
    "shipped": lazy("已发布"),
    "launched": lazy("已上市"),
    "reopened": lazy("重新打开"),
    "retired": lazy("已下线"),
}
WAY = ("new", "scored", "in_review", "planned", "building", "shipped", "launched")  # the straight way
DECIDED = ("planned", "parked", "declined")
MILESTONES = ("planned", "declined", "shipped", "launched")  # what a customer is to be told
OUT = ("shipped", "launched")  # it is with the customers
MOST_CUSTOMERS = 1_000_000
SCORED_NO_MORE = (*OUT, "retired")
TOLD = (*DECIDED, *OUT, "reopened", "retired")  # who asked hears of these at once
OPEN = ("new", "scored", "in_review", "planned", "building")
# Who hears of a step: at once, or (QUIET) in the digest of the day. "makers" bring the launch material.
AUDIENCES: dict[str, tuple[str, ...]] = {
    "scored": ("manager", "requesters"),
    "in_review": ("manager", "expert", "requesters"),
    "planned": ("requesters", "expert"),
    "parked": ("requesters", "expert"),
    "declined": ("requesters",),
    "building": ("requesters", "makers"),
    "shipped": ("requesters", "makers"),
    "launched": ("requesters", "manager", "makers"),
    "reopened": ("requesters", "manager", "expert", "makers"),
    "retired": ("requesters", "makers"),
}
QUIET = ("scored", "in_review", "building")

IMPACTS = (Decimal("0.25"), Decimal("0.5"), Decimal(1), Decimal(2), Decimal(3))
CONFIDENCES = (Decimal(50), Decimal(80), Decimal(100))
LEAST_EFFORT = Decimal("0.5")
MOST = Decimal(10_000_000_000)
UNITS = {"reach": "个/季", "impact": "", "confidence": "%", "effort": "days"}
REACH_UNITS = ("个/季", "users")  # customers, or users, a quarter
SCORE_STEP = Decimal("0.000001")

# How far a seller's request is, least advanced first; a request is as far as its slowest part.
ADVANCE = (
    "declined",
    "parked",
    "new",
    "scored",
    "in_review",
    "planned",
    "reopened",
    "building",
    "shipped",
    "launched",
    "retired",
)

LEVELS = ("L1", "L2", "L3")
SLOTS: dict[str, tuple[str, ...]] = {
    "L1": ("intro_deck", "faq", "demo_account", "training", "limits_note", "case"),
    "L2": ("intro_deck", "faq", "demo_account", "training"),
    "L3": ("faq", "limits_note"),
}
# Kinds of asset that usually fill a role; what else fills it is not refused.
ROLE_KINDS: dict[str, tuple[str, ...]] = {
    "intro_deck": ("product_intro", "solution"),
    "faq": ("faq",),
    "demo_account": ("demo_account",),
    "training": ("training", "video"),
    "limits_note": ("one_pager", "faq"),
    "case": ("case_study",),
    "related": (),
}


def must_follow(state: str, to: str) -> None:
    """Raise Conflict unless a person may bring a requirement from `state` to `to`."""
    if to == "launched":
        raise Conflict(_("“已上市”由系统在素材齐了之后认定，不能手工改。"))
    if to not in FOLLOWS.get(state, ()):
        raise Conflict(
            _("这条需求现在是“%(state)s”，不能直接变成“%(to)s”。刷新页面看看最新状态。")
            % {"state": STATE_LABELS[state], "to": STATE_LABELS.get(to, to)}
        )


@dataclass(frozen=True)
class Said:
    """What stands on the requirement at the moment of a move: the rest of what a state asks for."""

    note: str = ""
    quarter: str = ""
    outcome_words: str = ""
    limits: str = ""
    scored: bool = False


def must_be_said(state: str, to: str, said: Said) -> None:
    """Raise HubError for what `to` asks for and is not there yet."""
    if to == "scored" and not said.scored:
        raise HubError(_("RICE 四项还没填齐，先补上再算“已评分”。"))
    if to == "planned" and not said.quarter:
        raise HubError(_("规划要写明季度，例如 2026Q4。"))
    if to in {"planned", "declined", "shipped"} and not said.outcome_words.strip():
        raise HubError(_("请写一句“可以对客户说”的话，销售照着告诉客户。"))
    if to == "shipped" and not said.limits.strip():
        raise HubError(_("请写明限制：这一版不做什么。销售要照实告诉客户。"))
    going_back = to == "in_review" and state != "scored"
    if (to in {"parked", "declined", "reopened", "retired"} or going_back) and not said.note.strip():
        raise HubError(_("请写明原因，提需求的人会问。"))


def is_told_in(milestone: str, state: str) -> bool:
    """True while a requirement in `state` still owes its customers the word of `milestone`."""
    return milestone == state or (milestone == "planned" and state == "building")


def stage(states: Iterable[str]) -> tuple[str, int, int] | None:
    """The least advanced state among a request's parts, how many parts are launched, and how many there are."""
    given = list(states)
    if not given:
        return None
    return min(given, key=ADVANCE.index), sum(s == "launched" for s in given), len(given)


def slips(before: str | None, after: str | None) -> bool:
    """True when a planned quarter moves to a later one, or is taken away."""
    return bool(before) and (not after or after > (before or ""))


def good_quarter(text: str) -> str:
    """2026Q4 from "2026q4", "2026 Q4" or "2026-Q4"; empty stays empty."""
    plain = re.sub(r"[\s-]", "", text).upper()
    if plain and not re.fullmatch(r"20\d\dQ[1-4]", plain):
        raise HubError(_("季度写成 2026Q4 这样。"))
    return plain


def quarters(today: date, count: int = 6) -> list[str]:
    """The running quarter and those after it."""
    first = today.year * 4 + (today.month - 1) // 3
    return [f"{n // 4}Q{n % 4 + 1}" for n in range(first, first + count)]


def good_value(factor: str, value: Decimal, reason: str) -> Decimal:
    """The value of a RICE factor, or HubError: zero is refused, and an unusual confidence without a reason."""
    if not value.is_finite() or value <= 0:
        raise HubError(
            _("%(factor)s要大于零。不知道就先空着，不要填零。") % {"factor": FACTOR_LABELS[factor]}
        )
    if value > MOST:
        raise HubError(_("这个数太大了，请检查单位。"))
    if factor == "impact" and value not in IMPACTS:
        raise HubError(_("影响只能是 0.25、0.5、1、2 或 3。"))
    if factor == "confidence" and value > 100:  # noqa: PLR2004 - percent
        raise HubError(_("信心是 1 到 100 的百分数。"))
    if factor == "confidence" and value < 1:
        raise HubError(_("信心是 1 到 100 的百分数。"))
    if factor == "confidence" and value not in CONFIDENCES and not reason.strip():
        raise HubError(_("信心通常取 50、80 或 100；取别的数，请写明为什么。"))
    if factor == "effort" and value < LEAST_EFFORT:
        raise HubError(_("投入至少 0.5 人天，开发、设计、测试和销售培训都算。"))
    return value


FACTOR_LABELS = {
    "reach": lazy("触达"),
    "impact": lazy("影响"),
    "confidence": lazy("信心"),
    "effort": lazy("投入"),
}


def good_reach_unit(unit: str) -> str:
    """The unit of reach as it is kept: customers or users, a quarter."""
    found = {"customers": REACH_UNITS[0], REACH_UNITS[0]: REACH_UNITS[0], "users": REACH_UNITS[1]}.get(unit)
    if found is None:
        raise HubError(_("触达数的是客户或用户，选一种。"))
    return found


def score(inputs: Mapping[str, Decimal]) -> Decimal | None:
    """Reach × Impact × Confidence ÷ Effort to six decimals; None while one of them is unknown."""
    if any(f not in inputs for f in ("reach", "impact", "confidence", "effort")):
        return None
    worth = inputs["reach"] * inputs["impact"] * inputs["confidence"] / 100
    return (worth / inputs["effort"]).quantize(SCORE_STEP)


@dataclass(frozen=True)
class Offer:
    """One piece of attached material as its reader sees it: where its version stands, and whether it still fits."""

    role: str
    state: str  # of the version: on_offer, draft, in_review, approved, expired, withdrawn
    overdue: bool = False  # its review date is past
    outdated: bool = False  # attached for an earlier revision of the requirement


def filling(offers: Iterable[Offer]) -> str:
    """How a slot stands: "have", "stale" (there, but to be looked at), "coming" (not on offer yet) or "need"."""
    best = "need"
    for offer in offers:
        if offer.state == "on_offer" and not (offer.overdue or offer.outdated):
            return "have"
        if offer.state in {"on_offer", "expired"}:
            best = "stale"
        elif offer.state in {"draft", "in_review", "approved"} and best == "need":
            best = "coming"
    return best


def missing(level: str, offers: Iterable[Offer]) -> list[str]:
    """The roles that the level asks for and that no right material fills."""
    given = list(offers)
    return [r for r in SLOTS.get(level, ()) if filling(o for o in given if o.role == r) != "have"]
