"""A deck as a package of parts: read tolerantly, changed part by part, written the same way every time.

Tolerant means: Strict decks are read as Transitional, a byte order mark or upper-case names do no harm,
templates and shows and macro decks are decks, and a relationship to nothing is kept and known as such
(`Rel.part` is None).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from lxml import etree

from hub.base import zips
from hub.base.errors import HubError
from hub.slides import names
from hub.slides.packing import Packed, join, pack, unpack
from hub.slides.tables import Row, document, plain_rels, plain_types, quoted, types_xml

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOM = b"\xef\xbb\xbf"
_TYPES_PART = "/[Content_Types].xml"
_PLAIN_XML = {"application/xml", "text/xml"}
_OF_OFFICE = "application/vnd."
_OTHER_DOCUMENTS = {
    "wordprocessingml": "Word 文档",
    "spreadsheetml": "Excel 表格",
    "ms-word": "Word 文档",
    "ms-excel": "Excel 表格",
}


class Rel(NamedTuple):
    """A relationship. `target` is as written; `part` is the part it means, None if external or if there is
    none.
    """

    id: str
    type: str
    target: str
    external: bool = False
    part: str | None = None

    @property
    def kind(self) -> str:
        """The last word of the type: slide, slideLayout, image, chart …"""
        return _last_word(self.type)

    @property
    def missing(self) -> bool:
        return not self.external and self.part is None


@lru_cache(256)  # there are some thirty
def _last_word(text: str) -> str:
    return text.rsplit("/", 1)[-1]


def parser() -> etree.XMLParser:
    """For XML from outside: no entities, no network, deep trees and long texts refused by libxml2's own
    limits.
    """
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def parse(data: bytes, name: str) -> etree._Element:
    """The root of a part's XML. HubError naming the part if it is not well-formed."""
    try:
        root = etree.fromstring(data, parser())
    except etree.XMLSyntaxError as error:
        raise HubError(
            f"文件里的“{name}”不是完整的 XML:{error.msg[:120]}。", reason="bad_xml", part=name
        ) from error
    info: Any = root.getroottree().docinfo
    if info.doctype:
        raise HubError(f"文件里的“{name}”带有 DTD 声明,演示文稿不允许,已拒绝。", reason="bad_xml", part=name)
    return root


