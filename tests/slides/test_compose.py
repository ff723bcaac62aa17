import io
import re
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook
from pptx.util import Inches, Pt

from hub.base.errors import HubError
from hub.slides import (
    Pick,
    Provenance,
    Rel,
    Source,
    charts2007,
    check,
    compose,
    mending,
    read,
    read_package,
    scaling,
)
from hub.slides.cover import first_slide
from tests.slides.samples import (
    a_deck,
    altered,
    opened,
    part_names,
    rebuilt,
    saved,
    titles_of,
    xml_of,
)

SLIDE = "/ppt/slides/slide1.xml"
NARROW = (9_144_000, 6_858_000)
OPEN = "http://schemas.openxmlformats.org"


def all_of(source: Source) -> list[Pick]:
    return [Pick(source, number) for number in range(1, len(source.slides) + 1)]


def composed(*picks: Pick, **how: object) -> bytes:
    return compose(picks, **how).data


def test_slides_come_out_in_the_order_of_the_picks() -> None:
    one, two = Source(a_deck(["甲", "乙", "丙"])), Source(a_deck(["一", "二"]))
    data = composed(Pick(two, 2), Pick(one, 3), Pick(one, 1), Pick(two, 2))
    assert titles_of(data) == ["二", "丙", "甲", "二"]


def test_a_slides_xml_is_copied_byte_for_byte() -> None:
    source = Source(a_deck(["甲"], picture="red", chart=True))
    data = composed(Pick(source, 1))
    assert read_package(data).data(SLIDE) == source.package.data(SLIDE)


def test_the_same_picks_give_the_same_bytes() -> None:
    data = a_deck(["甲", "乙"], picture="red", chart=True, notes="记")
    assert composed(*all_of(Source(data))) == composed(*all_of(Source(data)))


def test_the_same_picture_is_kept_once_across_decks() -> None:
    decks = [
        Source(a_deck(["甲", "乙"], picture="red")),
        Source(a_deck(["丙"], picture="red", notes="另一份")),
    ]
    data = composed(*(pick for deck in decks for pick in all_of(deck)))
    assert len(part_names(data, r"ppt/media/.*")) == 1


def test_equal_masters_are_kept_once() -> None:
    one, two = Source(a_deck(["甲"])), Source(a_deck(["乙"]))
    data = composed(Pick(one, 1), Pick(two, 1))
    assert len(opened(data).slide_masters) == 1


def test_masters_that_differ_only_by_their_logo_stay_two() -> None:
    one, two = Source(a_deck(["甲"], logo="red")), Source(a_deck(["乙"], logo="blue"))
    first, second = read_package(one.package.write()), read_package(two.package.write())
    master = "/ppt/slideMasters/slideMaster1.xml"
    assert first.data(master) == second.data(master)
    deck = opened(composed(Pick(one, 1), Pick(two, 1)))
    logos = [slide.slide_layout.slide_master.shapes[-1].image.sha1 for slide in deck.slides]
    assert len(set(logos)) == 2


def test_layouts_stay_usable_and_listed() -> None:
    deck = opened(composed(Pick(Source(a_deck(["甲"])), 1)))
    assert len(deck.slide_layouts) == 11
    deck.slides.add_slide(deck.slide_layouts.get_by_name("Blank"))
    assert len(opened(saved(deck)).slides) == 2


def test_notes_are_kept_under_one_notes_master() -> None:
    one, two = Source(a_deck(["甲"], notes="讲稿")), Source(a_deck(["乙"], notes="提示"))
    data = composed(Pick(one, 1), Pick(two, 1))
    assert [slide.notes for slide in read(data).slides] == ["讲稿 甲", "提示 乙"]
    assert len(part_names(data, r"ppt/notesMasters/[^/]*\.xml")) == 1


def test_a_chart_is_never_shared_and_its_workbook_opens() -> None:
    source = Source(a_deck(["甲"], chart=True))
    data = composed(Pick(source, 1), Pick(source, 1))
    assert len(part_names(data, r"ppt/charts/chart\d+\.xml")) == 2
    for slide in opened(data).slides:
        chart = next(shape.chart for shape in slide.shapes if shape.has_chart)
        book = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        assert book.active["B1"].value == "回款"


