"""Comments, comparing, days and reading on the pages of an asset, as a browser without scripts uses them."""

import pytest

from hub import assets
from tests.cast import draft, on_offer
from tests.hidden import a_deck


@pytest.fixture
def two(wiring, cast):
    """(asset, older, newer): two Markdown versions, the newer on offer."""
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "节能方案", text="# 方案\n\n下降 12.8%。")
        older = asset.on_offer_id
        made = assets.add_version(session, asset, assets.Content(text="# 方案\n\n下降 13.1%。"), by=cast.ting)
        assets.submit(session, made, by=cast.ting)
        assets.approve(session, made, by=cast.min)
        return asset.id, older, made.id


def test_two_versions_stand_side_by_side_with_what_changed_marked(client, cast, two):
    asset, older, newer = two
    page = client(cast.ting).get(f"/assets/{asset}/compare?before={older}&after={newer}").text

    assert "<del>12.8%</del>" in page
    assert "<ins>13.1%</ins>" in page
    assert "改了 1 处" in page
    assert f"/assets/{asset}/compare" in client(cast.ting).get(f"/assets/{asset}?tab=versions").text


def test_texts_are_compared_as_they_are_read_and_signs_show_only_where_nothing_else_changed(
    client, cast, wiring
):
    before = "## 做法\n\n先看账。\n\n| 项 | 数 |\n|---|---|\n| 电 | **37** 万度 |\n\n停电吗"
    after = "## 做法\n\n先看账。\n\n| 项 | 数 |\n|---|---|\n| 电 | **36** 万度 |\n\n## 停电吗\n\n| 新 | 表 |\n|---|---|"
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "节能方案", text=before)
        assets.add_version(session, asset, assets.Content(text=after), by=cast.ting)
        number = asset.id

    page = client(cast.ting).get(f"/assets/{number}/compare").text

    assert "电 · <del>37</del> 万度" in page
    assert "电 · <ins>36</ins> 万度" in page
    assert "<ins>## </ins>停电吗" in page
    assert "新 · 表" in page
    assert "---" not in page.partition("q-cmp")[2]


def test_a_seller_compares_nothing_that_is_not_on_offer(client, cast, two):
    asset, older, newer = two
    browser = client(cast.lin)

    assert browser.get(f"/assets/{asset}/compare?before={older}&after={newer}").status_code == 404
    assert browser.get(f"/assets/{asset}/compare").status_code == 404


def test_decks_stand_slide_by_slide(client, cast, wiring):
    with wiring.database.write() as session:
        first = assets.create(
            session, assets.Fields(title="胶片", kind="solution"), a_deck(wiring, "旧的"), by=cast.ting
        )
        asset = session.get_one(assets.Asset, first.asset_id)
        second = assets.add_version(session, asset, a_deck(wiring, "新的一页"), by=cast.ting)
        ids = (asset.id, first.id, second.id)

    page = client(cast.ting).get(f"/assets/{ids[0]}/compare?before={ids[1]}&after={ids[2]}").text

    assert page.count("q-cmp-same") == 1
    assert "新的一页" in page
    assert "q-cmp-added" in page or "q-cmp-changed" in page


def test_a_comment_is_written_read_and_taken_back(client, cast, two):
    asset, _older, newer = two
    seller = client(cast.lin)

    said = seller.post(f"/assets/{asset}/comments", data={"version": newer, "text": "这一段客户看不懂"}).text
    assert "这一段客户看不懂" in said
    assert "这一段客户看不懂" in client(cast.ting).get(f"/assets/{asset}?tab=comments").text
    assert "这一段客户看不懂" not in client(cast.zhou).get(f"/assets/{asset}?tab=comments").text
    assert client(cast.zhou).post(f"/assets/{asset}/comments/1/drop").status_code == 404
    assert "意见已收回" in seller.post(f"/assets/{asset}/comments/1/drop").text


def test_a_day_is_set_and_shown(client, cast, wiring):
    with wiring.database.write() as session:
        version = draft(session, cast.ting)
    browser = client(cast.ting)
    where = f"/assets/{version.asset_id}/schedule"

    done = browser.post(where, data={"version": version.id, "publish_on": "2099-01-02"}).text
    wrong = browser.post(where, data={"version": version.id, "publish_on": "下周"})

    assert 'value="2099-01-02"' in done
    assert wrong.status_code == 400


def test_who_is_asked_to_read_sees_it_on_the_front_page_and_confirms(client, cast, two):
    asset = two[0]
    marketer, seller = client(cast.ting), client(cast.lin)

    asked = marketer.post(f"/assets/{asset}/reading", data={"roles": "seller", "note": "换了数字"}).text
    assert "0 / 2" in asked
    assert "请您读一遍" in seller.get("/").text
    assert "换了数字" in seller.get(f"/assets/{asset}").text
    assert "谢谢，记下了" in seller.post(f"/assets/{asset}/confirm-read").text
    assert "请您读一遍" not in seller.get("/").text
    assert "1 / 2" in marketer.get(f"/assets/{asset}?tab=reading").text
    assert "周强" not in seller.get(f"/assets/{asset}?tab=reading").text


def test_an_administrator_hands_over_what_somebody_leaves(client, cast, two):
    browser = client(cast.ada)

    assert "名下有 1 份素材" in browser.get(f"/people/{cast.ting.id}").text
    done = browser.post(f"/people/{cast.ting.id}/hand-over", data={"to": cast.min.id}).text
    assert "转交了 1 份素材" in done


def test_ticked_assets_are_still_right_in_one_go(client, cast, two):
    form = {"act": "still_right", "ids": two[0], "back": "/assets?queue=due"}

    assert "改了 1 份素材" in client(cast.ting).post("/assets/bulk", data=form).text
