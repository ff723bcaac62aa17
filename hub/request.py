"""What a request carries: a session, the person who acts, and the wiring.

A GET gets a session in which the database refuses writes; any other method gets one that commits before the answer
leaves (`scope="function"`), so that a failed commit is an error and not a lie.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from typing import Annotated

from anyio import CapacityLimiter, Semaphore, to_thread
from fastapi import Depends, Request
from sqlmodel import Session
from starlette.datastructures import FormData

from hub import accounts, decks, notices
from hub.base.errors import HubError
from hub.base.i18n import _
from hub.wiring import Wiring

SESSION_COOKIE = "quiver_session"
READING = {"GET", "HEAD", "OPTIONS"}


class SignInNeeded(HubError):  # noqa: N818 - the name is what a colleague says
    """Nobody is signed in. Pages answer with the sign-in form, the API with 401."""

    status = 401
    code = "sign_in_needed"


AT_WORK = 24
"""Requests that hold a session at one time; fewer than a database hands out connections (30) and than threads (40)."""

WAITING = {"basket": decks.basket_size, "held": decks.basket_holding, "unread": notices.unread}
"""What the bar of every page counts and holds for whoever is signed in; asked for together with the person."""


async def wiring(request: Request) -> Wiring:
    found: Wiring = request.app.state.wiring
    return found


async def session(request: Request) -> AsyncIterator[Session]:
    """The request's session. Opening one asks the database nothing and needs no thread; nor does ending one that only
    read a file beside us. Ending any other does: a thread of its own, because all others may be waiting for what this
    session still holds.
    """
    async with _places(request):
        database = request.app.state.wiring.database
        reading = request.method in READING
        way_in = database.read() if reading else database.write()
        at_once = reading and database.is_sqlite
        opened = way_in.__enter__()
        try:
            yield opened
        except Exception as error:
            await _ended(way_in, error, at_once=at_once)
            raise
        except BaseException as error:  # the client has gone: nothing may be waited for any more
            way_in.__exit__(type(error), error, error.__traceback__)
            raise
        else:
            await _ended(way_in, at_once=at_once)


def _places(request: Request) -> Semaphore:
    """Fewer requests at work than there are connections and threads. Otherwise those that hold a connection could wait
    for a thread while those on the threads wait for a connection, and nobody would go on.
    """
    state = request.app.state
    if not hasattr(state, "places"):
        state.places = Semaphore(AT_WORK)
    found: Semaphore = state.places
    return found


async def _ended(
    way_in: AbstractContextManager[Session], error: Exception | None = None, *, at_once: bool
) -> None:
    """Commit or roll back: here and now, or in a thread."""
    said = (type(error), error, error.__traceback__) if error else (None, None, None)
    if at_once:
        way_in.__exit__(*said)
        return
    await to_thread.run_sync(way_in.__exit__, *said, limiter=CapacityLimiter(1))


WiringDep = Annotated[Wiring, Depends(wiring)]
SessionDep = Annotated[Session, Depends(session, scope="function")]


def visitor(request: Request, session: SessionDep) -> accounts.Actor | None:
    """Who is signed in with the browser's cookie; None for a stranger. What waits for them is left on the request."""
    if not hasattr(request.state, "visitor"):
        cookie = request.cookies.get(SESSION_COOKIE)
        found = accounts.at_the_door(session, cookie, WAITING) if cookie else None
        request.state.visitor, request.state.waiting = found or (None, {})
    known: accounts.Actor | None = request.state.visitor
    return known


def signed_in(request: Request, session: SessionDep) -> accounts.Actor:
    """Who is signed in; SignInNeeded for a stranger."""
    found = visitor(request, session)
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
PersonDep = Annotated[accounts.Actor, Depends(signed_in)]
TokenPersonDep = Annotated[accounts.Actor, Depends(bearer)]
