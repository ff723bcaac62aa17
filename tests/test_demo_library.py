"""The demo library holds together: figures agree, names resolve, every state is shown, nobody copies.

Whoever repeats a figure of `facts.yml` must repeat it exactly. A *run* is eight characters in a row, blanks
left out.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest
import yaml

from tests.demo_library import (
    CONTENT,
    assets,
    bare,
    case_of,
    case_texts,
    customers,
    deck_slides,
    emails,
    facts,
    figure,
    folder,
    keys,
    load,
    measured,
    numbers_in,
    numbers_of,
    of_kind,
    roles_of,
    strange_numbers,
    taxonomy,
    texts,
)

TODAY = date(2026, 11, 22)  # the day on which the demo plays
KINDS = [
    "product_intro",
    "solution",
    "case_study",
    "faq",
    "talk_track",
    "battlecard",
    "whitepaper",
    "one_pager",
    "security_doc",
    "bid_response",
    "pricing",
    "demo_account",
    "training",
    "event_material",
    "brand",
    "video",
]
ASSET_STATES = {"on_offer", "draft", "in_review", "approved", "expired", "withdrawn"}
REQUIREMENT_STATES = {
    "new",
    "scored",
    "in_review",
    "planned",
    "parked",
    "declined",
    "building",
    "shipped",
    "launched",
    "reopened",
    "retired",
}
SOLUTION_SECTIONS = ["痛点", "做法", "架构", "能力", "价值", "案例", "常见问题", "下一步"]
NOT_THE_CUSTOMERS = {  # numbers beside a customer's name that belong to a product or to the clock
    "faq-false-alarm": {88.0},  # the mean of nine projects
    "faq-vision-pharma": {18.6},  # the pilot line of a product that is not released
    "intro-energy-lite-deck": {5.0},  # the fifth day of the four steps
    "solution-park-energy-deck": {24.0},  # hours of a day
    "solution-logistics-security-deck": {5.0, 6.0},  # weeks of the plan
    "solution-steel-energy-deck": {
        4.0,
        5.0,
        6.0,
        7.0,
        8.0,
        15.0,
    },  # weeks of the plan, minutes of the service
}
FOG = ["赋能", "抓手", "闭环", "助力", "全方位", "一站式", "引领", "数智化", "颗粒度对齐"]


def test_every_figure_of_a_case_is_the_one_in_the_facts() -> None:
    wrong = {
        f"{asset.slug}.{name}": (value, case_of(asset)["figures"].get(name, {}).get("value"))
        for asset in case_texts()
        for name, value in asset.meta["figures"].items()
        if case_of(asset)["figures"].get(name, {}).get("value") != value
    }
    assert wrong == {}


def test_every_figure_of_a_case_stands_in_its_text() -> None:
    missing = [
        f"{asset.slug}.{name}"
        for asset in case_texts()
        for name, value in asset.meta["figures"].items()
        if float(value)
        not in numbers_in(asset.meta["summary"] + " " + asset.meta["title"] + " " + asset.body)
    ]
    assert missing == []


def test_every_figure_of_any_other_asset_leads_to_the_same_number_in_the_facts() -> None:
    figures = [
        (asset.slug, path, value)
        for asset in assets()
        if asset not in case_texts()
        for path, value in (asset.meta.get("figures") or {}).items()
    ]
    assert len(figures) >= 40
    assert [(slug, path, value) for slug, path, value in figures if figure(path) != value] == []


def test_every_case_of_the_facts_is_told_with_all_its_figures() -> None:
    told = {asset.slug: set(asset.meta["figures"]) for asset in case_texts()}
    untold = {slug: set(case["figures"]) - told.get(slug, set()) for slug, case in facts()["cases"].items()}
    assert {slug: names for slug, names in untold.items() if names} == {}


def test_every_case_names_a_situation_a_quote_and_a_date() -> None:
    for asset in case_texts():
        case = case_of(asset)
        assert len(asset.meta["figures"]) >= 5, asset.slug
        assert asset.meta["case_date"] == case["quote"]["on"], asset.slug
        if asset.meta["language"] == "zh":
            assert bare(case["quote"]["text"]).rstrip("。") in bare(asset.body), asset.slug
            assert len(re.findall(r"[\u4e00-\u9fff]", asset.body)) >= 450, asset.slug


def test_a_solution_has_its_sections_and_quotes_its_cases_rightly() -> None:
    wrong = {}
    for asset in (asset for asset in of_kind("solution") if asset.path.suffix == ".md"):
        sections = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", asset.body, re.MULTILINE | re.DOTALL))
        if asset.meta["language"] == "zh":
            assert list(sections) == SOLUTION_SECTIONS, asset.slug
        known = set().union(*(numbers_of(facts()["cases"][slug]) for slug in asset.meta["cases"]))
        known |= {number * 10_000 for number in known}
        if unknown := numbers_in(sections.get("案例") or sections["Cases"]) - known:
            wrong[asset.slug] = unknown
    assert wrong == {}


def test_whoever_names_a_customer_repeats_only_figures_of_the_facts() -> None:
    strange = {}
    for asset in texts():
        if asset.meta["kind"] in {"case_study", "training"} or asset.meta.get("language") == "en":
            continue
        for sentence in re.split(r"[。；\n！？]", asset.body):
            if numbers := strange_numbers(sentence) - NOT_THE_CUSTOMERS.get(asset.slug, set()):
                strange[f"{asset.slug}: {sentence.strip()[:60]}"] = numbers
    assert strange == {}


def test_a_slide_that_names_a_customer_measures_only_with_figures_of_the_facts() -> None:
    strange = {}
    for asset in (asset for asset in assets() if asset.path.suffix == ".pptx"):
        if asset.meta["kind"] == "training":
            continue  # exercises and answers have numbers of their own
        for number, slide in enumerate(deck_slides(asset.path), start=1):
            if numbers := strange_numbers(measured(slide)) - NOT_THE_CUSTOMERS.get(asset.slug, set()):
                strange[f"{asset.slug} {number}"] = numbers
    assert strange == {}


def test_no_two_texts_or_decks_share_more_than_a_fifth_of_their_runs() -> None:
    runs = {}
    for asset in assets():
        written = "".join(deck_slides(asset.path)) if asset.path.suffix == ".pptx" else asset.body
        plain = re.sub(r"\s", "", written)
        runs[asset.slug] = {plain[at : at + 8] for at in range(len(plain) - 7)}
    close = {
        (one, two): round(len(runs[one] & runs[two]) / min(len(runs[one]), len(runs[two])), 2)
        for one, two in combinations(runs, 2)
        if len(runs[one] & runs[two]) > 0.2 * min(len(runs[one]), len(runs[two]))
    }
    assert close == {}


def test_the_library_is_as_large_as_it_was_promised() -> None:
    count = Counter(asset.meta["kind"] for asset in assets())
    decks = [asset for asset in assets() if asset.path.suffix == ".pptx"]
    assert len(assets()) >= 80
    assert set(KINDS) <= set(count), set(KINDS) - set(count)
    assert count["case_study"] >= 14
    assert count["faq"] >= 44
    assert count["battlecard"] >= 4
    assert len(decks) >= 10
    assert all(8 <= len(deck_slides(deck.path)) <= 20 for deck in decks)
    assert len(folder("toolkits")) >= 9
    assert len(folder("requirements")) >= 27
    assert sum(len(item["requests"]) for item in folder("requirements")) >= 50
    assert sum(asset.meta.get("language") == "en" for asset in assets()) >= 6


def test_the_company_sells_in_both_tiers_to_enough_industries() -> None:
    tiers = Counter(product["tier"] for product in taxonomy()["products"])
    assert tiers["transactional"] >= 1
    assert tiers["enterprise"] >= 3
    assert len(keys("industries")) >= 6
    assert {kit["tier"] for kit in folder("toolkits")} == {"transactional", "enterprise"}
    for section in ("scenarios", "functions", "stages", "industries"):
        assert all(item["aliases"] and item["name_en"] for item in taxonomy()[section]), section


def test_every_state_of_an_asset_is_shown() -> None:
    shown = [asset.meta for asset in assets()]
    assert {meta.get("state", "on_offer") for meta in shown} == ASSET_STATES
    assert {meta.get("audience", "customer") for meta in shown} == {"customer", "internal"}
    assert any(meta.get("restricted_to") for meta in shown)
    assert any(meta.get("recommended") for meta in shown)
    stale = [meta for meta in shown if meta.get("review_on") and meta["review_on"] < TODAY]
    assert 4 <= len(stale) < len(shown) / 4
    assert any(meta["published_on"] > TODAY for meta in shown if meta.get("state") == "approved")


def test_every_state_of_a_kit_and_of_a_requirement_is_shown() -> None:
    requirements = folder("requirements")
    assert {kit["state"] for kit in folder("toolkits")} == {"published", "draft", "archived"}
    count = Counter(item["state"] for item in requirements)
    assert set(count) == REQUIREMENT_STATES
    assert count["launched"] == 2
    assert any(item.get("restricted_to") for item in requirements)
    gaps = [item for item in requirements if item["state"] == "shipped"]
    assert any(not slot.get("asset") for item in gaps for slot in item["material"])
    assert all(
        slot.get("asset") for item in requirements if item["state"] == "launched" for slot in item["material"]
    )


@pytest.mark.parametrize(
    ("field", "section"),
    [
        ("product", "products"),
        ("industry", "industries"),
        ("scenario", "scenarios"),
        ("function", "functions"),
        ("stage", "stages"),
    ],
)
def test_every_term_of_an_asset_and_a_kit_is_in_the_taxonomy(field: str, section: str) -> None:
    used = {term for asset in assets() for term in asset.meta.get(field) or []}
    used |= {kit[field] for kit in folder("toolkits") if kit.get(field)}
    used |= {rule[field] for kit in folder("toolkits") for rule in kit["rules"] if rule.get(field)}
    assert used - keys(section) == set()


def test_every_asset_has_a_name_of_its_own_an_owner_and_a_short_summary() -> None:
    twice = [slug for slug, times in Counter(asset.slug for asset in assets()).items() if times > 1]
    assert twice == []
    for asset in assets():
        assert asset.meta["title"], asset.slug
        assert asset.meta["kind"] == asset.folder, asset.slug
        assert asset.meta["owner"] in emails(), asset.slug
        assert asset.meta.get("expert", asset.meta["owner"]) in emails(), asset.slug
        assert len(asset.meta.get("summary") or "") <= 90, asset.slug
        assert asset.meta.get("customer") in {None, *customers()}, asset.slug


def test_every_restriction_names_a_team_or_a_person() -> None:
    known = {f"team:{team['key']}" for team in load(CONTENT / "people.yml")["teams"]} | emails()
    held = [asset.meta for asset in assets()] + list(customers().values()) + folder("requirements")
    assert {name for item in held for name in item.get("restricted_to") or []} - known == set()


def test_every_pin_and_every_piece_of_launch_material_exists() -> None:
    slugs = {asset.slug for asset in assets()}
    pins = {slug for kit in folder("toolkits") for slug in kit["pins"]}
    requirements = folder("requirements")
    material = {
        slot["asset"] for item in requirements for slot in item.get("material", []) if slot.get("asset")
    }
    related = {slug for item in requirements for slug in item.get("related", [])}
    assert (pins | material | related) - slugs == set()


def test_every_rule_of_a_kit_asks_for_kinds_that_exist() -> None:
    kinds = {kind for kit in folder("toolkits") for rule in kit["rules"] for kind in rule.get("kind", [])}
    assert kinds <= set(KINDS)


def test_every_person_of_a_requirement_exists_and_only_experts_estimate_effort() -> None:
    for item in folder("requirements"):
        steps = [step["by"] for step in item["history"] if step["to"] != "launched"]  # that is nobody's doing
        people = {item["manager"], item["expert"], *steps}
        people |= {request[name] for request in item["requests"] for name in ("submitter", "owner")}
        people |= {slot["owner"] for slot in item.get("material", []) if slot.get("owner")}
        assert people <= emails(), item["key"]
        assert item["product"] in keys("products"), item["key"]
        assert {request["customer"] for request in item["requests"]} <= set(customers()), item["key"]
        if effort := item.get("rice", {}).get("effort"):
            assert "technical_expert" in roles_of(effort["by"]), item["key"]
            assert effort["unit"] == "days", item["key"]


def test_a_requirement_tells_its_history_in_order_and_ends_in_its_state() -> None:
    for item in folder("requirements"):
        days = [step["on"] for step in item["history"]]
        assert days == sorted(days), item["key"]
        assert item["history"][-1]["to"] == item["state"], item["key"]
        assert max(days) <= TODAY, item["key"]
        reasons = [rice["reason"] for rice in item.get("rice", {}).values()]
        assert all(reasons), item["key"]
        assert item["state"] not in {"shipped", "launched"} or item["limits"], item["key"]


def test_no_two_customers_say_the_same_thing() -> None:
    said = {(r["customer"], r["quote"]) for item in folder("requirements") for r in item["requests"]}
    quotes = [
        quote for _customer, quote in said
    ]  # one that was merged or split stands with both requirements
    assert [quote for quote, times in Counter(quotes).items() if times > 1] == []
    assert min(len(quote) for quote in quotes) >= 12


def test_the_requirement_of_the_pictures_is_as_drawn() -> None:
    item = load(CONTENT / "requirements" / "REQ-231.yml")
    rice = {name: rated["value"] for name, rated in item["rice"].items()}
    assert rice == {"reach": 62, "impact": 2, "confidence": 80, "effort": 60}
    assert sum(request.get("revenue", 0) for request in item["requests"]) == 2_440_000
    assert len(item["requests"]) == 4
    assert len({request["customer"] for request in item["requests"]}) == 3
    assert [bool(slot.get("asset")) for slot in item["material"]] == [True, True, False, False]


def test_the_name_of_a_confidential_customer_stays_inside() -> None:
    names = [
        word
        for item in customers().values()
        if item.get("confidential")
        for word in [item["name"], item["name"][:2]]
    ]
    open_texts = [asset for asset in assets() if not asset.meta.get("restricted_to")]
    leaks = [
        (asset.slug, name) for asset in open_texts for name in names if name in str(asset.meta) + asset.body
    ]
    assert leaks == []


def test_no_text_hides_behind_marketing_fog() -> None:
    foggy = [
        (asset.slug, word)
        for asset in texts()
        if asset.slug != "brand-voice"  # the one that lists the words to avoid
        for word in FOG
        if word in asset.body
    ]
    assert foggy == []


def test_no_value_of_the_facts_or_manifests_was_cut_at_a_comma() -> None:
    root = Path(__file__).parents[1]
    files = [root / "content" / "facts.yml", *sorted((root / "templates" / "decks").glob("*/manifest.yml"))]

    def stray(found: object) -> list[object]:
        if isinstance(found, list):
            return [x for item in found for x in stray(item)]
        if not isinstance(found, dict):
            return []
        here = [k for k, v in found.items() if v is None and not str(k).isidentifier()]
        return here + [x for value in found.values() for x in stray(value)]

    assert [s for f in files for s in stray(yaml.safe_load(f.read_text("utf-8")))] == []


def test_a_visitor_finds_a_handful_of_words_to_be_sorted_and_no_heap():
    known = {str(w).casefold() for w in taxonomy()["free_words"]}
    for section in ("tiers", "products", "industries", "scenarios", "functions", "stages"):
        for value in taxonomy()[section]:
            known |= {
                str(w).casefold() for w in (value["key"], value["name"], value["name_en"], *value["aliases"])
            }

    said = {str(word) for asset in assets() for word in asset.meta.get("tags", [])}

    assert {w for w in said if w.casefold() not in known} == {"利旧", "国产化", "信创", "影子模式", "冷库"}
    assert {w for w in taxonomy()["free_words"] if w not in said} == set(), (
        "a free word that no asset carries"
    )
