"""Commands of the requirement loop: requests out as a sheet."""

from pathlib import Path
from typing import Annotated

import typer

from hub import requirements
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.cli.opening import acting, opened

app = typer.Typer(no_args_is_help=True, help="Requests and requirements.")


@app.callback()
def group() -> None:
    """Requests and requirements."""


@app.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="Where to write: a name ending in .csv or .xlsx.")],
    as_: Annotated[str, typer.Option("--as", help="Write what this administrator may know of.")] = "",
) -> None:
    """Write the requests, each with the requirement that covers it, as CSV (UTF-8) or XLSX."""
    kinds = {".csv": requirements.to_csv, ".xlsx": requirements.to_xlsx}
    write = kinds.get(file.suffix.lower())
    if write is None:
        raise HubError(_("文件名要以 .csv 或 .xlsx 结尾。"))
    with opened() as wiring:
        by = acting(wiring, as_)
        with wiring.database.read() as session:
            data = write(session, by)
    file.write_bytes(data)
    typer.echo(str(file))
