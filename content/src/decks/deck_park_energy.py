"""Deck: 园区节能降碳方案 (energy, parks)."""

from __future__ import annotations

from . import boards, cards, diagrams, scenes
from .charts import Style, chart, colour_points
from .deck import Deck
from .facts import case, fact, raw, say
from .geometry import Box
from .icons import icon
from .isometric import tints
from .palette import Look
from .tables import TableStyle, table

LOOK = Look(
    "园区蓝",
    ("0C1F3F", "FFFFFF", "4A5872", "EFF4FB", "1C5FD4", "16B8A6", "F28C28", "6C5CE7", "38A3F5", "D94862"),
    frame="band",
    cover="waves",
    radius=8,
)
META = {
    "slug": "solution-park-energy-deck",
    "title": "园区节能降碳方案 v3.2",
    "kind": "solution",
    "product": ["energy", "energy-lite"],
    "industry": ["park", "park-electronics"],
    "scenario": ["energy-saving", "tou-tariff", "carbon"],
    "stage": ["solution-talk"],
    "audience": "customer",
    "owner": "liting@lanchuan.example",
    "expert": "chenli@lanchuan.example",
    "state": "on_offer",
    "published_on": "2026-11-16",
    "review_on": "2027-02-14",
    "recommended": True,
    "summary": "从一张电费单讲起：峰段怎么移、电价变了怎么重算、碳账怎么出，附两个园区的实测。",
}


def build() -> bytes:
    d = Deck(LOOK, str(META["title"]), subject="能碳管理", keywords="园区 节能 降碳 分时电价 碳账")
    _opening(d)
    _bill(d)
    _system(d)
    _cases(d)
    _end(d)
    return d.save()


def _opening(d: Deck) -> None:
    p = d.page(
        "cover",
        "园区节能降碳方案",
        kicker="能耗看得见 · 碳账算得清 · 电费降得下",
        notes="这份讲 40 分钟。客户只给 15 分钟就讲第 3、4、7、10 页。",
    )
    p.text(Box(72, 632, 700, 28), "澜川智控 · 能碳管理 4.3 · 2026 年 11 月", 14, "bg@85", anchor="m")
    p.text(Box(72, 56, 500, 34), "澜川智控 LANCHUAN", 15, "bg@90", bold=True, anchor="m")
    p = d.page(
        "content",
        "目录",
        kicker="六段，四十分钟",
        notes="先问客户最关心哪段，从那段开始；最后五分钟一定留给下一步。",
    )
    cards.agenda(
        p,
        p.area.inset(0, 6).grid(2, 3, 22),
        [
            ("园区眼下的三件事", "峰段电费、多系统、碳排披露"),
            ("从电费单讲起", "四个时段，四个价"),
            ("总体技术架构", "设备、接入、平台、应用"),
            ("省下来的钱从哪来", "移峰、冷站、空压、重算"),
            ("两个园区的实测", "江北生物医药园、临澄高新区"),
            ("怎么落地", "数据归属、时间、双方分工"),
        ],
    )
    p = d.page(
        "content",
        "园区眼下的三件事",
        kicker="先说处境",
        notes="三件事里让客户排个序。排第一的那件，后面多讲两分钟。",
    )
    boxes = p.area.inset(0, 8).columns([1.25, 1, 1], 24)
    cards.cards(
        p,
        boxes,
        [
            (
                "峰段电费在涨",
                "尖峰一度 1.27 元，低谷 0.31 元，差四倍。\n冷站、空压、充电桩偏偏都挤在白天。\n电价一调，去年的节能报告就对不上了。",
            ),
            (
                "系统各管各的",
                "楼控、能耗、收费、安防分头建。\n同一台冷机，三套系统三个名字。\n要一份全园数据，得找三家人。",
            ),
            (
                "碳排要对外报",
                "上级要、客户也要，口径还不一样。\n年底集中补数，交上去再退回来。\n去年的数今年解释不了。",
            ),
        ],
        kind="solid",
        icons=["bolt", "layers", "leaf"],
        tones=["a1", "a4", "a2-15"],
        size=16,
        head=24,
    )


