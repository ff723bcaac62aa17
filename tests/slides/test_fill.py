import datetime as dt
import io
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from hub.base.errors import HubError
from hub.slides import SlideUse, check, count_slides, fill, read_package, render
from hub.slides.shapes import fill_body
from hub.slides.tokens import Context
from tests.slides.templates import (
    a_box,
    a_chart,
    a_slide,
    a_table,
    a_template,
    an_image,
    describe,
    opened,
    saved,
    texts,
    write,
    xml,
)

VALUES: dict[str, Any] = {
    "customer": {"name": "东湖产业园", "name_en": "East Lake Park"},
    "budget": 430000,
    "today": dt.date(2026, 11, 22),
    "pains": [{"title": "能耗高", "detail": "电费一年涨 18%"}, {"title": "报修慢", "detail": "平均 3 天"}],
    "seller": {"name": "林晓", "phone": None},
    "data": {
        "savings": {
            "categories": ["一季度", "二季度", "三季度"],
            "series": [
                {"name": "节电", "values": [0.08, 0.12, 0.15]},
                {"name": "节水", "values": [0.02, None, 0.05]},
            ],
        }
    },
}


def filled(deck: Any, values: dict[str, Any] | None = None, **more: Any) -> Any:
    return opened(fill(saved(deck), VALUES if values is None else values, **more).data)


def test_a_token_in_one_run_is_replaced() -> None:
    deck = a_template()
    a_box(a_slide(deck), "致 {{ customer.name }}：")

    assert texts(filled(deck).slides[0]) == ["致 东湖产业园："]


def test_a_token_split_over_runs_takes_the_format_of_its_first_run() -> None:
    deck = a_template()
    box = a_box(a_slide(deck), ["致 {", "{ cust", "omer.na", "me }", "}：你好"])
    runs = box.text_frame.paragraphs[0].runs
    runs[0].font.bold = True
    runs[1].font.color.rgb = RGBColor(255, 0, 0)
    runs[4].font.italic = True

    runs = filled(deck).slides[0].shapes[0].text_frame.paragraphs[0].runs

    assert [(run.text, run.font.bold, run.font.italic) for run in runs] == [
        ("致 东湖产业园", True, None),
        ("：你好", None, True),
    ]


@settings(max_examples=60, deadline=None)
@given(st.sets(st.integers(min_value=1, max_value=60), max_size=12))
def test_wherever_a_text_is_cut_into_runs_the_words_are_the_same(cuts: set[int]) -> None:
    text = "致 {{ customer.name }}：报价 {{ budget | money }}，{{ pains[1].title }}{{ none? }}。"
    places = [0, *sorted(cuts), len(text)]
    body = etree.Element(qn("p:txBody"))
    paragraph = etree.SubElement(body, qn("a:p"))
    for start, end in pairwise(places):
        etree.SubElement(etree.SubElement(paragraph, qn("a:r")), qn("a:t")).text = text[start:end]
    context = Context(VALUES)

    fill_body(body, context, None)

    assert "".join(body.itertext()) == "致 东湖产业园：报价 43 万元，报修慢。"
    assert context.problems == []


def test_several_tokens_of_one_paragraph_are_replaced() -> None:
    deck = a_template()
    a_box(
        a_slide(deck),
        ["{{ seller.name }}", " 于 {{ today | date }} 向 {{ customer", ".name }}报价 {{ budget | money }}"],
    )

    assert texts(filled(deck).slides[0]) == ["林晓 于 2026 年 11 月 22 日 向 东湖产业园报价 43 万元"]
    assert texts(filled(deck, language="en").slides[0])[0].startswith("林晓 于 22 Nov 2026")


def test_a_line_end_in_a_value_is_a_line_break_in_the_same_format() -> None:
    deck = a_template()
    box = a_box(a_slide(deck), "{{ note }}。")
    box.text_frame.paragraphs[0].runs[0].font.bold = True

    result = filled(deck, {"note": "一\r\n二\v三\x07"}).slides[0]

    assert texts(result) == ["一\n二\n三。"]
    assert all(run.font.bold for run in result.shapes[0].text_frame.paragraphs[0].runs)


