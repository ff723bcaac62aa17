"""A deck exactly as it lies in its zip, faults and all, for the checker; nothing is mended on the way in.

The engine's own reader (`package`) is forgiving on purpose; what it forgives is what a checker must see.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote

from lxml import etree

from hub.base import zips
from hub.base.errors import HubError
from hub.slides import names
from hub.slides.package import parse, read_package

_TYPES = "[Content_Types].xml"
_BOM = b"\xef\xbb\xbf"
_CHUNK = 1 << 18
_READ = frozenset({"xml", "rels"})
_DAMAGED = (zlib.error, zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError)


@dataclass(frozen=True)
class Finding:
    """One fault: its short `code`, the part it is in and a sentence. `inherited`: a source had it already."""

    code: str
    part: str
    sentence: str
    inherited: bool = False


@dataclass(frozen=True)
class Link:
    """A relationship as written; `target` is the part it means, whether there is one or not."""

    id: str
    kind: str
    target: str
    external: bool


@dataclass
class Inventory:
    """Parts by name (with leading slash), types and relationships. `found` gathers what reading saw."""

    parts: dict[str, bytes]
    found: list[Finding] = field(default_factory=list)

    def tell(self, code: str, part: str, sentence: str) -> None:
        finding = Finding(code, part, sentence)
        if finding not in self.found:
            self.found.append(finding)

    @cached_property
    def types(self) -> tuple[dict[str, str], dict[str, str]]:
        """Content types by extension and by part name, both in lower case."""
        defaults: dict[str, str] = {}
        overrides: dict[str, str] = {}
        root = self.tree("/" + _TYPES)
        for element in [] if root is None else root.iter("{*}Default", "{*}Override"):
            content_type = element.get("ContentType", "")
            if etree.QName(element).localname == "Default":
                defaults[element.get("Extension", "").lower()] = content_type
            else:
                part = "/" + element.get("PartName", "").lstrip("/")
                overrides.update(dict.fromkeys(names.spellings(part), content_type))
        return defaults, overrides

    @cached_property
    def _by_low_name(self) -> dict[str, str]:
        return {spelling: name for name in self.parts for spelling in names.spellings(name)}

    @cached_property
    def _trees(self) -> dict[str, etree._Element | None]:
        return {}

    def find(self, name: str) -> str | None:
        """The part as the zip spells it, None if there is none."""
        return self._by_low_name.get(name.lower()) or self._by_low_name.get(unquote(name).lower())

    def content_type(self, name: str) -> str | None:
        """None when neither an Override nor a Default tells."""
        defaults, overrides = self.types
        return overrides.get(name.lower(), defaults.get(extension(name)))

    def content_parts(self) -> Iterator[str]:
        """Every part that is no relationships part and not the list of content types."""
        return (name for name in self.parts if not name.lower().endswith(".rels") and name != "/" + _TYPES)

    def tree(self, name: str) -> etree._Element | None:
        """The part's XML in the Transitional dialect; None (and a finding) when it is not well-formed."""
        if name not in self._trees:
            self._trees[name] = self._parse(name)
        return self._trees[name]

    def _parse(self, name: str) -> etree._Element | None:
        data = self.parts.get(name)
        if data is None:
            return None
        try:
            return parse(names.transitional(data.removeprefix(_BOM)), name)
        except HubError as error:
            self.tell("malformed-xml", name, error.message)
            return None

    def links(self, source: str) -> list[Link]:
        """The relationships of a part (`/`: of the package)."""
        part = self.find(names.rels_name(source))
        root = None if part is None else self.tree(part)
        return [] if root is None else [_link(source, each) for each in root.iter("{*}Relationship")]

    def of_kind(self, source: str, kind: str) -> list[str]:
        """The existing parts that relationships of this kind lead to."""
        parts = (
            self.find(link.target) for link in self.links(source) if link.kind == kind and not link.external
        )
        return [part for part in parts if part is not None]

    @cached_property
    def main(self) -> str | None:
        """The presentation part."""
        return next(iter(self.of_kind("/", "officeDocument")), None)

    @cached_property
    def _kinds(self) -> dict[str, list[str]]:
        found: dict[str, dict[str, None]] = {}
        for source in ["/", *self.content_parts()]:
            for link in self.links(source):
                part = None if link.external else self.find(link.target)
                if part is not None:
                    found.setdefault(link.kind, {})[part] = None
        return {kind: list(parts) for kind, parts in found.items()}

    def all_of_kind(self, kind: str) -> list[str]:
        """Every part that some relationship of this kind leads to, once."""
        return self._kinds.get(kind, [])


def extension(name: str) -> str:
    """What follows the last dot; `_rels/.rels` has one too."""
    base = posixpath.basename(name)
    return base.rpartition(".")[2].lower() if "." in base else ""


def _link(source: str, element: etree._Element) -> Link:
    kind = posixpath.basename(element.get("Type", ""))
    external = element.get("TargetMode", "").lower() == "external"
    target = element.get("Target", "")
    return Link(element.get("Id", ""), kind, target if external else names.resolve(source, target), external)


def read_inventory(data: bytes) -> Inventory:
    """Open a deck for checking. HubError if it is no zip at all or breaks the limits of one."""
    duplicates = False
    try:
        archive = zips.open_checked(data)
    except HubError as error:
        if error.details.get("reason") == "bad_zip":
            read_package(data)  # which says of a deck with a password, or of an old one, that it is that
        if error.details.get("reason") != "duplicate":
            raise
        duplicates = True
        archive = zipfile.ZipFile(io.BytesIO(data))
    with archive:
        inventory = Inventory({})
        for member in archive.infolist():
            name = "/" + member.filename.lstrip("/")
            if duplicates and name in inventory.parts:
                inventory.tell("duplicate-entry", name, f"压缩包里有两个“{name}”，程序各取其一。")
            if not name.endswith("/"):
                inventory.parts[name] = _content(archive, member, inventory, name)
    return inventory


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, inventory: Inventory, name: str) -> bytes:
    """The content of XML; of pictures, videos and the like only whether it can be read."""
    pieces: list[bytes] = []
    try:
        with archive.open(member) as file:
            pieces.append(file.read(_CHUNK))
            kept = extension(name) in _READ or pieces[0].removeprefix(_BOM).lstrip().startswith(b"<")
            while piece := file.read(_CHUNK):
                if kept:
                    pieces.append(piece)
    except _DAMAGED:
        inventory.tell("damaged-entry", name, f"压缩包里的“{name}”已损坏，读不出来。")
        return b""
    return b"".join(pieces)
