"""What the requirement loop says on the front page: customers to tell, what shipped for whom, lists to work off."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hub import accounts, launches, requirements, ventures
from hub.base import clock
from hub.base.formats import ago, day
from hub.base.i18n import _
from hub.request import SessionDep
from hub.web.pages import requirement_words as say

SHIPPED_DAYS = 60  # how long a requirement that shipped stands on the front page of who asked for it
SHOWN = 5


@dataclass(frozen=True)
class DutyRow:
    """A customer to tell; see templates/home/index.html."""

    state: str
    customer: str
    quote: str
    say: str
    waiting: str
    urgent: bool
    url: str
    told_url: str


@dataclass(frozen=True)
class ShippedRow:
    """A requirement of this person that shipped, with the material they may open."""

    title: str
    url: str
    said: str
    material: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Waiting:
    """One line of a list to work off."""

    label: str
    meta: str
    when: str
    family: str | None
    key: str
    url: str


@dataclass(frozen=True)
class WaitingList:
    """A list to work off."""

    title: str
    icon: str
    note: str
    tone: str
    url: str
    rows: tuple[Waiting, ...]


def duties(session: SessionDep, person: accounts.Actor) -> tuple[DutyRow, ...]:
    """The customers this person is still to tell, the longest waiting first."""
    return tuple(_duty(d) for d in requirements.owed(session, person))


def _duty(duty: requirements.Duty) -> DutyRow:
    waiting, late = say.waited(duty.since)
    return DutyRow(
        state=duty.milestone,
        customer=duty.customer,
        quote=duty.quote,
        say=duty.say or _("还没写好怎么说，先问问产品经理"),
        waiting=waiting,
        urgent=late,
        url=f"/requirements/{duty.key}#told" if duty.key else f"/requests/{duty.request_id}",
        told_url=f"/obligations/{duty.id}/told",
    )


def shipped(session: SessionDep, person: accounts.Actor) -> tuple[ShippedRow, ...]:
    """What this person asked for and is out: shipped, here is the material."""
    return tuple(
        ShippedRow(
            title=s.title,
            url=f"/requirements/{s.key}",
            said=" · ".join(t for t in (day(s.shipped_at), s.say) if t),
            material=tuple((c.title, f"/assets/{c.id}") for c in s.material),
        )
        for s in requirements.shipped_for(session, person, since=shipped_since())
    )


def shipped_since() -> datetime:
    """What shipped before stands on the front page no more."""
    return clock.now() - timedelta(days=SHIPPED_DAYS)


def waiting(person: accounts.Actor, *, since: Any) -> dict[str, Any]:
    """What is asked before the parts of the page are: whether there is anything in them. `since`: shipped after it."""
    return {
        **requirements.waiting(person, since=since),
        "due": ventures.due_wait(person),
        "to_sign": ventures.to_sign_wait(person),
        "plans_to_sign": launches.to_sign_wait(person),
        "plan_lines": launches.lines_wait(person),
    }


def queues(session: SessionDep, person: accounts.Actor, there: Mapping[str, bool]) -> list[WaitingList]:
    """What waits for a product manager, and for a technical expert; `there` says which of `waiting` hold anything."""
    found = [_next_steps(session, person)] if there["due"] else []
    found += [_to_sign(session, person)] if there["to_sign"] else []
    found += [_plans_to_sign(session, person)] if there["plans_to_sign"] else []
    found += [_plan_lines(session, person)] if there["plan_lines"] else []
    found += [_to_look_at(session, person)] if there["looks"] else []
    if "product_manager" in person.roles:
        found += [_unlinked(session, person), _to_score(session, person), _lacking(session, person)]
        found.append(_lapsed(session, person))
    if "technical_expert" in person.roles:
        found.append(_to_estimate(session, person))
    return [q for q in found if q.rows]


def _next_steps(session: SessionDep, person: accounts.Actor) -> WaitingList:
    """Next steps with other departments and partners that are due."""
    rows = tuple(
        Waiting(d.next_step, d.title, day(d.due_on), None, "", f"/ventures/{d.venture_id}#contact")
        for d in ventures.due(session, person)
    )
    note = _("跨部门方案里轮到您的")
    return WaitingList(_("到期的下一步"), "heart-handshake", note, "orange", "/ventures", rows)


def _to_sign(session: SessionDep, person: accounts.Actor) -> WaitingList:
    """Proposals that wait for this person's word."""
    rows = tuple(
        Waiting(v.title, v.with_whom, ago(v.updated_at), None, "", f"/ventures/{v.id}")
        for v in ventures.to_sign(session, person)
    )
    return WaitingList(_("等您签字的方案"), "pencil", "", "yellow", "/ventures", rows)


