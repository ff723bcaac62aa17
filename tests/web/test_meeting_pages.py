"""The pages of review meetings and the roadmap, as a browser without scripts sees them."""

import io
import re

import docx
import pytest
from sqlmodel import select

from hub import meetings, requirements
from hub.meetings import Meeting
from tests.cast import Cast
from tests.domains.requirement_cast import WORDS, asked_for, scored, wanted
from tests.hidden import a_series

SAY = "一季度可以用上。"


@pytest.fixture
def waiting(wiring, cast: Cast) -> str:
    """The key of a requirement that waits for the next meeting; its series is there."""
    with wiring.database.write() as session:
        a_series(session, cast, host_id=cast.jun.id)
        made = wanted(session, cast.jun)
        asked_for(session, cast.lin, made)
        scored(session, cast, made)
        return made.key


@pytest.fixture
def running(wiring, cast: Cast, waiting: str) -> int:
    """The meeting runs with the three roles at the table."""
    with wiring.database.write() as session:
        meeting = session.exec(select(Meeting)).one()
        meetings.begin(session, meeting.id or 0, by=cast.jun)
        for person in (cast.lin, cast.li):
            meetings.sit(session, meeting.id or 0, person.id or 0, "present", by=cast.jun)
        return meeting.id or 0


def test_a_meeting_goes_from_its_agenda_to_its_minutes_without_a_script(client, cast, waiting):
    browser = client(cast.jun)
    assert "第 1 次需求评审会" in browser.get("/meetings").text
    assert waiting in browser.get(f"/meetings/1?on={waiting}").text

    assert "进行中" in browser.post("/meetings/1/state", data={"to": "running"}).text
    for person in (cast.lin, cast.li):
        browser.post("/meetings/1/seats", data={"who": person.id, "present": "present"})
    form = {"outcome": "planned", "quarter": "2030Q1", "rationale": "三家都要", "words": SAY}
    assert "都议完了" in browser.post(f"/meetings/1/items/{waiting}", data=form).text
    closed = browser.post("/meetings/1/state", data={"to": "closed"}).text

    assert "已结束" in closed
    assert SAY in closed
    assert "规划 Q1" in closed
    assert "第 2 次需求评审会" in browser.get("/meetings").text


def test_what_was_typed_stays_when_something_is_missing(client, cast, waiting, running):
    browser = client(cast.jun)
    form = {"outcome": "declined", "quarter": "2030Q1", "rationale": "成本太高", "words": "何俊说不做。"}

    answer = browser.post(f"/meetings/{running}/items/{waiting}", data=form)

    assert answer.status_code == 400
    assert "“何俊”" in answer.text
    assert "成本太高" in answer.text
    assert "何俊说不做。" in answer.text


def test_after_a_refusal_everything_on_the_page_of_a_meeting_still_leads_somewhere(
    client, cast, waiting, running
):
    browser = client(cast.jun)
    form = {"outcome": "declined", "rationale": "成本太高", "words": "何俊说不做。"}
    there = {"referer": f"http://testserver/meetings/{running}"}

    refused = browser.post(f"/meetings/{running}/items/{waiting}", data=form, headers=there)
    not_through = browser.post(f"/meetings/{running}/state", data={"to": "closed"}, headers=there)

    for page in (refused, not_through):
        addresses = set(re.findall(r'action="(/meetings/[^"]*)"', page.text))
        assert f"/meetings/{running}/seats" in addresses
        assert {a for a in addresses if a.startswith(f"/meetings/{running}/items/{waiting}/")} <= {
            f"/meetings/{running}/items/{waiting}/take-back"
        }
        assert f'name="back" value="/meetings/{running}"' in page.text
    assert (not_through.status_code, "还有 1 条没有结论" in not_through.text) == (400, True)


