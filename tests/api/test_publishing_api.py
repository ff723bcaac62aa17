"""REST of publishing where only pages could do it before: bulk changes, queues, corrections, gaps, rooms, the demo."""

import pytest

from hub import assets, consents, customers, demos, facts, notices, searches, sharing, tasks
from hub.searches.rules import wish
from tests.api.callers import Caller
from tests.cast import draft, on_offer, settle


@pytest.fixture
def ting(wiring, cast):
    return Caller(wiring, cast.ting)


@pytest.fixture
def lin(wiring, cast):
    return Caller(wiring, cast.lin)


def test_many_assets_are_changed_at_once_and_it_is_undone(wiring, cast, ting, lin):
    with wiring.database.write() as session:
        ids = [on_offer(session, cast, title).id for title in ("甲", "乙")]

    done = ting.post("/assets/bulk", json={"ids": ids, "act": "tag", "key": "展会"}).json()
    assert (done["changed"], done["refused"]) == (2, 0)
    assert ting.get("/assets", params={"tag": "展会"}).json()["total"] == 2
    assert ting.post(f"/assets/bulk/{done['id']}/undo").json()["changed"] == 2
    assert ting.get("/assets", params={"tag": "展会"}).json()["total"] == 0
    assert ting.post("/assets/bulk", json={"ids": ids, "act": "still_right"}).json()["changed"] == 2
    assert (
        ting.post("/assets/bulk", json={"ids": ids, "act": "owner", "owner_id": cast.min.id}).status_code
        == 200
    )
    assert ting.post("/assets/bulk", json={"ids": ids, "act": "owner"}).status_code == 400
    assert lin.post("/assets/bulk", json={"ids": ids, "act": "still_right"}).json()["refused"] == 2


def test_queues_a_withdrawal_with_what_takes_its_place_and_a_comment_taken_back(wiring, cast, ting, lin):
    with wiring.database.write() as session:
        draft(session, cast.ting, "草稿")
        old, new = (on_offer(session, cast, title) for title in ("旧的", "新的"))
        sharing.create(
            session,
            [sharing.Wanted("asset", old.id)],
            sharing.Fields(),
            key=wiring.settings.key(),
            by=cast.lin,
        )

    assert [a["title"] for a in ting.get("/assets/queues/drafts").json()["items"]] == ["草稿"]
    assert ting.get("/assets/queues/no-such").status_code == 422
    said = ting.post(f"/assets/{old.id}/versions/1/comments", json={"text": "错字"}).json()
    other = f"/assets/{new.id}/versions/1/comments/{said['id']}"
    assert ting.delete(other).status_code == 404
    assert ting.delete(f"/assets/{old.id}/versions/1/comments/{said['id']}").status_code == 204
    reach = ting.get(f"/assets/{old.id}/reach").json()
    assert (reach["total"], reach["other_links"], reach["other_decks"]) == (0, 1, 0)
    gone = ting.post(
        f"/assets/{old.id}/versions/1/withdraw", json={"reason": "错了", "replacement_id": new.id}
    )
    assert gone.json()["state"] == "withdrawn"
    settle(wiring)
    with wiring.database.read() as session:
        assert [n.key for n in notices.of(session, cast.lin)] == ["withdrawn_instead"]
    (version,) = ting.get(f"/assets/{old.id}").json()["versions"]
    assert (version["end_reason"], version["instead_id"]) == ("错了", new.id)

    swap = {"asset_id": new.id, "title": "新的"}
    (gone,) = lin.get("/shares/gone").json()["items"]
    assert (gone["share_id"], gone["title"], gone["swap"]) == (1, "旧的", swap)
    assert ting.get("/shares/gone").json()["total"] == 0
    assert ting.post("/shares/1/items/1/swap").status_code == 404
    swapped = lin.post("/shares/1/items/1/swap").json()
    assert [i["thing_id"] for i in swapped["items"]] == [new.id]
    assert lin.post("/shares/1/items/1/swap").status_code == 409
    assert lin.post("/shares/swap").json() == {"swapped": 0}


