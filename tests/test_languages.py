"""Every phrase is there in both languages, and nothing a reader sees escapes translation."""

import re
from collections import Counter
from pathlib import Path

import pytest

from hub.base import phrases

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.fixture(scope="module")
def gaps() -> phrases.Gaps:
    return phrases.gaps(ROOT)


def test_every_phrase_has_its_english(gaps):
    assert [f"{f.where}: {f.phrase}" for f in gaps.missing] == []


def test_no_translation_is_left_of_a_phrase_that_nobody_says(gaps):
    assert [f"{e.file}: {e.phrase}" for e in gaps.dead] == []


def test_a_phrase_is_translated_in_one_place_only():
    written = Counter(e.phrase for e in phrases.entries())
    assert [phrase for phrase, times in written.items() if times > 1] == []


def test_a_translation_fills_the_same_values_as_its_phrase():
    def slots(text: str) -> set[str]:
        return set(phrases.SLOT.findall(text))

    wrong = [e.phrase for e in phrases.entries() if any(slots(form) != slots(e.phrase) for form in e.forms)]
    assert wrong == []


def test_a_counted_phrase_has_both_english_forms_and_no_other_has_two():
    counted = {f.phrase for f in phrases.everywhere(ROOT) if f.counted}
    wrong = [e.phrase for e in phrases.entries() if (len(e.forms) == 2) != (e.phrase in counted)]
    assert wrong == []


def test_english_is_written_without_chinese():
    names_of_things = {"澜川智控"}
    found = [
        form
        for e in phrases.entries()
        for form in e.forms
        if re.search(r"[\u3400-\u9fff]", form) and not any(name in form for name in names_of_things)
    ]
    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_template_says_nothing_in_chinese_outside_a_phrase(path: Path):
    bare = phrases.bare_chinese(phrases.parser(), path.read_text("utf-8"), path.name)
    assert list(bare) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_template_has_no_inline_script_style_or_handler(path: Path):
    text = path.read_text("utf-8")
    bad = re.findall(
        r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|hx-on|hx-vals=.js:", text
    )
    assert bad == []


def test_a_phrase_put_together_at_run_time_is_refused():
    with pytest.raises(phrases.NotAPhrase, match=r"^x\.py:1"):
        list(phrases.in_python('_(f"共 {n} 条")', "x.py"))
    with pytest.raises(phrases.NotAPhrase, match=r"^x\.html:2"):
        list(phrases.in_template(phrases.parser(), "\n{{ _(label) }}", "x.html"))


def test_phrases_are_found_in_code_and_in_both_forms_of_a_template():
    code = 'a = _("甲"); b = n_("%(n)s 页", 3); c = lazy("乙", x=1); d = other("丙")'
    template = '{{ _("丁") }}{% trans %}戊{% endtrans %}{{ ui.badge(n_("%(n)s 条", n)) }}'

    in_code = {(f.phrase, f.counted) for f in phrases.in_python(code, "x.py")}
    in_template = {(f.phrase, f.counted) for f in phrases.in_template(phrases.parser(), template, "x.html")}

    assert in_code == {("甲", False), ("%(n)s 页", True), ("乙", False)}
    assert in_template == {("丁", False), ("戊", False), ("%(n)s 条", True)}


def test_bare_chinese_is_found_in_page_text_and_in_arguments_but_not_in_comments():
    template = '{# 注释 #}<p>正文</p>{{ ui.badge("标签") }}{{ _("词") }}{{ _("去掉 %(x)s", x="值") }}'

    found = [line.rsplit(": ", 1)[1] for line in phrases.bare_chinese(phrases.parser(), template, "x.html")]

    assert sorted(found) == sorted(["<p>正文</p>", "标签"])


def test_the_missing_list_names_what_has_no_english(tmp_path):
    (tmp_path / "hub").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "hub" / "a.py").write_text('x = _("没有人翻译过的话")', "utf-8")

    gaps = phrases.gaps(tmp_path)

    assert [(f.phrase, f.where) for f in gaps.missing] == [("没有人翻译过的话", "hub/a.py:1")]
    assert len(gaps.dead) == len(list(phrases.entries()))


def test_every_phrase_with_values_can_be_filled():
    for entry in phrases.entries():
        for text in (entry.phrase, *entry.forms):
            if "%(" in text:
                assert "%(" not in text % dict.fromkeys(phrases.SLOT.findall(text), "x")
