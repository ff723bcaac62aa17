"""Writes list styles into the text shapes of a slide's XML, byte for byte the same elsewhere, without parsing it.

Parsing a slide and writing it again takes ten times as long. It is left to the parser wherever the place is not plain
to see. *Plain* is: the usual prefixes and no others for their namespaces, no comment, no CDATA, double quotes, no
field or alternative inside the text, and no level in its list style.
"""

import re
from collections.abc import Callable

from hub.slides import names

_PREFIXES = ((b'xmlns:p="', names.P.encode()), (b'xmlns:a="', names.A.encode()))
_NOT_PLAIN = (b"<!", b'xmlns="', b"='", b"= '")
_NOT_PLAIN_TEXT = (b"<a:fld", b"AlternateContent", b"<a:lvl", b"<a:defPPr", b"<a:extLst")
_PARAGRAPH = re.compile(rb"<a:p[\s/>]")
_LEVEL = re.compile(rb'<a:pPr\s(?:[^<>]*?\s)??lvl="([0-9]+)"')
_LIST_STYLE = re.compile(rb"<a:lstStyle\s*(?:/>|></a:lstStyle\s*>)")
_BODY_END = re.compile(rb"<a:bodyPr(?:\s[^<>]*)?/>|</a:bodyPr\s*>")
_SHAPE_END, _TEXT = b"</p:sp>", b"<p:txBody"

Levels = Callable[[set[int], bool], bytes]
"""The XML of the list style's levels for text that uses these; whether the shape has a style of its own."""


def spliced(data: bytes, levels: Levels) -> bytes | None:
    """The slide, layout or master with the levels in every text shape that is no placeholder; None if that is not
    plain to see.
    """
    if not _is_plain(data):
        return None
    *shapes, rest = data.split(_SHAPE_END)
    if b"<p:sp>" in rest or b"<p:sp " in rest:
        return None
    written: list[bytes] = []
    for shape in shapes:
        if shape.count(b"<p:sp>") + shape.count(b"<p:sp ") != 1:
            return None
        start = max(shape.rfind(b"<p:sp>"), shape.rfind(b"<p:sp "))
        found = _shape(shape[start:], levels)
        if found is None:
            return None
        written.append(shape[:start] + found)
    return _SHAPE_END.join([*written, rest])


def _is_plain(data: bytes) -> bool:
    if any(sign in data for sign in _NOT_PLAIN):
        return False
    return all(
        0 < data.count(b'"%b"' % name) == data.count(b'%b%b"' % (said, name)) for said, name in _PREFIXES
    )


def _shape(shape: bytes, levels: Levels) -> bytes | None:
    start = shape.find(_TEXT)
    if start < 0 or b"<p:ph" in shape:
        return shape
    text = shape[start:]
    if text.count(_TEXT) > 1 or any(sign in text for sign in _NOT_PLAIN_TEXT):
        return None
    used = {int(number) for number in _LEVEL.findall(text)}
    if len(_LEVEL.findall(text)) < len(_PARAGRAPH.findall(text)):
        used.add(0)
    added = levels(used, b"<p:style" in shape and b"<a:fontRef" in shape)
    if not added:
        return shape
    place = _LIST_STYLE.search(text)
    if place is None:
        place = None if b"<a:lstStyle" in text else _BODY_END.search(text)
        kept = place and place.end()
    else:
        kept = place.start()
    if place is None or kept is None:
        return None
    style = b"<a:lstStyle>%b</a:lstStyle>" % added
    return b"".join((shape[:start], text[:kept], style, text[place.end() :]))
