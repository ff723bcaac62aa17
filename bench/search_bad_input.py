"""What is typed at worst: how long finding and suggesting take, on an index that bench/search.py has kept.

Usage: python bench/search_bad_input.py FOLDER [--show 12] [--clock cpu]

FOLDER is one of those that `bench/search.py --keep` makes. Each text is asked once, so that its words are read from the
disk; the first question of all, which also works out what is alike, is not counted.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from search import RIGHTS
from search_documents import FACETS, SEED, sentences

from hub.search import Ask, find, open_engine, suggest, warm
from tests.search.test_bad_input import NASTY

SYLLABLES = ("shi", "ji", "xi", "yi", "zhong", "guo", "li")
LENGTH = 10_000


def texts() -> Iterator[tuple[str, str]]:
    """Those of the tests, and texts of ten thousand characters, drawn with a fixed seed, each with its name."""
    yield from ((f"{text[:24]!r}, {len(text)} characters", text) for text in NASTY)
    chance = random.Random(SEED + 3)
    prose = "".join(chance.choices(sentences(), k=400))
    letters, rare = "abcdefghijklmnopqrstuvwxyz", [chr(code) for code in range(0x4E00, 0x9FA0)]

    def words(kind: str, alphabet: object, size: int, between: str = " ") -> tuple[str, str]:
        made = ("".join(chance.choices(alphabet, k=size)) for _ in range(LENGTH // size))  # type: ignore[arg-type]
        return f"{kind}, {size} in a row", between.join(made)[:LENGTH]

    yield "prose", prose[:LENGTH]
    yield "prose cut into words", " ".join(prose[at : at + 5] for at in range(0, LENGTH, 6))
    yield from (words("rare characters", rare, size) for size in (1, 4, 12))
    yield from (words("frequent characters", "的是在了中国大人年", size) for size in (2, 5, 12))
    yield from (words("pinyin", SYLLABLES, size) for size in (1, 4, 9, 2000))
    yield from (words("letters", letters, size) for size in (1, 6, 9, 2000))
    yield words("phrases", "的是在了中国大人年", 2, '" "')
    yield words("exclusions", "的是在了中国大人年", 2, " -")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", type=int, default=12)
    parser.add_argument("--clock", choices=("wall", "cpu"), default="wall")
    given = parser.parse_args()
    clock = time.process_time if given.clock == "cpu" else time.perf_counter
    engine = open_engine(given.folder)
    warm(engine)
    ask = Ask(rights=RIGHTS, facets=FACETS, fold=True, steady=True)
    find(engine, "系统", ask)
    took: list[tuple[float, str]] = []

    def timed(name: str, asked: Callable[[], object]) -> None:
        started = clock()
        asked()
        took.append(((clock() - started) * 1000, name))

    for name, text in texts():
        timed(f"found: {name}", lambda text=text: find(engine, text, ask))  # type: ignore[misc]
        timed(f"suggested: {name}", lambda text=text: suggest(engine, text, rights=RIGHTS))  # type: ignore[misc]
    print(
        f"{engine.count():,} documents, {len(took)} questions, milliseconds ({given.clock}), the longest:\n"
    )
    for milliseconds, name in sorted(took, reverse=True)[: given.show]:
        print(f"| {name} | {milliseconds:.0f} |")


if __name__ == "__main__":
    main()
