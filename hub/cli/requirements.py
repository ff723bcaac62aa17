"""Commands of the requirement loop: requests in and out as a sheet."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from hub import requirements
from hub.base.errors import HubError
from hub.base.i18n import _, lazy
from hub.cli.importing import bar
from hub.cli.opening import acting, opened, out
from hub.wiring import Wiring

COUNTS = {
    "add": lazy("新诉求"),
    "change": lazy("有更新"),
    "same": lazy("没有变化"),
    "bad": lazy("不对的行"),
    "customers": lazy("新客户"),
    "requirements": lazy("新需求"),
    "undone": lazy("已撤销"),
    "kept": lazy("后来有人改过，留着"),
}
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


@app.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="CSV (UTF-8 or GB18030) or XLSX.", exists=True, dir_okay=False)
    ],
    write: Annotated[
        bool, typer.Option("--write", help="Write the rows; without it nothing is written.")
    ] = False,
    good_only: Annotated[
        bool, typer.Option("--good-only", help="Leave out the rows that are wrong.")
    ] = False,
    problems: Annotated[
        Path | None, typer.Option("--problems", help="Write every wrong cell into this CSV.")
    ] = None,
    reason: Annotated[
        str, typer.Option("--reason", help="Why requirements come with a decision made elsewhere.")
    ] = "",
    as_: Annotated[str, typer.Option("--as", help="Import as this person (mail address).")] = "",
) -> None:
    """Look a sheet of requests through, cell by cell, and with --write take it in. Nobody is notified.

    Exit 0 when every row is right or has been written, 1 when rows are wrong, 2 when the file is no such sheet.
    """
    with opened() as wiring:
        by = acting(wiring, as_)
        with wiring.database.write() as session:
            made = requirements.submit_import(
                session, wiring.blobs, wiring.settings, file.name, file.read_bytes(), by=by, by_job=False
            )
            number = made.id or 0
        found = _run(wiring, number, _("检查"))
        if problems is not None and found.problems_sha:
            problems.write_bytes(wiring.blobs.get(found.problems_sha))
        if found.state == "checked" and write and (good_only or not found.counts["bad"]):
            with wiring.database.write() as session:
                made = requirements.get_import(session, number, by)
                requirements.write_import(
                    session, made, good_only=good_only, reason=reason, by=by, by_job=False
                )
            found = _run(wiring, number, _("写入"))
    _show(found)
    if found.state in {"unreadable", "failed"}:
        raise typer.Exit(2 if found.state == "unreadable" else 1)
    if found.counts["bad"] and found.state != "written":
        raise typer.Exit(1)


@app.command("undo")
def undo(
    number: Annotated[int, typer.Argument(help="The number that `hub requirements import` said.")],
    as_: Annotated[str, typer.Option("--as", help="Undo as this person (mail address).")] = "",
) -> None:
    """Give back what an import wrote; what somebody has edited since stays."""
    with opened() as wiring:
        by = acting(wiring, as_)
        with wiring.database.write() as session:
            requirements.undo_import(
                session, requirements.get_import(session, number, by), by=by, by_job=False
            )
        _show(_run(wiring, number, _("撤销")))


def _run(wiring: Wiring, number: int, said: str) -> requirements.SheetImport:
    with bar() as shown:
        line = shown.add_task(said, total=None)
        requirements.run_import(
            wiring.database,
            wiring.blobs,
            number,
            lambda done, whole: shown.update(line, completed=done, total=whole),
        )
    with wiring.database.read() as session:
        return session.get_one(requirements.SheetImport, number)


def _show(made: requirements.SheetImport) -> None:
    """What is wrong, what was noted, and the totals."""
    if made.problems:
        table = Table(_("格"), _("列"), _("内容"), _("原因"))
        for row in made.problems:
            table.add_row(*(escape(str(c)) for c in row))
        out().print(table)
    for note in (*made.notes, made.error):
        if note:
            typer.echo(note)
    typer.echo("  ".join(f"{label} {made.counts[k]:,}" for k, label in COUNTS.items() if k in made.counts))
    if made.state == "checked":
        typer.echo(_("什么都还没写入。加 --write 才写入。"))
    elif made.state == "written":
        typer.echo(_("已写入。要撤销：hub requirements undo %(number)s") % {"number": made.id})
