"""Launched is computed: each line of the gate, waivers, lapses, reopening, and who hears."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlmodel import select

from hub import accounts, activity, assets, demos, notices, requirements, tasks
from hub.base import clock, jobs
from hub.base.errors import Conflict, HubError, NotAllowed
from hub.requirements import Fields, Material, Obligation
from tests.cast import draft, on_offer, settle
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


@pytest.fixture
def session(wiring):
    with wiring.database.write() as opened:
        yield opened


@pytest.fixture
def shipped(session, cast):
    """A shipped L3 requirement of Lin's customer, without material."""
    made = wanted(session, cast.jun)
    asked_for(session, cast.lin, made)
    brought_to(session, cast, made, "shipped")
    run_jobs(session)
    return made


def fill(session, cast, requirement, *, roles=("faq", "limits_note"), **fields):
    for role in roles:
        asset = on_offer(session, cast, f"{role} 素材", **fields)
        requirements.attach(session, requirement, asset.id or 0, role=role, by=cast.ting)


def answered(session, cast, requirement):
    for quote in requirements.view(session, requirement, accounts.SYSTEM).quotes:
        request = requirements.get_request(session, quote.id, accounts.SYSTEM)
        requirements.answer(session, requirement, request, "这样回答您。", by=cast.jun)


def failing(session, requirement, *, at=None):
    return {g.key: g.why for g in requirements.gate(session, requirement, at=at) if not g.passes}


def launched(session, cast, requirement):
    fill(session, cast, requirement)
    answered(session, cast, requirement)
    run_jobs(session)
    assert requirement.state == "launched"


def test_it_is_launched_within_one_job_run_after_the_last_line_holds_and_not_before(session, cast, shipped):
    fill(session, cast, shipped)
    run_jobs(session)
    assert failing(session, shipped) == {"answers": "unanswered"}
    assert shipped.state == "shipped"
    answered(session, cast, shipped)
    assert shipped.state == "shipped"
    run_jobs(session)
    assert shipped.state == "launched"
    assert "requirement_launched" in [n.key for n in notices.of(session, cast.lin)]
    assert [(d.milestone, d.say) for d in requirements.owed(session, cast.lin)] == [
        ("launched", "这样回答您。")
    ]


def test_nobody_launches_by_hand(session, cast, shipped):
    for person in (cast.jun, cast.ada):
        with pytest.raises(Conflict, match="系统"):
            requirements.move(session, shipped, "launched", by=person)


def test_a_draft_fills_no_slot(session, cast, shipped):
    version = draft(session, cast.ting, "没批的问答", kind="faq")
    requirements.attach(session, shipped, version.asset_id, role="faq", by=cast.ting)
    assert failing(session, shipped)["slot:faq"] == "draft"


def test_what_expired_fills_no_slot_and_lapses_a_launch(session, cast, shipped):
    launched(session, cast, shipped)
    material = session.exec(select(Material).where(Material.role == "faq")).one()
    version = session.get_one(assets.Version, session.get_one(assets.Asset, material.asset_id).on_offer_id)
    version.expires_on = clock.today() + timedelta(days=3)
    later = clock.now() + timedelta(days=5)
    assert failing(session, shipped) == {}
    assert failing(session, shipped, at=later) == {"slot:faq": "expired"}
    requirements.consider(session, shipped.id or 0, at=later)
    assert (shipped.state, shipped.attention) == ("launched", "slot:faq")
    found, total = requirements.find(session, cast.jun, requirements.Filter(state="attention"))
    assert (total, found[0].attention) == (1, "slot:faq")
    assert "launch_attention" in [n.key for n in notices.of(session, cast.jun)]
    requirements.consider(session, shipped.id or 0)
    assert (shipped.state, shipped.attention) == ("launched", "")


def test_a_launch_that_lapses_asks_for_the_material_at_once(wiring, cast):
    with wiring.database.write() as session:
        made = wanted(session, cast.jun)
        asked_for(session, cast.lin, made)
        brought_to(session, cast, made, "shipped")
        run_jobs(session)
        launched(session, cast, made)
        material = session.exec(select(Material).where(Material.role == "faq")).one()
        asset = session.get_one(assets.Asset, material.asset_id)
        session.get_one(assets.Version, asset.on_offer_id).expires_on = clock.today() - timedelta(days=1)
        jobs.later(session, "requirement.launch", key="look", requirement_id=made.id)
    settle(wiring)

    with wiring.database.read() as session:
        (task,) = session.exec(select(tasks.MaterialTask)).all()
        (cause,) = tasks.causes_of(session, [task.id or 0])[task.id or 0]
        assert (task.kind, task.state, cause.sort) == (asset.kind, "proposed", "slot")


