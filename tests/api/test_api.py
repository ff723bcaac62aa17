"""REST: every noun over its verbs, one shape of error, lists in pages."""

import json

import pytest

from hub.library import as_plain, find
from tests.api.callers import Caller
from tests.cast import draft, on_offer, settle
from tests.domains.requirement_cast import wanted


@pytest.fixture
def ting(wiring, cast):
    return Caller(wiring, cast.ting)


@pytest.fixture
def lin(wiring, cast):
    return Caller(wiring, cast.lin)


@pytest.fixture
def ada(wiring, cast):
    return Caller(wiring, cast.ada)


def error(answer, status, code):
    assert answer.status_code == status, answer.text
    said = answer.json()
    assert set(said) == {"error"}
    assert set(said["error"]) == {"code", "message", "details"}
    assert said["error"]["code"] == code
    assert said["error"]["message"]
    return said["error"]


def test_a_call_without_a_token_is_401_in_the_shape_of_all_errors(wiring, cast):
    error(Caller(wiring).get("/me"), 401, "sign_in_needed")


def test_a_wrong_token_is_401_although_a_cookie_is_there(wiring, cast, client):
    browser = client(cast.lin)

    assert browser.get("/api/v1/me").json()["email"] == "lin@test.example"
    answer = browser.get("/api/v1/me", headers={"Authorization": "Bearer qv_wrong"})

    error(answer, 401, "sign_in_needed")


def test_a_token_tells_who_calls(lin):
    assert lin.get("/me").json()["roles"] == ["seller"]


def test_an_unknown_address_a_wrong_verb_and_a_wrong_body_have_the_shape_of_all_errors(lin):
    assert lin.get("/nothing").status_code == 404
    assert set(lin.get("/nothing").json()["error"]) == {"code", "message", "details"}
    assert lin.put("/assets").status_code == 405
    assert set(lin.put("/assets").json()["error"]) == {"code", "message", "details"}
    said = error(lin.post("/assets", json={"title": "甲"}), 422, "bad_input")
    assert said["details"]["fields"] == ["text"]


def test_a_key_nobody_knows_is_refused_rather_than_passed_over(ting):
    answer = ting.post("/assets", json={"title": "甲", "text": "乙", "audiense": "customer"})

    assert error(answer, 422, "bad_input")["details"]["fields"] == ["audiense"]


def test_a_markdown_asset_lives_its_whole_life_over_rest(wiring, cast, ting, lin):
    minnie = Caller(wiring, cast.min)

    made = ting.post(
        "/assets",
        json={
            "title": "园区节能方案",
            "kind": "solution",
            "audience": "customer",
            "text": "# 节能\n\n下降 12.8%。",
            "tags": {"product": ["energy"], "tag": ["冬季"]},
        },
    )
    assert made.status_code == 201, made.text
    asset = made.json()
    assert (asset["state"], asset["tags"]["product"], asset["owner"]) == ("draft", ["energy"], "李婷")
    path = f"/assets/{asset['id']}"
    error(lin.get(path), 404, "not_found")

    assert ting.post(f"{path}/versions/1/submit").json()["state"] == "in_review"
    error(ting.post(f"{path}/versions/1/approve"), 403, "not_allowed")
    sent_back = minnie.post(f"{path}/versions/1/send-back", json={"reason": "请写明依据"})
    assert sent_back.json()["state"] == "draft"
    ting.post(f"{path}/versions/1/submit")
    assert minnie.post(f"{path}/versions/1/approve").json()["state"] == "on_offer"
    assert lin.get(path).json()["text"].startswith("# 节能")

    second = ting.post(f"{path}/versions", json={"text": "# 节能\n\n下降 13.1%。", "note": "新数据"})
    assert (second.status_code, second.json()["number"]) == (201, 2)
    assert [v["number"] for v in lin.get(f"{path}/versions").json()["items"]] == [1]
    assert [v["number"] for v in ting.get(f"{path}/versions").json()["items"]] == [2, 1]
    error(lin.get(f"{path}/versions/2"), 404, "not_found")

    assert ting.post(f"{path}/still-right").status_code == 200
    assert ting.post(f"{path}/versions/1/withdraw", json={"reason": "已过时"}).json()["state"] == "withdrawn"
    assert ting.post(f"{path}/versions/1/restore").json()["number"] == 3
    assert ting.delete(path).status_code == 204
    error(ting.get(path), 404, "not_found")
    assert ting.post(f"{path}/restore").json()["id"] == asset["id"]


