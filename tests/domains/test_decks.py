"""Pitch decks: templates taken in, plans made, files made, and who may have them."""

import io

import pytest
from pptx import Presentation
from sqlmodel import select

from hub import accounts, assets, decks, notices, slides, taxonomy, toolkits
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.i18n import speaking
from hub.base.jobs import Job
from tests.domains.deck_house import ANSWERS, MANIFEST, TEMPLATE, add_deck, add_kit, add_template, pptx, texts


@pytest.fixture
def started(wiring, cast) -> int:
    """A deck of Lin's, planned and not yet made."""
    with wiring.database.write() as session:
        template = add_template(session, wiring, cast.ting)
        kit = add_kit(session, wiring, cast)
        return decks.start(session, template, kit, ANSWERS, by=cast.lin).id


def made(wiring, cast, deck_id: int) -> decks.Deck:
    """Ask for the file and make it, as the worker does."""
    with wiring.database.write() as session:
        deck = decks.get(session, deck_id, cast.lin)
        decks.ask(session, deck, by=cast.lin)
        edition = deck.edition
    decks.make_deck(wiring.database, wiring.blobs, wiring.settings, deck_id, edition)
    with wiring.database.read() as session:
        return session.get_one(decks.Deck, deck_id)


def test_a_template_is_taken_in_once_and_a_changed_one_is_a_new_number(wiring, cast):
    with wiring.database.write() as session:
        data = pptx(TEMPLATE)

        def take_in(name: str, text: str = MANIFEST) -> str:
            return decks.import_template(session, wiring.blobs, name, data, text, by=cast.ting)

        assert take_in("small") == "imported"
        assert take_in("small") == "unchanged"
        assert take_in("small", MANIFEST.replace("小模板", "新模板")) == "updated"
        assert [(t.title, t.number) for t in decks.templates(session)] == [("新模板", 4)]
        with pytest.raises(HubError, match="other"):
            take_in("other")
        with pytest.raises(HubError, match="一共 4 页"):
            take_in("small", MANIFEST.replace("slide: 4", "slide: 5"))


def test_only_marketers_may_change_templates(wiring, cast):
    with wiring.database.write() as session:
        template = add_template(session, wiring, cast.ting)

        with pytest.raises(NotAllowed):
            add_template(session, wiring, cast.lin)
        with pytest.raises(NotAllowed):
            decks.withdraw_template(session, template, by=cast.lin)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04nothing", pptx([])])
def test_a_template_that_is_no_deck_is_refused(wiring, cast, data):
    with wiring.database.write() as session, pytest.raises(HubError):
        decks.import_template(session, wiring.blobs, "", data, MANIFEST, by=cast.ting)


@pytest.mark.parametrize(
    ("language", "company", "seller"),
    [("zh", "澜川智控", "林晓 客户经理"), ("en", "Lanchuan Controls", "Lin Xiao Account Manager")],
)
def test_a_deck_calls_company_and_seller_as_its_template_speaks(wiring, cast, language, company, seller):
    with wiring.database.write() as session:
        lin = accounts.person(session, cast.lin.id)
        profile = accounts.Profile("林晓", "Lin Xiao", "客户经理", title_en=" Account Manager ")
        accounts.edit_own(session, profile, language="zh-CN", industries=[], mail=None, by=cast.lin)
        named = taxonomy.Company(name="澜川智控", name_en="Lanchuan Controls")
        taxonomy.set_company(session, named, by=cast.ada)
        data = pptx(
            (
                ("{{ customer.name }}", "{{ company.name }} · {{ seller.name }} {{ seller.title }}", ""),
                *TEMPLATE[1:],
            )
        )
        said = MANIFEST.replace("version: 3", f"version: 3\nlanguage: {language}")
        decks.import_template(session, wiring.blobs, "", data, said, by=cast.ting)
        template = decks.template_by_name(session, "small")
        by = accounts.actor(session, lin)
        deck_id = decks.start(session, template, add_kit(session, wiring, cast), ANSWERS, by=by).id

    deck = made(wiring, cast, deck_id)

    assert f"{company} · {seller}" in texts(wiring.blobs.get(deck.blob_sha))[0]


