"""The requirement loop: regroupings (merge, split, cancel), changes, waivers, and what a launch is computed from."""

import sqlalchemy as sa
from alembic import op

import hub.base.db

revision = "2026_11_22_requirement_loop"
down_revision = "2026_11_22_searches"
branch_labels = None
depends_on = None

NEW_COLUMNS = {
    "requirement": (
        ("attention", sa.String(40), "''"),
        ("split_from_id", sa.Integer(), None),
    ),
    "request": (("cancelled_at", hub.base.db.UtcDateTime(), None),),
    "request_link": (
        ("answer", sa.String(500), "''"),
        ("made_by", sa.Integer(), None),
        ("ended_by", sa.Integer(), None),
    ),
    "enablement_link": (
        ("verified_at", hub.base.db.UtcDateTime(), None),
        ("verified_by_id", sa.Integer(), None),
        ("needs", sa.String(500), "''"),
    ),
}
NEW_INDEXES = (
    ("ix_requirement_split_from_id", "requirement", ["split_from_id"]),
    ("ix_request_link_made_by", "request_link", ["made_by"]),
    ("ix_request_link_ended_by", "request_link", ["ended_by"]),
)


def upgrade() -> None:
    for table, columns in NEW_COLUMNS.items():
        for name, kind, default in columns:
            said = sa.text(default) if default else None
            op.add_column(table, sa.Column(name, kind, nullable=default is None, server_default=said))
    for name, table, columns in NEW_INDEXES:
        op.create_index(name, table, columns, unique=False)
    _regroupings()
    _changes()
    _waivers()


def _reference(table: str, column: str, to: str, *, goes_with_it: bool = False) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{to}")
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=name, ondelete="CASCADE" if goes_with_it else None)


def _regroupings() -> None:
    table = "requirement_regrouping"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=True),
        sa.Column("to_id", sa.Integer(), nullable=True),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("made", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("overtook", hub.base.db.Json, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", hub.base.db.UtcDateTime(), nullable=False),
        sa.Column("undone_at", hub.base.db.UtcDateTime(), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _reference(table, "from_id", "requirement", goes_with_it=True),
        _reference(table, "to_id", "requirement", goes_with_it=True),
        _reference(table, "request_id", "request", goes_with_it=True),
        _reference(table, "by_id", "person"),
        _reference(table, "undone_by_id", "person"),
    )
    for column in ("from_id", "to_id", "request_id"):
        name = f"ix_{table}_{column.removesuffix('_id')}"
        op.create_index(name, table, [column], unique=False)
    standing = sa.text("kind = 'merge' AND undone_at IS NULL")
    op.create_index(
        "uq_requirement_merged_once",
        table,
        ["from_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _changes() -> None:
    table = "requirement_change"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("requirement_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("before", sa.String(40), nullable=False),
        sa.Column("after", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", hub.base.db.UtcDateTime(), nullable=False),
        sa.Column("undone_at", hub.base.db.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _reference(table, "requirement_id", "requirement", goes_with_it=True),
        _reference(table, "by_id", "person"),
    )
    op.create_index("ix_requirement_change", table, ["requirement_id", "at"], unique=False)


def _waivers() -> None:
    table = "launch_waiver"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("requirement_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.String(40), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", hub.base.db.UtcDateTime(), nullable=False),
        sa.Column("ended_at", hub.base.db.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        _reference(table, "requirement_id", "requirement", goes_with_it=True),
        _reference(table, "by_id", "person"),
    )
    op.create_index("ix_launch_waiver", table, ["requirement_id", "line"], unique=False)


def downgrade() -> None:
    for table in ("launch_waiver", "requirement_change", "requirement_regrouping"):
        op.drop_table(table)
    for name, table, _columns in NEW_INDEXES:
        op.drop_index(name, table_name=table)
    for table, columns in NEW_COLUMNS.items():
        for name, _kind, _default in columns:
            op.drop_column(table, name)
