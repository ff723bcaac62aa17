"""Toolkits: who may do what, what each reader sees, import and export, the ZIP."""

import io
import zipfile
from datetime import timedelta

import pytest

from hub import accounts, assets, library, taxonomy, toolkits
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from tests.cast import Cast, on_offer, settle

RULE = {"product": "energy"}


def kit_of(session, by, **changes):
    fields = {
        "title": "能碳管理 · 产业园区",
        "product": "energy",
        "industry": "park",
        "rules": [RULE],
        **changes,
    }
    return toolkits.create(session, toolkits.Fields(**fields), by=by)


def shelf(session, cast: Cast):
    """A published kit with a solution by rule, a pinned case, and a solution restricted to team east."""
    solution = on_offer(session, cast, "园区节能方案")
    case = on_offer(session, cast, "江北案例", kind="case_study", tags={"industry": ["steel"]})
    east = accounts.team_by_key(session, "east")
    secret = on_offer(session, cast, "未公开方案", restricted_to=([east.id], []))
    kit = kit_of(session, cast.ting)
    toolkits.pin(session, kit, case.id, by=cast.ting)
    toolkits.publish(session, kit, by=cast.ting)
    return kit, solution, case, secret


def titles(session, kit, by) -> list[str]:
    toolkits.follow(session)  # as the worker does soon after
    return [m.card.title for m in toolkits.contents(session, kit, by, taxonomy.words(session)).members]


@pytest.fixture
def session(wiring):
    with wiring.database.write() as opened:
        yield opened


def test_a_kit_takes_its_tier_from_its_product_and_starts_as_a_draft(session, cast):
    kit = kit_of(session, cast.ting)

    assert (kit.tier, kit.state, kit.owner_id) == ("enterprise", "draft", cast.ting.id)


@pytest.mark.parametrize("who", ["lin", "jun", "li"])
def test_only_editors_may_make_and_change_kits(session, cast, who):
    by = getattr(cast, who)
    kit, solution, *_rest = shelf(session, cast)

    for attempt in (
        lambda: kit_of(session, by),
        lambda: toolkits.edit(session, kit, toolkits.Fields(title="x"), edition=kit.edition, by=by),
        lambda: toolkits.pin(session, kit, solution.id, by=by),
        lambda: toolkits.unpin(session, kit, solution.id, by=by),
        lambda: toolkits.exclude(session, kit, solution.id, by=by),
        lambda: toolkits.reorder(session, kit, [], by=by),
        lambda: toolkits.move(session, kit, solution.id, 1, by=by),
        lambda: toolkits.publish(session, kit, by=by),
        lambda: toolkits.unpublish(session, kit, by=by),
        lambda: toolkits.archive(session, kit, by=by),
        lambda: toolkits.trash(session, kit, by=by),
        lambda: toolkits.restore(session, kit.slug, by=by),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_import_is_for_administrators(session, cast):
    with pytest.raises(NotAllowed):
        toolkits.from_data(session, "x", {"title": "x", "product": "energy"}, by=cast.ting)


def test_a_draft_is_hidden_from_sellers_and_seen_by_editors(session, cast):
    kit = kit_of(session, cast.ting)
    words = taxonomy.words(session)

    with pytest.raises(NotFound):
        toolkits.get(session, kit.slug, cast.lin)
    assert toolkits.find(session, cast.lin, state="", words=words) == []
    assert toolkits.find(session, cast.min, state="draft", words=words) == [kit]


def test_publishing_puts_a_kit_before_everybody(session, cast):
    kit, *_rest = shelf(session, cast)

    assert toolkits.find(session, cast.lin, words=taxonomy.words(session)) == [kit]


def test_an_empty_kit_cannot_be_published(session, cast):
    kit = kit_of(session, cast.ting)

    with pytest.raises(Conflict, match="空的"):
        toolkits.publish(session, kit, by=cast.ting)


def test_a_restricted_member_shows_in_no_list_count_or_completeness_of_others(session, cast):
    kit, *_rest = shelf(session, cast)
    words = taxonomy.words(session)

    assert "未公开方案" in titles(session, kit, cast.lin)
    assert titles(session, kit, cast.zhou) == ["园区节能方案", "江北案例"]
    inside, outside = (toolkits.cards(session, [kit], who, words)[0] for who in (cast.lin, cast.zhou))
    assert (inside.count, outside.count) == (3, 2)
    have = [f.have for f in toolkits.contents(session, kit, cast.zhou, words).completeness.fillings]
    assert have[0] == 1


def test_a_restricted_kit_is_open_to_its_team_owner_and_administrators_only(session, cast):
    kit, *_rest = shelf(session, cast)
    east = accounts.team_by_key(session, "east")
    toolkits.edit(
        session, kit, toolkits.Fields(restricted_to=([east.id], [])), edition=kit.edition, by=cast.ting
    )
    words = taxonomy.words(session)

    seen = {
        w
        for w in ("lin", "zhou", "ting", "min", "ada")
        if toolkits.find(session, getattr(cast, w), words=words)
    }
    assert seen == {"lin", "ting", "ada"}


def test_a_kit_of_a_restricted_product_is_hidden_with_its_product(session, cast):
    product = taxonomy.product(session, "energy")
    product.restricted = True
    accounts.restrict(session, "product", product.id, people=[cast.zhou.id])
    session.info.clear()
    on_offer(session, cast)
    kit = toolkits.create(session, toolkits.Fields(title="秘密", product="energy", rules=[RULE]), by=cast.ada)
    toolkits.publish(session, kit, by=cast.ada)

    assert toolkits.get(session, kit.slug, cast.zhou) is kit
    with pytest.raises(NotFound):
        toolkits.get(session, kit.slug, cast.lin)
    with pytest.raises(NotFound):
        kit_of(session, cast.min)


def test_two_editors_do_not_overwrite_each_other(session, cast):
    kit = kit_of(session, cast.ting)
    seen = kit.edition
    toolkits.edit(session, kit, toolkits.Fields(summary="一"), edition=seen, by=cast.ting)

    with pytest.raises(Conflict):
        toolkits.edit(session, kit, toolkits.Fields(summary="二"), edition=seen, by=cast.min)
    assert kit.summary == "一"


def test_pins_move_within_their_kind(session, cast):
    first, second = on_offer(session, cast, "甲"), on_offer(session, cast, "乙")
    case = on_offer(session, cast, "丙", kind="case_study")
    kit = kit_of(session, cast.ting, rules=[])
    for asset in (first, case, second):
        toolkits.pin(session, kit, asset.id, by=cast.ting)

    toolkits.move(session, kit, second.id, -1, by=cast.ting)

    assert titles(session, kit, cast.ting) == ["乙", "甲", "丙"]


def test_what_comes_on_offer_later_is_in_the_kit_once_the_worker_has_run_and_leaves_it_again(wiring, cast):
    with wiring.database.write() as session:
        rule = {"kind": ["solution"], "industry": "park"}
        kit = kit_of(session, cast.ting, rules=[rule])
    settle(wiring)
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "新方案", tags={"industry": ["smart-park"]})
        on_offer(session, cast, "别的行业", tags={"industry": ["steel"]})
    settle(wiring)

    with wiring.database.write() as session:
        assert [m.card.title for m in contents(session, kit, cast.ting)] == ["新方案"]
        asset = assets.get(session, asset.id, cast.ting)
        fields = assets.Fields(tags={"industry": ["steel"]})
        assets.edit(session, asset, fields, edition=asset.edition, by=cast.ting)
    settle(wiring)

    with wiring.database.read() as session:
        assert contents(session, kit, cast.ting) == []