def test_tokens_in_groups_placeholders_and_alternative_text_are_replaced() -> None:
    deck = a_template()
    slide = a_slide(deck, layout=5)
    slide.shapes.title.text = "{{ customer.name }}的方案"
    group = slide.shapes.add_group_shape()
    inner = group.shapes.add_group_shape()
    box = inner.shapes.add_textbox(0, 0, Inches(2), Inches(1))
    box.text_frame.text = "{{ seller.name }}"
    describe(box, "{{ customer.name }}的标志")

    result = filled(deck).slides[0]

    assert texts(result) == ["东湖产业园的方案", "林晓"]
    assert "东湖产业园的标志" in xml(result._element)


def test_notes_are_filled() -> None:
    deck = a_template()
    slide = a_slide(deck)
    write(slide.notes_slide.notes_text_frame, ["先问 {{ cust", "omer.name }}"])

    assert filled(deck).slides[0].notes_slide.notes_text_frame.text == "先问 东湖产业园"


def test_a_bullet_is_repeated_for_each_item() -> None:
    deck = a_template()
    a_box(
        a_slide(deck),
        "开头",
        "{% for p in pains %}",
        ["{{ loop.index }}. {{ p", ".title }}"],
        "{% if p.detail %}",
        "（{{ p.detail }}）",
        "{% endif %}",
        "{% endfor %}",
        "{% for p in pains %}{{ p.title }}{% endfor %}",
        "结尾",
    )

    assert texts(filled(deck).slides[0]) == [
        "开头", "1. 能耗高", "（电费一年涨 18%）", "2. 报修慢", "（平均 3 天）", "能耗高", "报修慢", "结尾"
    ]  # fmt: skip


def test_an_empty_loop_leaves_a_text_body_that_is_valid() -> None:
    deck = a_template()
    a_box(a_slide(deck), "{% for p in none_at_all? %}", "{{ p.title }}", "{% endfor %}")

    body = filled(deck).slides[0].shapes[0].text_frame._txBody

    assert len(body.findall(qn("a:p"))) == 1
    assert texts(filled(deck).slides[0]) == []


def test_a_table_row_is_repeated_and_keeps_its_look() -> None:
    deck = a_template()
    frame = a_table(
        a_slide(deck),
        ["痛点", "说明"],
        ["{% for p in pains %}{{ p.title }}", "{{ p.detail }}{% endfor %}"],
        ["客户", "{{ customer.name }}"],
    )
    frame.table.cell(1, 0).fill.solid()
    frame.table.cell(1, 0).fill.fore_color.rgb = RGBColor(1, 2, 3)

    table = filled(deck).slides[0].shapes[0].table

    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows == [
        ["痛点", "说明"],
        ["能耗高", "电费一年涨 18%"],
        ["报修慢", "平均 3 天"],
        ["客户", "东湖产业园"],
    ]
    assert [table.cell(n, 0).fill.type is not None for n in range(4)] == [False, True, True, False]


def test_rows_between_control_rows_are_repeated() -> None:
    deck = a_template()
    a_table(
        a_slide(deck),
        ["{% for p in pains %}", ""],
        ["{{ p.title }}", "一"],
        ["{{ p.detail }}", "{% if p.title == '能耗高' %}重点{% endif %}"],
        ["", "{% endfor %}"],
    )

    rows = [[cell.text for cell in row.cells] for row in filled(deck).slides[0].shapes[0].table.rows]

    assert rows == [["能耗高", "一"], ["电费一年涨 18%", "重点"], ["报修慢", "一"], ["平均 3 天", ""]]


def test_a_table_without_rows_is_taken_away() -> None:
    deck = a_template()
    a_table(a_slide(deck), ["{% for p in nothing? %}{{ p }}", "{% endfor %}"])

    assert list(filled(deck).slides[0].shapes) == []


def test_a_shape_is_kept_only_if_its_condition_holds() -> None:
    deck = a_template()
    slide = a_slide(deck)
    a_box(slide, "甲", descr="{% if budget > 100000 %} 大单")
    a_box(slide, "{{ never.asked }}", descr="{% if not pains %}")

    result = filled(deck).slides[0]

    assert texts(result) == ["甲"]
    assert result.shapes[0]._element.nvSpPr.cNvPr.get("descr") == "大单"


def test_an_animation_of_a_shape_that_is_taken_away_goes_with_it() -> None:
    deck = a_template()
    slide = a_slide(deck)
    kept, gone = a_box(slide, "甲"), a_box(slide, "乙", descr="{% if false %}")
    slide._element.append(a_timing(kept.shape_id, gone.shape_id))

    timing = xml(filled(deck).slides[0]._element.find(qn("p:timing")))

    assert f'spid="{kept.shape_id}"' in timing
    assert f'spid="{gone.shape_id}"' not in timing


