"""Changes to the taxonomy, and what they mean for what carries its values."""

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import accounts, assets, library, taxonomy
from hub.accounts import SYSTEM
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from tests.cast import on_offer, settle, sort_by


@pytest.fixture
def session(wiring, cast):
    with wiring.database.write() as opened:
        yield opened


def options(session, facet="industry"):
    return [w.key for w in taxonomy.words(session).options(facet)]


@pytest.mark.parametrize("who", ["lin", "jun", "li"])
def test_only_those_who_keep_the_taxonomy_change_it(session, cast, who):
    actor = getattr(cast, who)
    taxonomy.propose(session, "储能")
    proposal = taxonomy.proposals(session)[0].id

    for change in (
        lambda: taxonomy.save_term(session, "industry", "x", name="X", by=actor),
        lambda: taxonomy.move(session, "industry", "park", up=True, by=actor),
        lambda: taxonomy.remove(session, "industry", "steel", by=actor),
        lambda: taxonomy.save_product(session, "energy", taxonomy.ProductFields("A", "enterprise"), by=actor),
        lambda: taxonomy.save_tier(session, "", taxonomy.TierFields("T"), by=actor),
        lambda: taxonomy.save_type(session, "", taxonomy.TypeFields("T"), by=actor),
        lambda: taxonomy.add_alias(session, "industry", "park", "园", by=actor),
        lambda: taxonomy.accept_as_term(session, proposal, "industry", by=actor),
        lambda: taxonomy.dismiss(session, proposal, by=actor),
        lambda: taxonomy.add_terms(session, [], good_only=True, by=actor),
        lambda: library.remove_value(session, "industry", "steel", by=actor),
    ):
        with pytest.raises(NotAllowed):
            change()


def test_a_term_gets_a_key_from_its_name(session, cast):
    chinese = taxonomy.save_term(session, "industry", "", name="医疗健康", by=cast.ting)
    english = taxonomy.save_term(
        session, "industry", "", name="物流", name_en="Logistics & Ports", by=cast.ting
    )

    assert (chinese.key, english.key) == ("yi-liao-jian-kang", "logistics-ports")


def test_a_word_that_means_a_product_may_still_be_an_alias_of_an_industry(session, cast):
    taxonomy.save_term(session, "industry", "power", name="电力", aliases=["能源管理"], by=cast.ting)
    known = taxonomy.words(session)

    assert known.match("能源管理") == ("product", "energy")
    assert known.match("能源管理", ["industry"]) == ("industry", "power")
    with pytest.raises(Conflict, match="电力"):
        taxonomy.save_term(session, "industry", "steel", name="钢铁冶金", aliases=["能源管理"], by=cast.ting)


def test_terms_are_moved_among_those_of_the_same_parent(session, cast):
    taxonomy.move(session, "industry", "steel", up=True, by=cast.ting)
    assert options(session) == ["steel", "park", "smart-park"]

    taxonomy.move(session, "industry", "steel", up=True, by=cast.ting)
    taxonomy.move(session, "industry", "smart-park", up=False, by=cast.ting)
    assert options(session) == ["steel", "park", "smart-park"]


def test_a_used_value_is_not_removed_and_the_refusal_says_where_it_is_used(session, cast):
    on_offer(session, cast)
    accounts.set_industries(session, cast.lin.id, ["park"])

    with pytest.raises(Conflict, match=r"产业园区.*素材 1.*人员 1.*下级 1"):
        library.remove_value(session, "industry", "park", by=cast.ting)
    with pytest.raises(Conflict, match=r"高客单型.*产品 1"):
        library.remove_value(session, "tier", "enterprise", by=cast.ting)
    with pytest.raises(Conflict, match=r"数据类产品.*产品 1"):
        library.remove_value(session, "type", "data", by=cast.ting)
    library.remove_value(session, "industry", "steel", by=cast.ting)
    assert options(session) == ["park", "smart-park"]
    with pytest.raises(NotFound):
        library.remove_value(session, "industry", "steel", by=cast.ting)


def test_a_value_named_by_the_rule_of_a_kit_counts_as_used(session, cast):
    from hub import toolkits
    from hub.base import clock

    at = clock.now()
    session.add(
        toolkits.Toolkit(
            slug="k",
            title="K",
            product="lite",
            tier="transactional",
            rules=[{"industry": ["steel"]}],
            created_at=at,
            updated_at=at,
        )
    )
    session.flush()

    assert library.uses(session, "industry")["steel"] == {"工具包规则": 1}
    assert library.uses(session, "product")["lite"] == {"工具包": 1}


def test_slots_are_checked_and_kept_in_the_order_of_the_kinds():
    slots = taxonomy.good_slots(
        [{"kind": "faq", "min": 3, "max_age_days": 90}, {"kind": "product_intro", "min": 1}]
    )

    assert slots == ({"kind": "product_intro", "min": 1}, {"kind": "faq", "min": 3, "max_age_days": 90})
    for wrong in (
        {"kind": "nope", "min": 1},
        {"kind": "faq", "min": 100},
        {"kind": "faq", "min": 1, "max_age_days": 0},
    ):
        with pytest.raises(HubError):
            taxonomy.good_slots([wrong])


