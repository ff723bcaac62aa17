"""The smallest deck that makes LibreOffice load all that a deck needs: one slide with a line in Chinese and in English.

A LibreOffice that has just come up reads its fonts and filters with the first deck it is given, which takes it longer
than to draw that deck. Given this one beforehand, it draws a person's deck as one that has drawn many.
"""

from functools import cache

from hub.slides import names
from hub.slides.package import Package, Rel

_SPACES = f'xmlns:a="{names.A}" xmlns:r="{names.R}" xmlns:p="{names.P}"'
_SIZE = 'cx="12192000" cy="6858000"'
_TREE = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
_FONT = '<a:latin typeface="{0}"/><a:ea typeface="{1}"/><a:cs typeface=""/>'
_COLOURS = "".join(
    f'<a:{name}><a:srgbClr val="{value}"/></a:{name}>'
    for name, value in (
        *(("dk1", "000000"), ("lt1", "FFFFFF"), ("dk2", "44546A"), ("lt2", "E7E6E6")),
        *((f"accent{number}", "4472C4") for number in range(1, 7)),
        *(("hlink", "0563C1"), ("folHlink", "954F72")),
    )
)
_FILL = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
_LINE = f'<a:ln w="6350">{_FILL}</a:ln>'
_EFFECT = "<a:effectStyle><a:effectLst/></a:effectStyle>"
_THEME = (
    f'<a:theme xmlns:a="{names.A}" name="t"><a:themeElements><a:clrScheme name="t">{_COLOURS}</a:clrScheme>'
    f'<a:fontScheme name="t"><a:majorFont>{_FONT.format("Arial", "微软雅黑")}</a:majorFont>'
    f"<a:minorFont>{_FONT.format('Arial', '微软雅黑')}</a:minorFont></a:fontScheme>"
    f'<a:fmtScheme name="t"><a:fillStyleLst>{_FILL * 3}</a:fillStyleLst>'
    f"<a:lnStyleLst>{_LINE * 3}</a:lnStyleLst><a:effectStyleLst>{_EFFECT * 3}</a:effectStyleLst>"
    f"<a:bgFillStyleLst>{_FILL * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
)
_TEXT = (
    '<p:sp><p:nvSpPr><p:cNvPr id="2" name="t"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="9144000" cy="914400"/></a:xfrm><a:prstGeom prst="roundRect"><a:avLst/></a:prstGeom>'
    '<a:gradFill><a:gsLst><a:gs pos="0"><a:schemeClr val="accent1"/></a:gs><a:gs pos="100000">'
    '<a:schemeClr val="lt1"/></a:gs></a:gsLst><a:lin ang="0"/></a:gradFill></p:spPr><p:txBody><a:bodyPr/>'
    '<a:p><a:r><a:rPr lang="zh-CN" b="1"/><a:t>今天的第一份演示文稿。Good morning.</a:t></a:r></a:p>'
    "</p:txBody></p:sp>"
)
_MAP = (
    'bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" accent3="accent3" '
    'accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"'
)
_PML = "application/vnd.openxmlformats-officedocument.presentationml"
_MAIN, _SLIDE = "/ppt/presentation.xml", "/ppt/slides/slide1.xml"
_LAYOUT, _MASTER = "/ppt/slideLayouts/slideLayout1.xml", "/ppt/slideMasters/slideMaster1.xml"
_THEME_PART = "/ppt/theme/theme1.xml"


@cache
def deck() -> bytes:
    """It as PPTX."""
    package = Package()
    presentation = (
        f'<p:presentation {_SPACES}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
        f'<p:sldIdLst><p:sldId id="256" r:id="rId2"/></p:sldIdLst><p:sldSz {_SIZE}/><p:notesSz {_SIZE}/>'
        "</p:presentation>"
    )
    master = (
        f"<p:sldMaster {_SPACES}>{_shapes()}<p:clrMap {_MAP}/>"
        '<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>'
    )
    _put(package, _MAIN, presentation, names.PRESENTATION, [("slideMaster", _MASTER), ("slide", _SLIDE)])
    _put(
        package, _SLIDE, f"<p:sld {_SPACES}>{_shapes(_TEXT)}</p:sld>", names.SLIDE, [("slideLayout", _LAYOUT)]
    )
    layout = f'<p:sldLayout {_SPACES} type="blank">{_shapes()}</p:sldLayout>'
    _put(package, _LAYOUT, layout, f"{_PML}.slideLayout+xml", [("slideMaster", _MASTER)])
    _put(package, _MASTER, master, names.MASTER, [("slideLayout", _LAYOUT), ("theme", _THEME_PART)])
    _put(package, _THEME_PART, _THEME, "application/vnd.openxmlformats-officedocument.theme+xml", [])
    package.set_rels("/", [Rel("rId1", f"{names.R}/officeDocument", "", part=_MAIN)])
    return package.write()


def _shapes(more: str = "") -> str:
    return f"<p:cSld><p:spTree>{_TREE}{more}</p:spTree></p:cSld>"


def _put(package: Package, part: str, xml: str, content_type: str, below: list[tuple[str, str]]) -> None:
    package.put(part, xml.encode(), content_type)
    rels = [Rel(f"rId{at}", f"{names.R}/{kind}", "", part=to) for at, (kind, to) in enumerate(below, start=1)]
    package.set_rels(part, rels)