def serialize(root: etree._Element) -> bytes:
    """A part's XML as bytes, with the declaration that Office writes."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


Canonical = tuple[str, tuple[tuple[str, str], ...], str, tuple[Any, ...]]


def canonical(element: etree._Element) -> Canonical:
    """The meaning of an element, to compare: no prefixes, no order of attributes, no white space around
    text.
    """
    attributes = tuple(sorted((str(name), str(value)) for name, value in element.attrib.items()))
    children = tuple(canonical(child) for child in element.iterchildren(etree.Element))
    return str(element.tag), attributes, (element.text or "").strip(), children


class Package:
    """Parts by name, their content types and their relationships. `/` names the package as a source of the
    latter.
    """

    def __init__(self) -> None:
        self._parts: dict[str, Packed | bytes] = {}  # bytes: put here, and packed when somebody wants them so
        self._types: dict[str, str] = {}
        self._rels: dict[str, tuple[Rel, ...]] = {}
        self._unread_rels: dict[str, Packed] = {}
        self._found: dict[str, str] | None = (
            None  # by what else a part may be called; made when somebody does
        )
        self._tables: dict[
            tuple[str, int, bytes], tuple[Rel, ...]
        ] = {}  # the layouts of a master all say the same

    # ---- parts

    def __contains__(self, name: object) -> bool:
        return name in self._parts

    def names(self) -> Iterator[str]:
        """Every part, in the order of the file; content types and relationships are not parts."""
        return iter(tuple(self._parts))

    def find(self, name: str) -> str | None:
        """The part's name as the package spells it, or None; case and percent-encoding do not matter."""
        if name in self._parts:
            return name
        if self._found is None:
            self._found = {low: part for part in self._parts for low in names.spellings(part)}
        low, plain = names.spellings(name)
        return self._found.get(low) or self._found.get(plain)

    def data(self, name: str) -> bytes:
        """A part's content; XML comes without byte order mark."""
        content = self._parts[name]
        data = content if isinstance(content, bytes) else content.data()
        return data.removeprefix(_BOM) if names.is_xml(self._types[name], name) else data

    def xml(self, name: str) -> etree._Element:
        """A freshly parsed tree of the part. HubError naming the part if it is not well-formed."""
        return parse(self.data(name), name)

    def packed(self, name: str) -> Packed:
        """The part as it lies in the zip, for copying without unpacking."""
        content = self._parts[name]
        if isinstance(content, bytes):
            content = self._parts[name] = pack(name[1:], content)
        return content

    def content_type(self, name: str) -> str:
        return self._types[name]

    def put(self, name: str, data: bytes | Packed, content_type: str) -> None:
        """Add or replace a part."""
        self.keep(name, data.named(name[1:]) if isinstance(data, Packed) else data, content_type)

    def keep(self, name: str, data: bytes | Packed, content_type: str) -> None:
        """Add a part that has its name already."""
        if name not in self._parts:
            self._tables.clear()
            if self._found is not None:
                self._found.update(dict.fromkeys(names.spellings(name), name))
        self._parts[name] = data
        self._types[name] = content_type

    def retype(self, name: str, content_type: str) -> None:
        """Say what a part is, whose content stays."""
        self._types[name] = content_type

    def fill(self, parts: dict[str, Packed], type_of: Callable[[str], str]) -> None:
        """Take all parts of a package that was read, as they lie in the zip."""
        self._parts.update(parts)
        self._types.update(zip(parts, map(type_of, parts), strict=True))

    def drop(self, name: str) -> None:
        """Remove a part and its own relationships; relationships to it are left as they are."""
        del self._parts[name], self._types[name]
        self._rels.pop(name, None)
        self._unread_rels.pop(name, None)
        self._tables.clear()
        self._found = None

    # ---- relationships

    def rels(self, source: str = "/") -> tuple[Rel, ...]:
        """A part's relationships in file order; empty if it has none."""
        known = self._rels.get(source)
        if known is None:
            unread = self._unread_rels.pop(source, None)
            known = self._rels[source] = () if unread is None else self._read(source, unread)
        return known

    def _read(self, source: str, member: Packed) -> tuple[Rel, ...]:
        key = (source.rpartition("/")[0], member.crc, bytes(member.raw))
        known = self._tables.get(key)
        if known is None:
            known = tuple(self._read_rows(source, _rels_rows(source, member)))
            if not any(rel.part == source for rel in known):  # an anchor means another part in each
                self._tables[key] = known
        return known

    def _read_rows(self, source: str, rows: list[Row]) -> Iterator[Rel]:
        for rel_id, rel_type, target, mode in rows:
            if rel_id is not None:
                external = mode is not None and mode.lower() == "external"
                part = None if external else self.find(names.resolve(source, target or ""))
                yield tuple.__new__(Rel, (rel_id, rel_type or "", target or "", external, part))

    def set_rels(self, source: str, rels: Iterable[Rel]) -> None:
        """Replace a part's relationships. Where `part` is set the target is written from it."""
        self._unread_rels.pop(source, None)
        self._rels[source] = tuple(rels)

    def keep_rels(self, source: str, member: Packed) -> None:
        """Take a part's relationships as they lie in the zip; they are read when they are asked for."""
        self._rels.pop(source, None)
        self._unread_rels[source] = member

    def rel(self, source: str, rel_id: str) -> Rel | None:
        for rel in self.rels(source):
            if rel.id == rel_id:
                return rel
        return None

    def of_kind(self, source: str, kind: str) -> list[str]:
        """The parts that relationships of this kind (their type's last word) lead to from `source`, in
        order.
        """
        ending = "/" + kind
        return [
            rel.part
            for rel in self.rels(source)
            if rel.part is not None and (rel.type.endswith(ending) or rel.type == kind)
        ]

    @property
    def main(self) -> str:
        """The presentation part. HubError if the package is no presentation."""
        for part in self.of_kind("/", "officeDocument"):
            if self._types[part] in names.MAIN_TYPES or self._is_presentation(part):
                return part
            raise _not_a_deck(self._types[part])
        raise HubError("文件里没有演示文稿的主体部分,不是 PowerPoint 文件。", reason="not_a_deck")

    def _is_presentation(self, part: str) -> bool:
        """A presentation whose content type was written wrongly is known by its root element."""
        return names.is_xml(self._types[part], part) and self.xml(part).tag == f"{{{names.P}}}presentation"

    # ---- writing

    def write(self) -> bytes:
        """The package as a zip; equal packages give equal bytes."""
        return join(self._members())

    def _members(self) -> Iterator[Packed]:
        yield pack(_TYPES_PART[1:], types_xml(self._types))
        yield pack("_rels/.rels", _rels_xml("/", self.rels("/")))
        known: dict[tuple[str, tuple[Rel, ...]], Packed] = {}  # the layouts of a master all say the same
        for name in self._parts:
            yield self.packed(name)
            rels = self.rels(name)
            if rels:
                key, member = (name.rpartition("/")[0], rels), names.rels_name(name)[1:]
                if key not in known:
                    known[key] = pack(member, _rels_xml(name, rels))
                yield known[key].named(member)


def _not_a_deck(content_type: str) -> HubError:
    for word, kind in _OTHER_DOCUMENTS.items():
        if word in content_type:
            return HubError(f"这是{kind},不是 PowerPoint 演示文稿。", reason="not_a_deck")
    return HubError(f"不认识的文件类型({content_type[:100]}),不是 PowerPoint 演示文稿。", reason="not_a_deck")


def free_id(rels: Sequence[Rel]) -> str:
    """A relationship id that is not taken."""
    return free_ids(rels, 1)[0]


def free_ids(rels: Sequence[Rel], count: int) -> list[str]:
    """Relationship ids that are not taken, numbered from behind the relationships there are."""
    taken = {rel.id for rel in rels}
    numbered = (f"rId{number}" for number in range(len(rels) + 1, 2 * len(rels) + count + 1))
    return list(islice((each for each in numbered if each not in taken), count))


