"""How fast search is: building, one change, and four kinds of questions, cold and warm, at several sizes.

Usage: python bench/search.py [--sizes 1000 10000 50000] [--questions 300] [--peer tantivy]
                              [--database postgresql+psycopg://…] [--tantivy] [--picture FILE.svg]
                              [--keep FOLDER]

The documents are made with a fixed seed from the sentences of the sets in `search/` under HUB_SHARED_DATA
(or `../shared/data`), about 545 characters each, Chinese with English product words. *Cold* is the first
time a term is asked for in the process, *warm* the later times. The peer, when its package is installed,
answers the same questions in the same run with the same analysed terms; it marks nothing, so that our
marking is timed in its row as well. With `--keep` an index that an earlier run has left in the folder is asked, so that
long runs go in pieces. Building is told on the wall and in processor time, that of its second process included. With
`--database` the PostgreSQL engine answers them too, in a database that may
lose its schema `hub_search`; with `--tantivy` our engine on tantivy.
"""

import argparse
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

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

SEED = 20_260_105
SHORTEST, LONGEST, ENOUGH = 8, 120, 500
"""Characters of a sentence that is used, and of a text that is long enough."""

RARE = 3
ENGLISH_SHARE, OPEN_SHARE, CHINESE_SHARE = 0.3, 0.8, 0.8
FACETS = ("tier", "industry", "kind", "product", "owner")
ENGLISH = [
    "SaaS",
    "CRM",
    "OpenAPI",
    "Modbus",
    "IoT",
    "PaaS",
    "Kubernetes",
    "MQTT",
    "ERP",
    "MES",
    "OPC",
    "dashboard",
    "gateway",
    "billing",
    "security",
    "audit",
]
RIGHTS: Rights = frozenset({"all", "team:1", "person:7"})
START = datetime(2024, 1, 1, tzinfo=UTC)
Times = list[float]
PARTS = ("user", "system", "children_user", "children_system")
CLOCK: list[Callable[[], float]] = [time.perf_counter]


def data() -> Path:
    beside = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    return Path(os.environ.get("HUB_SHARED_DATA") or beside) / "search"


def sentences() -> list[str]:
    found: list[str] = []
    for path in sorted(data().glob("*/docs.tsv")):
        for line in path.read_text("utf-8").splitlines():
            found += [
                part
                for part in line.split("\t")[-1].replace("。", "。\n").splitlines()
                if SHORTEST <= len(part) <= LONGEST
            ]
    if not found:
        sys.exit(f"no text to make documents from: {data()} has no */docs.tsv; set HUB_SHARED_DATA")
    return found


def documents(count: int, pool: Sequence[str]) -> Iterator[Document]:
    chance = random.Random(SEED)
    for number in range(count):
        body = ""
        while len(body) < ENOUGH:
            body += chance.choice(pool) + (
                f" {chance.choice(ENGLISH)} " if chance.random() < ENGLISH_SHARE else ""
            )
        columns = {
            "tier": (chance.choice(("transactional", "enterprise")),),
            "industry": tuple(f"行业{chance.randrange(12)}" for _ in range(chance.randint(1, 2))),
            "kind": (f"kind{chance.randrange(15)}",),
            "product": (f"产品{chance.randrange(20)}",),
            "owner": (f"person:{chance.randrange(200)}",),
        }
        readers = ("all",) if chance.random() < OPEN_SHARE else (f"team:{chance.randrange(20)}",)
        yield Document(
            id=f"asset:{number}", type="asset", title=chance.choice(pool)[:24], body=body, columns=columns,
            readers=readers, fold="asset", uses=chance.randrange(100),
            updated_at=START + timedelta(hours=number % 9_000),
        )  # fmt: skip


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


def questions(lexicon: dict[str, int], count: int) -> dict[str, list[Query]]:
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


def ours(engine: Engine, asked: dict[str, list[Query]]) -> dict[str, tuple[Times, Times]]:
    found: dict[str, tuple[Times, Times]] = {}
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


