"""Words of the file format: content types, relationship types, namespaces, and the names of parts.

A *part* is one file inside a deck, named with a leading slash (`/ppt/slides/slide1.xml`). A *relationship*
points from a part to another one or to an address outside. *Strict* is the ISO dialect of the format with
its own namespaces; everything inside the engine speaks *Transitional*, the dialect that all programs write.
"""

import posixpath
import re
from functools import lru_cache
from urllib.parse import unquote

_OFFICE = "http://schemas.openxmlformats.org"
A = f"{_OFFICE}/drawingml/2006/main"
P = f"{_OFFICE}/presentationml/2006/main"
R = f"{_OFFICE}/officeDocument/2006/relationships"
C = f"{_OFFICE}/drawingml/2006/chart"
DGM = f"{_OFFICE}/drawingml/2006/diagram"
P14 = "http://schemas.microsoft.com/office/powerpoint/2010/main"
RELATIONSHIPS = f"{_OFFICE}/package/2006/relationships"
CONTENT_TYPES = f"{_OFFICE}/package/2006/content-types"
CORE_PROPERTIES = f"{RELATIONSHIPS}/metadata/core-properties"
NS = {"a": A, "p": P, "r": R, "c": C, "dgm": DGM, "p14": P14}

_PML = "application/vnd.openxmlformats-officedocument.presentationml"
PRESENTATION = f"{_PML}.presentation.main+xml"
MAIN_TYPES = {
    PRESENTATION: "pptx",
    f"{_PML}.template.main+xml": "potx",
    f"{_PML}.slideshow.main+xml": "ppsx",
    "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml": "pptm",
    "application/vnd.ms-powerpoint.template.macroEnabled.main+xml": "potm",
    "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml": "ppsm",
    "application/vnd.ms-powerpoint.addin.macroEnabled.main+xml": "ppam",
    "application/vnd.openxmlformats-officedocument.themeManager+xml": "thmx",
}
SLIDE = f"{_PML}.slide+xml"
MASTER = f"{_PML}.slideMaster+xml"
NOTES = f"{_PML}.notesSlide+xml"

_BY_ROOT = {
    b"sld": SLIDE,
    b"sldLayout": f"{_PML}.slideLayout+xml",
    b"sldMaster": MASTER,
    b"notes": NOTES,
    b"notesMaster": f"{_PML}.notesMaster+xml",
    b"tagLst": f"{_PML}.tags+xml",
    b"tblStyleLst": f"{_PML}.tableStyles+xml",
    b"theme": "application/vnd.openxmlformats-officedocument.theme+xml",
    b"chartSpace": "application/vnd.openxmlformats-officedocument.drawingml.chart+xml",
}
"""What a part is whose content type says no more than XML, by the name of its root."""

_ROOT = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<(?:[\w.-]+:)?(\w+)(?=[\s>])[^>]*"
    rb"schemas\.openxmlformats\.org/(?:presentationml|drawingml)/",
    re.DOTALL,
)

# The extensions a package may declare once for all its parts; every other part gets an Override of its own.
DEFAULT_TYPES = {
    "bin": "application/vnd.openxmlformats-officedocument.oleObject",
    "bmp": "image/bmp",
    "emf": "image/x-emf",
    "fntdata": "application/x-fontdata",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "m4a": "audio/mp4",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "pict": "image/pict",
    "png": "image/png",
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
    "svg": "image/svg+xml",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "vml": "application/vnd.openxmlformats-officedocument.vmlDrawing",
    "wav": "audio/x-wav",
    "wdp": "image/vnd.ms-photo",
    "webp": "image/webp",
    "wmf": "image/x-wmf",
    "wmv": "video/x-ms-wmv",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
}

_REMEMBERED = 4096  # names of parts are much alike from deck to deck

STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAMES = [
    (b"officeDocument/relationships/extendedProperties", f"{R}/extended-properties"),
    (b"officeDocument/relationships/customProperties", f"{R}/custom-properties"),
    (b"officeDocument/relationships/metadata/thumbnail", f"{RELATIONSHIPS}/metadata/thumbnail"),
    (b"officeDocument/relationships/metadata/core-properties", CORE_PROPERTIES),
    (b"officeDocument/relationships", R),
    (b"officeDocument/extendedProperties", f"{_OFFICE}/officeDocument/2006/extended-properties"),
    (b"officeDocument/customProperties", f"{_OFFICE}/officeDocument/2006/custom-properties"),
    (b"officeDocument/docPropsVTypes", f"{_OFFICE}/officeDocument/2006/docPropsVTypes"),
    (b"officeDocument/customXml", f"{_OFFICE}/officeDocument/2006/customXml"),
    (b"officeDocument/bibliography", f"{_OFFICE}/officeDocument/2006/bibliography"),
    (b"officeDocument/math", f"{_OFFICE}/officeDocument/2006/math"),
    (b"officeDocument/sharedTypes", f"{_OFFICE}/officeDocument/2006/sharedTypes"),
]
_STRICT_FAMILY = re.compile(
    STRICT + rb"(drawingml|presentationml|spreadsheetml|wordprocessingml|schemaLibrary)/"
)
_CONFORMANCE = re.compile(rb'\sconformance="strict"')


def transitional(xml: bytes) -> bytes:
    """The same XML (UTF-8) with the namespaces and relationship types of the Transitional dialect."""
    if STRICT not in xml:
        return xml
    for strict, loose in _STRICT_NAMES:
        xml = xml.replace(STRICT + strict, loose.encode())
    xml = _STRICT_FAMILY.sub(rb"http://schemas.openxmlformats.org/\1/2006/", xml)
    return _CONFORMANCE.sub(b"", xml)


def type_by_root(data: bytes) -> str | None:
    """The content type of XML by what it is a tree of; None where that is nothing a deck cannot do without."""
    found = _ROOT.match(data)
    return _BY_ROOT.get(found[1]) if found else None


@lru_cache(_REMEMBERED)
def extension(name: str) -> str:
    return posixpath.splitext(name)[1][1:].lower()


def is_xml(content_type: str, name: str) -> bool:
    return content_type.endswith(("+xml", "/xml")) or extension(name) in {"xml", "vml"}


@lru_cache(_REMEMBERED)
def rels_name(name: str) -> str:
    """Where the relationships of a part lie; `/` is the package itself."""
    folder, base = posixpath.split(name)
    return posixpath.join(folder, "_rels", f"{base}.rels")


@lru_cache(_REMEMBERED)
def source_of_rels(name: str) -> str | None:
    """The part whose relationships a member holds, spelled as it is there; None if it holds none."""
    place = name.lower().rfind("/_rels/")
    if place < 0 or not name.lower().endswith(".rels"):
        return None
    return f"{name[:place]}/{name[place + len('/_rels/') : -len('.rels')]}"


@lru_cache(_REMEMBERED)
def resolve(source: str, target: str) -> str:
    """The part a relationship of `source` points to, as written (not decoded); `source` itself for a mere
    anchor.
    """
    path = target.replace("\\", "/").split("#", 1)[0]
    if not path:
        return source
    steps = [] if path.startswith("/") else source.split("/")[:-1]
    for step in path.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in {"", "."}:
            steps.append(step)
    return "/" + "/".join(step for step in steps if step)


def spellings(name: str) -> tuple[str, str]:
    """Keys under which a part may be found: names compare without case, and may be percent-encoded."""
    low = name.lower()
    return low, unquote(low) if "%" in low else low


@lru_cache(_REMEMBERED)
def relative(source: str, target: str) -> str:
    """The shortest way to write a target in the relationships of `source`."""
    if source == "/":
        return target[1:]
    here, there = source[1:].split("/")[:-1], target[1:].split("/")
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    return "/".join([".."] * (len(here) - shared) + there[shared:])
