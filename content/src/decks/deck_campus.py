"""Deck: 智慧园区整体解决方案（2026 秋季版） (three products, parks)."""

from __future__ import annotations

from . import boards, cards, diagrams, scenes
from .charts import Style, chart
from .deck import Deck
from .facts import case, fact, raw, say, spread
from .geometry import Box
from .icons import icon
from .isometric import tints
from .palette import Look
from .shapes import Ink
from .tables import TableStyle, table

LOOK = Look(
    "整体方案",
    ("111B3D", "FFFFFF", "4C5675", "F2F4FB", "2F4BD8", "12B5CB", "FF8A3D", "8E44EC", "4F8DF7", "E5486B"),
    frame="rail",
    cover="facets",
    radius=10,
)
META = {
    "slug": "solution-campus-deck",
    "title": "智慧园区整体解决方案（2026 秋季版）",
    "kind": "solution",
    "product": ["iot", "energy", "security"],
    "industry": ["park", "park-software"],
    "scenario": ["energy-saving", "security-link", "device-access"],
    "stage": ["solution-talk"],
    "audience": "customer",
    "owner": "liting@lanchuan.example",
    "expert": "chenli@lanchuan.example",
    "state": "on_offer",
    "published_on": "2026-10-28",
    "review_on": "2026-12-05",
    "recommended": True,
    "summary": "20 页讲全：接入、平台、能耗、安防、租户五块怎么合成一套，附北湖软件园按月实测。",
}
MONTHS = ["5 月", "6 月", "7 月", "8 月", "9 月", "10 月", "11 月", "12 月", "1 月", "2 月", "3 月", "4 月"]
SHAPE = [9.2, 10.4, 12.1, 12.4, 10.1, 7.6, 6.2, 6.9, 7.4, 6.1, 5.9, 5.7]


def build() -> bytes:
    d = Deck(LOOK, str(META["title"]), subject="智慧园区", keywords="智慧园区 物联中台 能耗 安防 整体方案")
    look = tints(LOOK.colours)
    _opening(d, look)
    _needs(d)
    _platform(d, look)
    _apps(d)
    _proof(d, look)
    _trust(d)
    return d.save()


def _opening(d: Deck, look: object) -> None:
    p = d.page(
        "cover",
        "智慧园区整体解决方案",
        kicker="能耗、安防、租户，一套底座（2026 秋季版）",
        notes="这份是底稿，20 页。给客户讲之前先挑，十页以内。怎么挑看第 2 页。",
    )
    p.picture(
        Box(836, 150, 396, 420), scenes.campus(look, 792, 840), "等轴插图：软件园楼群与数据连线", radius=20
    )  # type: ignore[arg-type]
    p.text(Box(72, 632, 700, 28), "澜川智控 · 2026 年 10 月 28 日", 14, "bg@85", anchor="m")
    p = d.page(
        "content", "怎么用这份材料", kicker="先挑再讲", notes="内部用法也能给客户看：告诉他我们按他的时间来。"
    )
    table(
        p,
        Box(p.area.x, p.area.y, p.area.w, 360),
        [
            ["谁在听", "时间", "讲哪几页", "留到会后发"],
            ["园区总经理", "15 分钟", "4 · 14 · 15 · 19", "全册 PDF"],
            ["运营与物业", "30 分钟", "4 · 5 · 11 · 12 · 13 · 14", "租户账单样张"],
            ["信息科", "45 分钟", "6 · 7 · 8 · 9 · 10 · 17 · 18", "协议清单、等保材料"],
            ["财务", "20 分钟", "14 · 15 · 19", "口径说明"],
        ],
        TableStyle(share=(1, 0.8, 2, 1.4), align="lcll", size=17, zebra=True),
    )
    cards.callout(
        p,
        Box(p.area.x, p.area.y + 392, p.area.w, 88),
        "每页右下角有出处。客户追问数字，翻出处，不要凭记忆答。",
        mark="search",
        colour="a3",
        size=17,
    )
    p = d.page("split", "目录", kicker="五章", notes="")
    p.text(
        Box(48, 280, 310, 200), "从园区自己的难处开始，\n到一份能分期买的清单结束。", 17, "#FFFFFF@92", gap=5
    )
    cards.agenda(
        p,
        p.area.rows(5, 0),
        [
            ("园区运营的三个难处", "北湖软件园上线前是什么样"),
            ("底座怎么搭", "接入层、网关、平台层、规则引擎"),
            ("三类应用", "能耗、安防联动、租户与运营"),
            ("做成了什么样", "北湖软件园、华东某电子产业园"),
            ("放心与下一步", "安全、国产化、分期、分工"),
        ],
        kind="line",
    )


