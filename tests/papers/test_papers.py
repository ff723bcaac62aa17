"""Papers: what a text is read into, and that every form of it opens, says what it says and runs nothing."""

import io
import re
from dataclasses import replace

import docx
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub import papers, slides
from hub.base.errors import HubError
from hub.base.i18n import speaking
from hub.base.paths import content_dir, templates_dir
from hub.papers import deck, typeset

BRAND = papers.Brand(
    title="园区方案",
    summary="先看账，再动设备。",
    company="澜川智控",
    site="lanchuan.example",
    primary="#0f62fe",
    language="zh-CN",
    edition=3,
    on="2026-11-16",
    contact="李婷",
)
HOSTILE = (
    """# 标题 #import "@preview/evil:1.0.0": *

<script>alert(1)</script> $ a_b $ #read("/etc/passwd") #{panic()} `\\` @label <label> *未闭合

## 痛点

![图](../../../etc/passwd) ![图](http://evil.example/x.png) ![图](asset:nobody)

- {{ company.name }} {% for x in y %} 😀🧑‍🚀 """
    + "w" * 300
    + """

## 做法

> 引用 **粗** ~~删~~

```
#panic("x")
```

## 能力

| """
    + " | ".join(f"列{n}" for n in range(14))
    + " |\n|"
    + "---|" * 14
    + "\n"
    + ("| x " * 14 + "|\n") * 60
    + """

## 价值

**63 万元** 一年

| 年 | 省 |
|---|---|
| 一 | 3 |
| 二 | -4.5 |

## 下一步

来电。
"""
)


@pytest.fixture(scope="module")
def fonts() -> None:
    if not set(typeset.HAN_FONTS) & set(typeset.fonts()):
        pytest.skip("no Chinese font on this machine")


@pytest.fixture(scope="module")
def demo() -> str:
    text = (content_dir() / "assets" / "solution" / "solution-park-energy.md").read_text("utf-8")
    return text.split("---", 2)[2]


def text_of(pdf: pypdfium2.PdfDocument, number: int) -> str:
    page = pdf[number].get_textpage()
    return str(page.get_text_bounded())


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("痛点", "pain"),
        ("一、客户痛点", "pain"),
        ("2. Our approach", "approach"),
        ("（三）技术架构", "architecture"),
        ("Key Features", "capabilities"),
        ("价值：一年省多少", "value"),
        ("FAQ", "faq"),
        ("Call to Action", "action"),
        ("附录", ""),
        ("我们公司的历史和它的很多很多故事里面的痛点", ""),
    ],
)
def test_a_heading_is_known_by_its_names_in_both_languages(heading: str, key: str) -> None:
    assert papers.key_of(heading) == key


def test_the_outline_is_empty_until_somebody_writes_and_names_every_section() -> None:
    for language in ("zh-CN", "en"):
        source = papers.parse(papers.outline(language))
        assert [s.key for s in source.sections] == list(papers.SECTIONS)
        assert source.keys == frozenset()


def test_a_source_is_read_into_sections_figures_a_chart_and_questions(demo: str) -> None:
    source = papers.parse(demo)

    assert [s.key for s in source.sections] == list(papers.SECTIONS)
    value = papers.value_of(source.get("value"))
    assert [f.value for f in value.figures] == ["63 万元", "6 个月", "23.6%", "14 天 → 1 天"]
    assert value.chart is not None
    assert value.chart.series[1] == ("一年省（万元）", (63.0, 327.4))
    assert papers.questions_of(source.get("faq"))[0].lead == "已有楼控，会冲突吗？"


def test_a_section_written_twice_is_one_and_text_before_the_first_is_kept() -> None:
    source = papers.parse("开场。\n\n## 痛点\n\n一\n\n## 附录\n\n二\n\n## 挑战\n\n三")

    assert [s.key for s in source.sections] == ["intro", "pain", "", "pain"]
    pain = source.get("pain")
    assert pain is not None
    assert pain.text == "一\n三"


MARKDOWN = st.lists(
    st.one_of(
        st.sampled_from(
            ["## 痛点", "# x", "### y", "- a", "1. b", "> q", "| a | b |", "|---|---|", "```", "", "---"]
        ),
        st.text(max_size=40),
    ),
    max_size=30,
).map("\n".join)


@settings(max_examples=150, deadline=None)
@given(MARKDOWN)
def test_any_text_is_read_and_loses_no_paragraph(text: str) -> None:
    source = papers.parse(text)

    assert all(
        b.kind in {"text", "item", "heading", "table", "code", "picture", "rule"}
        for s in source.sections
        for b in s.blocks
    )
    assert source.keys <= {*papers.SECTIONS, "intro", ""}
    papers.value_of(source.get("value"))
    papers.questions_of(source.get("pain"))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_no_text_is_read_as_typst(fonts: None, text: str) -> None:
    made = papers.paper(papers.parse(f'## 痛点\n\n{text}\n\n#import "x" #panic()\n\n## {text[:20]}'), BRAND)

    assert made.startswith(b"%PDF")


