"""What goes wrong in publishing: one sentence with the way out, the same by page and by REST, and nothing is lost."""

import re

import pytest

from hub import assets, facts, sharing, toolkits
from tests.api.callers import Caller
from tests.cast import draft, on_offer

TEXT = "可用率 {{ facts.sla }}。"
MANY = 500


@pytest.fixture
def ting(wiring, cast):
    return Caller(wiring, cast.ting)


def said(answer):
    return answer.json()["error"]["message"]


def test_nobody_approves_what_they_uploaded(wiring, cast, client, ting):
    with wiring.database.write() as session:
        version = draft(session, cast.ting)
        assets.submit(session, version, by=cast.ting)

    page = client(cast.ting).post(f"/assets/{version.asset_id}/approve", data={"version": version.id})
    rest = ting.post(f"/assets/{version.asset_id}/versions/1/approve")

    assert (page.status_code, rest.status_code) == (403, 403)
    assert "请另一位同事来审" in page.text
    assert "请另一位同事来审" in said(rest)
    with wiring.database.read() as session:
        assert session.get_one(assets.Version, version.id).state == "in_review"


def test_the_second_of_two_marketers_is_told_and_keeps_every_word(wiring, cast, client):
    with wiring.database.write() as session:
        version = draft(session, cast.ting, "同一份")
        edition = session.get_one(assets.Asset, version.asset_id).edition
    path = f"/assets/{version.asset_id}/edit"
    seen = {"edition": edition, "version": version.id, "version_edition": version.edition, "kind": "solution"}
    first = client(cast.ting).post(path, data={**seen, "title": "同一份", "text": "甲的一段"})
    second = client(cast.min)

    late = second.post(path, data={**seen, "title": "乙的标题", "text": "乙的一段", "industry": "park"})
    rest = Caller(wiring, cast.min).patch(
        path.removesuffix("/edit"), json={"edition": edition, "title": "乙"}
    )

    assert (first.status_code, late.status_code, rest.status_code) == (200, 409, 409)
    assert all(word in late.text for word in ("乙的一段", "乙的标题", "另开一页看现在的内容"))
    assert "别人刚改过" in said(rest)
    with wiring.database.read() as session:
        assert session.get_one(assets.Version, version.id).text == "甲的一段"
    again = {n: re.search(f'name="{n}" value="(\\d+)"', late.text)[1] for n in ("edition", "version_edition")}
    assert (
        second.post(path, data={**seen, **again, "title": "乙的标题", "text": "乙的一段"}).status_code == 200
    )
    with wiring.database.read() as session:
        assert session.get_one(assets.Version, version.id).text == "乙的一段"


def test_a_rule_that_means_everything_is_refused_and_one_that_brings_nothing_makes_no_shelf(
    client, cast, ting
):
    kit = {"title": "能碳", "product": "energy"}

    everything = ting.post("/toolkits", json={**kit, "rules": [{"kind": [], "tags": []}]})
    nothing = ting.post("/toolkits", json={**kit, "rules": [{"kind": ["faq"], "tags": ["没有人用"]}]})
    slug = nothing.json()["slug"]
    empty = ting.post(f"/toolkits/{slug}/state", json={"state": "published"})
    page = client(cast.ting).post(f"/toolkits/{slug}/publish")

    assert (everything.status_code, nothing.status_code) == (400, 201)
    assert "整个库" in said(everything)
    assert (empty.status_code, page.status_code) == (
        409,
        200,
    )  # the page stays where one was, with the sentence
    assert "还是空的" in said(empty)
    assert "还是空的" in page.text


def test_a_source_without_its_sections_says_what_it_lacks(wiring, cast, client, ting):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, text="一句话，没有分节。")

    page = client(cast.ting).post(f"/assets/{asset.id}/forms", data={"form": "word"})
    rest = ting.post(f"/assets/{asset.id}/forms", json={"forms": ["word"]})

    assert (page.status_code, rest.status_code) == (400, 400)
    assert "还缺这几节" in page.text
    assert "还缺这几节" in said(rest)


@pytest.fixture
def many(wiring, cast):
    """Five hundred texts on offer of one product, each of which names a fact; a kit whose rule brings them, a link."""
    with wiring.database.write() as session:
        fact = facts.Fields(key="sla", name="可用率", value="99.9", unit="%", audience="customer")
        facts.create(session, fact, by=cast.ting)
        for n in range(MANY):
            fields = assets.Fields(
                title=f"方案 {n}", kind="solution", audience="customer", tags={"product": ["lite"]}
            )
            with assets.touched_once(session):
                version = assets.create(session, fields, assets.Content(text=TEXT), by=cast.ting)
                assets.put_on_offer(session, version)
        rules = [{"product": "lite"}]
        fields = toolkits.Fields(title="轻量版", product="lite", rules=rules)
        kit = toolkits.create(session, fields, by=cast.ting, slug="lite")
        toolkits.publish(session, kit, by=cast.ting)
        share = sharing.create(
            session,
            [sharing.Wanted("toolkit", kit.id)],
            sharing.Fields(),
            key=wiring.settings.key(),
            by=cast.lin,
        )
        return sharing.address(share, wiring.settings.key())


def test_a_kit_of_five_hundred_and_a_fact_in_as_many_places_are_shown_whole(wiring, cast, client, ting, many):
    page = client(cast.lin).get("/toolkits/lite")
    places = ting.get("/facts/1/places", params={"limit": 200})
    browser = client(cast.ting)

    assert (page.status_code, "500" in page.text) == (200, True)
    assert ting.get("/toolkits/lite").status_code == 200
    assert client().get(many).status_code == 200
    assert (len(places.json()["items"]), places.json()["total"]) == (200, MANY)
    assert ting.patch("/facts/1", json={"edition": 1, "value": "99.95"}).status_code == 200
    change = ting.get("/facts/1/changes").json()["items"][0]["id"]
    shown = browser.get(f"/facts/1/places?change={change}&page=2")
    assert shown.status_code == 200
    assert "500" in shown.text
