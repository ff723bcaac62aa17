"""Cleaning: files that no row names leave the disk, a day after somebody last put them there.

The day is what makes it safe while the hub serves: a file comes before its row, and putting the same file again makes
it young again.
"""

import json
import re
from dataclasses import dataclass

from sqlalchemy import JSON, Column
from sqlmodel import Session, SQLModel, select

from hub.base import clock
from hub.base.blobs import LocalBlobs
from hub.base.db import Database
from hub.library.checking import named_blobs

DAY = 86_400.0  # seconds
NAME = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


@dataclass(frozen=True)
class Cleaned:
    """What was removed: how many files, and their bytes."""

    files: int
    size: int


def clean(database: Database, blobs: LocalBlobs) -> Cleaned:
    """Remove files older than a day that no row names; also what a killed upload left half written."""
    before = clock.now().timestamp() - DAY
    with database.read() as session:
        kept = set(named_blobs(session)) | _named_within(session)
    files = size = 0
    for sha in set(blobs.names()) - kept:
        freed = blobs.delete_older(sha, than=before)
        files, size = files + (freed is not None), size + (freed or 0)
    blobs.sweep(older_than=before)
    return Cleaned(files, size)


def _named_within(session: Session) -> set[str]:
    """All that looks like the name of a file inside JSON: rather keep one too many than lose one."""
    columns: list[Column[object]] = [
        column
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, JSON)
    ]
    found: set[str] = set()
    for column in columns:
        for value in session.exec(select(column).where(column.is_not(None))):
            found.update(NAME.findall(json.dumps(value)))
    return found
