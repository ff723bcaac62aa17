"""Deck: 电子厂能碳管理方案 (energy, electronics makers), drawn on dark."""

from __future__ import annotations

from . import boards, cards, diagrams, scenes
from .charts import Style, chart
from .deck import Deck
from .facts import case, fact, raw
from .geometry import Box
from .icons import icon
from .isometric import tints
from .palette import Look
from .shapes import Ink
from .tables import TableStyle, table

LOOK = Look(
    "电子厂夜",
    ("0B1424", "F3F8FF", "16233B", "A9BBD6", "22C7E8", "9BE15D", "FFB454", "8C7BFF", "4E9BFF", "FF6B8B"),
    frame="midnight",
    cover="circuit",
    night=True,
    radius=10,
)
META = {
    "slug": "solution-electronics-energy-deck",
    "title": "电子厂能碳管理方案：空压、冷站与电费",
    "kind": "solution",
    "case": "qiming-air",
    "product": ["energy"],
    "industry": ["electronics"],
    "scenario": ["chiller", "energy-saving", "peak-shift"],
    "stage": ["solution-talk"],
    "audience": "customer",
    "owner": "wanghai@lanchuan.example",
    "expert": "chenli@lanchuan.example",
    "state": "on_offer",
    "published_on": "2026-10-22",
    "review_on": "2027-01-20",
    "summary": "电子厂的电花在空压、冷站和洁净空调上；启明电子空压站连续 14 天前后实测，附口径。",
}


def build() -> bytes:
    d = Deck(LOOK, str(META["title"]), subject="能碳管理", keywords="电子厂 空压 冷站 洁净 峰谷")
    _opening(d)
    _air(d)
    _cooling(d)
    _rest(d)
    return d.save()


def _opening(d: Deck) -> None:
    p = d.page(
        "cover",
        "电子厂能碳管理方案",
        kicker="空压、冷站与电费",
        notes="动力科先听，财务后听。第 4 页最要紧：实测前后各 14 天。",
    )
    p.picture(
        Box(836, 160, 396, 400),
        scenes.factory(tints(LOOK.colours, night=True), 792, 800),
        "等轴插图：夜色中的电子厂房",
        radius=20,
    )
    p.text(Box(72, 634, 700, 28), "澜川智控 · 2026 年 10 月", 14, "tx2", anchor="m")
    p = d.page(
        "content",
        "电子厂的电费去了哪里",
        kicker="先量，再改",
        notes="占比是行业常见的样子，先说明是示意；客户自己的数据两周能量出来。",
        source="占比为示意，您厂的以两周测量为准",
    )
    left, right = p.area.columns([1, 1.15], 40)
    chart(
        p,
        Box(left.x, left.y, left.w, left.h - 10),
        "doughnut",
        ["洁净空调", "冷站", "空压", "工艺设备", "照明其他"],
        {"用电占比": [0.26, 0.21, 0.17, 0.29, 0.07]},
        "环图：电子厂用电去向示意，工艺设备与洁净空调最多，冷站、空压其次",
        Style(
            colours=("a1", "a5", "a4", "a3", "a2"),
            labels=True,
            legend="bottom",
            size=14,
            form="0%",
            hole=60,
            label_colour="#0B1424",
        ),
    )
    for n, (cell, (name, head, text)) in enumerate(
        zip(
            right.inset(0, 6).rows(3, 18),
            [
                ("cloud", "洁净空调", "风量是按最脏的那天定的，一年三百多天用不着。"),
                ("drop", "冷站", "四台机一起开，每台都在低效区，还互相抢水。"),
                ("gear", "空压", "压力设高半公斤，每天多烧几百度；漏气没人量过。"),
            ],
            strict=True,
        )
    ):
        colour = ("a1", "a5", "a4")[n]
        p.shape(cell, fill="bg2", line=f"{colour}@60", radius=12)
        p.shape(Box(cell.x + 24, cell.cy - 36, 72, 72), geom="ellipse", fill=f"{colour}@22")
        icon(p, name, Box(cell.x + 42, cell.cy - 18, 36, 36), colour, 2.4)
        p.text(Box(cell.x + 124, cell.y + 18, cell.w - 150, 38), head, 22, "tx", bold=True, anchor="m")
        p.text(Box(cell.x + 124, cell.y + 62, cell.w - 150, cell.h - 72), text, 17, "tx2")


