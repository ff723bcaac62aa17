"""The pages of the requirement loop, used as people use them, without a script."""

import re
from datetime import timedelta

import pytest

from hub import accounts, customers, requirements
from hub.base import clock
from hub.base.formats import day
from hub.base.i18n import speaking
from tests.cast import on_offer, settle
from tests.domains.requirement_cast import LIMITS, WORDS, asked_for, brought_to, keep_secret, scored, wanted

QUOTE = "峰谷一改，上个月报的节省就对不上了。"


@pytest.fixture
def made(wiring, cast):
    """A requirement in development that Lin asked for."""
    with wiring.database.write() as session:
        found = wanted(session, cast.jun, expert_id=cast.li.id)
        asked_for(session, cast.lin, found, quote=QUOTE)
        brought_to(session, cast, found, "building")
        key = found.key
    settle(wiring)
    return key


def card(html: str, heading: str) -> str:
    """The card of this heading; empty where the page has none."""
    found = re.search(rf'<section class="card[^>]*aria-label="{heading}".*?</section>', html, re.DOTALL)
    return found.group(0) if found else ""


def test_the_seller_who_asked_finds_what_shipped_and_its_material_on_the_front_page(
    client, wiring, cast, made
):
    manager, seller, other = client(cast.jun), client(cast.lin), client(cast.zhou)
    with wiring.database.write() as session:
        faq = on_offer(session, cast, "电价政策变了怎么办？", kind="faq").id
    assert card(seller.get("/").text, "您提的需求发布了") == ""

    answer = manager.post(
        f"/requirements/{made}/state", data={"to": "shipped", "limits": LIMITS, "outcome_words": WORDS}
    )
    assert "已发布。" in answer.text
    assert "关联好了" in manager.post(f"/requirements/{made}/attach", data={"asset": faq, "role": "faq"}).text
    settle(wiring)

    front = seller.get("/").text
    shipped, duties = card(front, "您提的需求发布了"), card(front, "该告诉客户的事")
    assert shipped.count(f'href="/requirements/{made}"') == 1
    assert f'href="/assets/{faq}"' in shipped
    assert "电价政策变了怎么办？" in shipped
    assert QUOTE in duties
    assert WORDS in duties
    assert "1 件事等您回复客户" in front
    notes = seller.get("/notices").text
    assert notes.count("已发布，资料在这里") == 1
    assert notes.count("有了新资料：电价政策变了怎么办？") == 1
    assert card(other.get("/").text, "您提的需求发布了") == ""

    told_url = re.search(r'action="(/obligations/\d+/told)"', duties).group(1)
    assert other.post(told_url).status_code == 403
    after = seller.post(told_url).text
    assert "客户已经知道" in after
    assert card(after, "该告诉客户的事") == ""
    back = seller.post(re.search(r'action="(/obligations/\d+/reopen)"', after).group(1)).text
    assert QUOTE in card(back, "该告诉客户的事")


def test_three_roles_score_and_the_pool_shows_the_score_beside_the_revenue(client, wiring, cast):
    with wiring.database.write() as session:
        found = wanted(session, cast.jun)
        asked_for(session, cast.lin, found, revenue="380000")
        key = found.key
    pool = client(cast.jun).get("/requirements?state=no_effort").text
    assert key in pool
    assert "等投入估算" in pool
    for person, factor, value in (
        (cast.lin, "reach", "100"),
        (cast.jun, "impact", "1"),
        (cast.jun, "confidence", "90%"),
        (cast.li, "effort", "20"),
    ):
        answer = client(person).post(
            f"/requirements/{key}/rice", data={"factor": factor, "value": value, "reason": "问过三家"}
        )
        assert answer.status_code == 200
    row = client(cast.zhou).get("/requirements").text
    assert '<b class="q-num">4.5</b>' in row
    assert "¥38 万" in row
    assert key not in client(cast.jun).get("/requirements?state=no_effort").text


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("state", {"to": "shipped", "limits": " ", "outcome_words": "好了"}, 400),
        ("state", {"to": "shipped", "limits": "", "outcome_words": "好了"}, 400),
        ("state", {"to": "launched"}, 409),
        ("state", {"to": "scored"}, 409),
        ("rice", {"factor": "effort", "value": "3"}, 403),
        ("rice", {"factor": "impact", "value": "很多"}, 400),
        ("rice", {"factor": "impact", "value": "0"}, 400),
        ("attach", {"asset": "999", "role": "faq"}, 404),
        ("slots", {"role": "faq", "due_on": "soon"}, 400),
        ("material/999/detach", {}, 404),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(client, cast, made, path, data, status):
    answer = client(cast.jun).post(f"/requirements/{made}/{path}", data=data)
    assert answer.status_code == status
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("path", ["state", "trash", "nudge", "attach", "slots", "edit"])
def test_a_seller_is_refused_what_belongs_to_product(client, wiring, cast, made, path):
    data = {"to": "shipped", "limits": "x", "outcome_words": "x", "asset": "1", "role": "faq", "edition": "1"}
    assert client(cast.lin).post(f"/requirements/{made}/{path}", data=data).status_code == 403
    with wiring.database.read() as session:
        assert requirements.by_key(session, made).state == "building"


