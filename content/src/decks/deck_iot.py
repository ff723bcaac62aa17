"""Deck: 物联中台产品介绍 5.2 (the platform under everything)."""

from __future__ import annotations

from itertools import pairwise

from . import cards, diagrams, scenes
from .charts import Style, chart
from .deck import Deck
from .facts import case, fact, raw, say
from .geometry import Box
from .icons import icon
from .isometric import tints
from .palette import Look
from .shapes import Ink
from .tables import TableStyle, table

LOOK = Look(
    "物联靛",
    ("15172B", "FFFFFF", "565A78", "F3F3FA", "4338CA", "EC4899", "06B6D4", "F59E0B", "7C83FD", "10B981"),
    frame="centred",
    cover="dots",
    radius=12,
)
META = {
    "slug": "intro-iot-deck",
    "title": "物联中台产品介绍 5.2",
    "kind": "product_intro",
    "product": ["iot"],
    "scenario": ["device-access", "maintenance"],
    "stage": ["first-visit", "solution-talk"],
    "audience": "customer",
    "owner": "zhaomin@lanchuan.example",
    "expert": "chenli@lanchuan.example",
    "state": "on_offer",
    "published_on": "2026-09-20",
    "review_on": "2026-12-19",
    "summary": "一本台账接住所有设备：协议清单、网关、规则引擎、压测数字、国产化、价格与边界。",
}


def build() -> bytes:
    d = Deck(LOOK, str(META["title"]), subject="物联中台", keywords="物联中台 协议 网关 台账 规则 OPC-UA")
    look = tints(LOOK.colours)
    _opening(d)
    _access(d, look)
    _inside(d)
    _proof(d, look)
    _end(d)
    return d.save()


def _opening(d: Deck) -> None:
    p = d.page(
        "cover",
        "物联中台 5.2",
        kicker="把设备接到一处，按一本台账用",
        notes="信息科和设备科一起听最好。只来一边，就讲那一边的三页。",
    )
    p.text(Box(72, 634, 700, 28), "澜川智控 · 2026 年 9 月", 14, "bg@82", anchor="m")
    p = d.page("night", "一句话", kicker="PLATFORM", notes="念一遍，停。问客户：您现在有几本台账？")
    p.text(
        Box(120, 190, 1040, 210),
        "一台设备，只认一次。",
        64,
        "bg",
        bold=True,
        align="c",
        anchor="m",
        heading=True,
    )
    p.text(
        Box(180, 410, 920, 90),
        "电表、空调、闸机、产线设备接到一处，\n往后的每个应用都用同一本台账、同一个名字。",
        22,
        "bg@85",
        align="c",
    )
    cards.figures(
        p,
        Box(200, 540, 880, 110).columns(3, 40),
        [
            (f"{fact('products.iot.protocols')} 种", "协议与设备型号系列", ""),
            (f"{fact('company.points_online')} 万个", "在线点位", ""),
            (f"{fact('products.iot.sla')} %", "平台月可用率", ""),
        ],
        kind="line",
        tones=["a2", "a3", "a4"],
        size=34,
    )
    p = d.page(
        "content",
        "没有底座的园区长什么样",
        kicker="同一台冷机，三个名字",
        notes="让客户在左图里找自己的系统。线有多乱，就说明换一套系统要动多少根。",
    )
    left, right = p.area.columns(2, 60)
    for cell, head, tidy in ((left, "现在：各接各的", False), (right, "接上底座：只接一次", True)):
        p.shape(cell.inset(0, 4), fill="bg2", radius=16)
        p.text(
            Box(cell.x + 28, cell.y + 20, cell.w - 56, 36),
            head,
            20,
            "a1" if tidy else "tx2",
            bold=True,
            anchor="m",
        )
        tops = Box(cell.x + 30, cell.y + 76, cell.w - 60, 64).columns(4, 14)
        lows = Box(cell.x + 30, cell.bottom - 110, cell.w - 60, 64).columns(5, 12)
        if tidy:
            hub = Box(cell.x + 60, cell.cy - 30, cell.w - 120, 76)
            for top in tops:
                p.line((top.cx, top.bottom), (top.cx, hub.y), "a1", 2.5)
            for low in lows:
                p.line((low.cx, hub.bottom), (low.cx, low.y), "a3", 2.5)
            p.shape(
                hub,
                "物联中台 · 一本台账",
                grad=("a1", "a2-10", 0),
                radius=14,
                ink=Ink(20, "#FFFFFF", bold=True, align="c", anchor="m"),
            )
        else:
            for a, b in (
                (0, 0),
                (0, 1),
                (0, 3),
                (1, 0),
                (1, 2),
                (1, 4),
                (2, 1),
                (2, 2),
                (2, 3),
                (3, 0),
                (3, 2),
                (3, 4),
            ):
                p.line(
                    (tops[a].cx, tops[a].bottom),
                    (lows[b].cx, lows[b].y),
                    "a6+10" if (a + b) % 2 else "a2",
                    1.75,
                )
        for cells, names, colour in (
            (tops, ("能耗", "楼控", "安防", "收费"), "a1"),
            (lows, ("电表", "冷机", "电梯", "闸机", "水泵"), "tx2"),
        ):
            for box, name in zip(cells, names, strict=True):
                p.shape(
                    box,
                    name,
                    fill="bg",
                    line=colour,
                    width=1.5,
                    radius=8,
                    ink=Ink(16, "tx", bold=True, align="c", anchor="m"),
                )
    p = d.page(
        "content",
        "架构：四层，每一层能单独换",
        kicker="开放接口写进合同",
        notes="被问锁定：每一层都能单独换，台账可整份导出。",
    )
    diagrams.layers(
        p,
        Box(p.area.x, p.area.y + 4, p.area.w - 330, p.area.h - 10),
        [
            ("应用", ["能碳", "安防", "运维", "自建应用"]),
            ("平台", ["台账", "规则", "时序库", "接口"]),
            ("接入", ["网关", "协议包", "边缘盒", "补传"]),
            ("设备", ["表计", "楼控", "产线", "视频"]),
        ],
        solid=True,
        label=120,
    )
    cards.cards(
        p,
        Box(p.area.right - 300, p.area.y + 4, 300, p.area.h - 10).rows(3, 16),
        [
            ("应用可换", "应用只认台账，不认设备。"),
            ("平台可搬", "本地机房、专有云、国产化三种装法。"),
            ("数据可走", "整份导出，格式公开。"),
        ],
        kind="side",
        tones=["a2", "a3", "a6"],
        size=15,
        head=19,
    )


