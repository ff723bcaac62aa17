"""Deck: 钢铁行业能源管控平台交流材料 (energy and platform, steel); stale on purpose."""

from __future__ import annotations

from . import boards, cards, diagrams, scenes
from .charts import Style, chart
from .deck import Deck
from .facts import case, fact
from .geometry import Box
from .icons import icon
from .isometric import tints
from .palette import Look
from .shapes import Ink
from .tables import TableStyle, table

LOOK = Look(
    "钢铁火",
    ("1E2227", "FFFFFF", "525B66", "F2F3F5", "E8590C", "F5B301", "2F6690", "16808A", "8D99AE", "B02A37"),
    frame="slab",
    cover="facets",
    radius=4,
)
META = {
    "slug": "solution-steel-energy-deck",
    "title": "钢铁行业能源管控平台交流材料",
    "kind": "solution",
    "product": ["energy", "iot"],
    "industry": ["steel"],
    "scenario": ["energy-saving", "device-access"],
    "stage": ["solution-talk"],
    "audience": "customer",
    "owner": "wanghai@lanchuan.example",
    "expert": "chenli@lanchuan.example",
    "state": "on_offer",
    "published_on": "2026-07-11",
    "review_on": "2026-10-09",
    "summary": "煤气、蒸汽、电、水四本账怎么合成一本；明洲特钢放散率实测，恒峪钢铁九周接入。",
}


def build() -> bytes:
    d = Deck(LOOK, str(META["title"]), subject="能碳管理", keywords="钢铁 煤气 放散 蒸汽 调度 接入")
    look = tints(LOOK.colours, night=True)
    _opening(d, look)
    _gas(d)
    _system(d)
    _money(d)
    return d.save()


def _opening(d: Deck, look: object) -> None:
    p = d.page(
        "cover",
        "钢铁行业能源管控平台",
        kicker="交流材料 · 煤气、蒸汽、电、水",
        notes="先去调度台坐半天再来讲这份。",
    )
    p.picture(
        Box(800, 150, 432, 420), scenes.steel(look, 864, 840), "等轴插图：高炉、煤气柜与厂房", radius=12
    )  # type: ignore[arg-type]
    p.text(Box(72, 634, 700, 28), "澜川智控 · 2026 年 7 月", 14, "bg@85", anchor="m")
    p = d.page(
        "content",
        "钢厂能源的四本账",
        kicker="各记各的，对不到一起",
        notes="问一句：四本账，哪一本月底对不上？从那本开始讲。",
    )
    items = [
        ("flame", "煤气", "高炉、焦炉、转炉三种，忽多忽少；放散塔上烧掉的没人认账。", "a1"),
        ("cloud", "蒸汽", "产得出、送不到；管损按比例分，分厂天天争。", "a4"),
        ("bolt", "电", "自发、外购、余热，三种价；尖峰时最舍不得停的偏偏在转。", "a2-10"),
        ("drop", "水", "循环水的电费比水费贵，没人算进水账。", "a3"),
    ]
    for n, (cell, (name, head, text, colour)) in enumerate(
        zip(p.area.inset(0, 8).columns(4, 20), items, strict=True)
    ):
        p.shape(cell, fill="bg2")
        p.shape(Box(cell.x, cell.y, cell.w, 190), grad=(colour, f"{colour}-35", 90))
        icon(p, name, Box(cell.cx - 52, cell.y + 32, 104, 104), "#FFFFFF", 3)
        p.text(
            Box(cell.x, cell.y + 142, cell.w, 40), f"第 {n + 1} 本", 14, "#FFFFFF@85", align="c", anchor="m"
        )
        p.text(
            Box(cell.x + 26, cell.y + 212, cell.w - 52, 48),
            head,
            28,
            "tx",
            bold=True,
            anchor="m",
            heading=True,
        )
        p.text(Box(cell.x + 26, cell.y + 270, cell.w - 52, cell.h - 290), text, 18, "tx2")


