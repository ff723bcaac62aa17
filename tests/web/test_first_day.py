"""The first day of an empty hub, and the settings that are left for later."""

import io
import threading

import pytest
from PIL import Image
from sqlmodel import select

from hub import accounts, library, taxonomy
from hub.accounts import SYSTEM
from hub.base import jobs, pictures
from hub.base.errors import Conflict, HubError
from hub.base.jobs import Job
from tests.cast import draft, settle

ADA = {"name": "安达", "email": "ada@firm.cn", "password": "correct-horse", "again": "correct-horse"}


def picture(width=1200, height=300, kind="PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#0a7").save(out, kind)
    return out.getvalue()


def test_an_empty_hub_opens_on_its_first_day(client):
    browser = client()

    assert browser.get("/").url.path == "/welcome"
    assert "先给自己建一个管理员账号" in browser.get("/sign-in").text


def test_the_first_comer_becomes_administrator_and_goes_on(client, wiring):
    browser = client()

    answer = browser.post("/welcome", data=ADA)

    assert answer.url.path == "/welcome"
    assert "公司名称和标志" in answer.text
    with wiring.database.read() as session:
        assert [p.email for p in accounts.with_role(session, "administrator")] == ["ada@firm.cn"]


def test_a_second_comer_is_too_late(client, wiring):
    client().post("/welcome", data=ADA)

    late = client().post("/welcome", data={**ADA, "email": "eve@firm.cn"})

    assert late.status_code == 409
    assert client().get("/welcome").url.path == "/sign-in"
    with wiring.database.read() as session:
        assert accounts.by_email(session, "eve@firm.cn") is None


