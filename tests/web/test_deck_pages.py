"""The pages of pitch decks, as a browser without scripts uses them."""

import pytest
from sqlmodel import select

from hub import assets, decks
from hub.activity import Activity
from tests.domains.deck_house import ANSWERS, MANIFEST, TEMPLATE, add_deck, add_kit, add_template, pptx, texts


@pytest.fixture
def template(wiring, cast) -> int:
    """The id of a template on offer, beside a published kit `energy-park`."""
    with wiring.database.write() as session:
        add_kit(session, wiring, cast)
        return add_template(session, wiring, cast.ting).id


@pytest.fixture
def deck(wiring, cast, template) -> int:
    """A planned deck of Lin's."""
    from hub import toolkits

    with wiring.database.write() as session:
        kit = toolkits.get(session, "energy-park", cast.lin)
        return decks.start(session, decks.template(session, template), kit, ANSWERS, by=cast.lin).id


def test_a_seller_answers_the_questions_makes_the_deck_and_downloads_it(wiring, client, cast, template):
    browser = client(cast.lin)

    assert "能碳 · 园区" in browser.get("/decks/new").text
    form = browser.get("/decks/new?toolkit=energy-park").text
    assert "客户名称" in form
    assert 'list="customers"' in form
    started = browser.post(
        "/decks", data={"toolkit": "energy-park", "template": template, **ANSWERS, "bill": "920 万"}
    )
    assert "园区方案：峰段电费" in started.text
    url = str(started.url).split("?")[0]
    assert "正在生成" in browser.post(f"{url}/make").text
    part = browser.get(f"{url}/progress", headers={"hx-target": "status"}).text
    assert "5%" in part or "0%" in part
    assert '<span hx-swap-oob="innerHTML:#state">' in part
    with wiring.database.read() as session:
        found = decks.mine(session, cast.lin)[0]
    decks.make_deck(wiring.database, wiring.blobs, wiring.settings, found.id, found.edition)

    whole = browser.get(url).text
    assert "下载 PPTX" in whole
    assert "hx-swap-oob" not in whole
    answer = browser.get(f"{url}/file")

    said = texts(answer.content)
    assert "华辰电子产业园" in said[0]
    assert "920 万元" in said[-1]
    assert "filename*=UTF-8''%E5%8D%8E%E8%BE%B0" in answer.headers["content-disposition"]
    with wiring.database.read() as session:
        noted = session.exec(select(Activity).where(Activity.verb == "download")).one()
        assert (noted.thing, noted.thing_id, noted.person_id) == ("deck", found.id, cast.lin.id)


def test_a_brief_with_something_missing_is_kept_and_says_what(client, cast, template):
    browser = client(cast.lin)

    page = browser.post(
        "/decks",
        data={"toolkit": "energy-park", "template": template, "customer.name": "华辰", "bill": "很多"},
    )

    assert 'value="华辰"' in page.text
    assert 'value="很多"' in page.text
    assert "这里要填数字" in page.text
    url = str(page.url).split("?")[0]
    assert "简报还差：难处、年电费" in browser.post(f"{url}/make").text
    fixed = browser.post(f"{url}/brief", data={**ANSWERS, "bill": "43 万"})
    assert 'value="430000"' in fixed.text
    assert "这里要填数字" not in fixed.text


def test_slides_are_moved_left_out_and_taken_back_with_buttons(wiring, client, cast, deck):
    browser = client(cast.lin)

    def keys() -> list[str]:
        with wiring.database.read() as session:
            return [e["key"] for e in decks.kept(decks.get(session, deck, cast.lin).plan)]

    before = keys()
    browser.post(f"/decks/{deck}/slides", data={"act": f"up:{before[3]}"})
    assert keys() == [*before[:2], before[3], before[2], *before[4:]]
    assert "不放了" in browser.post(f"/decks/{deck}/slides", data={"act": "drop:t1"}).text
    assert "t1" not in keys()
    browser.post(f"/decks/{deck}/slides", data={"act": "keep:t1"})
    browser.post(f"/decks/{deck}/order", data={"order": before})
    assert keys() == before
    assert browser.post(f"/decks/{deck}/slides", data={"act": "drop:t0"}).status_code == 409
    assert browser.post(f"/decks/{deck}/slides", data={"act": "burn:t1"}).status_code == 400
    assert browser.post(f"/decks/{deck}/slides", data={"act": "up:gone"}).status_code == 404


def test_a_slide_of_the_library_is_found_and_added_and_internal_ones_are_not_offered(
    wiring, client, cast, deck
):
    settle_index(wiring)
    browser = client(cast.lin)

    page = browser.get(f"/decks/{deck}/pages?q=公司简介").text

    assert "公司简介" in page
    assert "内部方案" not in page
    with wiring.database.read() as session:
        asset = decks.get(session, deck, cast.lin).plan[2]["asset_id"]
    added = browser.post(f"/decks/{deck}/pages", data={"asset": asset, "page": 3})
    assert "加进来了" in added.text
    assert "加的页" in added.text


