"""A real Chromium for the tests that use the pages as people do.

Every page is *watched*: a script error, a breach of the content security policy, an answer that is a fault of ours or
a request that leaves this machine fails the test, whatever the test looked at.
"""

import re
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Response,
    Route,
    sync_playwright,
)

from tests.tooling.places import ROOT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OUTCOME = pytest.StashKey[pytest.TestReport]()


def find_chromium() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def missing() -> str | None:
    return None if find_chromium() else "Chromium is not on this machine"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser, shared by a module's tests; while it runs, no test of its process may use asyncio."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def chromium_pages(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """Opens a page as another person: own cookies each. Options are those of Playwright's `new_context`."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(**options: Any) -> Page:
        settings = {"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce"}
        context = chromium.new_context(**{**settings, **options})
        contexts.append(context)
        watch(context, faults)
        return context.new_page()

    yield open_page
    outcome = request.node.stash.get(OUTCOME, None)
    for number, context in enumerate(contexts):
        if outcome is not None and outcome.failed:
            keep_pictures(context, f"{request.node.nodeid}-{number}")
        context.close()
    assert not faults, "\n".join(faults)


@pytest.fixture
def chromium_page(chromium_pages: Callable[..., Page]) -> Page:
    """One page of a fresh visitor: zh-CN, 1440 × 900."""
    return chromium_pages()


def watch(context: BrowserContext, faults: list[str]) -> None:
    def keep_inside(route: Route) -> None:
        address = urlsplit(route.request.url)
        if address.hostname in {"127.0.0.1", "localhost", "::1"} or address.scheme in {
            "data",
            "blob",
            "about",
        }:
            route.fallback()
        else:
            faults.append(f"asked for something outside this machine: {route.request.url}")
            route.abort()

    def heed(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            faults.append(f"broke the content security policy: {message.text}")

    context.route("**/*", keep_inside)
    context.on("weberror", lambda error: faults.append(f"script error: {error.error}"))

    def answered(response: Response) -> None:
        if response.status >= 500:
            faults.append(f"answered {response.status}: {response.url}")

    context.on("console", heed)
    context.on("response", answered)


def expect_within(page: Page, holds: Callable[[], bool], tries: int = 20) -> None:
    """What a worker does comes within seconds: ask again until it is there."""
    for _ in range(tries):
        if holds():
            return
        page.wait_for_timeout(500)
    raise AssertionError("it did not come true")


def keep_pictures(context: BrowserContext, name: str) -> None:
    folder = ROOT / "test-artifacts"
    folder.mkdir(exist_ok=True)
    plain = re.sub(r"[^\w.-]+", "_", name)
    for number, page in enumerate(context.pages):
        page.screenshot(path=folder / f"{plain}-{number}.png", full_page=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report = yield
    if report.when == "call":
        item.stash[OUTCOME] = report
    return report


def accessibility_findings(page: Page) -> list[str]:
    """What axe finds on the page as it stands: rule, what it says, and where. Empty when it finds nothing."""
    axe_is_there(page)
    return findings_of(page)


def axe_is_there(page: Page) -> None:
    """Put axe into the page, which stays until another page is opened."""
    page.evaluate(AXE_FILE_PATH.read_text("utf-8"))


def findings_of(page: Page, *rules: str) -> list[str]:
    """What axe, which is there, finds by these rules; by all of them when none is named."""
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    violations = page.evaluate("options => axe.run(options).then((found) => found.violations)", options)
    return [
        f"{violation['id']}: {violation['help']}: {node['target']}"
        for violation in violations
        for node in violation["nodes"]
    ]
