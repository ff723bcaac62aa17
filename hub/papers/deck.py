"""PPTX: which page of the deck template shows what of a source, and the deck filled with it.

A pitch deck says what the source says, to be read or sent. A talk deck shows little and carries what is to be said in
its speaker notes, section by section. Pages are counted in `templates/decks/solution-forms/template.pptx`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub import slides
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.base.paths import templates_dir
from hub.papers import numbers
from hub.papers.brand import Brand
from hub.papers.pictures import drawable
from hub.papers.source import Block, Section, Source, Span, words

COVER, AGENDA, POINTS_3, POINTS_5, TEXTS, TABLE_2, CHART, FIGURES, PICTURE, CASES, CLOSING = (
    *(1, 2, 3, 4, 5, 6, 10, 11, 12, 13, 14),
)
MOST_COLUMNS = 5
MOST_ROWS, MOST_LINES = 8, 15  # rows of a table on one slide, and lines that they may take together
LONG_POINT = 90  # characters after which a point takes the higher card
SHORT_POINT = 44  # characters of a point that is a lead by itself
TEXT_ON_PAGE = 260  # characters
MOST_OF_TOPIC = 160  # characters below a smaller heading that still are one point
SHORT_TITLE = 34
MOST_SLIDES = 120
BESIDE = ("table", "picture")  # what stands on slides of its own beside stories and questions


@dataclass
class Plan:
    """The pages of a deck in order, and sentences about what was left out."""

    uses: list[slides.SlideUse] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def pitch(source: Source, brand: Brand) -> tuple[bytes, list[str]]:
    """The deck to be read, and sentences about what does not fit."""
    return _made(source, brand, talk=False)


def talk(source: Source, brand: Brand) -> tuple[bytes, list[str]]:
    """The deck to be talked to, with speaker notes, and sentences about what does not fit."""
    return _made(source, brand, talk=True)


def _made(source: Source, brand: Brand, *, talk: bool) -> tuple[bytes, list[str]]:
    found = plan(source, brand, talk=talk)
    if len(found.uses) > MOST_SLIDES:
        raise HubError(
            _("这份方案要 %(n)s 页 PPT，超过 %(most)s 页的上限。请把长表格和长列表移到附件里。")
            % {"n": len(found.uses), "most": MOST_SLIDES}
        )
    edition = brand.words["edition"].replace("{n}", str(brand.edition))
    values = {
        "title": brand.title,
        "summary": brand.summary,
        "company": {"name": brand.company},
        "imprint": " · ".join(t for t in (edition, brand.on, brand.site) if t),
        "address": " · ".join(t for t in (brand.company, brand.site) if t),
        "kicker": brand.words["solution"],
        "contact": f"{brand.words['contact']}  {brand.contact}" if brand.contact else "",
        "words": brand.words,
    }
    made = slides.fill(_template(brand.primary), values, slides=found.uses, language=brand.language[:2])
    return made.data, [*found.told, *(w.sentence for w in made.warnings)]


def _template(primary: str) -> bytes:
    """The template with the company's colour as the first accent of its theme."""
    package = slides.read_package(
        (templates_dir() / "decks" / "solution-forms" / "template.pptx").read_bytes()
    )
    colour = f'<a:accent1><a:srgbClr val="{primary.lstrip("#").upper()}"/></a:accent1>'.encode()
    for part in package.names():
        if "/theme/" in part and part.endswith(".xml"):
            data = re.sub(rb"<a:accent1>.*?</a:accent1>", colour, package.data(part), flags=re.DOTALL)
            package.put(part, data, package.content_type(part))
    return package.write()


def plan(source: Source, brand: Brand, *, talk: bool) -> Plan:
    """The slides of the source in its own order; the cover first, the call to action last."""
    made = Plan()
    shown = [s for s in source.sections if s.blocks and s.heading and s.key != "action"]
    made.uses.append(_use(COVER, notes=_notes(talk, brand.summary)))
    agenda = [{"number": f"{n:02d}", "title": s.heading} for n, s in enumerate(shown[:10], start=1)]
    made.uses.append(_use(AGENDA, agenda=agenda, notes=_notes(talk, "\n".join(s.heading for s in shown))))
    for section in shown:
        for number, values in _pages(section, brand, made, talk=talk):
            made.uses.append(_use(number, section=section.heading, **values))
    action = source.get("action")
    if action is not None:
        texts = [b.text for b in action.blocks if b.kind in {"text", "item"}]
        texts = [numbers.brief(numbers.Pair("", texts[0]))] if talk and texts else texts
        made.uses.append(_use(CLOSING, section=action.heading, texts=texts, notes=_notes(talk, action.text)))
    return made


