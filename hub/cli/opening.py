"""What every command needs: the hub opened, who acts, and what is said while it works."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import typer
from rich.console import Console

from hub import accounts
from hub.base.errors import NotFound
from hub.base.i18n import _
from hub.base.settings import Settings
from hub.wiring import Wiring, wire


@contextmanager
def opened(*, migrate: bool = True) -> Iterator[Wiring]:
    """The wiring of this command; the database is brought up to date first."""
    wiring = wire(Settings.load())
    try:
        if migrate:
            from hub.migrations import upgrade

            upgrade(wiring.database)
        yield wiring
    finally:
        wiring.close()


def quiet_log() -> None:
    """The log of a command goes to stderr, warnings and worse, so that stdout is the answer alone."""
    level = os.environ.get("HUB_LOG_LEVEL", "")
    lowest = level if level in {"DEBUG", "INFO"} else "ERROR"
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, lowest)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def acting(wiring: Wiring, email: str) -> accounts.Actor:
    """The person of this address, or the operator who may everything when it is empty; NotFound for a stranger."""
    if not email:
        return accounts.SYSTEM
    with wiring.database.read() as session:
        person = accounts.by_email(session, email)
        if person is None or not person.active:
            raise NotFound(_("没有 %(email)s 这个人。用 hub user list 看看有谁。") % {"email": email})
        return accounts.actor(session, person)


def out() -> Console:
    """For tables a person reads; as wide as the words need where no terminal says how wide it is."""
    return Console(width=None if sys.stdout.isatty() else 160, highlight=False, soft_wrap=False)


def err() -> Console:
    """For progress and warnings."""
    return Console(stderr=True, highlight=False)


def warn(sentence: str) -> None:
    typer.echo(sentence, err=True)
