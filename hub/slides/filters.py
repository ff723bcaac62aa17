"""How values are written on a slide, in Chinese and in English: money, dates, numbers, percents, lists.

A filter is called with the value, the language (zh or en) and its own arguments, and gives text (or a number,
a list). It raises BadValue, a sentence without its full stop, when the value is of another kind.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIGNS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "HKD": "HK$", "JPY": "JP¥", "SGD": "S$"}
_UNITS = {
    "CNY": "元",
    "USD": "美元",
    "EUR": "欧元",
    "GBP": "英镑",
    "HKD": "港元",
    "JPY": "日元",
    "SGD": "新元",
}
_CENT = Decimal("0.01")
_MOST_SHOWN = 40
_MOST_PLACES = 10
_LARGEST = Decimal(10) ** 30


class BadValue(ValueError):  # noqa: N818 - it is turned into a BadExpression with the expression's text
    """The value is of a kind the filter or the operation cannot take."""


def as_number(value: object) -> Decimal:
    """`value` as a decimal; text such as "1,200" from a form counts. Raises BadValue."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise BadValue(f"「{shown(value)}」不是数字")
    try:
        number = Decimal(str(value).replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        raise BadValue(f"「{shown(value)}」不是数字") from None
    if not number.is_finite() or abs(number) > _LARGEST:
        raise BadValue(f"「{shown(value)}」不是可以显示的数字")
    return number


def as_date(value: object) -> date:
    """A date, a time, or text that begins like 2026-11-22. Raises BadValue."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip()[:10])
    except ValueError:
        raise BadValue(f"「{shown(value)}」不是日期，请写成 2026-11-22") from None


def shown(value: object) -> str:
    """`value` in an error sentence: short."""
    text = value if isinstance(value, str) else type(value).__name__ if _is_list(value) else str(value)
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"


def _is_list(value: object) -> bool:
    return isinstance(value, Mapping | Sequence | set | frozenset) and not isinstance(value, str)


def _grouped(number: Decimal, places: int | None = None) -> str:
    """With thousands separators; `places` decimals, None: up to two, without zeros at the end."""
    step = _CENT if places is None else Decimal(1).scaleb(-places)
    try:
        text = f"{number.quantize(step, ROUND_HALF_UP):,}"
    except InvalidOperation:
        raise BadValue(f"「{shown(number)}」太长，不能显示") from None
    return text.rstrip("0").rstrip(".") if places is None and "." in text else text


def _places(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= _MOST_PLACES:
        raise BadValue("小数位数要是 0 到 10 的整数")
    return given


def money(value: object, language: str, currency: object = "CNY") -> str:
    """¥19,800; from 100,000 on in 万元 or 亿元 (en: million) where two decimals are exact: 43 万元."""
    amount, code = as_number(value), str(currency).upper()
    if code not in _SIGNS:
        raise BadValue(f"不认识币种「{shown(currency)}」，可用的有 {'、'.join(_SIGNS)}")
    sizes = [(Decimal(10**8), "亿"), (Decimal(10**5), "万")] if language == "zh" else [(Decimal(10**6), "M")]
    for least, word in sizes:
        unit = Decimal(10**4) if word == "万" else least
        part = amount / unit
        if abs(amount) >= least and part == part.quantize(_CENT):
            if language == "zh":
                return f"{_grouped(part)} {word}{_UNITS[code]}"
            return f"{_signed(_SIGNS[code], part)} million"
    return _signed(_SIGNS[code], amount)


def _signed(sign: str, amount: Decimal) -> str:
    return f"{'-' if amount < 0 else ''}{sign}{_grouped(abs(amount))}"


def day(value: object, language: str, form: object = "long") -> str:
    """2026 年 11 月 22 日 / 22 Nov 2026; form `month` leaves the day out, `short` is 2026-11-22."""
    on = as_date(value)
    if form == "short":
        return on.isoformat()
    if form not in {"long", "month"}:
        raise BadValue("日期的写法只有 long、month 和 short")
    if language == "zh":
        month = f"{on.year} 年 {on.month} 月"
        return month if form == "month" else f"{month} {on.day} 日"
    month = f"{_MONTHS[on.month - 1]} {on.year}"
    return month if form == "month" else f"{on.day} {month}"


def number(value: object, _language: str, places: object = None) -> str:
    """1,234,567.89: at most two decimals, or exactly `places`."""
    return _grouped(as_number(value), None if places is None else _places(places))


def percent(value: object, _language: str, places: object = None) -> str:
    """0.153 is 15.3%."""
    return _grouped(as_number(value) * 100, None if places is None else _places(places)) + "%"


def upper(value: object, language: str) -> str:
    return text_of(value, language).upper()


def lower(value: object, language: str) -> str:
    return text_of(value, language).lower()


def join(value: object, language: str, between: object = None) -> str:
    """A list in one line; between its items stands 、 (en: comma) unless told otherwise."""
    separator = ("、" if language == "zh" else ", ") if between is None else str(between)
    return separator.join(text_of(item, language) for item in _items(value))


def count(value: object, _language: str) -> int:
    return len(value) if isinstance(value, str) else len(_items(value))


def first(value: object, _language: str) -> object:
    items = _items(value)
    if not items:
        raise BadValue("列表是空的，没有第一项")
    return items[0]


def last(value: object, language: str) -> object:
    return first(_items(value)[::-1], language)


def limit(value: object, _language: str, most: object = 3) -> list[object]:
    """The first `most` items."""
    if isinstance(most, bool) or not isinstance(most, int) or most < 0:
        raise BadValue("项数要是不小于 0 的整数")
    return _items(value)[:most]


def _items(value: object) -> list[object]:
    if isinstance(value, Mapping) or not _is_list(value):
        raise BadValue(f"「{shown(value)}」不是列表")
    return list(value)  # type: ignore[call-overload, no-any-return]


def text_of(value: object, language: str) -> str:
    """How a value stands on a slide without a filter. Raises BadValue for what has no text of its own."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return {("zh", True): "是", ("zh", False): "否"}.get((language, value), "Yes" if value else "No")
    if isinstance(value, date):
        return day(value, language)
    if isinstance(value, int | float | Decimal):
        return _plainly(value)
    if isinstance(value, Mapping | bytes):
        raise BadValue("这个值有好几项，请写明要哪一项，例如「customer.name」")
    if _is_list(value):
        return join(value, language)
    raise BadValue(f"「{type(value).__name__}」这种值不能写成文字")


def _plainly(value: float | Decimal) -> str:
    """Without an exponent and without zeros at the end."""
    if isinstance(value, float) and not math.isfinite(value):
        raise BadValue("这个值不是可以显示的数字")
    text = f"{as_number(value):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


FILTERS: dict[str, Callable[..., object]] = {
    "money": money,
    "date": day,
    "number": number,
    "percent": percent,
    "upper": upper,
    "lower": lower,
    "join": join,
    "count": count,
    "length": count,
    "first": first,
    "last": last,
    "limit": limit,
    "default": lambda value, _language, *_given: value,
}
