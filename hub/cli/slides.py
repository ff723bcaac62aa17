"""The slide engine by itself: compose, read, fill, check, preview, trace. Needs no library and no HUB_HOME."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from hub import slides
from hub.base.errors import HubError
from hub.base.i18n import _, n_
from hub.cli.opening import warn

app = typer.Typer(no_args_is_help=True, help="The slide engine by itself: decks in, decks out.")
PICK = re.compile(r"(?P<path>.+?)(?::(?P<pages>[0-9,\- ]+))?")
WEBP, PNG = "webp", "png"
Deck = Annotated[Path, typer.Argument(metavar="FILE", help="A PPTX file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise HubError(_("读不了 %(path)s：%(reason)s") % {"path": path, "reason": error.strerror}) from error


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise HubError(_("写不了 %(path)s：%(reason)s") % {"path": path, "reason": error.strerror}) from error


@app.command()
def compose(
    out: Annotated[Path, typer.Argument(metavar="OUT.pptx", help="The new deck.")],
    picks: Annotated[
        list[str], typer.Argument(metavar="DECK.pptx:1-3,7…", help="Decks with the pages to take, in order.")
    ],
    fit: Annotated[str, typer.Option(help="Slides of another size: scale or as_is.")] = "scale",
    title: Annotated[str, typer.Option(help="Title of the new deck.")] = "",
) -> None:
    """Make one deck of slides picked out of many: hub slides compose OUT.pptx A.pptx:1-3,7 B.pptx:2"""
    if fit not in {"scale", "as_is"}:
        raise HubError(_("--fit 只能是 scale 或 as_is。"))
    opened: dict[Path, slides.Source] = {}
    wanted: list[slides.Pick] = []
    for said in picks:
        path, pages = _pick(said)
        if out.exists() and path.exists() and out.samefile(path):
            raise HubError(_("%(path)s 也是要取页的文件，会被覆盖，请换一个名字。") % {"path": out})
        if path not in opened:
            data = _bytes(path)
            with _named(path):
                opened[path] = slides.Source(data)
        with _named(path):
            wanted += _picks(path, opened[path], pages)
    made = slides.compose(wanted, fit="scale" if fit == "scale" else "as_is", title=title)
    _write(out, made.data)
    for warning in made.warnings:
        warn(warning)
    typer.echo(n_("%(path)s：%(n)s 页。", made.slides, path=out))


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """What is wrong with one of several decks is told with its name."""
    try:
        yield
    except HubError as error:
        raise HubError(f"{path}: {error.message}", **error.details) from error


def _picks(path: Path, source: slides.Source, pages: str) -> list[slides.Pick]:
    numbers = _numbers(pages, len(source.slides))
    for number in numbers:
        source.slide_part(number)  # says which there are, where there is no such one
    return [slides.Pick(source, n, slides.Provenance(path.stem, "1", n)) for n in numbers]


def _pick(said: str) -> tuple[Path, str]:
    """Path and pages of `A.pptx:1-3,7`; a path that exists as it stands takes all pages."""
    if Path(said).exists():
        return Path(said), ""
    match = PICK.fullmatch(said)
    if match is not None and match["pages"]:
        return Path(match["path"]), match["pages"]
    file, _colon, pages = said.rpartition(":")
    return (
        (Path(file), pages) if Path(file).is_file() else (Path(said), "")
    )  # told as pages that cannot be read


def _numbers(pages: str, count: int) -> list[int]:
    """1-3,7 as numbers; empty means all; 5- means to the end."""
    if not pages:
        return list(range(1, count + 1))
    found: list[int] = []
    for part in pages.replace(" ", "").split(","):
        match = re.fullmatch(r"(\d{1,6})(?:(-)(\d{1,6})?)?", part)
        if match is None:
            raise HubError(_("看不懂页码“%(part)s”，要写成 1-3,7 这样。") % {"part": part})
        first = int(match[1])
        last = int(match[3]) if match[3] else count if match[2] else first
        if match[3] and last < first:
            raise HubError(_("页码“%(part)s”前后颠倒了，要从小写到大，像 1-3。") % {"part": part})
        found += range(first, max(first, min(last, count + 1)) + 1)
    return found


@app.command()
def read(file: Deck, as_json: AsJson = False) -> None:
    """Print what a deck says, slide by slide: titles, texts, notes, tables, charts, alternative texts."""
    deck = slides.read(_bytes(file))
    if as_json:
        typer.echo(_json(asdict(deck)))
    else:
        for slide in deck.slides:
            typer.echo(f"── {slide.number} {slide.title}\n{slide.text}")
    for warning in deck.warnings:
        warn(warning)


@app.command()
def fill(
    template: Annotated[Path, typer.Argument(metavar="TEMPLATE", help="A PPTX with {{ tokens }}.")],
    values: Annotated[Path, typer.Option(help="The values, JSON or YAML.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The finished deck.")],
    language: Annotated[str, typer.Option(help="zh or en: how money, dates and numbers are written.")] = "zh",
) -> None:
    """Fill a template's tokens with values. A token without a value is an error that names slide and token."""
    made = slides.fill(_bytes(template), read_values(values), language=language)
    _write(out, made.data)
    for warning in made.warnings:
        warn(_("第 %(slide)s 页：%(sentence)s") % {"slide": warning.slide, "sentence": warning.sentence})
    typer.echo(str(out))