def test_ids_of_masters_layouts_and_slides_are_unique_and_in_their_ranges() -> None:
    sources = [Source(a_deck(["甲"], logo="red")), Source(a_deck(["乙"], logo="blue"))]
    data = composed(*(Pick(source, 1) for source in sources))
    main = xml_of(data, "ppt/presentation.xml")
    masters = re.findall(r'<p:sldMasterId id="(\d+)"', main)
    lists = part_names(data, r"ppt/slideMasters/[^/]*\.xml")
    layouts = [
        number for part in lists for number in re.findall(r'<p:sldLayoutId id="(\d+)"', xml_of(data, part))
    ]
    numbers = [int(number) for number in masters + layouts]
    assert len(numbers) == len(set(numbers)) == 24
    assert min(numbers) >= 2**31
    slides = [int(number) for number in re.findall(r'<p:sldId id="(\d+)"', main)]
    assert slides == [256, 257]


def test_every_part_has_a_content_type_and_every_relationship_a_target() -> None:
    data = composed(*all_of(Source(a_deck(["甲", "乙"], picture="red", chart=True, notes="记", table=True))))
    package = read_package(data)
    assert all(package.content_type(name) != "application/octet-stream" for name in package.names())
    assert not [rel for name in ("/", *package.names()) for rel in package.rels(name) if rel.missing]


def test_hidden_slides_stay_hidden() -> None:
    deck = opened(a_deck(["甲", "乙"]))
    deck.slides[0]._element.set("show", "0")
    assert [slide.hidden for slide in read(composed(*all_of(Source(saved(deck))))).slides] == [True, False]


def jumping() -> Source:
    deck = opened(a_deck(["甲", "乙"]))
    box = deck.slides[0].shapes.add_shape(1, Inches(1), Inches(1), Inches(1), Inches(1))
    box.click_action.target_slide = deck.slides[1]
    return Source(saved(deck))


def jump_of(data: bytes, number: int) -> object:
    slide = opened(data).slides[number]
    target = slide.shapes[-1].click_action.target_slide
    return target.shapes.title.text if target else None


def test_a_jump_leads_to_the_copy_of_its_slide() -> None:
    source = jumping()
    assert jump_of(composed(Pick(source, 2), Pick(source, 1)), 1) == "乙"


def test_a_jump_to_a_slide_that_was_not_picked_is_dropped_and_told() -> None:
    result = compose([Pick(jumping(), 1)])
    assert "hlinkClick" not in xml_of(result.data, "ppt/slides/slide1.xml")
    assert any("跳转" in warning for warning in result.warnings)
    assert titles_of(result.data) == ["甲"]


def test_a_missing_picture_is_dropped_with_its_reference_and_told() -> None:
    def change(package: object) -> None:
        package.drop(package.of_kind(SLIDE, "image")[0])

    result = compose([Pick(Source(rebuilt(a_deck(["甲"], picture="red"), change)), 1)])
    assert "r:embed" not in xml_of(result.data, "ppt/slides/slide1.xml")
    assert any("不存在" in warning for warning in result.warnings)


def test_macros_stay_behind_and_are_told() -> None:
    def change(package: object) -> None:
        package.put("/ppt/vbaProject.bin", b"macro", "application/vnd.ms-office.vbaProject")
        rels = package.rels(package.main)
        package.set_rels(package.main, [*rels, Rel("rId99", "x/vbaProject", "", part="/ppt/vbaProject.bin")])

    result = compose([Pick(Source(rebuilt(a_deck(["甲"]), change)), 1)])
    assert not part_names(result.data, r".*vba.*")
    assert any("宏" in warning for warning in result.warnings)


