"""Papers: one source, many forms. A Markdown text with known sections becomes decks, PDF and DOCX; bytes and values, no
database.

A *source* is the text read into sections; a *form* is what it comes out as: pitch deck, talk deck, white paper as PDF
and as Word, one-pager. The makers run in a child with limits.
"""

from hub.papers.brand import Brand
from hub.papers.deck import pitch, talk
from hub.papers.making import Made, make
from hub.papers.numbers import Chart, Figure, Pair, Value, questions_of, value_of
from hub.papers.sections import FORMS, LABELS, SECTIONS, FormKind, key_of, missing, outline
from hub.papers.source import Block, Section, Source, Span, parse
from hub.papers.typeset import one_page, paper
from hub.papers.word import heading_pages, word

__all__ = [
    "FORMS",
    "LABELS",
    "SECTIONS",
    "Block",
    "Brand",
    "Chart",
    "Figure",
    "FormKind",
    "Made",
    "Pair",
    "Section",
    "Source",
    "Span",
    "Value",
    "heading_pages",
    "key_of",
    "make",
    "missing",
    "one_page",
    "outline",
    "paper",
    "parse",
    "pitch",
    "questions_of",
    "talk",
    "value_of",
    "word",
]
