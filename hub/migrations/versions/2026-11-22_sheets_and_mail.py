"""Sheets of requests that people bring in, what each row of them did, and tags of requests; notices by mail."""

import sqlalchemy as sa
from alembic import op

import hub.base.db

revision = "2026_11_22_sheets_and_mail"
down_revision = "2026_11_22_publishing"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request", sa.Column("tags", hub.base.db.Json, nullable=False, server_default="[]"))
    op.create_table(
        "request_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(300), nullable=False),
        sa.Column("blob_sha", sa.String(64), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("good_only", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("counts", hub.base.db.Json, nullable=False),
        sa.Column("problems", hub.base.db.Json, nullable=False),
        sa.Column("problems_sha", sa.String(64), nullable=True),
        sa.Column("asks", hub.base.db.Json, nullable=False),
        sa.Column("answers", hub.base.db.Json, nullable=False),
        sa.Column("notes", hub.base.db.Json, nullable=False),
        sa.Column("error", sa.String(1000), nullable=False),
        sa.Column("created_at", hub.base.db.UtcDateTime(), nullable=False),
        sa.Column("written_at", hub.base.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_request_import_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_import")),
    )
    op.create_index("ix_request_import_person", "request_import", ["person_id", "created_at"], unique=False)
    op.create_table(
        "request_import_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(12), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("made", sa.Boolean(), nullable=False),
        sa.Column("before", hub.base.db.Json, nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["request_import.id"],
            name=op.f("fk_request_import_line_import_id_request_import"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_request_import_line")),
    )
    op.create_index("ix_request_import_line", "request_import_line", ["import_id", "id"], unique=False)
    op.add_column("person", sa.Column("mail", sa.String(10), nullable=False, server_default="all"))
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(120), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("digest", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(500), nullable=False),
        sa.Column("due_at", hub.base.db.UtcDateTime(), nullable=False),
        sa.Column("done_at", hub.base.db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mail_person_id_person"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_mail_notice_id_notice"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("person_id", "event", "channel", name=op.f("uq_mail_person_id_event_channel")),
    )
    op.create_index(op.f("ix_mail_notice_id"), "mail", ["notice_id"], unique=False)
    op.create_index("ix_mail_due", "mail", ["state", "due_at"], unique=False)


def downgrade() -> None:
    op.drop_table("mail")
    op.drop_column("person", "mail")
    op.drop_table("request_import_line")
    op.drop_table("request_import")
    op.drop_column("request", "tags")  # not by copying the table: that would take the links along
