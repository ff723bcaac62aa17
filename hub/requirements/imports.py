"""Bringing in a sheet of requests: looked through first, taken in on a second word, undone until edited.

*checking* reads every row and says cell by cell what is wrong; nothing is written. *writing* takes the rows in, a few
in one transaction and with a rest after each, so that nobody waits for a long file; when a row has become bad
meanwhile, all is given back, unless only the good rows were wanted. Both run as jobs and go on where they stopped.
Files and reports are kept with the import.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Self

from sqlmodel import Session, col, select

from hub import accounts, activity
from hub.base import clock, jobs, tables
from hub.base.blobs import LocalBlobs
from hub.base.db import Database
from hub.base.errors import Conflict, HubError, NotFound
from hub.base.i18n import _, speaking
from hub.base.settings import Settings
from hub.requirements import cells
from hub.requirements.giving_back import give_back
from hub.requirements.models import SheetImport
from hub.requirements.planning import Planned, Planner
from hub.requirements.taking import Taker

BATCH = 500  # rows looked at together
AT_ONCE = 50  # rows written, or things given back, in one transaction: whoever else writes waits as long
SHOWN = 100  # problems that stand on the page; the file has them all
MOST_ASKED = 200
MOST_BYTES = 100 * 1024 * 1024
RUNNING = ("checking", "writing", "undoing")
Progress = Callable[[int, int], None]


def submit(
    session: Session,
    blobs: LocalBlobs,
    settings: Settings,
    name: str,
    data: bytes,
    *,
    by: accounts.Actor,
    by_job: bool = True,
) -> SheetImport:
    """Keep the file and have it looked through; nothing else is written. For product managers and administrators."""
    by.must("requirement.manage")
    if len(data) > min(MOST_BYTES, settings.max_file):
        raise HubError(_("这个文件太大，请分几次导入。"))
    if not data:
        raise HubError(_("文件是空的。"))
    blob = blobs.put(tables.as_csv(name, data, settings))
    made = SheetImport(person_id=by.id, file_name=name[-300:], blob_sha=blob.sha256, created_at=clock.now())
    session.add(made)
    session.flush()
    if by_job:
        _later(session, made)
    return made


def _later(session: Session, made: SheetImport) -> None:
    jobs.later(session, "requests.sheet", key=f"sheet:{made.id}", priority=3, import_id=made.id)


def get_import(session: Session, number: int, by: accounts.Actor) -> SheetImport:
    """One's own import; an administrator's view holds all."""
    found = session.get(SheetImport, number)
    if found is None or not (by.is_admin or (by.id is not None and found.person_id == by.id)):
        raise NotFound(_("没有这次导入。"))
    return found


def imports(session: Session, by: accounts.Actor, *, limit: int = 20) -> list[SheetImport]:
    """The latest imports this actor may look at, newest first."""
    query = select(SheetImport)
    if not by.is_admin:
        query = query.where(SheetImport.person_id == by.id)
    return list(session.exec(query.order_by(col(SheetImport.id).desc()).limit(limit)).all())


def answer(
    session: Session, made: SheetImport, said: dict[str, str], *, by: accounts.Actor, by_job: bool = True
) -> None:
    """Say whom the names mean that were asked about ("" is a new customer), and look the file through again."""
    by.must("requirement.manage")
    _must_be(made, "checked")
    asked = {a["spelled"]: a["like"] for a in made.asks}
    good = {k: v for k, v in said.items() if k in asked and (v == "" or v in asked[k])}
    made.answers = {**made.answers, **good}
    made.state, made.done = "checking", 0
    session.add(made)
    if by_job:
        _later(session, made)


def write(
    session: Session,
    made: SheetImport,
    *,
    good_only: bool = False,
    reason: str = "",
    by: accounts.Actor,
    by_job: bool = True,
) -> None:
    """Take the rows in: all of them, or with `good_only` those that are right. Conflict while cells are wrong. What is
    decided already comes in as history, with this person's name and `reason`; HubError without one.
    """
    by.must("requirement.manage")
    _must_be(made, "checked")
    if made.counts.get("decided") and not reason.strip():
        raise HubError(
            _("表里有 %(n)s 条需求已经有结论，不是在评审会上定的。请写明依据，会和您的名字一起记进经过。")
            % {"n": made.counts["decided"]}
        )
    if made.counts.get("bad") and not good_only:
        raise Conflict(
            _("有 %(n)s 行不对，什么都没有写入。改好文件再来，或选“只导入没问题的行”。")
            % {"n": made.counts["bad"]}
        )
    made.state, made.done, made.good_only, made.reason = "writing", 0, good_only, reason.strip()[:500]
    session.add(made)
    activity.record(session, "import", "requests", made.id, by=by.id, file=made.file_name)
    if by_job:
        _later(session, made)


def undo_import(session: Session, made: SheetImport, *, by: accounts.Actor, by_job: bool = True) -> None:
    """Give back what the import did; what somebody has edited since stays."""
    by.must("requirement.manage")
    _must_be(made, "written")
    made.state, made.done = "undoing", 0
    session.add(made)
    activity.record(session, "undo_import", "requests", made.id, by=by.id, file=made.file_name)
    if by_job:
        _later(session, made)


def _must_be(made: SheetImport, state: str) -> None:
    if made.state != state:
        raise Conflict(_("这次导入已经往前走了。刷新页面看看现在到哪一步。"))


# ---- what the worker and the command line run


def run(
    database: Database, blobs: LocalBlobs, number: int, tell: Progress = lambda _done, _all: None
) -> None:
    """Do what the import waits for, to its end; safe to be run again. `tell` hears how many rows of all are done."""
    with database.read() as session:
        made = session.get(SheetImport, number)
        if made is None or made.state not in RUNNING:
            return
        by = _who(session, made)
    with ExitStack() as stack:
        if by.id is not None:
            stack.enter_context(speaking(by.language))
        step = {"checking": _check, "writing": _write, "undoing": _undo}[made.state]
        step(database, blobs, number, by, tell)


def _who(session: Session, made: SheetImport) -> accounts.Actor:
    if made.person_id is None:
        return accounts.SYSTEM
    return accounts.actor(session, accounts.person(session, made.person_id))


def _batches(file: Path, most: int) -> Iterator[tuple[int, list[str], list[tuple[int, list[str]]]]]:
    """The rows below the head, up to `most` together, with the head and how many rows came before."""
    with tables.opened(file) as table:
        before = 0
        while batch := list(islice(table.rows, most)):
            yield before, table.head, batch
            before += len(batch)


def _count(file: Path) -> int:
    """How many rows stand below the head; HubError for none."""
    with tables.opened(file) as table:
        found = sum(1 for _row in table.rows)
    if not found:
        raise HubError(_("表头下面没有内容。"))
    return found


def _named(row: Sequence[str], places: dict[str, int]) -> dict[str, str]:
    return {f: row[p] for f, p in places.items() if p < len(row)}


def _set(database: Database, number: int, **values: Any) -> None:
    with database.write() as session:
        made = session.get_one(SheetImport, number)
        for name, value in values.items():
            setattr(made, name, value)
        session.add(made)


def _check(database: Database, blobs: LocalBlobs, number: int, by: accounts.Actor, tell: Progress) -> None:
    with database.read() as session:
        made = session.get_one(SheetImport, number)
        planner = Planner(session, by, dict(made.answers))
    file = blobs.path(made.blob_sha)
    with _Report() as report:
        try:
            total, unknown = _look(database, number, planner, file, report, tell)
        except HubError as error:
            _set(database, number, state="unreadable", error=error.message[:1000])
            return
        sha = report.kept(blobs)
    fresh = list(planner.house.fresh.values())
    asks = [{"spelled": k, **a} for k, a in islice(planner.house.asks.items(), MOST_ASKED)]
    _set(
        database,
        number,
        state="checked",
        done=total,
        counts={
            **report.counts,
            "customers": len(fresh),
            "requirements": len(planner.brought),
            "decided": planner.decided,
        },
        problems=report.first,
        problems_sha=sha,
        asks=asks,
        notes=_notes(unknown, fresh),
    )


def _look(
    database: Database, number: int, planner: Planner, file: Path, report: "_Report", tell: Progress
) -> tuple[int, list[str]]:
    """Plan every row for the report; returns how many there are, and the heads nobody knows."""
    total = _count(file)
    unknown: list[str] = []
    _set(database, number, total=total, done=0)
    for before, head, batch in _batches(file, BATCH):
        places, unknown = cells.columns(head)
        with database.read() as session:
            planned = planner.plan(session, [(n, _named(r, places)) for n, r in batch])
        report.take(planned, places, dict(batch))
        tell(before + len(batch), total)
        if before // BATCH % 4 == 0:
            _set(database, number, done=before + len(batch))
    return total, unknown


def _notes(unknown: list[str], fresh: list[str]) -> list[str]:
    found = []
    if unknown:
        found.append(_("这些列不认识，没有读：%(heads)s。") % {"heads": "、".join(unknown[:20])})
    if fresh:
        found.append(
            _("会新建这些客户：%(names)s。") % {"names": "、".join(fresh[:20]) + ("…" if fresh[20:] else "")}
        )
    return found


class _Report:
    """Counts rows, and writes every bad cell into a file as it goes; the first ones stay at hand."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(("add", "change", "same", "bad"), 0)
        self.first: list[list[Any]] = []
        self._file: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115 - closed at the exit
        self._out_text = io.TextIOWrapper(self._file, "utf-8-sig", newline="")
        self._out = csv.writer(self._out_text)
        self._out.writerow([_("格"), _("列"), _("内容"), _("原因")])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self._out_text.close()

    def take(self, batch: Sequence[Planned], places: dict[str, int], rows: dict[int, list[str]]) -> None:
        for planned in batch:
            self.counts[planned.act] += 1
            for name, said in planned.wrong.items():
                self._bad(planned.row, places.get(name), str(cells.COLUMNS[name]), rows[planned.row], said)

    def _bad(self, row: int, place: int | None, head: str, texts: list[str], said: str) -> None:
        cell = f"{tables.letter(place)}{row}" if place is not None else str(row)
        value = texts[place].strip()[:80] if place is not None and place < len(texts) else ""
        if len(self.first) < SHOWN:
            self.first.append([cell, head, value, said])
        self._out.writerow([cells.defused(x) for x in (cell, head, value, said)])

    def kept(self, blobs: LocalBlobs) -> str | None:
        """The file of all bad cells; None where there is none."""
        self._out_text.flush()
        self._file.seek(0)
        return blobs.put(self._file).sha256 if self.counts["bad"] else None


