"""The pages of the taxonomy."""

import pytest

from hub import accounts, assets, library, taxonomy
from tests.cast import on_offer, settle

FORBIDDEN = [
    ("GET", "/taxonomy/industry/new"),
    ("GET", "/taxonomy/industry/park"),
    ("GET", "/taxonomy/import"),
    ("GET", "/taxonomy/sample.csv"),
    ("POST", "/taxonomy/industry"),
    ("POST", "/taxonomy/industry/park"),
    ("POST", "/taxonomy/product/energy"),
    ("POST", "/taxonomy/industry/park/move"),
    ("POST", "/taxonomy/industry/steel/remove"),
    ("POST", "/taxonomy/proposals/1"),
    ("POST", "/taxonomy/import"),
    ("POST", "/taxonomy/import/check"),
]


@pytest.mark.parametrize(("method", "path"), FORBIDDEN)
def test_who_does_not_keep_the_taxonomy_is_refused(client, cast, method, path):
    form = {"name": "x", "act": "dismiss", "text": "facet,name\n行业,x\n"} if method == "POST" else None

    assert client(cast.lin).request(method, path, data=form).status_code == 403


@pytest.mark.parametrize("facet", ["product", "tier", "type", "industry", "scenario", "function", "stage"])
def test_everybody_reads_the_taxonomy(client, cast, facet):
    answer = client(cast.lin).get(f"/taxonomy?facet={facet}")

    assert answer.status_code == 200
    assert "/remove" not in answer.text
    assert f"/taxonomy/{facet}/new" not in answer.text


@pytest.mark.parametrize("facet", ["product", "tier", "type", "industry", "scenario", "function", "stage"])
def test_a_keeper_adds_reads_back_and_removes_a_value_of_every_facet(client, cast, wiring, facet):
    browser = client(cast.ting)
    form = {
        "name": "新的一项",
        "name_en": "Brand new",
        "aliases": "甲种、乙种",
        "tier": "enterprise",
        "type": "data",
    }
    form |= {"min-faq": "3", "age-faq": "90"}

    assert "新的一项" in browser.post(f"/taxonomy/{facet}", data=form).text
    assert 'value="Brand new"' in browser.get(f"/taxonomy/{facet}/brand-new").text
    changed = browser.post(f"/taxonomy/{facet}/brand-new", data={**form, "name": "改过的名字"})
    assert "改过的名字" in changed.text
    assert "改过的名字" not in browser.post(f"/taxonomy/{facet}/brand-new/remove").text
    assert browser.post(f"/taxonomy/{facet}/brand-new", data=form).status_code == 404


def test_a_used_value_offers_no_removal_and_refuses_one(client, cast, wiring):
    with wiring.database.write() as session:
        on_offer(session, cast)
    browser = client(cast.ting)

    listed = browser.get("/taxonomy?facet=industry").text
    assert "用在 素材 1、下级 1" in listed
    assert "/taxonomy/industry/park/remove" not in listed
    assert "/taxonomy/industry/steel/remove" in listed
    refused = browser.post("/taxonomy/industry/park/remove")
    assert refused.status_code == 409
    assert "素材 1" in refused.text


def test_a_name_that_is_taken_is_refused_with_the_term_that_has_it(client, cast):
    answer = client(cast.ting).post("/taxonomy/scenario", data={"name": "节能"})

    assert answer.status_code == 409
    assert "能耗优化" in answer.text


def test_a_tier_keeps_its_band_and_blueprint(client, cast, wiring):
    client(cast.ting).post(
        "/taxonomy/tier/enterprise",
        data={
            "name": "高客单型",
            "price_from": "40000",
            "cycle_days": "150",
            "min-solution": "2",
            "age-solution": "270",
            "min-faq": "8",
            "min-video": "0",
        },
    )

    with wiring.database.read() as session:
        tier = taxonomy.words(session).tiers["enterprise"]
    assert (tier.price_from, tier.price_below, tier.cycle_days) == (40_000, None, 150)
    assert tier.blueprint == [{"kind": "solution", "min": 2, "max_age_days": 270}, {"kind": "faq", "min": 8}]


def test_an_industry_says_what_its_kits_need_besides(client, cast, wiring):
    form = {"name": "产业园区", "min-security_doc": "1", "expert": str(cast.li.id)}
    client(cast.ting).post("/taxonomy/industry/park", data=form)

    with wiring.database.read() as session:
        term = taxonomy.term(session, "industry", "park")
    assert (term.adds, term.expert_id) == ([{"kind": "security_doc", "min": 1}], cast.li.id)


@pytest.mark.parametrize("said", ["many", "-1", "1.5", "9999999999"])
def test_a_number_that_is_none_is_refused_with_a_sentence(client, cast, said):
    answer = client(cast.ting).post(
        "/taxonomy/tier/enterprise", data={"name": "高客单型", "cycle_days": said}
    )

    assert answer.status_code == 400
    assert "不是一个整数" in answer.text


def test_a_restricted_product_leaves_the_list_of_those_outside(client, cast, wiring):
    with wiring.database.write() as session:
        on_offer(session, cast, "能耗下降方案")
        east = accounts.team_by_key(session, "east").id
    keeper = client(cast.ting)
    form = {"name": "能碳管理", "tier": "enterprise", "type": "data", "restricted": "1", "teams": [str(east)]}
    keeper.post("/taxonomy/product/energy", data=form)
    settle(wiring)

    assert "能碳管理轻量版" in keeper.get("/taxonomy").text
    assert '/taxonomy/product/energy"' not in keeper.get("/taxonomy").text
    assert keeper.get("/taxonomy/product/energy").status_code == 404
    assert keeper.post("/taxonomy/product/energy", data={**form, "restricted": ""}).status_code == 404
    assert "能源管理" not in client(cast.zhou).get("/taxonomy").text
    assert "下降方案" not in client(cast.zhou).get("/search?q=能耗").text
    assert "下降方案" in client(cast.lin).get("/search?q=能耗").text
    assert '/taxonomy/product/energy"' in client(cast.ada).get("/taxonomy").text


def test_a_proposal_is_settled_on_its_page(client, cast, wiring):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, tags={"tag": ["黑色金属"]})
        taxonomy.propose(session, "黑色金属")
        proposal = taxonomy.proposals(session)[0].id
    browser = client(cast.ting)
    assert "1 份素材带着它" in browser.get("/taxonomy?facet=proposals").text

    assert browser.post(f"/taxonomy/proposals/{proposal}", data={"act": "alias", "of": ""}).status_code == 404
    browser.post(f"/taxonomy/proposals/{proposal}", data={"act": "alias", "of": "industry:steel"})
    settle(wiring)

    assert "黑色金属" in browser.get("/taxonomy?facet=industry").text
    with wiring.database.read() as session:
        assert assets.tags(session, [asset.id])[asset.id] == {"industry": ["steel"]}


def test_a_csv_of_terms_is_shown_first(client, cast, wiring):
    browser = client(cast.ting)
    csv = "分类,名称,上级\n行业,特钢,钢铁冶金\n行业,坏,没有的\n".encode("gb18030")

    looked = browser.post("/taxonomy/import/check", files={"file": ("t.csv", csv)})
    assert "没有“没有的”这个上级" in looked.text
    with wiring.database.read() as session:
        assert taxonomy.words(session).match("特钢") is None
    browser.post("/taxonomy/import", data={"text": csv.decode("gb18030"), "good_only": "1"})

    with wiring.database.read() as session:
        known = taxonomy.words(session)
        assert known.above("industry", known.match("特钢")[1])[1:] == ["steel"]
        assert library.uses(session, "industry")["steel"] == {"下级": 1}