def _needs(d: Deck) -> None:
    c = case("beihu")
    p = d.page(
        "content",
        "园区运营的三个难处",
        kicker="北湖软件园上线前",
        notes=f"数字来自北湖：{c.basis('unknown_share')}。问客户：您这儿公共区的电，有多少说得清？",
        source=f"来源：北湖软件园，{c.basis('unknown_share')}；{c.area} 万平方米、{c.buildings} 栋楼",
    )
    for cell, (value, head, text, colour) in zip(
        p.area.inset(0, 6).rows(3, 20),
        [
            (
                f"{c.unknown_share}%",
                "用电说不清",
                "公共区的电有近四分之一不知道花在哪：表装了，没人对；对了，没人信。",
                "a1",
            ),
            (
                f"{c.systems} 套",
                "系统各管各",
                "楼控、能耗、安防、停车、门禁、工单、收费，七个登录名，七本设备台账。",
                "a2",
            ),
            ("1:9 万", "一个人管九万平方米", "值班的不是在处理事，是在接电话问谁管这件事。", "a3"),
        ],
        strict=True,
    ):
        p.shape(cell, fill="bg2", radius=14)
        p.shape(
            Box(cell.x, cell.y, 300, cell.h),
            value,
            grad=(colour, f"{colour}-25", 45),
            radius=14,
            ink=Ink(44, "#FFFFFF", bold=True, align="c", anchor="m", heading=True),
        )
        p.text(Box(cell.x + 336, cell.y + 28, cell.w - 370, 40), head, 24, "tx", bold=True, anchor="m")
        p.text(Box(cell.x + 336, cell.y + 76, cell.w - 370, cell.h - 88), text, 17, "tx2")
    p = d.page(
        "content",
        "客户最常问的，先答",
        kicker="答完再讲方案",
        notes="四个问题先答掉，后面讲方案时客户才听得进去。",
    )
    cards.questions(
        p,
        p.area.inset(0, 6).grid(2, 2, 22),
        [
            (
                "旧系统要拆吗？",
                "不拆。能读协议的直接接，不能读的加网关。旧系统照常用，我们只拿数据，控制默认关闭。",
            ),
            ("一次要花多少？", "按一期一期来。第一期只做接入和能耗，看到月报再定第二期。"),
            ("多久看得到东西？", "接入完成当周就有实时数据；第一份能耗月报在第二个月。"),
            (
                "以后想换厂家呢？",
                "台账和历史数据可整份导出，开放接口写进合同；" + say("company.service.data_exit") + "。",
            ),
        ],
        tones=["a1", "a2-10", "a4", "a3"],
    )


def _platform(d: Deck, look: object) -> None:
    p = d.page(
        "content",
        "总体技术架构：设备—接入—平台—应用",
        kicker="一套底座，三类应用",
        notes="先讲最下面一层：现有电表和空调都不用换。再指平台层：买的是这一层，应用可以以后再加。被问协议时翻第 7 页清单，不要口头承诺私有协议。",
    )
    diagrams.layers(
        p,
        p.area.inset(0, 4),
        [
            ("应用层", ["能耗管理", "安防联动", "租户账单", "碳账填报", "运营看板"]),
            ("平台层", ["物联中台", "设备台账", "规则引擎", "时序库", "开放接口"]),
            ("接入层", ["LG-200 网关", "LV-64 边缘盒", "OPC-UA", "Modbus", "GB/T 28181"]),
            ("设备层", ["电表", "空调", "照明", "电梯", "水泵", "摄像头", "闸机"]),
        ],
        solid=True,
    )
    p = d.page(
        "content",
        f"接入层：{fact('products.iot.protocols')} 种协议与设备型号系列",
        kicker="先看清单，再谈报价",
        notes="清单外的私有协议：先要报文样本，通常 10–15 人天一个，单独报价。",
    )
    left, right = p.area.columns([1.5, 1], 36)
    table(
        p,
        Box(left.x, left.y, left.w, left.h - 10),
        [
            ["类别", "能接什么", "怎么接"],
            ["表计", "DL/T 645-2007、CJ/T 188", "网关 RS485"],
            ["楼控", "BACnet/IP、Modbus RTU/TCP", "网口直连"],
            ["产线", "OPC-UA（客户端，含订阅）", "2026-10-28 起直连"],
            ["老产线", "OPC-DA、西门子 S7", "经网关"],
            ["视频", "ONVIF、GB/T 28181-2022", "边缘盒"],
            ["其他", "MQTT 3.1.1/5.0、IEC 60870-5-104", "平台直连"],
        ],
        TableStyle(share=(0.7, 2, 1.1), align="lll", size=16),
    )
    p.shape(Box(right.x, right.y, right.w, right.h - 10), grad=("a1-40", "a1", 50), radius=14)
    p.text(
        Box(right.x + 36, right.y + 30, right.w - 72, 130),
        fact("products.iot.protocols"),
        88,
        "#FFFFFF",
        bold=True,
        anchor="m",
        heading=True,
    )
    p.text(
        Box(right.x + 36, right.y + 166, right.w - 72, 60),
        "种协议与设备型号系列\n已经接过",
        18,
        "#FFFFFF",
        bold=True,
    )
    cards.checklist(
        p.__class__(p.slide, d.spots["night"], LOOK),
        Box(right.x + 36, right.y + 260, right.w - 72, 220),
        ["私有协议先看报文样本", "通常 10–15 人天一个", "OPC-UA 只做客户端", "控制类指令默认关闭"],
        colour="#FFFFFF",
        size=16,
        rules=False,
    )
    _gateway(d)
    _capacity(d, look)


