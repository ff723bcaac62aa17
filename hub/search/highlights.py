"""Show why a document was found: its title and its best passage, with the words marked.

The text is the document's own. It is escaped first and marked afterwards, so that nothing in a document can
become markup. *Marks* are normalised words; they are found in the normalised text and marked in the text as
written, so that 門店 is marked for 门店 and 2,000万 for 2000万. A *passage* is a stretch of one field, the one
with the most marks.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from markupsafe import Markup, escape

from hub.search.analysis import Normal, normalize
from hub.search.documents import Document
from hub.search.keeping import Bounded

WIDTH = 120
LEAD = 24
MOST_SCANNED = 40_000
MOST_PLACES = 400
MOST_KEPT = 8_000_000  # characters of the documents that marked passages are kept of, with a little for each
REPEATED = 10  # how many repeats weigh as much as one more word
ELLIPSIS = "…"

_BEGIN, _END = "\x01", "\x02"
_NO_SIGNS = {1: " ", 2: " "}
_LATIN_END = re.compile(r"[a-z0-9]$")
_SENTENCE_END = re.compile(r"[。！？；\n!?;]\s*")


@dataclass(frozen=True, slots=True)
class Highlighted:
    """Title and passage as safe HTML with <mark>, and the passage as plain text.

    `field` names the field the passage is from, None when the document has no text but its title.
    """

    title: Markup
    passage: Markup
    plain: str
    field: str | None


_Place = tuple[int, int, str]
"""Where a mark stands in a text, start and end, and the mark: plain, because a long text has hundreds."""


_lately = Bounded(MOST_KEPT)


def highlight(document: Document, marks: Iterable[str], *, width: int = WIDTH) -> Highlighted:
    """Mark `marks` (normalised words or phrases) in the document; the passage has about `width` characters.

    What was marked lately is kept by the very document, which never changes and is held as long: many ask the same.
    """
    words = tuple(marks)
    place = (id(document), words, width)
    _held, shown = _lately.get(place, lambda: (document, _highlight(document, words, width)), _cost)
    return shown


def _cost(kept: tuple[Document, Highlighted]) -> int:
    return len(kept[0].body) + len(kept[0].notes) + 1000


def _highlight(document: Document, marks: tuple[str, ...], width: int) -> Highlighted:
    pattern = _pattern(marks)
    title = _marked(document.title, _places(document.title, pattern), 0, len(document.title))
    best: tuple[int, str, str, list[_Place], int] | None = None
    for name, text in _fields(document):
        places = _places(text[:MOST_SCANNED], pattern)
        worth, first = _best_window(places, width)
        if best is None or worth > best[0]:
            best = (worth, name, text, places, first)
    if best is None:
        return Highlighted(title, Markup(""), "", None)
    worth, name, text, places, first = best
    start, end = _span(text, places[first][0] if worth else 0, width)
    before = ELLIPSIS if start else ""
    after = ELLIPSIS if end < len(text) else ""
    passage = _marked(text, places, start, end, before=before, after=after)
    return Highlighted(title, passage, before + _flat(text[start:end]) + after, name)


def _fields(document: Document) -> Iterable[tuple[str, str]]:
    """What a passage may be taken from, in order of liking."""
    for name in ("body", "tables", "charts", "notes", "headings", "extra"):
        value = getattr(document, name)
        text = value if isinstance(value, str) else " · ".join(value)
        if text.strip():
            yield name, text


@lru_cache(maxsize=500)
def _pattern(marks: tuple[str, ...]) -> re.Pattern[str] | None:
    """One pattern for all marks, the longest first, as its only group. Latin words and numbers are marked whole."""
    words = sorted({mark for mark in marks if mark.strip()}, key=lambda mark: (-len(mark), mark))
    return re.compile(f"({'|'.join(_word_pattern(word) for word in words)})") if words else None


def _word_pattern(word: str) -> str:
    if not word.isascii():
        return r",?".join(map(re.escape, word)) if word[0].isdigit() else re.escape(word)
    if not word.isalnum():
        return rf"(?<![a-z0-9]){re.escape(word)}" + (r"(?![a-z0-9])" if _LATIN_END.search(word) else "")
    return r"(?<![a-z0-9])" + r"[._/&',-]?".join(word) + r"(?![a-z0-9])"


def _places(text: str, pattern: re.Pattern[str] | None) -> list[_Place]:
    """In the order of the text; none touches the next. The text is cut at the marks, which is one call for hundreds."""
    if pattern is None:
        return []
    normal: Normal = normalize(text)
    pieces = pattern.split(normal.text, MOST_PLACES)
    ends = list(accumulate(map(len, pieces)))
    found = zip(ends[:-1:2], ends[1::2], pieces[1::2], strict=True)
    if normal.offsets is None:  # as nearly always: every character is in its place
        return list(found)
    spans = ((*normal.origin(start, end), word) for start, end, word in found)
    return [place for place in spans if place[1] > place[0]]


def _best_window(places: Sequence[_Place], width: int) -> tuple[int, int]:
    """Worth and first place of the stretch with the most different marks; long words say more, repeats a little: a
    tenth. The stretch moves on place by place, and what it holds is counted as it comes and goes.
    """
    best, best_first, worth, last, count = 0, 0, 0, 0, len(places)
    held: dict[str, int] = {}
    for first, (start, _, word) in enumerate(places):
        limit = start + width - LEAD
        while last < count and places[last][1] <= limit:
            comes = places[last][2]
            times = held.get(comes, 0)
            worth += len(comes) + 1 if times else REPEATED * (len(comes) + 1)
            held[comes] = times + 1
            last += 1
        if worth > best:
            best, best_first = worth, first
        if last == count and last > first:
            break  # from here on it only loses
        if last == first:  # a mark longer than the stretch
            last += 1
            continue
        held[word] -= 1
        worth -= len(word) + 1 if held[word] else REPEATED * (len(word) + 1)
    return best, best_first


def _span(text: str, start: int, width: int) -> tuple[int, int]:
    """Begin at the sentence when it begins near enough, else a little before the first mark."""
    earliest = max(0, start - LEAD)
    if earliest:
        ends = list(_SENTENCE_END.finditer(text, earliest, start))
        earliest = ends[-1].end() if ends else earliest
    end = min(len(text), earliest + width)
    if end == len(text):
        earliest = min(earliest, max(0, end - width)) if end - earliest < width // 2 else earliest
    return earliest, end


def _marked(
    text: str, places: Sequence[_Place], start: int, end: int, *, before: str = "", after: str = ""
) -> Markup:
    """`text[start:end]` on one line, escaped, and then marked: signs that no text has stand for the marks
    until then. `before` and `after` are signs of ours.
    """
    inside = places[bisect_left(places, start, key=_begins) : bisect_left(places, end, key=_begins)]
    pieces: list[str] = []
    at = start
    for first, last in _joined((p[0], p[1]) for p in inside if p[1] <= end):
        pieces += (_unsigned(text[at:first]), _BEGIN, _unsigned(text[first:last]), _END)
        at = last
    pieces.append(_unsigned(text[at:end]))
    escaped = str(escape(_in_a_line("".join(pieces))))
    marked = escaped.replace(_BEGIN, "<mark>").replace(_END, "</mark>") if inside else escaped
    return Markup(before + marked + after)  # noqa: S704 - escaped two lines above


def _begins(place: _Place) -> int:
    return place[0]


def _unsigned(text: str) -> str:
    """The text without the signs, which hardly any has."""
    return text.translate(_NO_SIGNS) if _BEGIN in text or _END in text else text


def _joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in places:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _flat(text: str) -> str:
    return _in_a_line(_unsigned(text))


def _in_a_line(text: str) -> str:
    """One line: every run of white space is one space, none at its ends."""
    return " ".join(text.split())
