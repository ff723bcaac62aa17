"""The pages of toolkits, as a browser without scripts uses them."""

import io
import zipfile

import pytest
from sqlmodel import select

from hub import accounts, toolkits
from hub.activity import Activity
from tests.cast import on_offer, settle


@pytest.fixture
def kit(wiring, cast) -> str:
    """The slug of a published kit with a solution, a question, and a solution that only team east may see."""
    with wiring.database.write() as session:
        on_offer(session, cast, "园区节能方案")
        on_offer(session, cast, "要停电吗？", kind="faq", text="不用，**一台约半小时**。")
        east = accounts.team_by_key(session, "east")
        on_offer(session, cast, "未公开方案", restricted_to=([east.id], []))
        made = toolkits.create(
            session,
            toolkits.Fields(
                title="能碳 · 园区", product="energy", industry="park", rules=[{"product": "energy"}]
            ),
            by=cast.ting,
            slug="energy-park",
        )
        toolkits.publish(session, made, by=cast.ting)
        return made.slug


def test_a_seller_finds_the_kit_on_the_shelf_and_opens_it(client, cast, kit):
    browser = client(cast.zhou)

    shelf = browser.get("/toolkits").text
    page = browser.get(f"/toolkits/{kit}").text

    assert "能碳 · 园区" in shelf
    assert "2 件" in shelf
    assert "园区节能方案" in page
    assert "不用，一台约半小时。" in page
    assert "33%" in page
    assert "还差" in page
    assert "未公开方案" not in shelf + page


def test_the_shelf_narrows_by_tier_product_and_industry(client, cast, kit):
    browser = client(cast.zhou)

    assert "能碳 · 园区" in browser.get("/toolkits?tier=enterprise&product=energy&industry=park").text
    for other in ("tier=transactional", "product=lite", "industry=steel"):
        assert "能碳 · 园区" not in browser.get(f"/toolkits?{other}").text
    assert browser.get("/toolkits?state=draft&sort=gaps&page=99999999").status_code == 200


def test_a_seller_is_offered_no_editing_and_refused_it(client, cast, kit):
    browser = client(cast.zhou)

    assert f"/toolkits/{kit}/edit" not in browser.get(f"/toolkits/{kit}").text
    for url in ("/toolkits/new", f"/toolkits/{kit}/edit", f"/toolkits/{kit}/members"):
        assert browser.get(url).status_code == 403
    for act in ("publish", "unpublish", "archive", "trash", "restore", "edit"):
        assert (
            browser.post(f"/toolkits/{kit}/{act}", data={"title": "x", "product": "energy"}).status_code
            == 403
        )
    assert browser.post(f"/toolkits/{kit}/members", data={"act": "pin", "asset": 1}).status_code == 403
    assert browser.post("/toolkits/new", data={"title": "x", "product": "energy"}).status_code == 403


def test_a_stranger_is_sent_to_the_door(client, kit):
    assert "/sign-in" in str(client().get(f"/toolkits/{kit}").url)


def test_an_editor_makes_a_kit_adds_a_member_and_publishes_it(wiring, client, cast, kit):
    settle(wiring)
    browser = client(cast.ting)
    made = browser.post(
        "/toolkits/new",
        data={"title": "轻量版 · 钢铁", "product": "lite", "industry": "steel", "rules": "2"},
    )
    assert "轻量版 · 钢铁" in made.text
    base = str(made.url).removesuffix("/members")

    refused = browser.post(f"{base}/publish").text
    assert "还是空的" in refused
    found = browser.get(f"{base}/members?q=园区节能").text
    assert "园区节能方案" in found
    browser.post(f"{base}/members", data={"act": "pin", "asset": "1"})
    assert "上架了" in browser.post(f"{base}/publish").text
    assert "轻量版 · 钢铁" in client(cast.zhou).get("/toolkits").text


def test_rules_of_the_form_are_kept_and_a_wrong_one_keeps_what_was_typed(wiring, client, cast, kit):
    browser = client(cast.ting)
    form = {
        "title": "改过的名字",
        "product": "energy",
        "rules": "1",
        "rule0-kind": "faq",
        "rule0-newest": "3",
    }
    with wiring.database.read() as session:
        form["edition"] = str(toolkits.by_slug(session, kit).edition)

    wrong = browser.post(f"/toolkits/{kit}/edit", data={**form, "rule0-newest": "9999"})
    assert wrong.status_code == 400
    assert "改过的名字" in wrong.text
    assert "最新几份" in wrong.text

    assert "改好了" in browser.post(f"/toolkits/{kit}/edit", data=form).text
    with wiring.database.read() as session:
        assert toolkits.by_slug(session, kit).rules == [{"kind": ["faq"], "newest": 3}]
    stale = browser.post(f"/toolkits/{kit}/edit", data=form)
    assert stale.status_code == 409
    assert "别人刚改过" in stale.text


def test_the_trash_offers_undo(client, cast, kit):
    browser = client(cast.ting)

    assert f"/toolkits/{kit}/restore" in browser.post(f"/toolkits/{kit}/trash").text
    assert browser.get(f"/toolkits/{kit}").status_code == 404
    assert "恢复了" in browser.post(f"/toolkits/{kit}/restore").text


def test_the_zip_comes_with_a_good_name_and_is_noted_before_it_leaves(wiring, client, cast, kit):
    answer = client(cast.zhou).get(f"/toolkits/{kit}/zip")

    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert not any("未公开方案" in name for name in archive.namelist())
    assert "filename*=UTF-8''%E8%83%BD" in answer.headers["content-disposition"]
    with wiring.database.read() as session:
        noted = session.exec(select(Activity).where(Activity.verb == "download")).one()
        assert (noted.thing, noted.person_id) == ("toolkit", cast.zhou.id)


def test_a_hidden_kit_is_not_there(wiring, client, cast, kit):
    with wiring.database.write() as session:
        toolkits.archive(session, toolkits.by_slug(session, kit), by=cast.ting)

    for url in (f"/toolkits/{kit}", f"/toolkits/{kit}/zip"):
        assert client(cast.zhou).get(url).status_code == 404
    assert "能碳 · 园区" in client(cast.ting).get("/toolkits?state=archived").text
