"""RICE: who may say which factor, what was said with its reason, and the score that follows."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from sqlmodel import Session

from hub import accounts, activity
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed
from hub.base.i18n import _
from hub.requirements import actions, effort, queries, rules
from hub.requirements.models import FACTORS, Requirement, RiceInput


def may_set(session: Session, requirement: Requirement, factor: str, by: accounts.Actor) -> bool:
    """Whether this actor settles the factor; who owns a request behind it is looked up."""
    owns = (
        factor == "reach"
        and not by.may("requirement.manage")
        and queries.is_sponsor(session, requirement, by)
    )
    return settles(factor, by, owns=owns)


def settles(factor: str, by: accounts.Actor, *, owns: bool) -> bool:
    """Reach: a product manager or who `owns` a request behind it; impact and confidence: a product manager;
    effort: a technical expert and nobody else.
    """
    if factor == "effort":
        return "technical_expert" in by.roles
    return by.may("requirement.manage") or (factor == "reach" and owns)


def set_input(
    session: Session,
    requirement: Requirement,
    factor: str,
    value: Decimal | None = None,
    *,
    unit: str = "",
    parts: Mapping[str, Decimal] | None = None,
    reason: str = "",
    by: accounts.Actor,
    at: datetime | None = None,
) -> RiceInput:
    """Say one RICE factor; what was said before stays as history. The fourth one makes a new requirement scored.

    Effort is said in days or months (`unit`; the pool's own when empty), as a sum, or as `parts` that make the sum;
    it is kept in days. Reach is of customers or users.
    """
    actions.must_know(session, requirement, by)
    actions.must_stand(requirement)
    if factor not in FACTORS:
        raise HubError(_("没有“%(factor)s”这一项。") % {"factor": factor[:20]})
    if not may_set(session, requirement, factor, by):
        raise NotAllowed(_refusal(factor))
    if requirement.state in rules.SCORED_NO_MORE:
        raise Conflict(_("已经发布的需求不再改分，分数留作历史。"))
    at = at or clock.now()
    said = RiceInput(
        requirement_id=requirement.id or 0,
        factor=factor,
        value=Decimal(0),
        unit=rules.UNITS[factor],
        reason=reason.strip(),
        by_id=by.id,
        at=at,
    )
    if factor == "effort":
        said.value, said.parts = effort.kept(value, parts or {}, unit or effort.unit_of(session))
    elif value is None:
        raise HubError(_("请填一个数字。"))
    else:
        said.value = rules.good_value(factor, value, reason)
    if factor == "reach" and unit:
        said.unit = rules.good_reach_unit(unit)
    session.add(said)
    session.flush()
    rescore(session, requirement)
    activity.record(
        session, "score", "requirement", requirement.id, by=by.id, factor=factor, value=str(said.value)
    )
    if requirement.state == "new" and requirement.score is not None:
        actions.step_to(session, requirement, "scored", by=by, note="", at=at)
        activity.record(session, "move", "requirement", requirement.id, by=by.id, to="scored", note="")
    actions.touch(session, requirement, at=at)
    return said


def _refusal(factor: str) -> str:
    if factor == "effort":
        return _("投入只能由技术专家来估。请把需求指给一位技术专家。")
    if factor == "reach":
        return _("触达由产品经理或提诉求的客户经理来定。")
    return _("影响和信心由产品经理来定。")


def rescore(session: Session, requirement: Requirement) -> None:
    """Work out the score from the newest input of each factor."""
    newest = {f: rows[0].value for f, rows in queries.inputs(session, requirement.id or 0).items()}
    requirement.score = rules.score(newest)
    session.add(requirement)
