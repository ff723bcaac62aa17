"""PDF: white paper and one-pager, set by Typst from data. For a child process with limits; see `hub.base.child`.

The templates stand in `templates/documents`; what the author wrote reaches them as JSON and is never read as Typst, so
that it can neither open a file nor ask for a package. Fonts are those of the machine.
"""

import json
import math
import re
import tempfile
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

from hub.base.errors import HubError
from hub.base.i18n import _
from hub.base.paths import templates_dir
from hub.papers import numbers
from hub.papers.brand import Brand
from hub.papers.pictures import drawable
from hub.papers.source import Block, Section, Source, Span, Spans, words

HAN_FONTS = (
    *("Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Microsoft YaHei", "PingFang SC"),
    *("WenQuanYi Micro Hei", "WenQuanYi Zen Hei", "SimHei", "Noto Serif CJK SC", "SimSun"),
)
LATIN_FONTS = ("Noto Sans", "Liberation Sans", "DejaVu Sans", "Libertinus Serif")
SIGNS = ("Noto Color Emoji", "Noto Emoji", "DejaVu Sans")
MONO = ("Noto Sans Mono CJK SC", "DejaVu Sans Mono", *HAN_FONTS)
BODY_SIZE = 10.5  # points
# How a one-pager is tried, until it fits: told briefly or not, and the size of its letters in points.
TRIED = (
    *((False, 11.4), (False, 10.8), (False, 10.2), (False, 9.4)),
    *((True, 11.0), (True, 10.2), (True, 9.4), (True, 8.9), (True, 8.4)),
)
MOST_ROWS, MOST_COLUMNS = 8, 5  # of a table on a one-pager, its head among them
LINE_POINTS, PAGE_POINTS = 13.0, 780.0
LONG_WORD, LONG_IN_CELL = 28, 10  # letters without a gap, after which a line may break
ZERO_WIDTH = "\u200b"


def paper(source: Source, brand: Brand) -> bytes:
    """The white paper: cover, contents with page numbers, sections. HubError when a font is missing."""
    document = _document(source, brand, source.sections)
    done, _end = _set("whitepaper", document, brand, BODY_SIZE)
    return done


def one_page(source: Source, brand: Brand) -> tuple[bytes, list[str]]:
    """The one-pager, and sentences about what it has no room for: exactly one page, told briefly and in smaller
    letters, within bounds, when that is needed; else HubError that says what to cut.
    """
    end: dict[str, float] = {}
    sheets = _sheets(source)
    for with_sheets, (short, size) in product([sheets, ()] if sheets else [()], TRIED):
        document = _on_one_page(source, brand, with_sheets, short=short)
        done, end = _set("one_pager", document, brand, size)
        if end["page"] == 1:
            done, end = _set("one_pager", document, brand, size, fill=True)
            return done, _not_on_it(source, with_sheets)
    over = (end["page"] - 2) * PAGE_POINTS + end["y"]
    lines = max(1, math.ceil(over / LINE_POINTS))
    longest = max(_short(source), key=lambda s: len(s.text))
    raise HubError(
        _("一页放不下，多出约 %(lines)s 行。最长的一节是“%(section)s”（%(count)s 字），先删短它。")
        % {"lines": lines, "section": longest.heading, "count": len(longest.text)},
        lines=lines,
        section=longest.key,
    )


def _sheets(source: Source) -> tuple[Block, ...]:
    """The small tables of the value section that are no chart: what somebody gains stands on the page as it is."""
    value = source.get("value")
    tables = [b for b in numbers.value_of(value).rest if b.kind == "table"]
    return tuple(b for b in tables if len(b.rows) <= MOST_ROWS and len(b.rows[0]) <= MOST_COLUMNS)


def _not_on_it(source: Source, sheets: Sequence[Block]) -> list[str]:
    """One sentence that names the sections whose pictures or tables have no room on the page; none when there are none.
    The table that is drawn as the chart is on it, and so are these sheets.
    """
    kinds = {s.heading: [b.kind for b in s.blocks if b.kind in {"picture", "table"}] for s in source.sections}
    value = source.get("value")
    if value is not None and numbers.value_of(value).chart is not None:
        kinds[value.heading].remove("table")
    for _sheet in sheets:
        kinds[value.heading if value else ""].remove("table")
    lacking = [heading for heading, left in kinds.items() if left]
    if not lacking:
        return []
    said = _("一页纸上没有地方放图片和表格，“%(sections)s”里的没有带上；白皮书里有。")
    return [said % {"sections": _("”“").join(lacking)}]


