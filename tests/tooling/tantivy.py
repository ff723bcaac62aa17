"""tantivy, the package of an optional engine: `dev.py test` installs it into a folder of the environment."""

import sys
from importlib.util import find_spec
from pathlib import Path

FOLDER = Path(sys.prefix) / "tantivy"
if FOLDER.is_dir() and find_spec("tantivy") is None:
    sys.path.append(str(FOLDER))


def missing() -> str | None:
    return None if find_spec("tantivy") else "tantivy is not installed (dev.py test does it)"