def test_a_product_needs_a_tier_and_a_type_that_exist(session, cast):
    with pytest.raises(NotFound):
        taxonomy.save_product(session, "", taxonomy.ProductFields("新品", "nope"), by=cast.ting)
    with pytest.raises(NotFound):
        taxonomy.save_product(
            session, "", taxonomy.ProductFields("新品", "enterprise", type="x"), by=cast.ting
        )
    made = taxonomy.save_product(session, "", taxonomy.ProductFields("新品", "enterprise"), by=cast.ting)
    assert made.key == "xin-pin"
    assert made.position > 1


def found(wiring, words, by):
    with wiring.database.read() as session:
        answer = library.find(session, wiring.engine, words, by=by)
        return [r.title for r in answer.rows], answer.total


def restrict(wiring, cast, teams):
    with wiring.database.write() as session:
        fields = taxonomy.ProductFields(
            "能碳管理", "enterprise", type="data", restricted=True, teams=tuple(teams), owner_id=cast.jun.id
        )
        taxonomy.save_product(session, "energy", fields, by=cast.ting)
    settle(wiring)


def test_restricting_a_product_hides_its_assets_from_search_counts_and_lists(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "能耗下降方案")
        east = accounts.team_by_key(session, "east").id
    settle(wiring)
    assert found(wiring, "能耗", cast.zhou) == (["能耗下降方案"], 1)

    restrict(wiring, cast, [east])

    assert found(wiring, "能耗", cast.lin) == (["能耗下降方案"], 1)
    assert found(wiring, "能耗", cast.zhou) == ([], 0)
    with wiring.database.read() as session:
        assert assets.cards(session, [asset.id], cast.zhou) == []
        assert assets.recent(session, cast.zhou) == []
        with pytest.raises(NotFound):
            assets.get(session, asset.id, cast.zhou)
        assert assets.get(session, asset.id, cast.lin).id == asset.id


def test_opening_a_product_again_shows_its_assets_again(wiring, cast):
    with wiring.database.write() as session:
        on_offer(session, cast, "能耗下降方案")
    restrict(wiring, cast, [])
    assert found(wiring, "能耗", cast.lin) == ([], 0)

    with wiring.database.write() as session:
        fields = taxonomy.ProductFields("能碳管理", "enterprise", type="data", owner_id=cast.jun.id)
        taxonomy.save_product(session, "energy", fields, by=cast.ada)
    settle(wiring)

    assert found(wiring, "能耗", cast.lin) == (["能耗下降方案"], 1)


def test_a_restricted_product_is_known_to_its_own_people_only(wiring, cast):
    with wiring.database.read() as session:
        east = accounts.team_by_key(session, "east").id
    restrict(wiring, cast, [east])

    with wiring.database.read() as session:
        hidden = {
            w: taxonomy.hidden_products(session, getattr(cast, w))
            for w in ("lin", "zhou", "jun", "ada", "min")
        }
    assert hidden == {
        "lin": frozenset(),
        "jun": frozenset(),
        "ada": frozenset(),
        "zhou": frozenset({"energy"}),
        "min": frozenset({"energy"}),
    }
    with wiring.database.write() as session, pytest.raises(NotFound):
        taxonomy.save_product(session, "energy", taxonomy.ProductFields("X", "enterprise"), by=cast.min)


def test_a_product_that_sells_in_another_tier_is_found_there(wiring, cast):
    with wiring.database.write() as session:
        on_offer(session, cast, "能耗下降方案")
        fields = taxonomy.ProductFields("能碳管理", "transactional", type="data")
        taxonomy.save_product(session, "energy", fields, by=cast.ting)
    settle(wiring)

    with wiring.database.read() as session:
        answer = library.find(
            session, wiring.engine, "能耗", by=cast.lin, filters={"tier": ["transactional"]}
        )
    assert answer.total == 1


def test_a_term_that_moves_in_the_tree_takes_its_assets_with_it(wiring, cast):
    with wiring.database.write() as session:
        on_offer(session, cast, "能耗下降方案", tags={"industry": ["smart-park"]})
        taxonomy.save_term(session, "industry", "smart-park", name="智慧园区", parent="steel", by=cast.ting)
    settle(wiring)

    def total(industry):
        with wiring.database.read() as session:
            said = {"industry": [industry]}
            return library.find(session, wiring.engine, "能耗", by=cast.lin, filters=said).total

    assert (total("steel"), total("park")) == (1, 0)