def a_timing(*shapes: int) -> Any:
    from pptx.oxml import parse_xml

    effects = "".join(
        f'<p:par><p:cTn id="{10 + n}"><p:childTnLst><p:set><p:cBhvr><p:cTn id="{20 + n}" dur="1"/>'
        f'<p:tgtEl><p:spTgt spid="{shape}"/></p:tgtEl></p:cBhvr></p:set></p:childTnLst></p:cTn></p:par>'
        for n, shape in enumerate(shapes)
    )
    builds = "".join(f'<p:bldP spid="{shape}" grpId="0"/>' for shape in shapes)
    return parse_xml(
        '<p:timing xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><p:tnLst><p:par>'
        f'<p:cTn id="1" nodeType="tmRoot"><p:childTnLst>{effects}</p:childTnLst></p:cTn></p:par></p:tnLst>'
        f"<p:bldLst>{builds}</p:bldLst></p:timing>"
    )


def test_a_group_is_repeated_side_by_side_with_ids_of_its_own() -> None:
    deck = a_template()
    slide = a_slide(deck)
    group = slide.shapes.add_group_shape()
    for text, top in (("{{ p.title }}", 1), ("{{ p.detail }}", 2)):
        box = group.shapes.add_textbox(Inches(1), Inches(top), Inches(3), Inches(0.5))
        box.text_frame.text = text
    describe(group, "{% for p in pains across 0.5cm %}")

    result = filled(deck).slides[0]

    assert texts(result) == ["能耗高", "电费一年涨 18%", "报修慢", "平均 3 天"]
    first, second = result.shapes
    assert second.left - first.left == first.width + Emu(180_000)
    assert second.top == first.top
    ids = [each.get("id") for each in result._element.iter(qn("p:cNvPr"))]
    assert len(ids) == len(set(ids))


def test_a_group_repeated_over_the_edge_is_told() -> None:
    deck = a_template()
    slide = a_slide(deck)
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(Inches(1), Inches(1), Inches(9), Inches(0.5)).text_frame.text = "{{ p.title }}"
    describe(group, "{% for p in pains %}")

    [warning] = fill(saved(deck), VALUES).warnings

    assert (warning.slide, warning.overflow_lines) == (1, 0)
    assert "超出了页面" in warning.sentence


def test_slides_are_used_in_the_asked_order_with_values_of_their_own() -> None:
    deck = a_template()
    for text in ("一 {{ customer.name }}", "二 {{ case }}", "三"):
        a_box(a_slide(deck), text)
    uses = [SlideUse(3), SlideUse(2, {"case": "甲"}), SlideUse(2, {"case": "乙"})]

    result = filled(deck, slides=uses)

    assert [texts(slide) for slide in result.slides] == [["三"], ["二 甲"], ["二 乙"]]
    assert b"customer.name" not in fill(saved(deck), VALUES, slides=uses).data


def test_a_slide_used_twice_has_a_chart_and_notes_of_its_own() -> None:
    deck = a_template()
    slide = a_slide(deck)
    describe(a_chart(slide, "{{ name }}"), "{% chart chart %}")
    slide.notes_slide.notes_text_frame.text = "{{ name }}的备注"
    charts = [{"categories": ["甲"], "series": [{"name": "值", "values": [n]}]} for n in (1, 2)]
    uses = [SlideUse(1, {"name": f"案例{n}", "chart": chart}) for n, chart in enumerate(charts)]

    first, second = filled(deck, slides=uses).slides

    assert [s.notes_slide.notes_text_frame.text for s in (first, second)] == ["案例0的备注", "案例1的备注"]
    assert [list(s.shapes[0].chart.plots[0].series[0].values) for s in (first, second)] == [[1], [2]]
    assert [s.shapes[0].chart.chart_title.text_frame.text for s in (first, second)] == ["案例0", "案例1"]
    assert (
        first.shapes[0].chart.part.chart_workbook.xlsx_part
        is not second.shapes[0].chart.part.chart_workbook.xlsx_part
    )


