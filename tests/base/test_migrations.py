"""Migrations keep what is there."""

from alembic import command
from sqlalchemy import text

from hub import migrations
from hub.base.db import connect


def test_decks_keep_their_slides_when_their_table_is_copied(tmp_path):
    database = connect(f"sqlite:///{tmp_path / 'hub.db'}")
    with database.engine.execution_options(hub_mode="migrate").begin() as connection:
        command.upgrade(migrations._config(connection), "2026_11_22_requirement_lists")
        for statement in BEFORE:
            connection.execute(text(statement))

    migrations.upgrade(database)

    with database.read() as session:
        slides = session.connection().execute(text("SELECT deck_id, number, title FROM deck_slide")).all()
        decks = session.connection().execute(text("SELECT id, title, template_id FROM deck")).all()
    assert slides == [(1, 1, "封面"), (1, 2, "难处")]
    assert decks == [(1, "华辰", 1)]
    assert migrations.differences(database) == []
    database.dispose()


BEFORE = (
    """INSERT INTO deck_template (id, name, number, title, title_en, summary, summary_en, manifest, blob_sha, state,
    pictures, demo, created_at) VALUES (1, 'small', 1, '小', '', '', '', '{}', 'x', 'on_offer', '[]', 0,
    '2026-11-01 00:00:00')""",
    """INSERT INTO deck (id, title, template_id, brief, plan, state, progress, error, warnings, size, preview_state,
    edition, demo, created_at) VALUES (1, '华辰', 1, '{}', '[]', 'ready', 100, '', '[]', 0, 'none', 1, 0,
    '2026-11-01 00:00:00')""",
    "INSERT INTO deck_slide (deck_id, number, title, origin) VALUES (1, 1, '封面', 'template')",
    "INSERT INTO deck_slide (deck_id, number, title, origin) VALUES (1, 2, '难处', 'template')",
)
