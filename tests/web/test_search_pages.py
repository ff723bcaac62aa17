"""Search as pages: tabs that add up, what helps when there is little, suggestions, saved searches and gaps."""

import re

import pytest
from sqlmodel import col, select

from hub import assets, searches
from hub.search import finding, purse
from hub.wiring import Wiring
from tests.cast import Cast, on_offer, settle
from tests.hidden import a_deck


def deck(session, wiring: Wiring, cast: Cast, title: str, said: str) -> assets.Asset:
    """A deck on offer with two pages; the second says so."""
    fields = assets.Fields(
        title=title, kind="solution", audience="customer", tags={"product": ["energy"], "industry": ["park"]}
    )
    version = assets.create(session, fields, a_deck(wiring, said), by=cast.ting)
    assets.submit(session, version, by=cast.ting)
    assets.approve(session, version, by=cast.min)
    return session.get_one(assets.Asset, version.asset_id)


@pytest.fixture
def library(wiring, cast):
    with wiring.database.write() as session:
        deck(session, wiring, cast, "园区总体方案", "错峰蓄冷")
        deck(session, wiring, cast, "钢厂方案", "错峰蓄冷")
        on_offer(session, cast, "错峰蓄冷案例", kind="case_study")
        on_offer(session, cast, "错峰蓄冷，要停电吗", kind="faq", text="不用。")
    settle(wiring)


def tabs(page: str) -> dict[str, int]:
    nav = re.search(r'<nav class="q-tabs".*?</nav>', page, re.DOTALL)
    assert nav is not None
    return {
        name.strip(): int(n) for name, n in re.findall(r'>([^<>]+) <span class="q-num">(\d+)</span>', nav[0])
    }


def total(page: str) -> int:
    found = re.search(r"共 (\d+) 条结果", page)
    assert found is not None
    return int(found[1])


def test_a_tab_says_how_many_results_it_has_and_the_tabs_add_up(client, cast, library):
    browser = client(cast.zhou)
    kinds = {"整份材料": "asset", "单页": "slide", "问答": "faq"}

    for words in ("错峰蓄冷", "", "园区", "方案 错峰"):
        page = browser.get("/search", params={"q": words}).text
        counted = tabs(page)
        lines = sum(n for name, n in counted.items() if name not in {"全部", "单页"})
        assert total(page) == counted["全部"] == lines
        for name in counted.keys() & kinds:
            narrowed = browser.get("/search", params={"q": words, "type": kinds[name]}).text
            assert (total(narrowed), tabs(narrowed)) == (counted[name], counted)


def test_a_facet_with_several_choices_still_counts_the_others(client, cast, library):
    page = client(cast.zhou).get("/search?q=错峰蓄冷&kind=faq&kind=case_study").text

    rows = re.findall(r'name="kind" value="(\w+)".*?q-facet-count">(\d+)<', page)
    assert dict(rows) == {"solution": "2", "faq": "1", "case_study": "1"}


def test_a_slide_opens_its_deck_at_the_slide(client, cast, library):
    page = client(cast.zhou).get("/search?q=错峰蓄冷&type=slide").text

    assert len(set(re.findall(r'href="(/assets/\d+\?page=2)"', page))) == 2


def test_little_found_says_what_helps_and_one_click_says_i_need_this(client, cast, library):
    browser = client(cast.zhou)

    page = browser.get("/search?q=错峰蓄冷&kind=pricing").text
    assert all(said in page for said in ("没有找到", "不限材料类型（4 条）", "我需要这个"))
    form = {"q": "错峰蓄冷", "filters": "kind=pricing"}
    again = browser.post("/gaps", data=form).text
    assert "记下了：您需要它" in again
    assert "您说过需要它" in again
    assert "还有 1 人需要" in client(cast.lin).get("/search?q=错峰蓄冷&kind=pricing").text
    assert "我需要这个" in browser.post("/gaps/take-back", data=form).text


def test_narrowing_to_nothing_without_a_new_page_says_what_helps_as_well(client, cast, library):
    found = client(cast.zhou).get(
        "/search?q=错峰蓄冷&kind=pricing", headers={"hx-request": "true", "hx-target": "found"}
    )

    assert found.status_code == 200
    assert "<html" not in found.text
    assert all(said in found.text for said in ("没有找到", "不限材料类型（4 条）", "我需要这个"))


def test_plenty_that_has_only_some_of_the_words_still_leaves_room_to_say_i_need_this(
    client, cast, wiring, library
):
    browser = client(cast.zhou)
    words = {"q": "错峰蓄冷 氢能"}

    page = browser.get("/search", params=words).text
    assert total(page) > searches.FEW
    assert "我需要这个" in page
    assert "我需要这个" not in browser.get("/search?q=错峰蓄冷").text
    with wiring.database.read() as session:
        assert not session.exec(
            select(searches.Gap)
        ).all()  # finding something is no gap until somebody says so
    assert "您说过需要它" in browser.post("/gaps", data={**words, "filters": ""}).text


