"""What a section says in a form that pages can draw: figures, a chart, questions with answers, stories, points."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from hub.papers.source import Block, Section, Span, Spans, words

MOST_FIGURES = 4
MOST_BARS, MOST_SERIES = 12, 4
LONGEST_FIGURE, LONGEST_LABEL = 14, 44  # characters
LONGEST_QUESTION = 60
BRIEF = 30  # characters of a point on a slide that is talked to

_NUMBER = re.compile(r"[-+−]?\d[\d,，]*(?:\.\d+)?")
_CELL = re.compile(r"^\s*[约近超<>≤≥¥$€]?\s*([-+−]?\d[\d,，]*(?:\.\d+)?)\s*([^\d\s]{0,12})\s*$")
_SENTENCE = re.compile(r"(?<=[。！？!?；;])|(?<=\.)\s")
_EDGES = " ，,。.；;：:、—–-·|"


@dataclass(frozen=True)
class Figure:
    """A number worth a place of its own: `value` with its unit, and what it measures."""

    value: str
    label: str


@dataclass(frozen=True)
class Chart:
    """A table whose columns after the first are numbers. `unit` when all cells carry the same."""

    title: str
    categories: tuple[str, ...]
    series: tuple[tuple[str, tuple[float, ...]], ...]
    unit: str = ""

    @property
    def caption(self) -> str:
        """What the bars measure."""
        names = "、".join(name for name, _values in self.series if name)
        return f"{names}（{self.unit}）" if self.unit and names else names or self.unit


@dataclass(frozen=True)
class Pair:
    """A question and its answer, a customer and the story, a point and what stands behind it; `lead` may be empty."""

    lead: str
    text: str


@dataclass(frozen=True)
class Value:
    """The value section as pages draw it; `rest` are the blocks that the chart does not show."""

    figures: tuple[Figure, ...] = ()
    chart: Chart | None = None
    rest: tuple[Block, ...] = field(default=())

    @property
    def unfigured(self) -> tuple[Block, ...]:
        """The rest without the paragraphs that a figure stands for."""
        shown = {f.value for f in self.figures}
        return tuple(
            b for b in self.rest if not any(s.bold and s.text.strip(_EDGES) in shown for s in b.spans)
        )


def value_of(section: Section | None) -> Value:
    """Figures, the first chart, and what is left to be read."""
    if section is None:
        return Value()
    charts = [(b, c) for b in section.blocks if (c := chart_of(b)) is not None]
    block, chart = charts[0] if charts else (None, None)
    figures = tuple(_figures(section))[:MOST_FIGURES]
    return Value(figures, chart, tuple(b for b in section.blocks if b is not block))


def chart_of(block: Block) -> Chart | None:
    """The block as a chart; None when it is no table, or a cell after the first column is no number."""
    if block.kind != "table":
        return None
    head, *rows = block.rows
    if len(head) < 2 or not rows or len(rows) > MOST_BARS or len(head) > MOST_SERIES + 1:  # noqa: PLR2004
        return None
    cells = [[_CELL.match(words(cell)) for cell in row[1:]] for row in rows]
    units = {hit[2].strip() for row in cells for hit in row if hit}
    if any(hit is None for row in cells for hit in row) or len(units) > 1:
        return None
    series = tuple(
        (words(head[n + 1]), tuple(_value(row[n][1]) for row in cells if row[n] is not None))  # type: ignore[index]
        for n in range(len(head) - 1)
    )
    if any(len(values) != len(rows) for _, values in series):
        return None
    return Chart(words(head[0]), tuple(words(row[0]) for row in rows), series, next(iter(units), ""))


def _value(said: str) -> float:
    return float(said.replace(",", "").replace("，", "").replace("−", "-"))


def _figures(section: Section) -> Iterator[Figure]:
    """Bold numbers with the rest of their sentence as what they measure."""
    for block in section.blocks:
        if block.kind not in {"text", "item"}:
            continue
        for number, span in enumerate(block.spans):
            value = span.text.strip(_EDGES)
            if span.bold and _NUMBER.search(value) and len(value) <= LONGEST_FIGURE:
                yield Figure(value, _label(block.spans, number))


def _label(spans: Spans, at: int) -> str:
    """The words after the figure up to the end of the clause, or those before it."""
    after = re.split(r"[，,。；;！!（(]", words(spans[at + 1 :]).lstrip(_EDGES), maxsplit=1)[0].strip(_EDGES)
    before = re.split(r"[，,。；;！!）)：:]", words(spans[:at]).rstrip(_EDGES))[-1].strip(_EDGES)
    said = after if len(after) > 1 else before
    return said[:LONGEST_LABEL]


def pairs_of(section: Section | None) -> list[Pair]:
    """Stories or points: what is in bold at the beginning, or a smaller heading, leads."""
    made: list[Pair] = []
    for block in section.blocks if section else ():
        if block.kind == "heading":
            made.append(Pair(block.text, ""))
        elif block.kind in {"text", "item"} and block.number >= 0:
            lead, rest = _led(block.spans)
            if made and not made[-1].text and not lead:
                made[-1] = Pair(made[-1].lead, rest)
            else:
                made.append(Pair(lead, rest))
        elif block.kind == "item" and made:
            made[-1] = Pair(made[-1].lead, f"{made[-1].text}{block.text}")
    return made


def _led(spans: Spans) -> tuple[str, str]:
    """The emphasis that a paragraph opens with, and the rest of it."""
    opening: list[Span] = []
    for span in spans:
        if not (span.bold or span.italic):
            break
        opening.append(span)
    if not opening or len(words(opening)) > LONGEST_QUESTION:
        return "", words(spans)
    rest = words(spans[len(opening) :]).lstrip(" ：:，,—–-")
    return words(opening).strip(" ：:，,。."), rest


def questions_of(section: Section | None) -> list[Pair]:
    """Questions with their answers: led by emphasis or a heading, or the first sentence that asks."""
    made: list[Pair] = []
    for pair in pairs_of(section):
        if not pair.lead:
            hit = re.match(rf"^(.{{2,{LONGEST_QUESTION}}}?[？?])\s*(.*)$", pair.text, re.DOTALL)
            if hit:
                made.append(Pair(hit[1], hit[2]))
                continue
            if made:
                made[-1] = Pair(made[-1].lead, f"{made[-1].text}\n{pair.text}".strip())
                continue
        made.append(pair)
    return made


def sentences(text: str) -> list[str]:
    return [part.strip() for part in _SENTENCE.split(text) if part.strip()]


def headline(blocks: Sequence[Block], most: int) -> str:
    """The first sentence of the first paragraph when it is short enough to be a title; else empty."""
    first = next((b for b in blocks if b.kind != "rule"), None)
    if first is None or first.kind != "text" or first.quoted:
        return ""
    said = sentences(first.text)
    return said[0].rstrip("。：:；;.") if said and len(said[0]) <= most else ""


def brief(pair: Pair) -> str:
    """A point as few words: its lead, or its first clause."""
    if pair.lead:
        return pair.lead
    first = (sentences(pair.text) or [""])[0]
    clause = re.split(r"[，,：:；;（(]", first, maxsplit=1)[0] if len(first) > BRIEF else first
    return (clause if len(clause) <= BRIEF * 2 else clause[: BRIEF * 2 - 1] + "…").rstrip("。.；;")
