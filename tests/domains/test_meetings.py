"""Review meetings: their calendar, the agenda that builds itself, decisions, closing, and who hears of what."""

import io
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import docx
import pytest
from sqlmodel import Session, select

from hub import meetings, notices, requirements
from hub.base import clock, jobs
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.meetings import Meeting, MeetingItem, MeetingSeries, SeriesFields
from hub.requirements import Requirement
from hub.requirements.models import Change
from tests.cast import Cast
from tests.domains.requirement_cast import (
    LIMITS,
    WORDS,
    asked_for,
    brought_to,
    keep_secret,
    run_jobs,
    scored,
    wanted,
)

SAY = "一季度可以用上，具体时间以上线通知为准。"
WHY = "三家都卡在这里"


@pytest.fixture
def session(wiring):
    with wiring.database.write() as opened:
        yield opened


def a_series(session: Session, cast: Cast, **fields: object) -> MeetingSeries:
    """Every week on Thursdays, led by Jun, escalated to Ada."""
    said = {
        "name": "需求评审会",
        "every_weeks": 1,
        "first_on": date(2026, 11, 5),
        "at_time": "09:30",
        "escalate_to_id": cast.ada.id,
        **fields,
    }
    return meetings.create_series(session, SeriesFields(**said), by=cast.jun)  # type: ignore[arg-type]


def next_of(session: Session, series: MeetingSeries) -> Meeting:
    return session.exec(
        select(Meeting).where(Meeting.series_id == series.id, Meeting.state == "planned")
    ).one()


def waiting(session: Session, cast: Cast, title: str = "分时电价变化后自动重算") -> Requirement:
    """Scored by all, asked for by Lin: ready for a meeting."""
    made = wanted(session, cast.jun, title=title)
    asked_for(session, cast.lin, made)
    scored(session, cast, made)
    return made


def overdue(session: Session, cast: Cast, title: str = "过期没交的", quarter: str = "2020Q4") -> Requirement:
    made = waiting(session, cast, title)
    requirements.move(session, made, "in_review", by=cast.jun)
    requirements.move(session, made, "planned", quarter=quarter, outcome_words=WORDS, by=cast.jun)
    return made


def begun(session: Session, cast: Cast, *, full: bool = True, series: MeetingSeries | None = None) -> Meeting:
    """The next meeting runs; `full`: with the three roles at the table."""
    meeting = next_of(session, series or a_series(session, cast))
    meetings.begin(session, meeting.id or 0, by=cast.jun)
    for person in (cast.lin, cast.li) if full else ():
        meetings.sit(session, meeting.id or 0, person.id or 0, "present", by=cast.jun)
    return meeting


def decide(
    session: Session, cast: Cast, meeting: Meeting, key: str, outcome: str = "planned", **said: object
) -> MeetingItem:
    whole = {"rationale": WHY, "words": SAY, "quarter": "2027Q1", "by": cast.jun, **said}
    return meetings.decide(session, meeting.id or 0, key, outcome, **whole)  # type: ignore[arg-type]


def defer(session: Session, cast: Cast, meeting: Meeting, key: str) -> MeetingItem:
    return meetings.decide(session, meeting.id or 0, key, "deferred", rationale="时间不够", by=cast.jun)


def sections(session: Session, meeting: Meeting, cast: Cast, by: object = None) -> dict[str, tuple[str, str]]:
    _meeting, series = meetings.get(session, meeting.id or 0, cast.jun)
    found = meetings.entries(session, meeting, series, by or cast.jun)  # type: ignore[arg-type]
    return {e.row.title: (e.section, e.why) for e in found}


# ---- the calendar


@pytest.mark.parametrize(
    ("weeks", "after", "wanted_days"),
    [
        (1, date(2026, 11, 5), [date(2026, 11, 5), date(2026, 11, 12)]),
        (1, date(2026, 11, 6), [date(2026, 11, 12), date(2026, 11, 19)]),
        (2, date(2026, 11, 6), [date(2026, 11, 19), date(2026, 12, 3)]),
        (2, date(2026, 10, 1), [date(2026, 11, 5), date(2026, 11, 19)]),
    ],
)
def test_a_series_meets_every_week_or_every_two_weeks(weeks, after, wanted_days):
    from hub.meetings import rules

    assert rules.dates(date(2026, 11, 5), weeks, after, 2) == wanted_days


