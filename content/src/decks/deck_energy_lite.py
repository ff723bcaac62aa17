"""Deck: 能碳管理轻量版产品介绍 (quick deal, industrial parks)."""

from __future__ import annotations

from . import boards, cards, diagrams, scenes
from .charts import Style, chart
from .deck import Deck
from .facts import case, fact, number, raw, say, spread
from .geometry import Box
from .isometric import tints
from .palette import Look
from .shapes import Ink
from .tables import TableStyle, table

LOOK = Look(
    "轻量绿",
    ("10271F", "FFFFFF", "4B5F58", "F0F7F4", "0B8A63", "34C38F", "F0A020", "0E6BA8", "7BC950", "E4572E"),
    frame="underline",
    cover="rings",
    radius=10,
)
META = {
    "slug": "intro-energy-lite-deck",
    "title": "能碳管理轻量版产品介绍 v2.4",
    "kind": "product_intro",
    "product": ["energy-lite"],
    "industry": ["park"],
    "scenario": ["metering", "tenant-billing"],
    "stage": ["first-visit"],
    "audience": "customer",
    "owner": "liting@lanchuan.example",
    "expert": "chenli@lanchuan.example",
    "state": "on_offer",
    "published_on": "2026-11-16",
    "review_on": "2027-02-14",
    "recommended": True,
    "summary": "三周上线、一台网关起步，12 页讲清轻量版做什么、怎么装、多少钱、不做什么。",
}
MONTHS = ["4 月", "5 月", "6 月", "7 月", "8 月", "9 月"]
PUBLIC_2025 = [6.4, 6.9, 8.3, 9.8, 9.6, 7.7]


def build() -> bytes:
    d = Deck(LOOK, str(META["title"]), subject="能碳管理轻量版", keywords="能碳 轻量版 园区 电费 分摊")
    look = tints(LOOK.colours)
    _opening(d, look)
    _problem(d)
    _product(d)
    _proof(d)
    _offer(d)
    return d.save()


def _opening(d: Deck, look: object) -> None:
    p = d.page(
        "cover",
        "能碳管理轻量版",
        kicker="产业园区 · 产品介绍 V2.4",
        notes="开场只说一句：园区里每一户的电和电费，三周后自己会出来。不要先讲平台。",
    )
    p.text(Box(72, 458, 700, 30), "一台网关，三周上线，每一户的电和电费都算得清", 16, "bg@92")
    p.text(Box(72, 640, 700, 26), "澜川智控 · 2026 年 11 月", 13, "bg@80")
    p.picture(
        Box(800, 176, 432, 380),
        scenes.park(look, 864, 760),
        "产业园区等轴插图：办公楼、厂房与屋顶光伏",
        radius=24,
    )  # type: ignore[arg-type]
    steps = raw("products.energy-lite.go_live")
    p = d.page(
        "split",
        "三句话\n看懂轻量版",
        kicker="ONE MINUTE",
        notes="三句话念完就停，等客户开口。客户先问价格，翻第 10 页；先问安装，翻第 8 页。",
    )
    p.text(
        Box(48, 300, 310, 200),
        "适合 200 个点位以内、\n想先把账算清的园区。\n以后升级专业版，\n台账和历史数据原样带走。",
        15,
        "#FFFFFF@92",
        gap=4,
    )
    items = [
        (f"{steps} 天", "从勘点到首份能耗账单", "第 1 天看图纸，第 21 天自动出账；不停电，不动原有线路。"),
        (
            "1 台",
            f"LG-200 网关，最多带 {fact('products.iot.gateway.meters_per_gateway')} 只表",
            "电、水、气表都走它；断网先存本地，恢复后补传。",
        ),
        (
            "¥19,800 起",
            "一年一付，含平台、网关和远程上线",
            "基础包 50 个点位；标准包 200 个点位 38,800 元，含碳账与分时电价。",
        ),
    ]
    for cell, (value, label, text) in zip(p.area.rows(3, 22), items, strict=True):
        p.shape(cell, fill="bg2", radius=14)
        p.shape(Box(cell.x, cell.y, 10, cell.h), fill="a2")
        p.text(Box(cell.x + 40, cell.y, 270, cell.h), value, 34, "a1", bold=True, anchor="m", heading=True)
        p.text(Box(cell.x + 310, cell.y + 36, cell.w - 340, 40), label, 19, "tx", bold=True, anchor="m")
        p.text(Box(cell.x + 310, cell.y + 82, cell.w - 340, 90), text, 16, "tx2")


