"""The coverage map and the material tasks, as a browser without scripts uses them."""

import re

import pytest
from sqlmodel import select

from hub import customers, tasks
from hub.base import clock
from tests.cast import on_offer


@pytest.fixture
def asked_for(wiring, cast):
    """A deal in steel, and a solution for parks."""
    with wiring.database.write() as session:
        on_offer(session, cast, "园区节能方案")
        customer = customers.named(session, "明洲特钢", industry="steel", by=cast.lin)
        session.add(
            customers.Opportunity(
                customer_id=customer.id,
                title="一期",
                product="energy",
                amount=600_000,
                created_at=clock.now(),
            )
        )


def test_the_map_shows_where_material_is_missing_and_opens_a_cell(client, cast, asked_for):
    page = client(cast.lin).get("/coverage").text
    opened = client(cast.lin).get("/coverage?product=energy&at=steel").text

    assert "能碳管理 × 钢铁冶金：空白，0/4，需求权重 5 / 5" in page
    assert "能碳管理 × 产业园区：单薄" in page
    assert "先补这几格" in page
    assert "明洲特钢" in opened
    assert "明洲特钢" not in page
    assert 'name="owner"' not in opened


def test_a_cell_that_is_none_and_words_that_mean_nothing_show_the_map(client, cast, asked_for):
    for query in ("product=energy&at=moon", "kind=nonsense&tier=nobody&axis=sideways", "at=%27%3B--"):
        answer = client(cast.lin).get(f"/coverage?{query}")
        assert answer.status_code == 200
        assert "覆盖地图" in answer.text


def test_the_map_as_a_table_has_a_line_for_each_cell(client, cast, asked_for):
    answer = client(cast.lin).get("/coverage.csv")

    assert answer.headers["content-type"].startswith("text/csv")
    assert len(answer.text.strip().splitlines()) == 1 + 2 * 2
    assert "能碳管理,钢铁冶金,空白,0,4,5" in answer.text


def test_a_seller_asks_from_a_cell_and_a_marketer_plans_it(client, cast, wiring, asked_for):
    seller, marketer = client(cast.lin), client(cast.ting)
    form = {"kind": ["solution", "case_study"], "product": "energy", "industry": "steel", "source": "cell",
            "evidence": "1 个在谈商机", "questions": "怎么算"}  # fmt: skip
    board = seller.post("/tasks", data=form).text
    again = seller.post("/tasks", data={**form, "kind": "solution"}).text

    assert board.count("能碳管理 × 钢铁冶金") >= 2
    assert "已有同样的制作单" in again
    with wiring.database.read() as session:
        task_id = session.exec(
            select(tasks.MaterialTask.id).where(tasks.MaterialTask.kind == "solution")
        ).one()
    assert seller.post(f"/tasks/{task_id}/move", data={"to": "in_work"}).status_code == 403
    planned = marketer.post(f"/tasks/{task_id}/move", data={"to": "planned", "quarter": "2027Q1"}).text
    assert "2027 Q1" in planned
    assert "2027 Q1" in marketer.get("/tasks").text
    assert client(cast.ting).get("/coverage?product=energy&at=steel").text.count(f"/tasks/{task_id}") == 1


def test_a_marketer_edits_joins_merges_and_closes(client, cast, wiring, asked_for):
    browser = client(cast.ting)
    for title in ("甲", "乙"):
        browser.post(
            "/tasks", data={"kind": "faq", "title": title, "product": "energy" if title == "甲" else ""}
        )
    page = browser.get("/tasks/1").text
    edition = re.search(r'name="edition" value="(\d+)"', page)[1]

    saved = browser.post(
        "/tasks/1", data={"kind": "faq", "title": "丙", "edition": edition, "owner": cast.li.id}
    )
    lost = browser.post("/tasks/1", data={"kind": "faq", "title": "丁", "edition": edition})
    merged = browser.post("/tasks/2/merge", data={"into": "1"})

    assert browser.get("/tasks/new").status_code == 200
    assert "陈立" in saved.text
    assert lost.status_code == 409
    assert str(merged.url).endswith("/tasks/1")
    assert client(cast.zhou).post("/tasks/1/want", data={"act": "want"}).status_code == 200
    assert browser.post("/tasks/1/move", data={"to": "published", "asset": "1"}).status_code == 200
    assert "丙" in browser.get("/tasks?view=done").text
    assert browser.post("/tasks/1/merge", data={"into": "x"}).status_code == 400
    assert browser.get("/tasks/99").status_code == 404
