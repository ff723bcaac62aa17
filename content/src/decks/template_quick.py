"""Deck template for quick deals: eight light pages, one price, one date."""

from __future__ import annotations

from . import cards
from .charts import Style, chart
from .deck import Deck, Page
from .facts import fact, raw
from .geometry import Box
from .icons import icon
from .palette import Look
from .shapes import Ink
from .tables import TableStyle, table

LOOK = Look(
    "快单",
    ("12302C", "FFFFFF", "4A625D", "EAF6F2", "0C9A7C", "FFB020", "F2643D", "2B7BD4", "8BCB4B", "D9345B"),
    frame="sheet",
    cover="dots",
    radius=14,
)
NAME = "quick-pitch"


def build() -> bytes:
    d = Deck(LOOK, "快单模板", subject="快单型打单模板", keywords="模板 快单 轻量")
    _opening(d)
    _proof(d)
    _offer(d)
    return d.save()


def _opening(d: Deck) -> None:
    p = d.page(
        "cover",
        "{{ customer.name }}\n电费账，三周算清",
        kicker="{{ product.name }}",
        notes="这份十分钟讲完。客户着急就只讲第 3、6、9 页。",
    )
    p.text(Box(72, 460, 700, 34), "先看自己的账，再看同行的账，最后看价格", 17, "bg@90")
    p.text(
        Box(72, 634, 900, 28),
        "{{ company.name }} · {{ seller.name }} · {{ today | date }}",
        14,
        "bg@85",
        anchor="m",
    )
    p.text(Box(72, 56, 400, 34), "{{ company.name }}", 17, "bg", bold=True, anchor="m")
    p = d.page(
        "split", "十分钟，\n四件事", kicker="目录", notes="问一句：先看价格还是先看效果？跟着客户的顺序走。"
    )
    p.text(
        Box(48, 300, 310, 120), "讲完就能定。\n不定也没关系，\n演示账号先用 14 天。", 16, "#FFFFFF@92", gap=4
    )
    for n, (cell, (name, title, text)) in enumerate(
        zip(
            p.area.rows(4, 20),
            [
                ("target", "贵方的事", "我们听到的，请当场改"),
                ("building", "同行的事", "一个同行业客户，做之前和做之后"),
                ("coin", "账", "花多少，省多少，几个月回本"),
                ("calendar", "日子", "三周四步，贵方要配合两次"),
            ],
            strict=True,
        )
    ):
        colour = ("a1", "a2", "a4", "a3")[n]
        p.shape(cell, fill="bg2", radius=16)
        p.shape(Box(cell.x + 26, cell.cy - 32, 64, 64), geom="ellipse", fill=colour)
        icon(p, name, Box(cell.x + 42, cell.cy - 16, 32, 32), "#FFFFFF", 2.4)
        p.text(
            Box(cell.x + 122, cell.y + 14, 190, cell.h - 28),
            title,
            24,
            "tx",
            bold=True,
            anchor="m",
            heading=True,
        )
        p.text(Box(cell.x + 310, cell.y + 14, cell.w - 340, cell.h - 28), text, 17, "tx2", anchor="m")
    p = d.page(
        "content",
        "{{ customer.name }}：我们听到的",
        kicker="请当场改",
        notes="{% for p in pains %}\n· {{ p.title }}：{{ p.detail }}\n{% endfor %}\n说错了就改，改完再往下讲。",
    )
    table(
        p,
        Box(p.area.x, p.area.y, p.area.w, 164),
        [["难处", "现在是怎么过来的"], ["{% for p in pains %}{{ p.title }}", "{{ p.detail }}{% endfor %}"]],
        TableStyle(share=(1, 2.6), align="ll", size=19, head="a2", head_ink="#3A2600", rows=(1, 2)),
    )
    cards.callout(
        p,
        Box(p.area.x, p.area.bottom - 80, p.area.w, 72),
        "三件事的根子往往一样：表没有自己说话。先让表每 15 分钟报一次数。",
        mark="meter",
        colour="a1",
        size=16,
    )


