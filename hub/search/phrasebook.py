"""A book of everything that may be meant: the words, titles and names of a part of the index, by sight and
by sound.

An *entry* is a word, a title or a given name. A *phrase* is any stretch of an entry; it is *whole* when it
is the entry, *clean* when it begins and ends where words do. The book is all entries one after the other, as
characters and as syllables, with the places of each; a phrase is found by the places of its rarest character, or by
those of its first syllable, which become fewer with each further one. *Spans* are the beginnings and ends of
phrases, a row for each. Rights are not known here: who shows a phrase to a person asks the corpus first whether
that person may see it.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from math import log1p

import numpy as np
import numpy.typing as npt

from hub.search.analysis import Analysis
from hub.search.packed import Array
from hub.search.pinyin import syllables
from hub.search.places import MANY, Numbers, Places, laid_out
from hub.search.purse import Purse

BREAK = "\n"
LONGEST_ENTRY = 120
MOST_SPANS = 3_000
MOST_ROWS = 8
SYLLABLE = 60
"""The price of a syllable more, see `purse`."""

WHOLE_NAME, WHOLE, CLEAN_START, CLEAN, LOOSE = 6.0, 4.0, 3.5, 3.0, 0.0
"""How well a phrase is founded in its entry; how often it stands there decides among equals."""

Spans = npt.NDArray[np.int64]


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
    """A phrase that may be meant, and how much speaks for it. `rows` are some documents that have it in the title."""

    phrase: str
    standing: float
    weight: float
    rows: list[int] = field(default_factory=list)

    @property
    def worth(self) -> float:
        """What candidates are put in order by."""
        return self.standing + min(log1p(self.weight) / 8, 0.9)


class PhraseBook:
    """The entries of one part of the index."""

    def __init__(self, arrays: Mapping[str, Array], syllables: Sequence[str]) -> None:
        """The book that has these `arrays` and `syllables`; KeyError where one is missing."""
        self.arrays, self.syllables = arrays, syllables
        self._starts, self._weights = arrays["starts"], arrays["weights"]
        self._named, self._rows = arrays["named"], arrays["rows"]
        self._begins, self._clean = arrays["begins"], arrays["clean"]
        self._characters, self._sounds = (
            Places(arrays[name], arrays[f"{name} places"], arrays[f"{name} edges"])
            for name in ("characters", "sounds")
        )
        codes = arrays["characters"].astype("<u4", copy=False)
        self.characters = codes.tobytes().decode("utf-32-le", "surrogatepass")
        self._numbers = {sound: number for number, sound in enumerate(syllables)}
        self._longest = max(map(len, syllables), default=0)
        self.purse: Purse | None = None

    @classmethod
    def of(cls, entries: Iterable[Entry]) -> "PhraseBook":
        """Write down the entries; what is longer than `LONGEST_ENTRY` characters is cut."""
        return cls(*_written(entries))

    def paid_by(self, purse: Purse) -> "PhraseBook":
        """The same book, in which looking things up is paid for: with an empty purse nothing is found."""
        book = copy(self)
        book.purse = purse
        return book

    def by_sight(self, text: str) -> Spans:
        """Spans of characters that are `text`."""
        return self.like(list(enumerate(text)), len(text))

    def like(self, pattern: Sequence[tuple[int, str]], size: int) -> Spans:
        """Spans of this size that have each character of the pattern as far from their beginning as it says."""
        starts = self._characters.pattern(
            [(offset, ord(character)) for offset, character in pattern], self.purse
        )
        return _spans(starts[starts + size <= len(self.characters)][:MOST_SPANS], size)

    def by_sound(self, sound: str, *, partial: bool) -> Spans:
        """Spans read as `sound`; with `partial` the last word may be unfinished."""
        found = [np.zeros((0, 2), np.int64)]
        reached: dict[tuple[int, int], list[Numbers]] = {}  # by letters and syllables read, where these end
        for offset in range(len(sound)):
            for size, ends in _gone(reached, offset):
                for length in range(1, min(self._longest, len(sound) - offset) + 1):
                    number = self._numbers.get(sound[offset : offset + length])
                    if number is not None and len(on := self._read_on(ends, number, number + 1)):
                        reached.setdefault((offset + length, size + 1), []).append(on)
                if partial and len(sound) - offset < self._longest:
                    found.append(_up_to(self._read_on(ends, *self._beginning(sound[offset:])), size + 1))
        found += [_up_to(ends, size) for (_, size), parts in reached.items() for ends in parts]
        spans = _in_order(np.concatenate(found))[:MOST_SPANS]
        if partial:
            spans[:, 1] = self._word_ends(spans[:, 1])
        return spans

    def _read_on(self, ends: Numbers | None, first: int, last: int) -> Numbers:
        """Those of the places that go on with a syllable of these numbers, one further; None begins anywhere."""
        places = self._sounds.count(first, last) if ends is None else len(ends)
        if self.purse is not None and not self.purse.pay(SYLLABLE + places // MANY):
            return np.zeros(0, np.int64)
        if ends is None:
            return self._sounds.of(first, last) + 1
        if first >= last:
            return np.zeros(0, np.int64)
        numbers = self._sounds.numbers.take(ends, mode="clip")
        on = numbers == first if last == first + 1 else (numbers >= first) & (numbers < last)
        longer: Numbers = ends[on] + 1
        return longer

    def _beginning(self, letters: str) -> tuple[int, int]:
        """The numbers of the syllables that begin with these letters, but are longer."""
        return bisect_right(self.syllables, letters), bisect_right(self.syllables, letters + "\U0010ffff")

    def by_initials(self, initials: str) -> Spans:
        """Spans whose syllables begin with these letters: where the rarest of them stands the others are looked for."""
        wanted: list[tuple[int, int]] = []
        for letter in initials:
            first, last = self._beginning(letter)
            wanted.append((self._numbers.get(letter, first), last))
        starts = self._sounds.ranges(wanted, self.purse)
        return _in_order(_spans(starts, len(initials)))[:MOST_SPANS]

    def candidates(self, spans: Spans, at_least: float = CLEAN) -> dict[str, Candidate]:
        """The phrases of these spans with what speaks for them, those that stand there at least so well."""
        kept, standings, entries = self._founded(spans, at_least)
        if not len(kept):
            return {}
        numbers: dict[str, int] = {}
        phrases = [self.characters[start:end] for start, end in kept.tolist()]
        codes = np.array([numbers.setdefault(phrase, len(numbers)) for phrase in phrases])
        best = np.zeros(len(numbers))
        np.maximum.at(best, codes, standings)
        facts = zip(best.tolist(), np.bincount(codes, self._weights[entries]).tolist(), strict=True)
        found = {phrase: Candidate(phrase, *fact) for phrase, fact in zip(numbers, facts, strict=True)}
        rows = self._rows[entries]
        titles = np.flatnonzero(rows >= 0)
        for place, row in zip(titles.tolist(), rows[titles].tolist(), strict=True):
            known = found[phrases[place]].rows
            if len(known) < MOST_ROWS:
                known.append(row)
        return found

    def _founded(self, spans: Spans, at_least: float) -> tuple[Spans, npt.NDArray[np.float64], Numbers]:
        """The spans inside one entry that stand in it well enough, how well, and the entries."""
        starts, ends = spans.T
        entries = np.searchsorted(self._starts, starts.astype(np.int32), side="right") - 1
        last_end = self._starts[np.minimum(entries + 1, len(self._starts) - 1)] - 1
        first, last = self._starts[entries] == starts, ends == last_end
        clean = self._clean[starts] & self._clean[np.minimum(ends, len(self._clean) - 1)]
        named = self._named[np.minimum(entries, len(self._named) - 1)] if len(self._named) else first
        standing = np.where(clean, np.where(first, CLEAN_START, CLEAN), LOOSE)
        whole = first & last
        standing[whole] = np.where(named[whole], WHOLE_NAME, WHOLE)
        kept = np.flatnonzero((ends <= last_end) & (standing >= at_least))
        return spans[kept], standing[kept], entries[kept]

    def _word_ends(self, places: Numbers) -> Numbers:
        """Where the words that are going on at these places end; the place itself when one ends there."""
        ends: Numbers = self._begins[np.searchsorted(self._begins, places.astype(np.int32))].astype(np.int64)
        return ends

    def continued(self, typed: str, most: int) -> Spans:
        """Phrases that begin with what was typed, each to the end of its word and of the word after it."""
        spans = self.by_sight(typed)[:most]
        first = self._word_ends(spans[:, 1])
        after = self._characters.numbers[first]
        going_on = (after != ord(BREAK)) & (after != ord(" "))
        second = self._word_ends(first[going_on] + 1)
        starts = np.concatenate([spans[:, 0], spans[going_on, 0]])
        return np.stack([starts, np.concatenate([first, second])], axis=1)

    def entries_at(self, spans: Spans) -> list[tuple[int, str, int]]:
        """Number, text and row (-1 for none) of the entries the spans stand in, each once, in order."""
        numbers = np.unique(np.searchsorted(self._starts, spans[:, 0].astype(np.int32), side="right") - 1)
        edges = zip(self._starts[numbers].tolist(), (self._starts[numbers + 1] - 1).tolist(), strict=True)
        texts = [self.characters[start:end] for start, end in edges]
        return list(zip(numbers.tolist(), texts, self._rows[numbers].tolist(), strict=True))


def _written(entries: Iterable[Entry]) -> tuple[dict[str, Array], list[str]]:
    """The arrays of a book of these entries, and its syllables in order."""
    characters: list[str] = []
    sounds: list[str] = []
    begins = array("i")
    starts, weights, names, rows = array("i"), array("f"), bytearray(), array("i")
    for entry in entries:
        starts.append(len(sounds))
        weights.append(entry.weight)
        names.append(entry.name)
        rows.append(-1 if entry.row is None else entry.row)
        for word in _shortened(entry.words):
            begins.append(len(sounds))
            characters.append(word)
            sounds.extend(syllables(word))
        begins.append(len(sounds))
        characters.append(BREAK)
        sounds.append(BREAK)
    starts.append(len(sounds))
    clean = np.zeros(len(sounds) + 1, np.bool_)
    clean[begins] = True
    known = sorted(set(sounds))
    numbers = {sound: number for number, sound in enumerate(known)}
    codes = np.frombuffer("".join(characters).encode("utf-32-le", "surrogatepass"), "<u4")
    arrays: dict[str, Array] = {
        "starts": np.array(starts, np.int32),
        "weights": np.array(weights, np.float32),
        "named": np.array(names, np.bool_),
        "rows": np.array(rows, np.int32),
        "begins": np.array(begins, np.int32),
        "clean": clean,
    }
    read = np.fromiter(map(numbers.__getitem__, sounds), np.int32, len(sounds))
    for name, some in (("characters", codes), ("sounds", read)):
        arrays[name], arrays[f"{name} places"], arrays[f"{name} edges"] = laid_out(some)
    return arrays, known


def _gone(reached: dict[tuple[int, int], list[Numbers]], offset: int) -> list[tuple[int, Numbers | None]]:
    """How many syllables were read up to this letter, and where they end; all of it is taken out of `reached`."""
    if not offset:
        return [(0, None)]
    sizes = sorted(size for at, size in reached if at == offset)
    return [(size, np.concatenate(reached.pop((offset, size)))) for size in sizes]


def _spans(starts: Numbers, size: int) -> Spans:
    return np.stack([starts, starts + size], axis=1)


def _up_to(ends: Numbers, size: int) -> Spans:
    return np.stack([ends - size, ends], axis=1)


def _in_order(spans: Spans) -> Spans:
    """The spans by their beginning and end, each once."""
    keys = spans[:, 0] << 20 | (spans[:, 1] - spans[:, 0])
    keys.sort()
    keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])] if len(keys) else keys
    starts = keys >> 20
    return np.stack([starts, starts + (keys & 0xFFFFF)], axis=1)


def _shortened(words: Sequence[str]) -> Iterator[str]:
    room = LONGEST_ENTRY
    for word in words:
        if room <= 0:
            return
        yield word[:room].replace(BREAK, " ")
        room -= len(word)


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


def sure_slips(book: PhraseBook, text: str) -> Spans:
    """Spans that are `text` with two neighbours changed back, or with a character typed twice taken once."""
    places = range(len(text) - 1)
    changed = [text[:place] + text[place + 1] + text[place] + text[place + 2 :] for place in places]
    once = [text[:place] + text[place + 1 :] for place in places if text[place] == text[place + 1]]
    meant = [one for one in dict.fromkeys([*changed, *once]) if one != text]
    return np.concatenate([np.zeros((0, 2), np.int64), *map(book.by_sight, meant)])


def slips(book: PhraseBook, text: str) -> Spans:
    """Spans that differ from `text` by one character: another one, one more, or one less."""
    size = len(text)
    found = [np.zeros((0, 2), np.int64)]
    for place in range(size):
        others = [(at, character) for at, character in enumerate(text) if at != place]
        found.append(book.like(others, size))
    for place in range(1, size):
        parted = [(at + (at >= place), character) for at, character in enumerate(text)]
        found.append(book.like(parted, size + 1))
    if size > 3:  # noqa: PLR2004 - two characters out of three may be any other word
        found += [book.by_sight(text[:place] + text[place + 1 :]) for place in range(size)]
    return np.concatenate(found)


def cut_short(book: PhraseBook, text: str) -> Spans:
    """Spans that are `text` and one character more, before or after it."""
    spans = book.by_sight(text)
    before = spans[spans[:, 0] > 0] - np.array([1, 0])
    return np.concatenate([before, spans + np.array([0, 1])])
