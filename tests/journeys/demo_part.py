"""A part of the demo library for the stories: what one kit holds, with the people and the words around it."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import delete
from sqlmodel import Session, col, select

from hub import accounts, library
from hub.base import jobs
from hub.base.paths import content_dir, templates_dir
from hub.library.whole import load_template
from hub.wiring import Wiring
from tests.cast import PASSWORD, settle

AROUND = ("taxonomy.yml", "people.yml", "customers.yml", "facts.yml", "consents.yml")


def take_in(
    wiring: Wiring, folder: Path, slugs: Sequence[str], kits: Sequence[str], *, draw: bool = False
) -> None:
    """Import these assets and kits of the demo and every deck template; pictures of pages are drawn only on demand."""
    folder.mkdir()
    for name in AROUND:
        shutil.copy(content_dir() / name, folder / name)
    for path in (content_dir() / "assets").glob("*/*"):
        if path.name.split(".")[0] in slugs:
            there = folder / path.relative_to(content_dir())
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, there)
    (folder / "toolkits").mkdir()
    for kit in kits:
        shutil.copy(content_dir() / "toolkits" / f"{kit}.yml", folder / "toolkits")
    door = library.Door(wiring.database, wiring.blobs, wiring.settings, accounts.SYSTEM)
    report = library.import_library(door, folder)
    wrong = [o for o in report.outcomes if o.result in {"refused", "failed"}]
    assert wrong == []
    with wiring.database.write() as session:
        for manifest in sorted((templates_dir() / "decks").glob("*/manifest.yml")):
            load_template(door, manifest.parent, session, [])
        if not draw:
            session.exec(delete(jobs.Job).where(col(jobs.Job.name).endswith(".preview")))
        _give_passwords(session)
    settle(wiring)


def _give_passwords(session: Session) -> None:
    hashed = accounts.hashed(PASSWORD)
    for person in session.exec(select(accounts.Person)).all():
        person.password_hash = hashed
        session.add(person)


def actor(wiring: Wiring, email: str) -> accounts.Actor:
    with wiring.database.read() as session:
        person = accounts.by_email(session, email)
        assert person is not None
        return accounts.actor(session, person)
