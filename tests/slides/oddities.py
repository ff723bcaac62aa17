"""Slides with what python-pptx cannot write: parts of every kind hung on a slide by hand, and the XML for it."""

from collections.abc import Callable
from dataclasses import dataclass

from hub.slides import Package, Rel, names
from tests.slides.samples import a_picture

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MS = "http://schemas.microsoft.com/office"
SLIDE = "/ppt/slides/slide1.xml"
PNG = a_picture("green").getvalue()
_XMLNS = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main" '
    'xmlns:p15="http://schemas.microsoft.com/office/powerpoint/2012/main"'
)
_PLACE = '<p:xfrm><a:off x="9" y="9"/><a:ext cx="900" cy="900"/></p:xfrm>'
_BOX = '<p:spPr><a:xfrm><a:off x="9" y="9"/><a:ext cx="900" cy="900"/></a:xfrm><a:prstGeom prst="rect"/></p:spPr>'


@dataclass
class Hand:
    """Writes into one package; `slide` is the part that gets what is made."""

    package: Package
    slide: str = SLIDE

    def hang(
        self, kind: str, part: str, data: bytes | str, content_type: str, *, on: str = "", rel_id: str = ""
    ) -> str:
        """A new part and the relationship to it (`kind` with a slash is the whole type); the id."""
        self.package.put(part, data.encode() if isinstance(data, str) else data, content_type)
        return self.point(kind, part, on=on, rel_id=rel_id)

    def point(self, kind: str, part: str, *, on: str = "", rel_id: str = "") -> str:
        source = on or self.slide
        rels = self.package.rels(source)
        rel_id = rel_id or f"odd{len(rels)}"
        self.package.set_rels(source, [*rels, Rel(rel_id, _type(kind), "", part=part)])
        return rel_id

    def outside(self, kind: str, target: str, *, on: str = "") -> str:
        source = on or self.slide
        rels = self.package.rels(source)
        rel = Rel(f"odd{len(rels)}", _type(kind), target, external=True)
        self.package.set_rels(source, [*rels, rel])
        return rel.id

    def shape(self, xml: str) -> None:
        """Put a shape at the end of the slide's tree."""
        self._insert("</p:spTree>", xml, before=True)

    def after_tree(self, xml: str) -> None:
        """What the slide says of itself behind its shapes."""
        self._insert("</p:spTree>", xml, before=False)

    def after_slide(self, xml: str) -> None:
        """What follows the slide's own tree: transition, timing."""
        self._insert("</p:clrMapOvr>", xml, before=False)

    def _insert(self, tag: str, xml: str, *, before: bool) -> None:
        data = self.package.data(self.slide).decode()
        assert tag in data
        new = xml + tag if before else tag + xml
        declared = data if "xmlns:mc=" in data else data.replace("<p:sld ", f"<p:sld {_XMLNS} ", 1)
        self.package.put(self.slide, declared.replace(tag, new, 1).encode(), names.SLIDE)


def _type(kind: str) -> str:
    return kind if "/" in kind else f"{OFFICE}/{kind}"


def _frame(number: int, uri: str, inside: str) -> str:
    return (
        f'<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="{number}" name="x"/><p:cNvGraphicFramePr/><p:nvPr/>'
        f'</p:nvGraphicFramePr>{_PLACE}<a:graphic><a:graphicData uri="{uri}">{inside}</a:graphicData></a:graphic>'
        "</p:graphicFrame>"
    )


def _picture(number: int, rel_id: str, *, in_blip: str = "", in_nv: str = "", on_click: str = "") -> str:
    return (
        f'<p:pic><p:nvPicPr><p:cNvPr id="{number}" name="x">{on_click}</p:cNvPr><p:cNvPicPr/><p:nvPr>{in_nv}</p:nvPr>'
        f'</p:nvPicPr><p:blipFill><a:blip r:embed="{rel_id}">{in_blip}</a:blip><a:stretch><a:fillRect/></a:stretch>'
        f"</p:blipFill>{_BOX}</p:pic>"
    )


def _choice(requires: str, choice: str, fallback: str) -> str:
    return (
        f'<mc:AlternateContent><mc:Choice Requires="{requires}">{choice}</mc:Choice>'
        f"<mc:Fallback>{fallback}</mc:Fallback></mc:AlternateContent>"
    )


