"""How the pages of requirements and requests say things: roles of material, urgencies, amounts, waiting."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from hub import accounts, requirements
from hub.base import clock
from hub.base.errors import HubError, NotFound
from hub.base.formats import money, number
from hub.base.i18n import Lazy, _, lazy, n_
from hub.request import SessionDep

ROLES: dict[str, Lazy] = {
    "intro_deck": lazy("产品介绍 PPT"),
    "faq": lazy("常见问题"),
    "demo_account": lazy("演示账号"),
    "training": lazy("销售培训"),
    "limits_note": lazy("限制说明"),
    "case": lazy("成功案例"),
    "related": lazy("相关素材"),
}
URGENCIES: dict[str, Lazy] = {"high": lazy("高"), "medium": lazy("中"), "low": lazy("低")}
IMPACTS: dict[str, Lazy] = {
    "0.25": lazy("很小"),
    "0.5": lazy("小"),
    "1": lazy("中"),
    "2": lazy("高"),
    "3": lazy("很高"),
}
ENDS: dict[str, Lazy] = {
    "told": lazy("已告知"),
    "gone": lazy("客户不在了"),
    "not_asked": lazy("不是客户要的"),
    "overtaken": lazy("已有新进展"),
    "handed_over": lazy("已转交"),
}
WAYS: tuple[Lazy, ...] = (lazy("电话"), lazy("拜访"), lazy("微信"), lazy("邮件"))
LONG_WAIT = 7  # days after which telling is urgent


def named(session: SessionDep, text: str, by: accounts.Actor) -> requirements.Requirement:
    """The requirement that somebody typed into a form, by its key ("REQ-231 the title"). A word that names none they
    may know of is a mistake in the form, and no page that is lost.
    """
    key = text.strip().split(" ")[0].upper()
    try:
        return requirements.get(session, key, by)
    except NotFound as error:
        said = _("没有编号是“%(key)s”的需求，或您没有权限看它。照需求池里的编号写，例如 REQ-231。")
        raise HubError(said % {"key": key[:40]}) from error


def role(key: str) -> str:
    return str(ROLES.get(key, key))


def amounts(by_currency: Mapping[str, Decimal]) -> str:
    """Sums as they are read, yuan first; amounts of different currencies are never added."""
    ordered = sorted(by_currency.items(), key=lambda pair: (pair[0] != "CNY", pair[0]))
    return " + ".join(amount(value, currency) for currency, value in ordered)


def amount(value: Decimal, currency: str, *, exact: bool = False) -> str:
    return money(value, exact=exact) if currency == "CNY" else f"{currency} {number(value, 2)}"


def score(value: Decimal | None) -> str:
    """A RICE score with one decimal; empty where it is unknown."""
    return "" if value is None else number(value, 1)


def effort(days: Decimal, unit: str) -> str:
    """Effort in the pool's unit, with the days it is kept in: 60 人天, or 3 人月（60 人天）."""
    plain = _("%(n)s 人天") % {"n": number(days, 2)}
    if unit == "days":
        return plain
    return _("%(n)s 人月（%(days)s）") % {
        "n": number(requirements.effort_shown(days, unit), 2),
        "days": plain,
    }


def factor(name: str, value: Decimal, unit: str, pool: str = "days") -> str:
    """A factor as people say it: 62 个客户/季, 2 高, 80%, 60 人天; effort in the unit of the pool."""
    plain = number(value, 2)
    if name == "impact":
        return f"{plain} {IMPACTS[plain]}" if plain in IMPACTS else plain
    if name == "confidence":
        return f"{plain}%"
    if name == "effort":
        return effort(value, pool)
    if unit == "users":
        return _("%(n)s 个用户/季") % {"n": plain}
    return _("%(n)s 个客户/季") % {"n": plain} if unit in {"", "个/季"} else f"{plain} {unit}"


def waited(since: datetime) -> tuple[str, bool]:
    """How long something waits, and whether that is too long."""
    days = (clock.today() - clock.today(since)).days
    if days <= 0:
        return _("今天刚有结果"), False
    return n_("已等 %(n)s 天", days), days >= LONG_WAIT


def to_number(text: str) -> Decimal:
    """The number in a field, with or without separators and a percent sign."""
    plain = text.strip().replace(",", "").replace("，", "").removesuffix("%").removesuffix("％").strip()
    try:
        return Decimal(plain)
    except InvalidOperation as error:
        raise HubError(_("请填一个数字。")) from error


def to_day(text: str) -> date | None:
    """The day in a date field, None when it is empty."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise HubError(_("日期写成 2026-11-22 这样。")) from error


def to_count(text: str) -> int | None:
    """A whole number in a field, None when it is empty."""
    if not text.strip():
        return None
    value = to_number(text)
    if value != value.to_integral_value() or value > requirements.MOST_CUSTOMERS:
        raise HubError(_("客户数请填一个正整数。"))
    return int(value)


def to_id(text: str) -> int | None:
    """An id from a field, None when it is empty or no id."""
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else None  # noqa: PLR2004 - fits an integer column
