"""Facts and consents on their pages and by REST."""

import re

import pytest

from hub import assets, consents, customers, facts, sharing
from tests.api.callers import Caller
from tests.cast import draft, on_offer, settle

FORM = {"key": "sla", "name": "平台月可用率", "value": "99.9", "unit": "%", "source": "服务承诺"}
TEXT = "平台月可用率 {{ facts.sla }}。"


def test_a_fact_is_kept_changed_with_a_look_before_and_its_places_are_ticked_off(wiring, client, cast):
    ting = client(cast.ting)
    made = ting.post("/facts", data=FORM)
    assert "{{ facts.sla }}" in made.text
    with wiring.database.write() as session:
        on_offer(session, cast, "跟着走", text=TEXT)
        on_offer(session, cast, "写死的", text="可用率 99.9%。")

    ting.post("/facts/1", data={**FORM, "value_en": "99.9", "edition": "1"})
    behind = ting.post(
        "/facts/1/preview", data={**FORM, "value": "99.95", "value_en": "99.9", "edition": "2"}
    )
    assert behind.status_code == 400
    assert "英文写法还是旧的" in behind.text
    ting.post("/facts/1", data={**FORM, "value_en": "", "edition": "2"})

    before = ting.post("/facts/1/preview", data={**FORM, "value": "99.95", "edition": "3", "note": "双机房"})
    assert "确认修改" in before.text
    assert "写死的" in before.text
    assert client(cast.lin).get("/facts").text.count("99.9%") == 1
    after = ting.post("/facts/1", data={**FORM, "value": "99.95", "edition": "3", "note": "双机房"})
    assert "写死的" in after.text
    assert "1 处要人改" in after.text
    shown = ting.get("/facts/1").text
    assert "99.95%" in shown
    assert "双机房" in shown

    with wiring.database.read() as session:
        change = facts.last_change(session, session.get_one(facts.Fact, 1)).id
    said = {"change": str(change), "place": "asset:2:1"}
    assert "通知还有旧值的同事" in after.text
    assert "各收到一条" in ting.post("/facts/1/places/tell", data={"change": str(change)}).text
    assert "制作单" in ting.post("/facts/1/places/task", data=said).text
    assert "改好了" in ting.post("/facts/1/places/tick", data=said).text
    assert "已改好 1 处" in ting.get("/facts/1/places").text
    assert ting.post("/facts/1", data={**FORM, "value": "1", "edition": "1"}).status_code == 409


def test_in_english_a_fact_reads_as_english_texts_say_it_and_an_excerpt_without_the_signs_of_markdown(
    wiring, client, cast
):
    ting = client(cast.ting)
    said = {
        **FORM,
        "value": "41.8",
        "unit": "万",
        "name_en": "Points online",
        "value_en": "418",
        "unit_en": "thousand",
    }
    ting.post("/facts", data=said)
    with wiring.database.write() as session:
        on_offer(
            session,
            cast,
            "写死的",
            text="## 规模\n\n- **在线**点位 **41.8 万**，[台账](https://lc.example)可查。",
        )
    preview = ting.post(
        "/facts/1/preview", data={**said, "value": "42", "value_en": "420", "edition": "1"}
    ).text

    assert "规模 在线点位 41.8 万，台账可查。" in preview
    ting.post("/look/language", data={"language": "en"})
    for path in ("/facts", "/facts/1"):
        page = ting.get(path).text
        assert "Points online" in page
        assert "418 thousand" in page
    assert "平台月可用率 · 41.8 万" in page


def test_a_seller_reads_facts_and_changes_none(client, cast):
    client(cast.ting).post("/facts", data=FORM)
    lin = client(cast.lin)

    assert "99.9%" in lin.get("/facts/1").text
    assert "改这条事实" not in lin.get("/facts/1").text
    for path in ("/facts", "/facts/1", "/facts/1/preview", "/facts/1/trash"):
        assert lin.post(path, data={**FORM, "key": "two"}).status_code == 403, path
    assert lin.get("/facts/9").status_code == 404


def test_the_page_of_an_asset_marks_values_and_names_what_is_wrong(wiring, client, cast):
    client(cast.ting).post("/facts", data={**FORM, "valid_until": "2020-01-01"})
    with wiring.database.write() as session:
        version = draft(session, cast.ting, text=f"{TEXT} 另有 {{{{ facts.sia }}}}。<b>")
    page = client(cast.ting).get(f"/assets/{version.asset_id}?tab=text").text

    assert 'href="/facts/1"' in page
    assert "99.9%" in page
    assert "已过期" in page
    assert "没有“{{ facts.sia }}”这条事实。是不是要写 {{ facts.sla }}？" in page
    assert "&lt;b&gt;" in page


