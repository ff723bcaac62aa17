"""Material tasks and who waits for them.

A *task* is one piece of material to be made or renewed: of a kind, for a product, an industry, a scenario. A *want* is
a person who is to be told when it is there. A *cause* is what the hub itself found that speaks for a task.
"""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from hub.base.db import Json, UtcDateTime

STATES = ("proposed", "planned", "in_work", "published", "declined")
SOURCES = (
    "person",
    "cell",
    "slot",
    "gap",
)  # what it came from: a person, the map, a kit's slot, a failed search


class MaterialTask(SQLModel, table=True):
    """One piece of material to be made. `renews_id` is the asset to start from, `asset_id` what came of it."""

    __tablename__ = "material_task"
    __table_args__ = (
        Index("ix_material_task_cell", "product", "industry", "kind"),
        Index("ix_material_task_state", "state", "due_quarter"),
    )
    id: int | None = Field(default=None, primary_key=True)
    title: str = Field(max_length=300)
    kind: str = Field(max_length=30)
    product: str | None = Field(default=None, max_length=60)
    industry: str | None = Field(default=None, max_length=60)
    scenario: str | None = Field(default=None, max_length=60)
    evidence: str = ""  # why it is worth making: counts and words, a line each
    questions: str = ""  # what it has to answer
    state: str = Field(default="proposed", max_length=12)
    source: str = Field(default="person", max_length=10)
    due_quarter: str | None = Field(default=None, max_length=6)  # 2026Q4
    reason: str = Field(default="", max_length=500)  # why it was declined
    owner_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    expert_id: int | None = Field(default=None, foreign_key="person.id")
    renews_id: int | None = Field(default=None, foreign_key="asset.id")
    asset_id: int | None = Field(default=None, foreign_key="asset.id")
    created_by_id: int | None = Field(default=None, foreign_key="person.id")
    edition: int = 1
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class TaskWant(SQLModel, table=True):
    """A person waits for the material."""

    __tablename__ = "task_want"
    task_id: int = Field(foreign_key="material_task.id", primary_key=True, ondelete="CASCADE")
    person_id: int = Field(foreign_key="person.id", primary_key=True, ondelete="CASCADE")
    note: str = Field(default="", max_length=300)
    created_at: datetime = Field(sa_type=UtcDateTime)


class TaskCause(SQLModel, table=True):
    """A gap, a stale asset or an empty cell that speaks for a task. No words, so that it can tell no hidden name."""

    __tablename__ = "task_cause"
    __table_args__ = (UniqueConstraint("task_id", "sort", "key"), Index("ix_task_cause_key", "sort", "key"))
    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="material_task.id", ondelete="CASCADE")
    sort: str = Field(max_length=10)  # gap, cell, slot
    key: str = Field(max_length=130)
    size: int  # searches, weight of demand, days; see hub.tasks.causes
    refers: dict[str, list[int]] = Field(default_factory=dict, sa_type=Json)  # table → ids, for links
    people: list[int] = Field(default_factory=list, sa_type=Json)  # who was entered as waiting because of it
    at: datetime = Field(sa_type=UtcDateTime)
