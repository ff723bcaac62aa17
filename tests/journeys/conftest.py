"""A hub that really serves, with its worker, on a port of its own."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import uvicorn
from playwright.sync_api import Page

from hub import accounts
from hub.main import create_app
from hub.wiring import Wiring
from hub.worker import Worker
from tests.cast import PASSWORD, Cast


@dataclass(frozen=True)
class House:
    """A serving hub."""

    url: str
    wiring: Wiring

    def sign_in(self, page: Page, person: accounts.Actor) -> None:
        """Sign in by the form, as a person would."""
        page.goto(f"{self.url}/sign-in")
        page.get_by_label("邮箱").fill(person.email)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url(f"{self.url}/")


@contextmanager
def serving(wiring: Wiring) -> Iterator[House]:
    """The hub on a port of its own, with its worker, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(create_app(wiring=wiring), log_level="error", ws="none")
        server = uvicorn.Server(config)
        worker = Worker(wiring)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        worker.start()
        thread.start()
        try:
            yield House(f"http://127.0.0.1:{listening.getsockname()[1]}", wiring)
        finally:
            worker.stop()
            server.should_exit = True
            thread.join(timeout=15)


@pytest.fixture
def house(wiring: Wiring, cast: Cast) -> Iterator[House]:
    """The hub of this test, served until the test ends."""
    assert cast
    with serving(wiring) as served:
        yield served
