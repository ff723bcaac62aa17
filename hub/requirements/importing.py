"""A requirement as the data of `requirements/REQ-<n>.yml`, in and out, with its history, requests and told ledger.

Import adds what is not there and changes what is said; it never takes away, sends nothing, and does nothing the second
time. A requirement that has moved on in the hub keeps its state and words: the file is older than the house.
"""

from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, activity, customers, taxonomy
from hub.base import clock
from hub.base.errors import HubError, NotAllowed
from hub.base.i18n import _
from hub.requirements import actions, effort, launching, moving, queries, rules, scoring
from hub.requirements.incoming import Incoming, day, moment, number, records, rows
from hub.requirements.incoming_material import attach, material
from hub.requirements.models import (
    FACTORS,
    RELATED,
    STATES,
    Obligation,
    Request,
    RequestLink,
    Requirement,
    RiceInput,
    Step,
)

MORNING = time(
    9
)  # a day of the file is kept as this hour of the house; what follows on the same day, a minute later
TEXTS = ("title", "summary", "quarter", "level", "limits", "outcome_words")
OF_REQUEST = ("title", "contact", "desired", "urgency", "industry", "product", "currency")


def from_data(
    session: Session,
    key: str,
    data: Mapping[str, Any],
    *,
    by: accounts.Actor,
    demo: bool = False,
    warnings: list[str] | None = None,
) -> str:
    """Take in the requirement of this key: "imported", "updated" or "unchanged". HubError names what is wrong with it;
    a name in `restricted_to` that nobody knows, or an unknown customer, refuses it whole. Only for administrators.
    """
    if not by.is_admin:
        raise NotAllowed(_("只有管理员能这样导入。"))
    if not isinstance(data, Mapping) or not str(data.get("title") or "").strip():
        raise HubError(_("需求没有标题。"))
    incoming = Incoming(session, by, demo=demo, told=warnings if warnings is not None else [])
    known = queries.by_key(session, key)
    requirement = known or _first(incoming, key, data)
    moved_on = known is not None and _has_moved_on(session, requirement, data)
    if moved_on:
        incoming.told.append(_("%(key)s 在站内已往前走，保留站内的状态和文字。") % {"key": key})
    else:
        _fields(incoming, requirement, data)
        _restrict(incoming, requirement, data)
        _history(incoming, requirement, data)
    _rice(incoming, requirement, data)
    reached = _reached(session, requirement, data)
    for asked in records(data, "requests"):
        _ledger(incoming, requirement, _request(incoming, requirement, asked), asked, reached)
    for brought in records(data, "material"):
        material(incoming, requirement, brought)
    for slug in rows(data, "related"):
        attach(incoming, requirement, RELATED, {"asset": slug})
    moving.take_in(incoming, requirement, data)
    moving.take_in_waivers(incoming, requirement, data)
    moving.take_in_changes(incoming, requirement, data)
    if not incoming.changed:
        return "unchanged"
    scoring.rescore(session, requirement)
    launching.note_attention(session, requirement)
    activity.record(session, "import", "requirement", requirement.id, by=by.id)
    actions.touch(session, requirement, at=_latest(session, requirement))
    return "updated" if known else "imported"


def _first(incoming: Incoming, key: str, data: Mapping[str, Any]) -> Requirement:
    started = min((moment(s.get("on")) for s in records(data, "history") if s.get("on")), default=clock.now())
    made = Requirement(
        key=key[:40],
        title=str(data["title"]).strip()[:300],
        created_at=started,
        updated_at=started,
        demo=incoming.demo,
    )
    incoming.add(made)
    return made


def _steps(session: Session, requirement: Requirement) -> list[Step]:
    query = select(Step).where(Step.requirement_id == requirement.id)
    return list(session.exec(query.order_by(col(Step.at), col(Step.id))).all())


def _has_moved_on(session: Session, requirement: Requirement, data: Mapping[str, Any]) -> bool:
    """True when the hub knows a step that the file does not."""
    said = {(str(s.get("to")), day(s.get("on"))) for s in records(data, "history")}
    return any((s.to_state, clock.today(s.at)) not in said for s in _steps(session, requirement))


