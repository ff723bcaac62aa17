"""Deck: 租户电费分摊方案 (quick deal; parks, logistics, malls)."""

from __future__ import annotations

from . import boards, cards, diagrams, scenes
from .charts import Style, chart
from .deck import Deck
from .facts import case, fact, raw
from .geometry import Box
from .icons import icon
from .isometric import tints
from .palette import Look
from .tables import TableStyle, table

LOOK = Look(
    "租户紫",
    ("2A1840", "FFFFFF", "5E5270", "F6F1FB", "7B3FC4", "F7A440", "1FA89A", "E2557B", "4B7BE5", "9BC53D"),
    frame="sheet",
    cover="mosaic",
    radius=14,
)
META = {
    "slug": "solution-tenant-billing-deck",
    "title": "租户电费分摊方案",
    "kind": "solution",
    "product": ["energy-lite"],
    "industry": ["park", "logistics", "commercial"],
    "scenario": ["tenant-billing", "metering"],
    "stage": ["solution-talk"],
    "audience": "customer",
    "owner": "liting@lanchuan.example",
    "expert": "chenli@lanchuan.example",
    "state": "on_offer",
    "published_on": "2026-11-12",
    "review_on": "2027-02-10",
    "summary": "按面积摊为什么会吵，一张电费单怎么算出来，三种分摊规则怎么选；附新港、青禾两家。",
}


