"""Saved searches, and searches that found too little."""

import sqlalchemy as sa
from alembic import op

from hub.base.db import Json, UtcDateTime

revision = "2026_11_22_searches"
down_revision = "2026_11_22_baskets"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("filters", Json, nullable=False),
        sa.Column("notify", sa.Boolean(), nullable=False),
        sa.Column("known", Json, nullable=False),
        sa.Column("looked_at", UtcDateTime(), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_saved_search_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
    )
    op.create_index("ix_saved_search_person", "saved_search", ["person_id"], unique=False)
    op.create_table(
        "gap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("filters", Json, nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("closed_by_id", sa.Integer(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["closed_by_id"], ["person.id"], name=op.f("fk_gap_closed_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap")),
        sa.UniqueConstraint("key", name=op.f("uq_gap_key")),
    )
    op.create_index("ix_gap_state", "gap", ["state", "last_at"], unique=False)
    op.create_table(
        "gap_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("gap_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("hits", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gap_id"], ["gap.id"], name=op.f("fk_gap_search_gap_id_gap"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_search")),
    )
    op.create_index("ix_gap_search_gap", "gap_search", ["gap_id", "at"], unique=False)
    op.create_index("ix_gap_search_person", "gap_search", ["person_id"], unique=False)
    op.create_table(
        "gap_need",
        sa.Column("gap_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["gap_id"], ["gap.id"], name=op.f("fk_gap_need_gap_id_gap"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_gap_need_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("gap_id", "person_id", name=op.f("pk_gap_need")),
    )
    op.create_index("ix_gap_need_person", "gap_need", ["person_id"], unique=False)


def downgrade() -> None:
    for table in ("gap_need", "gap_search", "gap", "saved_search"):
        op.drop_table(table)