def test_a_new_series_has_its_next_meeting_on_the_calendar_at_the_hour_of_the_house(session, cast):
    at = datetime(2026, 11, 6, 1, tzinfo=UTC)

    series = meetings.create_series(
        session, SeriesFields("评审", 1, date(2026, 11, 5), "9:30"), by=cast.jun, at=at
    )

    meeting = next_of(session, series)
    assert meeting.starts_at == datetime(2026, 11, 12, 1, 30, tzinfo=UTC)
    assert (meeting.number, meeting.host_id) == (1, cast.jun.id)


def test_closing_a_meeting_puts_the_next_one_on_the_calendar(session, cast):
    series = a_series(session, cast)
    first = begun(session, cast, series=series)

    meetings.close(session, first.id, by=cast.jun)

    following = next_of(session, series)
    assert following.number == first.number + 1
    assert following.starts_at > first.starts_at - timedelta(days=1)


def test_a_meeting_that_is_skipped_says_why_and_makes_way_for_the_next(session, cast):
    series = a_series(session, cast)
    meeting = next_of(session, series)
    with pytest.raises(HubError, match="为什么不开"):
        meetings.skip(session, meeting.id, reason=" ", by=cast.jun)

    meetings.skip(session, meeting.id, reason="国庆", by=cast.jun)

    assert (meeting.state, meeting.note) == ("skipped", "国庆")
    assert next_of(session, series).starts_at > meeting.starts_at


def test_a_changed_series_moves_the_meeting_that_has_not_begun(session, cast):
    series = a_series(session, cast)
    meeting = next_of(session, series)
    before = meeting.starts_at

    meetings.edit_series(
        session,
        series,
        SeriesFields("评审", 2, date(2026, 11, 6), "14:00"),
        edition=series.edition,
        by=cast.jun,
    )

    assert next_of(session, series).id == meeting.id
    assert meeting.starts_at != before
    with pytest.raises(Conflict, match="别人刚改过"):
        meetings.edit_series(
            session, series, SeriesFields("再改", 1, date(2026, 11, 6), "14:00"), edition=1, by=cast.jun
        )


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": " "}, "名字"),
        ({"every_weeks": 3}, "每周或每两周"),
        ({"at_time": "25:00"}, "09:30"),
        ({"products": ("nothing",)}, "没有“nothing”"),
        ({"minutes": 0}, "时长"),
        ({"capacity_days": 0}, "人天"),
    ],
)
def test_a_series_that_makes_no_sense_is_refused_in_a_sentence(session, cast, fields, said):
    with pytest.raises(HubError, match=said):
        a_series(session, cast, **fields)


def test_a_series_is_led_by_a_product_manager_and_nobody_else_sets_one_up(session, cast):
    with pytest.raises(HubError, match="主持人要是一位产品经理"):
        a_series(session, cast, host_id=cast.lin.id)
    with pytest.raises(NotAllowed):
        meetings.create_series(session, SeriesFields("x", 1, date(2026, 11, 5), "09:30"), by=cast.lin)


# ---- the agenda


def test_the_agenda_builds_itself_in_its_order(session, cast):
    series = a_series(session, cast)
    brought_to(session, cast, wanted(session, cast.jun, title="发了的"), "shipped")
    overdue(session, cast, "过期没交的")
    first = waiting(session, cast, "第一次上会")
    rated_higher = waiting(session, cast, "分更高")
    requirements.set_input(session, rated_higher, "reach", Decimal(500), by=cast.jun)
    wanted(session, cast.jun, title="没估投入")
    meeting = next_of(session, series)

    found = sections(session, meeting, cast)

    assert list(found.items()) == [
        ("发了的", ("report", "shipped")),
        ("过期没交的", ("promise", "late")),
        ("分更高", ("review", "new")),
        ("第一次上会", ("review", "new")),
    ]
    assert meetings.without_effort(session, series, cast.jun) == 1
    assert first.state == "scored"


