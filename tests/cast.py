"""The cast: the people of the tests, and builders that say what they make.

Lin sells, Ting and Min are product marketers (Min also approves), Jun manages products, Li is the technical expert, Ada
administers, Zhou sells in another team.
"""

from dataclasses import dataclass
from functools import cache

from sqlmodel import Session

from hub import accounts, assets, taxonomy
from hub.accounts import SYSTEM, Actor
from hub.wiring import Wiring

PASSWORD = "correct-horse"


@cache
def _hash() -> str:
    """Hashing is slow on purpose: once a run is enough."""
    return accounts.hashed(PASSWORD)


@dataclass(frozen=True)
class Cast:
    """Everybody as they act."""

    lin: Actor
    zhou: Actor
    ting: Actor
    min: Actor
    jun: Actor
    li: Actor
    ada: Actor


PEOPLE = {
    "lin": ("林晓", ["seller"]),
    "zhou": ("周强", ["seller"]),
    "ting": ("李婷", ["product_marketer"]),
    "min": ("赵敏", ["product_marketer"]),
    "jun": ("何俊", ["product_manager"]),
    "li": ("陈立", ["technical_expert"]),
    "ada": ("安达", ["administrator"]),
}


def hire(session: Session) -> Cast:
    """Add the cast, with two teams: `east` (Lin) and `north` (Zhou)."""
    people = {}
    teams = {k: accounts.add_team(session, key=k, name=k, by=SYSTEM) for k in ("east", "north")}
    for key, (name, roles) in PEOPLE.items():
        people[key] = accounts.add_person(
            session, email=f"{key}@test.example", name=name, roles=roles, by=SYSTEM
        )
        people[key].password_hash = _hash()
        session.add(people[key])
    accounts.set_teams(session, people["lin"], [teams["east"].id or 0], by=SYSTEM)
    accounts.set_teams(session, people["zhou"], [teams["north"].id or 0], by=SYSTEM)
    return Cast(**{k: accounts.actor(session, p) for k, p in people.items()})


def sort_by(session: Session) -> None:
    """A small taxonomy: two tiers, two products, three industries (one below another), one scenario."""
    session.add(
        taxonomy.Tier(
            key="transactional",
            name="快单型",
            name_en="Transactional",
            price_below=40_000,
            cycle_days=21,
            blueprint=[
                {"kind": "product_intro", "min": 1},
                {"kind": "case_study", "min": 1},
                {"kind": "faq", "min": 2},
            ],
        )
    )
    session.add(
        taxonomy.Tier(
            key="enterprise",
            name="高客单型",
            name_en="Enterprise",
            position=1,
            blueprint=[{"kind": "solution", "min": 1}, {"kind": "case_study", "min": 2}],
        )
    )
    session.add(
        taxonomy.ProductType(key="data", name="数据类产品", adds=[{"kind": "security_doc", "min": 1}])
    )
    session.add(taxonomy.ProductType(key="general", name="通用产品", adds=[{"kind": "solution", "min": 1}]))
    session.add(
        taxonomy.Product(
            key="energy",
            name="能碳管理",
            name_en="Energy & Carbon",
            tier="enterprise",
            type="data",
            aliases=["能源管理"],
        )
    )
    session.add(
        taxonomy.Product(
            key="lite", name="能碳管理轻量版", name_en="Energy Lite", tier="transactional", position=1
        )
    )
    for n, (key, name, parent) in enumerate(
        (("park", "产业园区", None), ("smart-park", "智慧园区", "park"), ("steel", "钢铁冶金", None))
    ):
        session.add(taxonomy.Term(facet="industry", key=key, name=name, parent=parent, position=n))
    session.add(taxonomy.Term(facet="scenario", key="saving", name="能耗优化", aliases=["节能"]))
    session.flush()
    taxonomy.changed(session)


def draft(
    session: Session,
    by: Actor,
    title: str = "园区节能方案",
    text: str = "# 园区节能\n\n能耗下降 12.8%。",
    **fields: object,
) -> assets.Version:
    """A Markdown draft, tagged 能碳管理 / 产业园区 unless said otherwise."""
    said = {
        "kind": "solution",
        "audience": "customer",
        "tags": {"product": ["energy"], "industry": ["park"]},
        **fields,
    }
    return assets.create(session, assets.Fields(title=title, **said), assets.Content(text=text), by=by)  # type: ignore[arg-type]


def on_offer(session: Session, cast: Cast, title: str = "园区节能方案", **fields: object) -> assets.Asset:
    """An asset of Ting's that Min has approved."""
    version = draft(session, cast.ting, title, **fields)  # type: ignore[arg-type]
    assets.submit(session, version, by=cast.ting)
    assets.approve(session, version, by=cast.min)
    return session.get_one(assets.Asset, version.asset_id)


def settle(wiring: Wiring) -> None:
    """Run all later work: the index follows, files are read."""
    from hub.worker import drain

    drain(wiring)
