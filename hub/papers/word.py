"""DOCX: the white paper to be worked on, with real heading styles, a contents field, headers and page numbers."""

import io
from collections.abc import Sequence
from typing import Any

from hub.papers import numbers
from hub.papers.brand import Brand
from hub.papers.pictures import drawable
from hub.papers.source import Block, Section, Source, Span

EAST_ASIAN, LATIN, MONO = "Microsoft YaHei", "Calibri", "Consolas"
PALE, HAIR, INK, SOFT = "F3F6F9", "D9E0E6", "1B2733", "5A6875"
MOST_COLUMNS = 63  # what Word takes
SHORT_FIGURE = 6  # characters that are written large
WIDEST_PICTURE = 15.5  # cm
TEXT_WIDTH = 15.8  # cm


CONTENTS_DEPTH = 2  # levels of headings in the contents


def word(source: Source, brand: Brand, pages: Sequence[int] = ()) -> bytes:
    """The document as bytes. `pages`: on which page each heading of the contents stands, as far as that is known."""
    return _Writer(source, brand, pages).written()


def heading_pages(pdf: bytes) -> tuple[int, ...]:
    """On which page of the drawn document each heading of the contents stands, in order."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        marks = [m for m in document.get_toc(max_depth=CONTENTS_DEPTH) if m.level < CONTENTS_DEPTH]
        found = [dest.get_index() if (dest := m.get_dest()) else None for m in marks]
        return tuple(n + 1 for n in found if n is not None)
    finally:
        document.close()


class _Writer:
    """Writes one document with python-docx, which has no types."""

    def __init__(self, source: Source, brand: Brand, pages: Sequence[int] = ()) -> None:
        import docx

        self.source, self.brand, self.pages = source, brand, pages
        self.doc: Any = docx.Document()
        self.deep = _darker(brand.primary)

    def written(self) -> bytes:
        self._styles()
        self._page()
        self._cover()
        after = self._contents()
        for section in self.source.sections:
            self._section(section)
        self._fill_contents(after)
        core = self.doc.core_properties
        core.title, core.author, core.subject = self.brand.title, self.brand.company, self.brand.summary[:250]
        core.language = self.brand.language
        out = io.BytesIO()
        self.doc.save(out)
        return out.getvalue()

    # ---- how it looks

    def _styles(self) -> None:
        from docx.shared import Pt, RGBColor

        sizes = {
            "Normal": 10.5,
            "Heading 1": 18,
            "Heading 2": 14,
            "Heading 3": 12,
            "Title": 30,
            "Subtitle": 13,
        }
        for name, size in sizes.items():
            style = self.doc.styles[name]
            style.font.name, style.font.size = LATIN, Pt(size)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in [key for key in fonts.attrib if "heme" in key]:
                del fonts.attrib[theme]
            fonts.set(_w("eastAsia"), EAST_ASIAN)
            fonts.set(_w("hAnsi"), LATIN)
            style.font.color.rgb = RGBColor.from_string(INK if name == "Normal" else self.deep)
        for name, before, after in (("Heading 1", 22, 8), ("Heading 2", 14, 6), ("Heading 3", 10, 4)):
            form = self.doc.styles[name].paragraph_format
            form.space_before, form.space_after, form.keep_with_next = Pt(before), Pt(after), True
            self.doc.styles[name].font.bold = True
            self.doc.styles[name].font.italic = False
        normal = self.doc.styles["Normal"].paragraph_format
        normal.line_spacing, normal.space_after = 1.4, Pt(6)

    def _page(self) -> None:
        from docx.shared import Cm

        part = self.doc.sections[0]
        part.page_width, part.page_height = Cm(21), Cm(29.7)
        part.left_margin = part.right_margin = Cm(2.6)
        part.top_margin, part.bottom_margin = Cm(2.8), Cm(2.4)
        part.different_first_page_header_footer = True
        head, foot = part.header.paragraphs[0], part.footer.paragraphs[0]
        head.style = foot.style = self.doc.styles["Normal"]
        head.text = f"{self.brand.title[:40]}\t{self.brand.company}"
        _stop(head, TEXT_WIDTH)
        _stop(foot, TEXT_WIDTH)
        foot.add_run(f"{self.brand.site}\t")
        before, _n, rest = self.brand.words["page"].partition("{n}")
        between, _all, after = rest.partition("{all}")
        for text, field in ((before, " PAGE "), (between, " NUMPAGES "), (after, "")):
            foot.add_run(text)
            if field:
                _field(foot, field, "1")
        for paragraph in (head, foot):
            for run in paragraph.runs:
                _ink(run, SOFT, 8.5)

    def _cover(self) -> None:
        from docx.shared import Pt

        top = self.doc.add_paragraph()
        top.paragraph_format.space_after = Pt(150)
        _ink(top.add_run(self.brand.company), self.brand.primary.lstrip("#"), 14, bold=True)
        title = self.doc.add_paragraph(style="Title")
        title.add_run(self.brand.title).bold = True
        _rule(title, self.brand.primary.lstrip("#"))
        if self.brand.summary:
            under = self.doc.add_paragraph(style="Subtitle")
            under.add_run(self.brand.summary).italic = False
            under.paragraph_format.space_before = Pt(14)
        last = self.doc.add_paragraph()
        last.paragraph_format.space_before = Pt(220)
        edition = self.brand.words["edition"].replace("{n}", str(self.brand.edition))
        _ink(last.add_run(" · ".join(t for t in (edition, self.brand.on, self.brand.site) if t)), SOFT, 10)

    def _contents(self) -> Any:
        """The page with the contents; returns the empty paragraph before which they come once the text is written."""
        head = self.doc.add_paragraph()
        head.paragraph_format.page_break_before = True
        _ink(head.add_run(self.brand.words["contents"]), self.deep, 18, bold=True)
        return self.doc.add_page_break()

    def _fill_contents(self, after: Any) -> None:
        """A field that Word brings up to date by itself; until then it shows the headings and, where known, the pages
        on which they stand when LibreOffice draws them.
        """
        headings = [p for p in self.doc.paragraphs if p.style.name in {"Heading 1", "Heading 2"}]
        known = self.pages if len(self.pages) == len(headings) else ()
        paragraph = after.insert_paragraph_before()
        _begin(paragraph, f' TOC \\o "1-{CONTENTS_DEPTH}" \\h \\z \\u ')
        for number, heading in enumerate(headings):
            if number:
                paragraph = after.insert_paragraph_before()
            self._entry(paragraph, heading, f"_Toc{number + 1:08}", str(known[number]) if known else "")
        _mark(paragraph, "end")

    def _entry(self, paragraph: Any, heading: Any, name: str, page: str) -> None:
        from docx.shared import Cm

        _bookmark(heading, name)
        if heading.style.name != "Heading 1":
            paragraph.paragraph_format.left_indent = Cm(0.75)
        _stop(paragraph, TEXT_WIDTH, dotted=True)
        link = _element("hyperlink", anchor=name, history="1")
        before = len(paragraph.runs)
        paragraph.add_run(f"{heading.text}\t")
        _field(paragraph, f" PAGEREF {name} \\h ", page, dirty=not page)
        for run in paragraph.runs[before:]:
            link.append(run._r)  # noqa: SLF001
        paragraph._p.append(link)  # noqa: SLF001

    # ---- what it says

    def _section(self, section: Section) -> None:
        if section.heading:
            self.doc.add_heading(section.heading, 1)
        if section.key == "value":
            self._figures(numbers.value_of(section).figures)
        smallest = min((b.level for b in section.blocks if b.kind == "heading"), default=1)
        for block in section.blocks:
            self._block(block, smallest)
        if section.key == "action" and self.brand.contact:
            said = self.doc.add_paragraph()
            _ink(said.add_run(f"{self.brand.words['contact']}  {self.brand.contact}"), SOFT, 10)

    def _figures(self, figures: Sequence[numbers.Figure]) -> None:
        if not figures:
            return
        table = self.doc.add_table(rows=1, cols=len(figures))
        for cell, figure in zip(table.rows[0].cells, figures, strict=True):
            _shade(cell, PALE)
            first = cell.paragraphs[0]
            size = 14 if len(figure.value) > SHORT_FIGURE else 20
            _ink(first.add_run(figure.value), self.brand.primary.lstrip("#"), size, bold=True)
            _ink(cell.add_paragraph().add_run(figure.label), SOFT, 9)
        self.doc.add_paragraph()

    def _block(self, block: Block, smallest: int) -> None:
        if block.kind == "heading":
            self.doc.add_heading(block.text, min(block.level - smallest, 1) + 2)
        elif block.kind == "table":
            self._table(block)
        elif block.kind == "picture":
            self._picture(block)
        elif block.kind == "code":
            self._code(block)
        elif block.kind in {"text", "item"}:
            self._paragraph(block)

    def _paragraph(self, block: Block) -> None:
        from docx.shared import Cm

        paragraph = self.doc.add_paragraph(style="Intense Quote" if block.quoted else None)
        if block.kind == "item":
            form = paragraph.paragraph_format
            form.left_indent, form.first_line_indent = Cm(0.75 * min(block.level, 8)), Cm(-0.6)
            form.tab_stops.add_tab_stop(form.left_indent)
            sign = f"{block.number}.\t" if block.number > 0 else "•\t" if block.number == 0 else "\t"
            _ink(paragraph.add_run(sign), self.brand.primary.lstrip("#"), None, bold=True)
        _put(paragraph, block.spans)

    def _code(self, block: Block) -> None:
        for line in block.text.split("\n"):
            run = self.doc.add_paragraph().add_run(line)
            run.font.name = MONO

    def _table(self, block: Block) -> None:
        from docx.shared import Pt

        columns = min(len(block.rows[0]), MOST_COLUMNS)
        table = self.doc.add_table(rows=0, cols=columns, style="Table Grid")
        for number, row in enumerate(block.rows):
            cells = table.add_row().cells
            for cell, spans in zip(cells, row[:columns], strict=False):
                paragraph = cell.paragraphs[0]
                paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(3)
                _put(paragraph, spans)
                if number == 0:
                    _shade(cell, self.deep)
                for run in paragraph.runs:
                    _ink(run, "FFFFFF" if number == 0 else INK, 9.5, bold=number == 0 or bool(run.bold))
        _repeat(table.rows[0])
        _hairlines(table)
        self.doc.add_paragraph()

    def _picture(self, block: Block) -> None:
        from docx.shared import Cm

        data = drawable(self.brand.pictures.get(block.src, b""))
        if data is None:
            return
        self.doc.add_picture(io.BytesIO(data), width=Cm(WIDEST_PICTURE))
        if block.text:
            _ink(self.doc.add_paragraph().add_run(block.text), SOFT, 9)


def _put(paragraph: Any, spans: Sequence[Span]) -> None:
    for span in spans:
        run = paragraph.add_run(span.text)
        run.bold, run.italic, run.font.strike = span.bold or None, span.italic or None, span.struck or None
        if span.code:
            run.font.name = MONO


def _ink(run: Any, colour: str, size: float | None, *, bold: bool = False) -> None:
    from docx.shared import Pt, RGBColor

    run.font.color.rgb = RGBColor.from_string(colour.upper())
    run.bold = bold or None
    if size:
        run.font.size = Pt(size)


def _darker(colour: str) -> str:
    """The company's colour at 55 %, for headings."""
    parts = [int(colour.lstrip("#")[n : n + 2], 16) for n in (0, 2, 4)]
    return "".join(f"{int(p * 0.55):02X}" for p in parts)


