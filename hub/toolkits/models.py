"""Toolkits: product × tier × industry (× scenario, job function), with pinned members and membership rules."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from hub.base.db import Json, UtcDateTime


class Toolkit(SQLModel, table=True):
    """A kit. Each of `rules` is {kind?: [..], product?, industry?, scenario?, function?, stage?, tags?: [..],
    newest?: n}: an asset on offer that meets all that is named is a member.
    """

    __table_args__ = (
        Index("ix_toolkit_cell", "product", "tier", "industry"),
        Index("ix_toolkit_state", "state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True, max_length=160)
    title: str = Field(max_length=300)
    title_en: str = Field(default="", max_length=300)
    summary: str = Field(default="", max_length=1000)
    product: str = Field(max_length=60)
    tier: str = Field(max_length=60)
    industry: str | None = Field(default=None, max_length=60)
    scenario: str | None = Field(default=None, max_length=60)
    function: str | None = Field(default=None, max_length=60)
    state: str = Field(default="draft", max_length=10)  # draft, published, archived
    owner_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    restricted: bool = False
    rules: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    edition: int = 1
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    published_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deleted_by_id: int | None = None


class ToolkitBrought(SQLModel, table=True):
    """Rule number `rule` (from 0) of the kit brings this asset, whoever may see it and before "newest n" cuts. Worked
    out of the rules when they or the asset change (see `toolkits.brought`): a page need not look at the library.
    """

    __tablename__ = "toolkit_brought"
    toolkit_id: int = Field(foreign_key="toolkit.id", primary_key=True, ondelete="CASCADE")
    rule: int = Field(primary_key=True)
    asset_id: int = Field(foreign_key="asset.id", primary_key=True, ondelete="CASCADE", index=True)


class ToolkitPin(SQLModel, table=True):
    """An asset put into the kit by hand, in order; or, with `excluded`, kept out although a rule brings it."""

    __tablename__ = "toolkit_pin"
    toolkit_id: int = Field(foreign_key="toolkit.id", primary_key=True, ondelete="CASCADE")
    asset_id: int = Field(foreign_key="asset.id", primary_key=True, ondelete="CASCADE", index=True)
    position: int = 0
    excluded: bool = False
