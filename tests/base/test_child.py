import errno
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

from hub.base import child, starter
from hub.base.errors import HubError, NotFound
from tests.tooling.places import ROOT
from tests.tooling.processes import gone

WORKER = """
import os, subprocess, sys, time
from dataclasses import dataclass
from hub.base.errors import NotFound

class Gadget:
    def __reduce__(self):
        return (os.getcwd, ())

def add(a, b): return {"sum": a + b, "pid": os.getpid()}
def shout(): print("noise"); return "calm"
def eat(amount): return len(b"x" * amount)
def missing(): raise NotFound("没有这一页。", page=7)
def broken(): raise ValueError("odd")
def die(): os.abort()
def deep(): return deep()
def hang(note):
    grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    with open(note, "w") as file: file.write(f"{os.getpid()} {grandchild.pid}")
    time.sleep(60)
def gadget(): return Gadget()
def parent(): return os.getppid()
def belongings():
    open_now = [int(fd) for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{fd}")]
    return open_now, len(os.listdir("/proc/self/task"))
"""


@pytest.fixture
def worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    (tmp_path / "child_worker.py").write_text(WORKER, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    sys.modules.pop("child_worker", None)
    import child_worker

    return child_worker


def test_a_function_runs_in_another_process_and_its_answer_comes_back(worker: ModuleType) -> None:
    answer = child.run(worker.add, 2, b=3)
    assert answer["sum"] == 5
    assert answer["pid"] != os.getpid()


def test_what_the_child_prints_does_not_spoil_its_answer(worker: ModuleType) -> None:
    assert child.run(worker.shout) == "calm"


def test_memory_beyond_the_limit_is_an_error_with_a_sentence(worker: ModuleType) -> None:
    assert child.run(worker.eat, 50_000_000, limits=child.Limits(memory=100_000_000)) == 50_000_000
    with pytest.raises(HubError, match="内存") as caught:
        child.run(worker.eat, 300_000_000, limits=child.Limits(memory=100_000_000))
    assert caught.value.details["reason"] == "memory"


def test_a_large_argument_does_not_count_against_the_memory(worker: ModuleType) -> None:
    assert child.run(worker.add, bytes(60_000_000), b"", limits=child.Limits(memory=100_000_000))["sum"]


def test_the_childs_own_error_comes_back_with_family_sentence_and_details(worker: ModuleType) -> None:
    with pytest.raises(NotFound, match="没有这一页") as caught:
        child.run(worker.missing)
    assert caught.value.details == {"page": 7}


@pytest.mark.parametrize(("name", "reason"), [("broken", "error"), ("die", "crash"), ("deep", "depth")])
def test_whatever_else_goes_wrong_is_a_sentence_too(worker: ModuleType, name: str, reason: str) -> None:
    with pytest.raises(HubError) as caught:
        child.run(getattr(worker, name))
    assert caught.value.details["reason"] == reason


def test_a_child_that_hangs_is_killed_with_all_it_started(worker: ModuleType, tmp_path: Path) -> None:
    note = tmp_path / "pids"
    with pytest.raises(HubError, match="3 秒"):
        child.run(worker.hang, str(note), limits=child.Limits(seconds=3))
    assert all(gone(int(pid)) for pid in note.read_text(encoding="utf-8").split())


def test_an_answer_cannot_bring_code_into_the_server(worker: ModuleType) -> None:
    with pytest.raises(HubError) as caught:
        child.run(worker.gadget)
    assert caught.value.details["reason"] == "answer"


def test_a_function_of_a_room_that_is_slow_to_import_is_refused() -> None:
    from hub.decks.recipe import one_line

    with pytest.raises(ValueError, match=r"hub\.decks\.recipe\.one_line"):
        child.run(one_line, "甲 乙")


def test_the_files_that_follow_do_not_pay_for_an_interpreter_each(worker: ModuleType) -> None:
    parents = {child.run(worker.parent) for _ in range(3)}

    assert len(parents) == 1
    assert parents != {os.getpid()}


def test_a_child_is_born_of_one_thread_and_holds_its_channel_alone(worker: ModuleType) -> None:
    held, threads = child.run(worker.belongings)

    assert sorted(held) == [0, 1, 2, 3]
    assert threads == 1


def test_children_at_the_same_time_each_get_their_own_answer(worker: ModuleType) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: child.run(worker.add, n, 1)["sum"], range(24)))

    assert answers == list(range(1, 25))


def test_where_the_starter_was_ended_the_next_file_has_a_new_one(worker: ModuleType) -> None:
    before = child.run(worker.parent)
    os.kill(before, signal.SIGKILL)

    assert child.run(worker.parent) != before
    assert gone(before)


def test_a_machine_that_gives_no_more_processes_is_told_and_nobody_else_is_ended(monkeypatch) -> None:
    def none_left() -> int:
        raise BlockingIOError(errno.EAGAIN, "no more processes")

    ended: list[int] = []
    monkeypatch.setattr(os, "fork", none_left)
    monkeypatch.setattr(starter, "_end", lambda pid: ended.append(pid) or 0)
    ours, theirs = socket.socketpair()
    monkeypatch.setattr(sys, "argv", ["starter", str(theirs.detach()), "hub.base.child:answer_at"])
    with ThreadPoolExecutor(1) as pool, ours:
        running = pool.submit(starter.main)
        with Path(os.devnull).open("rb") as nothing:
            socket.send_fds(ours, [b"start hub.base.child"], [nothing.fileno(), nothing.fileno()])
        answer = int(ours.recv(100))
        ours.close()  # by which the server's end is told
        running.result()

    assert answer == -errno.EAGAIN
    assert ended == []


def test_a_machine_that_gives_no_more_processes_is_an_error_of_the_machine(
    worker: ModuleType, monkeypatch
) -> None:
    monkeypatch.setattr(child._starter, "_ask", lambda *_said: -errno.EAGAIN)

    with pytest.raises(BlockingIOError):
        child.run(worker.add, 1, 2)


def test_a_server_that_is_killed_takes_its_children_with_it(tmp_path: Path) -> None:
    (tmp_path / "child_worker.py").write_text(WORKER, encoding="utf-8")
    note = tmp_path / "pids"
    script = f"from hub.base import child; import child_worker as w; child.run(w.hang, {str(note)!r})"
    path = os.pathsep.join((str(tmp_path), str(ROOT)))
    server = subprocess.Popen([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": path})
    while not (note.exists() and len(note.read_text(encoding="utf-8").split()) == 2):
        assert server.poll() is None
        os.sched_yield()

    server.kill()
    server.wait()

    assert all(gone(int(pid)) for pid in note.read_text(encoding="utf-8").split())
