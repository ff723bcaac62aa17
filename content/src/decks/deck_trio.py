"""Deck: 产业园区三个客户 (case study), an editorial look with serif headings."""

from __future__ import annotations

from . import cards, diagrams, scenes
from .charts import Style, chart
from .deck import Deck
from .facts import case, fact
from .geometry import Box
from .icons import icon
from .isometric import tints
from .palette import SERIF, Look
from .tables import TableStyle, table

LOOK = Look(
    "三家刊",
    ("21201E", "FFFDF8", "5F5A52", "F5EFE3", "A8402F", "2F6F62", "C8902E", "34557E", "7C8C3C", "8A5A83"),
    frame="paper",
    cover="bars",
    radius=4,
    heading=SERIF,
)
META = {
    "slug": "case-park-trio-deck",
    "title": "产业园区三个客户：新港、临澄、江北",
    "kind": "case_study",
    "product": ["energy", "energy-lite"],
    "industry": ["park", "logistics", "health", "park-hightech"],
    "scenario": ["tenant-billing", "carbon", "chiller"],
    "stage": ["solution-talk"],
    "audience": "customer",
    "owner": "zhaomin@lanchuan.example",
    "expert": "chenli@lanchuan.example",
    "state": "on_offer",
    "published_on": "2026-11-19",
    "review_on": "2027-05-18",
    "summary": "一家治投诉，一家治口径，一家治电费：三种起点，三笔账，口径都写在最后一页。",
}


def build() -> bytes:
    d = Deck(LOOK, str(META["title"]), subject="客户案例", keywords="新港 临澄 江北 案例 园区")
    _opening(d)
    _xingang(d)
    _lincheng(d)
    _jiangbei(d)
    _end(d)
    return d.save()


def _opening(d: Deck) -> None:
    p = d.page(
        "cover",
        "产业园区三个客户",
        kicker="新港 · 临澄 · 江北",
        notes="三家起点不同，挑和客户最像的一家先讲。",
    )
    p.text(Box(72, 458, 700, 70), "一家治投诉，一家治口径，一家治电费", 20, "bg@92", heading=True)
    p.text(Box(72, 634, 700, 28), "澜川智控 · 2026 年 11 月 19 日", 14, "bg@82", anchor="m")
    x, q, j = case("xingang"), case("lincheng"), case("jiangbei")
    p = d.page(
        "content",
        "三个园区，一张表",
        kicker="同一个问题的三种来法",
        notes="先让客户在三行里找自己。找不到也没关系，问他最像哪一行。",
        source=f"口径见第 10 页；新港 {x.said_on}、临澄 {q.said_on}、江北 {j.said_on}",
    )
    table(
        p,
        p.area.inset(0, 6),
        [
            ["", "新港物流园", "临澄高新区", "江北生物医药园"],
            [
                "什么样的园区",
                f"{x.buildings} 栋仓库，{x.tenants} 户租户",
                f"{q.districts} 个片区，{q.firms} 家规上企业",
                f"{j.area} 万平方米，洁净厂房",
            ],
            ["卡在哪里", "按面积摊电费，月月吵", "口径不一，省里退过两次", f"洁净空调占用电 {j.hvac_share}%"],
            ["用了什么", "轻量版", "能碳管理 · 碳账", "能碳管理 · 冷站与分时"],
            [
                "最要紧的变化",
                f"投诉 {x.complaints_before} → {x.complaints_after} 件/月",
                f"填报 {q.filing_days_before} 天 → {q.filing_days_after} 天",
                f"峰段 {j.peak_share_before}% → {j.peak_share_after}%",
            ],
            ["钱", f"一年约省 {x.saving} 万元", "不是为了省钱", f"一年省 {j.saving} 万元"],
            ["多久回本", f"{x.payback_months} 个月", "未统计", f"{j.payback_months} 个月"],
        ],
        TableStyle(share=(0.9, 1.3, 1.3, 1.3), size=17, head="tx"),
    )


