"""The columns of the sheet of requests, and its cells: as texts, back to values, and safe for a spreadsheet.

A cell that a spreadsheet would take for a formula is *defused*: an apostrophe goes before it, so that it stays a text,
and is taken off when the sheet comes back. Dates, numbers and words are read in the spellings that people use.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from hub.base.errors import HubError
from hub.base.i18n import Lazy, _, current, lazy, speaking
from hub.requirements import rules
from hub.requirements.amounts import amount
from hub.requirements.incoming import number
from hub.requirements.models import FACTORS

Cell = str | int | Decimal | date | None
DANGEROUS = re.compile(r"'*[=+\-@\t\r]")
MOST_TAGS, LONGEST_TAG = 20, 60
CANCELLED = "cancelled"  # the state of a request that was taken back
TAKEN_BACK = lazy("已撤回")

COLUMNS: Mapping[str, Lazy] = {
    "key": lazy("外部编号"),
    "title": lazy("标题"),
    "customer": lazy("客户"),
    "industry": lazy("行业"),
    "quote": lazy("客户原话"),
    "desired": lazy("想要的方案"),
    "revenue": lazy("预计收入"),
    "currency": lazy("币种"),
    "customers": lazy("客户数"),
    "urgency": lazy("紧急程度"),
    "needed_by": lazy("希望时间"),
    "submitter": lazy("提出人"),
    "owner": lazy("负责人"),
    "created_at": lazy("提出日期"),
    "product": lazy("产品"),
    "tags": lazy("标签"),
    "opportunity": lazy("商机"),
    "requirement": lazy("需求编号"),
    "requirement_title": lazy("需求"),
    "status": lazy("状态"),
    "quarter": lazy("季度"),
    "reach": lazy("触达"),
    "impact": lazy("影响"),
    "confidence": lazy("信心"),
    "effort": lazy("投入（人天）"),
    "score": lazy("RICE 得分"),
    "merged_into": lazy("并入"),
}
# What else people call a column; compared without width, case, spaces and underscores.
ALSO: Mapping[str, tuple[str, ...]] = {
    "key": ("编号", "external key", "external id", "id"),
    "customer": ("客户名称", "公司", "customer name", "account", "company"),
    "quote": ("痛点", "痛点场景", "原话", "诉求", "pain", "pain quote", "customer's words"),
    "desired": ("期望方案", "解决方案", "desired solution", "solution"),
    "revenue": ("收入", "金额", "预计金额", "expected revenue", "amount"),
    "customers": ("客户数量", "expected customers", "number of customers"),
    "urgency": ("紧急", "优先级", "priority"),
    "needed_by": ("期望时间", "需要时间", "needed by", "due"),
    "submitter": ("提交人", "submitted by", "reporter"),
    "owner": ("客户经理", "account manager"),
    "created_at": ("创建时间", "提交日期", "提出时间", "created", "date"),
    "tags": ("标记", "labels", "tag"),
    "opportunity": ("商机编号", "deal"),
    "requirement": ("需求号", "requirement key"),
    "requirement_title": ("需求标题", "需求名称", "requirement title"),
    "status": ("需求状态", "state"),
    "effort": ("投入", "工作量", "人天"),
    "score": ("得分", "rice", "rice score"),
    "merged_into": ("并入需求", "merged into"),
}
NEEDED = ("customer", "quote")
URGENCIES = {"high": ("高", "紧急", "急", "h"), "medium": ("中", "一般", "m"), "low": ("低", "不急", "l")}
CURRENCIES = {"人民币": "CNY", "元": "CNY", "rmb": "CNY", "￥": "CNY", "¥": "CNY", "美元": "USD", "$": "USD"}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]\d{1,2}:\d{2}.*)?")


def heads() -> list[str]:
    """The first row, in the reader's language: the words of the page, or the names of the fields in English."""
    return [str(label) for label in COLUMNS.values()] if current() == "zh-CN" else list(COLUMNS)


def plain(text: str) -> str:
    """A head or a word as it is compared: without width, case, spaces and underscores."""
    return re.sub(r"[\s_]", "", unicodedata.normalize("NFKC", text)).casefold()


def columns(head: list[str]) -> tuple[dict[str, int], list[str]]:
    """Where each field stands, and the heads nobody knows. HubError for a column that is needed and not there, or is
    there twice.
    """
    spelled = _heads()
    found: dict[str, int] = {}
    unknown = []
    for place, title in enumerate(head):
        known = spelled.get(plain(title))
        if known in found:
            raise HubError(_("“%(head)s”这一列出现了两次，请删掉一列。") % {"head": title.strip()[:40]})
        if known:
            found[known] = place
        elif title.strip():
            unknown.append(title.strip()[:40])
    missing = [str(COLUMNS[f]) for f in NEEDED if f not in found]
    if missing:
        raise HubError(_("第一行里缺这些列：%(heads)s。可以先下载样例看看。") % {"heads": "、".join(missing)})
    return found, unknown


@cache
def _heads() -> dict[str, str]:
    """Per way to write a head, its field."""
    spelled: dict[str, str] = {}
    for field, label in COLUMNS.items():
        for language in ("zh-CN", "en"):
            with speaking(language):
                spelled.setdefault(plain(str(label)), field)
        for word in (field, *ALSO.get(field, ())):
            spelled.setdefault(plain(word), field)
    return spelled


