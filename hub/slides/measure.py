"""How much room text takes: real widths from the fonts that this machine would draw it with.

A font is asked of fontconfig (`fc-match`), as LibreOffice does; where that is missing, widths are
estimated: a Chinese character is one em, a Latin one a little over half. Sizes are in points.
"""

import functools
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from PIL import ImageFont

from hub.slides.runs import CHINESE

_UNIT = 256
"""Size at which characters are measured: large enough that whole pixels do not matter."""
LINE = 1.2
"""Height of a line in sizes of its letters: LibreOffice gives it to every font, PowerPoint to most."""
_HIGH = {"microsoft yahei": 1.32, "微软雅黑": 1.32, "microsoft yahei ui": 1.32}
"""Fonts that PowerPoint sets wider apart."""
_LINE_STARTS_NOT_WITH = frozenset("，。、；：？！）》」』】〕…—～·％,.;:?!)]}%’”")
_LINE_ENDS_NOT_WITH = frozenset("（《「『【〔([{‘“")


@dataclass(frozen=True)
class Face:
    """A font as a run asks for it: a Latin and an East Asian family."""

    latin: str
    east_asian: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Stretch:
    """Text of one format; a line break is a newline."""

    text: str
    face: Face
    size: float


@dataclass(frozen=True)
class Line:
    width: float
    height: float
    """Of the font itself, without the paragraph's line spacing."""


@functools.lru_cache(maxsize=20_000)
def _advance(font: ImageFont.FreeTypeFont | None, character: str) -> float:
    if font is None:
        return 1.0 if CHINESE.match(character) else 0.56
    return font.getlength(character) / _UNIT


@functools.lru_cache(maxsize=256)
def _font(family: str, *, chinese: bool, bold: bool, italic: bool) -> ImageFont.FreeTypeFont | None:
    """The font that is drawn here for `family`; None where nobody can tell."""
    found = _find_font(family, chinese=chinese, bold=bold, italic=italic)
    if found is None:
        return None
    try:
        return ImageFont.truetype(found[0], _UNIT, index=found[1], layout_engine=ImageFont.Layout.BASIC)
    except OSError:
        return None


def _find_font(family: str, *, chinese: bool, bold: bool, italic: bool) -> tuple[str, int] | None:
    """File and index of the font that stands in for `family` here; None without fontconfig."""
    if shutil.which("fc-match") is None:
        return None
    safe = "".join(character for character in family if character not in "\\:-,=")
    style = f":weight={200 if bold else 80}:slant={100 if italic else 0}"
    pattern = safe + style + (":lang=zh-cn" if chinese else "")
    asked = ["fc-match", "-f", "%{file}\n%{index}", pattern]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, timeout=10, check=True).stdout
        file, _, index = answer.partition("\n")
        return file, int(index or 0) & 0xFFFF  # the high half names an instance of a variable font
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


@dataclass(frozen=True)
class _Character:
    text: str
    width: float
    height: float

    @property
    def splits(self) -> bool:
        """Whether a line may end before or after it: Chinese characters stand alone, letters form words."""
        return CHINESE.match(self.text) is not None


def lines_of(stretches: Sequence[Stretch], width: float, *, empty_height: float) -> list[Line]:
    """The lines of one paragraph in a box `width` points wide; at least one, `empty_height` high if empty."""
    lines: list[Line] = []
    current: list[_Character] = []
    for word in _words(stretches):
        if word[0].text == "\n":
            lines.append(_line(current, empty_height))
            current = []
            continue
        if current and _width([*current, *_without_space(word)]) > width and not _hangs(word):
            lines.append(_line(current, empty_height))
            current = []
        current += word
        while _width(_without_space(current)) > width and len(current) > 1:  # one word wider than the box
            fitting = _fitting(current, width)
            lines.append(_line(current[:fitting], empty_height))
            current = current[fitting:]
    lines.append(_line(current, empty_height))
    return lines


def _hangs(word: list[_Character]) -> bool:
    """Closing punctuation does not begin a line; it hangs over the edge instead, as East Asian rules want."""
    return len(word) == 1 and word[0].text in _LINE_STARTS_NOT_WITH


def _fitting(characters: list[_Character], width: float) -> int:
    total = 0.0
    for count, character in enumerate(characters):
        total += character.width
        if total > width and not (character.text in _LINE_STARTS_NOT_WITH and count + 1 == len(characters)):
            return max(count, 1)
    return len(characters)


def _words(stretches: Sequence[Stretch]) -> list[list[_Character]]:
    """What a line is filled with: a word with the spaces after it, or a single Chinese character."""
    words: list[list[_Character]] = []
    for character in (each for stretch in stretches for each in _characters(stretch)):
        before = words[-1][-1] if words else None
        if before is not None and _sticks(before, character):
            words[-1].append(character)
        else:
            words.append([character])
    return words


def _sticks(before: _Character, character: _Character) -> bool:
    if "\n" in (before.text, character.text):
        return False
    if before.text in _LINE_ENDS_NOT_WITH or character.text == " ":
        return True
    return not (before.text in " -" or before.splits or character.splits)


def _characters(stretch: Stretch) -> list[_Character]:
    face = stretch.face
    latin = _font(face.latin, chinese=False, bold=face.bold, italic=face.italic)
    east = _font(face.east_asian, chinese=True, bold=face.bold, italic=face.italic)
    high = _HIGH.get(face.east_asian.lower(), LINE)
    found = []
    for text in stretch.text.replace("\t", "    "):
        chinese = CHINESE.match(text) is not None
        width = 0.0 if text == "\n" else _advance(east if chinese else latin, text) * stretch.size
        found.append(_Character(text, width, (high if chinese else LINE) * stretch.size))
    return found


def _without_space(word: list[_Character]) -> list[_Character]:
    """Spaces at the end of a line take no room."""
    end = len(word)
    while end and word[end - 1].text == " ":
        end -= 1
    return word[:end]


def _width(characters: Sequence[_Character]) -> float:
    return sum(character.width for character in characters)


def _line(characters: list[_Character], empty_height: float) -> Line:
    height = max((character.height for character in characters), default=empty_height)
    return Line(_width(_without_space(characters)), height)
