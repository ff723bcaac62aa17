"""A branded template that uses all of what filling can do: the yearly value review for one customer, in Chinese and English.
It is a template of the demo library, too: there the hub asks for the values.

`hub slides fill content/value-review/template.zh.pptx --values content/value-review/values.zh.yml -o OUT.pptx` makes the deck.
"""

from __future__ import annotations

import copy
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PIL import Image, ImageDraw
from pptx.oxml import parse_xml

from . import cards, smartart
from .charts import Style, chart
from .deck import Deck, Page
from .geometry import Box
from .icons import icon
from .palette import Look, solid
from .shapes import DECLARED, Ink
from .tables import TableStyle, table

LOOK = Look(
    "价值回顾",
    ("1B1F3B", "FFFFFF", "565B78", "F4F2FB", "4B3FC4", "F2A541", "0F9D8A", "2F6FE0", "D94F70", "7C86A8"),
    frame="corner",
    cover="waves",
    radius=16,
)
NAMES = {"zh": "value-review", "en": "value-review-en"}
"""What it is called in the library, by language."""
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
Say = Callable[[str, str], str]
"""Chooses between the Chinese and the English wording."""


def logo() -> bytes:
    """The customer's mark: three roofs over a quay."""
    image = Image.new("RGBA", (720, 320), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    for n, colour in enumerate(((27, 31, 59), (75, 63, 196), (15, 157, 138))):
        x = 60 + n * 205
        draw.polygon([(x, 220), (x, 130), (x + 95, 60), (x + 190, 130), (x + 190, 220)], fill=colour)
        draw.rectangle([x + 62, 150, x + 128, 220], fill=(255, 255, 255, 255))
    draw.rounded_rectangle([60, 244, 660, 268], 12, fill=(242, 165, 65))
    out = io.BytesIO()
    image.resize((360, 160), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def build(language: str) -> bytes:
    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    look = replace(LOOK, footer=say("澜川智控", "Lanchuan Controls"))
    d = Deck(
        look,
        say("年度价值回顾模板", "Yearly value review"),
        subject=say("续约前的价值回顾", "Before a renewal"),
    )
    _cover(d, say)
    _figures(d, say)
    _bill(d, say)
    _zones(d, say)
    _sites(d, say)
    _gaps(d, say)
    _plan(d, say)
    _quotation(d, say)
    _farewell(d, say)
    _end(d, say)
    _name_tokens(d, say("文字", "Text"))
    return d.save()


def _name_tokens(d: Deck, word: str) -> None:
    """Shapes are named by their text; one of tokens gets a plain name, since names are not filled."""
    for slide in d.prs.slides:
        for number, properties in enumerate(slide._element.iter(f"{_P}cNvPr"), start=1):
            if "{" in properties.get("name", ""):
                properties.set("name", f"{word} {number}")


def _token(p: Page, box: Box, text: str, size: float, colour: str = "tx", **more: object) -> None:
    """A box of tokens: what stands in it is measured when it is filled."""
    p.shape(box, text, ink=Ink(size, colour, measured=False, **more))  # type: ignore[arg-type]


def _cut(shape: Any, token: str) -> None:
    """Cut a token over three runs, as an office program does after a correction; its first run is bold and in another colour."""
    run = next(run for run in shape.iter(f"{_A}r") if token in run.findtext(f"{_A}t"))
    before, after = run.findtext(f"{_A}t").split(token)
    pieces = [before, token[:4], token[4:9], token[9:], after]
    for at, text in enumerate(pieces):
        piece = copy.deepcopy(run)
        piece.find(f"{_A}t").text = text
        if at == 1:
            properties = piece.find(f"{_A}rPr")
            properties.set("b", "1")
            colour = properties.find(f"{_A}solidFill")
            properties.replace(colour, parse_xml(solid("a2").replace(">", f" {DECLARED}>", 1)))
        if text:
            run.addprevious(piece)
    run.getparent().remove(run)


def _cover(d: Deck, say: Say) -> None:
    p = d.page(
        "cover",
        say("{{ customer.name }}\n{{ year }} 年价值回顾", "{{ customer.name }}\nValue review {{ year }}"),
        kicker=say(
            "{{ product.name }} · {{ product.package }}", "{{ product.name }} · {{ product.package }}"
        ),
        notes=say(
            "到场：{{ people | join }}。\n{% for p in promises %}\n去年答应的第 {{ loop.index }} 件：{{ p }}\n{% endfor %}",
            "In the room: {{ people | join }}.\n{% for p in promises %}\nPromise {{ loop.index }} of last year: {{ p }}\n{% endfor %}",
        ),
    )
    photo = Box(844, 120, 380, 480)
    p.shape(
        photo,
        fill="bg@20",
        radius=24,
        name=say("封面照片", "Cover picture"),
        descr=say(
            "{% picture customer.photo? crop %}{{ customer.name }}外景",
            "{% picture customer.photo? crop %}{{ customer.name }} from above",
        ),
    )
    p.shape(
        Box(1040, 520, 224, 112),
        fill="bg",
        radius=18,
        shadow=True,
        name=say("标志的底", "Behind the logo"),
        descr="{% if customer.logo %}",
    )
    p.shape(
        Box(1062, 536, 180, 80),
        fill="bg",
        name=say("客户标志", "Customer's logo"),
        descr=say(
            "{% picture customer.logo? fit %}{{ customer.name }}标志",
            "{% picture customer.logo? fit %}Logo of {{ customer.name }}",
        ),
    )
    p.text(Box(72, 56, 400, 34), "{{ company.name }}", 17, "bg", bold=True, anchor="m")
    line = p.text(
        Box(72, 458, 720, 40),
        say(
            "一年省下 {{ saving | money }}，这份材料说清楚是怎么省的",
            "{{ saving | money }} saved in a year, and how",
        ),
        18,
        "bg@92",
        measured=False,
    )
    _cut(line, "{{ saving | money }}")
    _token(
        p,
        Box(72, 634, 760, 30),
        "{{ company.name }} · {{ review_date | date }} · {{ seller.name }}",
        14,
        "bg@85",
        anchor="m",
    )


def _figures(d: Deck, say: Say) -> None:
    p = d.page(
        "content",
        say("这一年，四个数", "The year in four figures"),
        kicker=say("口径写在每个数下面", "Each with where it comes from"),
        notes=say(
            "四个数逐个念口径。\n{% for k in figures %}\n{{ k.label }}：{{ k.value }}，{{ k.basis }}\n{% endfor %}",
            "Say for each figure where it comes from.\n{% for k in figures %}\n{{ k.label }}: {{ k.value }}, {{ k.basis }}\n{% endfor %}",
        ),
    )
    card = Box(p.area.x, p.area.y + 6, 268, 232)
    group = p.group(card, say("数字卡", "Figure"), "{% for k in figures across 0.85cm %}")
    group.shape(card, fill="bg2", radius=16)
    group.shape(Box(card.x, card.y + 24, 6, 54), fill="a1")
    for box, text, ink in (
        (
            Box(card.x + 28, card.y + 20, 230, 62),
            "{{ k.value }}",
            Ink(34, "a1", bold=True, anchor="m", heading=True, measured=False),
        ),
        (
            Box(card.x + 28, card.y + 92, 232, 34),
            "{{ k.label }}",
            Ink(16, "tx", bold=True, anchor="m", measured=False),
        ),
        (Box(card.x + 28, card.y + 134, 220, 84), "{{ k.basis }}", Ink(13, "tx2", measured=False)),
    ):
        group.shape(box, text, ink=ink)
    left, right = Box(p.area.x, p.area.y + 268, p.area.w, 244).columns([1.9, 1], 32)
    p.text(
        Box(left.x, left.y, left.w, 34),
        say("今年做完的事", "Done this year"),
        18,
        "a1",
        bold=True,
        heading=True,
    )
    _token(
        p,
        left.below(44),
        "{% for d in done %}\n• {{ d.day | date('month') }}  {{ d.what }}\n{% endfor %}",
        16,
        "tx",
        gap=6,
    )
    p.shape(
        right,
        "",
        grad=("a3", "a3-25", 60),
        radius=16,
        name=say("达到目标", "On target"),
        descr="{% if cut >= target %}",
    )
    won = p.group(
        Box(right.x + 24, right.y + 20, right.w - 48, right.h - 40),
        say("达到目标", "On target"),
        "{% if cut >= target %}",
    )
    icon(won, "check", Box(right.x + 28, right.y + 26, 44, 44), "#FFFFFF", 2.4)
    won.shape(
        Box(right.x + 28, right.y + 84, right.w - 56, 40),
        say("达到约定的目标", "The agreed target is met"),
        ink=Ink(20, "#FFFFFF", bold=True, anchor="m", measured=False),
    )
    won.shape(
        Box(right.x + 28, right.y + 128, right.w - 56, 88),
        say(
            "约定降 {{ target | percent }}，做到 {{ cut | percent(1) }}，\n对照 {{ baseline_year }} 年同期",
            "Agreed {{ target | percent }}, reached {{ cut | percent(1) }}, against the same months of {{ baseline_year }}",
        ),
        ink=Ink(15, "#FFFFFF@92", gap=3, measured=False),
    )


def _bill(d: Deck, say: Say) -> None:
    p = d.page(
        "content",
        say(
            "公共区电费：{{ bill.categories | first }}到{{ bill.categories | last }}",
            "The bill, {{ bill.categories | first }} to {{ bill.categories | last }}",
        ),
        kicker=say("对照 {{ baseline_year }} 年同月", "Against the same months of {{ baseline_year }}"),
        notes=say(
            "先说基线：{{ baseline_year }} 年同月。共付 {{ paid | money }}，少付 {{ less | money }}。\n图是原生图表，改数后比例跟着变。",
            "The baseline is the same month of {{ baseline_year }}. Paid {{ paid | money }}, {{ less | money }} less.",
        ),
        source=say(
            "来源：供电公司账单，{{ start | date('short') }} 至 {{ end | date('short') }}",
            "Source: the supplier's bills, {{ start | date('short') }} to {{ end | date('short') }}",
        ),
    )
    left, right = p.area.columns([2.3, 1], 36)
    chart(
        p,
        left,
        "bar",
        ["1", "2", "3"],
        {say("基线", "Baseline"): [7, 8, 9], say("今年", "This year"): [6, 7, 8]},
        say(
            "{% chart bill %}{{ customer.name }}每月公共区电费，基线与今年",
            "{% chart bill %}Monthly common-area electricity of {{ customer.name }}, baseline and this year",
        ),
        Style(
            colours=("#CBC8E6", "a1"),
            labels=True,
            axis=False,
            form="0.0",
            gap=55,
            size=12,
            title=say(
                "{{ customer.name }}：每月电费（万元）", "{{ customer.name }}: bill a month (CNY 10,000)"
            ),
        ),
    )
    for cell, (label, value, tone) in zip(
        right.rows(3, 18),
        [
            (say("今年付了", "Paid"), "{{ paid | money }}", "a1"),
            (say("比基线少", "Less than the baseline"), "{{ less | money }}", "a3"),
            (say("折全年省", "Saved, full year"), "{{ saving | money }}", "a2-15"),
        ],
        strict=True,
    ):
        p.shape(cell, fill="bg2", radius=14)
        p.text(Box(cell.x + 26, cell.y + 22, cell.w - 52, 30), label, 15, "tx2")
        p.shape(
            Box(cell.x + 26, cell.y + 56, cell.w - 40, 60),
            value,
            ink=Ink(28, tone, bold=True, anchor="m", heading=True, wrap=False),
            name=label,
        )
        _token(
            p,
            Box(cell.x + 26, cell.y + 118, cell.w - 40, 30),
            say("对照 {{ baseline_year }} 年同月", "Against {{ baseline_year }}"),
            12,
            "tx2",
        )


def _zones(d: Deck, say: Say) -> None:
    p = d.page(
        "content",
        say("{{ zones | count }} 个片区，各省多少", "Where it was saved: {{ zones | count }} zones"),
        kicker=say("一片一行，合计对得上账单", "One row a zone; the sum is the bill"),
        notes=say(
            "{% for z in zones %}\n{{ z.name }}：{{ z.kwh | number }} kWh，{{ z.cost | money }}，{{ z.change | percent(1) }}\n{% endfor %}",
            "{% for z in zones %}\n{{ z.name }}: {{ z.kwh | number }} kWh, {{ z.cost | money }}, {{ z.change | percent(1) }}\n{% endfor %}",
        ),
        source=say(
            "片区电量按总表与分表核对，差额归公共区", "Zone figures are checked against the main meter"
        ),
    )
    table(
        p,
        Box(p.area.x, p.area.y + 4, p.area.w, 168),
        [
            say("片区|租户|点位|用电|电费|同比", "Zone|Tenants|Points|Energy|Cost|Change").split("|"),
            [
                "{% for z in zones %}{{ z.name }}",
                "{{ z.tenants | number }}",
                "{{ z.points }}",
                "{{ z.kwh | number }} kWh",
                "{{ z.cost | money }}",
                "{{ z.change | percent(1) }}{% endfor %}",
            ],
            [
                say("合计", "Total"),
                "{{ total.tenants }}",
                "{{ total.points }}",
                "{{ total.kwh | number }} kWh",
                "{{ paid | money }}",
                "{{ 0 - cut | percent(1) }}",
            ],
        ],
        TableStyle(
            share=(1.7, 0.8, 0.8, 1.5, 1.3, 1), align="lrrrrr", size=16, last_bold=True, rows=(1, 1, 1)
        ),
    )
    _callout(
        p,
        say(
            "省得最多的是 {{ best.name }}，{{ best.change | percent(1) }}；{{ worst.name }}只有 {{ worst.change | percent(1) }}，原因在后面。",
            "Best: {{ best.name }} with {{ best.change | percent(1) }}. {{ worst.name }} made only {{ worst.change | percent(1) }}; why comes later.",
        ),
        "trend",
    )


def _callout(p: Page, text: str, mark: str) -> None:
    box = Box(p.area.x, p.area.bottom - 78, p.area.w, 70)
    p.shape(box, fill="a2@16", radius=14)
    p.shape(Box(box.x, box.y + 12, 6, box.h - 24), fill="a2", radius=3)
    icon(p, mark, Box(box.x + 24, box.cy - 15, 30, 30), "a2-25", 2.2)
    _token(p, Box(box.x + 72, box.y + 6, box.w - 92, box.h - 12), text, 16, anchor="m")


def _sites(d: Deck, say: Say) -> None:
    p = d.page(
        "split",
        "{{ s.name }}",
        kicker=say(
            "第 {{ loop.index }} 片，共 {{ loop.count }} 片", "Zone {{ loop.index }} of {{ loop.count }}"
        ),
        notes=say(
            "{% slide for s in sites %}\n{{ s.name }}由{{ s.contact }}陪同看过。{{ s.note }}",
            "{% slide for s in sites %}\n{{ s.contact }} walked {{ s.name }} with us. {{ s.note }}",
        ),
    )
    _token(p, Box(48, 280, 312, 120), "{{ s.note }}", 16, "#FFFFFF@92", gap=4)
    _token(
        p,
        Box(48, 540, 312, 96),
        say("电费同比\n{{ s.change | percent(1) }}", "Cost, year on year\n{{ s.change | percent(1) }}"),
        22,
        "a2",
        bold=True,
        heading=True,
    )
    photo = Box(p.area.x, p.area.y, p.area.w, 292)
    p.shape(
        photo,
        "{{ s.name }}",
        fill="bg2",
        radius=18,
        ink=Ink(26, "a1", bold=True, align="c", anchor="m", heading=True, measured=False),
        name=say("没有现场图", "No picture"),
        descr="{% if not s.photo %}",
    )
    p.shape(
        photo,
        fill="bg2",
        radius=18,
        name=say("现场图", "Picture"),
        descr=say(
            "{% picture s.photo? crop %}{{ s.name }}示意图",
            "{% picture s.photo? crop %}{{ s.name }}, illustration",
        ),
    )
    watch = p.group(Box(photo.x + 24, photo.y + 24, 270, 44), say("要留意", "To watch"), "{% if s.watch %}")
    watch.shape(
        Box(photo.x + 24, photo.y + 24, 270, 44),
        say("要留意：{{ s.watch? }}", "To watch: {{ s.watch? }}"),
        fill="a5",
        radius=22,
        ink=Ink(14, "#FFFFFF", bold=True, align="c", anchor="m", measured=False),
    )
    row = Box(p.area.x, photo.bottom + 22, 244, 104)
    facts = p.group(row, say("一项", "Fact"), "{% for f in s.facts across 0.6cm %}")
    facts.shape(row, fill="bg2", radius=14)
    facts.shape(
        Box(row.x + 22, row.y + 14, 210, 44),
        "{{ f.value }}",
        ink=Ink(24, "a1", bold=True, anchor="m", heading=True, measured=False),
    )
    facts.shape(
        Box(row.x + 22, row.y + 62, 210, 30), "{{ f.label }}", ink=Ink(14, "tx2", anchor="m", measured=False)
    )
    _token(
        p,
        Box(p.area.x, row.bottom + 20, p.area.w, 150),
        "{% for w in s.work %}\n• {{ w }}\n{% endfor %}",
        16,
        "tx",
        gap=6,
    )


def _gaps(d: Deck, say: Say) -> None:
    p = d.page(
        "content",
        say("还没做到的，{{ gaps | count }} 件", "Not done yet: {{ gaps | count }}"),
        kicker=say("不等客户问", "Before anybody asks"),
        notes=say(
            "{% slide if gaps %}\n先说没做到的，再谈续约。\n{% for g in gaps %}\n{{ g.what }}：{{ g.why }}\n{% endfor %}",
            "{% slide if gaps %}\nFirst what is missing, then the renewal.\n{% for g in gaps %}\n{{ g.what }}: {{ g.why }}\n{% endfor %}",
        ),
    )
    row = Box(p.area.x, p.area.y + 6, p.area.w, 112)
    group = p.group(row, say("一件", "Gap"), "{% for g in gaps down 0.5cm %}")
    group.shape(row, fill="bg2", radius=16)
    group.shape(Box(row.x, row.y + 18, 6, row.h - 36), fill="a5", radius=3)
    for box, text, ink in (
        (
            Box(row.x + 30, row.y + 14, 56, 84),
            "{{ loop.index }}",
            Ink(30, "a5", bold=True, anchor="m", heading=True, measured=False),
        ),
        (
            Box(row.x + 96, row.y + 16, 700, 36),
            "{{ g.what }}",
            Ink(19, "tx", bold=True, anchor="m", measured=False),
        ),
        (Box(row.x + 96, row.y + 56, 700, 46), "{{ g.why }}", Ink(15, "tx2", measured=False)),
        (
            Box(row.right - 330, row.y + 16, 300, 36),
            "{{ g.by | date }}",
            Ink(17, "a1", bold=True, align="r", anchor="m", measured=False),
        ),
        (Box(row.right - 330, row.y + 58, 300, 36), "{{ g.who }}", Ink(14, "tx2", align="r", measured=False)),
    ):
        group.shape(box, text, ink=ink)


def _plan(d: Deck, say: Say) -> None:
    p = d.page(
        "content",
        say("下一年，三步", "The next year in three steps"),
        kicker=say("谈好的事，按日子走", "From the agreement"),
        notes=say(
            "每一步都有验收的人和日子。\n{% for s in plan %}\n{{ s.when | date('month') }}：{{ s.title }}\n{% endfor %}",
            "Each step has a date and somebody who accepts it.\n{% for s in plan %}\n{{ s.when | date('month') }}: {{ s.title }}\n{% endfor %}",
        ),
    )
    smartart.steps(
        p,
        Box(p.area.x, p.area.y + 12, p.area.w, 230),
        [
            (
                f"{{{{ plan[{n}].title }}}}",
                f"{{{{ plan[{n}].when | date('month') }}}} · {{{{ plan[{n}].text }}}}",
            )
            for n in range(3)
        ],
        name=say("三步", "Three steps"),
        descr=say("下一年的三步", "Three steps of the next year"),
        colours=["a1", "a4", "a3"],
    )
    left, right = Box(p.area.x, p.area.y + 280, p.area.w, 226).columns(2, 28)
    for cell, title, name, listed in (
        (left, say("要贵方做的", "We ask of you"), "hand", "theirs"),
        (right, say("我们做的", "We do"), "wrench", "ours"),
    ):
        p.shape(cell, fill="bg2", radius=16)
        icon(p, name, Box(cell.x + 26, cell.y + 22, 34, 34), "a1", 2.2)
        p.text(Box(cell.x + 76, cell.y + 20, cell.w - 100, 38), title, 18, "tx", bold=True, anchor="m")
        _token(
            p,
            Box(cell.x + 28, cell.y + 72, cell.w - 52, 140),
            f"{{% for t in {listed} %}}\n• {{{{ t }}}}\n{{% endfor %}}",
            16,
            "tx",
            gap=6,
        )


def _quotation(d: Deck, say: Say) -> None:
    p = d.page(
        "content",
        say("续约报价", "Renewal offer"),
        kicker=say(
            "给 {{ customer.name }}，{{ quote.valid_until | date }} 前有效",
            "For {{ customer.name }}, valid until {{ quote.valid_until | date }}",
        ),
        notes=say(
            "{% slide if quote %}\n合计 {{ quote.total | money }}，含税。折扣找商务，不当场答。",
            "{% slide if quote %}\n{{ quote.total | money }} including tax. Discounts are not given on the spot.",
        ),
        source=say("单价含税；以盖章报价单为准", "Prices include tax; the signed offer counts"),
    )
    table(
        p,
        Box(p.area.x, p.area.y + 4, p.area.w, 168),
        [
            say("项目|说明|数量|单价|小计", "Item|What it is|Quantity|Price|Sum").split("|"),
            [
                "{% for i in quote.items %}{{ i.name }}",
                "{{ i.text }}",
                "{{ i.count }} {{ i.unit }}",
                "{{ i.price | money }}",
                "{{ i.count * i.price | money }}{% endfor %}",
            ],
            [say("合计", "Total"), "", "", "", "{{ quote.total | money }}"],
        ],
        TableStyle(share=(1.5, 2.2, 0.8, 1, 1.1), align="llrrr", size=16, last_bold=True, rows=(1, 1, 1)),
    )
    _callout(
        p,
        say(
            "去年投入 {{ invested | money }}，{{ payback }} 个月回本；续约后每省 1 元，花 {{ quote.total / (saving * 1.0) | number(2) }} 元。",
            "{{ invested | money }} came back in {{ payback }} months; after the renewal each yuan saved costs {{ quote.total / (saving * 1.0) | number(2) }}.",
        ),
        "coin",
    )


def _farewell(d: Deck, say: Say) -> None:
    p = d.page(
        "content",
        say("数据怎么交还", "How your data comes back"),
        kicker=say("不续约时才有这一页", "Only without a renewal"),
        notes="{% slide if not quote %}\n{{ customer.name }}",
    )
    cards.checklist(
        p,
        p.area.top(300),
        [
            say("30 天内导出全部数据，CSV 加说明", "All data within 30 days, as CSV with a description"),
            say("当面核对条数，双方签字", "Counted together and signed"),
            say("清除后出具清除记录", "A record of the deletion"),
        ],
        size=18,
    )


def _end(d: Deck, say: Say) -> None:
    p = d.page(
        "closing",
        say("今天能定下来的事", "What we can settle today"),
        notes=say(
            "当场定人定日子。\n{% if quote %}\n合同模板已经发给{{ buyer.name }}。\n{% endif %}",
            "Names and dates before we leave.\n{% if quote %}\n{{ buyer.name }} has the contract.\n{% endif %}",
        ),
    )
    row = Box(72, 176, 1136, 96)
    group = p.group(row, say("一件", "Step"), "{% for n in next down 0.45cm %}")
    group.shape(row, fill="bg@10", line="bg@22", radius=14)
    group.shape(
        Box(row.x + 26, row.cy - 22, 236, 44),
        "{{ n.day | date }}",
        fill="a2",
        radius=10,
        ink=Ink(15, "tx", bold=True, align="c", anchor="m", measured=False),
    )
    group.shape(
        Box(row.x + 292, row.y, 580, row.h), "{{ n.what }}", ink=Ink(20, "bg", anchor="m", measured=False)
    )
    group.shape(
        Box(row.right - 240, row.y, 210, row.h),
        "{{ n.who }}",
        ink=Ink(16, "bg@85", align="r", anchor="m", measured=False),
    )
    _token(
        p,
        Box(72, 600, 1136, 34),
        "{{ seller.name }} · {{ seller.title }} · {{ seller.phone? }} · {{ seller.email }}",
        16,
        "bg@92",
        anchor="m",
    )
    p.text(Box(72, 640, 1136, 30), "{{ company.name }}", 13, "bg@75", anchor="m")
