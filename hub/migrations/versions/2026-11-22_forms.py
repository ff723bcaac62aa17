"""Forms of a source: which asset each has become, and what it was made from."""

import sqlalchemy as sa
from alembic import op

from hub.base.db import Json, UtcDateTime

revision = "2026_11_22_forms"
down_revision = "2026_11_22_indexes_of_lists"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asset_form",
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(10), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(1000), nullable=False),
        sa.Column("told", Json, nullable=False),
        sa.Column("made_version_id", sa.Integer(), nullable=True),
        sa.Column("made_number", sa.Integer(), nullable=True),
        sa.Column("made_sha", sa.String(64), nullable=False),
        sa.Column("made_of", Json, nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["source_id"], ["asset.id"], name=op.f("fk_asset_form_source_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_asset_form_asset_id_asset"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_asset_form_asked_by_id_person")),
        sa.PrimaryKeyConstraint("source_id", "form", name=op.f("pk_asset_form")),
    )
    op.create_index(op.f("ix_asset_form_asset_id"), "asset_form", ["asset_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_asset_form_asset_id"), table_name="asset_form")
    op.drop_table("asset_form")
