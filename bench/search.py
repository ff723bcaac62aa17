"""How fast search is: building, one change, and four kinds of questions, cold and warm, at several sizes.

Usage: python bench/search.py [--sizes 1000 10000 50000 200000] [--slides 500000] [--questions 300] [--peer tantivy]
                              [--database postgresql+psycopg://…] [--tantivy] [--results FILE.json]
                              [--keep FOLDER] [--clock cpu]

The documents are those of `search_documents`. Slides are asked for as the pages do: those of one deck are one answer;
the peer, which does not know of decks, answers slide by slide. *Cold* is the first
time a term is asked for in the process, *warm* the later times. The peer, when its package is installed,
answers the same questions in the same run with the same analysed terms; it marks nothing, so that our
marking is timed in its row as well. With `--keep` an index that an earlier run has left in the folder is asked, so that
long runs go in pieces. Building is told on the wall and in processor time, that of its second process included. With
`--database` the PostgreSQL engine answers them too, in a database that may
lose its schema `hub_search`; with `--tantivy` our engine on tantivy.
"""

import argparse
import json
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from search_documents import FACETS, SEED, Library, sentences
from search_peer import Peer
from search_picture import draw

from hub.search import (
    Ask,
    Document,
    Engine,
    Group,
    Put,
    Query,
    Rights,
    Term,
    choose_engine,
    find,
    highlight,
    open_engine,
    suggest,
    warm,
)
from hub.search.postgres_engine import PostgresEngine
from hub.search.whoosh_engine import WhooshEngine

RIGHTS: Rights = frozenset({"all", "team:1", "person:7"})
Times = list[float]
Asked = dict[str, list[Query]]
Answered = dict[str, tuple[Times, Times]]
"""For each kind of question how long each took, in milliseconds: at first, and asked again."""

RARE, CHINESE_SHARE = 3, 0.8
PARTS = ("user", "system", "children_user", "children_system")
CLOCK: list[Callable[[], float]] = [time.perf_counter]


def percentile(times: Times, share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)]


def shown(times: Times) -> str:
    return f"{statistics.median(times):.2f} / {percentile(times, 0.95):.2f}"


def timed(ask: Callable[[Query], object], queries: Sequence[Query]) -> Times:
    times: Times = []
    for query in queries:
        started = CLOCK[0]()
        ask(query)
        times.append((CLOCK[0]() - started) * 1000)
    return times


def any_of(terms: Sequence[str], **more: object) -> Query:
    fields = {
        "rights": RIGHTS,
        "groups": tuple(Group((Term(term),)) for term in terms),
        "mode": "any",
        **more,
    }
    return Query(**fields)  # type: ignore[arg-type]


def questions(lexicon: dict[str, int], count: int) -> Asked:
    """Words as people use them: neither the rarest nor in every document, drawn with a fixed seed."""
    chance = random.Random(SEED + 1)
    most = max(lexicon.values())
    words = sorted(term for term, n in lexicon.items() if RARE <= n <= most * 0.4 and len(term) > 1)
    beginnings = sorted(
        {term[: 2 if term.isascii() else 1] for term in chance.sample(words, min(3000, len(words)))}
    )
    prefix = [(Group((Term(chance.choice(beginnings)),), prefix=True),) for _ in range(count)]
    return {
        "1 term": [any_of([chance.choice(words)]) for _ in range(count)],
        "2–3 terms, any": [any_of(chance.sample(words, chance.randint(2, 3))) for _ in range(count)],
        "prefix": [Query(rights=RIGHTS, groups=groups, mode="any") for groups in prefix],
        "filter + rights + 5 facets + 20 highlights": [
            any_of(
                chance.sample(words, chance.randint(1, 3)), facets=FACETS, filters={"tier": ("enterprise",)}
            )
            for _ in range(count)
        ],
    }


def with_highlights(engine: Engine, query: Query) -> None:
    marks = [term.text for group in query.groups for term in group.alternatives]
    for hit in engine.search(query).hits:
        highlight(hit.document, marks)