def test_deciding_second_and_closing_twice_answer_in_a_sentence(client, cast, waiting, running):
    first, second = client(cast.jun), client(cast.ada)
    form = {"outcome": "planned", "quarter": "2030Q1", "rationale": "三家都要", "words": SAY}
    first.post(f"/meetings/{running}/items/{waiting}", data=form)

    late = second.post(f"/meetings/{running}/items/{waiting}", data={**form, "outcome": "parked"})
    first.post(f"/meetings/{running}/state", data={"to": "closed"})
    again = second.post(f"/meetings/{running}/state", data={"to": "closed"})

    assert (late.status_code, "刚由 何俊 记成了" in late.text) == (409, True)
    assert (again.status_code, "已经由 何俊 在" in again.text) == (409, True)


def test_a_seller_who_was_not_asked_sees_no_decision_form_and_no_other_items(client, cast, waiting, running):
    page = client(cast.zhou).get(f"/meetings/{running}?on={waiting}")

    assert page.status_code == 200
    assert "分时电价变化后自动重算" not in page.text
    assert "记下，议下一条" not in page.text


def test_the_minutes_come_as_a_document(client, cast, waiting, running):
    answer = client(cast.jun).get(f"/meetings/{running}/minutes.docx")

    document = docx.Document(io.BytesIO(answer.content))
    assert document.paragraphs[0].text == "第 1 次需求评审会"
    assert any(waiting in cell.text for cell in document.tables[0].columns[0].cells)
    page, widths = document.sections[0], [cell.width.cm for cell in document.tables[0].rows[0].cells]
    assert round(page.page_width.cm) == 21
    assert round(sum(widths), 1) == round(page.page_width.cm - page.left_margin.cm - page.right_margin.cm, 1)
    assert waiting not in "".join(
        p.text for p in docx.Document(io.BytesIO(client(cast.zhou).get(answer.url).content)).paragraphs
    )


def test_a_series_is_set_up_on_its_page_and_refused_with_what_was_typed(client, cast):
    browser = client(cast.jun)
    form = {
        "name": "能碳评审",
        "every_weeks": "2",
        "first_on": "2030-01-03",
        "at_time": "14:00",
        "minutes": "45",
    }

    refused = browser.post("/meetings/series", data={**form, "at_time": "25:99"})
    made = browser.post("/meetings/series", data=form)

    assert (refused.status_code, "能碳评审" in refused.text) == (400, True)
    assert "每两周 · 周四 14:00 · 45 分钟" in made.text
    assert client(cast.lin).get("/meetings/series/new").status_code == 403


def test_by_rest_a_meeting_begins_decides_and_closes(client, cast, waiting):
    browser = client(cast.jun)
    assert [m["state"] for m in browser.get("/api/v1/meetings").json()] == ["planned"]

    begun = browser.post("/api/v1/meetings/1/state", json={"to": "running"}).json()
    said = {"outcome": "deferred", "rationale": "时间不够"}
    decided = browser.put(f"/api/v1/meetings/1/items/{waiting}", json=said).json()
    again = browser.put(f"/api/v1/meetings/1/items/{waiting}", json=said)
    closed = browser.post("/api/v1/meetings/1/state", json={"to": "closed"}).json()

    assert [(i["key"], i["outcome"]) for i in begun["items"]] == [(waiting, None)]
    assert [(i["outcome"], i["deferrals"]) for i in decided["items"]] == [("deferred", 1)]
    assert (again.status_code, closed["state"]) == (409, "closed")


@pytest.fixture
def promised(wiring, cast: Cast) -> str:
    """The key of a requirement planned for 2030Q1."""
    with wiring.database.write() as session:
        made = wanted(session, cast.jun)
        asked_for(session, cast.lin, made)
        scored(session, cast, made)
        requirements.move(session, made, "in_review", by=cast.jun)
        requirements.move(
            session, made, "planned", quarter="2030Q1", outcome_words=WORDS, note="内部的话", by=cast.jun
        )
        return made.key