def test_a_started_deck_is_named_and_planned_and_knows_its_customer(wiring, cast, started):
    with wiring.database.read() as session:
        deck = decks.get(session, started, cast.lin)

        assert deck.title == "华辰电子产业园 · 能碳管理打单 PPT"
        assert deck.customer_id is not None
        assert [e["title"] for e in deck.plan] == [
            "封面",
            "难处",
            "园区方案：峰段电费",
            "园区方案：电价一变",
            "案例：江北：一年省 63 万",
            "常问",
        ]


@pytest.mark.parametrize(
    ("says", "zh", "en"),
    [
        ("", "能碳管理打单 PPT", "Energy & Carbon pitch deck"),
        ("makes: 价值回顾\nmakes_en: value review", "能碳管理价值回顾", "Energy & Carbon value review"),
        ("makes: 价值回顾", "能碳管理价值回顾", "Energy & Carbon 价值回顾"),
    ],
)
def test_a_deck_is_called_what_its_template_says_it_makes(wiring, cast, says, zh, en):
    with wiring.database.write() as session:
        template = add_template(session, wiring, cast.ting, MANIFEST + says)
        kit = add_kit(session, wiring, cast)
        for language, said in (("zh", zh), ("en", en)):
            with speaking(language):
                title = decks.start(session, template, kit, ANSWERS, by=cast.lin).title
            assert title == f"华辰电子产业园 · {said}"


def test_the_made_deck_says_what_the_brief_says_and_has_the_planned_slides(wiring, cast, started):
    deck = made(wiring, cast, started)

    data = wiring.blobs.get(deck.blob_sha)
    said = texts(data)
    assert (deck.state, deck.error, deck.progress) == ("ready", "", 100)
    assert len(said) == len(deck.plan) == 6
    assert "华辰电子产业园" in said[0]
    assert "林晓" in said[0]
    assert "峰段电费高：尖峰时段用电多" in said[1]
    assert "讲慢一点" in said[2]
    assert "省 63" in said[4]
    assert "待测算" in said[5]
    assert "峰段能降多少？：看尖峰时段。" in said[5]
    assert not any("{{" in text or "内部方案" in text for text in said)
    assert [f.code for f in slides.check(data)] == []


def test_every_slide_taken_from_the_library_remembers_where_it_comes_from(wiring, cast, started):
    deck = made(wiring, cast, started)

    found = slides.read(wiring.blobs.get(deck.blob_sha)).slides
    with wiring.database.read() as session:
        rows = decks.slides_of(session, deck)
        slug = session.get_one(assets.Asset, rows[2].asset_id).slug
    assert found[2].provenance == slides.Provenance(slug, "1", 4)
    assert found[0].provenance == slides.Provenance("template:small", "3", 1)
    assert [(r.origin, r.source_number) for r in rows] == [
        ("template", 1),
        ("template", 2),
        ("asset", 4),
        ("asset", 5),
        ("template", 3),
        ("template", 4),
    ]


def test_why_a_slide_is_there_is_said_in_the_language_of_who_reads(wiring, cast, started):
    with wiring.database.write() as session:
        plan = decks.get(session, started, cast.lin).plan
        words = taxonomy.words(session)
        with speaking("en"):
            said = [decks.why(e, words.label) for e in plan]
            before = [decks.why({"why": w}, words.label) for w in ("必备页", "谁也说不清")]

    assert said == [
        "Required",
        "Filled from the brief",
        "Speaks of “峰段电费高”",
        "Speaks of “峰段电费高”",
        "One after the other, number 1",
        "Required",
    ]
    assert before == ["Required", "谁也说不清"]
    assert [decks.why(e, words.label) for e in plan] == [e["why"] for e in plan]


def test_the_owner_is_told_when_it_is_ready_and_making_again_changes_nothing(wiring, cast, started):
    deck = made(wiring, cast, started)

    decks.make_deck(wiring.database, wiring.blobs, wiring.settings, started, deck.edition)

    with wiring.database.read() as session:
        assert [n.key for n in notices.of(session, cast.lin)] == ["deck_ready"]
        assert session.get_one(decks.Deck, started).made_at == deck.made_at
        waiting = {j.name for j in session.exec(select(Job).where(Job.state == "waiting"))}
        assert {"deck.make", "deck.preview", "template.preview"} <= waiting


