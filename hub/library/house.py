"""Setting up the house and looking after it: the first steps, a taxonomy to start from, the logo, jobs that gave up.

A *preset* is a taxonomy file in `content/presets` with a name of its own. A *step* is one thing to do on the first day;
it is done when the hub shows it, or left when somebody skipped it.
"""

import re
from dataclasses import dataclass, replace
from pathlib import Path

from sqlmodel import Session, col, select

from hub import accounts, activity, assets, taxonomy
from hub.base import child, clock, jobs, outbox, pictures
from hub.base.blobs import LocalBlobs
from hub.base.errors import Conflict, HubError, NotFound
from hub.base.i18n import _, current
from hub.base.jobs import Job
from hub.base.paths import content_dir
from hub.base.settings import Settings
from hub.library.loading import load_taxonomy, read_yaml
from hub.search import Engine, Progress

STEPS = ("company", "taxonomy", "material", "people")
SETTING = "first_day"
LOGO_BYTES = 5 * 1024 * 1024
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Preset:
    """A taxonomy to start from, described in the reader's language."""

    key: str
    name: str
    about: str
    path: Path


def presets() -> list[Preset]:
    """The presets that come with the house, by file name."""
    found = []
    for path in sorted((content_dir() / "presets").glob("*.yml")):
        said = read_yaml(path)["preset"]
        more = "_en" if current() == "en" else ""
        found.append(Preset(path.stem, str(said[f"name{more}"]), str(said[f"about{more}"]), path))
    return found


def load_preset(session: Session, key: str, *, by: accounts.Actor) -> bool:
    """Take the preset's taxonomy in; True when something changed. Conflict where there is a taxonomy already."""
    by.must("taxonomy.edit")
    preset = next((p for p in presets() if p.key == key), None)
    if preset is None:
        raise NotFound(_("没有这套预设。"))
    if has_taxonomy(session):
        raise Conflict(_("已经有分类了，不再套用预设。可以在“分类与产品”里继续改。"))
    data = {k: v for k, v in read_yaml(preset.path).items() if k != "preset"}
    return load_taxonomy(session, data, by=by)


def has_taxonomy(session: Session) -> bool:
    """True once there is a product or a term."""
    known = taxonomy.words(session)
    return bool(known.products) or any(known.by_facet[f] for f in taxonomy.TERM_FACETS)


@dataclass(frozen=True)
class Step:
    """One step of the first day."""

    key: str
    done: bool
    skipped: bool


def first_steps(session: Session) -> list[Step]:
    """The steps of the first day in their order; those after the administrator, who is there when anybody asks."""
    skipped = set(taxonomy.setting(session, SETTING).get("skipped", []))
    done = {
        "company": bool(taxonomy.company(session).title()),
        "taxonomy": has_taxonomy(session),
        "material": session.exec(select(assets.Asset.id).limit(1)).first() is not None,
        "people": len(session.exec(select(accounts.Person.id).where(accounts.Person.active).limit(2)).all())
        > 1,
    }
    return [Step(key, done[key], key in skipped) for key in STEPS]


def skip_step(session: Session, key: str, *, by: accounts.Actor) -> None:
    """Leave a step out; it is not offered any more."""
    by.must("hub.manage")
    if key not in STEPS:
        raise NotFound(_("没有这一步。"))
    said = taxonomy.setting(session, SETTING)
    skipped = [*(k for k in said.get("skipped", []) if k != key), key]
    taxonomy.save_setting(session, SETTING, {**said, "skipped": skipped})


def name_company(
    session: Session, *, name: str, name_en: str, short: str, primary: str, site: str, by: accounts.Actor
) -> None:
    """Whose hub this is and in which colour; the logo stays. HubError for a missing name or a wrong colour."""
    by.must("hub.manage")
    said = " ".join(name.split())[:80]
    if not said:
        raise HubError(_("请填写公司名称。"))
    if not COLOUR.fullmatch(primary):
        raise HubError(_("颜色要写成 # 加六位十六进制，比如 #066fd1。"))
    if site.strip() and not re.match(r"https?://", site.strip()):
        raise HubError(_("网址要以 http:// 或 https:// 开头。"))
    company = replace(
        taxonomy.company(session),
        name=said,
        name_en=" ".join(name_en.split())[:80],
        short=" ".join(short.split())[:40],
        primary=primary.lower(),
        site=site.strip()[:200],
    )
    taxonomy.set_company(session, company, by=by)


def set_logo(
    session: Session, blobs: LocalBlobs, settings: Settings, data: bytes, *, by: accounts.Actor
) -> None:
    """Show this picture as the company's logo; HubError for what is no picture we can read."""
    by.must("hub.manage")
    if len(data) > LOGO_BYTES:
        raise HubError(_("标志图片不要超过 5 MB。"))
    limits = child.Limits(memory=settings.child_memory, seconds=settings.child_seconds)
    blob = blobs.put(child.run(pictures.logo, data, settings.max_pixels, limits=limits))
    taxonomy.set_company(session, replace(taxonomy.company(session), logo=blob.sha256), by=by)


def drop_logo(session: Session, *, by: accounts.Actor) -> None:
    """Show the letter of the house again."""
    by.must("hub.manage")
    taxonomy.set_company(session, replace(taxonomy.company(session), logo=""), by=by)


def failed_jobs(session: Session, *, by: accounts.Actor) -> list[Job]:
    """The jobs that were given up, newest first."""
    by.must("hub.manage")
    return jobs.failed(session)


def retry_job(session: Session, job_id: int, *, by: accounts.Actor) -> None:
    """Let a job that was given up run again; NotFound when it is not among them."""
    by.must("hub.manage")
    job = session.get(Job, job_id)
    if job is None or job.state != "failed":
        raise NotFound(_("这个任务不在失败的里面，可能已经重跑了。"))
    same = select(Job.id).where(Job.name == job.name, col(Job.key) == job.key, Job.state == "waiting")
    if job.key is not None and session.exec(same).first() is not None:
        job.key = None  # the same thing was asked for meanwhile; handlers are safe to run twice
    job.state, job.attempts, job.run_at = "waiting", 0, clock.now()
    job.finished_at, job.error = None, None
    session.add(job)
    activity.record(session, "retry", "job", job_id, by=by.id, name=job.name)


@dataclass(frozen=True)
class IndexState:
    """How the search index is. `documents` is what it holds now, `behind` how many changes it has not taken in,
    `stale` that it cannot be asked; `asked` that it waits to be made anew or is being made, with `progress` once
    that is known.
    """

    documents: int
    behind: int
    stale: bool
    asked: bool
    progress: Progress | None


def index_state(session: Session, engine: Engine, *, by: accounts.Actor) -> IndexState:
    """How the search index is; it goes on answering while a new one is made beside it."""
    by.must("hub.manage")
    taken_in, progress = engine.checkpoint(), engine.progress()
    return IndexState(
        documents=engine.count() if taken_in >= 0 else 0,
        behind=max(0, outbox.newest(session) - taken_in),
        stale=taken_in < 0,
        asked=progress is not None or jobs.open_count(session, ("index.rebuild",)) > 0,
        progress=progress,
    )


def ask_rebuild(session: Session, *, by: accounts.Actor) -> None:
    """Ask for the search index to be made anew from the rows."""
    by.must("hub.manage")
    jobs.later(session, "index.rebuild", key="index", priority=4)
    activity.record(session, "rebuild_index", "hub", None, by=by.id)
