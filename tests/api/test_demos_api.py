"""REST of demo accounts: made, changed and taken away by those who keep them, hidden with their product."""

import pytest

from hub import accounts, demos, taxonomy
from tests.api.callers import Caller

SAID = {
    "title": "园区演示", "product": "energy", "address": "https://demo.example", "login": "guest",
    "secret": "open-sesame", "script": "# 先看总览", "reset_note": "点还原", "expires_on": "2099-12-31",
}  # fmt: skip


@pytest.fixture
def ting(wiring, cast):
    return Caller(wiring, cast.ting)


@pytest.fixture
def lin(wiring, cast):
    return Caller(wiring, cast.lin)


def test_an_account_is_made_changed_and_taken_away_by_rest(wiring, cast, ting, lin):
    made = ting.post("/demos", json=SAID)
    assert made.status_code == 201, made.text
    whole = made.json()
    path = f"/demos/{whole['id']}"
    assert {k: whole[k] for k in SAID if k != "secret"} == {k: v for k, v in SAID.items() if k != "secret"}
    assert (whole["has_secret"], whole["owner"], "open-sesame" in made.text) == (True, "李婷", False)

    changed = ting.patch(
        path, json={"edition": whole["edition"], "login": "visitor", "owner_id": cast.lin.id}
    )
    assert changed.json() == {
        **whole, "login": "visitor", "owner_id": cast.lin.id, "owner": "林晓", "edition": whole["edition"] + 1,
    }  # fmt: skip
    late = ting.patch(path, json={"edition": whole["edition"], "login": "x"})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "conflict")
    ended = lin.patch(path, json={"edition": changed.json()["edition"], "expires_on": None, "product": ""})
    assert (ended.json()["expires_on"], ended.json()["product"]) == (None, None)
    assert lin.post(f"{path}/secret").json() == {"secret": "open-sesame"}

    assert ting.delete(path).status_code == 204
    assert (lin.get(path).status_code, lin.get("/demos").json()["total"]) == (404, 0)
    with wiring.database.read() as session:
        assert session.get(demos.DemoAccount, whole["id"]).secret == ""


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"title": " "}, 400), ({"address": "javascript:alert(1)"}, 400), ({"product": "none"}, 404),
        ({"owner_id": 9_999}, 404), ({"asset_id": 9_999}, 404), ({"expires_on": "soon"}, 422), ({"adress": "x"}, 422),
    ],
)  # fmt: skip
def test_what_cannot_be_said_of_an_account_is_refused_and_nothing_is_kept(ting, said, status):
    assert ting.post("/demos", json={**SAID, **said}).status_code == status
    assert ting.get("/demos").json()["total"] == 0


def test_a_seller_makes_changes_and_takes_away_none_of_others(ting, lin):
    made = ting.post("/demos", json=SAID).json()
    path = f"/demos/{made['id']}"

    assert lin.post("/demos", json=SAID).status_code == 403
    assert lin.patch(path, json={"edition": made["edition"], "login": "x"}).status_code == 403
    assert lin.delete(path).status_code == 403
    assert lin.get(path).json() == made


def test_an_account_of_a_hidden_product_is_not_there_to_change_or_name(wiring, cast, ting, lin):
    number = ting.post("/demos", json={**SAID, "product": "lite", "owner_id": cast.lin.id}).json()["id"]
    with wiring.database.write() as session:
        secret = taxonomy.product(session, "lite")
        secret.restricted = True
        session.add(secret)
        north = accounts.team_by_key(session, "north")
        accounts.restrict(session, "product", secret.id, teams=[north.id])
        taxonomy.changed(session)

    hidden = (
        lin.get(f"/demos/{number}"),
        lin.patch(f"/demos/{number}", json={"edition": 1, "title": "x"}),
        lin.delete(f"/demos/{number}"),
    )
    nothing = lin.get("/demos/9999").json()
    assert [(a.status_code, a.json()) for a in hidden] == [(404, nothing)] * 3
    assert lin.get("/demos").json()["total"] == 0
    assert Caller(wiring, cast.zhou).get(f"/demos/{number}").json()["product"] == "lite"
