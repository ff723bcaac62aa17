"""What was meant when a word is unknown: pinyin, a slip of the pen, a wrong homophone, a misspelt Latin
word.

A word is *known* when a document the person may see has it; a known word is never touched, nor is a model
code (letters and digits together). Every correction is reported. A candidate is offered only when the person
may see a document with it, so that a correction tells nobody of what is hidden.
"""

import heapq
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

import numpy as np

from hub.search.analysis import HAN, Analysis, is_han
from hub.search.beginnings import most_frequent
from hub.search.corpus import Corpus
from hub.search.latin import LETTERS, SHORTEST_MISSPELT
from hub.search.lookups import lookups
from hub.search.phrasebook import (
    CLEAN,
    WHOLE,
    WHOLE_NAME,
    Candidate,
    Entry,
    PhraseBook,
    cut,
    cut_short,
    slips,
    sure_slips,
)
from hub.search.phrases import rows_with
from hub.search.pinyin import syllables
from hub.search.protocol import Rights
from hub.search.purse import Purse
from hub.search.query import FUNCTION_WORDS, is_prose

SHORTEST_PREFIX = 2
SOUND = re.compile(r"[a-zü]+(?:'[a-zü]+)*")
MOST_CANDIDATES = 12
MOST_CORRECTIONS = 5
LONGEST_RUN = 12
LONGEST_SOUND = 30
SHORTEST_SLIPPED = 3

_HAS_HAN = re.compile(f"[{HAN}]")
_RUN = re.compile(f"[{HAN}]+")

BROKEN = 2
LONG_WORD = 8
MOST_PARTS = 4
MISSPELT = 500
"""The price of comparing the Latin words of a segment, see `purse`."""


@dataclass(frozen=True, slots=True)
class Correction:
    """`typed` was read as `used`; `others` are what else it may have been, best first."""

    typed: str
    used: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meaning:
    """Whose question it is, on what: the corpus at one moment, the analysis, the rights and the given names; and what
    may still be spent on it.
    """

    corpus: Corpus
    analysis: Analysis
    rights: Rights
    names: tuple[str, ...] = ()
    purse: Purse = field(default_factory=Purse)

    def known(self, phrase: str) -> bool:
        """Whether this normalised text is whole words of a given name, or stands in a visible document."""
        if self.in_a_name(phrase) and _named(self.names, self.analysis, phrase):
            return True
        visible = self.corpus.visible(self.rights)
        if is_han(phrase) and visible[self.corpus.postings("words", phrase).rows].any():
            return True  # a word; a phrase has to be looked for in the texts
        return bool(rows_with(self.corpus, phrase, self.corpus.visible(self.rights), 1, self.purse))

    def in_a_name(self, phrase: str) -> bool:
        """Whether a given name has these characters anywhere."""
        return any(phrase in name for name in self.names)

    def books(self) -> list[PhraseBook]:
        """The books of all parts of the index, the given names first."""
        names = [names_book(self.names, self.analysis)] if self.names else []
        books = [*names, *(lookups(segment, self.analysis).book for segment in self.corpus.segments)]
        return [book.paid_by(self.purse) for book in books]

    def bases(self) -> list[int]:
        """What is added to a row of each of the `books`."""
        return [0, *self.corpus.bases] if self.names else self.corpus.bases


@lru_cache(maxsize=8)
def names_book(names: tuple[str, ...], analysis: Analysis) -> PhraseBook:
    """A book of given names, normalised."""
    return PhraseBook.of(Entry(cut(name, analysis), 10.0, name=True) for name in names)


@lru_cache(maxsize=4096)
def _named(names: tuple[str, ...], analysis: Analysis, phrase: str) -> bool:
    """Whether it begins and ends with words of a given name: one that was cut short in a word is no name."""
    book = names_book(names, analysis)
    return bool(book.candidates(book.by_sight(phrase)))


def best(meaning: Meaning, finds: Sequence[Mapping[str, Candidate]], limit: int = 5) -> list[Candidate]:
    """The best visible phrases of all books, put together; `finds` are those of each."""
    together: dict[str, Candidate] = {}
    for found in finds:
        for phrase, candidate in found.items():
            known = together.get(phrase)
            if known is None:
                together[phrase] = Candidate(phrase, candidate.standing, candidate.weight)
            else:
                known.standing = max(known.standing, candidate.standing)
                known.weight += candidate.weight
    ranked = heapq.nsmallest(
        max(MOST_CANDIDATES, limit * 3),
        together.values(),
        key=lambda one: (-one.worth, len(one.phrase), one.phrase),
    )
    for one in ranked:
        for base, found in zip(meaning.bases(), finds, strict=True):
            one.rows.extend(base + row for row in (found[one.phrase].rows if one.phrase in found else ()))
    seen = meaning.corpus.visible(meaning.rights)
    visible = (one for one in ranked if seen[one.rows].any() or meaning.known(one.phrase))
    return [one for one, _ in zip(visible, range(limit), strict=False)]