def settle_index(wiring) -> None:
    """The search index follows; pictures are left for later."""
    from hub import library

    library.rebuild_index(wiring.database, wiring.engine)


@pytest.mark.parametrize("who", ["zhou", "ting"])
def test_a_deck_is_not_there_for_others(client, cast, deck, who):
    browser = client(getattr(cast, who))

    assert "华辰" not in browser.get("/decks").text
    for url in ("", "/file", "/progress", "/pages", "/pictures/1"):
        assert browser.get(f"/decks/{deck}{url}").status_code == 404
    for url, data in (
        ("brief", ANSWERS),
        ("make", {}),
        ("plan", {}),
        ("slides", {"act": "drop:t1"}),
        ("order", {"order": ["t1"]}),
        ("pages", {"asset": 1, "page": 1}),
        ("trash", {}),
        ("restore", {}),
    ):
        assert browser.post(f"/decks/{deck}/{url}", data=data).status_code == 404


def test_a_stranger_is_sent_to_the_door(client, deck):
    for url in ("/decks", "/decks/new", f"/decks/{deck}", f"/decks/{deck}/file", "/templates"):
        assert "/sign-in" in str(client().get(url).url)


def test_the_trash_offers_undo(client, cast, deck):
    browser = client(cast.lin)

    assert f"/decks/{deck}/restore" in browser.post(f"/decks/{deck}/trash").text
    assert browser.get(f"/decks/{deck}").status_code == 404
    assert "恢复了" in browser.post(f"/decks/{deck}/restore").text


def test_a_marketer_brings_a_new_template_and_a_wrong_manifest_is_told_by_line(client, cast):
    browser = client(cast.ting)

    data = pptx(TEMPLATE)

    def upload(text: str):
        files = {"pptx": ("t.pptx", data), "manifest": ("manifest.yml", text.encode())}
        return browser.post("/templates", files=files)

    wrong = upload(MANIFEST.replace("slide: 4", "slide: 9"))
    assert wrong.status_code == 400
    assert "slides[5].slide" in wrong.text
    assert "新模板可以用了" in upload(MANIFEST).text
    assert "一模一样" in upload(MANIFEST).text
    assert "小模板" in client(cast.lin).get("/templates").text


def test_a_seller_may_look_at_templates_but_not_change_them(client, cast, template):
    browser = client(cast.lin)
    files = {"pptx": ("t.pptx", b"x"), "manifest": ("m.yml", b"x")}

    assert "上传模板" not in browser.get("/templates").text
    assert browser.post("/templates", files=files).status_code == 403
    assert browser.post(f"/templates/{template}/withdraw").status_code == 403


@pytest.mark.office
def test_pictures_of_the_made_slides_are_shown(wiring, client, cast, deck):
    browser = client(cast.lin)
    browser.post(f"/decks/{deck}/make")
    with wiring.database.read() as session:
        edition = decks.get(session, deck, cast.lin).edition
    decks.make_deck(wiring.database, wiring.blobs, wiring.settings, deck, edition)
    decks.preview_deck(wiring.database, wiring.blobs, wiring.renderer, deck)

    page = browser.get(f"/decks/{deck}")

    assert f"/decks/{deck}/pictures/1" in page.text
    picture = browser.get(f"/decks/{deck}/pictures/1")
    assert picture.headers["content-type"] == "image/webp"
    assert browser.get(f"/decks/{deck}/pictures/99").status_code == 404


def test_a_deck_keeps_its_pages_when_nothing_can_take_their_place_and_shows_no_broken_pictures(
    wiring, cast, client
):
    with wiring.database.write() as session:
        asset = add_deck(session, wiring, cast, "园区方案")
        decks.basket_add(session, asset.id, [4], by=cast.lin)
        deck = decks.basket_to_deck(session, "给华辰", "", by=cast.lin)
        edition = deck.edition
    decks.make_deck(wiring.database, wiring.blobs, wiring.settings, deck.id, edition)
    with wiring.database.write() as session:
        for slide in decks.slides_of(session, deck):
            slide.picture_sha = slide.thumb_sha = "0" * 64
            session.add(slide)
        version = session.get_one(assets.Version, asset.on_offer_id)
        assets.withdraw(session, version, reason="错了", by=cast.ting)
    seller = client(cast.lin)

    page = seller.get(f"/decks/{deck.id}").text
    assert "已不是在用的版本" in page
    assert f"/decks/{deck.id}/pictures/" not in page
    answer = seller.post(f"/decks/{deck.id}/update").text
    assert "一页也没有留下" in answer
    assert "园区方案：峰段电费" in answer
