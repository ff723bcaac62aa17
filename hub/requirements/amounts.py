"""Amounts of money as people type them: 50万, 1.2 亿元, ¥380,000, 30k, and with another currency 50万美元, USD 20k."""

import re
import unicodedata
from decimal import Decimal

from hub.base.errors import HubError
from hub.base.i18n import _

TIMES = {
    "": Decimal(1),
    "千": Decimal(1_000),
    "k": Decimal(1_000),
    "万": Decimal(10_000),
    "w": Decimal(10_000),
    "百万": Decimal(1_000_000),
    "m": Decimal(1_000_000),
    "千万": Decimal(10_000_000),
    "亿": Decimal(100_000_000),
}
SHAPE = re.compile(r"(?:¥|cny|rmb|人民币)?(\d{1,15}(?:\.\d{1,6})?)(千万|百万|[千万亿kwm]?)(?:元|块|cny|rmb)?")
MOST = Decimal(10) ** 13
YUAN = "CNY"
# What people write before or after a number for a currency that is not the house's own.
MARKS = {
    "USD": ("us$", "usd", "美元", "美金", "$"),
    "HKD": ("hk$", "hkd", "港币", "港元"),
    "EUR": ("eur", "欧元", "€"),
    "GBP": ("gbp", "英镑", "£"),
    "JPY": ("jpy", "日元", "日圆"),
    "SGD": ("s$", "sgd", "新加坡元", "新币"),
    "TWD": ("nt$", "twd", "新台币", "台币"),
}
SIGNS = sorted(((s, c) for c, signs in MARKS.items() for s in signs), key=lambda pair: -len(pair[0]))
OWN = ("¥", "cny", "rmb", "人民币", "元", "块")


def money_of(text: str) -> tuple[Decimal | None, str | None]:
    """The amount, and the currency that is written with it: None where there is none, so that what was known stays."""
    plain = _plain(text).removesuffix("左右").removeprefix("约")
    for sign, currency in SIGNS:  # HK$ before a mere $
        if plain.startswith(sign) or plain.endswith(sign):
            bare = plain.removeprefix(sign).removesuffix(sign)
            if any(own in bare for own in OWN):
                raise HubError(_unread(text))
            return _read(bare, text), currency
    return amount(text), YUAN if any(own in plain for own in OWN) else None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().replace("￥", "¥").split())


def amount(text: str) -> Decimal | None:
    """The amount in yuan, None for an empty text; HubError for what is no amount or below zero."""
    plain = _plain(text).removesuffix("左右").removeprefix("约")
    return _read(plain, text) if plain else None


def _read(plain: str, text: str) -> Decimal:
    """What is left of `text` without a foreign currency, as a number."""
    found = SHAPE.fullmatch(re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain.replace("_", "")))
    if found is None:
        raise HubError(_unread(text))
    value = Decimal(found.group(1)) * TIMES[found.group(2)]
    if value >= MOST:
        raise HubError(_("这个金额太大了，请检查单位。"))
    return value.quantize(Decimal("0.01"))


def _unread(text: str) -> str:
    return _("“%(text)s” 读不成金额。写成 500000、50万 或 1.2亿 都行。") % {"text": text.strip()[:40]}
