"""The tables: saved searches, gaps, each time a gap was met, and who needs it closed."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from hub.base.db import Json, UtcDateTime

GAP_STATES = ("open", "met", "declined")
MOST_WORDS = 500


class SavedSearch(SQLModel, table=True):
    """A search of one person. `known` are the ids of documents already found or told of, newest first."""

    __tablename__ = "saved_search"
    __table_args__ = (Index("ix_saved_search_person", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE")
    key: str = Field(max_length=64)
    name: str = Field(max_length=120)
    words: str = Field(default="", max_length=MOST_WORDS)
    filters: dict[str, list[str]] = Field(default_factory=dict, sa_type=Json)
    notify: bool = True
    known: list[str] = Field(default_factory=list, sa_type=Json)
    looked_at: datetime = Field(sa_type=UtcDateTime)
    told_on: date | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)


class Gap(SQLModel, table=True):
    """A search that found too little. `hits` is what it found the last time, `times` how often it was made."""

    __table_args__ = (Index("ix_gap_state", "state", "last_at"),)
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=64)
    words: str = Field(max_length=MOST_WORDS)
    filters: dict[str, list[str]] = Field(default_factory=dict, sa_type=Json)
    hits: int = 0
    times: int = 0
    state: str = Field(default="open", max_length=10)
    note: str = Field(default="", max_length=300)
    asset_id: int | None = None  # what closed it; checked when shown
    closed_by_id: int | None = Field(default=None, foreign_key="person.id")
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    first_at: datetime = Field(sa_type=UtcDateTime)
    last_at: datetime = Field(sa_type=UtcDateTime)


class GapSearch(SQLModel, table=True):
    """One time that somebody met a gap."""

    __tablename__ = "gap_search"
    __table_args__ = (Index("ix_gap_search_gap", "gap_id", "at"), Index("ix_gap_search_person", "person_id"))
    id: int | None = Field(default=None, primary_key=True)
    gap_id: int = Field(foreign_key="gap.id", ondelete="CASCADE")
    person_id: int | None = None  # None when the person has forgotten their searches
    at: datetime = Field(sa_type=UtcDateTime)
    hits: int = 0


class GapNeed(SQLModel, table=True):
    """One person who says: I need this."""

    __tablename__ = "gap_need"
    __table_args__ = (Index("ix_gap_need_person", "person_id"),)
    gap_id: int = Field(foreign_key="gap.id", ondelete="CASCADE", primary_key=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