def _xingang(d: Deck) -> None:
    x = case("xingang")
    p = d.page("split", "新港：处境", kicker="一 · 物流园", notes="先讲前台的一天，再讲数字。")
    p.text(
        Box(48, 240, 304, 170),
        "电费按面积摊，\n月底前台天天吵；\n六个人，抄三天表。",
        20,
        "#FFFFFF",
        heading=True,
        gap=5,
    )
    p.picture(
        Box(p.area.x, p.area.y, p.area.w, 300),
        scenes.warehouse(tints(LOOK.colours), 1568, 600, zoom=1.3),
        "等轴插图：物流园仓库与月台",
        radius=4,
    )
    cards.figures(
        p,
        Box(p.area.x, p.area.y + 330, p.area.w, 130).columns(4, 24),
        [
            (f"{x.buildings} 栋", "仓库", ""),
            (f"{x.tenants} 户", "在租", ""),
            (f"{x.complaints_before} 件", "投诉/月", ""),
            (f"{x.reading_hours_before} 时", "抄表/月", ""),
        ],
        kind="line",
        tones=["a1", "a2", "a3", "a4"],
        size=38,
    )
    p.text(
        Box(p.area.x, p.area.y + 486, p.area.w, 110),
        f"公共区一年电费 {x.public_cost} 万元。租户不信分摊表，前台解释不了，财务每月要改两版。",
        18,
        "tx2",
    )
    p = d.page(
        "content",
        "新港：做法与结果",
        kicker=f"{x.go_live_days} 天上线",
        notes=f"口径：{x.basis('complaints_before')}；{x.basis('complaints_after')}。",
        source=f"口径：{x.basis('go_live_days')}；投诉为前台登记月均",
    )
    left, right = p.area.columns([1, 1.25], 48)
    diagrams.ladder(
        p,
        Box(left.x - 20, left.y, left.w + 20, left.h - 10),
        [
            ("勘点", f"{x.points} 个点位，缺表补表"),
            ("装网关", "不停电，一周装完"),
            ("接数据", "自动建台账，逐只核对"),
            ("出账单", "和人工对一遍，停手抄"),
            ("讲规则", "分摊办法贴在前台"),
        ],
        label=120,
    )
    chart(
        p,
        Box(right.x, right.y, right.w, right.h - 130),
        "row",
        ["投诉（件/月）", "抄表（工时/月）"],
        {
            "上线前": [x.value("complaints_before"), x.value("reading_hours_before")],
            "上线后": [x.value("complaints_after"), x.value("reading_hours_after")],
        },
        f"条形图：投诉从 {x.complaints_before} 件到 {x.complaints_after} 件，抄表从 {x.reading_hours_before} 工时到 {x.reading_hours_after} 工时",
        Style(colours=("#CDC4B4", "a1"), labels=True, axis=False, size=14, gap=60),
    )
    cards.figures(
        p,
        Box(right.x, right.bottom - 120, right.w, 112).columns(3, 20),
        [
            (f"-{x.complaints_cut} %", "投诉", ""),
            (f"-{x.reading_cut} %", "抄表工时", ""),
            (f"-{x.cost_cut} %", "公区电费", ""),
        ],
        kind="line",
        tones=["a1", "a2", "a4"],
        size=34,
    )
    p = d.page("night", "新港：一句话", kicker="引语", notes="念完停三秒，别急着翻页。")
    cards.quote(p, Box(140, 170, 1000, 300), x.quote, f"{x.speaker} · {x.said_on} · 新港物流园", size=52)
    cards.figures(
        p,
        Box(140, 540, 1000, 110).columns(3, 40),
        [
            (f"{x.saving} 万元", "一年约省", x.basis("saving")),
            (f"{x.investment} 万元", "投入", x.basis("investment")),
            (f"{x.payback_months} 个月", "回本", ""),
        ],
        kind="line",
        tones=["a3+20"],
        size=28,
    )