def _gas(d: Deck) -> None:
    m = case("mingzhou-gas")
    p = d.page(
        "content",
        "煤气：放散率是一面镜子",
        kicker="调度靠电话的时候",
        notes="不要一上来讲算法。先让调度讲一遍昨天夜里怎么调的。",
    )
    left, right = p.area.columns([1.35, 1], 44)
    nodes = {
        "高炉": (0, 0),
        "转炉": (0, 1),
        "焦炉": (0, 2),
        "煤气柜": (1, 1),
        "热风炉": (2, 0),
        "加热炉": (2, 1),
        "发电": (2, 2),
    }
    places = {}
    for name, (column, row) in nodes.items():
        places[name] = Box(left.x + column * (left.w - 170) / 2, left.y + 20 + row * 150, 170, 96)
    for first, second in (
        ("高炉", "煤气柜"),
        ("转炉", "煤气柜"),
        ("焦炉", "煤气柜"),
        ("煤气柜", "热风炉"),
        ("煤气柜", "加热炉"),
        ("煤气柜", "发电"),
    ):
        a, b = places[first], places[second]
        p.line((a.right, a.cy), (b.x, b.cy), "a1", 3, arrow=True)
    tank = places["煤气柜"]
    flare = Box(tank.x, left.y + 20 + 300 + 40, 170, 84)
    p.line((tank.cx, tank.bottom), (flare.cx, flare.y), "a6", 3.5, dash="dash", arrow=True)
    for name, box in places.items():
        centre = name == "煤气柜"
        p.shape(
            box,
            name,
            fill="tx" if centre else "bg",
            line="tx" if centre else "a1",
            width=2,
            radius=8,
            ink=Ink(20, "#FFFFFF" if centre else "tx", bold=True, align="c", anchor="m"),
        )
    p.shape(flare, "放散塔", fill="a6", radius=8, ink=Ink(20, "#FFFFFF", bold=True, align="c", anchor="m"))
    p.text(
        Box(left.x, left.bottom - 48, left.w, 40),
        "柜位高了放散，柜位低了压负荷：两头都是钱。",
        18,
        "tx2",
        anchor="m",
    )
    cards.cards(
        p,
        right.inset(0, 6).rows(3, 18),
        [
            ("看得见的", "放散塔一个月点火二十几次，值班记录上只有时间。"),
            ("看不见的", "压负荷少发的电，没有人记成损失。"),
            ("算不清的", "三种煤气热值不同，按体积对账永远对不上。"),
        ],
        kind="side",
        tones=["a6", "a1", "a3"],
        size=17,
        head=21,
    )
    p = d.page(
        "content",
        f"明洲特钢：放散率 {m.flare_before}% → {m.flare_after}%",
        kicker="案例 · 2025-03-18 上线",
        notes=f"口径：{m.basis('flare_before')}；{m.basis('flare_after')}。{m.quote}",
        source=f"口径：{m.basis('flare_before')}，对 {m.basis('flare_after')}；节气 {m.basis('gas_saved')}",
    )
    left, right = p.area.columns([1, 1.35], 44)
    chart(
        p,
        Box(left.x, left.y, left.w, left.h - 150),
        "bar",
        ["2024 年 4–9 月", "2025 年 4–9 月"],
        {"放散率（%）": [m.value("flare_before"), m.value("flare_after")]},
        f"柱状图：明洲特钢煤气放散率从 {m.flare_before}% 降到 {m.flare_after}%",
        Style(colours=("a1",), labels=True, axis=False, legend=None, form='0.0"%"', size=18, gap=70),
    )
    p.shape(Box(left.x, left.bottom - 134, left.w, 122), fill="tx", radius=6)
    p.text(
        Box(left.x + 26, left.bottom - 126, left.w - 52, 72),
        f"“{m.quote}”",
        18,
        "#FFFFFF",
        bold=True,
        anchor="m",
    )
    p.text(Box(left.x + 26, left.bottom - 52, left.w - 52, 30), f"—— {m.speaker}，{m.said_on}", 13, "a2")
    cards.figures(
        p,
        Box(right.x, right.y + 6, right.w, 230).columns(2, 20),
        [
            (f"{m.gas_saved} 万m³/年", "少放散", m.basis("gas_saved")),
            (f"{m.power_gain} 万kWh/年", "多发电", m.basis("power_gain")),
        ],
        kind="solid",
        tones=["a1", "a4"],
        size=44,
    )
    cards.figures(
        p,
        Box(right.x, right.y + 256, right.w, 250).columns(3, 20),
        [
            (f"{m.saving} 万元", "一年收益", m.basis("saving")),
            (f"{m.investment} 万元", "投入", m.basis("investment")),
            (f"{m.payback_months} 个月", "回本", f"年产钢 {m.steel_output} 万吨"),
        ],
        tones=["a1", "a3", "a6"],
        size=34,
    )
    p = d.page(
        "night",
        f"提前 {m.forecast_minutes} 分钟预测是怎么做的",
        kicker="给调度看的不是曲线，是一句话",
        notes="重点讲最后一格：给调度一句话，不给他一堆曲线。",
        source="曲线为示意",
    )
    room = boards.screen(p, Box(p.area.x, p.area.y, p.area.w * 0.58, p.area.h), "煤气柜位 · 未来 30 分钟")
    boards.screen_tiles(
        p,
        Box(room.x, room.y, room.w, 84).columns(3, 12),
        [("当前柜位", "62 %"), ("30 分钟后", "81 %"), ("建议", "发电 +6 MW")],
    )
    now = [58, 59, 61, 60, 62, 62, None, None, None, None, None, None]
    ahead = [None, None, None, None, None, 62, 65, 69, 73, 76, 79, 81]
    boards.screen_curve(
        p,
        Box(room.x, room.y + 96, room.w, room.h - 96),
        "柜位（%）：实测与预测",
        ["-25", "-20", "-15", "-10", "-5", "现在", "+5", "+10", "+15", "+20", "+25", "+30"],
        {"实测": list(now), "预测": list(ahead)},
        "折线图：煤气柜位，实测 62%，预测三十分钟后 81%",
        ("a2", "a1"),
    )
    steps = [
        ("meter", "产", "高炉、转炉、焦炉各自的节奏"),
        ("gear", "用", "轧线计划、热风炉换炉时刻"),
        ("data", "存", "柜位、管网压力、热值"),
        ("bell", "一句话", "“20 分钟后加 6 MW，柜位 81”"),
    ]
    for cell, (name, head, text) in zip(
        Box(p.area.x + p.area.w * 0.61, p.area.y, p.area.w * 0.39, p.area.h).rows(4, 14), steps, strict=True
    ):
        p.shape(cell, fill=p.card, radius=6)
        icon(p, name, Box(cell.x + 22, cell.cy - 24, 48, 48), "a2", 2.6)
        p.text(Box(cell.x + 96, cell.y + 14, cell.w - 116, 40), head, 22, "bg", bold=True, anchor="m")
        p.text(Box(cell.x + 96, cell.y + 56, cell.w - 116, cell.h - 64), text, 16.5, "bg@85")


