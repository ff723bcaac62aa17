"""What people are in English, for decks and pages in English."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_23_english_titles"
down_revision = "2026_11_22_deck_pictures"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("title_en", sa.String(80), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("person") as batch:
        batch.drop_column("title_en")
