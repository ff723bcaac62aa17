"""REST of what keeps the house: teams, deck templates, the trash, and its settings."""

import io

import pytest
from PIL import Image
from sqlmodel import select

from hub import accounts, assets, decks, notices, requirements, toolkits
from hub.base import clock
from hub.base.jobs import Job
from hub.mailing import Mail
from tests.api.callers import Caller
from tests.cast import draft, on_offer
from tests.domains.deck_house import MANIFEST, TEMPLATE, add_template, pptx


@pytest.fixture
def ada(wiring, cast):
    return Caller(wiring, cast.ada)


@pytest.fixture
def ting(wiring, cast):
    return Caller(wiring, cast.ting)


@pytest.fixture
def lin(wiring, cast):
    return Caller(wiring, cast.lin)


# ---- teams


def test_a_team_is_made_called_otherwise_and_filled_by_rest(cast, ada):
    made = ada.post("/teams", json={"name": "华东二部", "name_en": "East Two"})
    assert (made.status_code, made.json()["members"]) == (201, [])
    path = f"/teams/{made.json()['id']}"

    filled = ada.patch(path, json={"members": [cast.lin.id, cast.ting.id]}).json()
    named = ada.patch(path, json={"name": "华东三部"}).json()

    assert {m["name"] for m in filled["members"]} == {"林晓", "李婷"}
    assert (named["name"], named["name_en"], len(named["members"])) == ("华东三部", "East Two", 2)
    assert ada.patch(path, json={"members": []}).json()["members"] == []
    assert ada.get(path).json() == {**named, "members": []}
    listed = ada.get("/teams").json()
    assert (listed["total"], {t["name"] for t in listed["items"]}) == (3, {"east", "north", "华东三部"})


def test_a_team_keeps_its_name_from_others_and_takes_only_people_who_are_there(cast, ada):
    made = ada.post("/teams", json={"name": "华东二部"}).json()
    path = f"/teams/{made['id']}"

    assert ada.post("/teams", json={"name": "华东二部"}).status_code == 409
    assert ada.patch(path, json={"name": "east"}).status_code == 409
    assert ada.patch(path, json={"name": " "}).status_code == 400
    assert ada.patch(path, json={"members": [cast.lin.id, 9_999]}).status_code == 404
    assert ada.get("/teams/9999").status_code == 404
    assert ada.get(path).json() == made


def test_who_is_away_keeps_their_place_in_the_team(wiring, cast, ada):
    with wiring.database.write() as session:
        north = accounts.team_by_key(session, "north").id
        accounts.set_active(session, accounts.person(session, cast.zhou.id), active=False, by=cast.ada)

    assert ada.get(f"/teams/{north}").json()["members"] == []
    filled = ada.patch(f"/teams/{north}", json={"members": [cast.lin.id]}).json()

    assert [m["name"] for m in filled["members"]] == ["林晓"]
    with wiring.database.read() as session:
        assert set(accounts.members(session)[north]) == {cast.lin.id, cast.zhou.id}


def test_teams_are_nobodys_business_but_the_administrators(ting):
    for answer in (
        ting.get("/teams"),
        ting.get("/teams/1"),
        ting.post("/teams", json={"name": "甲"}),
        ting.patch("/teams/1", json={}),
    ):
        assert (answer.status_code, "east" in answer.text) == (403, False)


# ---- deck templates


def a_template(manifest=MANIFEST, data=None):
    return {
        "pptx": ("small.pptx", pptx(TEMPLATE) if data is None else data),
        "manifest": ("manifest.yml", manifest.encode() if isinstance(manifest, str) else manifest),
    }


def test_a_template_is_uploaded_withdrawn_and_brought_back_by_uploading_it_anew(wiring, cast, ting, lin):
    files = a_template()
    first = ting.post("/decks/templates", files=files)
    assert (first.status_code, first.json()) == (201, {"result": "imported"})
    template = lin.get("/decks/templates").json()["items"][0]

    assert lin.post(f"/decks/templates/{template['id']}/withdraw").status_code == 403
    assert ting.post(f"/decks/templates/{template['id']}/withdraw").status_code == 204
    assert lin.get("/decks/templates").json()["total"] == 0
    assert ting.post("/decks/templates", files=files).json()["result"] == "updated"

    again = lin.get("/decks/templates").json()["items"]
    assert [(t["name"], t["number"]) for t in again] == [(template["name"], template["number"] + 1)]


