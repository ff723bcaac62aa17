"""Python's collector of cycles, kept still while much is made at once that has few."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_resting = [0]


@contextmanager
def resting() -> Iterator[None]:
    """For a bounded piece of work whose objects nearly all go when nobody holds them: the collector would look through
    them, and all that was loaded before, again and again. It goes on when the last piece of work at a
    time is done; a collector that somebody had stopped stays so.
    """
    with _lock:
        if _resting[0] == 0 and not gc.isenabled():
            stopped = True
        else:
            stopped = False
            _resting[0] += 1
            gc.disable()
    try:
        yield
    finally:
        if not stopped:
            with _lock:
                _resting[0] -= 1
                if _resting[0] == 0:
                    gc.enable()
