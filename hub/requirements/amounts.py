"""Amounts of money as people type them: 50万, 1.2 亿元, ¥380,000, 30k."""

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


def amount(text: str) -> Decimal | None:
    """The amount in yuan, None for an empty text; HubError for what is no amount or below zero."""
    plain = unicodedata.normalize("NFKC", text).strip().lower().replace("￥", "¥")
    plain = (
        re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", re.sub(r"[\s_]", "", plain))
        .removesuffix("左右")
        .removeprefix("约")
    )
    if not plain:
        return None
    found = SHAPE.fullmatch(plain)
    if found is None:
        raise HubError(
            _("“%(text)s” 读不成金额。写成 500000、50万 或 1.2亿 都行。") % {"text": text.strip()[:40]}
        )
    value = Decimal(found.group(1)) * TIMES[found.group(2)]
    if value >= MOST:
        raise HubError(_("这个金额太大了，请检查单位。"))
    return value.quantize(Decimal("0.01"))
