"""How well search ranks: nDCG@10 on three public sets, by the shipped configuration, as a person's typing is
read.

Usage: python bench/search_relevance.py [--engine memory|whoosh] [--every N] [set …]

The sets lie in `search/` under HUB_SHARED_DATA, or under `../shared/data` beside the repository. Each
question has one relevant document, so nDCG@10 is 1/log2(rank + 1) where it is found among the first ten,
else nought.
"""

import argparse
import csv
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from math import log2
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hub.search import EVERYTHING, Analysis, Ask, Document, Engine, MemoryEngine, WhooshEngine, find

GOALS = {"cmrc2018": 0.975, "csl_title": 0.968, "csl_kw": 0.985}


def data() -> Path:
    beside = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    return Path(os.environ.get("HUB_SHARED_DATA") or beside) / "search"


def rows(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def documents(folder: Path) -> Iterator[Document]:
    for name, title, body in rows(folder / "docs.tsv"):
        yield Document(id=f"asset:{name}", type="asset", title=title, body=body, readers=("all",))


def measure(engine: Engine, folder: Path, every: int) -> tuple[float, int, float]:
    """nDCG@10, number of questions, and milliseconds for each."""
    relevant: dict[str, set[str]] = {}
    for question, name, grade in rows(folder / "qrels.tsv"):
        if int(grade) > 0:
            relevant.setdefault(question, set()).add(f"asset:{name}")
    questions = list(rows(folder / "queries.tsv"))[::every]
    gained = 0.0
    started = time.perf_counter()
    for question, text in questions:
        hits = find(engine, text, Ask(rights=EVERYTHING, limit=10)).result.hits
        gained += sum(1 / log2(place + 2) for place, hit in enumerate(hits) if hit.id in relevant[question])
    took = (time.perf_counter() - started) * 1000 / len(questions)
    return gained / len(questions), len(questions), took


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="*", default=list(GOALS))
    parser.add_argument("--engine", choices=("memory", "whoosh"), default="whoosh")
    parser.add_argument("--every", type=int, default=1, help="ask only every N-th question")
    given = parser.parse_args()
    analysis = Analysis()
    print("| set | questions | nDCG@10 | goal | ms a question |\n|---|---|---|---|---|")
    for name in given.sets:
        with tempfile.TemporaryDirectory() as folder:
            memory = given.engine == "memory"
            engine: Engine = MemoryEngine(analysis) if memory else WhooshEngine(Path(folder), analysis)
            engine.rebuild(documents(data() / name), 1)
            score, count, took = measure(engine, data() / name, given.every)
        print(f"| {name} | {count} | {score:.4f} | {GOALS.get(name, 0):.3f} | {took:.1f} |", flush=True)


if __name__ == "__main__":
    main()
