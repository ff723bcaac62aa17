"""Talks about a proposal: what came of each, and who does what next until when. Permission is checked here."""

from datetime import date

from sqlmodel import Session

from hub import accounts, activity, notices
from hub.base import clock
from hub.base.errors import HubError, NotAllowed, NotFound
from hub.base.i18n import _
from hub.ventures import queries
from hub.ventures.actions import must_edit, refresh
from hub.ventures.models import OUTCOMES, Venture, VentureStep


def add_step(
    session: Session,
    venture: Venture,
    *,
    outcome: str,
    next_step: str,
    owner_id: int,
    due_on: date | None,
    whom: str = "",
    note: str = "",
    held_on: date | None = None,
    by: accounts.Actor,
) -> VentureStep:
    """Note a talk: what came of it, and the next step with who takes it and until when. It is told to them."""
    must_edit(session, venture, by, edition=None)
    if outcome not in OUTCOMES:
        raise HubError(_("请选这次谈下来的结果。"))
    if not next_step.strip() or due_on is None:
        raise HubError(_("不管结果怎样，都要写下一步：做什么、谁来做、哪天前。"))
    actor = accounts.actors(session, [owner_id]).get(owner_id)
    if actor is None:
        raise HubError(_("请选一位在职的同事。"))
    made = VentureStep(
        venture_id=venture.id or 0,
        held_on=held_on or clock.today(),
        whom=whom.strip()[:200],
        outcome=outcome,
        note=note.strip()[:1000],
        next_step=next_step.strip()[:300],
        owner_id=owner_id,
        due_on=due_on,
        by_id=by.id,
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    _follow_talks(session, venture)
    activity.record(session, "talk", "venture", venture.id, by=by.id, outcome=outcome)
    if owner_id != by.id:
        event = f"venture:{venture.id}:step:{made.id}"
        notices.tell(
            session, [owner_id], event=event, key="venture_step", url=f"/ventures/{venture.id}#contact",
            title=venture.title, who=by.name, step=made.next_step,
        )  # fmt: skip
    return made


def _follow_talks(session: Session, venture: Venture) -> None:
    """The outcome of a proposal is that of its latest talk."""
    steps = queries.steps_of(session, venture)
    venture.outcome = steps[0].outcome if steps else "open"
    venture.updated_at = clock.now()
    session.add(venture)
    session.flush()
    refresh(session, venture)


def step_done(session: Session, venture: Venture, step_id: int, *, by: accounts.Actor) -> None:
    """The next step is taken: said by whoever was to take it, or who may edit. Twice changes nothing."""
    step = session.get(VentureStep, step_id)
    if step is None or step.venture_id != venture.id:
        raise NotFound(_("没有这一步。"))
    if step.owner_id != by.id and not queries.may_edit(venture, by):
        owner = accounts.names(session, [step.owner_id]).get(step.owner_id or 0, "")
        raise NotAllowed(_("这一步由%(name)s来销。") % {"name": owner})
    if step.done_at is None:
        step.done_at = clock.now()
        session.add(step)
        activity.record(session, "step_done", "venture", venture.id, by=by.id, step=step.id)