def test_what_a_requester_may_not_open_keeps_it_from_launching(session, cast, shipped):
    north = accounts.team_by_key(session, "north")
    fill(session, cast, shipped, restricted_to=([north.id], []))
    answered(session, cast, shipped)
    run_jobs(session)
    lines = {g.key: g for g in requirements.gate(session, shipped)}
    assert lines["slot:faq"].why == "closed"
    assert lines["slot:faq"].people == (cast.lin.id,)
    assert shipped.state == "shipped"


def test_a_file_that_cannot_be_read_fills_no_slot(session, cast, shipped):
    fill(session, cast, shipped)
    material = session.exec(select(Material).where(Material.role == "faq")).one()
    version = session.get_one(assets.Version, session.get_one(assets.Asset, material.asset_id).on_offer_id)
    version.digest_state = "failed"
    assert failing(session, shipped)["slot:faq"] == "unreadable"


def test_a_demo_account_has_to_be_tried_every_two_weeks(session, cast):
    made = wanted(session, cast.jun, level="L2")
    brought_to(session, cast, made, "shipped")
    roles = ("intro_deck", "faq", "demo_account", "training")
    fill(session, cast, made, roles=roles)
    run_jobs(session)
    assert made.state == "launched"
    assert failing(session, made, at=clock.now() + timedelta(days=13)) == {}
    later = clock.now() + timedelta(days=15)
    assert failing(session, made, at=later) == {"slot:demo_account": "unchecked"}


def test_choosing_a_demo_account_is_not_trying_it(session, cast):
    made = wanted(session, cast.jun, level="L2")
    brought_to(session, cast, made, "shipped")
    asset = on_offer(session, cast, "演示环境")
    asset.reviewed_at = clock.now() - timedelta(days=30)
    material = requirements.attach(session, made, asset.id, role="demo_account", by=cast.ting)
    assert failing(session, made)["slot:demo_account"] == "unchecked"

    requirements.attach(session, made, asset.id, role="demo_account", by=cast.ting)  # again changes nothing
    assert failing(session, made)["slot:demo_account"] == "unchecked"

    requirements.still_valid(session, made, material.id, by=cast.ting)
    assert "slot:demo_account" not in failing(session, made)


def test_an_account_that_the_hub_keeps_counts_by_its_own_check(wiring, session, cast):
    made = wanted(session, cast.jun, level="L2")
    brought_to(session, cast, made, "shipped")
    asset = on_offer(
        session, cast, "演示环境"
    )  # its text was approved today, which says nothing of the account
    said = demos.Fields(title="展厅", asset_id=asset.id)
    account = demos.create(session, said, key=wiring.settings.key(), by=cast.ting)
    requirements.attach(session, made, asset.id, role="demo_account", by=cast.ting)
    assert failing(session, made)["slot:demo_account"] == "unchecked"

    demos.works(session, account, by=cast.ting, at=clock.now() - timedelta(days=20))
    assert failing(session, made)["slot:demo_account"] == "unchecked"

    demos.works(session, account, by=cast.ting)
    assert "slot:demo_account" not in failing(session, made)


def test_what_expired_is_a_task_of_its_owner_until_something_newer_is_there(session, cast, shipped):
    fill(session, cast, shipped)
    material = session.exec(select(Material).where(Material.role == "faq")).one()
    asset = session.get_one(assets.Asset, material.asset_id)
    owner = accounts.actors(session, [asset.owner_id])[asset.owner_id]
    assert requirements.looks(session, owner) == []
    before = session.get_one(assets.Version, asset.on_offer_id)
    before.expires_on = clock.today() - timedelta(days=1)

    assets.run_dates(session)

    (look,) = requirements.looks(session, owner)
    assert (look.material_id, look.over, look.needs) == (material.id, True, "")
    assert requirements.looks_wait(session, owner)
    assert requirements.looks(session, cast.zhou) == []


def test_a_success_case_has_its_own_later_date(session, cast):
    made = wanted(session, cast.jun, level="L1")
    brought_to(session, cast, made, "shipped")
    fill(session, cast, made, roles=("intro_deck", "faq", "demo_account", "training", "limits_note"))
    run_jobs(session)
    assert made.state == "launched"
    day_after = clock.now() + timedelta(days=91)
    assert failing(session, made, at=day_after)["slot:case"] == "none"
    due = clock.today() + timedelta(days=120)
    requirements.assign(session, made, "case", owner_id=cast.ting.id, due_on=due, by=cast.jun)
    assert "slot:case" not in failing(session, made, at=day_after)


