"""Wrong guesses at passwords, passcodes and links, counted by all processes together."""

import sqlalchemy as sa
from alembic import op

from hub.base.db import UtcDateTime

revision = "2026_11_22_guesses"
down_revision = "2026_11_22_task_causes"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "guess",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guess")),
    )
    op.create_index("ix_guess_key", "guess", ["key", "at"])
    op.create_index("ix_guess_at", "guess", ["at"])


def downgrade() -> None:
    op.drop_table("guess")
