"""What takes the place of withdrawn material, and the hub's own reasons of an end as keys instead of sentences."""

import sqlalchemy as sa
from alembic import op

revision = "2026_11_22_replacements"
down_revision = "2026_11_22_requirement_manager"
branch_labels = None
depends_on = None

OF_SOURCES = (("原文《", "》不在用了"), ("Its source “", "” is no longer on offer"))


def upgrade() -> None:
    op.add_column("version", sa.Column("end_key", sa.String(10), nullable=False, server_default=""))
    op.add_column("version", sa.Column("instead_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE version SET end_key = 'replaced', end_reason = CAST((SELECT later.number FROM version AS later"
        " WHERE later.id = version.replaced_by_id) AS VARCHAR(20))"
        " WHERE state = 'expired'"  # one that was withdrawn later keeps what somebody wrote
        " AND EXISTS (SELECT 1 FROM version AS later WHERE later.id = version.replaced_by_id)"
    )
    op.execute(
        "UPDATE version SET end_key = 'expired', end_reason = ''"
        " WHERE state = 'expired' AND end_key = '' AND end_reason IN ('到期', 'expired')"
    )
    for before, after in OF_SOURCES:
        op.execute(
            sa.text(
                "UPDATE version SET end_key = 'source',"
                " end_reason = substr(end_reason, :start, length(end_reason) - :around)"
                " WHERE state = 'expired' AND end_key = '' AND end_reason LIKE :said"
            ).bindparams(start=len(before) + 1, around=len(before) + len(after), said=f"{before}%{after}")
        )


def downgrade() -> None:
    op.execute("UPDATE version SET end_reason = '' WHERE end_key <> ''")
    op.drop_column("version", "instead_id")
    op.drop_column("version", "end_key")
