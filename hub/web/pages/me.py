"""Me: one's own profile, password, tokens for programs, and the browsers one is signed in with."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts, guesses, mailing, taxonomy
from hub.base.errors import HubError, NotAllowed
from hub.base.formats import ago, day
from hub.base.i18n import _
from hub.request import SESSION_COOKIE, SessionDep, WiringDep
from hub.web.chrome import flash
from hub.web.dress import ActorDep
from hub.web.look import remember_language
from hub.web.pages.door import keep_signed_in
from hub.web.render import render
from hub.web.tries import at_password
from hub.web.words import ROLES

router = APIRouter(include_in_schema=False)
LIVES = (30, 90, 365)  # days a token may live; 0 is until it is revoked


@dataclass(frozen=True)
class TokenRow:
    id: int
    name: str
    made: str
    ends: str  # "" when it does not end by itself
    used: str


@dataclass(frozen=True)
class BrowserRow:
    id: int
    name: str
    since: str
    here: bool


@dataclass(frozen=True)
class MePage:
    """See templates/people/me.html. `secret` is a fresh token, shown this once; `error` is about the password."""

    email: str
    name: str
    name_en: str
    title: str
    title_en: str
    phone: str
    language: str
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    mine: tuple[str, ...]
    industries: tuple[tuple[str, str], ...]
    tokens: tuple[TokenRow, ...]
    browsers: tuple[BrowserRow, ...]
    lives: tuple[int, ...]
    mail: str
    mails: tuple[tuple[str, str], ...]  # () where no mail is set up
    secret: str | None = None
    error: str = ""


@router.get("/me")
def show(request: Request, session: SessionDep, wiring: WiringDep, person: ActorDep) -> Response:
    return render(request, "people/me.html", _page(request, session, wiring, person))


def _page(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    person: accounts.Actor,
    secret: str | None = None,
    error: str = "",
) -> MePage:
    i = person.id or 0
    me = accounts.person(session, i)
    cookie = request.cookies.get(SESSION_COOKIE, "")
    return MePage(
        email=me.email,
        name=me.name,
        name_en=me.name_en,
        title=me.title,
        title_en=me.title_en,
        phone=me.phone,
        language=me.language,
        roles=tuple(str(ROLES[r].label) for r in accounts.ROLES if r in person.roles),
        teams=tuple(t.label for t in accounts.teams_of(session, [i]).get(i, [])),
        mine=tuple(accounts.industries_of(session, i)),
        industries=tuple((w.key, w.label) for w in taxonomy.words(session).options("industry")),
        tokens=tuple(_token_row(t) for t in accounts.tokens_of_person(session, i)),
        browsers=tuple(
            BrowserRow(
                s.id or 0, browser_name(s.browser), ago(s.created_at), accounts.is_cookie_of(s, cookie)
            )
            for s in accounts.own_sign_ins(session, person)
        ),
        lives=LIVES,
        mail=me.mail,
        mails=_mails() if mailing.is_set_up(wiring.settings) else (),
        secret=secret,
        error=error,
    )


def _mails() -> tuple[tuple[str, str], ...]:
    return (
        ("all", _("重要的马上发，其余每天一封")),
        ("digest", _("每天一封")),
        ("off", _("不要邮件")),
    )


def _token_row(token: accounts.ApiToken) -> TokenRow:
    used = ago(token.last_used_at) if token.last_used_at else ""
    ends = day(token.expires_at) if token.expires_at else ""
    return TokenRow(token.id or 0, token.name, day(token.created_at), ends, used)


BROWSERS = (("Edg/", "Edge"), ("MicroMessenger", "WeChat"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"))
SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """A browser as a person knows it ("Chrome · Windows"), from what it says of itself."""
    name = next((n for sign, n in BROWSERS if sign in agent), "Safari" if "Safari/" in agent else "")
    system = next((n for sign, n in SYSTEMS if sign in agent), "")
    return " · ".join(t for t in (name, system) if t) or agent[:40] or _("不知名的浏览器")


@router.post("/me")
def edit(
    session: SessionDep,
    person: ActorDep,
    name: Annotated[str, Form()] = "",
    name_en: Annotated[str, Form()] = "",
    title: Annotated[str, Form()] = "",
    title_en: Annotated[str, Form()] = "",
    phone: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "zh-CN",
    mail: Annotated[str | None, Form()] = None,
    industries: Annotated[list[str] | None, Form()] = None,
) -> Response:
    profile = accounts.Profile(name, name_en, title, phone, title_en)
    known = taxonomy.words(session).by_facet["industry"]
    chosen = [i for i in industries or [] if i in known]
    accounts.edit_own(session, profile, language=language, industries=chosen, mail=mail, by=person)
    answer = _back(_("已保存。"))
    remember_language(answer, language)
    return answer


def _back(said: str) -> Response:
    answer = RedirectResponse("/me", status_code=303)
    flash(answer, said)
    return answer


@router.post("/me/password")
def change_password(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    old: Annotated[str, Form()] = "",
    new: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    """Change it; every other browser is signed out. Wrong tries count as those at the door do."""
    tries = at_password(request, wiring, person.email)
    try:
        _must_agree(new, again, allowed=guesses.may_try(session, *tries))
        secret = accounts.change_own_password(
            session,
            old=old,
            new=new,
            days=wiring.settings.sign_in_days,
            browser=request.headers.get("user-agent", ""),
            by=person,
        )
    except HubError as error:
        if isinstance(error, NotAllowed):
            guesses.wrong(session, *tries)
        page = _page(request, session, wiring, person, error=error.message)
        return render(request, "people/me.html", page, status=error.status)
    answer = _back(_("密码改好了，别处的登录都已退出。"))
    keep_signed_in(answer, wiring, secret)
    return answer


def _must_agree(new: str, again: str, *, allowed: bool) -> None:
    if not allowed:
        raise NotAllowed(_("试错的次数太多了，请过 15 分钟再试，或请管理员发一个重设链接。"))
    if new != again:
        raise HubError(_("两次输入的密码不一样。"))


@router.post("/me/tokens")
def make_token(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    person: ActorDep,
    name: Annotated[str, Form(max_length=80)] = "",
    days: Annotated[int, Form()] = 90,
) -> Response:
    """A token for programs, shown on this answer only."""
    if days not in (0, *LIVES):
        raise HubError(_("请选一个有效期。"))
    me = accounts.person(session, person.id or 0)
    made = accounts.make_api_token(session, me, name=name, days=days or None)
    return render(request, "people/me.html", _page(request, session, wiring, person, secret=made.secret))


@router.post("/me/tokens/{token_id}/revoke")
def revoke_token(session: SessionDep, person: ActorDep, token_id: int) -> Response:
    accounts.revoke_api_token(session, token_id, by=person)
    return _back(_("令牌已作废，用它的程序连不上了。"))


@router.post("/me/browsers/{sign_in_id}/end")
def end_browser(session: SessionDep, person: ActorDep, sign_in_id: int) -> Response:
    accounts.end_sign_in(session, sign_in_id, by=person)
    return _back(_("那个浏览器已退出登录。"))


@router.post("/me/browsers/end-others")
def end_others(request: Request, session: SessionDep, person: ActorDep) -> Response:
    accounts.end_other_sign_ins(session, request.cookies.get(SESSION_COOKIE, ""), by=person)
    return _back(_("别处的登录都已退出。"))
