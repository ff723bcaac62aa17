"""Draws every file of the demo library that is not Markdown, with its front matter beside it.

    python content/src/build_decks.py            decks, templates, workbooks and documents: same input, same bytes
    python content/src/build_decks.py SLUG …     only these

What needs LibreOffice (the PDFs and the PNG pictures) is made by `--rendered`; its results are committed.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent))

from decks.facts import CONTENT, Case

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
TEMPLATES = ("standard", "quick")


def front_matter(meta: dict[str, object]) -> str:
    """The YAML beside a file; a deck that tells one case carries its figures."""
    entry = {key: value for key, value in meta.items() if key not in {"slug", "case"}}
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
        (folder / "template.pptx").write_bytes(template.build())
        print(f"{template.NAME}  {(folder / 'template.pptx').stat().st_size // 1024} kB")


def main(wanted: list[str]) -> None:
    for name in DECKS:
        deck = importlib.import_module(f"decks.deck_{name}")
        if not wanted or deck.META["slug"] in wanted:
            path = write(deck.META, deck.build(), "pptx")
            print(f"{path.relative_to(CONTENT)}  {path.stat().st_size // 1024} kB")
    if not wanted or "templates" in wanted:
        write_templates()


if __name__ == "__main__":
    main(sys.argv[1:])
