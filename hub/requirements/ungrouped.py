"""Requests that stand in no requirement's file, as the data of `requests.yml`, in and out.

A request whose requirement is in the library lies in the file of that requirement; here is what nobody has grouped yet,
and what was taken out of a requirement again. Reading the same data twice changes nothing.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, customers
from hub.base import clock
from hub.base.errors import HubError, NotAllowed
from hub.base.i18n import _
from hub.requirements.exporting import request_data
from hub.requirements.importing import request_fields
from hub.requirements.incoming import Incoming, moment
from hub.requirements.models import Request, RequestLink, Requirement


def ungrouped(session: Session) -> list[Request]:
    """The requests that no requirement's file holds, in the order in which they came; those in the trash are left."""
    held = (
        select(RequestLink.request_id)
        .join(Requirement, col(Requirement.id) == RequestLink.requirement_id)
        .where(
            col(Requirement.deleted_at).is_(None),
            col(RequestLink.ended_at).is_(None) | col(RequestLink.ended_by).is_not(None),
        )
    )
    alone = select(Request).where(col(Request.deleted_at).is_(None), col(Request.id).not_in(held))
    return list(session.exec(alone.order_by(col(Request.created_at), col(Request.id))).all())


def requests_to_data(session: Session) -> list[dict[str, Any]]:
    found = ungrouped(session)
    known = customers.by_ids(session, [r.customer_id for r in found])
    people = accounts.people_by_ids(session, [i for r in found for i in (r.owner_id, r.submitter_id)])
    addresses = {i: p.email for i, p in people.items()}
    deals = customers.deals_by_ids(session, [r.opportunity_id for r in found])
    return [request_data(r, known.get(r.customer_id or 0), addresses, deals) for r in found]


def requests_from_data(
    session: Session, listed: list[Mapping[str, Any]], *, by: accounts.Actor, demo: bool = False
) -> int:
    """Take the requests in; returns how many were added or changed. HubError for one without words, or of a customer
    whom nobody knows. Only for administrators.
    """
    if not by.is_admin:
        raise NotAllowed(_("只有管理员能这样导入。"))
    changed = 0
    for said in listed:
        incoming = Incoming(session, by, demo=demo, told=[])
        _take_in(incoming, said)
        changed += incoming.changed
    return changed


def _take_in(incoming: Incoming, said: Mapping[str, Any]) -> None:
    quote = str(said.get("quote") or "").strip()
    if not quote:
        raise HubError(_("有一条诉求没有原话。"))
    customer = _customer(incoming, str(said.get("customer") or ""))
    at = moment(said["on"]) if said.get("on") else clock.now()
    known = _there(incoming.session, customer, quote)
    if known is not None:  # a file takes nothing back that stands in the hub
        said = {name: value for name, value in said.items() if name != "cancelled_on"}
    request_fields(incoming, known or _new(incoming, customer, quote, at), said, customer)


def _customer(incoming: Incoming, named: str) -> customers.Customer | None:
    if not named:
        return None
    found = customers.by_key(incoming.session, named) or customers.by_name(
        incoming.session, named, incoming.by
    )
    if found is None:
        raise HubError(_("没有“%(customer)s”这个客户。先导入客户，再导入需求。") % {"customer": named})
    return found


def _there(session: Session, customer: customers.Customer | None, quote: str) -> Request | None:
    """The request of this customer in these words."""
    of = col(Request.customer_id) == customer.id if customer else col(Request.customer_id).is_(None)
    return session.exec(select(Request).where(of, Request.quote == quote).order_by(col(Request.id))).first()


def _new(incoming: Incoming, customer: customers.Customer | None, quote: str, at: datetime) -> Request:
    made = Request(
        customer_id=customer.id if customer else None, quote=quote, demo=incoming.demo, created_at=at
    )
    incoming.add(made)
    return made
