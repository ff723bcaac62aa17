"""Everything a deck says in words, slide by slide, for search, previews, check-ups and provenance."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from hub.base.errors import HubError
from hub.slides import content, fingerprint, names, provenance
from hub.slides.deck import Source
from hub.slides.provenance import Provenance

_A, _P, _C = f"{{{names.A}}}", f"{{{names.P}}}", f"{{{names.C}}}"
_MEDIA = {"image", "video", "audio", "media"}
_CX = "{http://schemas.microsoft.com/office/drawing/2014/chartex}"


@dataclass(frozen=True)
class ChartText:
    """The words of one chart: titles of chart and axes, category labels, series names."""

    titles: tuple[str, ...]
    categories: tuple[str, ...]
    series: tuple[str, ...]


@dataclass(frozen=True)
class Slide:
    """One slide. `number` counts from 1; texts keep paragraphs apart by newlines.

    `tables` has one text a table (cells by tab, rows by newline), `alt` the alternative texts, `media` the
    sha256 of each embedded file it shows or plays. `provenance` is None unless the slide was put there by
    this engine.
    """

    number: int
    title: str
    body: str
    notes: str
    tables: tuple[str, ...]
    alt: tuple[str, ...]
    charts: tuple[ChartText, ...]
    diagrams: tuple[str, ...]
    layout: str
    hidden: bool
    media: tuple[str, ...]
    fingerprint: str
    provenance: Provenance | None

    @property
    def text(self) -> str:
        """All words of the slide in one text, for search."""
        charts = ["\n".join((*chart.titles, *chart.categories, *chart.series)) for chart in self.charts]
        parts = [self.title, self.body, *self.tables, *charts, *self.diagrams, *self.alt, self.notes]
        return "\n".join(part for part in parts if part)


@dataclass(frozen=True)
class Deck:
    """A deck in words. Sizes in EMU (914,400 an inch); `modified` in UTC; `warnings` are sentences for the
    reader.
    """

    width: int
    height: int
    slides: tuple[Slide, ...]
    title: str
    author: str
    modified: dt.datetime | None
    warnings: tuple[str, ...]


def read(data: bytes | Source) -> Deck:
    """Read a deck. HubError with the true reason if it is no deck, encrypted, damaged or over a limit."""
    source = data if isinstance(data, Source) else Source(data)
    slides = tuple(_slide(source, part, number) for number, part in enumerate(source.slides, start=1))
    title, author, modified = source.core_properties()
    width, height = source.size
    return Deck(width, height, slides, title, author, modified, tuple(dict.fromkeys(source.warnings)))


def _slide(source: Source, part: str, number: int) -> Slide:
    tree = source.tree(part)
    shapes = source.shapes(part)
    mark = provenance.read_mark(source, part)
    return Slide(
        number=number,
        title="\n".join(text for shape in shapes if shape.is_title for text in _words(shape)),
        body="\n".join(text for shape in shapes if _is_body(shape) for text in _words(shape)),
        notes=_notes(source, part),
        tables=tuple(_table(rows) for rows in map(content.table_rows, shapes) if rows is not None),
        alt=tuple(_alt(tree)),
        charts=tuple(_charts(source, part, shapes)),
        diagrams=tuple(_diagrams(source, part, shapes)),
        layout=_layout_name(source, part),
        hidden=tree.get("show") in {"0", "false"},
        media=tuple(_media(source, part)),
        fingerprint=str(fingerprint.of_slide(source, part)),
        provenance=mark.provenance if mark else None,
    )


def _words(shape: content.Shape) -> list[str]:
    return content.paragraphs(shape.element, fields=False)


def _is_body(shape: content.Shape) -> bool:
    return not shape.is_title and not shape.is_furniture and content.table_rows(shape) is None


def _table(rows: list[list[str]]) -> str:
    return "\n".join("\t".join(cell.replace("\n", " ") for cell in row) for row in rows)


def _alt(tree: etree._Element) -> Iterator[str]:
    seen: set[str] = set()
    for element in tree.iter(f"{_P}cNvPr"):
        for text in (element.get("title", "").strip(), element.get("descr", "").strip()):
            if text and text not in seen:
                seen.add(text)
                yield text


def _layout_name(source: Source, part: str) -> str:
    layout = source.first(part, "slideLayout")
    if layout is None:
        return ""
    common = source.tree(layout).find(f"{_P}cSld")
    return "" if common is None else common.get("name", "")


def _media(source: Source, part: str) -> Iterator[str]:
    seen: set[str] = set()
    for rel in source.package.rels(part):
        if rel.kind in _MEDIA and rel.part and rel.part not in seen:
            seen.add(rel.part)
            yield source.sha256(rel.part)


def _notes(source: Source, part: str) -> str:
    notes = source.first(part, "notesSlide")
    if notes is None:
        return ""
    tree = _tolerantly(source, notes, "备注")
    if tree is None:
        return ""
    bodies = (shape for shape in content.shapes(tree) if shape.placeholder and shape.placeholder[0] == "body")
    return "\n".join(text for shape in bodies for text in _words(shape))


def _tolerantly(source: Source, part: str, what: str) -> etree._Element | None:
    """A side part's tree; a damaged one costs its words and a warning, not the deck."""
    try:
        return source.tree(part)
    except HubError:
        source.warnings.append(f"有一处{what}已损坏,其中的文字未读取。")
        return None


def _charts(source: Source, part: str, shapes: list[content.Shape]) -> Iterator[ChartText]:
    for shape in shapes:
        rel = source.package.rel(part, content.chart_rel(shape) or "")
        tree = _tolerantly(source, rel.part, "图表") if rel and rel.part else None
        if tree is not None:
            yield _chart(tree)


def _chart(tree: etree._Element) -> ChartText:
    titles = [" ".join(content.paragraphs(title)) for tag in (_C, _CX) for title in tree.iter(f"{tag}title")]
    categories = [value.text for cat in tree.iter(f"{_C}cat") for value in cat.iter(f"{_C}v")]
    categories += [value.text for data in tree.iter(f"{_CX}strDim") for value in data.iter(f"{_CX}pt")]
    series = [value.text for tx in tree.iterfind(f".//{_C}ser/{_C}tx") for value in tx.iter(f"{_C}v")]
    series += [value.text for tx in tree.iterfind(f".//{_CX}series/{_CX}tx") for value in tx.iter(f"{_CX}v")]
    return ChartText(_distinct(titles), _distinct(categories), _distinct(series))


def _distinct(texts: list[str | None] | list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text.strip() for text in texts if text and text.strip()))


def _diagrams(source: Source, part: str, shapes: list[content.Shape]) -> Iterator[str]:
    for shape in shapes:
        rel = source.package.rel(part, content.diagram_rel(shape) or "")
        tree = _tolerantly(source, rel.part, "SmartArt") if rel and rel.part else None
        if tree is not None:
            text = "\n".join(content.paragraphs(tree))
            if text:
                yield text
