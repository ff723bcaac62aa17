"""What the pages of a full hub cost: processor time, time on the wall and questions to the database, at growing sizes.

Usage: python bench/pages.py [--sizes 1000 3000 10000] [--rounds 25] [--home FOLDER]

A home is filled with so many assets (three tags each, every fiftieth restricted), a kit for each product and
industry, five times as many requests under requirements and a review meeting that runs with sixty of them on its
agenda, then asked as a seller would who takes part, in this process.
The goal for 10,000 assets and 50,000 requests is 6 ms of processor time (median), 60 ms on the wall (p95)
and 8 questions a page. A search is asked with other words each time. Everything is drawn with a fixed seed.
"""

import argparse
import asyncio
import math
import random
import sys
import tempfile
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from fastapi import FastAPI
from sqlalchemy import event, insert
from sqlmodel import Session, func, select
from starlette.testclient import TestClient

from hub import accounts, assets, customers, library, meetings, requirements, taxonomy, toolkits
from hub.accounts.models import Reader
from hub.assets.models import AssetTag, Page
from hub.base import clock
from hub.base.settings import Settings
from hub.main import create_app
from hub.migrations import upgrade
from hub.requirements.models import Request, RequestLink, Requirement
from hub.search import warm
from hub.wiring import Wiring, wire

SEED = 20_261_122
PASSWORD = "a long enough secret"
AGENDA = 60
STUFF = "园区能耗碳排配电空调水泵告警巡检报表接口网关电表峰谷需量光伏储能充电照明锅炉蒸汽"
WORDS = [STUFF[i : i + 2] for i in range(0, len(STUFF), 2)]
PAGES = (
    "/",
    "/search?q={words}",
    "/search?q={words}&product=p1",
    "/search/suggest?q={begun}",
    "/toolkits",
    "/toolkits/kit-p0-i0",
    "/assets/17",
    "/requirements",
    "/requirements?page=3",
    "/requirements?product=p1",
    "/requirements?sort=score",
    "/requirements?sort=revenue",
    "/requests?which=all",
    "/meetings/1",
    "/decks",
    "/notices",
)


def fill(wiring: Wiring, size: int) -> None:
    """The rows that the actions would write, written in bulk."""
    draw = random.Random(SEED)
    with wiring.database.write() as session:
        people = _people(session)
        products, industries = _taxonomy(session)
        _assets(session, draw, size, people, products, industries)
        _wishes(session, draw, size * 5, people, products, industries)
        _review(session, people)
    for product in products:
        with wiring.database.write() as session:
            boss = accounts.actor(session, accounts.person(session, people[0]))
            for industry in industries:
                rules = [
                    {
                        "product": product,
                        "industry": industry,
                        "kind": ["solution", "case_study"],
                        "newest": 12,
                    },
                    {"product": product, "kind": ["product_intro", "faq"], "newest": 20},
                ]
                fields = toolkits.Fields(
                    f"{product} {industry}", product=product, industry=industry, rules=rules
                )
                kit = toolkits.create(session, fields, by=boss, slug=f"kit-{product}-{industry}")
                toolkits.publish(session, kit, by=boss)
    library.rebuild_index(wiring.database, wiring.engine)
    wiring.database.tidy()


def _people(session: Session) -> list[int]:
    made = []
    for n, role in enumerate(("administrator", "product_marketer", *["seller"] * 40)):
        person = accounts.add_person(
            session, email=f"p{n}@bench.example", name=f"人 {n}", roles=[role], by=accounts.SYSTEM
        )
        made.append(person.id or 0)
    accounts.set_password(session, accounts.person(session, made[2]), PASSWORD)
    return made


def _taxonomy(session: Session) -> tuple[list[str], list[str]]:
    tier = taxonomy.Tier(
        key="enterprise", name="高客单型", name_en="Enterprise", blueprint=[{"kind": "faq", "min": 3}]
    )
    session.add(tier)
    products = [f"p{n}" for n in range(8)]
    industries = [f"i{n}" for n in range(12)]
    for n, key in enumerate(products):
        session.add(taxonomy.Product(key=key, name=f"产品 {n}", tier="enterprise", position=n))
    for n, key in enumerate(industries):
        session.add(taxonomy.Term(facet="industry", key=key, name=f"行业 {n}", position=n))
    session.flush()
    taxonomy.changed(session)
    return products, industries


