"""What meetings tell people besides what the requirement itself tells: more to find out, and put off too often.

Who is told is worked out when it is told; every requester hears of their own item only.
"""

from sqlmodel import Session

from hub import accounts, notices, requirements
from hub.meetings.models import MeetingItem
from hub.requirements import Requirement


def tell_of_more(session: Session, item_id: int) -> int:
    """Ask those who filed the requests for what the meeting still wants to know; returns how many had not heard."""
    item = session.get(MeetingItem, item_id)
    if item is None or item.outcome != "more":
        return 0
    found = session.get_one(Requirement, item.requirement_id)
    requests = requirements.linked_requests(session, item.requirement_id)
    people = accounts.actors(session, [i for r in requests for i in (r.owner_id, r.submitter_id)])
    return requirements.tell_people(
        session,
        found,
        requests,
        people,
        event=f"meeting:{item.meeting_id}:{item.requirement_id}:more",
        key="requirement_more",
        words=item.words,
    )


def tell_of_escalation(session: Session, item_id: int) -> int:
    """Tell whoever is above that a requirement was put off again; returns 1 when they had not heard."""
    item = session.get(MeetingItem, item_id)
    if item is None or item.outcome != "deferred" or item.escalated_to_id is None:
        return 0
    found = session.get_one(Requirement, item.requirement_id)
    to = accounts.actors(session, [item.escalated_to_id]).get(item.escalated_to_id)
    if to is None or found.deleted_at or not requirements.may_read(session, found, to):
        return 0
    return notices.tell(
        session,
        [to.id],
        event=f"meeting:{item.meeting_id}:{item.requirement_id}:escalated",
        key="requirement_escalated",
        url=f"/requirements/{found.key}",
        title=found.title,
        times=item.deferrals,
    )
