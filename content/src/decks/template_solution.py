"""Deck template for a solution written once: the pages that `hub.papers.deck` picks from, by number.

Its theme's first accent gives way to the company's colour when it is filled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .charts import Style, chart
from .deck import Deck, Page
from .geometry import Box
from .palette import Look
from .shapes import DECLARED, Ink
from .tables import TableStyle, table

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK = Look(
    "方案成品",
    ("16202E", "FFFFFF", "566473", "F3F6F9", "0F62FE", "F2A33A", "12A594", "6E56CF", "E5484D", "8B98A5"),
    frame="underline",
    cover="rings",
    radius=10,
    footer="{{ company.name }}",
)
NAME = "solution-forms"
NOTES = "{{ notes? }}"
FORM = "http://schemas.openxmlformats.org/drawingml/2006/main"


def build() -> bytes:
    d = Deck(LOOK, "方案成品模板", subject="一份方案，出成 PPT", keywords="模板 方案 成品")
    _cover(d)
    _agenda(d)
    for each in (3, 5):
        _points(d, each)
    _texts(d)
    for columns in (2, 3, 4, 5):
        _table(d, columns)
    _chart(d)
    _figures(d)
    _picture(d)
    _cases(d)
    _closing(d)
    return d.save()


def _shrinking(shape: Any) -> Any:
    """The text of the shape may be made smaller when it is filled with more."""
    from pptx.oxml import parse_xml

    for old in list(shape.iter(f"{{{FORM}}}noAutofit")):
        old.getparent().replace(old, parse_xml(f"<a:normAutofit {DECLARED}/>"))
    return shape


def _group(p: Page, descr: str, draw: Callable[[], None]) -> None:
    """What `draw` draws as a group that is repeated."""
    before = len(p.slide.shapes)
    draw()
    made = p.slide.shapes.add_group_shape(shapes=list(p.slide.shapes)[before:])
    made.name = "组合"
    made._element.nvGrpSpPr.cNvPr.set("descr", descr)


def _cover(d: Deck) -> None:
    p = d.page("cover", "{{ title }}", kicker="{{ kicker }}", notes=NOTES)
    _shrinking(p.slide.shapes[0]._element)
    _shrinking(p.text(Box(72, 460, 760, 110), "{{ summary }}", 17, "bg@90", gap=4))
    p.text(Box(72, 634, 1000, 28), "{{ imprint }}", 14, "bg@85", anchor="m", measured=False)
    p.text(Box(72, 56, 800, 34), "{{ company.name }}", 18, "bg", bold=True, anchor="m")


def _agenda(d: Deck) -> None:
    p = d.page("split", "{{ words.contents }}", notes=NOTES)
    box = Box(p.area.x + 20, p.area.y + 20, p.area.w - 40, p.area.h - 40)
    words = "{% for a in agenda %}\n{a1|{{ a.number }}}　{{ a.title }}\n{% endfor %}"
    _shrinking(p.text(box, words, 26, "tx", bold=True, gap=18, anchor="m", measured=False))


def _head(d: Deck) -> Page:
    p = d.page("content", "{{ headline }}", kicker="{{ section }}", notes=NOTES)
    _shrinking(p.slide.shapes[0]._element)
    return p


def _points(d: Deck, most: int) -> None:
    p = _head(d)
    high, gap = (156, 22) if most == 3 else (92, 13)
    lead, text = (20, 15.5) if most == 3 else (17, 13.5)
    card = Box(p.area.x, p.area.y, p.area.w, high)

    def draw() -> None:
        p.shape(card, fill="bg2", radius=10)
        p.shape(Box(card.x, card.y + 14, 6, high - 28), fill="a1", radius=3)
        p.shape(
            Box(card.x + 28, card.cy - 24, 48, 48),
            "{{ p.badge }}",
            geom="ellipse",
            fill="a1",
            ink=Ink(18, "#FFFFFF", bold=True, align="c", anchor="m", wrap=False),
        )
        words = Box(card.x + 104, card.y + 8, card.w - 132, high - 16)
        ink = Ink(lead, "tx", bold=True, anchor="m", gap=3, measured=False)
        made = p.shape(
            words,
            "{% if p.lead %}\n{{ p.lead }}\n{% endif %}\n{% if p.text %}\n{{ p.text }}\n{% endif %}",
            ink=ink,
            name="要点",
        )
        _soften(made, text)
        _shrinking(made)

    _group(p, f"{{% for p in points down {gap / 37.8:.2f}cm %}}", draw)


def _soften(shape: Any, size: float) -> None:
    """The second line of a card is smaller and lighter than the first."""
    from pptx.oxml import parse_xml

    for paragraph in list(shape.iter(f"{{{FORM}}}p"))[3:]:
        for run in paragraph.iter(f"{{{FORM}}}rPr"):
            run.set("sz", str(int(size * 100)))
            run.set("b", "0")
            for old in run.findall(f"{{{FORM}}}solidFill"):
                run.replace(old, parse_xml(f'<a:solidFill {DECLARED}><a:schemeClr val="tx2"/></a:solidFill>'))


def _texts(d: Deck) -> None:
    p = _head(d)
    p.shape(p.area, fill="bg2", radius=12)
    p.shape(Box(p.area.x, p.area.y + 30, 8, p.area.h - 60), fill="a1", radius=4)
    box = Box(p.area.x + 60, p.area.y + 30, p.area.w - 120, p.area.h - 60)
    _shrinking(
        p.text(
            box, "{% for t in texts %}\n{{ t }}\n{% endfor %}", 24, "tx", gap=14, anchor="m", measured=False
        )
    )


def _table(d: Deck, columns: int) -> None:
    p = _head(d)
    names = "abcde"[:columns]
    head = [f"{{{{ head.{n} }}}}" for n in names]
    row = [f"{{{{ r.{n} }}}}" for n in names]
    row[0] = "{% for r in rows %}" + row[0]
    row[-1] += "{% endfor %}"
    share = {2: (1.0, 2.6), 3: (1.0, 1.8, 1.8), 4: (1.0, 1.6, 1.8, 1.8), 5: (1.2, 1.5, 1.5, 1.5, 1.5)}[
        columns
    ]
    style = TableStyle(share=share, align="l" * columns, size=15, rows=(1, 1.2))
    table(p, Box(p.area.x, p.area.y, p.area.w, 104), [head, row], style)


def _chart(d: Deck) -> None:
    p = _head(d)
    left, right = p.area.columns([2.5, 1], 34)
    plain = Style(colours=("a1", "a2", "a3", "a4"), labels=True, axis=False, gap=70, size=14)
    sample: dict[str, list[float | None]] = {f"系列 {n}": [n, n + 1] for n in range(1, 5)}
    chart(
        p,
        Box(left.x, left.y + 34, left.w, left.h - 34),
        "bar",
        ["一", "二"],
        sample,
        "{% chart chart %}",
        plain,
    )
    p.text(Box(left.x, left.y, left.w, 30), "{{ caption }}", 15, "tx2", bold=True, anchor="m", measured=False)
    _cards(p, Box(right.x, right.y, right.w, 112), "down 0.5cm", 26)


def _cards(p: Page, card: Box, way: str, size: float) -> None:
    def draw() -> None:
        p.shape(card, fill="a1+90", radius=10)
        p.shape(Box(card.x, card.y, 6, card.h), fill="a1", radius=3)
        value = Ink(size, "a1", bold=True, anchor="b", heading=True, measured=False)
        _shrinking(
            p.shape(
                Box(card.x + 22, card.y + 8, card.w - 34, card.h * 0.5 - 6),
                "{{ f.value }}",
                ink=value,
                name="数字",
            )
        )
        label = Ink(13.5, "tx2", anchor="t", measured=False)
        _shrinking(
            p.shape(
                Box(card.x + 22, card.y + card.h * 0.5 + 6, card.w - 34, card.h * 0.5 - 12),
                "{{ f.label }}",
                ink=label,
                name="说明",
            )
        )

    _group(p, f"{{% for f in figures {way} %}}", draw)


def _figures(d: Deck) -> None:
    p = _head(d)
    _cards(p, Box(p.area.x, p.area.y, 276, 168), "across 0.56cm", 32)
    box = Box(p.area.x, p.area.y + 200, p.area.w, p.area.h - 210)
    _shrinking(p.text(box, "{% for t in texts %}\n{{ t }}\n{% endfor %}", 19, "tx", gap=10, measured=False))


def _picture(d: Deck) -> None:
    p = _head(d)
    p.shape(
        Box(p.area.x, p.area.y, p.area.w, p.area.h - 44),
        fill="bg2",
        descr="{% picture picture fit %}",
        name="图片",
    )
    p.text(
        Box(p.area.x, p.area.bottom - 36, p.area.w, 30),
        "{{ caption }}",
        14,
        "tx2",
        align="c",
        anchor="m",
        measured=False,
    )


def _cases(d: Deck) -> None:
    p = _head(d)
    card = Box(p.area.x, p.area.y + 20, 373, 360)

    def draw() -> None:
        p.shape(card, fill="bg2", radius=12)
        p.shape(Box(card.x, card.y, card.w, 6), fill="a1")
        name = Ink(20, "tx", bold=True, heading=True, anchor="t", measured=False)
        _shrinking(
            p.shape(Box(card.x + 28, card.y + 32, card.w - 56, 64), "{{ p.lead }}", ink=name, name="客户")
        )
        p.shape(Box(card.x + 28, card.y + 104, 44, 4), fill="a2")
        story = Ink(17, "tx2", gap=4, measured=False)
        _shrinking(
            p.shape(
                Box(card.x + 28, card.y + 126, card.w - 56, card.h - 146),
                "{{ p.text }}",
                ink=story,
                name="经过",
            )
        )

    _group(p, "{% for p in points across 0.65cm %}", draw)


def _closing(d: Deck) -> None:
    p = d.page("closing", "{{ section }}", notes=NOTES)
    box = Box(72, 180, 1136, 270)
    p.shape(box, fill="bg@12", line="bg@30", radius=20)
    words = "{% for t in texts %}\n{{ t }}\n{% endfor %}"
    _shrinking(
        p.text(
            Box(box.x + 48, box.y + 24, box.w - 96, box.h - 48),
            words,
            26,
            "bg",
            bold=True,
            gap=10,
            anchor="m",
            measured=False,
        )
    )
    p.text(Box(72, 500, 1136, 40), "{{ contact? }}", 18, "bg@95", bold=True, anchor="m", measured=False)
    p.text(Box(72, 616, 1136, 34), "{{ address }}", 16, "bg@88", anchor="m", measured=False)
