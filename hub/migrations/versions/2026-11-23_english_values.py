"""What a fact was called in English before and after a change; what stands in a thing that was made with it."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_english_values"
down_revision = "2026_11_23_english_titles"
branch_labels = None
depends_on = None

COLUMNS = {"before_en": 200, "before_unit_en": 40, "after_en": 200, "after_unit_en": 40}


def upgrade() -> None:
    with op.batch_alter_table("fact_change") as batch:
        for column, length in COLUMNS.items():
            batch.add_column(sa.Column(column, sa.String(length), nullable=True))
    with op.batch_alter_table("fact_use") as batch:
        batch.add_column(sa.Column("said", sa.String(250), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("fact_use") as batch:
        batch.drop_column("said")
    with op.batch_alter_table("fact_change") as batch:
        for column in COLUMNS:
            batch.drop_column(column)
