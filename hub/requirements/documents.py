"""What the search index knows of a requirement: one document, `requirement:12`, of words that all its readers may read.

A request speaks in it only where its customer is open to all staff: the words of a confidential customer, their name
and industry are left out, whoever searches.
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from hub import accounts, customers
from hub.requirements.models import Request, RequestLink, Requirement
from hub.search import Document
from hub.taxonomy import Words


def documents(session: Session, ids: Sequence[int], words: Words) -> list[Document]:
    """The documents of these requirements as the rows are now; one in the trash, or merged into another, has none."""
    query = select(Requirement).where(
        col(Requirement.id).in_(list(ids)),
        col(Requirement.deleted_at).is_(None),
        col(Requirement.merged_into_id).is_(None),
    )
    found = list(session.exec(query).all())
    readers = accounts.readers(session, "requirement", [r.id or 0 for r in found])
    names = accounts.names(session, [i for r in found for i in (r.manager_id, r.expert_id)])
    spoken = _open_requests(session, [r.id or 0 for r in found])
    known = customers.by_ids(session, [q.customer_id for rows in spoken.values() for q in rows])
    return [
        _document(r, spoken.get(r.id or 0, []), known, names, readers.get(r.id or 0, frozenset()), words)
        for r in found
    ]


def ids_ever(requirement_id: int, most_pages: int) -> list[str]:  # noqa: ARG001 - the shape all things share
    """Every document id the requirement may have had."""
    return [f"requirement:{requirement_id}"]


def _open_requests(session: Session, ids: Sequence[int]) -> dict[int, list[Request]]:
    """Per requirement, its requests whose customer all staff may know."""
    query = (
        select(RequestLink.requirement_id, Request)
        .join(Request, col(Request.id) == col(RequestLink.request_id))
        .where(
            col(RequestLink.requirement_id).in_(list(ids)),
            col(RequestLink.ended_at).is_(None),
            col(Request.deleted_at).is_(None),
        )
        .order_by(col(Request.id))
    )
    rows = session.exec(query).all()
    open_to = accounts.readers(session, "customer", {r.customer_id for _i, r in rows if r.customer_id})
    found: dict[int, list[Request]] = {}
    for requirement_id, request in rows:
        if accounts.EVERYONE in open_to.get(request.customer_id or 0, frozenset()):
            found.setdefault(requirement_id, []).append(request)
    return found


def _document(
    requirement: Requirement,
    requests: list[Request],
    known: dict[int, customers.Customer],
    names: dict[int, str],
    readers: frozenset[str],
    words: Words,
) -> Document:
    product = words.products.get(requirement.product or "")
    industries = [
        k for r in requests if r.industry for k in (words.above("industry", r.industry) or [r.industry])
    ]
    columns = {
        "product": (requirement.product,) if requirement.product else (),
        "tier": (product.tier,) if product else (),
        "industry": tuple(dict.fromkeys(industries)),
        "state": (requirement.state,),
        "owner": (str(requirement.manager_id),) if requirement.manager_id else (),
    }
    said = [f"{known[r.customer_id].name} {r.quote} {r.desired}" for r in requests if r.customer_id in known]
    people = [names.get(i or 0, "") for i in (requirement.manager_id, requirement.expert_id)]
    return Document(
        id=f"requirement:{requirement.id}",
        type="requirement",
        title=requirement.title,
        tags=_names(product, words, columns["industry"]),
        body="\n".join(
            t for t in (requirement.summary, requirement.limits, requirement.outcome_words, *said) if t
        ),
        extra=" ".join([requirement.key, *people]),
        columns={k: v for k, v in columns.items() if v},
        readers=tuple(sorted(readers)),
        updated_at=requirement.updated_at,
        published_at=requirement.shipped_at,
        payload={"url": f"/requirements/{requirement.key}"},
    )


def _names(product: object, words: Words, industries: Sequence[str]) -> tuple[str, ...]:
    values = [words.by_facet.get("industry", {}).get(k) for k in industries]
    of_product = [getattr(product, n) for n in ("name", "name_en")] if product else []
    return tuple(n for n in (*of_product, *(w.name for w in values if w)) if n)
