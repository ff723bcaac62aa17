"""A master's list of its layouts, found, read and written in its XML, which is parsed only where that is not plain.

*Plain* is one list, no comment and no CDATA, and the usual prefixes.
"""

import re

from hub.slides import names
from hub.slides.package import parse, serialize
from hub.slides.tables import quoted

_LIST_NAME = b"sldLayoutIdLst"
_LAYOUT_LIST = re.compile(
    rb"<(\w+:)?sldLayoutIdLst\b.*?</(\w+:)?sldLayoutIdLst>|<(\w+:)?sldLayoutIdLst\s*/>", re.DOTALL
)
_LISTED_LAYOUT = re.compile(rb'<p:sldLayoutId\s(?:[^<>&]*?\s)??r:id="([^"<>&]*)"')
_LAYOUT_OPENING = re.compile(rb"<p:sldLayoutId\b")
_USUAL_PREFIXES = ((b"xmlns:p=", names.P.encode()), (b"xmlns:r=", names.R.encode()))


def layout_list(entries: list[tuple[int, str]]) -> bytes:
    """The list of a master's layouts, with the namespaces it needs, so that it can stand in any master."""
    lines = "".join(f'<p:sldLayoutId id="{number}" r:id={quoted(rel)}/>' for number, rel in entries)
    return f'<p:sldLayoutIdLst xmlns:p="{names.P}" xmlns:r="{names.R}">{lines}</p:sldLayoutIdLst>'.encode()


def with_list(master: bytes, listing: bytes) -> bytes:
    """The master's XML with this list in place of its own; only parsed where the place is not plain to see."""
    plain = _plain_list(master)
    if plain is not None:
        return b"".join((master[: plain.start()], listing, master[plain.end() :]))
    root = parse(master, "slideMaster")
    for old in root.findall(f"{{{names.P}}}sldLayoutIdLst"):
        root.remove(old)
    after = [f"{{{names.P}}}{tag}" for tag in ("cSld", "clrMap")]
    place = max((at + 1 for at, child in enumerate(root) if child.tag in after), default=0)
    root.insert(place, parse(listing, "sldLayoutIdLst"))
    return serialize(root)


def _plain_list(master: bytes) -> re.Match[bytes] | None:
    """Where a master's list of layouts stands in its XML; None if that is not plain to see."""
    found = find_list(master)
    if found is None or b"<!--" in master or b"<![CDATA[" in master:
        return None
    return found if master.find(_LIST_NAME, found.end()) < 0 else None


def find_list(master: bytes) -> re.Match[bytes] | None:
    """The first list of layouts; looked for from where its name stands, which is much faster than from the start."""
    name = master.find(_LIST_NAME)
    opening = master.rfind(b"<", 0, name) if name > 0 else -1
    return _LAYOUT_LIST.match(master, opening) if opening >= 0 else None


def plain_ids(master: bytes) -> list[str] | None:
    """The relationship ids in the list; None where they are not plain to see."""
    place = _plain_list(master)
    if place is None or not all(_means(master, *each) for each in _USUAL_PREFIXES):
        return None
    ids = _LISTED_LAYOUT.findall(place.group())
    return (
        [each.decode() for each in ids] if len(ids) == len(_LAYOUT_OPENING.findall(place.group())) else None
    )


def _means(data: bytes, declared: bytes, namespace: bytes) -> bool:
    """Whether a prefix is declared for this namespace and nowhere for another."""
    return 0 < data.count(declared) == data.count(declared + b'"' + namespace + b'"')
