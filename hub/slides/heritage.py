"""What hangs on the presentation and not on its slides, and must come along: table styles, fonts, authors,
sections.

Each collector takes in the sources one after the other, says what a source's slides must be changed by (an
*edit*), and writes its part of the new presentation at the end.
"""

import uuid
from dataclasses import dataclass, field

from lxml import etree

from hub.slides import names
from hub.slides.assembly import Assembly, Origin
from hub.slides.deck import Source
from hub.slides.edits import Edit
from hub.slides.package import Rel, canonical, free_id, serialize
from hub.slides.scaling import Scaling, scale_lengths

_A, _P, _R = f"{{{names.A}}}", f"{{{names.P}}}", f"{{{names.R}}}"
_P14 = f"{{{names.P14}}}"
_P15 = "{http://schemas.microsoft.com/office/powerpoint/2012/main}"
_P188 = "{http://schemas.microsoft.com/office/powerpoint/2018/8/main}"
_PML = "application/vnd.openxmlformats-officedocument.presentationml"
_SECTIONS_URI = "{521415D9-36F7-43E2-AB2F-B90AF26B5E84}"
_NO_TABLE_STYLE = "{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}"
_SHOW_ACTION = "ppaction://customshow?id="
COMMENTS = f"{_PML}.comments+xml"
MODERN_COMMENTS = "application/vnd.ms-powerpoint.comments+xml"


def add_to_main(assembly: Assembly, main: str, part: str, rel_type: str) -> str:
    """Hang a part on the presentation; the relationship's id."""
    rels = assembly.out.rels(main)
    rel = Rel(free_id(rels), rel_type, "", part=part)
    assembly.out.set_rels(main, [*rels, rel])
    return rel.id


@dataclass
class TableStyles:
    """Styles by id. A second style of the same id that looks different gets an id of its own."""

    default: str = ""
    known: dict[str, etree._Element] = field(default_factory=dict)
    any_source_has_them: bool = False
    taken: dict[tuple[bytes, Scaling | None], dict[str, str]] = field(default_factory=dict)

    def take(self, source: Source, scaling: Scaling | None) -> list[Edit]:
        part = source.first(source.main, "tableStyles")
        if part is None:
            return []
        self.any_source_has_them = True
        key = (source.package.data(part), scaling)
        if key not in self.taken:  # the decks of a house mostly share one list
            self.taken[key] = self._take_all(source.package.xml(part), scaling)
        renamed = self.taken[key]
        if not renamed:
            return []
        return [Edit(lambda tree: _rename_table_styles(tree, renamed), lambda data: b"tableStyleId" in data)]

    def _take_all(self, root: etree._Element, scaling: Scaling | None) -> dict[str, str]:
        self.default = self.default or root.get("def", "")
        renamed: dict[str, str] = {}
        for style in root.iterfind(f"{_A}tblStyle"):
            if scaling:
                scale_lengths(style, scaling.factor)
            self._take_one(style, renamed)
        return renamed

    def _take_one(self, style: etree._Element, renamed: dict[str, str]) -> None:
        style_id = style.get("styleId", "")
        known = self.known.setdefault(style_id, style)
        if known is not style and not _alike(known, style):
            renamed[style_id] = f"{{{uuid.uuid5(uuid.NAMESPACE_OID, repr(canonical(style)))}}}".upper()
            style.set("styleId", renamed[style_id])
            self.known.setdefault(renamed[style_id], style)

    def write(self, assembly: Assembly, main: str) -> None:
        """List the styles. Without the part LibreOffice draws no table style at all, so none is made up."""
        if not self.any_source_has_them:
            return
        root = etree.fromstring(f'<a:tblStyleLst xmlns:a="{names.A}"/>')
        root.set("def", self.default or _NO_TABLE_STYLE)
        root.extend(self.known.values())
        part = "/ppt/tableStyles.xml"
        assembly.out.put(part, serialize(root), f"{_PML}.tableStyles+xml")
        add_to_main(assembly, main, part, f"{names.R}/tableStyles")


def _alike(one: etree._Element, other: etree._Element) -> bool:
    texts = (etree.tostring(each, with_tail=False) for each in (one, other))
    return next(texts) == next(texts) or canonical(one) == canonical(other)


def _rename_table_styles(tree: etree._Element, renamed: dict[str, str]) -> bool:
    found = [each for each in tree.iter(f"{_A}tableStyleId") if (each.text or "").strip() in renamed]
    for element in found:
        element.text = renamed[(element.text or "").strip()]
    return bool(found)


