"""Deck templates, the pitch decks made from them or from slides put together, baskets, and check-ups of any deck."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from hub.base.db import Json, UtcDateTime
from hub.base.i18n import current


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
    state: str = Field(default="on_offer", max_length=10)  # draft, on_offer, replaced, withdrawn
    pictures: list[str] = Field(
        default_factory=list, sa_type=Json
    )  # sha256 of its slides' thumbnails, when rendered
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def said(self) -> str:
        """The title in the reader's language, where it has one in it."""
        return (self.title_en or self.title) if current() == "en" else self.title

    @property
    def purpose(self) -> str:
        """What it makes: pitch, or proposal for what a cross-department proposal goes out as."""
        return str(self.manifest.get("purpose") or "pitch")


class Deck(SQLModel, table=True):
    """A pitch deck: template + toolkit + brief, or (without a template) the slides of a basket. `plan` is the ordered
    list of its slides before they are made.
    """

    __table_args__ = (
        Index("ix_deck_owner", "owner_id", "created_at"),
        Index("ix_deck_toolkit", "toolkit_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=300)
    template_id: int | None = Field(
        default=None, foreign_key="deck_template.id"
    )  # None: put together from a basket
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


class DeckPicture(SQLModel, table=True):
    """A picture that answers of a deck name by its id: uploaded for it, or of an asset's version. It stays with the
    deck, so that the deck can be made again.
    """

    __tablename__ = "deck_picture"
    id: int | None = Field(default=None, primary_key=True)
    deck_id: int = Field(foreign_key="deck.id", ondelete="CASCADE", index=True)
    blob_sha: str = Field(max_length=64)
    name: str = Field(default="", max_length=300)  # of the file
    asset_id: int | None = Field(default=None, foreign_key="asset.id", index=True)
    version_id: int | None = Field(default=None, foreign_key="version.id", index=True)


class BasketSlide(SQLModel, table=True):
    """A slide in a person's basket: a page of an asset, as it was in the version they saw."""

    __tablename__ = "basket_slide"
    __table_args__ = (UniqueConstraint("person_id", "version_id", "page"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE")
    asset_id: int = Field(foreign_key="asset.id", ondelete="CASCADE", index=True)
    version_id: int = Field(foreign_key="version.id", ondelete="CASCADE", index=True)
    page: int
    position: int = 0


class CheckUp(SQLModel, table=True):
    """A deck that a person had looked through. `slides` is what was read in it (`hub.decks.checkup.Seen`), not what is
    thought of it: that is worked out when somebody looks, by what they may know then.
    """

    __tablename__ = "check_up"
    __table_args__ = (Index("ix_check_up_person", "person_id", "created_at"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE")
    file_name: str = Field(max_length=300)
    customer: str = Field(default="", max_length=200)  # whom the deck is for, as typed
    blob_sha: str = Field(max_length=64)
    size: int = Field(default=0, sa_type=BigInteger)
    state: str = Field(default="waiting", max_length=10)  # waiting, ready, failed
    error: str = Field(default="", max_length=1000)
    slides: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    created_at: datetime = Field(sa_type=UtcDateTime)
