"""The pages and the REST of the slide basket and the check-up, as a browser without scripts uses them."""

import re

import pytest

from hub import assets, decks, library
from tests.cast import settle
from tests.domains.deck_house import add_kit, texts
from tests.domains.test_baskets import NEWER, new_version


@pytest.fixture
def asset(wiring, cast) -> int:
    with wiring.database.write() as session:
        add_kit(session, wiring, cast)
        return next(i for i in assets.ids_matching(session, cast.lin) if is_deck(session, cast, i))


def is_deck(session, cast, asset_id: int) -> bool:
    return any(decks.is_deck(c) for c in assets.cards(session, [asset_id], cast.lin))


def make(wiring, cast) -> int:
    """Make the newest deck of Lin's, as the worker does."""
    with wiring.database.read() as session:
        found = decks.mine(session, cast.lin)[0]
    decks.make_deck(wiring.database, wiring.blobs, wiring.settings, found.id, found.edition)
    return found.id


def test_slides_are_gathered_put_in_order_and_made_into_a_deck_without_scripts(wiring, client, cast, asset):
    library.rebuild_index(wiring.database, wiring.engine)
    browser = client(cast.lin)
    assert "选页篮是空的" in browser.get("/basket").text
    hits = browser.get("/search?q=峰段电费&type=slide").text
    assert re.search(rf'action="/basket".*?name="asset" value="{asset}"', hits)

    page = browser.post("/basket", data={"asset": asset, "page": 4, "back": f"/assets/{asset}?page=4"})
    assert "放进选页篮 1 页" in page.text
    assert page.url.path == f"/assets/{asset}"
    assert "已经在选页篮里了" in browser.post("/basket", data={"asset": asset, "page": 4}).text
    browser.post("/basket", data={"asset": asset, "page": [5, 2], "back": "//elsewhere.example"})

    shown = browser.get("/basket").text
    assert "用这 3 页做 PPT" in shown
    ids = re.findall(r'name="order" value="(\d+)"', shown)
    browser.post("/basket/change", data={"act": f"up:{ids[1]}"})
    browser.post("/basket/change", data={"act": f"drop:{ids[2]}"})
    assert re.findall(r'name="order" value="(\d+)"', browser.get("/basket").text) == [ids[1], ids[0]]
    browser.post("/basket/order", data={"order": [ids[0], ids[1]]})
    made = browser.post("/basket/deck", data={"customer": "华辰电子"})
    assert "开始生成了" in made.text

    deck_id = make(wiring, cast)
    page = browser.get(f"/decks/{deck_id}").text
    assert "选页拼成" in page
    assert "客户简报" not in page
    assert "选页拼成" in browser.get("/decks").text
    assert [t.splitlines()[0] for t in texts(browser.get(f"/decks/{deck_id}/file").content)] == [
        "园区方案：峰段电费",
        "园区方案：电价一变",
    ]


def test_a_script_gets_only_the_count_and_the_note(client, cast, asset):
    browser = client(cast.lin)

    answer = browser.post("/basket", data={"asset": asset, "page": 4}, headers={"hx-request": "true"})

    assert 'id="q-basket"' in answer.text
    assert 'hx-swap-oob="true"' in answer.text
    assert "<html" not in answer.text
    assert "<b>1</b>" in browser.get("/").text


def test_the_bar_says_what_is_in_the_basket_and_what_was_taken_out_is_put_back(client, cast, asset):
    browser, script = client(cast.lin), {"hx-request": "true"}
    assert 'data-held=""' in browser.get("/").text
    added = browser.post("/basket", data={"asset": asset, "page": [4, 5, 2]}, headers=script).text
    assert {f"{asset}.4", f"{asset}.5", f"{asset}.2"} == held(added) == held(browser.get("/search").text)
    assert held(client(cast.zhou).get("/").text) == set()

    gone = browser.post("/basket", data={"asset": asset, "page": 4, "out": "true"}, headers=script).text

    assert "从选页篮里拿出 1 页" in gone
    assert held(gone) == {f"{asset}.5", f"{asset}.2"}
    again = browser.post("/basket", data={"asset": asset, "page": 4, "out": "true"}, headers=script).text
    assert "已经不在选页篮里了" in again
    (undo,) = re.findall(r'action="(/basket/put-back[^"]+)"', gone)
    assert "放回选页篮 1 页" in browser.post(undo.replace("&amp;", "&")).text
    assert "已经在选页篮里了" in browser.post(undo.replace("&amp;", "&")).text
    assert re.findall(r'href="/assets/\d+\?page=(\d+)"', browser.get("/basket").text) == ["4", "5", "2"]
    assert browser.post(f"/basket/put-back?asset={asset}&was=x").status_code == 404


def held(page: str) -> set[str]:
    (said,) = re.findall(r'data-held="([\d. ]*)"[^>]*aria-label="选页篮', page)
    return set(said.split())


