"""Pictures that came in as files, made small. Both run in a child (`hub.base.child`): Pillow is imported when asked."""

import io
from typing import TYPE_CHECKING

from hub.base.errors import HubError
from hub.base.i18n import _

if TYPE_CHECKING:
    from PIL import Image

LOGO_WIDTH = 400
DRAWING_WIDTH = 2000


def shrunk(data: bytes, widths: list[int], most_pixels: int) -> list[bytes]:
    """The picture as WebP in these widths in pixels, never enlarged."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = most_pixels
    with Image.open(io.BytesIO(data)) as opened:
        whole = ImageOps.exif_transpose(opened).convert("RGBA")
    made = []
    for width in widths:
        size = (min(width, whole.width), max(1, round(whole.height * min(width, whole.width) / whole.width)))
        out = io.BytesIO()
        whole.resize(size).save(out, "WEBP", quality=82)
        made.append(out.getvalue())
    return made


def logo(data: bytes, most_pixels: int) -> bytes:
    """The picture as WebP, at most 400 px wide and high, what is clear stays clear; HubError for what is no picture."""
    made, _width, _height = _as_webp(data, most_pixels, LOGO_WIDTH)
    return made


def drawing(data: bytes, most_pixels: int) -> tuple[bytes, int, int]:
    """The picture as WebP, at most 2000 px wide and high, and its size; HubError for what is no picture."""
    return _as_webp(data, most_pixels, DRAWING_WIDTH)


def for_slides(data: bytes, most_pixels: int) -> bytes:
    """The picture as a slide takes it: PNG where it is clear in places, else JPEG, at most 2000 px wide and high;
    HubError for what is no picture.
    """
    whole = _whole(data, most_pixels, DRAWING_WIDTH)
    out = io.BytesIO()
    if whole.getchannel("A").getextrema() != (255, 255):  # clear somewhere
        whole.save(out, "PNG", optimize=True)
    else:
        whole.convert("RGB").save(out, "JPEG", quality=88)
    return out.getvalue()


def _as_webp(data: bytes, most_pixels: int, most: int) -> tuple[bytes, int, int]:
    whole = _whole(data, most_pixels, most)
    out = io.BytesIO()
    whole.save(out, "WEBP", quality=90)
    return out.getvalue(), whole.width, whole.height


def _whole(data: bytes, most_pixels: int, most: int) -> "Image.Image":
    """The picture upright with its alpha, at most so wide and high."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None  # counted below, before a pixel is read
    try:
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP", "GIF")) as opened:
            if opened.width * opened.height > most_pixels:
                raise HubError(_("图片的像素太多了，请缩小再传。"))
            whole = ImageOps.exif_transpose(opened).convert("RGBA")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise HubError(_("这不是能用的图片。请换一张 PNG、JPEG 或 WebP。")) from error
    whole.thumbnail((most, most))
    return whole