def _use(number: int, **values: Any) -> slides.SlideUse:
    return slides.SlideUse(number, values)


def _notes(talk: bool, text: str) -> str:  # noqa: FBT001
    return text if talk else ""


def _pages(section: Section, brand: Brand, made: Plan, *, talk: bool) -> Iterator[tuple[int, dict[str, Any]]]:
    """The slides of one section; the first carries the notes, the others say whose they are."""
    listed = section.key in {"faq", "cases"}
    headline = "" if listed else numbers.headline(section.blocks, SHORT_TITLE)
    blocks = _without(section.blocks, headline) if headline else section.blocks
    section = Section(section.key, section.heading, blocks)
    notes = _notes(talk, f"{headline}\n{section.text}".strip())
    for count, (number, values) in enumerate(_parts(section, brand, made, talk=talk)):
        title = headline if headline and not count else section.heading
        yield number, {"headline": title, "notes": notes, **values}
        notes = _notes(talk, f"{section.heading} · {brand.words['continued']}")


def _without(blocks: Sequence[Block], headline: str) -> tuple[Block, ...]:
    """The blocks without the sentence that is a title now."""
    first = next(n for n, b in enumerate(blocks) if b.kind != "rule")
    rest = blocks[first].text[len(headline) :].lstrip("。：:；;. ")
    kept = [Block("text", (Span(rest),))] if rest else []
    return (*kept, *blocks[first + 1 :])


def _parts(section: Section, brand: Brand, made: Plan, *, talk: bool) -> Iterator[tuple[int, dict[str, Any]]]:
    if section.key == "value":
        yield from _value(section, talk=talk)
    elif section.key == "faq":
        yield from _points(numbers.questions_of(section), "?", talk=talk)
        section = Section(section.key, section.heading, tuple(b for b in section.blocks if b.kind in BESIDE))
    elif section.key == "cases":
        yield from _cases(section, talk=talk)
        section = Section(section.key, section.heading, tuple(b for b in section.blocks if b.kind in BESIDE))
    else:
        yield from _flow(section, talk=talk)
    drawn = next((b for b in section.blocks if section.key == "value" and numbers.chart_of(b)), None)
    for block in section.blocks:
        if block.kind == "table" and block is not drawn:
            yield from _tables(block, section, made)
        elif block.kind == "picture":
            yield from _picture(block, brand)


def _flow(section: Section, *, talk: bool) -> Iterator[tuple[int, dict[str, Any]]]:
    """Paragraphs before lists; a last paragraph after a list is one more point of it."""
    topics = _topics(section.blocks)
    if topics is not None:
        before, points = topics
        yield from _flow(Section("", "", before), talk=talk)
        yield from _points(points, "", talk=talk)
        return
    runs = _runs(section.blocks)
    last = max((n for n, run in enumerate(runs) if run[0].kind == "item"), default=-1)
    texts = [b for n, run in enumerate(runs) if run[0].kind != "item" and (n < last or last < 0) for b in run]
    after = [b for n, run in enumerate(runs) if n > last >= 0 for b in run]
    said = [b.text for b in texts if b.text]
    for page in _by_length([numbers.brief(numbers.Pair("", t)) for t in said] if talk else said):
        yield TEXTS, {"texts": page}
    points = [
        p for run in runs if run[0].kind == "item" for p in numbers.pairs_of(Section("", "", tuple(run)))
    ]
    points += [numbers.Pair("", b.text) for b in after if b.text]
    if last >= 0:
        yield from _points(points, "", talk=talk)


def _topics(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], list[numbers.Pair]] | None:
    """What stands before the first smaller heading, and each such heading with the paragraphs below it; None where
    there are no two, or where more is below one than a card holds.
    """
    said = [b for b in blocks if b.kind in {"text", "item", "heading", "code"}]
    starts = [n for n, b in enumerate(said) if b.kind == "heading"]
    if len(starts) < 2:  # noqa: PLR2004 - a list has two
        return None
    parts = [said[a:b] for a, b in zip(starts, [*starts[1:], len(said)], strict=True)]
    points = [numbers.Pair(head.text, " ".join(b.text for b in below)) for head, *below in parts]
    plain = all(b.kind == "text" for _head, *below in parts for b in below)
    fits = all(0 < len(p.text) <= MOST_OF_TOPIC for p in points)
    return (tuple(said[: starts[0]]), points) if plain and fits else None


