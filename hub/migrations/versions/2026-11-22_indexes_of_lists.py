"""Lists on an index: the customers hidden from somebody."""

from alembic import op

revision = "2026_11_22_indexes_of_lists"
down_revision = "2026_11_22_sheets_and_mail"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_customer_confidential", "customer", ["confidential"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_customer_confidential", table_name="customer")