def _bill(d: Deck) -> None:
    t = "company.tariff_sample."
    prices = [raw(t + key) for key in ("valley", "flat", "peak", "super_peak")]
    p = d.page(
        "content",
        "把电费单拆开看：同一度电，四个价",
        kicker="分时电价",
        notes="示例价。报给客户前换成当地当月电价，图是原生图表，双击就能改。",
        source=f"{raw(t + 'name')}，{raw(t + 'since')} 起；示例价，以当地当月电价为准",
    )
    left, right = p.area.columns([1.35, 1], 40)
    made = chart(
        p,
        left,
        "bar",
        ["低谷", "平段", "高峰", "尖峰"],
        {"电价（元/kWh）": prices},
        "柱状图：四个时段电价，低谷 0.31、平段 0.62、高峰 1.02、尖峰 1.27 元每千瓦时",
        Style(colours=("a5",), labels=True, axis=False, form='"¥"0.00', gap=45, size=15, legend=None),
    )
    colour_points(made, ["a5+35", "a5", "a1", "a1-45"])
    p.text(
        Box(right.x, right.y + 4, right.w, 40), "一天里电费落在哪几个小时", 18, "tx", bold=True, anchor="m"
    )
    hours = [0.15] * 8 + [
        0.55,
        0.55,
        0.85,
        0.85,
        0.4,
        0.4,
        0.85,
        0.85,
        0.95,
        1.0,
        1.0,
        0.9,
        0.6,
        0.5,
        0.2,
        0.2,
    ]
    days = [[min(1.0, h * k) for h in hours] for k in (1.0, 1.0, 0.98, 1.02, 0.99, 0.55, 0.45)]
    boards.heat(
        p,
        Box(right.x, right.y + 54, right.w, 250),
        [f"{h}" if h % 4 == 0 else "" for h in range(24)],
        ["周一", "周二", "周三", "周四", "周五", "周六", "周日"],
        days,
        label=56,
    )
    cards.callout(
        p,
        Box(right.x, right.bottom - 170, right.w, 150),
        "尖峰价是低谷的 **4.1 倍**。\n挪走一度尖峰电，比省下三度低谷电更值。先看形状，再谈节能。",
        mark="bulb",
        size=17,
    )
    c = case("jiangbei")
    p = d.page(
        "content",
        "峰段怎么移：先移得动的，再移省得多的",
        kicker="江北生物医药园的做法",
        notes=f"口径：{c.basis('saving')}。洁净区温湿度不动，只动蓄冷和空压的加载时段。",
        source="来源：江北生物医药园冷站 2025-10 至 2026-09 运行记录",
    )
    left, right = p.area.columns([1.1, 1], 44)
    diagrams.funnel(
        p,
        Box(left.x, left.y + 6, left.w, left.h - 20),
        [
            ("全部负荷", "先把 24 小时曲线\n按设备拆开"),
            ("可移负荷", "蓄冷、空压储气、\n充电、热水"),
            ("愿意移的", "和班组一台台过，\n写进运行规程"),
            ("每天移的", "前一天晚上排好，\n系统只提醒"),
        ],
        tones=["a5", "a1", "a1-20", "a1-40"],
    )
    p.text(Box(right.x, right.y, right.w, 36), "峰段用电占比", 18, "tx", bold=True, anchor="m")
    half = Box(right.x, right.y + 44, right.w, 330).columns(2, 20)
    for cell, value, name, colour in (
        (half[0], c.peak_share_before, "改造前", "#B7C3D7"),
        (half[1], c.peak_share_after, "改造后", "a1"),
    ):
        boards.ring(p, cell.inset(6, 0), float(value) / 100, f"{value}%", name, colour=colour)
    cards.figures(
        p,
        Box(right.x, right.bottom - 136, right.w, 124).columns(2, 20),
        [
            (f"{c.saving_from_shift} 万元/年", "移峰价差", "只是挪时间，不多花电"),
            (f"{c.saving_from_kwh} 万元/年", "冷站节电", "对上线前基线"),
        ],
        tones=["a3", "a1"],
        size=28,
    )


