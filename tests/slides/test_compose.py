import io
import re
import zipfile
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook
from pptx.util import Inches, Pt

from hub.base.errors import HubError
from hub.slides import Pick, Provenance, Rel, Source, compose, mending, read, read_package
from tests.slides.samples import a_deck, altered, opened, rebuilt, replaced, saved, titles_of

SLIDE = "/ppt/slides/slide1.xml"
NARROW = (9_144_000, 6_858_000)


def all_of(source: Source) -> list[Pick]:
    return [Pick(source, number) for number in range(1, len(source.slides) + 1)]


def composed(*picks: Pick, **how: object) -> bytes:
    return compose(picks, **how).data


def parts(data: bytes, pattern: str) -> list[str]:
    return [name for name in zipfile.ZipFile(io.BytesIO(data)).namelist() if re.fullmatch(pattern, name)]


def xml_of(data: bytes, part: str) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(part).decode()


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
    assert len(parts(data, r"ppt/media/.*")) == 1


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
    assert len(parts(data, r"ppt/notesMasters/[^/]*\.xml")) == 1


def test_a_chart_is_never_shared_and_its_workbook_opens() -> None:
    source = Source(a_deck(["甲"], chart=True))
    data = composed(Pick(source, 1), Pick(source, 1))
    assert len(parts(data, r"ppt/charts/chart\d+\.xml")) == 2
    for slide in opened(data).slides:
        chart = next(shape.chart for shape in slide.shapes if shape.has_chart)
        book = load_workbook(io.BytesIO(chart.part.chart_workbook.xlsx_part.blob))
        assert book.active["B1"].value == "回款"


def test_ids_of_masters_layouts_and_slides_are_unique_and_in_their_ranges() -> None:
    sources = [Source(a_deck(["甲"], logo="red")), Source(a_deck(["乙"], logo="blue"))]
    data = composed(*(Pick(source, 1) for source in sources))
    main = xml_of(data, "ppt/presentation.xml")
    masters = re.findall(r'<p:sldMasterId id="(\d+)"', main)
    lists = parts(data, r"ppt/slideMasters/[^/]*\.xml")
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
    assert not parts(result.data, r".*vba.*")
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


STYLES = (
    '<a:tblStyleLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" def="{X}">'
    '<a:tblStyle styleId="{11111111-2222-3333-4444-555555555555}" styleName="%s"/></a:tblStyleLst>'
)


def with_table_style(title: str, name: str) -> Source:
    def change(package: object) -> None:
        kind = "application/vnd.openxmlformats-officedocument.presentationml.tableStyles+xml"
        package.put("/ppt/tableStyles.xml", (STYLES % name).encode(), kind)
        rels = [rel for rel in package.rels(package.main) if rel.kind != "tableStyles"]
        package.set_rels(
            package.main, [*rels, Rel("rId98", "x/tableStyles", "", part="/ppt/tableStyles.xml")]
        )

    data = rebuilt(a_deck([title], table=True), change)
    old = re.search(r"<a:tableStyleId>.*?</a:tableStyleId>", xml_of(data, "ppt/slides/slide1.xml")).group()
    new = "<a:tableStyleId>{11111111-2222-3333-4444-555555555555}</a:tableStyleId>"
    return Source(replaced(data, "ppt/slides/slide1.xml", old, new))


def test_table_styles_of_one_id_that_differ_both_come_along() -> None:
    one, two = with_table_style("甲", "蓝"), with_table_style("乙", "绿")
    data = composed(Pick(one, 1), Pick(two, 1))
    listed = dict(re.findall(r'styleId="(.*?)" styleName="(.*?)"', xml_of(data, "ppt/tableStyles.xml")))
    used = [
        listed[re.search(r"<a:tableStyleId>(.*?)<", xml_of(data, f"ppt/slides/slide{number}.xml")).group(1)]
        for number in (1, 2)
    ]
    assert used == ["蓝", "绿"]


