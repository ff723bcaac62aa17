"""Commands that keep what the hub remembers whole: check, backup, restore; and take out what was only shown."""

from pathlib import Path
from typing import Annotated

import typer

from hub import accounts, library
from hub.base import jobs
from hub.base.formats import listed, size
from hub.base.i18n import _, n_
from hub.base.settings import Settings
from hub.cli.importing import finish_jobs
from hub.cli.opening import opened, warn
from hub.wiring import wire


def add_to(app: typer.Typer) -> None:
    for command in (check, backup, restore):
        app.command()(command)


def check(
    deep: Annotated[bool, typer.Option("--deep", help="Read every file and compare its sum.")] = False,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Do not finish later work first.")] = False,
    clean: Annotated[
        bool, typer.Option("--clean", help="Remove files that nothing has named for a day.")
    ] = False,
) -> None:
    """Compare rows, files and index, and say what differs; exit 1 when something does.

    Later work that is due is finished first (--no-wait leaves it), so that a hub that was killed has caught up.
    """
    with opened() as wiring:
        left = 0 if no_wait else finish_jobs(wiring)
        if clean:
            gone = library.clean(wiring.database, wiring.blobs)
            typer.echo(
                n_("清掉了 %(n)s 个没有记录用到的文件，腾出 %(size)s。", gone.files, size=size(gone.size))
            )
        found = library.check(wiring.database, wiring.blobs, wiring.engine, deep=deep)
        with wiring.database.read() as session:
            pending, failed = jobs.soon_count(session), jobs.failed(session)
    for job in failed:
        warn(_("后台任务 %(name)s 没有做成：%(error)s") % {"name": job.name, "error": job.error or ""})
    if left or pending:
        warn(n_("还有 %(n)s 个后台任务没有做完，hub serve 或 hub worker 会接着做。", max(left, pending)))
    for sentence in found.told:
        warn(sentence)
    for fault in found.faults:
        typer.echo(fault)
    if found.faults:
        typer.echo(n_("查出 %(n)s 处不一致。", len(found.faults)))
        raise typer.Exit(1)
    typer.echo(
        _("一致：%(rows)s 份素材，%(blobs)s 个文件，%(documents)s 条索引。")
        % {"rows": found.assets, "blobs": found.blobs, "documents": found.documents}
    )


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .tar or .tar.gz that is not there yet.")],
) -> None:
    """Write database, files and signing key into one archive, consistent while the hub serves. Keep it safe: it holds
    everything.
    """
    with opened() as wiring:
        made = library.back_up(wiring.database, wiring.blobs, wiring.settings, file)
    for sentence in made.warnings:
        warn(sentence)
    typer.echo(n_("已备份到 %(file)s：%(n)s 个文件，%(size)s。", made.blobs, file=file, size=size(made.size)))
    if made.warnings:
        raise typer.Exit(1)


def restore(file: Annotated[Path, typer.Argument(metavar="FILE", help="What `hub backup` wrote.")]) -> None:
    """Bring a backup back into an empty HUB_HOME; every sum is compared before anything is put in place."""
    settings = Settings.load()
    made = library.unpack_backup(settings, file)
    wiring = wire(settings)
    try:
        from hub.migrations import upgrade

        upgrade(wiring.database)
        documents = library.rebuild_index(wiring.database, wiring.engine)
    finally:
        wiring.close()
    typer.echo(
        n_(
            "已恢复到 %(home)s：%(n)s 个文件，%(documents)s 条索引。",
            made,
            home=settings.home,
            documents=documents,
        )
    )


demo_app = typer.Typer(no_args_is_help=True, help="The demo library.")


@demo_app.command("remove")
def demo_remove(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before removing.")] = False,
) -> None:
    """Take the demo library out. What people added, changed or built on stays; it is listed before you are asked."""
    with opened() as wiring:
        with wiring.database.read() as session:
            found = library.demo_plan(session, by=accounts.SYSTEM)
            kept, lost = library.named_each(session, found.kept), library.named(session, found.lost)
        typer.echo(_("会移除：") + listed(f"{label} {n}" for label, n in library.counts(found)))
        for thing, each in kept:
            typer.echo(
                _("留下：%(label)s“%(title)s”（%(why)s）") % {**each.__dict__, "why": found.kept[thing]}
            )
        for each in lost:
            typer.echo(_("演示人物改过，会一起移除：%(label)s“%(title)s”") % each.__dict__)
        if not yes and found.heir is not None:
            typer.confirm(_("移除后不能撤销。确定移除演示库？"), abort=True)
        with wiring.database.write() as session:
            library.remove_demo(session, by=accounts.SYSTEM)
        finish_jobs(wiring)
    typer.echo(_("演示已移除，您加的都还在。"))
