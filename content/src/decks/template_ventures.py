"""Deck template for cross-department proposals: what is asked, what it is worth and how we know, who does what, the split.

Unlike the pitch templates it has no questions: `hub.ventures.deck` says what its tokens stand for. The company's name is
a token too, so that the footer is of whoever runs the hub.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import cards
from .charts import Style, chart, colour_points
from .deck import Deck, Page
from .geometry import Box
from .icons import icon
from .palette import Look
from .shapes import Ink
from .tables import TableStyle, table

if TYPE_CHECKING:
    from collections.abc import Callable

LOOK = Look(
    "联合方案",
    ("10243E", "FFFFFF", "4A5A70", "F2F6FA", "0B6E8F", "E3A008", "1F9D72", "7A5AC8", "D9573F", "5B7083"),
    frame="rail",
    cover="facets",
    radius=10,
    footer="{{ company.name }}",
)
NAME = "cross-department"


def build() -> bytes:
    d = Deck(LOOK, "{{ title }}", subject="跨部门方案", keywords="方案 分成 边界")
    d.prs.core_properties.author = d.prs.core_properties.last_modified_by = "{{ company.name }}"
    _cover(d)
    _asked(d)
    _market(d)
    _proof(d)
    _panorama(d)
    _pictures(d)
    _boundary(d)
    _split(d)
    _signs(d)
    return d.save()


def _cover(d: Deck) -> None:
    p = d.page("cover", "{{ title }}", kicker="跨部门方案", notes="先讲对方能得到什么，再讲要对方做什么。")
    p.text(Box(72, 168, 760, 44), "致：{{ with_whom | default('各方') }}", 20, "bg@92", bold=True)
    p.text(Box(72, 458, 760, 60), "{{ summary? }}", 17, "bg@90", measured=False)
    words = "{{ company.name }} · {{ today | date }} · {{ owner.name }}"
    p.text(Box(72, 632, 800, 30), words, 14, "bg@85", anchor="m")
    p.text(Box(72, 56, 400, 34), "{{ company.name }}", 17, "bg", bold=True, anchor="m")


def _bullets(p: Page, box: Box, mark: str, title: str, loop: str, colour: str) -> None:
    p.shape(box, fill=f"{colour}@8", radius=12)
    p.shape(Box(box.x, box.y, 7, box.h), fill=colour)
    icon(p, mark, Box(box.x + 28, box.y + 24, 30, 30), colour)
    p.text(Box(box.x + 74, box.y + 20, box.w - 100, 40), title, 19, "tx", bold=True, anchor="m", heading=True)
    lines = f"{{% for line in {loop} %}}\n• {{{{ line }}}}\n{{% endfor %}}"
    p.text(Box(box.x + 28, box.y + 76, box.w - 56, box.h - 96), lines, 20, "tx", gap=10, measured=False)


def _asked(d: Deck) -> None:
    notes = "{% for line in background %}\n{{ line }}\n{% endfor %}"
    p = d.page("content", "对贵方的好处，和要请贵方做的事", kicker="先说得到什么", notes=notes)
    left, right = p.area.columns([1, 1], 28)
    _bullets(p, left, "target", "按贵方自己的指标，得到什么", "gain", "a1")
    _bullets(p, right, "hand", "要请贵方做什么", "need", "a2")


def _market(d: Deck) -> None:
    notes = "{% slide for page in market_pages %}\n{% for r in page.rows %}\n{{ r.name }}的来源：{{ r.sources }}\n{% endfor %}"
    p = d.page("content", "市场有多大{{ page.of }}", kicker="客户数 × 单价 × 渗透率，一年", notes=notes)
    head = ["细分市场", "客户数", "单价", "渗透率", "保守", "中性", "乐观"]
    cells = ["n", "p", "r", "low", "m", "high"]
    row = ["{% for r in page.rows %}{{ r.name }}", *[f"{{{{ r.{c} }}}}" for c in cells]]
    row[-1] += "{% endfor %}"
    style = TableStyle(share=(2.1, 1, 1.2, 1, 1.2, 1.2, 1.2), align="lrrrrrr", size=17, mark=5)
    table(p, Box(p.area.x, p.area.y, p.area.w, 116), [head, row], style)
    words = "一年合计：保守 {{ totals.low }}　中性 {a1|{{ totals.base }}}　乐观 {{ totals.high }}"
    cards.callout(
        p, Box(p.area.x, p.area.bottom - 76, p.area.w, 68), words, mark="chart", colour="a1", size=18
    )
    p = d.page(
        "content",
        "三种情景",
        kicker="每个数都有来源，写在备注里",
        notes="客户数和单价取中性，渗透率才是要一起守住的数。",
    )
    left, right = p.area.columns([2.4, 1], 36)
    series: dict[str, list[float | None]] = {"市场甲": [120, 300, 520], "市场乙": [60, 140, 260]}
    colours = ("a1", "a2", "a3", "a4", "a5", "a6")
    style_of = Style(colours=colours, labels=False, form="#,##0.#", gap=70, size=13, title="万元")
    chart(p, left, "stacked", ["保守", "中性", "乐观"], series, "{% chart data.market %}", style_of)
    for cell, (label, value, colour) in zip(
        right.rows(3, 18),
        [
            ("保守", "{{ totals.low }}", "a6"),
            ("中性", "{{ totals.base }}", "a1"),
            ("乐观", "{{ totals.high }}", "a3"),
        ],
        strict=True,
    ):
        _figure(p, cell, label, value, colour)


def _figure(p: Page, cell: Box, label: str, value: str, colour: str) -> None:
    p.shape(cell, fill=f"{colour}@10", radius=12)
    p.text(Box(cell.x + 22, cell.y + 20, cell.w - 44, 28), label, 15, "tx2")
    ink = Ink(26, f"{colour}-10", bold=True, anchor="m", heading=True, wrap=False)
    p.shape(Box(cell.x + 22, cell.y + 54, cell.w - 32, 60), value, ink=ink, name=label)


def _proof(d: Deck) -> None:
    notes = "{% slide for page in bid_pages %}\n{% for line in evidence.why %}\n{{ line }}\n{% endfor %}"
    p = d.page(
        "content", "价格站得住吗：{{ evidence.verdict }}{{ page.of }}", kicker="用中过的标来核", notes=notes
    )
    head = ["客户", "中的什么", "金额", "日期", "来源"]
    row = [
        "{% for b in page.rows %}{{ b.customer }}",
        "{{ b.title }}",
        "{{ b.sum }}",
        "{{ b.day }}",
        "{{ b.source }}{% endfor %}",
    ]
    style = TableStyle(share=(1.4, 1.6, 1, 1, 1.8), align="llrll", size=16, head="a3")
    table(p, Box(p.area.x, p.area.y, p.area.w, 104), [head, row], style)
    words = "中标区间：{a3|{{ won }}}"
    cards.callout(
        p, Box(p.area.x, p.area.bottom - 76, p.area.w, 68), words, mark="check", colour="a3", size=18
    )
    p = d.page(
        "content",
        "从哪几家谈起{{ page.of }}",
        kicker="商机",
        notes="{% slide for page in deal_pages %}\n按金额从大到小谈。",
    )
    row = [
        "{% for b in page.rows %}{{ b.customer }}",
        "{{ b.title }}",
        "{{ b.sum }}",
        "{{ b.day }}{% endfor %}",
    ]
    style = TableStyle(share=(1.4, 2.2, 1, 1), align="llrl", size=17)
    table(p, Box(p.area.x, p.area.y, p.area.w, 104), [["客户", "商机", "金额", "预计签约"], row], style)


def _grouped(p: Page, draw: Callable[[], None], descr: str) -> Any:
    """What `draw` puts on the page as one group, which the filling repeats."""
    before = len(p.slide.shapes)
    draw()
    made = p.slide.shapes.add_group_shape(list(p.slide.shapes)[before:])
    made._element.nvGrpSpPr.cNvPr.set("descr", descr)
    return made


def _panorama(d: Deck) -> None:
    notes = "{% slide if bands %}\n每一样都说清谁带来。"
    p = d.page("content", "产品全景：谁带来什么", kicker="一层一层看", notes=notes)
    x, y = p.area.x, p.area.y

    def part() -> None:
        cell = Box(x + 138, y + 14, 226, 84)
        p.shape(cell, fill="bg", line="a1+55", width=1.25, radius=8)
        p.shape(Box(cell.x, cell.y + 12, 5, cell.h - 24), fill="a1")
        p.text(
            Box(cell.x + 18, cell.y + 8, cell.w - 28, 40),
            "{{ part.name }}",
            15,
            "tx",
            bold=True,
            anchor="m",
            measured=False,
        )
        p.text(
            Box(cell.x + 18, cell.y + 48, cell.w - 28, 28),
            "{{ part.by }}",
            12,
            "tx2",
            anchor="m",
            measured=False,
        )

    def band() -> None:
        p.shape(Box(x, y, p.area.w, 112), fill="bg2", radius=10)
        p.text(
            Box(x + 18, y, 110, 112),
            "{{ band.name }}",
            16,
            "a1-10",
            bold=True,
            anchor="m",
            heading=True,
            measured=False,
        )
        _grouped(p, part, "{% for part in band.parts across 0.5cm %}")

    _grouped(p, band, "{% for band in bands down 0.4cm %}")


def _pictures(d: Deck) -> None:
    notes = "{% slide for pic in pictures %}\n{{ pic.caption }}"
    p = d.page("content", "{{ pic.caption }}", kicker="{{ pic.kind }}", notes=notes)
    p.shape(p.area, fill="bg2", radius=8, name="图", descr="{% picture pic.image fit %}")


def _boundary(d: Deck) -> None:
    notes = "{% slide for page in boundary_pages %}\n逐条念“明确不做”，请各方点头。"
    p = d.page(
        "content", "工作边界：谁做，谁明确不做{{ page.of }}", kicker="写清楚，省得以后扯皮", notes=notes
    )
    row = ["{% for b in page.rows %}{{ b.work }}", "{{ b.who }}", "{{ b.does_not }}{% endfor %}"]
    style = TableStyle(share=(2, 1, 2.2), align="lll", size=17, head="a4")
    table(p, Box(p.area.x, p.area.y, p.area.w, 116), [["工作", "谁做", "明确不做"], row], style)


def _split(d: Deck) -> None:
    notes = "{% slide if parties %}\n{% for line in pricing %}\n{{ line }}\n{% endfor %}"
    p = d.page("content", "怎么定价，怎么分", kicker="合计正好 100%", notes=notes)
    left, right = p.area.columns([1, 1.5], 32)
    series: dict[str, list[float | None]] = {"分成": [40, 20, 15, 10, 10, 5]}
    style = Style(
        colours=("a1", "a2", "a3", "a4", "a5", "a6"),
        labels=True,
        form="0.##",
        legend="bottom",
        size=14,
        hole=58,
    )
    made = chart(
        p,
        Box(left.x, left.y, left.w, 380),
        "doughnut",
        ["甲", "乙", "丙", "丁", "戊", "己"],
        series,
        "{% chart data.split %}",
        style,
    )
    colour_points(made, ["a1", "a2", "a3", "a4", "a5", "a6"])
    row = ["{% for p in parties %}{{ p.name }}", "{{ p.pct }}", "{{ p.why }}{% endfor %}"]
    table_style = TableStyle(
        share=(1.4, 1.1, 2.2), align="lrl", size=17, head="a2", head_ink="#3A2600", mark=1
    )
    table(p, Box(right.x, right.y, right.w, 104), [["哪一方", "分成", "凭什么"], row], table_style)
    lines = "{% for line in pricing %}\n{{ line }}\n{% endfor %}"
    p.text(Box(p.area.x, p.area.bottom - 96, p.area.w, 90), lines, 16, "tx2", gap=4, measured=False)


def _signs(d: Deck) -> None:
    p = d.page("closing", "各方签字", notes="签过以后改了内容，签的就作废，要重新签。")
    row = ["{% for s in signs %}{{ s.name }}", "{{ s.who }}", "{{ s.word }}", "{{ s.day }}{% endfor %}"]
    style = TableStyle(share=(1.6, 1.2, 1, 1), align="llll", size=18, head="a2", head_ink="#3A2600")
    table(p, Box(72, 180, 1136, 116), [["哪一方", "谁签", "表态", "日期"], row], style)
    words = "{{ owner.reached }}"
    p.text(Box(72, 616, 1136, 34), words, 16, "bg@92", anchor="m")
