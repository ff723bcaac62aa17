"""What a made deck says of facts and cases is noted: a file does not follow, so it is listed, and stopped where
it must.
"""

import pytest

from hub import assets, consents, customers, decks, facts, sharing, upkeep
from hub.base.errors import Conflict, HubError
from hub.decks import queries, spoken
from tests.cast import on_offer
from tests.domains.deck_house import ANSWERS, MANIFEST, TEMPLATE, add_kit, pptx


def test_a_template_names_its_facts_in_texts_and_notes():
    data = pptx(
        [
            ("封面", "可用率 {{ facts.sla }}", "{{ facts.other | default('x') }}"),
            ("{{ customer.name }}", "", ""),
        ]
    )
    assert spoken.named_in(data) == ["sla", "other"]


@pytest.fixture
def deck_id(wiring, cast):
    """A deck of a template that says a fact, with a kit whose case names a customer."""
    with wiring.database.write() as session:
        said = facts.Fields(key="sla", name="可用率", value="99.9", unit="%")
        facts.create(session, said, by=cast.ting)
        first = (TEMPLATE[0][0], "可用率 {{ facts.sla }}", "")
        decks.import_template(session, wiring.blobs, "", pptx((first, *TEMPLATE[1:])), MANIFEST, by=cast.ting)
        customer = customers.named(session, "新港物流园", by=cast.ting)
        case = on_offer(
            session, cast, "新港案例", kind="case_study", customer_id=customer.id, recommended=True
        )
        allowed = consents.Fields(allows=["name", "numbers"], uses=["pitch", "send"], evidence="邮件")
        consents.record(session, case, allowed, by=cast.ting)
        kit = add_kit(session, wiring, cast)
        template = decks.template_by_name(session, "small")
        return decks.start(session, template, kit, dict(ANSWERS), by=cast.lin).id


def make(wiring, cast, deck_id):
    with wiring.database.write() as session:
        deck = decks.get(session, deck_id, cast.lin)
        decks.ask(session, deck, by=cast.lin)
        edition = deck.edition
    decks.make_deck(wiring.database, wiring.blobs, wiring.settings, deck_id, edition)


def test_a_deck_made_with_the_old_value_is_listed_until_it_is_made_anew(wiring, cast, deck_id):
    make(wiring, cast, deck_id)
    with wiring.database.write() as session:
        fact = facts.by_keys(session, ["sla"])["sla"]
        deck = decks.get(session, deck_id, cast.lin)
        share = sharing.create(
            session, [sharing.Wanted("deck", deck_id)], sharing.Fields(), key="key", by=cast.lin
        )
        change = facts.edit(session, fact, facts.Fields(value="99.95"), edition=1, by=cast.ting)
        seen = {p.key for p in upkeep.places(session, fact, change, cast.lin).of("copy")}
        assert seen == {f"deck:{deck_id}", f"link:{share.id}"}
        assert upkeep.places(session, fact, change, cast.zhou).of("copy") == ()
        assert consents.with_case(session, "deck", [deck.id])[deck.id] != set()

        assert decks.without_consent(session, deck, cast.lin) == []
        case = next(iter(consents.with_case(session, "deck", [deck.id])[deck.id]))
        consents.end(session, assets.by_ids(session, [case])[0], by=cast.ting)
        assert sharing.pieces(session, share) == []
        (told,) = decks.without_consent(session, deck, cast.lin)
        assert "已经结束" in told
        found = queries.kitchen(session, deck, cast.lin)
        assert found.values["facts"] == {"sla": "99.95%"}
        assert any("已经结束" in sentence for sentence in found.told)
        assert all(c["title"] != "新港案例" for c in found.values["cases"])


def test_an_expired_fact_of_the_template_stops_the_making_in_words(wiring, cast, deck_id):
    with wiring.database.write() as session:
        fact = facts.by_keys(session, ["sla"])["sla"]
        facts.trash(session, fact, by=cast.ting)
    make(wiring, cast, deck_id)
    with wiring.database.read() as session:
        deck = session.get_one(decks.Deck, deck_id)
        assert deck.state == "failed"
        assert "没有" in deck.error


def test_slides_of_a_case_without_consent_get_into_no_deck(wiring, cast):
    with wiring.database.write() as session:
        customer = customers.named(session, "新港物流园", by=cast.ting)
        case = on_offer(session, cast, "新港案例", kind="case_study", customer_id=customer.id)
        with pytest.raises(Conflict, match="还没有客户授权"):
            queries.usable_pages(session, case.id, cast.lin)
        with pytest.raises(HubError):
            decks.basket_add(session, case.id, [1], by=cast.lin)