def test_text_keeps_its_size_where_the_decks_default_sizes_differ() -> None:
    small, large = a_deck(["甲"], textbox="字"), a_deck(["乙"], textbox="字")
    pattern = re.compile(rb'(<a:lvl1pPr[^>]*>\s*<a:defRPr[^>]*?)sz="1800"')
    large = altered(large, "ppt/presentation.xml", lambda content: pattern.sub(rb'\1sz="3200"', content))
    data = composed(Pick(Source(small), 1), Pick(Source(large), 1))
    assert 'sz="3200"' not in xml_of(data, "ppt/slides/slide1.xml")
    styles = re.findall(
        r"<a:lvl1pPr>.*?</a:lvl1pPr>|<a:lvl1pPr.*?<a:defRPr[^>]*>", xml_of(data, "ppt/slides/slide2.xml")
    )
    assert any('sz="3200"' in style for style in styles)
    placeholder = opened(data).slides[1].shapes.title._element.xml
    assert 'sz="3200"' not in placeholder


def test_the_drawing_of_a_diagram_is_scaled_with_its_slide() -> None:
    a, dsp = f"{OPEN}/drawingml/2006/main", "http://schemas.microsoft.com/office/drawing/2008/diagram"
    box = '<a:off x="1000" y="-500"/><a:ext cx="2000" cy="3000"/>'
    shape = (
        f"<dsp:sp><dsp:spPr><a:xfrm>{box}</a:xfrm></dsp:spPr><dsp:txBody><a:bodyPr/><a:p><a:r><a:rPr sz='1200'/>"
        f"<a:t>一</a:t></a:r></a:p></dsp:txBody><dsp:txXfrm>{box}</dsp:txXfrm></dsp:sp>"
    )
    group = f"<dsp:grpSp><dsp:grpSpPr><a:xfrm>{box}</a:xfrm></dsp:grpSpPr>{shape}</dsp:grpSp>"
    root = etree.fromstring(
        f'<dsp:drawing xmlns:dsp="{dsp}" xmlns:a="{a}"><dsp:spTree>{shape}{group}</dsp:spTree></dsp:drawing>'
    )

    scaling.scale_tree(root, scaling.Scaling(0.5, dx=70, dy=90))

    assert root.xpath("//@x") == ["500", "500", "500", "1000", "1000"]  # inside a group: the group carries it
    assert root.xpath("//@cy") == ["1500", "1500", "1500", "3000", "3000"]
    assert root.xpath("//@sz") == ["600", "600"]
    assert root.xpath("//@tIns") == ["22860", "22860"]


def test_the_markers_of_a_chart_are_scaled_within_what_the_format_allows() -> None:
    c = f"{OPEN}/drawingml/2006/chart"
    sizes = "".join(f'<c:marker><c:size val="{size}"/></c:marker>' for size in (3, 10, 60))
    chart = etree.fromstring(f'<c:chartSpace xmlns:c="{c}"><c:chart>{sizes}</c:chart></c:chartSpace>')

    charts2007.scale_text(chart, 0.5)
    halves = chart.xpath("//@val")
    charts2007.scale_text(chart, 4)

    assert halves == ["2", "5", "30"]
    assert chart.xpath("//@val") == ["8", "20", "72"]


def test_a_slide_of_another_size_is_scaled_and_centred() -> None:
    deck = opened(a_deck(["甲"], size=NARROW))
    box = deck.slides[0].shapes.add_textbox(Inches(1), Inches(1), Inches(2), Inches(1))
    box.text_frame.text = "大"
    box.text_frame.paragraphs[0].runs[0].font.size = Pt(20)
    source = Source(saved(deck))
    half = (18_288_000, 6_858_000 * 2)
    shape = opened(composed(Pick(source, 1), size=half)).slides[0].shapes[-1]
    assert (shape.left, shape.width) == (Inches(2), Inches(4))
    assert shape.text_frame.paragraphs[0].runs[0].font.size == Pt(40)
    beside = opened(composed(Pick(source, 1), size=(12_192_000, 6_858_000))).slides[0].shapes[-1]
    assert beside.left == Inches(1) + (12_192_000 - 9_144_000) // 2


def test_as_is_leaves_places_alone() -> None:
    source = Source(a_deck(["甲"], size=NARROW, textbox="字"))
    shape = opened(composed(Pick(source, 1), size=(18_288_000, 13_716_000), fit="as_is")).slides[0].shapes[-1]
    assert shape.left == Inches(1)