def _access(d: Deck, look: object) -> None:
    names = [str(n) for n in raw("products.iot.protocol_list")]
    p = d.page(
        "content",
        "协议清单",
        kicker=f"{fact('products.iot.protocols')} 种协议与设备型号系列里的常用十一种",
        notes="清单外的私有协议：先要报文样本，10–15 人天一个，单独报价。不口头承诺。",
    )
    uses = [
        "表计、变频器、PLC",
        "产线、MES，2026-10-28 起直连",
        "老产线上位机",
        "楼控、冷站",
        "电表",
        "水气热表",
        "新设备、自研硬件",
        "配电自动化",
        "西门子产线",
        "摄像头",
        "视频平台级联",
    ]
    rows = [["协议", "多用在", "协议", "多用在"]]
    for n in range(0, 11, 2):
        second = [names[n + 1], uses[n + 1]] if n + 1 < 11 else ["私有协议", "先看报文样本，单独报价"]
        rows.append([names[n], uses[n], *second])
    table(
        p, p.area.inset(0, 6), rows, TableStyle(share=(1.3, 1.2, 1.3, 1.4), align="llll", size=16, zebra=True)
    )
    p = d.page(
        "split",
        "OPC-UA\n直连",
        kicker=f"{raw('products.iot.opc_ua_since')} 起",
        notes="只做客户端，不对外当服务器。产线主机在的地方先问网络谁管。",
    )
    p.text(
        Box(48, 260, 304, 220),
        "以前要加一台转换网关，\n现在平台直接订阅。\n\n少一台设备，\n少一层时延，\n少一个出问题的地方。",
        19,
        "#FFFFFF@92",
        gap=3,
    )
    a = p.area
    for n, (y, head, parts, colour) in enumerate(
        [
            (a.y + 10, "以前", ["PLC", "OPC 服务器", "转换网关", "平台"], "#94A3B8"),
            (a.y + 210, "现在", ["PLC", "OPC 服务器", "平台"], "a1"),
        ]
    ):
        p.text(Box(a.x, y, 90, 110), head, 22, colour, bold=True, anchor="m", heading=True)
        cells = Box(a.x + 100, y + 10, a.w - 100, 90).columns(len(parts), 50)
        for first, second in pairwise(cells):
            p.line((first.right + 4, first.cy), (second.x - 4, second.cy), colour, 3, arrow=True)
        for cell, name in zip(cells, parts, strict=True):
            p.shape(
                cell,
                name,
                fill="bg2" if n == 0 else colour,
                line=colour,
                width=1.5,
                radius=10,
                ink=Ink(19, "tx" if n == 0 else "#FFFFFF", bold=True, align="c", anchor="m"),
            )
        p.text(
            Box(a.x + 100, y + 112, a.w - 100, 40),
            ("四跳，转换网关要单独维护点表" if n == 0 else "三跳，点表在平台里，改一处就行"),
            16,
            "tx2",
        )
    cards.checklist(
        p,
        Box(a.x, a.y + 410, a.w, 180),
        ["按订阅推送，变化才传，产线网压力小", "证书与账号由客户管，平台只读", "只做客户端，不对外当服务器"],
        size=18,
        colour="a1",
    )
    g = "products.iot.gateway."
    p = d.page(
        "picture",
        f"网关 {raw(g + 'model')}",
        kicker="现场只多这一个盒子",
        notes="带实物。半小时一台，不停电。",
    )
    p.shape(Box(0, 0, 1280, 330), grad=("tx", "a1-30", 0))
    p.picture(
        Box(760, 20, 460, 290), scenes.rack(look, 920, 580, zoom=1.1), "等轴插图：机柜与网关", radius=16
    )  # type: ignore[arg-type]
    p.shape(Box(90, 76, 560, 180), grad=("#F1F5F9", "#A5B4FC", 90), radius=22, shadow=True)
    p.text(Box(124, 96, 300, 60), raw(g + "model"), 38, "#1E1B4B", bold=True, anchor="m", heading=True)
    for n in range(6):
        p.shape(
            Box(124 + n * 84, 178, 66, 52),
            f"485-{n + 1}" if n < 4 else f"网口 {n - 3}",
            fill="#312E81" if n < 4 else "#0E7490",
            radius=6,
            ink=Ink(12.5, "#FFFFFF", bold=True, align="c", anchor="m"),
        )
    p.text(
        Box(56, 440, 440, 200),
        f"{raw(g + 'ports')}，导轨安装，工作温度 {raw(g + 'temperature')}。一台最多带 {fact(g + 'meters_per_gateway')} 只表。",
        18,
        "tx2",
    )
    cards.cards(
        p,
        Box(540, 366, 684, 290).columns(3, 18),
        [
            ("断网不丢", say(g + "cache_hours") + "。"),
            ("装得快", say(g + "install_minutes") + "。"),
            ("传得稳", "网关到平台国密 SM4，SM2 证书可选。"),
        ],
        kind="top",
        icons=["wifi", "wrench", "lock"],
        tones=["a1", "a2", "a3"],
        size=15,
        head=20,
    )