def a_case(wiring, cast):
    with wiring.database.write() as session:
        customer = customers.named(session, "新港物流园", by=cast.ting)
        case = on_offer(session, cast, "新港案例", kind="case_study", customer_id=customer.id)
        twin = on_offer(session, cast, "某物流园案例", kind="case_study")
    return case.id, twin.id


def test_a_consent_is_recorded_ended_and_the_link_a_stranger_holds_switches_to_the_twin(wiring, client, cast):
    case, twin = a_case(wiring, cast)
    ting, lin, stranger = client(cast.ting), client(cast.lin), client()
    base = f"/assets/{case}/consent"
    assert "还没有客户授权" in lin.get(f"/assets/{case}").text
    assert lin.post(f"/shares/quick/asset/{case}").status_code == 400
    said = {"edition": "0", "shows": ["name", "numbers"], "allows": ["name", "numbers"], "uses": ["pitch", "send"],
            "until": "2099-12-31", "evidence": "邮件同意"}  # fmt: skip
    assert "授权登记好了" in ting.post(base, data=said).text
    assert "匿名版连上了" in ting.post(f"{base}/twins", data={"twin": str(twin), "shows": "numbers"}).text
    assert "新港案例" in lin.get("/consents").text
    assert lin.post(base, data=said).status_code == 403

    with wiring.database.write() as session:
        key, wanted = wiring.settings.key(), [sharing.Wanted("asset", case)]
        address = sharing.address(
            sharing.create(session, wanted, sharing.Fields(), key=key, by=cast.lin), key
        )
    assert "新港案例" in stranger.get(address).text
    assert "改用“某物流园案例”" in ting.post(f"{base}/end").text
    after = stranger.get(address).text
    assert "某物流园案例" in after
    assert "新港" not in after
    assert stranger.get(f"{address}/a{case}").status_code == 404
    assert "改用它的匿名版" in lin.get(f"/assets/{case}").text
    assert "对方看到的是匿名版“某物流园案例”" in lin.get("/shares/1").text
    assert "不再当" in ting.post(f"{base}/twins/remove", data={"twin": str(twin)}).text
    assert "某物流园案例" not in stranger.get(address).text


def test_a_consent_that_cannot_be_recorded_is_refused_above_its_form_and_nothing_typed_is_lost(
    wiring, client, cast
):
    case, _twin = a_case(wiring, cast)
    said = {"edition": "0", "shows": ["name"], "allows": ["name", "logo"], "uses": ["bid"], "until": "2099-12-31",
            "evidence": "唐经理邮件", "letter": "不是编号"}  # fmt: skip

    answer = client(cast.ting).post(f"/assets/{case}/consent", data=said)

    assert answer.status_code == 400
    assert "授权书请写素材的编号" in answer.text
    for typed in ("唐经理邮件", 'value="2099-12-31"', 'value="不是编号"'):
        assert typed in answer.text
    for ticked in ("logo", "bid"):
        assert re.search(rf'value="{ticked}" checked', answer.text)


def test_ending_a_consent_without_a_twin_says_that_links_leave_the_case_out(wiring, client, cast):
    case, _twin = a_case(wiring, cast)
    said = {"edition": "0", "shows": ["name"], "allows": ["name"], "uses": ["send"], "evidence": "邮件"}
    ting = client(cast.ting)
    ting.post(f"/assets/{case}/consent", data=said)

    assert "不再放这份案例" in ting.post(f"/assets/{case}/consent/end").text


def test_what_was_allowed_reads_as_a_sentence_in_english_and_its_labels_begin_with_capitals(
    wiring, client, cast
):
    case, _twin = a_case(wiring, cast)
    said = {"edition": "0", "shows": ["name"], "allows": ["name", "logo"], "uses": ["pitch", "bid"],
            "evidence": "mail"}  # fmt: skip
    ting = client(cast.ting)
    ting.post(f"/assets/{case}/consent", data=said)
    ting.post("/look/language", data={"language": "en"})

    page = ting.get(f"/assets/{case}/consent").text

    assert "name, logo; for pitch decks, bids" in page
    for label in ("<span>Logo</span>", "<span>Site and events</span>", ">Bids<"):
        assert label in page


@pytest.mark.parametrize("title", ["新港案例 等两份", "像新港物流园那样做"])
def test_the_title_of_a_room_does_not_say_what_its_case_may_no_longer_tell(wiring, client, cast, title):
    case, twin = a_case(wiring, cast)
    ting, stranger = client(cast.ting), client()
    said = {"edition": "0", "shows": ["name"], "allows": ["name"], "uses": ["send"], "until": "2099-12-31",
            "evidence": "邮件同意"}  # fmt: skip
    ting.post(f"/assets/{case}/consent", data=said)
    ting.post(f"/assets/{case}/consent/twins", data={"twin": str(twin), "shows": "numbers"})
    with wiring.database.write() as session:
        other = on_offer(session, cast, "报价单", kind="pricing")
        key, wanted = wiring.settings.key(), [sharing.Wanted("asset", i) for i in (case, other.id)]
        room = sharing.create(session, wanted, sharing.Fields(title=title), key=key, by=cast.lin)
        address = sharing.address(room, key)
    assert title in stranger.get(address).text

    ting.post(f"/assets/{case}/consent/end")

    for page in (stranger.get(address).text, stranger.get(f"{address}/a{other.id}").text):
        assert "新港" not in page
        assert "报价单" in page
    assert title in client(cast.lin).get("/shares/1").text