def test_what_i_am_asked_to_read_is_listed_until_i_confirm_it_and_hides_what_i_may_not_open(
    wiring, cast, ting, lin
):
    with wiring.database.write() as session:
        script = on_offer(session, cast, "电价变了怎么讲")
        hidden = on_offer(session, cast, "绝密报价")
    for asset in (script, hidden):
        said = {"roles": ["seller"], "note": "下周要用", "due_on": "2030-01-05"}
        assert ting.post(f"/assets/{asset.id}/reading", json=said).status_code == 201
    with wiring.database.write() as session:
        found = assets.get(session, hidden.id, cast.ting)
        only = assets.Fields(restricted_to=([], [cast.ting.id]))
        assets.edit(session, found, only, edition=found.edition, by=cast.ting)

    waiting = lin.get("/me/reading").json()

    assert waiting["total"] == 1
    assert {k: waiting["items"][0][k] for k in ("asset_id", "title", "note", "due_on", "by")} == {
        "asset_id": script.id, "title": "电价变了怎么讲", "note": "下周要用", "due_on": "2030-01-05", "by": "李婷",
    }  # fmt: skip
    assert lin.post(f"/assets/{script.id}/confirm-read").status_code == 200
    assert lin.get("/me/reading").json() == {"items": [], "total": 0, "limit": 50, "offset": 0}
    assert ting.get("/me/reading").json()["total"] == 0


def test_a_request_to_read_is_ended_and_a_gap_is_closed_and_opened(wiring, cast, ting, lin):
    with wiring.database.write() as session:
        asset = on_offer(session, cast)
        gap = searches.need(session, wish("能碳管理 钢铁冶金 案例"), by=cast.lin)
    asked = ting.post(f"/assets/{asset.id}/reading", json={"roles": ["seller"]}).json()
    assert ting.post(f"/assets/{asset.id}/reading/{asked['id']}/end").json()["ended"]

    path = f"/gaps/{gap.id}"
    assert lin.get(path).json()["state"] == "open"
    assert lin.post(f"{path}/close", json={"result": "met"}).status_code == 403
    closed = ting.post(f"{path}/close", json={"result": "met", "asset_id": asset.id}).json()
    assert (closed["state"], closed["asset_id"]) == ("met", asset.id)
    assert ting.post(f"{path}/reopen").json()["state"] == "open"
    assert lin.delete(f"{path}/need").status_code == 204
    assert lin.delete(f"{path}/need").status_code == 404


def test_a_room_is_filled_emptied_and_locked_anew_and_its_customer_has_a_time_line(wiring, cast, lin):
    with wiring.database.write() as session:
        first, second = (on_offer(session, cast, title) for title in ("甲", "乙"))
        customer = customers.named(session, "华辰电子", by=cast.lin)

    link = lin.post("/shares/quick", json={"thing": "asset", "id": first.id}).json()
    assert lin.post("/shares/quick", json={"thing": "asset", "id": first.id}).json()["id"] == link["id"]
    path = f"/shares/{link['id']}"
    both = lin.post(f"{path}/items", json={"thing": "asset", "id": second.id}).json()["items"]
    assert [i["thing_id"] for i in both] == [first.id, second.id]
    assert lin.delete(f"{path}/items/{both[0]['id']}").status_code == 204
    assert lin.delete(f"{path}/items/{both[1]['id']}").status_code == 409
    codes = [lin.post(f"{path}/passcode").json()["passcode"] for _ in range(2)]
    assert codes[0] != codes[1]
    lin.patch(path, json={"customer": "华辰电子"})
    with wiring.database.write() as session:
        sharing.open_by_hand(session, sharing.get(session, link["id"], cast.lin), "a-secret")
    line = lin.get(f"/shares/customers/{customer.id}").json()
    assert [e["what"] for e in line["items"]] == ["open"]


