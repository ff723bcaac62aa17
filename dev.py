#!/usr/bin/env python3
"""The commands of a checkout: `serve`, `test`, `check` and `lock`. Standard library only, one file.

The *environment* is `.venv` beside this file; a *lock* is a requirements file with a hash for every package.
The *stamp* is a line in `.venv` that says which lock was installed, so that a second start costs nothing.
"""

import argparse
import contextlib
import hashlib
import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

if sys.version_info < (3, 11):  # noqa: UP036 - an old Python must still be able to read this sentence
    sys.exit("Quiver needs Python 3.11 or newer; this is {}.{}.".format(*sys.version_info[:2]))
if os.name == "nt":
    sys.exit("Quiver runs on Linux and macOS; on Windows run it in WSL.")

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "quiver-stamp"
VALIDATOR = ROOT / "tests" / "validator"

SETUP_LOCK = "requirements-setup.lock"
ASIDE = {"whoosh3": "requirements-whoosh3.lock", "tantivy": "requirements-tantivy.lock"}
"""What only tests of the search engines need, each with its lock and in a folder of its name in the environment."""

LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}
"""What is installed: `run` to serve, `dev` to test as well. `dev` holds all of `run`."""

MEMORY_DISK, MEMORY_DISK_NEEDS = Path("/dev/shm"), 4 << 30
"""Where the tests' hubs live when memory has so many bytes for them: what a disk costs them is mostly waiting."""


Command = list[str | Path]


class Stop(Exception):  # noqa: N818 - it ends the command with one sentence
    """Something is missing or failed; the message is the sentence to print."""


# --- the environment ---------------------------------------------------------------------------------------


def environment(kind: str) -> Path:
    """The Python of `.venv` with the lock of `kind` installed; at once when the stamp says that it is."""
    if not installed(kind):
        with only_one_at_a_time():
            if not installed(kind):
                install("dev" if stamped().startswith("dev ") else kind)
    return PYTHON


def installed(kind: str) -> bool:
    return stamped() in ({line_for("run"), line_for("dev")} if kind == "run" else {line_for("dev")})


def stamped() -> str:
    """What was installed last, whole; empty when nothing was."""
    try:
        return STAMP.read_text(encoding="ascii") if PYTHON.exists() else ""
    except OSError:
        return ""


def line_for(kind: str) -> str:
    """What the stamp says when `kind` is installed here: a moved checkout or a new Python changes it."""
    digest = hashlib.sha256()
    for part in (lock_text(LOCKS[kind]), os.fsencode(ROOT), os.fsencode(PYTHON.resolve())):
        digest.update(hashlib.sha256(part).digest())
    return f"{kind} {digest.hexdigest()}"


def lock_text(name: str) -> bytes:
    try:
        return (ROOT / name).read_bytes()
    except OSError as error:
        message = f"{name} cannot be read ({error.strerror}): this is not a whole checkout."
        raise Stop(message) from error


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Two commands started together must not build one environment twice; the folder itself is the lock."""
    import fcntl

    folder = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def install(kind: str) -> None:
    STAMP.unlink(missing_ok=True)
    if not works():
        make_venv()
    say(f"Installing {LOCKS[kind]} into .venv")
    if not install_with_uv(LOCKS[kind]):
        install_with_pip(LOCKS[kind])
    add_checkout()
    STAMP.write_text(line_for(kind), encoding="ascii")


def works() -> bool:
    """Whether `.venv` holds a Python that starts, is new enough and has pip."""
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.run([PYTHON, "-c", probe], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        message = (
            "This Python cannot make virtual environments because its venv module is not whole;"
            " on Debian and Ubuntu: sudo apt install python3-venv"
        )
        raise Stop(message)
    import venv

    say("Making the environment .venv")
    try:
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=True).create(VENV)
    except (OSError, subprocess.CalledProcessError) as error:
        message = f"The environment could not be made in {VENV}: {error}"
        raise Stop(message) from error


def pip_install(lock: str, *options: str) -> subprocess.CompletedProcess[str]:
    command: Command = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    command += ["--require-hashes", *options, "-r", ROOT / lock]
    return subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)


def install_with_uv(lock: str) -> bool:
    """True when the pinned uv could be had and did it; uv is many times faster than pip."""
    if pip_install(SETUP_LOCK, "--only-binary", ":all:", "--retries", "1").returncode:
        say("uv cannot be had here; going on with pip, which takes longer")
        return False
    command: Command = [VENV / "bin" / "uv", "pip", "sync", "--python", PYTHON, "--compile-bytecode"]
    command += ["--require-hashes", ROOT / lock]
    if not sys.stderr.isatty():  # no bars that nobody sees
        command.append("--quiet")
    return subprocess.run(command, env=uv_settings(), check=False).returncode == 0


def install_with_pip(lock: str) -> None:
    done = pip_install(lock)
    if done.returncode:
        reasons = [line for line in done.stderr.splitlines() if line.startswith("ERROR:")]
        message = (
            "The packages could not be installed; is there a network or a package index set for pip?"
            f" pip says: {reasons[-1] if reasons else done.stderr.strip()[-300:]}"
        )
        raise Stop(message)


def uv_settings() -> dict[str, str]:
    """Our environment, the machine's certificates, and the index set for pip, which uv does not read."""
    settings = {**os.environ, "UV_SYSTEM_CERTS": "1"}
    index = pip_index()
    if index and not settings.keys() & {"UV_DEFAULT_INDEX", "UV_INDEX_URL"}:
        settings["UV_DEFAULT_INDEX"] = index
    return settings


