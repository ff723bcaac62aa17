"""What the hub itself found that speaks for a material task."""

import sqlalchemy as sa
from alembic import op

from hub.base.db import Json, UtcDateTime

revision = "2026_11_22_task_causes"
down_revision = "2026_11_22_proposals"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "task_cause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(10), nullable=False),
        sa.Column("key", sa.String(130), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("refers", Json, nullable=False),
        sa.Column("people", Json, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["material_task.id"], name=op.f("fk_task_cause_task_id_material_task"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_cause")),
        sa.UniqueConstraint("task_id", "sort", "key", name=op.f("uq_task_cause_task_id_sort_key")),
    )
    op.create_index("ix_task_cause_key", "task_cause", ["sort", "key"], unique=False)


def downgrade() -> None:
    op.drop_table("task_cause")
