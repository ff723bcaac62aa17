"""The loop as files of a library: what raised the revision, and requests that nothing covers, come back."""

import pytest
from sqlmodel import delete, select

from hub import customers, requirements
from hub.base.errors import HubError
from hub.requirements import Change, Regrouping, Request, RequestLink, Terms
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


def test_requests_that_nothing_covers_come_back_the_cancelled_ones_too(session, cast):
    made = wanted(session, cast.jun)
    loose = asked_for(session, cast.lin, quote="还没人管的。")
    requirements.settle(session, loose, Terms(tags=["电价", "报表；电价"]), by=cast.lin)
    gone = asked_for(session, cast.lin, made, quote="不要了的。")
    asked_for(session, cast.lin, made, quote="有人管的。")
    requirements.cancel(session, gone, reason="客户已选别家", by=cast.lin)
    data = requirements.alone_to_data(session)

    assert [(r["quote"], r.get("tags"), r.get("cancelled", {}).get("covered")) for r in data] == [
        ("还没人管的。", ["电价", "报表"], None),
        ("不要了的。", None, [made.key]),
    ]
    assert requirements.alone_from_data(session, data, by=cast.ada) == 0
    for kept in (loose, gone):
        session.exec(delete(RequestLink).where(RequestLink.request_id == kept.id))
        session.exec(delete(Regrouping).where(Regrouping.request_id == kept.id))
        session.exec(delete(Request).where(Request.id == kept.id))
    session.expire_all()
    assert requirements.alone_from_data(session, data, by=cast.ada) == 2

    assert requirements.alone_to_data(session) == data
    back = session.exec(select(Request).where(Request.quote == "不要了的。")).one()
    cancelled = requirements.standing_cancel(session, back)
    requirements.undo(session, cancelled, by=cast.jun)
    assert {r.quote for r in requirements.linked_requests(session, made.id)} == {"不要了的。", "有人管的。"}


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
    (row,) = requirements.alone_to_data(session)

    changed = requirements.alone_from_data(
        session, [{**row, "cancelled": {"on": "2026-11-01", "reason": "x"}}], by=cast.ada
    )

    assert changed == 0
    assert session.exec(select(Request)).one().cancelled_at is None
    assert session.exec(select(customers.Customer)).one().name == "华辰电子产业园"
