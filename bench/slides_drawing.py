"""Draws decks with LibreOffice for the slide benchmark and compares the pictures."""

import json
import math
import subprocess
from pathlib import Path

import numpy as np
import pypdfium2
from lxml import etree

from hub.base.errors import HubError
from hub.slides import Package, Source, read_package
from hub.slides.names import A, P
from hub.slides.scaling import Scaling

Picture = np.ndarray

WIDTH = 640
DIFFERENCE = 24  # of 255: what the eye would take for another colour
DIFFERING = 0.002
SIMILAR = 0.99
BATCH = 12
EMU = 12_700  # in a point
_FILTER = {"ExportHiddenSlides": {"type": "boolean", "value": "true"}}
_FIELDS = ("slidenum", "datetime")


def neutral(package: Package) -> bytes:
    """The deck with slide numbers and dates as plain text, since they depend on place and time."""
    for name in package.names():
        if any(
            f"/{folder}/" in name for folder in ("slides", "slideLayouts", "slideMasters")
        ) and name.endswith(".xml"):
            _make_plain(package, name)
    return package.write()


def _make_plain(package: Package, name: str) -> None:
    try:
        root = package.xml(name)
    except HubError:
        return
    fields = [each for each in root.iter(f"{{{A}}}fld") if each.get("type", "").startswith(_FIELDS)]
    for field in fields:
        field.tag = f"{{{A}}}r"
        field.attrib.clear()
        for child in field.findall(f"{{{A}}}pPr"):
            field.remove(child)
    if fields:
        package.put(
            name, etree.tostring(root, xml_declaration=True, encoding="UTF-8"), package.content_type(name)
        )


def rotated(source: Source) -> bytes:
    """The deck with nothing changed but its first slide moved to the end of the slide list."""
    package = read_package(source.package.write())
    root = package.xml(package.main)
    listed = root.find(f"{{{P}}}sldIdLst")
    listed.append(listed[0])
    package.put(
        package.main,
        etree.tostring(root, xml_declaration=True, encoding="UTF-8"),
        package.content_type(package.main),
    )
    return package.write()


def fronted(deck: bytes, number: int) -> bytes:
    """The deck with nothing changed but that slide `number` (from 1) comes first in the slide list."""
    package = read_package(deck)
    root = package.xml(package.main)
    listed = root.find(f"{{{P}}}sldIdLst")
    listed.insert(0, listed[number - 1])
    package.put(
        package.main,
        etree.tostring(root, xml_declaration=True, encoding="UTF-8"),
        package.content_type(package.main),
    )
    return package.write()


class Drawing:
    """The pages of a PDF as pictures, `WIDTH` pixels wide."""

    def __init__(self, pdf: Path) -> None:
        self._pdf = pdf
        document = pypdfium2.PdfDocument(pdf)
        self._pages = len(document)
        document.close()

    def __len__(self) -> int:
        return self._pages

    def __getitem__(self, at: int) -> Picture:
        document = pypdfium2.PdfDocument(self._pdf)
        try:
            return _picture(document[at])
        finally:
            document.close()

    def placed(self, at: int, scaling: Scaling, size: tuple[int, int]) -> Picture:
        """A page as it looks scaled and moved (EMU) onto a white slide of `size` (EMU)."""
        document, away = pypdfium2.PdfDocument(self._pdf), pypdfium2.PdfDocument.new()
        try:
            width, height = (side / EMU for side in size)
            page = away.new_page(width, height)
            form = document.page_as_xobject(at, away).as_pageobject()
            up = height - (scaling.dy / EMU + document[at].get_height() * scaling.factor)
            form.set_matrix(
                pypdfium2.PdfMatrix().scale(scaling.factor, scaling.factor).translate(scaling.dx / EMU, up)
            )
            page.insert_obj(form)
            page.gen_content()
            return _picture(page)
        finally:
            away.close()
            document.close()


def drawn(files: list[Path], folder: Path) -> dict[str, Drawing]:
    """Drawings of every slide, hidden ones too, by file name; a file that LibreOffice does not convert is
    absent. What `folder` holds already is not drawn again.
    """
    folder.mkdir(exist_ok=True)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    form = f"pdf:impress_pdf_Export:{json.dumps(_FILTER)}"
    waiting = [file for file in files if not (folder / f"{file.name}.tried").exists()]
    for at in range(0, len(waiting), BATCH):
        batch = waiting[at : at + BATCH]
        command = ["soffice", profile, "--headless", "--convert-to", form, "--outdir", str(folder)]
        subprocess.run([*command, *map(str, batch)], check=False, capture_output=True, timeout=900)
        for file in batch:
            (folder / f"{file.name}.tried").touch()
    found = {file.name: folder / f"{file.stem}.pdf" for file in files}
    return {name: Drawing(pdf) for name, pdf in found.items() if pdf.exists()}


def _picture(page: pypdfium2.PdfPage) -> Picture:
    return page.render(scale=WIDTH / page.get_width()).to_numpy()[:, :, :3].astype(np.int16)


def inner(picture: Picture, scaling: Scaling, size: tuple[int, int]) -> Picture:
    """What of the picture of a slide of `size` lies where a slide scaled so lies; the margins are left out."""
    left, top = (math.ceil(gap * WIDTH / size[0]) + 1 for gap in (scaling.dx, scaling.dy))
    return picture[top : picture.shape[0] - top, left : picture.shape[1] - left]


def looks_equal(one: Picture, other: Picture) -> bool:
    """At most 0.2 % of the pixels differ by more than 24 of 255, and the structural similarity is at least
    0.99."""
    if one.shape != other.shape:
        return False
    differing = (np.abs(one - other).max(axis=2) > DIFFERENCE).mean()
    return bool(differing <= DIFFERING and _similarity(one.mean(axis=2), other.mean(axis=2)) >= SIMILAR)


def _similarity(one: Picture, other: Picture) -> float:
    """Mean structural similarity over windows of 8 by 8 pixels (Wang and others, 2004)."""
    first, second = 6.5025, 58.5225
    mean_one, mean_other = _windows(one), _windows(other)
    spread_one = _windows(one * one) - mean_one**2
    spread_other = _windows(other * other) - mean_other**2
    together = _windows(one * other) - mean_one * mean_other
    above = (2 * mean_one * mean_other + first) * (2 * together + second)
    below = (mean_one**2 + mean_other**2 + first) * (spread_one + spread_other + second)
    return float((above / below).mean())


def _windows(values: Picture) -> Picture:
    """The mean of every 8 by 8 window."""
    total = np.pad(values, ((1, 0), (1, 0))).cumsum(axis=0).cumsum(axis=1)
    return (total[8:, 8:] - total[:-8, 8:] - total[8:, :-8] + total[:-8, :-8]) / 64
