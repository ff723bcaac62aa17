"""Pictures that a deck's answers name; which template a proposal's deck is made with."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_deck_pictures"
down_revision = "2026_11_22_replacements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "deck_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deck_id", sa.Integer(), nullable=False),
        sa.Column("blob_sha", sa.String(64), nullable=False),
        sa.Column("name", sa.String(300), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_deck_picture_asset_id_asset")),
        sa.ForeignKeyConstraint(
            ["deck_id"], ["deck.id"], name=op.f("fk_deck_picture_deck_id_deck"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["version_id"], ["version.id"], name=op.f("fk_deck_picture_version_id_version")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deck_picture")),
    )
    for column in ("deck_id", "asset_id", "version_id"):
        op.create_index(op.f(f"ix_deck_picture_{column}"), "deck_picture", [column], unique=False)
    with op.batch_alter_table("venture_deck") as batch:
        batch.add_column(sa.Column("template_id", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_venture_deck_template_id_deck_template"), "deck_template", ["template_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("venture_deck") as batch:
        batch.drop_constraint(op.f("fk_venture_deck_template_id_deck_template"), type_="foreignkey")
        batch.drop_column("template_id")
    op.drop_table("deck_picture")
