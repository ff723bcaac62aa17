"""Launch plans; effort in parts; the reason for which a sheet brings what is decided already."""

import sqlalchemy as sa
from alembic import op

import hub.base.db

revision = "2026_11_22_launch_plans"
down_revision = "2026_11_22_facts_and_consents"
branch_labels = None
depends_on = None

TABLES = (
    "launch_resource",
    "launch_hand",
    "launch_line",
    "launch_signature",
    "launch_result",
    "launch_goal",
    "launch_plan",
)


def upgrade() -> None:
    _plan()
    _goals()
    _signatures()
    _lines()
    _resources()
    op.add_column("rice_input", sa.Column("parts", hub.base.db.Json, nullable=False, server_default="{}"))
    op.add_column("request_import", sa.Column("reason", sa.String(500), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("request_import", "reason")
    op.drop_column("rice_input", "parts")
    for name in TABLES:
        op.drop_table(name)


def _id() -> "sa.Column[int]":
    return sa.Column("id", sa.Integer(), nullable=False)


def _number(name: str, *, nullable: bool = False) -> "sa.Column[int]":
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _text(name: str, length: int | None = None) -> "sa.Column[str]":
    return sa.Column(name, sa.String(length), nullable=False)


def _day(name: str) -> "sa.Column[object]":
    return sa.Column(name, sa.Date(), nullable=True)


def _when(name: str, *, nullable: bool = True) -> "sa.Column[object]":
    return sa.Column(name, hub.base.db.UtcDateTime(), nullable=nullable)


def _primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("id", name=f"pk_{table}")


def _reference(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=ondelete)


def _plan() -> None:
    op.create_table(
        "launch_plan",
        _id(),
        _number("requirement_id"),
        _text("title", 200),
        _text("summary"),
        _number("owner_id", nullable=True),
        _day("release_on"),
        _day("told_on"),
        _number("edition"),
        _number("goals_edition"),
        sa.Column("demo", sa.Boolean(), nullable=False),
        _number("created_by_id", nullable=True),
        _when("created_at", nullable=False),
        _when("updated_at", nullable=False),
        _reference("launch_plan", "requirement_id", "requirement", "CASCADE"),
        _reference("launch_plan", "owner_id", "person"),
        _reference("launch_plan", "created_by_id", "person"),
        _primary("launch_plan"),
        sa.UniqueConstraint("requirement_id", name="uq_launch_plan_requirement_id"),
    )
    op.create_index("ix_launch_plan_owner_id", "launch_plan", ["owner_id"], unique=False)


def _goals() -> None:
    op.create_table(
        "launch_goal",
        _id(),
        _number("plan_id"),
        _text("title", 200),
        sa.Column("target", sa.Numeric(18, 2), nullable=False),
        _text("unit", 30),
        _number("after_days", nullable=True),
        _when("ended_at"),
        _reference("launch_goal", "plan_id", "launch_plan", "CASCADE"),
        _primary("launch_goal"),
    )
    op.create_index("ix_launch_goal_plan_id", "launch_goal", ["plan_id"], unique=False)
    op.create_table(
        "launch_result",
        _id(),
        _number("goal_id"),
        sa.Column("reached", sa.Numeric(18, 2), nullable=False),
        sa.Column("target", sa.Numeric(18, 2), nullable=False),
        _text("light", 6),
        _text("note", 500),
        _number("by_id", nullable=True),
        _when("at", nullable=False),
        _reference("launch_result", "goal_id", "launch_goal", "CASCADE"),
        _reference("launch_result", "by_id", "person"),
        _primary("launch_result"),
    )
    op.create_index("ix_launch_result_goal_id", "launch_result", ["goal_id"], unique=False)


def _signatures() -> None:
    op.create_table(
        "launch_signature",
        _id(),
        _number("plan_id"),
        _text("side", 10),
        sa.Column("goals", hub.base.db.Json, nullable=False),
        _number("by_id", nullable=True),
        _when("at", nullable=False),
        _when("void_at"),
        _number("void_by_id", nullable=True),
        _text("void_why", 300),
        _reference("launch_signature", "plan_id", "launch_plan", "CASCADE"),
        _reference("launch_signature", "by_id", "person"),
        _reference("launch_signature", "void_by_id", "person"),
        _primary("launch_signature"),
    )
    op.create_index("ix_launch_signature_plan_id", "launch_signature", ["plan_id"], unique=False)


def _lines() -> None:
    op.create_table(
        "launch_line",
        _id(),
        _number("plan_id"),
        _text("kind", 10),
        _text("title", 200),
        _text("place", 120),
        _number("owner_id"),
        _number("after_days", nullable=True),
        _day("fixed_on"),
        _day("fixed_for"),
        _number("edition"),
        _when("done_at"),
        _number("done_by_id", nullable=True),
        sa.CheckConstraint(
            "after_days IS NULL OR fixed_on IS NULL", name=op.f("ck_launch_line_one_way_to_be_due")
        ),
        _reference("launch_line", "plan_id", "launch_plan", "CASCADE"),
        _reference("launch_line", "owner_id", "person"),
        _reference("launch_line", "done_by_id", "person"),
        _primary("launch_line"),
    )
    op.create_index("ix_launch_line_plan_id", "launch_line", ["plan_id"], unique=False)
    op.create_index("ix_launch_line_owner", "launch_line", ["owner_id", "done_at"], unique=False)
    op.create_table(
        "launch_hand",
        _id(),
        _number("line_id"),
        _number("person_id"),
        _text("part", 12),
        _reference("launch_hand", "line_id", "launch_line", "CASCADE"),
        _reference("launch_hand", "person_id", "person", "CASCADE"),
        _primary("launch_hand"),
        sa.UniqueConstraint("line_id", "person_id", name="uq_launch_hand_line_id_person_id"),
    )
    op.create_index("ix_launch_hand_line_id", "launch_hand", ["line_id"], unique=False)
    op.create_index("ix_launch_hand_person_id", "launch_hand", ["person_id"], unique=False)


def _resources() -> None:
    op.create_table(
        "launch_resource",
        _id(),
        _number("plan_id"),
        _text("sort", 10),
        _text("title", 200),
        sa.Column("amount", sa.Numeric(16, 2), nullable=True),
        _text("currency", 3),
        _reference("launch_resource", "plan_id", "launch_plan", "CASCADE"),
        _primary("launch_resource"),
    )
    op.create_index("ix_launch_resource_plan_id", "launch_resource", ["plan_id"], unique=False)
