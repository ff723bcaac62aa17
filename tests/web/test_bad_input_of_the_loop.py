"""What people do wrong in the requirement loop, by page and by REST: each time a sentence that says why and what to do,
nothing is lost, and nobody hears what is not theirs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import Session, col, func, select
from starlette.testclient import TestClient

from hub import accounts, customers, meetings, notices, requirements
from hub.base import clock
from hub.requirements import Obligation, Regrouping, Request, RequestLink, Requirement, RiceInput, Step
from hub.wiring import Wiring
from tests.cast import Cast, settle
from tests.domains.requirement_cast import asked_for, brought_to, keep_secret, scored, wanted
from tests.hidden import a_series

HISTORY = (Requirement, Request, RequestLink, Regrouping, Step, RiceInput, Obligation, notices.Notice)
SECRET, SECRET_WORDS = "秘密客户集团", "只告诉林晓的那句话"


@dataclass
class Loop:
    """A furnished pool: two requirements that say the same, each with a request, and people who sign in."""

    wiring: Wiring
    client: Callable[..., TestClient]
    first: str
    second: str
    asked: list[int] = field(default_factory=list)

    def counted(self) -> dict[str, int]:
        """How much of everything there is."""
        with self.wiring.database.read() as session:
            return {m.__name__: session.exec(select(func.count()).select_from(m)).one() for m in HISTORY}  # type: ignore[arg-type]

    def refuses(
        self,
        who: accounts.Actor,
        status: int,
        sentence: str,
        *,
        page: tuple[str, dict[str, Any]],
        rest: tuple[str, str, dict[str, Any]],
    ) -> None:
        """Both doors answer with this status and this sentence, and not a row is more or fewer afterwards."""
        browser, before = self.client(who), self.counted()
        shown = browser.post(page[0], data=page[1])
        said = browser.request(rest[0], f"/api/v1{rest[1]}", json=rest[2])
        assert (shown.status_code, said.status_code) == (status, status), (shown.text, said.text)
        assert sentence in shown.text
        assert sentence in said.json()["error"]["message"]
        assert self.counted() == before


@pytest.fixture
def loop(wiring: Wiring, cast: Cast, client: Callable[..., TestClient]) -> Loop:
    with wiring.database.write() as session:
        first = wanted(session, cast.jun, title="电价重算")
        second = wanted(session, cast.jun, title="分时重算")
        made = Loop(wiring, client, first.key, second.key)
        made.asked = [
            asked_for(session, cast.lin, first).id or 0,
            asked_for(session, cast.zhou, second, customer="临澄高新区", quote="审计不认去年的口径。").id
            or 0,
        ]
    settle(wiring)
    return made


def of(session: Session, key: str) -> Requirement:
    found = requirements.by_key(session, key)
    assert found is not None
    return found


# ---- regrouping


def test_two_people_who_merge_the_same_pair_make_one_merge_and_tell_once(loop, cast):
    jun, ada = loop.client(cast.jun), loop.client(cast.ada)

    jun.post(f"/requirements/{loop.first}/merge", data={"into": loop.second})
    again = ada.post(f"/requirements/{loop.first}/merge", data={"into": loop.second})
    by_rest = ada.post(f"/api/v1/requirements/{loop.first}/merge", json={"into": loop.second})
    settle(loop.wiring)

    assert again.url.path == f"/requirements/{loop.second}"
    assert by_rest.json()["to_key"] == loop.second
    with loop.wiring.database.read() as session:
        assert len(session.exec(select(Regrouping)).all()) == 1
        told = session.exec(
            select(notices.Notice.person_id).where(notices.Notice.key == "requirement_merged")
        )
        assert sorted(told) == sorted([cast.lin.id, cast.zhou.id])


def test_who_merges_the_pair_the_other_way_round_hears_that_it_is_done(loop, cast):
    loop.client(cast.jun).post(f"/requirements/{loop.first}/merge", data={"into": loop.second})

    loop.refuses(
        cast.ada,
        409,
        "自己已经合并掉了，请并到它并入的那一条。",
        page=(f"/requirements/{loop.second}/merge", {"into": loop.first}),
        rest=("POST", f"/requirements/{loop.second}/merge", {"into": loop.first}),
    )


def test_a_requirement_is_not_merged_into_itself(loop, cast):
    loop.refuses(
        cast.jun,
        400,
        "不能把一条需求并到它自己，也不能从自己拆给自己。请选另一条。",
        page=(f"/requirements/{loop.first}/merge", {"into": f"{loop.first} 电价重算"}),
        rest=("POST", f"/requirements/{loop.first}/merge", {"into": loop.first}),
    )


def test_nothing_is_merged_into_what_is_merged_already(loop, cast):
    with loop.wiring.database.write() as session:
        third = wanted(session, cast.jun, title="第三条").key
        requirements.merge(session, of(session, loop.first), of(session, loop.second), by=cast.jun)

    loop.refuses(
        cast.jun,
        409,
        f"{loop.first} 自己已经合并掉了，请并到它并入的那一条。",
        page=(f"/requirements/{third}/merge", {"into": loop.first}),
        rest=("POST", f"/requirements/{third}/merge", {"into": loop.first}),
    )


def test_a_part_is_not_split_back_into_what_it_came_from(loop, cast):
    with loop.wiring.database.write() as session:
        moved = requirements.split(
            session, of(session, loop.first), loop.asked[:1], title="一半", by=cast.jun
        )
        part = requirements.by_id(session, moved.to_id).key

    loop.refuses(
        cast.jun,
        409,
        "撤销拆分",
        page=(f"/requirements/{part}/split", {"request": str(loop.asked[0]), "into": loop.first}),
        rest=("POST", f"/requirements/{part}/split", {"request_ids": loop.asked[:1], "into": loop.first}),
    )


# ---- states, scores and meetings


@pytest.mark.parametrize(
    ("to", "sentence"),
    [
        ("shipped", "这条需求现在是“新建”，不能直接变成“已发布”。"),
        ("launched", "“已上市”由系统在素材齐了之后认定，不能手工改。"),
    ],
)
def test_a_state_out_of_order_is_refused(loop, cast, to, sentence):
    said = {"to": to, "note": "x", "quarter": "2027Q1", "outcome_words": "x", "limits": "x"}
    loop.refuses(
        cast.jun,
        409,
        sentence,
        page=(f"/requirements/{loop.first}/state", said),
        rest=("POST", f"/requirements/{loop.first}/state", said),
    )


@pytest.mark.parametrize(
    ("who", "factor", "sentence"),
    [
        ("jun", "effort", "投入只能由技术专家来估。请把需求指给一位技术专家。"),
        ("zhou", "impact", "影响和信心由产品经理来定。"),
        ("li", "confidence", "影响和信心由产品经理来定。"),
        ("ting", "reach", "触达由产品经理或提诉求的客户经理来定。"),
    ],
)
def test_a_score_of_the_wrong_role_is_refused(loop, cast, who, factor, sentence):
    loop.refuses(
        getattr(cast, who),
        403,
        sentence,
        page=(f"/requirements/{loop.first}/rice", {"factor": factor, "value": "1"}),
        rest=("PUT", f"/requirements/{loop.first}/rice/{factor}", {"value": 1}),
    )


def test_a_meeting_that_is_closed_twice_says_who_closed_it(loop, cast):
    with loop.wiring.database.write() as session:
        a_series(session, cast, host_id=cast.jun.id)
        meeting = session.exec(select(meetings.Meeting)).one()
        meetings.begin(session, meeting.id or 0, by=cast.jun)
        for item in session.exec(select(meetings.MeetingItem)).all():
            key = requirements.by_id(session, item.requirement_id).key
            meetings.decide(session, meeting.id or 0, key, "deferred", rationale="时间不够", by=cast.jun)
        meetings.close(session, meeting.id or 0, by=cast.jun)

    loop.refuses(
        cast.ada,
        409,
        "已经由 何俊 在",
        page=("/meetings/1/state", {"to": "closed"}),
        rest=("POST", "/meetings/1/state", {"to": "closed"}),
    )


# ---- sheets


def test_a_sheet_with_bad_rows_writes_none_names_each_and_writes_the_good_when_asked(loop, cast):
    rows = [f"A-{n},{n:03}号园,原话{n},{'五十' if n % 100 == 7 else '50万'}" for n in range(300)]
    data = "\n".join(["外部编号,客户,客户原话,预计收入", *rows]).encode()
    jun, before = loop.client(cast.jun), loop.counted()
    by_page = jun.post("/requests/import", files={"file": ("crm.csv", data, "text/csv")}).url
    by_rest = jun.post("/api/v1/requests/imports", files={"file": ("crm.csv", data)}).json()["id"]
    settle(loop.wiring)

    page, told = jun.get(str(by_page)), jun.get(f"/api/v1/requests/imports/{by_rest}").json()
    stopped = jun.post(str(by_page)), jun.post(f"/api/v1/requests/imports/{by_rest}/write")

    assert "有 3 行不对" in page.text, told
    assert [p["cell"] for p in told["problems"]] == ["D9", "D109", "D209"]
    assert all("读不成金额。写成 500000、50万 或 1.2亿 都行。" in p["reason"] for p in told["problems"])
    assert [answer.status_code for answer in stopped] == [409, 409]
    assert loop.counted() == before
    jun.post(str(by_page), data={"good_only": "1"})
    settle(loop.wiring)
    assert loop.counted()["Request"] == before["Request"] + 297
    assert loop.counted()["Notice"] == before["Notice"]


# ---- customers


def test_a_customer_in_three_spellings_is_one_customer(loop, cast):
    lin = loop.client(cast.lin)
    for nth, name in enumerate(("华辰电子产业园", "华辰 电子产业园", " 华辰电子产业园 ")):
        lin.post("/requests", data={"customer": name, "quote": f"页面 {nth}"})
        lin.post("/api/v1/requests", json={"customer": name, "quote": f"接口 {nth}"})

    with loop.wiring.database.read() as session:
        named = session.exec(select(customers.Customer.name).order_by(col(customers.Customer.id))).all()
        whose = {r.customer_id for r in session.exec(select(Request).where(Request.owner_id == cast.lin.id))}
    assert named == ["华辰电子产业园", "临澄高新区"]
    assert len(whose) == 1


def test_a_confidential_customer_is_handed_to_nobody_who_may_not_know_of_it(loop, cast):
    with loop.wiring.database.write() as session:
        made = wanted(session, cast.jun, title="秘密的需求")
        asked_for(session, cast.lin, made, customer=SECRET, quote=SECRET_WORDS)
        keep_secret(session, SECRET, owner=cast.lin)
        brought_to(session, cast, made, "shipped")
    settle(loop.wiring)
    duty = loop.client(cast.lin).get("/api/v1/obligations").json()[0]["id"]

    loop.refuses(
        cast.lin,
        409,
        "周强 不能看这家保密客户。",
        page=(f"/obligations/{duty}/hand-over", {"to": str(cast.zhou.id)}),
        rest=("POST", f"/obligations/{duty}/hand-over", {"to_id": cast.zhou.id}),
    )
    loop.refuses(
        cast.zhou,
        404,
        "没有这",
        page=(f"/obligations/{duty}/told", {"outcome": "told"}),
        rest=("POST", f"/obligations/{duty}/told", {"outcome": "told"}),
    )
    zhou = loop.client(cast.zhou)
    for path in ("/", "/notices", "/requests?which=all", f"/requirements/{of_title(loop, '秘密的需求')}"):
        assert SECRET_WORDS not in zhou.get(path).text, path


def of_title(loop: Loop, title: str) -> str:
    with loop.wiring.database.read() as session:
        return session.exec(select(Requirement.key).where(Requirement.title == title)).one()


# ---- people who have left


def test_nothing_is_put_on_a_requester_who_has_left(loop, cast):
    with loop.wiring.database.write() as session:
        gone = session.get_one(accounts.Person, cast.zhou.id)
        gone.active = False
        brought_to(session, cast, of(session, loop.first), "shipped")
    settle(loop.wiring)
    duty = loop.client(cast.lin).get("/api/v1/obligations").json()[0]["id"]

    for page, rest in (
        (
            (f"/requests/{loop.asked[0]}", {"owner": str(cast.zhou.id)}),
            ("PATCH", f"/requests/{loop.asked[0]}", {"owner_id": cast.zhou.id}),
        ),
        (
            (f"/obligations/{duty}/hand-over", {"to": str(cast.zhou.id)}),
            ("POST", f"/obligations/{duty}/hand-over", {"to_id": cast.zhou.id}),
        ),
    ):
        loop.refuses(cast.lin, 400, "请选一位在职的同事来接。", page=page, rest=rest)


def test_what_a_leaver_asked_for_is_told_by_who_may_know_the_customer(loop, cast):
    with loop.wiring.database.write() as session:
        for key, number in ((loop.first, loop.asked[0]), (loop.second, loop.asked[1])):
            request = session.get_one(Request, number)
            request.owner_id = request.submitter_id = cast.zhou.id
            session.add(request)
            scored(session, cast, of(session, key))
        keep_secret(session, "临澄高新区", owner=cast.lin)
        session.get_one(accounts.Person, cast.zhou.id).active = False
        for key in (loop.first, loop.second):
            brought_to(session, cast, of(session, key), "shipped")
    settle(loop.wiring)

    with loop.wiring.database.read() as session:
        owed = {o.request_id: o.owner_id for o in session.exec(select(Obligation)) if o.state == "open"}
    assert owed == {loop.asked[0]: cast.jun.id, loop.asked[1]: cast.lin.id}
    assert "审计不认去年的口径。" not in loop.client(cast.jun).get("/").text


def test_who_is_reminded_is_who_has_the_customer_to_tell(loop, cast):
    with loop.wiring.database.write() as session:
        brought_to(session, cast, of(session, loop.first), "shipped")
    settle(loop.wiring)
    lin, jun = loop.client(cast.lin), loop.client(cast.jun)
    duty = lin.get("/api/v1/obligations").json()[0]["id"]
    assert lin.post(f"/api/v1/obligations/{duty}/hand-over", json={"to_id": cast.zhou.id}).status_code == 204

    assert jun.post(f"/api/v1/requirements/{loop.first}/nudge").json() == {"reminded": 1}

    keys = [n["key"] for n in loop.client(cast.zhou).get("/api/v1/notices").json()]
    assert keys == ["tell_customer", "handed_over"]


# ---- what pages do, programs do too


def test_a_customer_is_told_and_a_slot_is_given_out_by_rest(loop, cast):
    with loop.wiring.database.write() as session:
        brought_to(session, cast, of(session, loop.first), "shipped")
    settle(loop.wiring)
    jun, lin, at = loop.client(cast.jun), loop.client(cast.lin), f"/api/v1/requirements/{loop.first}"

    (duty,) = lin.get("/api/v1/obligations").json()
    assert (duty["customer"], duty["milestone"], duty["key"]) == ("华辰电子产业园", "shipped", loop.first)
    told = f"/api/v1/obligations/{duty['id']}"
    assert lin.post(f"{told}/told", json={"outcome": "gone", "how": "电话"}).status_code == 204
    assert lin.get("/api/v1/obligations").json() == []
    ledger = {t["milestone"]: (t["state"], t["how"]) for t in jun.get(f"{at}/told").json()}
    assert ledger["shipped"] == ("gone", "电话")
    assert lin.post(f"{told}/reopen").status_code == 204
    assert len(lin.get("/api/v1/obligations").json()) == 1

    given = {"owner_id": cast.ting.id, "due_on": "2026-12-01", "note": "四段电价"}
    assert lin.put(f"{at}/slots/faq", json=given).status_code == 403
    assert jun.put(f"{at}/slots/faq", json=given).status_code == 204
    slots = {s["role"]: s for s in jun.get(f"{at}/slots").json()}
    assert (slots["faq"]["owner"], slots["faq"]["due_on"], slots["faq"]["filling"]) == (
        "李婷",
        "2026-12-01",
        "need",
    )
    unread = [n for n in lin.get("/api/v1/notices").json() if n["read_at"] is None]
    assert unread
    assert lin.post(f"/api/v1/notices/{unread[0]['id']}/read").json()["read_at"]
    assert lin.post("/api/v1/notices/read").status_code == 204
    assert all(n["read_at"] for n in lin.get("/api/v1/notices").json())


def test_a_change_of_what_is_planned_has_its_reason_its_history_and_its_readers_by_rest(loop, cast):
    with loop.wiring.database.write() as session:
        brought_to(session, cast, of(session, loop.first), "planned")
    jun, at = loop.client(cast.jun), f"/api/v1/requirements/{loop.first}"
    said = {"edition": jun.get(at).json()["edition"], "summary": "另一个范围", "reason": "客户又提了一条"}

    changed = jun.patch(at, json={**said, "open_to": {"person_ids": [cast.lin.id]}})

    assert changed.status_code == 200
    (change,) = jun.get(f"{at}/changes").json()
    assert (change["kind"], change["revision"], change["reason"]) == ("scope", 2, "客户又提了一条")
    assert loop.client(cast.zhou).get(f"{at}/changes").status_code == 404
    jun.put(f"{at}/rice/impact", json={"value": 2, "reason": "又来一家"})
    impact = next(f for f in jun.get(at).json()["factors"] if f["name"] == "impact")
    assert [(b["value"], b["by"]) for b in impact["before"]] == [("1.0000", "何俊")]


def test_a_series_is_changed_and_a_meeting_moved_by_rest(loop, cast):
    jun = loop.client(cast.jun)
    series = {"name": "需求评审会", "first_on": clock.today().isoformat()}
    made = jun.post("/api/v1/meetings/series", json=series).json()
    at = f"/api/v1/meetings/series/{made['id']}"

    other = jun.put(at, json={**series, "every_weeks": 2, "edition": made["edition"]})
    late = jun.put(at, json={**series, "edition": made["edition"]})
    moved = jun.put("/api/v1/meetings/1/when", json={"starts_at": "2030-01-08T10:00:00"})

    assert (other.json()["every_weeks"], late.status_code) == (2, 409)
    assert datetime.fromisoformat(moved.json()["starts_at"]) == datetime(2030, 1, 8, 2, tzinfo=UTC)
    assert (
        loop.client(cast.lin)
        .put("/api/v1/meetings/1/when", json={"starts_at": "2030-01-08T10:00:00"})
        .status_code
        == 403
    )
    jun.post("/api/v1/meetings/1/state", json={"to": "running"})
    assert jun.post("/api/v1/meetings/1/reports").status_code == 200
    ended = jun.put(at, json={**series, "edition": other.json()["edition"], "ended": True})
    assert ended.json()["ended"] is True


def test_two_material_tasks_become_one_by_rest(loop, cast):
    ting = loop.client(cast.ting)
    one, two = (
        ting.post("/api/v1/tasks", json={"kind": kind, "product": "energy"}).json()["id"]
        for kind in ("faq", "solution")
    )

    merged = ting.post(f"/api/v1/tasks/{one}/merge", json={"into_id": two})

    assert (merged.status_code, merged.json()["id"]) == (200, two)
    assert ting.get(f"/api/v1/tasks/{one}").json()["state"] == "declined"
    again = ting.post(f"/api/v1/tasks/{two}/merge", json={"into_id": two})
    assert again.json()["error"]["message"] == "请选另一张制作单来合并。"
