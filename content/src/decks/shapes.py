"""Shapes written straight as DrawingML, because layouts, masters and slides then share one pen.

Text in a shape knows a small markup: a line break starts a paragraph, `**…**` is bold, `{a2|…}` is coloured, a paragraph
that starts with `• ` gets a real bullet. Text that cannot fit its box is shrunk a little and then noted in
`TROUBLES`; a deck with troubles is refused when it is saved, so that a clipped slide cannot be built.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from .geometry import EMU, LINE, Box, line_count
from .palette import colour_xml, gradient, solid

NS = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
}
DECLARED = " ".join(f'xmlns:{key}="{uri}"' for key, uri in NS.items())
# Texts that did not fit; a deck with any of them is refused when it is saved, all of them at once.
TROUBLES: list[str] = []
_MARK = re.compile(r"\*\*(?P<bold>.+?)\*\*|\{(?P<colour>[a-z0-9#+@-]+)\|(?P<text>(?:\{\{.*?\}\}|[^{}])+)\}")
_ALIGN = {"l": "l", "c": "ctr", "r": "r"}
_ANCHOR = {"t": "t", "m": "ctr", "b": "b"}


@dataclass(frozen=True)
class Ink:
    """How text is set: size in points, colour word, alignment l/c/r, anchor t/m/b, line spacing as a share of the font's.

    `gap` is the space before a paragraph in points, `shrink` how far the size may go down, `measured` false for text of tokens.
    """

    size: float = 14
    colour: str = "tx"
    bold: bool = False
    align: str = "l"
    anchor: str = "t"
    spacing: float = 0.95
    gap: float = 0
    heading: bool = False
    shrink: float = 0.8
    wrap: bool = True
    measured: bool = True


def _runs(text: str, ink: Ink) -> list[tuple[str, bool, str]]:
    out, at = [], 0
    for mark in _MARK.finditer(text):
        if mark.start() > at:
            out.append((text[at : mark.start()], ink.bold, ink.colour))
        if mark["bold"]:
            out.append((mark["bold"], True, ink.colour))
        else:
            out.append((mark["text"], True, mark["colour"]))
        at = mark.end()
    if at < len(text) or not out:
        out.append((text[at:], ink.bold, ink.colour))
    return out


def plain(text: str) -> str:
    return "".join(run[0] for run in _runs(text, Ink()))


def text_height(text: str, ink: Ink, width: float) -> float:
    """Pixels that a text takes in a column of `width` pixels."""
    total = 0.0
    for number, paragraph in enumerate(text.split("\n")):
        room = width - (ink.size * 1.5 if paragraph.startswith("• ") else 0)
        lines = line_count(plain(paragraph.removeprefix("• ")), ink.size, max(room, 1), bold=ink.bold)
        total += lines * ink.size * 4 / 3 * LINE * ink.spacing + (ink.gap * 4 / 3 if number else 0)
    return total


def fitted(text: str, ink: Ink, box: Box) -> Ink:
    """The ink at the largest size at which the text fits the box; when none does, it is noted in `TROUBLES`."""
    if not ink.wrap or not ink.measured:
        return ink
    size = ink.size
    while size >= max(ink.size * ink.shrink, 9.0):
        tried = replace(ink, size=size)
        need = text_height(text, tried, box.w)
        # A single line may reach into its own leading: only glyphs count, and they are lower than the line.
        if need <= box.h + 2 or (need < size * 4 / 3 * LINE * 1.5 and need * 0.8 <= box.h):
            return tried
        size -= 0.5
    smallest = replace(ink, size=size + 0.5)
    TROUBLES.append(
        f"{text[:40]!r} needs {text_height(text, smallest, box.w):.0f} px of height in {box.w:.0f} x {box.h:.0f} px."
    )
    return smallest


def even_size(parts: list[tuple[str, Box]], ink: Ink, top: float) -> float:
    """The largest size up to `top` at which every text fits its box: siblings then look alike."""
    size = top
    while size > ink.size * 0.75 and any(
        text_height(text, replace(ink, size=size), box.w) > box.h for text, box in parts
    ):
        size -= 0.5
    return size


def _run_xml(run: tuple[str, bool, str], ink: Ink) -> str:
    text, bold, colour = run
    fonts = '<a:latin typeface="+mj-lt"/><a:ea typeface="+mj-ea"/>' if ink.heading else ""
    return (
        f'<a:r><a:rPr lang="zh-CN" altLang="en-US" sz="{int(ink.size * 100)}" b="{int(bold)}" dirty="0">'
        f"{solid(colour)}{fonts}</a:rPr><a:t>{escape(text)}</a:t></a:r>"
    )


def _paragraph_xml(text: str, ink: Ink, *, first: bool) -> str:
    bullet, indent = "<a:buNone/>", ' marL="0" indent="0"'
    if text.startswith("• "):
        text, step = text[2:], int(ink.size * 1.25 * 12700)
        indent = f' marL="{step}" indent="-{step}"'
        dot = ink.colour if ink.colour.startswith(("#FFFFFF", "bg")) else "a1"
        bullet = f'<a:buClr>{colour_xml(dot)}</a:buClr><a:buFont typeface="Arial"/><a:buChar char="•"/>'
    before = 0 if first else int(ink.gap * 100)
    runs = "".join(_run_xml(run, ink) for run in _runs(text, ink))
    return (
        f'<a:p><a:pPr algn="{_ALIGN[ink.align]}"{indent}><a:lnSpc><a:spcPct val="{int(ink.spacing * 100000)}"/></a:lnSpc>'
        f'<a:spcBef><a:spcPts val="{before}"/></a:spcBef>{bullet}</a:pPr>{runs}</a:p>'
    )


def paragraphs_xml(text: str, ink: Ink) -> str:
    return "".join(_paragraph_xml(part, ink, first=not n) for n, part in enumerate(text.split("\n")))


def body_xml(text: str, ink: Ink, pad: tuple[float, float, float, float], tag: str = "p:txBody") -> str:
    left, top, right, bottom = (int(side * EMU) for side in pad)
    wrap = "square" if ink.wrap else "none"
    return (
        f'<{tag}><a:bodyPr wrap="{wrap}" lIns="{left}" tIns="{top}" rIns="{right}" bIns="{bottom}" '
        f'anchor="{_ANCHOR[ink.anchor]}" rtlCol="0"><a:noAutofit/></a:bodyPr><a:lstStyle/>{paragraphs_xml(text, ink)}</{tag}>'
    )


def line_xml(colour: str | None, width: float, dash: str | None = None, ends: str = "") -> str:
    if colour is None:
        return "<a:ln><a:noFill/></a:ln>"
    dashed = f'<a:prstDash val="{dash}"/>' if dash else ""
    return f'<a:ln w="{int(width * EMU)}" cap="rnd">{solid(colour)}{dashed}<a:round/>{ends}</a:ln>'


SHADOW = (
    '<a:effectLst><a:outerShdw blurRad="127000" dist="38100" dir="5400000" algn="t" rotWithShape="0">'
    '<a:srgbClr val="0F172A"><a:alpha val="14000"/></a:srgbClr></a:outerShdw></a:effectLst>'
)


def xfrm_xml(box: Box, *, rot: float = 0, flip: str = "", tag: str = "a:xfrm") -> str:
    turn = f' rot="{int(rot * 60000)}"' if rot else ""
    return (
        f'<{tag}{turn}{flip}><a:off x="{round(box.x * EMU)}" y="{round(box.y * EMU)}"/>'
        f'<a:ext cx="{round(box.w * EMU)}" cy="{round(box.h * EMU)}"/></{tag}>'
    )


class Pen:
    """Draws on one shape tree. `part` is the slide, layout or master part that owns the tree (for pictures)."""

    def __init__(self, tree: Any, part: Any) -> None:
        self.tree, self.part = tree, part

    def _next_id(self) -> int:
        ids = [int(found) for found in self.tree.xpath(".//p:cNvPr/@id")]
        return max([1, *ids]) + 1

    def append(self, xml: str) -> Any:
        """Adds one element written with the prefixes a, p and r; `@ID@` in it becomes a fresh shape id."""
        text = xml.replace("@ID@", str(self._next_id()))
        # The names of the prefixes go into the first tag, which never has attributes here.
        rest = text.replace(">", f" {DECLARED}>", 1)
        from pptx.oxml import parse_xml

        element = parse_xml(rest)
        self.tree.append(element)
        etree.cleanup_namespaces(element)
        return element

    def shape(
        self,
        box: Box,
        text: str = "",
        *,
        geom: str = "rect",
        fill: str | None = None,
        grad: tuple[str, str, float] | None = None,
        line: str | None = None,
        width: float = 1,
        dash: str | None = None,
        radius: float = 0,
        adj: dict[str, int] | None = None,
        shadow: bool = False,
        rot: float = 0,
        flip: str = "",
        ink: Ink | None = None,
        pad: tuple[float, float, float, float] | float = 0,
        name: str = "",
        descr: str = "",
    ) -> Any:
        """One autoshape; `radius` in pixels makes a rounded rectangle, `pad` is one inset or left, top, right, bottom."""
        pads = (pad, pad, pad, pad) if isinstance(pad, (int, float)) else pad
        if radius:
            geom, adj = "roundRect", {"adj": int(min(radius / min(box.w, box.h), 0.5) * 100000)}
        guides = "".join(f'<a:gd name="{key}" fmla="val {val}"/>' for key, val in (adj or {}).items())
        ink = ink or Ink()
        if text:
            inner = Box(0, 0, box.w - pads[0] - pads[2], box.h - pads[1] - pads[3])
            ink = fitted(text, ink, inner)
        boxed = "" if fill or grad or line else ' txBox="1"'
        label = name or (plain(text).split("\n")[0][:24] if text else "图形")
        return self.append(
            f'<p:sp><p:nvSpPr><p:cNvPr id="@ID@" name={quoteattr(label)}{f" descr={quoteattr(descr)}" if descr else ""}/>'
            f"<p:cNvSpPr{boxed if text else ''}/><p:nvPr/></p:nvSpPr><p:spPr>{xfrm_xml(box, rot=rot, flip=flip)}"
            f'<a:prstGeom prst="{geom}"><a:avLst>{guides}</a:avLst></a:prstGeom>'
            f"{gradient(*grad) if grad else solid(fill)}{line_xml(line, width, dash)}{SHADOW if shadow else ''}</p:spPr>"
            f"{body_xml(text, ink, pads)}</p:sp>"
        )

    def text(self, box: Box, text: str, size: float = 14, colour: str = "tx", **more: Any) -> Any:
        """A text box; keywords are those of `Ink`."""
        name = more.pop("name", "")
        return self.shape(box, text, ink=Ink(size=size, colour=colour, **more), name=name)

    def line(
        self,
        start: tuple[float, float],
        end: tuple[float, float],
        colour: str = "tx2",
        width: float = 1.5,
        *,
        dash: str | None = None,
        arrow: bool = False,
        both: bool = False,
    ) -> Any:
        x, y = min(start[0], end[0]), min(start[1], end[1])
        box = Box(x, y, abs(end[0] - start[0]), abs(end[1] - start[1]))
        flip = (' flipH="1"' if end[0] < start[0] else "") + (' flipV="1"' if end[1] < start[1] else "")
        ends = '<a:headEnd type="triangle"/>' if both else ""
        ends += '<a:tailEnd type="triangle"/>' if arrow or both else ""
        return self.append(
            f'<p:cxnSp><p:nvCxnSpPr><p:cNvPr id="@ID@" name="连接线"/><p:cNvCxnSpPr/><p:nvPr/></p:nvCxnSpPr>'
            f'<p:spPr>{xfrm_xml(box, flip=flip)}<a:prstGeom prst="line"><a:avLst/></a:prstGeom>'
            f"{line_xml(colour, width, dash, ends)}</p:spPr></p:cxnSp>"
        )

    def path(
        self,
        box: Box,
        paths: list[str],
        *,
        grid: tuple[float, float],
        fill: str | None = None,
        line: str | None = None,
        width: float = 2,
        name: str = "图形",
    ) -> Any:
        """Freeform of SVG-like paths with absolute M, L, C, Z and points on a grid of the given size."""
        body = "".join(_path_xml(path, grid, filled=fill is not None) for path in paths)
        return self.append(
            f'<p:sp><p:nvSpPr><p:cNvPr id="@ID@" name={quoteattr(name)}/><p:cNvSpPr/><p:nvPr/></p:nvSpPr>'
            f"<p:spPr>{xfrm_xml(box)}<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
            f'<a:rect l="0" t="0" r="r" b="b"/><a:pathLst>{body}</a:pathLst></a:custGeom>'
            f"{solid(fill)}{line_xml(line, width)}</p:spPr></p:sp>"
        )

    def group(self, box: Box, name: str, descr: str = "") -> Pen:
        """A group of that place; what the pen in the answer draws, in the slide's own pixels, is in it."""
        element = self.append(
            f'<p:grpSp><p:nvGrpSpPr><p:cNvPr id="@ID@" name={quoteattr(name)} descr={quoteattr(descr)}/>'
            f"<p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr>{_group_place(box)}</p:grpSpPr></p:grpSp>"
        )
        return _InGroup(element, self.part, self)

    def picture(self, box: Box, data: bytes, descr: str, *, radius: float = 0) -> Any:
        import io

        _image, rel = self.part.get_or_add_image_part(io.BytesIO(data))
        adj = int(min(radius / min(box.w, box.h), 0.5) * 100000)
        geom = (
            f'<a:prstGeom prst="roundRect"><a:avLst><a:gd name="adj" fmla="val {adj}"/></a:avLst></a:prstGeom>'
            if radius
            else '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        )
        return self.append(
            f'<p:pic><p:nvPicPr><p:cNvPr id="@ID@" name="插图" descr={quoteattr(descr)}/><p:cNvPicPr/><p:nvPr/></p:nvPicPr>'
            f'<p:blipFill><a:blip r:embed="{rel}"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
            f"<p:spPr>{xfrm_xml(box)}{geom}</p:spPr></p:pic>"
        )


class _InGroup(Pen):
    """Draws into a group; ids stay unique on the whole slide."""

    def __init__(self, element: Any, part: Any, slide: Pen) -> None:
        super().__init__(element, part)
        self._slide = slide

    def _next_id(self) -> int:
        return self._slide._next_id()


def _group_place(box: Box) -> str:
    """The place, and the same place again for what is inside: one pixel in the group is one on the slide."""
    whole = xfrm_xml(box)
    inside = whole[whole.index("<a:off") : whole.index("</a:xfrm>")]
    inside = inside.replace("<a:off", "<a:chOff").replace("<a:ext", "<a:chExt")
    return whole.replace("</a:xfrm>", f"{inside}</a:xfrm>")


_STEP = re.compile(r"[MLCZ]|-?\d+\.?\d*")
_VERBS = {"M": ("moveTo", 1), "L": ("lnTo", 1), "C": ("cubicBezTo", 3), "Z": ("close", 0)}


def _path_xml(path: str, grid: tuple[float, float], *, filled: bool) -> str:
    tokens = _STEP.findall(path)
    out, at, verb = "", 0, "M"
    while at < len(tokens):
        if tokens[at] in _VERBS:
            verb, at = tokens[at], at + 1
        tag, count = _VERBS[verb]
        values = [round(float(value) * 100) for value in tokens[at : at + 2 * count]]
        at += 2 * count
        points = "".join(f'<a:pt x="{values[n]}" y="{values[n + 1]}"/>' for n in range(0, len(values), 2))
        out += f"<a:{tag}>{points}</a:{tag}>" if points else f"<a:{tag}/>"
        verb = "L" if verb == "M" else verb
    mode = "" if filled else ' fill="none"'
    return f'<a:path w="{round(grid[0] * 100)}" h="{round(grid[1] * 100)}"{mode}>{out}</a:path>'