def _runs(blocks: Sequence[Block]) -> list[list[Block]]:
    """Items that follow each other, and paragraphs that do."""
    runs: list[list[Block]] = []
    for block in blocks:
        if block.kind not in {"text", "item", "heading", "code"}:
            continue
        if not runs or (runs[-1][0].kind == "item") != (block.kind == "item"):
            runs.append([])
        runs[-1].append(block)
    return runs


def _by_length(texts: Sequence[str]) -> Iterator[list[str]]:
    page: list[str] = []
    for text in texts:
        if page and sum(map(len, page)) + len(text) > TEXT_ON_PAGE:
            yield page
            page = []
        page.append(text)
    if page:
        yield page


def _points(pairs: Sequence[numbers.Pair], badge: str, *, talk: bool) -> Iterator[tuple[int, dict[str, Any]]]:
    told = [{"lead": p.lead, "text": "" if talk and p.lead else p.text, "badge": badge} for p in pairs]
    if talk:
        told = [
            {**t, "lead": t["lead"] or numbers.brief(numbers.Pair("", t["text"])), "text": ""} for t in told
        ]
    for number, each in enumerate(told, start=1):
        each["badge"] = badge or str(number)
        if not each["lead"] and len(each["text"]) <= SHORT_POINT:
            each["lead"], each["text"] = each["text"], ""
    few = len(told) <= 3 or any(len(t["text"]) > LONG_POINT for t in told)  # noqa: PLR2004
    most = 3 if few else 5
    pages = -(-len(told) // most)
    size = -(-len(told) // pages) if pages else 1
    for start in range(0, len(told), size):
        yield POINTS_3 if few else POINTS_5, {"points": told[start : start + size]}


def _cases(section: Section, *, talk: bool) -> Iterator[tuple[int, dict[str, Any]]]:
    pairs = numbers.pairs_of(section)
    if not any(p.lead for p in pairs):
        yield from _flow(section, talk=talk)
        return
    told = [
        {"lead": p.lead or section.heading, "text": numbers.brief(p) if talk and not p.lead else p.text}
        for p in pairs
    ]
    for start in range(0, len(told), 3):
        yield CASES, {"points": told[start : start + 3]}


def _value(section: Section, *, talk: bool) -> Iterator[tuple[int, dict[str, Any]]]:
    """The chart with the figures beside it, or the figures with the words below; then what is left to say."""
    value = numbers.value_of(section)
    figures = [{"value": f.value, "label": f.label} for f in value.figures]
    left = [b for b in value.unfigured if b.kind in {"text", "item"}]
    texts = [] if talk else [b.text for b in left]
    if value.chart is not None:
        data = {
            "categories": list(value.chart.categories),
            "series": [{"name": name, "values": list(v)} for name, v in value.chart.series],
        }
        yield CHART, {"chart": data, "caption": value.chart.caption, "figures": figures}
    elif figures:
        yield FIGURES, {"figures": figures, "texts": next(_by_length(texts), [])}
        texts = [t for page in list(_by_length(texts))[1:] for t in page]
    elif talk:
        texts = [numbers.brief(numbers.Pair("", b.text)) for b in left]
    for page in _by_length(texts):
        yield TEXTS, {"texts": page}


def _tables(block: Block, section: Section, made: Plan) -> Iterator[tuple[int, dict[str, Any]]]:
    columns = len(block.rows[0])
    if columns > MOST_COLUMNS or columns < 2:  # noqa: PLR2004
        made.told.append(
            _("“%(section)s”里的表有 %(n)s 列，PPT 一页最多放 %(most)s 列，这张表没有带上；白皮书里有。")
            % {"section": section.heading, "n": columns, "most": MOST_COLUMNS}
        )
        return
    names = "abcde"[:columns]
    head, *rows = [dict(zip(names, (words(c) for c in row), strict=False)) for row in block.rows]
    for page in _by_height(rows, columns):
        yield TABLE_2 + columns - 2, {"head": head, "rows": page}


def _by_height(rows: Sequence[dict[str, str]], columns: int) -> Iterator[list[dict[str, str]]]:
    """Rows that fit on a slide together, by the lines that their longest cell takes."""
    page: list[dict[str, str]] = []
    used = 0
    for row in rows:
        lines = max(-(-len(cell) // (90 // columns)) for cell in row.values())
        if page and (used + lines > MOST_LINES or len(page) >= MOST_ROWS):
            yield page
            page, used = [], 0
        page.append(row)
        used += max(lines, 1)
    if page:
        yield page


def _picture(block: Block, brand: Brand) -> Iterator[tuple[int, dict[str, Any]]]:
    data = drawable(brand.pictures.get(block.src, b""))
    if data is not None:
        yield PICTURE, {"picture": data, "caption": block.text}
