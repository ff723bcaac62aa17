"""Who leaves hands over first: requests they own, customers they are still to tell, requirements they manage."""

from dataclasses import dataclass

from sqlalchemy import and_
from sqlmodel import Session, col, func, select

from hub import accounts, activity
from hub.base.errors import Conflict, HubError
from hub.base.formats import listed
from hub.base.i18n import _, n_
from hub.requirements import rules
from hub.requirements.actions import touch
from hub.requirements.models import Obligation, Request, Requirement
from hub.requirements.queries import request_visible

LIVE = (*rules.OPEN, *rules.OUT, "parked", "reopened")


@dataclass(frozen=True)
class Held:
    """What a person holds that others wait for."""

    duties: int
    requests: int
    requirements: int

    @property
    def anything(self) -> bool:
        return bool(self.duties or self.requests or self.requirements)

    @property
    def said(self) -> str:
        """What there is, as a list in words; nothing is said of what there is none of."""
        found = (
            n_("%(n)s 件要告诉客户的事", self.duties) if self.duties else "",
            n_("%(n)s 条诉求", self.requests) if self.requests else "",
            n_("%(n)s 条需求", self.requirements) if self.requirements else "",
        )
        return listed(part for part in found if part)


def held(session: Session, person_id: int) -> Held:
    """How much of the loop hangs on this person."""

    def count(model: type, *conditions: object) -> int:
        return session.exec(select(func.count()).select_from(model).where(*conditions)).one()  # type: ignore[arg-type]

    return Held(
        duties=count(Obligation, Obligation.owner_id == person_id, Obligation.state == "open"),
        requests=count(Request, *_own_requests(person_id)),
        requirements=count(Requirement, *_own_requirements(person_id)),
    )


def _own_requests(person_id: int) -> tuple[object, ...]:
    mine = col(Request.owner_id) == person_id
    return mine, col(Request.deleted_at).is_(None), col(Request.cancelled_at).is_(None)


def _own_requirements(person_id: int) -> tuple[object, ...]:
    mine = (col(Requirement.manager_id) == person_id) | (col(Requirement.expert_id) == person_id)
    live = col(Requirement.state).in_(LIVE)
    return mine, live, col(Requirement.deleted_at).is_(None), col(Requirement.merged_into_id).is_(None)


def must_be_free(session: Session, person_id: int) -> None:
    """Raise Conflict while customers, requests or requirements still wait for this person."""
    found = held(session, person_id)
    if found.anything:
        raise Conflict(
            _("他名下还有 %(held)s。先在人员页“交接”里转给一位同事，再停用。") % {"held": found.said}
        )


def _must_know(session: Session, person_id: int, to: accounts.Actor) -> None:
    """Raise Conflict where a request that changes hands is of a customer whom this colleague may not know of."""
    owed = select(Obligation.request_id).where(Obligation.owner_id == person_id, Obligation.state == "open")
    goes = and_(*_own_requests(person_id)) | col(Request.id).in_(owed)  # type: ignore[arg-type]
    there = select(Request.id).where(goes, col(Request.deleted_at).is_(None))
    hidden = set(session.exec(there).all()) - set(session.exec(there.where(request_visible(to))).all())
    if hidden:
        said = {"who": to.name, "held": n_("%(n)s 条诉求", len(hidden))}
        raise Conflict(
            _("%(held)s 来自 %(who)s 不能看的保密客户。换一位同事，或先把这些客户向他开放。") % said
        )


def hand_over_all(session: Session, person_id: int, to_id: int, *, by: accounts.Actor) -> Held:
    """Everything of the loop that hangs on one person becomes another's; returns what it was."""
    by.must("people.manage")
    to = accounts.actors(session, [to_id]).get(to_id)
    if to is None or to_id == person_id:
        raise HubError(_("请选一位在职的同事来接。"))
    _must_know(session, person_id, to)
    found = held(session, person_id)
    open_ones = select(Obligation).where(Obligation.owner_id == person_id, Obligation.state == "open")
    for owed in session.exec(open_ones).all():
        owed.owner_id = to_id
        session.add(owed)
    for request in session.exec(select(Request).where(*_own_requests(person_id))).all():  # type: ignore[arg-type]
        request.owner_id = to_id
        session.add(request)
    managed = select(Requirement).where(*_own_requirements(person_id))  # type: ignore[arg-type]
    for requirement in session.exec(managed).all():
        if requirement.manager_id == person_id:
            requirement.manager_id = to_id
        if requirement.expert_id == person_id:
            requirement.expert_id = to_id
        touch(session, requirement, at=requirement.updated_at)
    session.flush()
    activity.record(session, "hand_over", "person", person_id, by=by.id, to_id=to_id)
    return found
