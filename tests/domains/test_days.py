"""What waits for its day happens when the day comes: the worker's own clockwork, with time moved."""

from datetime import timedelta

import pytest

from hub import assets, library
from hub.base import clock
from hub.wiring import Wiring
from hub.worker import ask_for_first_jobs, drain
from tests.cast import Cast, draft


def test_the_worker_puts_on_offer_on_the_first_day_and_takes_off_after_the_last(
    wiring: Wiring, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = clock.now()
    with wiring.database.write() as session:
        version = draft(session, cast.ting, title="定时的报价", text="每月两千六百元起。")
        first, last = (clock.today() + timedelta(days=n) for n in (1, 2))
        assets.schedule(session, version, publish_on=first, expires_on=last, by=cast.ting)
        assets.submit(session, version, by=cast.ting)
        assets.approve(session, version, by=cast.min)
        number = version.id
    ask_for_first_jobs(wiring)

    seen = []
    for passed in range(4):
        at = start + timedelta(days=passed)
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        drain(wiring)
        with wiring.database.read() as session:
            found = library.find(session, wiring.engine, "定时的报价", by=cast.lin)
            seen.append((session.get_one(assets.Version, number).state, len(found.rows)))

    assert seen == [("approved", 0), ("on_offer", 1), ("on_offer", 1), ("expired", 0)]
