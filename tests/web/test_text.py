"""Markdown on a page: safe, and in an order that people who go by headings can follow."""

import re

from hypothesis import given
from hypothesis import strategies as st

from hub.web.text import html_of

LEVEL = re.compile(r"<h(\d)>")


@given(st.lists(st.integers(1, 6), max_size=12))
def test_headings_begin_at_two_and_go_down_one_at_a_time(levels: list[int]) -> None:
    shown = [int(n) for n in LEVEL.findall(html_of("\n".join(f"{'#' * level} 节" for level in levels)))]

    assert len(shown) == len(levels)
    assert all(after <= before + 1 for before, after in zip([1, *shown], shown, strict=False))
    assert all(number >= 2 for number in shown)


def test_headings_of_one_level_stay_of_one_level() -> None:
    assert LEVEL.findall(html_of("## 痛点\n### 电费\n## 方案")) == ["2", "3", "2"]


def test_a_head_of_a_table_without_words_is_a_plain_cell() -> None:
    made = html_of("| | 快单型 |\n|---|---|\n| 价格 | 9,800 |")

    assert made.count("<th>") == 1
    assert "<td></td>" in made


def test_what_could_run_stands_as_text() -> None:
    made = html_of("<script>alert(1)</script>\n\n[看](javascript:alert(1))")

    assert "<script" not in made
    assert "href" not in made
