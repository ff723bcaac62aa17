"""What a request carries: a session, the person who acts, and the wiring.

A GET gets a session in which the database refuses writes; any other method gets one that commits before the answer
leaves (`scope="function"`), so that a failed commit is an error and not a lie.
"""

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session
from starlette.datastructures import FormData

from hub import accounts
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.wiring import Wiring

SESSION_COOKIE = "quiver_session"
READING = {"GET", "HEAD", "OPTIONS"}


class SignInNeeded(HubError):  # noqa: N818 - the name is what a colleague says
    """Nobody is signed in. Pages answer with the sign-in form, the API with 401."""

    status = 401
    code = "sign_in_needed"


def wiring(request: Request) -> Wiring:
    found: Wiring = request.app.state.wiring
    return found


def session(request: Request) -> Iterator[Session]:
    database = wiring(request).database
    with database.read() if request.method in READING else database.write() as opened:
        yield opened


WiringDep = Annotated[Wiring, Depends(wiring)]
SessionDep = Annotated[Session, Depends(session, scope="function")]


def visitor(request: Request, session: SessionDep) -> accounts.Actor | None:
    """Who is signed in with the browser's cookie; None for a stranger."""
    cookie = request.cookies.get(SESSION_COOKIE)
    return accounts.by_cookie(session, cookie) if cookie else None


def person(found: Annotated[accounts.Actor | None, Depends(visitor)]) -> accounts.Actor:
    """Who is signed in; SignInNeeded for a stranger."""
    if found is None:
        raise SignInNeeded(_("请先登录。"))
    return found


def bearer(request: Request, session: SessionDep) -> accounts.Actor:
    """Whose personal token came with the call, else who is signed in; SignInNeeded for neither."""
    scheme, _sep, token = request.headers.get("authorization", "").partition(" ")
    found = accounts.by_token(session, token.strip()) if scheme.lower() == "bearer" and token else None
    if found is None and not token:
        found = visitor(request, session)
    if found is None:
        raise SignInNeeded(_("请在请求头里带上令牌：Authorization: Bearer …"))
    return found


async def form(request: Request) -> FormData:
    """The whole form, for handlers that take what they find; read here because handlers are plain `def`."""
    return await request.form()


FormDep = Annotated[FormData, Depends(form)]
VisitorDep = Annotated[accounts.Actor | None, Depends(visitor)]
PersonDep = Annotated[accounts.Actor, Depends(person)]
TokenPersonDep = Annotated[accounts.Actor, Depends(bearer)]