def test_a_slide_says_in_its_notes_when_and_how_often_it_is_there() -> None:
    deck = a_template()
    for text, note in (
        ("{{ p.title }}", "{% slide for p in pains %}"),
        ("无", "{% slide if missing %}"),
        ("有", ""),
    ):
        slide = a_slide(deck)
        a_box(slide, text)
        slide.notes_slide.notes_text_frame.text = note

    result = filled(deck)

    assert [texts(slide) for slide in result.slides] == [["能耗高"], ["报修慢"], ["有"]]
    assert [slide.notes_slide.notes_text_frame.text for slide in result.slides] == ["", "", ""]


def test_a_chart_takes_data_and_the_workbook_behind_it_too() -> None:
    deck = a_template()
    describe(a_chart(a_slide(deck), "{{ customer.name }}节能"), "{% chart data.savings %}节能柱形图")

    frame = filled(deck).slides[0].shapes[0]

    chart = frame.chart
    assert chart.chart_title.text_frame.text == "东湖产业园节能"
    assert list(chart.plots[0].categories) == ["一季度", "二季度", "三季度"]
    assert [(s.name, list(s.values)) for s in chart.plots[0].series] == [
        ("节电", [0.08, 0.12, 0.15]), ("节水", [0.02, None, 0.05])
    ]  # fmt: skip
    assert "<c:formatCode>0%</c:formatCode>" in xml(chart._chartSpace)
    sheet = openpyxl.load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob)).active
    assert [cell.value for cell in sheet[2]] == ["一季度", 0.08, 0.02]
    assert frame._element.nvGraphicFramePr.cNvPr.get("descr") == "节能柱形图"


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (XL_CHART_TYPE.PIE, "文字", "图表数据要写成"),
        (XL_CHART_TYPE.PIE, {"categories": ["甲"], "series": []}, "series"),
        (XL_CHART_TYPE.LINE, {"categories": ["甲"], "series": [{"name": "值", "values": [1, 2]}]}, "2 个值"),
        (
            XL_CHART_TYPE.LINE,
            {"categories": ["甲"], "series": [{"name": "值", "values": ["贵"]}]},
            "不是数字",
        ),
    ],
)
def test_wrong_chart_data_is_told_with_its_place(kind: Any, value: object, said: str) -> None:
    deck = a_template()
    describe(a_chart(a_slide(deck), kind=kind), "{% chart d %}")

    with pytest.raises(HubError, match=rf"模板第 1 页的「Chart 1」.*{said}"):
        fill(saved(deck), {"d": value})


def test_a_picture_fits_in_the_shape_or_fills_it() -> None:
    deck = a_template()
    slide = a_slide(deck)
    for name, way in (("a", "fit"), ("b", "crop")):
        box = slide.shapes.add_shape(1, Inches(1), Inches(1), Inches(2), Inches(2))
        describe(box, f"{{% picture {name} {way} %}}{{{{ customer.name }}}}标志")

    fitted, cropped = (
        filled(deck, {**VALUES, "a": an_image(40, 20), "b": {"data": an_image(40, 20)}}).slides[0].shapes
    )

    assert (fitted.width, fitted.height) == (Inches(2), Inches(1))
    assert (fitted.left, fitted.top) == (Inches(1), Inches(1.5))
    assert (cropped.width, cropped.height) == (Inches(2), Inches(2))
    assert (cropped.crop_left, cropped.crop_right, cropped.crop_top) == (0.25, 0.25, 0)
    assert cropped._element.nvPicPr.cNvPr.get("descr") == "东湖产业园标志"
    assert fitted.image.sha1 == cropped.image.sha1
    assert fitted._element.blip_rId == cropped._element.blip_rId


def test_a_picture_placeholder_and_a_sample_picture_take_the_new_one() -> None:
    deck = a_template()
    slide = a_slide(deck, layout=8)
    holder = next(each for each in slide.placeholders if each.placeholder_format.type == 18)
    describe(holder, "{% picture logo crop %}")
    sample = slide.shapes.add_picture(io.BytesIO(an_image(colour="red")), 0, 0, Inches(1), Inches(1))
    describe(sample, "{% picture logo fit %}")
    size = (holder.width, holder.height)

    shapes = filled(deck, {"logo": an_image(30, 30, "WEBP")}).slides[0].shapes
    pictures = [shape for shape in shapes if shape._element.tag == qn("p:pic")]

    assert [picture.image.content_type for picture in pictures] == ["image/png", "image/png"]
    assert (pictures[0].width, pictures[0].height) == size
    assert pictures[0].is_placeholder


