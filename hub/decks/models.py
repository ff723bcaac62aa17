"""Deck templates and the pitch decks made from them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from hub.base.db import Json, UtcDateTime


class DeckTemplate(SQLModel, table=True):
    """A branded PPTX with tokens, and the manifest of the questions it asks. A new upload of a name is a new row."""

    __tablename__ = "deck_template"
    __table_args__ = (UniqueConstraint("name", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=80, index=True)
    number: int = 1
    title: str = Field(max_length=200)
    title_en: str = Field(default="", max_length=200)
    summary: str = Field(default="", max_length=500)
    summary_en: str = Field(default="", max_length=500)
    manifest: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    blob_sha: str = Field(max_length=64)
    state: str = Field(default="on_offer", max_length=10)  # on_offer, replaced, withdrawn
    pictures: list[str] = Field(
        default_factory=list, sa_type=Json
    )  # sha256 of its slides' thumbnails, when rendered
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)


class Deck(SQLModel, table=True):
    """A pitch deck: template + toolkit + brief. `plan` is the ordered list of its slides before they are made."""

    __table_args__ = (
        Index("ix_deck_owner", "owner_id", "created_at"),
        Index("ix_deck_toolkit", "toolkit_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=300)
    template_id: int = Field(foreign_key="deck_template.id")
    toolkit_id: int | None = Field(default=None, foreign_key="toolkit.id")
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    brief: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    plan: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    state: str = Field(default="draft", max_length=10)  # draft, waiting, making, ready, failed
    progress: int = 0  # percent
    error: str = Field(default="", max_length=1000)
    warnings: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    blob_sha: str | None = Field(default=None, max_length=64)
    size: int = Field(default=0, sa_type=BigInteger)
    preview_state: str = Field(default="none", max_length=10)
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    edition: int = 1
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    made_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DeckSlide(SQLModel, table=True):
    """A slide of a made deck and where it came from: the template, or a page of an asset's version."""

    __tablename__ = "deck_slide"
    __table_args__ = (UniqueConstraint("deck_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    deck_id: int = Field(foreign_key="deck.id", ondelete="CASCADE")
    number: int
    title: str = Field(default="", max_length=300)
    origin: str = Field(max_length=10)  # template, asset
    asset_id: int | None = Field(default=None, foreign_key="asset.id", index=True)
    version_id: int | None = Field(default=None, foreign_key="version.id", index=True)
    source_number: int | None = None  # the page of the source
    picture_sha: str | None = Field(default=None, max_length=64)
    thumb_sha: str | None = Field(default=None, max_length=64)
