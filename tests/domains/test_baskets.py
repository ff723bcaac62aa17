"""Slide baskets, decks put together from them, and decks brought up to date."""

import pytest
from sqlmodel import select

from hub import accounts, assets, decks, slides
from hub.base.errors import Conflict, HubError, NotFound
from hub.decks.successors import PageSaid, successor
from tests.cast import settle
from tests.domains.deck_house import ANSWERS, add_deck, add_kit, add_template, pptx, texts


def new_version(session, wiring, cast, asset, pages):
    """Another version of a deck on offer."""
    data = pptx(pages)
    read = assets.read(f"{asset.title}.pptx", data, wiring.settings)
    content = assets.Content(file_name=f"{asset.title}.pptx", blob=wiring.blobs.put(data), digest=read)
    version = assets.add_version(session, asset, content, by=cast.ting)
    assets.submit(session, version, by=cast.ting)
    assets.approve(session, version, by=cast.min)
    return version


NEWER = [
    ("园区方案", "封面", ""),
    ("公司简介", "成立于 2014 年，四百人", ""),
    ("园区方案：电价一变", "峰段电费重算，当天出账", ""),
    ("园区方案：峰段电费", "尖峰时段怎么移到夜里", "讲慢一点"),
]


@pytest.fixture
def asset(wiring, cast) -> int:
    with wiring.database.write() as session:
        return add_deck(session, wiring, cast, "园区方案").id


def in_basket(wiring, by) -> list[tuple[str, int | None]]:
    with wiring.database.read() as session:
        return [(c.title, c.page) for c in decks.basket(session, by)]


def test_slides_are_put_in_once_moved_and_taken_out_and_others_see_nothing_of_it(wiring, cast, asset):
    with wiring.database.write() as session:
        assert decks.basket_add(session, asset, [4, 3], by=cast.lin) == 2
        assert decks.basket_add(session, asset, [4, 5], by=cast.lin) == 1

    assert [p for _t, p in in_basket(wiring, cast.lin)] == [4, 3, 5]
    assert in_basket(wiring, cast.zhou) == []
    with wiring.database.write() as session:
        ids = [c.id for c in decks.basket(session, cast.lin)]
        with pytest.raises(NotFound):
            decks.basket_remove(session, ids[0], by=cast.zhou)
        decks.basket_reorder(session, [ids[0]], by=cast.zhou)
        decks.basket_shift(session, ids[2], -1, by=cast.lin)
        decks.basket_shift(session, ids[0], -1, by=cast.lin)
        decks.basket_remove(session, ids[1], by=cast.lin)
        assert decks.basket_count(session, cast.lin) == 2

    assert [p for _t, p in in_basket(wiring, cast.lin)] == [4, 5]
    with wiring.database.write() as session:
        ids = [c.id for c in decks.basket(session, cast.lin)]
        decks.basket_reorder(session, [ids[1], 999_999, ids[0]], by=cast.lin)
    assert [p for _t, p in in_basket(wiring, cast.lin)] == [5, 4]


def test_what_is_internal_hidden_or_not_there_does_not_get_into_a_basket(wiring, cast, asset):
    with wiring.database.write() as session:
        east = accounts.team_by_key(session, "east")
        internal = add_deck(session, wiring, cast, "内部方案", audience="internal")
        hidden = add_deck(session, wiring, cast, "东区方案", restricted_to=([east.id], []))
        hidden_id, internal_id = hidden.id, internal.id
        assert decks.basket_add(session, hidden_id, [1], by=cast.lin) == 1

    with wiring.database.write() as session:
        with pytest.raises(NotFound):
            decks.basket_add(session, hidden_id, [1], by=cast.zhou)
        with pytest.raises(NotFound):
            decks.basket_add(session, asset, [1, 99], by=cast.zhou)
        with pytest.raises(Conflict):
            decks.basket_add(session, internal_id, [1], by=cast.zhou)
        assert decks.basket_count(session, cast.zhou) == 0


def test_what_may_no_longer_be_read_says_so_without_its_name(wiring, cast, asset):
    with wiring.database.write() as session:
        decks.basket_add(session, asset, [4], by=cast.zhou)
        row = session.get_one(assets.Asset, asset)
        east = accounts.team_by_key(session, "east")
        fields = assets.Fields(
            title="园区方案", kind="solution", audience="customer", restricted_to=([east.id], [])
        )
        assets.edit(session, row, fields, edition=row.edition, by=cast.ting)

    with wiring.database.read() as session:
        (chosen,) = decks.basket(session, cast.zhou)
    assert chosen.page is None
    assert "园区方案" not in repr(chosen)
    with wiring.database.write() as session, pytest.raises(HubError, match="没有能用的页"):
        decks.basket_to_deck(session, "", "", by=cast.zhou)