def test_two_who_change_the_same_thing_get_a_409_and_nothing_is_lost(wiring, cast, ting):
    minnie = Caller(wiring, cast.min)
    with wiring.database.write() as session:
        asset_id = on_offer(session, cast).id
    edition = ting.get(f"/assets/{asset_id}").json()["edition"]

    first = ting.patch(f"/assets/{asset_id}", json={"edition": edition, "title": "甲的标题"})
    second = minnie.patch(f"/assets/{asset_id}", json={"edition": edition, "title": "乙的标题"})

    assert first.json()["title"] == "甲的标题"
    error(second, 409, "conflict")
    assert ting.get(f"/assets/{asset_id}").json()["title"] == "甲的标题"


def test_what_a_change_leaves_out_stays_as_it_is(wiring, cast, ting):
    with wiring.database.write() as session:
        asset_id = on_offer(session, cast, summary="一句话").id
    before = ting.get(f"/assets/{asset_id}").json()

    ting.patch(f"/assets/{asset_id}", json={"edition": before["edition"], "tags": {"industry": ["steel"]}})

    after = ting.get(f"/assets/{asset_id}").json()
    assert after["tags"] == {**before["tags"], "industry": ["steel"]}
    assert (after["summary"], after["title"]) == ("一句话", before["title"])


def test_a_file_comes_in_as_it_goes_out(wiring, ting):
    data = "行业,节能\n园区,12.8%\n".encode()

    made = ting.post("/assets/files", files={"file": ("节能 数据.csv", data)}, data={"product": "energy"})
    assert made.status_code == 201, made.text
    settle(wiring)
    path = f"/assets/{made.json()['id']}"

    assert ting.get(f"{path}/versions/1").json()["digest_state"] == "ready"
    assert ting.get(f"{path}/versions/1/file").content == data
    assert made.json()["title"] == "节能 数据"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("空.pptx", b"", "空的"),
        ("假.pdf", b"not a pdf", ".pdf"),
        ("锁.docx", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(64), "加了密码"),
        ("程序.exe", b"MZ", ".exe"),
    ],
)
def test_a_file_that_cannot_be_taken_is_a_400_with_the_reason_and_leaves_nothing(ting, name, data, said):
    answer = ting.post("/assets/files", files={"file": (name, data)})

    assert said in error(answer, 400, "bad_input")["message"]
    assert ting.get("/assets").json()["total"] == 0


def test_a_file_over_the_limit_is_a_413(tmp_path, migrated, wiring, cast):
    from dataclasses import replace

    small = replace(wiring, settings=wiring.settings.model_copy(update={"max_file": 1024 * 1024}))
    ting = Caller(small, cast.ting)

    over = ting.post("/assets/files", files={"file": ("大.csv", b"x" * (1024 * 1024 + 1))})
    far_over = ting.post("/assets/files", files={"file": ("大.csv", b"x" * (4 * 1024 * 1024))})

    assert (over.status_code, far_over.status_code) == (413, 413)
    assert "1 MB" in over.json()["error"]["message"]


def test_lists_come_in_pages_and_count_all(wiring, cast, lin):
    with wiring.database.write() as session:
        for n in range(7):
            on_offer(session, cast, f"方案 {n}")

    first = lin.get("/assets", params={"limit": 3, "sort": "title"}).json()
    last = lin.get("/assets", params={"limit": 3, "offset": 6, "sort": "title"}).json()

    assert [i["title"] for i in first["items"]] == ["方案 0", "方案 1", "方案 2"]
    assert [i["title"] for i in last["items"]] == ["方案 6"]
    assert (first["total"], last["total"], first["limit"], last["offset"]) == (7, 7, 3, 6)
    error(lin.get("/assets", params={"limit": 201}), 422, "bad_input")


def test_a_list_is_narrowed_by_facets_kind_and_state(wiring, cast, ting):
    with wiring.database.write() as session:
        on_offer(session, cast, "钢铁方案", tags={"product": ["energy"], "industry": ["steel"]})
        on_offer(session, cast, "园区问答", kind="faq")
        draft(session, cast.ting, "园区草稿")

    def titles(**wanted):
        return {i["title"] for i in ting.get("/assets", params=wanted).json()["items"]}

    assert titles(industry="steel") == {"钢铁方案"}
    assert titles(kind="faq") == {"园区问答"}
    assert titles(state="draft") == {"园区草稿"}
    assert titles(industry=["steel", "park"], product="energy") == {"钢铁方案", "园区问答", "园区草稿"}
    assert titles(industry="school") == set()


def test_search_answers_what_the_command_line_answers(wiring, cast, lin):
    with wiring.database.write() as session:
        on_offer(session, cast)
    settle(wiring)

    over_rest = lin.get("/search", params={"q": "节能", "limit": 20}).json()
    with wiring.database.read() as session:
        inside = as_plain(find(session, wiring.engine, "节能", by=cast.lin, limit=20))

    assert list(over_rest) == [
        "total",
        "took_ms",
        "hits",
        "facets",
        "relaxed",
        "corrected",
        "cut",
        "unread",
        "unmended",
    ]
    assert list(over_rest["hits"][0]) == [
        "type",
        "id",
        "title",
        "score",
        "snippet",
        "url",
        "alike",
        "alike_total",
    ]
    understood = {"relaxed": "all", "corrected": [], "cut": False, "unread": False, "unmended": False}
    assert {**over_rest, "took_ms": 0} == {**json.loads(json.dumps(inside)), **understood, "took_ms": 0}
    assert "<" not in over_rest["hits"][0]["snippet"]


