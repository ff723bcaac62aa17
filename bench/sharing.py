"""How fast a link opens on a phone, and whether many readers get in the way of those who search.

Usage: python bench/sharing.py --home FOLDER [--seconds 60] [--visitors 200] [--sellers 50] [--only phone|load]
       [--processes 1 2]

FOLDER is a hub's home with the demo library loaded and its page pictures drawn; the bench serves it on a free port and
ends that server. *phone*: Chromium at 390 × 844 with 1.6 Mbit/s and 150 ms, everything fetched until the page is quiet,
and when the first page picture stands there. *load*: visitors turn a page every 5 to 11 seconds, each with its picture
and its beat; sellers search every 1 to 3 seconds. With several numbers of processes the same crowd comes to each in
turn; the processor time is that of all, and in brackets of each: parent, those that serve, worker.
"""

import argparse
import asyncio
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx2
from crowd import Browser, Tally, load_of_machine, spent_by_each

ROOT = Path(__file__).resolve().parent.parent
SELLER = "linxiao@lanchuan.example"
DECK = "solution-park-energy-deck"
WORDS = (
    "能耗",
    "园区 节能",
    "峰谷电价",
    "电力监控",
    "案例 物流",
    "碳排放",
    "抄表",
    "安防",
    "客户案例",
    "qiye nenghao",
)
BYTES_A_SECOND, LATENCY = 1_600_000 // 8, 150
SEED = 20_261_122


@contextmanager
def served(home: Path) -> Iterator[str]:
    with served_as(home) as (url, _pid):
        yield url