def _air(d: Deck) -> None:
    c = case("qiming-air")
    p = d.page(
        "split",
        "空压站：\n比功率是什么",
        kicker="一个数看懂一座站",
        notes="比功率 = 输入功率 ÷ 排气量，越低越省。先教会客户看这个数，后面都好讲。",
    )
    p.text(Box(48, 260, 310, 90), "产一立方米气要几千瓦", 20, "#FFFFFF", bold=True)
    p.shape(
        Box(48, 352, 304, 108),
        "kW ÷ (m³/min)",
        fill="#FFFFFF@14",
        radius=12,
        ink=Ink(26, "#FFFFFF", bold=True, align="c", anchor="m", heading=True),
    )
    p.text(Box(48, 480, 304, 140), "同一台机器，开法不同，这个数能差两成。", 17, "#FFFFFF@90")
    diagrams.hub(
        p,
        p.area.inset(0, 16),
        "比功率",
        [
            ("gear", "压力", "每高 1 bar，功率多 6–7%"),
            ("refresh", "加卸载", "空转也吃电"),
            ("drop", "漏气", "夜里停产时最看得清"),
            ("chart", "台数", "两台半载不如一台满载"),
            ("sun", "进气", "机房热 3 度，多花 1%"),
            ("wrench", "滤芯", "压差大了就该换"),
        ],
        wide=262,
        high=118,
        radius=88,
    )
    p = d.page(
        "content",
        "启明电子空压站：前后各连续 14 天实测",
        kicker=f"{c.compressors} 台、{c.installed_kw} kW",
        notes=f"口径：{c.basis('specific_before')}；{c.basis('specific_after')}。节电：{c.basis('saved_kwh')}。{c.quote}",
        source=f"口径：{c.basis('specific_before')}，{c.basis('specific_after')}",
    )
    left, right = p.area.columns([1.7, 1], 36)
    day = list(range(1, 15))
    before = [7.5, 7.3, 7.4, 7.6, 7.4, 7.2, 7.3, 7.5, 7.4, 7.6, 7.4, 7.2, 7.3, 7.5]
    after = [6.4, 6.3, 6.2, 6.3, 6.4, 6.2, 6.3, 6.4, 6.3, 6.2, 6.3, 6.4, 6.2, 6.3]
    for series, value in ((before, "specific_before"), (after, "specific_after")):
        if round(sum(series) / 14, 1) != c.value(value):
            raise ValueError(f"The fourteen days do not average to {value}.")
    chart(
        p,
        Box(left.x, left.y, left.w, left.h - 10),
        "line",
        [f"{n}" for n in day],
        {"2025 年 5 月": list(before), "2025 年 9 月": list(after)},
        f"折线图：启明电子空压站比功率，十四天均值从 {c.specific_before} 降到 {c.specific_after}",
        Style(colours=("a6", "a2"), size=12, low=5.5, high=8, form="0.0", title="比功率 kW/(m³/min)，按日"),
    )
    cards.figures(
        p,
        right.inset(0, 4).rows(3, 18),
        [
            (f"{c.specific_before}→{c.specific_after}", "比功率（14 天均值）", "kW/(m³/min)"),
            (f"{c.saved_kwh} 万 kWh", "一年少用", c.basis("saved_kwh")),
            (f"{c.saving} 万元", "一年省下", c.basis("saving")),
        ],
        tones=["a2", "a1", "a3"],
        size=36,
    )
    p = d.page(
        "content",
        f"漏气：从 {c.leak_before}% 到 {c.leak_after}%",
        kicker="最便宜的一度电",
        notes="夜里停产、关末端、看空压机加载比例，半小时就能量出漏气率。带超声枪去，客户印象最深。",
        source="漏气率：停产时段加载比例法；启明电子 2025-05 与 2025-09",
    )
    a, b = p.area.columns([1, 1.2], 44)
    rings = Box(a.x, a.y + 20, a.w, 300).columns(2, 20)
    boards.ring(p, rings[0], c.value("leak_before") / 100, f"{c.leak_before}%", "改造前", colour="a6")
    boards.ring(p, rings[1], c.value("leak_after") / 100, f"{c.leak_after}%", "改造后", colour="a2")
    cards.callout(
        p,
        Box(a.x, a.y + 350, a.w, 130),
        "漏掉的气也要先压缩一遍。\n每漏一成，等于白开一台小机器。",
        mark="drop",
        colour="a3",
        size=18,
    )
    p.text(Box(b.x, b.y + 6, b.w, 36), "四个晚上做完", 20, "tx", bold=True, anchor="m")
    diagrams.ladder(
        p,
        Box(b.x - 30, b.y + 50, b.w + 30, 450),
        [
            ("第一晚", "停产后量总漏气率，定基线"),
            ("第二晚", "超声枪走一遍主管，挂牌编号"),
            ("第三晚", "接头、快插、排水阀，修大的"),
            ("第四晚", "再量一次，差额就是成果"),
            ("之后", "每季度半天，照牌子复查"),
        ],
        tones=["a1", "a2"],
        label=130,
    )


