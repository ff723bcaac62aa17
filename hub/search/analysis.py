"""Turn text into terms: one analysis for every engine, for documents and for what people type.

*Normalising* folds width and compatibility forms (NFKC), case, and traditional to simplified Chinese, and
remembers where each character came from, so that a match can be marked in the text as it was written. A
*token* is a term with the place it was found. Chinese runs are cut by jieba in search mode (解决方案 gives 解决,
方案 and 解决方案) with the taxonomy's and products' names as *dictionary words*. Versions and amounts stay whole:
V3.2, 2,000万.

Traditional characters are folded one by one from OpenCC's character table, in documents and queries alike:
the same character always gives the same term and offsets stay exact, which its phrase tables would not
allow.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

import rjieba

from hub.search.documents import FIELD_WEIGHTS

FORMAT = 1
"""Raised whenever the same text would give other terms: every index made before is then rebuilt."""

MAX_TERM = 64
DICTIONARY_FREQUENCY = 100_000
HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"

_TOKEN = re.compile(
    rf"(?P<han>[{HAN}]+)"
    r"|(?P<amount>\d{1,3}(?:,\d{3})+(?:\.\d+)?)"
    r"|(?P<latin>[a-z0-9]+(?:[._/&'-][a-z0-9]+)*(?:\+\+|\+(?![a-z0-9])|\#)?)"
    r"|(?P<other>[^\W_]+)"
)
_VERSION = re.compile(r"v?\d+(?:\.\d+)+")
_LATIN_PARTS = re.compile(r"[a-z0-9]+")
_HAN_ONLY = re.compile(rf"[{HAN}]+")
_AMOUNT_UNIT = re.compile(r"[十百千万亿兆]{1,2}|%")


@dataclass(frozen=True, slots=True)
class Normal:
    """Normalised text. `offsets[i]` is where its character i began in the original; one more entry ends it.
    None means every character stayed in its place.
    """

    text: str
    offsets: tuple[int, ...] | None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original that became `text[start:end]`."""
        if self.offsets is None:
            return start, end
        return self.offsets[start], self.offsets[end]


@dataclass(frozen=True, slots=True)
class Token:
    """A term and the span of the normalised text it was found at. `whole` is False for a piece of a longer
    token.
    """

    text: str
    start: int
    end: int
    whole: bool = True


class _Fold(dict[int, str]):
    """Character by character NFKC, lower case and simplified form, learnt as characters are met."""

    def __init__(self, simplified: dict[str, str]) -> None:
        super().__init__()
        self._simplified = simplified

    def __missing__(self, code: int) -> str:
        char = chr(code)
        folded = unicodedata.normalize("NFKC", char).lower()
        folded = "".join(self._simplified.get(c, c) for c in folded)
        if not folded or unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn"}:
            folded = "\n" if char == "\n" else " "
        self[code] = folded
        return folded


@cache
def _simplified() -> dict[str, str]:
    """OpenCC's traditional to simplified table, first choice of each line."""
    table = resources.files("opencc").joinpath("dictionary/TSCharacters.txt").read_text("utf-8")
    pairs = (line.split() for line in table.splitlines() if line.strip())
    return {pair[0]: pair[1] for pair in pairs if len(pair) > 1 and len(pair[0]) == len(pair[1]) == 1}


@cache
def _fold() -> _Fold:
    return _Fold(_simplified())


@cache
def _changing() -> re.Pattern[str]:
    """Characters that folding may change. Most of a text is not among them, and going from one to the next
    is several times as fast as folding every character.
    """
    fold = _fold()
    changed = [code for code in range(0x10000) if fold[code] != chr(code)]
    runs: list[list[int]] = []
    for code in changed:
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    ranges = "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in runs)
    return re.compile(f"[{ranges}\U00010000-\U0010ffff]")


def normalize(text: str) -> Normal:
    """Fold `text` and keep the way back to it. Never fails; control characters become spaces."""
    if text.isascii() and text.isprintable():
        return Normal(text.lower(), None)
    if not unicodedata.is_normalized("NFC", text):
        return _normalize_clusters(text)
    fold = _fold()
    folded = _changing().sub(lambda found: fold[ord(found[0])], text)
    if len(folded) == len(text):
        return Normal(folded, None)
    return Normal(folded, _way_back(text, fold))


def _way_back(text: str, fold: _Fold) -> tuple[int, ...]:
    """The place in `text` of each character of what it is folded to: from one character that becomes several to the
    next they run on one by one.
    """
    offsets: list[int] = []
    begun = 0
    for found in _changing().finditer(text):
        if (length := len(fold[ord(found[0])])) > 1:
            offsets.extend(range(begun, found.start()))
            offsets.extend([found.start()] * length)
            begun = found.end()
    offsets.extend(range(begun, len(text) + 1))
    return tuple(offsets)


def _normalize_clusters(text: str) -> Normal:
    """A letter with combining marks becomes one composed letter; its marks belong to the same place."""
    pieces: list[tuple[str, int]] = []
    start = 0
    for place in range(1, len(text) + 1):
        if place < len(text) and unicodedata.combining(text[place]):
            continue
        pieces.append((unicodedata.normalize("NFC", text[start:place]).translate(_fold()), start))
        start = place
    offsets = [origin for piece, origin in pieces for _ in piece]
    return Normal("".join(piece for piece, _ in pieces), (*offsets, len(text)))


def is_han(text: str) -> bool:
    """Whether `text` is nothing but Chinese characters."""
    return _HAN_ONLY.fullmatch(text) is not None


