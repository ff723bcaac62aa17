"""Settings of the house and the steps of its first day, for administrators."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, File, UploadFile
from pydantic import Field

from hub import library, mailing, requirements, taxonomy
from hub.api.shapes import Limit, Listed, Offset, Shape
from hub.request import SessionDep, TokenPersonDep, WiringDep

router = APIRouter(prefix="/settings", tags=["settings"])
MOST_MAILS = 1000  # the newest


class CompanyItem(Shape):
    """Whose hub this is. `primary`: # and six hexadecimal digits; `logo_url` null: the letter of the house is shown."""

    name: str
    name_en: str
    short: str
    primary: str
    site: str
    logo_url: str | None


class SettingsItem(Shape):
    company: CompanyItem
    effort_unit: Literal["days", "months"]


class ChangedCompany(Shape):
    """What is left out stays as it is; the logo has an address of its own."""

    name: str | None = Field(None, max_length=80)
    name_en: str | None = Field(None, max_length=80)
    short: str | None = Field(None, max_length=40)
    primary: str | None = Field(None, max_length=7)
    site: str | None = Field(None, max_length=200)


class EffortUnit(Shape):
    unit: Literal["days", "months"]


class GoingItem(Shape):
    label: str
    count: int


class KeptItem(Shape):
    label: str
    title: str
    why: str


class DemoPlan(Shape):
    """What goes, by sort; what stays, and why; who takes over what people of the demo were responsible for."""

    going: list[GoingItem]
    kept: list[KeptItem]
    heir_id: int | None


class StepItem(Shape):
    """A step of the first day: `done` when the hub shows it, `skipped` when somebody left it out."""

    key: str
    done: bool
    skipped: bool


class PresetItem(Shape):
    """A taxonomy to start from."""

    key: str
    name: str
    about: str


class FirstDay(Shape):
    steps: list[StepItem]
    presets: list[PresetItem]


class Preset(Shape):
    preset: str = Field(max_length=60)


class ProgressItem(Shape):
    """A new index that is being made: documents written, of about how many (0: unknown)."""

    written: int
    expected: int
    percent: int | None


class IndexItem(Shape):
    """The search index: what it holds, how many changes it has not taken in, and whether it is being made anew."""

    documents: int
    behind: int
    stale: bool
    asked: bool
    progress: ProgressItem | None


class JobItem(Shape):
    """Later work that was given up, and why."""

    id: int
    name: str
    error: str | None
    finished_at: datetime | None


class MailItem(Shape):
    """A mail that was given up: for whom, what the mail server said last, and how often it was tried."""

    id: int
    to: str
    error: str
    tries: int
    tried_at: datetime | None


def _company(session: SessionDep) -> CompanyItem:
    found = taxonomy.company(session)
    plain = {n: getattr(found, n) for n in CompanyItem.model_fields if n != "logo_url"}
    return CompanyItem(**plain, logo_url=f"/logo/{found.logo}" if found.logo else None)


def _first_day(session: SessionDep) -> FirstDay:
    return FirstDay(
        steps=[StepItem.model_validate(s) for s in library.first_steps(session)],
        presets=[PresetItem.model_validate(p) for p in library.presets()],
    )


@router.get("", summary="Read the settings of the house")
def read(session: SessionDep, person: TokenPersonDep) -> SettingsItem:
    person.must("hub.manage")
    return SettingsItem.model_validate(
        {"company": _company(session), "effort_unit": requirements.effort_unit(session)}
    )


@router.patch("/company", summary="Say whose hub this is, and in which colour")
def edit_company(session: SessionDep, person: TokenPersonDep, said: ChangedCompany) -> CompanyItem:
    person.must("hub.manage")
    kept = _company(session).model_dump(exclude={"logo_url"})
    library.name_company(session, **{**kept, **said.model_dump(exclude_none=True)}, by=person)
    return _company(session)


@router.put("/logo", summary="Show this picture as the logo")
def set_logo(
    session: SessionDep, wiring: WiringDep, person: TokenPersonDep, file: Annotated[UploadFile, File()]
) -> CompanyItem:
    """A picture of at most 5 MB."""
    data = file.file.read(library.LOGO_BYTES + 1)
    library.set_logo(session, wiring.blobs, wiring.settings, data, by=person)
    return _company(session)


