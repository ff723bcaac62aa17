"""The trash, and changing several assets at once, as pages."""

import re

import pytest

from hub import assets, requirements, toolkits
from tests.cast import draft, on_offer


def test_what_was_thrown_away_is_listed_and_brought_back(client, cast, wiring):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "园区方案")
        kit = toolkits.create(
            session, toolkits.Fields(title="园区包", product="lite", tier="transactional"), by=cast.ting
        )
        wish = requirements.create(session, requirements.Fields(title="分时电价"), by=cast.jun)
        assets.trash(session, asset, by=cast.ting)
        toolkits.trash(session, kit, by=cast.ting)
        requirements.trash(session, wish, by=cast.jun)
        ids = {"asset": asset.id, "toolkit": kit.id, "requirement": wish.id}
    browser = client(cast.ada)

    listed = browser.get("/trash").text
    assert all(title in listed for title in ("园区方案", "园区包", "分时电价"))
    for thing, number in ids.items():
        assert browser.post(f"/trash/{thing}/{number}/restore").status_code == 200
        assert browser.post(f"/trash/{thing}/{number}/restore").status_code == 404

    assert "回收站是空的" in browser.get("/trash").text
    with wiring.database.read() as session:
        assert assets.get(session, asset.id, cast.lin).deleted_at is None


def test_a_seller_sees_only_their_own_in_the_trash(client, cast, wiring):
    with wiring.database.write() as session:
        mine = session.get_one(assets.Asset, draft(session, cast.lin, "林的草稿").asset_id)
        other = on_offer(session, cast, "别人的方案")
        assets.trash(session, mine, by=cast.lin)
        assets.trash(session, other, by=cast.ting)

    listed = client(cast.lin).get("/trash").text
    assert "林的草稿" in listed
    assert "别人的方案" not in listed
    assert client(cast.lin).post(f"/trash/asset/{other.id}/restore").status_code == 404


def test_only_administrators_delete_for_good(client, cast, wiring):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "园区方案")
        assets.trash(session, asset, by=cast.ting)

    assert "/purge" not in client(cast.ting).get("/trash").text
    assert client(cast.ting).post(f"/trash/asset/{asset.id}/purge").status_code == 403
    assert "/purge" in client(cast.ada).get("/trash").text
    assert client(cast.ada).post(f"/trash/asset/{asset.id}/purge").status_code == 200
    with wiring.database.read() as session:
        assert session.get(assets.Asset, asset.id) is None


@pytest.mark.parametrize("path", ["/trash", "/assets"])
def test_a_stranger_is_sent_to_the_door(client, cast, path):
    assert client().get(path).url.path == "/sign-in"


def test_several_assets_are_tagged_and_the_note_undoes_it(client, cast, wiring):
    with wiring.database.write() as session:
        ids = [on_offer(session, cast, t).id for t in ("甲方案", "乙方案")]
    browser = client(cast.min)

    answer = browser.post(
        "/assets/bulk",
        data={
            "ids": [str(i) for i in ids],
            "act": "tag",
            "value": "industry:steel",
            "back": "/assets?queue=all",
        },
    )
    assert "改了 2 份素材" in answer.text
    with wiring.database.read() as session:
        assert all("steel" in assets.tags(session, [i])[i]["industry"] for i in ids)
    undo = re.search(r'action="(/assets/bulk/\d+/undo)"', answer.text).group(1)
    assert client(cast.lin).post(undo).status_code == 404
    assert "恢复了 2 份素材" in browser.post(undo).text

    with wiring.database.read() as session:
        assert all("steel" not in assets.tags(session, [i])[i]["industry"] for i in ids)
    assert browser.post(undo).status_code == 409


def test_several_assets_get_an_owner_a_free_tag_and_a_kit(client, cast, wiring):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "甲方案")
        kit = toolkits.create(
            session, toolkits.Fields(title="包", product="energy", tier="enterprise"), by=cast.ting
        )
        number, slug, kit_id = asset.id, kit.slug, kit.id
    browser = client(cast.ting)

    for form in (
        {"act": "owner", "owner": str(cast.min.id)},
        {"act": "tag", "free": "年会"},
        {"act": "kit", "kit": slug},
    ):
        assert "改了 1 份素材" in browser.post("/assets/bulk", data={"ids": str(number), **form}).text

    with wiring.database.read() as session:
        asset = session.get_one(assets.Asset, number)
        assert asset.owner_id == cast.min.id
        assert assets.tags(session, [number])[number]["tag"] == ["年会"]
        found = toolkits.by_id(session, kit_id, cast.ting)
        assert [p.asset_id for p in toolkits.pins_of(session, found)] == [number]


@pytest.mark.parametrize(
    "form",
    [{}, {"act": "tag"}, {"act": "owner"}, {"act": "nope"}, {"act": "tag", "value": "tag:x", "ids": ""}],
)
def test_an_unfinished_choice_is_refused_with_a_sentence(client, cast, wiring, form):
    with wiring.database.write() as session:
        number = on_offer(session, cast).id

    answer = client(cast.ting).post("/assets/bulk", data={"ids": str(number), **form})

    assert answer.status_code == 400
    assert "请" in answer.text


def test_the_way_back_stays_on_the_lists(client, cast, wiring):
    with wiring.database.write() as session:
        number = on_offer(session, cast).id
    form = {"ids": str(number), "act": "tag", "free": "x", "back": "https://evil.example/"}

    answer = client(cast.ting).post("/assets/bulk", data=form, follow_redirects=False)

    assert answer.headers["location"] == "/assets"


def test_what_one_may_edit_is_listed_and_narrowed_by_title(client, cast, wiring):
    with wiring.database.write() as session:
        on_offer(session, cast, "园区节能方案")
        on_offer(session, cast, "钢铁报价")

    marketer, seller = client(cast.min), client(cast.lin)

    assert "钢铁报价" in marketer.get("/assets?queue=all").text
    assert "钢铁报价" not in marketer.get("/assets?queue=all&q=节能").text
    assert "园区节能方案" not in seller.get("/assets?queue=all").text
