"""The command `hub` as a process that can be killed: forked from a server that has read the code already."""

import multiprocessing
import os
import sys
from pathlib import Path
from typing import Any

# Reading the code takes seconds, a fork milliseconds: what is killed is the same.
STARTED = multiprocessing.get_context("forkserver")
STARTED.set_forkserver_preload(["hub.cli", "hub.main", "hub.migrations"])


def start(home: Path, *words: str) -> Any:
    """The command under way, its output in `said` beside the home."""
    home.parent.mkdir(exist_ok=True)
    process = STARTED.Process(target=run_hub, args=(str(home), words), daemon=True)
    process.start()
    return process


def run_hub(home: str, words: tuple[str, ...]) -> None:
    """Run in the child: the command, as `hub` runs it."""
    for name in [n for n in os.environ if n.startswith("HUB_")]:
        del os.environ[name]
    os.environ |= {"HUB_HOME": home, "HUB_SOFFICE": f"{home}/no-office", "LANG": "zh_CN.UTF-8"}
    out = os.open(f"{home}.said", os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    sys.stdout, sys.stderr = os.fdopen(1, "w", closefd=False), os.fdopen(2, "w", closefd=False)
    sys.argv = ["hub", *words]
    os.setsid()
    from hub import cli

    cli.main()


def said(home: Path) -> str:
    """What the last command said."""
    return Path(f"{home}.said").read_text("utf-8")