def _system(d: Deck) -> None:
    p = d.page(
        "content",
        "蒸汽与电：同一套办法，换一根管子",
        kicker="先平衡，再优化",
        notes="蒸汽管损别按比例分，按实测差压分。分厂认这个。",
    )
    cards.before_after(
        p,
        p.area.inset(0, 6),
        (
            "现在：按比例分",
            ["管损平摊，谁都不认", "蒸汽放空没有记录", "尖峰时段照常开空压", "余热发电量和计划对不上"],
        ),
        (
            "以后：按实测分",
            [
                "差压和流量定管损，一段一段认",
                "放空阀开了几分钟都在账上",
                "尖峰前把储气罐打满",
                "余热按炉次预测，偏差说得出原因",
            ],
        ),
        size=20,
    )
    p = d.page(
        "content",
        "架构：不碰一级，只听二级",
        kicker="单向采集",
        notes="先说不碰一级控制。自动化部的人听到这句才会往下听。",
    )
    diagrams.layers(
        p,
        Box(p.area.x, p.area.y + 4, p.area.w, p.area.h - 12),
        [
            ("决策", ["调度一句话", "日平衡表", "成本与碳账"]),
            ("平台", ["煤气预测", "蒸汽平衡", "分时电价", "台账"]),
            ("采集", ["OPC-UA", "OPC-DA 网关", "S7 网关", "IEC 104"]),
            ("二级", ["高炉", "转炉", "轧线", "动力"]),
            ("一级", ["不接", "不写", "不控"]),
        ],
        solid=True,
        colour="a3",
    )
    h = case("hengyu-iot")
    p = d.page(
        "split",
        f"现场接入：\n恒峪钢铁\n{h.protocols} 种协议",
        kicker=f"{h.access_weeks} 周接完",
        notes=f"{h.basis('access_weeks')}。{h.quote} —— {h.speaker}。",
    )
    p.text(
        Box(48, 330, 304, 120),
        f"四十年陆续建的产线，\n{h.devices} 台套设备，\n{h.points} 万个测点。",
        19,
        "#FFFFFF@94",
        gap=3,
    )
    p.text(Box(48, 500, 304, 130), f"“{h.quote}”\n—— {h.speaker}", 17, "a2+30", bold=True, gap=6)
    diagrams.gantt(
        p,
        Box(p.area.x, p.area.y, p.area.w, 400),
        [f"{n}周" for n in range(1, 10)],
        [
            ("摸底", 0, 2, "点表、协议"),
            ("网关上架", 1, 4, f"{h.gateways} 台"),
            ("协议联调", 2, 6, f"{h.protocols} 种"),
            ("台账核对", 4, 8, "逐台"),
            ("规则上线", 7, 9, "停机归因"),
        ],
        label=120,
        tones=["a1", "a3", "a4", "a6", "tx2"],
    )
    cards.figures(
        p,
        Box(p.area.x, p.area.y + 430, p.area.w, 150).columns(3, 20),
        [
            (f"{h.stop_before}→{h.stop_after}", "停机小时/年", f"少 {h.stop_cut}%"),
            (f"{h.saving} 万元", "一年少损失", f"{h.loss_per_hour} 万元/小时，客户口径"),
            (f"{h.payback_months} 个月", "回本", f"投入 {h.investment} 万元"),
        ],
        tones=["a1", "a3", "a6"],
        size=32,
    )
    p = d.page(
        "content",
        "数据质量：先治三种病",
        kicker="流量计不准怎么办",
        notes="别等仪表全换完再做。先用物料平衡把不准的挑出来，换最要紧的。",
        source="占比为恒峪、明洲两家摸底时常见的样子，示意",
    )
    left, right = p.area.columns([1, 1.2], 44)
    chart(
        p,
        left,
        "doughnut",
        ["正常", "漂移", "断点", "量程错"],
        {"测点": [0.78, 0.12, 0.07, 0.03]},
        "环图：测点质量示意，正常约八成，漂移、断点、量程错合计约两成",
        Style(colours=("a4", "a2", "a1", "a6"), labels=True, legend="bottom", form="0%", size=16, hole=60),
    )
    table(
        p,
        Box(right.x, right.y + 6, right.w, right.h - 20),
        [
            ["病", "怎么看出来", "怎么治"],
            ["漂移", "物料平衡对不上", "按炉次修正，排进检修"],
            ["断点", "超过三个周期没数", "网关补传，查线"],
            ["量程错", "长期贴边", "改量程，重标"],
            ["热值变", "三种煤气混用", "在线热值或分段系数"],
        ],
        TableStyle(share=(0.7, 1.3, 1.5), align="lll", size=18, head="tx", zebra=True),
    )


