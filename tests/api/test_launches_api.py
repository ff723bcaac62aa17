"""REST of launch plans."""

from datetime import date

from hub import accounts
from hub.accounts import SYSTEM
from tests.api.callers import Caller
from tests.domains.requirement_cast import brought_to, wanted


def test_a_plan_is_begun_signed_moved_and_judged_by_rest(wiring, cast):
    with wiring.database.write() as session:
        made = wanted(session, cast.jun, manager_id=cast.jun.id)
        brought_to(session, cast, made, "planned")
        person = accounts.add_person(
            session, email="bo@test.example", name="孙博", roles=["operations"], by=SYSTEM
        )
        bo, key = accounts.actor(session, person), made.key
    jun, operator, lin = (Caller(wiring, who) for who in (cast.jun, bo, cast.lin))

    begun = jun.post("/launches", json={"requirement": key, "owner_id": bo.id, "release_on": "2026-11-30"})
    assert (begun.status_code, begun.json()["released"], begun.json()["stage"]) == (
        201,
        "2026-11-30",
        "goals",
    )
    assert lin.post(f"/launches/{key}/goals", json={"title": "线索", "target": 1}).status_code == 403
    goal = {"title": "上线客户", "target": 30, "unit": "家", "after_days": 60}
    whole = jun.post(f"/launches/{key}/goals", json=goal).json()
    assert (whole["goals"][0]["due"], whole["stage"]) == ("2027-01-29", "sign")
    seen = {"edition": whole["goals_edition"]}
    assert jun.post(f"/launches/{key}/signatures", json={"side": "operations", **seen}).status_code == 403
    assert jun.post(f"/launches/{key}/signatures", json={"side": "product", **seen}).status_code == 201
    signed = operator.post(f"/launches/{key}/signatures", json={"side": "operations", **seen}).json()
    assert (signed["stage"], signed["signed"]) == ("signed", ["product", "operations"])
    line = {"kind": "campaign", "title": "首发", "owner_id": cast.ting.id, "after_days": 7}
    lines = operator.post(f"/launches/{key}/lines", json=line).json()["lines_of"]
    assert [(n["owner_id"], n["due"], n["late"]) for n in lines] == [(cast.ting.id, "2026-12-07", False)]
    ting = Caller(wiring, cast.ting)
    assert ting.put(f"/launches/{key}/lines/{lines[0]['id']}/done", json={"done": True}).json()["done"] == 1
    refused = jun.post(f"/launches/{key}/goals/{whole['goals'][0]['id']}/results", json={"reached": 3})
    assert refused.status_code == 409
    assert lin.get("/launches?which=running").json()["total"] == 1
    assert lin.get("/launches?which=unsigned").json()["total"] == 0
    assert lin.get("/launches?q=首发&sort=late&quarter=2026Q4").json()["total"] == 1
    assert lin.get("/launches?q=没有的字").json()["total"] == 0
    assert lin.get("/launches?sort=loudest").status_code == 422
    assert date.fromisoformat(lin.get(f"/launches/{key}").json()["released"]) == date(2026, 11, 30)
