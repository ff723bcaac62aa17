"""Commands that ask and mend the index: search, reindex."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.table import Table

from hub import library
from hub.base.i18n import _, n_
from hub.cli.opening import acting, err, opened, out
from hub.search import IndexUnavailable
from hub.wiring import Wiring

Several = Annotated[list[str] | None, typer.Option(help="Only this value; may be given several times.")]
FACETS_SHOWN = ("type", "kind", "tier", "product", "industry")


def add_to(app: typer.Typer) -> None:
    app.command()(search)
    app.command()(reindex)


def search(
    words: Annotated[str, typer.Argument(help="What to look for; empty shows everything, newest first.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")] = False,
    kind: Several = None,
    product: Several = None,
    tier: Several = None,
    industry: Several = None,
    limit: Annotated[int, typer.Option(min=1, max=200, help="Most hits to print.")] = 20,
    as_: Annotated[str, typer.Option("--as", help="Find what this person may see (mail address).")] = "",
    explain: Annotated[
        bool,
        typer.Option("--explain", help="Say how the words were read and what scores are made of."),
    ] = False,
) -> None:
    """Search as the pages do. Without --as an operator asks who sees everything, drafts too."""
    filters = {"kind": kind, "product": product, "tier": tier, "industry": industry}
    with opened() as wiring:
        answer = _answer(wiring, words, {k: v for k, v in filters.items() if v}, limit, as_, explain=explain)
    if as_json:
        typer.echo(json.dumps(library.as_plain(answer), ensure_ascii=False, indent=2))
    else:
        _show(answer)
    if explain:
        _explain(answer)


def _answer(
    wiring: Wiring, words: str, filters: Mapping[str, list[str]], limit: int, email: str, *, explain: bool
) -> library.Answer:
    by = acting(wiring, email)
    for last in (False, True):
        try:
            with wiring.database.read() as session:
                return library.find(
                    session, wiring.engine, words, by=by, filters=filters, limit=limit, explain=explain
                )
        except IndexUnavailable:
            if last:
                raise
            library.apply_changes(wiring.database, wiring.engine)
    raise AssertionError("two tries answer or raise")


def _show(answer: library.Answer) -> None:
    table = Table(_("类型"), _("标题"), _("片段"), _("地址"))
    for row in answer.rows:
        more = n_("还有 %(n)s 份几乎相同", row.alike_total) if row.alike_total else ""
        title = f"{row.title}\n{more}" if more else row.title
        table.add_row(row.type, *(text.replace("[", "\\[") for text in (title, row.snippet, row.url)))
    if answer.rows:
        out().print(table)
    typer.echo(
        n_("共 %(n)s 条，用时 %(ms)s 毫秒。", answer.total, ms=answer.took_ms)
        if answer.total
        else _("没有找到。换个说法，或去掉一些条件。")
    )
    for typed, used in answer.corrected:
        typer.echo(_("“%(typed)s” 按“%(used)s”查。") % {"typed": typed, "used": used}, err=True)
    for sentence in library.left_out(answer):
        typer.echo(sentence, err=True)
    for facet in FACETS_SHOWN:
        counts = answer.facets.get(facet)
        if counts:
            typer.echo(f"{facet}: " + ", ".join(f"{k} {n}" for k, n in list(counts.items())[:8]))


def _explain(answer: library.Answer) -> None:
    typer.echo(_("匹配程度：%(relaxed)s") % {"relaxed": answer.relaxed or "-"}, err=True)
    for row in answer.rows:
        typer.echo(f"{row.score:8.3f}  {row.id}  {row.title}", err=True)
        if row.why and row.why["words"]:
            typer.echo(f"          {_made_of(row.why)}", err=True)


def _made_of(why: Mapping[str, Any]) -> str:
    """What a score is made of: (words + characters + neighbours) × title × (1 + new + used) × what was asked for."""
    words = " + ".join(f"{word} {worth:g}" for word, worth in why["words"].items())
    asked = "".join(f" × {what} {factor:g}" for what, factor in why["asked"].items())
    liked = " + ".join(f"{name} {worth:g}" for name, worth in why["of it"].items())
    second = f"characters {why['characters']:g} + neighbours {why['neighbours']:g}"
    return f"({words} + {second}) × title {why['title']:g} × (1 + {liked}){asked}"


def reindex() -> None:
    """Build the search index anew from the database. A running server goes on answering from the old one meanwhile."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    quiet = not err().is_terminal
    with opened() as wiring, Progress(*columns, console=err(), transient=True, disable=quiet) as shown:
        task = shown.add_task(_("重建索引"), total=None)
        count = library.rebuild_index(
            wiring.database,
            wiring.engine,
            lambda far: shown.update(task, completed=far.written, total=far.expected or None),
        )
    typer.echo(n_("索引已重建：%(n)s 条。", count))
