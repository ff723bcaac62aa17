"""A source: what a Markdown text says, as blocks in sections, with nothing left in it that could run.

A *span* is a stretch of text that looks alike; a *block* is a paragraph, an item of a list, a table and so on; a
*section* begins at a heading and has the key of a known section, or none. Raw HTML stands as the text it is.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from markdown_it import MarkdownIt
from markdown_it.token import Token

from hub.base.errors import HubError
from hub.base.i18n import _
from hub.papers.sections import key_of

LONGEST = 400_000  # characters
DEEPEST = 40  # levels of lists and quotes in each other
NOTE = "✎"  # a quote that begins with it speaks to the author and is in no form

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False, "maxNesting": DEEPEST}).enable(
    ["table", "strikethrough"]
)
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_CJK = re.compile(r"[\u2e80-\u9fff\uff00-\uffef\u3000-\u303f]")
_ENDS = "。！？；：.!?;:"


@dataclass(frozen=True)
class Span:
    """`text` without line ends, except where the author broke the line."""

    text: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    code: bool = False


LONGEST_OPENING = 160  # characters
Spans = tuple[Span, ...]


@dataclass(frozen=True)
class Block:
    """kind: text, heading, item, table, code, picture, rule.

    `level` is a heading's (1 to 6) or an item's depth (from 1); `number` an item's, 0 where it has a dot. `rows` of a
    table begin with its head. `src` is a picture's address as written, `spans` what stands for it.
    """

    kind: str
    spans: Spans = ()
    level: int = 0
    number: int = 0
    quoted: bool = False
    rows: tuple[tuple[Spans, ...], ...] = ()
    src: str = ""

    @property
    def text(self) -> str:
        return words(self.spans)


@dataclass(frozen=True)
class Section:
    """`key` is one of SECTIONS, "intro" before the first heading, or empty for a heading nobody knows."""

    key: str
    heading: str
    blocks: tuple[Block, ...]

    @property
    def text(self) -> str:
        """All its words, a line for each block."""
        return "\n".join(line for b in self.blocks for line in lines_of(b))


@dataclass(frozen=True)
class Source:
    """A whole text. `title` is its first heading of the first level, when that is no section."""

    title: str
    sections: tuple[Section, ...]

    def get(self, key: str) -> Section | None:
        """The known section; one that is written twice is put together. None when it is not there or empty."""
        found = [s for s in self.sections if s.key == key]
        blocks = tuple(b for s in found for b in s.blocks)
        return Section(key, found[0].heading, blocks) if blocks else None

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(s.key for s in self.sections if s.blocks)

    @property
    def opening(self) -> str:
        """What it is about, in the first paragraph before its first section; empty when that says more than a line or
        two, or is not there.
        """
        intro = self.get("intro")
        said = next((b.text.strip() for b in intro.blocks if b.kind == "text"), "") if intro else ""
        return said if len(said) <= LONGEST_OPENING else ""

    @property
    def pictures(self) -> list[str]:
        """The addresses of its pictures, each once."""
        return list(dict.fromkeys(b.src for s in self.sections for b in s.blocks if b.kind == "picture"))


def words(spans: Iterable[Span]) -> str:
    return "".join(s.text for s in spans)


def lines_of(block: Block) -> Iterator[str]:
    """The block as plain lines: items with their sign, the cells of a row side by side."""
    if block.kind == "table":
        yield from (" | ".join(words(cell) for cell in row) for row in block.rows)
    elif block.kind == "item":
        sign = f"{block.number}." if block.number else "·"
        yield f"{sign} {block.text}"
    elif block.text:
        yield block.text


def parse(markdown: str) -> Source:
    """Read a text. HubError when it is too long."""
    if len(markdown) > LONGEST:
        raise HubError(_("文字太长（超过 40 万字），出不了成品。请拆成几份。"))
    blocks = list(_Reader(_markdown.parse(_NOT_TEXT.sub("", markdown))).blocks())
    level = _section_level(blocks)
    title = ""
    sections: list[Section] = []
    key, heading, inside = "intro", "", list[Block]()
    for block in blocks:
        if block.kind != "heading" or block.level > level:
            inside.append(block)
            continue
        if block.level == 1 and not title and not sections and not inside and not key_of(block.text):
            title = block.text
            continue
        sections.append(Section(key, heading, _told(inside)))
        key, heading, inside = key_of(block.text), block.text, []
    sections.append(Section(key, heading, _told(inside)))
    return Source(title, tuple(s for s in sections if s.heading or s.blocks))


def _section_level(blocks: Sequence[Block]) -> int:
    """The level at which sections begin: that of the first heading that is one, else the second."""
    known = [b.level for b in blocks if b.kind == "heading" and key_of(b.text)]
    return min(known, default=2)


def _told(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Without the notes to the author."""
    kept: list[Block] = []
    noted = False
    for block in blocks:
        noted = block.quoted and (noted or block.text.lstrip().startswith(NOTE))
        if not noted:
            kept.append(block)
    return tuple(kept)


