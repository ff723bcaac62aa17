"""Pictures from values put into a template's shapes: cropped to fill the shape, or fitted inside it.

A picture value is the bytes of an image file, their base64 text (with or without `data:image/png;base64,`
in front), or a mapping with one of them under `data` and, under `alt`, words for who cannot see it.
"""

import base64
import binascii
import copy
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree
from PIL import Image, ImageOps, UnidentifiedImageError

from hub.slides import names
from hub.slides.copies import add_rel
from hub.slides.package import Package
from hub.slides.places import Box, own_box

A, P, R = f"{{{names.A}}}", f"{{{names.P}}}", f"{{{names.R}}}"
MOST_PIXELS = 50_000_000
_KEPT = {"PNG": "png", "JPEG": "jpeg", "GIF": "gif"}
"""Formats that every program draws; others are rewritten as PNG."""
_ORIENTATION = 0x0112
_FULL = 100_000
_FILLS = ("noFill", "solidFill", "gradFill", "blipFill", "pattFill", "grpFill")


@dataclass(frozen=True)
class Picture:
    """An image that slides can carry. Sizes in pixels."""

    data: bytes
    extension: str
    width: int
    height: int


class NoPicture(ValueError):  # noqa: N818 - told as a problem of its place
    """The value is no picture; the text is a sentence."""


def read_picture(value: object) -> Picture:
    """Raises NoPicture when the value is none, is too large, or cannot be read."""
    data = _bytes(value)
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.width * image.height > MOST_PIXELS:
                raise NoPicture(f"图片有 {image.width}×{image.height} 像素，太大了（最多 5000 万像素）。")
            upright = image.getexif().get(_ORIENTATION, 1) == 1
            if upright and image.format in _KEPT:
                return Picture(data, _KEPT[image.format], image.width, image.height)
            turned = ImageOps.exif_transpose(image)
            turned = turned if turned.mode in ("1", "L", "LA", "P", "RGB", "RGBA") else turned.convert("RGB")
            buffer = io.BytesIO()
            turned.save(buffer, "PNG")
            return Picture(buffer.getvalue(), "png", turned.width, turned.height)
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, NoPicture):
            raise
        raise NoPicture("这不是能放进幻灯片的图片，请换成 PNG 或 JPEG。") from error


def _bytes(value: object) -> bytes:
    if isinstance(value, Mapping):
        value = value.get("data")
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str):
        raise NoPicture("这里要一张图片。")
    try:
        return base64.b64decode(
            value.partition(",")[2] if value.startswith("data:") else value, validate=True
        )
    except (binascii.Error, ValueError):
        raise NoPicture("这里要一张图片，给的却是文字。") from None


def place(
    shape: etree._Element, box: Box, picture: Picture, *, fit: bool, package: Package, part: str
) -> etree._Element:
    """Show the picture in the shape's `box`; the picture element that now stands in the shape's stead.

    `fit` shows all of it inside the box, else it fills the box and is cropped.
    """
    rel_id = add_rel(package, part, "image", _add(package, picture))
    element = shape if shape.tag == f"{P}pic" else _as_picture(shape)
    blip_fill = element.find(f"{P}blipFill")
    if blip_fill is None:
        raise NoPicture("这个形状放不了图片。")
    for child in list(blip_fill):
        blip_fill.remove(child)
    etree.SubElement(blip_fill, f"{A}blip", {f"{R}embed": rel_id})
    if not fit:
        etree.SubElement(blip_fill, f"{A}srcRect", _crop(box, picture))
    etree.SubElement(etree.SubElement(blip_fill, f"{A}stretch"), f"{A}fillRect")
    inner = own_box(shape)
    if inner is None or shape.tag == f"{P}pic" or fit:
        _set_box(element, _inside(inner or box, picture) if fit else inner or box)
    return element


def _add(package: Package, picture: Picture) -> str:
    """One part for equal pictures, named by their content."""
    name = f"/ppt/media/{hashlib.sha256(picture.data).hexdigest()[:16]}.{picture.extension}"
    if name not in package:
        package.put(name, picture.data, names.DEFAULT_TYPES[picture.extension])
    return name


def _crop(box: Box, picture: Picture) -> dict[str, str]:
    """How much to leave out on opposite sides so that the rest has the box's shape."""
    wanted, own = box[2] / max(box[3], 1), picture.width / picture.height
    if own > wanted:
        side = str(round((1 - wanted / own) / 2 * _FULL))
        return {"l": side, "r": side}
    side = str(round((1 - own / wanted) / 2 * _FULL)) if wanted else "0"
    return {"t": side, "b": side}


def _inside(box: Box, picture: Picture) -> Box:
    """The largest box of the picture's shape inside `box`, in its middle."""
    x, y, width, height = box
    scale = min(width / picture.width, height / picture.height)
    wide, high = round(picture.width * scale), round(picture.height * scale)
    return x + (width - wide) // 2, y + (height - high) // 2, wide, high


def _set_box(element: etree._Element, box: Box) -> None:
    properties = element.find(f"{P}spPr")
    if properties is None:
        properties = etree.SubElement(element, f"{P}spPr")
    xfrm = properties.find(f"{A}xfrm")
    if xfrm is None:
        xfrm = etree.Element(f"{A}xfrm")
        properties.insert(0, xfrm)
    for tag in ("off", "ext"):
        for old in xfrm.findall(f"{A}{tag}"):
            xfrm.remove(old)
    xfrm.insert(0, etree.Element(f"{A}ext", cx=str(box[2]), cy=str(box[3])))
    xfrm.insert(0, etree.Element(f"{A}off", x=str(box[0]), y=str(box[1])))


def _as_picture(shape: etree._Element) -> etree._Element:
    """A picture element with the shape's identity, place, outline and effects; it takes the shape's place."""
    element = etree.Element(f"{P}pic", nsmap={key: url for key, url in shape.nsmap.items() if key})
    identity = etree.SubElement(element, f"{P}nvPicPr")
    for child in shape.iterfind(f"{P}nvSpPr/*"):
        identity.append(copy.deepcopy(child))
    middle = identity.find(f"{P}cNvSpPr")
    locks = etree.Element(f"{P}cNvPicPr")
    etree.SubElement(locks, f"{A}picLocks", noChangeAspect="1")
    if middle is not None:
        identity.replace(middle, locks)
    etree.SubElement(element, f"{P}blipFill")
    properties = copy.deepcopy(shape.find(f"{P}spPr"))
    if properties is None:
        properties = etree.Element(f"{P}spPr")
    for tag in _FILLS:
        for fill in properties.findall(f"{A}{tag}"):
            properties.remove(fill)
    if properties.find(f"{A}prstGeom") is None and properties.find(f"{A}custGeom") is None:
        _add_rectangle(properties)
    element.append(properties)
    parent = shape.getparent()
    if parent is not None:
        parent.replace(shape, element)
    return element


def _add_rectangle(properties: etree._Element) -> None:
    rectangle = etree.Element(f"{A}prstGeom", prst="rect")
    etree.SubElement(rectangle, f"{A}avLst")
    xfrm = properties.find(f"{A}xfrm")
    if xfrm is None:
        properties.insert(0, rectangle)
    else:
        xfrm.addnext(rectangle)
