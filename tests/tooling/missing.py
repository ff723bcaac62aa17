"""Which tool a test needs, whether it is here, and the closing list of what was not run and why."""

import functools
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pytest

from tests.tooling import browser, corpus, office, postgres, tantivy, validator, whoosh3


@dataclass(frozen=True)
class Tool:
    """A tool outside the project. `missing()` is None when it is here, else a sentence that names it."""

    missing: Callable[[], str | None]
    fixtures: frozenset[str] = frozenset()
    required: bool = True


TOOLS = {
    "office": Tool(functools.cache(office.missing)),
    "browser": Tool(
        functools.cache(browser.missing), frozenset({"chromium", "chromium_page", "chromium_pages"})
    ),
    "postgres": Tool(functools.cache(postgres.missing), frozenset({"postgres_server", "postgres_url"})),
    "validator": Tool(functools.cache(validator.missing), frozenset({"open_xml_faults"})),
    "tantivy": Tool(functools.cache(tantivy.missing)),
    "whoosh3": Tool(functools.cache(whoosh3.missing)),
    # The shared files are other people's: they are no part of the project and no machine must have them.
    "corpus": Tool(functools.cache(corpus.missing), frozenset({"corpus"}), required=False),
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--require-tools", action="store_true", help="fail where the tool of a test is missing")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for a tool's fixture has its mark, so that no test can forget it."""
    for item in items:
        asked = frozenset(getattr(item, "fixturenames", ()))
        for name, tool in TOOLS.items():
            if asked & tool.fixtures:
                item.add_marker(name)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for name, tool in TOOLS.items():
        reason = tool.missing() if item.get_closest_marker(name) else None
        if reason and tool.required and item.config.getoption("require_tools"):
            pytest.fail(f"{reason} (and --require-tools was given)", pytrace=False)
        if reason:
            pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    lines = not_run(terminalreporter.stats.get("skipped", []))
    if lines:
        terminalreporter.section("not run, and why")
        for line in lines:
            terminalreporter.write_line(line)


def not_run(reports: Iterable[pytest.TestReport | pytest.CollectReport]) -> list[str]:
    """One line a reason, the commonest first, with the number of tests it kept back."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in reports
        if isinstance(report.longrepr, tuple)
    )
    return [f"{count:>5} × {reason}" for reason, count in reasons.most_common()]
