"""Merging, splitting, launching and handing over by the forms of the pages, without a script."""

import re
from datetime import timedelta

import pytest

from hub import accounts, assets, requirements
from hub.base import clock
from tests.cast import on_offer, settle
from tests.domains.requirement_cast import asked_for, brought_to, wanted

QUOTE = "峰谷一改，上个月报的节省就对不上了。"
OTHER = "审计不认去年的口径。"


@pytest.fixture
def pair(wiring, cast):
    """Two requirements that say the same, the second one shipped, each with a request."""
    with wiring.database.write() as session:
        first, second = (
            wanted(session, cast.jun, title="电价重算"),
            wanted(session, cast.jun, title="分时重算"),
        )
        asked_for(session, cast.lin, first, quote=QUOTE)
        asked_for(session, cast.zhou, second, customer="临澄高新区", quote=OTHER)
        brought_to(session, cast, second, "shipped")
        keys = first.key, second.key
    settle(wiring)
    return keys


def undo_of(text):
    return re.search(r'action="(/regroupings/\d+/undo)"', text).group(1)


def test_a_merge_is_done_and_undone_by_forms(client, cast, wiring, pair):
    first, second = pair
    manager = client(cast.jun)
    done = manager.post(
        f"/requirements/{first}/merge", data={"into": f"{second} 分时重算", "reason": "一回事"}
    )
    assert done.url.path == f"/requirements/{second}"
    assert QUOTE in done.text
    settle(wiring)
    assert QUOTE in client(cast.lin).get("/").text  # it is out: the customer can be told at once
    assert "已经并到别处" in manager.get(f"/requirements/{first}").text
    assert "还没有客户原话" not in manager.get(f"/requirements/{first}").text
    assert first in manager.get("/requirements?state=merged").text
    assert f'href="/requirements/{first}"' not in manager.get("/requirements").text
    back = manager.post(undo_of(done.text))
    assert back.url.path == f"/requirements/{first}"
    assert QUOTE in back.text
    assert QUOTE not in manager.get(f"/requirements/{second}").text


def test_a_merged_requirement_offers_the_way_to_the_other_one_and_nothing_else(client, cast, pair):
    first, second = pair
    manager = client(cast.jun)
    manager.post(f"/requirements/{first}/slots", data={"role": "faq", "owner": str(cast.lin.id)})
    manager.post(f"/requirements/{first}/merge", data={"into": second})

    text = manager.get(f"/requirements/{first}").text
    shown = text[text.index("<main") : text.index("</main>")]

    assert f'href="/requirements/{second}"' in shown
    actions = set(re.findall(r'<form[^>]* action="([^"]+)"', shown))
    assert [a for a in actions if not a.startswith("/regroupings/")] == []
    assert f"/requirements/{first}/" not in shown
    for form in ("attach", "edit"):
        refused = manager.get(f"/requirements/{first}/{form}")
        assert (refused.status_code, "已经并到另一条需求里" in refused.text) == (409, True)


def test_what_cannot_be_done_any_more_is_not_said_to_be_somebody_elses_change(client, cast, pair):
    refused = client(cast.jun).post(f"/requirements/{pair[1]}/rice", data={"factor": "reach", "value": "9"})

    assert refused.status_code == 409
    assert "<h1>没有办成</h1>" in refused.text
    assert "已经发布的需求不再改分" in refused.text


def test_a_split_is_done_by_a_form_and_the_seller_sees_the_slower_part(client, cast, wiring, pair):
    _first, second = pair
    with wiring.database.read() as session:
        number = requirements.view(session, requirements.by_key(session, second), cast.jun).quotes[0].id
    done = client(cast.jun).post(
        f"/requirements/{second}/split",
        data={"request": str(number), "title": "导出对照页", "part": "对照页", "stays": "1"},
    )
    assert "导出对照页" in done.text
    assert "2 个部分里 0 个已上市" in client(cast.zhou).get(f"/requests/{number}").text