def test_slides_moved_dropped_and_added_by_hand_are_made_so(wiring, cast, started):
    with wiring.database.write() as session:
        extra = add_deck(session, wiring, cast, "质检方案", tags={"industry": ["steel"]})
        deck = decks.get(session, started, cast.lin)
        keys = [e["key"] for e in deck.plan]
        decks.move(session, deck, keys[3], -1, by=cast.lin)
        decks.drop(session, deck, keys[1], by=cast.lin)
        decks.add_page(session, deck, extra.id, 3, by=cast.lin)

    said = [text.splitlines()[0] for text in texts(wiring.blobs.get(made(wiring, cast, started).blob_sha))]

    assert said == [
        "华辰电子产业园",
        "园区方案：电价一变",
        "园区方案：峰段电费",
        "江北：一年省 63 万",
        "公司简介",
        "常问",
    ]


def test_internal_and_hidden_slides_cannot_be_added(wiring, cast, started):
    with wiring.database.write() as session:
        internal = session.exec(select(assets.Asset).where(assets.Asset.title == "内部方案")).one()
        hidden = add_deck(session, wiring, cast, "隐", restricted_to=([], [cast.zhou.id]))
        deck = decks.get(session, started, cast.lin)

        with pytest.raises(Conflict):
            decks.add_page(session, deck, internal.id, 3, by=cast.lin)
        with pytest.raises(NotFound):
            decks.add_page(session, deck, hidden.id, 3, by=cast.lin)
        with pytest.raises(NotFound):
            decks.add_page(session, deck, deck.plan[2]["asset_id"], 99, by=cast.lin)


def test_a_restricted_member_does_not_come_into_the_deck_of_others(wiring, cast):
    with wiring.database.write() as session:
        template = add_template(session, wiring, cast.ting)
        kit = add_kit(session, wiring, cast)
        east = accounts.team_by_key(session, "east")
        add_deck(session, wiring, cast, "东区峰段电费高", restricted_to=([east.id], []), recommended=True)
        toolkits.follow(session)

        inside = decks.start(session, template, kit, ANSWERS, by=cast.lin)
        outside = decks.start(session, template, kit, ANSWERS, by=cast.zhou)

        assert any("东区" in e["title"] for e in inside.plan)
        assert not any("东区" in e["title"] for e in outside.plan)


def test_a_brief_with_something_missing_stays_a_draft_and_says_what(wiring, cast, started):
    with wiring.database.write() as session:
        deck = decks.get(session, started, cast.lin)
        decks.set_brief(session, deck, {"customer.name": "华辰", "bill": "很多"}, by=cast.lin)

        assert set(decks.faults(session, deck, cast.lin)) == {"pains", "bill"}
        assert not any(e["title"] == "难处" for e in deck.plan)
        with pytest.raises(Conflict, match="难处、年电费"):
            decks.ask(session, deck, by=cast.lin)
        assert deck.state == "draft"


def test_a_source_withdrawn_meanwhile_is_told_and_closes_the_file_made_before(wiring, cast, started):
    deck = made(wiring, cast, started)
    with wiring.database.write() as session:
        asset = session.get_one(assets.Asset, deck.plan[2]["asset_id"])
        version = session.get_one(assets.Version, asset.on_offer_id)
        assets.withdraw(session, version, reason="数字不对", by=cast.ting)

    with wiring.database.write() as session:
        deck = decks.get(session, started, cast.lin)
        assert decks.is_closed(session, deck, cast.lin)
        assert [o.gone for o in decks.origins(session, deck, cast.lin)] == [True]
        with pytest.raises(Conflict, match="重新选页"):
            decks.ask(session, deck, by=cast.lin)
        decks.plan_deck(session, deck, by=cast.lin, afresh=True)
        assert decks.origins(session, deck, cast.lin) == []
        assert any("解决方案" in w["sentence"] for w in deck.warnings)


