"""The tables of the taxonomy and of the settings of the house.

Aliases are other ways to say a thing, in either language. A *blueprint* is a list of slots {kind, min, max_age_days?}.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from hub.base.db import Json, UtcDateTime
from hub.base.i18n import current, lazy

KEY_LENGTH = 60
TERM_FACETS = ("industry", "scenario", "function", "stage")
FACETS = ("tier", "product", *TERM_FACETS, "tag")

# Kinds of material, in the order in which a kit shows them: the body first, then what stands around it.
KIND_LABELS = {
    "product_intro": lazy("产品介绍"),
    "solution": lazy("解决方案"),
    "case_study": lazy("客户案例"),
    "faq": lazy("常见问题"),
    "talk_track": lazy("话术"),
    "battlecard": lazy("竞品对比"),
    "whitepaper": lazy("白皮书"),
    "one_pager": lazy("一页纸"),
    "security_doc": lazy("安全说明"),
    "bid_response": lazy("投标应答"),
    "pricing": lazy("报价"),
    "demo_account": lazy("演示账号"),
    "training": lazy("培训"),
    "event_material": lazy("活动物料"),
    "brand": lazy("品牌素材"),
    "video": lazy("视频"),
}
KINDS = tuple(KIND_LABELS)


class Tier(SQLModel, table=True):
    """How a product sells. `blueprint` is a list of slots {kind, min, max_age_days?}: what a kit of it must hold."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=80)
    name_en: str = Field(default="", max_length=80)
    aliases: list[str] = Field(default_factory=list, sa_type=Json)
    price_from: int | None = None  # CNY, inclusive
    price_below: int | None = None  # CNY, exclusive
    cycle_days: int | None = None
    blueprint: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    position: int = 0


class ProductType(SQLModel, table=True):
    """A type of product and the slots {kind, min, max_age_days?} it adds to a kit."""

    __tablename__ = "product_type"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=80)
    name_en: str = Field(default="", max_length=80)
    adds: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)

    @property
    def label(self) -> str:
        """The name in the reader's language."""
        return (self.name_en or self.name) if current() == "en" else self.name


class Product(SQLModel, table=True):
    """What is sold. A restricted product restricts everything tagged with it."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=80)
    name_en: str = Field(default="", max_length=80)
    aliases: list[str] = Field(default_factory=list, sa_type=Json)
    tier: str = Field(max_length=60)
    type: str = Field(default="general", max_length=60)
    price: str = Field(default="", max_length=120)
    summary: str = ""
    summary_en: str = ""
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    expert_id: int | None = Field(default=None, foreign_key="person.id")
    restricted: bool = False
    position: int = 0
    demo: bool = False


class Term(SQLModel, table=True):
    """A value of a tree facet: industry, scenario, job function or sales stage."""

    __table_args__ = (UniqueConstraint("facet", "key"), Index("ix_term_facet_position", "facet", "position"))
    id: int | None = Field(default=None, primary_key=True)
    facet: str = Field(max_length=20)
    key: str = Field(max_length=60)
    name: str = Field(max_length=80)
    name_en: str = Field(default="", max_length=80)
    aliases: list[str] = Field(default_factory=list, sa_type=Json)
    parent: str | None = Field(default=None, max_length=60)
    expert_id: int | None = Field(default=None, foreign_key="person.id")
    adds: list[dict[str, Any]] = Field(
        default_factory=list, sa_type=Json
    )  # industries: slots they add to a kit
    position: int = 0
    demo: bool = False


class TermProposal(SQLModel, table=True):
    """A tag met at import that matches no term: kept on the asset, shown to whoever keeps the taxonomy."""

    __tablename__ = "term_proposal"
    id: int | None = Field(default=None, primary_key=True)
    word: str = Field(unique=True, max_length=120)
    uses: int = 1
    state: str = Field(default="open", max_length=10)  # open, accepted, dismissed
    created_at: datetime = Field(sa_type=UtcDateTime)


class Setting(SQLModel, table=True):
    """What the house is called and how it looks: company, logo, colours, first-day state."""

    key: str = Field(primary_key=True, max_length=60)
    value: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