def test_accepting_a_proposal_retags_what_carries_the_free_tag(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "能耗下降方案", tags={"tag": ["黑色金属", "其他"]})
        taxonomy.propose(session, "黑色金属")
        proposal = taxonomy.proposals(session)[0].id
        taxonomy.accept_as_alias(session, proposal, "industry", "steel", by=cast.ting)
    settle(wiring)

    with wiring.database.write() as session:
        assert assets.tags(session, [asset.id])[asset.id] == {"industry": ["steel"], "tag": ["其他"]}
        assert taxonomy.words(session).match("黑色金属") == ("industry", "steel")
        assert taxonomy.proposals(session) == []
        with pytest.raises(Conflict, match="已经有人处理过了"):
            taxonomy.dismiss(session, proposal, by=cast.ting)


def test_a_proposal_becomes_a_term_or_is_let_be(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, tags={"tag": ["储能电站", "随便"]})
        for word in ("储能电站", "随便"):
            taxonomy.propose(session, word)
        by_word = {p.word: p.id for p in taxonomy.proposals(session)}
        taxonomy.accept_as_term(session, by_word["储能电站"], "scenario", by=cast.ting)
        taxonomy.dismiss(session, by_word["随便"], by=cast.ting)
    settle(wiring)

    with wiring.database.write() as session:
        key = taxonomy.words(session).match("储能电站")
        assert key[0] == "scenario"
        assert assets.tags(session, [asset.id])[asset.id] == {"scenario": [key[1]], "tag": ["随便"]}
        taxonomy.propose(session, "随便")
        assert taxonomy.proposals(session) == []


SHEET = """分类,名称,代号,别名,上级
行业,制造业,making,工厂;厂,
行业,电子,chips,,制造业
行业,钢厂,mill,钢铁冶金,
行业,孤儿,x,,没有的
"""


def test_a_sheet_says_first_what_each_row_would_do(session, cast):
    plan = taxonomy.plan_terms(session, SHEET)

    assert [r.result for r in plan] == ["add", "add", "refused", "refused"]
    assert plan[1].parent == "making"
    with pytest.raises(HubError, match="2 行不对"):
        taxonomy.add_terms(session, plan, good_only=False, by=cast.ting)
    assert taxonomy.add_terms(session, plan, good_only=True, by=cast.ting) == 2

    again = taxonomy.plan_terms(session, SHEET)
    assert [r.result for r in again] == ["same", "same", "refused", "refused"]
    assert taxonomy.words(session).above("industry", "chips") == ["chips", "making"]


def test_a_sheet_cannot_make_a_ring(session, cast):
    plan = taxonomy.plan_terms(
        session, "facet,name,key,parent\n行业,产业园区,park,steel\n行业,钢铁冶金,steel,smart-park\n"
    )

    assert [r.result for r in plan] == ["change", "refused"]


def test_the_sample_sheet_is_good(session, cast):
    assert {r.result for r in taxonomy.plan_terms(session, taxonomy.TERMS_SAMPLE)} == {"add"}


KEYS = st.sampled_from(["a", "b", "c", "d", "park", "steel"])
NAMES = st.sampled_from(["甲", "乙", "丙", "Alpha", "alpha ", "BETA", "产业园区", "a", "park"])
STEP = st.tuples(
    st.sampled_from(["save", "sheet", "alias", "move", "remove"]),
    KEYS,
    NAMES,
    st.lists(NAMES, max_size=3),
    st.none() | KEYS,
    st.booleans(),
)


def take(session, step):
    what, key, name, ways, parent, up = step
    if what == "save":
        taxonomy.save_term(session, "industry", key, name=name, aliases=ways, parent=parent, by=SYSTEM)
    elif what == "sheet":
        row = f"industry,{key},{name},{';'.join(ways)},{parent or ''}"
        plan = taxonomy.plan_terms(
            session, f"facet,key,name,aliases,parent\n{row}\nindustry,,{name}二,,{key}\n"
        )
        taxonomy.add_terms(session, plan, good_only=True, by=SYSTEM)
    elif what == "alias":
        taxonomy.add_alias(session, "industry", key, name, by=SYSTEM)
    elif what == "move":
        taxonomy.move(session, "industry", key, up=up, by=SYSTEM)
    else:
        library.remove_value(session, "industry", key, by=SYSTEM)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=12))
def test_whatever_is_done_to_a_tree_it_stays_a_tree_and_no_word_means_two_things(wiring, steps):
    with wiring.database.write() as session:
        sort_by(session)
        for step in steps:
            with contextlib.suppress(HubError):
                take(session, step)
        known = taxonomy.words(session)
        session.rollback()

    values = known.by_facet["industry"]
    assert sorted(w.key for w in known.options("industry")) == sorted(values), "a ring would not be listed"
    assert all(w.parent is None or w.parent in values for w in values.values())
    said = [w for v in values.values() for w in {n.casefold() for n in (v.name, *v.aliases)}]
    assert len(said) == len(set(said))


def test_every_word_of_the_taxonomy_is_kept_whole_by_search(wiring, cast):
    with wiring.database.write() as session:
        taxonomy.save_term(session, "industry", "", name="港口码头", aliases=["散货港"], by=cast.ting)
    settle(wiring)

    with wiring.database.read() as session:
        assert {"港口码头", "散货港"} <= set(taxonomy.words(session).dictionary())
