"""Tokens of facts in a text, how a value is shown, and how people write the same number otherwise. Pure calculation.

A *token* is `{{ facts.sla_uptime }}`; the engine of deck templates knows facts by the same name. A *hit* is a
place of a text that says the value in so many words.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from difflib import SequenceMatcher, get_close_matches

TOKEN = re.compile(r"\{\{[ \t]*([^\W\d_]{3,8})[ \t]*\.[ \t]*([^{}\n]{1,200}?)[ \t]*\}\}")
KEY = re.compile(r"[a-z][a-z0-9_]{1,59}")
ROOM = "facts"
CLOSE = 0.75  # how near a word must come to "facts" to be meant as it
TIGHT = frozenset({"%", "‰", "°", "℃", "％"})
GROUP = 10_000
_WORD = re.compile(r"[A-Za-z0-9]")
_LATIN = re.compile(r"[A-Za-z0-9]{2}")
AROUND = 24  # characters of a text that are shown on either side of a hit
_SIGNS = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")


@dataclass(frozen=True)
class Token:
    """A token as written. `spelled` is False where the word before the dot is not quite "facts"."""

    source: str
    key: str
    start: int
    end: int
    spelled: bool


def tokens(text: str) -> Iterator[Token]:
    """The tokens of facts in a text, in order; what means something else in braces is none."""
    if "{{" not in text:
        return
    for found in TOKEN.finditer(text):
        word = found[1].casefold()
        if SequenceMatcher(None, word, ROOM).ratio() >= CLOSE:
            yield Token(found[0], found[2], found.start(), found.end(), word in {"fact", ROOM})


def token_of(key: str) -> str:
    return "{{ facts." + key + " }}"


def nearest(key: str, keys: list[str]) -> str:
    """The key that was probably meant; empty when none comes near."""
    return next(iter(get_close_matches(key.casefold().replace("-", "_"), keys, n=1, cutoff=0.6)), "")


def shown(value: str, unit: str) -> str:
    """Value and unit as a text shows them: 99.9%, 36,000 元/年."""
    if not unit:
        return value
    return f"{value}{unit}" if unit[0] in TIGHT else f"{value} {unit}"


def plain(text: str) -> str:
    """The text in half width, so that ９９．９％ and 99.9% are the same."""
    return unicodedata.normalize("NFKC", text)


def number_in(value: str) -> Decimal | None:
    """The number that the value is; None for words."""
    try:
        found = Decimal(plain(value).replace(",", "").replace(" ", ""))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _spelled(number: Decimal) -> str:
    """A pattern for the number: with or without commas between thousands, with or without zeros at the end."""
    whole, _dot, rest = f"{number:f}".partition(".")
    rest = rest.rstrip("0")
    head = whole.lstrip("-")
    groups = [head[max(0, i - 3) : i] for i in range(len(head), 0, -3)][::-1]
    sign = "-" if whole.startswith("-") else ""
    tail = rf"\.{rest}0*" if rest else r"(?:\.0+)?"
    return sign + "[, ]?".join(groups) + tail


def _sizes(number: Decimal, unit: str) -> list[tuple[Decimal, str]]:
    """The number in ones, in 万 and in 亿, each with what is said after it."""
    scale = {"万": Decimal(GROUP), "亿": Decimal(GROUP**2)}.get(unit[:1], Decimal(1))
    base, rest = number * scale, unit[1:] if scale > 1 else unit
    said = [(base, rest)]
    said += [(base / GROUP, f"万{rest}")] if abs(base) >= GROUP else []
    said += [(base / GROUP**2, f"亿{rest}")] if abs(base) >= GROUP**2 else []
    return [(n.normalize(), u) for n, u in said if u or len(said) == 1 or n == base]


def _in_money(spelled: str) -> Iterator[str]:
    """How English texts, and price lists, say so many 元."""
    yield rf"(?:¥|CNY|RMB)\s*{spelled}(?!\d|[.,]\d)"
    yield rf"{spelled}\s*(?:yuan|CNY|RMB)\b"


@dataclass(frozen=True)
class Wording:
    """How texts in Chinese and in English say a value; what is empty in English is said as in Chinese."""

    value: str
    unit: str = ""
    value_en: str = ""
    unit_en: str = ""

    @property
    def shown(self) -> str:
        return shown(self.value, self.unit)

    @property
    def shown_en(self) -> str:
        return shown(self.value_en or self.value, self.unit_en or self.unit)

    def differs_in_english_alone(self, other: "Wording") -> bool:
        return self.shown == other.shown and self.shown_en != other.shown_en

    def in_english(self) -> "Wording":
        """What English texts say, alone."""
        return Wording(self.value_en or self.value, self.unit_en or self.unit)

    def pattern(self) -> re.Pattern[str]:
        """What finds the value in a `plain` text, in either language."""
        found = [pattern(self.value, self.unit, "" if self.value_en else self.unit_en)]
        if self.value_en:
            found.append(pattern(self.value_en, self.unit_en or self.unit))
        return re.compile("|".join(f"(?:{p.pattern})" for p in found), re.IGNORECASE)

    def needles(self) -> list[str]:
        """As `needles`, in either language."""
        english = needles(self.value_en, self.unit_en) if self.value_en else []
        return sorted({*needles(self.value, self.unit), *english})


def pattern(value: str, unit: str, unit_en: str = "") -> re.Pattern[str]:
    """What finds the value in a `plain` text. A number is found with its unit only, in either language; 元/年 also as
    元, and as ¥ before it.
    """
    number = number_in(value)
    first = plain(unit).split("/")[0].strip()
    if number is None:
        return _in_words(plain(value))
    sizes = _sizes(number, first)
    ways = [rf"{_spelled(n)}\s*{re.escape(u)}" if u else _spelled(n) for n, u in sizes]
    ways += [way for n, u in sizes if u.startswith("元") for way in _in_money(_spelled(n))]
    if unit_en and unit_en != unit:
        ways.append(rf"{_spelled(number)}\s*{re.escape(plain(unit_en))}")
    return re.compile(rf"(?<![\d.])(?<!\d,)(?:{'|'.join(ways)})" + ("" if first else r"(?![\d.%]|,\d{3})"))


def _in_words(value: str) -> re.Pattern[str]:
    """A value in words: not as part of a longer word of Latin script or of a longer number."""
    words = r"\s*".join(re.escape(w) for w in value.split())
    before = r"(?<![A-Za-z0-9])" if _WORD.match(value[:1]) else ""
    after = r"(?![A-Za-z0-9]|[.,]\d)" if _WORD.match(value[-1:]) else ""
    return re.compile(f"{before}{words}{after}", re.IGNORECASE)


def needles(value: str, unit: str) -> list[str]:
    """Short texts one of which stands in every text with a hit, for the database to narrow by."""
    number = number_in(value)
    if number is None:
        words = value.split()
        return sorted({max(words, key=len), max(plain(value).split(), key=len)}) if words else []
    found: set[str] = set()
    for n, _unit in _sizes(number, plain(unit).split("/")[0].strip()):
        whole, _dot, rest = f"{n:f}".partition(".")
        tail = f".{rest.rstrip('0')}" if rest.rstrip("0") else ""
        for said in (f"{whole}{tail}", f"{int(whole):,}{tail}", f"{int(whole):,}{tail}".replace(",", " ")):
            found |= {said, said.translate(_SIGNS), said.replace(",", "，"), said.replace(".", "．")}
    return sorted(found)


def hits(text: str, wanted: re.Pattern[str]) -> list[str]:
    """What stands around each hit, on one line: as it was written, or in half width where signs of the text are several
    there, such as ㎡.
    """
    half = plain(text)
    written = text if len(text) == len(half) else half
    return [_around(written, m.start(), m.end()) for m in wanted.finditer(half)]


def _around(text: str, start: int, end: int) -> str:
    """A hit with some characters on either side, none of them half a word of Latin script."""
    left, right = max(0, start - AROUND), min(len(text), end + AROUND)
    while 0 < left < start and _LATIN.match(text[left - 1 : left + 1]):
        left += 1
    while end < right < len(text) and _LATIN.match(text[right - 1 : right + 1]):
        right -= 1
    return " ".join(text[left:right].split()).lstrip(" ,，、。；;：:")