@pytest.mark.parametrize(
    ("on", "why"), [(date(2029, 1, 20), None), (date(2029, 3, 1), "due"), (date(2029, 4, 1), "late")]
)
def test_a_promise_comes_up_when_its_quarter_nears_its_end(session, cast, on, why):
    series = a_series(session, cast)
    made = overdue(session, cast, quarter="2029Q1")
    at = datetime(on.year, on.month, on.day, 8, tzinfo=UTC)

    found = meetings.entries(session, next_of(session, series), series, cast.jun, at=at)

    assert [(e.section, e.why) for e in found if e.row.key == made.key] == ([("promise", why)] if why else [])


def test_what_was_promised_and_changed_since_comes_back_as_a_change(session, cast):
    series = a_series(session, cast)
    made = overdue(session, cast, quarter="2029Q1")

    requirements.slip(session, made, "2029Q3", reason="人手不够", by=cast.jun)

    assert sections(session, next_of(session, series), cast) == {made.title: ("change", "changed")}


def test_a_deferred_item_is_carried_over_to_the_next_meeting_before_the_new_ones(session, cast):
    series = a_series(session, cast)
    put_off = waiting(session, cast, "顺延的")
    first = begun(session, cast, series=series)
    defer(session, cast, first, put_off.key)
    meetings.close(session, first.id, by=cast.jun)
    better = waiting(session, cast, "新的")
    requirements.set_input(session, better, "reach", Decimal(9000), by=cast.jun)

    assert list(sections(session, next_of(session, series), cast).items()) == [
        ("顺延的", ("carried", "deferred")),
        ("新的", ("review", "new")),
    ]


def test_a_parked_requirement_comes_back_when_it_is_rescored(session, cast):
    series = a_series(session, cast)
    made = waiting(session, cast)
    requirements.move(session, made, "in_review", by=cast.jun)
    requirements.move(session, made, "parked", note="先放放", by=cast.jun)
    assert sections(session, next_of(session, series), cast) == {}

    later = clock.now() + timedelta(seconds=5)
    requirements.set_input(session, made, "reach", Decimal(900), by=cast.jun, at=later)

    assert sections(session, next_of(session, series), cast) == {made.title: ("review", "rescored")}
    meeting = begun(session, cast, series=series)
    assert made.state == "in_review"
    assert sections(session, meeting, cast) == {made.title: ("review", "rescored")}


def test_the_agenda_is_written_down_when_the_meeting_begins_and_what_waited_is_in_review(session, cast):
    made = waiting(session, cast)

    meeting = begun(session, cast, full=False)
    late = waiting(session, cast, "会开了才打分的")

    assert (made.state, late.state) == ("in_review", "scored")
    assert set(sections(session, meeting, cast)) == {made.title}
    meetings.add_item(session, meeting.id, late.key, by=cast.jun)
    assert sections(session, meeting, cast)[late.title] == ("review", "added")
    with pytest.raises(Conflict, match="已经在议程里"):
        meetings.add_item(session, meeting.id, late.key, by=cast.jun)


def test_a_series_of_some_products_takes_only_theirs(session, cast):
    waiting(session, cast)
    series = a_series(session, cast, products=("lite",))

    assert sections(session, next_of(session, series), cast) == {}


def test_those_an_item_needs_are_asked_to_come(session, cast):
    made = waiting(session, cast)
    requirements.edit(
        session, made, requirements.Fields(expert_id=cast.li.id), edition=made.edition, by=cast.jun
    )

    meeting = begun(session, cast, full=False)

    seats = {s.name: s.state for s in meetings.seats(session, meeting)}
    assert seats == {cast.jun.name: "present", cast.lin.name: "invited", cast.li.name: "invited"}


# ---- deciding


def test_planning_moves_the_requirement_and_tells_whoever_asked_what_to_say(session, cast):
    made = waiting(session, cast)
    meeting = begun(session, cast)

    item = decide(session, cast, meeting, made.key)
    run_jobs(session)

    assert (made.state, made.quarter, made.outcome_words, made.decision) == ("planned", "2027Q1", SAY, WHY)
    assert (item.outcome, item.quarter, item.by_id) == ("planned", "2027Q1", cast.jun.id)
    assert "2027 Q1" in notices.of(session, cast.lin)[0].text
    assert [d.say for d in requirements.owed(session, cast.lin)] == [SAY]


