"""REST of a kit as one ZIP: what the caller sees of it, and of that what customers may have unless all is asked for."""

import io
import zipfile

import pytest

from hub import accounts, toolkits
from tests.api.callers import Caller
from tests.cast import on_offer


@pytest.fixture
def kit(wiring, cast):
    """The slug of a kit with a solution for customers, one that is internal, and one for team north only."""
    with wiring.database.write() as session:
        north = accounts.team_by_key(session, "north").id
        on_offer(session, cast, "园区方案", text="# 园区\n\n下降 12.8%。")
        on_offer(session, cast, "内部打法", audience="internal")
        on_offer(session, cast, "北区方案", restricted_to=([north], []))
        said = toolkits.Fields(title="园区包", product="energy", rules=[{"product": "energy"}])
        made = toolkits.create(session, said, by=cast.ting, slug="park")
        toolkits.publish(session, made, by=cast.ting)
        return made.slug


def held(answer) -> str:
    """The names and texts of all that is in the ZIP."""
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return "\n".join(name + archive.read(name).decode() for name in archive.namelist())


def test_the_zip_holds_what_customers_may_have_of_what_the_caller_sees(wiring, cast, kit):
    lin, zhou = Caller(wiring, cast.lin), Caller(wiring, cast.zhou)

    plain = held(lin.get(f"/toolkits/{kit}/zip"))
    whole = held(lin.get(f"/toolkits/{kit}/zip?internal=true"))
    north = held(zhou.get(f"/toolkits/{kit}/zip"))

    def among(text):
        return [t for t in ("园区方案", "内部打法", "北区方案") if t in text]

    assert "下降 12.8%" in plain
    assert among(plain) == ["园区方案"]
    assert among(whole) == ["园区方案", "内部打法"]
    assert among(north) == ["园区方案", "北区方案"]
    assert "filename*=UTF-8''" in lin.get(f"/toolkits/{kit}/zip").headers["content-disposition"]


def test_a_kit_that_is_not_there_or_a_draft_of_others_has_no_zip(wiring, cast, kit):
    with wiring.database.write() as session:
        toolkits.unpublish(session, toolkits.get(session, kit, cast.ting), by=cast.ting)
    lin = Caller(wiring, cast.lin)

    hidden, nothing = lin.get(f"/toolkits/{kit}/zip"), lin.get("/toolkits/nothing/zip")

    assert (hidden.status_code, hidden.json()) == (404, nothing.json())


def test_members_are_ordered_and_kept_out_by_rest(wiring, cast, kit):
    ting = Caller(wiring, cast.ting)
    with wiring.database.write() as session:
        two = [on_offer(session, cast, title, tags={"product": ["lite"]}).id for title in ("甲", "乙")]
    for asset_id in two:
        ting.put(f"/toolkits/{kit}/pins/{asset_id}")

    def pinned():
        members = ting.get(f"/toolkits/{kit}").json()["members"]
        return [m["asset"]["id"] for m in members if m["asset"]["id"] in two]

    moved = ting.post(f"/toolkits/{kit}/pins/{two[1]}/move", json={"step": "up"})
    assert (moved.status_code, pinned()) == (200, two[::-1])
    by_rule = next(m["asset"]["id"] for m in moved.json()["members"] if not m["pinned"])

    out = ting.put(f"/toolkits/{kit}/excluded/{by_rule}").json()
    assert by_rule not in [m["asset"]["id"] for m in out["members"]]
    back = ting.put(f"/toolkits/{kit}/pins/{by_rule}").json()
    assert by_rule in [m["asset"]["id"] for m in back["members"]]

    lin = Caller(wiring, cast.lin)
    assert lin.put(f"/toolkits/{kit}/excluded/{by_rule}").status_code == 403
    assert lin.post(f"/toolkits/{kit}/pins/{two[0]}/move", json={"step": "down"}).status_code == 403
