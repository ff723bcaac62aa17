"""What customers allowed: their name, their logo, their numbers, for which uses, until when.

A *case* is an asset of the kind case study that names a customer. What it *shows* is what stands in it; what is
*allowed* is
what the customer said. A *twin* is an asset that tells the same case with less in it; one that shows neither
name nor logo is
*anonymous*. A *case use* says that a finished thing (a made deck) shows a case and does not follow by itself.
"""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from hub.base.db import Json, UtcDateTime


class CaseConsent(SQLModel, table=True):
    """What the customer of one case allowed. `ended_at`: the customer took it back."""

    __tablename__ = "case_consent"
    id: int | None = Field(default=None, primary_key=True)
    asset_id: int = Field(foreign_key="asset.id", unique=True, ondelete="CASCADE")
    shows: list[str] = Field(default_factory=list, sa_type=Json)
    allows: list[str] = Field(default_factory=list, sa_type=Json)
    uses: list[str] = Field(default_factory=list, sa_type=Json)
    until: date | None = None  # its last day; None: until they take it back
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    evidence: str = Field(default="", max_length=1000)  # who said so, when, in which letter
    evidence_id: int | None = Field(
        default=None, foreign_key="asset.id", ondelete="SET NULL"
    )  # the letter, as a file
    recorded_by_id: int | None = Field(default=None, foreign_key="person.id")
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    edition: int = 1


class CaseTwin(SQLModel, table=True):
    """`twin_id` tells the case `case_id` with only this in it."""

    __tablename__ = "case_twin"
    __table_args__ = (Index("ix_case_twin_twin", "twin_id"),)
    case_id: int = Field(foreign_key="asset.id", primary_key=True, ondelete="CASCADE")
    twin_id: int = Field(foreign_key="asset.id", primary_key=True, ondelete="CASCADE")
    shows: list[str] = Field(default_factory=list, sa_type=Json)


class CaseUse(SQLModel, table=True):
    """A finished thing shows the case. `thing` is deck or form."""

    __tablename__ = "case_use"
    __table_args__ = (
        UniqueConstraint("thing", "thing_id", "case_id"),
        Index("ix_case_use_case", "case_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    thing: str = Field(max_length=10)
    thing_id: int
    case_id: int = Field(foreign_key="asset.id", ondelete="CASCADE")
    at: datetime = Field(sa_type=UtcDateTime)
