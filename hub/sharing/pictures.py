"""Page pictures with the visitor's name across them, and page pictures as one PDF. The pictures are our own, drawn from
files that were checked on their way in.
"""

import io
import subprocess
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from PIL import Image, ImageDraw, ImageFont

SHADE = (110, 120, 135, 70)  # readable, and the page below it too
ANGLE = 24
QUALITY = 80
PDF_QUALITY = 85
MOST_SHEETS = 300


@cache
def _font_file() -> str:
    """A font of this machine that has Han; empty where fontconfig knows none."""
    try:
        asked = subprocess.run(
            ["fc-match", "-f", "%{file}", ":lang=zh-cn"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return asked.stdout.strip() if asked.returncode == 0 else ""


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    path = _font_file()
    try:
        return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)
    except OSError:
        return ImageFont.load_default(size)


def sayable(text: str) -> str:
    """The text as this machine can draw it: without a font that has Han only its Latin part."""
    return text if _font_file() else "".join(c for c in text if c.isascii()).strip(" ·")


@lru_cache(maxsize=64)
def _veil(width: int, height: int, text: str) -> Image.Image:
    """The text over and over at a slant, on nothing."""
    font = _font(max(12, width // 42))
    box = ImageDraw.Draw(Image.new("L", (1, 1))).textbbox((0, 0), text, font=font)
    step_x, step_y = int(box[2] - box[0]) + width // 10, max(int(box[3] - box[1]) * 5, height // 6)
    side = int((width**2 + height**2) ** 0.5) + step_x
    whole = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(whole)
    for row, y in enumerate(range(0, side, step_y)):
        for x in range(-(row % 2) * step_x // 2, side, step_x):
            pen.text((x, y), text, font=font, fill=SHADE)
    turned = whole.rotate(ANGLE, resample=Image.Resampling.BICUBIC)
    left, top = (side - width) // 2, (side - height) // 2
    return turned.crop((left, top, left + width, top + height))


def marked(data: bytes, text: str) -> Image.Image:
    """The picture with the text across it; as it is for an empty text."""
    with Image.open(io.BytesIO(data)) as opened:
        picture = opened.convert("RGBA")
    said = sayable(text)
    if said:
        picture.alpha_composite(_veil(picture.width, picture.height, said))
    return picture.convert("RGB")


def watermark(data: bytes, text: str) -> bytes:
    """The picture as WebP with the text across it."""
    out = io.BytesIO()
    marked(data, text).save(out, "WEBP", quality=QUALITY, method=2)
    return out.getvalue()


def as_pdf(sheets: Sequence[bytes], text: str, title: str) -> bytes:
    """Page pictures as one PDF, the text across each (none when empty)."""

    def rest() -> Iterator[Image.Image]:
        for data in sheets[1:MOST_SHEETS]:
            yield marked(data, text)

    out = io.BytesIO()
    first = marked(sheets[0], text)
    first.save(
        out,
        "PDF",
        save_all=True,
        append_images=rest(),
        resolution=first.width / 13.33,
        quality=PDF_QUALITY,
        title=title,
    )
    return out.getvalue()