def test_a_waiver_needs_a_reason_and_an_end_and_counts_until_then(session, cast, shipped):
    fill(session, cast, shipped, roles=("faq",))
    answered(session, cast, shipped)
    until = clock.today() + timedelta(days=10)
    with pytest.raises(NotAllowed):
        requirements.waive(session, shipped, "slot:limits_note", reason="x", until=until, by=cast.lin)
    for line, reason, end, match in (
        ("slot:limits_note", " ", until, "为什么"),
        ("slot:limits_note", "下周补", None, "哪一天"),
        ("slot:limits_note", "下周补", clock.today() - timedelta(days=1), "哪一天"),
        ("slot:limits_note", "下周补", clock.today() + timedelta(days=400), "180"),
        ("limits", "下周补", until, "不能豁免"),
        ("slot:song", "下周补", until, "不能豁免"),
    ):
        with pytest.raises(HubError, match=match):
            requirements.waive(session, shipped, line, reason=reason, until=end, by=cast.jun)
    requirements.waive(session, shipped, "slot:limits_note", reason="下周补", until=until, by=cast.jun)
    run_jobs(session)
    assert shipped.state == "launched"
    assert failing(session, shipped, at=clock.now() + timedelta(days=11)) == {"slot:limits_note": "none"}
    requirements.end_waiver(session, shipped, "slot:limits_note", by=cast.jun)
    run_jobs(session)
    assert (shipped.state, shipped.attention) == ("launched", "slot:limits_note")


def test_a_change_of_scope_makes_material_stale_and_a_task_until_somebody_looked(session, cast, shipped):
    launched(session, cast, shipped)
    requirements.edit(session, shipped, Fields(summary="加了深谷"), edition=shipped.edition, by=cast.jun)
    run_jobs(session)
    assert failing(session, shipped) == {"slot:faq": "outdated", "slot:limits_note": "outdated"}
    assert shipped.state == "launched"
    assert [c.kind for c in requirements.changes(session, shipped.id or 0)] == ["scope"]
    looks = requirements.looks(session, cast.ting)
    assert {x.role for x in looks} == {"faq", "limits_note"}
    assert requirements.looks(session, cast.zhou) == []
    with pytest.raises(NotAllowed):
        requirements.still_valid(session, shipped, looks[0].material_id, by=cast.zhou)
    requirements.still_valid(session, shipped, looks[0].material_id, by=cast.ting)
    with pytest.raises(HubError, match="改什么"):
        requirements.needs_update(session, shipped, looks[1].material_id, note=" ", by=cast.ting)
    requirements.needs_update(session, shipped, looks[1].material_id, note="补一页深谷", by=cast.jun)
    assert [x.needs for x in requirements.looks(session, cast.ting)] == ["补一页深谷"]
    requirements.still_valid(session, shipped, looks[1].material_id, by=cast.ting)
    run_jobs(session)
    assert (failing(session, shipped), shipped.attention) == ({}, "")


def test_reopening_needs_a_reason_raises_the_revision_and_can_be_undone(session, cast, shipped):
    launched(session, cast, shipped)
    for duty in requirements.owed(session, cast.lin):
        requirements.told(session, requirements.get_obligation(session, duty.id, cast.lin), by=cast.lin)
    with pytest.raises(HubError, match="原因"):
        requirements.move(session, shipped, "reopened", by=cast.jun)
    requirements.move(session, shipped, "reopened", note="客户说不对", by=cast.jun)
    run_jobs(session)
    assert shipped.revision == 2
    assert "requirement_reopened" in [n.key for n in notices.of(session, cast.lin)]
    requirements.undo_reopening(session, shipped, by=cast.jun)
    run_jobs(session)
    assert (shipped.state, shipped.revision, failing(session, shipped)) == ("launched", 1, {})
    assert requirements.owed(session, cast.lin) == []
    with pytest.raises(Conflict, match="不能撤销"):
        requirements.undo_reopening(session, shipped, by=cast.jun)


def test_what_is_launched_again_after_a_reopening_is_told_again(session, cast, shipped):
    launched(session, cast, shipped)
    for duty in requirements.owed(session, cast.lin):
        requirements.told(session, requirements.get_obligation(session, duty.id, cast.lin), by=cast.lin)
    requirements.move(session, shipped, "reopened", note="客户说不对", by=cast.jun)
    requirements.ship(session, shipped, limits=LIMITS, outcome_words=WORDS, by=cast.jun)
    run_jobs(session)
    assert shipped.state == "shipped"
    for look in requirements.looks(session, cast.ting):
        requirements.still_valid(session, shipped, look.material_id, by=cast.ting)
    run_jobs(session)
    assert shipped.state == "launched"
    assert [n.key for n in notices.of(session, cast.lin)].count("requirement_launched") == 2
    assert [d.milestone for d in requirements.owed(session, cast.lin)] == ["launched"]