def _gateway(d: Deck) -> None:
    g = "products.iot.gateway."
    p = d.page(
        "night",
        f"网关 {raw(g + 'model')}：现场只多这一个盒子",
        kicker="半小时一台，不停电",
        notes="带一台实物去。指着两个网口讲：一个接现场，一个上平台，断网先存本地。",
    )
    left, right = p.area.columns([1.3, 1], 40)
    body = Box(left.x + 30, left.y + 90, left.w - 60, 250)
    p.shape(body, grad=("#E2E8F0", "#94A3B8", 90), radius=22, shadow=True)
    p.shape(Box(body.x + 24, body.y + 24, body.w - 48, 96), fill="#0F172A", radius=10)
    p.text(
        Box(body.x + 48, body.y + 34, 280, 76),
        raw(g + "model"),
        34,
        "#FFFFFF",
        bold=True,
        anchor="m",
        heading=True,
    )
    for n in range(6):
        p.shape(
            Box(body.right - 230 + n * 32, body.y + 64, 16, 16),
            geom="ellipse",
            fill=("#34D399", "#34D399", "#38BDF8", "#FBBF24", "#34D399", "#64748B")[n],
        )
    for n in range(4):
        p.shape(
            Box(body.x + 26 + n * 82, body.y + 148, 70, 66),
            f"485-{n + 1}",
            fill="#16A34A",
            radius=6,
            ink=Ink(14, "#FFFFFF", bold=True, align="c", anchor="m"),
        )
    for n in range(2):
        p.shape(
            Box(body.right - 196 + n * 90, body.y + 148, 80, 66),
            f"网口 {n + 1}",
            fill="#334155",
            radius=6,
            ink=Ink(14, "#FFFFFF", bold=True, align="c", anchor="m"),
        )
    for n, text in enumerate(("电表串 1", "电表串 2", "水气表", "冷热量表")):
        x = body.x + 61 + n * 82
        p.line((x, body.bottom - 36), (x, body.bottom + 44), "#34D399", 2.5)
        p.text(Box(x - 41, body.bottom + 50, 82, 30), text, 13, "bg@85", align="c")
    p.line((body.right - 66, body.bottom - 36), (body.right - 66, body.bottom + 44), "#38BDF8", 2.5)
    p.text(Box(body.right - 131, body.bottom + 50, 130, 30), "平台（SM4）", 13, "bg@85", align="c")
    items = [
        ("wifi", "断网不丢", say(g + "cache_hours")),
        ("wrench", "装得快", say(g + "install_minutes")),
        ("meter", "带得多", say(g + "meters_per_gateway")),
        ("sun", "扛得住", f"工作温度 {raw(g + 'temperature')}"),
    ]
    for cell, (name, head, text) in zip(right.inset(0, 6).rows(4, 16), items, strict=True):
        p.shape(cell, fill=p.card, radius=12)
        icon(p, name, Box(cell.x + 24, cell.cy - 22, 44, 44), "a2", 2.4)
        p.text(Box(cell.x + 92, cell.y + 16, cell.w - 116, 36), head, 20, "bg", bold=True, anchor="m")
        p.text(Box(cell.x + 92, cell.y + 54, cell.w - 116, cell.h - 60), text, 15.5, "bg@82")