def test_a_seller_sees_the_public_part_of_the_roadmap_and_planners_both(client, cast, promised):
    for look in ("board", "table"):
        seller = client(cast.lin).get(f"/roadmap?part=internal&look={look}").text
        planner = client(cast.jun).get(f"/roadmap?look={look}").text
        assert (WORDS in seller, "内部的话" in seller, "20 人天" in seller) == (True, False, False), look
        assert "20 人天" in planner, look
    by_rest = client(cast.lin).get("/api/v1/roadmap").json()
    assert [(s["key"], s["reason"], s["score"], s["effort_days"]) for s in by_rest] == [
        (promised, "", None, None)
    ]


def test_a_quarter_moves_with_a_reason_and_only_by_product(client, cast, promised):
    form = {"quarter": "2030Q3", "reason": "人手不够"}
    assert client(cast.lin).post(f"/requirements/{promised}/slip", data=form).status_code == 403
    browser = client(cast.jun)
    assert browser.post(f"/requirements/{promised}/slip", data={**form, "reason": " "}).status_code == 400

    moved = browser.post(f"/requirements/{promised}/slip", data=form)

    assert "2030 Q3" in moved.text


@pytest.mark.parametrize("look", ["board", "table"])
def test_a_refused_change_of_quarter_keeps_what_was_typed_where_it_was_typed(client, cast, promised, look):
    browser = client(cast.jun)
    back = f"/roadmap?part=internal&look={look}"
    form = {"quarter": "2030Q1", "reason": "供应商要到明年才能交货", "back": back}

    refused = browser.post(f"/requirements/{promised}/slip", data=form)

    assert refused.status_code == 400
    assert "请选一个和现在不同的季度。" in refused.text
    assert (
        refused.text.count("供应商要到明年才能交货") == 2
    )  # in its field, and beside the reason for refusing it
    assert 'class="q-road-move" open' in refused.text
    assert ("<table" in refused.text) == (look == "table")
    assert "内部的话" in refused.text or "20 人天" in refused.text


def test_the_page_of_an_error_holds_what_was_written_and_no_secret(client, cast, promised):
    browser = client(cast.jun)
    text = "两家客户都说下个季度再谈，先不做。"

    refused = browser.post(
        f"/requirements/{promised}/state", data={"to": "new", "note": text, "secret_note": text * 2}
    )

    assert refused.status_code >= 400
    assert refused.text.count(text) == 1
    assert "您刚才写的在这里" in refused.text


def test_a_restricted_requirement_is_on_nobody_elses_roadmap(client, cast, wiring, promised):
    with wiring.database.write() as session:
        found = requirements.get(session, promised, cast.jun)
        fields = requirements.Fields(restricted_to=([], [cast.jun.id or 0]))
        requirements.edit(session, found, fields, edition=found.edition, by=cast.jun)

    for address in ("/roadmap", "/roadmap?look=table", "/api/v1/roadmap"):
        assert promised not in client(cast.ting).get(address).text
        assert promised in client(cast.jun).get(address).text


def test_an_open_item_says_how_often_it_was_put_off_and_when_the_next_time_goes_to_somebody_above(
    wiring, cast, client, waiting
):
    told = []
    for _time in range(3):
        with wiring.database.write() as session:
            meeting = session.exec(select(Meeting).where(Meeting.state == "planned")).one()
            meetings.begin(session, meeting.id or 0, by=cast.jun)
            number = meeting.id or 0
        told.append(client(cast.jun).get(f"/meetings/{number}?on={waiting}").text)
        with wiring.database.write() as session:
            meetings.decide(session, number, waiting, "deferred", rationale="时间不够", by=cast.jun)
            meetings.close(session, number, by=cast.jun)

    assert "已顺延" not in told[0]
    assert "已顺延 1 次" in told[1]
    assert "再顺延就要上报" not in told[1]
    assert "已顺延 2 次，再顺延就要上报" in told[2]