def test_a_rule_that_meets_nothing_leaves_the_kit_empty_and_unpublished(session, cast):
    kit = kit_of(session, cast.ting, rules=[{"kind": ["faq"], "tags": ["没有人用的标签"]}])
    toolkits.follow(session)

    assert contents(session, kit, cast.ting) == []
    with pytest.raises(HubError):
        toolkits.publish(session, kit, by=cast.ting)


def test_a_rule_without_a_condition_would_bring_the_whole_library_and_is_refused(session, cast):
    with pytest.raises(HubError, match="整个库"):
        kit_of(session, cast.ting, rules=[{"kind": [], "tags": []}])


def test_what_the_rules_bring_beyond_a_full_kit_is_counted_for_each_reader(session, cast, monkeypatch):
    monkeypatch.setattr("hub.toolkits.rules.MOST_MEMBERS", 2)
    kit = kit_of(session, cast.ting, rules=[{"kind": ["solution"], "industry": "park"}])
    for title in "甲乙丙丁":
        on_offer(session, cast, title, tags={"industry": ["smart-park"]})
    east = accounts.team_by_key(session, "east")
    on_offer(session, cast, "未公开", tags={"industry": ["smart-park"]}, restricted_to=([east.id], []))
    toolkits.follow(session)
    words = taxonomy.words(session)

    assert toolkits.contents(session, kit, cast.ting, words).beyond == 3
    toolkits.publish(session, kit, by=cast.ting)
    of_another_team = toolkits.contents(session, kit, cast.zhou, words)
    assert (len(of_another_team.members), of_another_team.beyond) == (2, 2)


def contents(session, kit, by):
    return toolkits.contents(session, kit, by, taxonomy.words(session)).members