@pytest.mark.parametrize("outcome", ["parked", "declined"])
def test_parking_and_declining_move_the_requirement_with_the_reason(session, cast, outcome):
    made = waiting(session, cast)
    meeting = begun(session, cast)

    decide(session, cast, meeting, made.key, outcome)

    assert (made.state, made.decision) == (outcome, WHY)


def test_more_to_find_out_asks_those_who_filed_it_and_leaves_the_requirement_in_review(session, cast):
    made = waiting(session, cast)
    meeting = begun(session, cast, full=False)

    item = decide(session, cast, meeting, made.key, "more", words="请问客户有几台表计")
    assert meetings.tell_of_more(session, item.id) == 1
    assert meetings.tell_of_more(session, item.id) == 0

    assert made.state == "in_review"
    assert "有几台表计" in notices.of(session, cast.lin)[0].text
    assert notices.of(session, cast.zhou) == []


def test_nothing_is_decided_before_the_meeting_in_a_pause_or_after_it(session, cast):
    made = waiting(session, cast)
    series = a_series(session, cast)
    meeting = next_of(session, series)

    with pytest.raises(Conflict, match="还没开始"):
        decide(session, cast, meeting, made.key)
    begun(session, cast, series=series)
    meetings.pause(session, meeting.id, by=cast.jun)
    with pytest.raises(Conflict, match="休会"):
        decide(session, cast, meeting, made.key)
    meetings.resume(session, meeting.id, by=cast.jun)
    defer(session, cast, meeting, made.key)
    meetings.close(session, meeting.id, by=cast.jun)
    with pytest.raises(Conflict, match="已经结束"):
        decide(session, cast, meeting, made.key)
    assert made.state == "in_review"


def test_two_people_who_decide_one_item_hear_who_was_faster(session, cast):
    made = waiting(session, cast)
    meeting = begun(session, cast)
    decide(session, cast, meeting, made.key)

    with pytest.raises(Conflict, match="何俊 记成了“规划”"):
        meetings.decide(session, meeting.id, made.key, "declined", rationale="x", words="y", by=cast.ada)

    assert made.state == "planned"


def test_a_requirement_that_moved_on_outside_the_meeting_cannot_be_decided_on(session, cast):
    made = waiting(session, cast)
    meeting = begun(session, cast)
    requirements.move(session, made, "declined", note="会外决定", outcome_words=WORDS, by=cast.ada)

    with pytest.raises(Conflict, match="现在是“谢绝”"):
        decide(session, cast, meeting, made.key)
    assert defer(session, cast, meeting, made.key).outcome == "deferred"


def test_only_a_product_manager_decides(session, cast):
    made = waiting(session, cast)
    meeting = begun(session, cast)

    for person in (cast.lin, cast.li, cast.ting):
        with pytest.raises(NotAllowed):
            decide(session, cast, meeting, made.key, by=person)


def test_a_decision_needs_all_three_roles_there_or_in_writing(session, cast):
    made = waiting(session, cast)
    meeting = begun(session, cast, full=False)
    with pytest.raises(HubError, match="还缺客户经理、技术专家"):
        decide(session, cast, meeting, made.key)

    meetings.write_line(session, meeting.id, made.key, "三周能做完", by=cast.li)
    with pytest.raises(HubError, match="还缺客户经理："):
        decide(session, cast, meeting, made.key)
    meetings.sit(
        session, meeting.id, cast.zhou.id, "present", by=cast.jun
    )  # a seller, but nobody's request here
    with pytest.raises(HubError, match="还缺客户经理："):
        decide(session, cast, meeting, made.key)
    meetings.sit(session, meeting.id, cast.lin.id, "present", by=cast.lin)

    assert decide(session, cast, meeting, made.key).outcome == "planned"
    heard = {v.role: (v.state, v.names) for v in meetings.voices(session, meeting, made.id)}
    assert heard["technical"] == ("written", (cast.li.name,))
    assert heard["sales"] == ("present", (cast.lin.name,))