def test_a_term_is_added_and_changed_by_who_keeps_the_taxonomy(lin, ting):
    error(lin.put("/taxonomy/scenario/billing", json={"name": "分户计费"}), 403, "not_allowed")

    made = ting.put("/taxonomy/scenario/billing", json={"name": "分户计费", "aliases": ["分摊"]})

    assert made.json()["aliases"] == ["分摊"]
    assert "billing" in [w["key"] for w in lin.get("/taxonomy/scenario").json()["items"]]
    assert [p["key"] for p in lin.get("/taxonomy/products").json()["items"]] == ["energy", "lite"]
    error(ting.put("/taxonomy/scenario/Ärger", json={"name": "甲"}), 400, "bad_input")


def test_people_are_the_administrators_business(lin, ada):
    error(lin.get("/people"), 403, "not_allowed")

    made = ada.post("/people", json={"email": "New@test.example", "name": "新人", "roles": ["seller"]})
    assert (made.status_code, made.json()["email"]) == (201, "new@test.example")
    error(ada.post("/people", json={"email": "new@test.example", "name": "又一个"}), 409, "conflict")

    path = f"/people/{made.json()['id']}"
    assert ada.patch(path, json={"roles": ["seller", "marketing"]}).json()["roles"] == ["marketing", "seller"]
    assert "/invitations/" in ada.post(f"{path}/invitation").json()["url"]
    assert ada.patch(path, json={"approves": ["energy"]}).json()["approves"] == ["energy"]
    assert ada.get(path).json()["approves"] == ["energy"]
    error(ada.patch(path, json={"approves": ["nothing"]}), 404, "not_found")
    assert ada.patch(path, json={"active": False}).json()["active"] is False
    assert ada.get("/people", params={"q": "新人"}).json()["total"] == 1


def test_a_token_is_shown_once_and_ends_when_it_is_revoked(wiring, lin, ting):
    made = lin.post("/tokens", json={"name": "报表", "days": 30}).json()
    fresh = Caller(wiring)
    bearer = {"Authorization": f"Bearer {made['token']}"}

    assert fresh.get("/me", headers=bearer).json()["name"] == "林晓"
    assert "token" not in lin.get("/tokens").json()["items"][-1]
    error(ting.delete(f"/tokens/{made['id']}"), 404, "not_found")
    assert lin.delete(f"/tokens/{made['id']}").status_code == 204
    error(fresh.get("/me", headers=bearer), 401, "sign_in_needed")


def test_a_toolkit_is_made_filled_and_published_over_rest(wiring, cast, ting, lin):
    with wiring.database.write() as session:
        asset_id = on_offer(session, cast).id

    kit = ting.post("/toolkits", json={"title": "园区节能包", "product": "energy", "industry": "park"})
    assert kit.status_code == 201, kit.text
    path = f"/toolkits/{kit.json()['slug']}"
    error(ting.post(f"{path}/state", json={"state": "published"}), 409, "conflict")
    error(lin.get(path), 404, "not_found")

    pinned = ting.put(f"{path}/pins/{asset_id}").json()
    assert [(m["asset"]["id"], m["pinned"]) for m in pinned["members"]] == [(asset_id, True)]
    assert ting.post(f"{path}/state", json={"state": "published"}).json()["state"] == "published"
    assert lin.get("/toolkits").json()["total"] == 1
    error(lin.patch(path, json={"edition": 1, "title": "甲"}), 403, "not_allowed")
    changed = ting.patch(path, json={"edition": ting.get(path).json()["edition"], "summary": "一句话"})
    assert (changed.json()["summary"], changed.json()["industry"]) == ("一句话", "park")


