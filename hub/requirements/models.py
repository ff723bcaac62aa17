"""Requests (one customer's wish, in the customer's words) and requirements (what product works on).

A *step* is a requirement coming to a state; a *link* says that a requirement covers a request; *material* fills a role
of the launch, or only relates to it; an *obligation* is a customer who is still to be told. A *regrouping* is a merge,
a split or a cancelled request: an edit of links that can be undone; a *change* is a slip of the quarter, another scope
or a launch that was reopened, each of which raises the revision; a *waiver* lets one line of the launch pass a while.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Index, Numeric, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from hub.base.db import Json, UtcDateTime

STATES = (
    "new",
    "scored",
    "in_review",
    "planned",
    "parked",
    "declined",
    "building",
    "shipped",
    "launched",
    "reopened",
    "retired",
)
FACTORS = ("reach", "impact", "confidence", "effort")
ROLES = (
    "intro_deck",
    "faq",
    "demo_account",
    "training",
    "limits_note",
    "case",
)  # what an enablement link fills
RELATED = "related"  # the role of material that fills no slot but belongs here
IMPORT_STATES = (
    "checking",
    "checked",
    "unreadable",
    "writing",
    "written",
    "undoing",
    "undone",
    "failed",
)
OUTCOMES = (
    "open",
    "told",
    "gone",
    "not_asked",
    "handed_over",
    "overtaken",
)  # overtaken: a later milestone took its place


class Requirement(SQLModel, table=True):
    """What product works on. `revision` rises with each change of scope or quarter and makes material stale."""

    __table_args__ = (
        Index("ix_requirement_list", "deleted_at", "state", "product"),
        Index("ix_requirement_quarter", "quarter"),
        Index("ix_requirement_score", "deleted_at", "score"),
        Index("ix_requirement_updated", "deleted_at", "updated_at"),
        Index("ix_requirement_manager", "manager_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True, max_length=40)  # REQ-231
    title: str = Field(max_length=300)
    summary: str = ""
    product: str | None = Field(default=None, max_length=60)
    state: str = Field(default="new", max_length=12)
    quarter: str | None = Field(default=None, max_length=6)  # 2026Q4
    level: str = Field(default="L2", max_length=2)  # launch level
    manager_id: int | None = Field(default=None, foreign_key="person.id")
    expert_id: int | None = Field(default=None, foreign_key="person.id")
    limits: str = ""  # written limits: what it does not do
    decision: str = ""  # the inside reason of the latest decision
    outcome_words: str = ""  # what a seller may tell the customer
    score: Decimal | None = Field(
        default=None, sa_type=Numeric(20, 6)
    )  # RICE, None while an input is missing
    attention: str = Field(default="", max_length=40)  # the first line of the launch that lapsed since
    restricted: bool = False
    revision: int = 1
    edition: int = 1
    merged_into_id: int | None = Field(default=None, foreign_key="requirement.id")
    split_from_id: int | None = Field(default=None, index=True)
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)
    shipped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    launched_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deleted_by_id: int | None = None


class Step(SQLModel, table=True):
    """The requirement came to a state. Never changed, never deleted."""

    __tablename__ = "requirement_step"
    __table_args__ = (Index("ix_requirement_step", "requirement_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    requirement_id: int = Field(foreign_key="requirement.id", ondelete="CASCADE")
    from_state: str | None = Field(default=None, max_length=12)
    to_state: str = Field(max_length=12)
    note: str = ""
    by_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)


class RiceInput(SQLModel, table=True):
    """One factor as somebody set it, with the reason. The newest of a factor counts; the others are history."""

    __tablename__ = "rice_input"
    __table_args__ = (Index("ix_rice_input", "requirement_id", "factor", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    requirement_id: int = Field(foreign_key="requirement.id", ondelete="CASCADE")
    factor: str = Field(max_length=12)
    value: Decimal = Field(sa_type=Numeric(18, 4))  # confidence in percent, effort in `unit`
    unit: str = Field(default="", max_length=20)
    parts: dict[str, str] = Field(default_factory=dict, sa_type=Json)  # effort: what it sums, in `unit`
    reason: str = ""
    by_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)


class Request(SQLModel, table=True):
    """What one customer said, as the seller typed it. The quote is never rewritten."""

    __table_args__ = (
        Index("ix_request_owner", "owner_id", "created_at"),
        Index("ix_request_submitter", "submitter_id"),
        Index("ix_request_customer", "customer_id"),
        Index("ix_request_created", "deleted_at", "created_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    key: str | None = Field(default=None, unique=True, max_length=120)  # external key of an import
    title: str = Field(default="", max_length=300)
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    industry: str | None = Field(default=None, max_length=60)
    product: str | None = Field(default=None, max_length=60)
    quote: str  # the pain, in the customer's own words
    contact: str = Field(default="", max_length=120)
    desired: str = ""
    revenue: Decimal | None = Field(default=None, sa_type=Numeric(16, 2))
    currency: str = Field(default="CNY", max_length=3)
    customers: int | None = None  # how many customers want it
    urgency: str = Field(default="medium", max_length=10)  # high, medium, low
    needed_by: date | None = None
    opportunity_id: int | None = Field(default=None, foreign_key="opportunity.id")
    submitter_id: int | None = Field(default=None, foreign_key="person.id")
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    tags: list[str] = Field(default_factory=list, sa_type=Json)
    extra: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    demo: bool = False
    created_at: datetime = Field(sa_type=UtcDateTime)
    cancelled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    deleted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RequestLink(SQLModel, table=True):
    """The requirement covers the request, or a part of it. Ended, never deleted. `answer` is the line of the launch
    text that answers these words; `made_by` and `ended_by` are the regroupings that did so, None for a person.
    """

    __tablename__ = "request_link"
    __table_args__ = (Index("ix_request_link_requirement", "requirement_id", "ended_at"),)
    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id", index=True)
    requirement_id: int = Field(foreign_key="requirement.id")
    part: str = Field(default="", max_length=300)
    answer: str = Field(default="", max_length=500)
    by_id: int | None = Field(default=None, foreign_key="person.id")
    made_by: int | None = Field(default=None, index=True)
    ended_by: int | None = Field(default=None, index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Regrouping(SQLModel, table=True):
    """Requests moved from a requirement to another (merge, split) or to none (cancel). Undone, never deleted;
    `overtook` are the obligations that it ended, so that undoing opens them again.
    """

    __tablename__ = "requirement_regrouping"
    __table_args__ = (
        Index("ix_requirement_regrouping_from", "from_id"),
        Index("ix_requirement_regrouping_to", "to_id"),
        Index("ix_requirement_regrouping_request", "request_id"),
        Index(
            "uq_requirement_merged_once",
            "from_id",
            unique=True,
            sqlite_where=text("kind = 'merge' AND undone_at IS NULL"),
            postgresql_where=text("kind = 'merge' AND undone_at IS NULL"),
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str = Field(max_length=10)  # merge, split, cancel
    from_id: int | None = Field(default=None, foreign_key="requirement.id", ondelete="CASCADE")
    to_id: int | None = Field(default=None, foreign_key="requirement.id", ondelete="CASCADE")
    request_id: int | None = Field(default=None, foreign_key="request.id", ondelete="CASCADE")
    made: bool = False  # the split made the requirement it moved requests to
    reason: str = Field(default="", max_length=500)
    overtook: list[int] = Field(default_factory=list, sa_type=Json)
    by_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by_id: int | None = Field(default=None, foreign_key="person.id")


class Change(SQLModel, table=True):
    """What raised the revision: the quarter slipped, the scope changed, or the launch was reopened."""

    __tablename__ = "requirement_change"
    __table_args__ = (Index("ix_requirement_change", "requirement_id", "at"),)
    id: int | None = Field(default=None, primary_key=True)
    requirement_id: int = Field(foreign_key="requirement.id", ondelete="CASCADE")
    revision: int  # the one it led to
    kind: str = Field(max_length=10)  # quarter, scope, reopened
    before: str = Field(default="", max_length=40)  # the quarter before and after; for a scope which fields
    after: str = Field(default="", max_length=40)
    reason: str = Field(default="", max_length=500)
    by_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Waiver(SQLModel, table=True):
    """One line of a launch may fail until `until`, for this reason."""

    __tablename__ = "launch_waiver"
    __table_args__ = (Index("ix_launch_waiver", "requirement_id", "line"),)
    id: int | None = Field(default=None, primary_key=True)
    requirement_id: int = Field(foreign_key="requirement.id", ondelete="CASCADE")
    line: str = Field(max_length=40)
    reason: str = Field(max_length=500)
    until: date
    by_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Material(SQLModel, table=True):
    """An enablement link: the asset fills a role of the requirement's launch; without an asset it is a slot to fill."""

    __tablename__ = "enablement_link"
    __table_args__ = (Index("ix_enablement_link", "requirement_id", "role"),)
    id: int | None = Field(default=None, primary_key=True)
    requirement_id: int = Field(foreign_key="requirement.id", ondelete="CASCADE")
    role: str = Field(max_length=20)
    asset_id: int | None = Field(default=None, foreign_key="asset.id", index=True)
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    due_on: date | None = None
    note: str = Field(default="", max_length=500)
    verified_revision: int | None = None
    verified_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    verified_by_id: int | None = None
    needs: str = Field(default="", max_length=500)  # what is to be updated, when somebody looked and said so
    by_id: int | None = Field(default=None, foreign_key="person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Obligation(SQLModel, table=True):
    """A request's owner is to tell the customer of a milestone; open until told."""

    __table_args__ = (
        UniqueConstraint("request_id", "requirement_id", "milestone"),
        Index("ix_obligation_owner", "owner_id", "state"),
    )
    id: int | None = Field(default=None, primary_key=True)
    request_id: int = Field(foreign_key="request.id", ondelete="CASCADE")
    requirement_id: int = Field(foreign_key="requirement.id", ondelete="CASCADE")
    milestone: str = Field(max_length=12)  # planned, declined, shipped, launched
    owner_id: int | None = Field(default=None, foreign_key="person.id")
    state: str = Field(default="open", max_length=12)  # one of OUTCOMES
    how: str = Field(default="", max_length=120)
    created_at: datetime = Field(sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SheetImport(SQLModel, table=True):
    """A sheet of requests that somebody brought: first looked through (nothing is written), then taken in. `counts` by
    what a row does, `problems` the first ones ([row, column, head, value, sentence]), all of them in a file; `asks` are
    the customers' names that may mean somebody already there, `answers` whom each of them means.
    """

    __tablename__ = "request_import"
    __table_args__ = (Index("ix_request_import_person", "person_id", "created_at"),)
    id: int | None = Field(default=None, primary_key=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", ondelete="CASCADE")
    file_name: str = Field(max_length=300)
    blob_sha: str = Field(max_length=64)  # the file as CSV
    state: str = Field(default="checking", max_length=10)  # see IMPORT_STATES
    good_only: bool = False
    total: int = 0  # rows below the head
    done: int = 0  # of them, in what runs now
    counts: dict[str, int] = Field(default_factory=dict, sa_type=Json)
    problems: list[list[Any]] = Field(default_factory=list, sa_type=Json)
    problems_sha: str | None = Field(default=None, max_length=64)
    asks: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    answers: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    notes: list[str] = Field(default_factory=list, sa_type=Json)
    reason: str = Field(default="", max_length=500)  # why it brings what is decided already
    error: str = Field(default="", max_length=1000)
    created_at: datetime = Field(sa_type=UtcDateTime)
    written_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SheetLine(SQLModel, table=True):
    """What an import did to one thing, so that it can be undone until somebody edits it: `before` are the values it had
    (of what was `made`: nothing), `mark` tells whether it is still as the import left it.
    """

    __tablename__ = "request_import_line"
    __table_args__ = (Index("ix_request_import_line", "import_id", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    import_id: int = Field(foreign_key="request_import.id", ondelete="CASCADE")
    thing: str = Field(max_length=12)  # request, requirement, customer
    thing_id: int
    made: bool = False
    before: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    mark: str = Field(default="", max_length=64)
