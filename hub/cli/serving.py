"""Commands that keep the hub running: serve, worker, migrate."""

import gc
import signal
import socket
import threading
from contextlib import closing, suppress
from typing import Annotated

import typer

from hub import accounts, library
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.base.settings import MOST_PROCESSES, Settings
from hub.cli import crew
from hub.cli.opening import opened, warn
from hub.wiring import Wiring, wire
from hub.worker import Worker, ask_for_first_jobs


def add_to(app: typer.Typer) -> None:
    for command in (serve, worker, migrate):
        app.command()(command)


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8000,
    demo: Annotated[bool, typer.Option(help="Load the demo library the first time.")] = False,
    processes: Annotated[
        int | None, typer.Option(min=1, max=MOST_PROCESSES, help="Serve with so many processes.")
    ] = None,
) -> None:
    """Serve the hub; the database is migrated first."""
    settings = Settings.load(**({} if processes is None else {"processes": processes}))
    listening = bound(host, port)
    said = f"Quiver 弹药库: http://{host}:{port}"
    if settings.processes > 1:
        serve_with_several(settings, listening, demo=demo, said=said)
        return
    wiring = wire(settings)
    prepare(wiring, demo=demo)
    typer.echo(said)
    answer_on(listening, wiring)


def bound(host: str, port: int) -> socket.socket:
    """The socket that all processes will listen on. HubError when somebody does already, before anything is opened."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]
        made = socket.socket(family, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except OSError as error:
        raise HubError(
            f"Cannot listen on {host}:{port}: {error.strerror}. Choose another with --port."
        ) from error
    return made


def prepare(wiring: Wiring, *, demo: bool) -> None:
    """What comes before the first answer: the newest schema, the demo where it is wanted, an index that fits."""
    from hub.migrations import upgrade

    upgrade(wiring.database)
    if demo:
        show_demo_loading(wiring)
    library.follow_words(wiring.database, wiring.engine)


def answer_on(listening: socket.socket, wiring: Wiring) -> None:
    """Answer requests in this process until it is asked to end."""
    import uvicorn

    from hub.main import create_app

    config = uvicorn.Config(create_app(wiring=wiring), log_level="warning", timeout_graceful_shutdown=10)
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listening])
    if not server.started:
        raise typer.Exit(1)


def serve_with_several(settings: Settings, listening: socket.socket, *, demo: bool, said: str) -> None:
    """Answer requests in several processes, with one more for later work. This one opens nothing: what it had open
    would be open in all of them.
    """
    from hub import main, migrations  # noqa: F401 - read once for all

    without_worker = settings.model_copy(update={"worker": False})

    def preparing() -> None:
        with closing(wire(settings)) as wiring:
            prepare(wiring, demo=demo)

    def answering() -> None:
        answer_on(listening, wire(without_worker))

    def working() -> None:
        listening.close()
        with closing(wire(settings)) as wiring:
            work_until_ended(wiring)

    gc.collect()
    gc.freeze()  # or the first collection in each would copy the memory that they share
    several = crew.Crew()
    code = several.first(preparing)
    if code:
        raise typer.Exit(code if code > 0 else 1)
    typer.echo(said)
    posts = [crew.Post(_("网页服务"), answering) for _n in range(settings.processes)]
    posts += [crew.Post(_("后台任务"), working)] if settings.worker else []
    several.run(posts, closing=listening.close)


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
        warn(_("后台任务在运行，按 Ctrl-C 结束。"))
        work_until_ended(wiring)


def work_until_ended(wiring: Wiring) -> None:
    """Run later work in this process until it is asked to end."""
    ask_for_first_jobs(wiring)
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_ignored: ended.set())
    running = Worker(wiring)
    running.start()
    ended.wait()
    running.stop()
