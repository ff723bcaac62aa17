"""Commands of the mail: whether it works."""

from typing import Annotated

import typer

from hub import mailing
from hub.base.i18n import _
from hub.base.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Notices by mail.")


@app.callback()
def group() -> None:
    """Notices by mail."""


@app.command("test")
def test(to: Annotated[str, typer.Argument(help="The address to send a letter to.")]) -> None:
    """Send a letter by the mail server of the settings, and say in its own words why not when it does not go."""
    mailing.try_out(Settings.load(), to)
    typer.echo(_("发出去了，请到 %(to)s 看看。") % {"to": to})
