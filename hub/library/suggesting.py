"""Suggestions while typing: one's recent and saved searches, words, names of the taxonomy, titles, people; and for
who writes down what a customer wants, what is there already.

Nothing is offered that this actor may not see: words and titles come from documents visible to them, and a title is
offered only when the rows as they are now let them read it; people are those who own something visible to them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlmodel import Session

from hub import accounts, activity, assets, search, searches, taxonomy
from hub.library.finding import FILTERS, Row, find, readable_others
from hub.search import Document, Engine, Query, Suggestion

MOST = 10
FEWEST_FOR_SIMILAR = 2  # characters
SIMILAR_SHOWN = 4
RECENT_SHOWN = 2
FEWEST_TYPED = 1
MOST_TYPED = 60


@dataclass(frozen=True)
class Offer:
    """One suggestion. `kind` is recent, saved, word, title, person or a facet; `url` is where it leads."""

    text: str
    kind: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class There:
    """What is there for some words: requirements that say nearly the same, and material on offer."""

    same: tuple[Row, ...]
    ready: tuple[Row, ...]


def there_already(session: Session, engine: Engine, words: str, *, by: accounts.Actor) -> There | None:
    """Of what this actor may see; None for too few words. Raises IndexUnavailable."""
    if len(words) < FEWEST_FOR_SIMILAR:
        return None
    same, ready = (
        find(session, engine, words, by=by, filters=kinds, facets=(), limit=SIMILAR_SHOWN).rows
        for kinds in ({"type": ["requirement"]}, {"type": ["asset", "faq"], "state": ["on_offer"]})
    )
    return There(tuple(same), tuple(row for row in ready if row.card is not None))


def suggest(
    session: Session, engine: Engine, text: str, *, by: accounts.Actor, limit: int = MOST
) -> list[Offer]:
    """What the typed text may become, for this actor. Nothing typed yet: what they searched and saved last."""
    typed = " ".join(text[: MOST_TYPED * 2].split())[:MOST_TYPED]
    if len(typed) < FEWEST_TYPED:
        return [*_recent(session, by, "")[:5], *_saved(session, by, "")[:3]][:limit]
    rights = search.EVERYTHING if by.is_admin else by.tokens
    people = _people(session, engine, rights)
    known = taxonomy.words_for(session, by)
    named = [*known.synonyms, *people]
    found = search.suggest(engine, typed, rights=rights, names=named, limit=limit)
    own = [*_recent(session, by, typed)[:RECENT_SHOWN], *_saved(session, by, typed)[:1]]
    titles = _titles(session, engine, [s for s in found if s.kind == "title"], by, rights)
    offers = [*own, *(_of(s, known, people) for s in found if s.kind != "title"), *titles]
    return _each_once(offers)[:limit]


def _each_once(offers: Iterable[Offer]) -> list[Offer]:
    """Two ways to the same place are one offer, the first."""
    places: dict[str, Offer] = {}
    for offer in offers:
        places.setdefault(offer.url, offer)
    return list(places.values())


def _recent(session: Session, by: accounts.Actor, typed: str) -> list[Offer]:
    words = activity.recent_searches(session, by.id or 0, limit=20)
    return [
        Offer(w, "recent", _search(q=w)) for w in words if typed.casefold() in w.casefold() and w != typed
    ]


def _saved(session: Session, by: accounts.Actor, typed: str) -> list[Offer]:
    mine = searches.saved(session, by)
    return [
        Offer(s.name, "saved", f"/searches/{s.id}") for s in mine if typed.casefold() in s.name.casefold()
    ]


def _search(**said: str) -> str:
    return "/search?" + urlencode(said)


def _of(found: Suggestion, known: taxonomy.Words, people: Mapping[str, str]) -> Offer:
    """A name leads to what is filed under it, any other word to a search for it."""
    if found.text in people:
        return Offer(found.text, "person", _search(owner=people[found.text]))
    matched = known.match(found.text, FILTERS) if found.kind == "name" else None
    if matched is None:
        return Offer(found.text, "word", _search(q=found.text))
    facet, key = matched
    label = known.label(facet, key)
    note = "" if label.casefold() == found.text.casefold() else label
    return Offer(found.text, facet, _search(**{facet: key}), note)


def _people(session: Session, engine: Engine, rights: search.Rights) -> dict[str, str]:
    """Name and id of everybody who owns something that is visible with these rights."""
    owners = engine.search(Query(rights=rights, facets=("owner",), limit=0)).facets["owner"]
    names = accounts.names(session, [int(o) for o in owners if o.isdigit()])
    return {name: str(i) for i, name in names.items()}


def _titles(
    session: Session, engine: Engine, found: Sequence[Suggestion], by: accounts.Actor, rights: search.Rights
) -> list[Offer]:
    asked = (engine.get(s.document, rights) for s in found if s.document)
    documents = [d for d in asked if d is not None]
    owned = [d for d in documents if "asset" in d.payload]
    readable = _readable(session, owned, by)
    others = readable_others(session, [d.id for d in documents if "asset" not in d.payload], by)
    return [_title(d) for d in documents if d.id in readable or d.id in others]


def _readable(session: Session, documents: Iterable[Document], by: accounts.Actor) -> set[str]:
    """Ids of the documents whose version this actor may read now."""
    asked = {d.id: (int(d.payload["asset"]), int(d.payload["version"])) for d in documents}
    if not asked:
        return set()
    shown = {(c.id, c.version_id) for c in assets.known_cards(session, [a for a, _v in asked.values()], by)}
    return {i for i, version in asked.items() if version in shown}


def _title(document: Document) -> Offer:
    if "asset" not in document.payload:
        return Offer(document.title, "title", str(document.payload.get("url", "/")), document.type)
    page = document.payload.get("page")
    url = f"/assets/{document.payload['asset']}" + (f"?page={page}" if page else "")
    return Offer(document.title, "title", url, document.type)