def test_an_optional_picture_that_is_missing_takes_its_shape_away() -> None:
    deck = a_template()
    describe(a_slide(deck).shapes.add_shape(1, 0, 0, Inches(1), Inches(1)), "{% picture logo? fit %}")

    assert list(filled(deck).slides[0].shapes) == []


@pytest.mark.parametrize(
    "value", [b"no picture", "not base64!", 7, b"<svg xmlns='http://www.w3.org/2000/svg'/>"]
)
def test_what_is_no_picture_is_told(value: object) -> None:
    deck = a_template()
    describe(a_slide(deck).shapes.add_shape(1, 0, 0, Inches(1), Inches(1)), "{% picture logo fit %}")

    with pytest.raises(HubError, match="图片"):
        fill(saved(deck), {"logo": value})


def test_a_token_without_value_is_an_error_that_names_slide_shape_and_token() -> None:
    deck = a_template()
    a_box(a_slide(deck), "{{ customer.name }}")
    a_box(a_slide(deck), "电话 {{ seller.phone }}，{{ seller.fax? }}", name="落款")

    with pytest.raises(
        HubError, match=r"模板第 2 页的「落款」里的 \{\{ seller\.phone \}\}：「seller.phone」没有值"
    ) as error:
        fill(saved(deck), VALUES)

    assert error.value.details["problems"] == [
        {"slide": "模板第 2 页", "shape": "落款", "token": "{{ seller.phone }}", "name": "seller.phone",
         "reason": "「seller.phone」没有值，请补上，或在模板里写成「seller.phone?」。"}
    ]  # fmt: skip


def test_every_mistake_of_a_template_is_told_at_once() -> None:
    deck = a_template()
    slide = a_slide(deck)
    a_box(slide, "{{ a. }}", "{{ b | nofilter }}", "{% for x in pains %}", "没有结束")
    a_box(slide, "前 {% if pains %} 中", descr="{% unknown thing %}")
    a_table(slide, ["{{ customer }}", "{% endfor %}"])

    with pytest.raises(HubError) as error:
        fill(saved(deck), VALUES)

    problems = [problem["token"] for problem in error.value.details["problems"]]  # type: ignore[attr-defined]
    assert problems == [
        "{% for x in pains %}", "{{ a. }}", "{{ b | nofilter }}", "{% unknown thing %}", "{% if pains %}",
        "{% endfor %}", "{{ customer }}"
    ]  # fmt: skip


def test_an_optional_token_without_value_is_empty() -> None:
    deck = a_template()
    a_box(a_slide(deck), "电话{{ seller.phone? }}。")

    assert texts(filled(deck).slides[0]) == ["电话。"]


def test_the_east_asian_font_stands_beside_the_latin_one() -> None:
    deck = a_template()
    box = a_box(a_slide(deck), ["{{ customer.name }}", "旁边"])
    box.text_frame.paragraphs[0].runs[0].font.name = "Arial"

    run, other = filled(deck).slides[0].shapes[0].text_frame.paragraphs[0].runs

    fonts = [each for each in run._r.rPr if each.tag in (qn("a:latin"), qn("a:ea"))]
    assert [each.get("typeface") for each in fonts] == ["Arial", "宋体"]
    assert run._r.rPr.get("lang") == "zh-CN"
    assert other._r.rPr.find(qn("a:ea")) is None


def test_tokens_on_the_layout_are_filled_for_all_its_slides() -> None:
    deck = a_template()
    layout = deck.slide_layouts[6]
    box = a_box(a_slide(deck), "{{ customer.name }} 专用")
    layout._element.cSld.spTree.append(box._element)

    assert texts(filled(deck).slides[0].slide_layout)[-1] == "东湖产业园 专用"


def test_a_slide_that_links_to_one_left_out_is_plain_text_there() -> None:
    deck = a_template()
    first, second = a_slide(deck), a_slide(deck)
    box = a_box(first, "去第二页")
    box.click_action.target_slide = second

    result = filled(deck, slides=[SlideUse(1)])

    assert "hlinkClick" not in xml(result.slides[0]._element)
    assert texts(result.slides[0]) == ["去第二页"]


def test_a_slide_that_the_template_lacks_is_an_error() -> None:
    deck = a_template()
    a_slide(deck)

    with pytest.raises(HubError, match="模板没有第 2 页，它一共有 1 页"):
        fill(saved(deck), {}, slides=[SlideUse(2)])