def test_following_twice_changes_nothing_and_says_that_nothing_was_left(session, cast):
    kit, *_rest = shelf(session, cast)
    before = titles(session, kit, cast.lin)

    assert toolkits.follow(session) is None
    assert titles(session, kit, cast.lin) == before


def test_an_exclusion_keeps_out_what_a_rule_brings_until_it_is_taken_back(session, cast):
    asset = on_offer(session, cast)
    kit = kit_of(session, cast.ting)

    toolkits.exclude(session, kit, asset.id, by=cast.ting)
    assert titles(session, kit, cast.ting) == []

    toolkits.unpin(session, kit, asset.id, by=cast.ting)
    assert titles(session, kit, cast.ting) == ["园区节能方案"]


def test_an_asset_that_one_may_not_see_cannot_be_pinned(session, cast):
    hidden = on_offer(session, cast, "隐", restricted_to=([], [cast.zhou.id]))
    person = accounts.add_person(
        session, email="ops@test.example", name="吴运", roles=["operations"], by=accounts.SYSTEM
    )
    operator = accounts.actor(session, person)
    kit = kit_of(session, operator)

    with pytest.raises(NotFound):
        toolkits.pin(session, kit, hidden.id, by=operator)


def test_a_withdrawn_member_leaves_the_kit_of_sellers(session, cast):
    kit, solution, *_rest = shelf(session, cast)
    version = session.get_one(assets.Version, solution.on_offer_id)

    assets.withdraw(session, version, reason="数字不对", by=cast.ting)

    assert "园区节能方案" not in titles(session, kit, cast.lin)


def test_the_trash_hides_a_kit_and_gives_it_back_as_it_was(session, cast):
    kit, *_rest = shelf(session, cast)
    toolkits.trash(session, kit, by=cast.ting)

    with pytest.raises(NotFound):
        toolkits.get(session, kit.slug, cast.ting)
    assert toolkits.in_trash(session, cast.min) == [kit]
    assert toolkits.in_trash(session, cast.lin) == []

    toolkits.restore(session, kit.slug, by=cast.min)
    assert toolkits.get(session, kit.slug, cast.lin) is kit


def test_own_industries_come_first(session, cast):
    steel = kit_of(session, cast.ting, title="钢铁", industry="steel")
    smart = kit_of(session, cast.ting, title="智慧", industry="smart-park")
    words = taxonomy.words(session)

    assert toolkits.find(session, cast.ting, state="", words=words, own=["steel"]) == [steel, smart]
    assert toolkits.find(session, cast.ting, state="", words=words, own=["park"]) == [smart, steel]
    assert toolkits.find(session, cast.ting, state="", words=words, industry="park") == [smart]


def test_the_kits_that_carry_an_asset_are_known(session, cast):
    kit, solution, case, _secret = shelf(session, cast)
    words = taxonomy.words(session)

    assert toolkits.carrying(session, case.id, cast.lin, words) == [kit]
    toolkits.exclude(session, kit, solution.id, by=cast.ting)
    assert toolkits.carrying(session, solution.id, cast.lin, words) == []


DATA = {
    "title": "能碳管理 · 产业园区",
    "product": "energy",
    "industry": "产业园区",
    "state": "published",
    "owner": "ting@test.example",
    "summary": "首访就能发",
    "pins": ["jiang-bei"],
    "excluded": ["old"],
    "restricted_to": ["team:east"],
    "rules": [{"kind": ["faq"], "product": "能源管理", "newest": 5}],
}


def test_importing_twice_changes_nothing_and_a_changed_file_updates(session, cast):
    for slug in ("jiang-bei", "old"):
        assets.create(
            session,
            assets.Fields(title=slug, kind="faq", tags={"product": ["energy"]}),
            assets.Content(text="x"),
            by=cast.ada,
            slug=slug,
        )

    assert toolkits.from_data(session, "kit", DATA, by=cast.ada) == "imported"
    edition = toolkits.by_slug(session, "kit").edition
    assert toolkits.from_data(session, "kit", DATA, by=cast.ada) == "unchanged"
    assert toolkits.by_slug(session, "kit").edition == edition
    assert toolkits.from_data(session, "kit", {**DATA, "pins": []}, by=cast.ada) == "updated"


def test_what_is_exported_imports_as_the_same_kit(session, cast):
    toolkits.from_data(session, "kit", {**DATA, "pins": [], "excluded": []}, by=cast.ada)

    written = toolkits.to_data(session, toolkits.by_slug(session, "kit"))

    assert toolkits.from_data(session, "kit", written, by=cast.ada) == "unchanged"
    assert written["restricted_to"] == ["team:east"]
    assert written["rules"] == [{"kind": ["faq"], "product": "energy", "newest": 5}]


