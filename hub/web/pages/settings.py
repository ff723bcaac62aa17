"""Settings of the house: company, colours, logo, the demo, jobs that gave up, the search index. For administrators."""

from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import RedirectResponse, Response

from hub import accounts, library, mailing, requirements, taxonomy
from hub.base import jobs
from hub.base.formats import ago, listed
from hub.base.i18n import _
from hub.request import SessionDep, WiringDep
from hub.web.chrome import flash, is_ours
from hub.web.dress import ActorDep
from hub.web.render import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class CompanyForm:
    """What is said about the company, for a form."""

    name: str
    name_en: str
    short: str
    primary: str
    site: str
    logo_url: str | None


@dataclass(frozen=True)
class JobRow:
    id: int
    name: str
    error: str
    when: str


@dataclass(frozen=True)
class SettingsPage:
    """See templates/settings/index.html."""

    company: CompanyForm
    has_demo: bool
    failed: tuple[JobRow, ...]
    waiting: int
    index: library.IndexState
    mail: str  # the server; empty where no mail is set up
    mails_waiting: int
    mails_failed: tuple[JobRow, ...]
    effort_unit: str


@dataclass(frozen=True)
class DemoPage:
    """See templates/settings/demo.html."""

    going: tuple[tuple[str, int], ...]  # label, how many
    kept: tuple[library.Named, ...]
    lost: tuple[library.Named, ...]  # changes by demo people that go too
    names: str  # demo people who stay as names
    heir: str  # empty: nobody could sign in any more


def company_form(session: SessionDep) -> CompanyForm:
    found = taxonomy.company(session)
    return CompanyForm(
        found.name,
        found.name_en,
        found.short,
        found.primary,
        found.site,
        f"/logo/{found.logo}" if found.logo else None,
    )


@router.get("/settings")
def index(request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep) -> Response:
    person.must("hub.manage")
    page = SettingsPage(
        company=company_form(session),
        has_demo=library.has_demo(session),
        failed=tuple(_job_row(j) for j in library.failed_jobs(session, by=person)),
        waiting=jobs.open_count(session),
        index=library.index_state(session, wiring.engine, by=person),
        mail=wiring.settings.smtp_host if mailing.is_set_up(wiring.settings) else "",
        mails_waiting=mailing.waiting_count(session),
        mails_failed=tuple(
            JobRow(m.id or 0, to, m.error, ago(m.done_at) if m.done_at else "")
            for m, to in mailing.failed(session, by=person)
        ),
        effort_unit=requirements.effort_unit(session),
    )
    return render(request, "settings/index.html", page)


def _job_names() -> dict[str, str]:
    return {
        "version.digest": _("读文件内容"),
        "version.preview": _("生成页面图片"),
        "index.apply": _("更新搜索"),
        "index.words": _("更新搜索的词"),
        "index.rebuild": _("重建搜索"),
        "deck.make": _("做打单 PPT"),
        "check_up.read": _("PPT 体检"),
        "product.readers": _("更新产品的可见范围"),
        "value.changed": _("更新分类"),
        "tag.accepted": _("给素材换标签"),
        "day.begins": _("每天的到期检查"),
        "requirement.launch": _("看上市条件齐了没有"),
        "requirement.regrouped": _("通知合并"),
        "requirement.slipped": _("通知季度变更"),
        "requirement.dated": _("上市计划跟着发布日走"),
        "launch.sweep": _("每小时看一遍上市条件"),
        "requests.sheet": _("导入诉求"),
        "mail.go": _("发邮件"),
        "tasks.file": _("提制作单"),
        "gap.needed": _("看缺口够不够提制作单"),
        "demos.check": _("每天问演示账号"),
        "demos.check_one": _("问一个演示账号"),
        "version.withdrawn": _("通知停用"),
        "version.replaced": _("通知换版"),
    }


def _job_row(job: jobs.Job) -> JobRow:
    said = f"{_job_names().get(job.name, job.name)} {' '.join(str(v) for v in job.payload.values())}"
    return JobRow(job.id or 0, said.strip(), job.error or "", ago(job.finished_at) if job.finished_at else "")


@router.post("/settings/mails/{mail_id}/retry")
def retry_mail(session: SessionDep, person: ActorDep, mail_id: int) -> Response:
    mailing.retry(session, mail_id, by=person)
    answer = RedirectResponse("/settings", status_code=303)
    flash(answer, _("马上再发一次。"))
    return answer


@router.post("/settings/company")
def save_company(
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    name: Annotated[str, Form()] = "",
    name_en: Annotated[str, Form()] = "",
    short: Annotated[str, Form()] = "",
    primary: Annotated[str, Form()] = "#066fd1",
    site: Annotated[str, Form()] = "",
    logo: Annotated[UploadFile | None, File()] = None,
    drop_logo: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/settings",  # noqa: A002 - the word in the form
) -> Response:
    library.name_company(
        session, name=name, name_en=name_en, short=short, primary=primary, site=site, by=person
    )
    if logo is not None and logo.filename:
        data = logo.file.read(library.LOGO_BYTES + 1)
        library.set_logo(session, wiring.blobs, wiring.settings, data, by=person)
    elif drop_logo:
        library.drop_logo(session, by=person)
    return _back(_("已保存。"), next if is_ours(next) else "/settings")


def _back(said: str, target: str = "/settings") -> Response:
    answer = RedirectResponse(target, status_code=303)
    flash(answer, said)
    return answer


@router.post("/settings/pool")
def save_pool(session: SessionDep, person: ActorDep, effort_unit: Annotated[str, Form()]) -> Response:
    requirements.set_effort_unit(session, effort_unit, by=person)
    return _back(_("已保存。以前估的数一个没动，只是换了单位来看。"))


@router.post("/settings/jobs/{job_id}/retry")
def retry(session: SessionDep, person: ActorDep, job_id: int) -> Response:
    library.retry_job(session, job_id, by=person)
    return _back(_("任务会再跑一次。"))


@router.post("/settings/index/rebuild")
def rebuild(session: SessionDep, person: ActorDep) -> Response:
    library.ask_rebuild(session, by=person)
    return _back(_("正在重建，期间照常能搜。"))


@router.get("/settings/demo")
def demo(request: Request, session: SessionDep, person: ActorDep) -> Response:
    """What removing the demo would take and what it would leave, before anybody confirms it."""
    found = library.demo_plan(session, by=person)
    kept = [replace(n, why=found.kept[t]) for t, n in library.named_each(session, found.kept)]
    page = DemoPage(
        going=tuple(library.counts(found)),
        kept=tuple(kept),
        lost=tuple(library.named(session, found.lost)),
        names=listed(accounts.names(session, found.names).values()),
        heir=next(iter(accounts.names(session, [found.heir]).values()), ""),
    )
    return render(request, "settings/demo.html", page)


@router.post("/settings/demo/remove")
def remove_demo(session: SessionDep, person: ActorDep) -> Response:
    """Take the demo out; what people have added or built on stays."""
    library.remove_demo(session, by=person)
    return _back(_("演示已移除，您加的都还在。"))