def smart_art(hand: Hand) -> None:
    dgm, pml = names.DGM, "application/vnd.openxmlformats-officedocument.drawingml.diagram"
    roots = {"Data": "dataModel", "Layout": "layoutDef", "QuickStyle": "styleDef", "Colors": "colorsDef"}
    kinds = {"QuickStyle": "Style"}
    ids = [
        hand.hang(
            f"diagram{which}",
            f"/ppt/diagrams/{which.lower()}1.xml",
            f'<dgm:{root} xmlns:dgm="{dgm}"/>',
            f"{pml}{kinds.get(which, which)}+xml",
        )
        for which, root in roots.items()
    ]
    hand.hang(
        f"{MS}/2007/relationships/diagramDrawing",
        "/ppt/diagrams/drawing1.xml",
        '<dsp:drawing xmlns:dsp="http://schemas.microsoft.com/office/drawing/2008/diagram"/>',
        "application/vnd.ms-office.drawingml.diagramDrawing+xml",
    )
    hand.hang("image", "/ppt/media/inside.png", PNG, "image/png", on="/ppt/diagrams/data1.xml")
    named = " ".join(f'r:{key}="{each}"' for key, each in zip(("dm", "lo", "qs", "cs"), ids, strict=True))
    hand.shape(_frame(61, dgm, f'<dgm:relIds xmlns:dgm="{dgm}" {named}/>'))


def ink(hand: Hand) -> None:
    ink_id = hand.hang("customXml", "/ppt/ink/ink1.xml", "<ink/>", "application/inkml+xml")
    picture = hand.hang("image", "/ppt/media/ink.png", PNG, "image/png")
    part = f'<p:contentPart p14:bwMode="auto" r:id="{ink_id}"/>'
    hand.shape(_choice("p14", part, _picture(62, picture)))


def model_3d(hand: Hand) -> None:
    model = hand.hang(
        f"{MS}/2017/06/relationships/model3d", "/ppt/media/model3d1.glb", b"glTF", "model/gltf.binary"
    )
    picture = hand.hang("image", "/ppt/media/model.png", PNG, "image/png")
    uri = "http://schemas.microsoft.com/office/drawing/2017/model3d"
    raster = f'<am3d:raster><am3d:blip r:embed="{picture}"/></am3d:raster>'
    inside = f'<am3d:model3d xmlns:am3d="{uri}" r:embed="{model}">{raster}</am3d:model3d>'
    hand.shape(_choice("p14", _frame(63, uri, inside), _picture(63, picture)))


def svg(hand: Hand) -> None:
    picture = hand.hang("image", "/ppt/media/drawn.png", PNG, "image/png")
    drawn = hand.hang("image", "/ppt/media/drawn.svg", "<svg/>", "image/svg+xml")
    blip = f'<asvg:svgBlip xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="{drawn}"/>'
    ext = f'<a:extLst><a:ext uri="{{96DAC541-7B7A-43D3-8B79-37D633B846F1}}">{blip}</a:ext></a:extLst>'
    hand.shape(_picture(64, picture, in_blip=ext))


def film(hand: Hand) -> None:
    picture = hand.hang("image", "/ppt/media/film.png", PNG, "image/png")
    linked = hand.hang("video", "/ppt/media/film.mp4", b"film", "video/mp4")
    embedded = hand.point(f"{MS}/2007/relationships/media", "/ppt/media/film.mp4")
    ext = f'<p:ext uri="{{DAA4B4D4-6D71-4841-9C94-3DE7FCFB9230}}"><p14:media r:embed="{embedded}"/></p:ext>'
    inside = f'<a:videoFile r:link="{linked}"/><p:extLst>{ext}</p:extLst>'
    hand.shape(_picture(65, picture, in_nv=inside))


def film_outside(hand: Hand) -> None:
    picture = hand.hang("image", "/ppt/media/far.png", PNG, "image/png")
    linked = hand.outside("video", "https://video.example/1?a=b&c=d")
    hand.shape(_picture(66, picture, in_nv=f'<a:videoFile r:link="{linked}"/>'))


def old_object(hand: Hand) -> None:
    """An embedded object with its drawing in VML, which has a picture of its own."""
    vml = (
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office">'
        '<v:shape id="_x0000_s1026"><v:imagedata o:relid="rId1"/></v:shape></xml>'
    )
    hand.hang("vmlDrawing", "/ppt/drawings/vmlDrawing1.vml", vml, names.DEFAULT_TYPES["vml"])
    hand.hang(
        "image", "/ppt/media/old.png", PNG, "image/png", on="/ppt/drawings/vmlDrawing1.vml", rel_id="rId1"
    )
    held = hand.hang("oleObject", "/ppt/embeddings/oleObject1.bin", b"ole", names.DEFAULT_TYPES["bin"])
    picture = hand.point("image", "/ppt/media/old.png")
    uri = "http://schemas.openxmlformats.org/presentationml/2006/ole"
    said = f'name="x" r:id="{held}" imgW="9" imgH="9" progId="Word.Document.12"'
    old = f'<p:oleObj spid="_x0000_s1026" {said}><p:embed/></p:oleObj>'
    new = f"<p:oleObj {said}><p:embed/>{_picture(67, picture)}</p:oleObj>"
    hand.shape(_frame(68, uri, _choice("p14", old, new)))


