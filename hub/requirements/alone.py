"""Requests that no requirement covers, as a library's list: not sorted yet, or taken back by their customer."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlmodel import Session, col, select

from hub import accounts, customers
from hub.base import clock
from hub.base.errors import NotAllowed
from hub.base.i18n import _
from hub.requirements.exporting import request_data
from hub.requirements.importing import request_of
from hub.requirements.incoming import Incoming, moment, records, rows
from hub.requirements.models import Regrouping, Request, RequestLink, Requirement
from hub.requirements.queries import by_key


def to_data(session: Session) -> list[dict[str, Any]]:
    """The requests without a standing link, oldest first; of one taken back when, by whom, why, and what covered it."""
    linked = select(RequestLink.request_id).where(col(RequestLink.ended_at).is_(None))
    query = select(Request).where(col(Request.deleted_at).is_(None), col(Request.id).not_in(linked))
    found = session.exec(query.order_by(col(Request.created_at), col(Request.id))).all()
    cancels = _cancels(session)
    ids = {i for r in found for i in (r.owner_id, r.submitter_id)} | {
        c.by_id for c, _keys in cancels.values()
    }
    people = {i: p.email for i, p in accounts.people_by_ids(session, ids).items()}
    known = customers.by_ids(session, [r.customer_id for r in found])
    return [
        {
            **request_data(r, known.get(r.customer_id or 0), people),
            **({"cancelled": _cancelled(*cancels[r.id or 0], people)} if r.id in cancels else {}),
        }
        for r in found
        if r.customer_id is not None
    ]


def _cancels(session: Session) -> dict[int, tuple[Regrouping, list[str]]]:
    """Per request that was taken back, by what, and the keys of the requirements that covered it."""
    query = select(Regrouping).where(Regrouping.kind == "cancel", col(Regrouping.undone_at).is_(None))
    found: dict[int, tuple[Regrouping, list[str]]] = {}
    by_id = {c.id: c for c in session.exec(query.order_by(col(Regrouping.id))).all()}
    for cancel in by_id.values():
        found[cancel.request_id or 0] = (cancel, [])
    ended = (
        select(RequestLink.request_id, Requirement.key)
        .join(Requirement, col(Requirement.id) == col(RequestLink.requirement_id))
        .where(col(RequestLink.ended_by).in_(list(by_id)), col(Requirement.deleted_at).is_(None))
    )
    for request_id, key in session.exec(ended.order_by(col(RequestLink.id))).all():
        if request_id in found and key not in found[request_id][1]:
            found[request_id][1].append(key)
    return found


def _cancelled(cancel: Regrouping, covered: list[str], people: Mapping[int, str]) -> dict[str, Any]:
    said = {
        "on": clock.today(cancel.at),
        "by": people.get(cancel.by_id or 0),
        "reason": cancel.reason,
        "covered": covered,
    }
    return {k: v for k, v in said.items() if v}


def from_data(
    session: Session,
    listed: Iterable[Mapping[str, Any]],
    *,
    by: accounts.Actor,
    demo: bool = False,
    **_more: Any,
) -> int:
    """Add the requests that are not there; returns how many were added or changed. One that is there and stands is not
    taken back by a file. Only for administrators.
    """
    if not by.is_admin:
        raise NotAllowed(_("只有管理员能这样导入。"))
    changed = 0
    for said in listed:
        incoming = Incoming(session, by, demo=demo, told=[])
        request, fresh = request_of(incoming, said, clock.now())
        if fresh and said.get("cancelled"):
            _take_back(incoming, request, said)
        changed += incoming.changed
    return changed


def _take_back(incoming: Incoming, request: Request, said: Mapping[str, Any]) -> None:
    (cancelled,) = records({"cancelled": [said["cancelled"]]}, "cancelled")
    moved = Regrouping(
        kind="cancel",
        request_id=request.id,
        reason=str(cancelled.get("reason") or "")[:500],
        by_id=incoming.person(cancelled.get("by")),
        at=moment(cancelled.get("on") or clock.today()),
    )
    incoming.add(moved)
    incoming.set(request, "cancelled_at", moved.at)
    for key in rows(cancelled, "covered"):
        requirement = by_key(incoming.session, str(key))
        if requirement is not None:
            link = RequestLink(
                request_id=request.id or 0,
                requirement_id=requirement.id or 0,
                by_id=request.submitter_id,
                created_at=request.created_at,
                ended_at=moved.at,
                ended_by=moved.id,
            )
            incoming.add(link)
