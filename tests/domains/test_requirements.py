"""The requirement loop on a real database: who may do what, who is told, what stays hidden."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlmodel import select

from hub import accounts, activity, assets, customers, library, notices, requirements
from hub.accounts import SYSTEM
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.requirements import Fields, Filter, Obligation, Terms
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


def told_to(session, person):
    return [(n.key, n.text) for n in notices.of(session, person)]


def test_a_new_requirement_gets_the_next_key_and_its_maker_as_manager(session, cast):
    first, second = wanted(session, cast.jun), wanted(session, cast.jun, title="另一条")
    assert int(second.key[4:]) == int(first.key[4:]) + 1
    assert first.manager_id == cast.jun.id
    assert first.state == "new"


@pytest.mark.parametrize("who", ["lin", "ting", "li"])
def test_only_a_product_manager_makes_and_moves_requirements(session, cast, who):
    person = getattr(cast, who)
    with pytest.raises(NotAllowed):
        wanted(session, person)
    made = wanted(session, cast.jun)
    scored(session, cast, made)
    with pytest.raises(NotAllowed):
        requirements.move(session, made, "in_review", by=person)
    assert made.state == "scored"


@pytest.mark.parametrize(
    ("factor", "refused", "allowed"),
    [
        ("effort", ["lin", "ting", "jun", "ada"], "li"),
        ("impact", ["lin", "zhou", "ting", "li"], "jun"),
        ("confidence", ["lin", "zhou", "ting", "li"], "jun"),
        ("reach", ["zhou", "ting", "li"], "lin"),
    ],
)
def test_each_factor_is_said_by_whom_it_belongs_to(session, cast, factor, refused, allowed):
    made = wanted(session, cast.jun)
    asked_for(session, cast.lin, made)
    for who in refused:
        with pytest.raises(NotAllowed):
            requirements.set_input(session, made, factor, Decimal(1), by=getattr(cast, who))
    requirements.set_input(session, made, factor, Decimal(1), reason="有据", by=getattr(cast, allowed))
    newest = requirements.view(session, made, cast.jun).factors
    assert [f.value for f in newest if f.name == factor] == [1]


def test_the_fourth_factor_makes_it_scored_and_what_was_said_before_stays(session, cast):
    made = wanted(session, cast.jun)
    scored(session, cast, made)
    requirements.set_input(session, made, "effort", Decimal(40), reason="漏了测试", by=cast.li)

    effort = next(f for f in requirements.view(session, made, cast.jun).factors if f.name == "effort")

    assert (made.state, made.score) == ("scored", Decimal(2))
    assert (effort.value, effort.by, effort.reason) == (40, "陈立", "漏了测试")
    assert [value for value, *_rest in effort.before] == [20]


def test_after_shipping_the_score_is_history(session, cast):
    made = wanted(session, cast.jun)
    brought_to(session, cast, made, "shipped")
    with pytest.raises(Conflict):
        requirements.set_input(session, made, "reach", Decimal(5), by=cast.jun)


def test_shipping_needs_the_limits_and_the_words_for_the_customer(session, cast):
    made = wanted(session, cast.jun)
    brought_to(session, cast, made, "building")
    with pytest.raises(HubError, match="限制"):
        requirements.ship(session, made, limits=" ", outcome_words=WORDS, by=cast.jun)
    with pytest.raises(HubError, match="可以对客户说"):
        requirements.ship(session, made, limits=LIMITS, outcome_words="", by=cast.jun)
    requirements.ship(session, made, limits=LIMITS, outcome_words=WORDS, by=cast.jun)
    assert (made.state, made.limits, made.outcome_words) == ("shipped", LIMITS, WORDS)
    assert made.shipped_at is not None


def test_two_people_who_edit_at_once_do_not_lose_a_word(session, cast):
    made = wanted(session, cast.jun)
    edition = made.edition
    requirements.edit(session, made, Fields(summary="第一位写的"), edition=edition, by=cast.jun)
    with pytest.raises(Conflict):
        requirements.edit(session, made, Fields(summary="第二位写的"), edition=edition, by=cast.ada)
    assert made.summary == "第一位写的"


def test_a_change_of_scope_after_planning_makes_attached_material_stale(session, cast):
    made = wanted(session, cast.jun)
    brought_to(session, cast, made, "planned")
    faq = on_offer(session, cast, "电价问答", kind="faq")
    requirements.attach(session, made, faq.id or 0, role="faq", by=cast.ting)
    before = slot(session, made, cast.jun, "faq")
    requirements.edit(session, made, Fields(summary="改了范围"), edition=made.edition, by=cast.jun)
    assert (before, slot(session, made, cast.jun, "faq")) == ("have", "stale")
    requirements.attach(session, made, faq.id or 0, role="faq", by=cast.ting)  # looked at again
    assert slot(session, made, cast.jun, "faq") == "have"


def slot(session, requirement, person, role):
    return next(s.filling for s in requirements.view(session, requirement, person).slots if s.role == role)


# ---- telling


def test_who_asked_is_told_once_of_what_was_planned_and_what_shipped(session, cast):
    made = wanted(session, cast.jun)
    asked_for(session, cast.lin, made)
    asked_for(session, cast.lin, made, quote="凭证附件里两个月的电价不一样。")
    asked_for(session, cast.zhou, made, customer="临澄高新区")
    brought_to(session, cast, made, "planned")
    run_jobs(session)
    requirements.move(session, made, "building", by=cast.jun)
    requirements.ship(session, made, limits=LIMITS, outcome_words=WORDS, by=cast.jun)
    run_jobs(session)
    requirements.tell_requesters(session, made.id or 0)  # a worker that was killed runs it again

    assert [key for key, _text in told_to(session, cast.lin)] == [
        "requirement_shipped",
        "requirement_planned",
    ]
    assert [key for key, _text in told_to(session, cast.zhou)] == [
        "requirement_shipped",
        "requirement_planned",
    ]
    assert told_to(session, cast.ting) == []


def test_each_customer_is_an_obligation_of_the_requests_owner_until_told(session, cast):
    made = wanted(session, cast.jun)
    asked_for(session, cast.lin, made)
    asked_for(session, cast.lin, made, customer="新港物流园", quote="租户拿着新电价来吵。")
    brought_to(session, cast, made, "shipped")
    run_jobs(session)

    duties = requirements.owed(session, cast.lin)
    assert {(d.customer, d.milestone, d.say) for d in duties} == {
        ("华辰电子产业园", "shipped", WORDS),
        ("新港物流园", "shipped", WORDS),
    }
    first = requirements.get_obligation(session, duties[0].id, cast.lin)
    with pytest.raises(NotAllowed):
        requirements.told(session, first, how="电话", by=cast.zhou)
    requirements.told(session, first, how="电话", by=cast.lin)
    requirements.told(session, first, how="拜访", by=cast.lin)  # said twice, kept once

    assert (first.state, first.how) == ("told", "电话")
    assert [d.customer for d in requirements.owed(session, cast.lin)] == [duties[1].customer]
    requirements.untell(session, first, by=cast.lin)
    assert len(requirements.owed(session, cast.lin)) == 2
    assert [a.verb for a in activity.of(session, "obligation", first.id or 0)] == ["untell", "told"]


def test_what_was_still_to_be_told_of_an_earlier_state_is_overtaken(session, cast):
    made = wanted(session, cast.jun)
    asked_for(session, cast.lin, made)
    brought_to(session, cast, made, "planned")
    run_jobs(session)
    assert [d.milestone for d in requirements.owed(session, cast.lin)] == ["planned"]
    requirements.move(session, made, "in_review", note="范围要重谈", by=cast.jun)
    assert requirements.owed(session, cast.lin) == []
    requirements.move(session, made, "planned", quarter="2027Q1", by=cast.jun)
    run_jobs(session)
    assert [d.milestone for d in requirements.owed(session, cast.lin)] == ["planned"]
    assert len(session.exec(select(Obligation)).all()) == 1


def test_a_decision_that_was_taken_back_before_it_was_told_is_not_told(session, cast):
    made = wanted(session, cast.jun)
    asked_for(session, cast.lin, made)
    brought_to(session, cast, made, "planned")
    requirements.move(session, made, "parked", note="等法务", by=cast.jun)
    run_jobs(session)
    assert [key for key, _text in told_to(session, cast.lin)] == ["requirement_parked"]


def test_who_asks_after_it_shipped_hears_at_once(session, cast):
    made = wanted(session, cast.jun)
    brought_to(session, cast, made, "shipped")
    run_jobs(session)
    asked_for(session, cast.zhou, made, customer="临澄高新区")
    run_jobs(session)
    assert [key for key, _text in told_to(session, cast.zhou)] == ["requirement_shipped"]
    assert [d.customer for d in requirements.owed(session, cast.zhou)] == ["临澄高新区"]


def test_a_new_owner_takes_over_what_is_to_be_told(session, cast):
    made = wanted(session, cast.jun)
    request = asked_for(session, cast.lin, made)
    brought_to(session, cast, made, "shipped")
    run_jobs(session)
    requirements.settle(session, request, Terms(owner_id=cast.zhou.id), by=cast.lin)
    assert requirements.owed(session, cast.lin) == []
    assert [d.customer for d in requirements.owed(session, cast.zhou)] == ["华辰电子产业园"]


def test_when_the_seller_has_left_the_manager_has_the_obligation(session, cast):
    made = wanted(session, cast.jun)
    asked_for(session, cast.lin, made)
    brought_to(session, cast, made, "building")
    accounts.set_active(session, accounts.person(session, cast.lin.id or 0), active=False, by=cast.ada)
    requirements.ship(session, made, limits=LIMITS, outcome_words=WORDS, by=cast.jun)
    run_jobs(session)
    assert [d.customer for d in requirements.owed(session, cast.jun)] == ["华辰电子产业园"]
    assert told_to(session, cast.lin) == []


def test_material_that_comes_after_shipping_is_told_to_who_may_open_it(session, cast):
    made = wanted(session, cast.jun)
    asked_for(session, cast.lin, made)
    asked_for(session, cast.zhou, made, customer="临澄高新区")
    brought_to(session, cast, made, "shipped")
    run_jobs(session)
    east = accounts.team_by_key(session, "east")
    note = on_offer(session, cast, "只给华东的说明", restricted_to=([east.id], []))
    requirements.attach(session, made, note.id or 0, role="limits_note", by=cast.ting)
    requirements.attach(session, made, note.id or 0, role="limits_note", by=cast.ting)
    run_jobs(session)
    assert [key for key, _text in told_to(session, cast.lin)].count("material_attached") == 1
    assert "material_attached" not in [key for key, _text in told_to(session, cast.zhou)]


def test_a_draft_that_is_attached_is_announced_to_nobody_who_cannot_open_it(session, cast):
    made = wanted(session, cast.jun)
    asked_for(session, cast.lin, made)
    brought_to(session, cast, made, "shipped")
    run_jobs(session)
    version = draft(session, cast.ting, "还没写完的问答", kind="faq")
    requirements.attach(session, made, version.asset_id, role="faq", by=cast.ting)
    run_jobs(session)
    assert "material_attached" not in [key for key, _text in told_to(session, cast.lin)]
    assert slot(session, made, cast.ting, "faq") == "coming"
    assert slot(session, made, cast.lin, "faq") == "need"


def test_what_shipped_stands_once_on_the_front_page_with_the_material_that_opens(session, cast):
    made = wanted(session, cast.jun)
    asked_for(session, cast.lin, made)
    asked_for(session, cast.lin, made, quote="同一家又提了一次。")
    brought_to(session, cast, made, "shipped")
    faq = on_offer(session, cast, "电价问答", kind="faq")
    requirements.attach(session, made, faq.id or 0, role="faq", by=cast.ting)
    requirements.attach(session, made, faq.id or 0, role="related", by=cast.ting)

    since = clock.now() - timedelta(days=30)
    mine = requirements.shipped_for(session, cast.lin, since=since)

    assert [(s.key, [c.title for c in s.material]) for s in mine] == [(made.key, ["电价问答"])]
    assert requirements.shipped_for(session, cast.zhou, since=since) == []
    assert requirements.shipped_for(session, cast.lin, since=clock.now() + timedelta(days=1)) == []


def test_a_reminder_goes_to_who_owes_and_once_a_day(session, cast):
    made = wanted(session, cast.jun)
    asked_for(session, cast.lin, made)
    brought_to(session, cast, made, "shipped")
    run_jobs(session)
    assert requirements.nudge(session, made, by=cast.jun) == 1
    assert requirements.nudge(session, made, by=cast.jun) == 0
    assert requirements.nudge(session, made, by=cast.jun, at=clock.now() + timedelta(days=1)) == 1
    with pytest.raises(NotAllowed):
        requirements.nudge(session, made, by=cast.zhou)


def test_what_lies_in_the_trash_owes_nothing_until_it_comes_back(session, cast):
    made = wanted(session, cast.jun)
    asked_for(session, cast.lin, made)
    brought_to(session, cast, made, "shipped")
    run_jobs(session)
    requirements.trash(session, made, by=cast.jun)
    with pytest.raises(NotFound):
        requirements.get(session, made.key, cast.jun)
    assert requirements.owed(session, cast.lin) == []
    assert [r.key for r in requirements.in_trash(session, cast.jun)] == [made.key]
    requirements.restore(session, made, by=cast.jun)
    assert len(requirements.owed(session, cast.lin)) == 1
    assert requirements.find(session, cast.lin, Filter())[1] == 1


# ---- requests


def test_the_customers_words_are_kept_as_they_were_said(session, cast):
    request = asked_for(session, cast.lin, quote="  老板问我到底省没省，我答不上来。\n真的。 ")
    requirements.settle(session, request, Terms(desired="重算", revenue=Decimal(5)), by=cast.lin)
    assert request.quote == "老板问我到底省没省，我答不上来。\n真的。"
    assert "quote" not in Terms.__dataclass_fields__


def test_a_customer_is_found_by_its_alias_or_made_while_typing(session, cast):
    first = asked_for(session, cast.lin, customer="华辰电子产业园")
    second = asked_for(session, cast.lin, customer=" 华辰 电子产业园 ", quote="又一句")
    assert first.customer_id == second.customer_id
    assert len(session.exec(select(customers.Customer)).all()) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"quote": " "}, {"customer": ""}, {"urgency": "昨天"}, {"customers": 0}, {"revenue": Decimal(-1)}],
)
def test_a_request_that_lacks_something_is_refused_with_a_sentence(session, cast, wrong):
    wish = requirements.Wish(**{"customer": "华辰", "quote": "原话", **wrong})
    with pytest.raises(HubError):
        requirements.ask(session, wish, by=cast.lin)


def test_a_stranger_cannot_put_a_request_of_others_to_a_requirement(session, cast):
    made, request = wanted(session, cast.jun), asked_for(session, cast.lin)
    with pytest.raises(NotAllowed):
        requirements.link(session, request, made, by=cast.zhou)
    first = requirements.link(session, request, made, by=cast.jun)
    assert requirements.link(session, request, made, by=cast.lin) is first
    requirements.unlink(session, request, made, by=cast.jun)
    assert first.ended_at is not None
    assert requirements.asked(session, cast.jun, which="open")[1] == 1


# ---- what stays hidden


def test_a_confidential_customer_leaks_nowhere(session, cast, wiring):
    made = wanted(session, cast.jun, title="机密客户也提了的需求")
    asked_for(session, cast.lin, made, customer="新港物流园", quote="租户来吵。", revenue="380000")
    asked_for(session, cast.zhou, made, customer="苏阑电子城", quote="金丝雀原话", revenue="9990000")
    north = accounts.team_by_key(session, "north")
    keep_secret(session, "苏阑电子城", owner=cast.zhou, teams=(north.id or 0,))
    brought_to(session, cast, made, "shipped")
    run_jobs(session)

    for person, sees in ((cast.lin, False), (cast.jun, False), (cast.zhou, True), (cast.ada, True)):
        rows, _total = requirements.find(session, person, Filter())
        view = requirements.view(session, made, person)
        revenue = rows[0].demand.revenue["CNY"]
        assert (revenue == Decimal(10370000)) is sees, person.name
        assert rows[0].demand.customers == rows[0].demand.requests == len(view.quotes) == 1 + sees
        assert ("苏阑电子城" in {q.customer for q in view.quotes}) is sees
        assert ("苏阑电子城" in {line.customer for line in view.ledger}) is sees
        assert view.reach_of_requests == 1 + sees
        listed, total = requirements.asked(session, person, which="all")
        assert total == len(listed) == 1 + sees
    assert "金丝雀" not in str([n.values for n in session.exec(select(notices.Notice)).all()])
    secret = next(q.id for q in requirements.view(session, made, cast.zhou).quotes if "金丝雀" in q.text)
    with pytest.raises(NotFound):
        requirements.get_request(session, secret, cast.lin)


def test_search_never_says_a_word_of_a_confidential_customer(wiring, cast):
    with wiring.database.write() as session:
        made = wanted(session, cast.jun)
        asked_for(session, cast.lin, made, customer="新港物流园", quote="海豚原话")
        asked_for(session, cast.zhou, made, customer="苏阑电子城", quote="金丝雀原话")
        key = made.key
    settle(wiring)
    assert found(wiring, cast.lin, "金丝雀") == [key]
    with wiring.database.write() as session:
        keep_secret(session, "苏阑电子城", owner=cast.zhou)
    settle(wiring)
    assert found(wiring, cast.lin, "海豚") == [key]
    for person in (cast.lin, cast.zhou, cast.ada):  # the shared text is what all its readers may read
        assert found(wiring, person, "金丝雀") == []
        assert found(wiring, person, "苏阑电子城") == []


def found(wiring, person, words):
    with wiring.database.read() as session:
        answer = library.find(session, wiring.engine, words, by=person, exact=True)
        return [r.url.rsplit("/", 1)[-1] for r in answer.rows if r.type == "requirement"]


def test_a_restricted_requirement_is_not_there_for_others(wiring, cast):
    with wiring.database.write() as session:
        east = accounts.team_by_key(session, "east")
        made = wanted(session, cast.jun, title="未上市的水獭功能", restricted_to=([east.id], []))
        key = made.key
    settle(wiring)
    with wiring.database.write() as session:
        for person, sees in ((cast.lin, True), (cast.jun, True), (cast.zhou, False), (cast.li, False)):
            assert requirements.find(session, person, Filter())[1] == sees
            assert requirements.counts(session, person, Filter()).get("new", 0) == sees
            assert (found(wiring, person, "水獭") == [key]) is sees
        with pytest.raises(NotFound):
            requirements.get(session, key, cast.zhou)
        again = requirements.get(session, key, cast.lin)
        with pytest.raises(NotFound):
            requirements.set_input(session, again, "effort", Decimal(1), by=cast.li)


def test_who_asked_but_may_not_read_it_hears_of_their_own_words_only(session, cast):
    made = wanted(session, cast.jun, title="绝密的水獭功能", expert_id=cast.li.id)
    request = asked_for(session, cast.zhou, made, customer="临澄高新区", quote="我们要水里能用的。")
    east = accounts.team_by_key(session, "east")
    requirements.edit(session, made, Fields(restricted_to=([east.id], [])), edition=made.edition, by=cast.jun)
    brought_to(session, cast, made, "shipped")
    run_jobs(session)
    (notice,) = notices.of(session, cast.zhou)
    (duty,) = requirements.owed(session, cast.zhou)
    assert "水獭" not in notice.text
    assert "我们要水里能用的" in notice.text
    assert notice.url == f"/requests/{request.id}"
    assert (duty.title, duty.key, duty.say) == (None, None, WORDS)
    assert requirements.shipped_for(session, cast.zhou, since=clock.now() - timedelta(days=1)) == []


# ---- lists


def test_the_pool_is_narrowed_sorted_and_counted(session, cast):
    first = wanted(session, cast.jun, title="电价重算", expert_id=cast.li.id)
    second = wanted(session, cast.jun, title="租户手机查电费", product="lite", manager_id=cast.ada.id)
    third = wanted(session, cast.jun, title="导出对照页", manager_id=cast.ada.id)
    asked_for(session, cast.lin, third)
    scored(session, cast, first)
    requirements.set_input(session, second, "effort", Decimal(1), by=cast.li)

    def keys(**narrowed):
        person = narrowed.pop("person", cast.jun)
        return [r.key for r in requirements.find(session, person, Filter(**narrowed))[0]]

    assert keys(product="lite") == [second.key]
    assert keys(state="scored") == keys(text="电价") == [first.key]
    assert keys(text="100%") == []
    assert keys(state=requirements.NO_EFFORT) == [third.key]
    assert keys(sort="score")[0] == first.key
    assert keys(person=cast.lin, mine=True) == [third.key]
    assert keys(person=cast.li, mine=True) == [first.key]
    assert requirements.counts(session, cast.jun, Filter()) == {"new": 2, "scored": 1, "no_effort": 1}


def test_a_list_asks_the_database_as_often_for_thirty_as_for_one(session, cast):
    def queries_for(limit):
        return counted(session, lambda: requirements.find(session, cast.lin, Filter(), limit=limit))

    for n in range(30):
        made = wanted(session, cast.jun, title=f"需求 {n}")
        asked_for(session, cast.lin, made, customer=f"客户 {n % 7}", quote=f"原话 {n}")
    session.flush()
    assert queries_for(30) == queries_for(1) <= 6


def counted(session, work):
    """How many statements `work` sends."""
    from sqlalchemy import event

    sent = []
    engine = session.get_bind()
    listen = lambda *args: sent.append(args[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listen)
    try:
        work()
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    return len(sent)


def test_what_a_shipped_launch_lacks_is_listed_for_its_manager(session, cast):
    made = wanted(session, cast.jun)
    brought_to(session, cast, made, "shipped")
    (gap,) = requirements.lacking(session, cast.jun)
    assert (gap.key, gap.missing) == (made.key, ("faq", "limits_note"))
    for role, title in (("faq", "电价问答"), ("limits_note", "限制一页纸")):
        asset = on_offer(session, cast, title)
        requirements.attach(session, made, asset.id or 0, role=role, by=cast.jun)
    assert requirements.lacking(session, cast.jun) == []
    assert requirements.view(session, made, cast.lin).filled == (2, 2)


def test_a_slot_that_was_assigned_is_filled_by_what_is_brought(session, cast):
    made = wanted(session, cast.jun)
    due = clock.today() + timedelta(days=3)
    requirements.assign(session, made, "faq", owner_id=cast.ting.id, due_on=due, by=cast.jun)
    asset = on_offer(session, cast, "电价问答")
    brought = requirements.attach(session, made, asset.id or 0, role="faq", by=cast.ting)
    assert (brought.owner_id, brought.due_on) == (cast.ting.id, due)
    requirements.detach(session, made, brought.id or 0, by=cast.ting)
    assert slot(session, made, cast.jun, "faq") == "need"
    with pytest.raises(NotAllowed):
        requirements.attach(session, made, asset.id or 0, role="faq", by=cast.lin)
    hidden = draft(session, cast.ting, "别人的草稿")
    with pytest.raises(NotFound):
        requirements.attach(session, made, hidden.asset_id, role="faq", by=cast.jun)


# ---- in and out

DATA = {
    "key": "REQ-900",
    "title": "电价重算",
    "product": "energy",
    "state": "shipped",
    "quarter": "2026Q4",
    "level": "L3",
    "manager": "jun@test.example",
    "expert": "li@test.example",
    "limits": LIMITS,
    "outcome_words": WORDS,
    "rice": {
        "reach": {"value": 62, "unit": "个/季", "by": "jun@test.example", "on": date(2026, 10, 9)},
        "impact": {"value": 2, "by": "jun@test.example", "on": date(2026, 10, 9), "reason": "卡住回款"},
        "confidence": {"value": 80, "unit": "%", "by": "ting@test.example", "on": date(2026, 10, 11)},
        "effort": {"value": 60, "unit": "days", "by": "li@test.example", "on": date(2026, 10, 13)},
    },
    "history": [
        {"on": date(2026, 9, 12), "to": "new", "by": "lin@test.example", "note": "拜访带回"},
        {"on": date(2026, 10, 9), "to": "scored", "by": "jun@test.example"},
        {"on": date(2026, 10, 15), "to": "in_review", "by": "jun@test.example"},
        {"on": date(2026, 10, 15), "to": "planned", "by": "jun@test.example", "note": "第 21 次评审会"},
        {"on": date(2026, 10, 20), "to": "building", "by": "jun@test.example"},
        {"on": date(2026, 11, 16), "to": "shipped", "by": "jun@test.example"},
    ],
    "material": [
        {"role": "faq", "asset": "dianjia-wenda"},
        {"role": "limits_note", "owner": "ting@test.example"},
    ],
    "requests": [
        {
            "customer": "huachen",
            "quote": "对不上了。",
            "revenue": 860000,
            "currency": "CNY",
            "urgency": "high",
            "submitter": "lin@test.example",
            "owner": "lin@test.example",
            "on": date(2026, 9, 12),
            "told": [{"milestone": "planned", "on": date(2026, 10, 18), "how": "拜访"}],
        }
    ],
}


@pytest.fixture
def stocked(session, cast):
    customer = customers.named(session, "华辰电子产业园", by=cast.lin)
    customer.key = "huachen"
    return assets.create(
        session,
        assets.Fields(title="电价问答", kind="faq"),
        assets.Content(text="答"),
        slug="dianjia-wenda",
        by=cast.ting,
    )


def test_importing_twice_changes_nothing_and_tells_nobody(session, cast, stocked):
    assert requirements.from_data(session, "REQ-900", DATA, by=SYSTEM) == "imported"
    run_jobs(session)
    before = requirements.to_data(session, requirements.by_key(session, "REQ-900"))
    assert requirements.from_data(session, "REQ-900", DATA, by=SYSTEM) == "unchanged"
    assert requirements.to_data(session, requirements.by_key(session, "REQ-900")) == before
    assert session.exec(select(notices.Notice)).all() == []


def test_an_export_gives_back_what_was_imported_with_history_score_and_ledger(session, cast, stocked):
    requirements.from_data(session, "REQ-900", DATA, by=SYSTEM)
    made = requirements.by_key(session, "REQ-900")
    given = requirements.to_data(session, made)
    assert {k: given[k] for k in DATA if k not in {"rice", "material"}} == {
        k: v for k, v in DATA.items() if k not in {"rice", "material"}
    }
    assert given["material"] == DATA["material"]
    assert given["rice"]["reach"] == DATA["rice"]["reach"]
    assert made.score == Decimal("1.653333")
    assert [(d.milestone, d.customer) for d in requirements.owed(session, cast.lin)] == [
        ("shipped", "华辰电子产业园")
    ]
    assert requirements.from_data(session, "REQ-900", given, by=SYSTEM) == "unchanged"


def test_what_moved_on_in_the_house_is_not_turned_back_by_an_old_file(session, cast, stocked):
    older = {**DATA, "state": "building", "history": DATA["history"][:-1], "title": "电价重算"}
    requirements.from_data(session, "REQ-900", older, by=SYSTEM)
    made = requirements.by_key(session, "REQ-900")
    requirements.ship(session, made, limits=LIMITS, outcome_words=WORDS, by=cast.jun)
    warnings: list[str] = []
    result = requirements.from_data(session, "REQ-900", older, by=SYSTEM, warnings=warnings)
    assert (result, made.state) == ("unchanged", "shipped")
    assert "保留站内" in warnings[0]


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"title": ""}, "标题"),
        ({"state": "done"}, "状态"),
        ({"level": "L9"}, "L1"),
        ({"product": "nothing"}, "产品"),
        ({"quarter": "soon"}, "季度"),
        ({"history": "yesterday"}, "列表"),
        ({"history": ["new"]}, "字段"),
        ({"history": [{"to": "new", "on": "soon"}]}, "日期"),
        ({"requests": [{"customer": "nobody", "quote": "x"}]}, "客户"),
        ({"requests": [{"customer": "huachen", "quote": ""}]}, "原话"),
        ({"requests": [{"customer": "huachen", "quote": "x", "revenue": "很多"}]}, "数字"),
        ({"restricted_to": ["team:nobody"]}, "不认识"),
        ({"material": [{"role": "song", "asset": "x"}]}, "素材"),
        ({"rice": {"effort": {"value": 0}}}, "大于零"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_reason(session, cast, stocked, wrong, named):
    with pytest.raises(HubError, match=named):
        requirements.from_data(session, "REQ-900", {**DATA, **wrong}, by=SYSTEM)


def test_an_asset_the_library_does_not_have_is_named_and_left_out(session, cast, stocked):
    warnings: list[str] = []
    data = {**DATA, "related": ["not-there"]}
    requirements.from_data(session, "REQ-900", data, by=SYSTEM, warnings=warnings)
    assert warnings == ["没有叫“not-there”的素材，这一件没有关联。"]


@pytest.mark.parametrize("to", ["planned", "parked", "declined"])
def test_what_a_meeting_decides_is_decided_nowhere_else(session, cast, to):
    made = wanted(session, cast.jun)
    brought_to(session, cast, made, "in_review")

    with pytest.raises(Conflict, match="评审会"):
        requirements.advance(session, made, to, note="x", quarter="2026Q4", outcome_words=WORDS, by=cast.jun)
    with pytest.raises(NotAllowed):
        requirements.advance(session, made, to, by=cast.lin)

    assert made.state == "in_review"
    assert to not in requirements.by_hand("in_review")