def test_where_nobody_asked_no_account_manager_is_missed(session, cast):
    made = wanted(session, cast.jun)
    scored(session, cast, made)
    meeting = begun(session, cast, full=False)
    meetings.sit(session, meeting.id, cast.li.id, "present", by=cast.jun)

    decide(session, cast, meeting, made.key)

    assert [v.state for v in meetings.voices(session, meeting, made.id)] == ["vacant", "present", "present"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("3 月 5 日上线。", "3 月 5 日"),
        ("2027-03-05 上线。", "2027-03-05"),
        ("只加 5 万元。", "5 万元"),
        ("和 REQ-231 一起做。", "REQ-231"),
        ("何俊说可以。", "何俊"),
    ],
)
def test_words_for_a_customer_hold_no_inside_days_prices_keys_or_names(session, cast, words, found):
    made = waiting(session, cast)
    meeting = begun(session, cast)

    with pytest.raises(HubError, match=found):
        decide(session, cast, meeting, made.key, words=words)
    assert made.state == "in_review"


def test_a_decision_needs_its_reason_its_words_and_a_quarter(session, cast):
    made = waiting(session, cast)
    meeting = begun(session, cast)

    for said, missing in (
        ({"rationale": " "}, "理由"),
        ({"words": ""}, "可以对客户说"),
        ({"quarter": ""}, "季度"),
    ):
        with pytest.raises(HubError, match=missing):
            decide(session, cast, meeting, made.key, **said)
    with pytest.raises(HubError, match="不能记成"):
        decide(session, cast, meeting, made.key, "noted")


def test_a_promise_moves_to_another_quarter_with_a_reason_and_whoever_asked_hears_of_it(session, cast):
    made = overdue(session, cast)
    meeting = begun(session, cast)
    assert sections(session, meeting, cast) == {made.title: ("promise", "late")}
    revision = made.revision

    decide(session, cast, meeting, made.key, "planned", words="", quarter="2030Q1")
    [change] = session.exec(select(Change).where(Change.requirement_id == made.id)).all()
    assert requirements.tell_of_slip(session, change.id) == 1

    assert (made.state, made.quarter, made.revision) == ("planned", "2030Q1", revision + 1)
    assert any("2030 Q1" in n.text for n in notices.of(session, cast.lin))


def test_an_outcome_can_be_taken_back_while_the_meeting_runs(session, cast):
    made = waiting(session, cast)
    meeting = begun(session, cast)
    decide(session, cast, meeting, made.key)
    run_jobs(session)

    meetings.take_back(session, meeting.id, made.key, reason="季度说错了", by=cast.jun)

    assert made.state == "in_review"
    assert requirements.owed(session, cast.lin) == []
    assert decide(session, cast, meeting, made.key, quarter="2027Q2").quarter == "2027Q2"
    with pytest.raises(NotAllowed):
        meetings.take_back(session, meeting.id, made.key, by=cast.lin)


# ---- closing


def test_a_meeting_does_not_close_while_an_item_has_no_outcome(session, cast):
    made = waiting(session, cast)
    meeting = begun(session, cast)

    with pytest.raises(HubError, match="还有 1 条没有结论：“分时电价变化后自动重算”"):
        meetings.close(session, meeting.id, by=cast.jun)
    defer(session, cast, meeting, made.key)
    meetings.close(session, meeting.id, by=cast.jun)

    assert (meeting.state, meeting.closed_by_id) == ("closed", cast.jun.id)


def test_what_is_only_reported_is_noted_all_at_once(session, cast):
    series = a_series(session, cast)
    brought_to(session, cast, wanted(session, cast.jun, title="发了的"), "shipped")
    made = waiting(session, cast)
    meeting = begun(session, cast, series=series)

    assert meetings.note_reports(session, meeting.id, by=cast.jun) == 1
    assert meetings.note_reports(session, meeting.id, by=cast.jun) == 0

    with pytest.raises(HubError, match="还有 1 条"):
        meetings.close(session, meeting.id, by=cast.jun)
    defer(session, cast, meeting, made.key)
    meetings.close(session, meeting.id, by=cast.jun)