# ---- what python-docx has no door for


def _w(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(f"w:{name}"))


def _element(name: str, /, **attributes: str) -> Any:
    from docx.oxml import OxmlElement

    made = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        made.set(_w(key), value)
    return made


def _mark(paragraph: Any, kind: str, **more: str) -> None:
    paragraph.add_run()._r.append(_element("fldChar", fldCharType=kind, **more))  # noqa: SLF001


def _begin(paragraph: Any, code: str, *, dirty: bool = True) -> None:
    _mark(paragraph, "begin", **({"dirty": "true"} if dirty else {}))
    text = _element("instrText")
    text.text = code
    paragraph.add_run()._r.append(text)  # noqa: SLF001
    _mark(paragraph, "separate")


def _bookmark(paragraph: Any, name: str) -> None:
    number = name.removeprefix("_Toc").lstrip("0")
    start = _element("bookmarkStart", id=number, name=name)
    first = paragraph._p.find(_w("r"))  # noqa: SLF001
    first.addprevious(start)
    paragraph._p.append(_element("bookmarkEnd", id=number))  # noqa: SLF001


def _field(paragraph: Any, code: str, shown: str, *, dirty: bool = True) -> None:
    _begin(paragraph, code, dirty=dirty)
    paragraph.add_run(shown)
    _mark(paragraph, "end")


