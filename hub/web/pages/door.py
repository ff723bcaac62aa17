"""Signing in and out, invitations, and the company's logo."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts, guesses, taxonomy
from hub.base.errors import HubError, NotAllowed, NotFound
from hub.base.formats import listed
from hub.base.i18n import SOURCE, _
from hub.request import SESSION_COOKIE, SessionDep, WiringDep
from hub.web.chrome import flash, is_ours
from hub.web.dress import stranger
from hub.web.look import LANGUAGE_COOKIE, remember_language
from hub.web.render import render
from hub.web.tries import at_password
from hub.web.words import ROLES

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class DemoPerson:
    """Somebody of the demo to look around as."""

    name: str
    role: str
    email: str
    what: str


@dataclass(frozen=True)
class SignInPage:
    """See templates/people/sign_in.html."""

    company: str
    email: str
    next: str
    error: str | None
    demo: tuple[DemoPerson, ...]


@router.get("/sign-in", dependencies=[Depends(stranger)])
def sign_in_form(request: Request, session: SessionDep, next: str = "/") -> Response:  # noqa: A002 - the word in the address
    if request.state.person is not None:
        return RedirectResponse(_safe(next), status_code=303)
    if not accounts.has_anybody(session):
        return RedirectResponse("/welcome", status_code=303)
    return render(request, "people/sign_in.html", _page(session, next=next))


def _safe(target: str) -> str:
    return target if is_ours(target) else "/"


def _page(session: SessionDep, *, next: str, email: str = "", error: str | None = None) -> SignInPage:  # noqa: A002
    people = accounts.demo_people(session)
    roles = accounts.roles_of(session, [p.id for p in people if p.id])
    demo = tuple(
        DemoPerson(
            p.name,
            p.title,
            p.email,
            listed(str(ROLES[r].label) for r in roles.get(p.id or 0, []) if r in ROLES),
        )
        for p in people
    )
    return SignInPage(taxonomy.company(session).title(), email, _safe(next), error, demo)


@router.post("/sign-in", dependencies=[Depends(stranger)])
def sign_in(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    email: Annotated[str, Form()] = "",
    password: Annotated[str, Form()] = "",
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    tries = at_password(request, wiring, email.strip().lower())
    if not guesses.may_try(session, *tries):
        said = _("试错的次数太多了，请过 15 分钟再试，或请管理员发一个重设链接。")
        return render(
            request, "people/sign_in.html", _page(session, next=next, email=email, error=said), status=429
        )
    try:
        secret = accounts.sign_in(
            session,
            email=email,
            password=password,
            days=wiring.settings.sign_in_days,
            browser=request.headers.get("user-agent", ""),
        )
    except NotAllowed as error:
        guesses.wrong(session, *tries)
        page = _page(session, next=next, email=email, error=error.message)
        return render(request, "people/sign_in.html", page, status=403)
    return _signed_in(request, session, wiring, secret, next)


def _signed_in(
    request: Request, session: SessionDep, wiring: WiringDep, secret: str, target: str
) -> Response:
    before = request.cookies.get(SESSION_COOKIE)
    if before:
        accounts.sign_out(session, before)  # the old sign-in ends where a new one begins
    answer = RedirectResponse(_safe(target), status_code=303)
    keep_signed_in(answer, wiring, secret)
    person = accounts.by_cookie(session, secret)
    if person and person.language != SOURCE and LANGUAGE_COOKIE not in request.cookies:
        remember_language(
            answer, person.language
        )  # their language follows them into a browser that has none yet
    return answer


def keep_signed_in(answer: Response, wiring: WiringDep, secret: str) -> None:
    """Give the browser the cookie of a sign-in."""
    answer.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=wiring.settings.sign_in_days * 86_400,
        httponly=True,
        samesite="lax",
        secure=wiring.settings.secure_cookies,
        path="/",
    )


@router.post("/sign-in/demo")
def sign_in_demo(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    email: Annotated[str, Form()],
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Look around as one of the demo's people; only they can be chosen, and only while the demo is loaded."""
    secret = accounts.sign_in_as_demo(session, email=email, days=wiring.settings.sign_in_days)
    return _signed_in(request, session, wiring, secret, next)


@router.post("/sign-out")
def sign_out(request: Request, session: SessionDep) -> Response:
    cookie = request.cookies.get(SESSION_COOKIE)
    if cookie:
        accounts.sign_out(session, cookie)
    answer = RedirectResponse("/sign-in", status_code=303)
    answer.delete_cookie(SESSION_COOKIE, path="/")
    return answer


@dataclass(frozen=True)
class InvitationPage:
    """See templates/people/invitation.html."""

    name: str
    email: str
    is_reset: bool
    token: str
    error: str | None = None


@router.get("/invitations/{token}", dependencies=[Depends(stranger)])
def invitation(request: Request, session: SessionDep, token: str) -> Response:
    return render(request, "people/invitation.html", _invitation(session, token))


def _invitation(session: SessionDep, token: str, error: str | None = None) -> InvitationPage:
    row = accounts.invitation(session, token)
    if row is None:
        raise NotFound(_("这个链接已经用过或过期了。请管理员再发一个。"))
    person = accounts.person(session, row.person_id)
    return InvitationPage(person.name, person.email, row.purpose == "reset", token, error)


@router.post("/invitations/{token}", dependencies=[Depends(stranger)])
def accept_invitation(
    request: Request,
    session: SessionDep,
    wiring: WiringDep,
    token: str,
    password: Annotated[str, Form()] = "",
    again: Annotated[str, Form()] = "",
) -> Response:
    if password != again:
        said = _("两次输入的密码不一样。")
        return render(request, "people/invitation.html", _invitation(session, token, said), status=400)
    try:
        person = accounts.accept_invitation(session, token, password)
    except NotFound:
        raise
    except HubError as error:
        return render(
            request, "people/invitation.html", _invitation(session, token, error.message), status=400
        )
    secret = accounts.sign_in(
        session, email=person.email, password=password, days=wiring.settings.sign_in_days
    )
    answer = _signed_in(request, session, wiring, secret, "/")
    flash(answer, _("密码设好了，欢迎。"))
    return answer


@router.get("/logo/{sha}")
def logo(session: SessionDep, wiring: WiringDep, sha: str) -> Response:
    """The company's logo, the one picture a stranger may see."""
    if taxonomy.company(session).logo != sha:
        raise NotFound(_("没有这个图片。"))
    return Response(
        wiring.blobs.get(sha), media_type="image/webp", headers={"Cache-Control": "public, max-age=86400"}
    )
