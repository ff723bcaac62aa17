"""What a requirement takes: in person-days or, as the house sets it for its pool, in person-months.

What was said is kept in days whatever the pool shows, and the score is per person-day: another unit changes how effort
is read and typed, and neither a number that somebody said nor the order of the pool.
"""

from collections.abc import Mapping
from decimal import Decimal

from sqlmodel import Session

from hub import accounts, activity, taxonomy
from hub.base.errors import HubError
from hub.base.i18n import _, lazy
from hub.requirements import rules

DAYS, MONTHS = "days", "months"
EFFORT_UNITS = (DAYS, MONTHS)
DAYS_IN = {DAYS: Decimal(1), MONTHS: Decimal(20)}
PARTS = ("development", "design", "test", "training")
PART_LABELS = {
    "development": lazy("开发"),
    "design": lazy("设计"),
    "test": lazy("测试"),
    "training": lazy("销售培训"),
}
STEP = Decimal("0.0001")
SETTING = "pool"


def unit_of(session: Session) -> str:
    """How the pool shows effort: days, until an administrator says months."""
    said = taxonomy.setting(session, SETTING).get("effort_unit")
    return said if said in EFFORT_UNITS else DAYS


def set_unit(session: Session, unit: str, *, by: accounts.Actor) -> None:
    """Show effort in another unit. Nothing that was said is converted: it is kept in days."""
    by.must("hub.manage")
    if unit not in EFFORT_UNITS:
        raise HubError(_("投入的单位只有人天和人月。"))
    before = unit_of(session)
    taxonomy.save_setting(session, SETTING, {**taxonomy.setting(session, SETTING), "effort_unit": unit})
    activity.record(session, "set_effort_unit", "hub", None, by=by.id, before=before, after=unit)


def shown(days: Decimal, unit: str) -> Decimal:
    """Days in this unit."""
    return days / DAYS_IN[unit]


def kept(value: Decimal | None, parts: Mapping[str, Decimal], unit: str) -> tuple[Decimal, dict[str, str]]:
    """The sum in days, and the parts in days as texts. HubError for less than half a unit, for parts that do not make
    the sum, for a part nobody knows or below zero.
    """
    if unit not in EFFORT_UNITS:
        raise HubError(_("投入的单位只有人天和人月。"))
    if set(parts) - set(PARTS):
        raise HubError(_("投入分四项：开发、设计、测试、销售培训。"))
    if any(not v.is_finite() or v < 0 for v in parts.values()):
        raise HubError(_("投入的每一项都不能小于零。"))
    total = sum(parts.values(), Decimal(0)) if parts else value
    if total is None:
        raise HubError(_("请填一个数字。"))
    if value is not None and value != total:
        raise HubError(_("四项加起来和合计对不上。"))
    days = DAYS_IN[unit]
    if total.is_finite() and total > 0 and total < rules.LEAST_EFFORT:
        raise HubError(_too_little(unit))
    good = rules.good_value("effort", total * days, "")
    return good.quantize(STEP), {k: f"{(v * days).normalize():f}" for k, v in parts.items() if v}


def _too_little(unit: str) -> str:
    if unit == MONTHS:
        return _("投入至少 0.5 人月，开发、设计、测试和销售培训都算。")
    return _("投入至少 0.5 人天，开发、设计、测试和销售培训都算。")
