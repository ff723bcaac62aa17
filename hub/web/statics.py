"""Where the static files are, and their addresses."""

import hashlib
from functools import lru_cache
from pathlib import Path

STATIC_DIR = Path(__file__).parent / "static"


@lru_cache(maxsize=512)
def static_url(path: str) -> str:
    """The address of a file below `static/` with the hash of its content, so that it may be cached for
    ever.
    """
    digest = hashlib.sha256((STATIC_DIR / path).read_bytes()).hexdigest()[:10]
    return f"/static/{path}?v={digest}"
