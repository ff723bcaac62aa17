"""The search index, built from the rows: follows the outbox, rebuilt whole when missing or of another make."""

from collections.abc import Callable, Iterator, Sequence

from sqlmodel import Session, col, func, select

from hub import assets, launches, requirements, taxonomy, toolkits
from hub.base import outbox
from hub.base.db import Database
from hub.search import Change, Document, Drop, Engine, Progress, Put, analysis_version, unheard

BATCH = 200
MOST_FOLLOWED = 5000


def apply_changes(database: Database, engine: Engine) -> int:
    """Take into the index what the outbox holds beyond its checkpoint; rebuilds when that is due. Returns how many
    things were taken in.
    """
    if engine.checkpoint() < 0:
        return rebuild_index(database, engine)
    done = 0
    while True:
        with database.read() as session:
            entries = outbox.since(session, engine.checkpoint(), limit=BATCH)
            if not entries:
                return done
            changes = _changes(session, entries)
        engine.apply(changes, entries[-1].id or 0)
        done += len(entries)


def follow_words(database: Database, engine: Engine) -> bool:
    """Cut Chinese by the taxonomy's words, and weigh the fields by the settings, as they are now; True when the index
    had to be made anew for it.
    """
    with database.read() as session:
        spoken = taxonomy.words(session).dictionary()
    sound = engine.checkpoint() >= 0
    if sound and engine.analysis.version == analysis_version(spoken, engine.weights.fields):
        return False
    rebuild_index(database, engine)
    return True


def _changes(session: Session, entries: list[outbox.IndexChange]) -> list[Change]:
    words = taxonomy.words(session)
    changes: list[Change] = []
    for thing, (make, ever) in THINGS.items():
        mine = {e.thing_id: e.pages for e in entries if e.thing == thing}
        if not mine:
            continue
        documents = make(session, list(mine), words)
        kept = {d.id for d in documents}
        changes += [Put(d) for d in documents]
        changes += [
            Drop(i) for thing_id, pages in mine.items() for i in ever(thing_id, pages) if i not in kept
        ]
    return changes


def rebuild_index(database: Database, engine: Engine, told: Callable[[Progress], None] = unheard) -> int:
    """Make the index anew from every row, beside the one that answers meanwhile; returns how many documents it holds.
    `told` hears now and then how far it is.
    """
    with database.read() as session:
        newest = outbox.newest(session)
        spoken = taxonomy.words(session).dictionary()
        return engine.rebuild(
            all_documents(session), newest, words=spoken, expected=expected_documents(session), told=told
        )


def expected_documents(session: Session) -> int:
    """About how many documents `all_documents` gives: empty pages, which give none, are counted with the others."""
    plain = sum(
        session.exec(select(func.count()).select_from(table)).one()
        for table in (toolkits.Toolkit, requirements.Requirement, launches.LaunchPlan)
    )
    return plain + assets.count_documents(session)


def all_documents(session: Session) -> Iterator[Document]:
    """Every document the index should hold, from the rows as they are now."""
    words = taxonomy.words(session)
    for thing, (make, _ever) in THINGS.items():
        ids = [
            i
            for i in session.exec(select(ID_COLUMNS[thing]).order_by(col(ID_COLUMNS[thing]))).all()
            if i is not None
        ]
        for start in range(0, len(ids), BATCH):
            yield from make(session, ids[start : start + BATCH], words)
            session.expunge_all()  # a library of any size is built in the memory of one batch


def _of_requirements(session: Session, ids: Sequence[int], words: taxonomy.Words) -> list[Document]:
    """A requirement and its launch plan change together: who may read the one may read the other."""
    return [*requirements.documents(session, ids, words), *launches.documents(session, ids, words)]


def _ever_of_requirement(number: int, most_pages: int) -> list[str]:
    return [*requirements.ids_ever(number, most_pages), *launches.ids_ever(number, most_pages)]


THINGS = {
    "asset": (assets.documents, assets.ids_ever),
    "toolkit": (toolkits.documents, toolkits.ids_ever),
    "requirement": (_of_requirements, _ever_of_requirement),
}
ID_COLUMNS = {
    "asset": assets.Asset.id,
    "toolkit": toolkits.Toolkit.id,
    "requirement": requirements.Requirement.id,
}