def correct(meaning: Meaning, word: str) -> Correction | None:
    """What a typed word was meant to be, None when it stands as it is."""
    if SOUND.fullmatch(word):
        return None if _known_latin(meaning, word) or completes(meaning, word) else _latin(meaning, word)
    if is_han(word):
        return _chinese(meaning, word)
    return _mixed(meaning, word)


def correct_all(meaning: Meaning, words: Sequence[str]) -> tuple[list[str], list[Correction]]:
    """The typed words as they were meant, and what was changed. Pinyin typed with spaces is read in one
    piece.
    """
    meant: list[str] = []
    changes: list[Correction] = []
    for run in _sounding_together(meaning, words):
        change = _joined(meaning, run) if len(run) > 1 and not meaning.purse.empty else None
        for word in run if change is None else (" ".join(run),):
            looked = len(changes) < MOST_CORRECTIONS and not meaning.purse.empty
            found = change or (correct(meaning, word) if looked else None)
            meant.extend(word.split() if found is None else found.used.split())
            changes.extend([] if found is None else [found])
    return meant, changes


def _sounding_together(meaning: Meaning, words: Sequence[str]) -> Iterator[list[str]]:
    """The words, those that follow one another and may be syllables put together."""
    run: list[str] = []
    for word in words:
        if LETTERS.fullmatch(word) and not _known_latin(meaning, word):
            run.append(word)
            continue
        if run:
            yield run
        yield [word]
        run = []
    if run:
        yield run


def _joined(meaning: Meaning, run: Sequence[str]) -> Correction | None:
    found = by_sound(meaning, "".join(run), partial=False) or run_together(meaning, "".join(run))
    return Correction(" ".join(run), found[0], tuple(found[1:])) if found else None


def completes(meaning: Meaning, word: str) -> bool:
    """Whether an unknown Latin word is the beginning of words in visible documents, and not itself pinyin."""
    if len(word) < SHORTEST_PREFIX or not LETTERS.fullmatch(word) or _known_latin(meaning, word):
        return False
    frequent = most_frequent(meaning.corpus, word, MOST_CANDIDATES)
    return any(_known_latin(meaning, term) for term in frequent) and not by_sound(
        meaning, word, partial=False
    )


def _known_latin(meaning: Meaning, word: str) -> bool:
    visible = meaning.corpus.visible(meaning.rights)
    return bool(visible[meaning.corpus.postings("words", word).rows].any())


def _mixed(meaning: Meaning, word: str) -> Correction | None:
    """A word of Chinese and other signs: its Chinese runs one by one, unless there are so many that it is prose."""
    if is_prose(word):
        return None

    @cache
    def mended(run: str) -> str:
        found = None if meaning.purse.empty else _chinese(meaning, run)
        return run if found is None else found.used

    changed = _RUN.sub(lambda run: mended(run[0]), word)
    return Correction(word, changed) if changed != word else None


# Latin letters: pinyin or a misspelt word


def _latin(meaning: Meaning, word: str) -> Correction | None:
    sound = word.replace("ü", "v").replace("'", "")
    ways: tuple[Callable[[], list[str]], ...] = (
        lambda: by_sound(meaning, sound, partial=False),
        lambda: misspelt(meaning, word, 1),
        lambda: by_initials(meaning, sound),
        lambda: run_together(meaning, sound),
        lambda: misspelt(meaning, word, 2) if len(word) >= LONG_WORD else [],
        lambda: by_sound(meaning, sound, partial=True),
    )
    for way in ways:
        found = way()
        if meaning.purse.empty:
            return None  # the ways are in order, and the better one was not walked to its end
        if found:
            return Correction(word, found[0], tuple(found[1:]))
    return None


def by_sound(meaning: Meaning, sound: str, *, partial: bool, limit: int = 5) -> list[str]:
    """Visible phrases read as `sound`, best first. A phrase that begins or ends inside a word does not
    count.
    """
    books = meaning.books()
    finds = [book.candidates(book.by_sound(sound, partial=partial)) for book in books]
    return _founded(meaning, finds, limit)


def by_initials(meaning: Meaning, letters: str, limit: int = 5) -> list[str]:
    """Visible phrases whose syllables begin with these letters, best first; at least two of them."""
    if not SHORTEST_PREFIX <= len(letters) <= LONGEST_RUN:
        return []
    finds = [book.candidates(book.by_initials(letters)) for book in meaning.books()]
    return _founded(meaning, finds, limit)


def _founded(
    meaning: Meaning, finds: Sequence[Mapping[str, Candidate]], limit: int, standing: float = CLEAN
) -> list[str]:
    """The best visible phrases of at least this standing that have Chinese in them."""
    kept = [
        {p: c for p, c in found.items() if c.standing >= standing and _HAS_HAN.search(p)} for found in finds
    ]
    return [candidate.phrase for candidate in best(meaning, kept, limit)]