@pytest.mark.parametrize("files", [a_template(data=b"PK\x03\x04nothing"), a_template(b"\xff\xfe")])
def test_a_template_that_cannot_be_read_is_a_400_and_leaves_nothing(ting, files):
    answer = ting.post("/decks/templates", files=files)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_input")
    assert ting.get("/decks/templates").json()["total"] == 0


def test_a_seller_brings_no_template_and_withdraws_none(wiring, cast, lin):
    with wiring.database.write() as session:
        number = add_template(session, wiring, cast.ting).id

    assert lin.post("/decks/templates", files=a_template(data=b"x")).status_code == 403
    assert lin.post(f"/decks/templates/{number}/withdraw").status_code == 403
    with wiring.database.read() as session:
        assert [t.id for t in decks.templates(session)] == [number]


# ---- the trash


def test_what_was_thrown_away_is_listed_and_brought_back_by_rest(wiring, cast, ada):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "园区方案")
        kit = toolkits.create(
            session, toolkits.Fields(title="园区包", product="lite", tier="transactional"), by=cast.ting
        )
        wish = requirements.create(session, requirements.Fields(title="分时电价"), by=cast.jun)
        assets.trash(session, asset, by=cast.ting)
        toolkits.trash(session, kit, by=cast.ting)
        requirements.trash(session, wish, by=cast.jun)

    found = ada.get("/trash").json()
    assert {(t["thing"], t["title"], t["thrown_by"], t["may_purge"]) for t in found["items"]} == {
        ("asset", "园区方案", "李婷", True),
        ("toolkit", "园区包", "李婷", False),
        ("requirement", "分时电价", "何俊", False),
    }
    assert len(ada.get("/trash?limit=2&offset=1").json()["items"]) == 2
    for t in found["items"]:
        path = f"/trash/{t['thing']}/{t['id']}/restore"
        assert [ada.post(path).status_code for _ in range(2)] == [204, 404]
    assert ada.get("/trash").json()["total"] == 0


def test_the_trash_of_others_is_neither_listed_nor_counted_nor_brought_back(wiring, cast, lin):
    with wiring.database.write() as session:
        mine = session.get_one(assets.Asset, draft(session, cast.lin, "林的草稿").asset_id)
        other = on_offer(session, cast, "别人的方案")
        assets.trash(session, mine, by=cast.lin)
        assets.trash(session, other, by=cast.ting)

    found = lin.get("/trash").json()
    assert (found["total"], [(t["title"], t["may_purge"]) for t in found["items"]]) == (
        1,
        [("林的草稿", False)],
    )
    hidden, nothing = lin.post(f"/trash/asset/{other.id}/restore"), lin.post("/trash/asset/9999/restore")
    assert (hidden.status_code, hidden.json()) == (404, nothing.json())
    assert lin.post("/trash/teapot/1/restore").status_code == 404


def test_only_administrators_delete_for_good_and_only_from_the_trash(wiring, cast, ada, ting):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "园区方案")
        kept = on_offer(session, cast, "还在用")
        assets.trash(session, asset, by=cast.ting)

    assert ting.delete(f"/trash/asset/{asset.id}").status_code == 403
    assert ada.delete(f"/trash/asset/{kept.id}").status_code == 404
    assert [ada.delete(f"/trash/asset/{asset.id}").status_code for _ in range(2)] == [204, 404]
    with wiring.database.read() as session:
        assert session.get(assets.Asset, asset.id) is None
        assert session.get(assets.Asset, kept.id) is not None


# ---- settings


def test_the_company_is_named_and_what_is_left_out_stays(ada):
    named = ada.patch("/settings/company", json={"name": "启程科技", "site": "https://qc.example"})
    coloured = ada.patch("/settings/company", json={"primary": "#0A7F4F"}).json()

    assert named.status_code == 200, named.text
    assert coloured == {
        "name": "启程科技", "name_en": "", "short": "", "primary": "#0a7f4f", "site": "https://qc.example",
        "logo_url": None,
    }  # fmt: skip
    for wrong in ({"name": " "}, {"primary": "green"}, {"site": "javascript:x"}):
        assert ada.patch("/settings/company", json=wrong).status_code == 400
    assert ada.get("/settings").json() == {"company": coloured, "effort_unit": "days"}
    assert ada.put("/settings/effort-unit", json={"unit": "months"}).json()["effort_unit"] == "months"
    assert ada.put("/settings/effort-unit", json={"unit": "years"}).status_code == 422


