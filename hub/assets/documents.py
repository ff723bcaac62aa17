"""What the search index knows of an asset: one document for what is on offer, one for the newest draft, one a page.

Ids: `asset:12` is what is on offer (or the last that was), `draft:12` a newer version not on offer, `slide:12:3` and
`draftslide:12:3` their pages. A FAQ entry has type `faq`. What is on offer is folded with what is nearly the same; a
draft never is, because it is nearly the same as the version before it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Session, col, func, or_, select

from hub import accounts, activity, facts
from hub.assets import queries, rules
from hub.assets.models import Asset, Page, Version
from hub.base import clock
from hub.search import Document
from hub.taxonomy import Words

MOST_BODY = 200_000


def documents(session: Session, ids: Sequence[int], words: Words) -> list[Document]:
    """The documents of these assets as the rows are now; an asset in the trash has none."""
    assets = session.exec(
        select(Asset).where(col(Asset.id).in_(list(ids)), col(Asset.deleted_at).is_(None))
    ).all()
    wanted = {v for a in assets for v in (a.on_offer_id, a.latest_id) if v}
    found = {v.id: v for v in session.exec(select(Version).where(col(Version.id).in_(wanted)))}
    tags = queries.tags(session, [a.id for a in assets if a.id])
    offer = accounts.readers(session, "offer", [a.id for a in assets if a.id])
    draft = accounts.readers(session, "draft", [a.id for a in assets if a.id])
    names = accounts.names(session, [a.owner_id for a in assets])
    uses = activity.counts(session, "view", "asset", [a.id for a in assets if a.id])
    pages = _pages(session, wanted)
    books = _books(session, assets, found)
    made: list[Document] = []
    for asset in assets:
        i = asset.id or 0
        common: dict[str, Any] = {
            "asset": asset,
            "tags": tags.get(i, {}),
            "words": words,
            "owner": names.get(asset.owner_id or 0, ""),
            "uses": uses.get(i, 0),
            "book": books[asset.language == "en"],
        }
        if asset.on_offer_id in found:
            v = found[asset.on_offer_id]
            made += _of_version(v, pages.get(v.id or 0, []), offer.get(i, frozenset()), prefix="", **common)
        if asset.latest_id in found and asset.latest_id != asset.on_offer_id:
            v = found[asset.latest_id]
            made += _of_version(
                v, pages.get(v.id or 0, []), draft.get(i, frozenset()), prefix="draft", **common
            )
    return made


def _books(
    session: Session, assets: Sequence[Asset], found: dict[int | None, Version]
) -> dict[bool, facts.Book]:
    """The facts that texts name, as everybody may read them; True: for texts in English."""
    english = {v for a in assets if a.language == "en" for v in (a.on_offer_id, a.latest_id)}
    written = {v.id: v.text for v in found.values() if not v.blob_sha}
    return {
        is_english: facts.book(
            session,
            [text for number, text in written.items() if (number in english) is is_english],
            language="en" if is_english else "zh",
        )
        for is_english in (False, True)
    }


def count_documents(session: Session) -> int:
    """About how many documents all assets have: each version that is found, and each of its pages."""
    found = (
        select(Version.id)
        .join(Asset, or_(Asset.on_offer_id == Version.id, Asset.latest_id == Version.id))
        .where(col(Asset.deleted_at).is_(None))
        .distinct()
    )
    versions = session.exec(select(func.count()).select_from(found.subquery())).one()
    pages = session.exec(select(func.count()).select_from(Page).where(col(Page.version_id).in_(found))).one()
    return versions + pages


def ids_ever(asset_id: int, most_pages: int) -> list[str]:
    """Every document id the asset may have had, for dropping what is no longer there."""
    numbers = range(1, most_pages + 1)
    return [
        f"asset:{asset_id}",
        f"draft:{asset_id}",
        *(f"slide:{asset_id}:{n}" for n in numbers),
        *(f"draftslide:{asset_id}:{n}" for n in numbers),
    ]


def _pages(session: Session, version_ids: Iterable[int]) -> dict[int, list[Page]]:
    found: dict[int, list[Page]] = {}
    query = select(Page).where(col(Page.version_id).in_(list(version_ids))).order_by(col(Page.number))
    for page in session.exec(query):
        found.setdefault(page.version_id, []).append(page)
    return found


def _of_version(
    version: Version,
    pages: list[Page],
    readers: frozenset[str],
    *,
    prefix: str,
    asset: Asset,
    tags: dict[str, list[str]],
    words: Words,
    owner: str,
    uses: int,
    book: facts.Book,
) -> list[Document]:
    group = f"{prefix or 'asset'}:{asset.id}"
    kind = "faq" if asset.kind == "faq" else "asset"
    columns = {**_columns(asset, version, tags, words), "line": (kind,)}
    said = tuple(_spoken(tags, words))
    extra = "\n".join([owner, version.file_name, *_flat(asset.extra)])
    shared: dict[str, Any] = {
        "language": asset.language,
        "readers": tuple(sorted(readers)),
        "updated_at": asset.updated_at,
        "published_at": version.on_offer_at,
        "uses": uses,
    }
    whole = Document(
        id=group,
        type=kind,
        group=group,
        fold=None if prefix else kind,
        title=asset.title,
        headings=tuple(book.resolve(version.headings).text.splitlines()),
        tags=said,
        body=f"{asset.summary}\n{_words_of(version, book)}"[:MOST_BODY],
        extra=extra,
        columns=columns,
        payload={"asset": asset.id, "version": version.id},
        **shared,
    )
    slides = [
        _page_document(p, asset, version, prefix, group, columns, shared) for p in pages if _says_something(p)
    ]
    return [whole, *slides]


def _words_of(version: Version, book: facts.Book) -> str:
    """What the version says, with the values of facts as they are now."""
    return version.text if version.blob_sha else rules.plain(book.resolve(version.text).text)


def _says_something(page: Page) -> bool:
    return any((page.title, page.text, page.notes, page.tables, page.alt, page.charts))


def _page_document(
    page: Page,
    asset: Asset,
    version: Version,
    prefix: str,
    group: str,
    columns: dict[str, tuple[str, ...]],
    shared: dict[str, Any],
) -> Document:
    return Document(
        id=f"{prefix}slide:{asset.id}:{page.number}",
        type="slide",
        group=group,
        fold=None if prefix else "slide",
        title=page.title,
        body=page.text,
        notes=page.notes,
        extra=page.alt,
        tables=page.tables,
        charts=page.charts,
        columns=columns,
        payload={"asset": asset.id, "version": version.id, "page": page.number},
        **shared,
    )


def _columns(
    asset: Asset, version: Version, tags: dict[str, list[str]], words: Words
) -> dict[str, tuple[str, ...]]:
    """Facet values; a value of a tree also stands for its ancestors, a product for its tier."""
    columns = {facet: _with_above(words, facet, keys) for facet, keys in tags.items() if facet != "tag"}
    if not columns.get("tier"):
        tiers = [words.products[p].tier for p in tags.get("product", []) if p in words.products]
        columns["tier"] = tuple(dict.fromkeys(tiers))
    columns["tag"] = tuple(tags.get("tag", []))
    columns["kind"] = (asset.kind,)
    columns["state"] = (version.state,)
    columns["audience"] = (asset.audience,)
    columns["owner"] = (str(asset.owner_id),) if asset.owner_id else ()
    columns["freshness"] = (
        (rules.freshness(asset.review_on, clock.today()),) if version.state == "on_offer" else ()
    )
    return {k: v for k, v in columns.items() if v}


def _with_above(words: Words, facet: str, keys: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(k for key in keys for k in (words.above(facet, key) or [key])))


def _spoken(tags: dict[str, list[str]], words: Words) -> Iterable[str]:
    """The names of the tags in both languages, so that they are found by either."""
    for facet, keys in tags.items():
        for key in keys:
            word = words.by_facet.get(facet, {}).get(key)
            yield from (word.name, word.name_en) if word else (key,)


def _flat(value: Any) -> Iterable[str]:
    """The words of unknown front matter, keys and values: they are searchable too."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _flat(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _flat(inner)
    elif value is not None:
        yield str(value)