class Peer:
    """tantivy with the same fields, the same analysed terms and the same questions."""

    def __init__(self, docs: Sequence[Document], engine: WhooshEngine) -> None:
        import tantivy

        self.tantivy, self.docs = tantivy, docs
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("words", stored=False, tokenizer_name="whitespace")
        for name in (*FACETS, "readers"):
            builder.add_text_field(name, stored=False, fast=True, tokenizer_name="raw")
        builder.add_integer_field("row", stored=True, fast=True)
        self.schema = builder.build()
        index = tantivy.Index(self.schema)
        writer = index.writer(200_000_000, num_threads=1)
        for row, document in enumerate(docs):
            text = " ".join(engine.analysis.terms(f"{document.title}\n{document.body}"))
            values = {name: list(document.columns[name]) for name in FACETS}
            writer.add_document(
                tantivy.Document(words=[text], readers=list(document.readers), row=[row], **values)
            )
        writer.commit()
        index.reload()
        self.searcher = index.searcher()

    def _any(self, field: str, values: Sequence[str], *, prefix: bool = False) -> object:
        query = self.tantivy.Query
        made = [
            query.regex_query(self.schema, field, f"{value}.*")
            if prefix
            else query.term_query(self.schema, field, value)
            for value in values
        ]
        return query.boolean_query([(self.tantivy.Occur.Should, one) for one in made])

    def ask(self, query: Query) -> None:
        words = [term.text for group in query.groups for term in group.alternatives]
        clauses = [
            self._any("words", words, prefix=query.groups[0].prefix),
            self._any("readers", sorted(str(token) for token in ("all", "team:1", "person:7"))),
            *(self._any(name, list(values)) for name, values in query.filters.items()),
        ]
        whole = self.tantivy.Query.boolean_query([(self.tantivy.Occur.Must, clause) for clause in clauses])
        hits = self.searcher.search(whole, 20).hits
        if query.facets:
            self.searcher.aggregate(
                whole, {name: {"terms": {"field": name, "size": 300}} for name in query.facets}
            )
            for _, address in hits:
                highlight(self.docs[self.searcher.doc(address)["row"][0]], words)

    def times(self, asked: dict[str, list[Query]]) -> dict[str, Times]:
        """The second round: the first one warms it up."""
        for queries in asked.values():
            timed(self.ask, queries)
        return {name: timed(self.ask, queries) for name, queries in asked.items()}


def another(
    name: str,
    made: Callable[[], Engine],
    size: int,
    pool: Sequence[str],
    asked: dict[str, list[Query]],
) -> dict[str, tuple[Times, Times]]:
    """The same questions to another engine, opened anew; it is filled first where it is not."""
    engine = made()
    how = (
        built(engine, size, pool) if engine.checkpoint() < 0 or name == "postgres" else "from an earlier run"
    )
    engine.close()
    engine = made()
    started = CLOCK[0]()
    engine.refresh()
    print(f"\n{name}: {how}, opened in {CLOCK[0]() - started:.2f} s")
    found = ours(engine, asked)
    engine.close()
    return found


def pictured(
    found: dict[str, tuple[Times, Times]],
    others: dict[str, Times] | None,
    more: dict[str, dict[str, tuple[Times, Times]]],
) -> dict[str, dict[str, float]]:
    rows = {name: {"whoosh (default)": percentile(again, 0.95)} for name, (_, again) in found.items()}
    for name, row in rows.items():
        if others:
            row["tantivy"] = percentile(others[name], 0.95)
        for engine, theirs in more.items():
            row[engine] = percentile(theirs[name][1], 0.95)
    return rows


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


