"""Review meetings as rows.

A *series* holds a *meeting* every week or every two weeks. When a meeting begins its agenda is written down as *items*,
one for each requirement. A *seat* is a person who was asked to come; a *line* is what somebody who is not there wrote
about a requirement beforehand.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index, Numeric, UniqueConstraint
from sqlmodel import Field, SQLModel

from hub.base.db import Json, UtcDateTime

STATES = ("planned", "running", "paused", "closed", "skipped")
SECTIONS = ("report", "promise", "change", "carried", "review")  # in the order of the agenda
OUTCOMES = ("planned", "parked", "declined", "more", "deferred", "noted")
SEAT_STATES = ("invited", "present", "away")


class MeetingSeries(SQLModel, table=True):
    """A meeting that comes back. `products` narrows what comes before it; empty means everything."""

    __tablename__ = "meeting_series"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=120)
    every_weeks: int = 1  # 1 or 2
    first_on: date
    at_time: str = Field(default="09:30", max_length=5)  # in the house's zone
    minutes: int = 60
    products: list[str] = Field(default_factory=list, sa_type=Json)
    host_id: int | None = Field(default=None, foreign_key="person.id")
    escalate_to_id: int | None = Field(default=None, foreign_key="person.id")
    capacity_days: int | None = None  # person-days a quarter; None: nobody said
    ended: bool = False
    edition: int = 1
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)


class Meeting(SQLModel, table=True):
    """One meeting of a series."""

    __table_args__ = (
        UniqueConstraint("series_id", "number"),
        Index("ix_meeting_state", "state", "starts_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    series_id: int = Field(foreign_key="meeting_series.id", ondelete="CASCADE")
    number: int  # the 23rd of its series
    starts_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(default="planned", max_length=10)
    host_id: int | None = Field(default=None, foreign_key="person.id")
    note: str = Field(default="", max_length=500)  # why it was skipped
    began_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    paused_seconds: int = 0
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by_id: int | None = Field(default=None, foreign_key="person.id")
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)


class MeetingItem(SQLModel, table=True):
    """A requirement on the agenda of a meeting that has begun. Without an outcome it is still to be talked about."""

    __tablename__ = "meeting_item"
    __table_args__ = (
        UniqueConstraint("meeting_id", "requirement_id"),
        Index("ix_meeting_item_requirement", "requirement_id", "decided_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", ondelete="CASCADE")
    requirement_id: int = Field(foreign_key="requirement.id", ondelete="CASCADE")
    section: str = Field(max_length=10)
    why: str = Field(default="", max_length=40)  # see rules.WHY
    position: int = 0
    score: Decimal | None = Field(default=None, sa_type=Numeric(20, 6))  # as it was that day
    outcome: str | None = Field(default=None, max_length=10)
    quarter: str | None = Field(default=None, max_length=6)
    rationale: str = ""
    words: str = ""  # what may be said to the customer
    by_id: int | None = Field(default=None, foreign_key="person.id")
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deferrals: int = 0  # how often in a row it has been put off, this time included
    escalated_to_id: int | None = Field(default=None, foreign_key="person.id")


class MeetingSeat(SQLModel, table=True):
    """A person who was asked to come, or came."""

    __tablename__ = "meeting_seat"
    __table_args__ = (UniqueConstraint("meeting_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    state: str = Field(default="invited", max_length=10)
    arrived_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class MeetingLine(SQLModel, table=True):
    """What somebody wrote about a requirement for a meeting they cannot be at."""

    __tablename__ = "meeting_line"
    __table_args__ = (UniqueConstraint("meeting_id", "requirement_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    meeting_id: int = Field(foreign_key="meeting.id", ondelete="CASCADE")
    requirement_id: int = Field(foreign_key="requirement.id", ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE")
    text: str = Field(max_length=500)
    at: datetime = Field(sa_type=UtcDateTime)
