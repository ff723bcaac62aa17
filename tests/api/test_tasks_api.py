"""REST of material tasks and the coverage map."""

from hub import requirements
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


def test_what_a_task_for_a_solution_kit_begins_with_is_given_by_rest_with_its_evidence(wiring, cast):
    with wiring.database.write() as session:
        for customer in ("华辰电子", "云栖园区", "北辰制造"):
            wish = requirements.Wish(
                customer=customer, quote="电价要分时。", industry="park", product="energy"
            )
            requirements.ask(session, wish, by=cast.lin)
    ting = Caller(wiring, cast.ting)

    kit = ting.get("/demand/kit", params={"by": "product", "industry": "park", "topic": "energy"}).json()
    made = ting.post("/tasks", json=kit)

    assert (kit["kind"], kit["product"], kit["industry"]) == ("solution", "energy", "park")
    assert all(said in kit["evidence"] for said in ("有 3 家客户要", "华辰电子：电价要分时。"))
    assert made.status_code == 201
    assert made.json()["evidence"] == kit["evidence"]
