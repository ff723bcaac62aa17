"""Requirements are listed by score."""

from alembic import op

revision = "2026_11_22_requirement_lists"
down_revision = "2026_11_22_first_tables"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_requirement_score", "requirement", ["deleted_at", "score"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_requirement_score", table_name="requirement")
