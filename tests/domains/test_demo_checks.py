"""Demo accounts of listed hosts are asked whether they answer; others never are."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from hub import demos, notices
from hub.base import clock, jobs
from hub.base.settings import Settings
from hub.demos import probing
from hub.wiring import wire
from hub.worker import drain

SAYS = {"/good": 200, "/login": 401, "/gone": 404, "/broken": 500}


class Shown(BaseHTTPRequestHandler):
    """Answers as its address says."""

    asked: ClassVar[list[tuple[str, str]]] = []

    def do_HEAD(self) -> None:
        self.asked.append((self.command, self.path))
        if self.path == "/get-only":
            self.send_response(405 if self.command == "HEAD" else 200)
        elif self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
        elif self.path == "/round":
            self.send_response(302)
            self.send_header("Location", "/round")
        else:
            self.send_response(SAYS.get(self.path, 200))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815 - as the library calls it

    def log_message(self, *_said: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def shown() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shown)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "good"),
    [
        ("/good", True),
        ("/login", True),
        ("/get-only", True),
        ("/to//good", True),
        ("/gone", False),
        ("/broken", False),
        ("/round", False),
        ("/to/http://localhost:1/good", False),
        ("/to/file:///etc/passwd", False),
    ],
)
def test_an_address_answers_or_says_why_not(shown, path, good):
    answer = probing.probe(f"http://{shown}{path}", [shown], seconds=5)

    assert answer.good is good
    assert bool(answer.reason) is not good


def test_a_name_that_means_a_private_address_is_not_asked_unless_the_address_is_listed(shown):
    port = shown.split(":")[1]
    Shown.asked.clear()

    refused = probing.probe(f"http://localhost:{port}/good", ["localhost"], seconds=5)

    assert (refused.good, Shown.asked) == (False, [])
    assert "内网" in refused.reason
    assert probing.probe(f"http://localhost:{port}/good", ["localhost", "127.0.0.1"], seconds=5).good


@pytest.mark.parametrize(
    "address",
    [
        "http://other.example/",
        "ftp://demo.example/",
        "http://demo.example.evil.example/",
        "http://demo.example:99999/",
        "x",
    ],
)
def test_only_listed_hosts_are_asked(address):
    assert not probing.is_listed(address, ["demo.example"])


def test_a_host_listed_with_its_port_is_that_port_only():
    hosts = probing.listed(" Demo.Example:8443 ; other.example")

    assert probing.is_listed("https://demo.example:8443/login", hosts)
    assert not probing.is_listed("https://demo.example/login", hosts)
    assert probing.is_listed("https://OTHER.example/", hosts)


def test_nobody_at_home_is_an_answer_too():
    assert not probing.probe("http://127.0.0.1:9/", ["127.0.0.1"], seconds=1).good


@pytest.fixture
def session(wiring):
    with wiring.database.write() as opened:
        yield opened


def an_account(session, cast, address, **more):
    return demos.create(session, demos.Fields(title="演示", address=address, **more), key="k", by=cast.ting)


def test_what_answers_is_checked_by_the_hub_and_silence_is_told_once(session, cast):
    made = an_account(session, cast, "https://demo.example/")
    hosts = frozenset({"demo.example"})
    assert demos.to_check(session, hosts) == [(made.id, made.address)]
    silent = probing.Answer(good=False, reason="回答是 500。")
    at = clock.now()

    for day in range(3):
        demos.note_answer(session, made.id, made.address, silent, at=at + timedelta(days=day))
    assert [n.key for n in notices.of(session, cast.ting)] == ["demo_silent"]
    assert made.checked_at is None

    demos.note_answer(session, made.id, made.address, probing.Answer(good=True), at=at + timedelta(days=4))
    assert (made.checked_at, made.checked_by_hub) == (at + timedelta(days=4), True)
    demos.note_answer(session, made.id, made.address, silent, at=at + timedelta(days=5))
    assert len(notices.of(session, cast.ting)) == 2


def test_what_expired_was_thrown_away_or_leads_elsewhere_is_left_alone(session, cast):
    hosts = frozenset({"demo.example"})
    expired = an_account(
        session, cast, "https://demo.example/a", expires_on=clock.today() - timedelta(days=1)
    )
    gone = an_account(session, cast, "https://demo.example/b")
    demos.trash(session, gone, by=cast.ting)
    an_account(session, cast, "https://other.example/")

    assert demos.to_check(session, hosts) == []
    demos.note_answer(session, expired.id, "https://demo.example/before", probing.Answer(good=True))
    assert expired.checked_at is None


def test_the_daily_job_asks_listed_hosts_only(wiring, cast, shown):
    Shown.asked.clear()
    hub = wire(
        Settings(home=wiring.settings.home, database_url=wiring.settings.database_url, demo_hosts=shown)
    )
    with hub.database.write() as session:
        good = an_account(session, cast, f"http://{shown}/good").id
        an_account(session, cast, "http://127.0.0.1:9/")
        jobs.later(session, "demos.check", key="check")
    drain(hub)

    with hub.database.read() as session:
        assert session.get(demos.DemoAccount, good).checked_at is not None
    assert Shown.asked == [("HEAD", "/good")]
    hub.close()