def test_a_meeting_that_is_closed_twice_says_who_closed_it(session, cast):
    meeting = begun(session, cast)
    meetings.close(session, meeting.id, by=cast.jun)

    with pytest.raises(Conflict, match=r"已经由 何俊 在 .* 结束了"):
        meetings.close(session, meeting.id, by=cast.ada)


def test_a_meeting_begins_once(session, cast):
    meeting = begun(session, cast)

    with pytest.raises(Conflict, match="已经开始过"):
        meetings.begin(session, meeting.id, by=cast.ada)


def test_the_third_deferral_in_a_row_goes_to_whoever_the_series_names(session, cast):
    series = a_series(session, cast)
    made = waiting(session, cast)
    items = []
    for _n in range(3):
        meeting = begun(session, cast, series=series)
        items.append(defer(session, cast, meeting, made.key))
        meetings.close(session, meeting.id, by=cast.jun)

    assert [(i.deferrals, i.escalated_to_id) for i in items] == [(1, None), (2, None), (3, cast.ada.id)]
    assert meetings.tell_of_escalation(session, items[2].id) == 1
    assert meetings.tell_of_escalation(session, items[2].id) == 0
    assert "顺延了 3 次" in notices.of(session, cast.ada)[0].text
    assert [j.name for j in session.exec(select(jobs.Job).where(jobs.Job.name == "meeting.escalated"))] != []


def test_a_deferral_is_not_taken_to_somebody_who_may_not_read_the_requirement(session, cast):
    series = a_series(session, cast, escalate_to_id=cast.zhou.id)
    made = waiting(session, cast)
    fields = requirements.Fields(restricted_to=([], [cast.jun.id or 0, cast.lin.id or 0]))
    requirements.edit(session, made, fields, edition=made.edition, by=cast.jun)
    for _n in range(3):
        meeting = begun(session, cast, series=series)
        item = defer(session, cast, meeting, made.key)
        meetings.close(session, meeting.id, by=cast.jun)

    assert item.escalated_to_id == cast.ada.id


def test_a_pause_does_not_count(session, cast):
    meeting = begun(session, cast)
    start = meeting.began_at
    assert start is not None

    meetings.pause(session, meeting.id, by=cast.jun, at=start + timedelta(minutes=10))
    meetings.resume(session, meeting.id, by=cast.jun, at=start + timedelta(minutes=25))

    assert meetings.elapsed(meeting, at=start + timedelta(minutes=30)) == 15 * 60


# ---- who sees what


def test_a_requester_sees_their_own_item_and_nothing_of_the_others(session, cast):
    mine = waiting(session, cast, "林晓提的")
    other = wanted(session, cast.jun, title="周强提的")
    asked_for(session, cast.zhou, other, customer="临澄高新区")
    scored(session, cast, other)
    series = a_series(session, cast)
    assert set(sections(session, next_of(session, series), cast, cast.zhou)) == {other.title}
    meeting = begun(session, cast, full=False, series=series)
    for made in (mine, other):
        defer(session, cast, meeting, made.key)
    meetings.close(session, meeting.id, by=cast.jun)

    assert set(sections(session, meeting, cast, cast.zhou)) == {
        other.title,
        mine.title,
    }  # invited: he was asked to come
    assert set(sections(session, meeting, cast, cast.ting)) == {other.title, mine.title}
    from sqlmodel import delete

    from hub.meetings import MeetingSeat

    session.exec(delete(MeetingSeat).where(MeetingSeat.person_id == cast.zhou.id))
    assert set(sections(session, meeting, cast, cast.zhou)) == {other.title}


def test_a_requirement_one_may_not_read_is_in_no_agenda_and_no_minutes(session, cast):
    made = waiting(session, cast, "只给东区看的")
    fields = requirements.Fields(restricted_to=([], [cast.jun.id or 0, cast.lin.id or 0]))
    requirements.edit(session, made, fields, edition=made.edition, by=cast.jun)
    series = a_series(session, cast)
    assert sections(session, next_of(session, series), cast, cast.ting) == {}
    meeting = begun(session, cast, series=series)
    decide(session, cast, meeting, made.key)

    assert sections(session, meeting, cast, cast.ting) == {}
    assert "只给东区看的" not in text_of(meetings.to_docx(session, meeting, series, cast.ting))
    with pytest.raises(NotFound):
        meetings.write_line(session, meeting.id, made.key, "x", by=cast.ting)


