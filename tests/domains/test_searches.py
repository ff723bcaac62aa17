"""Saved searches tell of what is new; searches that find too little are kept, needed, and closed."""

from datetime import timedelta

import pytest
from sqlmodel import select

from hub import activity, assets, customers, library, notices, searches
from hub.base import clock
from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.searches.rules import wish
from hub.wiring import Wiring
from tests.cast import on_offer, settle


def note(
    wiring: Wiring, words: str, by: object, filters: dict[str, list[str]] | None = None
) -> library.Answer:
    """Search as the page does, and let the notebook write."""
    with wiring.database.read() as session:
        answer = library.find(session, wiring.engine, words, by=by, filters=filters)
        wiring.notebook.note(library.noted(words, filters or {}, answer, by))
    wiring.notebook.flush()
    return answer


def save(wiring: Wiring, words: str, by: object) -> int:
    with wiring.database.write() as session:
        wanted = wish(words)
        known = library.found_now(session, wiring.engine, wanted, by)
        return searches.save(session, wanted, by=by, known=known).id or 0


def told(wiring: Wiring, by: object) -> list[str]:
    with wiring.database.read() as session:
        return [n.text for n in notices.of(session, by) if n.key == "saved_hits"]


def test_the_same_search_is_one_whatever_its_width_case_and_spaces():
    assert (
        wish(" ＳＣＡＤＡ  园区 ", {"b": ["2", "1"], "a": []}).key
        == wish("scada 园区", {"b": ["1", "2"]}).key
    )
    assert wish("a").key != wish("a", {"kind": ["faq"]}).key
    assert wish("x" * 900).words == "x" * 500


def test_a_search_with_few_hits_is_kept_with_who_when_and_how_many(wiring, cast):
    with wiring.database.write() as session:
        on_offer(session, cast, "园区节能方案")
    settle(wiring)

    note(wiring, "锂电池 回收", cast.zhou)
    note(wiring, "锂电池  回收", cast.lin)
    note(wiring, "锂电池 回收", cast.zhou, {"industry": ["park"]})

    with wiring.database.read() as session:
        rows = searches.gaps(session, cast.ting)
        assert [(r.words, dict(r.filters), r.times, r.people, r.needed) for r in rows] == [
            ("锂电池 回收", {}, 2, 2, 0),
            ("锂电池 回收", {"industry": ["park"]}, 1, 1, 0),
        ]
        assert searches.gaps(session, cast.ting, industry="park") == rows[1:]
        assert searches.gaps(session, cast.ting, since=clock.now() + timedelta(hours=1)) == []


def test_a_search_with_enough_hits_and_an_empty_one_are_no_gaps(wiring, cast):
    with wiring.database.write() as session:
        for n in range(searches.FEW + 1):
            on_offer(session, cast, f"园区节能方案 {n}")
    settle(wiring)

    assert note(wiring, "节能", cast.zhou).total == searches.FEW + 1
    note(wiring, "", cast.zhou, {"kind": ["pricing"]})

    with wiring.database.read() as session:
        assert searches.gaps(session, cast.ting) == []


def test_others_join_a_need_and_the_most_needed_comes_first(wiring, cast):
    with wiring.database.write() as session:
        searches.need(session, wish("储能"), by=cast.zhou)
        for person in (cast.zhou, cast.lin, cast.lin):
            searches.need(session, wish("锂电池"), by=person)

    with wiring.database.read() as session:
        rows = searches.gaps(session, cast.ting, needed_only=True)
        assert [(r.words, r.needed, r.mine) for r in rows] == [("锂电池", 2, False), ("储能", 1, False)]
        assert searches.needs_of(session, wish("锂电池"), cast.lin) == (2, True)
    with wiring.database.write() as session:
        searches.take_back(session, wish("锂电池"), by=cast.lin)
        with pytest.raises(NotFound):
            searches.take_back(session, wish("锂电池"), by=cast.lin)
        assert searches.needs_of(session, wish("锂电池"), cast.lin) == (1, False)


