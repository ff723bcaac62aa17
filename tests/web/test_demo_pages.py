"""Demo accounts on their pages and by REST."""

import re
from datetime import datetime, timedelta

from hub.base import clock
from tests.api.callers import Caller
from tests.cast import on_offer

FORM = {"title": "能碳演示", "product": "energy", "address": "https://demo.test.example", "login": "demo",
        "secret": "open sesame", "script": "1. **总览**"}  # fmt: skip


def test_a_marketer_keeps_an_account_and_a_seller_sees_the_secret_on_a_click_only(client, cast):
    marketer, seller = client(cast.ting), client(cast.lin)

    made = marketer.post("/demos", data=FORM)
    shown = seller.get("/demos/1")
    clicked = seller.post("/demos/1/secret")

    assert "能碳演示" in made.text
    assert "sesame" not in made.text + shown.text + seller.get("/demos").text
    assert "<strong>总览</strong>" in shown.text
    assert "open sesame" in clicked.text
    assert clicked.headers["cache-control"] == "no-store"
    assert "sesame" not in marketer.get("/demos/1").text
    assert seller.post("/demos", data=FORM).status_code == 403
    assert seller.post("/demos/1/works").status_code == 403
    assert "能用" in marketer.post("/demos/1/works").text


def test_a_time_is_booked_once(client, cast):
    client(cast.ting).post("/demos", data=FORM)
    day = (clock.today() + timedelta(days=2)).isoformat()
    slot = {"starts": f"{day}T10:00", "ends": f"{day}T10:30", "purpose": "华辰"}

    first = client(cast.lin).post("/demos/1/book", data=slot)
    second = client(cast.zhou).post("/demos/1/book", data=slot)

    assert "华辰" in first.text
    assert second.status_code == 409
    assert "林晓已经约了" in second.text
    assert f'value="{slot["starts"]}"' in second.text  # what was typed is still there
    assert 'value="华辰"' in second.text
    assert client(cast.zhou).post("/demos/1/bookings/1/cancel").status_code == 404
    assert client(cast.lin).post("/demos/1/bookings/1/cancel").status_code == 200
    assert client(cast.zhou).post("/demos/1/book", data=slot).status_code == 200
    assert client(cast.lin).post("/demos/1/book", data={"starts": "x"}).status_code == 400


def test_the_form_proposes_a_time_that_nobody_has(client, cast):
    client(cast.ting).post("/demos", data=FORM)
    seller = client(cast.lin)
    proposed = re.search(r'name="starts"[^>]*value="([^"]+)"', seller.get("/demos/1").text)[1]
    ends = (datetime.fromisoformat(proposed) + timedelta(minutes=30)).isoformat(timespec="minutes")

    seller.post("/demos/1/book", data={"starts": proposed, "ends": ends})

    assert re.search(r'name="starts"[^>]*value="([^"]+)"', seller.get("/demos/1").text)[1] == ends


def test_its_keeper_sees_who_had_the_secret_shown_and_nobody_else_does(client, cast):
    client(cast.ting).post("/demos", data=FORM)
    client(cast.lin).post("/demos/1/secret")

    assert re.search(r"谁看过口令.*?林晓", client(cast.ting).get("/demos/1").text, re.DOTALL)
    assert "谁看过口令" not in client(cast.lin).get("/demos/1").text


def test_the_same_by_rest(wiring, client, cast):
    client(cast.ting).post("/demos", data=FORM)
    lin = Caller(wiring, cast.lin)

    assert lin.get("/demos").json()["items"][0]["has_secret"] is True
    assert lin.post("/demos/1/secret").json() == {"secret": "open sesame"}
    slot = {"starts_at": "2026-11-22T10:00:00Z", "ends_at": "2026-11-22T09:00:00Z"}
    assert lin.post("/demos/1/bookings", json=slot).status_code == 400
    assert lin.get("/demos/1/bookings").json()["total"] == 0
    assert lin.get("/demos/9").status_code == 404


def test_what_is_wrong_with_an_account_is_said_above_the_form_with_everything_typed_in_it(client, cast):
    marketer = client(cast.ting)
    marketer.post("/demos", data=FORM)
    wrong = {**FORM, "title": "改名", "login": "guest", "address": "ftp://old", "script": "1. 第二版"}

    for path, said in (("/demos", wrong), ("/demos/1", {**wrong, "edition": "1"})):
        answer = marketer.post(path, data=said)

        assert answer.status_code == 400
        assert "地址要以 https://" in answer.text
        assert "口令不会回填" in answer.text
        for typed in ('value="改名"', 'value="guest"', 'value="ftp://old"', "1. 第二版"):
            assert typed in answer.text
        assert "sesame" not in answer.text
    assert "能碳演示" in marketer.get("/demos/1").text


def test_the_asset_that_explains_an_account_can_be_taken_away_again(client, cast, wiring):
    with wiring.database.write() as session:
        told = on_offer(session, cast, "演示怎么讲", kind="demo_account")
    marketer = client(cast.ting)
    marketer.post("/demos", data={**FORM, "asset": str(told.id)})
    assert f'href="/assets/{told.id}"' in marketer.get("/demos/1").text

    marketer.post("/demos/1", data={**FORM, "edition": "1", "asset": ""})

    assert f'href="/assets/{told.id}"' not in marketer.get("/demos/1").text
