"""Finding: one search over assets, slides, toolkits, requirements, launch plans and FAQ answers, for pages, REST and
command line.

The index proposes, the database disposes: a hit is shown only when the rows as they are now let this actor read it.
"""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup, escape
from sqlmodel import Session

from hub import accounts, assets, search, taxonomy
from hub.base.i18n import _
from hub.library import prepared
from hub.search import Ask, Engine, Found, Hit, Sort

FILTERS = ("tier", "product", "industry", "kind", "scenario", "function", "stage", "owner", "freshness")
MORE_FILTERS = (*FILTERS, "state", "audience", "tag", "type")
TYPES = ("asset", "slide", "faq", "toolkit", "requirement", "plan")
READ_WITH = {"plan": "requirement"}  # `plan:12` is the plan of requirement 12, and is read by whom that is
PAGES_SHOWN = 4


@dataclass(frozen=True)
class PageHit:
    """A slide or page of a hit that matches."""

    number: int
    title: str
    thumb: str | None


@dataclass(frozen=True)
class Alike:
    """Something that is nearly the same as a hit and is shown in its place: its title and page."""

    id: str
    title: str
    url: str


@dataclass(frozen=True)
class Row:
    """One hit as every surface needs it: `title` and `snippet` plain, `marked_title` and `passage` safe HTML."""

    id: str
    type: str
    title: str
    marked_title: Markup
    passage: Markup
    snippet: str
    url: str
    score: float
    card: assets.Card | None = None
    page: PageHit | None = None  # the slide itself, where the hit is one
    pages: tuple[PageHit, ...] = ()  # matching slides folded under their deck
    pages_total: int = 0
    alike: tuple[Alike, ...] = ()  # what is nearly the same
    alike_total: int = 0
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    why: Mapping[str, Any] | None = None  # what the score is made of, where that was asked


