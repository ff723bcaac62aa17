import re

from hub.slides import Pick, Rel, Source, compose, read_package
from tests.slides.samples import a_deck, altered, opened, part_names, rebuilt, replaced, saved, xml_of

SLIDE = "/ppt/slides/slide1.xml"


def composed(*picks: Pick) -> bytes:
    return compose(picks).data


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
    comments = sorted(part_names(data, r"ppt/comments/.*\.xml"))
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
