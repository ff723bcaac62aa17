"""The documents of bench/search.py, made with a fixed seed from the sentences of the sets in `search/` under
HUB_SHARED_DATA (or `../shared/data`): assets of about 545 characters, and slides under the decks they are of.
"""

import os
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hub.search import Document

SEED = 20_260_105
SHORTEST, LONGEST, ENOUGH = 8, 120, 500
"""Characters of a sentence that is used, and of a text that is long enough."""

ENGLISH_SHARE, OPEN_SHARE = 0.3, 0.8
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
DECK = 25
"""Slides of a deck."""

SLIDE = 80
"""Characters of a slide that are enough."""

START = datetime(2024, 1, 1, tzinfo=UTC)


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
    """So many assets, each a document."""
    chance = random.Random(SEED)
    for number in range(count):
        body = _text(chance, pool, ENOUGH)
        columns, readers = _columns(chance)
        yield Document(
            id=f"asset:{number}", type="asset", title=chance.choice(pool)[:24], body=body, columns=columns,
            readers=readers, fold="asset", uses=chance.randrange(100),
            updated_at=START + timedelta(hours=number % 9_000),
        )  # fmt: skip


def slides(count: int, pool: Sequence[str]) -> Iterator[Document]:
    """So many slides, and before those of each deck the deck itself, which holds the text of all of them."""
    chance = random.Random(SEED)
    for deck in range(count // DECK):
        texts = [_text(chance, pool, SLIDE) for _ in range(DECK)]
        titles = [chance.choice(pool)[:24] for _ in range(DECK + 1)]
        columns, readers = _columns(chance)
        group, updated, uses = f"asset:{deck}", START + timedelta(hours=deck % 9_000), chance.randrange(100)
        yield Document(
            id=group, type="asset", group=group, fold="asset", title=titles[-1], body="\n".join(texts),
            columns=columns, readers=readers, uses=uses, updated_at=updated,
        )  # fmt: skip
        for number, (title, text) in enumerate(zip(titles, texts, strict=False), 1):
            yield Document(
                id=f"slide:{deck}:{number}", type="slide", group=group, fold="slide", title=title, body=text,
                columns={**columns, "line": ("asset",)}, readers=readers, uses=uses, updated_at=updated,
            )  # fmt: skip


def _text(chance: random.Random, pool: Sequence[str], enough: int) -> str:
    text = ""
    while len(text) < enough:
        text += chance.choice(pool) + (
            f" {chance.choice(ENGLISH)} " if chance.random() < ENGLISH_SHARE else ""
        )
    return text


def _columns(chance: random.Random) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Facet values and readers."""
    columns = {
        "tier": (chance.choice(("transactional", "enterprise")),),
        "industry": tuple(f"行业{chance.randrange(12)}" for _ in range(chance.randint(1, 2))),
        "kind": (f"kind{chance.randrange(15)}",),
        "product": (f"产品{chance.randrange(20)}",),
        "owner": (f"person:{chance.randrange(200)}",),
    }
    return columns, ("all",) if chance.random() < OPEN_SHARE else (f"team:{chance.randrange(20)}",)


@dataclass(frozen=True, slots=True)
class Library:
    """What an index is filled with: so many of one kind. `name` also says which they are, `folder` where they are
    kept.
    """

    size: int
    of: str

    @property
    def name(self) -> str:
        return f"{self.size:,} {self.of}"

    @property
    def folder(self) -> str:
        return str(self.size) if self.of == "assets" else f"{self.of}-{self.size}"

    def documents(self, pool: Sequence[str]) -> Iterator[Document]:
        return (documents if self.of == "assets" else slides)(self.size, pool)
