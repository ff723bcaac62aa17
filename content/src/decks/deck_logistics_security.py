"""Deck: 仓库安防套装 (security, warehouses)."""

from __future__ import annotations

from . import boards, cards, diagrams, scenes
from .charts import Style, chart
from .deck import Deck, Page
from .facts import case, fact, raw, say
from .geometry import Box
from .icons import icon
from .isometric import tints
from .palette import Look
from .shapes import Ink
from .tables import TableStyle, table

LOOK = Look(
    "仓储红",
    ("231A17", "FFFFFF", "61544F", "FAF3EF", "D6452B", "F2A93B", "2B7A9B", "6B4E9B", "4FA3A5", "8A9A3B"),
    frame="corner",
    cover="dots",
    radius=8,
)
META = {
    "slug": "solution-logistics-security-deck",
    "title": "仓库安防套装：月台、周界与夜班",
    "kind": "solution",
    "product": ["security"],
    "industry": ["logistics"],
    "scenario": ["dock-watch", "perimeter", "security-link"],
    "stage": ["solution-talk"],
    "audience": "customer",
    "owner": "gracewu@lanchuan.example",
    "expert": "luoyan@lanchuan.example",
    "state": "on_offer",
    "published_on": "2026-09-08",
    "review_on": "2026-12-07",
    "summary": "货损、翻墙、夜班三件说不清的事，用一台边缘盒和原有摄像头说清；含东屿冷链实测。",
}


def build() -> bytes:
    d = Deck(LOOK, str(META["title"]), subject="智能安防", keywords="仓库 月台 周界 夜班 货损 边缘盒")
    _opening(d)
    _dock(d)
    _kit(d)
    _proof(d)
    return d.save()


def _opening(d: Deck) -> None:
    p = d.page(
        "cover",
        "仓库安防套装",
        kicker="月台 · 周界 · 夜班",
        notes="先去月台站二十分钟再来讲。带一段客户自己仓库的录像最好。",
    )
    p.picture(
        Box(800, 160, 432, 400),
        scenes.warehouse(tints(LOOK.colours), 864, 800),
        "等轴插图：仓库、月台与货车",
        radius=18,
    )
    p.text(Box(72, 460, 700, 34), "老摄像头不换，说不清的事说得清", 18, "bg@92")
    p.text(Box(72, 634, 700, 28), "澜川智控 · 智能安防 3.1 · 2026 年 9 月", 14, "bg@82", anchor="m")
    p = d.page(
        "content", "仓库的三种说不清", kicker="客户处境", notes="三件事让客户挑最近发生的一件讲，越具体越好。"
    )
    stories = [
        (
            "truck",
            "货是谁摔的",
            ["司机说装的时候就破了", "仓管说到货就是坏的", "录像有，翻四十分钟找不到那一段"],
            "a1",
        ),
        ("door", "墙是谁翻的", ["围墙一夜响几百次", "值班员嫌吵，关了声音", "真翻进来那次没人看"], "a3"),
        (
            "clock",
            "夜班在不在岗",
            ["两个人看二十块屏", "巡更棒打了卡，人没去", "出事后才知道那段是睡着的"],
            "a4",
        ),
    ]
    for cell, (name, head, lines, colour) in zip(p.area.inset(0, 4).columns(3, 26), stories, strict=True):
        p.shape(cell, fill="bg2", radius=12)
        p.shape(Box(cell.x, cell.y, cell.w, 150), grad=(colour, f"{colour}-30", 60), radius=12)
        icon(p, name, Box(cell.x + 28, cell.y + 26, 56, 56), "#FFFFFF", 2.6)
        p.text(
            Box(cell.x + 28, cell.y + 90, cell.w - 56, 46),
            head,
            26,
            "#FFFFFF",
            bold=True,
            anchor="m",
            heading=True,
        )
        for n, (row, line) in enumerate(
            zip(Box(cell.x + 28, cell.y + 172, cell.w - 56, cell.h - 196).rows(3, 12), lines, strict=True)
        ):
            p.shape(
                Box(row.x, row.cy - 15, 30, 30),
                str(n + 1),
                geom="ellipse",
                fill="bg",
                line=colour,
                width=1.5,
                ink=Ink(14, colour, bold=True, align="c", anchor="m"),
            )
            p.text(Box(row.x + 46, row.y, row.w - 46, row.h), line, 18, "tx", anchor="m")