def _assets(
    session: Session,
    draw: random.Random,
    size: int,
    people: list[int],
    products: list[str],
    industries: list[str],
) -> None:
    now = clock.now()
    rows: dict[type, list[dict[str, object]]] = {
        m: [] for m in (assets.Asset, assets.Version, AssetTag, Reader, Page)
    }
    for n in range(1, size + 1):
        at = now - timedelta(minutes=37 * n)
        title = "".join(draw.choices(WORDS, k=4))
        text = "。".join("".join(draw.choices(WORDS, k=9)) for _ in range(30))
        kind = draw.choice(("solution", "case_study", "faq", "faq", "product_intro", "battlecard"))
        rows[assets.Asset].append(
            {"id": n, "slug": f"a-{n}", "title": f"{title} {n}", "kind": kind, "audience": "customer",
             "summary": text[:60], "owner_id": people[1], "on_offer_id": n, "latest_id": n,
             "restricted": n % 50 == 0, "review_on": (now + timedelta(days=draw.randrange(-20, 300))).date(),
             "created_at": at, "updated_at": at, "language": "zh", "recommended": False, "extra": {},
             "source_sha": "", "edition": 1, "demo": False}
        )  # fmt: skip
        rows[assets.Version].append(
            {"id": n, "asset_id": n, "number": 1, "state": "on_offer", "text": text, "digest_state": "ready",
             "preview_state": "none", "page_count": 0, "on_offer_at": at, "created_at": at, "note": "", "headings": "",
             "file_name": "", "media_type": "", "size": 0, "digest_error": "", "approved_by_import": True,
             "end_reason": "", "edition": 1}
        )  # fmt: skip
        tags = (
            ("product", draw.choice(products)),
            ("industry", draw.choice(industries)),
            ("tag", draw.choice(WORDS)),
        )
        rows[AssetTag] += [{"asset_id": n, "facet": f, "key": k} for f, k in tags]
        token = f"person:{people[1]}" if n % 50 == 0 else "all"
        rows[Reader] += [{"thing": t, "thing_id": n, "token": token} for t in ("asset", "offer")]
    _write(session, rows)


