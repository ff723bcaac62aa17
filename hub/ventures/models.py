"""Cross-department proposals as rows.

A *venture* is one proposal to another department or a partner company: to sell something together. *Parties* share its
revenue and approve it; an *approval* is of one *revision* and is void from the next on, but stays. A *deal* is an
opportunity it aims at, or a bid that was won and shows what customers pay. A *step* is one talk with the other side and
what follows from it. Segments, parts and boundary lines are lists on the venture itself; see `rules` for their shapes.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, Numeric
from sqlmodel import Field, SQLModel

from hub.base.db import Json, UtcDateTime

STATES = ("draft", "with_parties", "agreed", "ended")
OUTCOMES = ("open", "refused", "unstaffed", "interested")
PARTY_KINDS = ("own", "department", "partner")
DEAL_ROLES = ("won", "open")
PICTURE_KINDS = ("architecture", "process")


class Venture(SQLModel, table=True):
    """One proposal. `revision` rises with every edit of what the parties approve, `edition` with every save."""

    __table_args__ = (Index("ix_venture_state", "state", "updated_at"),)
    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=200)
    summary: str = Field(default="", max_length=1000)
    product: str | None = Field(default=None, max_length=60)
    currency: str = Field(default="CNY", max_length=3)
    state: str = Field(default="draft", max_length=12)
    owner_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    restricted: bool = False
    with_whom: str = Field(default="", max_length=200)  # the department or company that is asked
    background: str = ""
    need: str = ""
    gain: str = ""  # what they gain by their own targets
    cares: str = ""  # what their head cares about
    outcome: str = Field(default="open", max_length=12)  # of the latest talk
    segments: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    parts: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    boundary: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    pricing: str = ""
    revision: int = 1
    edition: int = 1
    end_reason: str = Field(default="", max_length=500)
    agreed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deleted_by_id: int | None = Field(default=None, foreign_key="person.id")


class VentureStep(SQLModel, table=True):
    """A talk with the other side, what came of it, and the next step: what, by whom, until when."""

    __tablename__ = "venture_step"
    __table_args__ = (Index("ix_venture_step_due", "owner_id", "done_at", "due_on"),)
    id: int | None = Field(default=None, primary_key=True)
    venture_id: int = Field(foreign_key="venture.id", ondelete="CASCADE", index=True)
    held_on: date
    whom: str = Field(default="", max_length=200)
    outcome: str = Field(max_length=12)
    note: str = Field(default="", max_length=1000)
    next_step: str = Field(max_length=300)
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    due_on: date
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    by_id: int | None = Field(default=None, foreign_key="person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)


class VentureParty(SQLModel, table=True):
    """Who takes part: its share in percent, and who approves for it, a colleague or somebody outside by name."""

    __tablename__ = "venture_party"
    id: int | None = Field(default=None, primary_key=True)
    venture_id: int = Field(foreign_key="venture.id", ondelete="CASCADE", index=True)
    name: str = Field(max_length=120)
    kind: str = Field(default="department", max_length=12)
    share: Decimal | None = Field(default=None, sa_type=Numeric(5, 2))
    why: str = Field(default="", max_length=300)  # what the share is for
    approver_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    signer: str = Field(default="", max_length=120)  # who signs outside the house
    position: int = 0
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class VentureApproval(SQLModel, table=True):
    """What a party said to one revision. Never deleted: an edit makes it void."""

    __tablename__ = "venture_approval"
    id: int | None = Field(default=None, primary_key=True)
    venture_id: int = Field(foreign_key="venture.id", ondelete="CASCADE", index=True)
    party_id: int | None = Field(default=None, foreign_key="venture_party.id")
    revision: int
    verdict: str = Field(max_length=10)  # approved or declined
    signer: str = Field(default="", max_length=120)  # whose word it is
    note: str = Field(default="", max_length=500)
    by_id: int | None = Field(default=None, foreign_key="person.id")  # who said or recorded it
    at: datetime = Field(sa_type=UtcDateTime)
    void_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    void_why: str = Field(default="", max_length=200)


class VentureDeal(SQLModel, table=True):
    """An opportunity of ours, or one typed in; role `won` is a bid that shows what customers pay."""

    __tablename__ = "venture_deal"
    id: int | None = Field(default=None, primary_key=True)
    venture_id: int = Field(foreign_key="venture.id", ondelete="CASCADE", index=True)
    role: str = Field(max_length=6)
    opportunity_id: int | None = Field(default=None, foreign_key="opportunity.id", index=True)
    customer: str = Field(default="", max_length=200)
    title: str = Field(default="", max_length=200)
    amount: Decimal | None = Field(default=None, sa_type=Numeric(16, 2))
    currency: str = Field(default="CNY", max_length=3)
    day: date | None = None
    source: str = Field(default="", max_length=300)
    position: int = 0


class VenturePicture(SQLModel, table=True):
    """A picture of the architecture or of a process, as WebP."""

    __tablename__ = "venture_picture"
    id: int | None = Field(default=None, primary_key=True)
    venture_id: int = Field(foreign_key="venture.id", ondelete="CASCADE", index=True)
    kind: str = Field(max_length=12)
    caption: str = Field(max_length=200)
    blob_sha: str = Field(max_length=64)
    width: int
    height: int
    position: int = 0


class VentureDeck(SQLModel, table=True):
    """The proposal as a deck, made of one edition; the newest only. `template_id` None: by the built-in template."""

    __tablename__ = "venture_deck"
    venture_id: int = Field(foreign_key="venture.id", ondelete="CASCADE", primary_key=True)
    edition: int
    state: str = Field(default="waiting", max_length=10)  # waiting, ready, failed
    blob_sha: str | None = Field(default=None, max_length=64)
    size: int = 0
    error: str = Field(default="", max_length=1000)
    warnings: list[str] = Field(default_factory=list, sa_type=Json)
    pictures: list[str] = Field(default_factory=list, sa_type=Json)
    preview_state: str = Field(default="waiting", max_length=10)
    template_id: int | None = Field(default=None, foreign_key="deck_template.id")
    asked_by_id: int | None = Field(default=None, foreign_key="person.id")
    made_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