def test_facts_and_consents_by_rest(wiring, cast):
    ting, lin = Caller(wiring, cast.ting), Caller(wiring, cast.lin)
    made = ting.post("/facts", json={**FORM, "valid_until": "2099-01-01"}).json()
    assert (made["shown"], made["state"]) == ("99.9%", "good")
    with wiring.database.write() as session:
        asset = on_offer(session, cast, text=TEXT)
        on_offer(session, cast, "写死的", text="可用率 99.9%。")
    settle(wiring)
    assert "99.9%" in lin.get(f"/assets/{asset.id}").json()["text_now"]
    assert "99.9%" in lin.get(f"/assets/{asset.id}/versions/1/file").text
    assert lin.patch("/facts/1", json={"edition": 1, "value": "1"}).status_code == 403
    assert ting.patch("/facts/1", json={"edition": 1, "value": "99.95"}).json()["shown"] == "99.95%"
    assert ting.patch("/facts/1", json={"edition": 1, "value": "98"}).status_code == 409
    changes = lin.get("/facts/1/changes").json()
    assert changes["total"] == 2
    places = lin.get("/facts/1/places", params={"change_id": changes["items"][0]["id"]}).json()
    assert [p["sort"] for p in places["items"]] == ["literal", "follows"]
    tick = {"change_id": changes["items"][0]["id"], "place": places["items"][0]["key"]}
    assert ting.post("/facts/1/places/tick", json=tick).status_code == 204
    assert ting.delete("/facts/1").status_code == 204
    assert lin.get("/facts").json()["total"] == 0

    said = ting.get(f"/assets/{asset.id}/reach").json()
    assert (said["total"], lin.get(f"/assets/{asset.id}/reach").status_code) == (1, 404)  # Lin took the file

    case, twin = a_case(wiring, cast)
    assert lin.get("/consents").json()["items"][0]["state"] == "missing"
    said = {"allows": ["name", "numbers"], "uses": ["send"], "evidence": "邮件"}
    assert ting.put(f"/consents/{case}", json=said).json()["state"] == "good"
    assert ting.post(f"/consents/{case}/twins", json={"asset_id": twin}).json()["twins"] == 1
    kinds = {o["use"]: o["kind"] for o in lin.get(f"/consents/{case}/outside").json()}
    assert kinds == {"send": "full", "pitch": "twin", "bid": "twin", "public": "twin"}
    assert ting.post(f"/consents/{case}/end").json()["state"] == "ended"
    assert ting.delete(f"/consents/{case}/twins/{twin}").status_code == 204
    assert {o["kind"] for o in lin.get(f"/consents/{case}/outside").json()} == {"out"}
    with wiring.database.read() as session:
        assert consents.consent_of(session, case).ended_at is not None


def test_the_cases_that_are_ticked_get_the_same_consent_and_what_was_typed_wrong_is_said(
    wiring, client, cast
):
    with wiring.database.write() as session:
        customer = customers.named(session, "新港物流园", by=cast.ting)
        cases = [
            on_offer(session, cast, title, kind="case_study", customer_id=customer.id).id
            for title in ("甲案例", "乙案例", "丙案例")
        ]
        said = consents.Fields(allows=["name"], uses=["bid"], evidence="函")
        consents.record(session, assets.get(session, cases[2], cast.ting), said, by=cast.ting)
    ting = client(cast.ting)
    form = {
        "ids": cases,
        "allows": ["name", "numbers"],
        "uses": ["send"],
        "evidence": "邮件",
        "until": "2030-12-31",
    }

    ticks = re.findall(r'name="ids" value="(\d+)"', ting.get("/consents").text)
    assert sorted(map(int, ticks)) == cases[:2]
    assert 'name="ids"' not in client(cast.lin).get("/consents").text
    refused = ting.post("/consents", data={**form, "evidence": ""})
    assert (refused.status_code, ting.get("/consents?state=missing").text.count("案例</a>")) == (400, 2)
    done = ting.post("/consents", data=form)

    assert "2 份案例登记好了，现在就能对外用。" in done.text
    assert "有 1 份已经登记过或不归您管，没有改。" in done.text
    with wiring.database.read() as session:
        found, counts = consents.find(session, cast.ting)
        assert counts["missing"] == 0
        assert [tuple({r.asset_id: r.uses for r in found}[i]) for i in cases] == [
            ("send",),
            ("send",),
            ("bid",),
        ]