def _proof(d: Deck) -> None:
    p = d.page(
        "picture",
        "{{ case.title }}",
        kicker="同行的事",
        notes="{{ case.summary }}\n数字的口径在案例原件里，客户问就打开原件。",
    )
    band = Box(0, 0, 1280, 330)
    p.shape(band, grad=("a1-35", "a1", 0))
    for n in range(12):
        p.shape(
            Box(60 + n * 104, 290 - (n * 37 % 150) - 60, 64, (n * 37 % 150) + 100),
            fill=f"#FFFFFF@{8 + n % 4 * 4}",
            radius=6,
        )
    p.text(Box(56, 50, 900, 58), "{{ case.customer }}", 30, "#FFFFFF", bold=True, anchor="m", heading=True)
    p.text(
        Box(56, 112, 900, 90),
        "{% if case.figures.saving %}\n一年省 {{ case.figures.saving }} 万元\n{% endif %}",
        24,
        "a2",
        bold=True,
        heading=True,
        measured=False,
    )
    p.text(
        Box(56, 490, 440, 150),
        "{% if case.figures.payback_months %}\n回本 {a1|{{ case.figures.payback_months }} 个月}\n{% endif %}\n{% if case.figures.investment %}\n投入 {a1|{{ case.figures.investment }} 万元}\n{% endif %}",
        20,
        "tx",
        bold=True,
        gap=4,
        measured=False,
    )
    p.text(Box(540, 372, 684, 280), "{{ case.summary }}", 21, "tx", gap=4)
    p = d.page(
        "content",
        "三年账：花出去的和省下来的",
        kicker="按贵方的数算",
        notes="图里的数按简报算：套餐年费累计，对公共区电费按同行比例累计省下。先说这是测算。\n年省 {{ saving | money }}，年费 {{ package_price | money }}。",
        source="测算，不是承诺；补表费用按清单另计",
    )
    left, right = p.area.columns([2.2, 1], 36)
    chart(
        p,
        left,
        "bar",
        ["第 1 年", "第 2 年", "第 3 年"],
        {"累计花费（万元）": [3.9, 7.8, 11.6], "累计省下（万元）": [11.8, 23.6, 35.4]},
        "{% chart data.savings %}",
        Style(colours=("a2", "a1"), labels=True, axis=False, form="0.#", gap=70, size=13),
    )
    for cell, (label, value, colour) in zip(
        right.rows(3, 18),
        [
            ("公共区年电费", "{{ annual_bill | money }}", "a4"),
            ("预计年省", "{{ saving | money }}", "a1"),
            ("套餐年费", "{{ package_price | money }}", "a3"),
        ],
        strict=True,
    ):
        p.shape(cell, fill=f"{colour}@10", radius=14)
        p.text(Box(cell.x + 24, cell.y + 24, cell.w - 48, 28), label, 15, "tx2")
        p.shape(
            Box(cell.x + 24, cell.y + 58, cell.w - 36, 60),
            value,
            ink=Ink(28, f"{colour}-10", bold=True, anchor="m", heading=True, wrap=False),
            name=label,
        )