@dataclass
class Fonts:
    """Embedded fonts by typeface; the first deck that embeds one provides it."""

    entries: dict[str, etree._Element] = field(default_factory=dict)
    files: dict[str, list[tuple[etree._Element, str]]] = field(default_factory=dict)

    def take(self, assembly: Assembly, origin: Origin) -> None:
        for entry in origin.source.presentation.iterfind(f"{_P}embeddedFontLst/{_P}embeddedFont"):
            font = entry.find(f"{_P}font")
            face = "" if font is None else font.get("typeface", "")
            if not face or face in self.entries:
                continue
            copy = etree.fromstring(etree.tostring(entry, with_tail=False))
            self.entries[face] = copy
            self.files[face] = _font_files(assembly, origin, copy)

    def write(self, assembly: Assembly, main: str, presentation: etree._Element) -> None:
        kept = [face for face, files in self.files.items() if files]
        if not kept:
            return
        fonts = etree.SubElement(presentation, f"{_P}embeddedFontLst")
        for face in kept:
            for element, part in self.files[face]:
                element.set(f"{_R}id", add_to_main(assembly, main, part, f"{names.R}/font"))
            fonts.append(self.entries[face])
        presentation.set("embedTrueTypeFonts", "1")
        presentation.set("saveSubsetFonts", "1")


def _font_files(
    assembly: Assembly, origin: Origin, entry: etree._Element
) -> list[tuple[etree._Element, str]]:
    files: list[tuple[etree._Element, str]] = []
    for element in list(entry):
        rel = origin.package.rel(origin.source.main, element.get(f"{_R}id", ""))
        if rel and rel.part:
            files.append((element, assembly.leaf(origin, rel.part)))
        elif element.get(f"{_R}id") is not None:
            entry.remove(element)
    return files


@dataclass
class Authors:
    """Those who commented: old comments number them, modern ones name them by a GUID."""

    old: dict[tuple[str, str], etree._Element] = field(default_factory=dict)
    modern: dict[str, etree._Element] = field(default_factory=dict)

    def take(self, source: Source) -> list[Edit]:
        """The edits for the old comments of a source."""
        modern = next(iter(source.package.of_kind(source.main, "authors")), None)
        for author in source.package.xml(modern).iterfind(f"{_P188}author") if modern else ():
            self.modern.setdefault(author.get("id", ""), author)
        part = source.first(source.main, "commentAuthors")
        entries = list(source.package.xml(part).iterfind(f"{_P}cmAuthor")) if part else []
        numbers = {entry.get("id", ""): self._number(entry) for entry in entries}
        return [Edit(lambda tree: self._renumber(tree, numbers))]

    def _number(self, entry: etree._Element) -> str:
        key = (entry.get("name", ""), entry.get("initials", ""))
        if key not in self.old:
            copy = etree.fromstring(etree.tostring(entry, with_tail=False))
            copy.set("id", str(len(self.old)))
            self.old[key] = copy
        known = self.old[key]
        highest = max(
            int(each.get("lastIdx", "0")) for each in (known, entry) if each.get("lastIdx", "0").isdecimal()
        )
        known.set("lastIdx", str(highest))
        return known.get("id", "")

    def _renumber(self, tree: etree._Element, numbers: dict[str, str]) -> bool:
        changed = False
        for element in (*tree.iter(f"{_P}cm"), *tree.iter(f"{_P15}parentCm")):
            old = element.get("authorId", "")
            new = numbers.get(old) or self._unknown()
            changed = changed or new != old
            element.set("authorId", new)
        return changed

    def _unknown(self) -> str:
        values = {"id": "0", "name": "未知作者", "initials": "?", "lastIdx": "0", "clrIdx": "0"}
        return self._number(etree.Element(f"{_P}cmAuthor", values))

    def write(self, assembly: Assembly, main: str) -> None:
        types = {assembly.out.content_type(name) for name in assembly.out.names()}
        if COMMENTS in types and self.old:
            root = etree.fromstring(f'<p:cmAuthorLst xmlns:p="{names.P}"/>')
            root.extend(self.old.values())
            part = "/ppt/commentAuthors.xml"
            assembly.out.put(part, serialize(root), f"{_PML}.commentAuthors+xml")
            add_to_main(assembly, main, part, f"{names.R}/commentAuthors")
        if MODERN_COMMENTS in types and self.modern:
            root = etree.fromstring(f'<p188:authorLst xmlns:p188="{_P188[1:-1]}"/>')
            root.extend(self.modern.values())
            part = "/ppt/authors.xml"
            assembly.out.put(part, serialize(root), "application/vnd.ms-powerpoint.authors+xml")
            add_to_main(
                assembly, main, part, "http://schemas.microsoft.com/office/2018/10/relationships/authors"
            )


