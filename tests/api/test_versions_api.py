"""REST of two versions compared."""

from hub import assets
from tests.api.callers import Caller
from tests.cast import on_offer
from tests.hidden import a_deck


def test_two_texts_are_compared_by_paragraph_for_those_who_see_both(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "节能方案", text="# 方案\n\n下降 12.8%。\n\n不变。")
        text = "# 方案\n\n下降 13.1%。\n\n不变。\n\n新加一段。"
        assets.add_version(session, asset, assets.Content(text=text), by=cast.ting)
        path = f"/assets/{asset.id}/versions"
    ting, lin = Caller(wiring, cast.ting), Caller(wiring, cast.lin)

    found = ting.get(f"{path}/2/comparison").json()
    assert (found["before"], found["after"], found["by"]) == (1, 2, "paragraph")
    assert found["counts"] == {"same": 2, "changed": 1, "added": 1}
    assert [(i["before"], i["after"]) for i in found["items"] if i["state"] == "changed"] == [
        ("下降 12.8%。", "下降 13.1%。")
    ]
    assert ting.get(f"{path}/1/comparison?before=2").json()["counts"] == {
        "same": 2,
        "changed": 1,
        "removed": 1,
    }
    assert ting.get(f"{path}/1/comparison").status_code == 404
    for hidden in (f"{path}/2/comparison", f"{path}/1/comparison?before=2"):
        answer = lin.get(hidden)
        assert (answer.status_code, "13.1" in answer.text) == (404, False)


def test_two_decks_are_compared_slide_by_slide(wiring, cast):
    with wiring.database.write() as session:
        said = assets.Fields(title="胶片", kind="solution")
        first = assets.create(session, said, a_deck(wiring, "旧的"), by=cast.ting)
        asset = session.get_one(assets.Asset, first.asset_id)
        assets.add_version(session, asset, a_deck(wiring, "新的一页"), by=cast.ting)
        path = f"/assets/{asset.id}/versions/2/comparison"

    found = Caller(wiring, cast.ting).get(path).json()

    assert (found["by"], found["items"][0]["state"], found["items"][0]["after_number"]) == (
        "slide",
        "same",
        1,
    )
    assert "新的一页" in str([i["after"] for i in found["items"] if i["state"] != "same"])