def _lincheng(d: Deck) -> None:
    q = case("lincheng")
    p = d.page(
        "content",
        "临澄：十二个片区，十二种算法",
        kicker="二 · 高新区 · 处境",
        notes="指着格子讲：每个片区一种表，能源办一个人对十二个人。",
        source=f"{q.basis('filing_days_before')}；{q.basis('firms')}",
    )
    left, right = p.area.columns([1.2, 1], 44)
    cells = Box(left.x, left.y + 6, left.w, left.h - 90).grid(4, 3, 16)
    for n, cell in enumerate(cells):
        colour = ("a1", "a2", "a3", "a4", "a5", "a6")[n % 6]
        p.shape(cell, fill=f"{colour}@13", line=colour, width=1.25)
        icon(
            p,
            ("doc", "chart", "data", "calendar", "leaf", "meter")[n % 6],
            Box(cell.x + 14, cell.y + 14, 32, 32),
            colour,
            2,
        )
        p.text(Box(cell.x + 14, cell.y + 54, cell.w - 28, 30), f"片区 {n + 1}", 15, "tx", bold=True)
        p.text(
            Box(cell.x + 14, cell.y + 82, cell.w - 28, cell.h - 86),
            ("万元产值口径", "标煤系数不同", "外购电不拆", "月报", "季报", "少三类介质")[n % 6],
            13,
            "tx2",
        )
    p.text(
        Box(left.x, left.bottom - 70, left.w, 60),
        "年底汇总对不上，省里退了两次。",
        20,
        "a1",
        bold=True,
        anchor="m",
        heading=True,
    )
    cards.figures(
        p,
        Box(right.x, right.y + 6, right.w, right.h - 12).rows(4, 14),
        [
            (f"{q.firms} 家", "规上企业要填", ""),
            (f"{q.filing_days_before} 天", "填一轮要", ""),
            (f"{q.people_before} 人", "参与汇总", ""),
            (f"{q.returned_before} 次/季", "被退回", ""),
        ],
        kind="tile",
        tones=["a4", "a1", "a2", "a3"],
        size=34,
    )
    p = d.page(
        "content",
        "临澄：做法与结果",
        kicker="一套模板，一本账",
        notes=f"{q.quote} 排放 {q.emissions} 万吨，{q.basis('emissions')}。",
        source=f"排放量：{q.basis('emissions')}",
    )
    top = Box(p.area.x, p.area.y + 4, p.area.w, 210).columns(4, 40)
    diagrams.flow(
        p,
        top,
        [
            ("doc", "统一口径", f"模板 {q.templates} 张，十二个片区同一种单位"),
            ("gateway", "数据自己来", "规上企业电表直连，气和热按月导入"),
            ("eye", "先自查", "超范围、断月、跳变，交之前就标红"),
            ("flag", "一次提交", "片区、区、省三级同一份数"),
        ],
        tones=["a4", "a2", "a3", "a1"],
    )
    left, right = Box(p.area.x, p.area.y + 240, p.area.w, 272).columns([1.3, 1], 44)
    chart(
        p,
        left,
        "bar",
        ["填报天数", "参与人数", "退回次数/季"],
        {
            "2025 年": [q.value("filing_days_before"), q.value("people_before"), q.value("returned_before")],
            "2026 年": [q.value("filing_days_after"), q.value("people_after"), q.value("returned_after")],
        },
        f"柱状图：填报天数 {q.filing_days_before} 到 {q.filing_days_after}，参与人数 {q.people_before} 到 {q.people_after}，退回 {q.returned_before} 到 {q.returned_after}",
        Style(colours=("#CDC4B4", "a2"), labels=True, axis=False, size=13, gap=60),
    )
    cards.quote(p, Box(right.x, right.y + 20, right.w, 200), q.quote, f"{q.speaker} · {q.said_on}", size=26)


def _jiangbei(d: Deck) -> None:
    j = case("jiangbei")
    p = d.page(
        "picture",
        "江北：冷站不再靠手感",
        kicker="三 · 生物医药园",
        notes=f"{j.basis('saved_kwh')}。洁净区温湿度没有动过。",
        source=f"口径：{j.basis('saved_kwh')}；{j.basis('annual_kwh')}",
    )
    p.picture(
        Box(0, 0, 1280, 330), scenes.pharma(tints(LOOK.colours), 1280, 330, zoom=1.9), "等轴插图：生物医药园"
    )
    p.text(
        Box(56, 470, 440, 180),
        f"一年用电 {j.annual_kwh} 万 kWh，电费 {j.annual_cost} 万元，洁净空调占 {j.hvac_share}%。四台冷机，谁当班谁的开法。",
        17,
        "tx2",
    )
    cards.cards(
        p,
        Box(540, 366, 684, 290).columns(3, 18),
        [
            ("配对", "按负荷和效率曲线定台数，能少开一台就少开一台。"),
            ("调温", "供水温度随湿球走，洁净区下限不碰。"),
            ("移峰", f"峰段占比 {j.peak_share_before}% 到 {j.peak_share_after}%，蓄冷提前到谷段。"),
        ],
        kind="top",
        icons=["layers", "drop", "clock"],
        tones=["a1", "a2", "a3"],
        size=15,
        head=19,
    )
    p = d.page(
        "content",
        f"江北：{j.saving} 万元是怎么省的",
        kicker="把钱拆开",
        notes=f"节电 {j.saving_from_kwh} 加移峰 {j.saving_from_shift} 等于 {j.saving}。财务问重复计算，答：移峰只算价差，不算电量。",
        source=f"口径：{j.basis('saving')}；{j.basis('saved_kwh')}",
    )
    left, right = p.area.columns([1.45, 1], 44)
    whole, power, shift = j.value("saving"), j.value("saving_from_kwh"), j.value("saving_from_shift")
    chart(
        p,
        Box(left.x, left.y, left.w, left.h - 10),
        "stacked",
        ["节电", "移峰价差", "合计"],
        {"底": [0, power, 0], "万元/年": [power, shift, whole]},
        f"瀑布图：节电 {j.saving_from_kwh} 万元，移峰价差 {j.saving_from_shift} 万元，合计 {j.saving} 万元",
        Style(colours=(None, "a2"), legend=None, labels=True, axis=False, gap=45, size=16),
    )
    p.text(
        Box(left.x + 60, left.y + 6, left.w - 120, 40),
        f"{j.saving_from_kwh} ＋ {j.saving_from_shift} ＝ {j.saving}（万元/年）",
        22,
        "a2-20",
        bold=True,
        align="c",
        anchor="m",
        heading=True,
    )
    cards.figures(
        p,
        Box(right.x, right.y + 6, right.w, 330).rows(3, 14),
        [
            (f"{j.saved_kwh} 万 kWh", "一年少用", "对上线前基线"),
            (f"{j.investment} 万元", "投入", ""),
            (f"{j.payback_months} 个月", "回本", ""),
        ],
        kind="line",
        tones=["a2", "a4", "a1"],
        size=34,
    )
    p.shape(Box(right.x, right.y + 360, right.w, 142), fill="bg2")
    p.text(
        Box(right.x + 28, right.y + 372, right.w - 56, 80), f"“{j.quote}”", 20, "tx", bold=True, heading=True
    )
    p.text(Box(right.x + 28, right.y + 458, right.w - 56, 30), f"—— {j.speaker}，{j.said_on}", 13, "tx2")


