"""Undoing a merge, a split or a cancelled request: what it moved comes back, what came later stays where it is."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from hub import accounts, activity
from hub.base import clock, jobs
from hub.base.errors import NotAllowed, NotFound
from hub.base.i18n import _
from hub.requirements import queries, rules
from hub.requirements.actions import must_manage, touch
from hub.requirements.asking import may_settle, tell_what_is_known
from hub.requirements.models import (
    Obligation,
    Regrouping,
    Request,
    RequestLink,
    Requirement,
    RiceInput,
    SheetLine,
    Step,
)
from hub.requirements.regrouping import (
    absorbed_count,
    close,
    is_linked,
    links_of,
    standing_cancel,
    standing_merge,
)


def get_regrouping(session: Session, number: int, by: accounts.Actor) -> Regrouping:
    """A regrouping whose ends this actor may read; NotFound otherwise."""
    found = session.get(Regrouping, number)
    if found is None:
        raise NotFound(_("没有这次合并或拆分。"))
    for end in (found.from_id, found.to_id):
        if end is not None and not accounts.may_read(session, "requirement", end, by):
            raise NotFound(_("没有这次合并或拆分。"))
    if found.request_id is not None:
        queries.get_request(session, found.request_id, by)
    return found


def undo(session: Session, moved: Regrouping, *, by: accounts.Actor, at: datetime | None = None) -> None:
    """Give back what it moved; links that came later stay where they are. Undoing twice changes nothing."""
    _may_undo(session, moved, by)
    if moved.undone_at is not None:
        return
    at = at or clock.now()
    moved.undone_at, moved.undone_by_id = at, by.id
    session.add(moved)
    source = session.get(Requirement, moved.from_id) if moved.from_id else None
    target = session.get(Requirement, moved.to_id) if moved.to_id else None
    if moved.kind == "merge" and source is not None:
        source.merged_into_id = None
        session.add(source)
    if moved.kind == "cancel":
        request = session.get_one(Request, moved.request_id)
        request.cancelled_at = None
        session.add(request)
    session.flush()
    back = _give_back(session, moved, at)
    given = {number for number, _request, _left in back}
    _open_again(session, moved.overtook)
    if target is not None:
        _drop_what_left(session, target, at)
        _drop_empty(session, moved, target, by, at)
    thing, number = (
        ("request", moved.request_id) if moved.kind == "cancel" else ("requirement", moved.from_id)
    )
    activity.record(session, f"undo_{moved.kind}", thing, number, by=by.id, to=moved.to_id)
    touched = [session.get_one(Requirement, number) for number in given]
    for requirement in {r.id: r for r in (source, target, *touched) if r is not None}.values():
        touch(session, requirement, at=at)
        tell_what_is_known(session, requirement, _unheard(session, requirement, back))
    if moved.kind == "merge":
        jobs.later(session, "requirement.regrouped", key=f"regrouping:{moved.id}", regrouping_id=moved.id)


def _may_undo(session: Session, moved: Regrouping, by: accounts.Actor) -> None:
    if moved.kind == "cancel":
        if not may_settle(session.get_one(Request, moved.request_id), by):
            raise NotAllowed(_("只有提诉求的人、它的负责人和产品经理能恢复。"))
        return
    must_manage(session, session.get_one(Requirement, moved.from_id), by)


Back = tuple[int, int, datetime | None]
"""A requirement, a request it got back, and when the request had left it; None where it was never there before."""


def _give_back(session: Session, moved: Regrouping, at: datetime) -> list[Back]:
    """End the links it made and open those it ended; returns what came back to where."""
    made = list(session.exec(select(RequestLink).where(RequestLink.made_by == moved.id)).all())
    gone_on = {k.request_id for k in made if k.ended_at is not None}
    for link in made:
        if link.ended_at is None:
            link.ended_at = at
            session.add(link)
    session.flush()
    ended = session.exec(
        select(RequestLink).where(RequestLink.ended_by == moved.id).order_by(col(RequestLink.id))
    )
    back = [k for k in ended.all() if k.request_id not in gone_on]
    return [found for found in (_restore(session, k) for k in back) if found is not None]


def _unheard(session: Session, requirement: Requirement, back: Sequence[Back]) -> list[int]:
    """The requests among these that are to hear of the requirement's state as it is. What came with an import told
    nobody of the state it came with, and hears of those only that the requirement reached while it was away.
    """
    mine = {request: left for number, request, left in back if number == requirement.id}
    query = select(Step.at).where(Step.requirement_id == requirement.id, Step.to_state == requirement.state)
    reached = session.exec(query.order_by(col(Step.at).desc())).first()
    old = [i for i, left in mine.items() if left is not None and reached is not None and reached <= left]
    silent = imported(session, old)
    return [i for i in mine if i not in silent]


def imported(session: Session, request_ids: Sequence[int]) -> set[int]:
    """Which of these requests came with an import: by a sheet, or by a file of the library, which has a key."""
    sheets = select(SheetLine.thing_id).where(
        SheetLine.thing == "request", col(SheetLine.thing_id).in_(request_ids), col(SheetLine.made)
    )
    files = select(Request.id).where(col(Request.id).in_(request_ids), col(Request.key).is_not(None))
    return {i for i in (*session.exec(sheets).all(), *session.exec(files).all()) if i is not None}


def _restore(session: Session, link: RequestLink) -> Back | None:
    """Open an ended link; where the regrouping that made it was itself undone meanwhile, the one before it."""
    maker = session.get(Regrouping, link.made_by) if link.made_by else None
    if maker is not None and maker.undone_at is not None:
        before = select(RequestLink).where(
            RequestLink.ended_by == maker.id, RequestLink.request_id == link.request_id
        )
        first = session.exec(before.order_by(col(RequestLink.id))).first()
        return _restore(session, first) if first is not None else None
    if link.ended_at is None or is_linked(session, link.request_id, link.requirement_id):
        return None
    gone = standing_cancel(session, session.get_one(Request, link.request_id))
    if gone is not None:  # it comes back to here when the request does
        link.ended_by = gone.id
        session.add(link)
        return None
    merge = standing_merge(session, session.get_one(Requirement, link.requirement_id))
    if merge is not None:
        return _follow(session, link, merge)
    left, link.ended_at, link.ended_by = link.ended_at, None, None
    session.add(link)
    session.flush()
    return link.requirement_id, link.request_id, left


def _follow(session: Session, link: RequestLink, merge: Regrouping) -> Back | None:
    """The requirement was merged meanwhile: the request goes where its others went, and comes back with them."""
    link.ended_by = merge.id
    session.add(link)
    if is_linked(session, link.request_id, merge.to_id or 0):
        return None
    made = RequestLink(
        request_id=link.request_id,
        requirement_id=merge.to_id or 0,
        part=link.part,
        answer=link.answer,
        by_id=merge.by_id,
        made_by=merge.id,
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    return made.requirement_id, made.request_id, None


def _open_again(session: Session, ids: Sequence[int]) -> None:
    """Obligations that the regrouping overtook, where the request is with its requirement again in that state."""
    for found in session.exec(select(Obligation).where(col(Obligation.id).in_(list(ids)))).all():
        requirement = session.get_one(Requirement, found.requirement_id)
        stands = rules.is_told_in(found.milestone, requirement.state)
        if (
            found.state == "overtaken"
            and stands
            and is_linked(session, found.request_id, requirement.id or 0)
        ):
            found.state, found.done_at = "open", None
            session.add(found)
    session.flush()


def _drop_what_left(session: Session, target: Requirement, at: datetime) -> None:
    """Open obligations of requests that the target covers no more."""
    here = {k.request_id for k in links_of(session, target)}
    query = select(Obligation).where(Obligation.requirement_id == target.id, Obligation.state == "open")
    close(session, [o for o in session.exec(query).all() if o.request_id not in here], at)


def _drop_empty(
    session: Session, moved: Regrouping, target: Requirement, by: accounts.Actor, at: datetime
) -> None:
    """A requirement that the split made and that nobody has worked on goes to the trash with it."""
    if moved.kind != "split" or not moved.made or links_of(session, target):
        return
    said = session.exec(select(RiceInput.id).where(RiceInput.requirement_id == target.id)).first()
    gave = select(Regrouping.id).where(Regrouping.from_id == target.id, col(Regrouping.undone_at).is_(None))
    alone = not absorbed_count(session, target) and session.exec(gave).first() is None
    if target.state == "new" and said is None and alone:
        target.deleted_at, target.deleted_by_id = at, by.id
        session.add(target)
        activity.record(session, "trash", "requirement", target.id, by=by.id)