@router.delete("/logo", status_code=204, summary="Show the letter of the house in place of a logo")
def drop_logo(session: SessionDep, person: TokenPersonDep) -> None:
    library.drop_logo(session, by=person)


@router.put("/effort-unit", summary="Say in which unit effort is shown")
def set_effort_unit(session: SessionDep, person: TokenPersonDep, said: EffortUnit) -> SettingsItem:
    """Nothing that was said is converted: it is kept in days."""
    requirements.set_effort_unit(session, said.unit, by=person)
    return read(session, person)


@router.get("/demo", summary="What removing the demo would take, and what it would leave")
def demo(session: SessionDep, person: TokenPersonDep) -> DemoPlan:
    return _plan(session, library.demo_plan(session, by=person))


@router.delete("/demo", summary="Take the demo out; what people have added or built on stays")
def remove_demo(session: SessionDep, person: TokenPersonDep) -> DemoPlan:
    """What went and what stayed. Nothing brings it back."""
    found = library.demo_plan(session, by=person)
    said = _plan(session, found)
    library.remove_demo(session, by=person)
    return said


def _plan(session: SessionDep, found: library.Plan) -> DemoPlan:
    kept = [
        KeptItem(label=n.label, title=n.title, why=str(found.kept[t]))
        for t, n in library.named_each(session, found.kept)
    ]
    going = [GoingItem(label=label, count=count) for label, count in library.counts(found)]
    return DemoPlan(going=going, kept=kept, heir_id=found.heir)


@router.get("/first-day", summary="List the steps of the first day, and taxonomies to start from")
def first_day(session: SessionDep, person: TokenPersonDep) -> FirstDay:
    person.must("hub.manage")
    return _first_day(session)


@router.post("/first-day/preset", summary="Take a taxonomy in to start from")
def take_preset(session: SessionDep, person: TokenPersonDep, said: Preset) -> FirstDay:
    """Refused where there is a taxonomy already."""
    library.load_preset(session, said.preset, by=person)
    return _first_day(session)


@router.post("/first-day/{step}/skip", summary="Leave a step of the first day out")
def skip(session: SessionDep, person: TokenPersonDep, step: str) -> FirstDay:
    library.skip_step(session, step, by=person)
    return _first_day(session)


@router.get("/jobs", summary="List later work that was given up, newest first")
def failed(
    session: SessionDep, person: TokenPersonDep, limit: Limit = 50, offset: Offset = 0
) -> Listed[JobItem]:
    found = library.failed_jobs(session, by=person)
    items = [JobItem.model_validate(j) for j in found[offset : offset + limit]]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.post("/jobs/{job_id}/retry", status_code=202, summary="Let work that was given up run again")
def retry(session: SessionDep, person: TokenPersonDep, job_id: int) -> None:
    library.retry_job(session, job_id, by=person)


@router.get("/mails", summary="List mails that could not be sent, newest first")
def failed_mails(
    session: SessionDep, person: TokenPersonDep, limit: Limit = 50, offset: Offset = 0
) -> Listed[MailItem]:
    found = mailing.failed(session, by=person, limit=MOST_MAILS)
    items = [
        MailItem(id=m.id or 0, to=to, error=m.error, tries=m.tries, tried_at=m.done_at)
        for m, to in found[offset : offset + limit]
    ]
    return Listed(items=items, total=len(found), limit=limit, offset=offset)


@router.post("/mails/{mail_id}/retry", status_code=202, summary="Send a mail that was given up once more")
def retry_mail(session: SessionDep, person: TokenPersonDep, mail_id: int) -> None:
    mailing.retry(session, mail_id, by=person)


@router.get("/index", summary="Say how the search index is, and how far a new one")
def index(session: SessionDep, wiring: WiringDep, person: TokenPersonDep) -> IndexItem:
    return IndexItem.model_validate(library.index_state(session, wiring.engine, by=person))


@router.post("/index/rebuild", status_code=202, summary="Ask for the search index to be made anew")
def rebuild(session: SessionDep, person: TokenPersonDep) -> None:
    """Searching goes on meanwhile."""
    library.ask_rebuild(session, by=person)
