"""LibreOffice as a guarded tool: one document in, one PDF out, nothing else reached.

Words: a *profile* is the settings folder LibreOffice needs for itself (two runs on one profile fail); the
*cage* is the bubblewrap namespace without network and without the machine's other files; *bounded* means with
a limit of memory and time, ended with its whole process group.

Facts this is built on: LibreOffice fetches linked pictures over the network and embeds linked local files,
answers 0 for a document that it did not convert, and leaves `soffice.bin` behind when its starter is killed.
"""

import contextlib
import functools
import json
import logging
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from hub.base.errors import HubError

log = logging.getLogger(__name__)

DECKS = frozenset({".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm", ".ppt", ".pps", ".odp"})
TEXTS = frozenset({".docx", ".docm", ".dotx", ".doc", ".odt", ".rtf", ".txt"})
SHEETS = frozenset({".xlsx", ".xlsm", ".xltx", ".xls", ".ods", ".csv"})

OFFICE_MEMORY = 4 << 30
"""Address space of one LibreOffice, in bytes: it maps about 1.5 GB before it opens anything."""

_PLACES = (
    "/usr/bin/soffice",
    "/usr/local/bin/soffice",
    "/usr/lib/libreoffice/program/soffice",
    "/snap/bin/libreoffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)

_SEEN_IN_CAGE = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/etc/libreoffice",
    "/etc/localtime",
    "/var/cache/fontconfig",
)

_SETTINGS = (
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Misc", "FirstRun", "false"),
    ("Office.Common/Misc", "UseLocking", "false"),
    ("Office.Calc/Content/Update", "Link", "2"),
    ("Office.Writer/Content/Update", "Link", "2"),
    ("Office.Recovery/AutoSave", "Enabled", "false"),
    ("Setup/L10N", "ooSetupSystemLocale", "zh-CN"),  # Chinese shapes where a document names no language
    ("Office.Linguistic/General", "DefaultLocale_CJK", "zh-CN"),
)


def find_office() -> Path | None:
    """The LibreOffice starter: `HUB_SOFFICE`, else the path, else the usual places. None: there is none."""
    named = os.environ.get("HUB_SOFFICE")
    candidates = [named] if named else [shutil.which("soffice"), shutil.which("libreoffice"), *_PLACES]
    for candidate in candidates:
        if candidate and os.access(candidate, os.X_OK):
            return Path(candidate)
    return None


def pdf_of(source: Path, profile: Path, *, office: Path, seconds: float) -> bytes:
    """The PDF of `source`; hidden slides are pages too. Writes only beside `source` and in `profile`.

    Raises HubError with a sentence when no PDF came out in `seconds`.
    """
    write_settings(profile)
    folder = source.parent
    command = [
        str(office), "--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck",
        f"-env:UserInstallation={profile.as_uri()}",
        "--convert-to", _convert_to(source.suffix.lower()), "--outdir", str(folder), str(source),
    ]  # fmt: skip
    if cage_works():
        command = [*cage(office, folder, profile), *command]
    ended = run_bounded(
        command, memory=OFFICE_MEMORY, seconds=seconds, home=profile, log_to=folder / "said.log"
    )
    target = source.with_suffix(".pdf")
    if target.is_file() and target.stat().st_size:
        return target.read_bytes()
    shutil.rmtree(profile, ignore_errors=True)  # a killed run may leave it half written
    if not ended:
        raise too_slow(seconds)
    raise HubError("LibreOffice 没有给出页面：文件可能已损坏、设有密码，或这台机器没有装相应的组件。")


def too_slow(seconds: float) -> HubError:
    return HubError(f"LibreOffice 在 {seconds:g} 秒内没有完成转换，请把文件拆小后再试。", seconds=seconds)


