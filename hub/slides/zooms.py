"""Zooms: pictures of slides or sections that lead there by number, which is another one in the new deck.

A zoom stands in an alternative whose fallback is a plain picture with a link. Where the slide it leads to did not come
along, and for zooms of whole sections, which are cut anew, the picture stays.
"""

from collections.abc import Callable

from lxml import etree

from hub.slides import names
from hub.slides.deck import Source
from hub.slides.edits import Edit

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_P, _R = f"{{{names.P}}}", f"{{{names.R}}}"
_SLIDE, _SECTIONS = "{*}sldZmObj", ("{*}sectionZmObj", "{*}summaryZmObj")
_SIGN = b"ZmObj"  # in the names of all three
_LETTER = _SIGN[:1]  # which few slides have, and which is found six times sooner


def aiming(source: Source, number_of: Callable[[str], int | None], told: Callable[[], None]) -> Edit:
    """The edit that gives zooms the new number of their slide; `number_of` says it of a slide part, None if the slide
    is not there. `told` is called when a zoom became a picture.
    """

    def change(tree: etree._Element) -> bool:
        parts = _parts_by_number(source)
        for zoom in list(tree.iter(_SLIDE, *_SECTIONS)):
            number = number_of(parts.get(zoom.get("sldId", ""), ""))
            if number is not None:
                zoom.set("sldId", str(number))
            elif _become_picture(zoom):
                told()
        return True

    return Edit(change, lambda data: _LETTER in data and _SIGN in data)


def _parts_by_number(source: Source) -> dict[str, str]:
    rels = {rel.id: rel.part for rel in reversed(source.package.rels(source.main)) if rel.part}
    listed = source.presentation.iterfind(f"{_P}sldIdLst/{_P}sldId")
    return {each.get("id", ""): rels.get(each.get(f"{_R}id", ""), "") for each in listed}


def _become_picture(zoom: etree._Element) -> bool:
    """Put the fallback in place of the alternative around a zoom; whether there was one."""
    around = next(zoom.iterancestors(f"{_MC}AlternateContent"), None)
    parent = None if around is None else around.getparent()
    if around is None or parent is None:
        return False
    place = parent.index(around)
    fallback = around.find(f"{_MC}Fallback")
    parent[place : place + 1] = [] if fallback is None else list(fallback)
    return True
