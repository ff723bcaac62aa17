"""Pictures of a source as forms can carry them: PNG of a bounded size, whatever the library holds."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

WIDEST = 2000  # pixels
MOST_PIXELS = 50_000_000


def drawable(data: bytes) -> bytes | None:
    """The picture as PNG, upright, at most WIDEST wide; None when it cannot be read."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            turned = ImageOps.exif_transpose(image).convert("RGBA" if "A" in image.getbands() else "RGB")
            if turned.width > WIDEST:
                turned = turned.resize((WIDEST, max(1, round(turned.height * WIDEST / turned.width))))
            out = io.BytesIO()
            turned.save(out, "PNG")
            return out.getvalue()
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