def limited(command: Sequence[str], memory: int) -> list[str]:
    """The command with a limit of address space, in bytes."""
    return ["/bin/sh", "-c", 'ulimit -v "$0" 2>/dev/null; exec "$@"', str(memory // 1024), *command]


def run_bounded(
    command: Sequence[str],
    *,
    memory: int,
    seconds: float,
    home: Path,
    log_to: Path,
    meanwhile: Callable[[], None] = lambda: None,
) -> bool:
    """Run `command` with a limit of address space (bytes) and time; its output goes to the file `log_to`.

    False when it had to be killed. The whole process group is gone when this returns: a starter that
    ended may have left its child behind. The exit code is nobody's proof and is not told. `meanwhile` is
    called again and again while it runs.
    """
    with log_to.open("wb") as said:
        process = subprocess.Popen(
            limited(command, memory),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env=environment(home),
            process_group=0,
        )
        try:
            return _ends_within(seconds, process.pid, meanwhile)
        finally:
            # Before it is waited for, so that the number is surely still its own.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _ends_within(seconds: float, pid: int, meanwhile: Callable[[], None]) -> bool:
    deadline = time.monotonic() + seconds
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        if time.monotonic() > deadline:
            return False
        meanwhile()
        time.sleep(0.01)
    return True


def environment(home: Path) -> Mapping[str, str]:
    """Nothing of ours: settings and secrets live in environment variables."""
    return {
        "HOME": str(home),
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "SAL_USE_VCLPLUGIN": "svp",
    }


@functools.cache
def cage_works() -> bool:
    """Whether bubblewrap can make a namespace here; asked once. A fall-back is said in the log, once."""
    works = False
    if shutil.which("bwrap"):
        bare = [
            "bwrap",
            "--unshare-all",
            *_seen(),
            "--proc",
            "/proc",
            "--dev",
            "/dev",
            "/bin/sh",
            "-c",
            "exit 0",
        ]
        try:
            works = subprocess.run(bare, capture_output=True, timeout=10, check=False).returncode == 0
        except (OSError, subprocess.TimeoutExpired):
            works = False
    if not works:
        log.warning(
            "LibreOffice runs without a network-less namespace: bubblewrap (bwrap) is missing or not allowed "
            "here; links in documents are blocked by its profile only."
        )
    return works


def _seen(*more: Path) -> list[str]:
    places = [*_SEEN_IN_CAGE, *(str(place) for place in more)]
    return [word for place in places if Path(place).exists() for word in ("--ro-bind", place, place)]


def cage(office: Path, *written: Path, read: Sequence[Path] = ()) -> list[str]:
    """What comes before a command that shall see the system, LibreOffice and `read`, write to `written`; no more."""
    home = office.resolve().parent.parent
    outside = [] if home.is_relative_to("/usr") else [home]
    return [
        "bwrap", "--unshare-all", "--die-with-parent", "--new-session",
        "--tmpfs", "/tmp",  # noqa: S108 - a private one inside the namespace
        *_seen(*outside, *read), "--proc", "/proc", "--dev", "/dev",
        *(word for place in written for word in ("--bind", str(place), str(place))), "--",
    ]  # fmt: skip


def export_filter(suffix: str) -> tuple[str, dict[str, bool]]:
    """The name of LibreOffice's filter to PDF for a kind of file, and what it is told."""
    if suffix in DECKS:
        return "impress_pdf_Export", {"ExportHiddenSlides": True}
    return "calc_pdf_Export" if suffix in SHEETS else "writer_pdf_Export", {}


def _convert_to(suffix: str) -> str:
    """The same as the command line says it."""
    name, told = export_filter(suffix)
    data = {key: {"type": "boolean", "value": str(value).lower()} for key, value in told.items()}
    return f"pdf:{name}:{json.dumps(data)}" if data else f"pdf:{name}"


def write_settings(profile: Path) -> None:
    """Set before each run: what a run changed in its profile must not loosen the next one."""
    folder = profile / "user"
    folder.mkdir(parents=True, exist_ok=True)
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse">'
        f"<value>{value}</value></prop></item>"
        for path, name, value in _SETTINGS
    )
    (folder / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"{items}</oor:items>\n",
        encoding="utf-8",
    )
