"""The order in which the format wants child elements; PowerPoint repairs a file that breaks it."""

from lxml import etree

from hub.slides import names

_P = f"{{{names.P}}}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

PRESENTATION = (
    "sldMasterIdLst", "notesMasterIdLst", "handoutMasterIdLst", "sldIdLst", "sldSz", "notesSz", "smartTags",
    "embeddedFontLst", "custShowLst", "photoAlbum", "custDataLst", "kinsoku", "defaultTextStyle",
    "modifyVerifier", "extLst",
)  # fmt: skip
SLIDE = ("cSld", "clrMapOvr", "transition", "timing", "extLst")
COMMON_SLIDE = ("bg", "spTree", "custDataLst", "controls", "extLst")
SHAPE = ("nvSpPr", "spPr", "style", "txBody", "extLst")


def out_of_order(parent: etree._Element, order: tuple[str, ...]) -> str | None:
    """The first child that comes too late, by its name; None when all stand in order."""
    places = {_P + name: place for place, name in enumerate(order)}
    last = -1
    for child in parent:
        tag = _tag(child)
        if tag not in places:
            continue
        if places[tag] < last:
            return str(etree.QName(tag).localname)
        last = places[tag]
    return None


def _tag(child: etree._Element) -> str:
    """The child's name; where choices are offered, that of the first choice's content."""
    if not isinstance(child.tag, str):
        return ""
    if child.tag == f"{_MC}AlternateContent":
        chosen = child.find(f"{_MC}Choice/*")
        return str(chosen.tag) if chosen is not None else ""
    return child.tag
