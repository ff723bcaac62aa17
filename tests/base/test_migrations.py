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


def test_reasons_of_the_hub_itself_become_keys_and_what_somebody_wrote_stays(tmp_path):
    database = connect(f"sqlite:///{tmp_path / 'hub.db'}")
    with database.engine.execution_options(hub_mode="migrate").begin() as connection:
        command.upgrade(migrations._config(connection), "2026_11_22_requirement_manager")
        connection.execute(text(AN_ASSET))
        for number, (state, reason, replaced_by) in enumerate(ENDED, start=1):
            said = {"n": number, "state": state, "reason": reason, "by": replaced_by}
            connection.execute(text(A_VERSION), said)

    migrations.upgrade(database)

    with database.read() as session:
        query = text("SELECT end_key, end_reason FROM version ORDER BY number")
        found = session.connection().execute(query).all()
    assert [tuple(row) for row in found] == [
        ("replaced", "7"),
        ("", "报价错了"),
        ("expired", ""),
        ("source", "园区方案 “2026”"),
        ("source", "Park solution"),
        ("", "原文《园区方案》写错了"),
        ("", ""),
    ]
    database.dispose()


# state, reason, the version that took its place
ENDED = (
    ("expired", "被第 7 版取代", 7),
    ("withdrawn", "报价错了", 7),  # replaced first, withdrawn later
    ("expired", "到期", None),
    ("expired", "原文《园区方案 “2026”》不在用了", None),
    ("expired", "Its source “Park solution” is no longer on offer", None),
    ("withdrawn", "原文《园区方案》写错了", None),
    ("on_offer", "", None),
)
AN_ASSET = """INSERT INTO asset (id, slug, title, kind, language, audience, summary, restricted, recommended, extra,
    source_sha, edition, demo, created_at, updated_at) VALUES (1, 'a', '甲', 'faq', 'zh', 'customer', '', 0, 0, '{}',
    '', 1, 0, '2026-11-01 00:00:00', '2026-11-01 00:00:00')"""
A_VERSION = """INSERT INTO version (id, asset_id, number, state, note, text, headings, file_name, media_type, size,
    digest_state, digest_error, preview_state, page_count, approved_by_import, end_reason, replaced_by_id, edition,
    created_at) VALUES (:n, 1, :n, :state, '', '', '', '', '', 0, 'ready', '', 'none', 0, 0, :reason, :by, 1,
    '2026-11-01 00:00:00')"""
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
