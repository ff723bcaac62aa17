"""The deck under construction: copies parts with everything they refer to, and shares what may be shared.

A slide's *closure* is the slide and all parts reached from it by relationships. Relationship ids are
private to a part, so a part's XML is copied as it is and only the targets of its relationships change.
*Private* parts (charts, diagrams, notes) are copied for each slide; *leaf media* (pictures, films, sounds)
are kept once by content; a *family* (a master with its theme and layouts) is kept once by a hash over
content and targets, so that two masters that differ by a logo stay two.
"""

import hashlib
import posixpath
import re
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from hub.slides import names, references
from hub.slides.deck import Source
from hub.slides.edits import Edit, applied
from hub.slides.layouts import find_list, layout_list, plain_ids, with_list
from hub.slides.package import Package, Rel, free_id, free_ids

if TYPE_CHECKING:
    from hub.slides.packing import Packed

_DIGITS = re.compile(r"\d*$")
_ODD = re.compile(r"[^A-Za-z0-9_./-]")
_NEVER = {
    "presentation",
    "officeDocument",
    "handoutMaster",
    "printerSettings",
    "presProps",
    "viewProps",
    "vbaProject",
}
_ABOVE = {"slide", "slideLayout", "slideMaster", "notesMaster", "notesSlide"} | _NEVER
_DEPTH = 40
FIRST_MASTER_ID = 2**31


@dataclass
class Family:
    """A master in the new deck and its layouts there, by their hash."""

    part: str
    layouts: dict[str, str] = field(default_factory=dict)


class Origin:
    """One source within one assembly: how its parts are rewritten, and which of them are in already."""

    def __init__(
        self, source: Source, slide_edits: list[Edit], part_edits: Callable[[str, str], list[Edit]]
    ) -> None:
        self.source = source
        self.package = source.package
        self.slide_edits = slide_edits  # for slides, layouts and masters
        self.part_edits = part_edits  # for any other part, by its content type and the copied root
        self.families: dict[str, Family] = {}
        self.layouts: dict[str, str] = {}
        self.hashes: dict[str, str] = {}
        self._contents: dict[str, bytes | None] = {}
        self._read: tuple[str, bytes] = ("", b"")

    def data(self, part: str) -> bytes:
        """A part's content. The last one is kept, since a layout is looked at, hashed and then written."""
        if self._read[0] != part:
            self._read = part, self.package.data(part)
        return self._read[1]

    def edited(self, part: str, edits: list[Edit], content: bytes | None = None) -> bytes | None:
        """The part's XML (or `content` in its stead) after the edits; None if they leave it as it was."""
        if not edits:
            return None
        data = self.data(part) if content is None else content
        return applied(data, edits, part)

    def master_content(self, part: str) -> bytes | None:
        """A layout's or master's XML after the edits; None if unchanged. Kept, since it is hashed and then
        written.
        """
        if part not in self._contents:
            self._contents[part] = self.edited(part, self.slide_edits)
        return self._contents[part]