def sounds(hand: Hand) -> None:
    sound = hand.hang("audio", "/ppt/media/ding.wav", b"RIFF", "audio/x-wav")
    picture = hand.hang("image", "/ppt/media/ding.png", PNG, "image/png")
    ding = f'r:embed="{sound}" name="ding.wav"'
    click = f'<a:hlinkClick r:id="" action="ppaction://noaction"><a:snd {ding}/></a:hlinkClick>'
    hand.shape(_picture(69, picture, on_click=click))
    stop = f"<p:sndAc><p:stSnd><p:snd {ding}/></p:stSnd></p:sndAc>"
    uri = f"{MS}/powerpoint/2015/09/main"
    morph = f'<p:transition spd="slow"><p159:morph xmlns:p159="{uri}" option="byObject"/>'
    hand.after_slide(
        _choice("p14", f"{morph}{stop}</p:transition>", f"<p:transition><p:fade/>{stop}</p:transition>")
    )


def tags_and_data(hand: Hand) -> None:
    tags = hand.hang(
        "tags",
        "/ppt/tags/tag7.xml",
        f'<p:tagLst xmlns:p="{names.P}"/>',
        "application/vnd.openxmlformats-officedocument.presentationml.tags+xml",
    )
    data = hand.hang("customXml", "/customXml/item1.xml", "<own/>", "application/xml")
    hand.hang(
        *("customXmlProps", "/customXml/itemProps1.xml", "<props/>"),
        *("application/vnd.openxmlformats-officedocument.customXmlProperties+xml",),
        on="/customXml/item1.xml",
    )
    listed = f'<p:custDataLst><p:custData r:id="{data}"/><p:tags r:id="{tags}"/></p:custDataLst>'
    hand.after_tree(listed)


def theme_override(hand: Hand) -> None:
    hand.hang(
        *("themeOverride", "/ppt/theme/themeOverride1.xml", f'<a:themeOverride xmlns:a="{names.A}"/>'),
        "application/vnd.openxmlformats-officedocument.themeOverride+xml",
    )


def chart_with_all(hand: Hand) -> None:
    """A chart whose workbook lies outside, with shapes of its user and the parts of its colours and style."""
    chart, vnd = "/ppt/charts/chart7.xml", "application/vnd.openxmlformats-officedocument"
    xml = f'<c:chartSpace xmlns:c="{names.C}" xmlns:r="{names.R}"><c:chart><c:plotArea/></c:chart>'
    xml += '<c:externalData r:id="odd0"/><c:userShapes r:id="odd1"/></c:chartSpace>'
    held = hand.hang("chart", chart, xml, f"{vnd}.drawingml.chart+xml")
    hand.outside("oleObject", "file:///C:\\价格 表.xlsx", on=chart)
    hand.hang(
        "chartUserShapes",
        "/ppt/drawings/drawing7.xml",
        f'<c:userShapes xmlns:c="{names.C}"/>',
        f"{vnd}.drawingml.chartshapes+xml",
        on=chart,
    )
    hand.hang("image", "/ppt/media/user.png", PNG, "image/png", on="/ppt/drawings/drawing7.xml")
    for word in ("Style", "ColorStyle"):
        part = f"/ppt/charts/{word.lower()}7.xml"
        kind = f"{MS}/2011/relationships/chart{word}"
        hand.hang(kind, part, f"<{word}/>", f"application/vnd.ms-office.chart{word.lower()}+xml", on=chart)
    hand.shape(_frame(70, names.C, f'<c:chart xmlns:c="{names.C}" r:id="{held}"/>'))


def new_chart(hand: Hand) -> None:
    uri = f"{MS}/drawing/2014/chartex"
    outside = '<cx:chartData><cx:externalData r:id="odd0"/></cx:chartData>'
    xml = f'<cx:chartSpace xmlns:cx="{uri}" xmlns:r="{names.R}">{outside}</cx:chartSpace>'
    held = hand.hang(
        f"{MS}/2014/relationships/chartEx",
        "/ppt/charts/chartEx1.xml",
        xml,
        "application/vnd.ms-office.chartex+xml",
    )
    hand.hang(
        "package",
        "/ppt/embeddings/数据 表.xlsx",
        b"PK",
        names.DEFAULT_TYPES["xlsx"],
        on="/ppt/charts/chartEx1.xml",
    )
    picture = hand.hang("image", "/ppt/media/chartex.png", PNG, "image/png")
    frame = _frame(71, uri, f'<cx:chart xmlns:cx="{uri}" r:id="{held}"/>')
    hand.shape(_choice("p14", frame, _picture(71, picture)))


