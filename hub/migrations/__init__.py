"""Schema changes, in order. `upgrade` brings a database to the newest; a killed upgrade leaves the old schema whole."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Table, text
from sqlalchemy.engine import Connection

from hub.base.db import Database

ADVISORY_LOCK = (
    731_001  # any number, the same in each process: two starting nodes migrate one after the other
)


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(database: Database) -> None:
    """Bring the schema to the newest version, in one transaction."""
    engine = database.engine.execution_options(hub_mode="migrate")
    with engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        command.upgrade(_config(connection), "head")


def newest() -> str:
    """The revision this code expects."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("no migration is shipped")
    return head


def differences(database: Database) -> list[object]:
    """What the models say and the schema does not; empty when they agree."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlmodel import SQLModel

    import hub.migrations.tables

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return list(compare_metadata(context, SQLModel.metadata))


def all_tables() -> list[Table]:
    """The tables of every room."""
    from sqlmodel import SQLModel

    import hub.migrations.tables

    return list(SQLModel.metadata.tables.values())