def _capacity(d: Deck, look: object) -> None:
    c = "products.iot.capacity."
    p = d.page(
        "content",
        "平台层：压得住，才敢往上加应用",
        kicker="2026 年 8 月压测",
        notes="三台 16 核 64 GB。客户要看压测报告就发安全说明附件。",
        source=f"口径：{'2026-08 压测，三台 16 核 64 GB；规则 2,000 条'}",
    )
    boxes = Box(p.area.x, p.area.y + 6, p.area.w, 170).columns(3, 22)
    cards.figures(
        p,
        boxes,
        [
            (f"{raw(c + 'points_per_cluster') // 10000} 万点", "三节点集群", "测点容量"),
            (f"{raw(c + 'writes_per_second') // 10000} 万条/秒", "写入", "持续 24 小时"),
            (f"{fact(c + 'rule_p95')} 毫秒", "规则触发 p95", "从数据到动作"),
        ],
        kind="solid",
        tones=["a1", "a2-15", "a4"],
        size=40,
    )
    names = ["华东某电子产业园", "恒峪钢铁", "三节点集群容量"]
    used = [
        case("huadong-electronics").value("points") / 10000,
        case("hengyu-iot").value("points"),
        raw(c + "points_per_cluster") / 10000,
    ]
    chart(
        p,
        Box(p.area.x, p.area.y + 196, p.area.w * 0.62, 320),
        "row",
        names,
        {"测点（万个）": used},
        f"条形图：已上线项目的测点数与集群容量，华东某电子产业园 {used[0]} 万、恒峪钢铁 {used[1]} 万、三节点集群 {used[2]} 万",
        Style(
            colours=("a1",),
            labels=True,
            axis=False,
            legend=None,
            size=14,
            gap=55,
            form="0.##",
            title="已上线的项目用了多少（万个测点）",
        ),
    )
    p.picture(
        Box(p.area.x + p.area.w * 0.66, p.area.y + 206, p.area.w * 0.34, 300),
        scenes.rack(look, 776, 600),
        "等轴插图：机柜",
        radius=12,
    )  # type: ignore[arg-type]
    p = d.page(
        "content",
        "规则引擎：一条规则长什么样",
        kicker="当…并且…就…",
        notes="让客户自己说一条规则，当场拼出来。单条规则最多引用 50 个测点，控制要双人确认。",
        source="单条规则最多引用 50 个测点；控制类指令默认关闭，开通要书面授权并双人确认",
    )
    cells = Box(p.area.x, p.area.y + 10, p.area.w, 250).columns([1, 1, 1], 70)
    diagrams.flow(
        p,
        cells,
        [
            ("eye", "当", "冷冻水供回水温差\n低于 4 ℃\n持续 15 分钟"),
            ("clock", "并且", "工作日 8:00–20:00\n且室外温度低于 30 ℃\n且没有检修单"),
            ("bell", "就", "提醒班长：可停一台泵\n写进班组日志\n十分钟没人理，找主管"),
        ],
        tones=["a1", "a4", "a3"],
    )
    p.text(
        Box(p.area.x, p.area.y + 290, p.area.w, 34), "班组最常自己加的四条", 18, "tx", bold=True, anchor="m"
    )
    cards.cards(
        p,
        Box(p.area.x, p.area.y + 334, p.area.w, 176).columns(4, 18),
        [
            ("没人了空调还开", "15 分钟无人 → 推物业"),
            ("电梯一天急停三次", "→ 自动建工单"),
            ("车库排风夜里全开", "CO 低于限值 → 提醒停两台"),
            ("泵房水浸", "→ 电话加弹窗，同时推画面"),
        ],
        kind="side",
        tones=["a1", "a2", "a4", "a3"],
        size=14,
        head=17,
    )