class Analysis:
    """The analyser with its dictionary words and what a word counts in each field; immutable, shared by threads.
    Another dictionary or another weight is another version.
    """

    def __init__(self, words: Iterable[str] = (), fields: Mapping[str, float] = FIELD_WEIGHTS) -> None:
        """Take `words`, names that should be found whole; those that are not Chinese need no dictionary. `fields` are
        the weights by field; one it does not name has its usual weight.
        """
        self.words = dictionary_words(words)
        self.fields = {**FIELD_WEIGHTS, **fields}
        self.quarters = {name: round(weight * 4) for name, weight in self.fields.items()}
        self.version = analysis_version(self.words, self.fields)
        self._jieba = _dictionary(self.words)

    def tokens(self, text: str) -> list[Token]:
        """The tokens of *normalised* text by place; pieces of a compound come before or after it."""
        found: list[Token] = []
        for match in _TOKEN.finditer(text):
            han = match.lastgroup == "han"
            found.extend(self._cut(match[0], match.start()) if han else _others(text, match))
        return found

    def terms(self, text: str) -> list[str]:
        """The terms of raw text, in order, with repetition."""
        return [token.text for token in self.tokens(normalize(text).text)]

    def counted(self, text: str) -> tuple[list[str], list[str]]:
        """What `tokens` finds in *normalised* text without its places, for indexing: the terms, and the
        single characters of the whole tokens (a token that is not Chinese counts as one character). All Chinese runs
        are cut by one call, a line each.
        """
        runs: list[str] = []
        terms: list[str] = []
        characters: list[str] = []
        for match in _TOKEN.finditer(text):
            if match.lastgroup == "han":
                runs.append(match[0])
                characters.extend(match[0])
                continue
            found = _others(text, match)
            terms.extend(token.text for token in found)
            characters.extend(token.text for token in found if token.whole)
        terms.extend(word for word in self._jieba.cut_for_search("\n".join(runs)) if word != "\n")
        return terms, characters

    def _cut(self, run: str, base: int) -> list[Token]:
        cut = self._jieba.tokenize(run, "search")
        return _mark_pieces([Token(word, base + start, base + end) for word, start, end in cut])


def dictionary_words(words: Iterable[str]) -> tuple[str, ...]:
    """Those of `words` that a dictionary can use, normalised, in order, each once."""
    names = {normalize(word).text.strip() for word in words}
    return tuple(sorted(name for name in names if 1 < len(name) <= MAX_TERM and is_han(name)))


def analysis_version(words: Iterable[str], fields: Mapping[str, float] = FIELD_WEIGHTS) -> str:
    """The version of an analysis with these words and weights: compare it with an engine's to see whether a rebuild
    is due.
    """
    weighed = (f"{name} {weight:g}" for name, weight in sorted({**FIELD_WEIGHTS, **fields}.items()))
    said = "\n".join((f"analysis {FORMAT}", *weighed, *dictionary_words(words)))
    digest = hashlib.sha256(said.encode()).hexdigest()
    return f"{FORMAT}-{digest[:16]}"


def _others(text: str, match: re.Match[str]) -> list[Token]:
    """The tokens of what is not Chinese."""
    if match.lastgroup == "amount":
        return _amount(text, match)
    if match.lastgroup == "latin":
        return _latin(text, match)
    return [Token(match[0][:MAX_TERM], match.start(), match.end())]


def _mark_pieces(tokens: list[Token]) -> list[Token]:
    """In search mode the pieces of a word come just before the word: mark those that a following word
    covers.
    """
    marked: list[Token] = []
    cover_start, cover_end = -1, -1
    for token in reversed(tokens):
        if cover_start <= token.start and token.end <= cover_end:
            marked.append(Token(token.text, token.start, token.end, whole=False))
        else:
            cover_start, cover_end = token.start, token.end
            marked.append(token)
    marked.reverse()
    return marked


@lru_cache(maxsize=4)
def _dictionary(words: tuple[str, ...]) -> rjieba.Jieba:
    """Reading the basic dictionary takes a sixth of a second; nobody changes it once it is made."""
    jieba = rjieba.Jieba()
    for word in words:
        jieba.add_word(word, max(DICTIONARY_FREQUENCY, jieba.suggest_freq(word)), None)
    return jieba


def _amount(text: str, match: re.Match[str]) -> list[Token]:
    """2,000万 is the amount 2000万 and the number 2000."""
    number = match[0].replace(",", "")
    return _number_tokens(text, number, match.start(), match.end())


def _number_tokens(text: str, number: str, start: int, end: int) -> list[Token]:
    unit = _AMOUNT_UNIT.match(text, end)
    if unit is None:
        return [Token(number, start, end)]
    return [Token(number, start, end, whole=False), Token(number + unit[0], start, unit.end())]


def _latin(text: str, match: re.Match[str]) -> list[Token]:
    """wi-fi is wifi, wi and fi; v3.2 is v3.2 and 3.2; 300万 is 300万 and 300."""
    word, start, end = match[0], match.start(), match.end()
    if word.replace(".", "").isdigit():
        return _number_tokens(text, word, start, end)
    if word.isalnum():
        return [Token(word[:MAX_TERM], start, end)]
    if _VERSION.fullmatch(word):
        bare = [Token(word[1:], start + 1, end, whole=False)] if word[0] == "v" else []
        return [*bare, Token(word[:MAX_TERM], start, end)]
    parts = list(_LATIN_PARTS.finditer(word))
    joined = re.sub(r"[._/&'-]", "", word)[:MAX_TERM]
    tokens = [Token(joined, start, end)]
    if len(parts) > 1:
        tokens += [Token(p[0][:MAX_TERM], start + p.start(), start + p.end(), whole=False) for p in parts]
    return tokens
