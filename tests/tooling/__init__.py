"""The tools that tests drive, and what happens where one is missing.

A test is marked with its tool: `office`, `browser`, `postgres`, `validator`, `corpus`. Where the tool is
missing the test is skipped and counted in the last lines of the run; with `--require-tools` it fails.
"""

pytest_plugins = [
    "tests.tooling.collector",
    "tests.tooling.missing",
    "tests.tooling.order",
    "tests.tooling.browser",
    "tests.tooling.postgres",
    "tests.tooling.postgres_reuse",
    "tests.tooling.statements",
    "tests.tooling.validator",
    "tests.tooling.corpus",
    "tests.tooling.kept",
]
