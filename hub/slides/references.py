"""Takes out of a part's XML what refers to relationships that were not kept, so that nothing dangles."""

from collections.abc import Collection

from lxml import etree

from hub.slides import names

_R = f"{{{names.R}}}"
_P = f"{{{names.P}}}"

# What goes with a reference: the element itself, an element around it, or (all others) only the attribute.
_REMOVED = {
    *("hlinkClick", "hlinkHover", "hlinkMouseOver", "snd", "stSnd"),
    *("tags", "custData", "externalData", "userShapes", "contentPart", "legacyDrawing"),
    *("audioFile", "videoFile", "wavAudioFile", "quickTimeFile"),
}
_REMOVED_AROUND = {"media": "ext", "chart": "graphicFrame", "relIds": "graphicFrame", "svgBlip": "ext"}
_EMPTY_LISTS = {"custDataLst", "extLst", "sndAc"}


def referring(root: etree._Element) -> list[tuple[etree._Element, str, str]]:
    """Every (element, attribute, relationship id) of a tree."""
    return [
        (element, str(name), str(value))
        for element in root.iter(etree.Element)
        for name, value in element.attrib.items()
        if str(name).startswith(_R) and value
    ]


def drop(root: etree._Element, ids: Collection[str]) -> bool:
    """Remove what refers to these relationship ids; whether anything did."""
    found = [(element, name) for element, name, value in referring(root) if value in ids]
    for element, name in found:
        _drop_one(element, name)
    return bool(found)


def _drop_one(element: etree._Element, attribute: str) -> None:
    tag = etree.QName(element).localname
    around = _around(element, _REMOVED_AROUND[tag]) if tag in _REMOVED_AROUND else None
    if around is not None:
        _remove(around)
    elif tag in _REMOVED:
        _remove(element)
    else:
        del element.attrib[attribute]


def _around(element: etree._Element, tag: str) -> etree._Element | None:
    return next((each for each in element.iterancestors() if etree.QName(each).localname == tag), None)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if element.tail and element.tail.strip():
        previous = element.getprevious()
        if previous is None:
            parent.text = (parent.text or "") + element.tail
        else:
            previous.tail = (previous.tail or "") + element.tail
    parent.remove(element)
    if len(parent) == 0 and etree.QName(parent).localname in _EMPTY_LISTS:
        _remove(parent)
