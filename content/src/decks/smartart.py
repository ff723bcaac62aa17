"""A native SmartArt of steps side by side: what PowerPoint edits (data, layout, style, colours) and what others draw (drawing)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from pptx.opc.package import Part
from pptx.opc.packuri import PackURI

from .geometry import EMU, Box
from .palette import solid

if TYPE_CHECKING:
    from .deck import Page

_A = "http://schemas.openxmlformats.org/drawingml/2006/main"
_DGM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
_DSP = "http://schemas.microsoft.com/office/drawing/2008/diagram"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NS = f'xmlns:dgm="{_DGM}" xmlns:a="{_A}" xmlns:r="{_R}"'
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.diagram{}+xml"
_DRAWING_TYPE = "application/vnd.ms-office.drawingml.diagramDrawing+xml"
_DRAWING_REL = "http://schemas.microsoft.com/office/2007/relationships/diagramDrawing"
_GAP = 0.04
_BODY = '<a:bodyPr lIns="152400" tIns="76200" rIns="76200" bIns="76200" anchor="ctr"/><a:lstStyle/>'


def steps(
    p: Page, box: Box, texts: list[tuple[str, str]], *, name: str, descr: str, colours: list[str]
) -> None:
    """One arrow a step, heading and text in it, filling the box."""
    package = p.part.package
    number = 1 + sum(str(part.partname).startswith("/ppt/diagrams/data") for part in package.iter_parts())

    def add(kind: str, xml: str, rel: str, content_type: str) -> str:
        part = Part(
            PackURI(f"/ppt/diagrams/{kind}{number}.xml"), content_type, package, (_HEAD + xml).encode()
        )
        return str(p.part.relate_to(part, rel))

    drawing = add("drawing", _drawing(box, texts, colours), _DRAWING_REL, _DRAWING_TYPE)
    ids = {
        "dm": add("data", _data(texts, drawing), f"{_R}/diagramData", _TYPE.format("Data")),
        "lo": add("layout", _LAYOUT, f"{_R}/diagramLayout", _TYPE.format("Layout")),
        "qs": add("quickStyle", _STYLE, f"{_R}/diagramQuickStyle", _TYPE.format("Style")),
        "cs": add("colors", _COLOURS, f"{_R}/diagramColors", _TYPE.format("Colors")),
    }
    links = " ".join(f'r:{key}="{rel}"' for key, rel in ids.items())
    p.append(
        f'<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="@ID@" name="{escape(name)}" descr="{escape(descr)}"/>'
        f"<p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>{_place(box, 'p:xfrm')}"
        f'<a:graphic><a:graphicData uri="{_DGM}"><dgm:relIds xmlns:dgm="{_DGM}" {links}/></a:graphicData></a:graphic>'
        "</p:graphicFrame>"
    )


def _place(box: Box, tag: str) -> str:
    x, y, w, h = (round(side * EMU) for side in (box.x, box.y, box.w, box.h))
    return f'<{tag}><a:off x="{x}" y="{y}"/><a:ext cx="{w}" cy="{h}"/></{tag}>'


def _paragraphs(title: str, text: str, *, ink: str = "") -> str:
    fill = solid(ink) if ink else ""
    return (
        f'<a:p><a:r><a:rPr lang="zh-CN" sz="2000" b="1" dirty="0">{fill}</a:rPr><a:t>{escape(title)}</a:t></a:r></a:p>'
        '<a:p><a:pPr><a:spcBef><a:spcPts val="600"/></a:spcBef></a:pPr>'
        f'<a:r><a:rPr lang="zh-CN" sz="1400" dirty="0">{fill}</a:rPr><a:t>{escape(text)}</a:t></a:r></a:p>'
    )


def _data(texts: list[tuple[str, str]], drawing: str) -> str:
    """The points: the document, the steps, and for each connection what stands between."""
    empty = '<dgm:spPr/><dgm:t><a:bodyPr/><a:lstStyle/><a:p><a:endParaRPr lang="zh-CN"/></a:p></dgm:t>'
    document = (
        '<dgm:pt modelId="1" type="doc"><dgm:prSet loTypeId="urn:lanchuan:layout:steps" loCatId="process" '
        'qsTypeId="urn:lanchuan:style:plain" qsCatId="simple" csTypeId="urn:lanchuan:colors:accents" '
        f'csCatId="accent1"/>{empty}</dgm:pt>'
    )
    points = [document]
    links = []
    for at, (title, text) in enumerate(texts):
        node, out, between, link = (base + at for base in (100, 200, 300, 400))
        body = f"<a:bodyPr/><a:lstStyle/>{_paragraphs(title, text)}"
        points.append(f'<dgm:pt modelId="{node}"><dgm:prSet/><dgm:spPr/><dgm:t>{body}</dgm:t></dgm:pt>')
        points.append(f'<dgm:pt modelId="{out}" type="parTrans" cxnId="{link}"><dgm:prSet/>{empty}</dgm:pt>')
        points.append(
            f'<dgm:pt modelId="{between}" type="sibTrans" cxnId="{link}"><dgm:prSet/>{empty}</dgm:pt>'
        )
        links.append(
            f'<dgm:cxn modelId="{link}" srcId="1" destId="{node}" srcOrd="{at}" destOrd="0" parTransId="{out}" '
            f'sibTransId="{between}"/>'
        )
    return (
        f"<dgm:dataModel {_NS}><dgm:ptLst>{''.join(points)}</dgm:ptLst><dgm:cxnLst>{''.join(links)}</dgm:cxnLst>"
        '<dgm:bg/><dgm:whole/><dgm:extLst><a:ext uri="http://schemas.microsoft.com/office/drawing/2008/diagram">'
        f'<dsp:dataModelExt xmlns:dsp="{_DSP}" relId="{drawing}" minVer="{_DGM}"/></a:ext></dgm:extLst></dgm:dataModel>'
    )


def _drawing(box: Box, texts: list[tuple[str, str]], colours: list[str]) -> str:
    gap = box.w * _GAP
    shapes = []
    for at, (cell, (title, text)) in enumerate(
        zip(Box(0, 0, box.w, box.h).columns(len(texts), gap), texts, strict=True)
    ):
        shapes.append(
            f'<dsp:sp modelId="{{{at + 1:08X}-0000-4000-8000-000000000000}}"><dsp:nvSpPr><dsp:cNvPr id="0" name=""/><dsp:cNvSpPr/></dsp:nvSpPr>'
            f'<dsp:spPr>{_place(cell, "a:xfrm")}<a:prstGeom prst="homePlate"><a:avLst><a:gd name="adj" fmla="val 18000"/></a:avLst>'
            f"</a:prstGeom>{solid(colours[at % len(colours)])}<a:ln><a:noFill/></a:ln></dsp:spPr>"
            '<dsp:style><a:lnRef idx="0"><a:scrgbClr r="0" g="0" b="0"/></a:lnRef><a:fillRef idx="0"><a:scrgbClr r="0" g="0" b="0"/>'
            '</a:fillRef><a:effectRef idx="0"><a:scrgbClr r="0" g="0" b="0"/></a:effectRef><a:fontRef idx="minor"><a:schemeClr val="lt1"/>'
            f"</a:fontRef></dsp:style><dsp:txBody>{_BODY}{_paragraphs(title, text, ink='#FFFFFF')}</dsp:txBody>"
            f"{_place(Box(cell.x + 8, cell.y, cell.w * 0.86, cell.h), 'dsp:txXfrm')}</dsp:sp>"
        )
    return (
        f'<dsp:drawing xmlns:dgm="{_DGM}" xmlns:dsp="{_DSP}" xmlns:a="{_A}"><dsp:spTree><dsp:nvGrpSpPr><dsp:cNvPr id="0" name=""/>'
        f"<dsp:cNvGrpSpPr/></dsp:nvGrpSpPr><dsp:grpSpPr/>{''.join(shapes)}</dsp:spTree></dsp:drawing>"
    )


def _sample(tag: str) -> str:
    return f"<dgm:{tag}><dgm:dataModel><dgm:ptLst/><dgm:bg/><dgm:whole/></dgm:dataModel></dgm:{tag}>"


_SHAPE = '<dgm:shape r:blip=""><dgm:adjLst/></dgm:shape>'
_LAYOUT = (
    f'<dgm:layoutDef {_NS} uniqueId="urn:lanchuan:layout:steps"><dgm:title val=""/><dgm:desc val=""/>'
    '<dgm:catLst><dgm:cat type="process" pri="1000"/></dgm:catLst>'
    f"{_sample('sampData')}{_sample('styleData')}{_sample('clrData')}"
    '<dgm:layoutNode name="steps"><dgm:varLst><dgm:dir/><dgm:resizeHandles val="exact"/></dgm:varLst>'
    f'<dgm:alg type="lin"/>{_SHAPE}<dgm:presOf/><dgm:constrLst>'
    '<dgm:constr type="w" for="ch" ptType="node" refType="w"/><dgm:constr type="h" for="ch" ptType="node" refType="h"/>'
    '<dgm:constr type="w" for="ch" ptType="sibTrans" refType="w" refFor="ch" refPtType="node" fact="0.12"/>'
    '<dgm:constr type="primFontSz" for="ch" ptType="node" op="equ" val="20"/></dgm:constrLst><dgm:ruleLst/>'
    '<dgm:forEach name="each" axis="ch" ptType="node"><dgm:layoutNode name="step"><dgm:varLst><dgm:bulletEnabled val="1"/></dgm:varLst>'
    '<dgm:alg type="tx"><dgm:param type="parTxLTRAlign" val="l"/></dgm:alg>'
    '<dgm:shape type="homePlate" r:blip=""><dgm:adjLst><dgm:adj idx="1" val="0.18"/></dgm:adjLst></dgm:shape>'
    '<dgm:presOf axis="desOrSelf" ptType="node"/><dgm:constrLst/>'
    '<dgm:ruleLst><dgm:rule type="primFontSz" val="5" fact="NaN" max="NaN"/></dgm:ruleLst></dgm:layoutNode>'
    '<dgm:forEach name="between" axis="followSib" ptType="sibTrans" cnt="1"><dgm:layoutNode name="gap"><dgm:alg type="sp"/>'
    f"{_SHAPE}<dgm:presOf/><dgm:constrLst/><dgm:ruleLst/></dgm:layoutNode></dgm:forEach></dgm:forEach></dgm:layoutNode></dgm:layoutDef>"
)
_FLAT = "".join(
    f'<a:{tag} idx="{idx}"><a:scrgbClr r="0" g="0" b="0"/></a:{tag}>'
    for tag, idx in (("lnRef", 0), ("fillRef", 1), ("effectRef", 0))
)
_STYLE = (
    f'<dgm:styleDef {_NS} uniqueId="urn:lanchuan:style:plain"><dgm:title val=""/><dgm:desc val=""/>'
    '<dgm:catLst><dgm:cat type="simple" pri="10100"/></dgm:catLst><dgm:styleLbl name="node1">'
    '<dgm:scene3d><a:camera prst="orthographicFront"/><a:lightRig rig="threePt" dir="t"/></dgm:scene3d><dgm:sp3d/><dgm:txPr/>'
    f'<dgm:style>{_FLAT}<a:fontRef idx="minor"><a:schemeClr val="lt1"/></a:fontRef></dgm:style></dgm:styleLbl></dgm:styleDef>'
)
_COLOURS = (
    f'<dgm:colorsDef {_NS} uniqueId="urn:lanchuan:colors:accents"><dgm:title val=""/><dgm:desc val=""/>'
    '<dgm:catLst><dgm:cat type="colorful" pri="10100"/></dgm:catLst><dgm:styleLbl name="node1">'
    '<dgm:fillClrLst meth="repeat"><a:schemeClr val="accent1"/><a:schemeClr val="accent4"/><a:schemeClr val="accent3"/></dgm:fillClrLst>'
    '<dgm:linClrLst meth="repeat"><a:schemeClr val="lt1"/></dgm:linClrLst><dgm:effectClrLst/><dgm:txLinClrLst/>'
    '<dgm:txFillClrLst meth="repeat"><a:schemeClr val="lt1"/></dgm:txFillClrLst><dgm:txEffectClrLst/></dgm:styleLbl></dgm:colorsDef>'
)
