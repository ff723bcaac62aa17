"""Consents: what the customer of a case allowed decides which form of it leaves the house, to the instant."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from hub import assets, consents, customers, decks, notices, sharing, taxonomy, toolkits, upkeep
from hub.base import clock, jobs
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.consents import Said, Twin, decide, names_nobody
from tests.cast import on_offer

NOW = clock.now()
TODAY = clock.today(NOW)
PARTS = st.frozensets(st.sampled_from(["name", "logo", "numbers"]))
USES = st.frozensets(st.sampled_from(["pitch", "send", "bid", "public"]))
DAYS = st.one_of(st.none(), st.dates(TODAY - timedelta(days=3), TODAY + timedelta(days=3)))
ENDS = st.one_of(st.none(), st.sampled_from([NOW - timedelta(seconds=1), NOW, NOW + timedelta(seconds=1)]))
SAID = st.builds(
    Said, shows=PARTS, allows=PARTS, uses=USES, until=DAYS, ended_at=ENDS, recorded=st.booleans()
)
TWINS = st.lists(st.builds(Twin, st.integers(1, 9), PARTS), max_size=4, unique_by=lambda t: t.id)
USE = st.sampled_from(["pitch", "send"])


@given(SAID, TWINS, USE)
def test_nothing_that_tells_the_name_goes_out_without_a_consent_that_holds(said, twins, use):
    decided = decide(said, twins, use, at=NOW, today=TODAY)
    by_id = {t.id: t for t in twins}
    shown = {
        "full": said.shows,
        "twin": by_id[decided.twin_id].shows if decided.twin_id else None,
        "out": frozenset(),
    }
    parts = shown[decided.kind]
    holds = said.recorded and use in said.uses and said.holds(NOW, TODAY)
    assert names_nobody(parts) or (holds and parts <= said.allows)


@given(SAID, TWINS, USE)
def test_it_is_left_out_only_where_nothing_may_be_shown(said, twins, use):
    decided = decide(said, twins, use, at=NOW, today=TODAY)
    if decided.kind == "out":
        assert not any(names_nobody(t.shows) for t in twins)
    if decided.kind == "full":
        assert decided.why == ""
    else:
        assert decided.why in {"missing", "ended", "use", "part"}


@given(SAID, TWINS, USE)
def test_a_consent_that_ends_never_shows_more_than_before(said, twins, use):
    before = decide(said, twins, use, at=NOW, today=TODAY)
    ended = Said(said.shows, said.allows, said.uses, said.until, NOW, said.recorded)
    after = decide(ended, twins, use, at=NOW, today=TODAY)
    assert after.kind != "full" or names_nobody(said.shows)
    assert before.kind == "full" or after.kind != "full"


@pytest.mark.parametrize(
    ("shows", "allows", "twins", "wanted"),
    [
        ({"name", "numbers"}, {"name"}, [Twin(1, frozenset({"name"})), Twin(2, frozenset({"numbers"}))], 1),
        ({"name", "numbers"}, {"name"}, [Twin(2, frozenset({"numbers"}))], 2),
        ({"name", "numbers"}, {"name"}, [Twin(3, frozenset({"name", "logo"}))], None),
        ({"name"}, {"name"}, [], "full"),
    ],
)
def test_with_the_name_allowed_and_the_numbers_not_the_named_twin_comes_first(shows, allows, twins, wanted):
    said = Said(frozenset(shows), frozenset(allows), frozenset({"send"}))
    decided = decide(said, twins, "send", at=NOW, today=TODAY)
    assert (decided.twin_id or decided.kind) == (wanted or "out")


def a_case(session, cast, title="新港案例", **fields):
    customer = customers.named(session, "新港物流园", by=cast.ting)
    return on_offer(session, cast, title, kind="case_study", customer_id=customer.id, **fields)


def a_twin(session, cast, case, title="某物流园案例", **fields):
    twin = on_offer(session, cast, title, kind="case_study", **fields)
    consents.link_twin(session, case, twin.id, by=cast.ting)
    return twin


def allowed(session, cast, case, **said):
    fields = {"allows": ["name", "numbers"], "uses": ["pitch", "send"], "evidence": "邮件", **said}
    edition = row.edition if (row := consents.consent_of(session, case.id)) else 0
    return consents.record(session, case, consents.Fields(**fields), edition=edition, by=cast.ting)


def shared(session, cast, *things):
    wanted = [sharing.Wanted(t, i) for t, i in things]
    return sharing.create(session, wanted, sharing.Fields(), key="key", by=cast.lin)


def a_kit(session, cast):
    said = {"product": "energy", "industry": "park", "rules": [{"product": "energy"}]}
    kit = toolkits.create(session, toolkits.Fields(title="园区", **said), by=cast.ting, slug="park")
    toolkits.publish(session, kit, by=cast.ting)
    return kit


def test_a_live_link_and_a_kit_switch_to_the_twin_at_the_instant_the_consent_ends(wiring, cast):
    with wiring.database.write() as session:
        case = a_case(session, cast)
        twin = a_twin(session, cast, case, tags={"industry": ["park"]})
        row = allowed(session, cast, case, until=TODAY)
        share = shared(session, cast, ("asset", case.id))
        kit = a_kit(session, cast)
        in_kit = shared(session, cast, ("toolkit", kit.id))
        assert [p.id for p in sharing.pieces(session, share)] == [case.id]

        consents.end(session, case, by=cast.ting)
        assert row.ended_at is not None
        for link in (share, in_kit):
            assert [p.id for p in sharing.pieces(session, link)] == [twin.id]
            assert sharing.piece_of(session, link, f"a{twin.id}").id == twin.id
            assert sharing.piece_of(session, link, f"a{case.id}") is None
        contents = toolkits.contents(session, kit, cast.lin, taxonomy.words(session))
        made = toolkits.parcel(session, "k", contents, labels={})
        assert [i.title for i in made.items] == [twin.title]
        assert "已经结束" in made.told[0]
        inside = toolkits.parcel(session, "k", contents, labels={}, internal=True)
        assert [i.title for i in inside.items] == [case.title]


def test_a_consent_holds_through_its_last_day_and_not_after_it(wiring, cast):
    with wiring.database.write() as session:
        case = a_case(session, cast)
        allowed(session, cast, case, until=TODAY)
        end_of_day = datetime.combine(TODAY, datetime.max.time(), clock.HOUSE_ZONE)
        assert consents.outward(session, [case.id], "send", at=end_of_day) == {}
        after = end_of_day + timedelta(seconds=1)
        assert consents.outward(session, [case.id], "send", at=after)[case.id].kind == "out"


def test_without_consent_and_twin_a_case_stays_inside_and_the_sentence_says_what_to_do(wiring, cast):
    with wiring.database.write() as session:
        case = a_case(session, cast)
        with pytest.raises(HubError, match=r"还没有客户授权.*匿名版"):
            shared(session, cast, ("asset", case.id))
        assert "还没有客户授权" in consents.banner(session, case)
        assert assets.shown_version(session, case, cast.lin).asset_id == case.id
        allowed(session, cast, case)
        assert consents.banner(session, case) == ""
        share = shared(session, cast, ("asset", case.id))
        consents.end(session, case, by=cast.ting)
        assert sharing.pieces(session, share) == []


def test_a_consent_for_pitches_only_is_none_for_links(wiring, cast):
    with wiring.database.write() as session:
        case = a_case(session, cast)
        allowed(session, cast, case, uses=["pitch"])
        with pytest.raises(HubError, match="不含"):
            shared(session, cast, ("asset", case.id))
        assert consents.outward(session, [case.id], "pitch") == {}


def test_a_case_that_names_nobody_needs_no_consent_and_a_question_is_no_case(wiring, cast):
    with wiring.database.write() as session:
        nameless = on_offer(session, cast, "某园区", kind="case_study")
        assert consents.outward(session, [nameless.id], "send") == {}
        case = a_case(session, cast)
        allowed(session, cast, case, shows=["numbers"], allows=[], uses=[], evidence="")
        assert consents.outward(session, [case.id], "send") == {}
        with pytest.raises(NotFound):
            consents.row_of(session, nameless, cast.ting)


def test_what_is_allowed_needs_evidence_and_a_use(wiring, cast):
    with wiring.database.write() as session:
        case = a_case(session, cast)
        for said, words in (
            ({"evidence": " "}, "凭什么"),
            ({"uses": []}, "用在哪里"),
            ({"allows": ["all"]}, "不认识"),
        ):
            with pytest.raises(HubError, match=words):
                allowed(session, cast, case, **said)
        with pytest.raises(NotAllowed):
            consents.record(session, case, consents.Fields(), by=cast.lin)
        allowed(session, cast, case)
        with pytest.raises(Conflict):
            consents.record(session, case, consents.Fields(), edition=0, by=cast.min)


def test_a_withdrawn_twin_is_no_twin(wiring, cast):
    with wiring.database.write() as session:
        case = a_case(session, cast)
        twin = a_twin(session, cast, case)
        assert consents.outward(session, [case.id], "send")[case.id].twin_id == twin.id
        version = session.get_one(assets.Version, twin.on_offer_id)
        assets.withdraw(session, version, reason="旧", by=cast.ting)
        assert consents.outward(session, [case.id], "send")[case.id].kind == "out"
        with pytest.raises(HubError):
            consents.link_twin(session, case, case.id, by=cast.ting)


def test_a_made_deck_that_shows_the_case_is_sent_no_more(wiring, cast):
    with wiring.database.write() as session:
        case = a_case(session, cast)
        allowed(session, cast, case)
        deck = decks.Deck(
            title="给华辰",
            blob_sha="0" * 64,
            state="ready",
            owner_id=cast.lin.id,
            created_at=NOW,
            made_at=NOW,
        )
        session.add(deck)
        session.flush()
        session.add(
            decks.DeckSlide(deck_id=deck.id, number=1, title="案例", origin="template", source_number=1)
        )
        consents.note_cases(session, "deck", deck.id, [case.id])
        share = shared(session, cast, ("deck", deck.id))
        assert [p.thing for p in sharing.pieces(session, share)] == ["deck"]
        consents.end(session, case, by=cast.ting)
        assert sharing.pieces(session, share) == []
        with pytest.raises(HubError):
            shared(session, cast, ("deck", deck.id))


def test_the_owner_hears_before_the_end_and_at_it_once_each(wiring, cast):
    with wiring.database.write() as session:
        case = a_case(session, cast)
        allowed(session, cast, case, until=TODAY + timedelta(days=20))
        assert [consents.remind(session, at=NOW + timedelta(days=d)) for d in (0, 1, 21, 22)] == [1, 0, 1, 0]
        told = session.exec(select(notices.Notice.key).order_by(notices.Notice.id)).all()
        assert told[-2:] == ["consent_ending", "consent_ended"]


def test_the_list_says_how_each_case_stands_and_hides_what_one_may_not_read(wiring, cast):
    with wiring.database.write() as session:
        first = a_case(session, cast, "没登记")
        allowed(session, cast, a_case(session, cast, "快结束"), until=TODAY + timedelta(days=3))
        allowed(session, cast, a_case(session, cast, "可对外"))
        a_case(session, cast, "受限", restricted_to=([], [cast.ada.id]))
        rows, counts = consents.find(session, cast.lin)
        assert [(r.title, r.state) for r in rows] == [
            ("没登记", "missing"),
            ("快结束", "ending"),
            ("可对外", "good"),
        ]
        assert (counts["all"], counts["missing"]) == (3, 1)
        assert consents.find(session, cast.ada)[1]["all"] == 4
        assert [r.asset_id for r in consents.find(session, cast.lin, state="missing")[0]] == [first.id]


def test_consents_go_out_and_come_in_with_their_twins(wiring, cast):
    with wiring.database.write() as session:
        case = a_case(session, cast)
        a_twin(session, cast, case)
        row = allowed(session, cast, case, until=date(2030, 1, 1))
        data = consents.to_data(session)
        assert consents.from_data(session, data, by=cast.ada) == 0
        session.delete(row)
        session.delete(session.exec(select(consents.CaseTwin)).one())
        session.flush()
        session.expunge_all()
        assert consents.from_data(session, data, by=cast.ada) == 1
        assert consents.to_data(session) == data
        assert consents.from_data(session, [{"case": "not-here", "allows": ["name"]}], by=cast.ada) == 0


def others_that_name_the_customer(session, cast):
    """A text for outside by an alias, one for inside, a twin that forgot itself, and another case of the customer."""
    case = a_case(session, cast)
    customer = session.get(customers.Customer, case.customer_id)
    customer.aliases = ["Xingang Park"]
    session.add(customer)
    intro = on_offer(session, cast, "产品介绍", text="# 用户\n\n已用在 xingang park 等处。")
    on_offer(session, cast, "内部话术", text="# 新港物流园怎么谈", audience="internal")
    on_offer(session, cast, "别处", text="# Xingang Parking 不是它")
    twin = a_twin(session, cast, case, text="# 新港物流园省了两成")
    a_case(session, cast, "新港案例二", text="# 新港物流园")
    return case, intro, twin


def test_what_still_names_the_customer_is_listed_with_the_words_around_it(wiring, cast):
    with wiring.database.write() as session:
        case, intro, twin = others_that_name_the_customer(session, cast)
        found = upkeep.naming(session, case, cast.ting)
        assert [(n.thing_id, n.page) for n in found] == [(intro.id, None), (twin.id, None)]
        assert "xingang park" in found[0].said


def test_open_links_that_name_the_customer_to_others_are_listed_to_their_owner(wiring, cast):
    with wiring.database.write() as session:
        case, intro, _twin = others_that_name_the_customer(session, cast)
        carries = shared(session, cast, ("asset", intro.id))
        to_them = shared(session, cast, ("asset", intro.id))
        to_them.customer_id = case.customer_id
        plain = on_offer(session, cast, "安全说明", text="# 安全")
        says = shared(session, cast, ("asset", plain.id))
        says.greeting = "像新港物流园那样"
        ended = shared(session, cast, ("asset", intro.id))
        ended.revoked_at = NOW
        session.add_all([to_them, says, ended])
        session.flush()

        def links(by):
            return {n.thing_id: n.said for n in upkeep.naming(session, case, by) if n.thing == "link"}

        assert links(cast.lin) == {says.id: "像新港物流园那样", carries.id: ""}
        assert links(cast.ting) == {}


def test_who_may_not_know_of_the_customer_or_the_text_is_told_nothing_of_it(wiring, cast):
    with wiring.database.write() as session:
        case, intro, twin = others_that_name_the_customer(session, cast)
        only_ada = ([], [cast.ada.id])
        hidden = on_offer(session, cast, "机密", text="# 新港物流园", restricted_to=only_ada)
        seen = {n.thing_id for n in upkeep.naming(session, case, cast.lin)}
        assert (hidden.id in seen, seen) == (False, {intro.id, twin.id})
        customer = session.get(customers.Customer, case.customer_id)
        customer.confidential, customer.owner_id = True, cast.ada.id
        session.add(customer)
        session.flush()
        customers.refresh_readers(session, customer)
        assert upkeep.naming(session, case, cast.lin) == []


def test_when_the_consent_ends_its_owner_hears_once_what_else_names_the_customer(wiring, cast):
    with wiring.database.write() as session:
        case, _intro, _twin = others_that_name_the_customer(session, cast)
        consent = allowed(session, cast, case)
        assert upkeep.tell_of_naming(session, consent.id) == 0  # it holds
        consents.end(session, case, by=cast.ting)
        asked = session.exec(select(jobs.Job.payload).where(jobs.Job.name == "consent.ended")).all()
        assert asked == [{"consent_id": consent.id}]
        assert [upkeep.tell_of_naming(session, consent.id) for _ in range(2)] == [1, 0]
        told = next(n for n in notices.of(session, cast.ting) if n.key == "consent_named")
        assert (told.url, told.values["count"]) == (f"/assets/{case.id}/consent#named", 2)


def test_a_made_deck_that_tells_the_case_in_words_is_among_what_carries_it(wiring, cast):
    with wiring.database.write() as session:
        case = a_case(session, cast)
        said = {"blob_sha": "0" * 64, "state": "ready", "created_at": NOW, "made_at": NOW}
        deck = decks.Deck(title="给华辰", owner_id=cast.lin.id, **said)
        session.add(deck)
        session.flush()
        consents.note_cases(session, "deck", deck.id, [case.id])
        assert sharing.reach(session, case, cast.ting).other_decks == 1
        assert [p.title for p in sharing.reach(session, case, cast.lin).decks] == ["给华辰"]
        assets.withdraw(
            session, assets.version(session, case.on_offer_id, cast.ting), reason="旧了", by=cast.ting
        )
        assert sharing.correct(session, case.latest_id, by_id=cast.ting.id) == 1
        assert notices.of(session, cast.lin)[0].url == f"/decks/{deck.id}"