def _money(d: Deck) -> None:
    m = case("mingzhou-gas")
    p = d.page(
        "content",
        "投入与产出：明洲的账",
        kicker="按月累计",
        notes="累计线是按年收益匀到月画的，先说明。回本落在第六个月里。",
        source=f"投入 {m.investment} 万元，{m.basis('investment')}；收益 {m.saving} 万元/年，{m.basis('saving')}；按月匀摊",
    )
    left, right = p.area.columns([1.9, 1], 40)
    monthly = m.value("saving") / 12
    months = list(range(13))
    chart(
        p,
        left,
        "line",
        [str(n) for n in months],
        {"累计净收益（万元）": [round(monthly * n - m.value("investment"), 1) for n in months]},
        f"折线图：累计净收益从 -{m.investment} 万元起，第六个月由负转正，第十二个月 {round(m.value('saving') - m.value('investment'))} 万元",
        Style(
            colours=("a1",),
            size=13,
            form="#,##0",
            width=3.5,
            title="累计净收益（万元），横轴为上线后第几个月",
        ),
    )
    cards.figures(
        p,
        right.inset(0, 4).rows(3, 18),
        [
            (f"{m.investment} 万元", "投入", m.basis("investment")),
            (f"{m.saving} 万元/年", "收益", m.basis("saving")),
            (f"{m.payback_months} 个月", "回本", "投入 ÷ 月均收益"),
        ],
        kind="line",
        tones=["a3", "a1", "a6"],
        size=42,
    )
    p = d.page(
        "content",
        "实施分段：先煤气，再蒸汽，最后全厂",
        kicker="每段三个月，段段能停",
        notes="钢厂停不起。每段都避开大修和年底冲产。",
    )
    diagrams.stairs(
        p,
        p.area.inset(0, 4),
        [
            ("一段 · 煤气", "第 1–3 月", "流量计核查、预测上线，只给建议不动手。"),
            ("二段 · 蒸汽", "第 4–6 月", "差压补点，管损一段一段认。"),
            ("三段 · 电", "第 7–9 月", "分时、余热、空压一起排。"),
            ("四段 · 全厂", "第 10–12 月", "四本账合一本，日平衡自动出。"),
        ],
    )
    p = d.page("closing", "下一步：借调度台坐半天", notes="只要半天和一份点表。看完再说做不做。")
    diagrams.line_steps(
        p,
        Box(72, 176, 1136, 370),
        [
            ("本周", "坐半天", "调度台旁边听，记电话、记火炬。"),
            ("两周内", "要点表", "煤气系统点表和三个月历史。"),
            ("一个月", "回放", "用历史跑一遍预测，看准不准。"),
            ("再决定", "谈一段", f"先谈煤气一段，明洲是 {m.payback_months} 个月回本。"),
        ],
        tones=["a1", "a2-15", "a4", "a6"],
    )
    p.text(
        Box(72, 580, 1136, 50),
        f"{fact('company.service_cities')} 个城市有驻点工程师；一级故障 {fact('company.service.p1_response')} 分钟响应。",
        18,
        "bg@90",
        anchor="m",
    )
