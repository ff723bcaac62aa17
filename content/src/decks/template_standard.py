"""Deck template for enterprise deals: the look of the house, tokens where the customer's things go."""

from __future__ import annotations

from . import cards, diagrams
from .charts import Style, chart
from .deck import Deck
from .facts import fact, say
from .geometry import Box
from .icons import icon
from .palette import Look
from .shapes import Ink
from .tables import TableStyle, table

LOOK = Look(
    "标准打单",
    ("0B2046", "FFFFFF", "475569", "F1F5FB", "1769E0", "24C6A3", "F59E0B", "6D4AE0", "0EA5E9", "E2483D"),
    frame="underline",
    cover="rings",
    radius=10,
)
NAME = "standard-pitch"


def build() -> bytes:
    d = Deck(LOOK, "标准打单模板", subject="高客单型打单模板", keywords="模板 打单 高客单")
    _cover(d)
    _customer(d)
    _solution(d)
    _money(d)
    _delivery(d)
    _end(d)
    return d.save()


def _cover(d: Deck) -> None:
    p = d.page(
        "cover",
        "{{ product.name }}建设方案",
        kicker="{{ toolkit.title }}",
        notes="开场前核对：客户名称、参会人、日期。\n{% if budget %}\n客户口头预算：{{ budget | money }}。\n{% endif %}",
    )
    p.text(Box(72, 168, 760, 44), "致：{{ customer.name }}", 20, "bg@92", bold=True)
    p.text(Box(72, 458, 760, 36), "让每一度电都算得清楚", 17, "bg@90")
    p.text(
        Box(72, 632, 800, 30),
        "{{ company.name }} · {{ visit_date | date }} · {{ seller.name }}",
        14,
        "bg@85",
        anchor="m",
    )
    p.text(Box(72, 56, 400, 34), "{{ company.name }}", 17, "bg", bold=True, anchor="m")


def _customer(d: Deck) -> None:
    p = d.page("content", "目录", kicker="今天谈什么", notes="先问一句：今天最想听哪一部分？从那一章开始讲。")
    cards.agenda(
        p,
        p.area.inset(0, 8).grid(2, 3, 24),
        [
            ("贵方眼下的几件事", "按我们听到的写，请当场改"),
            ("方案怎么做", "总体架构与关键能力"),
            ("同行做成了什么样", "有数、有口径、有人可以问"),
            ("算一笔账", "按贵方电费单测算，不是承诺"),
            ("怎么落地", "分工、时间、数据归属"),
            ("下一步", "今天能定下来的事"),
        ],
    )
    p = d.page(
        "content",
        "{{ customer.name }}眼下的几件事",
        kicker="按沟通记录整理",
        notes="逐条念客户原话，请对方改。改过的词记下来，后面每一页都用客户的说法。\n{% for p in pains %}\n· {{ p.title }}：{{ p.detail }}\n{% endfor %}",
    )
    p.shape(Box(p.area.x, p.area.y, 8, 400), grad=("a1", "a2", 90))
    rows = [
        ["我们听到的", "具体是什么样"],
        ["{% for p in pains %}{{ p.title }}", "{{ p.detail }}{% endfor %}"],
    ]
    table(
        p,
        Box(p.area.x + 32, p.area.y, p.area.w - 32, 164),
        rows,
        TableStyle(share=(1, 2.4), align="ll", size=19, rows=(1, 2)),
    )
    cards.callout(
        p,
        Box(p.area.x, p.area.bottom - 84, p.area.w, 76),
        "哪一条说得不对，请现在就改。后面的方案按改过的来。",
        mark="hand",
        size=16,
    )
    p = d.page(
        "split",
        "今天在座的各位",
        kicker="各有各要看的",
        notes="按人调整顺序：看回本的先翻测算页，看安装的先翻实施页。",
    )
    p.text(
        Box(48, 280, 310, 240),
        "不同的人关心不同的事。\n先把各位想看的排好，\n讲到哪页点到哪位。",
        16,
        "#FFFFFF@92",
        gap=5,
    )
    p.text(Box(p.area.x, p.area.y + 10, p.area.w, 36), "参会", 20, "a1", bold=True, heading=True)
    p.line((p.area.x, p.area.y + 54), (p.area.right, p.area.y + 54), p.hair, 1.5)
    p.text(
        Box(p.area.x, p.area.y + 68, p.area.w, 250),
        "{% for a in attendees %}\n• {{ a }}\n{% endfor %}",
        18,
        "tx",
        gap=7,
        measured=False,
    )
    box = Box(p.area.x, p.area.bottom - 210, p.area.w, 190)
    p.shape(box, fill="bg2", radius=12)
    icon(p, "layers", Box(box.x + 26, box.y + 26, 36, 36), "a1")
    p.text(Box(box.x + 80, box.y + 24, box.w - 110, 36), "现有系统", 18, "tx", bold=True, anchor="m")
    p.text(
        Box(box.x + 80, box.y + 68, box.w - 110, 100),
        "{{ current_systems | default('进场前一起清点，列成接入清单。') }}",
        16,
        "tx2",
    )


