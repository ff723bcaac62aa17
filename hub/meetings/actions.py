"""What happens at a meeting: beginning, sitting down, deciding, pausing, closing. Permission is checked here.

Every change takes the meeting's row first, so that two people who decide or close at once come one after the other.
"""

from datetime import datetime

from sqlmodel import Session, col, select

from hub import accounts, activity, requirements
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.formats import clock as clock_of
from hub.base.formats import listed
from hub.base.i18n import _
from hub.meetings import agenda, queries
from hub.meetings.models import Meeting, MeetingItem, MeetingLine, MeetingSeat
from hub.meetings.series import invite, plan_next
from hub.requirements import Requirement

LONGEST_LINE = 500
NAMED = 3


def hold(session: Session, meeting_id: int, by: accounts.Actor) -> Meeting:
    """The meeting as it is now, kept from others until this transaction ends; NotFound where it is none of theirs."""
    queries.get(session, meeting_id, by)
    query = select(Meeting).where(Meeting.id == meeting_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()


def must_lead(meeting: Meeting, by: accounts.Actor) -> None:
    if not queries.hosts(meeting, by):
        raise NotAllowed(_("只有主持人和产品经理能这样做。"))


def must_host(session: Session, meeting_id: int, by: accounts.Actor) -> None:
    """Raise unless this actor leads the meeting: before anything of what they ask for is looked at."""
    must_lead(queries.get(session, meeting_id, by)[0], by)


def must_run(meeting: Meeting) -> None:
    if meeting.state == "planned":
        raise Conflict(_("会还没开始，先不能下结论。"))
    if meeting.state == "paused":
        raise Conflict(_("正在休会，接着开会后再下结论。"))
    if meeting.state != "running":
        raise Conflict(_("这次会已经结束，结论不能再改；请放到下一次会上议。"))


def begin(session: Session, meeting_id: int, *, by: accounts.Actor, at: datetime | None = None) -> Meeting:
    """The meeting runs: its agenda is written down, who it needs is asked to come, and what waited is in review."""
    meeting = hold(session, meeting_id, by)
    must_lead(meeting, by)
    if meeting.state != "planned":
        raise Conflict(_("这次会已经开始过了。刷新页面看看。"))
    _meeting, series = queries.get(session, meeting_id, by)
    at = at or clock.now()
    meeting.state, meeting.began_at = "running", at
    for position, point in enumerate(agenda.build(session, series, by, at=at)):
        _take_in(session, meeting, point.requirement, point.section, point.why, position, by=by, at=at)
    _sit(session, meeting, by.id, "present", at)
    session.add(meeting)
    session.flush()
    activity.record(session, "begin", "meeting", meeting.id, by=by.id)
    return meeting


def _take_in(
    session: Session,
    meeting: Meeting,
    requirement: Requirement,
    section: str,
    why: str,
    position: int,
    *,
    by: accounts.Actor,
    at: datetime,
) -> MeetingItem:
    """One more item; a requirement that is to be decided on is in review from now on."""
    if section in {"review", "carried"}:
        if requirement.state in {"scored", "parked"}:
            note = _("第 %(n)s 次评审会") % {"n": meeting.number}
            requirements.move(session, requirement, "in_review", note=note, by=by, at=at)
        wanted = [requirement.manager_id, requirement.expert_id]
        invite(session, meeting, [*wanted, *queries.sponsors(session, requirement.id or 0)])
    made = MeetingItem(
        meeting_id=meeting.id or 0,
        requirement_id=requirement.id or 0,
        section=section,
        why=why,
        position=position,
        score=requirement.score,
    )
    session.add(made)
    session.flush()
    return made


def add_item(
    session: Session, meeting_id: int, key: str, *, by: accounts.Actor, at: datetime | None = None
) -> MeetingItem:
    """Talk about one more requirement while the meeting runs: scored, in review or parked."""
    meeting = hold(session, meeting_id, by)
    must_lead(meeting, by)
    must_run(meeting)
    found = requirements.get(session, key, by)
    if item_of(session, meeting, found) is not None:
        raise Conflict(_("%(key)s 已经在议程里了。") % {"key": key})
    if found.state not in {*agenda.AWAITING, "parked"}:
        raise Conflict(_("只有已评分、评审中和暂缓的需求能上会。"))
    last = session.exec(
        select(MeetingItem.position)
        .where(MeetingItem.meeting_id == meeting.id)
        .order_by(col(MeetingItem.position).desc())
    ).first()
    return _take_in(session, meeting, found, "review", "added", (last or 0) + 1, by=by, at=at or clock.now())


def item_of(session: Session, meeting: Meeting, requirement: Requirement) -> MeetingItem | None:
    query = select(MeetingItem).where(
        MeetingItem.meeting_id == meeting.id, MeetingItem.requirement_id == requirement.id
    )
    return session.exec(query).first()


def pause(session: Session, meeting_id: int, *, by: accounts.Actor, at: datetime | None = None) -> None:
    """The clock stands still, and nothing is decided meanwhile. Pausing twice changes nothing."""
    meeting = hold(session, meeting_id, by)
    must_lead(meeting, by)
    if meeting.state == "running":
        meeting.state, meeting.paused_at = "paused", at or clock.now()
        session.add(meeting)
    elif meeting.state != "paused":
        raise Conflict(_("只有正在开的会能休会。"))


def resume(session: Session, meeting_id: int, *, by: accounts.Actor, at: datetime | None = None) -> None:
    """Go on after a pause. Going on twice changes nothing."""
    meeting = hold(session, meeting_id, by)
    must_lead(meeting, by)
    if meeting.state == "paused" and meeting.paused_at is not None:
        meeting.paused_seconds += max(0, int(((at or clock.now()) - meeting.paused_at).total_seconds()))
        meeting.state, meeting.paused_at = "running", None
        session.add(meeting)
    elif meeting.state != "running":
        raise Conflict(_("这次会没有在休会。"))


def close(session: Session, meeting_id: int, *, by: accounts.Actor, at: datetime | None = None) -> Meeting:
    """End the meeting; the next one is on the calendar. HubError while an item has no outcome."""
    meeting = hold(session, meeting_id, by)
    must_lead(meeting, by)
    if meeting.state == "closed":
        who = accounts.names(session, [meeting.closed_by_id]).get(meeting.closed_by_id or 0, "")
        when = clock_of(meeting.closed_at) if meeting.closed_at else ""
        raise Conflict(_("这次会已经由 %(who)s 在 %(when)s 结束了。") % {"who": who, "when": when})
    if meeting.state not in {"running", "paused"}:
        raise Conflict(_("这次会还没有开始。"))
    _must_be_through(session, meeting, by)
    at = at or clock.now()
    if meeting.paused_at is not None:
        meeting.paused_seconds += max(0, int((at - meeting.paused_at).total_seconds()))
    meeting.state, meeting.paused_at = "closed", None
    meeting.closed_at, meeting.closed_by_id = at, by.id
    session.add(meeting)
    session.flush()
    activity.record(session, "close", "meeting", meeting.id, by=by.id)
    plan_next(session, queries.get_series(session, meeting.series_id, by), at=at)
    return meeting


def _must_be_through(session: Session, meeting: Meeting, by: accounts.Actor) -> None:
    query = (
        select(MeetingItem.requirement_id)
        .where(MeetingItem.meeting_id == meeting.id, col(MeetingItem.outcome).is_(None))
        .order_by(col(MeetingItem.position))
    )
    left = list(session.exec(query).all())
    if not left:
        return
    shown = select(Requirement.id, Requirement.title).where(
        col(Requirement.id).in_(left), requirements.visible(by)
    )
    known = dict(session.exec(shown).all())
    titles = [f"“{known[i]}”" for i in left if i in known][:NAMED]
    raise HubError(
        _("还有 %(n)s 条没有结论：%(titles)s。都有了结论才能结束；来不及议的选“顺延”。")
        % {"n": len(left), "titles": listed(titles)}
    )


def skip(
    session: Session, meeting_id: int, *, reason: str, by: accounts.Actor, at: datetime | None = None
) -> None:
    """Not to be held: the next one of the calendar takes its place."""
    meeting = hold(session, meeting_id, by)
    must_lead(meeting, by)
    if meeting.state != "planned":
        raise Conflict(_("已经开始的会不能跳过。"))
    if not reason.strip():
        raise HubError(_("请写明这次为什么不开。"))
    meeting.state, meeting.note = "skipped", reason.strip()[:500]
    session.add(meeting)
    session.flush()
    activity.record(session, "skip", "meeting", meeting.id, by=by.id)
    plan_next(session, queries.get_series(session, meeting.series_id, by), at=at)


def reschedule(session: Session, meeting_id: int, starts_at: datetime, *, by: accounts.Actor) -> None:
    """Move a meeting that has not begun."""
    meeting = hold(session, meeting_id, by)
    must_lead(meeting, by)
    if meeting.state != "planned":
        raise Conflict(_("已经开始的会不能改期。"))
    meeting.starts_at = starts_at
    session.add(meeting)
    activity.record(session, "reschedule", "meeting", meeting.id, by=by.id)


# ---- who is there


def sit(
    session: Session,
    meeting_id: int,
    person_id: int,
    state: str,
    *,
    by: accounts.Actor,
    at: datetime | None = None,
) -> None:
    """Ask somebody to come, note that they are there or that they cannot come; everybody may say so of themselves once
    they were asked, or when what they do or own is on the agenda.
    """
    meeting = hold(session, meeting_id, by)
    if not queries.hosts(meeting, by) and (by.id != person_id or not _belongs(session, meeting, by)):
        raise NotAllowed(_("请主持人把您加进来。"))
    if state not in {"invited", "present", "away"}:
        raise HubError(_("到会只有“已请”“到了”“请假”三种。"))
    if meeting.state in {"closed", "skipped"}:
        raise Conflict(_("这次会已经结束，到会记录不能再改。"))
    if person_id not in accounts.actors(session, [person_id]):
        raise NotFound(_("没有这位同事。"))
    _sit(session, meeting, person_id, state, at or clock.now())


def _belongs(session: Session, meeting: Meeting, by: accounts.Actor) -> bool:
    if queries.sees_whole(session, meeting, by):
        return True
    _meeting, series = queries.get(session, meeting.id or 0, by)
    return bool(queries.entries(session, meeting, series, by))


def _sit(session: Session, meeting: Meeting, person_id: int | None, state: str, at: datetime) -> None:
    if person_id is None:
        return
    query = select(MeetingSeat).where(
        MeetingSeat.meeting_id == meeting.id, MeetingSeat.person_id == person_id
    )
    seat = session.exec(query).first() or MeetingSeat(meeting_id=meeting.id or 0, person_id=person_id)
    if state == "present" and seat.state != "present":
        seat.arrived_at = at
    seat.state = state
    session.add(seat)
    session.flush()


def write_line(
    session: Session,
    meeting_id: int,
    key: str,
    text: str,
    *,
    by: accounts.Actor,
    at: datetime | None = None,
) -> MeetingLine:
    """Say in writing what one thinks of a requirement, for a meeting one cannot be at; writing again replaces it. For
    product managers, technical experts, and whoever owns a request behind it.
    """
    meeting = hold(session, meeting_id, by)
    if meeting.state not in queries.OPEN:
        raise Conflict(_("这次会已经结束，书面意见来不及了；请写到下一次会。"))
    found = requirements.get(session, key, by)
    speaks = by.roles & {"product_manager", "technical_expert"}
    if not speaks and by.id not in queries.sponsors(session, found.id or 0):
        raise NotAllowed(_("书面意见由产品经理、技术专家和提这条诉求的客户经理来写。"))
    if not text.strip() or len(text) > LONGEST_LINE:
        raise HubError(_("书面意见写一两句就好，最多 500 个字。"))
    query = select(MeetingLine).where(
        MeetingLine.meeting_id == meeting.id,
        MeetingLine.requirement_id == found.id,
        MeetingLine.person_id == by.id,
    )
    line = session.exec(query).first() or MeetingLine(
        meeting_id=meeting.id or 0,
        requirement_id=found.id or 0,
        person_id=by.id or 0,
        text="",
        at=clock.now(),
    )
    line.text, line.at = text.strip(), at or clock.now()
    session.add(line)
    session.flush()
    activity.record(session, "write", "meeting", meeting.id, by=by.id, requirement=found.id)
    return line
