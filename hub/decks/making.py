"""Making a deck, as jobs run it: fill the template, compose with source slides, check, keep, picture. Can run twice.

The engine works in a child process with limits: a deck of the library that turns out hostile or huge ends the child,
not the worker. What went wrong is written on the deck in words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import delete
from sqlmodel import Session, col

from hub import accounts, activity, assets, consents, facts, notices, slides
from hub.base import child, clock, jobs
from hub.base.blobs import LocalBlobs
from hub.base.db import Database
from hub.base.errors import HubError
from hub.base.i18n import _, speaking
from hub.base.settings import Settings
from hub.decks import actions, outline, pictures, queries, spoken
from hub.decks.models import Deck, DeckSlide, DeckTemplate
from hub.decks.recipe import one_line

log = structlog.get_logger()
SECONDS = 180.0
WIDTH, THUMB = 1280, 400
FILLED, COMPOSED, CHECKED = 40, 80, 95  # percent


@dataclass(frozen=True)
class Job:
    """All that making needs, read in one go."""

    title: str
    language: str
    template: bytes | None  # None: a deck of chosen slides only
    values: dict[str, Any]
    uses: list[slides.SlideUse]
    order: list[slides.Order]
    sources: list[bytes]
    entries: list[dict[str, Any]]
    owner_id: int | None
    reader: str  # the language of the person who is told
    told: list[dict[str, Any]]  # warnings from before the making, such as pages left out
    facts: list[facts.Shown]  # the values it is made with
    cases: list[int]  # the cases it speaks of


def make_deck(database: Database, blobs: LocalBlobs, settings: Settings, deck_id: int, edition: int) -> None:
    """Make the file of a deck as it stood at `edition`; nothing happens when it was made or changed since.

    A failure is told in words on the deck and to its owner; a fault of ours is raised too, so that the job tries again.
    """
    with database.write() as session:
        deck = session.get(Deck, deck_id)
        if deck is None or deck.edition != edition or deck.state not in {*actions.BUSY, "failed"}:
            return
        deck.state, deck.progress = "making", 5
        session.add(deck)
    try:
        with database.read() as session:
            job = _gather(session, blobs, deck_id)
        with speaking(job.reader):
            _make(database, blobs, settings, deck_id, job)
    except HubError as error:
        _failed(database, deck_id, error.message)
    except Exception:
        _failed(database, deck_id, _("我们这边出错了，稍后会再试一次；还不行，请告诉管理员。"), fault=True)
        raise


def _gather(session: Session, blobs: LocalBlobs, deck_id: int) -> Job:
    deck = session.get_one(Deck, deck_id)
    owner = accounts.actor(session, accounts.person(session, deck.owner_id or 0))
    actions.must_be_usable(session, deck, owner)
    load = pictures.loader(session, deck, blobs)
    found = queries.kitchen(session, deck, owner, load) if deck.template_id is not None else None
    entries = outline.kept(deck.plan)
    versions = list(dict.fromkeys(int(e["version_id"]) for e in entries if e["origin"] == "asset"))
    rows = [assets.version(session, v, owner) for v in versions]
    slugs = {v.id: assets.get(session, v.asset_id, owner).slug for v in rows}
    row = queries.template(session, deck.template_id) if deck.template_id else None
    template = blobs.get(row.blob_sha) if row else None
    uses, order = _order(entries, versions, slugs, found, row)
    said = spoken.facts_of(session, template, found)
    return Job(
        title=deck.title,
        language=found.manifest.language if found else owner.language,
        template=template,
        values=dict(found.values) if found else {},
        uses=uses,
        order=order,
        sources=[blobs.get(v.blob_sha or "") for v in rows],
        entries=entries,
        owner_id=deck.owner_id,
        reader=owner.language,
        told=[w for w in deck.warnings if w.get("kept")],
        facts=said,
        cases=spoken.cases_of(session, rows, found),
    )


def _order(
    entries: Sequence[dict[str, Any]],
    versions: Sequence[int],
    slugs: dict[int | None, str],
    found: queries.Kitchen | None,
    template: DeckTemplate | None,
) -> tuple[list[slides.SlideUse], list[slides.Order]]:
    uses: list[slides.SlideUse] = []
    order: list[slides.Order] = []
    for entry in entries:
        if entry["origin"] == "asset":
            version = int(entry["version_id"])
            order.append(
                slides.Order(
                    versions.index(version), int(entry["page"]), slugs[version], str(entry["version"])
                )
            )
            continue
        assert found is not None and template is not None  # noqa: S101, PT018 - no entry without a template
        uses.append(slides.SlideUse(int(entry["slide"]), _own_values(entry, entries, found)))
        mark = f"{queries.TEMPLATE_MARK}{template.name}"
        order.append(slides.Order(None, len(uses), mark, str(template.number), int(entry["slide"])))
    return uses, order


def _own_values(
    entry: dict[str, Any], entries: Sequence[dict[str, Any]], found: queries.Kitchen
) -> dict[str, Any]:
    """What only this slide sees: the item it shows, and which of how many it is."""
    if entry["item"] is None:
        return {}
    items = found.values.get(entry["each"])
    number = int(entry["item"])
    if not isinstance(items, list) or number >= len(items):
        raise HubError(
            _("“%(title)s”对应的内容已经不在了。请点“重新选页”，再生成。") % {"title": entry["title"]}
        )
    beside = [e["key"] for e in entries if (e["each"], e["slide"]) == (entry["each"], entry["slide"])]
    at, count = beside.index(entry["key"]), len(beside)
    loop = {"index": at + 1, "first": at == 0, "last": at + 1 == count, "count": count}
    return {entry["name"]: items[number], "loop": loop}


def _make(database: Database, blobs: LocalBlobs, settings: Settings, deck_id: int, job: Job) -> None:
    limits = child.Limits(memory=settings.child_memory, seconds=SECONDS)
    filled: bytes | None = None
    warnings = list(job.told)
    if job.uses and job.template is not None:
        filled, told = child.run(
            slides.fill_order, job.template, job.values, job.uses, job.language, limits=limits
        )
        places = [n for n, item in enumerate(job.order, start=1) if item.source is None]
        warnings += [
            {"slide": places[n - 1], "shape": s, "sentence": _renumbered(t, places[n - 1])}
            for n, s, t in told
            if n
        ]
    _progress(database, deck_id, FILLED)
    data, lost, titles = child.run(
        slides.compose_order,
        filled,
        job.sources,
        job.order,
        job.template or _first(job),
        job.title,
        limits=limits,
    )
    warnings += [{"sentence": sentence} for sentence in lost]
    _progress(database, deck_id, COMPOSED)
    before = [*([job.template] if job.template else []), *job.sources]
    faults = child.run(slides.new_faults, data, before, limits=limits)
    log.info("deck checked", deck=deck_id, slides=len(titles), faults=faults)
    _progress(database, deck_id, CHECKED)
    _keep(database, blobs, deck_id, job, data, titles, warnings)


def _first(job: Job) -> bytes:
    """The deck that the first slide comes from: without a template it gives the size."""
    return job.sources[job.order[0].source or 0]


def _renumbered(sentence: str, number: int) -> str:
    """The engine counts the filled slides; the reader counts the slides of the whole deck."""
    return re.sub(r"^第 \d+ 页", f"第 {number} 页", sentence)


def _progress(database: Database, deck_id: int, percent: int) -> None:
    with database.write() as session:
        deck = session.get_one(Deck, deck_id)
        deck.progress = percent
        session.add(deck)


def _keep(
    database: Database,
    blobs: LocalBlobs,
    deck_id: int,
    job: Job,
    data: bytes,
    titles: Sequence[str],
    warnings: list[dict[str, Any]],
) -> None:
    blob = blobs.put(data)
    with database.write() as session:
        deck = session.get_one(Deck, deck_id)
        session.exec(delete(DeckSlide).where(col(DeckSlide.deck_id) == deck_id))
        for number, (entry, title) in enumerate(zip(job.entries, titles, strict=True), start=1):
            session.add(_slide(deck_id, number, entry, title))
        deck.blob_sha, deck.size, deck.made_at = blob.sha256, blob.size, clock.now()
        deck.state, deck.progress, deck.error, deck.preview_state = "ready", 100, "", "waiting"
        deck.warnings = warnings
        session.add(deck)
        jobs.later(session, "deck.preview", key=f"deck:{deck_id}", priority=1, deck_id=deck_id)
        facts.note_uses(session, "deck", deck_id, job.facts)
        consents.note_cases(session, "deck", deck_id, job.cases)
        activity.record(session, "made", "deck", deck_id, by=job.owner_id, slides=len(titles))
        _tell(session, deck, "deck_ready")


def _slide(deck_id: int, number: int, entry: dict[str, Any], title: str) -> DeckSlide:
    return DeckSlide(
        deck_id=deck_id,
        number=number,
        title=(one_line(title) or entry["title"])[:300],
        origin=entry["origin"],
        asset_id=entry["asset_id"],
        version_id=entry["version_id"],
        source_number=entry["page"] if entry["origin"] == "asset" else entry["slide"],
    )


def _failed(database: Database, deck_id: int, reason: str, *, fault: bool = False) -> None:
    with database.write() as session:
        deck = session.get(Deck, deck_id)
        if deck is None:
            return
        deck.state, deck.error = "failed", reason[:1000]
        session.add(deck)
        if not fault:  # of a fault the owner hears only on the deck's page: the next try may well succeed
            _tell(session, deck, "deck_failed", reason=reason[:500])


def _tell(session: Session, deck: Deck, key: str, **said: str) -> None:
    event = f"deck:{deck.id}:{key}:{deck.edition}"
    notices.tell(
        session, [deck.owner_id], event=event, key=key, url=f"/decks/{deck.id}", title=deck.title, **said
    )


def preview_deck(database: Database, blobs: LocalBlobs, renderer: slides.Renderer, deck_id: int) -> None:
    """Picture the slides of a made deck; without LibreOffice the deck says so and stays usable."""
    with database.read() as session:
        deck = session.get(Deck, deck_id)
        if deck is None or deck.blob_sha is None or deck.preview_state not in {"waiting", "no_office"}:
            return
        sha = deck.blob_sha
    state, pictures = _pictures(blobs, renderer, sha)
    with database.write() as session:
        deck = session.get_one(Deck, deck_id)
        if deck.blob_sha != sha:
            return  # made anew meanwhile: another preview job is on its way
        deck.preview_state = state
        session.add(deck)
        for slide, (large, small) in zip(queries.slides_of(session, deck), pictures, strict=False):
            slide.picture_sha, slide.thumb_sha = large, small
            session.add(slide)


def _pictures(blobs: LocalBlobs, renderer: slides.Renderer, sha: str) -> tuple[str, list[tuple[str, str]]]:
    try:
        drawn = renderer.render(blobs.get(sha), width=WIDTH)
    except slides.NoOffice:
        return "no_office", []
    except HubError as error:
        log.warning("no pictures", blob=sha, reason=error.message)
        return "failed", []
    small = [slides.thumbnails(p, [THUMB])[THUMB] for p in drawn]
    return "ready", [
        (blobs.put(one).sha256, blobs.put(other).sha256) for one, other in zip(drawn, small, strict=True)
    ]


def preview_template(
    database: Database, blobs: LocalBlobs, renderer: slides.Renderer, template_id: int
) -> None:
    """Picture the slides of a template, tokens and all."""
    with database.read() as session:
        row = session.get(DeckTemplate, template_id)
        if row is None or row.pictures:
            return
        sha = row.blob_sha
    _state, pictures = _pictures(blobs, renderer, sha)
    with database.write() as session:
        row = session.get_one(DeckTemplate, template_id)
        row.pictures = [small for _large, small in pictures]
        session.add(row)
