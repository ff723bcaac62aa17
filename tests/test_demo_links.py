"""The demo's links: sent by its sellers, to its customers, with material that may leave the house."""

from tests.demo_library import CONTENT, assets, customers, emails, load

LINKS = load(CONTENT / "shares.yml")["shares"]
SENT = {a.path.name.split(".")[0]: a.meta for a in assets()}


def test_each_link_is_somebodys_and_for_a_customer_of_the_demo():
    assert [s["owner"] for s in LINKS if s["owner"] not in emails()] == []
    assert [s["customer"] for s in LINKS if s["customer"] not in customers()] == []


def test_each_link_leads_to_customer_facing_material_and_only_that_was_read():
    named = {t for s in LINKS for t in s["things"]}
    kits = {t.removeprefix("toolkit:") for t in named if t.startswith("toolkit:")}
    read = {slug for s in LINKS for v in s.get("visitors", ()) for slug in v.get("read", {})}
    slugs = {t.removeprefix("asset:") for t in named if t.startswith("asset:")} | read

    assert [k for k in kits if not (CONTENT / "toolkits" / f"{k}.yml").exists()] == []
    assert [s for s in slugs if SENT[s]["audience"] != "customer"] == []


def test_nobody_read_a_link_before_it_was_made():
    assert [s["title"] for s in LINKS for v in s.get("visitors", ()) if v["days_ago"] > s["days_ago"]] == []


def test_each_request_to_read_names_what_is_on_offer_and_who_may_ask():
    asked = load(CONTENT / "readings.yml")["readings"]
    confirmed = {email for r in asked for email in r.get("confirmed", ())}

    assert [r["asset"] for r in asked if SENT[r["asset"]]["state"] != "on_offer"] == []
    assert [e for e in {r["by"] for r in asked} | confirmed if e not in emails()] == []
    assert [r["asset"] for r in asked if not (r.get("roles") or r.get("teams")) or r["due_in"] < 1] == []
