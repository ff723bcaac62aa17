"""What tells that a table was written."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_stamps"
down_revision = "2026_11_22_launch_plans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "table_stamp",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("stamp", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_table_stamp")),
    )


def downgrade() -> None:
    op.drop_table("table_stamp")