def test_a_request_is_typed_understood_and_put_to_what_is_there(client, wiring, cast, made):
    seller = client(cast.zhou)
    with wiring.database.write() as session:
        on_offer(session, cast, "分时电价怎么重算", kind="faq", text="电价一改就按新电价重算。")
    settle(wiring)
    typed = {"quote": "电价一改，报表就对不上", "customer": "临澄高新区", "revenue": "50万"}

    beside = seller.get("/requests/similar", params=typed).text
    assert "<html" not in beside
    assert f'value="{made}"' in beside
    assert "分时电价怎么重算" in beside
    assert "¥500,000" in beside
    whole = seller.get("/requests/new", params=typed).text  # the same without a script
    assert f'value="{made}"' in whole
    assert "电价一改，报表就对不上</textarea>" in whole

    answer = seller.post("/requests", data={**typed, "customers": "3", "urgency": "high", "link_to": made})
    assert "预计收入记为 ¥500,000。" in answer.text
    assert "临澄高新区" in seller.get(f"/requirements/{made}").text


def test_money_of_another_country_keeps_its_currency(client, wiring, cast):
    seller = client(cast.zhou)
    typed = {"quote": "海外园区也要", "customer": "临澄高新区", "revenue": "20万美元"}
    assert "记为 USD 200,000" in seller.get("/requests/similar", params=typed).text

    answer = seller.post("/requests", data=typed)
    assert "预计收入记为 USD 200,000。" in answer.text
    changed = seller.post(answer.url.path, data={"revenue": "300,000", "urgency": "high"})
    assert "USD 300,000" in changed.text  # a bare number keeps the currency
    again = seller.post(answer.url.path, data={"revenue": "50万元", "urgency": "high"})

    assert "¥50 万" in again.text
    refused = seller.post(answer.url.path, data={"revenue": "¥5万美元"})
    assert refused.status_code == 400
    assert "读不成金额" in refused.text


def test_an_amount_that_cannot_be_read_is_marked_as_a_mistake(client, cast):
    beside = client(cast.zhou).get("/requests/similar", params={"revenue": "很多"}).text
    assert re.search(r'<p class="q-ask-read q-field-error" id="understood"[^>]*>[^<]*读不成金额', beside)


def test_a_requirement_that_was_merged_meanwhile_costs_nobody_their_words(client, wiring, cast, made):
    with wiring.database.write() as session:
        other = wanted(session, cast.jun, title="另一条")
        requirements.merge(session, other, requirements.by_key(session, made), by=cast.jun)
        gone = other.key
    typed = {"quote": "说了很久的一句原话", "customer": "没谈成的客户", "link_to": gone}

    refused = client(cast.lin).post("/requests", data=typed)

    assert refused.status_code == 409
    assert "说了很久的一句原话</textarea>" in refused.text
    with wiring.database.read() as session:
        assert customers.by_name(session, "没谈成的客户", cast.ada) is None


def test_what_was_typed_stays_on_the_page_when_something_is_wrong(client, cast):
    typed = {"quote": "一句很长的原话", "customer": "临澄高新区", "revenue": "很多"}
    answer = client(cast.lin).post("/requests", data=typed)
    assert answer.status_code == 400
    assert "读不成金额" in answer.text
    assert "一句很长的原话</textarea>" in answer.text


def test_a_request_that_is_refused_leaves_no_customer_behind(client, wiring, cast):
    said = {"quote": "想要", "customer": "没谈成的客户", "urgency": "no-such"}

    assert client(cast.lin).post("/requests", data=said).status_code == 400

    with wiring.database.read() as session:
        assert customers.by_name(session, "没谈成的客户", cast.ada) is None


def test_a_request_nobody_sorted_waits_for_a_product_manager(client, wiring, cast, made):
    client(cast.lin).post("/requests", data={"quote": "没人提过的事", "customer": "新客户"})
    manager = client(cast.jun)
    assert "没人提过的事" in card(manager.get("/").text, "新诉求，还没归类")
    listed = manager.get("/requests?which=open").text
    number = re.search(r'action="/requests/(\d+)/link"', listed).group(1)
    assert "没人提过的事" in manager.get(f"/requirements/new?request_id={number}").text
    answer = manager.post("/requirements", data={"title": "新的一条", "request_id": number, "level": "L3"})
    assert "没人提过的事" in answer.text
    assert "没人提过的事" not in manager.get("/requests?which=open").text


