"""Review meetings: series, meetings, what stood on their agendas, who was there, and what was written beforehand."""

import sqlalchemy as sa
from alembic import op

import hub.base.db

revision = "2026_11_22_meetings"
down_revision = "2026_11_22_requirement_loop"
branch_labels = None
depends_on = None

TABLES = ("meeting_line", "meeting_seat", "meeting_item", "meeting", "meeting_series")


def upgrade() -> None:
    _series()
    _meeting()
    _item()
    _people()


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer(), nullable=False)


def _primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def _reference(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=ondelete)


def _when(name: str, *, nullable: bool = True) -> "sa.Column[object]":
    return sa.Column(name, hub.base.db.UtcDateTime(), nullable=nullable)


def _series() -> None:
    op.create_table(
        "meeting_series",
        _id(),
        sa.Column("key", sa.String(60), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("every_weeks", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("at_time", sa.String(5), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("products", hub.base.db.Json, nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=True),
        sa.Column("escalate_to_id", sa.Integer(), nullable=True),
        sa.Column("capacity_days", sa.Integer(), nullable=True),
        sa.Column("ended", sa.Boolean(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        _when("created_at", nullable=False),
        _reference("meeting_series", "host_id", "person"),
        _reference("meeting_series", "escalate_to_id", "person"),
        _primary("meeting_series"),
        sa.UniqueConstraint("key", name="uq_meeting_series_key"),
    )


def _meeting() -> None:
    op.create_table(
        "meeting",
        _id(),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        _when("starts_at", nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(500), nullable=False),
        _when("began_at"),
        _when("paused_at"),
        sa.Column("paused_seconds", sa.Integer(), nullable=False),
        _when("closed_at"),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        _when("created_at", nullable=False),
        _reference("meeting", "series_id", "meeting_series", "CASCADE"),
        _reference("meeting", "host_id", "person"),
        _reference("meeting", "closed_by_id", "person"),
        _primary("meeting"),
        sa.UniqueConstraint("series_id", "number", name="uq_meeting_series_id_number"),
    )
    op.create_index("ix_meeting_state", "meeting", ["state", "starts_at"], unique=False)


def _item() -> None:
    op.create_table(
        "meeting_item",
        _id(),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("requirement_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(10), nullable=False),
        sa.Column("why", sa.String(40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("score", sa.Numeric(20, 6), nullable=True),
        sa.Column("outcome", sa.String(10), nullable=True),
        sa.Column("quarter", sa.String(6), nullable=True),
        sa.Column("rationale", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        _when("decided_at"),
        sa.Column("deferrals", sa.Integer(), nullable=False),
        sa.Column("escalated_to_id", sa.Integer(), nullable=True),
        _reference("meeting_item", "meeting_id", "meeting", "CASCADE"),
        _reference("meeting_item", "requirement_id", "requirement", "CASCADE"),
        _reference("meeting_item", "by_id", "person"),
        _reference("meeting_item", "escalated_to_id", "person"),
        _primary("meeting_item"),
        sa.UniqueConstraint(
            "meeting_id", "requirement_id", name="uq_meeting_item_meeting_id_requirement_id"
        ),
    )
    op.create_index(
        "ix_meeting_item_requirement", "meeting_item", ["requirement_id", "decided_at"], unique=False
    )


def _people() -> None:
    op.create_table(
        "meeting_seat",
        _id(),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        _when("arrived_at"),
        _reference("meeting_seat", "meeting_id", "meeting", "CASCADE"),
        _reference("meeting_seat", "person_id", "person", "CASCADE"),
        _primary("meeting_seat"),
        sa.UniqueConstraint("meeting_id", "person_id", name="uq_meeting_seat_meeting_id_person_id"),
    )
    op.create_index("ix_meeting_seat_person_id", "meeting_seat", ["person_id"], unique=False)
    op.create_table(
        "meeting_line",
        _id(),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("requirement_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(500), nullable=False),
        _when("at", nullable=False),
        _reference("meeting_line", "meeting_id", "meeting", "CASCADE"),
        _reference("meeting_line", "requirement_id", "requirement", "CASCADE"),
        _reference("meeting_line", "person_id", "person", "CASCADE"),
        _primary("meeting_line"),
        sa.UniqueConstraint(
            "meeting_id",
            "requirement_id",
            "person_id",
            name="uq_meeting_line_meeting_id_requirement_id_person_id",
        ),
    )