def test_whoever_needs_it_is_told_when_a_gap_is_closed_and_can_open_it_again(wiring, cast):
    with wiring.database.write() as session:
        gap = searches.need(session, wish("锂电池"), by=cast.zhou)
        asset = on_offer(session, cast, "锂电池回收方案")
        with pytest.raises(NotAllowed):
            searches.close_gap(session, gap.id or 0, "met", by=cast.zhou)
        with pytest.raises(HubError, match="已补上"):
            searches.close_gap(session, gap.id or 0, "open", by=cast.ting)
        searches.close_gap(session, gap.id or 0, "met", by=cast.ting, asset_id=asset.id)

    with wiring.database.read() as session:
        (notice,) = notices.of(session, cast.zhou)
        assert (notice.key, notice.url) == ("gap_met", f"/gaps/{gap.id}")
        assert searches.gap_of(session, gap.id or 0, cast.zhou).asset_id == asset.id
        with pytest.raises(NotFound):
            searches.gap_of(session, gap.id or 0, cast.lin)
        assert searches.gaps(session, cast.ting) == []
        assert searches.count_gaps(session, cast.ting) == {"met": 1}
    with wiring.database.write() as session:
        searches.need(session, wish("锂电池"), by=cast.zhou)
        assert [g.state for g in searches.gaps(session, cast.ting)] == ["open"]


def test_gaps_are_for_those_who_make_material(wiring, cast):
    with wiring.database.read() as session:
        for ask in (searches.gaps, searches.count_gaps):
            with pytest.raises(NotAllowed):
                ask(session, cast.zhou)


def test_a_gap_that_names_a_hidden_customer_is_not_shown(wiring, cast):
    with wiring.database.write() as session:
        secret = customers.named(session, "朱鹮集团", by=cast.lin)
        secret.confidential = True
        customers.refresh_readers(session, secret)
        searches.need(session, wish("朱鹮 集团 案例"), by=cast.lin)
        searches.need(session, wish("别的 案例"), by=cast.lin)

    with wiring.database.read() as session:
        assert [g.words for g in searches.gaps(session, cast.ting)] == ["别的 案例"]
        assert searches.count_gaps(session, cast.ting) == {"open": 1}
        assert len(searches.gaps(session, cast.ada)) == 2


def test_a_saved_search_tells_once_a_day_of_what_is_new(wiring, cast):
    with wiring.database.write() as session:
        on_offer(session, cast, "园区节能方案")
    settle(wiring)
    saved = save(wiring, "节能", cast.zhou)
    settle(wiring)
    assert told(wiring, cast.zhou) == []

    with wiring.database.write() as session:
        on_offer(session, cast, "钢铁节能方案")
        on_offer(session, cast, "冷库方案", text="冷库。")
    settle(wiring)
    assert told(wiring, cast.zhou) == ["您保存的搜索“节能”有 1 条新结果"]

    with wiring.database.write() as session:
        on_offer(session, cast, "医院节能方案")
    settle(wiring)
    assert len(told(wiring, cast.zhou)) == 1

    tomorrow = clock.today() + timedelta(days=1)
    assert library.watch(wiring.database, wiring.engine, today=tomorrow) == 1
    assert library.watch(wiring.database, wiring.engine, today=tomorrow + timedelta(days=1)) == 0
    assert len(told(wiring, cast.zhou)) == 2
    with wiring.database.read() as session:
        assert notices.of(session, cast.zhou)[0].url == f"/searches/{saved}"


def test_nobody_is_told_of_what_they_may_not_read_or_do_not_want_to_hear(wiring, cast):
    with wiring.database.write() as session:
        muted = searches.save(session, wish("节能"), by=cast.lin)
        searches.set_notify(session, muted.id or 0, False, by=cast.lin)
    save(wiring, "节能", cast.zhou)

    with wiring.database.write() as session:
        on_offer(session, cast, "机密节能方案", restricted_to=([], [cast.lin.id]))
    settle(wiring)

    assert (told(wiring, cast.zhou), told(wiring, cast.lin)) == ([], [])


