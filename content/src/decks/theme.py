"""Theme, master and layout parts of a deck, written as XML and put into python-pptx's empty presentation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .palette import Look, solid
from .shapes import DECLARED, Ink, xfrm_xml

if TYPE_CHECKING:
    from .geometry import Box

_SLOTS = ("dk1", "lt1", "dk2", "lt2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6")


def theme_xml(look: Look) -> bytes:
    colours = "".join(
        f'<a:{slot}><a:srgbClr val="{value.upper()}"/></a:{slot}>'
        for slot, value in zip(_SLOTS, look.colours, strict=True)
    )
    links = f'<a:hlink><a:srgbClr val="{look.colours[4].upper()}"/></a:hlink><a:folHlink><a:srgbClr val="{look.colours[2].upper()}"/></a:folHlink>'

    def font(tag: str, faces: tuple[str, str]) -> str:
        return (
            f'<a:{tag}><a:latin typeface="{faces[0]}"/><a:ea typeface="{faces[1]}"/><a:cs typeface="Arial"/>'
            f'<a:font script="Hans" typeface="{faces[1]}"/></a:{tag}>'
        )

    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    lines = "".join(
        f'<a:ln w="{w}"><a:solidFill><a:schemeClr val="phClr"/></a:solidFill></a:ln>'
        for w in (9525, 19050, 28575)
    )
    effects = "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="{look.name}"><a:themeElements>'
        f'<a:clrScheme name="{look.name}">{colours}{links}</a:clrScheme>'
        f'<a:fontScheme name="{look.name}">{font("majorFont", look.heading)}{font("minorFont", look.body)}</a:fontScheme>'
        f'<a:fmtScheme name="{look.name}"><a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{lines}</a:lnStyleLst>'
        f"<a:effectStyleLst>{effects}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme>"
        "</a:themeElements></a:theme>"
    ).encode()


def tree_xml() -> str:
    return (
        '<p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>'
        '<a:off x="0" y="0"/><a:ext cx="0" cy="0"/><a:chOff x="0" y="0"/><a:chExt cx="0" cy="0"/></a:xfrm></p:grpSpPr></p:spTree>'
    )


def ground_xml(fill: str) -> str:
    """The page ground; `fill` is DrawingML of a fill."""
    return f"<p:bg><p:bgPr>{fill}<a:effectLst/></p:bgPr></p:bg>"


def slide_data(name: str, fill: str) -> Any:
    from pptx.oxml import parse_xml

    label = f' name="{name}"' if name else ""
    return parse_xml(f"<p:cSld {DECLARED}{label}>{ground_xml(fill)}{tree_xml()}</p:cSld>")


def placeholder_xml(kind: str, index: int, box: Box, ink: Ink, prompt: str, name: str) -> str:
    """A placeholder for a layout or the master: kind is `title`, `body`, `sldNum`."""
    idx = f' idx="{index}"' if index else ""
    field = '<a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="zh-CN"/><a:t>‹#›</a:t></a:fld></a:p>'
    fonts = '<a:latin typeface="+mj-lt"/><a:ea typeface="+mj-ea"/>' if ink.heading else ""
    align = {"l": "l", "c": "ctr", "r": "r"}[ink.align]
    style = (
        f'<a:lstStyle><a:lvl1pPr marL="0" indent="0" algn="{align}"><a:lnSpc><a:spcPct val="{int(ink.spacing * 100000)}"/></a:lnSpc>'
        f'<a:spcBef><a:spcPts val="0"/></a:spcBef><a:buNone/><a:defRPr sz="{int(ink.size * 100)}" b="{int(ink.bold)}">'
        f"{solid(ink.colour)}{fonts}</a:defRPr></a:lvl1pPr></a:lstStyle>"
    )
    anchor = {"t": "t", "m": "ctr", "b": "b"}[ink.anchor]
    content = field if kind == "sldNum" else f'<a:p><a:r><a:rPr lang="zh-CN"/><a:t>{prompt}</a:t></a:r></a:p>'
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="@ID@" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f'<p:nvPr><p:ph type="{kind}"{idx}/></p:nvPr></p:nvSpPr><p:spPr>{xfrm_xml(box)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        f'<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}"><a:noAutofit/></a:bodyPr>{style}{content}</p:txBody></p:sp>'
    )


def filled_placeholder_xml(kind: str, index: int, text: str, ink: Ink, name: str) -> str:
    """A slide's placeholder: position and type come from the layout, only the text is here."""
    from xml.sax.saxutils import escape

    idx = f' idx="{index}"' if index else ""
    if kind == "sldNum":
        content = '<a:p><a:fld id="{B6F15528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr lang="zh-CN"/><a:t>‹#›</a:t></a:fld></a:p>'
    else:
        shrunk = f' sz="{int(ink.size * 100)}"' if ink.wrap is False else ""
        content = "".join(
            f'<a:p><a:r><a:rPr lang="zh-CN" altLang="en-US"{shrunk}/><a:t>{escape(part)}</a:t></a:r></a:p>'
            for part in text.split("\n")
        )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="@ID@" name="{name}"/><p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        f'<p:nvPr><p:ph type="{kind}"{idx}/></p:nvPr></p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:lstStyle/>{content}</p:txBody></p:sp>'
    )


def text_styles_xml() -> str:
    """The master's styles: everything else states its own size."""
    levels = "".join(
        f'<a:lvl{n}pPr marL="{(n - 1) * 285750}" indent="0" algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1">'
        f'<a:spcBef><a:spcPts val="600"/></a:spcBef><a:buNone/><a:defRPr sz="{size}" kern="1200">{solid("tx")}'
        f'<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/></a:defRPr></a:lvl{n}pPr>'
        for n, size in enumerate((1800, 1600, 1400, 1200, 1200), start=1)
    )
    return (
        f'<p:txStyles {DECLARED}><p:titleStyle><a:lvl1pPr algn="l" defTabSz="914400" rtl="0" eaLnBrk="1" latinLnBrk="0" hangingPunct="1">'
        f'<a:spcBef><a:spcPct val="0"/></a:spcBef><a:buNone/><a:defRPr sz="2800" b="1" kern="1200">{solid("tx")}<a:latin typeface="+mj-lt"/>'
        f'<a:ea typeface="+mj-ea"/><a:cs typeface="+mj-cs"/></a:defRPr></a:lvl1pPr></p:titleStyle><p:bodyStyle>{levels}</p:bodyStyle>'
        f"<p:otherStyle>{levels}</p:otherStyle></p:txStyles>"
    )