def test_a_slide_without_layout_gets_one() -> None:
    def change(package: object) -> None:
        package.set_rels(SLIDE, [rel for rel in package.rels(SLIDE) if rel.kind != "slideLayout"])

    result = compose([Pick(Source(rebuilt(a_deck(["甲"]), change)), 1)])
    assert opened(result.data).slides[0].slide_layout.name
    assert any("版式" in warning for warning in result.warnings)


def test_nothing_to_compose_and_slides_that_do_not_exist_are_refused() -> None:
    source = Source(a_deck(["甲"]))
    with pytest.raises(HubError, match="至少选一页"):
        compose([])
    with pytest.raises(HubError, match="没有第 2 页"):
        compose([Pick(source, 2)])


def test_two_shapes_of_one_number_get_two_numbers_and_it_is_told() -> None:
    deck = opened(a_deck(["甲"], textbox="一"))
    box = deck.slides[0].shapes.add_textbox(Inches(1), Inches(1), Inches(1), Inches(1))
    box._element.nvSpPr.cNvPr.set("id", str(deck.slides[0].shapes[1].shape_id))
    result = compose([Pick(Source(saved(deck)), 1)])
    numbers = [shape.shape_id for shape in opened(result.data).slides[0].shapes]
    assert len(set(numbers)) == 3
    assert numbers[1] == deck.slides[0].shapes[1].shape_id
    assert any("重复" in warning for warning in result.warnings)


def test_a_number_that_an_animation_names_is_left_alone() -> None:
    tree = etree.fromstring(
        '<p:sld xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><p:cNvPr id="2"/>'
        '<p:cNvPr id="2"/><p:cNvPr id="3"/><p:cNvPr id="3"/><p:timing><p:spTgt spid="3"/></p:timing></p:sld>'
    )
    assert mending.renumber(tree)
    assert [each.get("id") for each in tree if each.tag.endswith("cNvPr")] == ["2", "4", "3", "3"]


LIBRARY = [
    Source(a_deck(["甲一", "甲二", "甲三"], picture="red", notes="记")),
    Source(a_deck(["乙一", "乙二"], chart=True, logo="blue")),
    Source(a_deck(["丙一", "丙二"], table=True, textbox="字", size=NARROW)),
    jumping(),
]
PICKS = st.sampled_from(LIBRARY).flatmap(
    lambda source: st.builds(
        Pick,
        st.just(source),
        st.integers(1, len(source.slides)),
        st.none() | st.builds(Provenance, st.just("甲/乙|丙"), st.just("3"), st.integers(1, 9)),
    )
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PICKS, min_size=1, max_size=7))
def test_any_picks_compose_into_a_deck_with_these_slides_in_this_order(picks: list[Pick]) -> None:
    data = compose(picks).data
    expected = [read(pick.source).slides[pick.slide - 1] for pick in picks]
    assert titles_of(data) == [slide.title for slide in expected]
    made = read(data)
    assert [slide.text for slide in made.slides] == [slide.text for slide in expected]
    assert [slide.media for slide in made.slides] == [slide.media for slide in expected]
    assert [slide.provenance for slide in made.slides] == [pick.provenance for pick in picks]
    package = read_package(data)
    kinds = Counter(rel.kind for name in package.names() for rel in package.rels(name) if rel.missing)
    assert not kinds
    assert _reached(package) == set(package.names())


def _reached(package: object) -> set[str]:
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        for rel in package.rels(waiting.pop()):
            if rel.part and rel.part not in seen:
                seen.add(rel.part)
                waiting.append(rel.part)
    return seen


def test_the_first_slide_of_a_longer_deck_stands_alone_with_what_is_its_own() -> None:
    alone = first_slide(
        a_deck([f"第 {number} 页" for number in range(1, 8)], picture="red", notes="说给自己听")
    )

    assert alone is not None
    assert [slide.title for slide in read(alone).slides] == ["第 1 页"]
    assert check(alone) == []


def test_a_short_deck_is_opened_as_it_is() -> None:
    assert first_slide(a_deck(["一", "二"])) is None
