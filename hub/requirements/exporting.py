"""A requirement as the data of `requirements/REQ-<n>.yml`: what `importing` reads back to the same requirement."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, assets, customers
from hub.base import clock
from hub.requirements import queries, rules
from hub.requirements.models import (
    FACTORS,
    RELATED,
    Material,
    Obligation,
    Request,
    RequestLink,
    Requirement,
    RiceInput,
    Step,
)
from hub.requirements.moving import changes_data, made_by_splits, moved_data, moved_requests, waivers_data


def to_data(session: Session, requirement: Requirement) -> dict[str, Any]:
    """The requirement as plain data (texts, numbers, dates); what is empty is left out."""
    number = requirement.id or 0
    steps = session.exec(
        select(Step).where(Step.requirement_id == number).order_by(col(Step.at), col(Step.id))
    ).all()
    said = queries.inputs(session, number)
    requests = queries.linked_requests(session, number) + moved_requests(session, number)
    attached = queries.material(session, [number])
    people = _addresses(session, requirement, steps, said, requests, attached)
    data: dict[str, Any] = {
        "key": requirement.key,
        "title": requirement.title,
        "product": requirement.product,
        "summary": requirement.summary,
        "state": requirement.state,
        "quarter": requirement.quarter,
        "level": requirement.level,
        "manager": people.get(requirement.manager_id or 0),
        "expert": people.get(requirement.expert_id or 0),
        "revision": requirement.revision if requirement.revision > 1 else None,
        "limits": requirement.limits,
        "outcome_words": requirement.outcome_words,
        "restricted_to": _open_to(session, requirement),
        "rice": {f: _input(said[f][0], people) for f in FACTORS if f in said},
        "rice_history": _older(said, people),
        "history": [_step(s, people) for s in steps],
        **_material(session, attached, people, requirement.revision),
        **moved_data(session, requirement),
        "changes": changes_data(session, number),
        "waivers": waivers_data(session, number),
        "requests": _requests(session, number, requests, people),
    }
    return _kept(data)


def _kept(data: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in data.items() if v not in (None, "", [], {})}


def _addresses(
    session: Session,
    requirement: Requirement,
    steps: Iterable[Step],
    said: Mapping[str, list[RiceInput]],
    requests: Iterable[Request],
    attached: Iterable[Material],
) -> dict[int, str]:
    ids = {requirement.manager_id, requirement.expert_id, *(s.by_id for s in steps)}
    ids |= {i.by_id for rows in said.values() for i in rows} | {m.owner_id for m in attached}
    ids |= {i for r in requests for i in (r.owner_id, r.submitter_id)}
    return {i: p.email for i, p in accounts.people_by_ids(session, ids).items()}


def _open_to(session: Session, requirement: Requirement) -> list[str]:
    """Who a restricted requirement is open to: team:<key> and addresses."""
    if not requirement.restricted:
        return []
    tokens = accounts.restriction(session, "requirement", requirement.id or 0)
    named = {f"team:{t.id}": f"team:{t.key}" for t in accounts.teams(session)}
    people = accounts.people_by_ids(session, [int(t[7:]) for t in tokens if t.startswith("person:")])
    named |= {f"person:{i}": p.email for i, p in people.items()}
    return sorted(named[t] for t in tokens if t in named)


def _plain(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)


def _input(said: RiceInput, people: Mapping[int, str]) -> dict[str, Any]:
    return _kept(
        {
            "value": _plain(said.value),
            "unit": said.unit,
            "parts": dict(said.parts),
            "by": people.get(said.by_id or 0),
            "on": clock.today(said.at),
            "reason": said.reason,
        }
    )


def _older(said: Mapping[str, list[RiceInput]], people: Mapping[int, str]) -> list[dict[str, Any]]:
    """What was said before, oldest first."""
    older = sorted((i for rows in said.values() for i in rows[1:]), key=lambda i: (i.at, i.id or 0))
    return [{"factor": i.factor, **_input(i, people)} for i in older]


def _step(step: Step, people: Mapping[int, str]) -> dict[str, Any]:
    return _kept(
        {
            "on": clock.today(step.at),
            "to": step.to_state,
            "by": people.get(step.by_id or 0),
            "note": step.note,
        }
    )


def _verified(material: Material, revision: int) -> int | None:
    """For which revision it was found right, where that is not the present one."""
    if material.asset_id is None or material.verified_revision in {None, revision}:
        return None
    return material.verified_revision


def _material(
    session: Session, attached: list[Material], people: Mapping[int, str], revision: int
) -> dict[str, list[Any]]:
    ids = [m.asset_id for m in attached if m.asset_id is not None]
    rows = session.exec(select(assets.Asset.id, assets.Asset.slug).where(col(assets.Asset.id).in_(ids)))
    slugs: dict[int, str] = {int(i): slug for i, slug in rows if i is not None}
    filled = [m for m in attached if m.role != RELATED and (m.asset_id is None or m.asset_id in slugs)]
    return {
        "material": [
            _kept(
                {
                    "role": m.role,
                    "asset": slugs.get(m.asset_id or 0),
                    "due_on": m.due_on,
                    "owner": people.get(m.owner_id or 0),
                    "note": m.note,
                    "verified": _verified(m, revision),
                    "checked_on": clock.today(m.verified_at) if m.verified_at else None,
                    "needs": m.needs,
                }
            )
            for m in filled
        ],
        "related": [slugs[m.asset_id] for m in attached if m.role == RELATED and m.asset_id in slugs],
    }


def _requests(
    session: Session, number: int, requests: list[Request], people: Mapping[int, str]
) -> list[dict[str, Any]]:
    known = customers.by_ids(session, [r.customer_id for r in requests])
    deals = customers.deals_by_ids(session, [r.opportunity_id for r in requests])
    links = {
        k.request_id: k
        for k in session.exec(
            select(RequestLink)
            .where(
                RequestLink.requirement_id == number,
                col(RequestLink.ended_at).is_(None) | col(RequestLink.ended_by).is_not(None),
            )
            .order_by(col(RequestLink.ended_at).is_(None), col(RequestLink.id))
        )
    }
    splits = made_by_splits(session, number)
    ledger: dict[int, list[Obligation]] = {}
    for o in session.exec(select(Obligation).where(Obligation.requirement_id == number)):
        ledger.setdefault(o.request_id, []).append(o)
    return [
        _request(
            r,
            known.get(r.customer_id or 0),
            links[r.id or 0],
            ledger.get(r.id or 0, []),
            people,
            deals,
            split=links[r.id or 0].made_by in splits,
        )
        for r in requests
        if r.id in links
    ]


def _request(
    request: Request,
    customer: customers.Customer | None,
    link: RequestLink,
    ledger: list[Obligation],
    people: Mapping[int, str],
    deals: Mapping[int, customers.Opportunity],
    *,
    split: bool,
) -> dict[str, Any]:
    of_link = {"part": link.part, "answer": link.answer, "split": True if split else None}
    return request_data(request, customer, people, deals) | _kept({**of_link, "told": _told(ledger)})


def request_data(
    request: Request,
    customer: customers.Customer | None,
    people: Mapping[int, str],
    deals: Mapping[int, customers.Opportunity],
) -> dict[str, Any]:
    """The request by itself; `people` are addresses, `deals` opportunities, by id."""
    deal = deals.get(request.opportunity_id or 0)
    own_industry = customer is None or request.industry != customer.industry
    texts = ("key", "title", "quote", "tags", "contact", "desired", "currency", "customers", "urgency")
    return _kept(
        {
            **{name: getattr(request, name) for name in texts},
            "customer": (customer.key or customer.name) if customer else None,
            "revenue": _plain(request.revenue) if request.revenue is not None else None,
            "needed_by": request.needed_by,
            "industry": request.industry if own_industry else None,
            "product": request.product,
            "opportunity": (deal.key or deal.title) if deal else None,
            "extra": request.extra,
            "submitter": people.get(request.submitter_id or 0),
            "owner": people.get(request.owner_id or 0),
            "on": clock.today(request.created_at),
            "cancelled_on": clock.today(request.cancelled_at) if request.cancelled_at else None,
        }
    )


def _told(ledger: list[Obligation]) -> list[dict[str, Any]]:
    order = {m: n for n, m in enumerate(rules.MILESTONES)}
    closed = [o for o in ledger if o.state in {"told", "gone", "not_asked"}]
    return [
        _kept(
            {
                "milestone": o.milestone,
                "on": _on(o),
                "how": o.how,
                "outcome": o.state if o.state != "told" else None,
            }
        )
        for o in sorted(closed, key=lambda o: order[o.milestone])
    ]


def _on(obligation: Obligation) -> date | None:
    return clock.today(obligation.done_at) if obligation.done_at else None
