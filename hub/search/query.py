"""Read what a person types: words, "phrases" and -exclusions. Any text is a question; none is an error.

A *word* is what stands between spaces. Quotes of any kind (" “ ” 「 」 『 』 « ») make a *phrase*, which must
stand in the document as it is. A minus before a word or a phrase *excludes* it. What cannot be understood so
(a quote that never closes, a lonely minus, signs without letters) is read as if it were not there.
"""

import re
from dataclasses import dataclass

from hub.search.analysis import HAN, normalize

MAX_TYPED = 500
MAX_WORDS = 32
MAX_PHRASES = 5
MAX_EXCLUDED = 5
MOST_RUNS = 8
_RUN = re.compile(f"[{HAN}]+")

FUNCTION_WORDS = frozenset(
    [
        "的",
        "了",
        "是",
        "在",
        "和",
        "与",
        "及",
        "或",
        "对",
        "把",
        "被",
        "从",
        "到",
        "由",
        "为",
        "以",
        "之",
        "其",
        "这",
        "那",
        "吗",
        "呢",
        "吧",
        "啊",
        "么",
        "我",
        "你",
        "他",
        "我们",
        "你们",
        "他们",
        "什么",
        "怎么",
        "怎样",
        "如何",
        "哪",
        "哪些",
        "哪个",
        "哪里",
        "谁",
        "几",
        "多少",
        "为什么",
        "有",
        "没有",
        "一个",
        "一种",
        "请问",
        "请",
        "想",
        "要",
        "能",
        "可以",
        "the",
        "a",
        "an",
        "of",
        "for",
        "and",
        "or",
        "to",
        "in",
        "on",
        "with",
        "is",
        "are",
        "what",
        "how",
    ]
)
"""Words that hold a sentence together: they add to the score and never decide whether a document is found."""

_OPEN = "“「『«‹„"
_CLOSE = "”」』»›"
_QUOTES = str.maketrans({**dict.fromkeys(_OPEN, "\x01"), **dict.fromkeys(_CLOSE, "\x02")})
_PART = re.compile(
    r"(?P<minus>(?<!\S)-(?!-))?"
    r'(?:(?<![^\s-])(?:"(?P<plain>[^"\x01\x02]*)"|\x01(?P<curly>[^"\x01\x02]*)\x02)(?!\S)'
    r'|(?P<word>[^\s"\x01\x02]+))'
)
_SOMETHING = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, normalised and taken apart, each part in the order typed.

    `cut` is True when the text was longer than what is read. `open_end` is True when the last thing is a
    word that may still be in the middle of being typed.
    """

    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    cut: bool = False
    open_end: bool = False


def parse(text: str) -> Typed:
    """Take apart what was typed. Never fails."""
    folded = normalize(text[: MAX_TYPED * 2]).text
    normal = folded[:MAX_TYPED].translate(_QUOTES)
    words: list[str] = []
    phrases: list[str] = []
    excluded: list[str] = []
    for part in _PART.finditer(normal):
        quoted = part["plain"] if part["plain"] is not None else part["curly"]
        content = " ".join((part["word"] if quoted is None else quoted).split())
        if quoted is None and not part["minus"]:
            content = content.strip("*?~^")
        if not _SOMETHING.search(content):
            continue
        target = excluded if part["minus"] else words if quoted is None else phrases
        target.append(content)
    return Typed(
        words=tuple(dict.fromkeys(words[:MAX_WORDS])),
        phrases=tuple(dict.fromkeys(phrases[:MAX_PHRASES])),
        excluded=tuple(dict.fromkeys(excluded[:MAX_EXCLUDED])),
        cut=len(text) > MAX_TYPED
        or len(words) > MAX_WORDS
        or max(len(phrases) - MAX_PHRASES, len(excluded) - MAX_EXCLUDED) > 0,
        open_end=bool(words) and bool(normal) and not normal[-1].isspace() and normal[-1] not in '"\x02',
    )


def is_prose(word: str) -> bool:
    """Whether a piece without spaces has so many different runs of Chinese that it is a passage, not words."""
    return len(set(_RUN.findall(word))) > MOST_RUNS