def _problem(d: Deck) -> None:
    p = d.page(
        "content",
        "园区管能耗的三个难处",
        kicker="客户处境",
        notes="问法：你们上个月抄表用了几天？谁复核？让客户自己报数，再和这页比。",
        source="首访时客户常报的数；您园区的数以现场为准",
    )
    top = p.area.top(360)
    items = [
        ("3 天", "抄表靠人跑", "每月一轮，漏抄、读错要再跑一趟；月底财务等着数。"),
        ("11%", "投诉来自分摊争议", "按面积摊，用电少的户觉得吃亏，前台每月要解释几十次。"),
        ("2 周", "碳账年底现凑", "发票、表格、微信截图拼在一起，口径换一次重算一次。"),
    ]
    for n, (cell, (value, head, text)) in enumerate(zip(top.columns(3, 26), items, strict=True)):
        colour = ("a1", "a3", "a4")[n]
        p.shape(cell, fill="bg2")
        p.shape(Box(cell.x, cell.y, cell.w, 6), fill=colour)
        p.text(
            Box(cell.x + 28, cell.y + 34, cell.w - 56, 86),
            value,
            52,
            colour,
            bold=True,
            anchor="m",
            heading=True,
        )
        p.text(Box(cell.x + 28, cell.y + 138, cell.w - 56, 36), head, 22, "tx", bold=True)
        p.text(Box(cell.x + 28, cell.y + 184, cell.w - 56, 150), text, 17, "tx2")
    cards.callout(
        p,
        Box(p.area.x, top.bottom + 30, p.area.w, 88),
        "三件事根子一样：**表没有自己说话**。先让表每 15 分钟报一次数，后面的账单、分摊、碳账都是顺手的事。",
        size=16,
    )
    p = d.page(
        "content",
        "抄表员的一天，换成网关的一天",
        kicker="换的是跑腿，不是人",
        notes="这页给运营经理看。强调：不是裁抄表员，是把人从跑楼换成看异常。",
    )
    cards.before_after(
        p,
        p.area.inset(0, 6),
        (
            "以前：一个人，三天",
            [
                "8:30 领本子，先跑 A 区地下室",
                "11:00 B 区两只表锁着，联系物业开门",
                "14:00 数字抄回来，读数和上月差十倍",
                "16:30 录进表格，财务退回两行",
                "月底前台解释：为什么我家多了三百块",
            ],
        ),
        (
            "现在：网关，一直在",
            [
                "每 15 分钟读一次，全园同一时刻",
                "读数跳变当场提醒，附前后曲线",
                "缺数自动补采，断网 72 小时也不丢",
                "账单零点生成，租户号、单价、读数都在",
                "前台打开曲线给租户看，三分钟说清",
            ],
        ),
        size=15,
    )


def _product(d: Deck) -> None:
    p = d.page(
        "night",
        "一屏看清用电、电费与碳排",
        kicker="示意画面 · 标准包",
        notes="示意画面，数字不是客户的。演示时用 14 天演示账号打开真环境，数据每晚还原。",
    )
    room = boards.screen(p, p.area, "澜川能碳 · 园区总览")
    top = Box(room.x, room.y, room.w, 84)
    boards.screen_tiles(
        p,
        top.columns(4, 14),
        [
            ("今日用电", "38,420 kWh"),
            ("峰段占比", "31.6 %"),
            ("今日碳排", "21.9 t"),
            ("预计电费", "¥ 31,180"),
        ],
    )
    left, right = Box(room.x, room.y + 98, room.w, room.h - 98).columns([2.1, 1], 14)
    load = [
        1010,
        960,
        930,
        920,
        980,
        1180,
        1520,
        1890,
        2160,
        2240,
        2190,
        1980,
        1840,
        2050,
        2180,
        2140,
        2010,
        1890,
        1760,
        1690,
        1560,
        1380,
        1210,
        1080,
    ]
    boards.screen_curve(
        p,
        left,
        "24 小时负荷（kW），与上周同日对比",
        [f"{h}时" if h % 3 == 0 else "" for h in range(24)],
        {
            "今日": [float(v) for v in load],
            "上周同日": [round(v * (1.04 + (n % 5) * 0.012), 1) for n, v in enumerate(load)],
        },
        "折线图：园区 24 小时负荷，今日与上周同日，白天高、夜间低",
        ("a2", "#64748B"),
    )
    boards.screen_bars(
        p,
        right,
        "各楼栋用电占比",
        [("A 厂房", 0.34), ("B 动力站", 0.26), ("C 研发楼", 0.21), ("公共区", 0.19)],
    )
    p = d.page(
        "content",
        "轻量版架构：一台网关接起来",
        kicker="设备 — 网关 — 平台 — 账单",
        notes="从下往上讲。被问私有协议：轻量版只接标准表计，私有协议走物联中台单独报价。",
        source="协议：Modbus、DL/T 645-2007、CJ/T 188；数据放园区一体机或澜川专有云，合同写明",
    )
    diagrams.layers(
        p,
        p.area.inset(0, 4),
        [
            ("账单与报表", ["租户账单", "电费核对", "碳账", "节能对照"]),
            ("轻量平台", ["设备台账", "分时电价", "分摊规则", "异常提醒"]),
            ("一台网关", ["LG-200", "4 路 RS485 + 2 路网口", "72 小时缓存", "国密 SM4"]),
            ("现场表计", ["电表", "水表", "气表", "冷热量表", "分支回路"]),
        ],
        solid=True,
    )