def test_no_slide_left_is_an_error() -> None:
    with pytest.raises(HubError, match="一页也不剩"):
        fill(saved(a_template()), {})


def test_loops_within_loops_are_bounded() -> None:
    deck = a_template()
    a_box(a_slide(deck), *["{% for x in many %}"] * 3, "{{ x }}", *["{% endfor %}"] * 3)

    with pytest.raises(HubError, match="让循环超过了"):
        fill(saved(deck), {"many": list(range(100))})


LONG = "澜川智控为园区提供能耗监测、设备预测维护与碳账本一体的平台。" * 4


def fitting(box: Any, text: str) -> tuple[Any, list[Any]]:
    box.text_frame.text = text
    deck = box.part.package.presentation_part.presentation
    result = fill(saved(deck), {"long": LONG, "short": "短句"})
    return opened(result.data).slides[0].shapes[0], result.warnings


def a_fixed_box(height: float, size: int = 20) -> Any:
    deck = a_template()
    box = a_slide(deck).shapes.add_textbox(Inches(1), Inches(1), Inches(5), Inches(height))
    box.text_frame.word_wrap = True
    box.text_frame.paragraphs[0].font.size = Pt(size)
    return box


def autofit(box: Any, tag: str) -> Any:
    body = box.text_frame._txBody.bodyPr
    for child in list(body):
        body.remove(child)
    etree.SubElement(body, qn(f"a:{tag}"))
    return box


def test_text_that_fits_is_left_at_its_size() -> None:
    shape, warnings = fitting(autofit(a_fixed_box(3), "normAutofit"), "{{ short }}")

    assert warnings == []
    assert shape.text_frame._txBody.bodyPr.find(qn("a:normAutofit")).attrib == {}


def test_text_in_a_shrinking_shape_is_made_smaller() -> None:
    shape, warnings = fitting(autofit(a_fixed_box(1.8), "normAutofit"), "{{ long }}")

    scale = int(shape.text_frame._txBody.bodyPr.find(qn("a:normAutofit")).get("fontScale"))
    assert warnings == []
    assert 70_000 <= scale < 100_000


def test_a_shape_that_says_nothing_gets_smaller_sizes_written_out() -> None:
    box = a_fixed_box(1.8)
    body = box.text_frame._txBody.bodyPr
    for child in list(body):
        body.remove(child)

    shape, warnings = fitting(box, "{{ long }}")

    assert warnings == []
    assert 12 <= shape.text_frame.paragraphs[0].runs[0].font.size.pt < 18


def test_text_is_never_made_smaller_than_allowed_but_told() -> None:
    shape, [warning] = fitting(autofit(a_fixed_box(0.6), "normAutofit"), "{{ long }}")

    assert shape.text_frame._txBody.bodyPr.find(qn("a:normAutofit")).get("fontScale") == "70000"
    assert warning.slide == 1
    assert warning.shape == shape.name
    assert warning.overflow_lines >= 3
    assert "放不下" in warning.sentence


def test_a_shape_that_must_not_shrink_is_told() -> None:
    shape, [warning] = fitting(autofit(a_fixed_box(0.6), "noAutofit"), "{{ long }}")

    assert shape.text_frame.paragraphs[0].runs[0].font.size is None
    assert warning.overflow_lines >= 3


def test_a_growing_shape_grows() -> None:
    box = autofit(a_fixed_box(0.5), "spAutoFit")

    shape, warnings = fitting(box, "{{ long }}")

    assert warnings == []
    assert shape.height > Inches(1.5)


def test_a_table_that_outgrows_the_slide_is_told() -> None:
    deck = a_template()
    a_table(a_slide(deck), ["{% for x in many %}{{ x }}", "{{ x }}{% endfor %}"])

    [warning] = fill(saved(deck), {"many": list(range(40))}).warnings

    assert warning.overflow_lines > 20
    assert "落在页面之外" in warning.sentence


