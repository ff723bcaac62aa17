"""Demand signals: what is counted, when it grows, and for whom."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import accounts, insights, requirements
from hub.insights.demand import MONTHS
from hub.requirements import Wish
from tests.api.callers import Caller
from tests.domains.requirement_cast import keep_secret, wanted

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)


@pytest.fixture
def session(wiring):
    with wiring.database.write() as opened:
        yield opened


@pytest.fixture
def asked(session, cast):
    """`asked("甲", 30)`: the customer asked for the energy product in a park so many days ago."""

    def ask(customer: str, days: int, *, tags: tuple[str, ...] = (), product: str | None = "energy", at=NOW):
        said = Wish(customer=customer, quote=f"{customer}要", industry="park", product=product)
        made = requirements.ask(session, said, by=cast.lin, at=at - timedelta(days=days))
        made.tags = list(tags)
        session.add(made)
        session.flush()
        return made

    return ask


def test_customers_are_counted_not_requests(session, cast, asked):
    for days in (1, 2, 3, 4):
        asked("甲公司", days)
    asked("乙公司", 100)

    (signal,) = insights.signals(session, cast.lin, at=NOW)

    assert (signal.industry, signal.topic, signal.now, signal.before) == ("park", "energy", 1, 1)
    assert (signal.total, signal.months[-1], len(signal.months), signal.grows) == (5, 4, MONTHS, False)


def test_three_customers_where_one_asked_before_is_growth(session, cast, asked):
    asked("旧客户", 120)
    for name in "甲乙丙":
        asked(f"{name}公司", 10)
    asked("别的", 5, product="lite")

    first, second = insights.signals(session, cast.lin, at=NOW)

    assert (first.topic, first.grows, second.topic, second.grows) == ("energy", True, "lite", False)


def test_months_are_those_of_the_house(session, cast, asked):
    asked("甲公司", 0, at=datetime(2026, 10, 31, 17, tzinfo=UTC))  # the first of November in Shanghai

    (signal,) = insights.signals(session, cast.lin, at=NOW)

    assert signal.months[-2:] == (0, 1)


def test_tags_are_topics_too(session, cast, asked):
    for name in "甲乙丙":
        asked(f"{name}公司", 10, tags=("电价", "报表"), product=None)
    asked("丁公司", 100, tags=("报表",))

    first, second = insights.signals(session, cast.lin, kind="tag", at=NOW)

    assert (first.topic, first.now, first.before, first.total, first.grows) == ("报表", 3, 1, 4, True)
    assert (second.topic, second.now, second.before, second.total) == ("电价", 3, 0, 3)


def test_a_request_taken_back_counts_no_more(session, cast, asked):
    gone = asked("甲公司", 5)
    requirements.cancel(session, gone, reason="不要了", by=cast.lin)

    assert insights.signals(session, cast.lin, at=NOW) == []


def test_a_confidential_customer_is_counted_and_quoted_for_its_own_people_only(session, cast, asked):
    asked("秘密客户", 5)
    asked("甲公司", 6)
    keep_secret(session, "秘密客户", owner=cast.lin)

    (own,) = insights.signals(session, cast.lin, at=NOW)
    (others,) = insights.signals(session, cast.zhou, at=NOW)

    assert (own.now, others.now) == (2, 1)
    said = insights.signal_quotes(session, [others], cast.zhou, at=NOW)[others]
    assert [q.customer for q in said] == ["甲公司"]
    assert "秘密" not in insights.evidence(session, "product", "park", "energy", at=NOW)


def test_a_request_without_a_product_counts_for_that_of_its_requirement_where_one_may_know_of_it(
    session, cast, asked
):
    east = accounts.team_by_key(session, "east")
    shown = wanted(session, cast.jun, product="lite")
    hidden = wanted(session, cast.jun, product="energy", restricted_to=([east.id], []))
    requirements.link(session, asked("甲公司", 5, product=None), shown, by=cast.jun)
    requirements.link(session, asked("乙公司", 6, product=None), hidden, by=cast.jun)

    def topics(by):
        return {s.topic: s.now for s in insights.signals(session, by, at=NOW)}

    assert topics(cast.lin) == {"lite": 1, "energy": 1}
    assert topics(cast.zhou) == {"lite": 1}


def test_evidence_says_how_many_and_what_they_said(session, cast, asked):
    asked("甲公司", 5)

    said = insights.evidence(session, "product", "park", "energy", at=NOW).splitlines()

    assert said == ["最近 90 天有 1 家客户要，之前 90 天 0 家；12 个月共 1 条诉求。", "甲公司：甲公司要"]
    assert insights.evidence(session, "tag", "park", "没有", at=NOW) == ""


@given(st.integers(0, 50), st.integers(0, 50))
def test_growth_never_ends_by_one_customer_more(now, before):
    assert not insights.grows(now, before) or insights.grows(now + 1, before)
    assert insights.grows(now, before) == (now >= 3 and now - before >= 2 and now >= 1.5 * before)


def test_the_page_draws_it_and_one_press_fills_in_a_task(wiring, client, cast):
    with wiring.database.write() as session:
        for name in "甲乙丙":
            said = Wish(customer=f"{name}公司", quote=f"{name}要看峰谷", industry="park", product="energy")
            requirements.ask(session, said, by=cast.lin)

    page = client(cast.ting).get("/demand").text

    assert "1 个在涨" in page
    assert page.count("<rect ") == MONTHS
    address = "/tasks/new?demand=product&industry=park&topic=energy"
    assert address.replace("&", "&amp;") in page
    form = client(cast.ting).get(address).text
    assert "产业园区 · 能碳管理 行业方案包" in form
    assert "最近 90 天有 3 家客户要" in form
    assert "甲公司：甲要看峰谷" in form
    answer = Caller(wiring, cast.ting).get("/demand").json()
    assert [(s["topic"], s["now"], s["grows"]) for s in answer["items"]] == [("energy", 3, True)]
    assert "没有带行业的诉求" in client(cast.ting).get("/demand?kind=tag").text
