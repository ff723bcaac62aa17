"""The first day of an empty hub: an administrator, then company, taxonomy, material and people, each to be skipped."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts, library, taxonomy
from hub.base.errors import Conflict, HubError
from hub.base.i18n import _
from hub.request import SessionDep, VisitorDep, WiringDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep, dressed, stranger
from hub.web.pages.door import keep_signed_in
from hub.web.pages.settings import CompanyForm, company_form
from hub.web.render import render

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class AdministratorPage:
    """See templates/first_day/administrator.html."""

    name: str = ""
    email: str = ""
    error: str | None = None


@dataclass(frozen=True)
class StepMark:
    """A step on the way at the top. `state` is done, now or next."""

    label: str
    note: str
    state: str


@dataclass(frozen=True)
class StepPage:
    """See templates/first_day/step.html. `step` is one of library.STEPS, or "over"."""

    step: str
    marks: tuple[StepMark, ...]
    following: str
    company: CompanyForm | None
    presets: tuple[tuple[str, str, str], ...]
    command: str
    has_taxonomy: bool


@dataclass(frozen=True)
class Todo:
    """A step as the front page offers it."""

    title: str
    text: str
    url: str
    action: str
    done: bool


def _titles() -> dict[str, tuple[str, str, str]]:
    """Per step: what it is, why, and the word on its button."""
    return {
        "company": (
            _("公司名称和标志"),
            _("页面、PPT 和分享链接上都会用到"),
            _("去填"),
        ),
        "taxonomy": (
            _("产品和分类"),
            _("行业、场景、职能、销售阶段：材料按它们归类和筛选"),
            _("去选"),
        ),
        "material": (
            _("第一批材料"),
            _("导入一个文件夹，或上传几份 PPT"),
            _("去导入"),
        ),
        "people": (
            _("请同事进来"),
            _("一个个添加，或用 CSV；不需要邮件"),
            _("去添加"),
        ),
    }


def steps_left(session: SessionDep, person: accounts.Actor) -> tuple[Todo, ...] | None:
    """For the front page of an administrator: the steps of the first day, None once nothing is left to do."""
    if not person.may("hub.manage"):
        return None
    steps = library.first_steps(session)
    if all(s.done or s.skipped for s in steps):
        return None
    titles = _titles()
    return tuple(
        Todo(*titles[s.key][:2], f"/welcome?step={s.key}", titles[s.key][2], s.done)
        for s in steps
        if s.done or not s.skipped
    )


@router.get("/welcome", dependencies=[Depends(stranger)])
def welcome(
    request: Request,
    session: SessionDep,
    found: VisitorDep,
    step: Annotated[str, Query()] = "",
) -> Response:
    if not accounts.has_anybody(session):
        return render(request, "first_day/administrator.html", AdministratorPage())
    if found is None:
        return RedirectResponse("/sign-in?next=/welcome", status_code=303)
    person = dressed(request, session)
    person.must("hub.manage")
    steps = library.first_steps(session)
    left = [s.key for s in steps if not s.done and not s.skipped]
    now = step if step in (*library.STEPS, "over") else next(iter(left), "over")
    return render(request, "first_day/step.html", _page(session, now, steps))


def _page(session: SessionDep, now: str, steps: list[library.Step]) -> StepPage:
    titles = _titles()
    marks = [StepMark(_("管理员"), _("就是您"), "done")]
    for s in steps:
        state = "now" if s.key == now else "done" if s.done else "next"
        marks.append(StepMark(titles[s.key][0], _("跳过了") if s.skipped and not s.done else "", state))
    order = [*library.STEPS, "over"]
    return StepPage(
        step=now,
        marks=tuple(marks),
        following=order[min(order.index(now) + 1, len(order) - 1)],
        company=company_form(session) if now == "company" else None,
        presets=tuple((p.key, p.name, p.about) for p in library.presets()) if now == "taxonomy" else (),
        command="hub import ~/sales-material",
        has_taxonomy=library.has_taxonomy(session),
    )


@router.post("/welcome", dependencies=[Depends(stranger)])
def begin(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    name: Annotated[str, Form()] = "",
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Make the first administrator and sign them in; Conflict once there is one."""
    try:
        _must_agree(password, again)
        person = accounts.first_administrator(session, name=name, email=email, password=password)
    except Conflict:
        raise
    except HubError as error:
        page = AdministratorPage(name, email, error.message)
        return render(request, "first_day/administrator.html", page, status=error.status)
    secret = accounts.open_sign_in(
        session,
        person,
        days=wiring.settings.sign_in_days,
        browser=request.headers.get("user-agent", ""),
    )
    answer = RedirectResponse("/welcome", status_code=303)
    keep_signed_in(answer, wiring, secret)
    return answer


def _must_agree(password: str, again: str) -> None:
    if password != again:
        raise HubError(_("两次输入的密码不一样。"))


@router.post("/welcome/preset")
def take_preset(session: SessionDep, person: ActorDep, preset: Annotated[str, Form()] = "") -> Response:
    library.load_preset(session, preset, by=person)
    count = sum(len(taxonomy.words(session).by_facet[f]) for f in taxonomy.TERM_FACETS)
    answer = RedirectResponse("/welcome", status_code=303)
    flash(answer, _("放进了 %(n)s 个分类，随时可以改。") % {"n": count})
    return answer


@router.post("/welcome/{step}/skip")
def skip(session: SessionDep, person: ActorDep, step: str) -> Response:
    library.skip_step(session, step, by=person)
    return RedirectResponse("/welcome", status_code=303)
