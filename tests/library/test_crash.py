"""Killed with SIGKILL in the middle of an import, an upload, an index commit: started again, nothing is missing.

The moment is drawn by seed as a number of files that lie in the hub's home, so that it means the same on every machine.
"""

import json
import os
import random
import signal
import socket
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from hub import accounts, assets, library
from hub.base.settings import Settings
from hub.migrations import upgrade
from hub.wiring import Wiring, wire
from hub.worker import drain
from tests.library.folders import deck, write
from tests.library.killable import said, start

pytestmark = pytest.mark.long

DECKS, TEXTS = 4, 8


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def folder(tmp_path):
    decks = {f"d{n}/介绍{n}.pptx": deck(f"第 {n} 份介绍", f"能耗 {n}") for n in range(DECKS)}
    texts = {
        f"t/{n:02}.md": f"---\ntags: [节能{n}]\n---\n# 文章 {n}\n\n{'能耗下降。' * n}" for n in range(TEXTS)
    }
    return write(tmp_path / "资料", {**decks, **texts})


def run(home: Path, *words: str) -> tuple[int, str]:
    process = start(home, *words)
    process.join(timeout=300)
    return process.exitcode, said(home)


def steps(home: Path) -> int:
    """How far the hub has come: files it keeps and commits of its index. Folders may go while they are looked into."""
    names = (name for _folder, _below, found in os.walk(home) for name in found)
    return sum(not name.endswith((".db-wal", ".db-shm")) for name in names)


def kill(process: Any) -> None:
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def kill_at(process: Any, home: Path, moment: int) -> bool:
    """Kill it once so many files are there; False when it was done before that."""
    while process.exitcode is None:
        if steps(home) >= moment:
            kill(process)
            return True
        time.sleep(0.005)
    return False


def opened(home: Path) -> Wiring:
    return wire(Settings(home=home, worker=False))


def all_versions(wiring: Wiring) -> dict[str, list[assets.Version]]:
    with wiring.database.read() as session:
        ids, _total = assets.find(session, accounts.SYSTEM, limit=1000)
        rows = [session.get_one(assets.Asset, i) for i in ids]
        return {a.slug: assets.versions(session, a, accounts.SYSTEM) for a in rows}


def test_an_import_killed_again_and_again_ends_whole_when_it_is_left_alone(home, folder):
    rng = random.Random(20261122)
    killed = 0
    for moment in sorted(rng.randint(1, 3 * DECKS + 8) for _ in range(4)):
        killed += kill_at(start(home, "import", str(folder)), home, moment)

    code, said = run(home, "import", str(folder))

    assert killed >= 2
    assert code == 0, said
    assert "拒收 0，我们出错 0" in said
    code, said = run(home, "check", "--deep")
    assert (code, "一致" in said) == (0, True), said
    wiring = opened(home)
    found = all_versions(wiring)
    assert {slug: [v.number for v in versions] for slug, versions in found.items()} == {
        slug: [1] for slug in found
    }
    assert len(found) == DECKS + TEXTS
    assert all(v.blob_sha is None or wiring.blobs.has(v.blob_sha) for vs in found.values() for v in vs)
    with wiring.database.read() as session:
        assert library.find(session, wiring.engine, "第 3 份介绍", by=accounts.SYSTEM).total > 0
    wiring.close()


def test_a_rebuild_of_the_index_that_is_killed_leaves_the_old_one_or_the_new(home, folder):
    assert run(home, "import", str(folder))[0] == 0
    rng = random.Random(7)
    before = steps(home)

    for _ in range(3):
        kill_at(start(home, "reindex"), home, before + rng.randint(1, 6))

    code, said = run(home, "check")
    assert (code, "一致" in said) == (0, True), said


def test_a_commit_to_the_index_that_is_killed_is_made_up_for(home, folder):
    assert run(home, "import", str(folder), "--no-wait")[0] == 0
    rng = random.Random(11)
    before = steps(home)

    for _ in range(3):  # a check finishes later work first: the index takes in what was imported
        kill_at(start(home, "check"), home, before + rng.randint(1, 7))

    code, said = run(home, "check")
    assert (code, "一致" in said) == (0, True), said


def test_uploads_that_were_acknowledged_survive_the_server_being_killed(home, tmp_path):
    token = _token(home)
    acknowledged: list[int] = []
    for turn, wanted in enumerate((2, 4)):
        port = _free_port()
        server = start(home, "serve", "--port", str(port))
        try:
            _wait_for(port, server)
            uploads = threading.Thread(target=_upload, args=(port, token, turn, acknowledged), daemon=True)
            goal = len(acknowledged) + wanted
            uploads.start()
            while len(acknowledged) < goal and uploads.is_alive():
                time.sleep(0.002)
        finally:
            kill(server)
        uploads.join(timeout=30)

    assert len(acknowledged) >= 6
    code, said = run(home, "check", "--deep")
    assert (code, "一致" in said) == (0, True), said
    wiring = opened(home)
    drain(wiring)
    with wiring.database.read() as session:
        for asset_id in acknowledged:
            asset = assets.get(session, asset_id, accounts.SYSTEM)
            [version] = assets.versions(session, asset, accounts.SYSTEM)
            assert wiring.blobs.has(version.blob_sha)
            assert version.digest_state == "ready"
    wiring.close()


def _token(home: Path) -> str:
    wiring = opened(home)
    upgrade(wiring.database)
    with wiring.database.write() as session:
        person = accounts.add_person(
            session, email="a@firm.cn", name="安", roles=["administrator"], by=accounts.SYSTEM
        )
        secret = accounts.make_api_token(session, person, name="x").secret
    wiring.close()
    return secret


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _wait_for(port: int, server: Any) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and server.exitcode is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server did not come up")


def _upload(port: int, token: str, turn: int, acknowledged: list[int]) -> None:
    """Upload different decks until the server is gone; what it answered 201 to is noted."""
    for n in range(60):
        boundary, data = "grenze", deck(f"第 {turn} 轮第 {n} 份")
        body = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="u{turn}-{n}.pptx"\r\n\r\n'
        ).encode() + data + f"\r\n--{boundary}--\r\n".encode()  # fmt: skip
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/v1/assets/files",
            body,
            {"Authorization": f"Bearer {token}", "Content-Type": f"multipart/form-data; boundary={boundary}"},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                acknowledged.append(json.load(answer)["id"])
        except (OSError, ValueError):
            return