# ---- reading


def read_package(data: bytes, limits: zips.Limits = zips.DEFAULT) -> Package:
    """Read a deck's bytes. HubError with the true reason if it is encrypted, an old .ppt, no zip, damaged
    or no deck.
    """
    _refuse_what_is_no_zip(data)
    package, strict = Package(), False
    members = {"/" + member.name: member for member in unpack(data, limits)}
    types_part = _TYPES_PART if _TYPES_PART in members else _spelled_otherwise(_TYPES_PART, members)
    if types_part is None:
        raise HubError("压缩包里没有 [Content_Types].xml,不是 PowerPoint 文件。", reason="not_a_deck")
    type_of = _read_types(members.pop(types_part).data())
    sources = [names.source_of_rels(name) for name in members]
    parts = {name: members[name] for name, source in zip(members, sources, strict=True) if source is None}
    package.fill(parts, type_of)
    for written, member in zip(sources, members.values(), strict=True):
        source = None if written is None else "/" if written == "/" else package.find(written)
        if source is not None:
            package.keep_rels(source, member)
            if source == "/" and names.STRICT in member.data():
                strict = True
    if strict:
        _loosen(package)
    _name_types(package)
    _ = package.main
    return package


def _spelled_otherwise(part: str, members: Iterable[str]) -> str | None:
    return next((name for name in members if name.lower() == part.lower()), None)


def _loosen(package: Package) -> None:
    """Rewrite the XML parts of a Strict package in the Transitional dialect."""
    for name in package.names():
        content_type = package.content_type(name)
        if names.is_xml(content_type, name):
            package.put(name, names.transitional(package.data(name)), content_type)


def _name_types(package: Package) -> None:
    """Parts that are told as nothing but XML get the content type of what they are: Office opens no deck otherwise."""
    for name in package.names():
        if package.content_type(name) in _PLAIN_XML and not name.lower().startswith("/customxml/"):
            said = names.type_by_root(package.data(name))
            if said:
                package.retype(name, said)


def _refuse_what_is_no_zip(data: bytes) -> None:
    if data.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise HubError("这个文件有打开密码,请去掉密码后再上传。", reason="encrypted")
        raise HubError(
            "这是旧的 .ppt 格式或其他 OLE 文件,请用 PowerPoint 另存为 .pptx 后再上传。", reason="not_a_deck"
        )
    if not data:
        raise HubError("文件是空的,请重新导出后再上传。", reason="not_a_deck")
    if not data.startswith(b"PK"):
        raise HubError("这不是 PowerPoint 文件(内容不是压缩包),请确认后再上传。", reason="not_a_deck")


def _read_types(data: bytes) -> Callable[[str], str]:
    """What says the content type of a part by its name, of which case does not matter."""
    data = data.removeprefix(_BOM)
    rows = plain_types(data)
    if rows is None:
        rows = _rows(data, _TYPES_PART, ("Extension", "PartName", "ContentType"))
    defaults, overrides = {}, {}
    for extension, part_name, content_type in rows:
        if extension is not None:
            defaults[extension.lower().lstrip(".")] = _bare(content_type)
        elif part_name is not None:
            overrides["/" + part_name.lstrip("/")] = _bare(content_type)
    spelled = {each: said for name, said in overrides.items() for each in names.spellings(name)}

    def type_of(name: str) -> str:
        low, plain = names.spellings(name)
        by_name = overrides.get(name) or spelled.get(low) or spelled.get(plain)
        if by_name:
            return by_name
        ext = names.extension(name)
        return defaults.get(ext) or names.DEFAULT_TYPES.get(ext, "application/octet-stream")

    return type_of


def _bare(content_type: str | None) -> str:
    """Without what some writers put behind those of Office, such as a character set."""
    said = (content_type or "").strip()
    return said.partition(";")[0].rstrip() if said.startswith(_OF_OFFICE) else said


def _rows(data: bytes, name: str, attributes: Sequence[str]) -> list[Row]:
    """The attributes of each element below the root."""
    elements = [each for each in parse(data, name) if isinstance(each.tag, str)]
    return [tuple(element.get(attribute) for attribute in attributes) for element in elements]


def _rels_rows(source: str, member: Packed) -> list[Row]:
    data = names.transitional(member.data().removeprefix(_BOM))
    rows = plain_rels(data)
    return (
        _rows(data, names.rels_name(source), ("Id", "Type", "Target", "TargetMode")) if rows is None else rows
    )


# ---- writing


def _rels_xml(source: str, rels: tuple[Rel, ...]) -> bytes:
    return document("Relationships", names.RELATIONSHIPS, [_rel_xml(source, rel) for rel in rels])


def _rel_xml(source: str, rel: Rel) -> str:
    target = rel.target if rel.part is None else names.relative(source, rel.part)
    mode = ' TargetMode="External"' if rel.external else ""
    return f"<Relationship Id={quoted(rel.id)} Type={quoted(rel.type)} Target={quoted(target)}{mode}/>"