def _cooling(d: Deck) -> None:
    p = d.page(
        "content",
        "冷站群控：先配对，再调温，最后调流量",
        kicker="三层策略",
        notes="顺序不能反：先定开几台，再定水温，最后调泵。控制默认关闭，先当参谋再当司机。",
    )
    diagrams.chevrons(
        p,
        Box(p.area.x, p.area.y + 10, p.area.w, 250),
        [
            ("开几台", "按负荷和效率曲线配对，\n不让两台都在低效区。"),
            ("水温多少", "供水温度随室外湿球走，\n洁净区下限不碰。"),
            ("水流多快", "泵和塔跟着温差变频，\n保住最小流量。"),
            ("谁来按", "先给建议，班长确认；\n三个月后再谈自动。"),
        ],
        tones=["a5", "a1-20", "a4", "a3-20"],
    )
    chart(
        p,
        Box(p.area.x, p.area.y + 270, p.area.w * 0.56, 250),
        "area",
        ["0", "4", "8", "12", "16", "20", "24"],
        {"冷负荷（冷吨）": [420, 380, 610, 980, 1040, 760, 480]},
        "面积图：冷负荷一天的变化，示意",
        Style(colours=("a1@45",), size=11, legend=None, title="一天的冷负荷（示意，冷吨）"),
    )
    p.text(
        Box(p.area.x + p.area.w * 0.6, p.area.y + 280, p.area.w * 0.4, 34),
        "什么站能做",
        20,
        "tx",
        bold=True,
        anchor="m",
    )
    cards.checklist(
        p,
        Box(p.area.x + p.area.w * 0.6, p.area.y + 324, p.area.w * 0.4, 190),
        ["有 BACnet 或 Modbus 点表", "有供回水温度和流量", "纯硬接线的，先改造再谈"],
        colour="a2",
        size=17,
    )
    p = d.page(
        "content",
        "洁净空调：省电不能碰的三条线",
        kicker="温湿度、压差、换气次数",
        notes="QA 在场时这页先讲。三条线写进策略的硬约束，越线自动退回原设定。",
    )
    for cell, (value, head, text, colour) in zip(
        Box(p.area.x, p.area.y + 6, p.area.w, 300).columns(3, 24),
        [
            ("温湿度", "不许动", "只读不写。越限一分钟，策略自动退出。", "a6"),
            ("压差", "不许低", "相邻房间压差留一成余量，门一开就还原。", "a3"),
            ("换气次数", "可以商量", "停产时段降到自净档，开工前一小时恢复。", "a2"),
        ],
        strict=True,
    ):
        p.shape(cell, fill="bg2", line=colour, width=1.5, radius=14)
        p.text(
            Box(cell.x + 30, cell.y + 28, cell.w - 60, 40),
            value,
            24,
            "tx",
            bold=True,
            anchor="m",
            heading=True,
        )
        p.shape(
            Box(cell.x + 30, cell.y + 88, 136, 42),
            head,
            fill=colour,
            radius=21,
            ink=Ink(17, "#0B1424", bold=True, align="c", anchor="m", wrap=False),
        )
        p.text(Box(cell.x + 30, cell.y + 156, cell.w - 60, 120), text, 18, "tx2")
    p.shape(Box(p.area.x, p.area.y + 336, p.area.w, 170), fill="bg2", radius=14)
    p.text(Box(p.area.x + 30, p.area.y + 346, 400, 36), "一天里能动的时段", 18, "tx", bold=True, anchor="m")
    for n in range(24):
        free = n < 6 or n >= 22
        p.shape(
            Box(p.area.x + 30 + n * 46, p.area.y + 400, 42, 52), fill="a2@75" if free else "a1@20", radius=6
        )
        if n % 2 == 0:
            p.text(Box(p.area.x + 24 + n * 46, p.area.y + 456, 54, 26), f"{n}:00", 11, "tx2", align="c")
    p.text(
        Box(p.area.x + 700, p.area.y + 346, 420, 36),
        "{a2|■} 停产，可降到自净档　　{a1|■} 生产，不动",
        14,
        "tx2",
        align="r",
        anchor="m",
    )


