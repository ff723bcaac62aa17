"""How fast a link opens on a phone, and whether many readers get in the way of those who search.

Usage: python bench/sharing.py --home FOLDER [--seconds 60] [--visitors 200] [--sellers 50] [--only phone|load]

FOLDER is a hub's home with the demo library loaded and its page pictures drawn; the bench serves it on a free port and
ends that server. *phone*: Chromium at 390 × 844 with 1.6 Mbit/s and 150 ms, everything fetched until the page is quiet,
and when the first page picture stands there. *load*: visitors turn a page every 5 to 11 seconds, each with its picture
and its beat; sellers search every 1 to 3 seconds.
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

import httpx2

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
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    env = {**os.environ, "HUB_HOME": str(home), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "hub", "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL) as server:
        url = f"http://127.0.0.1:{port}"
        try:
            wait_for(url)
            yield url
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


async def visitor(link: str, until: float, times: list[float], errors: list[str], rng: random.Random) -> None:
    base = re.match(r"https?://[^/]+", link)[0]  # type: ignore[index]
    async with httpx2.AsyncClient(timeout=30, headers={"sec-fetch-site": "same-origin"}) as browser:
        await asyncio.sleep(rng.uniform(0, 8))
        page = await timed(browser.get(link), times, errors)
        if page is None:
            return
        pictures = re.findall(r'(?:src|data-src)="(/s/[^"?]+)"', page.text)
        key, version = re.search(r'data-key="(\w+)" data-version="(\d+)"', page.text).groups()  # type: ignore[union-attr]
        await timed(
            browser.post(f"{link}/beat", data={"k": key, "v": version, "p": 1, "ms": 0}), times, errors
        )
        number = 0
        while time.monotonic() < until:
            spent = rng.uniform(5, 11)
            await asyncio.sleep(spent)
            number += 1
            said = {"k": key, "v": version, "p": number, "ms": int(spent * 1000)}
            await timed(browser.post(f"{link}/beat", data=said), times, errors)
            await timed(browser.get(base + pictures[number % len(pictures)]), times, errors)


async def seller(
    url: str, until: float, times: list[float], errors: list[str], rng: random.Random, cookie: str
) -> None:
    async with httpx2.AsyncClient(timeout=30, headers={"cookie": cookie}) as browser:
        while time.monotonic() < until:
            await asyncio.sleep(rng.uniform(1, 3))
            await timed(browser.get(f"{url}/search", params={"q": rng.choice(WORDS)}), times, errors)


async def timed(call: object, times: list[float], errors: list[str]) -> httpx2.Response | None:
    begun = time.perf_counter()
    try:
        answer: httpx2.Response = await call  # type: ignore[misc]
    except httpx2.HTTPError as error:
        errors.append(repr(error))
        return None
    times.append((time.perf_counter() - begun) * 1000)
    if answer.status_code >= 400:  # noqa: PLR2004 - HTTP
        errors.append(f"{answer.status_code} {answer.url.path}")
    return answer


async def load(url: str, link: str, seconds: float, visitors: int, sellers: int) -> None:
    rng = random.Random(SEED)
    with httpx2.Client(base_url=url, headers={"sec-fetch-site": "same-origin"}, timeout=60) as browser:
        browser.post("/sign-in/demo", data={"email": SELLER})
        cookie = "; ".join(f"{k}={v}" for k, v in browser.cookies.items())
    until = time.monotonic() + seconds
    reading: list[float] = []
    searching: list[float] = []
    errors: list[str] = []
    each = [visitor(link, until, reading, errors, random.Random(rng.random())) for _ in range(visitors)]
    each += [
        seller(url, until, searching, errors, random.Random(rng.random()), cookie) for _ in range(sellers)
    ]
    await asyncio.gather(*each)
    for name, times in (("reading", reading), ("searching", searching), ("all", reading + searching)):
        cut = statistics.quantiles(times, n=100)
        print(
            f"{name}: {len(times)} answers, p50 {cut[49]:.0f} ms, p95 {cut[94]:.0f} ms, p99 {cut[98]:.0f} ms"
        )
    print(f"errors: {len(errors)} {errors[:3]}")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--home", type=Path, required=True)
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--visitors", type=int, default=200)
    asked.add_argument("--sellers", type=int, default=50)
    asked.add_argument("--only", choices=("phone", "load"), default="")
    given = asked.parse_args()
    with served(given.home) as url:
        link = a_link(url)
        if given.only != "load":
            phone(link)
        if given.only != "phone":
            asyncio.run(load(url, link, given.seconds, given.visitors, given.sellers))


if __name__ == "__main__":
    main()
