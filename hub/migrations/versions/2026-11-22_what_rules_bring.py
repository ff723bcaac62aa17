"""What the rules of a kit bring is kept beside them, and who follows the outbox says how far."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from hub.base.db import Json, UtcDateTime

revision = "2026_11_22_what_rules_bring"
down_revision = "2026_11_22_requirement_lists"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "index_follower",
        sa.Column("name", sa.String(30), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_index_follower")),
    )
    op.create_table(
        "toolkit_brought",
        sa.Column("toolkit_id", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asset_id"], ["asset.id"], name=op.f("fk_toolkit_brought_asset_id_asset"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["toolkit_id"], ["toolkit.id"], name=op.f("fk_toolkit_brought_toolkit_id_toolkit"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("toolkit_id", "rule", "asset_id", name=op.f("pk_toolkit_brought")),
    )
    op.create_index(op.f("ix_toolkit_brought_asset_id"), "toolkit_brought", ["asset_id"], unique=False)
    op.create_index("ix_version_on_offer_at", "version", ["state", "on_offer_at"], unique=False)
    op.create_index("ix_request_submitter", "request", ["submitter_id"], unique=False)
    _ask_to_follow()


def _ask_to_follow() -> None:
    """In a library that is there already, the worker works it out by reading the outbox from its start."""
    bind = op.get_bind()
    if bind.execute(sa.text("SELECT 1 FROM index_change LIMIT 1")).first() is None:
        return
    job = sa.table(
        "job",
        sa.column("name"),
        sa.column("key"),
        sa.column("payload", Json),
        sa.column("state"),
        sa.column("priority"),
        sa.column("attempts"),
        sa.column("run_at", UtcDateTime),
        sa.column("created_at", UtcDateTime),
    )
    now = datetime.now(UTC)
    bind.execute(
        job.insert().values(
            name="asset.changed", key="assets", payload={}, state="waiting", priority=1, attempts=0, run_at=now, created_at=now
        )
    )


def downgrade() -> None:
    op.drop_index("ix_request_submitter", table_name="request")
    op.drop_index("ix_version_on_offer_at", table_name="version")
    op.drop_table("toolkit_brought")
    op.drop_table("index_follower")
