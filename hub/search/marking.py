"""Marks found words in titles and picks the passage that shows best why a document was found."""

from collections.abc import Sequence

from hub.search.analysis import normalize
from hub.search.documents import Document

HIT_OPEN, HIT_CLOSE = "\ue000", "\ue001"
WIDTH = 90  # characters of a passage
MOST_TEXT = 40_000  # characters looked through


def _spans(text: str, marks: Sequence[str]) -> list[tuple[int, int]]:
    """Where the marks stand in `text`, merged, in order."""
    normal = normalize(text)
    found: list[tuple[int, int]] = []
    for mark_ in marks:
        start = normal.text.find(mark_) if mark_ else -1
        while start >= 0 and len(found) < 500:  # noqa: PLR2004 - enough to choose a passage from
            found.append(normal.origin(start, start + len(mark_)))
            start = normal.text.find(mark_, start + len(mark_))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def mark(text: str, marks: Sequence[str]) -> str:
    """The text with HIT_OPEN and HIT_CLOSE around every mark."""
    return _marked(text, _spans(text, marks), 0, len(text))


def _marked(text: str, spans: list[tuple[int, int]], start: int, end: int) -> str:
    out, at = [], start
    for left, right in spans:
        if left < start or right > end:
            continue
        out += [text[at:left], HIT_OPEN, text[left:right], HIT_CLOSE]
        at = right
    return "".join([*out, text[at:end]])


def snippet(document: Document, marks: Sequence[str]) -> str:
    """The passage of the document's text with most different marks, marked; its beginning where none stands."""
    text = " ".join(" ".join((document.body, document.notes, document.extra)).split())[:MOST_TEXT]
    spans = _spans(text, marks)
    best, start = -1, 0
    for left, _right in spans[:200]:
        begin = max(0, left - WIDTH // 4)
        inside = {text[a:b] for a, b in spans if begin <= a and b <= begin + WIDTH}
        if len(inside) > best:
            best, start = len(inside), begin
    end = min(len(text), start + WIDTH)
    return ("…" if start else "") + _marked(text, spans, start, end) + ("…" if end < len(text) else "")
