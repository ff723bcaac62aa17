"""A book of everything that may be meant: the words, titles and names of a part of the index, by sight and
by sound.

An *entry* is a word, a title or a given name. A *phrase* is any stretch of an entry; it is *whole* when it
is the entry, *clean* when it begins and ends where words do. The book is three long strings side by side:
the characters, their syllables, their initials; finding a phrase by pinyin is finding a piece of a string.
Rights are not known here: who shows a phrase to a person asks the corpus first whether that person may see
it.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log1p

import numpy as np
import numpy.typing as npt

from hub.search.analysis import Analysis
from hub.search.pinyin import syllables

BREAK = "\n"
LONGEST_ENTRY = 120
MOST_SPANS = 3_000

WHOLE_NAME, WHOLE, CLEAN_START, CLEAN, LOOSE = 6.0, 4.0, 3.5, 3.0, 0.0
"""How well a phrase is founded in its entry; how often it stands there decides among equals."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to be found. `words` is how it is cut; `weight` how often it stands in documents; `row` is
    the document whose title it is.
    """

    words: tuple[str, ...]
    weight: float = 1.0
    name: bool = False
    row: int | None = None


@dataclass(slots=True)
class Candidate:
    """A phrase that may be meant, and how much speaks for it."""

    phrase: str
    standing: float
    weight: float

    @property
    def worth(self) -> float:
        """What candidates are put in order by."""
        return self.standing + min(log1p(self.weight) / 8, 0.9)


class PhraseBook:
    """The entries of one part of the index."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        """Write down the entries; what is longer than `LONGEST_ENTRY` characters is cut."""
        characters: list[str] = []
        sounds: list[str] = []
        begins: list[int] = []
        self._places = array("L")
        self._weights = array("d")
        self._names = bytearray()
        self.rows: dict[int, int] = {}
        for number, entry in enumerate(entries):
            if entry.row is not None:
                self.rows[number] = entry.row
            self._places.append(len(sounds))
            self._weights.append(entry.weight)
            self._names.append(entry.name)
            for word in _shortened(entry.words):
                begins.append(len(sounds))
                characters.append(word)
                sounds.extend(syllables(word))
            begins.append(len(sounds))
            characters.append(BREAK)
            sounds.append(BREAK)
        self.characters = "".join(characters)
        self.sounds = "".join(sounds)
        self.initials = "".join(sound[:1] for sound in sounds)
        self._starts = array("L", [0])
        for sound in sounds:
            self._starts.append(self._starts[-1] + len(sound))
        self._begins = bytearray(len(sounds) + 1)
        for place in begins:
            self._begins[place] = 1
        self._sound_starts = np.frombuffer(self._starts, np.dtype(self._starts.typecode))
        self._entries = np.frombuffer(self._places, np.dtype(self._places.typecode)).astype(np.int64)
        self._weigh = np.frombuffer(self._weights, np.float64)
        self._named = np.frombuffer(self._names, np.bool_)
        self._clean = np.frombuffer(self._begins, np.bool_)
        self.codes: npt.NDArray[np.uint32] = np.frombuffer(self.characters.encode("utf-32-le"), np.uint32)

    def by_sight(self, text: str) -> Iterator[tuple[int, int]]:
        """Spans of characters that are `text`."""
        for place in _all(self.characters, text):
            yield place, place + len(text)

    def by_sound(self, sound: str, *, partial: bool) -> Iterator[tuple[int, int]]:
        """Spans read as `sound`; with `partial` the last word may be unfinished."""
        places = np.fromiter(_all(self.sounds, sound), np.int64)
        first = np.searchsorted(self._sound_starts, places)
        kept = self._sound_starts[first] == places
        first, ends = first[kept], places[kept] + len(sound)
        last = np.searchsorted(self._sound_starts, ends)
        if partial:
            yield from zip(first.tolist(), (self._begins.index(1, at) for at in last.tolist()), strict=True)
            return
        whole = self._sound_starts[last] == ends
        yield from zip(first[whole].tolist(), last[whole].tolist(), strict=True)

    def by_initials(self, initials: str) -> Iterator[tuple[int, int]]:
        """Spans whose syllables begin with these letters."""
        for place in _all(self.initials, initials):
            yield place, place + len(initials)

    def candidates(self, spans: Iterable[tuple[int, int]]) -> dict[str, Candidate]:
        """The phrases of these spans with what speaks for them."""
        found: dict[str, Candidate] = {}
        wanted = list(spans)
        for (start, end), standing, weight in zip(wanted, *self._standings(wanted), strict=True):
            phrase = self.characters[start:end]
            if BREAK in phrase:
                continue
            known = found.get(phrase)
            if known is None:
                found[phrase] = Candidate(phrase, standing, weight)
            else:
                known.standing = max(known.standing, standing)
                known.weight += weight
        return found

    def _standings(self, spans: Sequence[tuple[int, int]]) -> tuple[list[float], list[float]]:
        """How well each span stands in its entry, and the weight of that entry."""
        starts, ends = np.array(spans, np.int64).reshape(-1, 2).T
        entries = np.searchsorted(self._entries, starts, side="right") - 1
        first = self._entries[entries] == starts
        last = self.codes[np.minimum(ends, len(self.codes) - 1)] == ord(BREAK)
        clean = self._clean[starts] & self._clean[ends]
        names = self._named[entries]
        standing = np.select(
            [first & last & names, first & last, clean & first, clean],
            [WHOLE_NAME, WHOLE, CLEAN_START, CLEAN],
            LOOSE,
        )
        return standing.tolist(), self._weigh[entries].tolist()

    def word_end(self, place: int) -> int:
        """Where the word that is going on at `place` ends; `place` itself when one ends there."""
        return self._begins.index(1, place)

    def entry_at(self, place: int) -> tuple[int, str]:
        """Number and text of the entry a character belongs to."""
        entry = bisect_right(self._places, place) - 1
        start = self._places[entry]
        return entry, self.characters[start : self.characters.index(BREAK, start)]


def _shortened(words: Sequence[str]) -> Iterator[str]:
    room = LONGEST_ENTRY
    for word in words:
        if room <= 0:
            return
        yield word[:room].replace(BREAK, " ")
        room -= len(word)


def _all(text: str, piece: str) -> Iterator[int]:
    """Where `piece` stands in `text`; the search ends after `MOST_SPANS` places."""
    place = text.find(piece) if piece else -1
    for _ in range(MOST_SPANS):
        if place < 0:
            return
        yield place
        place = text.find(piece, place + 1)


def cut(text: str, analysis: Analysis) -> tuple[str, ...]:
    """Normalised text as the words it is cut into and what stands between them."""
    pieces: list[str] = []
    at = 0
    for token in analysis.tokens(text):
        if token.whole and token.start >= at:
            pieces.extend(text[at : token.start])
            pieces.append(text[token.start : token.end])
            at = token.end
    pieces.extend(text[at:])
    return tuple(piece for piece in pieces if piece)


def sure_slips(book: PhraseBook, text: str) -> Iterator[tuple[int, int]]:
    """Spans that are `text` with two neighbours changed back, or with a character typed twice taken once."""
    changed = [
        text[:place] + text[place + 1] + text[place] + text[place + 2 :] for place in range(len(text) - 1)
    ]
    once = [
        text[:place] + text[place + 1 :] for place in range(len(text) - 1) if text[place] == text[place + 1]
    ]
    for meant in dict.fromkeys([*changed, *once]):
        if meant != text:
            yield from book.by_sight(meant)


def slips(book: PhraseBook, text: str) -> Iterator[tuple[int, int]]:
    """Spans that differ from `text` by one character: another one, one more, or one less."""
    codes, size = book.codes, len(text)
    if len(codes) < size + 2:
        return
    equal = [codes == ord(character) for character in text]
    yield from _other(equal, size)
    yield from _one_more(equal, size)
    if size > 3:  # noqa: PLR2004 - two characters out of three may be any other word
        yield from _one_less(equal, size)


Equal = Sequence[npt.NDArray[np.bool_]]


def _spans(mask: npt.NDArray[np.bool_], size: int) -> Iterator[tuple[int, int]]:
    for start in np.flatnonzero(mask)[:MOST_SPANS].tolist():
        yield start, start + size


def _other(equal: Equal, size: int) -> Iterator[tuple[int, int]]:
    room = len(equal[0]) - size
    same = np.zeros(room, np.uint8)
    for place, hits in enumerate(equal):
        same += hits[place : place + room]
    yield from _spans(same == size - 1, size)


def _heads(equal: Equal, room: int) -> list[npt.NDArray[np.bool_]]:
    """`[i]`: where the first i characters stand."""
    heads = [np.ones(room, np.bool_)]
    for place, hits in enumerate(equal):
        heads.append(heads[-1] & hits[place : place + room])
    return heads


def _tails(equal: Equal, room: int, shift: int) -> list[npt.NDArray[np.bool_]]:
    """`[i]`: where the characters from i on stand, moved by `shift`."""
    tails = [np.ones(room, np.bool_)]
    for place in range(len(equal) - 1, -1, -1):
        at = max(place + shift, 0)
        tails.append(tails[-1] & equal[place][at : at + room])
    return tails[::-1]


def _one_more(equal: Equal, size: int) -> Iterator[tuple[int, int]]:
    room = len(equal[0]) - size - 1
    heads, tails = _heads(equal, room), _tails(equal, room, 1)
    for place in range(1, size):
        yield from _spans(heads[place] & tails[place], size + 1)


def _one_less(equal: Equal, size: int) -> Iterator[tuple[int, int]]:
    room = len(equal[0]) - size
    heads, tails = _heads(equal, room), _tails(equal, room, -1)
    for place in range(size):
        yield from _spans(heads[place] & tails[place + 1], size - 1)