def _proof(d: Deck) -> None:
    c = case("xingang")
    p = d.page(
        "content",
        "上线前后电费对比：新港物流园公共区",
        kicker="客户案例",
        notes=f"口径：{c.basis('cost_cut')}，只算公共区，没有剔除天气。客户追问就讲口径，不讲承诺。",
        source=f"口径：{c.basis('cost_cut')}；来源：园区电费单",
    )
    left, right = p.area.columns([2.2, 1], 30)
    total = round(sum(PUBLIC_2025) * (1 - c.value("cost_cut") / 100) * 10)
    after = [
        value / 10
        for value in spread(
            total, [v * w for v, w in zip(PUBLIC_2025, (1.03, 1.01, 1.0, 0.985, 0.99, 1.0), strict=True)]
        )
    ]
    chart(
        p,
        left,
        "bar",
        MONTHS,
        {"2025 年": list(PUBLIC_2025), "2026 年": list(after)},
        f"柱状图：新港物流园公共区电费，2026 年 4 至 9 月同比下降 {c.cost_cut}%",
        Style(colours=("#B8C7C1", "a1"), labels=True, axis=False, form="0.0", size=11, gap=50),
    )
    cards.figures(
        p,
        right.rows(3, 18),
        [
            (f"{c.cost_cut} %", "公共区电费同比降", f"一年约省 {c.saving} 万元"),
            (
                f"{c.reading_cut} %",
                "抄表工时少了",
                f"{c.reading_hours_before} → {c.reading_hours_after} 工时/月",
            ),
            (f"{c.payback_months} 个月", "回本", f"投入 {c.investment} 万元（{c.basis('investment')}）"),
        ],
        tones=["a1", "a4", "a3"],
    )
    p = d.page(
        "content",
        "三周上线，四步走",
        kicker="客户只要配合两次",
        notes="客户要做两件事：第 1 天给图纸，第 5 天派一位电工陪同开配电箱。其余我们来。",
        source="客户配合：提供一次系统图与表计清单；装网关当天一位持证电工在场",
    )
    steps = [str(s) for s in raw("products.energy-lite.steps")]
    items = []
    for step, text in zip(
        steps,
        (
            "远程看图纸，列出表计清单；缺表的位置标红，附补表价。",
            "即插即用，不动原有线路；每台约半小时，不停电。",
            "自动建台账，逐只核对表号与倍率；对不上的当天电话确认。",
            "首份能耗账单自动生成；与人工账对一遍再停手抄。",
        ),
        strict=True,
    ):
        head, _, _tail = step.partition("：")
        when, what = head[: head.index("天") + 1], head[head.index("天") + 1 :]
        items.append((when, what, text))
    diagrams.line_steps(p, Box(p.area.x, p.area.y + 10, p.area.w, 380), items, tones=["a1", "a4", "a3", "a1"])
    cards.callout(
        p,
        Box(p.area.x, p.area.y + 420, p.area.w, 76),
        f"新港物流园：{c.points} 个点位，2026-03-09 进场，{c.go_live_days} 天后出首份账单。",
        mark="flag",
    )


