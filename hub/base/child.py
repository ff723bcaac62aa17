"""Runs one function in a child process with a memory and a time limit, for files whose content nobody
vouches for.

The child is a fork of the starter (never of the threaded server: see `starter`) in a process group of its own. It
gets the function's name and arguments pickled on a channel and answers there; what it prints goes to the server's
standard error. Its answer is unpickled with a short list of allowed classes, so
that a parser that was taken over by a hostile file cannot run code in the server.
"""

import contextlib
import importlib
import io
import pickle
import resource
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from enum import Enum
from typing import Any, TypeVar

from hub.base.errors import Conflict, HubError, NotAllowed, NotFound
from hub.base.starter import Starter

T = TypeVar("T")

_CHUNK = 1 << 20
_starter = Starter("hub.base.child:answer_at")
_FAMILIES: dict[str, type[HubError]] = {
    family.code: family for family in (HubError, NotFound, NotAllowed, Conflict)
}
_LIGHT = ("hub.base.", "hub.slides", "hub.papers")
_PLAIN_CLASSES = {
    "builtins": {"set", "frozenset", "bytearray", "complex", "range", "slice"},
    "datetime": {"date", "datetime", "time", "timedelta", "timezone"},
    "decimal": {"Decimal"},
    "pathlib": {"Path", "PosixPath", "PurePosixPath"},
}


@dataclass(frozen=True)
class Limits:
    """`memory` is in bytes, on top of what the child needs to start; `seconds` is time on the wall."""

    memory: int = 512_000_000
    seconds: float = 30.0


DEFAULT = Limits()


def run(function: Callable[..., T], /, *args: Any, limits: Limits = DEFAULT, **named: Any) -> T:
    """Call a module-level function of `hub.base`, `hub.slides` or `hub.papers` in a child and return what it returned.

    Other rooms are refused (ValueError): the child would first import their tables, for seconds.
    Arguments and result are picklable; the result may hold plain values and dataclasses or enums of `hub`.
    A HubError in the child is raised here with its own sentence; passing a limit, a crash or any other
    error is a HubError too, with `reason` in its details (memory, time, crash, error).
    """
    home = function.__module__
    if home.startswith("hub.") and not home.startswith(_LIGHT):
        raise ValueError(f"{home}.{function.__qualname__} stands in a room that is slow to import")
    question = pickle.dumps((sys.path, home, function.__qualname__, args, named, limits), protocol=5)
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            pid = _starter.start(home, theirs)
        try:
            answer = _exchanged(ours, question, limits.seconds)
        except TimeoutError:
            sentence = f"处理这个文件超过了 {limits.seconds:g} 秒的时间上限,请拆分或简化后再试。"
            raise HubError(sentence, reason="time") from None
        finally:
            code = _starter.end(pid)
    result: T = _unwrap(answer, code)
    return result


def _exchanged(channel: socket.socket, question: bytes, seconds: float) -> bytes:
    """What the child answers until it closes its end; nothing where it died. TimeoutError after `seconds`."""
    end = time.monotonic() + seconds
    said = []
    with contextlib.suppress(ConnectionError):
        channel.settimeout(seconds)
        channel.sendall(question)
        channel.shutdown(socket.SHUT_WR)
        while True:
            channel.settimeout(max(end - time.monotonic(), 0.001))
            part = channel.recv(_CHUNK)
            if not part:
                break
            said.append(part)
    return b"".join(said)


def _unwrap(answer: bytes, returncode: int) -> Any:
    if not answer:
        raise HubError(
            "处理这个文件时程序意外中断,文件可能已损坏,请重新导出后再试。",
            reason="crash",
            returncode=returncode,
        )
    try:
        kind, *rest = _PlainUnpickler(io.BytesIO(answer)).load()
    except Exception as error:
        raise HubError("处理这个文件的程序给出了不可信的结果,已拒绝。", reason="answer") from error
    if kind == "result":
        return rest[0]
    code, message, details = rest
    raise _FAMILIES.get(code, HubError)(message, **details)


class _PlainUnpickler(pickle.Unpickler):
    """Builds plain values, and dataclasses and enums of `hub`; anything else in the child's answer is
    refused.
    """

    def find_class(self, module: str, name: str) -> Any:
        if name in _PLAIN_CLASSES.get(module, ()):
            return super().find_class(module, name)
        if module.startswith("hub."):
            found = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, Enum)):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed in an answer")


# ---- the child's side


def answer_at(channel: int) -> None:
    """Answer one question: read it from the channel, call the function within its limits, write the answer."""
    with socket.socket(fileno=channel) as parent:
        with parent.makefile("rb") as said:
            path, module, name, args, named, limits = pickle.load(said)  # noqa: S301 - written by our own parent
        sys.path[:] = path
        function = getattr(importlib.import_module(module), name)
        _set_limits(limits)
        parent.sendall(_answer(function, args, named))


def _set_limits(limits: Limits) -> None:
    with open("/proc/self/statm") as statm:  # noqa: PTH123 - pathlib costs 5 ms of start-up here
        used = int(statm.read().split()[0]) * resource.getpagesize()
    ceiling = used + limits.memory
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
    # The parent keeps the time on the wall; this one ends a child whose parent was killed.
    seconds = int(limits.seconds) + 5
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(function: Callable[..., Any], args: tuple[Any, ...], named: dict[str, Any]) -> bytes:
    try:
        return pickle.dumps(("result", function(*args, **named)), protocol=5)
    except HubError as error:
        return pickle.dumps(("error", error.code, error.message, error.details), protocol=5)
    except MemoryError:
        sentence = "处理这个文件需要的内存超过上限,请拆分或简化后再试。"
        return pickle.dumps(("error", "bad_input", sentence, {"reason": "memory"}), protocol=5)
    except RecursionError:
        sentence = "这个文件的内容嵌套太深,已拒绝。"
        return pickle.dumps(("error", "bad_input", sentence, {"reason": "depth"}), protocol=5)
    except Exception as error:  # noqa: BLE001 - the parent must get a sentence whatever a parser does
        import traceback

        traceback.print_exc()
        told = {"reason": "error", "error": f"{type(error).__name__}: {error}"[:500]}
        return pickle.dumps(
            ("error", "bad_input", "处理这个文件时出错,文件可能已损坏,请重新导出后再试。", told), protocol=5
        )