def test_a_confidential_customer_is_on_no_page_of_others(client, wiring, cast, made):
    with wiring.database.write() as session:
        found = requirements.by_key(session, made)
        secret = asked_for(
            session, cast.zhou, found, customer="苏阑电子城", quote="金丝雀", revenue="9990000"
        )
        keep_secret(session, "苏阑电子城", owner=cast.zhou)
        number = secret.id
    settle(wiring)
    pages = (
        "/requirements",
        f"/requirements/{made}",
        "/requests?which=all",
        "/requests/new",
        "/search?q=金丝雀",
    )
    for person, sees in ((cast.lin, False), (cast.jun, False), (cast.ting, False)):
        browser = client(person)
        for page in pages:
            text = browser.get(page).text.replace('value="金丝雀"', "").replace("“金丝雀”", "")
            text = re.sub(r"<title>.*?</title>", "", text)
            assert ("苏阑" in text or "金丝雀" in text.split('id="main"')[-1]) is sees, (person.name, page)
        assert browser.get(f"/requests/{number}").status_code == 404
        assert "¥86 万" in browser.get("/requirements").text
    assert "¥1,085 万" in client(cast.zhou).get("/requirements").text


def test_a_restricted_requirement_is_no_page_for_others(client, wiring, cast):
    with wiring.database.write() as session:
        east = accounts.team_by_key(session, "east")
        key = wanted(session, cast.jun, title="水獭", restricted_to=([east.id], [])).key
    assert client(cast.lin).get(f"/requirements/{key}").status_code == 200
    stranger = client(cast.zhou)
    for path in (f"/requirements/{key}", f"/requirements/{key}/attach", f"/requirements/{key}/edit"):
        assert stranger.get(path).status_code == 404
    assert "水獭" not in stranger.get("/requirements").text
    assert client().get(f"/requirements/{key}").url.path == "/sign-in"


def test_trash_is_undone_from_the_note(client, cast, made):
    manager = client(cast.jun)
    answer = manager.post(f"/requirements/{made}/trash").text
    assert manager.get(f"/requirements/{made}").status_code == 404
    undo = re.search(rf'action="(/requirements/{made}/restore)"', answer).group(1)
    assert manager.post(undo).status_code == 200
    assert manager.get(f"/requirements/{made}").status_code == 200


def test_an_edit_keeps_what_two_people_wrote_apart(client, wiring, cast, made):
    manager = client(cast.jun)
    form = manager.get(f"/requirements/{made}/edit").text
    edition = re.search(r'name="edition" value="(\d+)"', form).group(1)
    fields = {"title": "改过的标题", "edition": edition, "level": "L2"}
    assert "改过的标题" in manager.post(f"/requirements/{made}/edit", data=fields).text
    assert manager.post(f"/requirements/{made}/edit", data=fields).status_code == 409


def test_what_people_typed_is_escaped_everywhere(client, wiring, cast):
    bad = "<script>alert(1)</script>"
    with wiring.database.write() as session:
        found = wanted(session, cast.jun, title=bad, summary=bad)
        asked_for(session, cast.lin, found, customer=bad, quote=bad)
        scored(session, cast, found)
        key = found.key
    settle(wiring)
    for path in ("/requirements", f"/requirements/{key}", "/requests", "/requests/new", "/"):
        assert bad not in client(cast.lin).get(path).text
    assert bad not in client(cast.lin).get("/requests/similar", params={"quote": bad, "revenue": bad}).text


def test_the_pages_read_in_english(client, cast, made):
    browser = client(cast.jun)
    browser.cookies.set("hub_language", "en")
    with speaking("en"):
        for path in ("/requirements", f"/requirements/{made}", "/requests/new", "/requests?which=all"):
            main = browser.get(path).text.split('id="main"')[1]
            known = (
                QUOTE,
                "分时电价变化后自动重算",
                "华辰电子产业园",
                "能碳管理",
                "何俊",
                "陈立",
                "林晓",
                LIMITS,
                WORDS,
            )
            for word in known:
                main = main.replace(word, "")
            left = re.findall(
                r"[\u3400-\u9fff]+", re.sub(r"<datalist.*?</datalist>|<option.*?</option>", "", main)
            )
            assert set(left) <= {"俊", "立"}, path


def test_a_launch_keeps_its_day_when_a_reopening_is_undone(client, wiring, cast, made):
    then = clock.now() - timedelta(days=40)
    with wiring.database.write() as session:
        found = requirements.by_key(session, made)
        for state, days in (("shipped", 1), ("launched", 0)):
            at = then - timedelta(days=days)
            setattr(found, f"{state}_at", at)
            session.add(requirements.Step(requirement_id=found.id, to_state=state, at=at))
        found.state = "launched"
        session.add(found)
        session.flush()
        requirements.move(session, found, "reopened", note="清单不够", by=cast.jun)
        requirements.undo_reopening(session, found, by=cast.jun)

    way = card(client(cast.jun).get(f"/requirements/{made}").text, "需求进度")

    assert (day(then) in way, day(then - timedelta(days=1)) in way) == (True, True)
    assert day(clock.now()) not in way.partition("已发布")[2]