def ours(engine: Engine, asked: Asked) -> Answered:
    found: Answered = {}
    for name, queries in asked.items():
        ask = partial(with_highlights, engine) if "highlights" in name else engine.search
        cold = timed(ask, queries)
        found[name] = (cold, timed(ask, queries))
    return found


def typing(engine: WhooshEngine, pool: Sequence[str], count: int) -> tuple[Times, Times]:
    """`find` and `suggest` as a person types: pieces of sentences, pinyin initials, a slip now and then."""
    chance = random.Random(SEED + 2)
    found: Times = []
    offered: Times = []
    for _ in range(count):
        sentence = chance.choice(pool)
        start = chance.randrange(max(len(sentence) - 6, 1))
        typed = (
            sentence[start : start + chance.randint(2, 6)]
            if chance.random() < CHINESE_SHARE
            else chance.choice(("jsff", "xitong", "fenxi"))
        )
        started = CLOCK[0]()
        find(engine, typed, Ask(rights=RIGHTS, facets=FACETS))
        between = CLOCK[0]()
        suggest(engine, typed[:3], rights=RIGHTS)
        offered.append((CLOCK[0]() - between) * 1000)
        found.append((between - started) * 1000)
    return found, offered


def another(
    name: str, made: Callable[[], Engine], library: Library, pool: Sequence[str], asked: Asked
) -> Answered:
    """The same questions to another engine, opened anew; it is filled first where it is not."""
    engine = made()
    how = (
        built(engine, library, pool)
        if engine.checkpoint() < 0 or name == "postgres"
        else "from an earlier run"
    )
    engine.close()
    engine = made()
    started = CLOCK[0]()
    engine.refresh()
    print(f"\n{name}: {how}, opened in {CLOCK[0]() - started:.2f} s")
    found = ours(engine, asked)
    engine.close()
    return found


def one_change(engine: WhooshEngine, docs: Sequence[Document]) -> Times:
    """Milliseconds from a change to its being found."""
    times: Times = []
    for number in range(20):
        changed = docs[number * 7 % len(docs)]
        started = CLOCK[0]()
        engine.apply([Put(changed)], engine.checkpoint() + 1)
        engine.search(any_of(["系统"]))
        times.append((CLOCK[0]() - started) * 1000)
    return times


def built(engine: Engine, library: Library, pool: Sequence[str]) -> str:
    """Build the index and say how long that took, and the memory of the largest process, so far, and of its largest
    child.
    """
    wall, started = time.perf_counter(), os.times()
    size = engine.rebuild(library.documents(pool), 1)
    wall, ended = time.perf_counter() - wall, os.times()
    cpu = sum(getattr(ended, part) - getattr(started, part) for part in PARTS)
    here, beside = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return (
        f"built in {wall:.1f} s ({size / wall:.0f} a second; {cpu:.1f} s of processor time; at most {here:.0f} MB, "
        f"{beside:.0f} MB in a second process)"
    )


def opened(folder: Path, library: Library, pool: Sequence[str]) -> WhooshEngine:
    """The default engine over the library, built where the folder has none; how that went is printed."""
    engine = open_engine(folder)
    how = built(engine, library, pool) if engine.checkpoint() < 0 else "built in an earlier run"
    engine.close()
    on_disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
    before, started = memory(), CLOCK[0]()
    engine = open_engine(folder)
    engine.refresh()
    print(
        f"\n{library.name}: {how}, {on_disk:.0f} MB on the disk, opened in {CLOCK[0]() - started:.2f} s, "
        f"{memory() - before:.0f} MB more"
    )
    return engine


def memory() -> float:
    """Megabytes this process has at the moment, without what is only mapped."""
    words = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(words["RssAnon"].split()[0]) / 1024