def anchoring(slide_id: int) -> Edit:
    """The edit that ties modern comments, which name their slide by number, to the slide's new number."""

    def change(tree: etree._Element) -> bool:
        anchors = list(tree.iter("{*}sldMk"))
        for anchor in anchors:
            anchor.set("sldId", str(slide_id))
        return bool(anchors)

    return Edit(change)


@dataclass
class Shows:
    """Custom shows (a named selection of slides). `entries`: name and the copies of its slides, by new
    number.
    """

    entries: list[tuple[str, Source, list[str]]] = field(default_factory=list)

    def take(self, source: Source) -> list[Edit]:
        numbers: dict[str, int] = {}
        for show in source.presentation.iterfind(f"{_P}custShowLst/{_P}custShow"):
            numbers[show.get("id", "")] = len(self.entries)
            rels = (
                source.package.rel(source.main, each.get(f"{_R}id", "")) for each in show.iter(f"{_P}sld")
            )
            self.entries.append(
                (show.get("name", ""), source, [rel.part for rel in rels if rel and rel.part])
            )
        changing = {old: new for old, new in numbers.items() if old != str(new)}
        if not changing:
            return []
        return [
            Edit(lambda tree: _renumber_shows(tree, changing), lambda data: _SHOW_ACTION.encode() in data)
        ]

    def write(self, assembly: Assembly, main: str, presentation: etree._Element) -> None:
        rel_ids = {rel.part: rel.id for rel in assembly.out.rels(main) if rel.kind == "slide"}
        shows = etree.Element(f"{_P}custShowLst")
        for number, (name, source, parts) in enumerate(self.entries):
            copies = [copy for part in parts for copy in assembly.slides.get((id(source), part), [])[:1]]
            if not copies:
                continue
            show = etree.SubElement(shows, f"{_P}custShow", name=name, id=str(number))
            listed = etree.SubElement(show, f"{_P}sldLst")
            for copy in copies:
                etree.SubElement(listed, f"{_P}sld", {f"{_R}id": rel_ids[copy]})
        if len(shows):
            presentation.append(shows)


def _renumber_shows(tree: etree._Element, numbers: dict[str, int]) -> bool:
    changed = False
    for element in tree.iter(f"{_A}hlinkClick", f"{_A}hlinkHover", f"{_A}hlinkMouseOver"):
        action = element.get("action", "")
        old, separator, rest = action.removeprefix(_SHOW_ACTION).partition("&")
        if action.startswith(_SHOW_ACTION) and old in numbers:
            element.set("action", f"{_SHOW_ACTION}{numbers[old]}{separator}{rest}")
            changed = True
    return changed


def section_names(source: Source) -> dict[str, str]:
    """The section each slide of a deck lies in, by slide part; empty if the deck has none."""
    by_id = {each.get("id", ""): each.get(f"{_R}id", "") for each in source.presentation.iter(f"{_P}sldId")}
    found: dict[str, str] = {}
    for section in source.presentation.iter(f"{_P14}section"):
        for entry in section.iter(f"{_P14}sldId"):
            rel = source.package.rel(source.main, by_id.get(entry.get("id", ""), ""))
            if rel and rel.part:
                found[rel.part] = section.get("name", "")
    return found


def write_sections(presentation: etree._Element, sections: list[tuple[str, list[int]]]) -> None:
    """List the sections: name and the numbers (`sldId`) of the slides in each."""
    extensions = etree.SubElement(presentation, f"{_P}extLst")
    extension = etree.SubElement(extensions, f"{_P}ext", uri=_SECTIONS_URI)
    listed = etree.SubElement(extension, f"{_P14}sectionLst", nsmap={"p14": names.P14})
    for number, (name, slides) in enumerate(sections):
        guid = f"{{{uuid.uuid5(uuid.NAMESPACE_OID, f'{number} {name}')}}}".upper()
        section = etree.SubElement(listed, f"{_P14}section", name=name, id=guid)
        entries = etree.SubElement(section, f"{_P14}sldIdLst")
        for slide in slides:
            etree.SubElement(entries, f"{_P14}sldId", id=str(slide))
