"""Deciding: an item takes its outcome while the meeting runs, and what is decided is carried out at once."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from hub import accounts, activity, requirements
from hub.base import clock, jobs
from hub.base.errors import Conflict, HubError, NotFound
from hub.base.formats import listed
from hub.base.i18n import _
from hub.meetings import actions, queries, rules
from hub.meetings.models import Meeting, MeetingItem
from hub.requirements import Requirement


def decide(
    session: Session,
    meeting_id: int,
    key: str,
    outcome: str,
    *,
    rationale: str = "",
    words: str = "",
    quarter: str = "",
    by: accounts.Actor,
    at: datetime | None = None,
) -> MeetingItem:
    """Give an item its outcome. Planned (with its quarter), parked and declined need all three roles and move the
    requirement; who asked is told. Conflict when somebody was faster, or the requirement has moved on meanwhile.
    """
    meeting = actions.hold(session, meeting_id, by)
    actions.must_lead(meeting, by)
    actions.must_run(meeting)
    found = requirements.get(session, key, by)
    item = _open_item(session, meeting, found)
    if outcome not in rules.POSSIBLE[item.section]:
        raise HubError(_("这一条不能记成这种结论。"))
    slips = outcome == "planned" and item.section in {"promise", "change"}
    rationale, words, at = rationale.strip(), words.strip(), at or clock.now()
    rules.must_be_said(outcome, rationale, words, slips=slips)
    if outcome != "noted":
        _must_be_safe(session, words)
    if outcome in rules.DECISIONS:
        _must_be_heard(session, meeting, found, outcome)
        _carry_out(session, found, outcome, rationale, words, quarter, slips=slips, by=by, at=at)
    item.outcome, item.rationale, item.words = outcome, rationale, words
    item.quarter = found.quarter if outcome == "planned" else None
    item.by_id, item.decided_at = by.id, at
    _count_deferrals(session, item, meeting)
    session.add(item)
    session.flush()
    activity.record(session, "decide", "requirement", found.id, by=by.id, outcome=outcome, meeting=meeting.id)
    if outcome == "more":
        jobs.later(session, "meeting.more", key=f"item:{item.id}", item_id=item.id)
    return item


def _open_item(session: Session, meeting: Meeting, requirement: Requirement) -> MeetingItem:
    query = (
        select(MeetingItem)
        .where(MeetingItem.meeting_id == meeting.id, MeetingItem.requirement_id == requirement.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    item = session.exec(query).first()
    if item is None:
        raise NotFound(_("%(key)s 不在这次会的议程里。") % {"key": requirement.key})
    if item.outcome is not None:
        who = accounts.names(session, [item.by_id]).get(item.by_id or 0, "")
        raise Conflict(
            _("“%(title)s”刚由 %(who)s 记成了“%(outcome)s”。要改的话先收回那个结论。")
            % {"title": requirement.title, "who": who, "outcome": rules.OUTCOME_LABELS[item.outcome]}
        )
    return item


def _must_be_safe(session: Session, words: str) -> None:
    people = [p.name for p in accounts.people(session, active_only=True)]
    found = rules.unsafe(words, people)
    if found:
        raise HubError(
            _("“可以对客户说”里有 %(found)s。内部日期、人名、编号和价格不能写给客户，请换个说法。")
            % {"found": listed(f"“{f}”" for f in found[:5])}
        )


def _must_be_heard(session: Session, meeting: Meeting, requirement: Requirement, outcome: str) -> None:
    missing = [v.role for v in queries.voices(session, meeting, requirement.id or 0) if v.state == "missing"]
    if missing:
        raise HubError(
            _("“%(outcome)s”要三方都说过话，还缺%(roles)s：请人到会，或写一句书面意见；也可以先顺延。")
            % {
                "outcome": rules.OUTCOME_LABELS[outcome],
                "roles": listed(str(rules.VOICE_LABELS[r]) for r in missing),
            }
        )


def _carry_out(
    session: Session,
    requirement: Requirement,
    outcome: str,
    rationale: str,
    words: str,
    quarter: str,
    *,
    slips: bool,
    by: accounts.Actor,
    at: datetime,
) -> None:
    if slips:
        requirements.slip(session, requirement, quarter, reason=rationale, by=by, at=at)
        return
    if outcome == "planned" and not requirements.good_quarter(quarter):
        raise HubError(_("规划要写明季度，例如 2026Q4。"))
    requirements.move(
        session,
        requirement,
        outcome,
        by=by,
        note=rationale,
        quarter=quarter if outcome == "planned" else None,
        outcome_words=words,
        at=at,
    )


def _count_deferrals(session: Session, item: MeetingItem, meeting: Meeting) -> None:
    """How often in a row it was put off; from the third time on somebody above hears of it."""
    if item.outcome != "deferred":
        item.deferrals = 0
        return
    query = (
        select(MeetingItem)
        .where(
            MeetingItem.requirement_id == item.requirement_id,
            MeetingItem.id != item.id,
            col(MeetingItem.outcome).is_not(None),
        )
        .order_by(col(MeetingItem.decided_at).desc(), col(MeetingItem.id).desc())
    )
    before = session.exec(query).first()
    item.deferrals = (before.deferrals if before is not None else 0) + 1
    if item.deferrals >= rules.ESCALATE_AT:
        item.escalated_to_id = _above(session, item, meeting)
        jobs.later(session, "meeting.escalated", key=f"item:{item.id}", item_id=item.id)


def _above(session: Session, item: MeetingItem, meeting: Meeting) -> int | None:
    """Whom to ask: whoever the series names, where they may read the requirement, else an administrator."""
    series = queries.get_series(session, meeting.series_id, accounts.SYSTEM)
    named = accounts.actors(session, [series.escalate_to_id]).get(series.escalate_to_id or 0)
    if named is not None and accounts.may_read(session, "requirement", item.requirement_id, named):
        return named.id
    return next((p.id for p in accounts.with_role(session, "administrator")), None)


def note_reports(session: Session, meeting_id: int, *, by: accounts.Actor, at: datetime | None = None) -> int:
    """Everything that is only reported has been heard; returns how many items that were. Decided ones stay."""
    meeting = actions.hold(session, meeting_id, by)
    actions.must_lead(meeting, by)
    actions.must_run(meeting)
    query = (
        select(MeetingItem)
        .join(Requirement, col(Requirement.id) == col(MeetingItem.requirement_id))
        .where(
            MeetingItem.meeting_id == meeting.id,
            col(MeetingItem.outcome).is_(None),
            MeetingItem.section == "report",
            requirements.visible(by),
        )
    )
    return _note(session, session.exec(query).all(), by, at or clock.now())


def _note(session: Session, items: Sequence[MeetingItem], by: accounts.Actor, at: datetime) -> int:
    for item in items:
        item.outcome, item.by_id, item.decided_at = "noted", by.id, at
        session.add(item)
    session.flush()
    return len(items)


def take_back(
    session: Session,
    meeting_id: int,
    key: str,
    *,
    reason: str = "",
    by: accounts.Actor,
    at: datetime | None = None,
) -> None:
    """The outcome was not right: the item is open again while the meeting runs. What was decided of the requirement
    goes back into review, with the reason; a quarter that slipped is to be slipped again.
    """
    meeting = actions.hold(session, meeting_id, by)
    actions.must_lead(meeting, by)
    actions.must_run(meeting)
    found = requirements.get(session, key, by)
    item = actions.item_of(session, meeting, found)
    if item is None or item.outcome is None:
        raise NotFound(_("这一条还没有结论。"))
    if item.outcome in rules.DECISIONS and item.section in {"review", "carried"}:
        note = reason.strip() or _("第 %(n)s 次评审会上改判") % {"n": meeting.number}
        requirements.move(session, found, "in_review", note=note, by=by, at=at)
    activity.record(session, "take_back", "requirement", found.id, by=by.id, outcome=item.outcome)
    item.outcome, item.quarter, item.rationale, item.words = None, None, "", ""
    item.by_id, item.decided_at, item.deferrals, item.escalated_to_id = None, None, 0, None
    session.add(item)
