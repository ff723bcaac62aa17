"""Series: setting one up, changing it, and the meeting that comes next by the calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from hub import accounts, activity, taxonomy
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed
from hub.base.i18n import _
from hub.meetings import queries, rules
from hub.meetings.models import Meeting, MeetingSeat, MeetingSeries

LONGEST_NAME = 120
MOST_MINUTES = 480
MOST_CAPACITY = 100_000


@dataclass(frozen=True)
class SeriesFields:
    """What is said about a series. `every_weeks` is 1 or 2, `at_time` a time of the house, `capacity_days` the
    person-days that a quarter has (None: not known).
    """

    name: str
    every_weeks: int
    first_on: date
    at_time: str
    minutes: int = 60
    products: tuple[str, ...] = ()
    host_id: int | None = None
    escalate_to_id: int | None = None
    capacity_days: int | None = None


def create_series(
    session: Session, fields: SeriesFields, *, by: accounts.Actor, at: datetime | None = None
) -> MeetingSeries:
    """A new series with its first meeting on the calendar; led by whoever makes it unless said otherwise."""
    must_lead(by)
    number = (session.exec(select(func.max(MeetingSeries.id))).one() or 0) + 1
    made = MeetingSeries(
        key=f"series-{number}", name="", first_on=fields.first_on, created_at=at or clock.now()
    )
    _set(session, made, fields, by)
    session.add(made)
    session.flush()
    activity.record(session, "create", "meeting_series", made.id, by=by.id)
    plan_next(session, made, at=at)
    return made


def edit_series(
    session: Session,
    series: MeetingSeries,
    fields: SeriesFields,
    *,
    edition: int,
    ended: bool = False,
    by: accounts.Actor,
    at: datetime | None = None,
) -> None:
    """Change a series; a meeting that has not begun moves to the new day. An ended series plans no more."""
    must_lead(by)
    if series.edition != edition:
        raise Conflict(_("别人刚改过这个系列会。请刷新页面再改。"))
    _set(session, series, fields, by)
    series.edition += 1
    series.ended = ended
    session.add(series)
    for meeting in queries.meetings(session, [series], states=["planned"]):
        meeting.starts_at, meeting.host_id = upcoming(series, at=at, count=1)[0], series.host_id
        if ended:
            meeting.state, meeting.note = "skipped", _("这个系列不再开了")
        session.add(meeting)
    session.flush()
    activity.record(session, "edit", "meeting_series", series.id, by=by.id)
    plan_next(session, series, at=at)


def must_lead(by: accounts.Actor) -> None:
    if not by.may("requirement.manage"):
        raise NotAllowed(_("评审会由产品经理来安排和主持。"))


def _set(session: Session, series: MeetingSeries, fields: SeriesFields, by: accounts.Actor) -> None:
    if not fields.name.strip() or len(fields.name) > LONGEST_NAME:
        raise HubError(_("请给系列会起个名字，最多 120 个字。"))
    if fields.every_weeks not in {1, 2}:
        raise HubError(_("系列会每周或每两周开一次。"))
    if not 0 < fields.minutes <= MOST_MINUTES:
        raise HubError(_("时长是 1 到 480 分钟。"))
    if fields.capacity_days is not None and not 0 < fields.capacity_days <= MOST_CAPACITY:
        raise HubError(_("每季度的人天请填一个正整数，不知道就空着。"))
    unknown = [p for p in fields.products if p not in taxonomy.words_for(session, by).products]
    if unknown:
        raise HubError(_("没有“%(product)s”这个产品。") % {"product": unknown[0][:60]})
    _must_be_here(session, fields, by)
    series.name, series.every_weeks, series.first_on = (
        fields.name.strip(),
        fields.every_weeks,
        fields.first_on,
    )
    series.at_time, series.minutes = rules.good_time(fields.at_time), fields.minutes
    series.products, series.capacity_days = list(fields.products), fields.capacity_days
    series.host_id = fields.host_id or by.id
    series.escalate_to_id = fields.escalate_to_id


def _must_be_here(session: Session, fields: SeriesFields, by: accounts.Actor) -> None:
    wanted = [p for p in (fields.host_id or by.id, fields.escalate_to_id) if p is not None]
    people = accounts.actors(session, wanted)
    if set(wanted) - set(people):
        raise HubError(_("请选一位在职的同事。"))
    host = people.get(fields.host_id or by.id or 0)
    if host is not None and not host.may("requirement.manage"):
        raise HubError(_("主持人要是一位产品经理。"))


def plan_next(session: Session, series: MeetingSeries, *, at: datetime | None = None) -> Meeting | None:
    """The meeting of this series that is not over; made for the next day of its calendar where there is none."""
    there = queries.meetings(session, [series], states=queries.OPEN)
    if there or series.ended:
        return there[0] if there else None
    now = at or clock.now()
    taken = {m.starts_at for m in queries.meetings(session, [series], states=("closed", "skipped"))}
    starts = next(s for s in upcoming(series, at=now, count=len(taken) + 2) if s not in taken)
    newest = select(func.max(Meeting.number)).where(Meeting.series_id == series.id)
    made = Meeting(
        series_id=series.id or 0,
        number=(session.exec(newest).one() or 0) + 1,
        starts_at=starts,
        host_id=series.host_id,
        demo=series.demo,
        created_at=now,
    )
    session.add(made)
    session.flush()
    invite(session, made, [series.host_id])
    return made


def upcoming(series: MeetingSeries, *, at: datetime | None = None, count: int = 4) -> list[datetime]:
    """The next moments of this series by its calendar, from `at` on."""
    now = at or clock.now()
    days = rules.dates(series.first_on, series.every_weeks, clock.today(now), count + 1)
    moments = [rules.instant(day, series.at_time) for day in days]
    return [m for m in moments if m >= now][:count]


def invite(session: Session, meeting: Meeting, people: Iterable[int | None]) -> None:
    """Give these people a seat; who has one keeps it."""
    there = set(
        session.exec(select(MeetingSeat.person_id).where(col(MeetingSeat.meeting_id) == meeting.id)).all()
    )
    wanted = dict.fromkeys(p for p in people if p is not None)
    for person_id in accounts.actors(session, [p for p in wanted if p not in there]):
        session.add(MeetingSeat(meeting_id=meeting.id or 0, person_id=person_id))
    session.flush()
