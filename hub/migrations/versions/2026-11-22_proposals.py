"""Cross-department proposals; demo accounts that the hub itself has checked."""

import sqlalchemy as sa
from alembic import op

import hub.base.db

revision = "2026_11_22_proposals"
down_revision = "2026_11_22_stamps"
branch_labels = None
depends_on = None


def _reference(table: str, column: str, to: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=ondelete)


def _when(name: str, *, nullable: bool = True) -> "sa.Column[object]":
    return sa.Column(name, hub.base.db.UtcDateTime(), nullable=nullable)


def _text(name: str, length: int | None = None, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.String(length), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> "sa.Column[object]":
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _list(name: str) -> "sa.Column[object]":
    return sa.Column(name, hub.base.db.Json, nullable=False)


def upgrade() -> None:
    _proposal()
    _people()
    _content()
    op.add_column(
        "demo_account",
        sa.Column("checked_by_hub", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def _proposal() -> None:
    op.create_table(
        "venture",
        _number("id"),
        _text("title", 200),
        _text("summary", 1000),
        _text("product", 60, nullable=True),
        _text("currency", 3),
        _text("state", 12),
        _number("owner_id", nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        _text("with_whom", 200),
        _text("background"),
        _text("need"),
        _text("gain"),
        _text("cares"),
        _text("outcome", 12),
        _list("segments"),
        _list("parts"),
        _list("boundary"),
        _text("pricing"),
        _number("revision"),
        _number("edition"),
        _text("end_reason", 500),
        _when("agreed_at"),
        sa.Column("demo", sa.Boolean(), nullable=False),
        _when("created_at", nullable=False),
        _when("updated_at", nullable=False),
        _when("deleted_at"),
        _number("deleted_by_id", nullable=True),
        _reference("venture", "owner_id", "person"),
        _reference("venture", "deleted_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name="pk_venture"),
    )
    op.create_index("ix_venture_owner_id", "venture", ["owner_id"], unique=False)
    op.create_index("ix_venture_state", "venture", ["state", "updated_at"], unique=False)


def _part(name: str, *columns: "sa.schema.SchemaItem") -> None:
    """A table whose rows belong to a proposal."""
    op.create_table(
        name,
        _number("id"),
        _number("venture_id"),
        *columns,
        _reference(name, "venture_id", "venture", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
    op.create_index(f"ix_{name}_venture_id", name, ["venture_id"], unique=False)


def _people() -> None:
    _part(
        "venture_step",
        sa.Column("held_on", sa.Date(), nullable=False),
        _text("whom", 200),
        _text("outcome", 12),
        _text("note", 1000),
        _text("next_step", 300),
        _number("owner_id", nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        _when("done_at"),
        _number("by_id", nullable=True),
        _when("created_at", nullable=False),
        _reference("venture_step", "owner_id", "person"),
        _reference("venture_step", "by_id", "person"),
    )
    op.create_index("ix_venture_step_due", "venture_step", ["owner_id", "done_at", "due_on"], unique=False)
    _part(
        "venture_party",
        _text("name", 120),
        _text("kind", 12),
        sa.Column("share", sa.Numeric(5, 2), nullable=True),
        _text("why", 300),
        _number("approver_id", nullable=True),
        _text("signer", 120),
        _number("position"),
        _when("removed_at"),
        _reference("venture_party", "approver_id", "person"),
    )
    op.create_index("ix_venture_party_approver_id", "venture_party", ["approver_id"], unique=False)
    _part(
        "venture_approval",
        _number("party_id", nullable=True),
        _number("revision"),
        _text("verdict", 10),
        _text("signer", 120),
        _text("note", 500),
        _number("by_id", nullable=True),
        _when("at", nullable=False),
        _when("void_at"),
        _text("void_why", 200),
        _reference("venture_approval", "party_id", "venture_party"),
        _reference("venture_approval", "by_id", "person"),
    )


def _content() -> None:
    _part(
        "venture_deal",
        _text("role", 6),
        _number("opportunity_id", nullable=True),
        _text("customer", 200),
        _text("title", 200),
        sa.Column("amount", sa.Numeric(16, 2), nullable=True),
        _text("currency", 3),
        sa.Column("day", sa.Date(), nullable=True),
        _text("source", 300),
        _number("position"),
        _reference("venture_deal", "opportunity_id", "opportunity"),
    )
    op.create_index("ix_venture_deal_opportunity_id", "venture_deal", ["opportunity_id"], unique=False)
    _part(
        "venture_picture",
        _text("kind", 12),
        _text("caption", 200),
        _text("blob_sha", 64),
        _number("width"),
        _number("height"),
        _number("position"),
    )
    op.create_table(
        "venture_deck",
        _number("venture_id"),
        _number("edition"),
        _text("state", 10),
        _text("blob_sha", 64, nullable=True),
        _number("size"),
        _text("error", 1000),
        _list("warnings"),
        _list("pictures"),
        _text("preview_state", 10),
        _number("asked_by_id", nullable=True),
        _when("made_at"),
        _reference("venture_deck", "venture_id", "venture", "CASCADE"),
        _reference("venture_deck", "asked_by_id", "person"),
        sa.PrimaryKeyConstraint("venture_id", name="pk_venture_deck"),
    )


def downgrade() -> None:
    op.drop_column("demo_account", "checked_by_hub")  # not by copying the table: that would take the bookings along
    for name in ("deck", "picture", "deal", "approval", "party", "step"):
        op.drop_table(f"venture_{name}")
    op.drop_table("venture")