class Assembly:
    """One deck under construction."""

    def __init__(self) -> None:
        self.out = Package()
        self.masters: list[Family] = []
        self.notes_master: str | None = None
        self.warnings: list[str] = []
        self.ids = FIRST_MASTER_ID
        self.slides: dict[tuple[int, str], list[str]] = {}  # (id of source, part there) -> its copies
        self._counts: Counter[str] = Counter()
        self._media: dict[tuple[int, int, str], list[tuple[Packed, str]]] = {}
        self._families: dict[str, Family] = {}

    def warn(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def next_id(self) -> int:
        """One row of numbers for masters and layouts, which must not meet."""
        self.ids += 1
        return self.ids - 1

    def fresh(self, part: str) -> str:
        """A name for a copy of a part: its folder and stem, numbered."""
        stem, ext, kind = _unnumbered(part)
        self._counts[kind] += 1
        return f"{stem}{self._counts[kind]}{ext}"

    # ---- slides

    def add_slide(self, origin: Origin, part: str, name: str, edits: list[Edit]) -> None:
        """Copy a slide part to `name` with its closure. The edits come after those that all its origin's
        slides get.
        """
        _Copying(self, origin, part, name).run([*origin.slide_edits, *edits])
        if not any(rel.kind == "slideLayout" for rel in self.out.rels(name)):
            self._give_layout(origin, name)

    def _give_layout(self, origin: Origin, name: str) -> None:
        """A slide without layout is repaired by PowerPoint; it gets the first one of its source."""
        masters = origin.package.of_kind(origin.source.main, "slideMaster")
        layout = next((each for master in masters for each in _layouts_of(origin, master)), None)
        copy = self.layout(origin, layout) if layout else None
        if copy:
            rels = self.out.rels(name)
            self.out.set_rels(name, [*rels, Rel(free_id(rels), f"{names.R}/slideLayout", "", part=copy)])
            self.warn("有一页在源文件里没有版式,已套用该文件的第一个版式。")

    # ---- what is shared

    def leaf(self, origin: Origin, part: str) -> str:
        """A picture, film, sound or font, kept once by content and type."""
        content_type = origin.package.content_type(part)
        packed = origin.package.packed(part)
        alike = self._media.setdefault((packed.crc, packed.size, content_type), [])
        for known, name in alike:
            if known.same_content(packed):
                return name
        packed.verify()
        alike.append((packed, self.fresh(part)))
        self.out.put(alike[-1][1], packed, content_type)
        return alike[-1][1]

    def family(self, origin: Origin, master: str) -> Family:
        """The family of a master, brought in with all its layouts when it is met first."""
        if master not in origin.families:
            key, layouts = _family_hash(origin, master), _layouts_of(origin, master)
            known = self._families.get(key)
            if known is None:
                known = Family(self.fresh(master))
                self._families[key] = known
                self.masters.append(known)
                # Written anew with its list in any case: not to be packed before.
                content = origin.master_content(master) or origin.data(master)
                _Copying(self, origin, master, known.part).run([], content)
            origin.families[master] = known
            for layout in layouts:
                self._layout(origin, known, layout)
        return origin.families[master]

    def layout(self, origin: Origin, layout: str) -> str | None:
        """The copy of a layout; None if there is no master for it, so that it cannot be used."""
        if layout not in origin.layouts:
            master = origin.source.first(layout, "slideMaster") or _master_that_lists(origin, layout)
            if master is None:
                return None
            self._layout(origin, self.family(origin, master), layout)
        return origin.layouts[layout]

    def _layout(self, origin: Origin, family: Family, layout: str) -> None:
        if layout in origin.layouts:
            return
        key = _hash(origin, layout, skip="slideMaster")
        if key not in family.layouts:
            family.layouts[key] = self.fresh(layout)
            origin.layouts[layout] = family.layouts[key]
            _Copying(self, origin, layout, family.layouts[key]).run([], origin.master_content(layout))
            self._tie_to_master(family, family.layouts[key])
        origin.layouts[layout] = family.layouts[key]

    def _tie_to_master(self, family: Family, name: str) -> None:
        """A layout that does not lead to its master is repaired by PowerPoint."""
        rels = self.out.rels(name)
        if not any(rel.kind == "slideMaster" for rel in rels):
            self.out.set_rels(
                name, [*rels, Rel(free_id(rels), f"{names.R}/slideMaster", "", part=family.part)]
            )
            self.warn("有一个版式在源文件里没有母版,已归到列出它的母版或第一个母版。")

    def notes_master_for(self, origin: Origin, part: str) -> str:
        """The one notes master of the deck: the first that comes along."""
        if self.notes_master is None:
            self.notes_master = self.fresh(part)
            _Copying(self, origin, part, self.notes_master).run([])
        return self.notes_master

    def finish_masters(self) -> None:
        """Number every master's layouts and list them, once all are known."""
        for family in self.masters:
            rels = self.out.rels(family.part)
            ids = free_ids(rels, len(family.layouts))
            layouts = zip(ids, family.layouts.values(), strict=True)
            listed = [Rel(rel_id, f"{names.R}/slideLayout", "", part=part) for rel_id, part in layouts]
            self.out.set_rels(family.part, [*rels, *listed])
            entries = [(self.next_id(), rel_id) for rel_id in ids]
            listing = with_list(self.out.data(family.part), layout_list(entries))
            self.out.put(family.part, listing, self.out.content_type(family.part))


@lru_cache(4096)  # names of parts are much alike from deck to deck
def _unnumbered(part: str) -> tuple[str, str, str]:
    """What stands before and behind the number in names of such parts, and the key under which they are counted."""
    folder, base = posixpath.split(_ODD.sub("_", part.lower() if part.isupper() else part))
    stem, ext = posixpath.splitext(base)
    if not folder.lower().startswith("/ppt/"):
        folder = f"/ppt/{posixpath.basename(folder) or 'media'}"
    key = (folder, _DIGITS.sub("", stem) or "part", ext.lower())
    return f"{folder}/{key[1]}", key[2], "/".join(key).lower()


def _layouts_of(origin: Origin, master: str) -> list[str]:
    """A master's layouts in the order of its list; a layout counts only if it agrees on its master."""
    by_id = {rel.id: rel for rel in reversed(origin.package.rels(master))}  # the first of an id counts
    listed = (by_id.get(rel_id) for rel_id in _listed_ids(origin, master))
    parts = (rel.part for rel in listed if rel and rel.part and rel.kind == "slideLayout")
    return [part for part in parts if origin.source.first(part, "slideMaster") == master]


def _master_that_lists(origin: Origin, layout: str) -> str | None:
    """The master of a layout that does not name one: that which has it, else the first; None without any."""
    masters = origin.package.of_kind(origin.source.main, "slideMaster")
    having = (each for each in masters if layout in origin.package.of_kind(each, "slideLayout"))
    return next(having, None) or next(iter(masters), None)


def _listed_ids(origin: Origin, master: str) -> list[str]:
    """The relationship ids in a master's list."""
    ids = plain_ids(origin.data(master))
    if ids is not None:
        return ids
    path = f"{{{names.P}}}sldLayoutIdLst/{{{names.P}}}sldLayoutId"
    return [element.get(f"{{{names.R}}}id", "") for element in origin.source.tree(master).iterfind(path)]


# ---- hashes over content and targets


def _family_hash(origin: Origin, master: str) -> str:
    return _hash(origin, master, skip="slideLayout")


def _hash(origin: Origin, part: str, *, skip: str) -> str:
    """A hash of a layout's or master's content after edits and of all it refers to, but for one kind."""
    digest = hashlib.sha256(_hashed_content(origin, part, skip))
    for rel in _sorted(origin, part):
        if rel.kind != skip:
            _feed(digest, rel, "" if rel.part is None else _deep_hash(origin, rel.part, ()))
    return digest.hexdigest()


def _deep_hash(origin: Origin, part: str, path: tuple[str, ...]) -> str:
    """The same for what lies below; a way back to a slide, a layout or a master is not followed."""
    if part in path or len(path) > _DEPTH:
        return "circle"
    if part not in origin.hashes:
        digest = hashlib.sha256(
            origin.package.content_type(part).encode() + origin.source.sha256(part).encode()
        )
        for rel in _sorted(origin, part):
            followed = rel.part is not None and rel.kind not in _ABOVE
            _feed(digest, rel, _deep_hash(origin, str(rel.part), (*path, part)) if followed else "")
        origin.hashes[part] = digest.hexdigest()
    return origin.hashes[part]


def _sorted(origin: Origin, part: str) -> list[Rel]:
    return sorted(origin.package.rels(part), key=lambda each: each.id)


def _feed(digest: "hashlib._Hash", rel: Rel, below: str) -> None:
    target = "" if rel.part else rel.target
    digest.update(f"{rel.id}\0{rel.type}\0{target}\0{below}\0".encode("utf-8", "surrogatepass"))


def _hashed_content(origin: Origin, part: str, skip: str) -> bytes:
    edited = origin.master_content(part)
    content = origin.data(part) if edited is None else edited
    place = find_list(content) if skip == "slideLayout" else None
    return content if place is None else content[: place.start()] + content[place.end() :]


# ---- copying one closure


class _Copying:
    """Copies a root part (slide, layout, master, notes master) and what belongs to it alone."""

    def __init__(self, assembly: Assembly, origin: Origin, root: str, name: str) -> None:
        self.assembly = assembly
        self.origin = origin
        self.root = root
        self.copies = {root: name}
        self.waiting = deque([root])

    def run(self, edits: list[Edit], content: bytes | None = None) -> None:
        """Copy everything; `edits` are for the root's XML, which is `content` if that is given."""
        self._copy(self.waiting.popleft(), edits, content)
        while self.waiting:
            part = self.waiting.popleft()
            content_type = self.origin.package.content_type(part)
            self._copy(part, self.origin.part_edits(content_type, self.copies[self.root]), None)

    def _copy(self, part: str, edits: list[Edit], content: bytes | None) -> None:
        out, content_type = self.assembly.out, self.origin.package.content_type(part)
        kept, dropped = self._rels(part)
        if dropped:
            edits = [*edits, Edit(lambda root: references.drop(root, dropped))]
        if edits and names.is_xml(content_type, part):
            content = self.origin.edited(part, edits, content) or content
        out.put(
            self.copies[part], self.origin.package.packed(part) if content is None else content, content_type
        )
        out.set_rels(self.copies[part], kept)

    def _rels(self, part: str) -> tuple[list[Rel], set[str]]:
        """The relationships of the copy, and the ids of those that could not be kept."""
        kept: dict[str, Rel] = {}
        dropped: set[str] = set()
        for rel in self.origin.package.rels(part):
            kind = rel.kind
            if kind == "slideLayout" and self._is_listed_elsewhere(part, kept):
                continue
            target = None if rel.external else self._target(part, rel, kind)
            if rel.external or target is not None:
                kept.setdefault(rel.id, tuple.__new__(Rel, (*rel[:4], target)))
            else:
                dropped.add(rel.id)
        return list(kept.values()), dropped - kept.keys()

    def _is_listed_elsewhere(self, part: str, kept: dict[str, Rel]) -> bool:
        """A master's layouts are listed at the end; a slide has one layout, whatever its source says."""
        is_master = self.origin.package.content_type(part) == names.MASTER
        return is_master or any(each.kind == "slideLayout" for each in kept.values())

    def _target(self, part: str, rel: Rel, kind: str) -> str | None:
        """Where a relationship leads in the new deck; None if it is dropped."""
        if rel.part is None:
            self.assembly.warn(f"源文件里有指向不存在内容的引用({kind}),已去掉。")
            return None
        if kind in _NEVER or rel.part == self.origin.source.main:
            return None
        if kind == "slide":
            return self._slide(rel.part)
        if kind == "notesSlide" and part != self.root:
            return None
        shared = self._shared(rel.part, kind)
        return shared or self._private(rel.part)

    def _slide(self, part: str) -> str | None:
        """The copy a jump or a note leads to: this very slide, else the first copy of that one, else none."""
        if part == self.root:
            return self.copies[part]
        copies = self.assembly.slides.get((id(self.origin.source), part))
        if not copies:
            self.assembly.warn("有跳转链接指向未选中的幻灯片,链接已去掉。")
            return None
        return copies[0]

    def _shared(self, part: str, kind: str) -> str | None:
        if part in self.copies:
            return self.copies[part]
        if kind == "slideLayout":
            return self.assembly.layout(self.origin, part)
        if kind == "slideMaster":
            return self.assembly.family(self.origin, part).part
        if kind == "notesMaster":
            return self.assembly.notes_master_for(self.origin, part)
        if _is_leaf(self.origin.package, part):
            return self.assembly.leaf(self.origin, part)
        return None

    def _private(self, part: str) -> str:
        self.copies[part] = self.assembly.fresh(part)
        self.waiting.append(part)
        return self.copies[part]


def _is_leaf(package: Package, part: str) -> bool:
    family = package.content_type(part).split("/", 1)[0]
    return family in {"image", "video", "audio"} and not package.rels(part)