def _solution(d: Deck) -> None:
    p = d.page(
        "section",
        "{{ solution.title }}",
        kicker="方案怎么做",
        notes="下面几页来自方案原件，出处在备注里。讲到架构页停一下，问客户现有系统各归谁管。",
    )
    p.text(Box(96, 400, 760, 120), "{{ solution.summary? }}", 18, "bg@92")
    p = d.page(
        "content",
        "{{ case.title }}",
        kicker="同行做成了什么样",
        notes="先讲处境，再讲数字，最后讲口径。客户问能不能去看，先答应去问，不要当场答应。\n{{ case.summary }}",
    )
    left = Box(p.area.x, p.area.y, 420, p.area.h - 6)
    p.shape(left, grad=("a1-45", "a1", 60), radius=14)
    for n in range(6):
        high = 60 + n * 42
        p.shape(
            Box(left.x + 40 + n * 58, left.bottom - 36 - high, 36, high),
            fill=f"#FFFFFF@{16 + n * 8}",
            radius=4,
        )
    p.text(Box(left.x + 32, left.y + 30, left.w - 64, 30), "客户案例", 14, "#FFFFFF@88", bold=True)
    p.text(
        Box(left.x + 32, left.y + 66, left.w - 64, 90),
        "{{ case.customer }}",
        26,
        "#FFFFFF",
        bold=True,
        heading=True,
    )
    right = Box(left.right + 40, p.area.y, p.area.w - 460, p.area.h - 6)
    p.text(right.top(190), "{{ case.summary }}", 19, "tx", gap=4)
    p.line((right.x, right.y + 204), (right.right, right.y + 204), p.hair, 1.5)
    lines = "{% if case.figures.saving %}\n年省 {a1|{{ case.figures.saving }} 万元}\n{% endif %}\n{% if case.figures.energy_cut %}\n综合能耗下降 {a1|{{ case.figures.energy_cut }}%}\n{% endif %}\n{% if case.figures.cost_cut %}\n公共区电费同比下降 {a1|{{ case.figures.cost_cut }}%}\n{% endif %}\n{% if case.figures.payback_months %}\n投资回收 {a1|{{ case.figures.payback_months }} 个月}\n{% endif %}\n{% if case.figures.investment %}\n投入 {a1|{{ case.figures.investment }} 万元}\n{% endif %}"
    _free(p, Box(right.x, right.y + 222, right.w, 270), lines, 28)


def _free(p: object, box: Box, text: str, size: float) -> None:
    """A box whose text is mostly tokens: its height is that of the filled text, so it is not measured here."""
    p.shape(box, text, ink=Ink(size, "tx", bold=True, gap=8, measured=False), name="案例数字")  # type: ignore[attr-defined]


def _money(d: Deck) -> None:
    p = d.page(
        "content",
        "{{ customer.name }}电费测算：改造前 / 改造后",
        kicker="按贵方电费单测算，不是承诺",
        notes="先说口径：按贵方年电费和同类案例折算，合同里写基线方法，不写节能率。\n年电费 {{ annual_bill | money }}；预计年省 {{ saving | money }}。图是原生图表，双击可改数据。",
        source="测算口径：年电费按季度拆分，节省按同类案例折算；实际以双方确认的基线为准",
    )
    left, right = p.area.columns([2.4, 1], 32)
    made = chart(
        p,
        left,
        "bar",
        ["一季度", "二季度", "三季度", "四季度"],
        {"改造前（万元）": [52, 49, 63, 56], "改造后（万元）": [47, 44, 55, 50]},
        "{% chart data.savings %}",
        Style(colours=("#C3CEDD", "a1"), labels=True, axis=False, form="0.#", gap=60, size=12),
    )
    made.has_title = False
    for cell, (label, value) in zip(
        right.rows(3, 20),
        [
            ("年电费", "{{ annual_bill | money }}"),
            ("预计年省", "{{ saving | money | default('待测算') }}"),
            ("口头预算", "{{ budget | money | default('待定') }}"),
        ],
        strict=True,
    ):
        p.shape(cell, fill="bg2", radius=12)
        p.text(Box(cell.x + 26, cell.y + 26, cell.w - 52, 30), label, 16, "tx2")
        p.shape(
            Box(cell.x + 26, cell.y + 64, cell.w - 40, 60),
            value,
            ink=Ink(28, "a1", bold=True, anchor="m", heading=True, wrap=False),
            name=label,
        )
    p = d.page(
        "content",
        "分期投入，每一期都能单独验收",
        kicker="先小后大",
        notes="不要一上来报总价。先定一期范围，一期验收后再谈二期；每期的验收项写进合同附件。",
        source="价格以正式报价单为准；{{ product.name }}参考区间 {{ product.price }}",
    )
    diagrams.stairs(
        p,
        p.area.inset(0, 4),
        [
            ("一期 · 看得见", "第 1–8 周", "重点楼栋接入，电费与分项计量看得见，出第一份月报。"),
            ("二期 · 管得住", "一期验收后", "全园区接入，分时电价与冷站、空压策略上线。"),
            ("三期 · 报得出", "按年度", "碳账、供应链与对外披露，沿用前两期的台账。"),
        ],
    )