def run_together(meaning: Meaning, sound: str, parts: int = MOST_PARTS) -> list[str]:
    """Several words typed as one run of pinyin: the longest beginning that is a phrase, then the rest alike. A run that
    is longer than `LONGEST_SOUND` letters is none that somebody means.
    """
    if len(sound) > LONGEST_SOUND:
        return []
    for length in range(len(sound) - 2, 2, -1):
        head = by_sound(meaning, sound[:length], partial=False, limit=1)
        if not head or len(head[0]) < 2:  # noqa: PLR2004 - one syllable alone may be anything
            continue
        rest = sound[length:]
        tail = by_sound(meaning, rest, partial=False, limit=1)
        if not tail and parts > 2:  # noqa: PLR2004 - the rest is cut once more only while parts are left
            tail = run_together(meaning, rest, parts - 1)
        if tail and len(tail[0]) > 1:
            return [f"{head[0]} {tail[0]}"]
    return []


def misspelt(meaning: Meaning, word: str, distance: int) -> list[str]:
    """Visible Latin words at most `distance` slips away, the most frequent first."""
    if len(word) < SHORTEST_MISSPELT or not LETTERS.fullmatch(word):
        return []
    found: dict[str, int] = {}
    for segment in meaning.corpus.segments:
        for near in lookups(segment, meaning.analysis).latin.near(word, distance):
            found[near] = found.get(near, 0) + segment.terms()[near]
    meaning.purse.pay(MISSPELT * len(meaning.corpus.segments))
    ranked = sorted(found, key=lambda near: (near[0] != word[0], -found[near], near))
    return [near for near in ranked[:MOST_CANDIDATES] if _known_latin(meaning, near)][:5]


# Chinese: a wrong homophone or one slip


def _chinese(meaning: Meaning, run: str) -> Correction | None:
    """A run of Chinese is looked at only where its cut looks broken: a misspelt word falls apart into single
    characters or into a word nobody has. What is cut into known words is left alone, however rare it is,
    and so is a sentence: its other words find what is meant.
    """
    if not 2 <= len(run) <= LONGEST_RUN or meaning.known(run):  # noqa: PLR2004 - one character is not a misspelt word
        return None
    stretches = _broken(meaning, run)
    if not stretches:
        return None
    surely = any(doubt >= BROKEN for doubt, _ in stretches)
    found = _same_sound(meaning, run, CLEAN) or _one_slip(meaning, run, CLEAN if surely else WHOLE_NAME)
    if found:
        return Correction(run, found[0], tuple(found[1:]))
    changed = run
    for doubt, windows in stretches:
        for window in windows if doubt >= BROKEN else ():
            mended = _same_sound(meaning, window, WHOLE) or _one_slip(meaning, window, WHOLE)
            if mended and window in changed:
                changed = changed.replace(window, mended[0], 1)
                break
    return Correction(run, changed) if changed != run else None


def _same_sound(meaning: Meaning, text: str, standing: float) -> list[str]:
    """Visible phrases of at least this standing that are read as `text` is, character for character."""
    sound = "".join(syllables(text))
    same = [
        {p: c for p, c in book.candidates(book.by_sound(sound, partial=False)).items() if len(p) == len(text)}
        for book in meaning.books()
    ]
    return [phrase for phrase in _founded(meaning, same, 5, standing) if phrase != text]


def _one_slip(meaning: Meaning, text: str, standing: float) -> list[str]:
    """Visible phrases that differ by one slip. Two characters that changed places, or one typed twice, are
    sure signs; of three characters with another one wrong, only a whole word may be meant.
    """
    books = meaning.books()
    if len(text) < SHORTEST_SLIPPED:
        return []
    sure = _founded(meaning, [book.candidates(sure_slips(book, text)) for book in books], 5, CLEAN)
    if sure:
        return sure
    at_least = standing if len(text) > SHORTEST_SLIPPED else max(standing, WHOLE)
    spans = [slips(book, text) for book in books]
    if meaning.in_a_name(
        text
    ):  # what stands in a document as it was typed is known, so that only names go on
        spans[0] = np.concatenate([spans[0], cut_short(books[0], text)])
    return _founded(meaning, [book.candidates(s) for book, s in zip(books, spans, strict=True)], 5, at_least)


def _broken(meaning: Meaning, run: str) -> list[tuple[int, list[str]]]:
    """Each doubtful stretch of the run: how broken it looks, and the windows to look at, with a word on
    either side, on one, and alone.
    """
    tokens = [token for token in meaning.analysis.tokens(run) if token.whole]
    doubts = [_doubt(meaning, token.text) for token in tokens]
    found: list[tuple[int, list[str]]] = []
    place = 0
    while place < len(tokens):
        end = place
        while end < len(tokens) and doubts[end]:
            end += 1
        if end > place:
            first, last = tokens[place].start, tokens[end - 1].end
            before = tokens[place - 1].start if place else first
            after = tokens[end].end if end < len(tokens) else last
            spans = dict.fromkeys(((before, after), (before, last), (first, after), (first, last)))
            windows = [run[start:stop] for start, stop in spans if 1 < stop - start <= LONGEST_RUN]
            found.append(
                (sum(doubts[place:end]), [window for window in windows if not meaning.known(window)])
            )
        place = max(end, place + 1)
    return found


def _doubt(meaning: Meaning, word: str) -> int:
    """How broken a token looks: a word nobody has is, one single character is half, a function word or known
    word not.
    """
    if word in FUNCTION_WORDS:
        return 0
    if len(word) == 1:
        return 1
    return 0 if meaning.known(word) else BROKEN