def _plans_to_sign(session: SessionDep, person: accounts.Actor) -> WaitingList:
    """Launch plans whose goals this person's side has not signed."""
    rows = tuple(
        Waiting(
            p.title,
            _("发布日 %(day)s") % {"day": day(p.released)} if p.released else _("还不知道哪天发布"),
            p.key,
            None,
            "",
            f"/launches/{p.key}",
        )
        for p in launches.to_sign(session, person)[:SHOWN]
    )
    note = _("目标要产品和运营都签")
    return WaitingList(_("等您签的上市计划"), "rocket", note, "yellow", "/launches?which=unsigned", rows)


def _plan_lines(session: SessionDep, person: accounts.Actor) -> WaitingList:
    """Lines of launch plans this person is accountable for, late or due soon."""
    rows = tuple(
        Waiting(
            line.title,
            line.plan,
            _("%(day)s 逾期") % {"day": day(line.due)} if line.late else day(line.due),
            None,
            "",
            f"/launches/{line.key}#{line.kind}",
        )
        for line in launches.own_lines(session, person)[:SHOWN]
    )
    note = _("由您负责、两周内要做完的")
    return WaitingList(_("上市计划里轮到您的"), "rocket", note, "orange", "/launches?which=mine", rows)


def _to_look_at(session: SessionDep, person: accounts.Actor) -> WaitingList:
    """Launch material of this person that was right for the requirement as it was before, or has expired."""
    rows = tuple(
        Waiting(
            look.asset,
            (look.needs and _("要更新：%(note)s") % {"note": look.needs})
            or (_("过期了 · %(title)s") % {"title": look.title} if look.over else look.title),
            say.role(look.role),
            None,
            "",
            f"/requirements/{look.key}#material-{look.material_id}",
        )
        for look in requirements.looks(session, person, limit=SHOWN)
    )
    note = _("需求改过，或者素材过期了：仍然有效，还是要更新？")
    return WaitingList(_("素材要再看一遍"), "clock-exclamation", note, "orange", "", rows)


def _lapsed(session: SessionDep, person: accounts.Actor) -> WaitingList:
    wanted = requirements.Filter(state=requirements.ATTENTION, mine=True, sort="oldest")
    rows, _total = requirements.find(session, person, wanted, limit=SHOWN)
    there = f"/requirements?state={requirements.ATTENTION}&mine=1"
    return WaitingList(
        _("已上市，有一项过不了"), "alert-triangle", _("补上就恢复正常"), "orange", there, _lines(rows)
    )


def _unlinked(session: SessionDep, person: accounts.Actor) -> WaitingList:
    asked, _total = requirements.asked(session, person, which="open", limit=SHOWN)
    rows = tuple(
        Waiting(
            a.request.quote,
            " · ".join(t for t in (a.customer, a.submitter) if t),
            ago(a.request.created_at),
            None,
            "",
            f"/requests/{a.request.id}",
        )
        for a in asked
    )
    return WaitingList(
        _("新诉求，还没归类"),
        "message-2",
        _("归到需求里，或新建一条"),
        "yellow",
        "/requests?which=open",
        rows,
    )


def _to_score(session: SessionDep, person: accounts.Actor) -> WaitingList:
    wanted = requirements.Filter(state="new", mine=True, sort="oldest")
    rows, _total = requirements.find(session, person, wanted, limit=SHOWN)
    there = "/requirements?state=new&mine=1"
    return WaitingList(_("等您评分"), "gauge", _("触达、影响、信心"), "yellow", there, _lines(rows))


def _lines(rows: list[requirements.Row]) -> tuple[Waiting, ...]:
    return tuple(
        Waiting(
            r.title,
            " · ".join(t for t in (r.key, say.amounts(r.demand.revenue)) if t),
            ago(r.updated_at),
            "requirement",
            r.state,
            f"/requirements/{r.key}",
        )
        for r in rows
    )


def _to_estimate(session: SessionDep, person: accounts.Actor) -> WaitingList:
    wanted = requirements.Filter(state=requirements.NO_EFFORT, mine=True, sort="oldest")
    rows, _total = requirements.find(session, person, wanted, limit=SHOWN)
    there = f"/requirements?state={requirements.NO_EFFORT}&mine=1"
    return WaitingList(_("等您估投入"), "hourglass", _("没有估算就排不了序"), "yellow", there, _lines(rows))


def _lacking(session: SessionDep, person: accounts.Actor) -> WaitingList:
    rows = tuple(
        Waiting(
            gap.title,
            _("还缺：%(roles)s") % {"roles": "、".join(say.role(r) for r in gap.missing)},
            day(gap.shipped_at),
            "requirement",
            "shipped",
            f"/requirements/{gap.key}#material",
        )
        for gap in requirements.lacking(session, person)[:SHOWN]
    )
    there = "/requirements?state=shipped&mine=1"
    return WaitingList(_("已发布，素材没齐"), "flag", _("没有素材，销售不好讲"), "orange", there, rows)