def _on_one_page(source: Source, brand: Brand, sheets: Sequence[Block], *, short: bool) -> dict[str, Any]:
    """The document with its sections in places: two columns, what needs the whole width, and the last word. These
    sheets stand before the words of the value section.
    """
    shown = _with_sheets(_short(source) if short else _whole(source), source, sheets)
    document = _document(source, brand, shown)
    by_key = {s["key"]: s for s in document["sections"]}
    document["columns"] = [
        [by_key[k] for k in ("pain", "cases") if k in by_key],
        [by_key[k] for k in ("approach", "capabilities") if k in by_key],
    ]
    document["wide"] = [s for k, s in by_key.items() if k == "value"]
    document["action"] = by_key.get("action")
    return document


def fonts() -> list[str]:
    """The font families of this machine."""
    import typst

    return list(typst.Fonts().families())


def _chosen(brand: Brand, text: str) -> tuple[list[str], list[str]]:
    """Fonts for words and for code. HubError when the text is Chinese and no font of the machine can write it."""
    there = set(fonts())
    han = [f for f in HAN_FONTS if f in there]
    if not han and (not brand.language.startswith("en") or re.search(r"[\u3400-\u9fff]", text)):
        raise HubError(
            _(
                "服务器上没有中文字体，出不了 PDF。请管理员装上 Noto Sans CJK（Debian：apt install fonts-noto-cjk）。"
            )
        )
    latin = [f for f in LATIN_FONTS if f in there]
    order = [*latin, *han] if brand.language.startswith("en") else [*han, *latin]
    return [*order, *(f for f in SIGNS if f in there)], [f for f in MONO if f in there] or order


def _set(
    template: str, document: dict[str, Any], brand: Brand, size: float, *, fill: bool = False
) -> tuple[bytes, dict[str, float]]:
    """Set the document; the PDF and where its text ends: page, and points from the top."""
    import typst

    folder = templates_dir() / "documents"
    main = "\n".join((folder / f"{name}.typ").read_text("utf-8") for name in ("common", template))
    text = json.dumps(document, ensure_ascii=False)
    document["fonts"], document["mono"] = _chosen(brand, text)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "main.typ").write_text(main, "utf-8")
        for number, data in enumerate(_drawn(brand).values()):
            (root / f"{number}.png").write_bytes(data)
        said = {
            "document": json.dumps(document, ensure_ascii=False),
            "size": str(size),
            "fill": str(int(fill)),
        }
        compiler = typst.Compiler(
            str(root / "main.typ"),
            root=str(root),
            sys_inputs=said,
            package_path=name,
            package_cache_path=name,
        )
        pdf = compiler.compile(format="pdf", timestamp=0)
        end = {}
        if template == "one_pager":
            end = json.loads(compiler.query("<end>", field="value", one=True))
    assert isinstance(pdf, bytes)  # noqa: S101 - only pictures come as a list
    return pdf, end


def _drawn(brand: Brand) -> dict[str, bytes]:
    """The pictures that can be drawn, as PNG, by address."""
    made = {src: drawable(data) for src, data in brand.pictures.items()}
    return {src: data for src, data in made.items() if data is not None}


# ---- the document as data


def _document(source: Source, brand: Brand, sections: Sequence[Section]) -> dict[str, Any]:
    files = {src: f"{number}.png" for number, src in enumerate(_drawn(brand))}
    value = numbers.value_of(source.get("value"))
    shown = [_section(s, value, files) for s in sections]
    return {
        "title": soft(brand.title),
        "short": brand.title if len(brand.title) <= 40 else brand.title[:39] + "…",  # noqa: PLR2004
        "kicker": brand.words["paper"],
        "summary": soft(brand.summary),
        "company": brand.company,
        "site": brand.site,
        "primary": brand.primary,
        "lang": "en" if brand.language.startswith("en") else "zh",
        "edition": brand.words["edition"].replace("{n}", str(brand.edition)),
        "on": brand.on,
        "contact": brand.contact,
        "words": brand.words,
        "sections": [s for s in shown if s["heading"] or s["blocks"]],
        "value": {
            "figures": [{"value": f.value, "label": soft(f.label)} for f in value.figures],
            "chart": _chart(value.chart, source.get("value")) if value.chart else None,
        },
        "questions": [
            {"lead": soft(p.lead), "text": soft(p.text)} for p in numbers.questions_of(source.get("faq"))
        ],
    }


def _section(section: Section, value: numbers.Value, files: dict[str, str]) -> dict[str, Any]:
    blocks = value.rest if section.key == "value" and value.chart else section.blocks
    smallest = min((b.level for b in blocks if b.kind == "heading"), default=1)
    return {
        "key": section.key,
        "heading": soft(section.heading),
        "blocks": [_block(b, files, smallest) for b in blocks],
    }


