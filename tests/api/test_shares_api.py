"""REST of links: how open they are, whom visitors may ask, who read what, what happened."""

import pytest

from hub import sharing
from tests.api.callers import Caller
from tests.web.test_visitors import a_link


@pytest.fixture
def lin(wiring, cast):
    return Caller(wiring, cast.lin)


def test_what_a_link_asks_for_is_set_and_read_by_rest(wiring, cast, lin):
    _path, share = a_link(wiring, cast)

    changed = lin.patch(
        f"/shares/{share.id}",
        json={"contact_id": cast.zhou.id, "watermark": True, "download": False, "allow": "@huachen.example"},
    )

    assert changed.status_code == 200, changed.text
    said = lin.get(f"/shares/{share.id}").json()
    assert (said["contact_id"], said["watermark"], said["download"]) == (cast.zhou.id, True, False)
    assert (said["ask_email"], said["with_passcode"], said["allow"]) == (True, False, ["@huachen.example"])
    assert lin.patch(f"/shares/{share.id}", json={"contact_id": 0}).json()["contact_id"] is None
    assert lin.patch(f"/shares/{share.id}", json={"contact_id": 9_999}).status_code == 404


def test_a_list_of_links_is_narrowed_to_those_that_ended_and_to_a_customer(wiring, cast, lin):
    _path, first = a_link(wiring, cast, customer="华辰电子产业园")
    with wiring.database.write() as session:
        item = sharing.items_of(session, [first.id])[first.id][0]
        wanted = [sharing.Wanted("asset", item.thing_id)]
        second = sharing.create(session, wanted, sharing.Fields(), key=wiring.settings.key(), by=cast.lin)
        sharing.withdraw(session, second, by=cast.lin)

    def ids(query):
        return [s["id"] for s in lin.get(f"/shares{query}").json()["items"]]

    assert ids("") == [second.id, first.id]
    assert (ids("?ended=true"), ids("?ended=false")) == ([second.id], [first.id])
    assert ids(f"?customer_id={first.customer_id}") == [first.id]


def test_each_visitor_has_reading_times_by_page_and_version_and_a_link_its_history(wiring, cast, client, lin):
    path, share = a_link(wiring, cast)
    for reader, ms in ((client(), 12_000), (client(), 40_000)):
        reader.get(path)
        reader.post(f"{path}/beat", data={"ms": 0})
        reader.post(f"{path}/beat", data={"k": "a1", "p": 2, "v": 1, "ms": ms})
    wiring.readings.flush()

    whole = lin.get(f"/shares/{share.id}").json()
    each = [lin.get(f"/shares/{share.id}/visitors/{v['id']}").json() for v in whole["visitors"]]

    assert sorted(v["ms"] for v in each) == [12_000, 40_000]
    assert {(p["page"], p["version_id"], p["readers"]) for v in each for p in v["pages"]} == {(2, 1, 1)}
    happened = lin.get(f"/shares/{share.id}/events").json()
    assert (happened["total"], {e["what"] for e in happened["items"]}) == (2, {"open"})
    assert lin.get(f"/shares/{share.id}/visitors/9999").status_code == 404
    zhou = Caller(wiring, cast.zhou)
    assert zhou.get(f"/shares/{share.id}/events").status_code == 404
    assert zhou.get(f"/shares/{share.id}/visitors/{each[0]['id']}").status_code == 404
