"""Searches that found too little, as demand for material: which product, industry or scenario they were about."""

from datetime import datetime, timedelta

from sqlmodel import Session

from hub import accounts, searches, taxonomy
from hub.base import clock
from hub.insights.cells import Gap
from hub.taxonomy import Words

RECENT = timedelta(days=180)
MOST = 500
SHORTEST = 2  # characters of a name that may be looked for inside what was typed


def failed_searches(session: Session, by: accounts.Actor, *, at: datetime | None = None) -> list[Gap]:
    """The open gaps of the last half year that this actor may see; none for who makes no material. What a search was
    about is said by its filters, else by the names of the taxonomy in its words.
    """
    if not by.may("asset.approve"):
        return []
    known = taxonomy.words_for(session, by)
    since = (at or clock.now()) - RECENT
    found = searches.gaps(session, by, since=since, limit=MOST)
    return [
        Gap(
            g.words,
            g.times,
            product=about(known, "product", g),
            industry=about(known, "industry", g),
            scenario=about(known, "scenario", g),
        )
        for g in found
    ]


def about(known: Words, facet: str, gap: searches.GapRow) -> str | None:
    """The value of a facet that a search was about, as far as it says so."""
    filtered = gap.filters.get(facet)
    if filtered:
        return filtered[0]
    typed = gap.words.casefold()
    named = [
        (len(name), word.key)
        for word in known.options(facet)
        for name in (word.name, word.name_en, *word.aliases)
        if len(name) >= SHORTEST and name.casefold() in typed
    ]
    return max(named)[1] if named else None