def test_a_missing_pin_is_told_and_a_stranger_in_the_restriction_refuses_the_kit(session, cast):
    told: list[str] = []
    toolkits.from_data(session, "kit", DATA, by=cast.ada, warnings=told)

    assert any("jiang-bei" in sentence for sentence in told)
    with pytest.raises(HubError, match="不认识的团队或人"):
        toolkits.from_data(session, "b", {**DATA, "restricted_to": ["team:nobody"]}, by=cast.ada)


def zipped(wiring, session, kit, by, **asked) -> zipfile.ZipFile:
    toolkits.follow(session)
    contents = toolkits.contents(session, kit, by, taxonomy.words(session))
    made = toolkits.parcel(session, kit.title, contents, labels={"solution": "解决方案"}, **asked)
    return zipfile.ZipFile(io.BytesIO(b"".join(toolkits.zipped(made, wiring.blobs))))


def test_the_zip_holds_what_its_reader_may_see_and_customers_may_have(wiring, session, cast):
    kit, *_rest = shelf(session, cast)
    on_offer(session, cast, "内部打法", kind="battlecard", audience="internal")
    blob = wiring.blobs.put(b"a,b\n1,2\n")
    on_offer_file(session, cast, blob)

    names = zipped(wiring, session, kit, cast.zhou).namelist()

    assert "目录.html" in names
    assert "01 解决方案/园区节能方案.html" in names
    assert any(n.endswith("报价 A B.csv") for n in names)
    assert not any("未公开方案" in n or "内部打法" in n for n in names)
    everything = zipped(wiring, session, kit, cast.zhou, internal=True).namelist()
    assert any("内部打法" in n for n in everything)
    assert not any("未公开方案" in n for n in everything)


def on_offer_file(session, cast, blob):
    fields = assets.Fields(
        title="报价 A/B", kind="pricing", audience="customer", tags={"product": ["energy"]}
    )
    version = assets.create(session, fields, assets.Content(file_name="quote.csv", blob=blob), by=cast.ting)
    assets.submit(session, version, by=cast.ting)
    assets.approve(session, version, by=cast.min)


def test_the_zip_opens_whole_and_its_contents_page_leads_to_every_file(wiring, session, cast):
    kit, *_rest = shelf(session, cast)
    on_offer_file(session, cast, wiring.blobs.put(b"a,b\n1,2\n"))

    archive = zipped(wiring, session, kit, cast.lin)

    from urllib.parse import quote

    assert archive.testzip() is None
    page = archive.read("目录.html").decode()
    assert all(quote(name) in page for name in archive.namelist() if name != "目录.html")
    assert next(archive.read(n) for n in archive.namelist() if n.endswith(".csv")) == b"a,b\n1,2\n"


def test_the_questions_of_a_kit_are_one_page_of_the_zip(wiring, session, cast):
    for title in ("要停电吗？", "数据放哪里？"):
        on_offer(session, cast, title, kind="faq", text="不用。<script>alert(1)</script>")
    kit = kit_of(session, cast.ting)

    archive = zipped(wiring, session, kit, cast.lin)

    pages = [n for n in archive.namelist() if n != "目录.html"]
    text = archive.read(pages[0]).decode()
    assert len(pages) == 1
    assert "要停电吗？" in text
    assert "数据放哪里？" in text
    assert "<script>" not in text


def test_a_kit_is_found_by_its_words_and_only_by_those_who_may_see_it(wiring, cast):
    with wiring.database.write() as session:
        on_offer(session, cast)
        kit = kit_of(session, cast.ting, summary="首访就能发")
        settle_now = kit.slug
    settle(wiring)
    with wiring.database.write() as session:
        kit = toolkits.by_slug(session, settle_now)
        found = library.find(session, wiring.engine, "首访", by=cast.lin, filters={"type": ["toolkit"]})
        assert found.total == 0
        toolkits.publish(session, kit, by=cast.ting)
    settle(wiring)
    with wiring.database.read() as session:
        found = library.find(session, wiring.engine, "首访", by=cast.lin, filters={"type": ["toolkit"]})
        assert [(r.title, r.url) for r in found.rows] == [
            (
                "能碳管理 · 产业园区",
                "/toolkits/%E8%83%BD%E7%A2%B3%E7%AE%A1%E7%90%86-%E4%BA%A7%E4%B8%9A%E5%9B%AD%E5%8C%BA",
            )
        ]


def test_what_is_past_its_review_date_wants_a_look_and_fills_no_slot_as_fresh(session, cast):
    kit, solution, *_rest = shelf(session, cast)
    fresh = toolkits.contents(session, kit, cast.zhou, taxonomy.words(session))
    solution.review_on = clock.today() - timedelta(days=1)
    session.add(solution)
    session.flush()

    stale = toolkits.contents(session, kit, cast.zhou, taxonomy.words(session))

    assert (fresh.due, stale.due) == (0, 1)
