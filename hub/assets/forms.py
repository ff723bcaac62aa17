"""Forms: a source that is written once comes out as decks, PDF and Word, each an asset of its own beside it.

A *source* is an asset whose version is a Markdown text. A form is made from the version on offer, or from the latest
draft where there is none; it inherits who may read it, whom it may go to and who owns it, and needs no approval of its
own: nothing in it was written by anybody since (see docs/decisions, "forms are assets"). `forms_of` tells what there
is, `ask` asks for one to be made; a job makes it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from hub import accounts, activity, facts, papers
from hub.assets import queries
from hub.assets.actions import must_edit
from hub.assets.models import Asset, AssetForm, Version
from hub.base import clock, jobs
from hub.base.errors import Conflict, HubError
from hub.base.i18n import _

BUSY = ("waiting", "making")


@dataclass(frozen=True)
class Resolved:
    """The text of a version with everything that stands in it resolved. `made_of` names what it was made of, `problems`
    are sentences about what cannot stand as it is.
    """

    text: str
    made_of: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def resolved(session: Session, asset: Asset, version: Version) -> Resolved:
    """The text that forms are made from, with the facts it names as they are now. What can stand in a text for
    something else is put in here, and here only.
    """
    outside = asset.audience == "customer"
    found = facts.resolve(session, version.text, language=asset.language, outside=outside)
    used = tuple(f"fact:{shown.key}" for shown in found.used)
    return Resolved(found.text, used, tuple(problem.said for problem in found.problems))


@dataclass(frozen=True)
class FormRow:
    """One form as pages show it. `missing` are the sections it still needs, by their names; `stale` when the source has
    moved on since; `number` is the version it was made from, None: never made.
    """

    form: papers.FormKind
    missing: tuple[str, ...]
    state: str = "none"  # none, waiting, making, ready, failed
    progress: int = 0
    error: str = ""
    told: tuple[str, ...] = ()
    asset_id: int | None = None
    asset_state: str = ""
    file_name: str = ""
    pages: int = 0
    number: int | None = None
    stale: bool = False


@dataclass(frozen=True)
class Forms:
    """What a source comes out as. `has` are its known sections, `number` its version now."""

    number: int
    version_id: int
    has: frozenset[str]
    rows: tuple[FormRow, ...]
    busy: bool = field(default=False)


def is_source(asset: Asset, version: Version) -> bool:
    """True for a Markdown text that speaks in known sections, or is a solution."""
    if version.blob_sha:
        return False
    known = {key for line in version.headings.splitlines() if (key := papers.key_of(line))}
    return asset.kind == "solution" or len(known) > 2  # noqa: PLR2004 - a text with two may be anything


def current(session: Session, asset: Asset) -> Version | None:
    """The version that forms are made from."""
    wanted = asset.on_offer_id or asset.latest_id
    return session.get(Version, wanted) if wanted else None


def forms_of(session: Session, asset: Asset, by: accounts.Actor) -> Forms | None:
    """Every form of the asset; None when the asset is no source. Forms that this actor may not read show no asset."""
    version = current(session, asset)
    if version is None or not is_source(asset, version):
        return None
    text = resolved(session, asset, version).text
    keys = papers.parse(text).keys
    now = sum_of(asset, text)
    rows = {r.form: r for r in session.exec(select(AssetForm).where(AssetForm.source_id == asset.id))}
    seen = _seen(session, [r.asset_id for r in rows.values()], by)
    made = tuple(_row(kind, keys, rows.get(kind.key), seen, version, now) for kind in papers.FORMS.values())
    return Forms(version.number, version.id or 0, keys, made, any(r.state in BUSY for r in made))


def _seen(
    session: Session, ids: Iterable[int | None], by: accounts.Actor
) -> dict[int, tuple[Asset, Version | None]]:
    """The assets of the forms that this actor may read, with the version shown."""
    wanted = [i for i in ids if i]
    found = session.exec(select(Asset).where(col(Asset.id).in_(wanted), queries.visible(by))).all()
    shown = [a.on_offer_id or a.latest_id or 0 for a in found]
    versions = {v.id: v for v in session.exec(select(Version).where(col(Version.id).in_(shown)))}
    return {a.id or 0: (a, versions.get(a.on_offer_id or a.latest_id)) for a in found}


def _row(
    kind: papers.FormKind,
    keys: frozenset[str],
    row: AssetForm | None,
    seen: Mapping[int, tuple[Asset, Version | None]],
    version: Version,
    now: str,
) -> FormRow:
    missing = tuple(str(papers.LABELS[k]) for k in papers.missing(kind.key, keys))
    if row is None:
        return FormRow(kind, missing)
    _asset, shown = seen.get(row.asset_id or 0, (None, None))
    there = shown is not None
    return FormRow(
        form=kind,
        missing=missing,
        state=row.state if row.state != "ready" or there else "none",
        progress=row.progress,
        error=row.error,
        told=tuple(row.told),
        asset_id=row.asset_id if there else None,
        asset_state=shown.state if shown else "",
        file_name=shown.file_name if shown else "",
        pages=shown.page_count if shown else 0,
        number=row.made_number if there else None,
        stale=there and _moved(row, version, now),
    )


def _moved(row: AssetForm, version: Version, now: str) -> bool:
    return row.made_at is not None and (row.made_version_id != version.id or row.made_sha != now)


def sum_of(asset: Asset, text: str) -> str:
    """What a form depends on besides the house, as one sum."""
    said = f"{asset.title}\x00{asset.summary}\x00{asset.language}\x00{text}"
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()


def ask(session: Session, asset: Asset, wanted: Iterable[str], *, by: accounts.Actor) -> list[str]:
    """Ask for these forms to be made (again); the keys of those that will be. HubError when none can be made yet.

    Forms without their sections are passed over when others can be made.
    """
    must_edit(session, asset, by)
    version = current(session, asset)
    if version is None or not is_source(asset, version):
        raise HubError(_("只有分了节的 Markdown 文字能出成品。上传的文件请直接改文件。"))
    keys = papers.parse(resolved(session, asset, version).text).keys
    unknown = [key for key in wanted if key not in papers.FORMS]
    if unknown:
        raise HubError(_("没有“%(form)s”这种成品。") % {"form": unknown[0]})
    able = [key for key in wanted if not papers.missing(key, keys)]
    if not able:
        raise HubError(_sections_wanted(list(wanted), keys))
    for key in able:
        _ask_one(session, asset, key, by)
    activity.record(session, "ask_forms", "asset", asset.id, by=by.id, forms=able)
    return able


def _sections_wanted(wanted: list[str], keys: frozenset[str]) -> str:
    lacking = [k for k in papers.SECTIONS if any(k in papers.missing(f, keys) for f in wanted)]
    said = _("还缺这几节：%(sections)s。给文字加上这些标题再来。") % {
        "sections": "、".join(str(papers.LABELS[k]) for k in lacking)
    }
    able = [f.label for f in papers.FORMS.values() if not papers.missing(f.key, keys)]
    return f"{said} " + (
        _("现在能出的有：%(forms)s。") % {"forms": "、".join(map(str, able))} if able else ""
    )


def _ask_one(session: Session, asset: Asset, form: str, by: accounts.Actor) -> None:
    row = session.get(AssetForm, (asset.id, form)) or AssetForm(
        source_id=asset.id or 0, form=form, asked_at=clock.now()
    )
    if row.state == "making":
        raise Conflict(_("“%(form)s”正在出，稍等一会儿。") % {"form": papers.FORMS[form].label})
    row.state, row.progress, row.error = "waiting", 0, ""
    row.asked_by_id, row.asked_at = by.id, clock.now()
    session.add(row)
    session.flush()
    jobs.later(session, "form.make", key=f"form:{asset.id}:{form}", source_id=asset.id, form=form)


@dataclass(frozen=True)
class Origin:
    """What a form was made from, as its own page and links tell. `url` leads to the source."""

    form: str
    source_id: int
    title: str
    made_number: int | None
    number: int
    stale: bool


def origins(session: Session, asset_ids: Iterable[int], by: accounts.Actor) -> dict[int, Origin]:
    """Per asset that is a form: its source, where this actor may read that too. Two queries, and one for each."""
    query = select(AssetForm, Asset).join(Asset, col(Asset.id) == col(AssetForm.source_id))
    rows = session.exec(query.where(col(AssetForm.asset_id).in_(list(asset_ids)), queries.visible(by))).all()
    found: dict[int, Origin] = {}
    for row, source in rows:
        version = current(session, source)
        if version is not None and row.asset_id:
            now = sum_of(source, resolved(session, source, version).text)
            stale = _moved(row, version, now)
            found[row.asset_id] = Origin(
                row.form, source.id or 0, source.title, row.made_number, version.number, stale
            )
    return found
