"""REST of material tasks and the coverage map."""

from tests.api.callers import Caller
from tests.cast import on_offer


def test_a_task_is_proposed_planned_and_closed_by_rest(wiring, cast):
    lin, ting = Caller(wiring, cast.lin), Caller(wiring, cast.ting)
    made = lin.post("/tasks", json={"kind": "faq", "product": "energy", "owner_id": cast.li.id})
    task = made.json()

    assert made.status_code == 201
    assert (task["owner_id"], task["wanted"], task["mine"]) == (None, 1, True)
    assert lin.post(f"/tasks/{task['id']}/state", json={"to": "in_work"}).status_code == 403
    changed = ting.patch(f"/tasks/{task['id']}", json={"owner_id": cast.li.id, "edition": task["edition"]})
    assert changed.json()["owner"] == "陈立"
    planned = ting.post(f"/tasks/{task['id']}/state", json={"to": "planned", "quarter": "2027q2"})
    assert planned.json()["due_quarter"] == "2027Q2"
    assert Caller(wiring, cast.zhou).put(f"/tasks/{task['id']}/want").json()["wanted"] == 2
    assert Caller(wiring, cast.zhou).delete(f"/tasks/{task['id']}/want").json()["wanted"] == 1
    assert lin.get("/tasks?mine=true").json()["total"] == 1
    assert lin.get(f"/tasks/{task['id']}").json()["state"] == "planned"


def test_the_map_by_rest_has_a_cell_for_each_product_and_industry(wiring, cast):
    with wiring.database.write() as session:
        on_offer(session, cast, "园区方案")
    found = Caller(wiring, cast.lin).get("/coverage").json()

    assert {(c["product"], c["at"]): c["state"] for c in found["cells"]} == {
        ("energy", "park"): "thin",
        ("energy", "steel"): "idle",
        ("lite", "park"): "idle",
        ("lite", "steel"): "idle",
    }


def test_a_cell_of_the_map_says_what_its_slots_hold_and_one_that_is_none_is_404(wiring, cast):
    with wiring.database.write() as session:
        made = on_offer(session, cast, "园区方案")
    lin = Caller(wiring, cast.lin)

    cell = lin.get("/coverage/energy/park").json()

    assert (cell["state"], cell["have"], cell["need"]) == ("thin", cell["have"], len(cell["slots"]))
    held = {p["asset_id"]: s["kind"] for s in cell["slots"] for p in s["pieces"]}
    assert held == {made.id: "solution"}
    assert (cell["searches"], cell["open_deals"]) == ([], [])
    assert lin.get("/coverage/energy/nowhere").status_code == 404
