"""Many people at once: each waits for a place and gets an answer."""

import anyio
import httpx2

from hub.request import AT_WORK, SESSION_COOKIE
from tests.entrance import app_of, browser, loop


def test_a_crowd_larger_than_all_threads_and_connections_is_answered(wiring, cast):
    cookie = browser(wiring, cast.lin).cookies.get(SESSION_COOKIE)
    heard: list[int] = []

    async def ask(client: httpx2.AsyncClient) -> None:
        heard.append((await client.get("/notices", timeout=20)).status_code)

    async def crowd() -> None:
        transport = httpx2.ASGITransport(app=app_of(wiring))
        async with (
            httpx2.AsyncClient(
                transport=transport, base_url="http://testserver", cookies={SESSION_COOKIE: cookie}
            ) as client,
            anyio.create_task_group() as tasks,
        ):
            for _ in range(5 * AT_WORK):
                tasks.start_soon(ask, client)

    loop().call(crowd)

    assert heard == [200] * (5 * AT_WORK)