def _offer(d: Deck) -> None:
    cost = "products.energy-lite.three_year_cost."
    lite, manual, generic = (fact(f"{cost}{key}") for key in ("lite", "manual", "generic_meter"))
    p = d.page(
        "content",
        "与人工抄表、通用能源表放在一起看",
        kicker="三年账",
        notes="通用能源表指表厂自带软件。不点名，不说对方不好，只比这几行。",
        source=f"口径：{say(cost + 'lite')}；人工：两名抄表员半职，含复核与争议处理；通用能源表：2026 年 3 份报价平均",
    )
    left, right = p.area.columns([1.75, 1], 34)
    table(
        p,
        left,
        [
            ["", "人工抄表", "轻量版", "通用能源表"],
            ["上线时间", "—", "3 周", "2–3 个月"],
            ["分摊到户", "手工", "自动", "部分支持"],
            ["电价变了", "改表格", "当天重算", "返厂升级"],
            ["碳账", "无", "标准包含", "另购"],
            ["能接别家的表", "—", "能", "只认自家"],
            ["三年花费", f"{manual} 万元", f"{lite} 万元", f"{generic} 万元"],
        ],
        TableStyle(share=(1.1, 1, 1, 1.1), mark=2, size=14, last_bold=True),
    )
    p.text(Box(right.x, right.y, right.w, 30), "三年总花费（万元）", 15, "tx", bold=True)
    chart(
        p,
        Box(right.x, right.y + 34, right.w, right.h - 34),
        "row",
        ["人工抄表", "通用能源表", "轻量版"],
        {"三年花费": [float(manual), float(generic), float(lite)]},
        f"条形图：三年花费，人工抄表 {manual} 万元，通用能源表 {generic} 万元，轻量版 {lite} 万元",
        Style(colours=("a2",), labels=True, axis=False, form='0"万"', size=13, gap=70, legend=None),
    )
    p = d.page(
        "content",
        "套餐与价格",
        kicker="标准报价 · 2026 年 11 月起",
        notes="价格表可以直接发。折扣不在这页谈，找孙博。增强包按点位与现场情况报。",
        source=f"另加网关每台 {number(raw('products.energy-lite.extra_gateway'))} 元；补表按实际清单；价格含税，2026-11-01 起",
    )
    packs = raw("products.energy-lite.packages")
    rows = [
        [
            f"{pack['points']} 个点位" if isinstance(pack["points"], int) else "点位不限",
            f"碳账：{pack['carbon']}",
            f"分时电价重算：{pack['tou']}",
            f"上线：{pack['onboarding']}",
            "一台 LG-200 网关",
            "工作日 8:30–20:00 热线",
        ]
        for pack in packs
    ]
    prices = [f"¥{number(pack['price'])}" if isinstance(pack["price"], int) else "面议" for pack in packs]
    boards.price_cards(
        p,
        Box(p.area.x, p.area.y + 24, p.area.w, 486).columns(3, 30),
        [(packs[n]["name"], prices[n], "每年" if n < 2 else "按点位与现场情况", rows[n]) for n in range(3)],
    )
    p = d.page(
        "content", "客户常问的四个问题", kicker="答在前面", notes="四题之外的去弹药库搜 FAQ，不要现编。"
    )
    cards.questions(
        p,
        p.area.grid(2, 2, 24),
        [
            (
                "要停电安装吗？",
                "不用。网关接在表计通信口上，每台约半小时；只有补装互感器的回路要短时断开，提前约时间。",
            ),
            (
                "老电表能用吗？",
                "带 RS485 的能直接接；只有脉冲口的加一只采集器；机械表要换，换哪只清单里写明。",
            ),
            ("电价变了怎么办？", "改一次电价表，当天自动重算，并附新旧对照；历史月份补算到 2026 年 1 月。"),
            (
                "以后想升级呢？",
                "台账与历史数据原样带到专业版，首年差价抵扣。轻量版不做设备控制，也不接视频。",
            ),
        ],
        tones=["a1", "a4", "a3", "a1"],
    )
    p = d.page(
        "closing",
        "下一步：先用 14 天演示账号",
        notes="当场开账号，约好第 10 天回访。客户说要试点：直接走基础包，50 点位。",
    )
    for n, (cell, (head, title, text)) in enumerate(
        zip(
            Box(72, 190, 1136, 300).columns(3, 26),
            [
                ("今天", "开演示账号", "手机号开通，14 天有效；\n数据每晚还原，放心点。"),
                ("本周", "发一张图纸", "系统图或配电图都行，\n我们回一份表计清单。"),
                ("三周后", "看第一份账单", "对一遍人工账，\n对得上再停手抄。"),
            ],
            strict=True,
        )
    ):
        p.shape(cell, fill="bg@10", line="bg@25", radius=14)
        p.shape(
            Box(cell.x + 28, cell.y + 30, 92, 34),
            head,
            fill="a3",
            radius=17,
            ink=Ink(13, "#FFFFFF", bold=True, align="c", anchor="m", wrap=False),
        )
        p.text(Box(cell.x + 28, cell.y + 86, cell.w - 56, 40), title, 24, "bg", bold=True, heading=True)
        p.text(Box(cell.x + 28, cell.y + 142, cell.w - 56, 130), text, 16, "bg@90", gap=4)
        if n < 2:
            p.line((cell.right + 3, cell.cy), (cell.right + 23, cell.cy), "bg@80", 2.5, arrow=True)
    p.text(
        Box(72, 540, 1136, 60),
        "服务热线工作日 8:30–20:00，一级故障 7×24。您的客户经理会在一个工作日内回电。",
        15,
        "bg@90",
    )