class _Reader:
    """Walks the tokens of a text once."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.lists: list[int] = []  # the next number of each open list; -1: dots
        self.quotes = 0
        self.first = False  # the next paragraph opens an item
        self.rows: list[tuple[Spans, ...]] = []
        self.cells: list[Spans] = []
        self.heading = 0
        self.in_cell = False

    def blocks(self) -> Iterator[Block]:
        for token in self.tokens:
            step = _STEPS.get(token.type)
            if step is not None:
                step(self, token)
            elif token.type == "inline":
                yield from self._inline(token)
            elif token.type == "table_close":
                yield from self._table()
            elif token.type in {"fence", "code_block"}:
                yield Block("code", (Span(token.content.rstrip("\n"), code=True),), quoted=self.quotes > 0)
            elif token.type == "hr":
                yield Block("rule")

    def _table(self) -> Iterator[Block]:
        """The table without its empty rows; nothing when only its head is left."""
        rows = [row for row in self.rows if any(words(cell).strip() for cell in row)]
        if len(rows) > 1:
            yield Block("table", rows=tuple(rows), quoted=self.quotes > 0)

    def _inline(self, token: Token) -> Iterator[Block]:
        if self.in_cell:
            self.cells.append(_joined(_one_line(_spans(token.children or [])[0])))
            return
        spans, pictures = _spans(token.children or [])
        if self.heading:
            yield Block("heading", _joined(_one_line(spans)), level=self.heading)
        else:
            yield from self._paragraphs(spans)
        for src, alt in pictures:
            yield Block("picture", (Span(alt),) if alt else (), quoted=self.quotes > 0, src=src)

    def _paragraphs(self, spans: list[Span]) -> Iterator[Block]:
        for part in _split(spans):
            if not words(part).strip():
                continue
            if self.first and self.lists:
                self.first = False
                number = max(self.lists[-1], 0)
                self.lists[-1] += 1 if number else 0
                yield Block("item", part, len(self.lists), number, self.quotes > 0)
            elif self.lists:
                yield Block("item", part, len(self.lists), -1, self.quotes > 0)
            else:
                yield Block("text", part, quoted=self.quotes > 0)

    def open_list(self, token: Token) -> None:
        start = token.attrGet("start") if token.type.startswith("ordered") else -1
        self.lists.append(int(start) if isinstance(start, int | str) and int(start) else 1)
        if token.type.startswith("bullet"):
            self.lists[-1] = -1

    def close_list(self, _token: Token) -> None:
        self.lists.pop()

    def open_item(self, _token: Token) -> None:
        self.first = True

    def open_quote(self, _token: Token) -> None:
        self.quotes += 1

    def close_quote(self, _token: Token) -> None:
        self.quotes -= 1

    def open_heading(self, token: Token) -> None:
        self.heading = int(token.tag[1])

    def close_heading(self, _token: Token) -> None:
        self.heading = 0

    def open_table(self, _token: Token) -> None:
        self.rows = []

    def open_row(self, _token: Token) -> None:
        self.cells = []

    def close_row(self, _token: Token) -> None:
        self.rows.append(tuple(self.cells))

    def open_cell(self, _token: Token) -> None:
        self.in_cell = True

    def close_cell(self, _token: Token) -> None:
        self.in_cell = False


_STEPS: dict[str, Callable[[_Reader, Token], None]] = {
    "bullet_list_open": _Reader.open_list,
    "ordered_list_open": _Reader.open_list,
    "bullet_list_close": _Reader.close_list,
    "ordered_list_close": _Reader.close_list,
    "list_item_open": _Reader.open_item,
    "blockquote_open": _Reader.open_quote,
    "blockquote_close": _Reader.close_quote,
    "heading_open": _Reader.open_heading,
    "heading_close": _Reader.close_heading,
    "table_open": _Reader.open_table,
    "tr_open": _Reader.open_row,
    "tr_close": _Reader.close_row,
    "th_open": _Reader.open_cell,
    "td_open": _Reader.open_cell,
    "th_close": _Reader.close_cell,
    "td_close": _Reader.close_cell,
}
_MARKS: dict[str, Callable[[Span, bool], Span]] = {
    "strong": lambda span, on: replace(span, bold=on),
    "em": lambda span, on: replace(span, italic=on),
    "s": lambda span, on: replace(span, struck=on),
}


def _spans(tokens: Sequence[Token]) -> tuple[list[Span], list[tuple[str, str]]]:
    """The spans of a paragraph, a break as a span of its own, and its pictures as (address, what stands for it)."""
    spans: list[Span] = []
    pictures: list[tuple[str, str]] = []
    look = Span("")
    for token in tokens:
        name, _cut, way = token.type.rpartition("_")
        if name in _MARKS and way in {"open", "close"}:
            look = _MARKS[name](look, way == "open")
        elif token.type == "image":
            pictures.append((str(token.attrGet("src") or ""), token.content))
        elif token.type == "code_inline":
            spans.append(replace(look, text=token.content, code=True))
        elif token.type in {"softbreak", "hardbreak"}:
            spans.append(Span("\n" if token.type == "softbreak" else "\v"))
        elif token.content:
            spans.append(replace(look, text=token.content))
    return spans, pictures


def _split(spans: Sequence[Span]) -> Iterator[Spans]:
    """Paragraphs as they are meant: a new line that opens with emphasis, or after a whole sentence, is a new one."""
    part: list[Span] = []
    for number, span in enumerate(spans):
        if span.text in {"\n", "\v"}:
            after = spans[number + 1] if number + 1 < len(spans) else Span("")
            if span.text == "\v" or after.bold or after.italic or words(part).rstrip()[-1:] in _ENDS:
                yield _joined(part)
                part = []
                continue
        part.append(span)
    yield _joined(part)


def _one_line(spans: Sequence[Span]) -> list[Span]:
    return [Span("\n") if s.text == "\v" else s for s in spans]


def _joined(spans: Sequence[Span]) -> Spans:
    """Line ends inside a paragraph become nothing between Chinese characters, else a space."""
    made: list[Span] = []
    for number, span in enumerate(spans):
        if span.text == "\n":
            before = words(made)[-1:]
            after = spans[number + 1].text[:1] if number + 1 < len(spans) else ""
            span = Span("" if not after or (_CJK.match(before) and _CJK.match(after)) else " ")  # noqa: PLW2901
        if span.text:
            made.append(span)
    return tuple(made)