def test_a_basket_becomes_a_deck_that_knows_where_its_slides_come_from(wiring, cast, asset):
    with wiring.database.write() as session:
        other = add_deck(session, wiring, cast, "医院方案")
        decks.basket_add(session, asset, [5, 4], by=cast.lin)
        decks.basket_add(session, other.id, [4], by=cast.lin)
        deck = decks.basket_to_deck(session, "", "华辰电子", by=cast.lin)
        deck_id, slug = deck.id, session.get_one(assets.Asset, asset).slug
    with wiring.database.read() as session:
        edition = session.get_one(decks.Deck, deck_id).edition

    decks.make_deck(wiring.database, wiring.blobs, wiring.settings, deck_id, edition)

    with wiring.database.read() as session:
        made = decks.get(session, deck_id, cast.lin)
        assert (made.state, made.error, made.title) == ("ready", "", "华辰电子 · 选页拼成的 PPT")
        data = wiring.blobs.get(made.blob_sha)
        assert [s.asset_id for s in decks.slides_of(session, made)] == [asset, asset, other.id]
        assert decks.basket(session, cast.lin) == []
    assert [t.splitlines()[0] for t in texts(data)] == [
        "园区方案：电价一变",
        "园区方案：峰段电费",
        "医院方案：峰段电费",
    ]
    marks = [s.provenance for s in slides.trace(data)]
    assert (marks[0].asset, marks[0].version, marks[0].slide) == (slug, "1", 5)
    assert slides.check(data) == []


def test_a_basket_follows_new_versions_by_what_pages_say(wiring, cast, asset):
    with wiring.database.write() as session:
        decks.basket_add(session, asset, [4, 5, 2], by=cast.lin)
        new_version(session, wiring, cast, session.get_one(assets.Asset, asset), NEWER)

    with wiring.database.read() as session:
        chosen = decks.basket(session, cast.lin)
    assert [(c.page, c.renewed, c.version) for c in chosen] == [(4, True, 2), (3, True, 2), (None, False, 0)]
    assert "没有这一页" in chosen[2].why_not


def test_a_deck_is_brought_up_to_date_in_one_go(wiring, cast, asset):
    with wiring.database.write() as session:
        decks.basket_add(session, asset, [5, 2, 4], by=cast.lin)
        deck_id = decks.basket_to_deck(session, "第一版", "", by=cast.lin).id
    with wiring.database.read() as session:
        edition = session.get_one(decks.Deck, deck_id).edition
    decks.make_deck(wiring.database, wiring.blobs, wiring.settings, deck_id, edition)
    with wiring.database.write() as session:
        assert decks.outdated(session, decks.get(session, deck_id, cast.lin), cast.lin) == 0
        new_version(session, wiring, cast, session.get_one(assets.Asset, asset), NEWER)

    with wiring.database.write() as session:
        deck = decks.get(session, deck_id, cast.lin)
        assert decks.outdated(session, deck, cast.lin) == 3
        with pytest.raises(Conflict, match="换成新版"):
            decks.ask(session, deck, by=cast.lin)
        assert decks.update_slides(session, deck, by=cast.lin) == 2
        edition = deck.edition
    decks.make_deck(wiring.database, wiring.blobs, wiring.settings, deck_id, edition)

    with wiring.database.read() as session:
        made = decks.get(session, deck_id, cast.lin)
        assert decks.outdated(session, made, cast.lin) == 0
        assert "当天出账" in texts(wiring.blobs.get(made.blob_sha))[0]
        assert len(decks.slides_of(session, made)) == 2
        assert ["目录" in w["sentence"] for w in made.warnings] == [True]


