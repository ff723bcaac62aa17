"""Markdown as the words alone, for places that know no markup: a chat, a slide, speaker notes."""

from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

LONGEST_KEPT = 4000  # characters


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable("table")


def plain_text(markdown: str) -> str:
    """The words of a Markdown text: a line per paragraph or heading, "· " before list items, commas between cells."""
    return _of_answer(markdown) if len(markdown) <= LONGEST_KEPT else _words_of(markdown)


@lru_cache(maxsize=1024)
def _of_answer(markdown: str) -> str:
    """Answers are short and read again and again: each is parsed once."""
    return _words_of(markdown)


def _words_of(markdown: str) -> str:
    lines: list[str] = []
    row: list[str] = []
    in_row, item = False, ""
    for token in _parser().parse(markdown):
        if token.type == "tr_open":
            in_row, row = True, []
        elif token.type == "tr_close":
            in_row = False
            lines.append("，".join(c for c in row if c))
        elif token.type == "list_item_open":
            item = "· "
        elif token.type in {"inline", "code_block", "fence"}:
            (row if in_row else lines).append(item + _words(token))
            item = ""
    return "\n".join(line for line in lines if line.strip())


def _words(token: Token) -> str:
    if token.type != "inline":
        return token.content.strip()
    parts = [
        "\n" if t.type in {"softbreak", "hardbreak"} else t.content
        for t in token.children or []
        if t.content or t.type in {"softbreak", "hardbreak"}
    ]
    return "".join(parts).strip()