def _block(block: Block, files: dict[str, str], smallest: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "kind": block.kind,
        "level": min(block.level - smallest, 1) + 2 if block.kind == "heading" else block.level,
        "number": block.number,
        "quoted": block.quoted,
        "spans": [_span(s, LONG_WORD) for s in block.spans],
        "file": files.get(block.src, ""),
    }
    if block.kind == "table":
        made |= _table(block)
    return made


def _span(span: Span, longest: int) -> dict[str, Any]:
    return {
        "t": soft(span.text, longest),
        "bold": span.bold,
        "italic": span.italic,
        "struck": span.struck,
        "code": span.code,
    }


def _table(block: Block) -> dict[str, Any]:
    head, *rows = block.rows
    cells = [[[_span(s, LONG_IN_CELL) for s in cell] for cell in row] for row in block.rows]
    lengths = [max(len(words(row[n])) if n < len(row) else 0 for row in block.rows) for n in range(len(head))]
    numeric = [
        bool(rows) and all(re.fullmatch(r"[\s\d.,%+−¥$-]*", words(row[n])) for row in rows if n < len(row))
        for n in range(len(head))
    ]
    body = [[{"spans": cell} for cell in row] for row in cells[1:]]
    return {
        "columns": len(head),
        "shares": [min(max(n, 4), 24) for n in lengths],
        "numeric": numeric,
        "rows": [cells[0], *body],
    }


def _chart(chart: numbers.Chart, section: Section | None) -> dict[str, Any]:
    top = max((abs(v) for _n, values in chart.series for v in values), default=0) or 1.0
    rows = [
        {
            "label": soft(category, LONG_IN_CELL),
            "values": [
                {"share": abs(v[n]) / top, "said": f"{v[n]:g}{chart.unit}"} for _name, v in chart.series
            ],
        }
        for n, category in enumerate(chart.categories)
    ]
    return {
        "title": chart.caption,
        "heading": section.heading if section else chart.caption,
        "names": [name for name, _v in chart.series],
        "rows": rows,
        "top": top,
    }


# ---- what a one-pager takes of a source


def _short(source: Source) -> list[Section]:
    """Of each section its list, told briefly, or its first paragraph; of cases, the names with their first sentence."""
    made = []
    for key in ("pain", "approach", "capabilities", "value", "cases", "action"):
        section = source.get(key)
        if section is not None:
            made.append(Section(key, section.heading, _short_blocks(key, section)))
    return [s for s in made if s.blocks]


def _with_sheets(sections: list[Section], source: Source, sheets: Sequence[Block]) -> list[Section]:
    value = source.get("value")
    if value is None or not sheets:
        return sections
    said = next((s.blocks for s in sections if s.key == "value"), ())
    kept = [b for b in said if b.kind != "table"]
    return [*(s for s in sections if s.key != "value"), Section("value", value.heading, (*sheets, *kept))]


def _whole(source: Source) -> list[Section]:
    """The same sections with all they say, tables left out: half a page is too narrow for them."""
    made = []
    for section in _short(source):
        whole = source.get(section.key)
        kept = tuple(b for b in whole.blocks if b.kind in {"text", "item", "heading"}) if whole else ()
        made.append(Section(section.key, section.heading, kept or section.blocks))
    return made


def _short_blocks(key: str, section: Section) -> tuple[Block, ...]:
    items = [b for b in section.blocks if b.kind == "item" and b.number >= 0]
    if key == "value":
        return (
            () if numbers.value_of(section).figures or numbers.value_of(section).chart else section.blocks[:1]
        )
    if key == "cases":
        return tuple(Block("item", _case(p), 1) for p in numbers.pairs_of(section))
    if key == "action" or not items:
        return tuple(b for b in section.blocks if b.kind in {"text", "item"})[: None if items else 1]
    return tuple(Block("item", _point(b.spans), 1, b.number) for b in items)


def _point(spans: Spans) -> Spans:
    """An item as its bold beginning and one sentence."""
    lead: list[Span] = []
    for span in spans:
        if not span.bold:
            break
        lead.append(span)
    rest = numbers.sentences(words(spans[len(lead) :]))
    return (*lead, Span(rest[0] if rest else ""))


def _case(pair: numbers.Pair) -> Spans:
    said = numbers.sentences(pair.text)
    mark = (
        "："
        if pair.lead and re.search(r"[\u3400-\u9fff]", pair.lead + pair.text)
        else ": "
        if pair.lead
        else ""
    )
    return (Span(pair.lead + mark, bold=True), Span(said[0] if said else ""))


def soft(text: str, longest: int = LONG_WORD) -> str:
    """The text with places to break inside words that no line could hold."""
    return re.sub(
        rf"[!-~\u00a1-\u024f\u0370-\u1fff]{{{longest + 1},}}",
        lambda hit: ZERO_WIDTH.join(hit[0][n : n + longest] for n in range(0, len(hit[0]), longest)),
        text,
    )
