"""Assets, their versions, the pages of a version, and how they are tagged.

A *version* is a draft, in review, approved, on offer, expired or withdrawn; at most one version of an asset is on
offer (the database sees to it). A *page* is a slide of a deck, or a page of any other document. Digest: reading a
file into text and pages; preview: its page pictures.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from hub.assets import rules
from hub.base.db import Json, UtcDateTime

STATES = ("draft", "in_review", "approved", "on_offer", "expired", "withdrawn")


class Asset(SQLModel, table=True):
    """One piece of content. The `slug` is its stable name in exports; `edition` refuses a lost update."""

    __table_args__ = (
        Index("ix_asset_kind", "kind", "deleted_at"),
        Index("ix_asset_review", "deleted_at", "review_on"),
        Index("ix_asset_updated", "deleted_at", "updated_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(unique=True, max_length=160)
    title: str = Field(max_length=300)
    kind: str = Field(max_length=30)
    language: str = Field(default="zh", max_length=5)
    audience: str = Field(default="internal", max_length=10)  # internal, customer
    summary: str = Field(default="", max_length=1000)
    owner_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    expert_id: int | None = Field(default=None, foreign_key="person.id")
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    restricted: bool = False
    recommended: bool = False
    review_on: date | None = None
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    extra: dict[str, Any] = Field(
        default_factory=dict, sa_type=Json
    )  # front matter we do not know, kept as it came
    source_sha: str = Field(
        default="", max_length=64
    )  # of the imported file with its front matter; else empty
    # The versions that lists show; written by the actions beside the states themselves, checked by `hub check`.
    on_offer_id: int | None = Field(default=None, index=True)
    latest_id: int | None = Field(default=None, index=True)
    edition: int = 1
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deleted_by_id: int | None = None


class AssetTag(SQLModel, table=True):
    """The asset carries a value of a facet (product, tier, industry, scenario, function, stage, tag)."""

    __tablename__ = "asset_tag"
    __table_args__ = (Index("ix_asset_tag_value", "facet", "key", "asset_id"),)
    asset_id: int = Field(foreign_key="asset.id", primary_key=True, ondelete="CASCADE")
    facet: str = Field(primary_key=True, max_length=20)
    key: str = Field(primary_key=True, max_length=120)


class Version(SQLModel, table=True):
    """One version of an asset: a Markdown text, or a file. `text` is what search and readers read of either."""

    __table_args__ = (
        UniqueConstraint("asset_id", "number"),
        Index(
            "uq_version_on_offer",
            "asset_id",
            unique=True,
            sqlite_where=text("state = 'on_offer'"),
            postgresql_where=text("state = 'on_offer'"),
        ),
        Index("ix_version_state", "state", "publish_on"),
        Index("ix_version_on_offer_at", "state", "on_offer_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    asset_id: int = Field(foreign_key="asset.id", ondelete="CASCADE")
    number: int
    state: str = Field(default="draft", max_length=12)
    note: str = Field(default="", max_length=1000)  # what changed
    text: str = ""  # Markdown source, or the text read from the file
    headings: str = ""
    file_name: str = Field(default="", max_length=300)  # empty: the version is the Markdown text itself
    media_type: str = Field(default="", max_length=120)
    blob_sha: str | None = Field(default=None, max_length=64, index=True)
    size: int = Field(default=0, sa_type=BigInteger)  # bytes
    digest_state: str = Field(default="waiting", max_length=10)  # waiting, ready, failed
    digest_error: str = Field(default="", max_length=500)
    preview_state: str = Field(default="none", max_length=10)  # none, waiting, ready, failed, no_office
    page_count: int = 0
    uploaded_by_id: int | None = Field(default=None, foreign_key="person.id")
    reviewer_id: int | None = Field(default=None, foreign_key="person.id")  # who was asked
    submitted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    approved_by_id: int | None = Field(default=None, foreign_key="person.id")
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    approved_by_import: bool = False
    publish_on: date | None = None  # approved waits for this day
    on_offer_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_on: date | None = None
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    end_key: str = Field(default="", max_length=10)  # of rules.ENDINGS, where the hub itself ended it
    end_reason: str = Field(
        default="", max_length=500
    )  # what somebody wrote; with a key what stands in its sentence
    replaced_by_id: int | None = None  # the version that took its place
    instead_id: int | None = None  # the asset to use in its place, as who withdrew it said
    edition: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)

    @property
    def ended_because(self) -> str:
        """Why it ended: what somebody wrote as they wrote it, the hub's own reason in the reader's language."""
        return rules.ended_because(self.end_key, self.end_reason)


class Page(SQLModel, table=True):
    """One slide of a deck version, or one page of a document. Pictures are WebP blobs; None until rendered."""

    __table_args__ = (UniqueConstraint("version_id", "number"),)
    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="version.id", ondelete="CASCADE")
    number: int  # from 1
    title: str = Field(default="", max_length=300)
    text: str = ""
    notes: str = ""
    tables: str = ""
    alt: str = ""
    charts: str = ""
    hidden: bool = False
    fingerprint: str = Field(default="", max_length=64, index=True)
    picture_sha: str | None = Field(default=None, max_length=64)  # 1280 px wide
    thumb_sha: str | None = Field(default=None, max_length=64)  # 400 px wide


class VersionComment(SQLModel, table=True):
    """What somebody says about a version, or about one of its pages."""

    __tablename__ = "version_comment"
    __table_args__ = (Index("ix_version_comment", "version_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    version_id: int = Field(foreign_key="version.id", ondelete="CASCADE")
    page: int | None = None  # from 1; None: the version as a whole
    text: str
    by_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)


class ReadRequest(SQLModel, table=True):
    """Somebody asks people to read an asset and to say that they have."""

    __tablename__ = "read_request"
    id: int | None = Field(default=None, primary_key=True)
    asset_id: int = Field(foreign_key="asset.id", index=True, ondelete="CASCADE")
    note: str = Field(default="", max_length=300)  # what is new in it
    due_on: date | None = None
    by_id: int | None = Field(default=None, foreign_key="person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReadAsked(SQLModel, table=True):
    """A person who is asked; `confirmed_at` is when they said that they have read it, `version_id` what they read."""

    __tablename__ = "read_asked"
    __table_args__ = (Index("ix_read_asked_person", "person_id", "confirmed_at"),)
    request_id: int = Field(foreign_key="read_request.id", primary_key=True, ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id", primary_key=True, ondelete="CASCADE")
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version_id: int | None = None


class AssetForm(SQLModel, table=True):
    """A form that a source comes out as: which asset it has become, and what it was made from.

    `made_sha` is of all that went into it; `made_of` names what was resolved in its text, as (sort, key) with a colon
    between. `told` are sentences about what did not fit.
    """

    __tablename__ = "asset_form"
    source_id: int = Field(foreign_key="asset.id", primary_key=True, ondelete="CASCADE")
    form: str = Field(primary_key=True, max_length=10)  # a key of hub.papers.FORMS
    asset_id: int | None = Field(default=None, foreign_key="asset.id", index=True, ondelete="SET NULL")
    state: str = Field(default="waiting", max_length=10)  # waiting, making, ready, failed
    progress: int = 0  # percent
    error: str = Field(default="", max_length=1000)
    told: list[str] = Field(default_factory=list, sa_type=Json)
    made_version_id: int | None = None
    made_number: int | None = None
    made_sha: str = Field(default="", max_length=64)
    made_of: list[str] = Field(default_factory=list, sa_type=Json)
    asked_by_id: int | None = Field(default=None, foreign_key="person.id")
    asked_at: datetime = Field(sa_type=UtcDateTime)
    made_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