def _dock(d: Deck) -> None:
    p = d.page(
        "content",
        "月台：一单一段录像",
        kicker="车牌、单号、时间，三样对上就成一段",
        notes="现场演示：报一个单号，三秒打开那一段。司机用手机看，不装软件。",
        source="告警与作业片段另存 180 天；整段录像沿用客户原有存储",
    )
    top = Box(p.area.x, p.area.y + 4, p.area.w, 290)
    clip = Box(top.x, top.y, 470, 290)
    _clip(p, clip)
    diagrams.ladder(
        p,
        Box(top.x + 470, top.y - 6, top.w - 470, 302),
        [
            ("08:12 到位", "识别车牌，对上预约单"),
            ("08:15 开门", "月台门与车门都开，开始记这一段"),
            ("08:52 装完", "门关，片段收尾，自动写上单号"),
            ("08:53 发出", "链接到司机手机，两边各留一份"),
        ],
        tones=["a1", "a3"],
        label=160,
    )
    cards.cards(
        p,
        Box(p.area.x, p.area.y + 320, p.area.w, 196).columns(3, 24),
        [
            ("按单号找", "输单号、车牌、时间任一个，三秒出片段。"),
            ("按异常找", "跌落、超时、门没关严，先标出来再找人。"),
            ("按人发", "司机看自己的那段，看不到别人的。"),
        ],
        kind="side",
        tones=["a1", "a2", "a3"],
        size=16,
        head=20,
    )
    c = case("kuntai")
    p = d.page(
        "night",
        "周界与夜班：先让算法看一遍",
        kicker="雨雪夜按 3 倍预留人工复核",
        notes=f"昆泰精密 {c.fence_km} 公里围墙：{c.basis('alarms_before')} 对 {c.basis('alarms_after')}。雨雪夜误报会升高，先说。",
        source=f"昆泰精密：{c.basis('alarms_before')}，对 {c.basis('alarms_after')}",
    )
    left, right = p.area.columns([1.15, 1], 44)
    diagrams.funnel(
        p,
        Box(left.x, left.y + 6, left.w, left.h - 20),
        [
            ("画面里的动静", "猫、树影、雨、车灯\n都算一次"),
            ("像人的", "尺寸、步态、轨迹\n滤掉大半"),
            ("在不该在的地方", "布防时段、禁入区\n再滤一次"),
            (f"{c.alarms_after} 次弹窗", f"原来一天 {c.alarms_before} 次\n少了 {c.alarms_cut}%"),
        ],
        tones=["#64748B", "a3", "a2-10", "a1"],
        narrow=0.36,
    )
    boxes = right.inset(0, 6).rows(3, 18)
    cards.figures(
        p,
        boxes,
        [
            (f"{fact('products.security.alarm_seconds')} 秒", "从画面出现到弹窗", "带截图、位置、最近的人"),
            (f"{c.arrive_before}→{c.arrive_after}", "到场分钟", "昆泰精密实测"),
            (f"{c.night_posts_before}→{c.night_posts_after}", "夜班岗位", f"一年省 {c.saving} 万元人工"),
        ],
        kind="tile",
        tones=["a2", "a3+20", "a1+20"],
        size=40,
    )