def built(engine: Engine, size: int, pool: Sequence[str]) -> str:
    """Build the index and say how long that took, and the memory of the largest process, so far, and of its largest
    child.
    """
    wall, started = time.perf_counter(), os.times()
    engine.rebuild(documents(size, pool), 1)
    wall, ended = time.perf_counter() - wall, os.times()
    cpu = sum(getattr(ended, part) - getattr(started, part) for part in PARTS)
    here, beside = (
        resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return (
        f"built in {wall:.1f} s ({size / wall:.0f} a second; {cpu:.1f} s of processor time; at most {here:.0f} MB, "
        f"{beside:.0f} MB in a second process)"
    )


def measure(size: int, pool: Sequence[str], given: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as passing:
        folder = given.keep / str(size) if given.keep else Path(passing)
        engine = open_engine(folder)
        how = built(engine, size, pool) if engine.checkpoint() < 0 else "built in an earlier run"
        on_disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
        started = CLOCK[0]()
        engine = open_engine(folder)
        engine.refresh()
        opening = CLOCK[0]() - started
        asked = questions(dict(engine.lexicon()), given.questions)
        found = ours(engine, asked)
        docs = (
            list(islice(documents(size, pool), size))
            if given.peer
            else list(islice(documents(size, pool), 200))
        )
        others = Peer(docs, engine).times(asked) if given.peer else None
        more: dict[str, dict[str, tuple[Times, Times]]] = {}
        if given.database:
            more["postgres"] = another("postgres", lambda: PostgresEngine(given.database), size, pool, asked)
        if given.tantivy:
            beside = folder.parent / f"tantivy-{size}" if given.keep else Path(passing) / "tantivy"
            more["ours on tantivy"] = another(
                "ours on tantivy",
                lambda: choose_engine("tantivy", folder=beside, database_url=""),
                size,
                pool,
                asked,
            )
        print(f"\n{size:,} documents: {how}, {on_disk:.0f} MB on the disk, opened in {opening:.2f} s\n")
        head = (
            "| question, p50 / p95 ms | cold | warm |"
            + (" tantivy |" if others else "")
            + "".join(f" {name}, cold | warm |" for name in more)
        )
        print(head + "\n" + "|---" * (head.count("|") - 1) + "|")
        for name, (cold, again) in found.items():
            print(
                f"| {name} | {shown(cold)} | {shown(again)} |"
                + (f" {shown(others[name])} |" if others else "")
                + "".join(
                    f" {shown(theirs[name][0])} | {shown(theirs[name][1])} |" for theirs in more.values()
                )
            )
        if given.picture:
            draw(
                given.picture,
                f"{size:,} documents: 95 of 100 answers take at most so long ({given.clock} time, warm)",
                pictured(found, others, more),
            )
        started = CLOCK[0]()
        warm(engine)
        print(f"\nwarming up for corrections and suggestions: {CLOCK[0]() - started:.2f} s")
        finding, offering = typing(engine, pool, given.questions)
        print(
            f"| typed text, understood and found | {shown(finding)} | |\n| suggestions | {shown(offering)} | |"
        )
        print(f"| one change until it is found | {shown(one_change(engine, docs))} | |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="*", default=[1_000, 10_000, 50_000])
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument(
        "--clock", choices=("wall", "cpu"), default="wall", help="cpu: for a machine that is busy"
    )
    parser.add_argument("--peer", choices=("tantivy",), default=None)
    parser.add_argument("--tantivy", action="store_true", help="also our engine on tantivy")
    parser.add_argument("--picture", type=Path, help="draw the 95th of a hundred answers of the last size")
    parser.add_argument("--database", default="", help="also the PostgreSQL engine, in this database")
    parser.add_argument(
        "--keep", type=Path, help="keep the indexes in this folder, and ask those that are there"
    )
    given = parser.parse_args()
    if given.clock == "cpu":
        CLOCK[0] = time.process_time
    print(f"{given.clock} time, {given.questions} questions of each kind")
    pool = sentences()
    for size in given.sizes:
        measure(size, pool, given)


if __name__ == "__main__":
    main()
