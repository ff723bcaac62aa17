"""The collector of cycles that rests while much is made at once."""

import gc
import threading

import pytest

from hub.base.collector import resting


def test_it_rests_inside_and_goes_on_behind() -> None:
    with resting():
        assert not gc.isenabled()

    assert gc.isenabled()


def test_it_goes_on_when_the_work_fails() -> None:
    with pytest.raises(ValueError, match="no"), resting():
        raise ValueError("no")

    assert gc.isenabled()


def test_it_goes_on_when_the_last_of_several_is_done() -> None:
    inside, done = threading.Event(), threading.Event()

    def other() -> None:
        with resting():
            inside.set()
            done.wait(10)

    at_work = threading.Thread(target=other)
    at_work.start()
    inside.wait(10)
    with resting():
        pass
    assert not gc.isenabled()
    done.set()
    at_work.join()

    assert gc.isenabled()


def test_one_that_somebody_stopped_stays_stopped() -> None:
    gc.disable()
    try:
        with resting():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