def notes_with_links(hand: Hand) -> None:
    notes = hand.package.of_kind(hand.slide, "notesSlide")[0]
    link = hand.outside("hyperlink", "https://a.example/?q=1&amp;r=2", on=notes)
    picture = hand.hang("image", "/ppt/media/note.png", PNG, "image/png", on=notes)
    picture = _picture(99, picture, on_click=f'<a:hlinkClick r:id="{link}"/>')
    xml = hand.package.data(notes).decode().replace("</p:spTree>", f"{picture}</p:spTree>")
    hand.package.put(notes, xml.encode(), names.NOTES)


def zoom(hand: Hand) -> None:
    """A picture of another slide that leads there, by relationship and by the slide's number."""
    jump = hand.point("slide", "/ppt/slides/slide2.xml")
    picture = hand.hang("image", "/ppt/media/zoom.png", PNG, "image/png")
    uri = f"{MS}/powerpoint/2016/slidezoom"
    p166 = f"{MS}/powerpoint/2016/6/main"
    inside = (
        f'<pslz:sldZm xmlns:pslz="{uri}"><pslz:sldZmObj sldId="257" cId="1"><pslz:zmPr id="{{1}}">'
        f'<p166:blipFill xmlns:p166="{p166}"><a:blip r:embed="{picture}"/></p166:blipFill>'
        "</pslz:zmPr></pslz:sldZmObj></pslz:sldZm>"
    )
    click = f'<a:hlinkClick r:id="{jump}" action="ppaction://hlinksldjump"/>'
    hand.shape(_choice("p14", _frame(72, uri, inside), _picture(72, picture, on_click=click)))


def zoom_of_sections(hand: Hand, kind: str) -> None:
    """A zoom of a section, or a summary zoom of two: named by what the presentation calls its sections."""
    picture = hand.hang("image", "/ppt/media/zoom.png", PNG, "image/png")
    uri = f"{MS}/powerpoint/2016/{kind}zoom"
    blip = f'<p166:blipFill xmlns:p166="{MS}/powerpoint/2016/6/main"><a:blip r:embed="{picture}"/></p166:blipFill>'
    each = "".join(
        f'<z:{kind}ZmObj sectionId="{{{n}1111111-2222-3333-4444-555555555555}}"><z:zmPr id="{{{n}}}">{blip}</z:zmPr>'
        f"</z:{kind}ZmObj>"
        for n in range(2 if kind == "summary" else 1)
    )
    frame = _frame(73, uri, f'<z:{kind}Zm xmlns:z="{uri}">{each}</z:{kind}Zm>')
    hand.shape(_choice("p14", frame, _picture(73, picture)))


def action_buttons(hand: Hand) -> None:
    """Buttons that go on, end the show, open a program and a file, and one that answers to being pointed at."""
    sound = hand.hang("audio", "/ppt/media/click.wav", b"RIFF", "audio/x-wav")
    program = hand.outside("hyperlink", "file:///C:\\演示\\算账.exe")
    document = hand.outside("hyperlink", "报价.xlsx")
    jump = "ppaction://hlinkshowjump?jump="
    links = (
        f'<a:hlinkClick r:id="" action="{jump}nextslide"><a:snd r:embed="{sound}" name="x"/></a:hlinkClick>',
        f'<a:hlinkClick r:id="" action="{jump}endshow" highlightClick="1"/>',
        f'<a:hlinkClick r:id="{program}" action="ppaction://program"/>',
        f'<a:hlinkClick r:id="{document}" action="ppaction://hlinkfile"/>',
        f'<a:hlinkHover r:id="" action="{jump}previousslide"/>',
    )
    for number, link in enumerate(links, start=80):
        box = _BOX.replace('prst="rect"', 'prst="actionButtonForwardNext"')
        hand.shape(
            f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="x">{link}</p:cNvPr><p:cNvSpPr/><p:nvPr/></p:nvSpPr>'
            f"{box}</p:sp>"
        )


ODDITIES: list[Callable[[Hand], None]] = [
    *(smart_art, ink, model_3d, svg, film, film_outside, old_object, sounds, tags_and_data, theme_override),
    *(chart_with_all, new_chart, notes_with_links, zoom, action_buttons),
]
