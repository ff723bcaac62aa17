"""Deck: 能碳话术 60 分钟 (internal training for sellers)."""

from __future__ import annotations

from . import cards, diagrams
from .charts import Style, chart, colour_points
from .deck import Deck
from .facts import case, fact, number, raw
from .geometry import Box
from .icons import icon
from .palette import Look
from .shapes import Ink
from .tables import TableStyle, table

LOOK = Look(
    "话术棕",
    ("2C1A10", "FFFFFF", "6B5648", "FBF5EE", "C2571A", "2F7D6B", "E0A11B", "7A4A9E", "3F7CAC", "B23A48"),
    frame="ribbon",
    cover="mosaic",
    radius=12,
    footer="澜川智控 · 内部培训，请勿外发",
)
META = {
    "slug": "training-energy-talk-deck",
    "title": "能碳话术 60 分钟（秋季版）",
    "kind": "training",
    "product": ["energy", "energy-lite"],
    "industry": ["park"],
    "scenario": ["tou-tariff", "tenant-billing"],
    "stage": ["first-visit", "solution-talk"],
    "function": ["facility", "finance", "operations"],
    "audience": "internal",
    "owner": "liting@lanchuan.example",
    "expert": "chenli@lanchuan.example",
    "state": "on_offer",
    "published_on": "2026-11-18",
    "review_on": "2027-02-16",
    "summary": "销售必读：开场三问、三类客户、电价怎么讲、报价怎么报、五种拒绝和小测五题。",
}


def build() -> bytes:
    d = Deck(LOOK, str(META["title"]), subject="销售培训", keywords="话术 培训 能碳 电价 报价")
    _opening(d)
    _listen(d)
    _teach(d)
    _answer(d)
    return d.save()


def _opening(d: Deck) -> None:
    p = d.page(
        "cover",
        "能碳话术 60 分钟",
        kicker="培训课件 · 销售必读 · 秋季版",
        notes="讲师：李婷。手机静音，每人带一个正在跟的客户来。",
    )
    p.shape(
        Box(72, 476, 190, 42),
        "内部材料",
        fill="a3",
        radius=21,
        ink=Ink(16, "tx", bold=True, align="c", anchor="m"),
    )
    p.text(Box(72, 634, 700, 28), "产品市场部 · 2026 年 11 月 18 日", 14, "bg@85", anchor="m")
    p = d.page("content", "60 分钟怎么分", kicker="一堂课", notes="严格按时间走。练习那段最重要，不能砍。")
    parts = [
        ("开场三问", 8, "a1"),
        ("听出三类客户", 8, "a5"),
        ("电价与重算", 14, "a3"),
        ("报价", 8, "a2"),
        ("案例与拒绝", 12, "a4"),
        ("练习与小测", 10, "a6"),
    ]
    x, y, unit = p.area.x, p.area.y + 70, p.area.w / 60
    for n, (name, minutes, colour) in enumerate(parts):
        box = Box(x, y, minutes * unit - 6, 120)
        p.shape(
            box,
            f"{minutes}'",
            fill=colour,
            radius=12,
            ink=Ink(34, "#FFFFFF", bold=True, align="c", anchor="m", heading=True),
        )
        p.text(Box(x, y - 48, minutes * unit - 6, 38), name, 16, "tx", bold=True, align="c", anchor="m")
        p.text(Box(x, y + 130, 60, 28), f"{sum(m for _, m, _ in parts[:n])} 分", 13, "tx2")
        x += minutes * unit
    cards.cards(
        p,
        Box(p.area.x, p.area.y + 270, p.area.w, 230).columns(3, 24),
        [
            ("讲的人只讲一半", "另一半让大家说。每段结束抽一个人复述，复述不出来就再来一遍。"),
            ("只用自己的客户", "每个问题都换成你正在跟的那家，名字写在纸上。"),
            ("课后交一样东西", "一段三分钟录音：用客户的话讲电价。周五前发群。"),
        ],
        kind="side",
        icons=["people", "target", "phone"],
        tones=["a1", "a2", "a4"],
        size=17,
        head=21,
    )


