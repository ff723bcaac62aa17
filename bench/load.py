"""How long people wait when many are at work at once, while a deck is drawn.

Usage: python bench/load.py --home FOLDER [--seconds 60] [--people 200] [--processes 1 2] [--without-conversion]

FOLDER is a hub's home with the demo library loaded; the bench serves it on a free port and ends that server. Each
person opens the pages that sellers open, thinking 1 to 3 seconds between two; meanwhile LibreOffice draws the pages of
a deck again and again in a process of its own, as the worker does. The goal: p95 of 300 ms, p99 of 1 s, no error. The
crowd shares the cores with the server, so its own processor time is told.
"""

import argparse
import asyncio
import os
import random
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import httpx2
from crowd import Browser, Tally, load_of_machine, spent_by_each
from sharing import SELLER, WORDS, served_as

SEED = 20_261_122
PAGES = ("/", "/", "/toolkits", "/requirements", "/requests", "/decks", "/notices", "/shares")
DECK = Path(__file__).resolve().parent.parent / "content"


async def person(browser: Browser, paths: list[str], until: float, rng: random.Random) -> None:
    await asyncio.sleep(rng.uniform(0, 3))
    while time.monotonic() < until:
        path = rng.choice(paths) if rng.random() < 0.7 else f"/search?q={quote(rng.choice(WORDS))}"  # noqa: PLR2004
        await browser.get(path)
        await asyncio.sleep(rng.uniform(1, 3))
    browser.close()


@contextmanager
def converting(wanted: bool) -> Iterator[None]:  # noqa: FBT001
    """LibreOffice at work on a deck of the library, over and over, at the worker's own pace."""
    deck = next(iter(sorted(DECK.rglob("*.pptx"))), None)
    office = shutil.which("soffice")
    if not (wanted and deck and office):
        print("without a conversion")
        yield
        return
    with tempfile.TemporaryDirectory() as folder:
        profile = f"-env:UserInstallation=file://{folder}/profile"
        once = f"{office} --headless {profile} --convert-to pdf --outdir {folder} '{deck}'"
        with subprocess.Popen(
            ["nice", "-n", "10", "sh", "-c", f"while :; do {once} || exit; done"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as running:
            try:
                yield
            finally:
                os.killpg(running.pid, 15)


def signed_in(url: str) -> tuple[dict[str, str], list[str]]:
    """The cookies of a seller, and addresses of assets and kits."""
    with httpx2.Client(base_url=url, headers={"sec-fetch-site": "same-origin"}, timeout=60) as browser:
        browser.post("/sign-in/demo", data={"email": SELLER})
        found = browser.get("/api/v1/assets?limit=30").json()["items"]
        kits = browser.get("/api/v1/toolkits").json()["items"]
        paths = [f"/assets/{a['id']}" for a in found] + [f"/toolkits/{k['slug']}" for k in kits[:20]]
        return dict(browser.cookies), paths


async def load(url: str, seconds: float, people: int) -> Tally:
    rng, tally = random.Random(SEED), Tally()
    cookies, things = signed_in(url)
    paths = [*PAGES, *rng.sample(things, min(8, len(things)))]
    until = time.monotonic() + seconds
    crowd = [
        person(Browser(url, tally, cookies), paths, until, random.Random(rng.random())) for _ in range(people)
    ]
    await asyncio.gather(*crowd)
    return tally


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--people", type=int, default=200)
    asked.add_argument("--without-conversion", action="store_true")
    asked.add_argument("--processes", type=int, nargs="+", default=[1])
    given = asked.parse_args()
    for number in given.processes:
        with served_as(given.home, number) as (url, pid), converting(not given.without_conversion):
            before, own = sum(spent_by_each(pid).values()), time.process_time()
            tally = asyncio.run(load(url, given.seconds, given.people))
            used, crowd = sum(spent_by_each(pid).values()) - before, time.process_time() - own
        print(tally.line(f"people, {number} to serve them"))
        each = used / max(1, len(tally.times)) * 1000
        print(f"server: {used:.1f} s of processor time, {each:.1f} ms an answer; the crowd: {crowd:.1f} s")
        print(load_of_machine())


if __name__ == "__main__":
    main()
