"""What takes long begins.

Several processes take tests from one another, one test at a time: a long one near the end of the run would keep one
process busy when the others have nothing left to take. What begins first runs beside thousands of short tests.
"""

import pytest

BEGINNING = ("long", "browser", "office", "whoosh3")
"""The marks of tests that take many seconds each."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those first, in their order, then all others in theirs."""
    items.sort(key=lambda item: not any(map(item.get_closest_marker, BEGINNING)))