def _listen(d: Deck) -> None:
    p = d.page(
        "content",
        "开场三问：问完就闭嘴",
        kicker="8 分钟",
        notes="三问之间不要解释产品。客户沉默五秒以内不要接话。",
    )
    rows = p.area.inset(0, 6).rows(3, 20)
    asks = [
        ("上次调价，你们几天后才知道差了多少？", "听的是：有没有人在看", "答“下个月账单”：机会大", "a1"),
        ("租户来问电费，前台拿什么给他看？", "听的是：争议有多疼", "答“一张 Excel”：先讲分摊", "a2"),
        ("上面要碳排数，您要找几个人凑？", "听的是：谁是内部推手", "答“我一个人”：他就是", "a4"),
    ]
    for n, (row, (ask, listen, sign, colour)) in enumerate(zip(rows, asks, strict=True)):
        bubble = Box(row.x, row.y, row.w * 0.6, row.h)
        p.shape(
            bubble,
            geom="wedgeRoundRectCallout",
            fill=colour,
            adj={"adj1": -42000, "adj2": 62000, "adj3": 16667},
        )
        p.text(bubble.inset(36, 16), f"{n + 1}　{ask}", 23, "#FFFFFF", bold=True, anchor="m", heading=True)
        side = Box(row.x + row.w * 0.64, row.y, row.w * 0.36, row.h)
        p.text(side.top(side.h / 2), listen, 19, "tx", bold=True, anchor="b")
        p.text(side.below(side.h / 2 + 6), sign, 17, "tx2")
    p = d.page(
        "split",
        "听出\n三类客户",
        kicker="8 分钟",
        notes="三类人要的东西不一样。听错了类型，后面讲得再好也白讲。",
    )
    p.text(
        Box(48, 280, 304, 250),
        "听他第一句说什么：\n\n说钱的，给账；\n说人的，给省事；\n说上面的，给报告。",
        20,
        "#FFFFFF@94",
        gap=3,
    )
    table(
        p,
        p.area.inset(0, 2),
        [
            ["", "说钱的", "说人的", "说上面的"],
            ["常见职务", "总经理、财务", "运营、物业", "能源办、管委会"],
            ["第一句话", "去年电费又涨了", "抄表的要辞职", "年底要交碳排"],
            ["先翻哪页", "测算与回本", "三周四步", "碳账与口径"],
            ["给谁的案例", "江北", "新港", "临澄"],
            ["别说的话", "省多少我保证", "裁掉抄表员", "报告我们替您出"],
        ],
        TableStyle(share=(0.8, 1, 1, 1), size=17, head="a1-15", zebra=True),
    )


def _teach(d: Deck) -> None:
    t = "company.tariff_sample."
    prices = [raw(t + key) for key in ("valley", "flat", "peak", "super_peak")]
    p = d.page(
        "content",
        "电价怎么讲：拿一度电当一块钱讲",
        kicker="7 分钟",
        notes="在白板上只写四个数。不要讲政策文件号，讲一天里的哪几个小时。",
        source=f"{raw(t + 'name')}，{raw(t + 'since')} 起；{raw(t + 'note')}",
    )
    left, right = p.area.columns([1.2, 1], 44)
    made = chart(
        p,
        left,
        "row",
        ["尖峰", "高峰", "平段", "低谷"],
        {"元/kWh": prices[::-1]},
        "条形图：四段电价，尖峰 1.27、高峰 1.02、平段 0.62、低谷 0.31 元每千瓦时",
        Style(colours=("a1",), labels=True, axis=False, legend=None, form="0.00", size=18, gap=40),
    )
    colour_points(made, ["a6", "a1", "a3", "a2"])
    p.text(
        Box(right.x, right.y + 4, right.w, 40), "三句话讲完", 22, "tx", bold=True, anchor="m", heading=True
    )
    cards.cards(
        p,
        Box(right.x, right.y + 56, right.w, right.h - 66).rows(3, 16),
        [
            ("同一度电，四个价", "最贵的是最便宜的四倍。您现在的电落在哪几个小时？"),
            ("挪比省快", "挪一度尖峰到低谷，省九毛六；少用一度平段，省六毛二。"),
            ("价会变，账要跟着变", "去年的节能报告是按去年的价算的。"),
        ],
        kind="side",
        tones=["a6", "a1", "a2"],
        size=17,
        head=20,
    )
    p = d.page(
        "night",
        "新版重算怎么演示",
        kicker="7 分钟 · 能碳管理 4.3",
        notes="先改电价，再点重算，不要反过来。限制三条要自己先说。",
    )
    room = Box(p.area.x, p.area.y + 6, p.area.w, 300).columns(4, 44)
    diagrams.flow(
        p,
        room,
        [
            ("doc", "1 改价", "当着客户的面，把尖峰改成他当地的价。"),
            (
                "refresh",
                "2 重算",
                f"点一下。100 个点位重算一年，约 {fact('products.energy.tou_recalculation.minutes_per_100_points')} 分钟。",
            ),
            ("search", "3 对照", "打开新旧对照页，让客户自己找哪栋差得多。"),
            ("people", "4 问他", "“这张表您会先发给谁？”记下名字。"),
        ],
        tones=["a1", "a2", "a5", "a4"],
    )
    p.text(Box(p.area.x, p.area.y + 336, 500, 36), "先说的三条限制", 20, "a3", bold=True, anchor="m")
    cards.checklist(
        p,
        Box(p.area.x, p.area.y + 378, p.area.w, 150),
        [str(x) for x in raw("products.energy.tou_recalculation.limits")],
        mark="alert",
        colour="a3",
        size=18,
    )
    p = d.page(
        "content",
        "报价怎么报：先报套餐，再报补表，最后报年",
        kicker="8 分钟",
        notes="不要先报三年总价。折扣找孙博，不当场答。",
        source=f"2026-11-01 起；另加网关每台 {number(raw('products.energy-lite.extra_gateway'))} 元",
    )
    packs = raw("products.energy-lite.packages")
    steps = Box(p.area.x, p.area.y + 4, p.area.w, 330).columns(3, 26)
    for n, (cell, pack) in enumerate(zip(steps, packs, strict=True)):
        colour = ("a5", "a1", "a4")[n]
        price = f"¥{number(pack['price'])}" if isinstance(pack["price"], int) else "面议"
        p.shape(cell, fill="bg2", radius=16)
        p.shape(
            Box(cell.x, cell.y, cell.w, 70),
            str(pack["name"]),
            fill=colour,
            radius=16,
            ink=Ink(22, "#FFFFFF", bold=True, align="c", anchor="m", heading=True),
        )
        p.text(
            Box(cell.x + 20, cell.y + 84, cell.w - 40, 76),
            price,
            40,
            colour,
            bold=True,
            align="c",
            anchor="m",
            heading=True,
        )
        p.text(
            Box(cell.x + 20, cell.y + 160, cell.w - 40, 30),
            "每年" if n < 2 else "按点位与现场",
            15,
            "tx2",
            align="c",
        )
        words = (
            "一句话：50 个点以内，先把抄表省了。",
            "一句话：200 个点以内，碳账和分时都在里面。",
            "一句话：点位不封顶，先去现场再报。",
        )[n]
        p.text(Box(cell.x + 24, cell.y + 206, cell.w - 48, 110), words, 18, "tx", align="c")
    diagrams.chevrons(
        p,
        Box(p.area.x, p.area.y + 362, p.area.w, 150),
        [
            ("先套餐", "让他自己说几个点"),
            ("再补表", "清单一行一行念"),
            ("最后说年", "一年一付，第二年不涨才续"),
        ],
        high=66,
        tones=["a5", "a1", "a2"],
    )