def _fields(incoming: Incoming, requirement: Requirement, data: Mapping[str, Any]) -> None:
    state = str(data.get("state") or "new")
    if state not in STATES:
        raise HubError(_("没有“%(state)s”这种需求状态。") % {"state": state})
    product = data.get("product")
    if product and product not in taxonomy.words(incoming.session).products:
        raise HubError(_("没有“%(product)s”这个产品。") % {"product": product})
    values: dict[str, Any] = {n: str(data.get(n) or "").strip() for n in TEXTS}
    values["quarter"] = rules.good_quarter(values["quarter"]) or None
    values["level"] = values["level"] or "L2"
    if values["level"] not in rules.LEVELS:
        raise HubError(_("上市级别只有 L1、L2、L3。"))
    values |= {"state": state, "product": product or None}
    if data.get("revision"):
        values["revision"] = max(1, int(number(data["revision"]) or 1))
    values |= {
        "manager_id": incoming.person(data.get("manager")),
        "expert_id": incoming.person(data.get("expert")),
    }
    for name, value in values.items():
        incoming.set(requirement, name, value)


def _restrict(incoming: Incoming, requirement: Requirement, data: Mapping[str, Any]) -> None:
    teams, people = [], []
    for named in map(str, rows(data, "restricted_to")):
        if named.startswith("team:"):
            team = accounts.team_by_key(incoming.session, named.removeprefix("team:"))
            teams.append(team.id if team else None)
        else:
            person = accounts.by_email(incoming.session, named)
            people.append(person.id if person else None)
    if None in teams or None in people:
        raise HubError(_("“只对某些人开放”里有不认识的团队或人，为了不误公开，没有导入。"))
    wanted = {f"team:{t}" for t in teams} | {f"person:{p}" for p in people}
    if wanted == set(accounts.restriction(incoming.session, "requirement", requirement.id or 0)):
        return
    incoming.set(requirement, "restricted", bool(wanted))
    incoming.changed = True
    accounts.restrict(
        incoming.session,
        "requirement",
        requirement.id or 0,
        teams=[t for t in teams if t],
        people=[p for p in people if p],
    )


def _history(incoming: Incoming, requirement: Requirement, data: Mapping[str, Any]) -> None:
    there = {(s.to_state, clock.today(s.at), s.note, s.by_id) for s in _steps(incoming.session, requirement)}
    before: str | None = None
    for nth, said in enumerate(records(data, "history")):
        to, note = str(said.get("to")), str(said.get("note") or "").strip()
        if to not in STATES:
            raise HubError(_("没有“%(state)s”这种需求状态。") % {"state": to})
        at, author = moment(said.get("on"), nth), incoming.person(said.get("by"))
        if (to, clock.today(at), note, author) not in there:
            step = Step(
                from_state=before,
                to_state=to,
                note=note,
                by_id=author,
                at=at,
                requirement_id=requirement.id or 0,
            )
            incoming.add(step)
        _mark(incoming, requirement, to, note, at)
        before = to
    if not records(data, "history") and not there:
        step = Step(to_state=requirement.state, at=requirement.created_at, requirement_id=requirement.id or 0)
        incoming.add(step)


def _mark(incoming: Incoming, requirement: Requirement, to: str, note: str, at: datetime) -> None:
    """What a step leaves on the requirement itself."""
    if to in rules.DECIDED:
        incoming.set(requirement, "decision", note)
    if to == "shipped":
        incoming.set(requirement, "shipped_at", at)
    if to == "launched":
        incoming.set(requirement, "launched_at", at)