@pytest.mark.corpus
def test_smartart_is_filled_in_data_and_drawing_and_made_to_fit(corpus: Path) -> None:
    package = read_package(next(corpus.rglob("*smartart-simple*.pptx")).read_bytes())
    for name in list(package.names()):
        if "/diagrams/" in name:
            data = package.data(name).replace(b">abc<", b">{{ customer }}<")
            package.put(name, data, package.content_type(name))
    uses = [SlideUse(1, {"customer": name}) for name in ("云谷", "东湖产业园", LONG)]

    result = fill(package.write(), {}, slides=uses)

    out = read_package(result.data)
    for kind in ("data", "drawing"):
        parts = [name for name in out.names() if f"/diagrams/{kind}" in name]
        assert [next(w for w in ("云谷", "东湖", "澜川") if w in out.data(p).decode()) for p in parts] == [
            "云谷", "东湖", "澜川"
        ]  # fmt: skip
    told = {warning.slide: warning.overflow_lines for warning in result.warnings}
    assert 1 not in told
    assert told[3] > 10
    assert check(result.data) == []


def test_a_sample_that_is_taken_away_or_replaced_does_not_travel_on_in_the_file() -> None:
    deck = a_template()
    slide = a_slide(deck)
    sample = slide.shapes.add_picture(io.BytesIO(an_image(colour="red")), 0, 0, Inches(1), Inches(1))
    describe(sample, "{% picture logo fit %}")
    describe(a_chart(slide, "别家客户的数据"), "{% if false %}")

    package = read_package(fill(saved(deck), {"logo": an_image(colour="blue")}).data)

    kinds = {package.content_type(name).rpartition(".")[2] for name in package.names()}
    images = [package.data(name) for name in package.names() if package.content_type(name) == "image/png"]
    assert images == [an_image(colour="blue")]
    assert not kinds & {"chart+xml", "sheet"}


def test_the_properties_are_filled_and_forget_the_template() -> None:
    deck = a_template()
    a_box(a_slide(deck), "正文")
    deck.core_properties.title = "{{ customer.name }}方案"

    data = fill(saved(deck), VALUES).data

    assert opened(data).core_properties.title == "东湖产业园方案"
    assert b"TitlesOfParts" not in read_package(data).data("/docProps/app.xml")


def test_filling_twice_gives_the_same_bytes() -> None:
    deck = a_template()
    a_box(a_slide(deck), "{{ customer.name }}")
    template = saved(deck)

    assert fill(template, VALUES).data == fill(template, VALUES).data


def test_a_filled_deck_can_be_composed_with_others_and_has_no_fault() -> None:
    deck = a_template()
    slide = a_slide(deck, layout=5)
    slide.shapes.title.text = "{{ customer.name }}"
    describe(a_chart(slide), "{% chart data.savings %}")
    group = slide.shapes.add_group_shape()
    group.shapes.add_textbox(Inches(1), Inches(6), Inches(2), Inches(0.5)).text_frame.text = "{{ p.title }}"
    describe(group, "{% for p in pains %}")
    a_table(a_slide(deck), ["{% for p in pains %}{{ p.title }}", "{{ p.detail }}{% endfor %}"])

    data = fill(saved(deck), VALUES, slides=[SlideUse(1), SlideUse(2), SlideUse(1)]).data

    assert check(data) == []


@pytest.mark.office
def test_a_filled_deck_is_drawn_with_its_words_in_place() -> None:
    """The height that was reckoned for a growing shape is the one that LibreOffice draws."""
    box = autofit(a_fixed_box(0.5), "spAutoFit")
    box.fill.solid()
    box.fill.fore_color.rgb = RGBColor(255, 0, 0)
    box.text_frame.text = "{{ long }}"
    data = fill(saved(box.part.package.presentation_part.presentation), {"long": LONG}).data

    [picture] = render(data, width=1333)

    image = Image.open(io.BytesIO(picture)).convert("RGB")
    column = [image.getpixel((595, y)) for y in range(image.height)]
    red = [y for y, (r, g, _) in enumerate(column) if r > 200 and g < 100]
    reckoned = opened(data).slides[0].shapes[0].height / 914_400 * 100
    assert abs(max(red) - min(red) - reckoned) <= 4


@pytest.mark.corpus
def test_real_decks_come_through_unharmed(corpus: Path) -> None:
    for path in random.Random(7).sample(sorted((corpus / "pptx").rglob("*.pptx")), 25):
        source = path.read_bytes()
        try:
            slides = count_slides(source)
            result = fill(source, {}).data
        except HubError:
            continue
        assert count_slides(result) == slides
        assert [f for f in check(result, sources=[source]) if not f.inherited] == [], path.name