def read_values(path: Path) -> dict[str, Any]:
    """The values of a JSON or YAML file. HubError when it cannot be read or is no mapping."""
    source = _bytes(path)
    try:
        found = json.loads(source) if path.suffix.lower() == ".json" else yaml.safe_load(source)
    except (ValueError, yaml.YAMLError) as error:
        raise HubError(_("读不懂 %(path)s：%(reason)s") % {"path": path, "reason": error}) from error
    if not isinstance(found, dict):
        raise HubError(_("%(path)s 的内容不是“键: 值”的形式。") % {"path": path})
    return {str(key): _with_files(value, path.parent) for key, value in found.items()}


def _with_files(value: Any, folder: Path) -> Any:
    """The value, in which `{file: photo.png}` is the picture of that name beside the values."""
    if isinstance(value, list):
        return [_with_files(item, folder) for item in value]
    if not isinstance(value, dict):
        return value
    name = value.get("file")
    if len(value) == 1 and isinstance(name, str):
        return {"data": _bytes(folder / Path(name).name)}
    return {key: _with_files(item, folder) for key, item in value.items()}


@app.command()
def check(
    file: Deck,
    source: Annotated[
        list[Path] | None, typer.Option(help="A deck it was made from; faults it shares are inherited.")
    ] = None,
) -> None:
    """Look for faults that make PowerPoint offer a repair; one a line, exit 1 when there is one of its own."""
    found = slides.check(_bytes(file), sources=[_bytes(s) for s in source or []])
    for finding in found:
        mark = _("（来源文件原有）") if finding.inherited else ""
        typer.echo(f"{finding.code}\t{finding.part}\t{finding.sentence}{mark}")
    if any(not finding.inherited for finding in found):
        raise typer.Exit(1)


@app.command()
def preview(
    file: Deck,
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the pictures.")],
    width: Annotated[int, typer.Option(min=16, max=8000, help="Width in pixels.")] = 640,
    kind: Annotated[str, typer.Option("--format", help="webp or png.")] = WEBP,
) -> None:
    """Picture every slide, hidden ones too, as 001.webp, 002.webp, …; needs LibreOffice."""
    if kind not in {WEBP, PNG}:
        raise HubError(_("--format 只能是 webp 或 png。"))
    pictures = slides.render(_bytes(file), suffix=file.suffix or ".pptx", width=width)
    out.mkdir(parents=True, exist_ok=True)
    for number, picture in enumerate(pictures, start=1):
        _write(out / f"{number:03}.{kind}", picture if kind == WEBP else _png(picture))
    typer.echo(n_("%(path)s：%(n)s 页。", len(pictures), path=out))


def _png(webp: bytes) -> bytes:
    import io

    from PIL import Image

    made = io.BytesIO()
    with Image.open(io.BytesIO(webp)) as picture:
        picture.convert("RGB").save(made, "PNG")
    return made.getvalue()


@app.command()
def trace(file: Deck, as_json: AsJson = False) -> None:
    """Say of every slide whether it came out of a library (and which slide it was) and whether it was changed."""
    found = slides.trace(_bytes(file))
    if as_json:
        typer.echo(_json([asdict(slide) for slide in found]))
        return
    for slide in found:
        origin = slide.provenance
        where = f"{origin.asset} v{origin.version} #{origin.slide}" if origin else "-"
        typer.echo(f"{slide.number}\t{slide.state}\t{where}\t{slide.title}")


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)
