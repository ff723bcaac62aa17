"""Templates drawn for the tests, and ways to look into what came out."""

import io
from collections.abc import Sequence
from typing import Any

from lxml import etree
from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches, Pt

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"


def a_template() -> Any:
    """An empty 16:9 template; slides are added by the test."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    return deck


def a_slide(deck: Any, layout: int = 6) -> Any:
    return deck.slides.add_slide(deck.slide_layouts[layout])


def a_box(slide: Any, *paragraphs: str | Sequence[str], name: str = "文本", descr: str = "") -> Any:
    """A text box; a paragraph given as a list is cut into runs there."""
    box = slide.shapes.add_textbox(Inches(1), Inches(1), Inches(6), Inches(2))
    box.name = name
    write(box.text_frame, *paragraphs)
    if descr:
        describe(box, descr)
    return box


def write(frame: Any, *paragraphs: str | Sequence[str]) -> None:
    for number, runs in enumerate(paragraphs):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        for text in [runs] if isinstance(runs, str) else runs:
            run = paragraph.add_run()
            run.text = text
            run.font.size = Pt(18)


def describe(shape: Any, text: str) -> None:
    shape._element.find(f"./*/{P}cNvPr").set("descr", text)


def a_table(slide: Any, *rows: Sequence[str]) -> Any:
    frame = slide.shapes.add_table(len(rows), len(rows[0]), Inches(1), Inches(2), Inches(8), Inches(1))
    for row, texts in zip(frame.table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    return frame


def a_chart(slide: Any, title: str = "", kind: Any = XL_CHART_TYPE.COLUMN_CLUSTERED) -> Any:
    data = CategoryChartData(number_format="0%")
    data.categories = ["甲", "乙"]
    data.add_series("样例", (0.1, 0.2))
    frame = slide.shapes.add_chart(kind, Inches(1), Inches(2), Inches(6), Inches(4), data)
    if title:
        frame.chart.has_title = True
        frame.chart.chart_title.text_frame.text = title
    return frame


def an_image(width: int = 40, height: int = 20, kind: str = "PNG", colour: str = "navy") -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(buffer, kind)
    return buffer.getvalue()


def saved(deck: Any) -> bytes:
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def opened(data: bytes) -> Any:
    return Presentation(io.BytesIO(data))


def texts(slide: Any) -> list[str]:
    """Every paragraph on the slide that has text, groups and tables too."""
    found = []
    for paragraph in slide._element.iter(f"{A}p"):
        text = "".join(
            "\n" if each.tag == f"{A}br" else each.text or "" for each in paragraph.iter(f"{A}t", f"{A}br")
        )
        if text:
            found.append(text)
    return found


def xml(element: Any) -> str:
    return etree.tostring(element, encoding="unicode")
