"""What corrections and suggestions look things up in, for each segment: the book of its phrases and its Latin words.

Making them reads every word and every title: a second for some 100,000 words. Of a large segment they are kept in a
file beside it, as `opened` keeps what opening works out; who makes them first writes the file, which is the process
that warms up after a start. The file holds as long as the segment, and as what cuts titles and reads Chinese aloud.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from hub.search.analysis import Analysis, is_han
from hub.search.corpus import Segment
from hub.search.latin import LatinWords
from hub.search.opened import FEWEST
from hub.search.packed import read, write
from hub.search.phrasebook import Entry, PhraseBook, cut

FORM = 1
READERS = ("pypinyin", "rjieba")
_BOOK, _LATIN = "book ", "latin "


@dataclass(frozen=True, slots=True)
class Lookups:
    """The phrases of a segment (its Chinese words and its titles), and its Latin words."""

    book: PhraseBook
    latin: LatinWords


def lookups(segment: Segment, analysis: Analysis) -> Lookups:
    """Those of a segment; read from its file, or made and written there, once."""
    return segment.kept("lookups", lambda: _lookups(segment, analysis))


def _lookups(segment: Segment, analysis: Analysis) -> Lookups:
    file = file_of(segment)
    if file is None:
        return _made(segment, analysis)
    said = _of(file, segment, analysis)
    kept = _load(file, segment, said)
    if kept is not None:
        return kept
    made = _made(segment, analysis)
    _save(file, made, said)
    return made


def file_of(segment: Segment) -> Path | None:
    """Where what is made for this segment is kept; None where it is made as fast, or has no place to be kept in."""
    beside = segment.beside
    return None if beside is None or len(segment.table.ids) < FEWEST else Path(f"{beside}.lookups")


def _of(file: Path, segment: Segment, analysis: Analysis) -> list[object]:
    """What the file has to say of itself to be this one."""
    readers = [version(name) for name in READERS]
    return [FORM, file.name, len(segment.table.ids), len(segment.ordered()), analysis.version, *readers]


def _made(segment: Segment, analysis: Analysis) -> Lookups:
    return Lookups(PhraseBook.of(_entries(segment, analysis)), LatinWords.among(segment.ordered()))


def _entries(segment: Segment, analysis: Analysis) -> Iterator[Entry]:
    for word, frequency in segment.terms().items():
        if len(word) > 1 and is_han(word):
            yield Entry((word,), frequency)
    for row, title in enumerate(segment.table.titles):
        if title:
            yield Entry(cut(title, analysis), row=row)


def _save(file: Path, made: Lookups, said: list[object]) -> None:
    latin = {name: getattr(made.latin, name) for name in ("places", "lengths", "letters")}
    arrays = {_BOOK + name: array for name, array in made.book.arrays.items()}
    arrays |= {_LATIN + name: array for name, array in latin.items()}
    write(file, arrays, {"of": said, "syllables": list(made.book.syllables)})


def _load(file: Path, segment: Segment, wanted: list[object]) -> Lookups | None:
    found = read(file)
    if found is None or not isinstance(found[1], dict) or found[1].get("of") != wanted:
        return None
    arrays, said = found
    book = {name.removeprefix(_BOOK): array for name, array in arrays.items() if name.startswith(_BOOK)}
    try:
        latin = (arrays[_LATIN + name] for name in ("places", "lengths", "letters"))
        return Lookups(PhraseBook(book, said["syllables"]), LatinWords(segment.ordered(), *latin))
    except KeyError:
        return None
