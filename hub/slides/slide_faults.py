"""Faults of single slides, layouts, masters and notes: their relationships, shapes, text and animations."""

from collections import Counter

from lxml import etree

from hub.slides import names
from hub.slides.inventory import Inventory
from hub.slides.order import COMMON_SLIDE, SHAPE, SLIDE, out_of_order

A, P = f"{{{names.A}}}", f"{{{names.P}}}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_BODIES = (f"{P}txBody", f"{A}txBody")


def find_slide_faults(deck: Inventory) -> None:
    if deck.main is None:
        return
    slides = deck.of_kind(deck.main, "slide")
    for slide in dict.fromkeys(slides):
        _check_layout(deck, slide)
    _check_notes(deck, list(dict.fromkeys(slides)))
    pages = list(slides)
    for kind in ("slideLayout", "slideMaster", "notesSlide", "notesMaster", "handoutMaster"):
        pages += deck.all_of_kind(kind)
    for page in dict.fromkeys(pages):
        root = deck.tree(page)
        if root is not None:
            _check_page(deck, page, root)


def _check_layout(deck: Inventory, slide: str) -> None:
    layouts = [link for link in deck.links(slide) if link.kind == "slideLayout"]
    if not layouts:
        deck.tell("no-layout", slide, f"幻灯片“{slide}”没有版式。")
    if len(layouts) > 1:
        deck.tell("two-layouts", slide, f"幻灯片“{slide}”有 {len(layouts)} 个版式，只能有一个。")


def _check_notes(deck: Inventory, slides: list[str]) -> None:
    used = Counter(notes for slide in slides for notes in deck.of_kind(slide, "notesSlide"))
    for notes, count in used.items():
        if count > 1:
            deck.tell("shared-notes", notes, f"{count} 页幻灯片共用备注“{notes}”，每页要有自己的一份。")


def _check_page(deck: Inventory, page: str, root: etree._Element) -> None:
    wrong = _wrong_order(root)
    if wrong:
        deck.tell("slide-order", page, f"“{page}”里的 {wrong} 不在该在的位置。")
    ids = _shape_ids(root)
    for name, count in Counter(ids).items():
        if count > 1:
            deck.tell("duplicate-shape-id", page, f"“{page}”里有 {count} 个形状用编号 {name}。")
    for body in root.iter(*_BODIES):
        if body.find(f"{A}p") is None:
            deck.tell("body-without-paragraph", page, f"“{page}”里有一段文字框没有段落。")
    _check_timing(deck, page, root, set(ids))


def _wrong_order(root: etree._Element) -> str | None:
    if root.tag == f"{P}sld":
        wrong = out_of_order(root, SLIDE)
        if wrong:
            return wrong
    common = root.find(f"{P}cSld")
    if common is not None:
        wrong = out_of_order(common, COMMON_SLIDE)
        if wrong:
            return wrong
    return next((wrong for each in root.iter(f"{P}sp") if (wrong := out_of_order(each, SHAPE))), None)


def _shape_ids(root: etree._Element) -> list[str]:
    """Ids of the shapes; of the choices offered to older and newer programs, only the first counts."""
    shapes = root.iter(f"{P}cNvPr")
    return [each.get("id", "") for each in shapes if next(each.iterancestors(f"{_MC}Fallback"), None) is None]


def _check_timing(deck: Inventory, page: str, root: etree._Element, ids: set[str]) -> None:
    everywhere = ids | {each.get("id", "") for each in root.iter(f"{P}cNvPr")}
    for timing in root.iter(f"{P}timing"):
        aimed = {each.get("spid") for each in timing.iter(f"{P}spTgt", *_BUILDS)}
        for name in sorted(name for name in aimed if name is not None and name not in everywhere):
            deck.tell("timing-missing-shape", page, f"“{page}”里的动画指向不存在的形状 {name}。")


_BUILDS = tuple(P + tag for tag in ("bldP", "bldDgm", "bldGraphic", "bldOleChart"))