def test_a_slip_needs_a_reason_raises_the_revision_and_the_customers_are_told_again(session, cast):
    made = wanted(session, cast.jun)
    asked_for(session, cast.lin, made)
    brought_to(session, cast, made, "planned")
    run_jobs(session)
    for duty in requirements.owed(session, cast.lin):
        requirements.told(session, requirements.get_obligation(session, duty.id, cast.lin), by=cast.lin)
    with pytest.raises(HubError, match="原因"):
        requirements.edit(session, made, Fields(quarter="2027Q1"), edition=made.edition, by=cast.jun)
    made.quarter = "2026Q4"
    requirements.edit(
        session, made, Fields(quarter="2027Q1"), edition=made.edition, reason="人手不够", by=cast.jun
    )
    run_jobs(session)
    run_jobs(session)
    slips = [n for n in notices.of(session, cast.lin) if n.key == "requirement_slipped"]
    assert [(n.values["before"], n.values["after"]) for n in slips] == [("2026Q4", "2027Q1")]
    assert [d.milestone for d in requirements.owed(session, cast.lin)] == ["planned"]
    assert made.revision == 2
    with pytest.raises(HubError, match="暂缓"):
        requirements.edit(session, made, Fields(quarter=""), edition=made.edition, reason="x", by=cast.jun)


def test_retiring_needs_a_reason_and_is_told(session, cast, shipped):
    with pytest.raises(HubError, match="原因"):
        requirements.move(session, shipped, "retired", by=cast.jun)
    requirements.move(session, shipped, "retired", note="没人用了", by=cast.jun)
    run_jobs(session)
    assert notices.of(session, cast.lin)[0].key == "requirement_retired"
    with pytest.raises(Conflict):
        requirements.move(session, shipped, "reopened", note="又要了", by=cast.jun)


# ---- the ledger


def test_handed_over_it_stays_open_and_becomes_anothers(session, cast, shipped):
    (duty,) = requirements.owed(session, cast.lin)
    found = requirements.get_obligation(session, duty.id, cast.lin)
    with pytest.raises(NotAllowed):
        requirements.hand_over(session, found, cast.zhou.id, by=cast.zhou)
    with pytest.raises(HubError, match="在职"):
        requirements.hand_over(session, found, 0, by=cast.lin)
    requirements.hand_over(session, found, cast.zhou.id, by=cast.lin)
    assert requirements.owed(session, cast.lin) == []
    assert [d.id for d in requirements.owed(session, cast.zhou)] == [duty.id]
    assert notices.of(session, cast.zhou)[0].key == "handed_over"
    assert [a.verb for a in activity.of(session, "obligation", duty.id)] == ["hand_over"]


def test_what_a_customer_did_not_ask_for_is_told_to_the_product_manager(session, cast, shipped):
    (duty,) = requirements.owed(session, cast.lin)
    found = requirements.get_obligation(session, duty.id, cast.lin)
    requirements.told(session, found, outcome="not_asked", by=cast.lin)
    assert notices.of(session, cast.jun)[0].key == "not_asked"
    assert session.get_one(Obligation, duty.id).state == "not_asked"


def test_who_leaves_hands_over_first(session, cast, shipped):
    with pytest.raises(Conflict, match="1 件要告诉客户的事"):
        requirements.must_be_free(session, cast.lin.id)
    with pytest.raises(NotAllowed):
        requirements.hand_over_all(session, cast.lin.id, cast.zhou.id, by=cast.jun)
    with pytest.raises(HubError, match="在职"):
        requirements.hand_over_all(session, cast.lin.id, cast.lin.id, by=cast.ada)
    requirements.hand_over_all(session, cast.lin.id, cast.zhou.id, by=cast.ada)
    requirements.must_be_free(session, cast.lin.id)
    assert [d.customer for d in requirements.owed(session, cast.zhou)] == ["华辰电子产业园"]


def test_a_confidential_customer_is_not_handed_over_to_who_may_not_know_of_it(session, cast, shipped):
    (duty,) = requirements.owed(session, cast.lin)
    keep_secret(session, "华辰电子产业园", owner=cast.lin)
    with pytest.raises(Conflict, match=r"1 条诉求 来自 .*不能看的保密客户"):
        requirements.hand_over_all(session, cast.lin.id, cast.zhou.id, by=cast.ada)
    assert [d.id for d in requirements.owed(session, cast.lin)] == [duty.id]
    assert requirements.owed(session, cast.zhou) == []
    requirements.hand_over_all(session, cast.lin.id, cast.ada.id, by=cast.ada)
    assert [d.id for d in requirements.owed(session, cast.ada)] == [duty.id]