def test_a_white_paper_has_a_cover_contents_an_outline_and_numbered_pages(fonts: None, demo: str) -> None:
    with pypdfium2.PdfDocument(papers.paper(papers.parse(demo), BRAND)) as pdf:
        titles = [item.get_title() for item in pdf.get_toc()]
        assert titles[0].endswith("痛点")
        assert len(titles) == 8
        assert "园区方案" in text_of(pdf, 0)
        assert "目录" in text_of(pdf, 1)
        assert f"第 2 页，共 {len(pdf) - 1} 页" in text_of(pdf, 2)
        assert "澜川智控" in text_of(pdf, 2)


def test_a_one_pager_is_one_page_of_a4(fonts: None, demo: str) -> None:
    with pypdfium2.PdfDocument(papers.one_page(papers.parse(demo), BRAND)[0]) as pdf:
        assert len(pdf) == 1
        assert [round(side) for side in pdf[0].get_size()] == [595, 842]


def test_a_one_pager_says_whose_pictures_and_tables_it_has_no_room_for(fonts: None) -> None:
    table = "| 项 | 说明 |\n|---|---|\n| 网关 | 就近一台 |"
    chart = "| 季度 | 省（万元） |\n|---|---|\n| 一 | 3 |\n| 二 | 4 |"
    text = (
        "## 痛点\n\n贵\n\n## 架构\n\n![全貌](asset:map)\n\n## 能力\n\n{}\n\n## 价值\n\n{}\n\n## 下一步\n\n来"
    )

    with speaking("zh-CN"):
        _pdf, told = papers.one_page(papers.parse(text.format(table, chart)), BRAND)
        _pdf, nothing = papers.one_page(papers.parse("## 痛点\n\n贵\n\n## 价值\n\n" + chart), BRAND)

    assert told == ["一页纸上没有地方放图片和表格，“架构”“能力”里的没有带上；白皮书里有。"]
    assert nothing == []


def test_a_one_pager_opens_with_what_it_is_about_and_keeps_the_table_of_what_is_gained(fonts: None) -> None:
    value = "| 指标 | 上线前 | 上线后 |\n|---|---|---|\n| 断冷发现 | 事后 2 小时 | 提前 40 分钟 |"
    text = f"三本账合成一本。\n\n## 痛点\n\n贵\n\n## 价值\n\n{value}\n\n可用率 99.9%。\n\n## 行动号召\n\n来"

    made = papers.make("page", text, replace(BRAND, summary=""), "zh-CN")

    with pypdfium2.PdfDocument(made.data) as pdf:
        assert len(pdf) == 1
        said = text_of(pdf, 0)
    assert "三本账合成一本" in said
    assert "提前 40 分钟" in said
    assert "可用率 99.9%" in said
    assert made.told == []


def test_on_slides_smaller_headings_lead_cards_and_what_is_too_long_for_one_stays_a_text() -> None:
    def pages(text: str) -> list[tuple[int, object]]:
        found = deck.plan(papers.parse(f"## 能力\n\n{text}"), BRAND, talk=False)
        return [(u.number, u.values.get("points") or u.values.get("texts")) for u in found.uses[2:]]

    topics = "### 对账\n\n每台冷机一本账。\n\n### 计时\n\n开门多久，按班次排。\n"
    assert pages(f"两件事。\n\n再说细。\n\n{topics}") == [
        (deck.TEXTS, ["再说细。"]),
        (deck.POINTS_3, [
            {"lead": "对账", "text": "每台冷机一本账。", "badge": "1"},
            {"lead": "计时", "text": "开门多久，按班次排。", "badge": "2"},
        ]),
    ]  # fmt: skip
    assert {number for number, _said in pages(topics + "很长。" * 60)} == {deck.TEXTS}


def test_a_one_pager_that_does_not_fit_says_how_much_and_where_to_cut(fonts: None) -> None:
    long = "\n".join(f"- **第 {n} 条。** 说明说明说明说明说明说明。" for n in range(90))
    source = papers.parse(f"## 痛点\n\n贵\n\n## 价值\n\n省\n\n## 能力\n\n{long}\n\n## 下一步\n\n来")

    with speaking("zh-CN"), pytest.raises(HubError, match="能力") as refused:
        papers.one_page(source, BRAND)

    assert refused.value.details["lines"] > 5


