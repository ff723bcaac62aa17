"""Where a slide comes from, written into the slide itself and, for programs that drop that, into the deck's
properties.

*Tags* are named values that a program may hang on a slide; PowerPoint keeps them when a slide is edited,
moved or copied to another deck. *Custom properties* belong to the deck and survive LibreOffice, which drops
tags.
"""

from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from hub.base.errors import HubError
from hub.slides import names
from hub.slides.deck import Source
from hub.slides.package import Package, Rel, free_id, serialize

TAGS = f"{names.R}/tags"
TAGS_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.tags+xml"
CUSTOM = f"{names.R}/custom-properties"
CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
PREFIX = "QUIVER_"
_WORDS = ("ASSET", "VERSION", "SLIDE", "FINGERPRINT")
_PROPERTY = "quiver.slide."
_P, _R = f"{{{names.P}}}", f"{{{names.R}}}"
_FMTID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_PROPS = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VT = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"


@dataclass(frozen=True)
class Provenance:
    """The library's asset, its version and the number of the slide in it."""

    asset: str
    version: str
    slide: int


@dataclass(frozen=True)
class Mark:
    """A provenance together with the fingerprint the slide had when it was put into the deck."""

    provenance: Provenance
    fingerprint: str


# ---- in the slide


def read_mark(source: Source, slide: str) -> Mark | None:
    """The mark a slide carries in its tags, None if it carries none that can be read."""
    for part in source.package.of_kind(slide, "tags"):
        try:
            root = source.package.xml(part)
        except HubError:
            continue
        values = {tag.get("name", "").upper(): tag.get("val", "") for tag in root.iterfind(f"{_P}tag")}
        mark = _mark(
            *(values.get(f"{PREFIX}{word}", "") for word in ("ASSET", "VERSION", "SLIDE", "FINGERPRINT"))
        )
        if mark is not None:
            return mark
    return None


def _mark(asset: str, version: str, slide: str, fingerprint: str) -> Mark | None:
    if not asset or not slide.isdecimal():
        return None
    return Mark(Provenance(asset, version, int(slide)), fingerprint)


def tags_xml(mark: Mark, existing: etree._Element | None = None) -> bytes:
    """A tags part with this mark, added to the tags the slide already had."""
    root = existing if existing is not None else etree.fromstring(f'<p:tagLst xmlns:p="{names.P}"/>')
    for tag in root.findall(f"{_P}tag"):
        if tag.get("name", "").upper().startswith(PREFIX):
            root.remove(tag)
    origin = mark.provenance
    values = (origin.asset, origin.version, str(origin.slide), mark.fingerprint)
    for word, value in zip(_WORDS, values, strict=True):
        etree.SubElement(root, f"{_P}tag", name=f"{PREFIX}{word}", val=value)
    return serialize(root)


def write_mark(package: Package, slide: str, fresh: str, mark: Mark) -> None:
    """Hang a mark on a slide: in the tags part it has, or in a new one named `fresh`."""
    root = package.xml(slide)
    listed = root.find(f"{_P}cSld/{_P}custDataLst/{_P}tags")
    rel = None if listed is None else package.rel(slide, listed.get(f"{_R}id", ""))
    part = None if rel is None else rel.part
    if part is not None:
        package.put(part, tags_xml(mark, package.xml(part)), TAGS_TYPE)
        return
    package.put(fresh, tags_xml(mark), TAGS_TYPE)
    rels = package.rels(slide)
    rel_id = free_id(rels)
    package.set_rels(slide, [*rels, Rel(rel_id, TAGS, "", part=fresh)])
    _list_tags(root, rel_id)
    package.put(slide, serialize(root), package.content_type(slide))


def _list_tags(slide: etree._Element, rel_id: str) -> None:
    common = slide.find(f"{_P}cSld")
    if common is None:
        return
    customer = common.find(f"{_P}custDataLst")
    if customer is None:
        customer = etree.Element(f"{_P}custDataLst")
        tree = common.find(f"{_P}spTree")
        common.insert(0 if tree is None else common.index(tree) + 1, customer)
    for old in customer.findall(f"{_P}tags"):
        customer.remove(old)
    etree.SubElement(customer, f"{_P}tags", {f"{_R}id": rel_id})


# ---- in the deck


def read_properties(source: Source) -> list[Mark]:
    """The marks kept in the deck's custom properties, in the order in which they were written."""
    part = next(iter(source.package.of_kind("/", "custom-properties")), None)
    if part is None:
        return []
    try:
        root = source.package.xml(part)
    except HubError:
        return []
    marks: list[Mark] = []
    for element in root:
        if (element.get("name") or "").startswith(_PROPERTY):
            fields = "".join(str(text) for text in element.itertext()).strip().split("|")
            mark = _mark(*fields) if len(fields) == 4 else None  # noqa: PLR2004 - asset, version, slide, fingerprint
            marks += [mark] if mark else []
    return marks


def write_properties(package: Package, marks: list[Mark]) -> None:
    """Keep the marks in the deck's custom properties as well; a deck without marks gets none."""
    if not marks:
        return
    entries = []
    for number, mark in enumerate(marks, start=1):
        origin = mark.provenance
        fields = (origin.asset, origin.version, str(origin.slide), mark.fingerprint)
        value = "|".join(field.replace("|", "/") for field in fields)
        entries.append(
            f'<property fmtid="{_FMTID}" pid="{number + 1}" name="{_PROPERTY}{number}">'
            f"<vt:lpwstr>{escape(value)}</vt:lpwstr></property>"
        )
    xml = f'<Properties xmlns="{_PROPS}" xmlns:vt="{_VT}">{"".join(entries)}</Properties>'
    part = "/docProps/custom.xml"
    package.put(part, serialize(etree.fromstring(xml)), CUSTOM_TYPE)
    package.set_rels("/", [*package.rels(), Rel(free_id(package.rels()), CUSTOM, "", part=part)])
