"""The two workbooks: a price and saving calculator with live formulas, and a matrix that answers a tender clause by clause."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import xlsxwriter

from .facts import fact, number, raw, say
from .freeze import freeze

CALCULATOR = {
    "slug": "calc-energy-project",
    "title": "能碳项目价格与回本测算表",
    "kind": "pricing",
    "product": ["energy", "energy-lite"],
    "industry": ["park", "electronics", "health"],
    "scenario": ["tou-tariff"],
    "stage": ["negotiation", "solution-talk"],
    "function": ["finance"],
    "audience": "internal",
    "owner": "sunbo@lanchuan.example",
    "expert": "hejun@lanchuan.example",
    "state": "on_offer",
    "published_on": "2026-11-16",
    "review_on": "2027-01-15",
    "summary": "填点位、模块、四段电量，自动出报价、年省和回本月数；蓝格可改，其余是公式。",
}
MATRIX = {
    "slug": "bid-matrix-iot",
    "title": "物联中台技术条款应答矩阵",
    "kind": "bid_response",
    "product": ["iot"],
    "industry": ["government", "steel", "park"],
    "scenario": ["device-access"],
    "stage": ["bid"],
    "function": ["procurement", "it"],
    "audience": "customer",
    "owner": "zhaomin@lanchuan.example",
    "expert": "chenli@lanchuan.example",
    "state": "on_offer",
    "published_on": "2026-10-28",
    "review_on": "2027-01-26",
    "summary": "常见招标条款逐条应答：满足、正偏离、负偏离与佐证页，投标时按条筛选。",
}


def _book(title: str) -> tuple[io.BytesIO, Any, dict[str, Any]]:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"title": title, "author": "澜川智控", "created": dt.datetime(2026, 11, 16, 9)})  # noqa: DTZ001
    base = {"font_name": "Microsoft YaHei", "font_size": 10.5, "valign": "vcenter"}
    styles = {
        "title": book.add_format(
            {**base, "font_size": 18, "bold": True, "font_color": "#FFFFFF", "bg_color": "#0B2046"}
        ),
        "head": book.add_format(
            {
                **base,
                "bold": True,
                "font_color": "#FFFFFF",
                "bg_color": "#1769E0",
                "border": 1,
                "border_color": "#CBD5E1",
                "text_wrap": True,
            }
        ),
        "cell": book.add_format({**base, "border": 1, "border_color": "#CBD5E1", "text_wrap": True}),
        "in": book.add_format(
            {
                **base,
                "border": 1,
                "border_color": "#1769E0",
                "bg_color": "#E8F1FF",
                "font_color": "#0B2046",
                "num_format": "#,##0.##",
            }
        ),
        "out": book.add_format(
            {
                **base,
                "border": 1,
                "border_color": "#CBD5E1",
                "bold": True,
                "num_format": "#,##0.0",
                "bg_color": "#F1F5F9",
            }
        ),
        "big": book.add_format(
            {
                **base,
                "font_size": 16,
                "bold": True,
                "font_color": "#1769E0",
                "num_format": "#,##0.0",
                "border": 1,
                "border_color": "#CBD5E1",
            }
        ),
        "note": book.add_format({**base, "font_color": "#64748B", "text_wrap": True}),
    }
    return out, book, styles


def calculator() -> bytes:
    out, book, style = _book(CALCULATOR["title"])
    sheet = book.add_worksheet("测算")
    sheet.hide_gridlines(2)
    sheet.set_column("A:A", 30)
    sheet.set_column("B:B", 16)
    sheet.set_column("C:C", 46)
    sheet.set_column("E:I", 12)
    sheet.set_row(0, 38)
    sheet.merge_range("A1:C1", "能碳项目价格与回本测算表", style["title"])
    sheet.write("A2", "蓝底格填写，其余是公式；对外报价以正式报价单为准。", style["note"])
    for at, words in enumerate(("项目", "数", "说明")):
        sheet.write(3, at, words, style["head"])
    price = "products.energy.price."
    inputs = [
        ("点位数（个）", 480, f"一期含 300 点位，{fact(price + 'phase_one')} 万元"),
        ("园区数（做碳账的）", 1, f"碳账模块 {fact(price + 'carbon_module')} 万元/园区"),
        ("冷站数（做群控的）", 1, f"冷站群控 {fact(price + 'chiller_module')} 万元/站"),
        ("折扣（%）", 0, "商务经理批，超过 5% 另附说明"),
    ]
    for n, (name, value, words) in enumerate(inputs):
        sheet.write(4 + n, 0, name, style["cell"])
        sheet.write(4 + n, 1, value, style["in"])
        sheet.write(4 + n, 2, words, style["cell"])
    per = raw(price + "per_100_points")
    first, carbon, chiller = (raw(price + key) for key in ("phase_one", "carbon_module", "chiller_module"))
    lines = [
        (
            "基础（万元）",
            f"={first}+MAX(0,ROUNDUP((B5-300)/100,0))*{per}",
            f"超出 300 的部分每 100 点位 {per} 万元，不足 100 按 100",
        ),
        ("碳账（万元）", f"=B6*{carbon}", ""),
        ("冷站群控（万元）", f"=B7*{chiller}", ""),
        ("合计（万元）", "=(B10+B11+B12)*(1-B8/100)", "含税，不含补表"),
        (
            "第二年起年服务（万元）",
            f"=B13*{raw(price + 'annual_service') / 100}",
            f"合计的 {fact(price + 'annual_service')}%",
        ),
    ]
    sheet.write(8, 0, "报价", style["head"])
    sheet.write(8, 1, "", style["head"])
    sheet.write(8, 2, "", style["head"])
    for n, (name, formula, words) in enumerate(lines):
        sheet.write(9 + n, 0, name, style["cell"])
        sheet.write_formula(9 + n, 1, formula, style["out"])
        sheet.write(9 + n, 2, words, style["cell"])
    _saving(book, sheet, style)
    _prices(book, style)
    book.close()
    return freeze(out.getvalue())


def _saving(book: Any, sheet: Any, style: dict[str, Any]) -> None:
    """The right half: four price bands, before and after, and a native chart."""
    tariff = "company.tariff_sample."
    for at, words in enumerate(("时段", "电价", "现在万kWh", "以后万kWh", "省下万元")):
        sheet.write(3, 4 + at, words, style["head"])
    rows = [
        ("尖峰", "super_peak", 92, 74),
        ("高峰", "peak", 268, 246),
        ("平段", "flat", 402, 396),
        ("低谷", "valley", 338, 358),
    ]
    for n, (name, key, before, after) in enumerate(rows):
        line = 5 + n
        sheet.write(line - 1, 4, name, style["cell"])
        sheet.write(line - 1, 5, raw(tariff + key), style["in"])
        sheet.write(line - 1, 6, before, style["in"])
        sheet.write(line - 1, 7, after, style["in"])
        sheet.write_formula(line - 1, 8, f"=F{line}*(G{line}-H{line})", style["out"])
    sheet.write(8, 4, "一年省下（万元）", style["cell"])
    sheet.write_formula(8, 8, "=SUM(I5:I8)", style["big"])
    sheet.write(9, 4, "回本（个月）", style["cell"])
    sheet.write_formula(9, 8, '=IF(I9>0,B13/I9*12,"不回本")', style["big"])
    sheet.merge_range(
        "E12:I13",
        f"电价为{raw(tariff + 'name')}，{raw(tariff + 'since')} 起；{raw(tariff + 'note')}。省下的是测算，不是承诺。",
        style["note"],
    )
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": "现在",
            "categories": "=测算!$E$5:$E$8",
            "values": "=测算!$G$5:$G$8",
            "fill": {"color": "#CBD5E1"},
        }
    )
    chart.add_series(
        {
            "name": "以后",
            "categories": "=测算!$E$5:$E$8",
            "values": "=测算!$H$5:$H$8",
            "fill": {"color": "#1769E0"},
        }
    )
    chart.set_title({"name": "四段电量（万 kWh）", "name_font": {"size": 11}})
    chart.set_legend({"position": "bottom"})
    chart.set_size({"width": 470, "height": 260})
    sheet.insert_chart("E15", chart, {"description": "柱状图：四个时段现在与以后的电量"})


def _prices(book: Any, style: dict[str, Any]) -> None:
    sheet = book.add_worksheet("轻量版套餐")
    sheet.hide_gridlines(2)
    sheet.set_column("A:F", 18)
    sheet.set_row(0, 34)
    sheet.merge_range("A1:F1", "能碳管理轻量版（2026-11-01 起）", style["title"])
    for at, words in enumerate(("套餐", "价格（元/年）", "点位", "碳账", "分时电价", "上线")):
        sheet.write(2, at, words, style["head"])
    for n, pack in enumerate(raw("products.energy-lite.packages")):
        for at, key in enumerate(("name", "price", "points", "carbon", "tou", "onboarding")):
            sheet.write(3 + n, at, number(pack[key]) if key == "price" else pack[key], style["cell"])
    sheet.write(
        "A8",
        f"另加网关每台 {number(raw('products.energy-lite.extra_gateway'))} 元；三年账见产品介绍第 9 页。",
        style["note"],
    )


def matrix() -> bytes:
    out, book, style = _book(MATRIX["title"])
    sheet = book.add_worksheet("条款应答")
    sheet.hide_gridlines(2)
    for column, width in (("A:A", 7), ("B:B", 12), ("C:C", 40), ("D:D", 11), ("E:E", 56), ("F:F", 24)):
        sheet.set_column(column, width)
    sheet.set_row(0, 38)
    sheet.merge_range("A1:F1", "物联中台技术条款应答矩阵", style["title"])
    for at, words in enumerate(("序号", "类别", "招标条款", "响应", "应答", "佐证")):
        sheet.write(2, at, words, style["head"])
    for n, (group, clause, answer, words, proof) in enumerate(_clauses()):
        for at, value in enumerate((n + 1, group, clause, answer, words, proof)):
            sheet.write(3 + n, at, value, style["cell"])
    sheet.autofilter(2, 0, 2 + len(_clauses()), 5)
    sheet.freeze_panes(3, 0)
    green = book.add_format({"bg_color": "#DCFCE7", "font_color": "#166534"})
    red = book.add_format({"bg_color": "#FEE2E2", "font_color": "#991B1B"})
    last = 3 + len(_clauses())
    sheet.conditional_format(
        f"D4:D{last}", {"type": "text", "criteria": "begins with", "value": "正偏离", "format": green}
    )
    sheet.conditional_format(
        f"D4:D{last}", {"type": "text", "criteria": "begins with", "value": "负偏离", "format": red}
    )
    count = book.add_worksheet("统计")
    count.set_column("A:B", 16)
    for n, kind in enumerate(("满足", "正偏离", "负偏离", "有条件")):
        count.write(n, 0, kind, style["cell"])
        count.write_formula(n, 1, f"=COUNTIF(条款应答!D4:D{last},A{n + 1})", style["out"])
    book.close()
    return freeze(out.getvalue())


def _clauses() -> list[tuple[str, str, str, str, str]]:
    """Group, clause, response, answer, proof."""
    c, g = "products.iot.capacity.", "products.iot.gateway."
    return [
        ("接入", "支持 Modbus RTU/TCP、BACnet/IP", "满足", "协议包随平台提供，点表可在线改", "协议清单"),
        (
            "接入",
            "支持 OPC-UA 客户端与订阅",
            "满足",
            f"{raw('products.iot.opc_ua_since')} 起平台直连，按变化推送",
            "版本说明 5.2",
        ),
        ("接入", "对外提供 OPC-UA 服务端", "负偏离", "只做客户端；对外以 MQTT 与开放接口提供", "接口文档"),
        ("接入", "已适配协议不少于 80 种", "正偏离", say("products.iot.protocols"), "协议清单"),
        ("接入", "私有协议对接", "有条件", "须提供报文样本，通常 10–15 人天一个，费用单列", "实施办法"),
        ("网关", "断网缓存不少于 24 小时", "正偏离", say(g + "cache_hours"), "检测报告"),
        ("网关", "工作温度 -10～50 ℃", "正偏离", str(raw(g + "temperature")), "检测报告"),
        ("网关", "单台带表不少于 32 只", "正偏离", say(g + "meters_per_gateway"), "产品手册"),
        ("性能", "测点容量不少于 10 万", "正偏离", say(c + "points_per_cluster"), "压测报告"),
        ("性能", "写入不低于 5 万条/秒", "正偏离", say(c + "writes_per_second"), "压测报告"),
        ("性能", "规则触发不大于 1 秒", "正偏离", say(c + "rule_p95"), "压测报告"),
        (
            "平台",
            "单条规则引用测点不少于 100 个",
            "负偏离",
            "单条最多 50 个；更多的拆成两条，由中间量相连",
            "使用手册",
        ),
        (
            "平台",
            "月可用率不低于 99.5%",
            "正偏离",
            f"{fact('products.iot.sla')}%，未达按合同赔付",
            "服务条款",
        ),
        ("平台", "控制指令须有审批", "满足", "默认关闭，书面授权后双人确认，逐条留痕", "使用手册"),
        ("国产化", "支持国产操作系统与芯片", "满足", "麒麟 V10，鲲鹏、海光", "适配证明"),
        ("国产化", "支持国产数据库", "满足", "达梦 8、人大金仓 V8", "适配证明"),
        ("安全", "通过等保三级", "满足", "专有云环境 2026-03-18 通过，至 2027-03-17", "备案证明"),
        ("安全", "传输采用国密算法", "满足", "网关到平台 SM4，SM2 证书可选", "安全说明"),
        ("安全", "日志留存不少于六个月", "正偏离", "操作日志留三年，不可改", "安全说明"),
        (
            "服务",
            "一级故障 30 分钟响应",
            "正偏离",
            f"{say('company.service.p1_response')}，{say('company.service.p1_restore')}",
            "服务承诺书",
        ),
        ("服务", "本地化服务", "有条件", f"{say('company.service_cities')}；其余城市当天出发", "驻点名单"),
        ("服务", "数据可迁出", "满足", say("company.service.data_exit"), "退出条款"),
        ("资质", "ISO 27001", "满足", "2024-06-05 至 2027-06-04", "证书"),
        ("资质", "ISO 9001", "有条件", "换证审核已过，新证书 12 月上旬到，先附审核通过函", "审核通过函"),
        ("业绩", "钢铁行业同类业绩", "满足", "恒峪钢铁 3,860 台套，九周接入", "合同关键页"),
    ]
