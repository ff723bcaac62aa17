"""Baskets, check-ups, and decks without a template."""

import sqlalchemy as sa
from alembic import op

import hub.base.db

revision = "2026_11_22_baskets"
down_revision = "2026_11_22_what_rules_bring"
branch_labels = None
depends_on = None


def _template(*, needed: bool) -> None:
    """Say whether a deck needs a template.

    SQLite copies the table for that and drops the old one, which takes the decks' slides along: they wait outside.
    """
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    if on_sqlite:
        op.execute("CREATE TABLE waiting_deck_slide AS SELECT * FROM deck_slide")
    with op.batch_alter_table("deck") as deck:
        deck.alter_column("template_id", existing_type=sa.Integer(), nullable=not needed)
    if on_sqlite:
        op.execute("DELETE FROM deck_slide")
        op.execute("INSERT INTO deck_slide SELECT * FROM waiting_deck_slide")
        op.execute("DROP TABLE waiting_deck_slide")


def upgrade() -> None:
    _template(needed=False)
    op.create_table(
        "basket_slide",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_basket_slide_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_basket_slide_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["version.id"], name=op.f("fk_basket_slide_version_id_version"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_basket_slide")),
        sa.UniqueConstraint(
            "person_id", "version_id", "page", name=op.f("uq_basket_slide_person_id_version_id_page")
        ),
    )
    op.create_index(op.f("ix_basket_slide_asset_id"), "basket_slide", ["asset_id"], unique=False)
    op.create_index(op.f("ix_basket_slide_version_id"), "basket_slide", ["version_id"], unique=False)
    op.create_table(
        "check_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(300), nullable=False),
        sa.Column("customer", sa.String(200), nullable=False),
        sa.Column("blob_sha", sa.String(64), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("error", sa.String(1000), nullable=False),
        sa.Column("slides", hub.base.db.Json, nullable=False),
        sa.Column("created_at", hub.base.db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_check_up_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_up")),
    )
    op.create_index("ix_check_up_person", "check_up", ["person_id", "created_at"], unique=False)


def downgrade() -> None:
    op.drop_table("check_up")
    op.drop_table("basket_slide")
    op.execute("DELETE FROM deck_slide WHERE deck_id IN (SELECT id FROM deck WHERE template_id IS NULL)")
    op.execute("DELETE FROM deck WHERE template_id IS NULL")
    _template(needed=True)