class _Stale(HubError):  # noqa: N818 - the name is what a colleague says
    """A row that was good when it was looked at is so no more."""


def _write(database: Database, blobs: LocalBlobs, number: int, by: accounts.Actor, tell: Progress) -> None:
    with database.read() as session:
        made = session.get_one(SheetImport, number)
        planner = Planner(session, by, dict(made.answers))
    at = clock.now()
    taker = Taker(made, planner, by, at)
    try:
        for before, head, batch in _batches(blobs.path(made.blob_sha), AT_ONCE):
            if before < made.done:  # written before the work was broken off
                continue
            places, _unknown = cells.columns(head)
            rows = [(n, _named(r, places)) for n, r in batch]
            _take(database, number, taker, rows, before)
            tell(before + len(batch), made.total)
            database.make_way()
    except HubError as error:
        said = _("没有写入任何内容：%(why)s") % {"why": error.message}
        _set(database, number, state="undoing", error=said[:1000])
        _undo(database, blobs, number, by, lambda _done, _all: None)
        return
    _set(database, number, state="written", written_at=at, error="")
    database.tidy()


def _none(counts: dict[str, int]) -> dict[str, int]:
    return {**counts, **dict.fromkeys(("add", "change", "same", "bad"), 0)}


def _take(
    database: Database,
    number: int,
    taker: Taker,
    rows: list[tuple[int, dict[str, str]]],
    before: int,
) -> None:
    """One batch in one transaction, its progress with it; nothing where another worker has written it meanwhile."""
    with database.write() as session:
        made = session.get_one(SheetImport, number)
        if made.state != "writing" or made.done > before:
            return
        counts = dict(made.counts) if made.done else _none(made.counts)
        planned = taker.planner.plan(session, rows)
        bad = next((p for p in planned if p.wrong), None)
        if bad is not None and not made.good_only:
            said = {"row": bad.row, "why": next(iter(bad.wrong.values()))}
            raise _Stale(_("第 %(row)s 行现在不对了：%(why)s") % said)
        taker.take(session, planned)
        for each in planned:
            counts[each.act] += 1
        made.done += len(rows)
        made.counts = counts
        session.add(made)


def _undo(database: Database, blobs: LocalBlobs, number: int, by: accounts.Actor, tell: Progress) -> None:  # noqa: ARG001
    gone = stayed = 0
    while True:
        with database.write() as session:
            made = session.get_one(SheetImport, number)
            found = give_back(session, number, most=AT_ONCE)
            if found is None:
                made.state = "failed" if made.error else "undone"
                session.add(made)
                return
            gone, stayed = made.counts.get("undone", 0) + found[0], made.counts.get("kept", 0) + found[1]
            made.counts = {**made.counts, "undone": gone, "kept": stayed}
            made.done += sum(found)
            session.add(made)
        tell(gone + stayed, made.total)
        database.make_way()