def test_the_gate_names_what_is_missing_and_the_way_to_mend_it(client, cast, wiring, pair):
    _first, key = pair
    manager = client(cast.jun)
    page = manager.get(f"/requirements/{key}").text
    assert "还有 1 句原话没有回应" in page
    assert f'href="/requirements/{key}/attach?role=faq"' in page
    until = (clock.today() + timedelta(days=9)).isoformat()
    waived = manager.post(
        f"/requirements/{key}/waive", data={"line": "slot:limits_note", "reason": "下周补", "until": until}
    ).text
    assert "下周补" in waived
    number = re.search(r'name="answer-(\d+)"', page).group(1)
    manager.post(f"/requirements/{key}/answers", data={f"answer-{number}": "报告注明电价版本。"})
    with wiring.database.write() as session:
        faq = on_offer(session, cast, "电价问答", kind="faq").id
    manager.post(f"/requirements/{key}/attach", data={"asset": faq, "role": "faq"})
    settle(wiring)
    assert "素材齐了" not in manager.get(f"/requirements/{key}").text.split('id="gate"')[0]
    with wiring.database.read() as session:
        assert requirements.by_key(session, key).state == "launched"
    assert "报告注明电价版本。" in client(cast.zhou).get("/").text
    manager.post(f"/requirements/{key}/waive/end", data={"line": "slot:limits_note"})
    settle(wiring)
    assert "已上市 · 要补一项" in manager.get(f"/requirements/{key}").text
    assert key in manager.get("/requirements?state=attention").text
    assert "已上市，有一项过不了" in manager.get("/").text


def test_a_seller_is_refused_and_sees_no_form_of_product(client, cast, pair):
    first, second = pair
    seller = client(cast.lin)
    page = seller.get(f"/requirements/{first}").text
    assert "/merge" not in page
    assert "/waive" not in page
    for path, data in (
        ("merge", {"into": second}),
        ("split", {"title": "x", "request": "1"}),
        ("waive", {"line": "answers", "reason": "x", "until": "2026-12-31"}),
        ("answers", {}),
        ("reopened/undo", {}),
    ):
        assert seller.post(f"/requirements/{first}/{path}", data=data).status_code == 403, path


def test_a_request_is_withdrawn_and_brought_back_and_a_duty_handed_over(client, cast, wiring, pair):
    _first, second = pair
    seller, other = client(cast.zhou), client(cast.lin)
    duty = re.search(r"/obligations/(\d+)/", seller.get(f"/requirements/{second}").text).group(1)
    assert other.post(f"/obligations/{duty}/hand-over", data={"to": str(cast.lin.id)}).status_code == 403
    seller.post(f"/obligations/{duty}/hand-over", data={"to": str(cast.lin.id)})
    assert OTHER in other.get("/").text
    assert "由 林晓 告诉" in seller.get(f"/requirements/{second}").text
    number = re.search(r"/requests/(\d+)", seller.get("/requests").text).group(1)
    gone = seller.post(f"/requests/{number}/cancel", data={"reason": "客户选了别家"}).text
    assert "诉求已撤回" in gone
    assert OTHER not in other.get("/").text
    assert "诉求已撤回" not in seller.post(undo_of(gone)).text


def test_who_leaves_hands_over_on_the_page_of_the_person(client, cast, pair):
    admin = client(cast.ada)
    page = f"/people/{cast.zhou.id}"
    assert "交接" in admin.get(page).text
    refused = admin.post(f"{page}/active", data={"active": ""})
    assert refused.status_code == 409
    assert "他名下还有 1 件要告诉客户的事、1 条诉求。先在人员页“交接”里" in refused.text
    assert "0 条" not in refused.text + admin.get(page).text
    admin.post(f"{page}/hand-over", data={"to": str(cast.lin.id)})
    assert admin.post(f"{page}/active", data={"active": ""}).status_code == 200