def pip_index() -> str:
    """The package index set for pip on this machine; empty when none is."""
    said = subprocess.run(
        [PYTHON, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False
    )
    pairs = (line.partition("=") for line in said.stdout.splitlines())
    found = [value.strip("'\"") for name, _, value in pairs if name.rpartition(".")[2] == "index-url"]
    return found[-1] if found else ""


def add_checkout() -> None:
    """Let the environment find `hub` in this checkout from any folder, and put a command `hub` into it.

    Both are written relative to themselves: paths with spaces or Chinese characters then cannot matter.
    """
    packages = next((VENV / "lib").glob("*/site-packages"))
    (packages / "quiver-checkout.pth").write_text(os.path.relpath(ROOT, packages) + "\n", encoding="ascii")
    command = VENV / "bin" / "hub"
    command.write_text('#!/bin/sh\nexec "$(dirname "$0")/python" -P -m hub "$@"\n', encoding="ascii")
    command.chmod(0o755)


# --- the commands ------------------------------------------------------------------------------------------


def serve(host: str, port: int, *, demo: bool) -> int:
    refuse_taken_port(host, port)
    python = environment("run")
    if not office():
        say(
            "LibreOffice is not on this machine: everything but page pictures works; to get them:"
            " sudo apt install libreoffice-impress fonts-noto-cjk python3-uno (macOS: brew install --cask libreoffice)"
        )
    command: Command = [python, "-P", "-m", "hub", "serve", "--host", host, "--port", str(port)]
    return become([*command, "--demo"] if demo else command)


def refuse_taken_port(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(address)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"Port {port} of {host} cannot be had ({reason}); choose another with --port."
        raise Stop(message) from error


def office() -> bool:
    named = os.environ.get("HUB_SOFFICE")
    mac = "/Applications/LibreOffice.app/Contents/MacOS/soffice"
    return any(shutil.which(name) for name in ([named] if named else ["soffice", "libreoffice", mac]))


def test(arguments: list[str], *, require_tools: bool, coverage: bool) -> int:
    """Checks and tests; with arguments for pytest, pytest alone. `coverage`: the branches taken are counted too."""
    python = environment("dev")
    get_validator()
    for name in ASIDE:
        get_aside(name)
    if not arguments:
        check()
    os.chdir(ROOT)
    if MEMORY_DISK.is_dir() and shutil.disk_usage(MEMORY_DISK).free > MEMORY_DISK_NEEDS:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY_DISK))
    command: Command = [python, "-m", "pytest"]
    if require_tools:
        command.append("--require-tools")
    if coverage:
        command += ["--cov", "--cov-report=term:skip-covered", "--cov-report=html:var/coverage"]
    return become([*command, *(arguments or side_by_side())])


def side_by_side() -> list[str]:
    """One process more than cores, as browsers and LibreOffice are waited for; who is done takes from the others."""
    return [f"--numprocesses={min(4, (os.cpu_count() or 1) + 1)}", "--dist=worksteal"]


def get_validator() -> None:
    """Install the Open XML SDK validator for the tests, where npm is; without it its tests are skipped."""
    lock = VALIDATOR / "package-lock.json"
    stamp = VALIDATOR / "node_modules" / "quiver-stamp"
    digest = hashlib.sha256(lock.read_bytes()).hexdigest()
    if (stamp.exists() and stamp.read_text() == digest) or not shutil.which("npm"):
        return
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    if subprocess.run(command, cwd=VALIDATOR, check=False).returncode:
        say("The Open XML validator could not be installed with npm; its tests are left out")
    else:
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(digest)