def _inside(d: Deck) -> None:
    p = d.page(
        "content",
        "台账：一台设备一张卡",
        kicker="名字、位置、点表、图纸、维修，都在卡上",
        notes="当场搜一台冷机，打开卡。问客户：您现在要查这台机的铭牌去哪找？",
        source="示意卡片",
    )
    card, side = p.area.inset(0, 4).columns([1.6, 1], 40)
    p.shape(card, fill="bg", line="a1+60", width=1.5, radius=16, shadow=True)
    p.shape(Box(card.x, card.y, card.w, 96), grad=("a1", "a1-30", 0), radius=16)
    icon(p, "drop", Box(card.x + 28, card.y + 24, 48, 48), "#FFFFFF", 2.4)
    p.text(
        Box(card.x + 96, card.y + 14, card.w - 250, 40),
        "3 号离心冷水机组",
        22,
        "#FFFFFF",
        bold=True,
        anchor="m",
    )
    p.text(
        Box(card.x + 96, card.y + 54, card.w - 250, 30),
        "CH-B1-003 · B 动力站一层",
        14,
        "#FFFFFF@85",
        anchor="m",
    )
    p.shape(
        Box(card.right - 130, card.y + 32, 102, 34),
        "运行中",
        fill="a6",
        radius=17,
        ink=Ink(14, "#FFFFFF", bold=True, align="c", anchor="m", wrap=False),
    )
    facts = [
        ("额定制冷量", "500 冷吨"),
        ("协议", "BACnet/IP"),
        ("测点", "36 个"),
        ("投运", "2019-06"),
        ("上次保养", "2026-08-14"),
        ("责任人", "动力科 二班"),
    ]
    for cell, (name, value) in zip(
        Box(card.x + 28, card.y + 116, card.w - 56, 170).grid(3, 2, 12), facts, strict=True
    ):
        p.shape(cell, fill="bg2", radius=8)
        p.text(Box(cell.x + 16, cell.y + 10, cell.w - 32, 24), name, 13, "tx2")
        p.text(Box(cell.x + 16, cell.y + 34, cell.w - 32, 36), value, 18, "tx", bold=True, anchor="m")
    chart(
        p,
        Box(card.x + 18, card.y + 296, card.w - 36, card.h - 304),
        "smooth",
        ["8", "9", "10", "11", "12", "13", "14", "15", "16", "17"],
        {
            "供水 ℃": [7.2, 7.1, 7.0, 7.2, 7.4, 7.3, 7.1, 7.0, 7.1, 7.2],
            "回水 ℃": [11.6, 11.9, 12.2, 12.4, 12.3, 12.5, 12.6, 12.4, 12.1, 11.8],
        },
        "折线图：冷机供回水温度，示意",
        Style(colours=("a3", "a2"), size=11, low=5, high=14, form="0", width=2.5),
    )
    cards.cards(
        p,
        side.rows(4, 14),
        [
            ("同一个名字", "能耗、运维、安防看到的是同一张卡。"),
            ("点表在卡上", "改点不翻代码，改完有人、有时间。"),
            ("图纸在卡上", "铭牌、接线图、说明书随手能翻。"),
            ("维修在卡上", "谁修的、换了什么、花了多少。"),
        ],
        kind="side",
        tones=["a1", "a2", "a3", "a6"],
        size=14.5,
        head=18,
    )
    p = d.page(
        "content",
        "规则引擎：会看表的班长",
        kicker="2,000 条规则，还是 180 毫秒",
        notes="单条规则最多引用 50 个测点。控制默认关闭，开通要书面授权并双人确认。",
        source="单条规则最多引用 50 个测点；控制类指令默认关闭",
    )
    diagrams.lanes(
        p,
        p.area.inset(0, 4),
        ["看到", "判断", "动作", "留痕"],
        [
            (
                "能耗",
                [
                    (0, 1, "夜间基荷高于上周两成"),
                    (1, 1, "排除加班登记"),
                    (2, 1, "推送楼层长"),
                    (3, 1, "记入节能台账"),
                ],
            ),
            (
                "设备",
                [
                    (0, 1, "振动连续三次超限"),
                    (1, 1, "同型号比一比"),
                    (2, 1, "自动建检修单"),
                    (3, 1, "挂到设备卡"),
                ],
            ),
            (
                "安全",
                [
                    (0, 1, "泵房水浸"),
                    (1, 1, "看液位与泵状态"),
                    (2, 1, "电话加弹窗"),
                    (3, 1, "录像片段存 180 天"),
                ],
            ),
        ],
    )
    c = "products.iot.capacity."
    p = d.page(
        "night",
        "性能与容量",
        kicker="2026 年 8 月压测，三台 16 核 64 GB",
        notes="要压测报告就走安全说明附件，别截图。",
        source="口径：2026-08 压测，三台 16 核 64 GB，2,000 条规则",
    )
    left, right = p.area.columns([1, 1.2], 50)
    cards.figures(
        p,
        left.inset(0, 10).rows(3, 20),
        [
            (f"{raw(c + 'points_per_cluster') // 10000} 万点", "三节点集群", "测点容量"),
            (f"{raw(c + 'writes_per_second') // 10000} 万条/秒", "持续写入", ""),
            (f"{fact(c + 'rule_p95')} 毫秒", "规则触发 p95", "2,000 条规则"),
        ],
        kind="line",
        tones=["a2", "a3", "a4"],
        size=48,
    )
    h, e = case("hengyu-iot"), case("huadong-electronics")
    chart(
        p,
        Box(right.x, right.y + 6, right.w, right.h - 20),
        "row",
        ["华东某电子产业园", "恒峪钢铁", "集群容量"],
        {
            "测点（万个）": [
                e.value("points") / 10000,
                h.value("points"),
                raw(c + "points_per_cluster") / 10000,
            ]
        },
        "条形图：两个项目的测点数与集群容量",
        Style(
            colours=("a5",),
            labels=True,
            axis=False,
            legend=None,
            size=15,
            gap=60,
            form="0.##",
            title="项目用了多少（万个测点）",
        ),
    )


