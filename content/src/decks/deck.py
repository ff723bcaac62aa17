"""A deck being built: an empty presentation with our own theme, master and layouts, and pages that are drawn on."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import replace
from typing import Any

from pptx import Presentation
from pptx.oxml import parse_xml

from . import theme
from .frames import FRAMES, OTHERS, Spots
from .freeze import freeze
from .geometry import EMU, HEIGHT, WIDTH, Box
from .palette import Look, gradient, solid
from .shapes import TROUBLES, Ink, Pen, fitted

LAYOUTS = ("content", "cover", "section", "split", "night", "picture", "closing")
LABELS = {
    "content": "正文",
    "cover": "封面",
    "section": "章节",
    "split": "左栏",
    "night": "深色",
    "picture": "上图下文",
    "closing": "结尾",
}


def ground(look: Look, layout: str) -> str:
    """The fill of a layout's page."""
    if layout in {"cover", "section", "closing"}:
        return gradient("bg", "a1-60", 40) if look.night else gradient("tx", "a1", 40)
    if layout == "night":
        return solid("bg-25") if look.night else solid("tx")
    if layout == "content" and look.frame == "sheet":
        return solid("bg2")
    return solid("bg")


class Page(Pen):
    """One slide; `area` is where the content goes, the colour names fit light and dark ground."""

    def __init__(self, slide: Any, spots: Spots, look: Look) -> None:
        super().__init__(slide.shapes._spTree, slide.part)
        self.slide, self.spots, self.look, self.area = slide, spots, look, spots.area
        self.dark = spots.dark
        white = "tx" if look.night else "bg"
        self.ink = white if spots.dark else "tx"
        self.soft = f"{white}@78" if spots.dark else "tx2"
        self.card = f"{white}@9" if spots.dark else "bg2"
        self.hair = f"{white}@22" if spots.dark else "tx2+72"
        self.strong = "a2+20" if spots.dark and not look.night else "a1"

    def source(self, text: str) -> None:
        """Where the figures come from, right of the footer."""
        box = Box(max(300, self.area.x), 683, 1130 - max(300, self.area.x), 22)
        self.text(box, text, 9, self.soft, align="r", anchor="m", name="数据来源")


class Deck:
    def __init__(self, look: Look, title: str, *, subject: str = "", keywords: str = "") -> None:
        self.look = look
        self.prs = Presentation()
        self.prs.slide_width, self.prs.slide_height = WIDTH * EMU, HEIGHT * EMU
        self.spots: dict[str, Spots] = {}
        self._make_master()
        self._make_layouts()
        self._properties(title, subject, keywords)

    def _properties(self, title: str, subject: str, keywords: str) -> None:
        core = self.prs.core_properties
        core.title, core.subject, core.keywords = title, subject, keywords
        core.author = core.last_modified_by = "澜川智控 产品市场部"
        core.created = core.modified = dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)
        core.language, core.revision = "zh-CN", 1
        package = self.prs.part.package
        for rel in list(package._rels.values()):
            if rel.reltype.endswith("/thumbnail"):
                package._rels.pop(rel.rId)
        for rel in list(self.prs.part.rels.values()):
            if rel.reltype.endswith("/printerSettings"):
                self.prs.part.rels.pop(rel.rId)

    def _make_master(self) -> None:
        master = self.prs.slide_master
        for rel in master.part.rels.values():
            if rel.reltype.endswith("/theme"):
                rel.target_part._blob = theme.theme_xml(self.look)
        element = master.part._element
        element.replace(element.cSld, theme.slide_data("", solid("bg")))
        pen = Pen(element.cSld.spTree, master.part)
        pen.append(
            theme.placeholder_xml(
                "title", 0, Box(56, 44, 1168, 54), Ink(27, "tx", bold=True, heading=True), "标题", "标题"
            )
        )
        pen.append(theme.placeholder_xml("body", 1, Box(56, 136, 1168, 520), Ink(16), "正文", "正文"))
        pen.append(
            theme.placeholder_xml(
                "sldNum", 4, Box(1144, 683, 80, 22), Ink(9, "tx2", align="r", anchor="m"), "", "页码"
            )
        )
        styles = element.find("{http://schemas.openxmlformats.org/presentationml/2006/main}txStyles")
        element.replace(styles, parse_xml(theme.text_styles_xml()))
        if self.look.night:
            swap = element.find("{http://schemas.openxmlformats.org/presentationml/2006/main}clrMap")
            for key, value in (("bg1", "dk1"), ("tx1", "lt1"), ("bg2", "dk2"), ("tx2", "lt2")):
                swap.set(key, value)

    def _make_layouts(self) -> None:
        layouts = list(self.prs.slide_layouts)
        for spare in layouts[len(LAYOUTS) :]:
            self.prs.slide_layouts.remove(spare)
        for layout, key in zip(layouts, LAYOUTS, strict=False):
            self._make_layout(layout, key)

    def _make_layout(self, layout: Any, key: str) -> None:
        element = layout.part._element
        element.attrib.pop("type", None)
        element.attrib.pop("preserve", None)
        element.replace(element.cSld, theme.slide_data(LABELS[key], ground(self.look, key)))
        pen = Pen(element.cSld.spTree, layout.part)
        draw = FRAMES[self.look.frame] if key == "content" else OTHERS[key]
        spots = draw(pen, self.look)
        self.spots[key] = spots
        pen.append(theme.placeholder_xml("title", 0, spots.title, spots.title_ink, "单击填写标题", "标题"))
        if spots.kicker:
            pen.append(theme.placeholder_xml("body", 10, spots.kicker, spots.kicker_ink, "小标题", "小标题"))
        if spots.footer:
            colour = "tx2" if not spots.dark or self.look.night else "bg@70"
            ink = Ink(9, colour, align="r", anchor="m")
            pen.append(theme.placeholder_xml("sldNum", 4, Box(1144, 683, 80, 22), ink, "", "页码"))

    def page(self, layout: str, title: str, *, kicker: str = "", notes: str = "", source: str = "") -> Page:
        """Adds a slide with its title and speaker notes; the content is drawn on what is returned."""
        index = LAYOUTS.index(layout)
        slide = self.prs.slides.add_slide(self.prs.slide_layouts[index])
        for shape in list(slide.placeholders):
            shape._element.getparent().remove(shape._element)
        spots = self.spots[layout]
        page = Page(slide, spots, self.look)
        page.append(theme.filled_placeholder_xml("title", 0, title, _title_ink(title, spots), "标题"))
        if kicker and spots.kicker:
            page.append(theme.filled_placeholder_xml("body", 10, kicker, spots.kicker_ink, "小标题"))
        if spots.footer:
            page.append(theme.filled_placeholder_xml("sldNum", 4, "", Ink(), "页码"))
        if notes:
            slide.notes_slide.notes_text_frame.text = notes
        if source:
            page.source(source)
        return page

    def save(self) -> bytes:
        """The file; raises OverflowError that names every text that does not fit its place."""
        if TROUBLES:
            found = "\n".join(TROUBLES)
            TROUBLES.clear()
            raise OverflowError(f"Text does not fit:\n{found}")
        out = io.BytesIO()
        self.prs.save(out)
        return freeze(out.getvalue())


def _title_ink(title: str, spots: Spots) -> Ink:
    """`wrap=False` in the answer means that the size differs from the layout's and is stated on the slide."""
    ink = fitted(title, spots.title_ink, spots.title)
    return spots.title_ink if ink.size == spots.title_ink.size else replace(ink, wrap=False)