def get_aside(name: str) -> None:
    """Install a package for the tests of one search engine. whoosh3 is imported by the same name as the Whoosh that
    serves, tantivy is an extra: both lie in folders that only those tests look into; without them they are left out.
    """
    folder = VENV / name
    stamp = folder / "quiver-stamp"
    digest = hashlib.sha256(lock_text(ASIDE[name])).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    shutil.rmtree(folder, ignore_errors=True)
    if pip_install(ASIDE[name], "--no-deps", "--target", str(folder)).returncode:
        say(f"{name} cannot be had here; its tests are left out")
    else:
        stamp.write_text(digest)


def check() -> int:
    """What a machine can see without running the code: lint, format, types, import contracts, templates."""
    python = environment("dev")
    tools = VENV / "bin"
    commands: list[Command] = [
        [python, "-m", "mypy"],  # takes longest, so it begins
        [tools / "lint-imports", "--no-logo"],
        [tools / "ruff", "check", "--quiet"],
        [tools / "ruff", "format", "--check", "--quiet"],
    ]
    if any((ROOT / "templates").glob("**/*.html")):
        commands.insert(1, [tools / "djlint", "--lint", "--quiet", "templates"])
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 1) as side_by_side:
        wrong = [name for name in side_by_side.map(passes, commands) if name]
    if wrong:
        message = f"These checks failed: {'; '.join(wrong)}."
        raise Stop(message)
    return 0


def passes(command: Command) -> str:
    """Run one check and print what it said in one piece; its name where it failed, else nothing."""
    name = " ".join(str(word.name if isinstance(word, Path) else word) for word in command)
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    say(f"{name}\n{done.stdout}".rstrip())
    return name if done.returncode else ""


def lock(*, upgrade: bool) -> int:
    """Write the locks anew from pyproject.toml; without `upgrade` what is locked stays where it can."""
    environment("dev")
    command: Command = [
        VENV / "bin" / "uv",
        "pip",
        "compile",
        "--quiet",
        "--universal",
        "--python-version",
        "3.11",
    ]
    command += ["--generate-hashes", "--no-header", "--no-annotate", *(["--upgrade"] if upgrade else [])]
    command += ["--no-emit-index-url", "--no-emit-find-links"]
    sources = {
        SETUP_LOCK: ["--group", "setup"],
        **{name: ["--group", group] for group, name in ASIDE.items()},
        LOCKS["run"]: ["pyproject.toml"],
        LOCKS["dev"]: ["pyproject.toml", "--group", "dev", "--constraints", LOCKS["run"]],
    }
    for name, source in sources.items():
        say(f"Writing {name}")
        compiled = subprocess.run([*command, *source, "-o", name], cwd=ROOT, env=uv_settings(), check=False)
        if compiled.returncode:
            message = f"{name} could not be written; uv says why above."
            raise Stop(message)
    return 0


def become(command: Command) -> int:
    """Go on as `command`: this process is replaced, so that signals reach it and its exit code is ours."""
    sys.stdout.flush()
    # The hub reads files in fresh processes of Python; where bytecode is not kept, each would compile everything anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.execv(command[0], [str(word) for word in command])


def say(sentence: str) -> None:
    print(f"· {sentence}", file=sys.stderr, flush=True)


def read_arguments(arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """The options of ours, and the arguments for pytest in their order."""
    parser = argparse.ArgumentParser(prog="dev.py", description="Run and test Quiver from this checkout.")
    commands = parser.add_subparsers(dest="command", required=True)
    server = commands.add_parser("serve", help="set up, migrate and serve the hub with the demo library")
    server.add_argument("--host", default="127.0.0.1")
    server.add_argument("--port", type=int, default=8000)
    server.add_argument("--no-demo", action="store_true", help="leave the demo library out")
    tester = commands.add_parser(
        "test", help="set up, check and test; more arguments go to pytest alone", allow_abbrev=False
    )
    tester.add_argument("--require-tools", action="store_true", help="fail where a test's tool is missing")
    tester.add_argument(
        "--coverage", action="store_true", help="count the branches taken (slower); pages in var/coverage"
    )
    commands.add_parser("check", help="lint, format, types, import contracts, templates")
    locker = commands.add_parser("lock", help="write the locks anew from pyproject.toml")
    locker.add_argument("--upgrade", action="store_true", help="take the newest versions")
    options, more = parser.parse_known_args(arguments)
    if more and options.command != "test":
        parser.error(f"unknown: {' '.join(more)}")
    return options, more


def main(arguments: list[str]) -> int:
    options, more = read_arguments(arguments)
    if options.command == "serve":
        return serve(options.host, options.port, demo=not options.no_demo)
    if options.command == "test":
        return test(more, require_tools=options.require_tools, coverage=options.coverage)
    return check() if options.command == "check" else lock(upgrade=options.upgrade)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as stop:
        sys.exit(str(stop))
    except KeyboardInterrupt:
        sys.exit(130)
