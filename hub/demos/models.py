"""Demo accounts and the times for which they are booked."""

from datetime import date, datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from hub.base.db import UtcDateTime


class DemoAccount(SQLModel, table=True):
    """An account on a demo system. `secret` is sealed (hub.base.sealing); `asset_id` the material that describes it."""

    __tablename__ = "demo_account"
    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=200)
    product: str | None = Field(default=None, max_length=60, index=True)
    address: str = Field(default="", max_length=500)
    login: str = Field(default="", max_length=200)
    secret: str = ""
    script: str = ""  # Markdown: what to show, in which order
    reset_note: str = Field(default="", max_length=1000)  # how to put it back afterwards
    asset_id: int | None = Field(default=None, foreign_key="asset.id", index=True)
    owner_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    expires_on: date | None = None
    checked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # "it works"
    checked_by_id: int | None = Field(default=None, foreign_key="person.id")
    checked_by_hub: bool = False  # its address answered, nobody tried it by hand
    edition: int = 1
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DemoBooking(SQLModel, table=True):
    """Somebody has the account for a while; no two overlap unless one was cancelled."""

    __tablename__ = "demo_booking"
    __table_args__ = (Index("ix_demo_booking", "account_id", "starts_at"),)
    id: int | None = Field(default=None, primary_key=True)
    account_id: int = Field(foreign_key="demo_account.id", ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE")
    starts_at: datetime = Field(sa_type=UtcDateTime)
    ends_at: datetime = Field(sa_type=UtcDateTime)
    purpose: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