def test_a_saved_search_is_its_persons_alone(wiring, cast):
    with wiring.database.write() as session:
        mine = searches.save(session, wish("节能"), " 节能 的 ", by=cast.zhou)
        assert (mine.name, searches.save(session, wish("节能"), by=cast.zhou).id) == ("节能 的", mine.id)
        assert searches.saved(session, cast.lin) == []
        for change in (searches.remove_saved, searches.owned_by):
            with pytest.raises(NotFound):
                change(session, mine.id, by=cast.lin)
        with pytest.raises(HubError, match="空的搜索"):
            searches.save(session, wish("  "), by=cast.zhou)
        for n in range(49):
            searches.save(session, wish(f"节能 {n}"), by=cast.zhou)
        with pytest.raises(Conflict, match="最多"):
            searches.save(session, wish("再一个"), by=cast.zhou)
        searches.remove_saved(session, mine.id or 0, by=cast.zhou)
        assert len(searches.saved(session, cast.zhou)) == 49


def test_forgotten_searches_are_nobodys_and_still_count(wiring, cast):
    settle(wiring)
    note(wiring, "锂电池", cast.zhou)
    note(wiring, "储能", cast.zhou)
    note(wiring, "储能", cast.lin)

    with wiring.database.write() as session:
        assert searches.forget(session, by=cast.zhou, words="锂电池") == 1
        assert activity.recent_searches(session, cast.zhou.id or 0) == ["储能"]
        assert searches.forget(session, by=cast.zhou) == 1

    with wiring.database.read() as session:
        assert activity.recent_searches(session, cast.zhou.id or 0) == []
        assert activity.recent_searches(session, cast.lin.id or 0) == ["储能"]
        assert {g.words: (g.times, g.people) for g in searches.gaps(session, cast.ting)} == {
            "锂电池": (1, 0),
            "储能": (2, 1),
        }


def test_what_helps_names_the_filter_in_the_way_and_whom_to_ask(wiring, cast):
    with wiring.database.write() as session:
        on_offer(session, cast, "园区节能方案")
    settle(wiring)
    filters = {"industry": ["steel"], "kind": ["solution"]}

    with wiring.database.read() as session:
        found = library.helping(session, wiring.engine, "节能", by=cast.zhou, filters=filters, total=0)

    assert [(d.facet, d.total) for d in found.drops] == [("industry", 1)]
    assert [a.person.name for a in found.people] == [cast.ting.name]
    assert (found.needed, found.mine) == (0, False)


def test_suggestions_are_words_names_titles_people_and_what_was_searched(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "园区节能方案")
        on_offer(session, cast, "园区机密底价", restricted_to=([], [cast.lin.id]))
    settle(wiring)
    note(wiring, "园区 节能", cast.zhou)

    def offered(text: str, by: object) -> dict[str, tuple[str, str]]:
        with wiring.database.read() as session:
            return {o.text: (o.kind, o.url) for o in library.suggest(session, wiring.engine, text, by=by)}

    assert offered("", cast.zhou) == {
        "园区 节能": ("recent", "/search?q=%E5%9B%AD%E5%8C%BA+%E8%8A%82%E8%83%BD")
    }
    assert offered("", cast.lin) == {}
    mine = offered("园区", cast.zhou)
    assert mine["产业园区"] == ("industry", "/search?industry=park")
    assert mine["园区节能方案"] == ("title", f"/assets/{asset.id}")
    assert "园区机密底价" not in mine
    assert "园区机密底价" in offered("园区", cast.lin)
    assert offered(cast.ting.name, cast.zhou)[cast.ting.name] == ("person", f"/search?owner={cast.ting.id}")


def test_a_title_that_is_no_longer_readable_is_not_offered_although_the_index_still_has_it(wiring, cast):
    with wiring.database.write() as session:
        asset = on_offer(session, cast, "园区节能方案")
    settle(wiring)
    with wiring.database.write() as session:
        assets.trash(session, session.get_one(assets.Asset, asset.id), by=cast.ting)

    with wiring.database.read() as session:
        found = library.suggest(session, wiring.engine, "园区节能", by=cast.zhou)

    assert [o for o in found if o.kind == "title"] == []


def test_anything_typed_gives_suggestions_or_none(wiring, cast):
    settle(wiring)
    nasty = ["", " ", "\x00", "%", "'", "\ud800", "能" * 5000, "🚀", "<b>", "a" * 200, "*", '"', "-"]

    with wiring.database.read() as session:
        for typed in nasty:
            assert len(library.suggest(session, wiring.engine, typed, by=cast.zhou)) <= 10, typed
        assert session.exec(select(searches.Gap)).all() == []
