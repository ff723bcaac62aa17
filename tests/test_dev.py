"""The set-up file: what it says when something is in the way, and when it has nothing to do."""

import os
import socket
import subprocess
import sys

import pytest

import dev
from tests.tooling.places import ROOT


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "dev.py", *arguments], capture_output=True, text=True, check=False, timeout=60
    )


def test_a_taken_port_is_told_in_one_sentence():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        said = run("serve", "--port", port)

    assert said.returncode == 1
    assert said.stderr == (
        f"Port {port} of 127.0.0.1 cannot be had (Address already in use); choose another with --port.\n"
    )


@pytest.mark.parametrize("arguments", [["serve", "--demmo"], ["dance"], []])
def test_a_wrong_word_is_wrong_usage(arguments):
    assert run(*arguments).returncode == 2


def test_arguments_for_pytest_are_passed_on_in_their_order():
    options, more = dev.read_arguments(
        ["test", "--require-tools", "-x", "tests/test_dev.py", "-k", "wrong word"]
    )

    assert options.require_tools
    assert more == ["-x", "tests/test_dev.py", "-k", "wrong word"]


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout of nothing but locks and an environment without packages, in a folder with an odd name."""
    root = tmp_path / "弹药 库"
    (root / ".venv" / "bin").mkdir(parents=True)
    (root / ".venv" / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    (root / ".venv" / "bin" / "python").symlink_to(sys.executable)
    for name in dev.LOCKS.values():
        (root / name).write_text("nothing==1\n")
    for name, value in {
        "ROOT": root,
        "VENV": root / ".venv",
        "PYTHON": root / ".venv" / "bin" / "python",
        "STAMP": root / ".venv" / "quiver-stamp",
    }.items():
        monkeypatch.setattr(dev, name, value)
    return root


@pytest.mark.parametrize(("stamp", "run_there", "dev_there"), [("run", True, False), ("dev", True, True)])
def test_what_the_stamp_names_is_not_installed_again(checkout, stamp, run_there, dev_there):
    dev.STAMP.write_text(dev.line_for(stamp))

    assert (dev.installed("run"), dev.installed("dev")) == (run_there, dev_there)


def test_a_new_lock_is_installed(checkout):
    dev.STAMP.write_text(dev.line_for("run"))
    (checkout / "requirements.lock").write_text("nothing==2\n")

    assert not dev.installed("run")


def test_a_vanished_python_is_noticed(checkout):
    dev.STAMP.write_text(dev.line_for("run"))
    (checkout / ".venv" / "bin" / "python").unlink()

    assert not dev.installed("run")


def test_the_environment_finds_the_checkout_whatever_its_name(checkout):
    (checkout / "hub").mkdir()
    (checkout / "hub" / "__main__.py").write_text("import sys; print('started', *sys.argv[1:])\n")

    dev.add_checkout()

    (pth,) = checkout.glob(".venv/lib/*/site-packages/*.pth")
    assert (pth.parent / pth.read_text("ascii").strip()).resolve() == checkout
    command = checkout / ".venv" / "bin" / "hub"
    said = subprocess.run(
        [command, "search", "能耗"],
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "started search 能耗\n"


def test_a_checkout_without_locks_is_told(checkout):
    (checkout / "requirements.lock").unlink()

    with pytest.raises(dev.Stop, match="not a whole checkout"):
        dev.line_for("run")
