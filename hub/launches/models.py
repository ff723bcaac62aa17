"""Launch plans: what product and operations agree on around one requirement's launch.

A *goal* is a number to reach; a *signature* is one side's word for all goals as they stood, and becomes void when one
of them changes. A *line* is a piece of work or a campaign date: one person is accountable for it, *hands* are whoever
else has a part. A line is due on a fixed day, or so many days after the *release*, the day the requirement ships.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint
from sqlmodel import Field, SQLModel

from hub.base.db import Json, UtcDateTime

SIDES = ("product", "operations")
KINDS = ("work", "campaign")
PARTS = ("responsible", "consulted", "informed")  # beside the one who is accountable
SORTS = ("people", "budget", "material")
LIGHTS = ("green", "yellow", "red")


class LaunchPlan(SQLModel, table=True):
    """The plan of one requirement. `release_on` is the day product expects to ship, as of when it was said; `told_on`
    the release that everybody on the plan was told last. `goals_edition` rises with each change of a goal.
    """

    __tablename__ = "launch_plan"
    id: int | None = Field(default=None, primary_key=True)
    requirement_id: int = Field(foreign_key="requirement.id", ondelete="CASCADE", unique=True)
    title: str = Field(max_length=200)
    summary: str = ""
    owner_id: int | None = Field(default=None, foreign_key="person.id", index=True)  # leads it in operations
    release_on: date | None = None
    told_on: date | None = None
    edition: int = 1
    goals_edition: int = 1
    demo: bool = False
    created_by_id: int | None = Field(default=None, foreign_key="person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class LaunchGoal(SQLModel, table=True):
    """A number to reach, `after_days` after the release. Taken out, never deleted, so that results stay."""

    __tablename__ = "launch_goal"
    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="launch_plan.id", ondelete="CASCADE", index=True)
    title: str = Field(max_length=200)
    target: Decimal = Field(sa_type=Numeric(18, 2))
    unit: str = Field(default="", max_length=30)
    after_days: int | None = None
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class LaunchResult(SQLModel, table=True):
    """What was reached of a goal, against the target of that day. The newest counts; the others are history."""

    __tablename__ = "launch_result"
    id: int | None = Field(default=None, primary_key=True)
    goal_id: int = Field(foreign_key="launch_goal.id", ondelete="CASCADE", index=True)
    reached: Decimal = Field(sa_type=Numeric(18, 2))
    target: Decimal = Field(sa_type=Numeric(18, 2))
    light: str = Field(max_length=6)
    note: str = Field(default="", max_length=500)
    by_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)


class LaunchSignature(SQLModel, table=True):
    """One side signed `goals` (title, target, unit, days after the release of each). Void, never deleted."""

    __tablename__ = "launch_signature"
    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="launch_plan.id", ondelete="CASCADE", index=True)
    side: str = Field(max_length=10)
    goals: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    by_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)
    void_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    void_by_id: int | None = Field(default=None, foreign_key="person.id")
    void_why: str = Field(default="", max_length=300)


class LaunchLine(SQLModel, table=True):
    """Work or a campaign date. Either `after_days` after the release, or on `fixed_on`, which was set when the release
    was `fixed_for`; `owner_id` is the one person accountable.
    """

    __tablename__ = "launch_line"
    __table_args__ = (
        CheckConstraint("after_days IS NULL OR fixed_on IS NULL", name="one_way_to_be_due"),
        Index("ix_launch_line_owner", "owner_id", "done_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="launch_plan.id", ondelete="CASCADE", index=True)
    kind: str = Field(default="work", max_length=10)
    title: str = Field(max_length=200)
    place: str = Field(default="", max_length=120)  # where a campaign takes place: a channel, a city
    owner_id: int = Field(foreign_key="person.id")
    after_days: int | None = None
    fixed_on: date | None = None
    fixed_for: date | None = None
    edition: int = 1
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_by_id: int | None = Field(default=None, foreign_key="person.id")


class LaunchHand(SQLModel, table=True):
    """Somebody's part in a line, beside the one who is accountable."""

    __tablename__ = "launch_hand"
    __table_args__ = (UniqueConstraint("line_id", "person_id"),)
    id: int | None = Field(default=None, primary_key=True)
    line_id: int = Field(foreign_key="launch_line.id", ondelete="CASCADE", index=True)
    person_id: int = Field(foreign_key="person.id", ondelete="CASCADE", index=True)
    part: str = Field(max_length=12)


class LaunchResource(SQLModel, table=True):
    """What the plan takes: person-days of people, money in a currency, or pieces of material (None: not counted)."""

    __tablename__ = "launch_resource"
    id: int | None = Field(default=None, primary_key=True)
    plan_id: int = Field(foreign_key="launch_plan.id", ondelete="CASCADE", index=True)
    sort: str = Field(max_length=10)
    title: str = Field(max_length=200)
    amount: Decimal | None = Field(default=None, sa_type=Numeric(16, 2))
    currency: str = Field(default="", max_length=3)
