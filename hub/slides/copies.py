"""Slides repeated, dropped and reordered inside one deck, with everything that is their own.

A slide's *own* parts are its notes, charts with their workbooks, diagrams, comments and the like: a
second copy of the slide gets copies of them. Layouts, media and fonts are *shared*.
"""

import posixpath
import re
from collections.abc import Sequence

from lxml import etree

from hub.slides import names
from hub.slides.package import Package, Rel, serialize
from hub.slides.places import Deck

P, R = f"{{{names.P}}}", f"{{{names.R}}}"
_P14 = f"{{{names.P14}}}"
_SHARED = frozenset(
    {
        "slideLayout",
        "slideMaster",
        "theme",
        "image",
        "video",
        "audio",
        "media",
        "notesMaster",
        "font",
        "slide",
    }
)
_FIRST_SLIDE_ID = 256


def free_name(package: Package, like: str) -> str:
    """A part name not yet taken, in the manner of `like`: slide3.xml gives slide4.xml, slide5.xml …"""
    stem, extension = posixpath.splitext(like)
    base = re.sub(r"\d+$", "", stem)
    number = 1
    while package.find(f"{base}{number}{extension}") is not None:
        number += 1
    return f"{base}{number}{extension}"


def copy_slide(package: Package, slide: str) -> str:
    """A second copy of the slide and of what is its own; the new part's name. It is in no list yet."""
    made: dict[str, str] = {}
    _copy(package, slide, made)
    return made[slide]


def _copy(package: Package, part: str, made: dict[str, str]) -> None:
    made[part] = free_name(package, part)
    package.put(made[part], package.packed(part), package.content_type(part))
    for rel in package.rels(part):
        if rel.part is not None and rel.kind not in _SHARED and rel.part not in made:
            _copy(package, rel.part, made)
    package.set_rels(
        made[part], [rel._replace(part=made.get(rel.part or "", rel.part)) for rel in package.rels(part)]
    )


def list_slides(deck: Deck, slides: Sequence[str]) -> None:
    """Make `slides` (parts, in order) the deck's slides; drop every other one and what only it used."""
    package, main = deck.package, deck.package.main
    root = deck.tree(main)
    listed = root.find(f"{P}sldIdLst")
    if listed is None:
        listed = etree.Element(f"{P}sldIdLst")
        _insert_after(root, listed, ("sldMasterIdLst", "notesMasterIdLst", "handoutMasterIdLst"))
    before = _listed(package, main, listed)
    entries = _entries(package, main, before, slides)
    for child in list(listed):
        listed.remove(child)
    for entry in entries:
        listed.append(entry)
    kept = {entry.get("id", "") for entry in entries}
    _mend_sections(root, kept, [entry.get("id", "") for entry in entries])
    dropped = {part for part in before if part not in slides}
    _forget(package, main, root, dropped)
    for slide in slides:
        _drop_jumps(deck, slide, dropped)
    package.put(main, serialize(root), package.content_type(main))
    sweep(package)


def _listed(package: Package, main: str, listed: etree._Element) -> dict[str, etree._Element]:
    found = {}
    for entry in listed.iterfind(f"{P}sldId"):
        rel = package.rel(main, entry.get(f"{R}id", ""))
        if rel is not None and rel.part is not None:
            found[rel.part] = entry
    return found


def _entries(
    package: Package, main: str, before: dict[str, etree._Element], slides: Sequence[str]
) -> list[etree._Element]:
    """List entries for the slides: the old ones, and for copies new ones with ids of their own."""
    highest = max([int(entry.get("id", "0")) for entry in before.values()], default=_FIRST_SLIDE_ID - 1)
    rels = list(package.rels(main))
    entries = []
    for slide in slides:
        if slide in before:
            entries.append(before[slide])
            continue
        highest += 1
        rel = Rel(_free_id(rels), f"{names.R}/slide", "", part=slide)
        rels.append(rel)
        entries.append(etree.Element(f"{P}sldId", {"id": str(highest), f"{R}id": rel.id}))
    package.set_rels(main, rels)
    return entries


