"""What may follow what, how long material stays right, and how fresh it is. Pure calculation."""

import re
import unicodedata
from datetime import date, timedelta

from hub.base.errors import Conflict
from hub.base.i18n import _, lazy

FOLLOWS: dict[str, frozenset[str]] = {
    "draft": frozenset({"in_review", "withdrawn", "on_offer"}),  # on offer directly: only by import
    "in_review": frozenset({"approved", "draft", "withdrawn"}),
    "approved": frozenset({"on_offer", "draft", "withdrawn"}),
    "on_offer": frozenset({"expired", "withdrawn"}),
    "expired": frozenset({"withdrawn"}),
    "withdrawn": frozenset(),
}
STATE_LABELS = {
    "draft": lazy("草稿"),
    "in_review": lazy("审核中"),
    "approved": lazy("已批准"),
    "on_offer": lazy("在用"),
    "expired": lazy("已过期"),
    "withdrawn": lazy("已停用"),
}
# Why the hub itself takes a version out of use; `what` is the number of the next version, or the title of the source.
ENDINGS = {
    "replaced": lazy("被第 %(what)s 版取代"),
    "expired": lazy("到期"),
    "source": lazy("原文《%(what)s》不在用了"),
}
# Days between two looks by the owner, by kind: prices and competitors change faster than a brand.
REVIEW_DAYS = {
    "pricing": 60,
    "battlecard": 60,
    "demo_account": 14,
    "case_study": 180,
    "security_doc": 180,
    "brand": 365,
    "video": 180,
}
REVIEW_DEFAULT = 90
DUE_WITHIN = 21  # days before the review date at which material counts as due
NEW_WITHIN = 14
SLUG_LONGEST = 120


def may_follow(state: str, to: str) -> bool:
    """True when a version in `state` may become `to`."""
    return to in FOLLOWS[state]


def must_follow(state: str, to: str) -> None:
    """Raise Conflict unless a version in `state` may become `to`."""
    if not may_follow(state, to):
        raise Conflict(
            _("这一版现在是“%(state)s”，不能变成“%(to)s”。刷新页面看看最新状态。")
            % {"state": STATE_LABELS[state], "to": STATE_LABELS[to]}
        )


def next_review(kind: str, on: date, had: date | None = None) -> date:
    """The day on which material of this kind, found right on `on`, is to be looked at again; never before the day that
    it `had`.
    """
    due = on + timedelta(days=REVIEW_DAYS.get(kind, REVIEW_DEFAULT))
    return max(due, had) if had is not None else due


def freshness(review_on: date | None, today: date) -> str:
    """fresh, due (review within three weeks) or stale; "unknown" without a review date."""
    if review_on is None:
        return "unknown"
    if review_on < today:
        return "stale"
    return "due" if review_on <= today + timedelta(days=DUE_WITHIN) else "fresh"


def ended_because(key: str, said: str) -> str:
    """Why a version ended, as its readers are told: `said` as it stands, or in the sentence of one of ENDINGS."""
    ending = ENDINGS.get(key)
    return str(ending) % {"what": said} if ending is not None else said


def slug(words: str) -> str:
    """A stable, readable name for files and addresses: letters, digits and Han stay, all else becomes a hyphen."""
    plain = unicodedata.normalize("NFKC", words).strip().lower()
    kept = re.sub(r"[^\w]+", "-", plain, flags=re.UNICODE).replace("_", "-").strip("-")
    return kept[:SLUG_LONGEST].strip("-") or "asset"


GUESSES = (
    ("case_study", ("案例", "case")),
    ("faq", ("faq", "常见问题", "问答")),
    ("whitepaper", ("白皮书", "whitepaper", "white paper")),
    ("talk_track", ("话术", "talk track", "讲稿")),
    ("battlecard", ("竞品", "竞争", "battlecard", "对比")),
    ("pricing", ("报价", "价格", "pricing", "price")),
    ("security_doc", ("安全说明", "等保", "security")),
    ("training", ("培训", "课件", "training")),
    ("bid_response", ("投标", "标书", "应答", "bid")),
    ("one_pager", ("一页", "单页", "one-pager", "one pager")),
    ("product_intro", ("产品介绍", "简介", "introduction", "intro")),
    ("event_material", ("活动", "展会", "event")),
    ("solution", ("方案", "solution")),
)
BY_ENDING = {
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".webp"), "brand"),
    **dict.fromkeys((".mp4", ".m4v", ".mov", ".webm"), "video"),
}


def guess_kind(spoken: str, file_name: str = "") -> str:
    """The kind that a title, tags or a path suggest; a white paper when nothing does."""
    ending = next((e for e in BY_ENDING if file_name.lower().endswith(e)), "")
    if ending:
        return BY_ENDING[ending]
    text = f"{spoken} {file_name}".lower()
    return next((kind for kind, signs in GUESSES if any(s in text for s in signs)), "whitepaper")


_FENCE = re.compile(r"^\s*(```|~~~).*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_LINE_SIGN = re.compile(r"^\s{0,3}(?:#{1,6}\s+|>\s?|[-*+]\s+|\d+[.)]\s+)", re.MULTILINE)
_RULE_LINE = re.compile(r"^[\s|:\-]{3,}$", re.MULTILINE)
_SIGN = re.compile(r"(\*\*|__|~~|`)")


def plain(markdown: str) -> str:
    """The words of a Markdown text without its signs, for search and passages; tables keep their cells."""
    text = _FENCE.sub("", markdown)
    text = _LINK.sub(r"\1", text)
    text = _RULE_LINE.sub("", text)
    text = _LINE_SIGN.sub("", text)
    return _SIGN.sub("", text).replace("|", " ")