def _answer(d: Deck) -> None:
    x, q, j = case("xingang"), case("lincheng"), case("jiangbei")
    p = d.page(
        "content", "三个案例，各讲 90 秒", kicker="6 分钟", notes="讲人，不讲功能。最后一句一定是客户原话。"
    )
    for cell, (c, name, who, before, after, colour) in zip(
        p.area.inset(0, 4).columns(3, 24),
        [
            (
                x,
                "新港物流园",
                "说人的听这个",
                f"前台一个月 {x.complaints_before} 件投诉，六个人抄三天",
                f"投诉 {x.complaints_after} 件，{x.payback_months} 个月回本",
                "a1",
            ),
            (
                q,
                "临澄高新区",
                "说上面的听这个",
                f"填一轮 {q.filing_days_before} 天，{q.people_before} 个人，退过两次",
                f"{q.filing_days_after} 天，{q.people_after} 个人，一套模板",
                "a2",
            ),
            (
                j,
                "江北生物医药园",
                "说钱的听这个",
                f"洁净空调占电 {j.hvac_share}%，峰段 {j.peak_share_before}%",
                f"一年省 {j.saving} 万元，{j.payback_months} 个月回本",
                "a4",
            ),
        ],
        strict=True,
    ):
        p.shape(cell, line=colour, width=2, radius=16)
        p.shape(
            Box(cell.x + 24, cell.y + 24, 170, 34),
            who,
            fill=f"{colour}@16",
            radius=17,
            ink=Ink(14, f"{colour}-20", bold=True, align="c", anchor="m", wrap=False),
        )
        p.text(
            Box(cell.x + 24, cell.y + 70, cell.w - 48, 44),
            name,
            25,
            "tx",
            bold=True,
            anchor="m",
            heading=True,
        )
        for n, (label, text) in enumerate(
            [("30 秒 处境", before), ("30 秒 结果", after), ("30 秒 原话", f"“{c.quote}”")]
        ):
            y = cell.y + 126 + n * 124
            p.shape(Box(cell.x + 24, y, cell.w - 48, 112), fill="bg2", radius=10)
            p.text(Box(cell.x + 40, y + 10, cell.w - 80, 26), label, 13, colour, bold=True)
            p.text(Box(cell.x + 40, y + 36, cell.w - 80, 72), text, 17, "tx", bold=n == 2, anchor="m")
    p = d.page(
        "content",
        "五种拒绝，五句回应",
        kicker="6 分钟",
        notes="先重复对方的话，再答。每句都要带一个数或者一个名字。",
    )
    table(
        p,
        p.area.inset(0, 4),
        [
            ["客户说", "别这么答", "这么答"],
            [
                "太贵了",
                "我们给您打折",
                f"一年 38,800，抄表两个半职一年多少？{x.payback_months} 个月回本那家给您电话",
            ],
            ["我们有系统了", "他们的不行", "有最好，我们读它的数，不拆；您现在几套？"],
            ["能保证省多少？", "至少一成", "不承诺。合同写基线和口径，江北按口径算出来的"],
            ["等明年预算", "好的您忙", "14 天演示账号先开着，年底报预算正好有数"],
            ["数据不能出去", "很安全的", "放您机房也行，合同写明；等保三级材料今天发"],
        ],
        TableStyle(share=(0.9, 0.9, 2.4), align="lll", mark=2, size=17, rows=(0.8, 1, 1, 1, 1, 1)),
    )
    p = d.page("content", "不能说的话", kicker="红线", notes="红线，说了要自己收回来。每一条都有人真的说过。")
    said = [
        ("“保证省百分之十五”", "我们不承诺节能率，合同里写基线和口径"),
        ("“什么协议都能接”", "先看清单，私有协议先要报文样本"),
        ("“碳报告我们出，核查没问题”", "不代替第三方核查"),
        ("“租户手机上现在就能查”", "计划 2027 年一季度"),
        ("“某某园区也是我们客户”", "保密客户只说公开的叫法，例如华东某电子产业园"),
        ("“需量电费也能重算”", "只做展示，不重算"),
    ]
    for cell, (wrong, right) in zip(p.area.inset(0, 4).grid(2, 3, 20), said, strict=True):
        p.shape(cell, fill="bg2", radius=12)
        p.shape(Box(cell.x, cell.y, 8, cell.h), fill="a6")
        icon(p, "alert", Box(cell.x + 28, cell.y + 22, 34, 34), "a6", 2.4)
        p.text(Box(cell.x + 76, cell.y + 16, cell.w - 96, 46), wrong, 20, "a6", bold=True, anchor="m")
        icon(p, "check", Box(cell.x + 30, cell.y + 84, 30, 30), "a2", 2.4)
        p.text(Box(cell.x + 76, cell.y + 68, cell.w - 96, cell.h - 78), right, 18, "tx", anchor="m")
    p = d.page(
        "split",
        "练习：\n三人一组",
        kicker="6 分钟",
        notes="两轮，每轮三分钟。看的人只记客户说了几句、销售说了几句。",
    )
    p.text(
        Box(48, 280, 304, 250),
        "两轮，换人。\n\n看的人只数一件事：\n谁说得多。\n\n销售说得多的，重来。",
        20,
        "#FFFFFF@94",
        gap=2,
    )
    cards.cards(
        p,
        p.area.inset(0, 2).rows(3, 20),
        [
            ("扮客户的人", "抽一张：说钱的、说人的、说上面的。前两分钟不许问产品。"),
            ("扮销售的人", "只许问三问，拿到一个数字和一个名字就赢。"),
            ("看的人", "画正字：客户一句一笔，销售一句一笔。最后念出来。"),
        ],
        kind="outline",
        icons=["hand", "target", "eye"],
        tones=["a1", "a2", "a4"],
        size=18,
        head=22,
    )
    p = d.page(
        "closing",
        "小测 5 题，错两题再来一遍",
        notes="答案：1 四倍；2 三周（21 天）；3 不承诺；4 2026 年 1 月；5 只说公开的叫法，例如华东某电子产业园。",
    )
    asks = [
        "示例电价里，尖峰是低谷的几倍？",
        "轻量版从勘点到第一份账单几天？",
        "客户问能省多少，第一句怎么答？",
        "重算补到哪一年哪一月？",
        "保密客户在别的客户面前怎么称呼？",
    ]
    for n, (cell, ask) in enumerate(zip(Box(72, 170, 1136, 440).rows(5, 14), asks, strict=True)):
        p.shape(cell, fill="bg@11", line="bg@22", radius=12)
        p.shape(
            Box(cell.x + 20, cell.cy - 25, 50, 50),
            str(n + 1),
            geom="ellipse",
            fill="a3",
            ink=Ink(20, "tx", bold=True, align="c", anchor="m"),
        )
        p.text(Box(cell.x + 96, cell.y, cell.w * 0.56, cell.h), ask, 21, "bg", bold=True, anchor="m")
        p.line((cell.x + cell.w * 0.68, cell.cy + 18), (cell.right - 36, cell.cy + 18), "bg@55", 1.5)