def test_a_newer_version_of_a_source_is_told(wiring, cast, started):
    with wiring.database.write() as session:
        deck = decks.get(session, started, cast.lin)
        asset = session.get_one(assets.Asset, deck.plan[2]["asset_id"])
        data = pptx([("新", "新", ""), ("二", "峰段", "")])
        read = assets.read("n.pptx", data, wiring.settings)
        content = assets.Content(file_name="n.pptx", blob=wiring.blobs.put(data), digest=read)
        version = assets.add_version(session, asset, content, by=cast.ting)
        assets.submit(session, version, by=cast.ting)
        assets.approve(session, version, by=cast.min)

        assert [o.newer for o in decks.origins(session, deck, cast.lin)] == [2]


def test_what_goes_wrong_in_making_is_told_in_words(wiring, cast):
    text = MANIFEST.replace("slide: 4, locked: true", "slide: 3, locked: true")
    with wiring.database.write() as session:
        template = add_template(session, wiring, cast.ting, text)
        kit = add_kit(session, wiring, cast)
        started = decks.start(session, template, kit, ANSWERS, by=cast.lin).id

    deck = made(wiring, cast, started)

    assert deck.state == "failed"
    assert "case.title" in deck.error
    assert deck.blob_sha is None
    with wiring.database.write() as session:
        assert [n.key for n in notices.of(session, cast.lin)] == ["deck_failed"]
        decks.ask(session, decks.get(session, started, cast.lin), by=cast.lin)


def test_after_a_failure_the_deck_can_be_asked_for_again(wiring, cast, started):
    with wiring.database.read() as session:
        sha = decks.template_by_name(session, "small").blob_sha
    data = wiring.blobs.get(sha)
    wiring.blobs.delete(sha)
    assert made(wiring, cast, started).state == "failed"

    wiring.blobs.put(data)

    assert made(wiring, cast, started).state == "ready"


def test_a_deck_that_is_being_made_is_not_changed_under_the_worker(wiring, cast, started):
    with wiring.database.write() as session:
        deck = decks.get(session, started, cast.lin)
        decks.ask(session, deck, by=cast.lin)

        for attempt in (
            lambda: decks.set_brief(session, deck, {}, by=cast.lin),
            lambda: decks.drop(session, deck, deck.plan[1]["key"], by=cast.lin),
            lambda: decks.plan_deck(session, deck, by=cast.lin),
            lambda: decks.ask(session, deck, by=cast.lin),
            lambda: decks.trash(session, deck, by=cast.lin),
        ):
            with pytest.raises(Conflict):
                attempt()


def test_a_deck_is_its_owners_and_the_administrators(wiring, cast, started):
    with wiring.database.write() as session:
        deck = decks.get(session, started, cast.ada)
        for who in (cast.zhou, cast.ting, cast.min):
            with pytest.raises(NotFound):
                decks.get(session, started, who)
            assert decks.mine(session, who) == []
        for attempt in (
            lambda: decks.set_brief(session, deck, {}, by=cast.zhou),
            lambda: decks.move(session, deck, "t0", 1, by=cast.zhou),
            lambda: decks.ask(session, deck, by=cast.zhou),
            lambda: decks.trash(session, deck, by=cast.zhou),
        ):
            with pytest.raises(NotAllowed):
                attempt()
        with pytest.raises(NotFound):
            decks.restore(session, started, by=cast.zhou)


def test_a_kit_one_may_not_see_makes_no_deck(wiring, cast):
    with wiring.database.write() as session:
        template = add_template(session, wiring, cast.ting)
        kit = add_kit(session, wiring, cast)
        toolkits.archive(session, kit, by=cast.ting)

        with pytest.raises(NotFound):
            decks.start(session, template, kit, ANSWERS, by=cast.lin)


@pytest.mark.office
def test_the_pages_of_a_made_deck_are_pictured_one_by_one(wiring, cast, started):
    deck = made(wiring, cast, started)

    decks.preview_deck(wiring.database, wiring.blobs, wiring.renderer, started)

    with wiring.database.read() as session:
        rows = decks.slides_of(session, deck)
        assert session.get_one(decks.Deck, started).preview_state == "ready"
        assert len(Presentation(io.BytesIO(wiring.blobs.get(deck.blob_sha))).slides) == len(rows)
        assert all(wiring.blobs.has(r.picture_sha) and wiring.blobs.has(r.thumb_sha) for r in rows)
