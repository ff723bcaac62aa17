"""A Word document in the house's hand: coloured cover, numbered headings, shaded tables, page numbers."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from .freeze import freeze

LATIN, ASIAN = "Noto Sans CJK SC", "Microsoft YaHei"


class Paper:
    """A document being written; `colour` is the accent as hex without `#`."""

    def __init__(
        self, title: str, subtitle: str, date: str, *, colour: str, picture: bytes | None = None
    ) -> None:
        self.doc = Document()
        self.colour = colour
        self._styles()
        core = self.doc.core_properties
        core.title, core.author, core.last_modified_by = title, "澜川智控", "澜川智控"
        core.created = core.modified = dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)
        self._cover(title, subtitle, date, picture)

    def _styles(self) -> None:
        for name, size in (("Normal", 10.5), ("Heading 1", 18), ("Heading 2", 13), ("List Bullet", 10.5)):
            style = self.doc.styles[name]
            style.font.name, style.font.size = LATIN, Pt(size)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            fonts.set(qn("w:eastAsia"), ASIAN)
            fonts.set(qn("w:ascii"), LATIN)
            fonts.set(qn("w:hAnsi"), LATIN)
            for key in ("w:asciiTheme", "w:eastAsiaTheme", "w:hAnsiTheme", "w:cstheme"):
                fonts.attrib.pop(qn(key), None)
            if name.startswith("Heading"):
                style.font.bold = True
                style.font.color.rgb = RGBColor.from_string(self.colour if name == "Heading 1" else "1F2937")
                style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(16), Pt(6)
            else:
                style.paragraph_format.space_after = Pt(6)
                style.paragraph_format.line_spacing = 1.35

    def _cover(self, title: str, subtitle: str, date: str, picture: bytes | None) -> None:
        section = self.doc.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.4)
        section.top_margin = section.bottom_margin = Cm(2.2)
        band = self.doc.add_table(rows=1, cols=1)
        cell = band.rows[0].cells[0]
        band.rows[0].height = Cm(9)
        shade(cell, self.colour)
        for n, (text, size, bold) in enumerate(
            (
                ("澜川智控 LANCHUAN CONTROLS", 11, True),
                (title, 27, True),
                (subtitle, 13, False),
                (date, 10.5, False),
            )
        ):
            line = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
            line.paragraph_format.left_indent = Cm(0.6)
            line.paragraph_format.space_before = Pt((22, 48, 10, 40)[n])
            run = line.add_run(text)
            run.font.size, run.font.bold, run.font.color.rgb = Pt(size), bold, RGBColor(255, 255, 255)
        if picture:
            spot = self.doc.add_paragraph()
            spot.paragraph_format.space_before = Pt(26)
            spot.add_run().add_picture(io.BytesIO(picture), width=Cm(16.2))
            self.doc.inline_shapes[-1]._inline.docPr.set("descr", "封面插图")
        section = self.doc.add_section(WD_SECTION.NEW_PAGE)
        section.footer.is_linked_to_previous = False
        foot = section.footer.paragraphs[0]
        foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        foot.add_run(f"{title}　").font.size = Pt(8)
        page_number(foot)

    def chapter(self, title: str) -> None:
        self.doc.add_heading(title, level=1)

    def part(self, title: str) -> None:
        self.doc.add_heading(title, level=2)

    def say(self, *paragraphs: str) -> None:
        for text in paragraphs:
            self.doc.add_paragraph(text)

    def points(self, *lines: str) -> None:
        for text in lines:
            self.doc.add_paragraph(text, style="List Bullet")

    def picture(self, data: bytes, words: str) -> None:
        self.doc.add_paragraph().add_run().add_picture(io.BytesIO(data), width=Cm(16.2))
        self.doc.inline_shapes[-1]._inline.docPr.set("descr", words)
        note = self.doc.add_paragraph()
        run = note.add_run(f"图：{words}")
        run.font.size, run.font.color.rgb = Pt(9), RGBColor(0x64, 0x74, 0x8B)

    def note(self, text: str) -> None:
        """A shaded box of one paragraph."""
        box = self.doc.add_table(rows=1, cols=1)
        shade(box.rows[0].cells[0], "F1F5F9")
        line = box.rows[0].cells[0].paragraphs[0]
        line.paragraph_format.space_before = Pt(6)
        run = line.add_run(text)
        run.font.bold = True
        self.doc.add_paragraph()

    def table(self, rows: list[list[str]], widths: list[float]) -> None:
        """The first row is the head; widths in centimetres."""
        made = self.doc.add_table(rows=len(rows), cols=len(rows[0]))
        made.alignment = WD_TABLE_ALIGNMENT.CENTER
        made.autofit = False
        borders(made)
        for number, row in enumerate(rows):
            for at, text in enumerate(row):
                cell = made.rows[number].cells[at]
                cell.width = Cm(widths[at])
                line = cell.paragraphs[0]
                line.paragraph_format.space_before = line.paragraph_format.space_after = Pt(3)
                run = line.add_run(text)
                run.font.size, run.font.bold = Pt(9.5), number == 0 or at == 0
                if number == 0:
                    shade(cell, self.colour)
                    run.font.color.rgb = RGBColor(255, 255, 255)
                elif number % 2 == 0:
                    shade(cell, "F8FAFC")
        head = made.rows[0]._tr.get_or_add_trPr()
        repeated = OxmlElement("w:tblHeader")
        head.append(repeated)
        self.doc.add_paragraph()

    def save(self) -> bytes:
        out = io.BytesIO()
        self.doc.save(out)
        return freeze(out.getvalue())


def shade(cell: Any, colour: str) -> None:
    mark = OxmlElement("w:shd")
    for key, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", colour)):
        mark.set(qn(key), value)
    cell._tc.get_or_add_tcPr().append(mark)


def borders(table: Any) -> None:
    edge = OxmlElement("w:tblBorders")
    for side in ("top", "bottom", "insideH"):
        line = OxmlElement(f"w:{side}")
        for key, value in (("w:val", "single"), ("w:sz", "4"), ("w:color", "CBD5E1")):
            line.set(qn(key), value)
        edge.append(line)
    properties = table._tbl.tblPr
    later = {qn(f"w:{tag}") for tag in ("shd", "tblLayout", "tblCellMar", "tblLook")}
    # The schema wants the borders before these; Word refuses a file in another order.
    place = next((n for n, child in enumerate(properties) if child.tag in later), len(properties))
    properties.insert(place, edge)


def page_number(paragraph: Any) -> None:
    run = paragraph.add_run()
    run.font.size = Pt(8)
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        mark = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark.text = text
        run._r.append(mark)
