"""The guard at the door: refuses forged requests, oversized and stalled uploads, and sends the security headers.

Forged requests are told by the headers browsers send and pages cannot set (`Sec-Fetch-Site`, `Origin`): a change from
another site is refused, no token is needed. A call with `Authorization` carries its own proof and is let through.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from hub.base.settings import MEBIBYTE, Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SAFE = {"GET", "HEAD", "OPTIONS"}
STALLED_SECONDS = 60
STALLED = "上传中断超过一分钟，请重试。 The upload stalled for a minute; please try again."
FORM_ROOM = 2 * MEBIBYTE  # what a form may carry beside its file

CONTENT_SECURITY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = [
    (b"content-security-policy", CONTENT_SECURITY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
]


class TooLarge(Exception):  # noqa: N818
    """The body is larger than any file we take."""


class Stalled(Exception):  # noqa: N818
    """A minute went by without a byte of the body."""


class Guard:
    """ASGI middleware; see the module."""

    def __init__(self, app: App, settings: Settings) -> None:
        """Stand before `app`."""
        self.app = app
        self.settings = settings
        self.most = settings.max_file + FORM_ROOM

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            await self._guarded(scope, receive, send)

    async def _guarded(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        refusal = self._refusal(scope["method"], headers)
        if refusal:
            await _answer(send, *refusal)
        else:
            await self._pass_on(scope, receive, send)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def sending(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                present = {k.lower() for k, _v in message["headers"]}
                message["headers"] = [*message["headers"], *(h for h in HEADERS if h[0] not in present)]
            await send(message)

        try:
            await self.app(scope, self._counted(receive), sending)
        except (TooLarge, Stalled) as error:
            if not started:
                status = 413 if isinstance(error, TooLarge) else 408
                await _answer(send, status, self._too_large() if status == 413 else STALLED)  # noqa: PLR2004 - HTTP

    def _refusal(self, method: str, headers: dict[str, str]) -> tuple[int, str] | None:
        if method not in SAFE and _is_forged(headers):
            return (
                403,
                "这个请求来自别的网站，已拒绝。请在本站页面上重试。 A request from another site was refused.",
            )
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > self.most:
            return 413, self._too_large()
        return None

    def _too_large(self) -> str:
        most = self.settings.max_file // MEBIBYTE
        return f"文件超过 {most} MB 的上限，请压缩或拆分后再传。 The file is over the limit of {most} MB."

    def _counted(self, receive: Receive) -> Receive:
        seen = 0

        async def counting() -> Message:
            nonlocal seen
            try:
                message = await asyncio.wait_for(receive(), STALLED_SECONDS) if seen >= 0 else await receive()
            except TimeoutError as error:
                raise Stalled from error
            if message["type"] == "http.request":
                seen += len(message.get("body", b""))
                if seen > self.most:
                    raise TooLarge
                if not message.get("more_body", False):
                    seen = (
                        -1
                    )  # from here on receive() only waits for the client to go, which may take for ever
            return message

        return counting


def _is_forged(headers: dict[str, str]) -> bool:
    if "authorization" in headers:
        return False
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


async def _answer(send: Send, status: int, sentence: str) -> None:
    body = json.dumps(
        {"error": {"code": "refused", "message": sentence, "details": {}}}, ensure_ascii=False
    ).encode()
    head = [(b"content-type", b"application/json; charset=utf-8"), (b"connection", b"close"), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})
