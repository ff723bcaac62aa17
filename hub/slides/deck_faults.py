"""Faults of the presentation as a whole: lists of slides, masters and layouts, ids, sections, authors."""

from collections import Counter
from collections.abc import Iterable

from lxml import etree

from hub.slides import names
from hub.slides.inventory import Inventory
from hub.slides.order import PRESENTATION, out_of_order

P, R = f"{{{names.P}}}", f"{{{names.R}}}"
P14 = f"{{{names.P14}}}"
_P188 = "{http://schemas.microsoft.com/office/powerpoint/2018/8/main}"
_FIRST_SLIDE_ID = 256
_FIRST_MASTER_ID = 2**31


def find_deck_faults(deck: Inventory) -> None:
    if deck.main is None:
        deck.tell("no-presentation", "/", "文件里没有演示文稿的主体部分。")
        return
    root = deck.tree(deck.main)
    if root is None:
        return
    wrong = out_of_order(root, PRESENTATION)
    if wrong:
        deck.tell("presentation-order", deck.main, f"演示文稿里的 {wrong} 不在该在的位置。")
    _check_slide_ids(deck, deck.main, root)
    _check_master_ids(deck, deck.main, root)
    _check_sections(deck, deck.main, root)
    _check_masters(deck, deck.main, root)
    _check_authors(deck, deck.main)


def _number(text: str | None) -> int:
    return int(text) if text is not None and text.isdigit() else -1


def _repeated(values: Iterable[str | None]) -> list[str]:
    return [value for value, count in Counter(values).items() if value is not None and count > 1]


def _check_slide_ids(deck: Inventory, main: str, root: etree._Element) -> None:
    entries = root.findall(f"{P}sldIdLst/{P}sldId")
    for name in _repeated(entry.get("id") for entry in entries):
        deck.tell("duplicate-slide-id", main, f"两页幻灯片都用编号 {name}。")
    targets = [entry.get(f"{R}id") for entry in entries]
    for name in _repeated(targets):
        deck.tell("duplicate-slide-id", main, f"关系 {name} 的幻灯片列出了两次。")
    for entry in entries:
        if not _FIRST_SLIDE_ID <= _number(entry.get("id")) < _FIRST_MASTER_ID:
            deck.tell("slide-id-range", main, f"幻灯片编号 {entry.get('id')} 不在 256 到 2147483647 之间。")


def _check_master_ids(deck: Inventory, main: str, root: etree._Element) -> None:
    """Masters and layouts share one range of ids, and an id may also be left out."""
    masters = _ids(root, f"{P}sldMasterIdLst/{P}sldMasterId")
    trees = [deck.tree(part) for part in deck.of_kind(main, "slideMaster")]
    layouts = [
        name for tree in trees if tree is not None for name in _ids(tree, f"{P}sldLayoutIdLst/{P}sldLayoutId")
    ]
    for kind, word, ids in (("master", "母版", masters), ("layout", "版式", layouts)):
        for name in ids:
            if _number(name) < _FIRST_MASTER_ID:
                deck.tell(f"{kind}-id-range", main, f"{word}编号 {name} 小于 2147483648。")
        for name in _repeated(ids):
            deck.tell(f"duplicate-{kind}-id", main, f"两个{word}都用编号 {name}。")
    for name in set(masters) & set(layouts):
        deck.tell("layout-id-equals-master-id", main, f"母版和版式都用编号 {name}。")


def _ids(tree: etree._Element, path: str) -> list[str]:
    return [name for entry in tree.findall(path) if (name := entry.get("id")) is not None]


def _check_sections(deck: Inventory, main: str, root: etree._Element) -> None:
    slides = {entry.get("id") for entry in root.findall(f"{P}sldIdLst/{P}sldId")}
    for entry in root.iter(f"{P14}sldId"):
        if entry.get("id") not in slides:
            deck.tell("section-unknown-slide", main, f"节里的幻灯片编号 {entry.get('id')} 不存在。")


def _check_masters(deck: Inventory, main: str, root: etree._Element) -> None:
    masters = deck.all_of_kind("slideMaster")
    for master in set(masters) - _listed(deck, main, root, f"{P}sldMasterIdLst/{P}sldMasterId"):
        deck.tell("unlisted-master", master, f"母版“{master}”没有列在演示文稿里。")
    known: set[str] = set()
    for master in masters:
        tree = deck.tree(master)
        if tree is None:
            known |= set(deck.of_kind(master, "slideLayout"))
        else:
            known |= _listed(deck, master, tree, f"{P}sldLayoutIdLst/{P}sldLayoutId")
    for layout in set(deck.all_of_kind("slideLayout")) - known:
        deck.tell("unlisted-layout", layout, f"版式“{layout}”没有列在它的母版里。")
    themes = Counter(theme for master in masters for theme in deck.of_kind(master, "theme"))
    for theme, count in themes.items():
        if count > 1:
            deck.tell("shared-theme", theme, f"{count} 个母版共用主题“{theme}”，每个母版要有自己的一份。")


def _listed(deck: Inventory, source: str, tree: etree._Element, path: str) -> set[str]:
    targets = {link.id: deck.find(link.target) for link in deck.links(source)}
    found = (targets.get(entry.get(f"{R}id", "")) for entry in tree.findall(path))
    return {part for part in found if part is not None}


def _check_authors(deck: Inventory, main: str) -> None:
    known: set[str | None] = set()
    for kind, tag in (("commentAuthors", f"{P}cmAuthor"), ("authors", f"{_P188}author")):
        for part in deck.of_kind(main, kind):
            tree = deck.tree(part)
            known |= set() if tree is None else {each.get("id") for each in tree.iter(tag)}
    for part in deck.all_of_kind("comments"):
        tree = deck.tree(part)
        comments = [] if tree is None else list(tree.iter(f"{P}cm", f"{_P188}cm", f"{_P188}reply"))
        for comment in comments:
            if comment.get("authorId") not in known:
                name = comment.get("authorId")
                deck.tell("unknown-author", part, f"“{part}”里的批注作者 {name} 不在作者名单里。")
