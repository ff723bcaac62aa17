"""Whether a process that was ended is gone."""

import os
import select


def gone(pid: int) -> bool:
    """Whether the process ends within five seconds: a killed one takes a moment to go. One that nobody has buried is
    gone too.
    """
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    ends = select.poll()
    ends.register(watched, select.POLLIN)
    try:
        return bool(ends.poll(5000))
    finally:
        os.close(watched)