def test_a_word_document_has_headings_a_contents_field_and_page_numbers(demo: str) -> None:
    made = docx.Document(io.BytesIO(papers.word(papers.parse(demo), BRAND)))

    headings = [p.text for p in made.paragraphs if p.style.name == "Heading 1"]
    assert headings[0] == "痛点"
    assert len(headings) == 8
    assert "TOC" in made.element.xml
    assert "NUMPAGES" in made.sections[0].footer._element.xml


def contents_of(data: bytes) -> list[str]:
    """The lines of the contents as a reader without fields sees them: heading, tab, page."""
    return re.findall(
        r"^(.+\t\d*)$", "\n".join(_told(p) for p in docx.Document(io.BytesIO(data)).paragraphs), re.MULTILINE
    )


def _told(paragraph) -> str:
    return "".join(part.text for part in paragraph.iter_inner_content())


def test_the_contents_lead_to_headings_and_name_the_pages_that_are_known(demo: str) -> None:
    source = papers.parse(demo)
    unknown, known = papers.word(source, BRAND), papers.word(source, BRAND, (3, 3, 3, 4, 4, 4, 5, 6))
    assert contents_of(unknown)[0] == "痛点\t"
    assert [line.split("\t")[1] for line in contents_of(known)] == ["3", "3", "3", "4", "4", "4", "5", "6"]
    assert contents_of(papers.word(source, BRAND, (3, 4))) == contents_of(unknown)

    xml = docx.Document(io.BytesIO(known)).element.xml
    anchors = re.findall(r'w:anchor="(\w+)"', xml)
    assert len(anchors) == 8
    assert sorted(anchors) == sorted(re.findall(r'w:bookmarkStart [^>]*w:name="(\w+)"', xml))


@pytest.mark.office
def test_the_pages_of_the_contents_are_those_on_which_the_headings_are_drawn(demo: str) -> None:
    source, renderer = papers.parse(demo), slides.Renderer()
    drawn = renderer.pdf(papers.word(source, BRAND), suffix=".docx")
    pages = papers.heading_pages(drawn)
    assert len(pages) == 8
    assert list(pages) == sorted(pages)
    document = pypdfium2.PdfDocument(renderer.pdf(papers.word(source, BRAND, pages), suffix=".docx"))
    said = [document[n - 1].get_textpage().get_text_range() for n in pages]
    headings = [s.heading for s in source.sections]
    assert [h for h, text in zip(headings, said, strict=True) if h not in text] == []
    document.close()


@pytest.mark.parametrize("make", [papers.pitch, papers.talk])
def test_a_deck_is_whole_has_a_native_chart_and_tells_what_does_not_fit(make, demo: str) -> None:
    data, told = make(papers.parse(demo), BRAND)

    template = (templates_dir() / "decks" / "solution-forms" / "template.pptx").read_bytes()
    assert [f for f in slides.check(data, sources=[template]) if not f.inherited] == []
    deck = slides.read(data)
    assert told == []
    assert any("江北生物医药园" in c.categories for s in deck.slides for c in s.charts)
    assert any("第一期" in "".join(s.tables) for s in deck.slides)
    notes = "".join(s.notes for s in deck.slides)
    assert ("同类园区峰段用电大约占 37%" in notes) is (make is papers.talk)


def test_a_deck_takes_the_colour_of_the_company(demo: str) -> None:
    data, _told = papers.pitch(papers.parse(demo), BRAND)

    package = slides.read_package(data)
    assert any(b"0F62FE" in package.data(p) for p in package.names() if "/theme/" in p)


def test_a_hostile_text_is_only_text_in_every_form(fonts: None) -> None:
    source = papers.parse(HOSTILE)

    with pypdfium2.PdfDocument(papers.paper(source, BRAND)) as pdf:
        assert "root:" not in "".join(text_of(pdf, n) for n in range(len(pdf)))
    made = docx.Document(io.BytesIO(papers.word(source, BRAND)))
    assert any("<script>" in p.text for p in made.paragraphs)
    data, told = papers.pitch(source, BRAND)
    said = "".join(s.text for s in slides.read(data).slides)
    assert "{{ company.name }}" in said
    assert any("14" in t for t in told)


def test_what_is_missing_is_said_by_the_maker_too() -> None:
    with pytest.raises(HubError, match="Approach"):
        papers.make("paper", "## Pain\n\nIt costs.", BRAND, "en")


def test_without_a_chinese_font_one_sentence_asks_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "fonts", lambda: ["DejaVu Sans"])

    with pytest.raises(HubError, match="Noto Sans CJK"):
        papers.paper(papers.parse("## 痛点\n\n贵"), BRAND)