# ---- out


def defused(cell: Cell) -> Cell:
    """The cell, with an apostrophe before what a spreadsheet would run, and before what looks like one defused."""
    return f"'{cell}" if isinstance(cell, str) and DANGEROUS.match(cell) else cell


def restored(text: str) -> str:
    """The text before it was defused."""
    return text[1:] if text.startswith("'") and DANGEROUS.match(text) else text


def written(cell: Cell) -> Any:
    """The cell as CSV holds it."""
    return f"{cell.normalize():f}" if isinstance(cell, Decimal) else cell


# ---- in: each reader gets a text that is not empty and raises HubError with one sentence


def words(text: str) -> str:
    """Words as they are kept: one kind of line end, nothing around them."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _of(most: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(words(text)) > most:
            raise HubError(_("最多 %(most)s 个字，这里有 %(n)s 个。") % {"most": most, "n": len(words(text))})
        return words(text)

    return read


def day(text: str) -> date:
    """2026-11-22, also with slashes, dots or 年月日, and with a time behind it that is left out."""
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(text.strip())
    except ValueError as error:
        raise HubError(_("“%(value)s”不是日期，写成 2026-11-22。") % {"value": text[:40]}) from error


def count(text: str) -> int:
    shown = unicodedata.normalize("NFKC", text).strip().replace(",", "").removesuffix("家")
    good = shown.isascii() and shown.isdigit() and len(shown) < 10  # noqa: PLR2004 - a million has seven
    if not good or not 0 < int(shown) <= rules.MOST_CUSTOMERS:
        raise HubError(_("“%(value)s”不是客户数：写一个正整数，最多 1,000,000。") % {"value": text[:40]})
    return int(shown)


def urgency(text: str) -> str:
    found = next((k for k, ways in URGENCIES.items() if plain(text) in (k, *ways)), None)
    if found is None:
        raise HubError(_("紧急程度只有高、中、低。"))
    return found


def currency(text: str) -> str:
    code = CURRENCIES.get(text.strip().casefold(), text.strip().upper())
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise HubError(_("币种写成三个字母，例如 CNY、USD。"))
    return code


def tags(text: str) -> list[str]:
    """The tags of a cell, each once, in their order; separated by semicolon, comma, 、 or a bar."""
    parts = [" ".join(unicodedata.normalize("NFKC", p).split()) for p in re.split(r"[;；、|,，\n]", text)]
    found = list(dict.fromkeys(p for p in parts if p))
    if len(found) > MOST_TAGS or any(len(t) > LONGEST_TAG for t in found):
        raise HubError(_("最多 20 个标签，每个最多 60 个字。"))
    return found


def state(text: str) -> str:
    """The key of a state, by its key or its name in either language; CANCELLED for a request taken back."""
    found = _states().get(plain(text))
    if found is None:
        raise HubError(_("没有“%(state)s”这种需求状态。") % {"state": text[:40]})
    return found


@cache
def _states() -> dict[str, str]:
    """Per way to name a state, its key."""
    found: dict[str, str] = {}
    for name, label in {**rules.STATE_LABELS, CANCELLED: TAKEN_BACK}.items():
        found[plain(name)] = name
        for language in ("zh-CN", "en"):
            with speaking(language):
                found.setdefault(plain(str(label)), name)
    return found


def money(text: str) -> Decimal:
    found = amount(text)
    if found is None:  # only for a text of nothing but separators
        raise HubError(_("“%(value)s”不是数字。") % {"value": text[:40]})
    return found


def _factor(name: str) -> Callable[[str], Decimal]:
    def read(text: str) -> Decimal:
        shown = unicodedata.normalize("NFKC", text).strip().replace(",", "").removesuffix("%")
        found = number(shown)
        if found is None:
            raise HubError(_("“%(value)s”不是数字。") % {"value": text[:40]})
        return rules.good_value(name, found, "-")

    return read


def key(text: str) -> str:
    return _of(120)(text)


def requirement_key(text: str) -> str:
    found = text.strip().upper()
    if not re.fullmatch(r"[A-Z0-9][A-Z0-9._-]{0,39}", found):
        raise HubError(_("需求编号写成 REQ-231 这样：字母、数字、点和横线，最多 40 个。"))
    return found


READERS: Mapping[str, Callable[[str], Any]] = {
    "key": key,
    "title": _of(300),
    "customer": _of(200),
    "industry": words,
    "quote": _of(2000),
    "desired": _of(2000),
    "revenue": money,
    "currency": currency,
    "customers": count,
    "urgency": urgency,
    "needed_by": day,
    "submitter": words,
    "owner": words,
    "created_at": day,
    "product": words,
    "tags": tags,
    "opportunity": words,
    "requirement": requirement_key,
    "requirement_title": _of(300),
    "status": state,
    "quarter": rules.good_quarter,
    **{factor: _factor(factor) for factor in FACTORS},
    "merged_into": requirement_key,
}


def read(row: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """The values of a row, and what is wrong by field. An empty cell is no value; the score is ours, not the file's."""
    values: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for field, reader in READERS.items():
        text = restored(row.get(field, "").strip(" \u3000\n"))
        if not text.strip():
            if field in NEEDED:
                wrong[field] = str(_("这一格不能空。"))
            continue
        try:
            values[field] = reader(text)
        except HubError as error:
            wrong[field] = error.message
    return values, wrong