def test_a_series_of_a_product_one_may_not_know_of_is_not_there(session, cast):
    from hub import accounts
    from tests.hidden import _secret_product, secret_product

    east = accounts.team_by_key(session, "east")
    _secret_product(session, cast, east.id)
    series = MeetingSeries(
        key="s",
        name="秘密评审",
        first_on=date(2026, 11, 5),
        products=[secret_product(session)],
        created_at=clock.now(),
    )
    session.add(series)
    session.flush()

    assert [s.name for s in meetings.all_series(session, cast.zhou)] == []
    assert [s.name for s in meetings.all_series(session, cast.lin)] == ["秘密评审"]
    with pytest.raises(NotFound):
        meetings.get_series(session, series.id, cast.zhou)


def test_written_lines_come_from_those_who_have_a_say(session, cast):
    made = waiting(session, cast)
    meeting = next_of(session, a_series(session, cast))

    meetings.write_line(session, meeting.id, made.key, "客户年底续约", by=cast.lin)
    meetings.write_line(session, meeting.id, made.key, "客户年底要续约", by=cast.lin)
    with pytest.raises(NotAllowed, match="书面意见"):
        meetings.write_line(session, meeting.id, made.key, "我也说一句", by=cast.zhou)

    (line,) = meetings.written(session, meeting, [made.id])[made.id]
    assert (line.text, line.name) == ("客户年底要续约", cast.lin.name)


def text_of(data: bytes) -> str:
    document = docx.Document(io.BytesIO(data))
    cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
    return "\n".join([*(p.text for p in document.paragraphs), *cells])


def test_the_minutes_are_a_document_with_every_decision_and_who_was_there(session, cast):
    series = a_series(session, cast)
    made = waiting(session, cast)
    put_off = waiting(session, cast, "顺延的")
    meeting = begun(session, cast, full=False, series=series)
    meetings.sit(session, meeting.id, cast.lin.id, "present", by=cast.jun)
    meetings.write_line(session, meeting.id, made.key, "三周能做完", by=cast.li)
    decide(session, cast, meeting, made.key)
    defer(session, cast, meeting, put_off.key)
    meetings.close(session, meeting.id, by=cast.jun)

    said = text_of(meetings.to_docx(session, meeting, series, cast.jun))

    for piece in (
        "第 1 次需求评审会",
        made.key,
        "规划 2027 Q1",
        WHY,
        SAY,
        "三周能做完",
        "顺延 · 第 1 次",
        cast.lin.name,
    ):
        assert piece in said, piece


def test_a_series_with_its_meetings_comes_out_and_in_again_the_same(session, cast):
    series = a_series(session, cast)
    made = waiting(session, cast)
    meeting = begun(session, cast, series=series)
    meetings.write_line(session, meeting.id, made.key, "三周能做完", by=cast.li)
    decide(session, cast, meeting, made.key)
    meetings.close(session, meeting.id, by=cast.jun)
    data = meetings.to_data(session, series)
    assert meetings.from_data(session, series.key, data, by=cast.ada) == "unchanged"

    assert meetings.from_data(session, "copy", data, by=cast.ada) == "imported"
    copy = session.exec(select(MeetingSeries).where(MeetingSeries.key == "copy")).one()
    assert meetings.to_data(session, copy) == data
    assert meetings.from_data(session, "copy", data, by=cast.ada) == "unchanged"
    with pytest.raises(NotAllowed):
        meetings.from_data(session, "third", data, by=cast.jun)


def test_a_confidential_customer_stays_out_of_an_agenda_that_others_read(session, cast):
    made = waiting(session, cast)
    keep_secret(session, "华辰电子产业园", owner=cast.lin)
    _meeting, series = meetings.get(session, next_of(session, a_series(session, cast)).id, cast.jun)

    entry = meetings.entries(session, next_of(session, series), series, cast.ting)[0]

    assert (entry.row.key, entry.row.demand.customers, entry.row.demand.revenue) == (made.key, 0, {})
    assert LIMITS
