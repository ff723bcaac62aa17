"""Removing the demo: all of it goes, except what people added, changed or built on, with what that needs."""

import shutil

import pytest
from sqlalchemy import select as rows_of
from sqlmodel import SQLModel, select

from hub import accounts, assets, customers, library, notices, requirements, taxonomy, toolkits
from hub.accounts import SYSTEM
from hub.base import jobs
from hub.base.errors import Conflict, NotAllowed, NotFound
from hub.base.settings import Settings
from hub.library.belonging import demo_ids
from hub.wiring import wire
from tests.api.callers import Caller
from tests.cast import settle
from tests.library.demo_house import own_administrator, show_demo, somebody

# What a house has without any demo: settings, tiers and types, its administrator, the log, jobs and the index's outbox.
HOUSE = {
    "setting",
    "tier",
    "product_type",
    "person",
    "role_grant",
    "table_stamp",
    "activity",
    "job",
    "index_change",
    "index_follower",
}


@pytest.fixture(autouse=True)
def no_office(tmp_path, monkeypatch):
    """The demo's pages were not pictured yet, and without LibreOffice they will not be."""
    monkeypatch.setenv("HUB_SOFFICE", str(tmp_path / "no-office"))


@pytest.fixture(scope="module")
def demo_home(tmp_path_factory, migrated):
    """A hub that shows the demo, made once and copied for each test."""
    home = tmp_path_factory.mktemp("demo") / "home"
    home.mkdir()
    shutil.copy(migrated, home / "hub.db")
    wiring = wire(Settings(home=home, worker=False))
    show_demo(wiring, home.parent / "library")
    wiring.close()
    return home


@pytest.fixture
def shown(tmp_path, demo_home):
    """A hub that shows the demo."""
    wiring = wire(Settings(home=shutil.copytree(demo_home, tmp_path / "home"), worker=False))
    yield wiring
    wiring.close()


@pytest.fixture
def own(shown):
    return own_administrator(shown)


def filled(wiring):
    """The tables that have rows."""
    with wiring.database.read() as session:
        tables = SQLModel.metadata.sorted_tables
        return {t.name for t in tables if session.execute(rows_of(t).limit(1)).first() is not None}


def removed(wiring, by):
    with wiring.database.write() as session:
        found = library.remove_demo(session, by=by)
    settle(wiring)
    with wiring.database.read() as session:
        assert jobs.failed(session) == []
        assert demo_ids(session) == {name: set() for name in demo_ids(session)}
    assert library.check(wiring.database, wiring.blobs, wiring.engine).faults == []
    return found


def titles(wiring, model):
    with wiring.database.read() as session:
        return {getattr(row, "title", None) or row.name for row in session.exec(select(model)).all()}


def asset_called(session, slug):
    found = assets.by_slug(session, slug)
    assert found is not None
    return found


def test_a_demo_that_nobody_touched_goes_without_a_trace(wiring, tmp_path):
    show_demo(wiring, tmp_path / "demo")
    shown, own = wiring, own_administrator(wiring)

    found = removed(shown, own)

    assert found.kept == {}
    assert filled(shown) == HOUSE
    assert titles(shown, accounts.Person) == {"自家管理员"}
    assert shown.engine.count() == 0
    with shown.database.read() as session:
        assert taxonomy.company(session).title() == ""
        assert accounts.demo_people(session) == []


def test_by_rest_the_demo_goes_with_the_plan_that_was_shown(shown, own):
    caller = Caller(shown, own)
    plan = caller.get("/settings/demo").json()

    gone = caller.delete("/settings/demo")

    assert (gone.status_code, gone.json()) == (200, plan)
    assert {g["label"]: g["count"] for g in plan["going"]}["素材"] > 0
    settle(shown)
    with shown.database.read() as session:
        assert demo_ids(session) == {name: set() for name in demo_ids(session)}
    assert caller.delete("/settings/demo").status_code == 404


def test_the_preview_says_what_goes_and_changes_nothing(shown, own):
    before = {name: len(ids) for name, ids in _demo(shown).items() if ids}

    with shown.database.read() as session:
        found = library.demo_plan(session, by=own)
        said = dict(library.counts(found))

    assert {name: len(ids) for name, ids in _demo(shown).items() if ids} == before
    assert said == {
        "素材": 4,
        "工具包": 1,
        "需求": 1,
        "诉求": 1,
        "客户": 2,
        "商机": 1,
        "演示模板": 4,
        "团队": 2,
        "产品": 2,
        "分类": 3,
        "人员": 4,
    }


