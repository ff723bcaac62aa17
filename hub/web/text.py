"""Markdown as people may read it: rendered, then cleaned of everything that could run."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from hub import facts
from hub.base.i18n import _

_markdown = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(["table", "strikethrough"])
_TAGS = {
    *(
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "ul",
        "ol",
        "li",
        "blockquote",
        "pre",
        "code",
        "em",
        "strong",
        "s",
        "a",
    ),
    *("table", "thead", "tbody", "tr", "th", "td", "hr", "br"),
}


MOST_KEPT = 300  # texts of some thousand characters


@lru_cache(maxsize=MOST_KEPT)
def html_of(markdown: str) -> Markup:
    """The text as safe HTML. Headings begin at h2, because the page has its own h1, and go down one at a time
    whatever the author left out; a head of a table without words is a plain cell. Raw HTML stands as text. What was
    made lately is kept: the same few are opened again and again.
    """
    tokens = _markdown.parse(markdown)
    _stack_headings(tokens)
    _plain_empty_heads(tokens)
    made = _markdown.renderer.render(tokens, _markdown.options, {})
    return Markup(  # noqa: S704 - cleaned here
        nh3.clean(made, tags=_TAGS, attributes={"a": {"href"}, "th": set(), "td": set()})
    )


def _stack_headings(tokens: list[Token]) -> None:
    """Who reads by headings finds no gap between a heading and the one it stands under."""
    above: list[str] = []
    for token in tokens:
        if token.type == "heading_open":
            while above and above[-1] >= token.tag:
                above.pop()
            above.append(token.tag)
            token.tag = f"h{min(len(above) + 1, 6)}"
        elif token.type == "heading_close":
            token.tag = f"h{min(len(above) + 1, 6)}"


def _plain_empty_heads(tokens: list[Token]) -> None:
    """The corner of a table is often left empty; as a head it would announce nothing."""
    for opens, words, closes in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opens.type == "th_open" and not words.content.strip():
            opens.tag = closes.tag = "td"


def with_facts(read: facts.Resolved) -> Markup:
    """The text as safe HTML, each value of a fact marked with what it is and how long it holds; what is wrong
    stands as it was written, marked too.
    """
    made = str(html_of(read.marked or read.text))
    for number, spot in enumerate(read.spots):
        made = made.replace(f"{facts.OPEN}{number}{facts.SHUT}", str(_spot(spot)))
    return Markup(made)  # noqa: S704 - cleaned by html_of; what was put in is escaped


def _spot(spot: facts.Shown | facts.Problem) -> Markup:
    if isinstance(spot, facts.Problem):
        said = Markup('<mark class="q-fact-mark q-fact-bad" title="{}">{}</mark>')
        return said.format(spot.said, spot.source)
    until = _("有效至 %(day)s") % {"day": spot.valid_until} if spot.valid_until else _("没写期限")
    hint = " · ".join(t for t in (spot.name, until, spot.source) if t)
    late = Markup(' <small class="q-badge q-badge-red">{}</small>').format(_("已过期")) if spot.late else ""
    return Markup('<a class="q-fact-mark{}" href="/facts/{}" title="{}">{}</a>{}').format(
        " q-fact-bad" if spot.late else "", spot.fact_id, hint, spot.text, late
    )
