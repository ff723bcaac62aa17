"""Words of what is hidden from somebody never reach them over REST: not in search, lists, counts or by address."""

import pytest

from hub import accounts, assets, taxonomy
from tests.api.callers import Caller
from tests.cast import draft, on_offer, settle

CANARY = "金丝雀啾鸣"


@pytest.fixture
def hub(wiring, cast):
    """Five assets that speak of the canary; Lin may know of none of them."""
    with wiring.database.write() as session:
        north = accounts.team_by_key(session, "north")
        text = f"# {CANARY}\n\n{CANARY}的内容"
        draft(session, cast.ting, f"草稿{CANARY}", text=text, tags={"tag": [CANARY]})
        on_offer(
            session,
            cast,
            f"限北区{CANARY}",
            text=text,
            restricted_to=([north.id], []),
            tags={"tag": [CANARY]},
        )
        trashed = on_offer(session, cast, f"已删{CANARY}", text=text)
        assets.trash(session, trashed, by=cast.ting)
        withdrawn = on_offer(session, cast, f"停用{CANARY}", text=text)
        version = session.get_one(assets.Version, withdrawn.on_offer_id)
        assets.withdraw(session, version, reason=CANARY, by=cast.ting)
        secret = taxonomy.product(session, "lite")
        secret.restricted = True
        session.add(secret)
        accounts.restrict(session, "product", secret.id, teams=[north.id])
        taxonomy.changed(session)
        on_offer(session, cast, f"秘密产品{CANARY}", text=text, tags={"product": ["lite"]})
        newer = on_offer(session, cast, "人人可见")
        assets.add_version(session, newer, assets.Content(text=text), note=CANARY, by=cast.ting)
    settle(wiring)
    return wiring


LISTS = (
    "/assets",
    "/search?q=",
    f"/search?q={CANARY}",
    "/toolkits?state=",
    "/requirements",
    "/requests?which=all",
)


def test_no_list_says_a_word_of_it_or_counts_it(hub, cast):
    lin = Caller(hub, cast.lin)
    for path in LISTS:
        answer = lin.get(path, params={"limit": 200} if "?" not in path else None)

        assert (answer.status_code, CANARY in answer.text) == (200, False), path
        said = answer.json()
        assert said["total"] == len(said.get("items", said.get("hits", []))), path
        assert all("lite" not in counts for counts in said.get("facets", {}).values()), path


def test_every_address_of_it_answers_as_if_it_were_not_there(hub, cast):
    lin, ada = Caller(hub, cast.lin), Caller(hub, cast.ada)
    known = {i["id"] for i in lin.get("/assets").json()["items"]}
    with hub.database.read() as session:
        every = range(1, assets.find(session, accounts.SYSTEM)[1] + 2)
    nothing = lin.get("/assets/9999").json()

    for asset_id in every:
        for path in (
            "",
            "/versions",
            "/versions/1",
            "/versions/1/pages",
            "/versions/1/file",
            "/versions/2/file",
        ):
            answer = lin.get(f"/assets/{asset_id}{path}")
            assert CANARY not in answer.text, path
            if asset_id not in known:
                assert (answer.status_code, answer.json() == nothing) == (404, True), (asset_id, path)

    assert len(known) == 1
    assert ada.get(f"/search?q={CANARY}").json()["total"] >= 4


def test_changing_it_answers_as_if_it_were_not_there(hub, cast):
    lin = Caller(hub, cast.lin)
    nothing = lin.get("/assets/9999").json()

    for asset_id in (1, 2, 4, 5):
        for answer in (
            lin.patch(f"/assets/{asset_id}", json={"edition": 1, "title": "x"}),
            lin.delete(f"/assets/{asset_id}"),
            lin.post(f"/assets/{asset_id}/versions", json={"text": "x"}),
            lin.post(f"/assets/{asset_id}/versions/1/approve"),
            lin.post(f"/assets/{asset_id}/still-right"),
        ):
            assert (answer.status_code, answer.json()) == (404, nothing)


def test_the_team_it_is_open_to_finds_it(hub, cast):
    zhou = Caller(hub, cast.zhou)

    titles = {i["title"] for i in zhou.get("/assets").json()["items"]}

    assert titles == {f"限北区{CANARY}", f"秘密产品{CANARY}", "人人可见"}
    assert zhou.get(f"/search?q={CANARY}").json()["total"] == 2
