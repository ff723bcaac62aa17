"""Check-ups: what each slide of a deck is, to whom, and the corrected copy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub import accounts, assets, customers, decks, slides
from hub.base.errors import Conflict, HubError, NotFound
from hub.base.i18n import speaking
from hub.decks.checkup import KEPT_DAYS, Names, read_check_up
from tests.domains.deck_house import ANSWERS, MANIFEST, add_deck, add_kit, add_template, pptx, texts
from tests.domains.test_baskets import NEWER, new_version
from tests.slides.samples import altered


@pytest.fixture
def asset(wiring, cast) -> int:
    with wiring.database.write() as session:
        return add_deck(session, wiring, cast, "园区方案").id


def taken(wiring, *picks: tuple[int, int]) -> bytes:
    """A deck of slides of the library as the hub makes it, with a slide of one's own at the end."""
    chosen = []
    with wiring.database.read() as session:
        for asset_id, page in picks:
            found = session.get_one(assets.Asset, asset_id)
            version = session.get_one(assets.Version, found.on_offer_id)
            source = slides.Source(wiring.blobs.get(version.blob_sha))
            origin = slides.Provenance(found.slug, str(version.number), page)
            chosen.append(slides.Pick(source, page, origin))
    own = slides.Source(pptx([("我们的安排", "下周二见", "")]))
    return slides.compose([*chosen, slides.Pick(own, 1)]).data


def looked(wiring, by, data: bytes, customer: str = "") -> tuple[int, list[decks.Judged]]:
    """Take the file in, read it as the worker does, and judge."""
    with wiring.database.write() as session:
        row_id = decks.submit_check_up(session, wiring.blobs, "发给客户.pptx", data, customer, by=by).id
    read_check_up(wiring.database, wiring.blobs, wiring.settings, row_id)
    return row_id, judged(wiring, by, row_id)


def judged(wiring, by, row_id: int) -> list[decks.Judged]:
    with wiring.database.read() as session:
        return decks.judged(session, decks.check_up(session, row_id, by), by)


def states(found: list[decks.Judged]) -> list[str]:
    return [j.state for j in found]


def test_slides_are_current_until_a_newer_version_is_on_offer(wiring, cast, asset):
    row, found = looked(wiring, cast.lin, taken(wiring, (asset, 5), (asset, 2)))
    assert states(found) == ["current", "current", "unknown"]
    assert (found[0].source, found[0].page, found[2].title) == ("园区方案", 5, "我们的安排")

    with wiring.database.write() as session:
        new_version(session, wiring, cast, session.get_one(assets.Asset, asset), NEWER)
    found = judged(wiring, cast.lin, row)

    assert states(found) == ["older", "older", "unknown"]
    assert [(j.version, j.newest, j.page, j.can_swap) for j in found[:2]] == [
        ("1", 2, 3, True),
        ("1", 2, None, False),
    ]


def test_older_slides_give_way_in_the_corrected_copy_and_the_rest_stays(wiring, cast, asset):
    data = taken(wiring, (asset, 5), (asset, 2))
    with wiring.database.write() as session:
        new_version(session, wiring, cast, session.get_one(assets.Asset, asset), NEWER)
    row_id, _found = looked(wiring, cast.lin, data)

    with wiring.database.read() as session:
        row = decks.check_up(session, row_id, cast.lin)
        made = decks.corrected(session, wiring.blobs, wiring.settings, row, [], by=cast.lin)
        with pytest.raises(Conflict, match="没有能换的页"):
            decks.corrected(session, wiring.blobs, wiring.settings, row, [2], by=cast.lin)

    said = texts(made)
    assert ["当天出账" in said[0], "目录" in said[1], "我们的安排" in said[2]] == [True, True, True]
    assert slides.check(made) == []
    _row, again = looked(wiring, cast.lin, made)
    assert states(again) == ["current", "older", "unknown"]


def test_what_was_changed_by_hand_is_told_and_not_swapped_unasked(wiring, cast, asset):
    import io

    from pptx import Presentation

    opened = Presentation(io.BytesIO(taken(wiring, (asset, 4), (asset, 5))))
    opened.slides[0].shapes.title.text_frame.text = "我改过的题目：峰段电费"
    out = io.BytesIO()
    opened.save(out)
    row_id, found = looked(wiring, cast.lin, out.getvalue())
    assert states(found) == ["changed", "current", "unknown"]

    with wiring.database.write() as session:
        new_version(session, wiring, cast, session.get_one(assets.Asset, asset), NEWER)

    assert [(j.state, j.edited) for j in judged(wiring, cast.lin, row_id)[:2]] == [
        ("older", True),
        ("older", False),
    ]
    with wiring.database.read() as session:
        row = decks.check_up(session, row_id, cast.lin)
        made = decks.corrected(session, wiring.blobs, wiring.settings, row, [], by=cast.lin)
    assert "我改过的题目" in texts(made)[0]