COMMENTS = (
    '<p:cmLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"><p:cm authorId="%s" '
    'dt="2026-11-01T10:00:00" idx="1"><p:pos x="1" y="1"/><p:text>改一下</p:text></p:cm></p:cmLst>'
)
AUTHORS = (
    '<p:cmAuthorLst xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main">'
    '<p:cmAuthor id="0" name="%s" initials="x" lastIdx="1" clrIdx="0"/></p:cmAuthorLst>'
)


def commented(title: str, author: str) -> Source:
    def change(package: object) -> None:
        base = "application/vnd.openxmlformats-officedocument.presentationml"
        package.put("/ppt/comments/comment1.xml", (COMMENTS % 0).encode(), f"{base}.comments+xml")
        package.put("/ppt/commentAuthors.xml", (AUTHORS % author).encode(), f"{base}.commentAuthors+xml")
        package.set_rels(
            SLIDE, [*package.rels(SLIDE), Rel("rId97", "x/comments", "", part="/ppt/comments/comment1.xml")]
        )
        rels = package.rels(package.main)
        package.set_rels(
            package.main, [*rels, Rel("rId97", "x/commentAuthors", "", part="/ppt/commentAuthors.xml")]
        )

    return Source(rebuilt(a_deck([title]), change))


def test_comments_keep_their_authors() -> None:
    data = composed(Pick(commented("甲", "林晓"), 1), Pick(commented("乙", "周明"), 1))
    authors = dict(re.findall(r'id="(\d+)" name="(.*?)"', xml_of(data, "ppt/commentAuthors.xml")))
    comments = sorted(parts(data, r"ppt/comments/.*\.xml"))
    names = [authors[re.search(r'authorId="(\d+)"', xml_of(data, part)).group(1)] for part in comments]
    assert names == ["林晓", "周明"]


def sectioned(titles: list[str], name: str) -> Source:
    p14 = "http://schemas.microsoft.com/office/powerpoint/2010/main"
    listed = "".join(f'<p14:sldId id="{256 + at}"/>' for at in range(len(titles)))
    extension = (
        '<p:extLst><p:ext uri="{521415D9-36F7-43E2-AB2F-B90AF26B5E84}">'
        f'<p14:sectionLst xmlns:p14="{p14}"><p14:section name="{name}" id="{{A}}"><p14:sldIdLst>{listed}'
        "</p14:sldIdLst></p14:section></p14:sectionLst></p:ext></p:extLst></p:presentation>"
    )
    end = re.compile(rb"(<p:extLst>.*?</p:extLst>)?\s*</p:presentation>", re.DOTALL)
    data = altered(
        a_deck(titles), "ppt/presentation.xml", lambda content: end.sub(extension.encode(), content)
    )
    return Source(data)


def test_sections_come_along_with_their_slides() -> None:
    one, two = sectioned(["甲", "乙"], "开场"), Source(a_deck(["丙"]))
    main = xml_of(composed(Pick(one, 1), Pick(one, 2), Pick(two, 1)), "ppt/presentation.xml")
    sections = re.findall(r'<p14:section name="(.*?)".*?<p14:sldIdLst>(.*?)</p14:sldIdLst>', main, re.DOTALL)
    assert [(name, re.findall(r'id="(\d+)"', ids)) for name, ids in sections] == [
        ("开场", ["256", "257"]),
        ("默认节", ["258"]),
    ]


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


def old_chart_deck() -> Source:
    """A deck of PowerPoint 2007 whose chart leaves its switches unsaid."""

    def change(package: object) -> None:
        app = package.of_kind("/", "extended-properties")[0]
        old = package.data(app)
        version = re.sub(rb"<AppVersion>.*?<", b"<AppVersion>12.0000<", old)
        package.put(app, version, package.content_type(app))
        chart = package.of_kind(SLIDE, "chart")[0]
        unsaid = re.sub(
            rb"<c:(varyColors|autoTitleDeleted|delete|overlay|smooth)[^>]*/>", b"", package.data(chart)
        )
        package.put(chart, unsaid, package.content_type(chart))

    return Source(rebuilt(a_deck(["甲"], chart=True), change))


def new_deck() -> Source:
    def change(package: object) -> None:
        app = package.of_kind("/", "extended-properties")[0]
        version = re.sub(rb"<AppVersion>.*?<", b"<AppVersion>16.0000<", package.data(app))
        package.put(app, version, package.content_type(app))

    return Source(rebuilt(a_deck(["乙"]), change))


