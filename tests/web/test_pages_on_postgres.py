"""The pages on PostgreSQL: each of them opens, and two stories run from form to form."""

import re

import pytest
from sqlmodel import select

from hub import meetings, requirements, sharing
from tests.cast import settle
from tests.every_page import visits
from tests.furnished import furnish

on_postgres = pytest.mark.parametrize(
    "database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)


def number_in(address: object, room: str) -> str:
    """The id in the address that a form led to."""
    found = re.search(rf"/{room}/([^/?#]+)", str(address))
    assert found is not None, address
    return found[1]


@on_postgres
def test_every_page_opens_on_postgres(wiring, cast, client):
    house = furnish(wiring, cast)

    heard = {
        (who, address): reader.get(address).status_code
        for who in ("", "zhou", "ting", "jun", "ada")
        for reader in [client(getattr(cast, who)) if who else client()]
        for address in visits(house, who)
    }

    assert {visit: status for visit, status in heard.items() if status != 200} == {}


@on_postgres
def test_material_goes_from_upload_to_a_kit_and_a_link_on_postgres(wiring, cast, client):
    marketer, approver, seller = client(cast.ting), client(cast.min), client(cast.lin)
    said = {
        "kind": "faq",
        "audience": "customer",
        "product": "energy",
        "title": "要停电吗？",
        "text": "# 不用\n\n半小时。",
    }
    made = marketer.post("/assets", data=said)
    asset = number_in(made.url, "assets")
    settle(wiring)
    found = f'href="/assets/{asset}'
    assert found in marketer.get("/search?q=停电").text
    assert found not in seller.get("/search?q=停电").text
    assert seller.get(f"/assets/{asset}").status_code == 404
    assert found not in approver.get("/assets?queue=review").text
    marketer.post(f"/assets/{asset}/submit", data={"version": "1"})
    assert found in approver.get("/assets?queue=review").text
    assert "要停电吗？" in approver.get("/notices").text
    approver.post(f"/assets/{asset}/approve", data={"version": "1"})
    assert found not in approver.get("/assets?queue=review").text
    assert "半小时" in seller.get(f"/assets/{asset}").text

    kit = {"title": "能碳 · 园区", "product": "energy", "industry": "park", "summary": "一套"}
    slug = number_in(marketer.post("/toolkits/new", data=kit).url, "toolkits")
    pinned = marketer.post(f"/toolkits/{slug}/members", data={"act": "pin", "asset": asset})
    assert found in pinned.text
    assert seller.get(f"/toolkits/{slug}").status_code == 404
    marketer.post(f"/toolkits/{slug}/publish")
    settle(wiring)

    assert found in seller.get("/search?q=停电").text
    assert f'href="/toolkits/{slug}' in seller.get("/search?q=能碳+园区").text
    assert found in seller.get(f"/toolkits/{slug}").text
    assert "要停电吗？" in seller.post(f"/shares/quick/asset/{asset}").text
    with wiring.database.read() as session:
        address = sharing.address(session.exec(select(sharing.Share)).one(), wiring.settings.key())
    assert client().get(address).status_code == 200


@on_postgres
def test_a_request_goes_to_a_meeting_and_out_on_postgres(wiring, cast, client):
    seller, manager, expert = client(cast.lin), client(cast.jun), client(cast.li)
    asked = seller.post("/requests", data={"quote": "峰谷电价要自动重算", "customer": "华辰电子"})
    request = number_in(asked.url, "requests")
    made = manager.post(
        "/requirements", data={"title": "分时电价", "product": "energy", "request_id": request}
    )
    key = number_in(made.url, "requirements")
    for factor, value, who in (
        ("reach", "20", manager),
        ("impact", "2", manager),
        ("confidence", "80", manager),
        ("effort", "5", expert),
    ):
        form = {"factor": factor, "value": value, "reason": "问过三家"}
        assert who.post(f"/requirements/{key}/rice", data=form).status_code == 200
    series = {
        "name": "评审会",
        "every_weeks": "1",
        "first_on": "2030-01-03",
        "at_time": "09:30",
        "minutes": "60",
    }
    assert manager.post("/meetings/series", data=series).status_code == 200
    with wiring.database.read() as session:
        meeting = session.exec(select(meetings.Meeting)).one().id
    assert manager.post(f"/requirements/{key}/state", data={"to": "in_review"}).status_code == 200
    assert "进行中" in manager.post(f"/meetings/{meeting}/state", data={"to": "running"}).text
    for person in (cast.lin, cast.jun, cast.li):
        manager.post(f"/meetings/{meeting}/seats", data={"who": person.id, "present": "present"})
    decided = {"outcome": "planned", "quarter": "2030Q1", "rationale": "三家都要", "words": "明年一季度有。"}
    assert manager.post(f"/meetings/{meeting}/items/{key}", data=decided).status_code == 200
    assert manager.post(f"/meetings/{meeting}/state", data={"to": "closed"}).status_code == 200
    said = {"limits": "只算整点", "outcome_words": "已经上线", "reason": "客户催"}
    for state in ("building", "shipped"):
        moved = manager.post(f"/requirements/{key}/state", data={"to": state, **said})
        assert moved.status_code == 200, state
    settle(wiring)

    with wiring.database.read() as session:
        assert requirements.get(session, key, cast.jun).state in {"shipped", "launched"}
    assert "分时电价" in seller.get("/").text