@contextmanager
def served_as(home: Path, processes: int = 1) -> Iterator[tuple[str, int]]:
    """The hub on a free port: its address and its process, the parent of the others where there are several."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {**os.environ, "HUB_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "hub", "serve", "--port", str(port), "--processes", str(processes)]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL) as server:
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for(url)
            yield url, server.pid
        finally:
            server.terminate()


def wait_for(url: str) -> None:
    for _ in range(240):
        try:
            if httpx2.get(f"{url}/sign-in", timeout=5).status_code == 200:  # noqa: PLR2004 - HTTP
                return
        except httpx2.HTTPError:
            time.sleep(0.5)
    raise SystemExit("the server did not start")


def a_link(url: str) -> str:
    """The address of a fresh link to the deck, made by the seller through the pages."""
    with httpx2.Client(
        base_url=url, headers={"sec-fetch-site": "same-origin"}, follow_redirects=True, timeout=60
    ) as browser:
        browser.post("/sign-in/demo", data={"email": SELLER})
        found = browser.get("/api/v1/assets?limit=200").json()["items"]
        more = browser.get("/api/v1/assets?limit=200&offset=200").json()["items"]
        asset = next(a["id"] for a in found + more if a["slug"] == DECK)
        made = browser.post(
            "/api/v1/shares", json={"things": [{"thing": "asset", "id": asset}], "preset": "open"}
        )
        return url + made.json()["url"]


def phone(link: str) -> None:
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))))
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        took, sizes = [], []
        for _ in range(5):
            context = (
                browser.new_context(  # what waits for the picture is a text that our policy would not run
                    viewport={"width": 390, "height": 844},
                    device_scale_factor=2,
                    is_mobile=True,
                    bypass_csp=True,
                )
            )
            page = context.new_page()
            cdp = context.new_cdp_session(page)
            cdp.send("Network.enable")
            line = {
                "offline": False,
                "latency": LATENCY,
                "downloadThroughput": BYTES_A_SECOND,
                "uploadThroughput": BYTES_A_SECOND,
            }
            cdp.send("Network.emulateNetworkConditions", line)
            fetched: list[int] = []
            cdp.on(
                "Network.loadingFinished",
                lambda event, kept=fetched: kept.append(int(event["encodedDataLength"])),
            )
            page.goto(link, wait_until="commit")
            page.wait_for_function("document.querySelector('.v-sheet img')?.naturalWidth > 0")
            shown = page.evaluate("performance.now()")  # a little after it stood there
            page.wait_for_timeout(2_500)
            took.append(shown)
            sizes.append(sum(fetched))
            context.close()
        browser.close()
    print(f"first page picture there: median {statistics.median(took):.0f} ms, worst {max(took):.0f} ms")
    print(f"fetched until quiet: {max(sizes) / 1000:.1f} kB")


async def visitor(link: str, until: float, tally: Tally, rng: random.Random) -> None:
    """Opens the link, then turns a page every 5 to 11 seconds: a beat and a picture each."""
    browser, path = Browser(link, tally), urlsplit(link).path
    await asyncio.sleep(rng.uniform(0, 8))
    page = (await browser.get(path)).decode()
    known = re.search(r'data-key="(\w+)" data-version="(\d+)"', page)
    if known is None:
        return
    pictures = re.findall(r'(?:src|data-src)="(/s/[^"?]+)"', page)
    here = f"k={known[1]}&v={known[2]}"
    await browser.post(f"{path}/beat", f"{here}&p=1&ms=0")
    number = 0
    while time.monotonic() < until:
        seconds = rng.uniform(5, 11)
        await asyncio.sleep(seconds)
        number += 1
        await browser.post(f"{path}/beat", f"{here}&p={number}&ms={int(seconds * 1000)}")
        await browser.get(pictures[number % len(pictures)])
    browser.close()


async def seller(browser: Browser, until: float, rng: random.Random) -> None:
    while time.monotonic() < until:
        await asyncio.sleep(rng.uniform(1, 3))
        await browser.get(f"/search?q={quote(rng.choice(WORDS))}")
    browser.close()


async def warm_up(url: str, link: str, cookies: dict[str, str], processes: int) -> None:
    """The first answers of a process take seconds. Many connections at once come to all of them, or nearly so."""

    async def look() -> None:
        browser, path = Browser(url, Tally(), cookies), urlsplit(link).path
        for address in (path, *(f"/search?q={quote(word)}" for word in WORDS)):
            await browser.get(address)
        browser.close()

    await asyncio.gather(*(look() for _n in range(6 * processes)))


async def load(url: str, link: str, cookies: dict[str, str], given: argparse.Namespace) -> int:
    """How many answers came."""
    rng = random.Random(SEED)
    until = time.monotonic() + given.seconds
    reading, searching = Tally(), Tally()
    each = [visitor(link, until, reading, random.Random(rng.random())) for _ in range(given.visitors)]
    each += [
        seller(Browser(url, searching, cookies), until, random.Random(rng.random()))
        for _ in range(given.sellers)
    ]
    await asyncio.gather(*each)
    both = Tally(reading.times + searching.times, reading.errors + searching.errors)
    for name, tally in (("reading", reading), ("searching", searching), ("all", both)):
        print(tally.line(name))
    return len(both.times)


def signed_in(url: str) -> dict[str, str]:
    """The cookies of the seller."""
    with httpx2.Client(base_url=url, headers={"sec-fetch-site": "same-origin"}, timeout=60) as browser:
        browser.post("/sign-in/demo", data={"email": SELLER})
        return dict(browser.cookies)


def under_load(url: str, link: str, pid: int, processes: int, given: argparse.Namespace) -> None:
    cookies = signed_in(url)
    asyncio.run(warm_up(url, link, cookies, processes))
    before, own = spent_by_each(pid), time.process_time()
    answers = asyncio.run(load(url, link, cookies, given))
    times = [spent - before.get(one, 0.0) for one, spent in spent_by_each(pid).items()]
    used, crowd = sum(times), time.process_time() - own
    said = f"{used / max(answers, 1) * 1000:.1f} ms an answer ({' + '.join(f'{t:.1f}' for t in times)} s)"
    print(f"server: {used:.1f} s of processor time, {said}; the crowd: {crowd:.1f} s; {load_of_machine()}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--visitors", type=int, default=200)
    asked.add_argument("--sellers", type=int, default=50)
    asked.add_argument("--processes", type=int, nargs="+", default=[1])
    asked.add_argument("--only", choices=("phone", "load"), default="")
    given = asked.parse_args()
    for number in given.processes:
        with served_as(given.home, number) as (url, pid):
            link = a_link(url)
            if given.only != "load" and number == given.processes[0]:
                phone(link)
            if given.only != "phone":
                print(f"processes: {number}")
                under_load(url, link, pid, number, given)


if __name__ == "__main__":
    main()
