"""The loop as files of a library: what raised the revision, and requests that nothing covers, come back."""

import pytest
from sqlmodel import delete, select

from hub import customers, requirements
from hub.base.errors import HubError
from hub.requirements import Change, Request, Terms
from tests.domains.requirement_cast import asked_for, brought_to, keep_secret, wanted


@pytest.fixture
def session(wiring):
    with wiring.database.write() as opened:
        yield opened


def test_slips_and_reopenings_come_back_with_who_and_why(session, cast):
    made = wanted(session, cast.jun)
    brought_to(session, cast, made, "planned")
    requirements.slip(session, made, "2027Q1", reason="算法要重做", by=cast.jun)
    data = requirements.to_data(session, made)

    assert requirements.from_data(session, made.key, data, by=cast.ada) == "unchanged"
    session.exec(delete(Change))
    session.expire_all()
    assert requirements.from_data(session, made.key, data, by=cast.ada) == "updated"

    (back,) = requirements.changes(session, made.id)
    assert (back.kind, back.before, back.after, back.reason, back.by_id) == (
        "quarter",
        "2026Q4",
        "2027Q1",
        "算法要重做",
        cast.jun.id,
    )
    assert requirements.to_data(session, made) == data


def test_a_change_of_a_sort_nobody_knows_is_refused(session, cast):
    data = {"title": "x", "changes": [{"kind": "mood", "on": "2026-11-01", "revision": 2}]}

    with pytest.raises(HubError, match="quarter"):
        requirements.from_data(session, "REQ-901", data, by=cast.ada)


def test_a_request_belongs_to_an_opportunity_of_its_own_customer(session, cast):
    mine = asked_for(session, cast.lin)
    deal = customers.Opportunity(customer_id=mine.customer_id, title="能碳一期", created_at=mine.created_at)
    other = asked_for(session, cast.zhou, customer="乙公司", quote="别家的。")
    session.add(deal)
    session.flush()

    requirements.settle(session, mine, Terms(opportunity_id=deal.id), by=cast.lin)
    with pytest.raises(HubError, match="这家客户"):
        requirements.settle(session, other, Terms(opportunity_id=deal.id), by=cast.zhou)
    keep_secret(session, "华辰电子产业园", owner=cast.jun)

    assert mine.opportunity_id == deal.id
    assert requirements.deals(session, mine, cast.lin) == []
    requirements.settle(session, mine, Terms(opportunity_id=0), by=cast.lin)
    assert mine.opportunity_id is None


def test_a_file_takes_nothing_back_that_stands_in_the_hub(session, cast):
    asked_for(session, cast.lin, quote="还没人管的。")
    (row,) = requirements.requests_to_data(session)

    changed = requirements.requests_from_data(session, [{**row, "cancelled_on": "2026-11-01"}], by=cast.ada)

    assert changed == 0
    assert session.exec(select(Request)).one().cancelled_at is None
    assert session.exec(select(customers.Customer)).one().name == "华辰电子产业园"


def test_the_opportunity_of_a_request_is_in_its_file_and_comes_back(session, cast):
    made = wanted(session, cast.jun)
    mine, alone = (
        asked_for(session, cast.lin, made),
        asked_for(session, cast.zhou, customer="乙公司", quote="x"),
    )
    for asked, title in ((mine, "能碳一期"), (alone, "乙的一期")):
        deal = customers.Opportunity(customer_id=asked.customer_id, title=title, created_at=asked.created_at)
        session.add(deal)
        session.flush()
        asked.opportunity_id = deal.id
    files = [requirements.to_data(session, made)["requests"], requirements.requests_to_data(session)]
    kept = [mine.opportunity_id, alone.opportunity_id]

    mine.opportunity_id = alone.opportunity_id = None
    session.add_all([mine, alone])
    requirements.from_data(session, made.key, {"title": made.title, "requests": files[0]}, by=cast.ada)
    requirements.requests_from_data(session, files[1], by=cast.ada)

    assert [rows[0]["opportunity"] for rows in files] == ["能碳一期", "乙的一期"]
    assert [mine.opportunity_id, alone.opportunity_id] == kept
    assert requirements.requests_from_data(session, files[1], by=cast.ada) == 0