def test_a_marketer_closes_a_gap_and_its_people_read_how(client, cast, wiring, library):
    with wiring.database.write() as session:
        gap = searches.need(session, searches.wish("锂电池"), by=cast.zhou)
    marketer = client(cast.ting)

    assert "锂电池" in marketer.get("/gaps").text
    assert marketer.post(f"/gaps/{gap.id}/close", data={"state": "met", "asset": "9999"}).status_code == 404
    marketer.post(
        f"/gaps/{gap.id}/close", data={"state": "met", "asset": "/assets/3?page=1", "note": "看第三页"}
    )

    assert "锂电池" not in marketer.get("/gaps").text
    assert "锂电池" in marketer.get("/gaps?state=met").text
    page = client(cast.zhou).get(f"/gaps/{gap.id}").text
    assert all(said in page for said in ("已补上", "看第三页", 'href="/assets/3"'))
    assert client(cast.lin).get(f"/gaps/{gap.id}").status_code == 404
    assert client(cast.zhou).get("/gaps").status_code == 403


def test_a_search_is_saved_opened_muted_and_removed(client, cast, library):
    browser = client(cast.zhou)

    assert "保存这次搜索" in browser.get("/search?q=错峰&kind=faq").text
    assert "已保存" in browser.post("/searches", data={"q": "错峰", "filters": "kind=faq&planet=x"}).text
    listed = browser.get("/searches").text
    assert "错峰 · 材料类型：常见问题" in listed
    (where,) = set(re.findall(r'href="(/searches/\d+)"', listed))
    assert str(browser.get(where).url).endswith("/search?q=%E9%94%99%E5%B3%B0&kind=faq")
    assert "有新结果不告诉" in browser.post(f"{where}/notify", data={"on": ""}).text
    assert client(cast.lin).get(where).status_code == 404
    assert "还没有保存的搜索" in browser.post(f"{where}/remove").text


def test_recent_searches_are_offered_and_forgotten(client, cast, wiring, library):
    browser = client(cast.zhou)
    browser.get("/search?q=错峰蓄冷")
    wiring.notebook.flush()

    assert "错峰蓄冷" in browser.get("/search/suggest").text
    assert "错峰蓄冷" in browser.get("/searches").text
    assert "没有记着的搜索" in browser.post("/searches/forget").text
    assert 'role="option"' not in browser.get("/search/suggest").text


def test_another_spelling_is_told_with_the_way_to_exactly_what_was_typed(client, cast, library):
    page = client(cast.zhou).get("/search?q=错锋蓄冷").text

    assert "已按更可能的写法查找" in page
    link = re.search(r'href="(/search\?[^"]*exact=1[^"]*)"', page)
    assert link is not None
    assert "已按更可能的写法查找" not in client(cast.zhou).get(link[1].replace("&amp;", "&")).text


def test_a_question_that_is_too_long_is_answered_and_says_so(client, cast, library):
    browser = client(cast.zhou)
    long = "错峰蓄冷 " + "x" * 10_000

    assert "只看懂了前面一部分" in browser.get("/search", params={"q": long}).text
    assert "只看懂了前面一部分" not in browser.get("/search?q=错峰蓄冷").text
    assert browser.get("/api/v1/search", params={"q": long}).status_code == 422


def test_a_passage_is_told_not_to_have_been_looked_through_for_slips(client, cast, library):
    asked = {"q": "错峰，蓄冷，园区，电表，水泵，空调，照明，锅炉，蒸汽，储能"}
    browser = client(cast.zhou)
    assert "没有逐词找错字" in browser.get("/search", params=asked).text
    assert browser.get("/api/v1/search", params=asked).json()["unmended"]
    assert "没有逐词找错字" not in browser.get("/search", params={"q": "错峰蓄冷"}).text


def test_what_was_not_checked_for_an_exclusion_is_left_out_and_told(client, cast, library, monkeypatch):
    monkeypatch.setattr(purse, "ENOUGH", 0)
    monkeypatch.setattr(finding, "FEWEST_LOOKS", 1)
    browser = client(cast.zhou)
    asked = {"q": "-峰蓄"}

    page, told = browser.get("/search", params=asked).text, browser.get("/api/v1/search", params=asked).json()

    assert "没有逐篇核对完" in page
    assert told["unread"]
    monkeypatch.undo()
    again = {**asked, "limit": 7}  # an answer of its own, not the one that was prepared
    assert not browser.get("/api/v1/search", params=again).json()["unread"]


def test_programs_are_told_what_was_read_otherwise_and_may_forbid_it(client, cast, library):
    browser = client(cast.zhou)

    meant = browser.get("/api/v1/search?q=错锋蓄冷").json()
    exactly = browser.get("/api/v1/search?q=错锋蓄冷&exact=true").json()

    assert (meant["corrected"], meant["cut"]) == ([{"typed": "错锋蓄冷", "used": "错峰蓄冷"}], False)
    assert exactly["corrected"] == []


