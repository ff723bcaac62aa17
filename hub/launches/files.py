"""A launch plan as the data of `launches/REQ-<n>.yml`, out and in again: goals with their results, signatures with the
void ones, lines, resources. Import adds a plan that is not there, sends nothing, and does nothing the second time.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, requirements
from hub.base import clock, outbox
from hub.base.errors import HubError, NotAllowed
from hub.base.i18n import _
from hub.launches import queries, rules
from hub.launches.models import (
    SIDES,
    LaunchGoal,
    LaunchHand,
    LaunchLine,
    LaunchPlan,
    LaunchResource,
    LaunchResult,
    LaunchSignature,
)


def all_plans(session: Session) -> list[tuple[LaunchPlan, str]]:
    """Every plan whose requirement is not in the trash, with the requirement's key: for export."""
    requirement = requirements.Requirement
    query = (
        select(LaunchPlan, requirement.key)
        .join(requirement, col(requirement.id) == col(LaunchPlan.requirement_id))
        .where(col(requirement.deleted_at).is_(None))
    )
    return list(session.exec(query.order_by(col(LaunchPlan.id))).all())


def to_data(session: Session, plan: LaunchPlan) -> dict[str, Any]:
    """The plan as plain data; what is empty is left out."""
    parts = _Out(session, plan)
    return _kept(
        {
            "title": plan.title,
            "summary": plan.summary,
            "owner": parts.person(plan.owner_id),
            "by": parts.person(plan.created_by_id),
            "at": _said(plan.created_at),
            "release_on": plan.release_on,
            "goals": [parts.goal(g) for g in parts.goals],
            "signatures": [parts.signature(s) for s in parts.signatures],
            "lines": [parts.line(n) for n in parts.lines],
            "resources": [
                _kept({"sort": r.sort, "title": r.title, "amount": _plain(r.amount), "currency": r.currency})
                for r in parts.resources
            ],
        }
    )


def _kept(data: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in data.items() if v not in (None, "", [], {})}


