"""Facts: kept once, read in texts as they are now, and every place that still shows an old value."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from hub import activity, assets, facts, notices, sharing, taxonomy, toolkits, upkeep
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.facts import rules
from hub.search import EVERYTHING
from tests.cast import draft, on_offer, settle
from tests.test_queries import counted

TODAY = clock.today()
TEXT = "平台月可用率 {{ facts.sla_uptime }}，一年起。"


def a_fact(session, cast, **said):
    fields = {"key": "sla_uptime", "name": "平台月可用率", "value": "99.9", "unit": "%", **said}
    return facts.create(session, facts.Fields(**fields), by=cast.ting)


def changed(session, cast, fact, value="99.95", **said):
    return facts.edit(session, fact, facts.Fields(value=value, **said), edition=fact.edition, by=cast.ting)


def hits(text, value, unit):
    return len(rules.hits(text, rules.pattern(value, unit)))


@pytest.mark.parametrize(
    ("text", "value", "unit", "n"),
    [
        ("可用率 99.9%，全角 ９９．９％，写开 99.90 %", "99.9", "%", 3),
        ("199.9% 99.95% 99.9 次", "99.9", "%", 0),
        ("36000元、36,000 元、３６，０００ 元/年、3.6 万元", "36,000", "元/年", 4),
        ("136,000 元、36,0001 元、36,000 美元", "36,000", "元", 0),
        ("在线点位 41.8 万个，即 418,000 个", "41.8", "万个", 2),
        ("通过等保 三级测评，等保三级", "等保三级", "", 1),
        ("Basic ¥19,800 a year, CNY 19,800, ￥19800, 19,800 yuan", "19,800", "元/年", 4),
        ("¥19,8001, ¥19,800,000, ¥19,800.50, $19,800, 19,800 CNYX", "19,800", "元/年", 0),
        ("14 个城市，140 个，114 个", "14", "个", 1),
        ("14 与 14.5 与 14% 与 1,014", "14", "", 1),
        ("ISO 9001、iso9001；ISO 90012、ISO 9001.5、EISO 9001", "ISO 9001", "", 2),
    ],
)  # fmt: skip
def test_a_value_is_found_however_people_write_it(text, value, unit, n):
    assert hits(text, value, unit) == n
    assert n == 0 or any(needle in text for needle in rules.needles(value, unit))


def test_what_stands_around_a_value_begins_and_ends_with_whole_words():
    text = "Every gateway for parks, three weeks, from ¥19,800 a year. Most parks that call us pay"
    said = rules.hits(text, rules.pattern("19,800", "元"))
    assert said == ["three weeks, from ¥19,800 a year. Most parks that"]


def test_a_value_is_found_by_its_english_unit_too():
    wanted = rules.pattern("15", "分钟", "minutes")
    assert len(rules.hits("15 分钟；answered within 15 minutes, not 115 minutes", wanted)) == 2


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from(["%", "元", "个", "分钟"]))
def test_any_number_is_found_plain_grouped_and_in_full_width(number, unit):
    plain, grouped = f"{number:f}", f"{number:,f}"
    wide = grouped.translate(str.maketrans("0123456789.,%", "０１２３４５６７８９．，％"))
    for said in (plain, grouped, wide):
        text = f"约{said} {unit}左右"
        assert hits(text, plain, unit) == 1
        assert any(needle in text for needle in rules.needles(plain, unit))


@given(st.text(max_size=200))
def test_a_text_without_tokens_stays_as_it_is(text):
    book = facts.Book({}, [], outside=True)
    said = book.resolve(text)
    assert said.text == text.replace(facts.OPEN, "").replace(facts.SHUT, "") or "{{" in text


def test_a_text_shows_the_value_as_it_is_now_and_search_finds_it(wiring, cast):
    with wiring.database.write() as session:
        fact = a_fact(session, cast, valid_until=TODAY + timedelta(days=90), name_en="Uptime")
        asset = on_offer(session, cast, text=f"# 承诺\n\n{TEXT}")
        said = facts.resolve(session, TEXT, by=cast.lin)
        assert (said.text, said.problems) == ("平台月可用率 99.9%，一年起。", ())
        assert said.used[0].valid_until == TODAY + timedelta(days=90)
    settle(wiring)
    assert "99.9%" in wiring.engine.get(f"asset:{asset.id}", EVERYTHING).body

    with wiring.database.write() as session:
        changed(session, cast, session.get_one(facts.Fact, fact.id))
        assert "99.95%" in facts.resolve(session, TEXT).text
    settle(wiring)
    assert "99.95%" in wiring.engine.get(f"asset:{asset.id}", EVERYTHING).body


def english(session, cast, title, text, **said):
    return on_offer(session, cast, title=title, text=text, language="en", **said)


def found(places, sort="literal"):
    return sorted(p.title for p in places.of(sort))


def test_a_place_that_says_the_old_value_in_english_words_is_found(wiring, cast):
    with wiring.database.write() as session:
        fact = a_fact(session, cast, key="djbh", value="等保三级", unit="", value_en="MLPS level 3")
        on_offer(session, cast, title="安全说明", text="平台通过等保三级测评。")
        english(session, cast, "Security notes", "Certified to MLPS  Level 3 since 2024, not MLPS level 30.")
        english(session, cast, "Other notes", "Certified to MLPS level 30.")
        assert found(upkeep.preview(session, fact, cast.ting)) == ["Security notes", "安全说明"]

        made = changed(session, cast, fact, "等保四级", value_en="MLPS level 4")
        places = upkeep.places(session, fact, made, cast.ting)
        assert found(places) == ["Security notes", "安全说明"]
        note = next(p.note for p in places.every if p.title == "Security notes")
        assert "MLPS Level 3 since" in note


def test_a_change_of_the_english_wording_alone_is_a_change_for_english_texts_alone(wiring, cast):
    with wiring.database.write() as session:
        fact = a_fact(session, cast, key="cities", value="14", unit="个城市", value_en="14", unit_en="cities")
        on_offer(session, cast, title="介绍", text="在 14 个城市有驻点工程师，英文写 14 cities。")
        english(session, cast, "Intro", "Engineers in 14 cities.")
        english(session, cast, "Follows", "Engineers in {{ facts.cities }}.")
        made = changed(session, cast, fact, None, unit_en="Chinese cities")
        assert made is not None
        assert made.changes_english_alone
        assert facts.last_change(session, fact) == made
        places = upkeep.places(session, fact, made, cast.ting)
        assert (found(places), found(places, "follows")) == (["Intro"], ["Follows"])

        later = changed(session, cast, fact, None, valid_until=TODAY + timedelta(days=30))
        assert later is not None
        assert not later.changes_value


def test_a_deck_is_a_place_of_an_english_change_when_the_english_wording_stands_in_it(wiring, cast):
    with wiring.database.write() as session:
        fact = a_fact(session, cast, key="sla", value="99.9", unit="%", unit_en="percent")
        for number, language in enumerate(("zh", "en"), start=1):
            facts.note_uses(session, "deck", number, [facts.show(fact, language, TODAY)])
        made = changed(session, cast, fact, None, unit_en="per cent")
        said = {u.thing_id: u.said for u in facts.uses(session, fact)}
        assert said == {1: "99.9%", 2: "99.9 percent"}
        assert made.was.shown_en == said[2] != made.was.shown


def test_the_history_goes_out_and_comes_in_with_what_english_texts_said(wiring, cast):
    with wiring.database.write() as session:
        fact = a_fact(session, cast, value_en="99.9", unit_en="percent")
        changed(session, cast, fact, "99.95", value_en="99.95")
        told = facts.to_data(session)
        steps = [(s["value_en"], s["unit_en"]) for s in told[0]["history"]]
        assert steps == [("99.9", "percent"), ("99.95", "percent")]
        old = {"key": "old", "name": "旧的", "value": "2", "value_en": "two"}
        old["history"] = [{"value": "1"}, {"value": "2"}]
        again = [{**told[0], "key": "again"}, old]
        facts.from_data(session, again, by=cast.ada)
        rows = facts.by_keys(session, ["again", "old"])
        known, unknown = (facts.last_change(session, rows[k]) for k in ("again", "old"))
        assert (known.was.shown_en, known.became.shown_en) == ("99.9 percent", "99.95 percent")
        assert (unknown.before_en, unknown.after_en) == (None, None)
        assert not unknown.changes_english_alone


def test_the_history_says_what_it_was_who_changed_it_and_when(wiring, cast):
    with wiring.database.write() as session:
        fact = a_fact(session, cast)
        made = changed(session, cast, fact)
        past = facts.changes(session, fact)
        assert [(c.before, c.after, c.by_id) for c in past] == [
            ("99.9", "99.95", cast.ting.id),
            ("", "99.9", cast.ting.id),
        ]
        assert facts.last_change(session, fact) == made
        assert (
            facts.edit(session, fact, facts.Fields(source="合同"), edition=fact.edition, by=cast.ting) is None
        )


def test_a_change_by_somebody_else_in_between_is_refused(wiring, cast):
    with wiring.database.write() as session:
        fact = a_fact(session, cast)
        changed(session, cast, fact)
        with pytest.raises(Conflict):
            facts.edit(session, fact, facts.Fields(value="98"), edition=1, by=cast.min)
        with pytest.raises(NotAllowed):
            facts.edit(session, fact, facts.Fields(value="98"), edition=fact.edition, by=cast.lin)


@pytest.mark.parametrize("key", ["", "Sla", "1a", "sla-uptime", "a" * 61, "一"])
def test_a_key_is_a_plain_word(wiring, cast, key):
    with wiring.database.write() as session, pytest.raises(HubError, match="代号"):
        a_fact(session, cast, key=key)


def test_a_value_that_would_say_itself_is_refused_and_an_english_one_is_not_forgotten(wiring, cast):
    with wiring.database.write() as session:
        with pytest.raises(HubError, match="花括号"):
            a_fact(session, cast, value="{{ facts.sla_uptime }}")
        fact = a_fact(session, cast, key="city", value="14", unit="个城市", value_en="14", unit_en="cities")
        with pytest.raises(HubError, match="英文"):
            changed(session, cast, fact, value="15")
        fact = a_fact(session, cast, key="cities", value="14", unit="个城市", unit_en="cities")
        assert facts.resolve(session, "{{ facts.cities }}", language="en").text == "14 cities"


@pytest.mark.parametrize(
    ("token", "says"),
    [
        ("{{ facts.sla_uptme }}", "{{ facts.sla_uptime }}"),
        ("{{ fcats.sla_uptime }}", "{{ facts.sla_uptime }}"),
        ("{{ facts.no such }}", "没有"),
    ],
)
def test_a_misspelt_token_is_named_with_what_was_meant_and_stops_at_submit(wiring, cast, token, says):
    with wiring.database.write() as session:
        a_fact(session, cast)
        version = draft(session, cast.ting, text=f"可用率 {token}")
        found = facts.resolve(session, version.text, by=cast.ting)
        assert len(found.problems) == 1
        assert token in found.problems[0].said
        assert says in found.problems[0].said
        with pytest.raises(Conflict, match="先改好"):
            assets.submit(session, version, by=cast.ting)
        assert version.state == "draft"


def test_what_means_something_else_in_braces_is_left_alone(wiring, cast):
    with wiring.database.write() as session:
        a_fact(session, cast)
        said = facts.resolve(session, "{{ customer.name }} 和 {{ 1 }} {{facts}}")
        assert (said.text, said.problems) == ("{{ customer.name }} 和 {{ 1 }} {{facts}}", ())


def test_an_expired_value_shows_inside_and_stops_outside(wiring, cast):
    with wiring.database.write() as session:
        a_fact(session, cast, valid_until=TODAY - timedelta(days=1))
        asset = on_offer(session, cast, text=TEXT)
        inside, outside = (facts.resolve(session, TEXT, outside=o) for o in (False, True))
        assert inside.used[0].late
        assert "99.9%" in inside.text
        assert "99.9" not in outside.text
        with pytest.raises(HubError, match="过期"):
            link(session, cast, asset)


def link(session, cast, asset):
    wanted = [sharing.Wanted("asset", asset.id)]
    return sharing.create(session, wanted, sharing.Fields(), key="key", by=cast.lin)


def test_a_link_shuts_when_its_fact_expires_and_opens_with_the_new_value(wiring, cast):
    with wiring.database.write() as session:
        fact = a_fact(session, cast, valid_until=TODAY)
        asset = on_offer(session, cast, text=TEXT)
        share = link(session, cast, asset)
        piece = sharing.pieces(session, share)[0]
        assert "99.9%" in sharing.opened(session, piece).text

        fact.valid_until = TODAY - timedelta(days=1)
        session.add(fact)
        session.flush()
        assert sharing.pieces(session, share) == []
        assert sharing.piece_of(session, share, piece.key) is None

        changed(session, cast, fact, valid_until=TODAY + timedelta(days=30))
        assert "99.95%" in sharing.opened(session, sharing.pieces(session, share)[0]).text


def test_an_internal_fact_never_leaves_the_house(wiring, cast):
    with wiring.database.write() as session:
        a_fact(session, cast, audience="internal")
        version = draft(session, cast.ting, text=TEXT)
        with pytest.raises(Conflict, match="仅内部"):
            assets.submit(session, version, by=cast.ting)
        inner = on_offer(session, cast, "内部", text=TEXT, audience="internal")
        assert inner.on_offer_id is not None
        assert facts.for_decks(session, "zh") == {}
        assert "99.9" not in facts.resolve(session, TEXT, outside=True).text


def test_a_fact_of_a_hidden_product_is_unknown_in_every_way(wiring, cast):
    with wiring.database.write() as session:
        fact = a_fact(session, cast, product="energy")
        text = on_offer(session, cast, text=TEXT, tags={"industry": ["park"]})
        product = taxonomy.product(session, "energy")
        product.restricted = True
        session.add(product)
        session.flush()
        taxonomy.changed(session)
        session.info.clear()

        assert facts.find(session, cast.lin) == ([], 0)
        assert facts.counts(session, cast.lin)["all"] == 0
        with pytest.raises(NotFound):
            facts.get(session, fact.id, cast.lin)
        assert "99.9" not in facts.resolve(session, TEXT, by=cast.lin).text
        assert (
            "sla_uptime }}？"
            not in facts.resolve(session, "{{ facts.sla_uptim }}", by=cast.lin).problems[0].said
        )
        assert "99.9" in facts.resolve(session, TEXT, by=cast.ada).text
        assets.refresh(session, text)
    settle(wiring)
    assert "99.9" not in wiring.engine.get(f"asset:{text.id}", EVERYTHING).body


def test_a_change_lists_what_follows_and_what_still_says_the_old_value(wiring, cast):
    with wiring.database.write() as session:
        fact = a_fact(session, cast)
        follows = on_offer(session, cast, "跟着走", text=TEXT)
        literal = on_offer(session, cast, "写死的", text="可用率 ９９．９％。")
        on_offer(session, cast, "别的数", text="可用率 99.95%，好 199.9%。")
        hidden = on_offer(session, cast, "受限的", text="99.9%", restricted_to=([], [cast.ada.id]))
        assert [p.sort for p in upkeep.preview(session, fact, cast.ting).every] == [
            "literal",
            "literal",
            "follows",
        ]
        change = changed(session, cast, fact)

        seen = upkeep.places(session, fact, change, cast.lin)
        assert [(p.sort, p.asset_id) for p in seen.every] == [
            ("literal", literal.id),
            ("follows", follows.id),
        ]
        assert (seen.open, seen.count("literal"), seen.every[0].owner) == (1, 1, "李婷")
        assert "可用率 ９９．９％。" in seen.every[0].note  # as it was written
        assert hidden.id in {p.asset_id for p in upkeep.places(session, fact, change, cast.ada).every}


def test_a_place_is_ticked_off_by_its_owner_and_is_gone_when_the_text_is_mended(wiring, cast):
    with wiring.database.write() as session:
        fact = a_fact(session, cast)
        asset = on_offer(session, cast, "写死的", text="可用率 99.9%。")
        change = changed(session, cast, fact)
        key = upkeep.places(session, fact, change, cast.ting).every[0].key
        with pytest.raises(NotAllowed):
            upkeep.tick(session, fact, change, key, done=True, by=cast.lin)
        with pytest.raises(NotFound):
            upkeep.tick(session, fact, change, "asset:999", done=True, by=cast.ting)
        upkeep.tick(session, fact, change, key, done=True, by=cast.ting)
        upkeep.tick(session, fact, change, key, done=True, by=cast.ting)
        found = upkeep.places(session, fact, change, cast.ting)
        assert (found.open, found.done, found.every[0].done) == (0, 1, "李婷")
        upkeep.tick(session, fact, change, key, done=False, by=cast.ting)
        assert upkeep.places(session, fact, change, cast.ting).open == 1

        newer = assets.add_version(session, asset, assets.Content(text="可用率 99.95%。"), by=cast.ting)
        assets.submit(session, newer, by=cast.ting)
        assets.approve(session, newer, by=cast.min)
        assert upkeep.places(session, fact, change, cast.ting).every == ()


def test_owners_are_told_once_and_a_task_renews_the_text(wiring, cast):
    with wiring.database.write() as session:
        fact = a_fact(session, cast)
        asset = on_offer(session, cast, "写死的", text="可用率 99.9%。", owner_id=cast.zhou.id)
        shut = on_offer(
            session, cast, "受限", text="99.9%", owner_id=cast.lin.id, restricted_to=([], [cast.ada.id])
        )
        change = changed(session, cast, fact)
        upkeep.tell(session, fact, change, by=cast.ting)
        upkeep.tell(session, fact, change, by=cast.ting)
        told = session.exec(select(notices.Notice).where(notices.Notice.key == "fact_changed")).all()
        assert {n.person_id for n in told} == {cast.zhou.id, shut.owner_id}
        assert len(told) == 2
        assert "99.9%" in told[0].text
        with pytest.raises(NotAllowed):
            upkeep.tell(session, fact, change, by=cast.lin)
        key = next(
            p.key for p in upkeep.places(session, fact, change, cast.ting).every if p.asset_id == asset.id
        )
        task = upkeep.ask_for_material(session, fact, change, key, by=cast.ting)
        assert (task.renews_id, task.owner_id, task.kind) == (asset.id, cast.zhou.id, "solution")
        assert "99.95%" in task.evidence


def test_who_downloaded_the_old_text_is_listed_for_whoever_keeps_the_fact(wiring, cast):
    with wiring.database.write() as session:
        fact = a_fact(session, cast)
        asset = on_offer(session, cast, text=TEXT)
        activity.record(session, "download", "toolkit", 1, by=cast.zhou.id, assets=[asset.id])
        session.flush()
        change = changed(session, cast, fact)
        assert [p.key for p in upkeep.places(session, fact, change, cast.ting).of("copy")] == [
            f"download:{cast.zhou.id}"
        ]
        assert upkeep.places(session, fact, change, cast.lin).of("copy") == ()


def test_a_fact_in_three_hundred_places_costs_as_many_questions_as_in_three(wiring, cast):
    def grow(session, first, last):
        for n in range(first, last):
            version = draft(session, cast.ting, f"方案 {n}", text="可用率 99.9%。" if n % 2 else TEXT)
            version.state, version.on_offer_at = "on_offer", clock.now()
            asset = session.get_one(assets.Asset, version.asset_id)
            asset.on_offer_id = version.id
            session.add_all([version, asset])
        session.flush()

    with wiring.database.write() as session:
        fact = a_fact(session, cast)
        change = changed(session, cast, fact)
        grow(session, 0, 4)
        with counted(wiring) as few:
            upkeep.places(session, fact, change, cast.ting)
        grow(session, 4, 300)
        session.expire_all()
        change, fact = session.get_one(facts.FactChange, change.id), session.get_one(facts.Fact, fact.id)
        with counted(wiring) as many:
            found = upkeep.places(session, fact, change, cast.ting)
        assert (found.count("literal"), found.count("follows")) == (150, 150)
        assert len(many) <= len(few) <= 8


def test_owners_are_reminded_before_the_last_day_and_after_it(wiring, cast):
    with wiring.database.write() as session:
        a_fact(session, cast, valid_until=TODAY + timedelta(days=10))
        now = clock.now()
        assert [facts.remind(session, at=now + timedelta(days=d)) for d in (0, 1, 11, 12)] == [1, 0, 1, 0]


def test_facts_go_out_and_come_in_with_their_history(wiring, cast):
    with wiring.database.write() as session:
        fact = a_fact(session, cast, product="energy", valid_until=TODAY)
        changed(session, cast, fact)
        data = facts.to_data(session)
        assert facts.from_data(session, data, by=cast.ada) == 0
        session.delete(fact)
        session.flush()
        session.expunge_all()
        assert facts.from_data(session, data, by=cast.ada) == 1
        assert facts.to_data(session) == data
        with pytest.raises(HubError, match="key"):
            facts.from_data(session, [{"key": "x y"}], by=cast.ada)


def test_a_fact_thrown_away_is_said_to_be_missing_and_may_come_back(wiring, cast):
    with wiring.database.write() as session:
        fact = a_fact(session, cast)
        facts.trash(session, fact, by=cast.ting)
        assert facts.resolve(session, TEXT).problems[0].why == "unknown"
        again = a_fact(session, cast, value="99.8")
        assert again.id == fact.id
        assert len(facts.changes(session, again)) == 2
        with pytest.raises(Conflict):
            a_fact(session, cast)


def test_the_zip_of_a_kit_says_the_value_and_leaves_out_what_has_expired(wiring, cast):
    with wiring.database.write() as session:
        fact = a_fact(session, cast)
        on_offer(session, cast, text=TEXT)
        said = toolkits.Fields(title="园区", product="energy", industry="park", rules=[{"product": "energy"}])
        kit = toolkits.create(session, said, by=cast.ting, slug="k")
        contents = toolkits.contents(session, kit, cast.lin, taxonomy.words(session))
        made = toolkits.parcel(session, "k", contents, labels={})
        assert ["99.9%" in i.text for i in made.items] == [True]
        fact.valid_until = TODAY - timedelta(days=1)
        session.add(fact)
        session.flush()
        made = toolkits.parcel(session, "k", contents, labels={})
        assert (made.items, len(made.told)) == ((), 1)
        assert "过期" in made.told[0]
