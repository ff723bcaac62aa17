"""LibreOffice, found as the slide engine finds it, and what of it still runs."""

from pathlib import Path

from hub.slides.office import find_office


def missing() -> str | None:
    return None if find_office() else "LibreOffice (soffice) is not on this machine"


def running_with(word: str) -> list[str]:
    """The command lines on this machine that name `word`; those of zombies are empty."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = process.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if word in command:
            found.append(command)
    return found