def test_of_several_who_come_at_once_one_becomes_administrator(wiring):
    outcomes, gate = [], threading.Barrier(4)

    def come(n):
        gate.wait()
        try:
            with wiring.database.write() as session:
                accounts.first_administrator(
                    session, name=f"甲{n}", email=f"p{n}@firm.cn", password="correct-horse"
                )
            outcomes.append("in")
        except Conflict:
            outcomes.append("late")

    threads = [threading.Thread(target=come, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["in", "late", "late", "late"]


@pytest.mark.parametrize(
    "wrong",
    [{"again": "other-horse"}, {"password": "short", "again": "short"}, {"email": "nobody"}, {"name": " "}],
)
def test_what_is_wrong_on_the_first_form_is_said_and_nothing_is_made(client, wiring, wrong):
    answer = client().post("/welcome", data={**ADA, **wrong})

    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    with wiring.database.read() as session:
        assert not accounts.has_anybody(session)


def test_the_steps_are_done_one_after_the_other(client, wiring):
    browser = client()
    browser.post("/welcome", data=ADA)

    to_taxonomy = browser.post(
        "/settings/company",
        data={"name": "甲方软件", "primary": "#8A2BE2", "next": "/welcome?step=taxonomy"},
        files={"logo": ("logo.png", picture())},
    )
    assert "通用 B2B 软件" in to_taxonomy.text
    to_material = browser.post("/welcome/preset", data={"preset": "b2b-software"})
    assert "hub import" in to_material.text
    assert "从这里开始" in browser.get("/").text
    to_people = browser.post("/welcome/material/skip")
    assert "请同事进来" in to_people.text
    over = browser.post("/welcome/people/skip")

    assert "可以用了" in over.text
    assert "从这里开始" not in browser.get("/").text
    with wiring.database.read() as session:
        company = taxonomy.company(session)
        assert (company.name, company.primary) == ("甲方软件", "#8a2be2")
        assert taxonomy.words(session).match("工厂") == ("industry", "manufacturing")
    shown = client().get(f"/logo/{company.logo}")
    assert Image.open(io.BytesIO(shown.content)).size == (400, 100)


def test_what_is_there_counts_as_done(wiring, cast):
    with wiring.database.write() as session:
        before = {s.key: s.done for s in library.first_steps(session)}
        draft(session, cast.ting)
        after = {s.key: s.done for s in library.first_steps(session)}

    assert before == {"company": False, "taxonomy": True, "material": False, "people": True}
    assert after["material"]


@pytest.mark.parametrize("key", ["b2b-software"])
def test_a_preset_has_no_word_that_means_two_things_and_no_parent_that_is_missing(wiring, key):
    with wiring.database.write() as session:
        assert library.load_preset(session, key, by=SYSTEM)
        known = taxonomy.words(session)
        with pytest.raises(Conflict):
            library.load_preset(session, key, by=SYSTEM)

    for facet in ("tier", *taxonomy.TERM_FACETS):
        values = known.by_facet[facet]
        assert values
        assert sorted(w.key for w in known.options(facet)) == sorted(values)
        assert all(w.name_en for w in values.values())
        said = [w.casefold() for v in values.values() for w in {v.name, v.name_en, *v.aliases}]
        assert len(said) == len(set(said))
    for tier in known.tiers.values():
        assert len(taxonomy.good_slots(tier.blueprint)) == len(tier.blueprint)


FORBIDDEN = [
    ("GET", "/settings"),
    ("GET", "/welcome"),
    ("POST", "/settings/company"),
    ("POST", "/settings/jobs/1/retry"),
    ("POST", "/settings/index/rebuild"),
    ("GET", "/settings/demo"),
    ("POST", "/settings/demo/remove"),
    ("POST", "/welcome/people/skip"),
]


@pytest.mark.parametrize(("method", "path"), FORBIDDEN)
def test_who_is_no_administrator_does_not_set_up_the_house(client, cast, method, path):
    answer = client(cast.ting).request(method, path, data={"name": "x"} if method == "POST" else None)

    assert answer.status_code == 403


def test_a_seller_takes_no_preset(client, cast):
    assert client(cast.lin).post("/welcome/preset", data={"preset": "b2b-software"}).status_code == 403


def test_a_seller_sees_no_steps_on_the_front_page(client, cast):
    assert "从这里开始" not in client(cast.lin).get("/").text
    assert "从这里开始" in client(cast.ada).get("/").text


@pytest.mark.parametrize(
    "data",
    [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", picture()[:200]],
    ids=["empty", "svg", "stump", "cut"],
)
def test_a_logo_that_is_no_picture_is_refused_with_a_sentence(wiring, cast, data):
    with wiring.database.write() as session, pytest.raises(HubError, match="图片"):
        library.set_logo(session, wiring.blobs, wiring.settings, data, by=cast.ada)


def test_a_logo_of_too_many_pixels_is_refused_before_it_is_read():
    with pytest.raises(HubError, match="像素"):
        pictures.logo(picture(2000, 2000), 1_000_000)


@pytest.mark.parametrize("wrong", [{"primary": "red"}, {"name": ""}, {"site": "javascript:alert(1)"}])
def test_a_company_is_named_in_a_colour_that_is_one(client, cast, wrong):
    form = {"name": "甲方", "primary": "#066fd1", **wrong}

    assert client(cast.ada).post("/settings/company", data=form).status_code == 400


def test_the_way_back_from_the_company_stays_in_the_house(client, cast):
    form = {"name": "甲方", "primary": "#066fd1", "next": "https://evil.example/"}

    answer = client(cast.ada).post("/settings/company", data=form, follow_redirects=False)

    assert answer.headers["location"] == "/settings"


def test_a_job_that_gave_up_is_shown_and_runs_again(client, cast, wiring):
    with wiring.database.write() as session:
        jobs.later(session, "index.words", key="again")
        job = session.exec(select(Job).where(Job.key == "again")).one()
        job.attempts = jobs.ATTEMPTS
        jobs.fail(session, job.id, RuntimeError("磁盘满了"))
        number = job.id
    browser = client(cast.ada)

    assert "磁盘满了" in browser.get("/settings").text
    assert "磁盘满了" not in browser.post(f"/settings/jobs/{number}/retry").text
    assert browser.post(f"/settings/jobs/{number}/retry").status_code == 404
    settle(wiring)

    with wiring.database.read() as session:
        assert session.get(Job, number).state == "done"


def test_the_index_is_made_anew_on_request(client, cast, wiring):
    with wiring.database.write() as session:
        draft(session, cast.ting)
    browser = client(cast.ada)

    browser.post("/settings/index/rebuild")
    settle(wiring)

    assert "跟上了" in browser.get("/settings").text
    assert wiring.engine.count() > 0