def _offer(d: Deck) -> None:
    p = d.page(
        "content",
        "价格：一年一付，没有隐藏项",
        kicker="标准报价",
        notes="报价单在工具包里，可以直接发。折扣找商务，不当场答。",
        source="价格含税，2026-11-01 起；另加网关每台 2,600 元，补表按清单",
    )
    packs = raw("products.energy-lite.packages")
    keys = [
        ("年费", "price"),
        ("点位", "points"),
        ("碳账", "carbon"),
        ("分时电价重算", "tou"),
        ("上线方式", "onboarding"),
    ]
    rows = [["", *[str(pack["name"]) for pack in packs]]]
    for label, key in keys:
        rows.append(
            [
                label,
                *[
                    f"¥{pack[key]:,}" if isinstance(pack[key], int) and key == "price" else str(pack[key])
                    for pack in packs
                ],
            ]
        )
    table(p, Box(p.area.x, p.area.y, p.area.w, 380), rows, TableStyle(share=(1, 1, 1.2, 1), mark=2, size=17))
    cards.callout(
        p,
        Box(p.area.x, p.area.y + 404, p.area.w, 90),
        "贵方约 {{ points | number }} 个点位，建议：{a1|{{ package }}}",
        mark="check",
        colour="a1",
        size=19,
    )
    p = d.page(
        "content",
        "三周四步，贵方配合两次",
        kicker="日子",
        notes="贵方只要两次：给图纸，派一位持证电工陪同半天。",
        source=f"一台 LG-200 最多带 {fact('products.iot.gateway.meters_per_gateway')} 只表；装网关不停电",
    )
    parts = [
        ("第 1 天", "勘点", "远程看图纸，列表计清单。贵方给一份系统图。"),
        ("第 5 天", "装网关", "每台约半小时，不停电。贵方派一位电工陪同。"),
        ("第 12 天", "接数据", "自动建台账，逐只核对表号和倍率。"),
        ("第 21 天", "看成效", "第一份账单自动出来，对一遍人工账。"),
    ]
    _road(p, parts)
    words = "贵方只做两件事：给一份系统图；装网关那天派一位持证电工陪半天。其余我们来。"
    cards.callout(
        p, Box(p.area.x, p.area.bottom - 86, p.area.w, 78), words, mark="hand", colour="a1", size=18
    )
    p = d.page(
        "content",
        "客户常问",
        kicker="答案在备注里",
        notes="{% for f in faqs %}\n问：{{ f.question }}\n答：{{ f.answer }}\n{% endfor %}",
    )
    table(
        p,
        Box(p.area.x, p.area.y, p.area.w, 116),
        [["", "问得最多的"], ["{% for f in faqs %}问", "{{ f.question }}{% endfor %}"]],
        TableStyle(share=(1, 12), align="cl", size=18),
    )
    p = d.page("closing", "今天定一件事", notes="只定一件事，定了就发群。")
    box = Box(72, 170, 1136, 220)
    p.shape(box, fill="bg@12", line="bg@30", radius=20)
    p.shape(Box(box.x + 40, box.y + 40, 140, 140), geom="ellipse", fill="a2")
    icon(p, "flag", Box(box.x + 76, box.y + 76, 68, 68), "tx", 2.6)
    p.text(
        Box(box.x + 220, box.y + 30, box.w - 260, 160),
        "{{ next_step | default('先开 14 天演示账号，数据每晚还原') }}",
        28,
        "bg",
        bold=True,
        anchor="m",
        heading=True,
    )
    cards.figures(
        p,
        Box(72, 430, 1136, 130).columns(3, 30),
        [
            ("14 天", "演示账号", "手机号开通"),
            ("21 天", "首份账单", "从勘点算起"),
            ("¥19,800 起", "一年", "含平台与一台网关"),
        ],
        kind="line",
        tones=["a2"],
        size=30,
    )
    p.text(
        Box(72, 616, 1136, 34),
        "{{ seller.name }} · {{ seller.title }} · {{ seller.phone? }} · {{ seller.email }}",
        16,
        "bg@92",
        anchor="m",
    )


def _road(p: Page, parts: list[tuple[str, str, str]]) -> None:
    """Four signs along a road."""
    y = p.area.y + 210
    p.shape(Box(p.area.x, y - 16, p.area.w, 32), fill="tx+40", radius=16)
    for n in range(22):
        p.shape(Box(p.area.x + 24 + n * 52, y - 2, 26, 4), fill="#FFFFFF@80")
    for n, (cell, (when, title, text)) in enumerate(zip(p.area.columns(4, 24), parts, strict=True)):
        colour = ("a1", "a4", "a2-10", "a3")[n]
        p.line((cell.cx, y - 16), (cell.cx, y - 70), colour, 4)
        sign = Box(cell.cx - 84, y - 152, 168, 84)
        p.shape(sign, fill=colour, radius=14)
        p.text(Box(sign.x, sign.y + 10, sign.w, 28), when, 15, "#FFFFFF", bold=True, align="c", anchor="m")
        p.text(
            Box(sign.x, sign.y + 38, sign.w, 38),
            title,
            20,
            "#FFFFFF",
            bold=True,
            align="c",
            anchor="m",
            heading=True,
        )
        p.shape(Box(cell.cx - 14, y - 14, 28, 28), geom="ellipse", fill="bg", line=colour, width=6)
        p.text(Box(cell.x + 8, y + 44, cell.w - 16, 150), text, 17, "tx2", align="c")