def test_withdrawn_and_internal_slides_are_named_as_such(wiring, cast, asset):
    with wiring.database.write() as session:
        other = add_deck(session, wiring, cast, "内部方案", audience="internal")
        other_id = other.id
    row_id, found = looked(wiring, cast.lin, taken(wiring, (asset, 4), (other_id, 4)))
    assert states(found) == ["current", "internal", "unknown"]

    with wiring.database.write() as session:
        version = session.get_one(assets.Version, session.get_one(assets.Asset, asset).on_offer_id)
        assets.withdraw(session, version, reason="电价说错了", by=cast.ting)
    found = judged(wiring, cast.lin, row_id)

    assert states(found) == ["withdrawn", "internal", "unknown"]
    assert (found[0].source, found[0].asset_id) == ("", None)


@pytest.mark.parametrize("ended", [False, True])
def test_what_a_person_may_not_read_is_unknown_to_them_on_offer_or_withdrawn(wiring, cast, ended):
    with wiring.database.write() as session:
        east = accounts.team_by_key(session, "east")
        hidden = add_deck(session, wiring, cast, "东区方案", restricted_to=([east.id], []))
        hidden_id, offered = hidden.id, hidden.on_offer_id
    data = taken(wiring, (hidden_id, 4))
    if ended:
        with wiring.database.write() as session:
            assets.withdraw(session, session.get_one(assets.Version, offered), reason="停", by=cast.ting)

    _row, to_zhou = looked(wiring, cast.zhou, data)
    _row, to_lin = looked(wiring, cast.lin, data)

    assert (to_zhou[0].state, to_zhou[0].asset_id, to_zhou[0].source) == ("unknown", None, "")
    assert to_lin[0].state == ("withdrawn" if ended else "current")


def test_a_draft_that_was_never_on_offer_is_unknown(wiring, cast):
    with wiring.database.write() as session:
        data = pptx([("草稿", "还没审", "")])
        content = assets.Content(
            file_name="草稿.pptx",
            blob=wiring.blobs.put(data),
            digest=assets.read("草稿.pptx", data, wiring.settings),
        )
        fields = assets.Fields(title="草稿", kind="solution", audience="customer")
        made = assets.create(session, fields, content, by=cast.ting)
        slug = session.get_one(assets.Asset, made.asset_id).slug
    marked = slides.compose([slides.Pick(slides.Source(data), 1, slides.Provenance(slug, "1", 1))]).data

    for person in (cast.lin, cast.ting):
        assert states(looked(wiring, person, marked)[1]) == ["unknown"]


def test_a_slide_without_a_mark_is_known_by_what_it_says(wiring, cast, asset):
    with wiring.database.read() as session:
        version = session.get_one(assets.Version, session.get_one(assets.Asset, asset).on_offer_id)
        data = wiring.blobs.get(version.blob_sha)

    _row, found = looked(wiring, cast.lin, data)

    assert set(states(found)) == {"current"}
    assert [j.page for j in found] == [1, 2, 3, 4, 5]


def test_a_check_up_is_its_persons_alone_and_is_forgotten_in_time(wiring, cast, asset):
    from datetime import timedelta

    from hub.base import clock

    row_id, _found = looked(wiring, cast.lin, taken(wiring, (asset, 4)))

    with wiring.database.write() as session:
        for other in (cast.zhou, cast.ada):
            with pytest.raises(NotFound):
                decks.check_up(session, row_id, other)
        assert decks.check_ups(session, cast.zhou) == []
        decks.forget_old(session, at=clock.now() + timedelta(days=KEPT_DAYS - 1))
        assert len(decks.check_ups(session, cast.lin)) == 1
        decks.forget_old(session, at=clock.now() + timedelta(days=KEPT_DAYS + 1))
        assert decks.check_ups(session, cast.lin) == []


@pytest.mark.parametrize(
    ("name", "data"), [("x.pdf", b"%PDF-1.4"), ("x.pptx", b""), ("x.pptx", b"plain words")]
)
def test_what_is_no_deck_is_refused_at_the_door(wiring, cast, name, data):
    with wiring.database.write() as session, pytest.raises(HubError):
        decks.submit_check_up(session, wiring.blobs, name, data, "", by=cast.lin)


