"""Two processes on one socket are one hub: what is done through one holds for the other, and none is left alone."""

import json
import os
import shutil
import signal
import sys

import pytest
from sqlmodel import func, select

from hub import accounts, sharing
from hub.base.settings import Settings
from hub.request import SESSION_COOKIE
from hub.sharing.models import ShareBeat
from hub.wiring import wire
from tests.cast import on_offer
from tests.library.killable import said
from tests.library.several import Several, alive, several, soon
from tests.web.test_visitors import a_link

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc"),
]


@pytest.fixture(scope="module")
def cast(peopled):
    return peopled[1]


@pytest.fixture(scope="module")
def fresh(peopled, tmp_path_factory):
    """Makes homes with the cast in them."""

    def make():
        home = tmp_path_factory.mktemp("several") / "home"
        home.mkdir()
        shutil.copy(peopled[0], home / "hub.db")
        return wire(Settings(home=home, worker=False))

    return make


@pytest.fixture(scope="module")
def wiring(fresh):
    made = fresh()
    yield made
    made.close()


@pytest.fixture(scope="module")
def hub(wiring):
    with several(wiring.settings.home) as served:
        served.up()
        yield served


@pytest.fixture
def one(hub):
    return hub.serving()[0]


@pytest.fixture
def other(hub):
    return hub.serving()[1]


def as_(wiring, person):
    """The header of somebody who is signed in."""
    with wiring.database.write() as session:
        secret = accounts.open_sign_in(session, accounts.person(session, person.id), days=1)
    return {"Cookie": f"{SESSION_COOKIE}={secret}"}


def test_what_is_changed_through_one_process_is_seen_through_the_other_at_once(hub, one, other, wiring, cast):
    lin, ada = as_(wiring, cast.lin), as_(wiring, cast.ada)
    for pid in (one, other):
        assert "朱鹮集团" not in hub.ask(pid, "GET", "/requests", **lin).text

    for pid, there, name in ((one, other, "朱鹮集团"), (other, one, "白鹭集团")):
        changed = hub.ask(pid, "PATCH", "/api/v1/settings/company", json=json.dumps({"name": name}), **ada)
        assert changed.status == 200, changed.text
        assert name in hub.ask(there, "GET", "/sign-in").text
        asked = {"customer": name, "quote": f"{name}要导出账单"}
        filed = hub.ask(pid, "POST", "/api/v1/requests", json=json.dumps(asked), **lin)
        assert filed.status == 201, filed.text
        assert f"{name}要导出账单" in hub.ask(there, "GET", "/requests", **lin).text


def test_a_right_that_is_taken_away_through_one_is_gone_in_the_other_at_once(hub, one, other, wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "黑鹳报价")
    lin, ting = as_(wiring, cast.lin), as_(wiring, cast.ting)
    path, edition = f"/assets/{asset.id}", asset.edition
    for pid in (one, other):
        assert hub.ask(pid, "GET", path, **lin).status == 200  # what they keep, they keep now

    for pid, there, people, status in (
        (one, other, [cast.zhou.id], 404),
        (other, one, [cast.zhou.id, cast.lin.id], 200),
        (one, other, [cast.zhou.id], 404),
    ):
        wanted = {"edition": edition, "restricted_to": {"teams": [], "people": people}}
        changed = hub.ask(pid, "PATCH", f"/api/v1{path}", json=json.dumps(wanted), **ting)
        assert changed.status == 200, changed.text
        edition = json.loads(changed.text)["edition"]
        assert hub.ask(there, "GET", path, **lin).status == status
        assert ("黑鹳报价" in hub.ask(there, "GET", "/api/v1/assets", **lin).text) == (status == 200)


def test_whoever_may_come_in_no_more_is_out_of_both_at_once(hub, one, other, wiring, cast):
    jun, ada = as_(wiring, cast.jun), as_(wiring, cast.ada)
    assert hub.ask(other, "GET", "/me", **jun).status == 200

    closed = hub.ask(one, "PATCH", f"/api/v1/people/{cast.jun.id}", json='{"active": false}', **ada)

    assert closed.status == 200
    assert hub.ask(other, "GET", "/me", **jun).status == 303


def test_ten_wrong_passwords_are_ten_through_whichever_process_they_come(hub, one, other, cast):
    wrong = {"email": cast.zhou.email, "password": "wrong-one"}

    heard = [hub.ask((one, other)[n % 2], "POST", "/sign-in", wrong).status for n in range(12)]

    assert heard == [403] * 10 + [429] * 2


def test_what_comes_in_through_one_is_found_through_the_other_when_the_worker_took_it_in(
    hub, one, other, wiring, cast
):
    ting = as_(wiring, cast.ting)
    made = {"title": "丹顶鹤方案", "kind": "solution", "text": "# 丹顶鹤\n\n湿地供能。"}

    filed = hub.ask(one, "POST", "/api/v1/assets", json=json.dumps(made), **ting)

    assert filed.status == 201, filed.text
    for pid in (one, other):
        soon(lambda: "丹顶鹤方案" in hub.ask(pid, "GET", "/search?q=%E6%B9%BF%E5%9C%B0", **ting).text)  # noqa: B023


def test_a_process_that_dies_is_said_and_replaced(hub, wiring):
    dying, staying = hub.serving()

    os.kill(dying, signal.SIGKILL)

    fresh_one = soon(lambda: [p for p in hub.serving() if p not in (dying, staying)])[0]
    assert hub.ask(fresh_one, "GET", "/sign-in").status == 200
    assert f"{dying}" in said(wiring.settings.home)


def test_asked_to_end_all_end_and_no_beat_is_lost(fresh, cast):
    wiring = fresh()
    path, share = a_link(wiring, cast)
    with several(wiring.settings.home) as hub:
        both = hub.up()
        secret = sharing.signed_secret(wiring.settings.key(), share.token_hash)
        cookie = {"Cookie": f"quiver_visit={secret}"}
        for n in range(10):
            beat = {"k": "a1", "p": 1, "ms": 2000 + n}
            assert hub.ask(both[n % 2], "POST", f"{path}/beat", beat, **cookie).status == 204
        ended = hub.end()

    assert hub.parent.exitcode == 0
    assert len(ended) == 3
    assert not any(map(alive, ended))
    with wiring.database.read() as session:
        assert session.exec(select(func.count()).select_from(ShareBeat)).one() == 10
    wiring.close()


def test_a_parent_that_is_killed_leaves_nobody_behind(fresh):
    wiring = fresh()
    hub = Several(wiring.settings.home)
    hub.up()

    left = hub.end(signal.SIGKILL)

    assert len(left) == 3
    soon(lambda: not any(map(alive, left)))
    wiring.close()