def _system(d: Deck) -> None:
    p = d.page(
        "content",
        "总体技术架构：设备—接入—平台—应用",
        kicker="买的是平台层，应用可以以后再加",
        notes="先讲最下面一层：现有电表和空调都不用换。再指平台层。被问协议时翻物联中台介绍的协议清单，不要口头承诺私有协议。",
    )
    diagrams.layers(
        p,
        p.area.inset(0, 4),
        [
            ("应用层", ["能耗管理", "电价策略", "碳账填报", "租户账单", "运营看板"]),
            ("平台层", ["物联中台", "数据底账", "规则引擎", "能耗模型"]),
            ("接入层", ["边缘网关", "OPC-UA", "Modbus", "BACnet"]),
            ("设备层", ["电表", "空调", "照明", "空压", "水泵", "充电桩"]),
        ],
    )
    p = d.page(
        "night",
        "电价一变，收益自动重算",
        kicker="能碳管理 4.3 · 2026-11-16 起",
        notes="先问：上次调价，你们几天后才知道差了多少？再翻到这页。限制要主动说：四段以内，需量只展示，2026 年 1 月以前不补算。",
    )
    left, right = p.area.columns([1.5, 1], 36)
    for n, (cell, (name, title, text)) in enumerate(
        zip(
            left.inset(0, 6).rows(4, 16),
            [
                ("doc", "00:00 电价表更新", "新电价录入一次，生效日期写清楚。"),
                (
                    "refresh",
                    "00:05 自动重算",
                    f"{say('products.energy.tou_recalculation').split('，')[0]}；每 100 点位重算一年约 {fact('products.energy.tou_recalculation.minutes_per_100_points')} 分钟。",
                ),
                ("search", "08:00 新旧对照", "每栋楼一页：旧价省多少、新价省多少、差在哪个时段。"),
                ("people", "08:30 各拿各的", "能源办看策略，财务看对照页，班组看今天几点停。"),
            ],
            strict=True,
        )
    ):
        p.shape(cell, fill=p.card, radius=10)
        p.shape(Box(cell.x + 20, cell.cy - 27, 54, 54), geom="ellipse", fill=("a1", "a2", "a3", "a4")[n])
        icon(p, name, Box(cell.x + 34, cell.cy - 13, 26, 26), "#FFFFFF", 2.2)
        p.text(Box(cell.x + 96, cell.y + 12, cell.w - 120, 36), title, 19, "bg", bold=True, anchor="m")
        p.text(Box(cell.x + 96, cell.y + 50, cell.w - 120, cell.h - 58), text, 14.5, "bg@82")
    p.shape(right.inset(0, 6), line="a2", width=1.5, dash="dash", radius=12)
    p.text(
        Box(right.x + 28, right.y + 28, right.w - 56, 36), "做到哪儿为止", 20, "a2+20", bold=True, anchor="m"
    )
    cards.checklist(
        p,
        Box(right.x + 28, right.y + 84, right.w - 56, 380),
        [str(x) for x in raw("products.energy.tou_recalculation.limits")] + ["历史月份补算到 2026 年 1 月"],
        mark="alert",
        colour="a3",
        size=16,
    )
    p = d.page(
        "split",
        f"冷站与空压：\n现成模型\n{fact('products.energy.model_count')} 个",
        kicker="不从零开始",
        notes="模型是现成的，参数是现场的。冷站控制须有 BACnet 或 Modbus 点表。",
    )
    p.picture(
        Box(24, 330, 352, 290),
        scenes.plant_room(tints(LOOK.colours), 704, 580),
        "等轴插图：冷站机房，四台冷机与水泵",
        radius=14,
    )
    chart(
        p,
        Box(p.area.x, p.area.y, p.area.w * 0.56, p.area.h - 130),
        "doughnut",
        ["冷站", "空压", "照明", "锅炉", "其他"],
        {"模型数": [6, 4, 3, 3, 7]},
        "环图：现成能耗模型 23 个，冷站 6、空压 4、照明 3、锅炉 3、其他 7",
        Style(colours=("a1", "a2", "a3", "a4", "a5"), labels=True, legend="bottom", size=14, hole=58),
    )
    x = p.area.x + p.area.w * 0.6
    cards.checklist(
        p,
        Box(x, p.area.y + 20, p.area.right - x, 400),
        [
            "冷站：台数、水温、流量",
            "空压：压力带、加卸载",
            "照明：时段与照度",
            "锅炉：启停与回水",
            "其他：泵、风机、充电",
        ],
        size=16,
    )
    cards.callout(
        p,
        Box(p.area.x, p.area.bottom - 104, p.area.w, 88),
        "**不承诺节能率。** 合同里写基线方法和核算口径，省多少按口径算。",
        mark="shield",
        colour="a3",
        size=17,
    )
    p = d.page(
        "content",
        "碳账：从抄来的数，到算出来的数",
        kicker=f"{fact('products.energy.carbon.factors')} 条因子，{fact('products.energy.carbon.templates')} 张模板",
        notes="强调：不代替第三方核查。范围三只做采购与差旅两类。",
        source="标准：ISO 14064-1、GHG Protocol、省级温室气体清单口径；不代替第三方核查",
    )
    diagrams.flow(
        p,
        Box(p.area.x, p.area.y + 4, p.area.w, 300).columns(4, 44),
        [
            ("meter", "计量", "电 15 分钟\n水气 1 小时\n缺数自动补采"),
            (
                "data",
                "因子",
                f"内置 {fact('products.energy.carbon.factors')} 条\n注明来源与年份\n换年份留旧账",
            ),
            ("chart", "核算", "范围一、范围二\n范围三只做采购、差旅\n每个数点得回原表"),
            (
                "doc",
                "填报",
                f"口径模板 {fact('products.energy.carbon.templates')} 张\n一次填、多处用\n退回有原因",
            ),
        ],
        tones=["a1", "a5-15", "a4", "a2-15"],
    )
    for n, (cell, (name, text)) in enumerate(
        zip(
            Box(p.area.x, p.area.y + 334, p.area.w, 172).columns(3, 22),
            [
                ("范围一", "自有锅炉、车辆、制冷剂，按实际消耗乘因子。"),
                ("范围二", "外购电和热，按当年电网因子，绿电单列。"),
                ("范围三", "采购与差旅两类；其他类别由贵方自填。"),
            ],
            strict=True,
        )
    ):
        p.shape(cell, line=("a1", "a4", "a2")[n], width=2, radius=10)
        p.text(Box(cell.x + 24, cell.y + 18, cell.w - 48, 34), name, 20, ("a1", "a4", "a2-15")[n], bold=True)
        p.text(Box(cell.x + 24, cell.y + 62, cell.w - 48, 96), text, 16, "tx2")