def measure(library: Library, pool: Sequence[str], given: argparse.Namespace, folder: Path) -> None:
    engine = opened(folder / library.folder, library, pool)
    asked = questions(dict(engine.lexicon()), given.questions)
    if library.of == "slides":
        asked = {
            kind: [replace(q, collapse=True, fold=True) for q in queries] for kind, queries in asked.items()
        }
    found: dict[str, Answered] = {"whoosh (default)": ours(engine, asked)}
    docs = list(library.documents(pool) if given.peer else islice(library.documents(pool), 200))
    if given.peer:
        again = Peer(docs, engine.analysis, given.keep and given.keep / f"peer-{library.folder}").times(
            asked, timed
        )
        found["tantivy"] = {name: ([], times) for name, times in again.items()}
    makers: dict[str, Callable[[], Engine]] = {}
    if given.database:
        makers["postgres"] = lambda: PostgresEngine(given.database)
    if given.tantivy:
        beside = folder / f"tantivy-{library.folder}"
        makers["ours on tantivy"] = lambda: choose_engine("tantivy", folder=beside, database_url="")
    for name, made in makers.items():
        found[name] = another(name, made, library, pool, asked)
    print(f"\n{table(found)}\n")
    if given.results:
        keep(given.results, library, found)
        draw(
            given.results.with_suffix(".svg"),
            f"95 of 100 answers take at most, {given.clock} time, warm",
            given.results,
        )
    before, started = memory(), CLOCK[0]()
    warm(engine)
    print(
        f"warming up for corrections and suggestions: {CLOCK[0]() - started:.2f} s, {memory() - before:.0f} MB more"
    )
    finding, offering = typing(engine, pool, given.questions)
    print(f"| typed text, understood and found | {shown(finding)} | |\n| suggestions | {shown(offering)} | |")
    print(f"| one change until it is found | {shown(one_change(engine, docs))} | |", flush=True)


def table(found: dict[str, Answered]) -> str:
    """The answers of every engine side by side; the peer is told warm only."""
    head = "| question, p50 / p95 ms |" + "".join(
        f" {name} |" if name == "tantivy" else f" {name}, cold | warm |" for name in found
    )
    rows = [head, "|---" * (head.count("|") - 1) + "|"]
    for question in next(iter(found.values())):
        cells = [shown(times) for answered in found.values() for times in answered[question] if times]
        rows.append(f"| {question} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def keep(file: Path, library: Library, found: dict[str, Answered]) -> None:
    """Put the 95th of a hundred warm answers of each engine into the file, beside those of other libraries."""
    kept = json.loads(file.read_text()) if file.exists() else {}
    kept[library.name] = {
        engine: {question: round(percentile(times, 0.95), 3) for question, (_, times) in answered.items()}
        for engine, answered in found.items()
    }
    file.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 50_000])
    parser.add_argument(
        "--slides", type=int, nargs="*", default=[], help="libraries of so many slides in decks"
    )
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument(
        "--clock", choices=("wall", "cpu"), default="wall", help="cpu: for a machine that is busy"
    )
    parser.add_argument("--peer", choices=("tantivy",), default=None)
    parser.add_argument("--tantivy", action="store_true", help="also our engine on tantivy")
    parser.add_argument(
        "--results", type=Path, help="a .json that the figures are added to, and drawn from beside it"
    )
    parser.add_argument("--database", default="", help="also the PostgreSQL engine, in this database")
    parser.add_argument(
        "--keep", type=Path, help="keep the indexes in this folder, and ask those that are there"
    )
    given = parser.parse_args()
    if given.clock == "cpu":
        CLOCK[0] = time.process_time
    print(f"{given.clock} time, {given.questions} questions of each kind")
    pool = sentences()
    for library in [
        *(Library(size, "assets") for size in given.sizes),
        *(Library(size, "slides") for size in given.slides),
    ]:
        with tempfile.TemporaryDirectory() as passing:
            measure(library, pool, given, given.keep or Path(passing))


if __name__ == "__main__":
    main()