def test_a_damaged_deck_is_told_on_its_check_up(wiring, cast):
    row_id, found = looked(wiring, cast.lin, b"PK\x03\x04nothing")

    assert found == []
    with wiring.database.read() as session:
        row = decks.check_up(session, row_id, cast.lin)
        assert (row.state, bool(row.error)) == ("failed", True)


# ---- other customers' names


def test_another_customers_name_is_flagged_and_the_decks_own_is_not(wiring, cast):
    with wiring.database.write() as session:
        other = customers.named(session, "江北医疗器械", by=cast.lin)
        other.aliases = ["江北", "JBMED"]
        customers.named(session, "华辰", by=cast.lin)
        customers.named(session, "华辰电子产业园", by=cast.lin)
    data = pptx(
        [
            ("给华辰电子产业园", "华辰电子产业园 的 方案", ""),
            ("案例", "江 北医疗器械", "JBMed 也用"),
            ("别的", "jbmedia", ""),
        ]
    )

    _row, for_own = looked(wiring, cast.lin, data, "华辰电子产业园")
    _row, for_nobody = looked(wiring, cast.lin, data)

    assert [j.named for j in for_own] == [(), ("江北医疗器械",), ()]
    assert [sorted(j.named) for j in for_nobody] == [["华辰", "华辰电子产业园"], ["江北医疗器械"], []]


def test_a_confidential_customer_is_flagged_only_to_those_who_may_know_of_it(wiring, cast):
    with wiring.database.write() as session:
        secret = customers.named(session, "朱鹮重工", by=cast.lin)
        secret.confidential = True
        east = accounts.team_by_key(session, "east")
        accounts.restrict(session, "customer", secret.id, teams=[east.id], people=[])
        customers.refresh_readers(session, secret)
    data = pptx([("案例", "朱鹮重工一年省 63 万", "")])

    _row, to_lin = looked(wiring, cast.lin, data)
    _row, to_zhou = looked(wiring, cast.zhou, data)
    _row, named_by_zhou = looked(wiring, cast.zhou, data, "朱鹮重工")

    assert to_lin[0].named == ("朱鹮重工",)
    assert to_zhou[0].named == ()
    assert named_by_zhou[0].named == ()


@given(st.lists(st.text(max_size=12), max_size=6), st.text(max_size=60), st.text(max_size=12))
def test_names_are_looked_for_in_any_text_without_stumbling(names, text, own):
    found = Names([(n, [n[::-1]]) for n in names], [own]).found_in(text)

    assert set(found) <= set(names)


def test_slides_of_a_template_are_known_until_it_gives_way_and_told_as_edited(wiring, cast):
    with wiring.database.write() as session:
        row = add_template(session, wiring, cast.ting)
        deck = decks.start(session, row, add_kit(session, wiring, cast), ANSWERS, by=cast.lin)
        decks.ask(session, deck, by=cast.lin)
        deck_id, edition = deck.id, deck.edition
    decks.make_deck(wiring.database, wiring.blobs, wiring.settings, deck_id, edition)
    with wiring.database.read() as session:
        data = wiring.blobs.get(session.get_one(decks.Deck, deck_id).blob_sha)

    row_id, found = looked(wiring, cast.lin, data, "华辰电子产业园")
    covers = [j for j in found if j.source == "小模板"]
    assert {j.state for j in found} == {"template", "current"}
    assert (covers[0].number, covers[0].version, covers[0].newest, covers[0].edited) == (1, "3", 3, False)
    with speaking("en"):
        assert {j.source for j in judged(wiring, cast.lin, row_id) if j.state == "template"} == {"Small"}

    _row, edited = looked(
        wiring, cast.lin, altered(data, "ppt/slides/slide1.xml", _another_name), "华辰电子产业园"
    )
    assert (edited[0].state, edited[0].edited) == ("template", True)

    with wiring.database.write() as session:
        newer = add_template(session, wiring, cast.ting, MANIFEST.replace("version: 3", "version: 4"))
        assert newer.number == 4
    older = judged(wiring, cast.lin, row_id)[0]
    assert (older.state, older.version, older.newest) == ("old_template", "3", 4)


def _another_name(xml: bytes) -> bytes:
    return xml.replace("华辰电子产业园".encode(), "青松园区".encode())


def test_a_mark_that_names_a_draft_template_tells_nothing_of_it(wiring, cast):
    with wiring.database.write() as session:
        row = add_template(session, wiring, cast.ting)
        row.state = "draft"
        session.add(row)
    own = slides.Source(pptx([("我们的安排", "下周二见", "")]))
    marked = slides.compose([slides.Pick(own, 1, slides.Provenance("template:small", "3", 1))]).data

    _row, found = looked(wiring, cast.lin, marked)

    assert (found[0].state, found[0].source) == ("unknown", "")
