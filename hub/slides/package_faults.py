"""Faults of a deck as a package: relationships, content types, parts that nobody needs."""

from lxml import etree

from hub.slides import names
from hub.slides.inventory import Inventory, extension

_R = f"{{{names.R}}}"
_PML = "application/vnd.openxmlformats-officedocument.presentationml."
_OFFICE = "application/vnd.openxmlformats-officedocument."
_TYPES = {
    "slide": {_PML + "slide+xml"},
    "slideLayout": {_PML + "slideLayout+xml"},
    "slideMaster": {_PML + "slideMaster+xml"},
    "notesSlide": {_PML + "notesSlide+xml"},
    "notesMaster": {_PML + "notesMaster+xml"},
    "handoutMaster": {_PML + "handoutMaster+xml"},
    "presProps": {_PML + "presProps+xml"},
    "viewProps": {_PML + "viewProps+xml"},
    "tableStyles": {_PML + "tableStyles+xml"},
    "commentAuthors": {_PML + "commentAuthors+xml"},
    "comments": {_PML + "comments+xml", "application/vnd.ms-powerpoint.comments+xml"},
    "tags": {_PML + "tags+xml"},
    "theme": {_OFFICE + "theme+xml"},
    "themeOverride": {_OFFICE + "themeOverride+xml"},
    "chart": {_OFFICE + "drawingml.chart+xml"},
    "chartUserShapes": {_OFFICE + "drawingml.chartshapes+xml"},
    "diagramData": {_OFFICE + "drawingml.diagramData+xml"},
    "diagramLayout": {_OFFICE + "drawingml.diagramLayout+xml"},
    "diagramQuickStyle": {_OFFICE + "drawingml.diagramStyle+xml"},
    "diagramColors": {_OFFICE + "drawingml.diagramColors+xml"},
    "officeDocument": set(names.MAIN_TYPES),
}
"""What the parts at the end of these relationships must be."""


def find_package_faults(deck: Inventory) -> None:
    for part in deck.content_parts():
        if _is_xml(deck, part):
            deck.tree(part)
    for source in ["/", *deck.content_parts()]:
        _check_links(deck, source)
    _check_content_types(deck)
    _check_overrides(deck)
    _check_reached(deck)


def _is_xml(deck: Inventory, part: str) -> bool:
    content_type = deck.content_type(part) or ""
    return extension(part) == "xml" or content_type.endswith("+xml")


def _check_links(deck: Inventory, source: str) -> None:
    links = deck.links(source)
    seen: set[str] = set()
    for link in links:
        if link.id in seen:
            deck.tell("duplicate-relationship-id", source, f"“{source}”有两个编号为 {link.id} 的关系。")
        seen.add(link.id)
        if not link.external and deck.find(link.target) is None:
            deck.tell("missing-target", source, f"“{source}”指向不存在的“{link.target}”（{link.kind}）。")
    root = deck.tree(source) if source != "/" and _is_xml(deck, source) else None
    for used in set() if root is None else _used_ids(root):
        if used not in seen:
            deck.tell("dangling-id", source, f"“{source}”用到的 {used} 没有对应的关系。")


def _used_ids(root: etree._Element) -> set[str]:
    """Relationship ids in attributes; an empty one means none, as in a link that only has an action."""
    return {
        str(value) for each in root.iter(etree.Element) for key, value in each.attrib.items()
        if str(key).startswith(_R) and value
    }  # fmt: skip


def _check_content_types(deck: Inventory) -> None:
    defaults, overrides = deck.types
    for part in deck.parts:
        if part.endswith("[Content_Types].xml"):
            continue
        if extension(part) not in defaults and part.lower() not in overrides:
            deck.tell("no-default", part, f"“{part}”没有内容类型：缺扩展名 {extension(part)} 的 Default。")
    for kind, wanted in _TYPES.items():
        for part in deck.all_of_kind(kind):
            told = deck.content_type(part)
            if told in wanted or told is None:
                continue
            if part.lower() not in overrides:
                deck.tell("no-override", part, f"“{part}”缺 Override，被当作 {told}。")
            else:
                deck.tell(
                    "wrong-content-type", part, f"“{part}”的内容类型是 {told}，与它的用途 {kind} 不符。"
                )


def _check_overrides(deck: Inventory) -> None:
    for name in deck.types[1]:
        if deck.find(name) is None:
            deck.tell("override-without-part", name, f"内容类型里的“{name}”不存在。")


def _check_reached(deck: Inventory) -> None:
    reached: set[str] = set()
    waiting = ["/"]
    while waiting:
        for link in deck.links(waiting.pop()):
            part = None if link.external else deck.find(link.target)
            if part is not None and part not in reached:
                reached.add(part)
                waiting.append(part)
    for part in deck.content_parts():
        if part not in reached:
            deck.tell("unreferenced-part", part, f"“{part}”没有任何关系指向它。")
