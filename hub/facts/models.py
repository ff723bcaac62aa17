"""Facts: figures and statements that many texts repeat, kept once.

A *fact* is a price, a service level, a certificate, a number of customers: a value with its unit, an owner and
a last day
on which it holds. A *change* is what its value was and became. A *use* says that a thing which does not follow
by itself (a made deck, a form, a file) was made with this value. A *mended* row ticks off one place of a change.
"""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from hub.base.db import UtcDateTime
from hub.facts.rules import Wording

AUDIENCES = ("internal", "customer")


class Fact(SQLModel, table=True):
    """One fact. Texts name it by its `key`. `audience` internal: its value never leaves the house."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=60)
    name: str = Field(max_length=120)
    name_en: str = Field(default="", max_length=120)
    value: str = Field(max_length=200)  # as people write it: "99.9", "36,000", "等保三级"
    value_en: str = Field(default="", max_length=200)  # empty: the same
    unit: str = Field(default="", max_length=40)
    unit_en: str = Field(default="", max_length=40)
    product: str | None = Field(default=None, max_length=60, index=True)
    owner_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    valid_until: date | None = None  # its last day; None: until somebody changes it
    audience: str = Field(default="customer", max_length=10)
    source: str = Field(default="", max_length=500)  # where the value comes from, and how it is counted
    edition: int = 1
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)

    @property
    def wording(self) -> Wording:
        """What texts say now."""
        return Wording(self.value, self.unit, self.value_en, self.unit_en)


class FactChange(SQLModel, table=True):
    """A value that a fact was given. `before` is empty for the first one; both are the same when only the last
    day moved. The English ways of writing are None where they were not recorded.
    """

    __tablename__ = "fact_change"
    __table_args__ = (Index("ix_fact_change_fact", "fact_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    fact_id: int = Field(foreign_key="fact.id", ondelete="CASCADE")
    before: str = Field(default="", max_length=200)
    before_unit: str = Field(default="", max_length=40)
    before_en: str | None = Field(default=None, max_length=200)
    before_unit_en: str | None = Field(default=None, max_length=40)
    after: str = Field(max_length=200)
    after_unit: str = Field(default="", max_length=40)
    after_en: str | None = Field(default=None, max_length=200)
    after_unit_en: str | None = Field(default=None, max_length=40)
    valid_until: date | None = None
    note: str = Field(default="", max_length=500)  # why
    by_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)

    @property
    def was(self) -> Wording:
        """What texts said before."""
        return Wording(self.before, self.before_unit, self.before_en or "", self.before_unit_en or "")

    @property
    def became(self) -> Wording:
        """What texts say since."""
        return Wording(self.after, self.after_unit, self.after_en or "", self.after_unit_en or "")

    @property
    def changes_english_alone(self) -> bool:
        """Whether English texts read otherwise since, and Chinese ones do not."""
        known = bool(self.before) and self.before_en is not None and self.after_en is not None
        return known and self.became.differs_in_english_alone(self.was)

    @property
    def changes_value(self) -> bool:
        """Whether texts read otherwise since."""
        return bool(self.before) and (self.was.shown != self.became.shown or self.changes_english_alone)


class FactUse(SQLModel, table=True):
    """A thing that was made with this value and does not follow by itself. `thing` is deck. `said`: what stands in
    it, in its own language; empty where that was not recorded.
    """

    __tablename__ = "fact_use"
    __table_args__ = (
        UniqueConstraint("fact_id", "thing", "thing_id"),
        Index("ix_fact_use_thing", "thing", "thing_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    fact_id: int = Field(foreign_key="fact.id", ondelete="CASCADE")
    thing: str = Field(max_length=10)
    thing_id: int
    value: str = Field(max_length=200)
    unit: str = Field(default="", max_length=40)
    said: str = Field(default="", max_length=250)
    at: datetime = Field(sa_type=UtcDateTime)


class FactMended(SQLModel, table=True):
    """Somebody has looked at a place of a change and says that it is mended. `place` is as in `hub.upkeep`: deck:12."""

    __tablename__ = "fact_mended"
    change_id: int = Field(foreign_key="fact_change.id", primary_key=True, ondelete="CASCADE")
    place: str = Field(primary_key=True, max_length=80)
    by_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)