def build() -> bytes:
    d = Deck(LOOK, str(META["title"]), subject="能碳管理轻量版", keywords="租户 电费 分摊 抄表 账单")
    x, q = case("xingang"), case("qinghe")
    p = d.page(
        "cover",
        "租户电费分摊方案",
        kicker="园区 · 物流园 · 商业广场",
        notes="八页，十五分钟。运营和财务要一起听。",
    )
    p.picture(
        Box(820, 160, 412, 400),
        scenes.mall(tints(LOOK.colours), 824, 800),
        "等轴插图：商业广场与屋顶光伏",
        radius=28,
    )
    p.text(Box(72, 460, 700, 40), "谁用的谁付，算得出来，也说得出来", 18, "bg@92")
    p.text(Box(72, 634, 700, 28), "澜川智控 · 2026 年 11 月", 14, "bg@82", anchor="m")

    p = d.page(
        "content",
        "为什么按面积摊会吵",
        kicker=f"新港物流园：{x.tenants} 户，一个月 {x.complaints_before} 件投诉",
        notes="让客户看两户：面积一样，用电差一倍，电费却一样。这一页不用讲道理，看图就够。",
        source=f"新港物流园，{x.basis('complaints_before')}；两户为示意",
    )
    left, right = p.area.columns(2, 40)
    for cell, (name, kwh, colour, bars) in zip(
        left.rows(2, 20),
        [
            ("甲户 · 普通仓 · 500 m²", "白天两盏灯，一台叉车充电", "a3", 3),
            ("乙户 · 恒温仓 · 500 m²", "四台空调，夜里也不停", "a4", 9),
        ],
        strict=True,
    ):
        p.shape(cell, fill="bg2", radius=14)
        icon(p, "building", Box(cell.x + 26, cell.y + 30, 60, 60), colour, 2.4)
        p.text(Box(cell.x + 108, cell.y + 26, cell.w - 130, 36), name, 20, "tx", bold=True, anchor="m")
        p.text(Box(cell.x + 108, cell.y + 64, cell.w - 130, 32), kwh, 15.5, "tx2", anchor="m")
        p.text(Box(cell.x + 28, cell.y + 118, 90, 30), "实际用电", 14, "tx2", anchor="m")
        for n in range(10):
            p.shape(
                Box(cell.x + 126 + n * 38, cell.y + 120, 32, 26),
                fill=colour if n < bars else f"{colour}@15",
                radius=4,
            )
        p.text(Box(cell.x + 28, cell.y + 164, 90, 30), "面积账单", 14, "tx2", anchor="m")
        for n in range(10):
            p.shape(
                Box(cell.x + 126 + n * 38, cell.y + 166, 32, 26), fill="a1" if n < 6 else "a1@15", radius=4
            )
    cards.quote(
        p,
        Box(right.x + 10, right.y + 40, right.w - 20, 250),
        "我关着灯，凭什么跟他一样多？",
        "前台一周要听三遍的话",
        size=34,
    )
    cards.callout(
        p,
        Box(right.x, right.bottom - 110, right.w, 96),
        "面积是事实，用电也是事实。账单只认其中一个，另一个就会来找你。",
        mark="hand",
        size=17,
    )

    p = d.page(
        "content",
        "一张电费单是怎么算出来的",
        kicker="四步，每一步都能点开看",
        notes="从左往右走一遍，最后把账单递给客户看：读数、单价、公摊、调整分开写。",
    )
    left, right = p.area.columns([1.7, 1], 40)
    steps = [
        ("meter", "表的读数", "每 15 分钟一个数，月初月末同一时刻取"),
        ("bolt", "时段单价", "四段分时或统一电价，按生效日期分段"),
        ("people", "公共分摊", "公区总表减各户之和，按约定规则分"),
        ("doc", "调整与出账", "换表、倍率、退补都留一行原因"),
    ]
    for n, (cell, (name, head, text)) in enumerate(zip(left.inset(0, 4).rows(4, 18), steps, strict=True)):
        colour = ("a1", "a2", "a3", "a4")[n]
        p.shape(cell, fill=f"{colour}@9", radius=14)
        p.shape(Box(cell.x, cell.y, 92, cell.h), fill=colour, radius=14)
        icon(p, name, Box(cell.x + 25, cell.cy - 21, 42, 42), "#FFFFFF", 2.4)
        p.text(
            Box(cell.x + 120, cell.y + 14, cell.w - 140, 38),
            f"{n + 1}　{head}",
            20,
            "tx",
            bold=True,
            anchor="m",
        )
        p.text(Box(cell.x + 120, cell.y + 54, cell.w - 140, cell.h - 62), text, 16, "tx2")
    boards.sheet_of_paper(
        p,
        Box(right.x + 6, right.y + 4, right.w - 12, right.h - 12),
        "电费账单（样张）",
        "乙户 · 恒温仓 · 2026 年 10 月",
        [
            ("高峰 2,140 kWh × 1.02", "2,182.80"),
            ("平段 1,860 kWh × 0.62", "1,153.20"),
            ("低谷 1,520 kWh × 0.31", "471.20"),
            ("公区分摊（按用电）", "186.40"),
            ("上月退补", "-42.00"),
        ],
        ("应付", "¥ 3,951.60"),
    )

    p = d.page(
        "content",
        "三种分摊规则对照表",
        kicker="没有最好的，只有说得清的",
        notes="公区怎么分是园区和租户的约定，我们只负责算得出、说得出。改规则要公示一个月。",
    )
    table(
        p,
        Box(p.area.x, p.area.y + 4, p.area.w, 400),
        [
            ["", "按面积", "按用电量", "按约定系数"],
            ["适合", "户型接近的写字楼", "用电差别大的仓库、餐饮", "有大户、有空置的园区"],
            ["要什么数据", "合同面积", "每户表计", "每户表计 + 系数表"],
            ["租户最容易问", "我没人在也要摊？", "公区的灯为什么我多付？", "系数谁定的？"],
            ["空置的算谁的", "业主", "业主", "写进系数表"],
            ["改规则多快", "改面积即改", "下月生效", "公示一个月"],
        ],
        TableStyle(share=(0.9, 1.2, 1.3, 1.3), mark=2, size=17),
    )
    cards.callout(
        p,
        Box(p.area.x, p.area.y + 424, p.area.w, 82),
        "同一个园区可以三种并用：走廊按面积，冷库按用电，食堂按系数。",
        mark="layers",
        colour="a3",
        size=17,
    )

    p = d.page(
        "content",
        "上线前后：抄表、投诉、公区电费",
        kicker="新港物流园",
        notes=f"口径：投诉 {x.basis('complaints_before')}，{x.basis('complaints_after')}；电费 {x.basis('cost_cut')}。{x.quote}",
        source=f"口径：投诉为前台登记月均；电费为{x.basis('cost_cut')}",
    )
    a, b = p.area.columns([1.5, 1], 40)
    chart(
        p,
        Box(a.x, a.y, a.w, 380),
        "bar",
        ["投诉（件/月）", "抄表工时（时/月）"],
        {
            "上线前": [x.value("complaints_before"), x.value("reading_hours_before")],
            "上线后": [x.value("complaints_after"), x.value("reading_hours_after")],
        },
        f"柱状图：新港物流园投诉从每月 {x.complaints_before} 件到 {x.complaints_after} 件，抄表从 {x.reading_hours_before} 工时到 {x.reading_hours_after} 工时",
        Style(colours=("#CFC4DD", "a1"), labels=True, axis=False, gap=70, size=15),
    )
    p.shape(Box(a.x, a.y + 396, a.w, 108), fill="a1@9", radius=14)
    p.text(Box(a.x + 30, a.y + 402, a.w - 60, 60), f"“{x.quote}”", 24, "a1-15", bold=True, anchor="m")
    p.text(Box(a.x + 30, a.y + 462, a.w - 60, 32), f"—— {x.speaker}，{x.said_on}", 13, "tx2")
    cards.figures(
        p,
        Box(b.x, b.y + 4, b.w, b.h - 10).rows(3, 18),
        [
            (f"-{x.complaints_cut} %", "分摊投诉", f"{x.complaints_before} → {x.complaints_after} 件/月"),
            (f"-{x.cost_cut} %", "公共区电费同比", f"一年约省 {x.saving} 万元"),
            (f"{x.payback_months} 个月", "回本", f"投入 {x.investment} 万元"),
        ],
        kind="solid",
        tones=["a1", "a3-10", "a4"],
        size=38,
    )

    p = d.page(
        "split",
        "租户看到的\n账单",
        kicker="先给前台用",
        notes="租户手机查电费计划 2027 年一季度；现在是前台打开给租户看，或发 PDF。",
    )
    p.text(
        Box(48, 280, 310, 220),
        "前台点开一户，\n三分钟能把一张单子讲完。\n\n手机自助查询\n计划 2027 年一季度。",
        17,
        "#FFFFFF@92",
        gap=3,
    )
    glass = boards.phone(p, Box(p.area.x + 20, p.area.y + 4, 290, 592))
    p.text(Box(glass.x, glass.y, glass.w, 30), "乙户 · 10 月", 15, "#1E293B", bold=True)
    p.text(
        Box(glass.x, glass.y + 30, glass.w, 56), "¥ 3,951.60", 28, "a1", bold=True, anchor="m", heading=True
    )
    chart(
        p,
        Box(glass.x - 8, glass.y + 90, glass.w + 16, 190),
        "bar",
        ["6", "7", "8", "9", "10"],
        {"用电 kWh": [6010, 6720, 6655, 5930, 5520]},
        "柱状图：乙户近五个月用电量",
        Style(colours=("a1",), legend=None, axis=False, size=10, gap=50, title="近五个月用电 kWh"),
    )
    for n, (name, value) in enumerate(
        [("高峰", "2,140 kWh"), ("平段", "1,860 kWh"), ("低谷", "1,520 kWh"), ("公区分摊", "¥186.40")]
    ):
        y = glass.y + 296 + n * 52
        p.shape(Box(glass.x, y, glass.w, 44), fill="#FFFFFF", line="#E2E8F0", radius=8)
        p.text(Box(glass.x + 14, y, 110, 44), name, 13.5, "#64748B", anchor="m")
        p.text(
            Box(glass.x + 110, y, glass.w - 124, 44), value, 14.5, "#1E293B", bold=True, align="r", anchor="m"
        )
    side = Box(p.area.x + 360, p.area.y + 10, p.area.w - 360, p.area.h - 20)
    cards.cards(
        p,
        side.rows(3, 20),
        [
            ("为什么比上月多", "点开曲线：10 号起夜里多了一台空调。"),
            ("公区为什么有我", "点开公式：总表减各户之和，乘我的份额。"),
            ("换表那天怎么算", "旧表止码、新表起码、倍率，三行分开写。"),
        ],
        kind="side",
        tones=["a1", "a2", "a3"],
        size=15,
        head=20,
    )

    p = d.page(
        "picture",
        f"青禾广场：月结从 {q.close_before} 天到 {q.close_after} 天",
        kicker=f"案例 · {q.tenants} 家商户",
        notes=f"{q.quote} —— {q.speaker}，{q.said_on}。口径：{q.basis('cost_cut')}。",
        source=f"口径：{q.basis('cost_cut')}；投入：{q.basis('investment')}",
    )
    p.picture(
        Box(0, 0, 1280, 330), scenes.mall(tints(LOOK.colours), 1280, 330, zoom=1.8), "等轴插图：青禾广场"
    )
    p.text(
        Box(56, 480, 440, 170),
        f"餐饮和服装一个单价，对账要五天。上线后 {q.points} 个点位按用途分价，财务半天关账。",
        17,
        "tx2",
    )
    cards.figures(
        p,
        Box(540, 372, 684, 140).columns(3, 18),
        [
            (f"{q.cost_cut} %", "公区电费同比降", f"一年省 {q.saving} 万元"),
            (f"{q.investment} 万元", "投入", "标准包加补表"),
            (f"{q.payback_months} 个月", "回本", "按六个月同比折算"),
        ],
        tones=["a1", "a4", "a3"],
        size=30,
    )
    p.shape(Box(540, 532, 684, 118), fill="a1@8", radius=14)
    p.text(Box(566, 540, 632, 62), f"“{q.quote}”", 20, "a1-20", bold=True, anchor="m")
    p.text(Box(566, 604, 632, 32), f"—— {q.speaker}，{q.said_on}", 13, "tx2")

    p = d.page(
        "closing",
        f"怎么开始：先补表，{raw('products.energy-lite.go_live')} 天后出账",
        notes="补表清单是关键。客户没有图纸就先约一次现场半天。",
    )
    table(
        p,
        Box(72, 170, 560, 330),
        [
            ["缺什么表", "补哪种", "谁来装"],
            ["户内没有表", "导轨表，带 RS485", "园区电工"],
            ["只有机械表", "换远传表", "园区电工"],
            ["只有脉冲口", "加一只采集器", "我们"],
            ["公区没有分表", "加互感器与多用户表", "约停电窗口"],
        ],
        TableStyle(share=(1.1, 1.4, 0.9), align="lll", size=15, head="a2", head_ink="#3A2200"),
    )
    diagrams.ladder(
        p,
        Box(650, 160, 560, 350),
        [
            ("第 1 天", "发一张配电图"),
            ("第 5 天", "网关上线，开始读数"),
            ("第 12 天", "台账与倍率核对完"),
            ("第 21 天", "第一份账单，和人工对一遍"),
        ],
        tones=["a2"],
        label=130,
    )
    p.shape(Box(72, 540, 1136, 90), fill="bg@12", radius=14)
    p.text(
        Box(102, 540, 1076, 90),
        f"基础包 ¥19,800 / 年（50 点位），标准包 ¥38,800 / 年（200 点位），含一台网关；另加网关每台 {fact('products.energy-lite.extra_gateway')} 元。",
        17,
        "bg",
        anchor="m",
    )
    return d.save()
