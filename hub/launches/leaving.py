"""Who leaves hands over the plans they lead and the lines they are accountable for."""

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, func, select

from hub import accounts
from hub.base import outbox
from hub.base.errors import Conflict
from hub.base.i18n import n_
from hub.launches.models import LaunchHand, LaunchLine, LaunchPlan


def held(session: Session, person_id: int) -> int:
    """How many open lines and plans hang on this person."""
    lines = select(func.count()).select_from(LaunchLine).where(*_open_lines(person_id))
    plans = select(func.count()).select_from(LaunchPlan).where(LaunchPlan.owner_id == person_id)
    return session.exec(lines).one() + session.exec(plans).one()


def _open_lines(person_id: int) -> tuple[ColumnElement[bool], ...]:
    return col(LaunchLine.owner_id) == person_id, col(LaunchLine.done_at).is_(None)


def must_be_free(session: Session, person_id: int) -> None:
    """Raise Conflict while a plan or a line waits for this person."""
    count = held(session, person_id)
    if count:
        raise Conflict(
            n_("他在上市计划里还有 %(n)s 项没做完。先在人员页“交接”里转给一位同事，再停用。", count)
        )


def hand_over_all(session: Session, person_id: int, to_id: int, *, by: accounts.Actor) -> int:
    """Open lines and plans of one person become another's; returns how many. What is done keeps the name of who did
    it. The other is checked by `requirements.hand_over_all`.
    """
    by.must("people.manage")
    count = held(session, person_id)
    for line in session.exec(select(LaunchLine).where(*_open_lines(person_id))).all():
        line.owner_id, line.edition = to_id, line.edition + 1
        twice = delete(LaunchHand).where(col(LaunchHand.line_id) == line.id)
        session.exec(twice.where(col(LaunchHand.person_id) == to_id))
        session.add(line)
    for plan in session.exec(select(LaunchPlan).where(LaunchPlan.owner_id == person_id)).all():
        plan.owner_id, plan.edition = to_id, plan.edition + 1
        session.add(plan)
        outbox.changed(session, "requirement", plan.requirement_id)
    session.flush()
    return count
