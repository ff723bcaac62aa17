"""Searches that people keep, and searches that found too little.

A *saved search* is a search somebody wants to run again, and be told of when it finds something new. A *gap* is a
search (words and filters) that found few things or none; each time somebody made it is kept, with who, when and how
many hits. Whoever says "I need this" *needs* the gap: others join with one click. A gap is open, *met* by material,
or *declined*.
"""

from hub.searches.actions import (
    close_gap,
    forget,
    keep,
    meet,
    need,
    need_again,
    reopen_gap,
    save,
    set_notify,
    take_back,
    tell_of_news,
)
from hub.searches.actions import remove as remove_saved
from hub.searches.models import GAP_STATES, Gap, GapNeed, GapSearch, SavedSearch
from hub.searches.queries import (
    GapRow,
    count_gaps,
    gap_of,
    gaps,
    known_to,
    met_by,
    needing,
    needs_of,
    owned_by,
    saved,
    saved_as,
    waiting_for_news,
)
from hub.searches.rules import FEW, Wish, gap_key, is_few, wish

__all__ = [
    "FEW",
    "GAP_STATES",
    "Gap",
    "GapNeed",
    "GapRow",
    "GapSearch",
    "SavedSearch",
    "Wish",
    "close_gap",
    "count_gaps",
    "forget",
    "gap_key",
    "gap_of",
    "gaps",
    "is_few",
    "keep",
    "known_to",
    "meet",
    "met_by",
    "need",
    "need_again",
    "needing",
    "needs_of",
    "owned_by",
    "remove_saved",
    "reopen_gap",
    "save",
    "saved",
    "saved_as",
    "set_notify",
    "take_back",
    "tell_of_news",
    "waiting_for_news",
    "wish",
]
