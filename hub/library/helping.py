"""What helps when a search finds little: a filter to drop, whom to ask, and who else needs it."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from hub import accounts, search, searches, taxonomy
from hub.activity import Entry
from hub.library.finding import Answer, asking
from hub.search import Engine

MOST_DROPS = 3
MOST_PEOPLE = 3


@dataclass(frozen=True)
class Drop:
    """A facet whose filter stands in the way, and how many hits there are without it."""

    facet: str
    total: int


@dataclass(frozen=True)
class Asked:
    """Somebody to ask: `facet` and `key` say what they know about, None that they own what comes nearest."""

    person: accounts.Person
    facet: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class Help:
    """What helps. `needed` is how many people said that they need this, `mine` whether the actor is one of them."""

    drops: tuple[Drop, ...]
    people: tuple[Asked, ...]
    needed: int
    mine: bool


def noted(words: str, filters: Mapping[str, Sequence[str]], answer: Answer, by: accounts.Actor) -> Entry:
    """The search as the notebook keeps it; one that found too little is kept as a gap."""
    wanted = searches.wish(words, filters)
    details = {"words": wanted.words[:200], "total": answer.total}
    if searches.is_few(words, answer.total, answer.relaxed):
        details |= {
            "few": True,
            "words": wanted.words,
            "filters": {k: list(v) for k, v in wanted.filters.items()},
        }
    return Entry("search", "library", None, by.id, details)


def helping(
    session: Session,
    engine: Engine,
    words: str,
    *,
    by: accounts.Actor,
    filters: Mapping[str, Sequence[str]],
    total: int,
) -> Help:
    """What helps somebody whose search found `total` hits. All of it is about what this actor may see."""
    needed, mine = searches.needs_of(session, searches.wish(words, filters), by)
    drops = _drops(session, engine, words, by, filters, total)
    return Help(drops, _people(session, engine, words, by, filters), needed, mine)


def _drops(
    session: Session, engine: Engine, words: str, by: accounts.Actor, filters: Mapping[str, Sequence[str]], total: int
) -> tuple[Drop, ...]:  # fmt: skip
    counted = []
    for facet in list(filters)[:8]:
        fewer = {f: v for f, v in filters.items() if f != facet}
        ask = replace(asking(session, by, words, fewer), limit=0)
        counted.append(Drop(facet, search.find(engine, words, ask).result.total))
    better = [d for d in counted if d.total > total]
    return tuple(sorted(better, key=lambda d: -d.total)[:MOST_DROPS])


def _people(
    session: Session, engine: Engine, words: str, by: accounts.Actor, filters: Mapping[str, Sequence[str]]
) -> tuple[Asked, ...]:
    """Owners and experts of the products and industries that the search names; else who owns what comes nearest."""
    known = taxonomy.words_for(session, by)
    meant = [(f, k) for f in ("product", "industry") for k in _named(known, f, words, filters)]
    experts = _experts(session, [k for f, k in meant if f == "industry"])
    ids: dict[int, tuple[str | None, str | None]] = {}
    for facet, key in meant:
        product = known.products.get(key) if facet == "product" else None
        found = (product.expert_id, product.owner_id) if product else (experts.get(key),)
        for i in found:
            if i is not None:
                ids.setdefault(i, (facet, key))
    if not ids:
        ids = dict.fromkeys(_nearest(session, engine, words, by), (None, None))
    rows = accounts.people_by_ids(session, ids)
    active = [Asked(rows[i], *why) for i, why in ids.items() if i in rows and rows[i].active and i != by.id]
    return tuple(active[:MOST_PEOPLE])


def _named(known: taxonomy.Words, facet: str, words: str, filters: Mapping[str, Sequence[str]]) -> list[str]:
    typed = _plain(words)
    said = [
        w.key
        for w in known.by_facet.get(facet, {}).values()
        if any(len(way) > 1 and _plain(way) in typed for way in (w.name, w.name_en, *w.aliases))
    ]
    chosen = [k for k in filters.get(facet, ()) if k in known.by_facet.get(facet, {})]
    return list(dict.fromkeys([*chosen, *said]))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def _experts(session: Session, industries: Sequence[str]) -> dict[str, int]:
    if not industries:
        return {}
    query = select(taxonomy.Term.key, taxonomy.Term.expert_id).where(
        taxonomy.Term.facet == "industry", col(taxonomy.Term.key).in_(industries)
    )
    return {key: i for key, i in session.exec(query).all() if i is not None}


def _nearest(session: Session, engine: Engine, words: str, by: accounts.Actor) -> list[int]:
    ask = replace(asking(session, by, words, {}), limit=0, mode="any", facets=("owner",))
    owners = search.find(engine, words, ask).result.facets["owner"]
    return [int(o) for o in list(owners)[:MOST_PEOPLE] if o.isdigit()]
