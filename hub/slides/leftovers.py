"""What filling leaves behind and nobody may find in the result: samples that were replaced, slide titles
of old.

A template's sample chart or logo may be another customer's. When its shape was taken away or shows
something else now, its part must not travel on inside the file.
"""

from lxml import etree

from hub.slides import names
from hub.slides.package import Package, serialize
from hub.slides.tokens import Context, fill_text, has_tokens

_R = f"{{{names.R}}}"
_DATA_MODEL = "{http://schemas.microsoft.com/office/drawing/2008/diagram}dataModelExt"
_COUNTED = (
    "TitlesOfParts",
    "HeadingPairs",
    "Slides",
    "HiddenSlides",
    "Notes",
    "Words",
    "Paragraphs",
    "TotalTime",
)


def used_ids(root: etree._Element) -> set[str]:
    """The relationship ids that a part's XML names."""
    return {
        str(value)
        for element in root.iter(etree.Element)
        for key, value in element.attrib.items()
        if str(key).startswith(_R)
    }


def drop_unused(package: Package, part: str, before: set[str], after: set[str]) -> None:
    """Drop the relationships that the part's XML named before filling and does not any more."""
    gone = before - after
    for rel in package.rels(part):
        if rel.id in gone and rel.kind == "diagramData" and rel.part is not None:
            gone |= {each.get("relId", "") for each in package.xml(rel.part).iter(_DATA_MODEL)}
    if gone:
        package.set_rels(part, [rel for rel in package.rels(part) if rel.id not in gone])


def clean_properties(package: Package, context: Context) -> None:
    """Fill tokens in the deck's title and the like; drop the lists and counts that described the template."""
    context = context.at(place="文件属性", shape="")
    for part in package.of_kind("/", "core-properties"):
        root = package.xml(part)
        for element in root.iter(etree.Element):
            if has_tokens(element.text or ""):
                element.text = fill_text(element.text or "", context)
        package.put(part, serialize(root), package.content_type(part))
    for part in package.of_kind("/", "extended-properties"):
        root = package.xml(part)
        for element in list(root):
            if isinstance(element.tag, str) and etree.QName(element).localname in _COUNTED:
                root.remove(element)
        package.put(part, serialize(root), package.content_type(part))
