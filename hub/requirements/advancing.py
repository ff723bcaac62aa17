"""Bringing a requirement on by hand. What it takes a review meeting to decide (planned, parked, declined) is decided in
a meeting that runs and nowhere else, so that nothing is promised or refused without a rationale and the three roles.
"""

from typing import Unpack

from sqlmodel import Session

from hub import accounts
from hub.base.errors import Conflict
from hub.base.i18n import _
from hub.requirements import actions, rules
from hub.requirements.models import Requirement, Step


def by_hand(state: str) -> tuple[str, ...]:
    """What a product manager may do next outside of a meeting."""
    return tuple(to for to in rules.FOLLOWS[state] if to not in rules.DECIDED)


def advance(
    session: Session, requirement: Requirement, to: str, *, by: accounts.Actor, **given: Unpack[actions.Words]
) -> Step:
    """Like `move`, but Conflict for what a meeting decides."""
    if to in rules.DECIDED:
        actions.must_manage(session, requirement, by)
        actions.must_stand(requirement)
        rules.must_follow(requirement.state, to)
        raise Conflict(
            _("“%(to)s”只在进行中的评审会上定。把需求放进议程，会议开始后在那里选，写上理由。")
            % {"to": rules.STATE_LABELS[to]}
        )
    return actions.move(session, requirement, to, by=by, **given)
