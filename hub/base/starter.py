"""Starts children from one that is kept warm, so that a file does not pay for a fresh interpreter and its imports.

The *starter* is a process with one thread that holds modules of ours and nothing of the server's: no connection, no
secret, no file. Told a module's name it imports it if need be and forks. The child gets one end of a channel and the
server's standard error, and knows nothing else: not the starter's own line to the server, not the channels of others.
The starter waits for no child before the server asks for its end, so that a number is never that of somebody else.

It ends with the server, taking the children that are left with it, and after ten minutes without work; the next child
has a new one.
"""

import atexit
import contextlib
import gc
import importlib
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import NoReturn

IDLE_SECONDS = 600
_START = "from hub.base.starter import main; main()"
_LINE = 4096  # longest name of a module, with room to spare


class Starter:
    """The server's side. Any thread may use it.

    `answers` names the function ("module:name") that a child calls with the number of its end of the channel.
    """

    def __init__(self, answers: str) -> None:
        self._answers = answers
        self._turn = threading.Lock()
        self._line: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        atexit.register(self._forget)

    def start(self, module: str, theirs: socket.socket) -> int:
        """A child that has imported the module and answers at this end of a channel: its number. OSError when the
        machine gives no more processes.
        """
        with self._turn:
            try:
                said = self._ask(f"start {module}", theirs)
            except (ConnectionError, EOFError):  # it was idle for too long, or somebody ended it
                self._forget()
                said = self._ask(f"start {module}", theirs)
        if said < 0:
            raise OSError(-said, os.strerror(-said))
        return said

    def end(self, pid: int) -> int:
        """Kill the child with all it started, if it still runs: its exit code, negative for a signal."""
        with self._turn:
            try:
                return self._ask(f"end {pid}")
            except (ConnectionError, EOFError):  # the starter is gone, and took its children with it
                self._forget()
                return -signal.SIGKILL

    def _ask(self, question: str, *sent: socket.socket) -> int:
        line = self._kept()
        fds = [*(each.fileno() for each in sent), *([2] if sent else [])]
        socket.send_fds(line, [question.encode()], fds)
        said = line.recv(_LINE)
        if not said:
            raise EOFError
        return int(said)

    def _kept(self) -> socket.socket:
        """The line to a starter of this very process: one that was forked itself starts its own."""
        if self._line is None or self._owner != os.getpid():
            ours, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-c", _START, str(theirs.fileno()), self._answers],
                    stdin=subprocess.DEVNULL,
                    pass_fds=[theirs.fileno()],
                    env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
                    start_new_session=True,
                )
            self._line, self._owner = ours, os.getpid()
        return self._line

    def _forget(self) -> None:
        if self._line is not None:
            self._line.close()  # by which it ends, and ends its children
        if self._process is not None and self._owner == os.getpid():
            self._process.wait()
        self._line = self._process = None


# ---- the starter's side


def main() -> None:
    """Start and end children as the server says, until it is gone or there was nothing to do for long."""
    with socket.socket(fileno=int(sys.argv[1])) as line:
        line.settimeout(IDLE_SECONDS)
        _serve(line)


def _serve(line: socket.socket) -> None:
    running: set[int] = set()
    while True:
        try:
            said, fds, _flags, _address = socket.recv_fds(line, _LINE, 2)
        except TimeoutError:
            if running:
                continue
            return
        if not said:
            for pid in running:
                _end(pid)
            return
        word, _, rest = said.decode().partition(" ")
        if word == "start":
            answer = _fork(rest, line, fds)
            if answer > 0:
                running.add(answer)
        else:
            answer = _end(int(rest))
            running.discard(int(rest))
        line.sendall(str(answer).encode())


def _fork(module: str, line: socket.socket, fds: list[int]) -> int:
    """A child with these two for channel and standard error: its number, or what went wrong as a negative one."""
    if module.startswith("hub.") and module not in sys.modules:
        with contextlib.suppress(Exception):  # the child imports it again and says what is wrong
            importlib.import_module(module)
        gc.collect()
        gc.freeze()  # what all children share is not touched by their collectors
    try:
        pid = os.fork()
    except OSError as error:
        pid = -(error.errno or 1)
    if pid == 0:
        _be_the_child(line, *fds)
    for fd in fds:
        os.close(fd)
    return pid


def _be_the_child(line: socket.socket, channel: int, errors: int) -> NoReturn:
    code = 1
    try:
        line.close()
        os.setsid()
        os.dup2(errors, 2)
        os.dup2(2, 1)
        os.close(errors)
        module, _, name = sys.argv[2].partition(":")
        getattr(importlib.import_module(module), name)(channel)
        code = 0
    except BaseException:  # noqa: BLE001 - nothing of the starter may go on in the child
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _end(pid: int) -> int:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)  # one that has not yet its own group
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