def _cases(d: Deck) -> None:
    c = case("jiangbei")
    p = d.page(
        "picture",
        "江北生物医药园：冷站不再靠手感",
        kicker="案例 · 2025-10-08 上线",
        notes=f"{c.quote} 说话的是{c.speaker}，{c.said_on}。口径：{c.basis('saving')}。",
    )
    p.picture(
        Box(0, 0, 1280, 330),
        scenes.pharma(tints(LOOK.colours), 1280, 330, zoom=1.9),
        "等轴插图：生物医药园的洁净厂房与冷却塔",
    )
    p.text(
        Box(56, 480, 440, 150),
        f"洁净空调占用电 {c.hvac_share}%，四台冷机靠班长手感开停。上线一年，节电 {c.saved_kwh} 万 kWh。",
        17,
        "tx2",
    )
    cards.figures(
        p,
        Box(540, 372, 684, 140).columns(3, 18),
        [
            (f"{c.saving} 万元", "年省电费", "节电加移峰价差"),
            (f"{c.investment} 万元", "投入", "含点位与冷站模块"),
            (f"{c.payback_months} 个月", "回本", "不到三个季度"),
        ],
        tones=["a1", "a4", "a3"],
        size=30,
    )
    p.shape(Box(540, 532, 684, 118), fill="a1@8", radius=10)
    p.text(Box(566, 540, 632, 62), f"“{c.quote}”", 21, "a1-20", bold=True, anchor="m")
    p.text(Box(566, 604, 632, 32), f"—— {c.speaker}，{c.said_on}", 13, "tx2")
    c = case("lincheng")
    p = d.page(
        "content",
        "临澄高新区：十二个片区，一种口径",
        kicker="案例 · 2026-01-12 上线",
        notes=f"{c.quote} —— {c.speaker}。{c.basis('filing_days_before')} 对 {c.basis('filing_days_after')}。",
        source=f"口径：{c.basis('filing_days_before')}对{c.basis('filing_days_after')}；{c.firms} 家规上企业",
    )
    left, right = p.area.columns([1, 1.3], 40)
    p.shape(left, grad=("a2-45", "a2-15", 60), radius=14)
    p.text(Box(left.x + 36, left.y + 30, left.w - 72, 30), "填报一轮要几天", 16, "#FFFFFF@88", bold=True)
    p.text(
        Box(left.x + 36, left.y + 66, left.w - 72, 150),
        f"{c.filing_days_before} → {c.filing_days_after}",
        74,
        "#FFFFFF",
        bold=True,
        anchor="m",
        heading=True,
    )
    p.text(Box(left.x + 36, left.y + 230, left.w - 72, 90), f"“{c.quote}”", 22, "#FFFFFF", bold=True)
    p.text(Box(left.x + 36, left.y + 330, left.w - 72, 30), f"{c.speaker}，{c.said_on}", 14, "#FFFFFF@85")
    table(
        p,
        Box(right.x, right.y, right.w, right.h - 8),
        [
            ["", "以前", "现在"],
            ["片区", f"{c.districts} 个各填各的", "同一套模板"],
            ["填报天数", f"{c.filing_days_before} 天", f"{c.filing_days_after} 天"],
            ["参与人数", f"{c.people_before} 人", f"{c.people_after} 人"],
            ["被退回", f"{c.returned_before} 次/季", f"{c.returned_after} 次/季"],
            ["口径模板", "没有", f"{c.templates} 张"],
        ],
        TableStyle(share=(1, 1.2, 1), mark=2, size=17, head="a2-15", mark_fill="a2+86"),
    )


