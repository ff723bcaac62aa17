"""whoosh3, the other living branch of Whoosh: `dev.py test` installs it into a folder of the environment."""

import sys
from pathlib import Path

FOLDER = Path(sys.prefix) / "whoosh3"


def missing() -> str | None:
    if (FOLDER / "whoosh" / "__init__.py").is_file():
        return None
    return "whoosh3 is not installed (dev.py test does it)"
