"""A small demo: one product, a kit, a requirement with a customer's request behind it, three people."""

from pathlib import Path

from hub import accounts, library
from hub.accounts import SYSTEM
from hub.wiring import Wiring
from tests.library.folders import deck, door, write

TAXONOMY = """
company: {name: 澜川智控, short: 澜川, primary: '#0b7285'}
tiers: [{key: enterprise, name: 高客单型, blueprint: [{kind: solution, min: 1}]}]
product_types: [{key: data, name: 数据类产品}]
products:
- {key: energy, name: 能碳管理, tier: enterprise, type: data, owner: he@demo.example, approvers: [min@demo.example]}
- {key: secret, name: 未发布产品, tier: enterprise, type: data, restricted_to: ['team:north']}
industries:
- {key: park, name: 产业园区}
- {key: smart-park, name: 智慧园区, parent: park}
- {key: steel, name: 钢铁}
"""
PEOPLE = """
teams: [{key: north, name: 北区}, {key: east, name: 东区}]
people:
- {email: lin@demo.example, name: 林小, roles: [seller], teams: [east], industries: [park]}
- {email: min@demo.example, name: 敏敏, roles: [product_marketer], teams: [north]}
- {email: he@demo.example, name: 何某, roles: [product_manager]}
- {email: zheng@demo.example, name: 郑一, roles: [administrator]}
"""
CUSTOMERS = """
customers:
- {key: hua, name: 华辰电子, industry: park, owner: lin@demo.example}
- {key: mi, name: 保密客户, owner: lin@demo.example, confidential: true, restricted_to: [lin@demo.example]}
opportunities: [{key: hua-1, customer: hua, title: 华辰一期, product: energy, owner: lin@demo.example}]
"""
KIT = """
title: 能碳 · 园区
product: energy
industry: park
state: published
owner: min@demo.example
pins: [plan, intro]
rules: [{kind: [faq], product: energy}]
"""
REQUIREMENT = """
key: REQ-1
title: 分时电价重算
product: energy
state: planned
quarter: 2026Q4
manager: he@demo.example
history: [{'on': 2026-01-02, to: new, by: he@demo.example}]
requests:
- {key: r-1, customer: hua, quote: 峰谷一改就对不上。, submitter: lin@demo.example, owner: lin@demo.example}
"""
FRONT = "---\nproduct: energy\nindustry: smart-park\nowner: min@demo.example\ntags: [节能减排]\n---\n"


def folder(path: Path) -> Path:
    """The library folder of the demo."""
    files: dict[str, str | bytes] = {
        "taxonomy.yml": TAXONOMY,
        "people.yml": PEOPLE,
        "customers.yml": CUSTOMERS,
        "toolkits/kit.yml": KIT,
        "requirements/REQ-1.yml": REQUIREMENT,
        "assets/solution/plan.md": f"{FRONT}# 园区节能方案\n\n能耗下降 12.8%。",
        "assets/product_intro/intro.pptx": deck("能碳管理介绍", "分时电价"),
        "assets/product_intro/intro.pptx.yml": "product: energy\nowner: min@demo.example\n",
        "assets/faq/stop.md": f"{FRONT}# 要停电吗\n\n不用。",
        "assets/case_study/hua.md": "---\nproduct: secret\ncustomer: mi\n---\n# 保密案例\n\n省了很多。",
    }
    return write(path, files)


def show_demo(wiring: Wiring, path: Path) -> None:
    """Load the demo and let the index follow."""
    report = library.load_demo(door(wiring), folder=folder(path))
    assert report is not None
    assert [o for o in report.outcomes if o.result != "imported"] == []
    library.apply_changes(wiring.database, wiring.engine)


def somebody(wiring: Wiring, email: str) -> accounts.Actor:
    with wiring.database.read() as session:
        found = accounts.by_email(session, email)
        assert found is not None
        return accounts.actor(session, found)


def own_administrator(wiring: Wiring) -> accounts.Actor:
    """An administrator of the house's own."""
    with wiring.database.write() as session:
        accounts.add_person(
            session,
            email="own@firm.cn",
            name="自家管理员",
            roles=["administrator", "product_marketer", "product_manager"],
            password="correct-horse",
            by=SYSTEM,
        )
    return somebody(wiring, "own@firm.cn")