def test_the_loop_of_a_requirement_runs_over_rest(wiring, cast, lin):
    jun, li = Caller(wiring, cast.jun), Caller(wiring, cast.li)

    asked = lin.post(
        "/requests",
        json={
            "customer": "华辰电子产业园",
            "quote": "电价一变就要重算",
            "revenue": "430000",
            "urgency": "high",
        },
    )
    assert asked.status_code == 201, asked.text
    made = jun.post("/requirements", json={"title": "分时电价重算", "product": "energy", "level": "L2"})
    assert made.status_code == 201, made.text
    key = made.json()["key"]
    error(lin.post("/requirements", json={"title": "甲"}), 403, "not_allowed")

    linked = jun.put(f"/requests/{asked.json()['id']}/requirements/{key}")
    assert [r["key"] for r in linked.json()["requirements"]] == [key]
    error(jun.put(f"/requirements/{key}/rice/effort", json={"value": 60, "reason": "估"}), 403, "not_allowed")
    assert (
        li.put(f"/requirements/{key}/rice/effort", json={"value": 60, "reason": "规则引擎已有"}).status_code
        == 200
    )
    for factor, value in (("reach", 62), ("impact", 2), ("confidence", 80)):
        said = jun.put(f"/requirements/{key}/rice/{factor}", json={"value": value, "reason": "合同台账"})
        assert said.status_code == 200, said.text
    whole = jun.get(f"/requirements/{key}").json()
    assert (whole["state"], whole["demand"]["requests"]) == ("scored", 1)
    assert whole["quotes"][0]["text"] == "电价一变就要重算"
    error(jun.post(f"/requirements/{key}/state", json={"to": "launched"}), 409, "conflict")
    assert jun.post(f"/requirements/{key}/state", json={"to": "in_review"}).json()["state"] == "in_review"
    assert lin.get("/requirements", params={"mine": True}).json()["total"] == 1
    assert jun.delete(f"/requirements/{key}").status_code == 204
    assert jun.post(f"/requirements/{key}/restore").json()["key"] == key


def test_a_deck_needs_a_kit_and_a_template_that_are_there(lin):
    assert lin.get("/decks").json() == {"items": [], "total": 0, "limit": 50, "offset": 0}
    assert lin.get("/decks/templates").json()["total"] == 0
    error(lin.post("/decks", json={"template_id": 1, "toolkit": "nichts"}), 404, "not_found")
    error(lin.get("/decks/1"), 404, "not_found")


def test_the_description_names_every_noun_and_every_route_says_what_it_does(wiring, cast):
    described = Caller(wiring).get("/openapi.json").json()

    tags = {tag for path in described["paths"].values() for verb in path.values() for tag in verb["tags"]}
    assert tags == {
        "me", "search", "assets", "versions", "forms", "toolkits", "decks", "basket", "check-ups", "shares",
        "requirements", "requests", "meetings", "launches", "ventures", "tasks", "demos", "facts", "consents",
        "taxonomy", "people", "teams", "trash", "settings", "tokens",
    }  # fmt: skip
    unsaid = [
        f"{verb} {path}"
        for path, verbs in described["paths"].items()
        for verb, said in verbs.items()
        if not said.get("summary") or "HTTPBearer" not in str(said.get("security"))
    ]
    assert not unsaid


def test_an_amount_is_taken_as_people_type_it_and_what_is_there_already_is_told(wiring, cast, lin):
    with wiring.database.write() as session:
        on_offer(session, cast, "分时电价怎么重新算", kind="faq")
        held = wanted(session, cast.jun, title="分时电价变化后重新计算")
        wanted(session, cast.jun, title="分时电价的秘密", restricted_to=([], [cast.jun.id]))
    settle(wiring)

    made = lin.post("/requests", json={"customer": "华辰电子", "quote": "对不上", "revenue": "50万"})
    raw = json.dumps({"customer": "华辰电子", "quote": "只有半个字", "revenue": "\ud800"})
    half = lin.post("/requests", content=raw, headers={"content-type": "application/json"})
    odd = lin.post("/requests", json={"customer": "华辰电子", "quote": "又对不上", "revenue": "五十"})
    there = lin.get("/requests/similar", params={"quote": "分时电价变了要重新算"}).json()

    assert error(half, 400, "bad_input")["message"].startswith("“?”")
    assert made.json()["revenue"] == "500000.00"
    error(odd, 400, "bad_input")
    assert "写成 500000、50万 或 1.2亿" in odd.json()["error"]["message"]
    assert [r["key"] for r in there["requirements"]] == [held.key]
    assert [m["title"] for m in there["material"]] == ["分时电价怎么重新算"]
    assert lin.get("/requests/similar").json() == {"requirements": [], "material": []}


def test_who_calls_chooses_mail_and_language_and_what_they_leave_out_stays(wiring, cast):
    lin = Caller(wiring, cast.lin)
    before = lin.get("/me/settings").json()

    changed = lin.patch("/me/settings", json={"mail": "digest", "industries": ["park", "nowhere"]}).json()

    assert before["mail"] == "all"
    assert changed == {**before, "mail": "digest", "industries": ["park"]}
    refused = lin.patch("/me/settings", json={"mail": "hourly"})
    assert refused.status_code == 400
    assert "每天一封" in refused.json()["error"]["message"]
    assert Caller(wiring, cast.ting).get("/me/settings").json()["mail"] == "all"
