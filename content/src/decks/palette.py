"""Looks: the colour world, the fonts and the page frame of one deck, and how a colour is written.

A colour is written as a word: `a1` to `a6` are the accents, `tx`, `bg`, `tx2`, `bg2` the text and ground colours of the
theme, `#rrggbb` a fixed one. `+60` after it means 60 % lighter, `-20` means 20 % darker, `@30` means 30 % opaque:
`a1+85`, `a2-15`, `bg@12`. Theme words stay theme colours in the file, so that a deck can be recoloured in one click.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAMES = {"tx": "tx1", "bg": "bg1", "tx2": "tx2", "bg2": "bg2"} | {f"a{n}": f"accent{n}" for n in range(1, 7)}
_COLOUR = re.compile(r"(?P<base>#[0-9a-fA-F]{6}|[a-z]+[0-9]?)(?P<shade>(?:[+-]\d+)*)(?:@(?P<alpha>\d+))?$")


def colour_xml(word: str) -> str:
    """The DrawingML of a colour word; raises ValueError on a word that is none."""
    found = _COLOUR.match(word)
    if not found:
        raise ValueError(f"{word!r} is not a colour word.")
    base, shade, alpha = found["base"], found["shade"], found["alpha"]
    inner = ""
    for word_step in re.findall(r"[+-]\d+", shade):
        step = int(word_step)
        inner += f'<a:lumMod val="{(100 - abs(step)) * 1000}"/>'
        inner += f'<a:lumOff val="{step * 1000}"/>' if step > 0 else ""
    if alpha:
        inner += f'<a:alpha val="{int(alpha) * 1000}"/>'
    if base.startswith("#"):
        return f'<a:srgbClr val="{base[1:].upper()}">{inner}</a:srgbClr>'
    return f'<a:schemeClr val="{_NAMES[base]}">{inner}</a:schemeClr>'


def solid(word: str | None) -> str:
    return "<a:noFill/>" if word is None else f"<a:solidFill>{colour_xml(word)}</a:solidFill>"


def gradient(first: str, last: str, angle: float = 45) -> str:
    """A linear gradient; the angle is in degrees, clockwise from left-to-right."""
    return (
        '<a:gradFill rotWithShape="1"><a:gsLst>'
        f'<a:gs pos="0">{colour_xml(first)}</a:gs><a:gs pos="100000">{colour_xml(last)}</a:gs>'
        f'</a:gsLst><a:lin ang="{int(angle * 60000)}" scaled="0"/></a:gradFill>'
    )


SERIF = ("Noto Serif CJK SC", "Noto Serif CJK SC")


@dataclass(frozen=True)
class Look:
    """`colours` are dark 1, light 1, dark 2, light 2 and six accents as hex without `#`.

    dark 1 is the text, dark 2 the softer text, light 1 the page, light 2 the ground of cards; `night` swaps the pairs, so
    that the whole deck is drawn on dark. `frame` names the head of content pages, `cover` the motif of the cover. Fonts are Latin and
    East Asian: the East Asian one is what Chinese offices have, the Latin one what renders alike on a server.
    """

    name: str
    colours: tuple[str, ...]
    frame: str = "underline"
    cover: str = "rings"
    card: str = "top"
    heading: tuple[str, str] = ("Noto Sans CJK SC", "Microsoft YaHei")
    body: tuple[str, str] = ("Noto Sans CJK SC", "Microsoft YaHei")
    night: bool = False
    radius: float = 8
    footer: str = "澜川智控"
