"""Python's collector of cycles, kept in the tests as a hub that serves keeps it.

What is loaded before the first test stays for good: the collector looks through none of it, neither while it is being
loaded nor again and again afterwards. As Python starts, it would go through a million objects every few tests.
"""

import gc

import pytest

gc.disable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """All is loaded and collected: what is made from now on is looked through, less often than Python would."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()