def _stop(paragraph: Any, at: float, *, dotted: bool = False) -> None:
    """One tab stop at the right edge, in centimetres, for what stands right."""
    from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
    from docx.shared import Cm

    leader = WD_TAB_LEADER.DOTS if dotted else WD_TAB_LEADER.SPACES
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(at), WD_TAB_ALIGNMENT.RIGHT, leader)


def _shade(cell: Any, colour: str) -> None:
    cell._tc.get_or_add_tcPr().append(_element("shd", val="clear", color="auto", fill=colour))  # noqa: SLF001


def _hairlines(table: Any) -> None:
    """Thin grey lines in place of the black ones of the style."""
    borders = _element("tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        borders.append(_element(side, val="single", sz="4", space="0", color="D9E0E6"))
    properties = table._tbl.tblPr  # noqa: SLF001
    properties.insert_element_before(
        borders, *(f"w:{n}" for n in ("shd", "tblLayout", "tblCellMar", "tblLook"))
    )


def _rule(paragraph: Any, colour: str) -> None:
    borders = _element("pBdr")
    borders.append(_element("bottom", val="single", sz="24", space="10", color=colour.upper()))
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001
    for old in properties.findall(_w("pBdr")):
        properties.remove(old)
    properties.insert_element_before(borders, *(f"w:{n}" for n in _AFTER_BORDERS))


_AFTER_BORDERS = (
    *("shd", "tabs", "suppressAutoHyphens", "spacing", "ind", "contextualSpacing", "jc", "outlineLvl", "rPr"),
)


def _repeat(row: Any) -> None:
    row._tr.get_or_add_trPr().append(_element("tblHeader"))  # noqa: SLF001