def _rice(incoming: Incoming, requirement: Requirement, data: Mapping[str, Any]) -> None:
    said = data.get("rice") or {}
    older = [i for i in records(data, "rice_history") if i.get("factor") in FACTORS]
    newest = [{**said[f], "factor": f} for f in FACTORS if isinstance(said.get(f), Mapping)]
    there = {
        (i.factor, i.value, clock.today(i.at), i.by_id)
        for rows in queries.inputs(incoming.session, requirement.id or 0).values()
        for i in rows
    }
    for nth, given in enumerate([*older, *newest]):
        value = number(given.get("value"))
        if value is None:
            continue
        factor, reason = given["factor"], str(given.get("reason") or "").strip()
        unit = str(given.get("unit") or rules.UNITS[factor])[:20]
        if factor == "effort":
            value, unit = value * effort.DAYS_IN.get(unit, Decimal(1)), rules.UNITS[factor]
        at, author = moment(given.get("on") or requirement.created_at, nth), incoming.person(given.get("by"))
        if (factor, value, clock.today(at), author) not in there:
            incoming.add(
                RiceInput(
                    requirement_id=requirement.id or 0,
                    factor=factor,
                    value=rules.good_value(factor, value, reason or "-"),
                    unit=unit,
                    parts={k: str(v) for k, v in (given.get("parts") or {}).items() if k in effort.PARTS},
                    reason=reason,
                    by_id=author,
                    at=at,
                )
            )


def _request(incoming: Incoming, requirement: Requirement, said: Mapping[str, Any]) -> Request:
    """The request of this customer in these words, made where it is not there, and linked."""
    request = _request_of(incoming, said, requirement.created_at)
    _link(incoming, requirement, request, said)
    return request


def _request_of(incoming: Incoming, said: Mapping[str, Any], since: datetime) -> Request:
    """The request of this customer in these words; one made now is of the day that the file says, else of `since`."""
    quote = str(said.get("quote") or "").strip()
    customer = customers.by_key(incoming.session, str(said.get("customer") or ""))
    customer = customer or customers.by_name(incoming.session, str(said.get("customer") or ""), incoming.by)
    if customer is None:
        raise HubError(
            _("没有“%(customer)s”这个客户。先导入客户，再导入需求。") % {"customer": said.get("customer")}
        )
    if not quote:
        raise HubError(_("%(customer)s 的诉求没有原话。") % {"customer": customer.name})
    there = select(Request).where(Request.customer_id == customer.id, Request.quote == quote)
    known = incoming.session.exec(there.order_by(col(Request.id))).first()
    request = known or Request(
        customer_id=customer.id, quote=quote, demo=incoming.demo, created_at=moment(said.get("on") or since)
    )
    if known is None:
        incoming.add(request)
    request_fields(incoming, request, said, customer)
    return request


def request_fields(
    incoming: Incoming, request: Request, said: Mapping[str, Any], customer: customers.Customer | None
) -> None:
    """What the file says of a request, beside its words and its customer."""
    values: dict[str, Any] = {n: said[n] for n in OF_REQUEST if said.get(n)}
    values.setdefault("industry", customer.industry if customer else None)
    values["tags"] = [str(t) for t in rows(said, "tags")] or request.tags
    values["key"] = request.key or _free_key(incoming, said)
    values["urgency"] = (
        values.get("urgency") if values.get("urgency") in {"high", "medium", "low"} else "medium"
    )
    revenue = number(said.get("revenue"))
    values["revenue"] = revenue.quantize(Decimal("0.01")) if revenue is not None else None
    values["customers"] = int(said["customers"]) if str(said.get("customers") or "").isdecimal() else None
    values["needed_by"] = day(said.get("needed_by"))
    values["submitter_id"] = incoming.person(said.get("submitter"))
    values["owner_id"] = incoming.person(said.get("owner")) or values["submitter_id"]
    if isinstance(said.get("extra"), Mapping):
        values["extra"] = {**request.extra, **said["extra"]}
    if said.get("opportunity"):
        values["opportunity_id"] = _deal(incoming, request, str(said["opportunity"]))
    if said.get("cancelled_on") and request.cancelled_at is None:
        values["cancelled_at"] = moment(said["cancelled_on"])
    for name, value in values.items():
        incoming.set(request, name, value)


