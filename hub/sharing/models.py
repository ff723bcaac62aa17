"""Links to customers: the link, what it leads to, who came, and how long each page was read.

A *share* is a link; with several things in it, it is a *room*. The address carries a *token* of which only the hash is
kept; the owner's page works it out again from the server's key (see `rules.token_of`). A *visitor* is a browser that
came by the link, perhaps with the e-mail address it gave. A *beat* is a stretch of active reading of one page.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from hub.base.db import Json, UtcDateTime


class Share(SQLModel, table=True):
    """A link. Its *gate* is what a visitor must bring: a passcode, an e-mail address, one of the allow list."""

    __table_args__ = (
        Index("ix_share_owner", "owner_id", "created_at"),
        Index("ix_share_customer", "customer_id", "created_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True, max_length=64)
    nonce: str = Field(max_length=64)  # what the token and the passcode are worked out from, with the key
    title: str = Field(max_length=200)
    greeting: str = Field(default="", max_length=2000)
    preset: str = Field(default="open", max_length=20)
    owner_id: int = Field(foreign_key="person.id")
    contact_id: int | None = Field(default=None, foreign_key="person.id")  # whom to ask; None: the owner
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    expires_at: datetime = Field(sa_type=UtcDateTime)
    with_passcode: bool = False
    ask_email: bool = False
    allow: list[str] = Field(default_factory=list, sa_type=Json)  # addresses and domains; empty: anybody
    download: bool = True
    watermark: bool = False
    gate_edition: int = 1  # raised when the gate changes: who passed the old one is asked again
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_by_id: int | None = Field(default=None, foreign_key="person.id")
    first_opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    edition: int = 1
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)


class ShareItem(SQLModel, table=True):
    """One thing of a link: an asset (its newest version on offer, or a pinned one), a made deck, or a toolkit."""

    __tablename__ = "share_item"
    __table_args__ = (
        UniqueConstraint("share_id", "thing", "thing_id"),
        Index("ix_share_item_thing", "thing", "thing_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    share_id: int = Field(foreign_key="share.id", ondelete="CASCADE")
    thing: str = Field(max_length=10)  # asset, deck, toolkit
    thing_id: int
    version_id: int | None = None  # pinned; None: the newest on offer
    position: int = 0


class ShareVisitor(SQLModel, table=True):
    """A browser that passed the gate or opened the link. Its cookie holds a secret, the row only its hash."""

    __tablename__ = "share_visitor"
    __table_args__ = (UniqueConstraint("share_id", "secret_hash"),)
    id: int | None = Field(default=None, primary_key=True)
    share_id: int = Field(foreign_key="share.id", ondelete="CASCADE")
    secret_hash: str = Field(max_length=64)
    email: str = Field(default="", max_length=254)
    name: str = Field(default="", max_length=80)
    gate_edition: int = 0  # of the gate that was passed; 0: none was
    created_at: datetime = Field(sa_type=UtcDateTime)
    opened_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime
    )  # None: passed the gate, read nothing
    last_at: datetime = Field(sa_type=UtcDateTime)
    measured: bool = False  # False: scripts were off, so the time is unknown


class ShareBeat(SQLModel, table=True):
    """A stretch of active reading of one page. `thing` is asset or deck; a deck has no version."""

    __tablename__ = "share_beat"
    __table_args__ = (Index("ix_share_beat_visitor", "visitor_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    visitor_id: int = Field(foreign_key="share_visitor.id", ondelete="CASCADE")
    thing: str = Field(max_length=10)
    thing_id: int
    version_id: int | None = None
    page: int
    ms: int
    at: datetime = Field(sa_type=UtcDateTime)


class ShareEvent(SQLModel, table=True):
    """What happened on a link besides reading: opened, downloaded. The time line of a customer is made of these."""

    __tablename__ = "share_event"
    __table_args__ = (Index("ix_share_event_share", "share_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    share_id: int = Field(foreign_key="share.id", ondelete="CASCADE")
    visitor_id: int | None = Field(default=None, foreign_key="share_visitor.id", ondelete="CASCADE")
    what: str = Field(max_length=20)  # open, download
    details: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    at: datetime = Field(sa_type=UtcDateTime)