def _clip(p: Page, box: Box) -> None:
    """A drawn video frame: dock door, truck, boxes, a detection frame and a time line."""
    p.shape(box, fill="#1F2937", radius=12)
    view = Box(box.x + 12, box.y + 12, box.w - 24, box.h - 66)
    p.shape(view, grad=("#374151", "#111827", 90), radius=6)
    p.shape(Box(view.x, view.bottom - 60, view.w, 60), fill="#4B5563")
    p.shape(Box(view.x + 46, view.y + 34, 170, 130), fill="#9CA3AF")
    for n in range(5):
        p.line((view.x + 46, view.y + 54 + n * 24), (view.x + 216, view.y + 54 + n * 24), "#6B7280", 2)
    p.shape(Box(view.x + 236, view.y + 48, 190, 116), fill="#E5E7EB", radius=4)
    p.shape(Box(view.x + 258, view.y + 150, 34, 34), geom="ellipse", fill="#111827")
    p.shape(Box(view.x + 366, view.y + 150, 34, 34), geom="ellipse", fill="#111827")
    for n in range(3):
        p.shape(
            Box(view.x + 80 + n * 44, view.y + 130 - (n % 2) * 36, 40, 34),
            fill="#B45309",
            line="#78350F",
            width=1,
        )
    p.shape(Box(view.x + 70, view.y + 84, 142, 88), line="a2", width=3)
    p.shape(
        Box(view.x + 70, view.y + 62, 92, 22),
        "跌落 0.93",
        fill="a2",
        ink=Ink(11, "#1F2937", bold=True, align="c", anchor="m", wrap=False),
    )
    p.text(Box(view.x + 12, view.y + 8, 220, 22), "月台 6 · 08:31:07", 12, "#F9FAFB", bold=True)
    track = Box(box.x + 20, box.bottom - 36, box.w - 40, 10)
    p.shape(track, fill="#4B5563", radius=5)
    p.shape(Box(track.x, track.y, track.w * 0.46, 10), fill="a1", radius=5)
    for share in (0.18, 0.46, 0.82):
        p.shape(
            Box(track.x + track.w * share - 9, track.y - 4, 18, 18),
            geom="ellipse",
            fill="a2",
            line="#FFFFFF",
            width=2,
        )


def _kit(d: Deck) -> None:
    e = "products.security.edge_box."
    p = d.page(
        "split",
        "套装里\n有什么",
        kicker=f"¥{fact('products.security.price.warehouse_kit')} / 年",
        notes=f"{say('products.security.price.warehouse_kit')}。第二座库另加一套。超出按路数算。",
    )
    p.text(Box(48, 260, 304, 60), "一年一付，含：", 20, "#FFFFFF", bold=True)
    p.text(
        Box(48, 310, 304, 260),
        "• 64 路接入\n• 20 个月台\n• 一台边缘盒\n• 14 种算法\n• 安装与培训",
        20,
        "#FFFFFF@94",
        gap=8,
    )
    items = [
        (
            "chip",
            f"边缘盒 {raw(e + 'model')}",
            f"{fact(e + 'channels')} 路转码、{fact(e + 'analyse')} 路同时分析，装在原机柜里。",
        ),
        ("camera", "原有摄像头", "ONVIF 或国标就能接。"),
        ("truck", "月台作业", "一单一段，司机手机能看。"),
        ("shield", "周界布防", "翻越、徘徊、烟火、占道等。"),
        ("bell", "告警到人", "企业微信群、电话、弹窗，按位置点名。"),
        ("doc", "证据留存", "告警片段另存 180 天。"),
    ]
    cards.cards(
        p,
        p.area.inset(0, 2).grid(2, 3, 16),
        [(a, b) for _, a, b in items],
        kind="top",
        icons=[n for n, _, _ in items],
        tones=["a1", "a3", "a2", "a4", "a1", "a3"],
        size=15,
        head=19,
    )
    p = d.page(
        "content",
        f"边缘盒 {raw(e + 'model')} 接线图",
        kicker="一只盒子，一根网线，一个晚上",
        notes="接线图给客户的弱电工看。原有录像机不动，盒子并在交换机上。",
        source=f"{say(e + 'channels')}；视频留存沿用客户原有存储",
    )
    zones = p.area.inset(0, 6)
    cams = Box(zones.x, zones.y, 224, zones.h).rows(4, 16)
    switch, nvr = Box(zones.x + 300, zones.y + 60, 190, 110), Box(zones.x + 300, zones.y + 330, 190, 110)
    box = Box(zones.x + 600, zones.y + 150, 230, 200)
    outs = Box(zones.right - 220, zones.y, 220, zones.h).rows(4, 16)
    for cell in cams:
        p.line((cell.right, cell.cy), (switch.x, switch.cy), "a3", 2)
    p.line((switch.cx, switch.bottom), (nvr.cx, nvr.y), "a3", 2.5, both=True)
    p.line((switch.right, switch.cy), (box.x, box.cy), "a1", 3.5, arrow=True)
    for cell in outs:
        p.line((box.right, box.cy), (cell.x, cell.cy), "a2", 2.5, arrow=True)
    for cell, (name, text) in zip(
        cams,
        [
            ("camera", "月台 20 路"),
            ("camera", "周界 24 路"),
            ("camera", "库内 14 路"),
            ("camera", "出入口 6 路"),
        ],
        strict=True,
    ):
        p.shape(cell, fill="bg2", line="a3", width=1.5, radius=10)
        icon(p, name, Box(cell.x + 16, cell.cy - 20, 40, 40), "a3", 2.2)
        p.text(Box(cell.x + 66, cell.y, cell.w - 76, cell.h), text, 17, "tx", bold=True, anchor="m")
    for cell, text in ((switch, "原有交换机\n留一个千兆口"), (nvr, "原有录像机\n不动，照录")):
        p.shape(
            cell,
            text,
            fill="bg",
            line="tx2",
            width=1.5,
            dash="dash",
            radius=10,
            ink=Ink(17, "tx", bold=True, align="c", anchor="m"),
        )
    p.shape(
        box,
        f"LV-64\n边缘盒\n{fact(e + 'analyse')} 路同时分析",
        grad=("a1", "a1-35", 60),
        radius=16,
        shadow=True,
        ink=Ink(20, "#FFFFFF", bold=True, align="c", anchor="m"),
    )
    for cell, (name, text) in zip(
        outs,
        [("screen", "值班室弹窗"), ("phone", "司机手机"), ("people", "企业微信群"), ("data", "片段 180 天")],
        strict=True,
    ):
        p.shape(cell, fill="a2@14", line="a2", width=1.5, radius=10)
        icon(p, name, Box(cell.x + 18, cell.cy - 20, 40, 40), "a2-25", 2.2)
        p.text(Box(cell.x + 72, cell.y, cell.w - 84, cell.h), text, 17, "tx", bold=True, anchor="m")


