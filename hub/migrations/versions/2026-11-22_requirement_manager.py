"""What waits for a product manager is found by the manager, not by looking through all requirements."""

from alembic import op

revision = "2026_11_22_requirement_manager"
down_revision = "2026_11_22_guesses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_requirement_manager", "requirement", ["manager_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_requirement_manager", table_name="requirement")