def _delivery(d: Deck) -> None:
    p = d.page(
        "content",
        "实施路径与双方分工",
        kicker="谁在什么时候做什么",
        notes="客户方要出两个人：一位能开配电箱的，一位能拍板口径的。没有这两位，时间不算。",
    )
    diagrams.lanes(
        p,
        p.area.inset(0, 4),
        ["勘点", "部署", "联调", "验收"],
        [
            (
                "贵方",
                [
                    (0, 1, "提供图纸与表计清单"),
                    (1, 1, "电工陪同、开通网络"),
                    (2, 2, "确认台账与口径，派人参加验收"),
                ],
            ),
            (
                "我方",
                [
                    (0, 1, "现场勘点，出接入清单"),
                    (1, 1, "装网关、建平台"),
                    (2, 1, "逐点核对、策略试运行"),
                    (3, 1, "月报、培训、移交"),
                ],
            ),
            ("成果", [(0, 1, "接入清单与报价"), (1, 2, "可查的实时数据"), (3, 1, "验收报告与月报")]),
        ],
    )
    p = d.page(
        "content",
        "安全与数据归属",
        kicker="写进合同附件",
        notes="信息科关心第一行和最后一行。等保证书编号投标时再给。",
    )
    table(
        p,
        p.area.inset(0, 4),
        [
            ["关心的事", "我们的做法", "依据"],
            ["数据放在哪里", "贵方机房或专有云，二选一，合同写明", "部署附件"],
            ["传输加密", "网关到平台国密 SM4，SM2 证书可选", "安全说明 v2.0"],
            ["等级保护", "物联中台与能碳管理专有云环境通过三级", "2026-03-18 起"],
            ["谁能看", "按楼栋与角色授权，操作留痕", "审计日志"],
            [
                "出了故障",
                f"一级故障 {fact('company.service.p1_response')} 分钟响应，{fact('company.service.p1_restore')} 小时恢复或给出绕行",
                "服务条款",
            ],
            ["合同结束", say("company.service.data_exit"), "退出条款"],
        ],
        TableStyle(share=(1, 2.6, 1), align="lll", size=15, zebra=True),
    )


def _end(d: Deck) -> None:
    p = d.page(
        "content",
        "常问的几个问题",
        kicker="答案在备注里",
        notes="{% for f in faqs %}\n问：{{ f.question }}\n答：{{ f.answer }}\n{% endfor %}",
    )
    p.shape(Box(p.area.x, p.area.y, 300, p.area.h - 6), grad=("a1", "a1-40", 60), radius=14)
    p.text(
        Box(p.area.x + 20, p.area.y + 110, 260, 170),
        "?",
        110,
        "#FFFFFF@90",
        bold=True,
        align="c",
        heading=True,
        shrink=0.4,
        spacing=0.8,
    )
    p.text(
        Box(p.area.x + 30, p.area.y + 330, 240, 120),
        "口头回答以备注为准，\n备注之外的请记下来，\n一个工作日内书面答复。",
        14,
        "#FFFFFF@90",
        align="c",
        gap=3,
    )
    table(
        p,
        Box(p.area.x + 336, p.area.y, p.area.w - 336, 124),
        [["", "客户常问"], ["{% for f in faqs %}问", "{{ f.question }}{% endfor %}"]],
        TableStyle(share=(1, 10), align="cl", size=18),
    )
    p = d.page("closing", "下一步", notes="念出来，当场定人定日子。散会后一小时内把这页发到群里。")
    for cell, (label, text) in zip(
        Box(72, 180, 1136, 330).rows(3, 18),
        [
            ("约定", "{{ next_step }}"),
            ("我方", "{{ seller.name }} 会后发纪要与接入清单模板"),
            ("贵方", "指定一位对接人，确认现场时间"),
        ],
        strict=True,
    ):
        p.shape(cell, fill="bg@10", line="bg@22", radius=12)
        p.shape(
            Box(cell.x + 26, cell.cy - 22, 92, 44),
            label,
            fill="a2",
            radius=8,
            ink=Ink(16, "tx", bold=True, align="c", anchor="m"),
        )
        p.text(Box(cell.x + 150, cell.y, cell.w - 180, cell.h), text, 20, "bg", anchor="m")
    p.text(
        Box(72, 566, 1136, 34),
        "{{ seller.name }} · {{ seller.title }} · {{ seller.phone? }} · {{ seller.email }}",
        16,
        "bg@92",
        anchor="m",
    )
    p.text(Box(72, 606, 1136, 30), "{{ company.name }} {{ company.name_en }}", 13, "bg@75", anchor="m")