def _end(d: Deck) -> None:
    p = d.page(
        "content",
        "安全与数据归属",
        kicker="先把丑话写进合同",
        notes="数据放哪、谁能看、走的时候怎么拿走，三件事客户问之前先讲。",
    )
    items = [
        ("lock", "传输加密", "网关到平台国密 SM4；SM2 证书可选。"),
        ("shield", "等保三级", "物联中台与能碳管理专有云环境，2026-03-18 通过。"),
        ("server", "放在哪里", "贵方机房或专有云，二选一，写进合同。"),
        ("key", "谁能看", "按楼栋、角色授权，导出和改数都留痕。"),
        (
            "clock",
            "出故障",
            f"一级 {fact('company.service.p1_response')} 分钟响应，{fact('company.service.p1_restore')} 小时恢复或给绕行。",
        ),
        ("box", "怎么拿走", say("company.service.data_exit") + "。"),
    ]
    cards.cards(
        p,
        p.area.inset(0, 6).grid(3, 2, 22),
        [(a, b) for _, a, b in items],
        kind="outline",
        icons=[i for i, _, _ in items],
        tones=["a1", "a2", "a4", "a3", "a5", "a1"],
        size=15,
    )
    p = d.page(
        "content",
        "实施路径与双方分工",
        kicker=f"{raw('products.energy.implementation.weeks')}",
        notes="客户要出两个人：一位能开配电箱的，一位能定口径的。",
    )
    weeks = [f"第 {n} 周" for n in range(1, 9)]
    diagrams.gantt(
        p,
        Box(p.area.x, p.area.y, p.area.w, 380),
        weeks,
        [
            ("勘点与清单", 0, 1.5, "现场 + 图纸"),
            ("装网关、开网络", 1, 3, "不停电"),
            ("接数与台账", 2, 4.5, "逐点核对"),
            ("模型与电价", 3.5, 6, "冷站 · 空压 · 分时"),
            ("碳账模板", 5, 7, "口径确认"),
            ("试运行与验收", 6, 8, "月报 + 培训"),
        ],
        tones=["a1", "a5-10", "a4", "a2-15", "a3", "a1-30"],
    )
    for cell, (head, text) in zip(
        Box(p.area.x, p.area.y + 400, p.area.w, 112).columns(2, 24),
        [
            ("贵方", "一次系统图与表计清单；一位持证电工；一位能定口径的人。"),
            ("我方", "项目经理一名，接入、模型、碳账各一位工程师，周报到验收。"),
        ],
        strict=True,
    ):
        p.shape(cell, fill="bg2", radius=10)
        p.text(Box(cell.x + 24, cell.y, 90, cell.h), head, 22, "a1", bold=True, anchor="m")
        p.text(Box(cell.x + 124, cell.y + 8, cell.w - 148, cell.h - 16), text, 16, "tx", anchor="m")
    p = d.page("closing", "下一步：从一张电费单开始", notes="要到近 12 个月电费单，测算一周内出。")
    diagrams.ladder(
        p,
        Box(60, 180, 1100, 380),
        [
            ("本周", "贵方给近 12 个月电费单和一份配电图"),
            ("一周内", "我方出测算：峰段占比、可移负荷、三期投入"),
            ("两周内", "现场勘点半天，定一期范围（18 万元起，含 300 点位与一个能耗模型）"),
            ("八周内", "一期验收，第一份月报"),
        ],
        tones=["a3", "a2", "a3", "a2"],
    )
    p.text(
        Box(72, 600, 1136, 40),
        "联系您的客户经理，或拨打服务热线：工作日 8:30–20:00，一级故障 7×24",
        15,
        "bg@88",
        anchor="m",
    )