def _apps(d: Deck) -> None:
    p = d.page(
        "content",
        "应用一：能耗",
        kicker="三级看，一级比一级具体",
        notes="从园区点到楼、从楼点到回路，三下之内到一台设备。示意画面。",
    )
    room = boards.screen(p, p.area.inset(0, 2), "能耗 · 三级下钻")
    boards.screen_tiles(
        p,
        Box(room.x, room.y, room.w, 82).columns(4, 14),
        [("本月用电", "126.4 万 kWh"), ("同比", "-21.8 %"), ("峰段占比", "33.2 %"), ("异常回路", "3 条")],
    )
    left, mid, right = Box(room.x, room.y + 96, room.w, room.h - 96).columns([1, 1.4, 1], 14)
    boards.screen_bars(
        p,
        left,
        "19 栋楼里用得最多的五栋",
        [("6 号楼", 0.18), ("11 号楼", 0.14), ("2 号楼", 0.11), ("数据机房", 0.1), ("19 号楼", 0.08)],
    )
    boards.screen_curve(
        p,
        mid,
        "6 号楼 24 小时（kW）",
        [f"{h}" for h in range(0, 24, 2)],
        {
            "今日": [92, 88, 86, 120, 240, 318, 330, 322, 305, 260, 170, 110],
            "基线": [110, 104, 101, 150, 290, 372, 390, 384, 366, 318, 220, 140],
        },
        "折线图：6 号楼今日负荷低于基线",
        ("a2", "#64748B"),
    )
    boards.screen_bars(
        p,
        right,
        "6 号楼分项",
        [("空调", 0.46), ("照明插座", 0.28), ("电梯", 0.09), ("其他", 0.17)],
        colour="a3",
    )
    p = d.page(
        "content",
        "应用二：安防联动，从画面到人 3 秒",
        kicker="老摄像头不换",
        notes=f"{say('products.security.kept_cameras')}，9 个项目共 2,870 路。雨雪夜周界误报会升高，主动讲。",
        source=f"口径：{fact('products.security.kept_cameras')}% 为 2025 年以来 9 个项目共 2,870 路的平均",
    )
    steps = [
        ("camera", "画面出现", "围墙有人翻越\n老摄像头照拍"),
        ("chip", "边缘盒判断", "14 种算法\n先滤掉猫和树影"),
        ("bell", "弹窗", f"{fact('products.security.alarm_seconds')} 秒以内\n带截图和位置"),
        ("people", "最近的人去", "企业微信群\n按位置点名"),
        ("doc", "留证据", "告警片段\n另存 180 天"),
    ]
    diagrams.flow(
        p,
        Box(p.area.x, p.area.y + 10, p.area.w, 250).columns(5, 36),
        steps,
        tones=["a5", "a1", "a4", "a3", "a2-15"],
    )
    left, right = Box(p.area.x, p.area.y + 290, p.area.w, 220).columns(2, 40)
    boards.ring(
        p,
        Box(left.x, left.y, 190, 220),
        raw("products.security.kept_cameras") / 100,
        f"{fact('products.security.kept_cameras')}%",
        "老摄像头利旧",
        colour="a2",
    )
    p.text(
        Box(left.x + 220, left.y + 10, left.w - 220, 160),
        "看得清 720p 就能分析，看不清的只做录像。先测画面，再定清单，换不换摄像头由画面说话。",
        17,
        "tx2",
        anchor="m",
    )
    cards.checklist(
        p,
        right,
        ["人脸识别默认不开，要合规依据", "不接模拟对讲机，可推企业微信群", "雨雪夜按 3 倍预留人工复核"],
        mark="alert",
        colour="a3",
        size=17,
    )
    p = d.page(
        "content",
        "应用三：租户与运营",
        kicker="一户一本账",
        notes="租户手机查电费计划 2027 年一季度，说计划，不说已有。",
    )
    diagrams.hub(
        p,
        p.area.inset(0, 10),
        "一户\n一本账",
        [
            ("bolt", "电费账单", "零点出账，读数、单价、公摊分开写"),
            ("wrench", "报修工单", "拍照报修，谁接的、几点到都有记录"),
            ("car", "停车与访客", "月卡、临停、访客车一个入口"),
            ("doc", "合同与面积", "面积一改，分摊和物业费同时改"),
            ("chart", "运营看板", "出租率、收缴率、能耗强度一页看"),
            ("bell", "通知", "停水停电、消防演练，按楼推送"),
        ],
        wide=330,
        high=118,
        radius=104,
    )


