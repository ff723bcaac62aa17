"""Keys: the short ASCII names under which products, terms and teams are kept, made from what people call them."""

import re
from collections.abc import Collection

LONGEST = 60
ROOM = 52  # leaves room for a number where the name is taken


def suggest(name: str, name_en: str = "", *, taken: Collection[str] = ()) -> str:
    """A free key: the English name, else the pinyin of the Chinese one; "x" when neither says anything."""
    base = _plain(name_en) or _plain(_pinyin(name)) or "x"
    if base not in taken:
        return base
    return next(k for k in (f"{base}-{n}" for n in range(2, len(taken) + 3)) if k not in taken)


def _plain(text: str) -> str:
    kept = re.sub(r"[^a-z0-9]+", "-", text.lower()) if text.isascii() else ""
    return kept.strip("-")[:ROOM].strip("-")


def _pinyin(name: str) -> str:
    from pypinyin import lazy_pinyin

    return "-".join(p for p in lazy_pinyin(name) if p.isascii())
