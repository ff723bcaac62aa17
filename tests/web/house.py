"""A small web house that shows the sample pages, for tests: real templates, static files and policy
headers.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from hub.web import look
from hub.web.guard import CONTENT_SECURITY
from hub.web.render import Template, environment, render
from tests.web import samples

GALLERY = Path(__file__).with_name("gallery.html")


def sample(name: str) -> tuple[str | Template, object, bool]:
    """Template, page and whether somebody is signed in."""
    pages = {
        "gallery": lambda: (
            environment().from_string(GALLERY.read_text("utf-8")),
            samples.gallery_page(),
            True,
        ),
        "search": lambda: ("search/index.html", samples.search_page(), True),
        "list": lambda: ("search/index.html", samples.search_page(as_list=True), True),
        "nothing": lambda: ("search/index.html", samples.nothing_found(), True),
        "error": lambda: ("errors/error.html", samples.error_page(), True),
        "home": lambda: ("home/index.html", samples.home_page(), True),
        "first-day": lambda: ("home/index.html", samples.empty_home_page(), True),
        "quiet": lambda: ("home/index.html", samples.quiet_home_page(), True),
        "sign-in": lambda: ("people/sign_in.html", samples.sign_in_page(), False),
    }
    return pages[name]()


def app() -> FastAPI:
    house = FastAPI(openapi_url=None)
    house.add_middleware(look.SpeakTheirLanguage)
    house.mount("/static", look.HashedStatic())
    house.include_router(look.router)

    @house.get("/picture/{number}.svg")
    def picture(number: int) -> Response:
        return Response(samples.slide_picture(number), media_type="image/svg+xml")

    @house.get("/{name}")
    def page(name: str, request: Request) -> HTMLResponse:
        template, content, signed_in = sample(name)
        request.state.person = samples.Person("林晓") if signed_in else None
        request.state.chrome = samples.chrome(
            theme="dark" if "dark" in request.query_params else look.theme_of(request),
            language="en" if "en" in request.query_params else "zh-CN",
        )
        answer = render(request, template, content)
        answer.headers["Content-Security-Policy"] = CONTENT_SECURITY
        return answer

    return house


@contextmanager
def served() -> Iterator[str]:
    """The house on a free port of this machine; gives its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        server = uvicorn.Server(uvicorn.Config(app(), log_level="error", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