def test_what_expired_is_said_on_the_page_with_the_way_to_mend_it(client, cast, wiring, pair):
    _first, second = pair
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "旧口径问答", kind="faq", text="按旧电价。")
        found = requirements.by_key(session, second)
        requirements.attach(session, found, asset.id, role="faq", by=cast.ting)
        session.get_one(assets.Version, asset.on_offer_id).expires_on = clock.today() - timedelta(days=1)
        assets.run_dates(session)
        owner = accounts.actors(session, [asset.owner_id])[asset.owner_id]
    settle(wiring)

    for person in (cast.jun, owner):  # also for whoever may not open what is no longer on offer
        page = client(person).get(f"/requirements/{second}").text
        assert "1 件素材过期或停用了" in page
        assert re.search(r"常见问题</b>\s*<span[^>]*>.{0,300}?(已过期|过期或停用了|要更新)", page, re.DOTALL)
    assert "恢复或换新版" in page
    assert "过期了" in client(owner).get("/").text


def test_a_demo_account_nobody_tried_is_not_called_complete(client, cast, wiring, pair):
    _first, second = pair
    with wiring.database.write() as session:
        found = requirements.by_key(session, second)
        found.level = "L2"
        asset = on_offer(session, cast, "演示环境", kind="demo_account", text="地址见下。")
        asset.reviewed_at = clock.now() - timedelta(days=30)
        requirements.attach(session, found, asset.id, role="demo_account", by=cast.ting)
    settle(wiring)
    manager = client(cast.jun)

    before = manager.get(f"/requirements/{second}").text
    tried = re.search(r'action="(/requirements/[^"]+/verify)"', before).group(1)
    after = manager.post(tried).text

    assert before.count("14 天内没有人试过") == 2  # at the condition and at the slot
    assert "14 天内没有人试过" not in after


def test_a_merge_says_who_when_and_why(client, cast, pair):
    first, second = pair
    manager = client(cast.jun)
    manager.post(f"/requirements/{first}/merge", data={"into": second, "reason": "说的是一回事"})
    assert "说的是一回事" in manager.get(f"/requirements/{second}").text
    assert "说的是一回事" in manager.get(f"/requirements/{first}").text


@pytest.mark.parametrize("form", ["merge", "split", "link"])
def test_a_key_that_is_none_is_a_mistake_in_the_form_and_keeps_what_was_typed(client, cast, pair, form):
    first, _second = pair
    manager = client(cast.jun)
    number = re.search(r"/requests/(\d+)", manager.get("/requests?which=all").text).group(1)
    where = f"/requests/{number}/link" if form == "link" else f"/requirements/{first}/{form}"
    typed = {"into": "REQ-9999", "key": "REQ-9999", "request": number, "reason": "客户说的是同一件事，并了吧"}

    refused = manager.post(where, data=typed)

    assert refused.status_code == 400
    assert "没有编号是“REQ-9999”的需求" in refused.text
    assert "客户说的是同一件事，并了吧</textarea>" in refused.text


def test_a_refusal_repeats_what_was_typed_and_no_word_of_ours(client, cast, pair):
    _first, second = pair
    typed = {"line": "slot:demo_account", "reason": "课件排在下个月，先放行一阵子", "until": ""}
    refused = client(cast.jun).post(f"/requirements/{second}/waive", data=typed)
    assert refused.status_code == 400
    assert "课件排在下个月，先放行一阵子</textarea>" in refused.text
    assert "slot:demo_account" not in refused.text


def test_a_request_behind_what_its_owner_may_not_read_is_not_said_to_wait(client, cast, wiring, pair):
    first, _second = pair
    with wiring.database.write() as session:
        hidden = wanted(session, cast.jun, title="绝密水獭", restricted_to=([], [cast.jun.id])).key
    client(cast.jun).post(f"/requirements/{first}/merge", data={"into": hidden})
    seller = client(cast.lin)
    number = re.search(r"/requests/(\d+)", seller.get("/requests").text).group(1)

    page = seller.get(f"/requests/{number}").text

    assert "那条需求不对您开放" in page
    assert hidden not in page
    assert "绝密水獭" not in page
