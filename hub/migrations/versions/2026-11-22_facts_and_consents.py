"""Facts with the history of their values and what was made with them; what customers allow of their cases."""

import sqlalchemy as sa
from alembic import op

from hub.base.db import Json, UtcDateTime

revision = "2026_11_22_facts_and_consents"
down_revision = "2026_11_22_forms"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _facts()
    _uses()
    _consents()


def _facts() -> None:
    op.create_table(
        "fact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_en", sa.String(length=120), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("value_en", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("unit_en", sa.String(length=40), nullable=False),
        sa.Column("product", sa.String(length=60), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("source", sa.String(length=500), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_fact_owner_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
        sa.UniqueConstraint("key", name=op.f("uq_fact_key")),
    )
    op.create_index(op.f("ix_fact_product"), "fact", ["product"], unique=False)
    op.create_index(op.f("ix_fact_owner_id"), "fact", ["owner_id"], unique=False)
    op.create_table(
        "fact_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=200), nullable=False),
        sa.Column("before_unit", sa.String(length=40), nullable=False),
        sa.Column("after", sa.String(length=200), nullable=False),
        sa.Column("after_unit", sa.String(length=40), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["fact_id"], ["fact.id"], name=op.f("fk_fact_change_fact_id_fact"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_fact_change_by_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_change")),
    )
    op.create_index("ix_fact_change_fact", "fact_change", ["fact_id", "at"], unique=False)


def _uses() -> None:
    op.create_table(
        "fact_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fact_id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=10), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.String(length=40), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["fact_id"], ["fact.id"], name=op.f("fk_fact_use_fact_id_fact"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_use")),
        sa.UniqueConstraint("fact_id", "thing", "thing_id", name=op.f("uq_fact_use_fact_id_thing_thing_id")),
    )
    op.create_index("ix_fact_use_thing", "fact_use", ["thing", "thing_id"], unique=False)
    op.create_table(
        "fact_mended",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["fact_change.id"],
            name=op.f("fk_fact_mended_change_id_fact_change"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_fact_mended_by_id_person")),
        sa.PrimaryKeyConstraint("change_id", "place", name=op.f("pk_fact_mended")),
    )


def _consents() -> None:
    op.create_table(
        "case_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("shows", Json, nullable=False),
        sa.Column("allows", Json, nullable=False),
        sa.Column("uses", Json, nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("ended_at", UtcDateTime(), nullable=True),
        sa.Column("evidence", sa.String(length=1000), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_case_consent_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["asset.id"], name=op.f("fk_case_consent_evidence_id_asset"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_case_consent_recorded_by_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_consent")),
        sa.UniqueConstraint("asset_id", name=op.f("uq_case_consent_asset_id")),
    )
    op.create_table(
        "case_twin",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("twin_id", sa.Integer(), nullable=False),
        sa.Column("shows", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["asset.id"], name=op.f("fk_case_twin_case_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["twin_id"], ["asset.id"], name=op.f("fk_case_twin_twin_id_asset"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_id", "twin_id", name=op.f("pk_case_twin")),
    )
    op.create_index("ix_case_twin_twin", "case_twin", ["twin_id"], unique=False)
    op.create_table(
        "case_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=10), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["asset.id"], name=op.f("fk_case_use_case_id_asset"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_use")),
        sa.UniqueConstraint("thing", "thing_id", "case_id", name=op.f("uq_case_use_thing_thing_id_case_id")),
    )
    op.create_index("ix_case_use_case", "case_use", ["case_id"], unique=False)


def downgrade() -> None:
    for table in ("case_use", "case_twin", "case_consent", "fact_mended", "fact_use", "fact_change", "fact"):
        op.drop_table(table)
