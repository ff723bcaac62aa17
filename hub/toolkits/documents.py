"""What the search index knows of a toolkit: one document, `toolkit:<id>`. Its members are not in it: each of them is
found by itself, under its own rights.
"""

from collections.abc import Sequence
from urllib.parse import quote

from sqlmodel import Session, col, select

from hub import accounts, activity
from hub.search import Document
from hub.taxonomy import Words
from hub.toolkits.models import Toolkit

FACETS = ("product", "tier", "industry", "scenario", "function")


def documents(session: Session, ids: Sequence[int], words: Words) -> list[Document]:
    """The documents of these kits as the rows are now; a kit in the trash has none."""
    query = select(Toolkit).where(col(Toolkit.id).in_(list(ids)), col(Toolkit.deleted_at).is_(None))
    kits = list(session.exec(query).all())
    known = [k.id for k in kits if k.id is not None]
    readers = accounts.readers(session, "toolkit", known)
    names = accounts.names(session, [k.owner_id for k in kits])
    uses = activity.counts(session, "view", "toolkit", known)
    return [
        _document(k, words, readers.get(k.id or 0, frozenset()), names, uses.get(k.id or 0, 0)) for k in kits
    ]


def ids_ever(toolkit_id: int, most_pages: int) -> list[str]:  # noqa: ARG001 - a kit has no pages
    """Every document id the kit may have had."""
    return [f"toolkit:{toolkit_id}"]


def _document(
    kit: Toolkit, words: Words, readers: frozenset[str], names: dict[int, str], uses: int
) -> Document:
    columns: dict[str, tuple[str, ...]] = {}
    said: list[str] = []
    for facet in FACETS:
        key = getattr(kit, facet)
        if key:
            columns[facet] = tuple(words.above(facet, key) or [key])
            word = words.by_facet[facet].get(key)
            said += [word.name, word.name_en, *word.aliases] if word else [key]
    columns["state"] = (kit.state,)
    if kit.owner_id:
        columns["owner"] = (str(kit.owner_id),)
    return Document(
        id=f"toolkit:{kit.id}",
        type="toolkit",
        title=kit.title,
        headings=(kit.title_en,) if kit.title_en else (),
        tags=tuple(dict.fromkeys(w for w in said if w)),
        body=kit.summary,
        extra=names.get(kit.owner_id or 0, ""),
        columns=columns,
        readers=tuple(sorted(readers)),
        updated_at=kit.updated_at,
        published_at=kit.published_at,
        uses=uses,
        payload={"toolkit": kit.id, "url": f"/toolkits/{quote(kit.slug)}"},
    )
