"""How well search understands typing: pinyin, initials, one slip, one wrong homophone.

Usage: python bench/search_typing.py [--phrases 600]

The phrases are the taxonomy's names and aliases and stretches of the titles in `content/`, drawn with a
fixed seed; none of them was used to tune anything. A phrase counts as found in pinyin when it is among the
first five suggestions or is what the search was read as; with a slip, when a document with the right phrase
is among the first five hits.
"""

import argparse
import random
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import yaml  # noqa: E402

from hub.search import EVERYTHING, Ask, Document, Engine, MemoryEngine, find, suggest  # noqa: E402
from hub.search.analysis import is_han, normalize  # noqa: E402
from hub.search.pinyin import syllables  # noqa: E402

SEED = 20_260_106
LENGTHS = range(3, 9)


def texts(value: object) -> Iterator[str]:
    """Every name and alias in the taxonomy."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"name", "aliases"}:
                yield from (
                    [inner] if isinstance(inner, str) else [name for name in inner if isinstance(name, str)]
                )
            else:
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def library(content: Path) -> Iterator[Document]:
    for number, path in enumerate(sorted(content.rglob("*.md"))):
        text = path.read_text("utf-8")
        title = re.search(r"^title:\s*(.+)$", text, re.MULTILINE)
        if title:
            body = text.split("---", 2)[-1]
            yield Document(
                id=f"asset:{number}", type="asset", title=title[1].strip("'\" "), body=body, readers=("all",)
            )


def drawn(engine: Engine, names: list[str], titles: list[str], count: int) -> list[str]:
    """Names and stretches of titles that begin and end with a word, three to eight Chinese characters long."""
    chance = random.Random(SEED)
    stretches: set[str] = set()
    for title in titles:
        whole = [token for token in engine.analysis.tokens(normalize(title).text) if token.whole]
        for first in range(len(whole)):
            for last in range(first, min(first + 4, len(whole))):
                if min(len(whole[first].text), len(whole[last].text)) > 1:
                    stretches.add(normalize(title).text[whole[first].start : whole[last].end])
    chosen = sorted({normalize(name).text for name in names}) + sorted(stretches)
    fitting = [phrase for phrase in dict.fromkeys(chosen) if is_han(phrase) and len(phrase) in LENGTHS]
    return chance.sample(fitting, min(count, len(fitting)))


def slip(phrase: str, chance: random.Random, common: str) -> str:
    """One character changed, left out, doubled, or swapped with the next."""
    place, kind = chance.randrange(len(phrase)), chance.randrange(4)
    if kind == 0:
        return phrase[:place] + chance.choice(common) + phrase[place + 1 :]
    if kind == 1 and len(phrase) > LENGTHS.start:
        return phrase[:place] + phrase[place + 1 :]
    if kind == 2:  # noqa: PLR2004
        return phrase[:place] + phrase[place] + phrase[place:]
    place = min(place, len(phrase) - 2)
    return phrase[:place] + phrase[place + 1] + phrase[place] + phrase[place + 2 :]


def homophone(phrase: str, chance: random.Random, common: str) -> str:
    """One character replaced by another of the same sound; a slip where there is none."""
    sounds = syllables(phrase)
    for place in chance.sample(range(len(phrase)), len(phrase)):
        same = [char for char in common if syllables(char) == (sounds[place],) and char != phrase[place]]
        if same:
            return phrase[:place] + chance.choice(same) + phrase[place + 1 :]
    return slip(phrase, chance, common)


def understood(engine: Engine, typed: str, phrase: str, names: list[str]) -> bool:
    offered = [normalize(one.text).text for one in suggest(engine, typed, rights=EVERYTHING, names=names)[:5]]
    if phrase in offered:
        return True
    found = find(engine, typed, Ask(rights=EVERYTHING, synonyms=dict.fromkeys(names, ())))
    return any(phrase == change.used.replace(" ", "") for change in found.corrected)


def still_found(engine: Engine, typed: str, phrase: str, names: list[str]) -> bool:
    found = find(engine, typed, Ask(rights=EVERYTHING, synonyms=dict.fromkeys(names, ()), limit=5))
    if any(phrase in change.used for change in found.corrected):
        return True
    shown = [normalize(f"{hit.document.title}\n{hit.document.body}").text for hit in found.result.hits]
    return any(phrase in text for text in shown)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--phrases", type=int, default=600)
    parser.add_argument("--content", type=Path, default=ROOT / "content")
    parser.add_argument("--missed", action="store_true", help="print what was not understood")
    given = parser.parse_args()
    taxonomy = yaml.safe_load((given.content / "taxonomy.yml").read_text("utf-8"))
    names = list(dict.fromkeys(texts(taxonomy)))
    documents = list(library(given.content))
    engine = MemoryEngine()
    engine.rebuild(documents, 1, words=names)
    phrases = drawn(engine, names, [document.title for document in documents], given.phrases)
    common = "".join(sorted({char for document in documents for char in document.body if is_han(char)}))
    chance = random.Random(SEED + 1)
    ways: dict[str, tuple[Callable[[str], str], Callable[[Engine, str, str, list[str]], bool], float]] = {
        "full pinyin": (lambda phrase: "".join(syllables(phrase)), understood, 0.98),
        "initials": (lambda phrase: "".join(sound[0] for sound in syllables(phrase)), understood, 0.90),
        "one slip": (lambda phrase: slip(phrase, chance, common), still_found, 0.95),
        "one wrong homophone": (lambda phrase: homophone(phrase, chance, common), still_found, 0.95),
    }
    print(f"{len(phrases)} phrases, {len(documents)} documents, {len(names)} names\n")
    print("| typed as | understood | goal |\n|---|---|---|")
    for way, (change, judge, goal) in ways.items():
        typed = [(change(phrase), phrase) for phrase in phrases]
        missed = [pair for pair in typed if not judge(engine, *pair, names)]
        print(f"| {way} | {1 - len(missed) / len(typed):.1%} | {goal:.0%} |", flush=True)
        if given.missed:
            print("  missed:", missed[:40])


if __name__ == "__main__":
    main()
