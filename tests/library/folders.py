"""Folders to import, and importing them as the command does."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from hub import accounts, assets, library
from hub.wiring import Wiring

ENCRYPTED = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2048)


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def door(wiring: Wiring, **more: object) -> library.Door:
    made = library.Door(wiring.database, wiring.blobs, wiring.settings, accounts.SYSTEM)
    return replace(made, **more)  # type: ignore[arg-type]


def take_in(wiring: Wiring, *paths: Path, **more: object) -> library.Report:
    return library.import_paths(door(wiring, **more), paths)


def results(report: library.Report) -> dict[str, str]:
    return {o.path.rpartition("/")[2]: o.result for o in report.outcomes}


def reasons(report: library.Report) -> dict[str, str]:
    return {o.path.rpartition("/")[2]: o.reason for o in report.outcomes}


def the_asset(wiring: Wiring, title: str) -> assets.Asset:
    """The one asset of this title."""
    with wiring.database.read() as session:
        ids, _total = assets.find(session, accounts.SYSTEM, limit=10_000)
        found = [a for i in ids if (a := session.get_one(assets.Asset, i)).title == title]
        assert len(found) == 1, f"{len(found)} assets are called {title}"
        return found[0]


def tags_of(wiring: Wiring, asset: assets.Asset) -> dict[str, list[str]]:
    with wiring.database.read() as session:
        return assets.tags(session, [asset.id or 0]).get(asset.id or 0, {})


def versions_of(wiring: Wiring, asset: assets.Asset) -> list[assets.Version]:
    """Newest first."""
    with wiring.database.read() as session:
        return assets.versions(session, session.get_one(assets.Asset, asset.id), accounts.SYSTEM)


def total(wiring: Wiring) -> int:
    with wiring.database.read() as session:
        return assets.find(session, accounts.SYSTEM)[1]


def deck(*titles: str) -> bytes:
    """A real deck with a slide for each title."""
    from pptx import Presentation

    made = Presentation()
    for title in titles:
        slide = made.slides.add_slide(made.slide_layouts[5])
        slide.shapes.title.text = title
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def with_macro(pptx: bytes) -> bytes:
    """The deck as a PPTM with a macro project in it."""
    source = zipfile.ZipFile(io.BytesIO(pptx))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            data = source.read(name)
            if name == "[Content_Types].xml":
                data = data.replace(
                    b"presentationml.presentation.main+xml",
                    b"ms-powerpoint.presentation.macroEnabled.main+xml",
                ).replace(
                    b"application/vnd.openxmlformats-officedocument.ms-powerpoint",
                    b"application/vnd.ms-powerpoint",
                )
                data = data.replace(
                    b"</Types>",
                    b'<Override PartName="/ppt/vbaProject.bin"'
                    b' ContentType="application/vnd.ms-office.vbaProject"/></Types>',
                )
            if name == "ppt/_rels/presentation.xml.rels":
                data = data.replace(
                    b"</Relationships>",
                    b'<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject"'
                    b' Target="vbaProject.bin"/></Relationships>',
                )
            made.writestr(name, data)
        made.writestr("ppt/vbaProject.bin", ENCRYPTED)
    return out.getvalue()


def bomb() -> bytes:
    """A small zip that unpacks to 40 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("ppt/presentation.xml", bytes(40_000_000))
    return out.getvalue()