def _proof(d: Deck, look: object) -> None:
    c = case("beihu")
    before = spread(c.value("kwh_before"), SHAPE)
    after = spread(
        c.value("kwh_after"),
        [
            v * k
            for v, k in zip(
                SHAPE, (0.98, 0.96, 0.95, 0.96, 0.98, 1.02, 1.05, 1.03, 1.02, 1.04, 1.06, 1.05), strict=True
            )
        ],
    )
    p = d.page(
        "content",
        "园区综合能耗对比：改造前 / 改造后",
        kicker="北湖软件园 · 按月",
        notes=f"口径：{c.basis('kwh_before')} 对 {c.basis('kwh_after')}，公共区与租户合计，没有剔除天气。合计 {c.kwh_before} 到 {c.kwh_after} 万 kWh。",
        source=f"单位：万 kWh；{c.basis('kwh_before')} 合计 {c.kwh_before}，{c.basis('kwh_after')} 合计 {c.kwh_after}",
    )
    left, right = p.area.columns([3, 1], 30)
    chart(
        p,
        left,
        "bar",
        MONTHS,
        {"改造前": list(before), "改造后": list(after)},
        f"柱状图：北湖软件园十二个月综合能耗，合计从 {c.kwh_before} 降到 {c.kwh_after} 万千瓦时",
        Style(colours=("#C6CCE0", "a1"), labels=True, axis=False, gap=40, size=10),
    )
    cards.figures(
        p,
        right.rows(3, 18),
        [
            (f"-{c.energy_cut} %", "综合能耗", f"{c.kwh_before} → {c.kwh_after} 万 kWh"),
            (f"-{c.staff_cut} %", "运维人力", f"{c.staff_before} 人 → {c.staff_after} 人"),
            (f"{c.payback_months} 个月", "投资回收", f"投入 {c.investment} 万元"),
        ],
        tones=["a1", "a2-15", "a3"],
        size=38,
    )
    p = d.page(
        "picture",
        "北湖软件园：七套系统，一块屏",
        kicker="案例 · 2025-04-29 上线",
        notes=f"{c.quote} —— {c.speaker}，{c.said_on}。省钱口径：{c.basis('saving')}；{c.basis('saving_power')}。",
    )
    p.picture(Box(0, 0, 1280, 330), scenes.campus(look, 1280, 330, zoom=2.0), "等轴插图：北湖软件园楼群")  # type: ignore[arg-type]
    p.text(
        Box(56, 470, 440, 180),
        f"{c.area} 万平方米、{c.buildings} 栋楼。年省 {c.saving} 万元：{c.basis('saving')}。电费部分按 {c.basis('saving_power')} 算。",
        17,
        "tx2",
    )
    cards.figures(
        p,
        Box(540, 372, 684, 140).columns(3, 18),
        [
            (f"{c.saving} 万元", "一年省下", "电费加人工"),
            (f"{c.investment} 万元", "投入", "三个产品合计"),
            (f"{c.payback_months} 个月", "回本", "按第一年实测"),
        ],
        tones=["a1", "a4", "a3"],
        size=28,
    )
    p.shape(Box(540, 532, 684, 118), fill="a1@8", radius=10)
    p.text(Box(566, 540, 632, 66), f"“{c.quote}”", 19, "a1-20", bold=True, anchor="m")
    p.text(Box(566, 608, 632, 32), f"—— {c.speaker}，{c.said_on}", 13, "tx2")
    e = case("huadong-electronics")
    p = d.page(
        "split",
        "华东某\n电子产业园",
        kicker="客户案例",
        notes=f"客户名保密，只说华东某电子产业园。口径：{e.basis('saving')}。{e.quote}",
    )
    for n in range(5):
        high = 60 + n * 52
        p.shape(Box(60 + n * 58, 640 - high, 38, high), fill=f"#FFFFFF@{22 + n * 10}", radius=4)
    rows = [
        ("背景", f"年用电 {e.annual_kwh} 亿度，{e.systems} 套系统各存各的，单位产值能耗年年说不清。"),
        ("方案", f"{e.points} 个点位接到一处，按产线和产量建能耗模型。"),
        (
            "成效",
            f"单位产值能耗 {e.intensity_before} → {e.intensity_after} tce/万元，下降 {e.intensity_cut}%。",
        ),
        ("账", f"年省 {e.saving} 万元，投入 {e.investment} 万元，{e.payback_months} 个月回本。"),
        ("引语", f"“{e.quote}” —— {e.speaker}"),
    ]
    for cell, (head, text) in zip(p.area.inset(0, 6).rows(5, 0), rows, strict=True):
        p.shape(Box(cell.x, cell.cy - 8, 16, 16), geom="ellipse", fill="a1")
        p.text(Box(cell.x + 40, cell.y, 90, cell.h), head, 21, "tx", bold=True, anchor="m")
        p.text(Box(cell.x + 140, cell.y + 8, cell.w - 140, cell.h - 16), text, 18, "tx2", anchor="m")
        p.line((cell.x + 40, cell.bottom), (cell.right, cell.bottom), p.hair, 0.75)