@dataclass(frozen=True)
class Answer:
    """What was found. `total` and `facets` count what the index lets this actor see.

    `total` is how many hits there are on all pages. The counts of the facet "type" are the totals that this search
    would have with that type alone: those of all types but "slide" add up to the total of no type.
    """

    rows: tuple[Row, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    took_ms: float
    relaxed: str | None
    corrected: tuple[tuple[str, str], ...] = ()
    cut: bool = False
    unread: bool = False
    unmended: bool = False


def find(
    session: Session,
    engine: Engine,
    words: str,
    *,
    by: accounts.Actor,
    filters: Mapping[str, Sequence[str]] | None = None,
    facets: tuple[str, ...] = (*FILTERS, "type"),
    sort: Sort = "relevance",
    offset: int = 0,
    limit: int = 24,
    exact: bool = False,
    explain: bool = False,
) -> Answer:
    """Search as this actor. Unknown filters are left out; HubError when the words or filters are beyond sense."""
    started = time.perf_counter()
    ask = asking(session, by, words, filters, sort)
    counted = (
        (*facets, "line") if facets else ()
    )  # where no counts are shown, they need not agree with anything
    fold = ask.fold and bool(facets)
    ask = replace(
        ask,
        facets=counted,
        steady=bool(facets),
        fold=fold,
        offset=offset,
        limit=limit,
        exact=exact,
        explain=explain,
    )
    answer = prepared.answered(
        session, engine, words, ask, by, lambda: _answer(session, engine, words, ask, by)
    )
    return replace(answer, took_ms=round((time.perf_counter() - started) * 1000, 1))


def _answer(session: Session, engine: Engine, words: str, ask: Ask, by: accounts.Actor) -> Answer:
    found = search.find(engine, words, replace(ask, weights=engine.weights))
    rows = disposed(session, found, by)
    return Answer(
        rows=tuple(rows),
        total=found.result.total,
        facets=_by_kind(found.result.facets),
        took_ms=0,
        relaxed=found.result.relaxed,
        corrected=tuple((c.typed, c.used) for c in found.corrected),
        cut=found.cut,
        unread=found.unread,
        unmended=found.unmended,
    )


def asking(
    session: Session,
    by: accounts.Actor,
    words: str,
    filters: Mapping[str, Sequence[str]] | None,
    sort: Sort = "relevance",
) -> Ask:
    """What this actor asks, without a page.

    A slide is shown under its deck and counted with it, unless slides are asked for: then each is a hit of its own.
    Where words are searched for, what is nearly the same is one hit; who only browses sees each.
    """
    wanted = {k: tuple(v) for k, v in (filters or {}).items() if k in MORE_FILTERS and v}
    slides = "slide" in wanted.get("type", ())
    if "type" in wanted and not slides:
        wanted["line"] = wanted.pop("type")
    return Ask(
        rights=search.EVERYTHING if by.is_admin else by.tokens,
        filters=wanted,
        sort=sort if words.strip() or sort != "relevance" else "newest",
        collapse=not slides,
        fold=bool(words.strip()),
        synonyms=taxonomy.words_for(session, by).synonyms,
        steady=True,
    )


def _by_kind(facets: Mapping[str, Mapping[str, int]]) -> dict[str, Mapping[str, int]]:
    """The counts with one meaning of "type": how many hits there are when only that type is asked for."""
    counted = {name: values for name, values in facets.items() if name != "line"}
    if "type" in counted:
        slides = facets["type"].get("slide", 0)
        counted["type"] = {**facets["line"], **({"slide": slides} if slides else {})}
    return counted


def disposed(session: Session, found: Found, by: accounts.Actor) -> list[Row]:
    """The hits that the rows as they are now let this actor read, as every surface needs them."""
    hits = found.result.hits
    owned = [h for h in hits if "asset" in h.document.payload]
    alike = (m.document.payload for h in owned for m in h.near)
    ids = list(dict.fromkeys(int(p["asset"]) for p in (*(h.document.payload for h in owned), *alike)))
    offers = assets.known_cards(session, ids, by)
    drafts = {int(h.document.payload["asset"]) for h in owned if h.id.startswith("draft")}
    latest = assets.cards(session, sorted(drafts), by, drafts=drafts) if drafts else []
    # A hit stands for the version it was built from; where that is no longer shown, the index is a moment behind.
    cards = {(c.id, c.version_id): c for c in (*offers, *latest)}
    thumbs = assets.page_thumbs(session, _pages_of(owned))
    others = readable_others(session, [h.id for h in hits if "asset" not in h.document.payload], by)
    rows = []
    for hit in hits:
        if "asset" in hit.document.payload:
            card = cards.get((int(hit.document.payload["asset"]), int(hit.document.payload["version"])))
            if card is not None:
                rows.append(_with_alike(_asset_row(hit, card, found, thumbs), hit, cards))
        elif hit.id in others:
            rows.append(_other_row(hit, found))
    return rows


def _with_alike(row: Row, hit: Hit, cards: Mapping[tuple[int, int], assets.Card]) -> Row:
    """The row with what is nearly the same, as far as the rows of the database let this actor read it."""
    if not hit.near:
        return row
    known = []
    for document in (m.document for m in hit.near):
        card = cards.get((int(document.payload["asset"]), int(document.payload["version"])))
        if card is not None:
            page = document.payload.get("page")
            title = document.title or card.title
            url = f"/assets/{card.id}" + (f"?page={page}" if page else "")
            known.append(Alike(document.id, f"{card.title} · {title}" if page else title, url))
    return replace(row, alike=tuple(known), alike_total=len(known) + hit.near_total - len(hit.near))


def _pages_of(hits: Iterable[Hit]) -> list[tuple[int, int]]:
    pairs = []
    for hit in hits:
        documents = (hit.document, *(m.document for m in hit.members[:PAGES_SHOWN]))
        paged = [d.payload for d in documents if "page" in d.payload]
        pairs += [(int(p["version"]), int(p["page"])) for p in paged]
    return list(dict.fromkeys(pairs))


def readable_others(session: Session, documents: Iterable[str], by: accounts.Actor) -> set[str]:
    """Those of these documents of toolkits, requirements and plans that the rows as they are let this actor read."""
    wanted: dict[str, dict[int, str]] = {}
    for document in documents:
        thing, _sep, number = document.partition(":")
        if number.isdigit():
            wanted.setdefault(thing, {})[int(number)] = document
    shown: set[str] = set()
    for thing, ids in wanted.items():
        readers = accounts.readers(session, READ_WITH.get(thing, thing), ids)
        shown |= {ids[i] for i in ids if readers.get(i, frozenset()) & by.tokens}
    return shown


def _asset_row(
    hit: Hit, card: assets.Card, found: Found, thumbs: Mapping[tuple[int, int], assets.PageThumb]
) -> Row:
    document, page = hit.document, None
    shown = search.highlight(document, found.marks)
    url = f"/assets/{card.id}"
    query = [] if card.state == "on_offer" else [f"version={card.version_id}"]
    if "page" in document.payload:
        number = int(document.payload["page"])
        page = _page_hit(thumbs, card.version_id, number, document.title)
        query.append(f"page={number}")
    members = [m.document for m in hit.members if "page" in m.document.payload][:PAGES_SHOWN]
    pages = tuple(_page_hit(thumbs, card.version_id, int(d.payload["page"]), d.title) for d in members)
    return Row(
        id=hit.id,
        type=document.type,
        title=document.title or card.title,
        marked_title=shown.title or escape(card.title),
        passage=shown.passage,
        snippet=shown.plain,
        url=url + ("?" + "&".join(query) if query else ""),
        score=hit.score,
        card=card,
        page=page,
        pages=pages,
        pages_total=sum("page" in m.document.payload for m in hit.members) and hit.members_total,
        columns=document.columns,
        why=hit.why,
    )


def _page_hit(
    thumbs: Mapping[tuple[int, int], assets.PageThumb], version: int, number: int, title: str
) -> PageHit:
    row = thumbs.get((version, number))
    return PageHit(number, title, row.thumb_sha if row else None)


def _other_row(hit: Hit, found: Found) -> Row:
    document = hit.document
    shown = search.highlight(document, found.marks)
    return Row(
        id=hit.id,
        type=document.type,
        title=document.title,
        marked_title=shown.title,
        passage=shown.passage,
        snippet=shown.plain,
        url=str(document.payload.get("url", "/")),
        score=hit.score,
        columns=document.columns,
        why=hit.why,
    )


def as_plain(answer: Answer) -> dict[str, Any]:
    """The answer as JSON values: what every program gets, here and over REST."""
    return {
        "total": answer.total,
        "took_ms": answer.took_ms,
        "hits": [
            {
                "type": row.type,
                "id": row.id,
                "title": row.title,
                "score": round(row.score, 4),
                "snippet": row.snippet,
                "url": row.url,
                "alike": [{"id": one.id, "title": one.title, "url": one.url} for one in row.alike],
                "alike_total": row.alike_total,
            }
            for row in answer.rows
        ],
        "facets": {facet: dict(counts) for facet, counts in answer.facets.items()},
        "relaxed": answer.relaxed,
        "corrected": [{"typed": typed, "used": used} for typed, used in answer.corrected],
        "cut": answer.cut,
        "unread": answer.unread,
        "unmended": answer.unmended,
    }


def left_out(answer: Answer) -> Iterator[str]:
    """What was not done for this question, a sentence each."""
    if answer.cut:
        yield _("写得太长，或没见过的词太多，只看懂了前面一部分。")
    if answer.unread:
        yield _("引号里的话或要排除的词太常见，没有逐篇核对完；没核对到的不列出。")
    if answer.unmended:
        yield _("整段的话里没有逐词找错字；只想找其中一个词，单独写它。")
