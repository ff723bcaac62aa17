"""The pages of launch plans, without a script: every form does what it says, and nobody sees a plan they may not."""

from decimal import Decimal

import pytest
from lxml import html

from hub import accounts, launches, requirements
from hub.accounts import SYSTEM
from tests.domains.requirement_cast import brought_to, wanted


@pytest.fixture
def key(wiring, cast):
    """A planned requirement of Jun's without a plan."""
    with wiring.database.write() as session:
        made = wanted(session, cast.jun, manager_id=cast.jun.id)
        brought_to(session, cast, made, "planned")
    return made.key


@pytest.fixture
def bo(wiring, cast):
    """A colleague of operations."""
    with wiring.database.write() as session:
        made = accounts.add_person(
            session, email="bo@test.example", name="孙博", roles=["operations"], by=SYSTEM
        )
        return accounts.actor(session, made)


def test_a_plan_is_begun_filled_signed_and_judged_by_its_forms(wiring, cast, client, key, bo):
    jun, operator = client(cast.jun), client(bo)
    assert "做上市计划" in jun.get(f"/requirements/{key}").text

    begun = jun.post(f"/requirements/{key}/plan").text
    assert "目标还没写" in begun
    goal = {"title": "上线客户", "target": "30", "unit": "家", "after_days": "60"}
    page = jun.post(f"/launches/{key}/goals", data=goal).text
    assert "上线客户" in page
    line = {"title": "公众号首发", "owner": "李婷", "after_days": "7", "responsible": "林晓、陈立"}
    shown = operator.post(f"/launches/{key}/lines?kind=campaign", data=line).text
    assert "林晓、陈立" in shown
    assert "发布后 7 天" in shown
    budget = {"sort": "budget", "title": "展位", "amount": "68,000", "currency": "CNY"}
    assert "¥68,000" in operator.post(f"/launches/{key}/resources", data=budget).text
    signing = {"edition": "2"}
    jun.post(f"/launches/{key}/sign", data={"side": "product", **signing})
    assert "双方已签" in operator.post(f"/launches/{key}/sign", data={"side": "operations", **signing}).text

    with wiring.database.write() as session:
        found = requirements.get(session, key, cast.jun)
        for state in ("building", "shipped"):
            requirements.move(session, found, state, outcome_words="能用了。", limits="四段。", by=cast.jun)
        plan = launches.get(session, key, cast.jun)
        goal_id = launches.view(session, plan, cast.jun).goals[0].id
    done = operator.post(f"/launches/{key}/goals/{goal_id}/result", data={"reached": "27", "note": "差三家"})
    assert "差三家" in done.text
    assert "接近" in done.text
    assert "已回顾" in client(cast.lin).get("/launches?which=reviewed").text


def test_changing_a_goal_asks_for_new_signatures_and_shows_what_was_signed(wiring, cast, client, key):
    jun = client(cast.jun)
    jun.post(f"/requirements/{key}/plan")
    jun.post(f"/launches/{key}/goals", data={"title": "上线客户", "target": "30", "unit": "家"})
    jun.post(f"/launches/{key}/sign", data={"side": "product", "edition": "2"})
    with wiring.database.read() as session:
        plan = launches.get(session, key, cast.jun)
        goal_id = launches.view(session, plan, cast.jun).goals[0].id

    changed = {"title": "上线客户", "target": "40", "unit": "家", "edition": "2"}
    page = jun.post(f"/launches/{key}/goals/{goal_id}", data=changed).text

    assert "两边都待签" in page
    assert "上线客户 30 家" in page
    assert jun.post(f"/launches/{key}/sign", data={"side": "product", "edition": "2"}).status_code == 409


def test_a_reader_has_no_forms_and_a_stranger_no_plan(wiring, cast, client, key):
    jun = client(cast.jun)
    jun.post(f"/requirements/{key}/plan")

    page = client(cast.lin).get(f"/launches/{key}").text
    assert f'action="/launches/{key}' not in page
    with wiring.database.write() as session:
        found = requirements.get(session, key, cast.jun)
        only = requirements.Fields(restricted_to=([], [cast.lin.id]))
        requirements.edit(session, found, only, edition=found.edition, by=cast.jun)
    zhou = client(cast.zhou)
    assert zhou.get(f"/launches/{key}").status_code == 404
    assert key not in zhou.get("/launches").text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"owner": ""}, "只有一个"),
        ({"owner": "林晓、陈立"}, "只有一个人负责"),
        ({"owner": "查无此人"}, "没有“查无此人”"),
        ({"owner": "李婷", "after_days": "下周"}, "天数写整数"),
        ({"owner": "李婷", "responsible": "林晓", "informed": "林晓"}, "一个位置"),
        ({"owner": "李婷", "after_days": "9999"}, "最多前后"),
    ],
)
def test_what_cannot_be_is_a_sentence(client, cast, key, said, sentence):
    jun = client(cast.jun)
    jun.post(f"/requirements/{key}/plan")

    answer = jun.post(f"/launches/{key}/lines", data={"title": "录视频", **said})

    assert answer.status_code == 400
    assert sentence in answer.text
    form = form_at(answer.text, f"/launches/{key}/lines?kind=work")
    assert {"title": "录视频", **said}.items() <= form.items()


def form_at(page: str, action: str) -> dict[str, str]:
    """What stands in the fields of the one form of an opened <details> that posts to this address."""
    found = [f for f in html.fromstring(page).forms if f.action == action]
    assert len(found) == 1
    assert next(found[0].iterancestors("details")).get("open") is not None
    return {k: v or "" for k, v in found[0].fields.items()}


