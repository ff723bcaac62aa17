"""Suggestions while typing: names of the taxonomy, titles, words; by their beginning, by a part, or by
pinyin.

Nothing is suggested that the person may not see: titles and words are checked against the documents visible
to them; the given names are for the caller to choose.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from hub.search.analysis import HAN, normalize
from hub.search.beginnings import most_frequent
from hub.search.corpus import Corpus, rows_of
from hub.search.latin import LETTERS
from hub.search.lookups import lookups
from hub.search.phrasebook import Candidate, PhraseBook
from hub.search.pinyin import syllables
from hub.search.protocol import Engine, Rights
from hub.search.spelling import (
    MOST_CANDIDATES,
    Meaning,
    best,
    by_initials,
    by_sound,
    correct,
    names_book,
    run_together,
)

LONGEST_TYPED = 60
MOST_CONTINUED, MOST_TITLES = 500, 300
READ_FOR_ONE = 4  # documents that are read for each title shown: some have the same
_HAS_HAN = re.compile(f"[{HAN}]")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text that may be meant, normalised for words, as written for names and titles.

    `document` is the id of the document whose title it is.
    """

    text: str
    kind: Literal["name", "title", "word"]
    document: str | None = None


def warm(engine: Engine) -> None:
    """Make what corrections and suggestions look things up in, so that nobody waits for it: seconds for a
    large index, nothing when it is there. To be called in the background after opening and after a
    rebuild.
    """
    corpus, analysis = engine.corpus(), engine.analysis
    for token in analysis.tokens(normalize("預熱").text):  # the tables of characters, words and readings
        syllables(token.text)
    for segment in corpus.segments:
        lookups(segment, analysis)
        rows_of(segment)


def suggest(
    engine: Engine, text: str, *, rights: Rights, names: Iterable[str] = (), limit: int = 8
) -> list[Suggestion]:
    """What the typed text may become, best first: names, then words and phrases, then titles; never more than
    `limit`. Any text gives an answer, an empty one none.
    """
    typed = " ".join(normalize(text[: LONGEST_TYPED * 2]).text.split())[:LONGEST_TYPED]
    if not typed:
        return []
    written = {normalize(name).text: name for name in names}
    meaning = Meaning(engine.corpus(), engine.analysis, rights, tuple(sorted(written)))
    texts = dict.fromkeys([*_names(meaning, typed), *_phrases(meaning, typed)])
    found = [Suggestion(written.get(one, one), "name" if one in written else "word") for one in texts]
    titles = _titles(meaning, typed, limit)
    room = max(limit - len(titles), limit - limit // 3)
    return [*found[:room], *titles][:limit]


def _names(meaning: Meaning, typed: str) -> list[str]:
    """Given names that begin with or hold what was typed, or sound like it."""
    if not meaning.names:
        return []
    begins = [name for name in meaning.names if name.startswith(typed)]
    holds = [name for name in meaning.names if typed in name and len(typed) > 1]
    sounds: list[str] = []
    sound = typed.replace(" ", "").replace("ü", "v")
    if LETTERS.fullmatch(sound):
        book = names_book(meaning.names, meaning.analysis)
        spans = np.concatenate([book.by_sound(sound, partial=True), book.by_initials(sound)])
        sounds = sorted((name for _, name, _ in book.entries_at(spans)), key=len)
    return [*sorted(begins, key=len), *sorted(holds, key=len), *sounds][:MOST_CANDIDATES]


def _phrases(meaning: Meaning, typed: str) -> list[str]:
    sound = typed.replace(" ", "").replace("ü", "v")
    if LETTERS.fullmatch(sound):
        latin = _beginning(meaning, typed)
        read = by_sound(meaning, sound, partial=False) or by_initials(meaning, sound, limit=8)
        read = read or by_sound(meaning, sound, partial=True) or run_together(meaning, sound)
        return [*latin, *read] if len(latin) < 3 else [*latin[:3], *read, *latin[3:]]  # noqa: PLR2004 - Latin words first, but leave room
    if _HAS_HAN.search(typed):
        books = meaning.books()
        found = [candidate.phrase for candidate in best(meaning, [_continued(book, typed) for book in books])]
        if found:
            return found
        change = correct(meaning, typed)
        return [change.used, *change.others] if change is not None else []
    return _beginning(meaning, typed)


def _beginning(meaning: Meaning, typed: str) -> list[str]:
    """Visible words that begin with the last typed word, after the words before it."""
    *before, last = typed.split()
    corpus = meaning.corpus
    frequent = most_frequent(corpus, last, MOST_CANDIDATES * 2)
    visible = corpus.visible(meaning.rights)
    corpus.expect("words", frequent)
    kept = [term for term in frequent if visible[corpus.postings("words", term).rows].any()]
    return [" ".join([*before, term]) for term in kept[:5]]


def _continued(book: PhraseBook, typed: str) -> dict[str, Candidate]:
    """Phrases that begin with what was typed, each to the end of its word and of the word after it."""
    return book.candidates(book.continued(typed, MOST_CONTINUED))


def _titles(meaning: Meaning, typed: str, limit: int) -> list[Suggestion]:
    """Visible titles that hold what was typed, or sound like it; those that begin with it first."""
    corpus = meaning.corpus
    sound = typed.replace(" ", "").replace("ü", "v")
    found: dict[int, tuple[int, int]] = {}
    for base, segment in zip(corpus.bases, corpus.segments, strict=True):
        book = lookups(segment, meaning.analysis).book
        spans = book.by_sight(typed)
        if not len(spans) and LETTERS.fullmatch(sound) and len(sound) > 3:  # noqa: PLR2004 - shorter sounds are in every title
            spans = book.by_sound(sound, partial=True)
        for _, title, row in book.entries_at(spans[:MOST_TITLES]):
            if row >= 0:
                found.setdefault(base + row, (0 if title.startswith(typed) else 1, len(title)))
    visible = corpus.visible(meaning.rights)
    rows = [row for row in found if visible[row]]
    shown = max(limit // 3, 1)
    if len(rows) > shown * READ_FOR_ONE:  # ids decide between equals: not needed of the rest
        last = sorted(found[row] for row in rows)[shown * READ_FOR_ONE - 1]
        rows = [row for row in rows if found[row] <= last]
    return _distinct(corpus, sorted(rows, key=lambda row: (found[row], corpus.id_of(row))), shown)


def _distinct(corpus: Corpus, rows: Sequence[int], limit: int) -> list[Suggestion]:
    titles: dict[str, Suggestion] = {}
    corpus.expect_documents(rows[: limit * READ_FOR_ONE])
    for row in rows[: limit * READ_FOR_ONE]:
        document = corpus.document(row)
        titles.setdefault(document.title, Suggestion(document.title, "title", document.id))
    return list(titles.values())[:limit]