def _proof(d: Deck, look: object) -> None:
    p = d.page(
        "content",
        "国产化：已经跑通的组合",
        kicker="先在 x86 试，再迁过去",
        notes="问清版本再答。没列在这里的组合先说要验证，给个时间。",
    )
    heads = ["芯片", "操作系统", "数据库", "中台"]
    parts = [["鲲鹏", "海光"], ["麒麟 V10"], ["达梦 8", "人大金仓 V8"], ["物联中台 5.2"]]
    cells = Box(p.area.x, p.area.y + 20, p.area.w, 320).columns(4, 56)
    for n, (cell, head, names) in enumerate(zip(cells, heads, parts, strict=True)):
        colour = ("a1", "a3-15", "a2", "a6-15")[n]
        p.shape(cell, fill="bg2", radius=16)
        p.shape(
            Box(cell.x + 20, cell.y + 20, cell.w - 40, 46),
            head,
            fill=colour,
            radius=23,
            ink=Ink(18, "#FFFFFF", bold=True, align="c", anchor="m"),
        )
        for box, name in zip(
            Box(cell.x + 20, cell.y + 90, cell.w - 40, 210).rows(len(names), 14), names, strict=True
        ):
            p.shape(
                box,
                name,
                fill="bg",
                line=colour,
                width=1.5,
                radius=12,
                ink=Ink(20, "tx", bold=True, align="c", anchor="m"),
            )
        if n < 3:
            p.line((cell.right + 8, cell.cy), (cell.right + 48, cell.cy), "a4", 3, arrow=True)
    cards.callout(
        p,
        Box(p.area.x, p.area.y + 380, p.area.w, 110),
        "部署三选一："
        + "、".join(str(x) for x in raw("products.iot.deployment"))
        + "。历史数据原样迁移，迁移当天双跑一天。",
        mark="shield",
        colour="a1",
        size=18,
    )
    h = case("hengyu-iot")
    p = d.page(
        "content",
        f"恒峪钢铁：{h.devices} 台套设备，{h.access_weeks} 周接完",
        kicker="案例 · 钢铁",
        notes=f"口径：{h.basis('access_weeks')}。停机：{h.basis('stop_before')}，{h.basis('stop_after')}。{h.quote}",
        source=f"口径：{h.basis('stop_before')}；{h.basis('stop_after')}",
    )
    left, right = p.area.columns([1, 1.2], 44)
    p.picture(
        Box(left.x, left.y + 4, left.w, 290), scenes.steel(look, 1040, 580), "等轴插图：钢厂", radius=14
    )  # type: ignore[arg-type]
    p.shape(Box(left.x, left.y + 312, left.w, 196), fill="a1@9", radius=14)
    p.text(
        Box(left.x + 28, left.y + 326, left.w - 56, 120), f"“{h.quote}”", 24, "a1-10", bold=True, anchor="m"
    )
    p.text(Box(left.x + 28, left.y + 456, left.w - 56, 32), f"—— {h.speaker}，{h.said_on}", 13.5, "tx2")
    cards.figures(
        p,
        Box(right.x, right.y + 4, right.w, 230).grid(3, 2, 14),
        [
            (f"{h.protocols} 种", "协议", ""),
            (f"{h.points} 万", "测点", ""),
            (f"{h.gateways} 台", "网关", ""),
            (f"{h.saving} 万元", "一年少损失", ""),
            (f"{h.investment} 万元", "投入", ""),
            (f"{h.payback_months} 个月", "回本", ""),
        ],
        tones=["a1", "a2", "a3", "a6", "a4", "a1"],
        size=28,
    )
    chart(
        p,
        Box(right.x, right.y + 250, right.w, 260),
        "row",
        ["上线前", "上线后"],
        {"非计划停机（小时/年）": [h.value("stop_before"), h.value("stop_after")]},
        f"条形图：主轧线非计划停机从 {h.stop_before} 小时到 {h.stop_after} 小时，少 {h.stop_cut}%",
        Style(
            colours=("a2",),
            labels=True,
            axis=False,
            legend=None,
            size=14,
            gap=50,
            title=f"主轧线非计划停机（小时/年），少 {h.stop_cut}%",
        ),
    )
    c = case("cangwu-line")
    p = d.page(
        "content",
        f"苍浦仓储：停线从 {c.stops_before} 次到 {c.stops_after} 次",
        kicker="案例 · 仓储",
        notes=f"口径：{c.basis('stops_before')}，{c.basis('stops_after')}。省钱：{c.basis('saving')}。",
        source=f"口径：{c.basis('stops_before')}，对 {c.basis('stops_after')}；{c.basis('saving')}",
    )
    top = Box(p.area.x, p.area.y + 4, p.area.w, 150).columns(4, 20)
    cards.figures(
        p,
        top,
        [
            (f"{c.brands} 个", "品牌混在一条线", f"堆垛机 {c.stackers} 台，小车 {c.agv} 台"),
            (f"{c.locate_before}→{c.locate_after}", "定位分钟", "从停线到知道是谁"),
            (f"{c.boxes_before}→{c.boxes_after}", "万箱/天", f"吞吐多 {c.throughput_gain}%"),
            (f"{c.payback_months} 个月", "回本", f"投入 {c.investment} 万元"),
        ],
        kind="solid",
        tones=["a1", "a2", "a3-20", "a6-20"],
        size=32,
    )
    left, right = Box(p.area.x, p.area.y + 176, p.area.w, 336).columns([1.3, 1], 44)
    chart(
        p,
        left,
        "bar",
        ["停线（次/月）", "定位（分钟）"],
        {
            "上线前": [c.value("stops_before"), c.value("locate_before")],
            "上线后": [c.value("stops_after"), c.value("locate_after")],
        },
        f"柱状图：停线从 {c.stops_before} 次到 {c.stops_after} 次，定位从 {c.locate_before} 分钟到 {c.locate_after} 分钟",
        Style(colours=("#CBCDE3", "a1"), labels=True, axis=False, gap=80, size=15),
    )
    cards.quote(p, Box(right.x, right.y + 30, right.w, 260), c.quote, f"{c.speaker} · {c.said_on}", size=30)


def _end(d: Deck) -> None:
    price = "products.iot.price."
    p = d.page("closing", "价格、服务与边界", notes="边界主动讲，写进方案，不留到验收。")
    left, right = Box(72, 170, 1136, 440).columns(2, 36)
    table(
        p,
        left,
        [
            ["项目", "价格"],
            ["起步", say(price + "license_start")],
            ["加点", say(price + "per_1000_points")],
            ["年服务", say(price + "annual_service")],
            [
                "周期",
                f"{raw('products.iot.implementation.weeks')}（{raw('products.iot.implementation.basis')}）",
            ],
            ["热线", str(raw("company.service.hotline"))],
        ],
        TableStyle(share=(0.5, 2), align="ll", size=16, head="a2"),
    )
    p.shape(right, fill="bg@9", line="bg@25", radius=14)
    p.text(Box(right.x + 32, right.y + 22, right.w - 64, 40), "做到哪儿为止", 22, "bg", bold=True, anchor="m")
    cards.checklist(
        p,
        Box(right.x + 32, right.y + 76, right.w - 64, right.h - 96),
        [str(x) for x in raw("products.iot.limits")],
        mark="alert",
        colour="a4",
        size=17,
    )
