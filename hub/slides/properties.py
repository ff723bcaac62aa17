"""The document properties of a deck that the engine writes: title and program, never a date, so equal picks
give equal bytes.
"""

from xml.sax.saxutils import escape

from hub.slides import names
from hub.slides.package import Package, Rel, free_id

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_APP = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"


def write_core_properties(package: Package, title: str) -> None:
    xml = (
        f'{_DECLARATION}<cp:coreProperties xmlns:cp="{_CORE}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title></cp:coreProperties>"
    )
    content_type = "application/vnd.openxmlformats-package.core-properties+xml"
    _put(package, "/docProps/core.xml", xml, content_type, names.CORE_PROPERTIES)


def write_app_properties(package: Package, *, old: bool) -> None:
    """Name the dialect of the deck. `old` decks are read with the chart defaults of PowerPoint 2007."""
    version = "12.0000" if old else "16.0000"
    xml = (
        f'{_DECLARATION}<Properties xmlns="{_APP}"><Application>Microsoft Office PowerPoint</Application>'
        f"<AppVersion>{version}</AppVersion></Properties>"
    )
    content_type = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
    _put(package, "/docProps/app.xml", xml, content_type, f"{names.R}/extended-properties")


def _put(package: Package, part: str, xml: str, content_type: str, rel_type: str) -> None:
    package.put(part, xml.encode(), content_type)
    rels = package.rels()
    package.set_rels("/", [*rels, Rel(free_id(rels), rel_type, "", part=part)])
