"""A PDF's pages as WebP files. Run as a program of its own, so that a hostile PDF can only end this child.

`python -P pages.py IN.pdf FOLDER WIDTH FIRST LAST` writes `FOLDER/00001.webp` … for the pages FIRST to LAST
(counted from 1, both included). Before them it writes `FOLDER/count`, the number of pages of the whole PDF, and after
them the empty `FOLDER/done`. A picture has its name when it is complete.
"""

import sys
from pathlib import Path

MOST_PIXELS = 50_000_000
LONGEST_SIDE = 16_383
"""Of a WebP, by its format."""
QUALITY = 82


def main(source: str, folder: str, width: int, first: int, last: int) -> None:
    import pypdfium2

    pdf = pypdfium2.PdfDocument(source)
    count = len(pdf)
    (Path(folder) / "count").write_text(str(count), encoding="ascii")
    for number in range(first, min(last, count) + 1):
        page = pdf[number - 1]
        picture = page.render(scale=scale_for(page.get_size(), width)).to_pil().convert("RGB")
        growing = Path(folder) / f"{number:05}.part"
        picture.save(growing, "WEBP", quality=QUALITY, method=2)
        growing.rename(growing.with_suffix(".webp"))
        page.close()
    (Path(folder) / "done").touch()
    pdf.close()


def scale_for(size: tuple[float, float], width: int) -> float:
    """Pixels a point that make a page of `size` points `width` pixels wide, less where that is too large."""
    wide, high = (max(side, 1.0) for side in size)
    by_area: float = (MOST_PIXELS / (wide * high)) ** 0.5
    return min(width / wide, by_area, LONGEST_SIDE / max(wide, high))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:6]))