def test_plus_signs_stand_only_at_slides_for_customers(client, cast, asset):
    browser = client(cast.lin)

    kit = browser.get("/toolkits/energy-park").text

    assert f'name="asset" value="{asset}"' in kit
    assert len(set(re.findall(r'action="/basket".*?name="asset" value="(\d+)"', kit))) == 1
    assert "放进选页篮" in browser.get(f"/assets/{asset}").text


def test_a_deck_says_what_is_old_and_is_renewed_with_one_button(wiring, client, cast, asset):
    browser = client(cast.lin)
    browser.post("/basket", data={"asset": asset, "page": [4, 5]})
    browser.post("/basket/deck", data={})
    deck_id = make(wiring, cast)
    assert "换成新版" not in browser.get(f"/decks/{deck_id}").text
    with wiring.database.write() as session:
        new_version(session, wiring, cast, session.get_one(assets.Asset, asset), NEWER)

    assert "有 2 页已不是在用的版本" in browser.get(f"/decks/{deck_id}").text
    assert "换了 2 页新版" in browser.post(f"/decks/{deck_id}/update").text
    make(wiring, cast)

    assert "当天出账" in texts(browser.get(f"/decks/{deck_id}/file").content)[1]
    assert "已不是在用的版本" not in browser.get(f"/decks/{deck_id}").text


def test_a_deck_is_dropped_in_looked_through_and_taken_home_corrected(wiring, client, cast, asset):
    browser = client(cast.lin)
    browser.post("/basket", data={"asset": asset, "page": [5, 4]})
    browser.post("/basket/deck", data={})
    data = browser.get(f"/decks/{make(wiring, cast)}/file").content
    with wiring.database.write() as session:
        new_version(session, wiring, cast, session.get_one(assets.Asset, asset), NEWER)

    started = browser.post("/check-up", files={"file": ("客户版.pptx", data)}, data={"customer": "华辰"})
    assert "正在逐页看" in started.text
    settle_quick(wiring)
    page = browser.get(started.url.path).text

    assert "有 2 页已有新版" in page
    assert page.count('name="swap"') == 2
    file = browser.get(f"{started.url.path}/file?swap=1")
    assert "当天出账" in texts(file.content)[0]
    assert "尖峰时段怎么移" in texts(file.content)[1]
    assert "filename*" in file.headers["content-disposition"]
    stranger = client(cast.zhou)
    assert stranger.get(started.url.path).status_code == 404
    assert stranger.get(f"{started.url.path}/file").status_code == 404
    assert "客户版" not in stranger.get("/check-up").text
    assert "客户版" in browser.get("/check-up").text
    assert "删除了" in browser.post(f"{started.url.path}/remove").text


def settle_quick(wiring) -> None:
    """Run what waits, without drawing pictures."""
    from sqlalchemy import delete
    from sqlmodel import col

    from hub.base.jobs import Job
    from hub.worker import SLOW

    with wiring.database.write() as session:
        session.exec(delete(Job).where(col(Job.name).in_(SLOW)))
    settle(wiring)


def test_programs_fill_the_basket_make_the_deck_and_check_one(wiring, client, cast, asset):
    browser = client(cast.lin)
    api = "/api/v1"

    put = browser.post(f"{api}/basket", json={"asset_id": asset, "pages": [4, 5]})
    assert [i["page"] for i in put.json()["items"]] == [4, 5]
    ids = [i["id"] for i in put.json()["items"]]
    turned = browser.put(f"{api}/basket/order", json={"order": ids[::-1]}).json()
    assert [i["page"] for i in turned["items"]] == [5, 4]
    assert browser.delete(f"{api}/basket/{ids[0]}").status_code == 204
    made = browser.post(f"{api}/basket/deck", json={"title": "一页"}).json()
    assert (made["title"], made["state"], made["template_id"]) == ("一页", "waiting", None)
    deck_id = make(wiring, cast)
    data = browser.get(f"{api}/decks/{deck_id}/file").content
    with wiring.database.write() as session:
        new_version(session, wiring, cast, session.get_one(assets.Asset, asset), NEWER)
    assert browser.get(f"{api}/decks/{deck_id}").json()["outdated"] == 1
    assert browser.post(f"{api}/decks/{deck_id}/update").json()["state"] == "waiting"

    sent = browser.post(f"{api}/check-ups", files={"file": ("a.pptx", data)})
    assert (sent.status_code, sent.json()["state"]) == (202, "waiting")
    where = f"{api}/check-ups/{sent.json()['id']}"
    assert browser.get(f"{where}/file").status_code == 409
    settle_quick(wiring)
    (slide,) = browser.get(where).json()["slides"]
    assert (slide["state"], slide["page"], slide["can_swap"]) == ("older", 3, True)
    assert "当天出账" in texts(browser.get(f"{where}/file").content)[0]
    assert browser.get(f"{api}/check-ups").json()["total"] == 1
    assert browser.delete(where).status_code == 204
    assert browser.delete(f"{api}/basket").status_code == 204