def _plain(value: Decimal | None) -> int | str | None:
    """A number as YAML keeps it exactly."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else str(value)


def _said(moment: datetime | None) -> str | None:
    return moment.astimezone(clock.HOUSE_ZONE).isoformat(timespec="minutes") if moment else None


class _Out:
    """What belongs to one plan, read in a handful of questions."""

    def __init__(self, session: Session, plan: LaunchPlan) -> None:
        def of(model: type[Any], column: Any, ids: list[Any]) -> list[Any]:
            return list(session.exec(select(model).where(col(column).in_(ids)).order_by(model.id)).all())

        mine = [plan.id]
        self.goals: list[LaunchGoal] = of(LaunchGoal, LaunchGoal.plan_id, mine)
        self.signatures: list[LaunchSignature] = of(LaunchSignature, LaunchSignature.plan_id, mine)
        self.lines: list[LaunchLine] = of(LaunchLine, LaunchLine.plan_id, mine)
        self.resources: list[LaunchResource] = of(LaunchResource, LaunchResource.plan_id, mine)
        self.results: list[LaunchResult] = of(LaunchResult, LaunchResult.goal_id, [g.id for g in self.goals])
        self.hands: list[LaunchHand] = of(LaunchHand, LaunchHand.line_id, [n.id for n in self.lines])
        people = {plan.owner_id, plan.created_by_id} | {h.person_id for h in self.hands}
        people |= {i for s in self.signatures for i in (s.by_id, s.void_by_id)}
        people |= {i for n in self.lines for i in (n.owner_id, n.done_by_id)}
        people |= {r.by_id for r in self.results}
        self._people = {i: p.email for i, p in accounts.people_by_ids(session, people).items()}

    def person(self, number: int | None) -> str | None:
        return self._people.get(number or 0)

    def goal(self, goal: LaunchGoal) -> dict[str, Any]:
        results = [
            _kept(
                {
                    "reached": _plain(r.reached),
                    "target": _plain(r.target),
                    "light": r.light,
                    "note": r.note,
                    "by": self.person(r.by_id),
                    "at": _said(r.at),
                }
            )
            for r in self.results
            if r.goal_id == goal.id
        ]
        said = {"title": goal.title, "target": _plain(goal.target), "unit": goal.unit}
        more = {"after_days": goal.after_days, "ended_at": _said(goal.ended_at), "results": results}
        return _kept({**said, **more})

    def signature(self, one: LaunchSignature) -> dict[str, Any]:
        return _kept(
            {
                "side": one.side,
                "by": self.person(one.by_id),
                "at": _said(one.at),
                "goals": [_kept(g) for g in one.goals],
                "void_at": _said(one.void_at),
                "void_by": self.person(one.void_by_id),
                "void_why": one.void_why,
            }
        )

    def line(self, line: LaunchLine) -> dict[str, Any]:
        hands = {
            str(self.person(h.person_id)): h.part
            for h in self.hands
            if h.line_id == line.id and self.person(h.person_id)
        }
        return _kept(
            {
                "kind": line.kind,
                "title": line.title,
                "place": line.place,
                "owner": self.person(line.owner_id),
                "after_days": line.after_days,
                "fixed_on": line.fixed_on,
                "fixed_for": line.fixed_for,
                "done_at": _said(line.done_at),
                "done_by": self.person(line.done_by_id),
                "hands": hands,
            }
        )


# ---- in


def from_data(
    session: Session,
    key: str,
    data: Mapping[str, Any],
    *,
    by: accounts.Actor,
    demo: bool = False,
    warnings: list[str] | None = None,
) -> str:
    """Take in the plan of the requirement of this key: "imported", or "unchanged" when it has one. Only for
    administrators; HubError without the requirement.
    """
    if not by.is_admin:
        raise NotAllowed(_("只有管理员能这样导入。"))
    requirement = requirements.by_key(session, key)
    if requirement is None:
        raise HubError(_("没有需求 %(key)s，它的上市计划没有导入。") % {"key": key})
    if queries.of(session, requirement) is not None:
        return "unchanged"
    heard = _In(session, warnings if warnings is not None else [])
    made_at = _heard(data.get("at")) or clock.now()
    plan = LaunchPlan(
        requirement_id=requirement.id or 0,
        title=rules.good_title(str(data.get("title") or requirement.title)[:200], _("计划的名字")),
        summary=str(data.get("summary") or ""),
        owner_id=heard.person(data.get("owner")),
        created_by_id=heard.person(data.get("by")),
        release_on=_day(data.get("release_on")),
        demo=demo,
        created_at=made_at,
        updated_at=made_at,
    )
    session.add(plan)
    session.flush()
    plan.told_on = queries.released(plan, requirement)
    heard.parts(plan, data)
    session.flush()
    outbox.changed(session, "requirement", plan.requirement_id)
    return "imported"


def _heard(value: object) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError as error:
        raise HubError(_("“%(value)s”不是时间，写成 2026-11-22T09:30+08:00。") % {"value": value}) from error
    return found if found.tzinfo else found.replace(tzinfo=clock.HOUSE_ZONE)


def _day(value: object) -> date | None:
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise HubError(_("“%(value)s”不是日期，写成 2026-11-22。") % {"value": value}) from error


def _amount(value: object) -> Decimal:
    try:
        return rules.good_number(Decimal(str(value)), _("数量"), zero=True)
    except InvalidOperation as error:
        raise HubError(_("“%(value)s”不是数字。") % {"value": value}) from error


def _days(value: object) -> int | None:
    return rules.good_days(int(str(value))) if value is not None else None


class _In:
    """Reads the parts of a plan; people who are not here are told and left out."""

    def __init__(self, session: Session, told: list[str]) -> None:
        self._session, self._told = session, told
        self._known: dict[str, int | None] = {}

    def person(self, email: object) -> int | None:
        if not email:
            return None
        name = str(email)
        if name not in self._known:
            found = accounts.by_email(self._session, name)
            self._known[name] = found.id if found else None
            if found is None:
                self._told.append(_("没有 %(email)s 这个人，先空着。") % {"email": name})
        return self._known[name]

    def parts(self, plan: LaunchPlan, data: Mapping[str, Any]) -> None:
        number = plan.id or 0
        for said in data.get("goals") or []:
            self._goal(number, said)
        for said in data.get("signatures") or []:
            self._signature(number, said)
        for said in data.get("lines") or []:
            self._line(number, said, plan.told_on)
        for said in data.get("resources") or []:
            amount = said.get("amount")
            self._session.add(
                LaunchResource(
                    plan_id=number,
                    sort=rules.good_sort(str(said.get("sort") or "")),
                    title=rules.good_title(str(said.get("title") or ""), _("用在什么上")),
                    amount=_amount(amount) if amount is not None else None,
                    currency=rules.good_currency(str(said.get("currency") or ""))
                    if said.get("sort") == "budget"
                    else "",
                )
            )

    def _goal(self, plan_id: int, said: Mapping[str, Any]) -> None:
        goal = LaunchGoal(
            plan_id=plan_id,
            title=rules.good_title(str(said.get("title") or ""), _("目标")),
            target=_amount(said.get("target")),
            unit=str(said.get("unit") or "")[:30],
            after_days=_days(said.get("after_days")),
            ended_at=_heard(said.get("ended_at")),
        )
        self._session.add(goal)
        self._session.flush()
        for result in said.get("results") or []:
            self._session.add(
                LaunchResult(
                    goal_id=goal.id or 0,
                    reached=_amount(result.get("reached")),
                    target=_amount(result.get("target", said.get("target"))),
                    light=rules.good_light(str(result.get("light") or "")),
                    note=str(result.get("note") or "")[:500],
                    by_id=self.person(result.get("by")),
                    at=_heard(result.get("at")) or clock.now(),
                )
            )

    def _signature(self, plan_id: int, said: Mapping[str, Any]) -> None:
        self._session.add(
            LaunchSignature(
                plan_id=plan_id,
                side=rules.good_choice(str(said.get("side") or ""), SIDES),
                goals=[_signed(g) for g in said.get("goals") or []],
                by_id=self.person(said.get("by")),
                at=_heard(said.get("at")) or clock.now(),
                void_at=_heard(said.get("void_at")),
                void_by_id=self.person(said.get("void_by")),
                void_why=str(said.get("void_why") or "")[:300],
            )
        )

    def _line(self, plan_id: int, said: Mapping[str, Any], released: date | None) -> None:
        owner = self.person(said.get("owner"))
        title = rules.good_title(str(said.get("title") or ""), _("要做什么"))
        if owner is None:
            self._told.append(_("“%(title)s”没有负责人，没有导入。") % {"title": title})
            return
        fixed = _day(said.get("fixed_on"))
        line = LaunchLine(
            plan_id=plan_id,
            kind=rules.good_kind(str(said.get("kind") or "work")),
            title=title,
            place=str(said.get("place") or "")[:120],
            owner_id=owner,
            after_days=None if fixed else _days(said.get("after_days")),
            fixed_on=fixed,
            fixed_for=_day(said.get("fixed_for")) or (released if fixed else None),
            done_at=_heard(said.get("done_at")),
            done_by_id=self.person(said.get("done_by")),
        )
        self._session.add(line)
        self._session.flush()
        for email, part in (said.get("hands") or {}).items():
            person = self.person(email)
            if person is not None and person != owner:
                hand = LaunchHand(line_id=line.id or 0, person_id=person, part=rules.good_part(str(part)))
                self._session.add(hand)


def _signed(said: Mapping[str, Any]) -> dict[str, Any]:
    """A goal as a signature keeps it."""
    return {
        "title": str(said.get("title") or ""),
        "target": str(_amount(said.get("target"))),
        "unit": str(said.get("unit") or ""),
        "after_days": _days(said.get("after_days")),
    }
