"""Title and passage with the words marked, safe to put on a page."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.search import Ask, MemoryEngine, find, highlight, highlights
from tests.search.library import document, library


def passage(body: str, *marks: str, width: int = 120) -> str:
    return str(highlight(document("asset:1", "标题", body), marks, width=width).passage)


def test_a_word_is_marked_in_title_and_text() -> None:
    shown = highlight(document("asset:1", "能耗监测方案", "园区能耗下降。"), ("能耗",))
    assert str(shown.title) == "<mark>能耗</mark>监测方案"
    assert str(shown.passage) == "园区<mark>能耗</mark>下降。"
    assert (shown.plain, shown.field) == ("园区能耗下降。", "body")


def test_the_text_is_escaped_before_it_is_marked() -> None:
    shown = passage("<script>alert('能耗')</script> & <b>园区</b>", "能耗", "script", "b")
    assert "<script" not in shown
    assert "&lt;<mark>script</mark>&gt;" in shown
    assert "&amp;" in shown


def test_the_text_is_marked_as_it_was_written() -> None:
    assert passage("門店巡檢，ＯｐｅｎＡＰＩ，電費2,000萬元", "门店", "openapi", "2000万") == (
        "<mark>門店</mark>巡檢，<mark>ＯｐｅｎＡＰＩ</mark>，電費<mark>2,000萬</mark>元"
    )


def test_latin_words_are_marked_whole() -> None:
    assert (
        passage("a product for pros, Pro and Wi-Fi", "pro", "wifi")
        == "a product for pros, <mark>Pro</mark> and <mark>Wi-Fi</mark>"
    )


def test_the_longest_word_is_marked() -> None:
    assert passage("解决方案", "方案", "解决方案", "解决") == "<mark>解决方案</mark>"


def test_the_passage_with_the_most_different_words_is_shown() -> None:
    body = "园区。" * 60 + "园区能耗与碳核算一体化。" + "其他。" * 60
    shown = highlight(document("asset:1", "", body), ("园区", "能耗", "碳核算"), width=60)
    assert "<mark>园区能耗</mark>与<mark>碳核算</mark>" in shown.passage
    assert shown.plain.startswith("…")
    assert shown.plain.endswith("…")
    assert len(shown.plain) <= 62


def test_notes_are_shown_when_only_they_have_the_word() -> None:
    shown = highlight(document("asset:1", "标题", "正文", notes="备注里讲了能耗"), ("能耗",))
    assert (shown.field, str(shown.passage)) == ("notes", "备注里讲了<mark>能耗</mark>")


def test_without_any_mark_the_text_begins_at_its_beginning() -> None:
    assert passage("第一句。第二句。", "火星") == "第一句。第二句。"
    assert highlight(document("asset:1", "只有标题"), ("标题",)).field is None


@pytest.mark.parametrize("typed", ["ntgl", "nengtanguanli", "能炭管理"])
def test_what_was_understood_is_marked(typed: str) -> None:
    engine = MemoryEngine()
    engine.rebuild(library(), 1, words=("能碳管理",))
    found = find(engine, typed, Ask(rights=frozenset({"all"}), synonyms={"能碳管理": ()}))
    assert "<mark>能碳管理</mark>" in highlight(found.result.hits[0].document, found.marks).title


def test_a_synonym_is_marked() -> None:
    engine = MemoryEngine()
    engine.rebuild(library(), 1)
    ask = Ask(rights=frozenset({"all"}), synonyms={"火星": ("巡检",)})
    found = find(engine, "火星", ask)
    assert "<mark>巡檢</mark>" in highlight(found.result.hits[0].document, found.marks).title


def test_the_words_a_beginning_stands_for_are_marked() -> None:
    engine = MemoryEngine()
    engine.rebuild(library(), 1)
    found = find(engine, "openap", Ask(rights=frozenset({"all"})))
    assert "<mark>OpenAPI</mark>" in highlight(found.result.hits[0].document, found.marks).passage


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.lists(st.text(max_size=6), max_size=4))
def test_any_text_and_marks_give_harmless_markup(body: str, marks: list[str]) -> None:
    shown = highlight(document("asset:1", body[:20], body), marks)
    bare = re.sub(r"</?mark>", "", str(shown.passage))
    assert "<" not in bare
    assert ">" not in bare
    assert html.unescape(bare) == shown.plain


def test_a_passage_is_the_stretch_with_the_most_different_words() -> None:
    body = "能耗，能耗，能耗，能耗。" + "中" * 200 + "园区的能耗与巡检。" + "尾" * 200 + "园区，能耗。"
    assert "<mark>园区</mark>的<mark>能耗</mark>与<mark>巡检</mark>" in passage(body, "能耗", "园区", "巡检")
    assert "<mark>能耗</mark>，<mark>能耗</mark>" in passage(body, "能耗")  # repeats count, a little
    assert passage(f"头{'长' * 200}尾", "长" * 200, width=60).startswith("头<mark>") is False


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.sampled_from(("能耗", "园区巡检", "a"))), max_size=30))
def test_a_stretch_that_moves_on_is_worth_what_counting_it_alone_says(gaps: list[tuple[int, str]]) -> None:
    places: list[tuple[int, int, str]] = []
    for gap, word in gaps:
        start = (places[-1][1] if places else 0) + gap
        places.append((start, start + len(word), word))
    width = 60

    def alone(first: int) -> int:
        inside = [w for s, e, w in places[first:] if e <= places[first][0] + width - highlights.LEAD]
        new = sum((len(w) + 1) * (highlights.REPEATED - 1) for w in set(inside))
        return new + sum(len(w) + 1 for w in inside)

    worth = [alone(first) for first in range(len(places))]
    best = max(worth, default=0)
    assert highlights._best_window(places, width) == (best, worth.index(best) if best else 0)