def a_picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "green").save(out, "PNG")
    return out.getvalue()


def test_a_logo_is_shown_and_taken_away_and_no_picture_is_refused(ada):
    shown = ada.put("/settings/logo", files={"file": ("logo.png", a_picture())})
    assert shown.status_code == 200, shown.text
    logo = shown.json()["logo_url"]

    assert ada.client.get(logo).headers["content-type"].startswith("image/")
    assert ada.put("/settings/logo", files={"file": ("logo.png", b"no picture")}).status_code == 400
    assert ada.get("/settings").json()["company"]["logo_url"] == logo
    assert ada.delete("/settings/logo").status_code == 204
    assert ada.get("/settings").json()["company"]["logo_url"] is None


def test_the_first_day_lists_its_steps_and_a_step_is_left_out(ada):
    before = ada.get("/settings/first-day").json()
    after = ada.post("/settings/first-day/material/skip").json()

    assert [s["key"] for s in before["steps"]] == ["company", "taxonomy", "material", "people"]
    assert [(s["done"], s["skipped"]) for s in after["steps"]] == [
        (False, False), (True, False), (False, True), (True, False),
    ]  # fmt: skip
    assert ada.post("/settings/first-day/tea/skip").status_code == 404
    preset = before["presets"][0]["key"]
    assert ada.post("/settings/first-day/preset", json={"preset": preset}).status_code == 409
    assert ada.post("/settings/first-day/preset", json={"preset": "none"}).status_code == 404


def test_work_that_was_given_up_runs_again_and_the_index_is_made_anew(wiring, ada):
    with wiring.database.write() as session:
        job = Job(
            name="deck.make", state="failed", error="kaputt", run_at=clock.now(), created_at=clock.now()
        )
        session.add(job)
        session.flush()
        number = job.id

    listed = ada.get("/settings/jobs").json()
    assert [(j["id"], j["name"], j["error"]) for j in listed["items"]] == [(number, "deck.make", "kaputt")]
    assert [ada.post(f"/settings/jobs/{number}/retry").status_code for _ in range(2)] == [202, 404]
    assert ada.get("/settings/jobs").json()["total"] == 0
    assert ada.post("/settings/index/rebuild").status_code == 202
    with wiring.database.read() as session:
        waiting = select(Job.name).where(Job.state == "waiting", Job.name == "index.rebuild")
        assert session.exec(waiting).all() == ["index.rebuild"]


def test_a_mail_that_was_given_up_is_listed_and_sent_once_more(wiring, cast, ada):
    with wiring.database.write() as session:
        notices.tell(
            session, [cast.lin.id], event="x", key="planned", url="/", title="电价", quarter="2026Q4"
        )
        about = session.exec(select(notices.Notice)).one()
        mail = Mail(
            person_id=cast.lin.id, event="x", state="failed", tries=5, error="451 not now",
            notice_id=about.id, due_at=clock.now(), done_at=clock.now(),
        )  # fmt: skip
        session.add(mail)
        session.flush()
        number = mail.id

    listed = ada.get("/settings/mails").json()
    assert [(m["id"], m["to"], m["error"], m["tries"]) for m in listed["items"]] == [
        (number, cast.lin.email, "451 not now", 5)
    ]
    assert [ada.post(f"/settings/mails/{number}/retry").status_code for _ in range(2)] == [202, 404]
    assert ada.get("/settings/mails").json()["total"] == 0
    with wiring.database.read() as session:
        assert session.get_one(Mail, number).state == "waiting"


def test_the_settings_are_nobodys_business_but_the_administrators(ting):
    picture = {"file": ("logo.png", b"x")}
    for answer in (
        ting.get("/settings"),
        ting.patch("/settings/company", json={}),
        ting.put("/settings/logo", files=picture),
        ting.delete("/settings/logo"),
        ting.put("/settings/effort-unit", json={"unit": "days"}),
        ting.get("/settings/first-day"),
        ting.post("/settings/first-day/people/skip"),
        ting.get("/settings/jobs"),
        ting.post("/settings/jobs/1/retry"),
        ting.get("/settings/mails"),
        ting.post("/settings/mails/1/retry"),
        ting.get("/settings/index"),
        ting.post("/settings/index/rebuild"),
    ):
        assert answer.status_code == 403, answer.url
