"""Commands that bring a library in and out: import, export."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from hub import library
from hub.base import jobs
from hub.base.i18n import _, lazy, n_
from hub.cli.opening import acting, err, opened, out, warn
from hub.wiring import Wiring
from hub.worker import drain

PATIENCE_SECONDS = 30.0  # without any job ending, when others hold them
RESULTS = {
    "imported": lazy("新导入"),
    "updated": lazy("有更新"),
    "unchanged": lazy("没有变化"),
    "refused": lazy("拒收"),
    "failed": lazy("我们出错"),
}
NOTES_SHOWN = 40


def add_to(app: typer.Typer) -> None:
    app.command("import")(import_)
    app.command("export")(export)


def import_(
    paths: Annotated[
        list[Path], typer.Argument(help="Files and folders. A folder with taxonomy.yml is a library.")
    ],
    draft: Annotated[bool, typer.Option("--draft", help="Keep everything back as drafts.")] = False,
    no_wait: Annotated[
        bool, typer.Option("--no-wait", help="Leave index and page pictures to the server or `hub worker`.")
    ] = False,
    as_: Annotated[str, typer.Option("--as", help="Import as this administrator (mail address).")] = "",
) -> None:
    """Import files and folders. Twice changes nothing; a changed file is a new version; one bad file stops nothing.

    Markdown with any front matter, PPTX, PDF, DOCX, XLSX, CSV, pictures and videos. A new HUB_HOME is migrated first.
    Exit 0 also when files were refused (the table says why), 1 after a fault of ours, 2 when a path does not exist.
    """
    with opened() as wiring:
        door = library.Door(wiring.database, wiring.blobs, wiring.settings, acting(wiring, as_), draft=draft)
        with bar() as shown:
            line = shown.add_task(_("导入"), total=library.count_files(paths))
            report = library.import_paths(door, paths, lambda _outcome: shown.advance(line))
        left = 0 if no_wait else finish_jobs(wiring)
        show(report.outcomes)
        if left:
            warn(n_("还有 %(n)s 个后台任务没有做完，hub serve 或 hub worker 会接着做。", left))
        if report.count("failed"):
            raise typer.Exit(1)


def finish_jobs(wiring: Wiring) -> int:
    """Run later work until none is left; returns how many jobs others still hold after half a minute's standstill."""
    with bar() as shown:
        line = shown.add_task(_("索引与页面图"), total=None)
        still_since, before, done = time.monotonic(), -1, 0
        while True:
            ran = drain(wiring, most=1)
            with wiring.database.read() as session:
                left = jobs.soon_count(session)
            done += ran
            shown.update(line, completed=done, total=done + left)
            if left == 0:
                return 0
            if ran or left != before:
                still_since, before = time.monotonic(), left
            elif time.monotonic() - still_since > PATIENCE_SECONDS:
                return left
            else:
                time.sleep(0.2)


def bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = err()
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def show(outcomes: Iterable[library.Outcome]) -> None:
    """What was refused with its reason, what came with a note, and the totals."""
    done = list(outcomes)
    told = [o for o in done if o.result in {"refused", "failed"}]
    noted = [o for o in done if o.reason and o.result not in {"refused", "failed"}]
    if told or noted:
        table = Table()
        table.add_column(_("文件"), overflow="fold", ratio=3)
        table.add_column(_("结果"), no_wrap=True)
        table.add_column(_("原因或提醒"), overflow="fold", ratio=4)
        for outcome in [*noted[:NOTES_SHOWN], *told]:
            table.add_row(_plain(outcome.path), str(RESULTS[outcome.result]), _plain(outcome.reason))
        out().print(table)
    if len(noted) > NOTES_SHOWN:
        typer.echo(n_("另有 %(n)s 个文件带提醒导入。", len(noted) - NOTES_SHOWN))
    totals = Table(_("结果"), _("文件数"))
    for result, label in RESULTS.items():
        count = sum(o.result == result for o in done)
        if count or result != "failed":
            totals.add_row(str(label), str(count))
    out().print(totals)
    typer.echo(
        _(
            "合计 %(all)s：新导入 %(imported)s，有更新 %(updated)s，没有变化 %(unchanged)s，"
            "拒收 %(refused)s，我们出错 %(failed)s。"
        )
        % {"all": len(done), **{r: sum(o.result == r for o in done) for r in RESULTS}}
    )


def _plain(text: str) -> str:
    """Text in which rich finds no markup."""
    from rich.markup import escape

    return escape(text)


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is empty or not there yet.")],
) -> None:
    """Write the whole library into a folder, in the form that `hub import` reads back to the same library."""
    with opened() as wiring:
        report = library.export_library(wiring.database, wiring.blobs, folder)
    for note in report.notes:
        warn(note)
    typer.echo(n_("已导出 %(n)s 个文件到 %(folder)s。", report.files, folder=folder))
