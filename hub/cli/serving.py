"""Commands that keep the hub running: serve, worker, migrate."""

import signal
import threading
from typing import Annotated

import typer

from hub import accounts, library
from hub.base import jobs
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.base.settings import Settings
from hub.cli.opening import opened, warn
from hub.wiring import Wiring, wire
from hub.worker import Worker


def add_to(app: typer.Typer) -> None:
    for command in (serve, worker, migrate):
        app.command()(command)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    demo: Annotated[bool, typer.Option(help="Load the demo library the first time.")] = False,
) -> None:
    """Serve the hub; the database is migrated first."""
    import uvicorn

    from hub.main import create_app
    from hub.migrations import upgrade

    settings = Settings.load()
    refuse_taken_port(host, port)
    wiring = wire(settings)
    upgrade(wiring.database)
    if demo:
        show_demo_loading(wiring)
    library.follow_words(wiring.database, wiring.engine)
    typer.echo(f"Quiver 弹药库: http://{host}:{port}")
    uvicorn.run(
        create_app(wiring=wiring), host=host, port=port, log_level="warning", timeout_graceful_shutdown=10
    )


def refuse_taken_port(host: str, port: int) -> None:
    """HubError when somebody listens there already, before anything is opened."""
    import socket

    try:
        with socket.create_server((host, port)):
            return
    except OSError as error:
        raise HubError(
            f"Cannot listen on {host}:{port}: {error.strerror}. Choose another with --port."
        ) from error


def show_demo_loading(wiring: Wiring) -> None:
    """Load the demo into an empty hub, with a progress line; its page pictures follow while the hub serves."""
    from rich.progress import Progress

    door = library.Door(wiring.database, wiring.blobs, wiring.settings, accounts.SYSTEM)
    with Progress(transient=True) as bar:
        line = bar.add_task("Loading the demo library", total=None)
        report = library.load_demo(door, lambda _outcome: bar.advance(line))
    if report is not None:
        typer.echo(f"The demo library is loaded: {report.count('imported')} parts.")


def migrate() -> None:
    """Bring the database to the newest schema."""
    with opened():
        typer.echo(_("数据库已是最新结构。"))


def worker() -> None:
    """Run later work (digests, previews, the index) until it is ended: beside servers with HUB_WORKER=false."""
    with opened() as wiring:
        with wiring.database.write() as session:
            jobs.later(session, "day.begins", key="day")
            jobs.later(session, "index.apply", key="index", priority=2)
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_ignored: ended.set())
        running = Worker(wiring)
        running.start()
        warn(_("后台任务在运行，按 Ctrl-C 结束。"))
        ended.wait()
        running.stop()