def _rest(d: Deck) -> None:
    c = case("qiming-air")
    t = [raw(f"company.tariff_sample.{key}") for key in ("valley", "flat", "peak", "super_peak")]
    p = d.page(
        "content",
        "峰谷与排产：哪道工序挪得动",
        kicker="先问生产，再问动力",
        notes="排产是生产说了算。我们只把每道工序每小时的电费摆出来，让他们自己挑。",
        source="示例电价，以当地当月为准",
    )
    left, right = p.area.columns([1.3, 1], 36)
    diagrams.quadrant(
        p,
        Box(left.x, left.y + 4, left.w, left.h - 10),
        ("难挪", "好挪", "电费少", "电费多"),
        [
            ("先别动", "回流焊、贴片：停一次要重新测温，质量先行。"),
            ("马上做", "老化、烘烤、蓄冷、充电：电费多、时间自由。"),
            ("不值得", "办公照明、门禁：挪了也省不出来。"),
            ("顺手做", "清洗水加热、空压补气：定时就行。"),
        ],
    )
    chart(
        p,
        Box(right.x, right.y, right.w, right.h - 100),
        "bar",
        ["低谷", "平段", "高峰", "尖峰"],
        {"元/kWh": t},
        f"柱状图：四段电价 {t[0]}、{t[1]}、{t[2]}、{t[3]} 元",
        Style(
            colours=("a3",),
            labels=True,
            axis=False,
            legend=None,
            form="0.00",
            size=14,
            gap=60,
            title="每度电多少钱（元/kWh）",
        ),
    )
    cards.callout(
        p,
        Box(right.x, right.bottom - 90, right.w, 82),
        "一炉老化从 17 点挪到 23 点，同样的电，价钱不到三成。",
        mark="clock",
        colour="a2",
        size=16,
    )
    p = d.page(
        "content",
        "平台架构：动力站先上，车间后上",
        kicker="不动产线网络",
        notes="信息科最怕动产线网。强调：单向采集，动力网独立，办公网只看结果。",
    )
    zones = p.area.inset(0, 6).columns([1, 1, 1], 40)
    for n, (cell, (name, parts, colour)) in enumerate(
        zip(
            zones,
            [
                (
                    "动力网",
                    [
                        ("drop", "冷站 PLC · BACnet"),
                        ("gear", "空压联控 · Modbus"),
                        ("meter", "电表 · DL/T 645"),
                        ("cloud", "洁净空调 · 楼控"),
                    ],
                    "a1",
                ),
                (
                    "边缘",
                    [
                        ("gateway", "LG-200 网关，断网存 72 小时"),
                        ("lock", "单向采集，国密 SM4"),
                        ("shield", "防火墙白名单"),
                        ("clock", "15 分钟对时"),
                    ],
                    "a4",
                ),
                (
                    "平台（厂内机房）",
                    [
                        ("data", "时序库与台账"),
                        ("chart", f"现成模型 {fact('products.energy.model_count')} 个"),
                        ("coin", "分时电价重算"),
                        ("leaf", "碳账与凭证"),
                    ],
                    "a2",
                ),
            ],
            strict=True,
        )
    ):
        p.shape(cell, line=colour, width=1.5, dash="dash", radius=14)
        p.text(Box(cell.x + 24, cell.y + 16, cell.w - 48, 40), name, 20, colour, bold=True, anchor="m")
        for row, (mark, text) in zip(
            Box(cell.x + 20, cell.y + 70, cell.w - 40, cell.h - 90).rows(4, 14), parts, strict=True
        ):
            p.shape(row, fill="bg2", radius=10)
            icon(p, mark, Box(row.x + 18, row.cy - 18, 36, 36), colour, 2.2)
            p.text(Box(row.x + 72, row.y + 6, row.w - 88, row.h - 12), text, 16.5, "tx", anchor="m")
        if n < 2:
            p.line((cell.right + 5, cell.cy), (cell.right + 35, cell.cy), "a3", 3, arrow=True)
    p = d.page(
        "content",
        "启明电子的账，一页表说完",
        kicker="投入、节电、回本",
        notes=f"投入 {c.investment} 万元。回本 {c.payback_months} 个月。口径写在最右一列，财务要的就是这列。",
        source=f"{c.speaker}，{c.said_on}：“{c.quote}”",
    )
    table(
        p,
        p.area.inset(0, 4),
        [
            ["项目", "数", "口径"],
            ["空压站年用电", f"{c.kwh_before} 万 kWh", "上线前十二个月"],
            ["一年少用", f"{c.saved_kwh} 万 kWh", c.basis("saved_kwh")],
            ["一年省下", f"{c.saving} 万元", c.basis("saving")],
            ["投入", f"{c.investment} 万元", "联控、流量计、补漏与软件"],
            ["回本", f"{c.payback_months} 个月", "投入 ÷ 月均省下"],
            ["漏气率", f"{c.leak_before}% → {c.leak_after}%", "停产时段加载比例法"],
        ],
        TableStyle(
            share=(1, 1.2, 1.8),
            align="lcl",
            mark=1,
            size=18,
            head="a1",
            head_ink="#0B1424",
            mark_fill="a1@16",
        ),
    )
    p = d.page("night", "不承诺什么", kicker="先说清楚", notes="主动讲这页，客户反而放心。每条都有替代办法。")
    limits = [str(x) for x in raw("products.energy.limits")]
    items = [
        (limits[0], "节电多少按口径算，第三个月先给一份中期数。"),
        (limits[1], "改造费单列，不混在软件里。"),
        (limits[2], "模板留好空格，来源自己填、自己签。"),
        ("洁净区温湿度不写入", "只读不写，越限策略自动退出。"),
    ]
    for cell, (no, yes) in zip(p.area.inset(0, 8).rows(4, 16), items, strict=True):
        p.shape(cell, fill="bg2", radius=12)
        icon(p, "alert", Box(cell.x + 26, cell.cy - 20, 40, 40), "a3", 2.4)
        p.text(Box(cell.x + 92, cell.y, cell.w * 0.48, cell.h), no, 18, "tx", bold=True, anchor="m")
        icon(p, "check", Box(cell.x + cell.w * 0.58, cell.cy - 16, 32, 32), "a2", 2.4)
        p.text(
            Box(cell.x + cell.w * 0.58 + 50, cell.y, cell.w * 0.42 - 74, cell.h), yes, 17, "tx2", anchor="m"
        )
    p = d.page("closing", "下一步：两周测量，再谈要不要做", notes="测量不收钱，换一份客户自己的负荷曲线。")
    diagrams.line_steps(
        p,
        Box(72, 170, 1136, 380),
        [
            ("第 1 天", "装表", "空压、冷站各装一套临时表，不停机。"),
            ("第 2–13 天", "记录", "每 15 分钟一个数，班组照常开停。"),
            ("第 14 天", "量漏气", "夜里停产半小时，定基线。"),
            ("第 15 天", "看曲线", "把加载曲线摊开，当场说哪台能停。"),
        ],
        tones=["a1", "a5", "a4", "a2-20"],
    )
    p.text(Box(72, 580, 1136, 50), f"“{c.quote}” —— {c.speaker}", 19, "tx2", anchor="m")