def _wishes(
    session: Session,
    draw: random.Random,
    size: int,
    people: list[int],
    products: list[str],
    industries: list[str],
) -> None:
    now = clock.now()
    rows: dict[type, list[dict[str, object]]] = {
        m: [] for m in (customers.Customer, Requirement, Reader, Request, RequestLink)
    }
    houses, wanted = max(1, size // 10), max(1, size // 25)
    for n in range(1, houses + 1):
        rows[customers.Customer].append(
            {"id": n, "key": f"c-{n}", "name": f"客户 {n}", "industry": draw.choice(industries), "aliases": [],
             "region": "", "owner_id": draw.choice(people), "confidential": False, "demo": False, "edition": 1,
             "created_at": now, "updated_at": now}
        )  # fmt: skip
        rows[Reader].append({"thing": "customer", "thing_id": n, "token": "all"})
    states = [s for s in requirements.FOLLOWS if s not in {"reopened", "retired"}]
    for n in range(1, wanted + 1):
        rows[Requirement].append(
            {"id": n, "key": f"REQ-{n}", "title": "".join(draw.choices(WORDS, k=4)), "state": draw.choice(states),
             "product": draw.choice(products), "score": round(draw.random() * 1000, 4), "level": "L2", "summary": "",
             "limits": "", "decision": "", "outcome_words": "", "restricted": False, "revision": 1, "edition": 1,
             "demo": False, "manager_id": people[0], "created_at": now, "updated_at": now}
        )  # fmt: skip
        rows[Reader].append({"thing": "requirement", "thing_id": n, "token": "all"})
    for n in range(1, size + 1):
        asked = now - timedelta(minutes=11 * n)
        seller = draw.choice(people[2:])
        rows[Request].append(
            {"id": n, "customer_id": draw.randrange(houses) + 1, "industry": draw.choice(industries), "title": "",
             "product": draw.choice(products), "quote": "".join(draw.choices(WORDS, k=12)),
             "revenue": draw.randrange(9_000_000), "contact": "", "desired": "", "currency": "CNY",
             "urgency": draw.choice(("high", "medium", "low")),
             "submitter_id": seller, "owner_id": seller, "extra": {}, "demo": False, "created_at": asked}
        )  # fmt: skip
        if n % 5:
            rows[RequestLink].append(
                {
                    "request_id": n,
                    "requirement_id": n % wanted + 1,
                    "part": "",
                    "created_at": asked,
                    "by_id": people[0],
                }
            )
    _write(session, rows)


def _review(session: Session, people: list[int]) -> None:
    """A meeting that runs, with the first requirements on its agenda and the seller who looks at its table."""
    now = clock.now()
    session.add(
        meetings.MeetingSeries(
            key="review",
            name="评审会",
            first_on=now.date(),
            host_id=people[0],
            capacity_days=400,
            created_at=now,
        )
    )
    session.flush()
    session.add(
        meetings.Meeting(series_id=1, number=1, starts_at=now, state="running", began_at=now, created_at=now)
    )
    session.flush()
    for n in range(1, AGENDA + 1):
        session.add(
            meetings.MeetingItem(meeting_id=1, requirement_id=n, section="review", why="new", position=n)
        )
    for who in people[:4]:
        session.add(meetings.MeetingSeat(meeting_id=1, person_id=who, state="present", arrived_at=now))
    session.flush()


def _write(session: Session, rows: dict[type, list[dict[str, object]]]) -> None:
    for model, made in rows.items():
        if made:
            session.exec(insert(model), params=made)
        session.flush()


@contextmanager
def counted(wiring: Wiring) -> Iterator[list[str]]:
    sent: list[str] = []

    def heed(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    event.listen(wiring.database.engine, "before_cursor_execute", heed)
    try:
        yield sent
    finally:
        event.remove(wiring.database.engine, "before_cursor_execute", heed)


@dataclass(frozen=True)
class Browser:
    """Asks the app as a server does, in this process and without a client's own cost."""

    app: FastAPI
    cookie: str

    async def get(self, page: str) -> int:
        """The status of the answer."""
        found: list[int] = []
        address = urlsplit(page)

        async def receive() -> dict[str, object]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                found.append(int(message["status"]))

        await self.app(self._scope(address.path, address.query), receive, send)
        return found[0]

    def _scope(self, path: str, query: str) -> dict[str, Any]:
        headers = {"host": "bench.example", "cookie": self.cookie, "accept": "text/html"}
        return {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": quote(query, safe="=&").encode(),
            "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
            "client": ("127.0.0.1", 1), "server": ("bench.example", 80), "root_path": "",
        }  # fmt: skip


def measure(wiring: Wiring, rounds: int) -> dict[str, tuple[float, float, float, int]]:
    """Per page: processor time median, time on the wall median and p95 (ms), questions asked."""
    app = create_app(wiring=wiring)
    warm(wiring.engine)  # or it is made beside the first pages, on their account
    with TestClient(app, headers={"sec-fetch-site": "same-origin"}) as client:
        client.post("/sign-in", data={"email": "p2@bench.example", "password": PASSWORD})
        browser = Browser(app, "; ".join(f"{k}={v}" for k, v in client.cookies.items()))
        return {page: asyncio.run(_page(wiring, browser, page, rounds)) for page in PAGES}


def asked(page: str, number: int) -> str:
    """The page as it is asked for the nth time: a search has other words each time."""
    pairs = list(permutations(WORDS, 2))
    random.Random(SEED).shuffle(pairs)
    one, other = pairs[number % len(pairs)]
    words = one if number % 4 == 0 else f"{one} {other}" if number % 2 else one + other
    return page.format(words=words, begun=words[: 1 + number % 3])


async def _page(wiring: Wiring, browser: Browser, page: str, rounds: int) -> tuple[float, float, float, int]:
    for number in range(12):
        status = await browser.get(asked(page, number))
    if status != 200:  # noqa: PLR2004 - fine
        message = f"{page} answered {status}"
        raise SystemExit(message)
    with counted(wiring) as sent:
        await browser.get(asked(page, 12))
    spent, walls = [], []
    for number in range(13, 13 + rounds):
        address = asked(page, number)
        cpu, wall = time.process_time(), time.perf_counter()
        await browser.get(address)
        spent.append((time.process_time() - cpu) * 1000)
        walls.append((time.perf_counter() - wall) * 1000)
    walls.sort()
    return sorted(spent)[rounds // 2], walls[rounds // 2], walls[math.ceil(rounds * 0.95) - 1], len(sent)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 3000, 10_000])
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--home", type=Path, help="a home that is kept and used again, whatever its size")
    options = parser.parse_args()
    print("| page | assets | requests | cpu ms (median) | wall ms (median) | wall ms (p95) | questions |")
    print("|---|---|---|---|---|---|---|")
    for size in options.sizes:
        with home_for(options.home) as folder:
            wiring = wire(Settings(home=folder, worker=False))
            empty = not (folder / "hub.db").exists()
            upgrade(wiring.database)
            if empty:
                fill(wiring, size)
            with wiring.database.read() as session:
                counted = (session.exec(select(func.count(t.id))).one() for t in (assets.Asset, Request))
                held = " | ".join(str(n) for n in counted)
            for page, (cpu, wall, slow, sent) in measure(wiring, options.rounds).items():
                print(f"| `{page}` | {held} | {cpu:.1f} | {wall:.1f} | {slow:.1f} | {sent} |", flush=True)


@contextmanager
def home_for(kept: Path | None) -> Iterator[Path]:
    """The folder that was asked for, or one that goes when all is measured."""
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


if __name__ == "__main__":
    main()