def _deal(incoming: Incoming, request: Request, named: str) -> int | None:
    """The opportunity of the request's customer with this key or title; what stands, with a warning, where none has."""
    known = customers.opportunities(incoming.session, request.customer_id) if request.customer_id else []
    called = [d.id for d in known if d.key == named] or [d.id for d in known if d.title == named]
    if not called:
        incoming.told.append(_("没有叫“%(deal)s”的商机，这条诉求先不挂商机。") % {"deal": named[:60]})
        return request.opportunity_id
    return request.opportunity_id if request.opportunity_id in called else called[0]


def _free_key(incoming: Incoming, said: Mapping[str, Any]) -> str | None:
    """The external key that the file gives the request, unless another has it."""
    key = str(said.get("key") or "").strip()[:120]
    taken = select(Request.id).where(Request.key == key)
    return key if key and incoming.session.exec(taken).first() is None else None


def _link(incoming: Incoming, requirement: Requirement, request: Request, said: Mapping[str, Any]) -> None:
    there = select(RequestLink).where(
        RequestLink.request_id == request.id, RequestLink.requirement_id == requirement.id
    )
    part, answer = str(said.get("part") or "")[:300], str(said.get("answer") or "").strip()[:500]
    known = incoming.session.exec(there.order_by(col(RequestLink.ended_at).is_not(None))).first()
    if known is not None and answer and not known.answer:
        incoming.set(known, "answer", answer)
    if known is None:
        incoming.add(
            RequestLink(
                request_id=request.id or 0,
                requirement_id=requirement.id or 0,
                part=part,
                answer=answer,
                by_id=request.submitter_id,
                created_at=request.created_at,
            )
        )


def _reached(session: Session, requirement: Requirement, data: Mapping[str, Any]) -> dict[str, datetime]:
    """When the file says that customers had something to be told; what came later in the hub is told by the hub."""
    said = {(str(s.get("to")), day(s.get("on"))) for s in records(data, "history")}
    steps = [s for s in _steps(session, requirement) if s.to_state in rules.MILESTONES]
    return {s.to_state: s.at for s in steps if (s.to_state, clock.today(s.at)) in said}


def _ledger(
    incoming: Incoming,
    requirement: Requirement,
    request: Request,
    said: Mapping[str, Any],
    reached: Mapping[str, datetime],
) -> None:
    """An obligation for each milestone: told as the file says, else open if it is the last, else overtaken."""
    told = {str(t.get("milestone")): t for t in records(said, "told")}
    there = {
        o.milestone: o
        for o in incoming.session.exec(
            select(Obligation).where(
                Obligation.request_id == request.id, Obligation.requirement_id == requirement.id
            )
        )
    }
    for milestone, at in reached.items():
        said_of_it, known = told.get(milestone), there.get(milestone)
        if known is None:
            latest = requirement.state in ({milestone, "building"} if milestone == "planned" else {milestone})
            since = max(at, request.created_at)
            incoming.add(_obligation(requirement, request, milestone, since, said_of_it, latest=latest))
        elif known.state == "open" and said_of_it:
            fresh = _obligation(requirement, request, milestone, at, said_of_it, latest=True)
            for name in ("state", "how", "done_at"):
                incoming.set(known, name, getattr(fresh, name))


def _obligation(
    requirement: Requirement,
    request: Request,
    milestone: str,
    since: datetime,
    told: Mapping[str, Any] | None,
    *,
    latest: bool,
) -> Obligation:
    done = moment(told.get("on"), 1) if told and told.get("on") else None
    state = str(told.get("outcome") or "told") if told else "open" if latest else "overtaken"
    return Obligation(
        request_id=request.id or 0,
        requirement_id=requirement.id or 0,
        milestone=milestone,
        owner_id=request.owner_id,
        state=state,
        how=str(told.get("how") or "")[:120] if told else "",
        created_at=since,
        done_at=done if told else None,
    )


def _latest(session: Session, requirement: Requirement) -> datetime:
    """When something last happened to it, so that the newest comes first in lists after an import too."""
    said = [i.at for rows in queries.inputs(session, requirement.id or 0).values() for i in rows]
    steps = [s.at for s in _steps(session, requirement)]
    asked = [r.created_at for r in queries.linked_requests(session, requirement.id or 0)]
    return min(max([*said, *steps, *asked, requirement.created_at]), clock.now())