def test_a_chart_of_2007_says_everything_itself_among_newer_decks() -> None:
    data = composed(Pick(old_chart_deck(), 1), Pick(new_deck(), 1))
    chart = xml_of(data, "ppt/charts/chart1.xml")
    for switch in ("varyColors", "autoTitleDeleted", "delete"):
        assert f'<c:{switch} val="0"/>' in chart
    assert "<AppVersion>16" in xml_of(data, "docProps/app.xml")


def test_charts_of_2007_alone_stay_as_they_are_in_a_deck_of_2007() -> None:
    source = old_chart_deck()
    data = composed(Pick(source, 1))
    assert xml_of(data, "ppt/charts/chart1.xml").encode() == source.package.data(
        source.package.of_kind(SLIDE, "chart")[0]
    )
    assert "<AppVersion>12" in xml_of(data, "docProps/app.xml")


def with_font(title: str, face: str, content: bytes) -> Source:
    def change(package: object) -> None:
        package.put("/ppt/fonts/font1.fntdata", content, "application/x-fontdata")
        rels = package.rels(package.main)
        package.set_rels(package.main, [*rels, Rel("rId96", "x/font", "", part="/ppt/fonts/font1.fntdata")])
        entry = (
            f'<p:embeddedFontLst><p:embeddedFont><p:font typeface="{face}"/><p:regular r:id="rId96"/>'
            "</p:embeddedFont></p:embeddedFontLst><p:defaultTextStyle"
        )
        main = package.data(package.main).replace(b"<p:defaultTextStyle", entry.encode(), 1)
        package.put(package.main, main, package.content_type(package.main))

    return Source(rebuilt(a_deck([title]), change))


def test_embedded_fonts_come_along_once_a_typeface() -> None:
    decks = [
        with_font("甲", "思源黑体", b"one"),
        with_font("乙", "思源黑体", b"two"),
        with_font("丙", "楷体", b"three"),
    ]
    data = composed(*(Pick(deck, 1) for deck in decks))
    package = read_package(data)
    assert [package.data(part) for part in package.of_kind(package.main, "font")] == [b"one", b"three"]
    assert re.findall(r'typeface="(思源黑体|楷体)"', xml_of(data, "ppt/presentation.xml")) == [
        "思源黑体",
        "楷体",
    ]


def with_show(titles: list[str], name: str) -> Source:
    """A deck with a custom show of its last slide, and a shape on the first slide that starts it."""
    deck = opened(a_deck(titles, textbox="放映"))
    last = deck.slides._sldIdLst[-1].rId
    data = saved(deck)
    show = (
        f'<p:custShowLst><p:custShow name="{name}" id="0"><p:sldLst><p:sld r:id="{last}"/></p:sldLst>'
        "</p:custShow></p:custShowLst><p:defaultTextStyle"
    )
    data = replaced(data, "ppt/presentation.xml", "<p:defaultTextStyle", show)
    click = '<a:hlinkClick r:id="" action="ppaction://customshow?id=0&amp;return=true"/></p:cNvPr>'
    pattern = re.compile(rb'(<p:cNvPr id="\d+" name="TextBox[^>]*)/>')
    return Source(
        altered(
            data, "ppt/slides/slide1.xml", lambda xml: pattern.sub(rb"\1>" + click.encode(), xml, count=1)
        )
    )


def test_custom_shows_come_along_with_the_links_that_start_them() -> None:
    one, two = with_show(["甲", "乙"], "短版"), with_show(["丙", "丁"], "长版")
    data = composed(Pick(one, 1), Pick(one, 2), Pick(two, 1), Pick(two, 2))
    shows = dict(re.findall(r'<p:custShow name="(.*?)" id="(\d+)"', xml_of(data, "ppt/presentation.xml")))
    assert f"customshow?id={shows['短版']}&" in xml_of(data, "ppt/slides/slide1.xml")
    assert f"customshow?id={shows['长版']}&" in xml_of(data, "ppt/slides/slide3.xml")
    assert shows["短版"] != shows["长版"]


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
