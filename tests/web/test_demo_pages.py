"""Demo accounts on their pages and by REST."""

import re
from datetime import datetime, timedelta

from hub.base import clock
from tests.api.callers import Caller

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
