"""Keeps one LibreOffice running and lets it convert documents, one after the other. Run as a program of its own by
a Python that has LibreOffice's module `uno`, which is seldom ours; it needs nothing but that and the standard library.

`python -I bridge.py SOFFICE PROFILE` starts LibreOffice on the profile folder and says `{"ready": true}`. Each line on
its standard input, `{"source": …, "target": …, "filter": …, "data": {…}}`, is then one conversion and one line
of answer, `{"done": true, "resident": bytes of memory}`; `done` is false when LibreOffice would not. With a `cover` in
the line its first page is written there before all pages are, and `{"cover": true}` said. The end of its input, or of
whoever started it, is the end of it and of LibreOffice.
"""

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue

STARTING = 40.0
RESTART = (79, 81)
"""What LibreOffice ends with when it wants to be started again, as after making its profile."""
_DIE_WITH_PARENT = 1
NEVER = 0
"""Of macros, and of links to be brought up to date: com.sun.star.document.MacroExecMode and UpdateDocMode."""


def main(program: str, profile: str) -> None:
    die_with_parent()
    name = "hub" + os.urandom(12).hex()
    office, desktop = connected(program, profile, name)
    say({"ready": True})
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            convert(desktop, asked)
            done = True
        except Exception as error:  # noqa: BLE001 - LibreOffice's own kinds; whoever asked starts another one
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            sys.stderr.flush()
            done = False
        say({"done": done, "resident": resident(office.pid)})
    office.kill()


def die_with_parent() -> None:
    """Killed when whoever started this has gone, however that went. Linux only; elsewhere the closed input ends it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def connected(program: str, profile: str, name: str) -> tuple["subprocess.Popen[bytes]", Any]:
    """LibreOffice and its desktop. Raises TimeoutError, or ChildProcessError when it would not stay."""
    office = started(program, profile, name)
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    give_up = time.monotonic() + STARTING
    while time.monotonic() < give_up:
        try:
            far = resolver.resolve(f"uno:pipe,name={name};urp;StarOffice.ComponentContext")
        except Exception:  # noqa: BLE001 - com.sun.star.connection.NoConnectException, until it listens
            time.sleep(0.02)
        else:
            return office, far.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", far)
        ended = office.poll()
        if ended in RESTART:
            office = started(program, profile, name)
        elif ended is not None:
            raise ChildProcessError(f"LibreOffice ended with {ended}")
    office.kill()
    raise TimeoutError("LibreOffice does not listen")


def started(program: str, profile: str, name: str) -> "subprocess.Popen[bytes]":
    command = [
        program, "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--invisible",
        f"-env:UserInstallation={Path(profile).as_uri()}", f"--accept=pipe,name={name};urp;",
    ]  # fmt: skip
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        preexec_fn=die_with_parent,  # noqa: PLW1509
    )


def convert(desktop: Any, asked: dict[str, Any]) -> None:
    """Raises what LibreOffice raises, and ValueError when it answers with no document."""
    careful = {"Hidden": True, "ReadOnly": True, "MacroExecutionMode": NEVER, "UpdateDocMode": NEVER}
    document = desktop.loadComponentFromURL(Path(asked["source"]).as_uri(), "_blank", 0, properties(careful))
    if document is None:
        raise ValueError("LibreOffice opened nothing")
    try:
        if asked.get("cover"):
            save(document, asked["cover"], asked["filter"], {**asked["data"], "PageRange": "1"})
            say({"cover": True})
        save(document, asked["target"], asked["filter"], asked["data"])
    finally:
        document.close(True)


def save(document: Any, target: str, by: str, told: dict[str, Any]) -> None:
    data = uno.Any("[]com.sun.star.beans.PropertyValue", properties(told))
    document.storeToURL(Path(target).as_uri(), properties({"FilterName": by, "FilterData": data}))


def properties(values: dict[str, Any]) -> tuple[Any, ...]:
    found = []
    for name, value in values.items():
        each = PropertyValue()
        each.Name, each.Value = name, value
        found.append(each)
    return tuple(found)


def resident(pid: int) -> int:
    """The memory that a process holds, in bytes; 0 where that cannot be read."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