def test_a_deck_of_a_template_is_brought_up_to_date_and_keeps_its_brief(wiring, cast):
    with wiring.database.write() as session:
        template = add_template(session, wiring, cast.ting)
        kit = add_kit(session, wiring, cast)
        deck = decks.start(session, template, kit, ANSWERS, by=cast.lin)
        solution = session.exec(select(assets.Asset).where(assets.Asset.title == "园区方案")).one()
        new_version(session, wiring, cast, solution, NEWER)
        before = [e["key"] for e in deck.plan if e["origin"] == "template"]

        assert decks.update_slides(session, deck, by=cast.lin) == 2

        assert [e["key"] for e in deck.plan if e["origin"] == "template"] == before
        assert {e["version"] for e in deck.plan if e["origin"] == "asset"} == {2}
        assert deck.state == "waiting"


def test_a_deck_without_a_template_has_no_brief_and_is_edited_like_any_other(wiring, cast, asset):
    with wiring.database.write() as session:
        decks.basket_add(session, asset, [4, 5], by=cast.lin)
        deck = decks.basket_to_deck(session, "两页", "", by=cast.lin)
        deck.state = "ready"

        with pytest.raises(Conflict, match="没有模板"):
            decks.set_brief(session, deck, {}, by=cast.lin)
        with pytest.raises(Conflict, match="没有模板"):
            decks.plan_deck(session, deck, by=cast.lin, afresh=True)
        assert decks.faults(session, deck, cast.lin) == {}
        decks.move(session, deck, deck.plan[1]["key"], -1, by=cast.lin)
        decks.add_page(session, deck, asset, 1, by=cast.lin)
        assert [e["page"] for e in deck.plan] == [5, 4, 1]


def test_an_asset_deleted_for_good_leaves_the_baskets(wiring, cast, asset):
    from hub import library

    with wiring.database.write() as session:
        decks.basket_add(session, asset, [4], by=cast.lin)
        assets.trash(session, session.get_one(assets.Asset, asset), by=cast.ting)
        library.purge_asset(session, asset, by=cast.ada)
        assert decks.basket_count(session, cast.lin) == 0
    settle(wiring)


PAGES = [
    PageSaid(1, "封面", "智造云介绍"),
    PageSaid(2, "峰段电费怎么降", "尖峰时段把负荷移到夜里，一年省 63 万元"),
    PageSaid(3, "谢谢", "联系我们"),
]


@pytest.mark.parametrize(
    ("old", "number"),
    [
        (PageSaid(3, "峰段电费怎么降", "尖峰时段把负荷移到夜里，一年省 58 万元"), 2),
        (PageSaid(9, "电费", "峰段电费怎么降：尖峰时段把负荷移到夜里，一年省 60 万元"), 2),
        (PageSaid(2, "组织架构", "总部在上海，分公司十二家"), None),
        (PageSaid(1, "", ""), None),
        (PageSaid(7, "随便", "别的", "1:aa:0:0:"), None),
    ],
)
def test_a_page_is_followed_by_what_it_says_and_not_by_its_place(old, number):
    assert successor(old, PAGES) == number


def test_the_same_content_goes_before_the_same_title():
    same = PageSaid(8, "改了题", "别的字", "1:aa:0:0:xxxx")

    assert successor(PageSaid(2, "峰段电费怎么降", "尖峰", "1:aa:0:0:yyy"), [*PAGES, same]) == 8


def test_what_is_held_is_told_of_pages_on_offer_and_is_ones_own(wiring, cast, asset):
    with wiring.database.write() as session:
        decks.basket_add(session, asset, [4, 2], by=cast.lin)
        assert set(decks.basket_held(session, cast.lin).split()) == {f"{asset}.4", f"{asset}.2"}
        assert decks.basket_held(session, cast.zhou) == ""
        assert decks.basket_take_out(session, asset, [4], by=cast.zhou) == {}
        new_version(session, wiring, cast, session.get_one(assets.Asset, asset), NEWER)

    with wiring.database.write() as session:
        assert decks.basket_held(session, cast.lin) == ""
        assert decks.basket_take_out(session, asset, [4, 2], by=cast.lin) == {}
        assert decks.basket_count(session, cast.lin) == 2


def test_pages_taken_out_are_put_back_to_where_they_lay(wiring, cast, asset):
    with wiring.database.write() as session:
        decks.basket_add(session, asset, [4, 3, 5, 1], by=cast.lin)
        was = decks.basket_take_out(session, asset, [3, 4, 2], by=cast.lin)
        assert set(was) == {3, 4}
        assert decks.basket_add(session, asset, list(was), by=cast.lin, places=was) == 2

    assert [p for _t, p in in_basket(wiring, cast.lin)] == [4, 3, 5, 1]