def _end(d: Deck) -> None:
    x, q, j = case("xingang"), case("lincheng"), case("jiangbei")
    p = d.page(
        "content",
        "三家的口径说明",
        kicker="谁记的，和谁比，到哪天",
        notes="这页是给财务和审计看的。追问就给原始登记表。",
    )
    rows = [
        ["数", "口径", "谁记的"],
        [f"新港：公区电费 -{x.cost_cut}%", x.basis("cost_cut"), "园区电费单"],
        [
            f"新港：投诉 {x.complaints_before} → {x.complaints_after}",
            f"{x.basis('complaints_before')}，对 {x.basis('complaints_after')}",
            "前台登记",
        ],
        [f"新港：一年约省 {x.saving} 万元", x.basis("saving"), "双方核对"],
        [
            f"临澄：填报 {q.filing_days_before} → {q.filing_days_after} 天",
            f"{q.basis('filing_days_before')}，对 {q.basis('filing_days_after')}",
            "能源办",
        ],
        [f"江北：节电 {j.saved_kwh} 万 kWh", j.basis("saved_kwh"), "分项计量"],
        [f"江北：一年省 {j.saving} 万元", j.basis("saving"), "财务复核"],
    ]
    table(
        p,
        p.area.inset(0, 6),
        rows,
        TableStyle(share=(1.3, 2.2, 0.8), align="lll", size=16, head="tx", zebra=True),
    )
    p = d.page("closing", "适合谁，不适合谁", notes="不适合的当场说，省得两边白跑。")
    for cell, (head, lines, colour) in zip(
        Box(72, 170, 1136, 380).columns(2, 40),
        [
            (
                "像他们，就来谈",
                [
                    "租户多、分摊吵的园区和广场",
                    "要向上填能耗碳排、口径不一的管委会",
                    "冷站、空压占大头，且有点表的厂和园",
                ],
                "a2+20",
            ),
            (
                "先不着急",
                [
                    "表还没装、图纸也没有：先补表",
                    "只要一份碳报告：找核查机构更快",
                    "纯硬接线的冷站：先改造，再谈软件",
                ],
                "a3+10",
            ),
        ],
        strict=True,
    ):
        p.shape(cell, fill="bg@9", line="bg@25", radius=6)
        p.text(
            Box(cell.x + 36, cell.y + 26, cell.w - 72, 44),
            head,
            26,
            "bg",
            bold=True,
            anchor="m",
            heading=True,
        )
        p.shape(Box(cell.x + 36, cell.y + 82, 72, 4), fill=colour)
        cards.checklist(
            p,
            Box(cell.x + 36, cell.y + 106, cell.w - 72, 250),
            lines,
            mark="check" if colour == "a2+20" else "alert",
            colour=colour,
            size=19,
        )
    p.text(
        Box(72, 580, 1136, 44),
        f"在管客户 {fact('company.customers')} 家，想去看哪一家，先告诉客户经理，征得对方同意再约。",
        17,
        "bg@90",
        anchor="m",
    )
