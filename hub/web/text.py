"""Markdown as people may read it: rendered, then cleaned of everything that could run."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

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


def html_of(markdown: str) -> Markup:
    """The text as safe HTML; headings begin at h2, because the page has its own h1. Raw HTML stands as text."""
    made = nh3.clean(
        _markdown.render(markdown), tags=_TAGS, attributes={"a": {"href"}, "th": set(), "td": set()}
    )
    for level in (5, 4, 3, 2, 1):
        made = made.replace(f"<h{level}>", f"<h{level + 1}>").replace(f"</h{level}>", f"</h{level + 1}>")
    return Markup(made)  # noqa: S704 - cleaned above