def test_every_form_of_a_plan_comes_back_as_it_was_typed_when_it_is_refused(wiring, cast, client, key):
    jun = client(cast.jun)
    jun.post(f"/requirements/{key}/plan")
    jun.post(f"/launches/{key}/goals", data={"title": "上线客户", "target": "30", "unit": "家"})
    jun.post(f"/launches/{key}/lines", data={"title": "录视频", "owner": "李婷"})
    jun.post(f"/launches/{key}/sign", data={"side": "product", "edition": "2"})
    with wiring.database.read() as session:
        view = launches.view(session, launches.get(session, key, cast.jun), cast.jun)
    goal, line = view.goals[0].id, view.lines[0].id
    refused = {
        "": {"title": "", "summary": "先打园区，再打工厂", "edition": str(view.plan.edition)},
        "/goals": {"title": "十月的目标", "target": "不少", "unit": "家", "after_days": "60"},
        f"/goals/{goal}": {"title": "上线客户家数", "target": "三十", "unit": "户"},
        f"/lines/{line}": {"title": "录一段视频", "owner": "查无此人", "edition": "1", "responsible": "林晓"},
        "/lines?kind=campaign": {"title": "公众号首发", "owner": "李婷", "place": "公众号"},
        "/resources": {"sort": "budget", "title": "展位和搭建", "amount": "很多", "currency": "USD"},
        "/unsign": {"side": "product", "reason": " "},
    }

    for place, typed in refused.items():
        answer = jun.post(f"/launches/{key}{place}", data=typed)

        assert answer.status_code == 400, place
        form = form_at(answer.text, f"/launches/{key}{place}")
        kept = {k: v for k, v in typed.items() if k != "edition"}
        assert kept.items() <= form.items(), place


def test_who_is_overtaken_keeps_what_they_typed_and_saves_it_knowing(wiring, cast, client, key):
    jun = client(cast.jun)
    jun.post(f"/requirements/{key}/plan")
    jun.post(f"/launches/{key}/lines", data={"title": "录视频", "owner": "李婷"})
    with wiring.database.read() as session:
        view = launches.view(session, launches.get(session, key, cast.jun), cast.jun)
    place = f"/launches/{key}/lines/{view.lines[0].id}"
    jun.post(place, data={"title": "录两段视频", "owner": "李婷", "edition": "1"})

    late = jun.post(place, data={"title": "录视频，带字幕", "owner": "李婷", "edition": "1"})

    assert late.status_code == 409
    assert "录两段视频" in late.text
    typed = form_at(late.text, place)
    assert typed["title"] == "录视频，带字幕"
    assert "录视频，带字幕" in jun.post(place, data=typed).text


def test_a_result_that_says_nothing_of_its_light_is_asked_for_it_and_kept(wiring, cast, client, key, bo):
    jun, operator = client(cast.jun), client(bo)
    jun.post(f"/requirements/{key}/plan")
    jun.post(f"/launches/{key}/goals", data={"title": "上线客户", "target": "30", "unit": "家"})
    jun.post(f"/launches/{key}/sign", data={"side": "product", "edition": "2"})
    operator.post(f"/launches/{key}/sign", data={"side": "operations", "edition": "2"})
    with wiring.database.write() as session:
        found = requirements.get(session, key, cast.jun)
        for state in ("building", "shipped"):
            requirements.move(session, found, state, outcome_words="能用了。", limits="四段。", by=cast.jun)
        goal = launches.view(session, launches.get(session, key, cast.jun), cast.jun).goals[0].id

    answer = operator.post(f"/launches/{key}/goals/{goal}/result", data={"reached": "12", "light": "green"})

    assert answer.status_code == 400
    form = form_at(answer.text, f"/launches/{key}/goals/{goal}/result")
    assert (form["reached"], form["light"]) == ("12", "green")


def test_the_unit_of_effort_is_a_setting_of_administrators(wiring, cast, client, key):
    assert client(cast.jun).post("/settings/pool", data={"effort_unit": "months"}).status_code == 403
    client(cast.ada).post("/settings/pool", data={"effort_unit": "months"})

    page = client(cast.li).get(f"/requirements/{key}").text

    assert "1 人月（20 人天）" in page
    with wiring.database.read() as session:
        assert requirements.get(session, key, cast.li).score == Decimal(4)


def test_tags_are_shown_and_edited_on_the_page_of_a_request(wiring, cast, client):
    lin = client(cast.lin)
    with wiring.database.write() as session:
        wish = requirements.Wish(customer="华辰电子", quote="对不上。")
        number = requirements.ask(session, wish, by=cast.lin).id

    page = lin.post(f"/requests/{number}", data={"tags": "电价；报表、电价"}).text

    assert 'value="电价；报表"' in page
    assert '<span class="q-chip">电价' in page


def test_the_list_is_searched_narrowed_and_says_so_when_nothing_is_found(wiring, cast, client, key):
    with wiring.database.write() as session:
        found = requirements.get(session, key, cast.jun)
        launches.create(session, found, launches.Fields(title="秋季上市"), by=cast.jun)
    reader = client(cast.lin)

    listed = reader.get("/launches?q=秋季&quarter=2026Q4&sort=late").text
    nothing = reader.get("/launches?q=春季&which=late").text

    assert f"/launches/{key}" in listed
    assert 'value="秋季"' in listed
    assert '<option value="late" selected>' in listed
    assert "秋季上市" not in nothing
    assert "换几个字或放宽筛选再找" in nothing
    assert 'href="/launches?which=late"' in nothing
