"""Launch plans: who may write them, what a signature is worth, how dates follow the release, and what came of it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from hub import accounts, launches, library, requirements
from hub.accounts import SYSTEM, Actor
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.launches import Fields, GoalFields, LaunchPlan, LineFields, rules
from hub.launches.models import LaunchSignature
from hub.notices import Notice
from hub.requirements import Requirement
from tests.cast import Cast, settle
from tests.domains.requirement_cast import brought_to, run_jobs, wanted

GOAL = GoalFields("上线客户", Decimal(30), "家", 90)
FAIR = date(2026, 12, 10)
MORE = GoalFields("上线客户", Decimal(40), "家", 90)


@pytest.fixture
def session(wiring):
    with wiring.database.write() as opened:
        yield opened


def an_operator(session: Session, key: str = "bo") -> Actor:
    """A colleague of operations."""
    made = accounts.add_person(
        session, email=f"{key}@test.example", name=f"孙{key}", roles=["operations"], by=SYSTEM
    )
    return accounts.actor(session, made)


def planned(session: Session, cast: Cast) -> Requirement:
    """A requirement for 2026Q4 that Jun manages."""
    made = wanted(session, cast.jun, manager_id=cast.jun.id)
    brought_to(session, cast, made, "planned")
    return made


def a_plan(session: Session, cast: Cast, *secret_of: Actor) -> tuple[LaunchPlan, Requirement, Actor]:
    """A plan with a goal that nobody has signed, and the operator who leads it; open to `secret_of` only, if any."""
    bo, found = an_operator(session), planned(session, cast)
    if secret_of:
        only = requirements.Fields(restricted_to=([], [p.id for p in secret_of]))
        requirements.edit(session, found, only, edition=found.edition, by=cast.jun)
    plan = launches.create(session, found, Fields(owner_id=None if secret_of else bo.id), by=cast.jun)
    launches.set_goal(session, plan, GOAL, by=cast.jun)
    return plan, found, bo


def signed(session: Session, plan: LaunchPlan, cast: Cast, bo: Actor) -> None:
    launches.sign(session, plan, "product", by=cast.jun)
    launches.sign(session, plan, "operations", by=bo)


def told(session: Session, key: str) -> list[int]:
    return sorted(session.exec(select(Notice.person_id).where(Notice.key == key)).all())


def row(session: Session, plan: LaunchPlan) -> launches.Row:
    return launches.row(session, plan, session.get_one(Requirement, plan.requirement_id))


# ---- what waits for somebody


def test_a_plan_waits_for_the_side_that_has_not_signed_it(session, cast):
    plan, found, bo = a_plan(session, cast)
    waits = lambda who: [p.key for p in launches.to_sign(session, who)]  # noqa: E731 - said four times

    assert (waits(cast.jun), waits(bo), waits(cast.ting)) == ([found.key], [found.key], [])
    launches.sign(session, plan, "product", by=cast.jun)
    assert (waits(cast.jun), waits(bo)) == ([], [found.key])
    launches.sign(session, plan, "operations", by=bo)
    assert (waits(cast.jun), waits(bo)) == ([], [])
    launches.set_goal(session, plan, MORE, by=cast.jun)
    assert (waits(cast.jun), waits(bo)) == ([found.key], [found.key])


def test_a_plan_without_goals_or_one_that_is_hidden_waits_for_nobody(session, cast):
    found = planned(session, cast)
    launches.create(session, found, Fields(owner_id=an_operator(session).id), by=cast.jun)

    assert launches.to_sign(session, cast.jun) == []


def test_lines_that_are_late_or_due_within_two_weeks_wait_for_who_is_accountable(session, cast):
    plan, found, bo = a_plan(session, cast)
    today = clock.today()
    for title, days in (("后天", 2), ("下个月", 40), ("过了", -3)):
        fields = LineFields("work", title, bo.id or 0, fixed_on=today + timedelta(days=days))
        launches.set_line(session, plan, fields, by=cast.jun)

    assert [(one.title, one.late, one.key) for one in launches.own_lines(session, bo)] == [
        ("过了", True, found.key),
        ("后天", False, found.key),
    ]
    assert launches.own_lines(session, cast.jun) == []
    only = requirements.Fields(restricted_to=([], [cast.lin.id]))
    requirements.edit(session, found, only, edition=found.edition, by=cast.jun)
    assert (launches.own_lines(session, bo), launches.to_sign(session, bo)) == ([], [])


# ---- who


def test_the_requirements_manager_and_operations_write_the_plan_and_others_read_it(session, cast):
    plan, found, bo = a_plan(session, cast)
    other = accounts.add_person(
        session, email="kai@test.example", name="凯", roles=["product_manager"], by=SYSTEM
    )

    launches.edit(session, plan, Fields(summary="一起推"), edition=plan.edition, by=bo)

    for reader in (cast.lin, cast.ting, accounts.actor(session, other)):
        assert launches.get(session, found.key, reader).summary == "一起推"
        with pytest.raises(NotAllowed):
            launches.set_goal(session, plan, MORE, by=reader)
    launches.edit(session, plan, Fields(summary="管理员补的"), edition=plan.edition, by=cast.ada)


def test_who_may_not_see_the_requirement_knows_of_no_plan(session, cast):
    plan, found, bo = a_plan(session, cast, cast.lin)
    launches.sign(session, plan, "product", by=cast.jun)

    assert [r.key for r in launches.rows(session, cast.lin)] == [found.key]
    for stranger in (cast.zhou, bo):
        assert launches.rows(session, stranger) == []
        with pytest.raises(NotFound):
            launches.get(session, found.key, stranger)
    assert told(session, "launch_sign_asked") == []


@pytest.mark.parametrize(
    ("words", "there"),
    [
        ("重算", True),
        ("req-", True),
        ("上线客户", True),
        ("峰会", True),
        ("上海", True),
        ("100%", False),
        ("_", False),
    ],
)
def test_a_plan_is_found_by_its_words_its_goals_its_lines_and_its_requirement(session, cast, words, there):
    plan, found, bo = a_plan(session, cast)
    campaign = LineFields("campaign", "峰会首发", bo.id, "上海", after_days=3)
    launches.set_line(session, plan, campaign, by=cast.jun)

    assert [r.key for r in launches.rows(session, cast.lin, launches.Filter(text=words))] == [
        found.key
    ] * there


def test_plans_are_narrowed_by_quarter_and_product_and_put_in_order(session, cast):
    first, found, bo = a_plan(session, cast)
    other = wanted(session, cast.jun, title="排产", manager_id=cast.jun.id, quarter="2027Q1")
    launches.create(session, other, Fields(), by=cast.jun)
    launches.set_line(
        session, first, LineFields("work", "手册", bo.id, fixed_on=date(2020, 1, 1)), by=cast.jun
    )

    def keys(**said: str) -> list[str]:
        return [r.key for r in launches.rows(session, cast.lin, launches.Filter(**said))]

    assert keys() == [found.key, other.key]
    assert keys(quarter="2027Q1") == [other.key]
    assert keys(product="none") == []
    assert keys(sort="late")[0] == found.key
    assert keys(sort="updated")[0] == found.key
    assert keys(sort="title") == [found.key, other.key]
    assert launches.quarters_in_use(session, cast.lin) == ["2026Q4", "2027Q1"]


def test_a_search_finds_a_plan_as_it_is_now_for_who_may_read_its_requirement(wiring, cast):
    with wiring.database.write() as session:
        plan, made, _bo = a_plan(session, cast)
        launches.edit(session, plan, Fields(title="朱鹮上市"), edition=plan.edition, by=cast.jun)
        key, number = made.key, made.id

    def found(who: Actor) -> list[tuple[str, str]]:
        settle(wiring)
        with wiring.database.read() as session:
            answer = library.find(session, wiring.engine, "朱鹮", by=who, filters={"type": ["plan"]})
        return [(r.type, r.url) for r in answer.rows]

    assert found(cast.zhou) == [("plan", f"/launches/{key}")]
    with wiring.database.write() as session:
        made = session.get_one(Requirement, number)
        only = requirements.Fields(restricted_to=([], [cast.lin.id]))
        requirements.edit(session, made, only, edition=made.edition, by=cast.jun)
    assert (found(cast.zhou), found(cast.lin)) == ([], [("plan", f"/launches/{key}")])
    with wiring.database.write() as session:
        requirements.trash(session, session.get_one(Requirement, number), by=cast.jun)
    assert found(cast.lin) == []


def test_a_requirement_has_one_plan(session, cast):
    _plan, found, bo = a_plan(session, cast)

    with pytest.raises(Conflict, match="已经有上市计划"):
        launches.create(session, found, Fields(), by=bo)


def test_a_plan_that_somebody_changed_meanwhile_is_not_overwritten(session, cast):
    plan, _found, bo = a_plan(session, cast)
    edition = plan.edition
    launches.edit(session, plan, Fields(summary="先到"), edition=edition, by=bo)

    with pytest.raises(Conflict, match="别人刚改过"):
        launches.edit(session, plan, Fields(summary="后到"), edition=edition, by=cast.jun)


# ---- signatures


def test_each_side_signs_its_own_and_nobody_signs_for_both(session, cast):
    plan, _found, bo = a_plan(session, cast)

    with pytest.raises(NotAllowed):
        launches.sign(session, plan, "operations", by=cast.jun)
    with pytest.raises(NotAllowed):
        launches.sign(session, plan, "product", by=bo)
    with pytest.raises(NotAllowed):
        launches.sign(session, plan, "product", by=cast.ada)
    signed(session, plan, cast, bo)

    assert row(session, plan).stage == "signed"
    with pytest.raises(Conflict, match="已经签过"):
        launches.sign(session, plan, "product", by=cast.jun)


def test_one_person_with_both_roles_signs_one_side_only(session, cast):
    plan, _found, _bo = a_plan(session, cast)
    accounts.set_roles(
        session,
        accounts.person(session, cast.jun.id),
        ["product_manager", "operations"],
        by=SYSTEM,
    )
    jun = accounts.actor(session, accounts.person(session, cast.jun.id))
    launches.sign(session, plan, "product", by=jun)

    with pytest.raises(NotAllowed, match="两个人"):
        launches.sign(session, plan, "operations", by=jun)


def test_there_is_nothing_to_sign_without_a_goal(session, cast):
    found = planned(session, cast)
    plan = launches.create(session, found, Fields(), by=cast.jun)

    with pytest.raises(HubError, match="还没有目标"):
        launches.sign(session, plan, "product", by=cast.jun)


@pytest.mark.parametrize("change", ["edit", "add", "remove"])
def test_a_signature_is_void_when_a_goal_changes_and_its_history_stays(session, cast, change):
    plan, _found, bo = a_plan(session, cast)
    signed(session, plan, cast, bo)
    (goal,) = launches.view(session, plan, cast.jun).goals
    kept = launches.goal_of(session, plan, goal.id)

    if change == "edit":
        launches.set_goal(session, plan, MORE, goal=kept, by=cast.jun)
    elif change == "add":
        launches.set_goal(session, plan, GoalFields("线索", Decimal(200)), by=cast.jun)
    else:
        launches.end_goal(session, plan, kept, by=cast.jun)

    shown = launches.view(session, plan, bo)
    assert shown.row.signed == ()
    assert [(s.side, s.void_by, s.goals[0]["target"]) for s in shown.signatures] == [
        ("operations", cast.jun.name, "30.00"),
        ("product", cast.jun.name, "30.00"),
    ]
    assert told(session, "launch_void") == [bo.id]


def test_saying_the_same_goal_again_leaves_the_signatures(session, cast):
    plan, _found, bo = a_plan(session, cast)
    signed(session, plan, cast, bo)
    goal = launches.goal_of(session, plan, launches.view(session, plan, bo).goals[0].id)

    launches.set_goal(session, plan, GOAL, goal=goal, by=bo)

    assert row(session, plan).stage == "signed"


def test_nobody_signs_goals_that_changed_while_they_read(session, cast):
    plan, _found, bo = a_plan(session, cast)
    seen = plan.goals_edition
    launches.set_goal(session, plan, GoalFields("线索", Decimal(200)), by=cast.jun)

    with pytest.raises(Conflict, match="目标刚被改过"):
        launches.sign(session, plan, "operations", edition=seen, by=bo)


def test_a_signature_is_taken_back_with_a_reason_and_stays_in_the_history(session, cast):
    plan, _found, bo = a_plan(session, cast)
    signed(session, plan, cast, bo)

    with pytest.raises(HubError, match="为什么"):
        launches.unsign(session, plan, "operations", reason=" ", by=bo)
    launches.unsign(session, plan, "operations", reason="预算没批", by=bo)

    assert row(session, plan).stage == "operations"
    kept = session.exec(select(LaunchSignature).where(LaunchSignature.side == "operations")).one()
    assert (kept.void_why, kept.by_id) == ("预算没批", bo.id)


def test_the_other_side_is_asked_to_sign_and_the_first_hears_that_both_have(session, cast):
    plan, _found, bo = a_plan(session, cast)

    launches.sign(session, plan, "product", by=cast.jun)
    assert told(session, "launch_sign_asked") == [bo.id]
    launches.sign(session, plan, "operations", by=bo)

    assert told(session, "launch_signed") == [cast.jun.id]


# ---- who does what, and when


def test_every_line_has_exactly_one_who_is_accountable(session, cast):
    plan, _found, bo = a_plan(session, cast)

    with pytest.raises(HubError, match="只有一个"):
        launches.set_line(session, plan, LineFields("work", "录视频", 0), by=bo)
    with pytest.raises(HubError, match="不用再写"):
        launches.set_line(
            session,
            plan,
            LineFields("work", "录视频", cast.ting.id, hands={cast.ting.id: "responsible"}),
            by=bo,
        )
    said = LineFields(
        "work", "录视频", cast.ting.id, hands={cast.lin.id: "consulted", cast.li.id: "responsible"}
    )
    launches.set_line(session, plan, said, by=bo)

    (line,) = launches.view(session, plan, bo).lines
    assert (line.owner, [(p, i) for p, i, _name in line.hands]) == (
        cast.ting.name,
        [("consulted", cast.lin.id), ("responsible", cast.li.id)],
    )
    assert told(session, "launch_line_yours") == [cast.ting.id]


def test_nobody_is_put_on_a_plan_they_could_not_read(session, cast):
    plan, _found, _bo = a_plan(session, cast, cast.lin)

    with pytest.raises(HubError, match="看不到这条需求"):
        launches.set_line(session, plan, LineFields("work", "录视频", cast.zhou.id), by=cast.jun)


def test_a_campaign_needs_a_day_of_one_sort(session, cast):
    plan, _found, bo = a_plan(session, cast)
    owner = cast.ting.id or 0

    with pytest.raises(HubError, match="要有日子"):
        launches.set_line(session, plan, LineFields("campaign", "发布会", owner), by=bo)
    both = LineFields("campaign", "发布会", owner, after_days=3, fixed_on=date(2026, 12, 20))
    with pytest.raises(HubError, match="选一种"):
        launches.set_line(session, plan, both, by=bo)


def test_when_the_quarter_slips_dates_move_fixed_ones_are_in_conflict_and_all_are_told(session, cast):
    plan, found, bo = a_plan(session, cast)
    launches.edit(session, plan, Fields(release_on=date(2026, 11, 30)), edition=plan.edition, by=bo)
    launches.set_line(session, plan, LineFields("campaign", "公众号首发", cast.ting.id, after_days=7), by=bo)
    fair = LineFields("campaign", "行业展会", cast.min.id, fixed_on=FAIR)
    launches.set_line(session, plan, fair, by=bo)
    run_jobs(session)

    requirements.slip(session, found, "2027Q1", reason="算法要重做", by=cast.jun)
    run_jobs(session)

    lines = {n.title: n for n in launches.view(session, plan, bo).lines}
    assert (lines["公众号首发"].due, lines["公众号首发"].conflict) == (date(2027, 3, 7), False)
    assert (lines["行业展会"].due, lines["行业展会"].conflict) == (FAIR, True)
    heard = session.exec(select(Notice).where(Notice.key == "launch_moved")).all()
    moved = {"title": plan.title, "before": "2026-11-30", "after": "2027-02-28"}
    everybody = {cast.jun.id, bo.id, cast.ting.id, cast.min.id}
    assert {n.person_id for n in heard if n.values == moved} == everybody


def test_a_fixed_day_that_is_kept_is_in_conflict_no_more(session, cast):
    plan, found, bo = a_plan(session, cast)
    fair = LineFields("campaign", "行业展会", cast.min.id, fixed_on=FAIR)
    line = launches.set_line(session, plan, fair, by=bo)
    requirements.slip(session, found, "2027Q1", reason="算法要重做", by=cast.jun)
    assert row(session, plan).conflicts == 1

    launches.keep(session, plan, line, by=bo)

    assert row(session, plan).conflicts == 0


def test_the_day_it_ships_is_the_release_from_then_on(session, cast):
    plan, found, bo = a_plan(session, cast)
    launches.set_line(session, plan, LineFields("campaign", "公众号首发", cast.ting.id, after_days=2), by=bo)
    for state in ("building", "shipped"):
        requirements.move(
            session, found, state, outcome_words="能用了。", limits="只有四段。", by=cast.jun,
            at=datetime(2026, 11, 24, 3, tzinfo=UTC),
        )  # fmt: skip
    run_jobs(session)

    assert row(session, plan).next_line == (date(2026, 11, 26), "公众号首发")
    assert cast.ting.id in told(session, "launch_moved")


def test_telling_of_the_same_move_twice_is_telling_once(session, cast):
    plan, found, _bo = a_plan(session, cast)
    requirements.slip(session, found, "2027Q1", reason="算法要重做", by=cast.jun)

    assert launches.follow(session, plan.requirement_id) > 0
    assert launches.follow(session, plan.requirement_id) == 0


def test_whoever_is_late_is_listed_and_reminded_once(session, cast):
    plan, _found, bo = a_plan(session, cast)
    gone = clock.today() - timedelta(days=1)
    line = launches.set_line(session, plan, LineFields("work", "录视频", cast.ting.id, fixed_on=gone), by=bo)

    assert row(session, plan).late == ((cast.ting.id, cast.ting.name),)
    assert (launches.tell_late(session), launches.tell_late(session)) == (1, 0)
    launches.done(session, plan, line, by=cast.ting)

    assert row(session, plan).late == ()


def test_who_is_responsible_says_that_it_is_done_and_others_do_not(session, cast):
    plan, _found, bo = a_plan(session, cast)
    said = LineFields("work", "录视频", cast.ting.id, hands={cast.li.id: "responsible"})
    line = launches.set_line(session, plan, said, by=bo)

    with pytest.raises(NotAllowed):
        launches.done(session, plan, line, by=cast.lin)
    launches.done(session, plan, line, by=cast.li)

    assert row(session, plan).done == 1


# ---- resources and results


def test_people_are_counted_in_days_and_a_budget_has_a_currency(session, cast):
    plan, _found, bo = a_plan(session, cast)
    launches.add_resource(session, plan, "people", "售前", amount=Decimal("12.5"), by=bo)
    launches.add_resource(session, plan, "budget", "展位", amount=Decimal(30000), by=bo)
    launches.add_resource(session, plan, "material", "折页 500 份", by=bo)

    with pytest.raises(HubError, match="金额"):
        launches.add_resource(session, plan, "budget", "展位", by=bo)
    with pytest.raises(HubError, match="币种"):
        launches.add_resource(session, plan, "budget", "展位", amount=Decimal(1), currency="块", by=bo)

    taken = launches.view(session, plan, bo).resources
    assert [(r.sort, r.amount, r.currency) for r in taken] == [
        ("people", Decimal("12.50"), ""),
        ("budget", Decimal(30000), "CNY"),
        ("material", None, ""),
    ]


def test_results_are_written_after_the_release_against_goals_that_both_signed(session, cast):
    plan, found, bo = a_plan(session, cast)
    goal = launches.goal_of(session, plan, launches.view(session, plan, bo).goals[0].id)
    with pytest.raises(Conflict, match="还没发布"):
        launches.judge(session, plan, goal, Decimal(28), by=bo)
    for state in ("building", "shipped"):
        requirements.move(session, found, state, outcome_words="能用了。", limits="只有四段。", by=cast.jun)
    with pytest.raises(Conflict, match="两边签字"):
        launches.judge(session, plan, goal, Decimal(28), by=bo)
    signed(session, plan, cast, bo)

    launches.judge(session, plan, goal, Decimal(20), by=bo)
    with pytest.raises(HubError, match="对不上"):
        launches.judge(session, plan, goal, Decimal(28), light="green", by=bo)
    launches.judge(session, plan, goal, Decimal(28), note="两家月底签", by=cast.jun)

    (shown,) = launches.view(session, plan, bo).goals
    assert [(r.reached, r.target, r.light, r.by) for r in shown.results] == [
        (Decimal(28), Decimal(30), "yellow", cast.jun.name),
        (Decimal(20), Decimal(30), "red", bo.name),
    ]
    assert row(session, plan).stage == "reviewed"


# ---- merged, leaving, in and out


def test_the_plan_of_a_merged_requirement_stands_still(session, cast):
    plan, found, bo = a_plan(session, cast)
    other = wanted(session, cast.jun, title="另一条")
    requirements.merge(session, found, other, reason="一回事", by=cast.jun)

    with pytest.raises(Conflict, match="并到别处"):
        launches.set_goal(session, plan, MORE, by=bo)


def test_who_leaves_hands_over_their_lines_first(session, cast):
    plan, _found, bo = a_plan(session, cast)
    launches.set_line(session, plan, LineFields("work", "录视频", cast.ting.id), by=bo)

    with pytest.raises(Conflict, match="1 项"):
        launches.must_be_free(session, cast.ting.id)
    assert launches.hand_over_all(session, cast.ting.id, cast.min.id, by=cast.ada) == 1

    launches.must_be_free(session, cast.ting.id)
    assert launches.view(session, plan, bo).lines[0].owner == cast.min.name


def test_a_plan_comes_back_from_its_file_as_it_was(session, cast):
    plan, found, bo = a_plan(session, cast)
    said = LineFields(
        "campaign",
        "展会",
        cast.ting.id,
        "上海",
        fixed_on=FAIR,
        hands={cast.li.id: "informed"},
    )
    line = launches.set_line(session, plan, said, by=bo)
    launches.set_line(session, plan, LineFields("work", "录视频", cast.ting.id, after_days=-14), by=bo)
    launches.done(session, plan, line, by=cast.ting)
    launches.add_resource(session, plan, "budget", "展位", amount=Decimal("30000.50"), currency="usd", by=bo)
    for state in ("building", "shipped"):
        requirements.move(session, found, state, outcome_words="能用了。", limits="只有四段。", by=cast.jun)
    signed(session, plan, cast, bo)
    goal = launches.goal_of(session, plan, launches.view(session, plan, bo).goals[0].id)
    launches.judge(session, plan, goal, Decimal(31), note="超了", by=bo)
    launches.set_goal(session, plan, MORE, goal=goal, by=bo)
    before, told_before = launches.to_data(session, plan), len(session.exec(select(Notice)).all())

    assert launches.from_data(session, found.key, before, by=cast.ada) == "unchanged"
    session.delete(plan)
    session.flush()
    session.expire_all()
    assert launches.from_data(session, found.key, before, by=cast.ada) == "imported"

    again = launches.get(session, found.key, cast.jun)
    assert launches.to_data(session, again) == before
    assert len(session.exec(select(Notice)).all()) == told_before


# ---- the calendar


def test_a_day_said_for_one_quarter_moves_by_whole_quarters():
    assert rules.release("2026Q4", None, None) == date(2026, 12, 31)
    assert rules.release("2027Q1", date(2026, 11, 30), None) == date(2027, 2, 28)
    assert rules.release("2026Q3", date(2026, 11, 30), None) == date(2026, 8, 30)
    assert rules.release("2027Q1", date(2026, 11, 30), date(2026, 12, 1)) == date(2026, 12, 1)
    assert rules.release(None, None, None) is None


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(2021, 2034), st.integers(1, 4))
def test_the_release_is_always_in_the_planned_quarter(said, year, quarter):
    wanted_quarter = f"{year}Q{quarter}"

    found = rules.release(wanted_quarter, said, None)

    assert found is not None
    assert rules.quarter_of(found) == wanted_quarter
    assert found <= rules.quarter_end(wanted_quarter)
    assert rules.release(rules.quarter_of(said), said, None) == said