def _trust(d: Deck) -> None:
    p = d.page(
        "content",
        "安全合规：谁认过，认到哪儿，到哪天",
        kicker="投标可附原件",
        notes="ISO 9001 换证审核已过，新证书 12 月上旬到，投标先附审核通过函。",
    )
    certs = raw("company.certificates")
    rows = [["证书", "范围", "起止"]]
    rows += [
        [str(cert["name"]), str(cert.get("scope", "软件能力成熟度")), f"{cert['since']} 至 {cert['until']}"]
        for cert in certs[:4]
    ]
    rows.append([f"软件著作权 {certs[4]['count']} 项", "平台、网关与应用", "长期"])
    rows.append(["国密 SM4 传输加密", f"{certs[5]['scope']}；{certs[5]['note']}", "长期"])
    table(p, p.area.inset(0, 6), rows, TableStyle(share=(1.3, 1.8, 1.3), align="lll", size=16, zebra=True))
    p = d.page(
        "content",
        "国产化部署：从芯片到数据库都有组合",
        kicker="已适配",
        notes="问清楚客户的服务器和数据库版本再答，别说全部支持。",
    )
    diagrams.layers(
        p,
        Box(p.area.x, p.area.y + 4, p.area.w, 380),
        [
            ("应用", ["能耗管理", "安防联动", "租户账单"]),
            ("数据库", ["达梦 8", "人大金仓 V8"]),
            ("操作系统", ["麒麟 V10"]),
            ("芯片", ["鲲鹏", "海光"]),
        ],
        colour="a4",
        solid=True,
    )
    cards.callout(
        p,
        Box(p.area.x, p.area.y + 412, p.area.w, 90),
        "同一套程序、同一份数据结构：先在 x86 上试点，定了再迁到国产化环境，历史数据原样带走。",
        mark="refresh",
        colour="a2",
        size=17,
    )
    p = d.page(
        "content",
        "分期投入：每一期都能单独停下来",
        kicker="价格是参考区间，以报价单为准",
        notes="一期看得见，二期管得住，三期联得起来。客户预算不够就停在一期，数据一样能用。",
    )
    diagrams.stairs(
        p,
        p.area.inset(0, 4),
        [
            (
                "一期 · 看得见",
                "第 1–10 周",
                f"接入与能耗。物联中台 {fact('products.iot.price.license_start')} 万元起，含 5,000 点位许可与基础实施。",
            ),
            (
                "二期 · 管得住",
                "一期验收后",
                f"能碳管理 {fact('products.energy.price.phase_one')} 万元起；冷站群控 {fact('products.energy.price.chiller_module')} 万元/站。",
            ),
            (
                "三期 · 联得起",
                "二期验收后",
                f"安防联动 {fact('products.security.price.start')} 万元起（32 路），老摄像头利旧。",
            ),
            (
                "以后 · 续着用",
                "每年",
                f"物联中台年服务费为许可价的 {fact('products.iot.price.annual_service')}%。",
            ),
        ],
    )
    p = d.page("closing", "实施与分工，下一步", notes="当场定勘点日期。")
    diagrams.ladder(
        p,
        Box(40, 170, 1130, 400),
        [
            ("第 1–2 周", "勘点：贵方出图纸和一位电工，我方出接入清单与报价"),
            ("第 3–6 周", "接入：网关与边缘盒上架，台账逐台核对"),
            ("第 7–8 周", "应用：能耗与联动规则，班组培训"),
            ("第 9–10 周", "试运行与验收，第一份月报"),
            (
                "以后",
                f"{fact('company.service_cities')} 个城市有驻点工程师，一级故障 {fact('company.service.p1_response')} 分钟响应",
            ),
        ],
        tones=["a2", "a3"],
        label=170,
    )
    p.text(
        Box(72, 610, 1136, 40), "今天先定一件事：哪天去现场勘点，谁来开门。", 20, "bg", bold=True, anchor="m"
    )