def _demo(wiring):
    with wiring.database.read() as session:
        return demo_ids(session)


def test_nobody_removes_the_demo_who_could_not_sign_in_afterwards(shown):
    before = _demo(shown)
    demo_admin = somebody(shown, "zheng@demo.example")

    with shown.database.write() as session:
        accounts.add_person(session, email="no@firm.cn", name="没密码", roles=["administrator"], by=SYSTEM)
        with pytest.raises(Conflict, match="没有管理员能登录"):
            library.remove_demo(session, by=demo_admin)

    assert _demo(shown) == before


def test_only_administrators_remove_it_and_only_where_it_is(shown, own):
    with shown.database.write() as session, pytest.raises(NotAllowed):
        library.remove_demo(session, by=somebody(shown, "min@demo.example"))
    removed(shown, own)
    with shown.database.write() as session, pytest.raises(NotFound):
        library.remove_demo(session, by=own)


def test_a_demo_administrator_removes_it_and_is_gone_with_it(shown, own):
    removed(shown, somebody(shown, "zheng@demo.example"))

    with shown.database.read() as session:
        assert accounts.by_email(session, "zheng@demo.example") is None


def test_a_new_version_keeps_the_demo_asset_whole(shown, own):
    with shown.database.write() as session:
        plan = asset_called(session, "plan")
        assets.add_version(session, plan, assets.Content(text="# 我们的方案"), note="换成我们的", by=own)

    removed(shown, own)

    assert titles(shown, assets.Asset) == {"园区节能方案"}
    with shown.database.read() as session:
        plan = asset_called(session, "plan")
        assert [v.number for v in assets.versions(session, plan, own)] == [2, 1]
        assert (plan.owner_id, plan.demo) == (own.id, False)
        assert {p.key for p in session.exec(select(taxonomy.Product)).all()} == {"energy"}
        # the industry it carries, and the one above it
        assert {t.key for t in session.exec(select(taxonomy.Term)).all()} == {"park", "smart-park"}
        answer = library.find(session, shown.engine, "园区节能", by=own)
        assert {row.url.split("?")[0] for row in answer.rows} == {f"/assets/{plan.id}"}


def test_a_kit_of_ours_keeps_the_demo_assets_it_pins(shown, own):
    with shown.database.write() as session:
        fields = toolkits.Fields(title="我们的工具包", product="energy")
        kit = toolkits.create(session, fields, by=own)
        toolkits.pin(session, kit, asset_called(session, "intro").id or 0, by=own)

    found = removed(shown, own)

    assert titles(shown, toolkits.Toolkit) == {"我们的工具包"}
    assert len(titles(shown, assets.Asset)) == 1
    assert any("我们的工具包" in why or "您加的" in why for why in found.kept.values())
    with shown.database.read() as session:
        kit = toolkits.get(session, session.exec(select(toolkits.Toolkit.slug)).one(), own)
        intro = asset_called(session, "intro")
        assert {p.asset_id for p in session.exec(select(toolkits.ToolkitPin)).all()} == {intro.id}
        assert len(assets.pages(session, intro.on_offer_id or 0)) == 2


def test_a_demo_kit_that_somebody_edited_stays_with_what_it_pins(shown, own):
    with shown.database.write() as session:
        kit = toolkits.get(session, "kit", own)
        toolkits.unpin(session, kit, asset_called(session, "plan").id or 0, by=own)

    removed(shown, own)

    assert titles(shown, toolkits.Toolkit) == {"能碳 · 园区"}
    with shown.database.read() as session:
        assert [a.slug for a in session.exec(select(assets.Asset)).all()] == ["intro"]


