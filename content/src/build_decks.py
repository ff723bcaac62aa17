"""Draws every file of the demo library that is not Markdown, with its front matter beside it.

    python content/src/build_decks.py            decks, templates, workbooks and documents: same input, same bytes
    python content/src/build_decks.py SLUG …     only these

What needs Chromium (the PDFs) or LibreOffice (the PNG pictures) is made by `--rendered`; its results are committed.
"""

from __future__ import annotations

import datetime as dt
import importlib
import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent))

from decks import documents, posters, scenes, sheets, value_review
from decks.facts import CONTENT, Case
from decks.isometric import tints

DECKS = (
    "energy_lite",
    "park_energy",
    "campus",
    "tenant_billing",
    "electronics",
    "trio",
    "iot",
    "logistics_security",
    "training",
    "steel",
)
TEMPLATES = ("standard", "quick", "solution")


def front_matter(meta: dict[str, object]) -> str:
    """The YAML beside a file; a deck that tells one case carries its figures."""
    entry = {key: value for key, value in meta.items() if key not in {"slug", "case"}}
    entry |= {key: dt.date.fromisoformat(str(value)) for key, value in entry.items() if key.endswith("_on")}
    if "case" in meta:
        entry["figures"] = Case(str(meta["case"])).figures()
    return yaml.safe_dump(entry, allow_unicode=True, sort_keys=False, width=200)


def write(meta: dict[str, object], data: bytes, suffix: str) -> Path:
    folder = CONTENT / "assets" / str(meta["kind"])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{meta['slug']}.{suffix}"
    path.write_bytes(data)
    path.with_name(path.name + ".yml").write_text(front_matter(meta), encoding="utf-8")
    return path


def write_templates() -> None:
    for name in TEMPLATES:
        template = importlib.import_module(f"decks.template_{name}")
        folder = CONTENT.parent / "templates" / "decks" / template.NAME
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "template.pptx").write_bytes(template.build())
        print(f"{template.NAME}  {(folder / 'template.pptx').stat().st_size // 1024} kB")
    ventures = importlib.import_module("decks.template_ventures")
    folder = CONTENT.parent / "templates" / "decks" / ventures.NAME
    folder.mkdir(exist_ok=True)
    (folder / "proposal.pptx").write_bytes(ventures.build())


def write_value_review() -> None:
    """The review's template in both languages, for the command line and for the library, and the pictures it is filled with."""
    folder = CONTENT / "value-review"
    for language, name in value_review.NAMES.items():
        drawn = value_review.build(language)
        (folder / f"template.{language}.pptx").write_bytes(drawn)
        (CONTENT.parent / "templates" / "decks" / name / "template.pptx").write_bytes(drawn)
    look = tints(value_review.LOOK.colours)
    for name, draw, zoom in (
        ("xingang", scenes.park, 1.9),
        ("cold-store", scenes.plant_room, 1.5),
        ("warehouse", scenes.warehouse, 1.4),
    ):
        drawn = draw(look, 960, 640, zoom=zoom)
        (folder / f"{name}.png").write_bytes(drawn)
        (CONTENT / "assets" / "brand" / f"photo-{name}.png").write_bytes(drawn)
    (folder / "logo.png").write_bytes(value_review.logo())
    (CONTENT / "assets" / "brand" / "logo-xingang.png").write_bytes(value_review.logo())
    print(*(path.relative_to(CONTENT) for path in sorted(folder.iterdir())), sep="\n")


def write_documents(wanted: list[str]) -> None:
    """The Word files and the workbooks."""
    made = (
        (documents.BID_PARK, documents.bid_park, "docx"),
        (documents.BID_DOCK, documents.bid_dock, "docx"),
        (sheets.CALCULATOR, sheets.calculator, "xlsx"),
        (sheets.MATRIX, sheets.matrix, "xlsx"),
    )
    for meta, draw, suffix in made:
        if not wanted or meta["slug"] in wanted:
            print(write(meta, draw(), suffix).relative_to(CONTENT))


def write_rendered() -> None:
    """PDFs of two papers, printed by Chromium, and PNG pictures of three slides, drawn by LibreOffice."""
    for meta, draw in ((documents.CHILLER, documents.chiller), (documents.HARDENING, documents.hardening)):
        print(write(meta, printed(draw()), "pdf").relative_to(CONTENT))
    for meta, draw in (
        (posters.SALON, posters.salon),
        (posters.EXPO, posters.expo),
        (posters.PALETTE, posters.palette),
    ):
        print(write(meta, picture(rendered(draw())), "png").relative_to(CONTENT))


def rendered(deck: bytes) -> bytes:
    """A PDF of a deck; raises CalledProcessError or FileNotFoundError when LibreOffice does not do it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in.pptx").write_bytes(deck)
        office = [
            "soffice",
            "--headless",
            f"-env:UserInstallation=file://{folder}/profile",
            "--convert-to",
            "pdf",
        ]
        subprocess.run([*office, "--outdir", name, f"{name}/in.pptx"], check=True, stdout=subprocess.DEVNULL)
        return (folder / "in.pdf").read_bytes()


def printed(html: bytes) -> bytes:
    """A PDF of a page; raises CalledProcessError or FileNotFoundError when Chromium does not do it."""
    chromium = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "chromium"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "in.html").write_bytes(html)
        browser = [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={folder}/profile",
        ]
        target = f"--print-to-pdf={folder}/out.pdf"
        subprocess.run(
            [*browser, "--no-pdf-header-footer", target, f"file://{folder}/in.html"],
            check=True,
            capture_output=True,
        )
        return (folder / "out.pdf").read_bytes()


def picture(pdf: bytes) -> bytes:
    """The first page as a PNG of 1600 pixels with few colours."""
    page = pypdfium2.PdfDocument(pdf)[0]
    image = page.render(scale=1600 / page.get_width()).to_pil()
    out = io.BytesIO()
    image.quantize(200).save(out, "PNG", optimize=True)
    return out.getvalue()


def main(wanted: list[str]) -> None:
    if "--rendered" in wanted:
        write_rendered()
        return
    for name in DECKS:
        deck = importlib.import_module(f"decks.deck_{name}")
        if not wanted or deck.META["slug"] in wanted:
            path = write(deck.META, deck.build(), "pptx")
            print(f"{path.relative_to(CONTENT)}  {path.stat().st_size // 1024} kB")
    if not wanted or "templates" in wanted:
        write_templates()
    if not wanted or "value-review" in wanted:
        write_value_review()
    write_documents(wanted)


if __name__ == "__main__":
    main(sys.argv[1:])
