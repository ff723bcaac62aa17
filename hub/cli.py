"""The command `hub`: thin, over the same verbs as the pages.

Exit codes: 0 done, 1 a fault of ours or a check that found something, 2 wrong usage or input that was refused.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from hub import accounts, library
from hub.base.errors import HubError
from hub.base.settings import Settings
from hub.wiring import Wiring, wire

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Quiver 弹药库: the sales-enablement hub.")
user_app = typer.Typer(no_args_is_help=True, help="People: add, invite, list.")
app.add_typer(user_app, name="user")


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


@app.command()
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


@app.command()
def migrate() -> None:
    """Bring the database to the newest schema."""
    with opened():
        typer.echo("The database is up to date.")


@user_app.command("add")
def user_add(
    email: Annotated[str, typer.Argument(help="Mail address; the person signs in with it.")],
    name: Annotated[str, typer.Option(help="Name as colleagues see it.")] = "",
    role: Annotated[list[str] | None, typer.Option(help="Role; may be given several times.")] = None,
    password: Annotated[str, typer.Option(help="Password; without one a set-password link is printed.")] = "",
) -> None:
    """Add a person. The first administrator is made this way: hub user add me@firm.cn --role administrator."""
    with opened() as wiring, wiring.database.write() as session:
        person = accounts.add_person(
            session,
            email=email,
            name=name or email.split("@")[0],
            roles=role or ["seller"],
            password=password or None,
            by=accounts.SYSTEM,
        )
        if password:
            typer.echo(f"Added {person.email}.")
            return
        base = wiring.settings.public_url or "http://127.0.0.1:8000"
        typer.echo(f"{base}/invitations/{accounts.invite(session, person, by=accounts.SYSTEM)}")


def main() -> None:
    """Run the command; an error of the house is one sentence on stderr and exit code 2."""
    try:
        app()
    except HubError as error:
        typer.echo(error.message, err=True)
        sys.exit(2)