def _proof(d: Deck) -> None:
    c = case("dongyu-dock")
    p = d.page(
        "picture",
        f"东屿冷链：货损争议 {c.disputes_before} → {c.disputes_after} 起/月",
        kicker="案例 · 2026-02-10 上线",
        notes=f"{c.quote} —— {c.speaker}。口径：{c.basis('disputes_before')}，{c.basis('disputes_after')}；{c.basis('saving')}。",
        source=f"{c.basis('disputes_before')}，对 {c.basis('disputes_after')}；{c.basis('saving')}",
    )
    p.picture(
        Box(0, 0, 1280, 330), scenes.warehouse(tints(LOOK.colours), 1280, 330, zoom=1.9), "等轴插图：冷库月台"
    )
    p.text(
        Box(56, 486, 440, 160),
        f"三座冷库、{c.docks} 个月台、{c.channels} 路画面。取证从 {c.evidence_before} 分钟到 {c.evidence_after} 分钟。“{c.quote}”—— {c.speaker}",
        16.5,
        "tx2",
    )
    chart(
        p,
        Box(532, 358, 380, 310),
        "bar",
        ["争议（起/月）", "取证（分钟）"],
        {
            "以前": [c.value("disputes_before"), c.value("evidence_before")],
            "现在": [c.value("disputes_after"), c.value("evidence_after")],
        },
        f"柱状图：货损争议从 {c.disputes_before} 起到 {c.disputes_after} 起，取证从 {c.evidence_before} 分钟到 {c.evidence_after} 分钟",
        Style(colours=("#D9CBC4", "a1"), labels=True, axis=False, size=13, gap=70),
    )
    cards.figures(
        p,
        Box(936, 362, 288, 296).rows(3, 12),
        [
            (f"{c.saving} 万元", "一年少赔", ""),
            (f"{c.investment} 万元", "投入", ""),
            (f"{c.payback_months} 个月", "回本", ""),
        ],
        tones=["a1", "a3", "a4"],
        size=30,
    )
    kept = fact("products.security.kept_cameras")
    p = d.page(
        "content",
        "和整套更换比：贵在哪儿，慢在哪儿",
        kicker="先测画面，再定清单",
        notes="不点名。只比换与不换：线还是那些线，换相机就得爬高、停岗、重走一遍网。",
        source=f"利旧率 {kept}%：2025 年以来 9 个上线满三个月的项目，共 2,870 路",
    )
    left, right = p.area.columns([1.7, 1], 40)
    table(
        p,
        Box(left.x, left.y + 4, left.w, left.h - 14),
        [
            ["", "整套更换", "利旧加边缘盒"],
            ["摄像头", "全换", f"平均留下 {kept}%"],
            ["施工", "爬高、停岗，按周算", "机柜里一个晚上"],
            ["布线", "多半要重走", "不动"],
            ["算法", "跟着相机走", "跟着盒子走，14 种"],
            ["以后换相机", "再买授权", "换哪台算哪台"],
            ["原有录像机", "一起换", "照用"],
        ],
        TableStyle(share=(0.9, 1.2, 1.3), mark=2, size=18),
    )
    boards.ring(
        p,
        Box(right.x + 30, right.y + 20, right.w - 60, 330),
        float(kept) / 100,
        f"{kept}%",
        "老摄像头利旧率（9 个项目平均）",
        colour="a3",
    )
    cards.callout(
        p,
        Box(right.x, right.bottom - 134, right.w, 118),
        "低于 720p 的不硬留：只录像，不分析，清单上标出来。",
        mark="eye",
        colour="a2",
        size=17,
    )
    p = d.page(
        "content",
        "三到六周，夜里干，白天不停库",
        kicker="时间表",
        notes="东屿两周上了第一座库。周界长的按六周报。",
        source=f"周期：{raw('products.security.implementation.weeks')}",
    )
    diagrams.gantt(
        p,
        Box(p.area.x, p.area.y + 4, p.area.w, 400),
        ["第 1 周", "第 2 周", "第 3 周", "第 4 周", "第 5 周", "第 6 周"],
        [
            ("测画面", 0, 1, "逐路打分，出清单"),
            ("装边缘盒", 0.8, 1.8, "一个晚上一座库"),
            ("月台对单", 1.4, 3, "车牌、预约单、门磁"),
            ("周界布防", 2, 4, "画线、定时段、白名单"),
            ("试跑调误报", 3, 5.2, "雨夜、大雾各看一次"),
            ("培训与验收", 4.8, 6, "夜班两班各半天"),
        ],
        tones=["a1", "a1-20", "a2-15", "a3", "a4", "a5-20"],
    )
    cards.callout(
        p,
        Box(p.area.x, p.area.y + 424, p.area.w, 84),
        "验收就看三个数：误报次数、到场分钟、取证分钟。上线前先各记两周。",
        mark="target",
        colour="a3",
        size=18,
    )
    p = d.page(
        "closing", "下一步：挑一个月台试两周", notes="试点只要一个月台、一段围墙。盒子带走就恢复原样。"
    )
    boxes = Box(72, 176, 1136, 330).columns(3, 26)
    cards.cards(
        p,
        boxes,
        [
            ("给我们", "摄像头清单和一段白天、一段夜里的录像。\n看一晚，告诉您哪些能留。"),
            ("我们来", "带一台盒子，装一个月台和一段围墙。\n两周，不收钱。"),
            ("一起看", "对三个数：误报、到场、取证。\n够好就买，不够就带走。"),
        ],
        kind="solid",
        icons=["camera", "chip", "target"],
        tones=["a1", "a3", "a4"],
        size=18,
        head=26,
    )
    p.text(
        Box(72, 548, 1136, 70),
        "人脸识别默认不开；不接模拟对讲机，可推企业微信群。这两条先说清楚。",
        18,
        "bg@92",
        anchor="m",
    )