def test_a_notice_writes_a_quarter_as_the_pages_do(session, cast):
    notices.tell(
        session, [cast.lin.id], event="q", key="requirement_slipped",
        title="2026Q4 的报表", before="2026Q4", after="2027Q1",
    )  # fmt: skip
    assert notices.of(session, cast.lin)[0].text == "您提的“2026Q4 的报表”从 2026 Q4 改到 2027 Q1，请告诉客户"


# ---- notices


def test_what_moves_quietly_is_told_once_a_day_to_whom_it_concerns(session, cast):
    made = wanted(session, cast.jun, expert_id=cast.li.id)
    asked_for(session, cast.lin, made)
    scored(session, cast, made)
    requirements.move(session, made, "in_review", by=cast.jun)
    run_jobs(session)
    assert notices.of(session, cast.lin) == []
    at = clock.now()
    assert requirements.tell_digest(session, at=at) == 3
    assert requirements.tell_digest(session, at=at) == 0
    assert [(n.key, n.values["count"]) for n in notices.of(session, cast.lin)] == [("digest", 1)]
    assert [n.key for n in notices.of(session, cast.li)] == ["digest"]
    assert requirements.tell_digest(session, at=at + timedelta(days=3)) == 0


def test_score_and_revenue_that_disagree_are_flagged(session, cast):
    for n, (revenue, reach) in enumerate(((9_000_000, 1), (500_000, 10), (1_000, 500))):
        made = wanted(session, cast.jun, title=f"需求 {n}")
        asked_for(session, cast.lin, made, quote=f"原话 {n}", revenue=str(revenue))
        scored(session, cast, made)
        requirements.set_input(session, made, "reach", Decimal(reach), by=cast.jun)
    found = requirements.disagreements(session, cast.jun)
    assert sorted(found.values()) == ["revenue", "score"]


def test_what_disagrees_is_a_list_and_the_pool_is_ranked_by_revenue_as_far_as_its_reader_knows(session, cast):
    for n, (revenue, reach) in enumerate(((9_000_000, 1), (500_000, 10), (1_000, 500))):
        made = wanted(session, cast.jun, title=f"需求 {n}")
        asked_for(session, cast.lin, made, customer=f"客户 {n}", quote=f"原话 {n}", revenue=str(revenue))
        scored(session, cast, made)
        requirements.set_input(session, made, "reach", Decimal(reach), by=cast.jun)
    wanted(session, cast.jun, title="没人提过")

    def titles(who: accounts.Actor, **said: str) -> list[str]:
        return [r.title for r in requirements.find(session, who, requirements.Filter(**said))[0]]

    odd = requirements.Filter(state=requirements.AT_ODDS)
    assert titles(cast.jun, sort="revenue") == ["需求 0", "需求 1", "需求 2", "没人提过"]
    assert sorted(titles(cast.jun, state=requirements.AT_ODDS)) == ["需求 0", "需求 2"]
    assert (
        requirements.counts(session, cast.jun, requirements.Filter(sort="score"))[requirements.AT_ODDS] == 2
    )
    keep_secret(session, "客户 0", owner=cast.lin)
    run_jobs(session)
    session.commit()
    assert titles(cast.zhou, sort="revenue") == ["需求 1", "需求 2", "没人提过", "需求 0"]
    assert requirements.find(session, cast.zhou, odd) == ([], 0)
    assert titles(cast.lin, sort="revenue")[0] == "需求 0"


def test_a_changed_asset_launches_what_it_serves_when_the_index_follows(wiring, cast):
    with wiring.database.write() as session:
        made = wanted(session, cast.jun)
        asked_for(session, cast.lin, made)
        brought_to(session, cast, made, "shipped")
        answered(session, cast, made)
        waiting = []
        for role in ("faq", "limits_note"):
            version = draft(session, cast.ting, f"{role} 素材")
            requirements.attach(session, made, version.asset_id, role=role, by=cast.ting)
            waiting.append(version.id)
        key = made.key
    settle(wiring)
    with wiring.database.write() as session:
        assert requirements.by_key(session, key).state == "shipped"
        for number in waiting:
            version = session.get_one(assets.Version, number)
            assets.submit(session, version, by=cast.ting)
            assets.approve(session, version, by=cast.min)
    settle(wiring)
    with wiring.database.read() as session:
        assert requirements.by_key(session, key).state == "launched"