def test_saved_searches_suggestions_and_gaps_over_rest(client, cast, library):
    browser = client(cast.zhou)

    made = browser.post(
        "/api/v1/searches", json={"q": "错峰", "filters": {"kind": ["faq"]}, "name": "错峰问答"}
    )
    assert (made.status_code, made.json()["name"]) == (201, "错峰问答")
    assert browser.get("/api/v1/searches").json()["total"] == 1
    assert browser.get("/api/v1/suggest?q=错峰").json()["suggestions"][0]["text"]
    assert browser.post("/api/v1/gaps", json={"q": "锂电池"}).status_code == 201
    gaps = client(cast.ting).get("/api/v1/gaps?needed=true").json()
    assert [(g["words"], g["needed"]) for g in gaps["items"]] == [("锂电池", 1)]
    assert browser.get("/api/v1/gaps").status_code == 403
    assert browser.delete(f"/api/v1/searches/{made.json()['id']}").status_code == 204
    assert browser.delete(f"/api/v1/searches/{made.json()['id']}").status_code == 404


NASTY = [
    "q=" + "a" * 9000,
    "q=%00%01",
    'q="""-',
    "q=*",
    "q=%F0%9F%9A%80",
    "q=' OR 1=1 --",
    "q=(a%2B)%2B$",
    "q=title:x AND (",
    "q=园区&page=1000000",
    "q=园区&page=-1",
    "q=园区&page=x",
    "q=园区&sort=x&view=y&type=z",
    "q=园区&" + "&".join(f"product=p{n}" for n in range(200)),
    "q=园区&owner=99999999999999999999",
]


def test_whatever_is_asked_the_pages_answer(client, cast, library):
    browser = client(cast.zhou)
    heard = {
        (path, query[:40]): browser.get(f"{path}?{query}").status_code
        for query in NASTY
        for path in ("/search", "/search/suggest", "/api/v1/suggest", "/api/v1/search")
    }

    allowed = {"/search": {200}, "/search/suggest": {200}}
    assert {k: code for k, code in heard.items() if code not in allowed.get(k[0], {200, 422})} == {}


SAID = (
    "错峰蓄冷把用电挪到夜里：谷价时制冰，峰价时化冰供冷，电费可省三成。"
    "机房要留出蓄冰槽的位置，改造大约需要六周时间。先看去年的用电曲线，再算峰谷价差和移峰的电量，"
    "按每度电省下的钱估回收期；厂区有余热的，夜里还可以顺带供热水，冬天不制冰时机组照常供暖。"
    "蓄冰槽分开式和闭式两种：开式便宜，占地大；闭式贵一些，可以放到地下或屋顶。冷机白天按负荷补冷，"
    "融冰的快慢由板换前的调节阀决定。运行策略每天由平台按天气预报和电价表排一次，值班的人可以改。"
    "上线头一个月每周看一次账单，和去年同月比，省下的按合同约定分成。"
)


@pytest.fixture
def copies(wiring, cast):
    """Three that say nearly the same, one of them only for the administrator, and one that says something else."""
    with wiring.database.write() as session:
        on_offer(session, cast, "错峰蓄冷说明", text=SAID)
        on_offer(session, cast, "错峰蓄冷说明（新）", text=SAID.replace("六周", "八周"))
        on_offer(session, cast, "错峰蓄冷机密副本", text=SAID, restricted_to=([], [cast.lin.id]))
        on_offer(
            session,
            cast,
            "另一件事",
            text="错峰蓄冷之外，还要看合同怎样签、付款怎样分期、谁来验收、质保从哪一天算起，逾期怎样赔付。",
        )
    settle(wiring)


def test_what_is_nearly_the_same_is_one_hit_with_the_others_under_it(client, cast, copies):
    page = client(cast.zhou).get("/search?q=错峰蓄冷").text

    assert total(page) == 2
    (others,) = re.findall(r'<details class="q-hit-alike">.*?</details>', page, re.DOTALL)
    assert "还有 1 份几乎相同" in others
    assert len(re.findall(r'href="/assets/\d+"', others)) == 1
    assert "机密" not in page
    assert total(client(cast.zhou).get("/search").text) == 3  # who browses sees each


def test_a_folded_copy_is_counted_for_those_who_may_read_it(client, cast, copies):
    assert "还有 2 份几乎相同" in client(cast.lin).get("/search?q=错峰蓄冷").text


def test_programs_are_told_what_is_nearly_the_same(client, cast, copies):
    found = client(cast.zhou).get("/api/v1/search?q=错峰蓄冷").json()

    assert found["total"] == len(found["hits"]) == 2
    (hit,) = [one for one in found["hits"] if one["alike"]]
    assert hit["alike_total"] == 1
    assert {hit["title"], hit["alike"][0]["title"]} == {"错峰蓄冷说明", "错峰蓄冷说明（新）"}


def test_a_copy_that_is_no_longer_readable_is_not_told_although_the_index_still_has_it(
    client, cast, wiring, copies
):
    with wiring.database.write() as session:
        for asset in session.exec(
            select(assets.Asset).where(col(assets.Asset.title).contains("错峰蓄冷说明"))
        ):
            assets.trash(session, asset, by=cast.ting)

    page = client(cast.zhou).get("/search?q=错峰蓄冷").text
    assert "几乎相同" not in page
