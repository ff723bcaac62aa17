"""The demo template that uses all of filling: the yearly value review of one customer, in both languages."""

import io
import re
import subprocess
import sys
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation

from hub import decks, slides
from hub.cli.slides import read_values
from hub.decks import answers, values
from tests.tooling.validator import kinds_of

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "content" / "value-review"
LANGUAGES = ("zh", "en")


@cache
def filled(language: str) -> slides.Filled:
    values = read_values(FOLDER / f"values.{language}.yml")
    return slides.fill((FOLDER / f"template.{language}.pptx").read_bytes(), values, language=language)


def deck(language: str) -> Any:
    return Presentation(io.BytesIO(filled(language).data))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_review_is_filled_without_a_warning_a_fault_or_a_token_left(language: str) -> None:
    made = slides.read_package(filled(language).data)
    left = [name for name in made.names() if name.endswith(".xml") and re.search(rb"\{[{%]", made.data(name))]

    assert filled(language).warnings == []
    assert slides.check(filled(language).data) == []
    assert left == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slide_comes_for_each_zone_and_the_page_for_leaving_customers_stays_out(language: str) -> None:
    sites = read_values(FOLDER / f"values.{language}.yml")["sites"]
    titles = [slide.shapes.title.text for slide in deck(language).slides]

    assert len(titles) == 10
    assert [site["name"] for site in sites] == titles[4:6]
    assert not {"数据怎么交还", "How your data comes back"} & set(titles)


def test_money_dates_and_numbers_are_written_in_the_decks_language() -> None:
    chinese, english = (slides.read(filled(language).data) for language in LANGUAGES)

    assert "一年省下 11.8 万元" in chinese.slides[0].text
    assert "¥118,000 saved in a year" in english.slides[0].text
    assert "2026 年 11 月 26 日" in chinese.slides[0].text
    assert "26 Nov 2026" in english.slides[0].text
    assert "168,400 kWh" in chinese.slides[3].text


def test_a_token_cut_over_runs_keeps_the_look_of_its_first_run() -> None:
    paragraph = next(
        p
        for shape in deck("zh").slides[0].shapes
        if shape.has_text_frame
        for p in shape.text_frame.paragraphs
        if "省下" in p.text
    )
    [value] = [run for run in paragraph.runs if "万元" in run.text]

    assert value.font.bold
    assert not paragraph.runs[0].font.bold


def test_groups_rows_bullets_and_conditions_follow_the_values() -> None:
    pages = list(deck("zh").slides)
    names = [[shape.name for shape in page.shapes] for page in pages]

    assert names[1].count("数字卡") == 4
    assert names[6].count("一件") == 3
    assert [names[4].count("要留意"), names[5].count("要留意")] == [1, 0]
    table = next(shape.table for shape in pages[3].shapes if shape.has_table)
    assert len(table.rows) == 7
    assert [
        p.text
        for shape in pages[7].shapes
        if shape.has_text_frame
        for p in shape.text_frame.paragraphs
        if "停机窗口" in p.text
    ]


def test_the_chart_its_workbook_the_smartart_and_the_pictures_hold_the_values() -> None:
    pages = list(deck("zh").slides)
    chart = next(shape.chart for shape in pages[2].shapes if shape.has_chart)
    package = slides.read_package(filled("zh").data)
    diagrams = [
        package.data(name).decode()
        for name in package.names()
        if re.search(r"/diagrams/(data|drawing)", name)
    ]
    described = {
        shape._element.xpath(".//p:cNvPr/@descr")[0] for shape in pages[0].shapes if shape.shape_type == 13
    }

    assert chart.chart_title.text_frame.text == "新港物流园：每月电费（万元）"
    assert list(chart.plots[0].series[1].values) == [6.2, 6.3, 7.2, 7.9, 7.7, 6.2]
    assert len(diagrams) == 2
    assert all("峰段再降 4 个点" in each for each in diagrams)
    assert described == {"新港物流园外景", "新港物流园标志"}


def test_the_script_draws_the_committed_templates_again() -> None:
    script = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from decks import value_review\n"
        "for language in ('zh', 'en'): sys.stdout.buffer.write(value_review.build(language))\n"
    )
    command = [sys.executable, "-c", script, str(ROOT / "content" / "src")]
    drawn = subprocess.run(command, check=True, capture_output=True).stdout

    assert drawn == b"".join((FOLDER / f"template.{language}.pptx").read_bytes() for language in LANGUAGES)


@pytest.mark.parametrize(("language", "name"), [("zh", "value-review"), ("en", "value-review-en")])
def test_the_library_asks_for_the_same_review_and_its_examples_make_it_whole(
    language: str, name: str
) -> None:
    folder = ROOT / "templates" / "decks" / name
    template = (folder / "template.pptx").read_bytes()
    read, _kept = decks.read_manifest((folder / "manifest.yml").read_text("utf-8"), slide_count=10)
    brief = {**decks.defaults(read, date(2026, 11, 26)), "customer.name": "新港物流园"}
    known = {
        "company": {"name": "澜川智控"},
        "product": {"name": "能碳管理轻量版"},
        "seller": dict.fromkeys(("name", "title", "phone", "email"), "x"),
    }

    reckoned = values.of_answers(read, brief, lambda _facet, key: key, lambda _picture: None)
    said = {**reckoned, **known, "product": {**known["product"], **reckoned["product"]}}
    uses = [slides.SlideUse(n) for n in (1, 2, 3, 4, 6, 7, 8, 10)]
    made, warnings = slides.fill_order(template, said, uses, language)

    assert template == (FOLDER / f"template.{language}.pptx").read_bytes()
    assert answers.faults(read, brief, lambda _question: []) == {}
    assert (reckoned["paid"], reckoned["less"], reckoned["quote"]["total"]) == (415_000, 61_000, 53_520)
    assert warnings == []
    assert slides.check(made) == []


@pytest.mark.validator
def test_the_filled_review_has_no_error_under_the_open_xml_sdk() -> None:
    assert kinds_of(*(filled(language).data for language in LANGUAGES)) == [set(), set()]