def test_a_request_on_a_demo_requirement_keeps_the_requirement_and_the_requests_behind_it(wiring, tmp_path):
    show_demo(wiring, tmp_path / "demo")
    shown, own = wiring, own_administrator(wiring)
    with shown.database.write() as session:
        wanted = session.exec(select(requirements.Requirement)).one()
        wish = requirements.Wish(customer="我们的客户", quote="我们也要。")
        asked = requirements.ask(session, wish, by=own)
        requirements.link(session, asked, wanted, by=own)

    removed(shown, own)

    with shown.database.read() as session:
        wanted = session.exec(select(requirements.Requirement)).one()
        assert (wanted.title, wanted.manager_id) == ("分时电价重算", own.id)
        assert titles(shown, customers.Customer) == {"我们的客户", "华辰电子"}
        assert {r.quote for r in session.exec(select(requirements.Request)).all()} == {
            "我们也要。",
            "峰谷一改就对不上。",
        }
        # who asked for it, and who decided, are still said; they can no longer do anything
        former = session.exec(select(accounts.Person).where(accounts.Person.id != own.id)).all()
        assert {p.name for p in former} == {"林小", "何某"}
        assert [p for p in former if p.active or p.demo or p.password_hash] == []
        assert accounts.roles_of(session, [p.id or 0 for p in former]) == {}


def test_what_a_demo_person_added_stays_and_is_the_administrators(shown, own):
    lin = somebody(shown, "lin@demo.example")
    with shown.database.write() as session:
        fields = assets.Fields(title="试着传的", kind="solution", tags={"industry": ["steel"]})
        assets.create(session, fields, assets.Content(text="# 试"), by=lin)

    removed(shown, own)

    with shown.database.read() as session:
        [kept] = session.exec(select(assets.Asset)).all()
        assert (kept.title, kept.owner_id) == ("试着传的", own.id)
        assert [v.uploaded_by_id for v in assets.versions(session, kept, own)] == [lin.id]
        assert {t.key for t in session.exec(select(taxonomy.Term)).all()} == {"steel"}


def test_what_demo_people_only_changed_of_the_demo_goes_and_is_named_before(shown, own):
    minmin = somebody(shown, "min@demo.example")
    with shown.database.write() as session:
        plan = asset_called(session, "plan")
        assets.still_right(session, plan, by=minmin)
    with shown.database.read() as session:
        found = library.demo_plan(session, by=own)
        assert [n.title for n in library.named(session, found.lost)] == ["园区节能方案"]

    removed(shown, own)

    assert filled(shown) == HOUSE


def test_what_somebody_put_in_the_trash_of_the_demo_is_no_reason_to_keep_it(shown, own):
    with shown.database.write() as session:
        assets.trash(session, asset_called(session, "plan"), by=own)

    removed(shown, own)

    assert filled(shown) == HOUSE


def test_our_people_in_a_demo_team_keep_the_team(shown, own):
    with shown.database.write() as session:
        east = accounts.team_by_key(session, "east")
        accounts.set_teams(session, accounts.person(session, own.id), [east.id or 0], by=own)

    removed(shown, own)

    assert titles(shown, accounts.Team) == {"东区"}


def test_a_company_that_we_named_keeps_its_name(shown, own):
    with shown.database.write() as session:
        library.name_company(
            session, name="我们公司", name_en="", short="", primary="#066fd1", site="", by=own
        )

    removed(shown, own)

    with shown.database.read() as session:
        assert taxonomy.company(session).name == "我们公司"


def test_a_number_that_is_given_again_inherits_nothing(shown, own):
    """SQLite gives the number of a deleted last row to the next one: nothing said of the old one may cling to it."""
    with shown.database.write() as session:
        plan = asset_called(session, "plan")
        notices.tell(
            session, [own.id], event="x", key="withdrawn", url=f"/assets/{plan.id}", title="旧", reason="旧"
        )
        keep = notices.tell(
            session, [own.id], event="y", key="withdrawn", url="/assets/9999", title="新", reason="新"
        )
        assert keep == 1

    removed(shown, own)

    with shown.database.write() as session:
        made = assets.create(
            session, assets.Fields(title="新的", kind="faq"), assets.Content(text="# 新"), by=own
        )
        tokens = accounts.readers(session, "asset", [made.asset_id])[made.asset_id]
        assert f"person:{own.id}" in tokens
        assert [n.values["title"] for n in notices.of(session, own)] == ["新"]
        log = accounts.readers(session, "offer", [made.asset_id])
        assert log.get(made.asset_id, frozenset()) == frozenset()
