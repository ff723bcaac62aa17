"""Small real decks for the tests, made with python-pptx and, for what it cannot write, by surgery on the
zip."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence

from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Emu, Inches

from hub.slides import Package, read_package

WIDE = (12_192_000, 6_858_000)


def a_picture(colour: str) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "PNG")
    out.seek(0)
    return out


def a_deck(
    titles: Sequence[str],
    *,
    picture: str = "",
    chart: bool = False,
    table: bool = False,
    notes: str = "",
    logo: str = "",
    size: tuple[int, int] = WIDE,
    textbox: str = "",
) -> bytes:
    """A deck with one slide a title; whatever else is asked for is on every slide, a logo on the master."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Emu(size[0]), Emu(size[1])
    deck.core_properties.title = "样例"
    deck.core_properties.author = "林晓"
    if logo:
        _add_logo(deck, logo)
    for title in titles:
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = title
        if picture:
            slide.shapes.add_picture(a_picture(picture), Inches(1), Inches(2), Inches(2)).name = "图"
        if chart:
            data = CategoryChartData()
            data.categories = ["一季度", "二季度"]
            data.add_series("回款", (1.5, 2.5))
            place = (Inches(4), Inches(2), Inches(4), Inches(3))
            slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, data)
        if table:
            grid = slide.shapes.add_table(2, 2, Inches(1), Inches(4), Inches(3), Inches(1)).table
            grid.cell(0, 0).text, grid.cell(0, 1).text = "项目", "金额"
            grid.cell(1, 0).text, grid.cell(1, 1).text = title, "43 万"
        if textbox:
            slide.shapes.add_textbox(Inches(1), Inches(6), Inches(4), Inches(1)).text_frame.text = textbox
        if notes:
            slide.notes_slide.notes_text_frame.text = f"{notes} {title}"
    return saved(deck)


_LOGO = """
<p:pic xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"
  xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"
  xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<p:nvPicPr><p:cNvPr id="99" name="logo"/><p:cNvPicPr/><p:nvPr/></p:nvPicPr>
<p:blipFill><a:blip r:embed="{rel_id}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>
<p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="400000" cy="300000"/></a:xfrm>
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>
"""


def _add_logo(deck: object, colour: str) -> None:
    master = deck.slide_master  # type: ignore[attr-defined]
    _, rel_id = master.part.get_or_add_image_part(a_picture(colour))
    master.shapes._spTree.append(etree.fromstring(_LOGO.format(rel_id=rel_id)))


def saved(deck: object) -> bytes:
    out = io.BytesIO()
    deck.save(out)  # type: ignore[attr-defined]
    return out.getvalue()


def opened(data: bytes) -> Presentation:
    """The deck as python-pptx reads it."""
    return Presentation(io.BytesIO(data))


def titles_of(data: bytes) -> list[str]:
    return [slide.shapes.title.text for slide in opened(data).slides]


def altered(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """The deck with one part's bytes changed; the part is named without leading slash, as in the zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        assert part in old.namelist()
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return out.getvalue()


def replaced(data: bytes, part: str, old: str, new: str) -> bytes:
    """The deck with a text inside one part replaced; the text must be there."""

    def change(content: bytes) -> bytes:
        assert old.encode() in content
        return content.replace(old.encode(), new.encode())

    return altered(data, part, change)


def rebuilt(data: bytes, change: Callable[[Package], None]) -> bytes:
    """The deck after a change to its package."""
    package = read_package(data)
    change(package)
    return package.write()


def part_names(data: bytes, pattern: str) -> list[str]:
    """The names in the zip that match a pattern as a whole."""
    return [name for name in zipfile.ZipFile(io.BytesIO(data)).namelist() if re.fullmatch(pattern, name)]


def xml_of(data: bytes, part: str) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read(part).decode()