def test_tasks_are_merged_and_places_of_a_fact_are_told_and_made_a_task(wiring, cast, ting, lin):
    with wiring.database.write() as session:
        one, two = (
            tasks.propose(session, tasks.Fields(kind=kind, product="energy"), by=cast.lin)[0]
            for kind in ("faq", "solution")
        )
        on_offer(session, cast, "写死的", text="可用率 99.9%。")
        said = facts.Fields(key="sla", name="可用率", value="99.9", unit="%")
        facts.create(session, said, by=cast.min)
    assert lin.post(f"/tasks/{one.id}/merge", json={"into_id": two.id}).status_code == 403
    assert ting.post(f"/tasks/{one.id}/merge", json={"into_id": two.id}).json()["id"] == two.id

    assert ting.patch("/facts/1", json={"edition": 1, "value": "99.95"}).status_code == 200
    change = ting.get("/facts/1/changes").json()["items"][0]["id"]
    place = ting.get("/facts/1/places", params={"change_id": change}).json()["items"][0]["key"]
    assert ting.post("/facts/1/places/task", json={"change_id": change, "place": place}).json()["title"]
    assert (
        Caller(wiring, cast.min).post("/facts/1/places/tell", json={"change_id": change}).status_code == 204
    )
    with wiring.database.read() as session:
        assert "fact_changed" in [n.key for n in notices.of(session, cast.ting)]


def test_consents_of_several_cases_are_recorded_at_once(wiring, cast, ting, lin):
    with wiring.database.write() as session:
        customer = customers.named(session, "新港物流园", by=cast.ting)
        cases = [
            on_offer(session, cast, title, kind="case_study", customer_id=customer.id).id
            for title in ("甲", "乙")
        ]
        said = consents.Fields(allows=["name"], uses=["bid"], evidence="函")
        consents.record(session, assets.get(session, cases[0], cast.ting), said, by=cast.ting)
        plain = on_offer(session, cast, "不是案例").id
    wanted = {
        "asset_ids": [*cases, plain],
        "allows": ["name", "numbers"],
        "uses": ["send"],
        "evidence": "邮件",
    }

    assert ting.post("/consents/many", json={**wanted, "evidence": ""}).status_code == 400
    assert lin.post("/consents/many", json=wanted).json() == {"asset_ids": []}
    assert ting.post("/consents/many", json=wanted).json() == {"asset_ids": [cases[1]]}
    assert ting.get(f"/consents/{cases[0]}").json()["uses"] == ["bid"]
    assert ting.get(f"/consents/{cases[1]}").json()["state"] == "good"


def test_an_address_off_the_list_is_not_asked_now(wiring, cast, lin):
    with wiring.database.write() as session:
        fields = demos.Fields(title="演示", address="https://demo.example/")
        made = demos.create(session, fields, key="k", by=cast.ting)

    refused = lin.post(f"/demos/{made.id}/check")

    assert (refused.status_code, "不问这个地址" in refused.json()["error"]["message"]) == (409, True)


def test_where_there_is_no_demo_there_is_none_to_remove(wiring, cast, lin):
    ada = Caller(wiring, cast.ada)

    assert (ada.get("/settings/demo").status_code, ada.delete("/settings/demo").status_code) == (404, 404)
    assert lin.delete("/settings/demo").status_code == 403


def test_what_else_names_the_customer_is_listed_to_who_may_see_it(wiring, cast, ting, lin):
    with wiring.database.write() as session:
        customer = customers.named(session, "新港物流园", by=cast.ting)
        case = on_offer(session, cast, "甲", kind="case_study", customer_id=customer.id).id
        intro = on_offer(session, cast, "产品介绍", text="# 用户\n\n已用在新港物流园。").id
        hidden = on_offer(session, cast, "机密", text="# 新港物流园", restricted_to=([], [cast.ada.id]))

    said = ting.get(f"/consents/{case}/named").json()
    assert {(i["thing"], i["thing_id"]) for i in said["items"]} == {("asset", intro), ("asset", hidden.id)}
    said = lin.get(f"/consents/{case}/named").json()
    assert (said["total"], said["items"][0]["title"]) == (1, "产品介绍")
    assert lin.get(f"/consents/{intro}/named").status_code == 404
