"""How Chinese is read aloud, without tones: a syllable for each character.

Words are looked up whole first, because many characters are read in several ways (银行 yin hang, 行业 hang ye,
行动 xing dong); a character outside a known word takes its most common reading. The tables are pypinyin's. ü
is written v.
"""

import unicodedata
from functools import cache, lru_cache

from hub.search.analysis import is_han

_TONES = {"\u0300", "\u0301", "\u0304", "\u030c"}


def plain(reading: str) -> str:
    """A reading without its tone, in small letters; ü and u: become v."""
    letters = (c for c in unicodedata.normalize("NFD", reading.lower()) if c not in _TONES)
    return unicodedata.normalize("NFC", "".join(letters)).replace("ü", "v").replace("ê", "e")


@cache
def _characters() -> dict[int, str]:
    from pypinyin.pinyin_dict import pinyin_dict

    return dict(pinyin_dict)


@cache
def _phrases() -> dict[str, list[list[str]]]:
    from pypinyin.phrases_dict import phrases_dict

    return dict(phrases_dict)


@cache
def syllable(character: str) -> str:
    """The most common reading of a character; the character itself when it is not Chinese or has none."""
    readings = _characters().get(ord(character))
    if readings is None:
        return character
    return plain(readings.split(",", 1)[0])


@lru_cache(maxsize=100_000)
def syllables(word: str) -> tuple[str, ...]:
    """The reading of a word, one syllable for each character; what is not Chinese stands for itself."""
    known = _phrases().get(word) if len(word) > 1 and is_han(word) else None
    if known is not None and len(known) == len(word):
        return tuple(plain(reading[0]) for reading in known)
    return tuple(syllable(character) for character in word)