def _free_id(rels: Sequence[Rel]) -> str:
    taken = {rel.id for rel in rels}
    return next(name for number in range(1, len(rels) + 2) if (name := f"rId{number}") not in taken)


def add_rel(package: Package, source: str, kind: str, part: str) -> str:
    """The id of a relationship from `source` to `part` (kind: image, package …), made if there is none."""
    rels = package.rels(source)
    for rel in rels:
        if rel.part == part and rel.kind == kind:
            return rel.id
    added = Rel(_free_id(rels), f"{names.R}/{kind}", "", part=part)
    package.set_rels(source, [*rels, added])
    return added.id


def _mend_sections(root: etree._Element, kept: set[str], order: Sequence[str]) -> None:
    """Sections name slides by id: forget the dropped ones, and take new ones in after their neighbour."""
    sections = [*root.iter(f"{_P14}sectionLst")]
    for section_list in sections:
        named = list(section_list.iter(f"{_P14}sldId"))
        by_id = {entry.get("id", ""): entry for entry in named}
        for name, entry in by_id.items():
            if name not in kept:
                entry.getparent().remove(entry)  # type: ignore[union-attr]
        last: etree._Element | None = None
        for name in order:
            last = by_id[name] if name in by_id else _after(last, section_list, name)


def _after(last: etree._Element | None, section_list: etree._Element, name: str) -> etree._Element | None:
    if last is not None:
        last.addnext(etree.Element(f"{_P14}sldId", id=name))
        return last.getnext()
    home = section_list.find(f"{_P14}section/{_P14}sldIdLst")
    if home is None:
        return None
    entry = etree.Element(f"{_P14}sldId", id=name)
    home.insert(0, entry)
    return entry


def _forget(package: Package, main: str, root: etree._Element, dropped: set[str]) -> None:
    """Take dropped slides out of the presentation's relationships and custom shows."""
    gone = {rel.id for rel in package.rels(main) if rel.part in dropped}
    package.set_rels(main, [rel for rel in package.rels(main) if rel.id not in gone])
    for show in list(root.iterfind(f"{P}custShowLst/{P}custShow")):
        entries = show.findall(f"{P}sldLst/{P}sld")
        left = [entry for entry in entries if entry.get(f"{R}id") not in gone]
        for entry in entries:
            if entry not in left:
                entry.getparent().remove(entry)  # type: ignore[union-attr]
        if entries and not left:
            show.getparent().remove(show)  # type: ignore[union-attr]
    for shows in root.findall(f"{P}custShowLst"):
        if len(shows) == 0:
            root.remove(shows)


def _drop_jumps(deck: Deck, slide: str, dropped: set[str]) -> None:
    """A link to a slide that is not there any more becomes plain text."""
    rels = deck.package.rels(slide)
    gone = {rel.id for rel in rels if rel.part in dropped}
    if not gone:
        return
    root = deck.tree(slide)
    for element in [each for each in root.iter() if each.get(f"{R}id") in gone]:
        element.getparent().remove(element)  # type: ignore[union-attr]
    deck.package.set_rels(slide, [rel for rel in rels if rel.id not in gone])
    deck.package.put(slide, serialize(root), deck.package.content_type(slide))


def sweep(package: Package) -> None:
    """Drop every part that no relationship leads to, and the thumbnail, which shows the template."""
    package.set_rels("/", [rel for rel in package.rels() if rel.kind != "thumbnail"])
    reached, waiting = set[str](), ["/"]
    while waiting:
        for rel in package.rels(waiting.pop()):
            if rel.part is not None and rel.part not in reached:
                reached.add(rel.part)
                waiting.append(rel.part)
    for part in list(package.names()):
        if part not in reached:
            package.drop(part)


def _insert_after(root: etree._Element, element: etree._Element, tags: Sequence[str]) -> None:
    before = [child for child in root if child.tag in {f"{P}{tag}" for tag in tags}]
    if before:
        before[-1].addnext(element)
    else:
        root.insert(0, element)
