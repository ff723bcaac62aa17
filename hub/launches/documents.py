"""What the search index knows of launch plans: one document, `plan:12`, for the plan of requirement 12.

It is open to whoever may read the requirement, and is made anew whenever that requirement or the plan changes. Results
are figures of their readers' own page and are no part of it.
"""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from hub import accounts
from hub.launches.models import LaunchGoal, LaunchLine, LaunchPlan
from hub.requirements import Requirement
from hub.search import Document
from hub.taxonomy import Words

Found = tuple[LaunchPlan, Requirement]
CALLED = ("上市计划", "launch plan")  # what people type beside the name of the thing


def documents(session: Session, requirement_ids: Sequence[int], words: Words) -> list[Document]:
    """The plans of these requirements as the rows are now; that of a requirement in the trash, or merged into another,
    has none.
    """
    query = (
        select(LaunchPlan, Requirement)
        .join(Requirement, col(Requirement.id) == col(LaunchPlan.requirement_id))
        .where(
            col(Requirement.id).in_(list(requirement_ids)),
            col(Requirement.deleted_at).is_(None),
            col(Requirement.merged_into_id).is_(None),
        )
    )
    found = list(session.exec(query).all())
    if not found:
        return []
    readers = accounts.readers(session, "requirement", [r.id or 0 for _p, r in found])
    said = _parts(session, [p.id or 0 for p, _r in found])
    names = accounts.names(session, [i for p, r in found for i in (p.owner_id, r.manager_id)])
    return [
        _document(one, said.get(one[0].id or 0, []), names, readers.get(one[1].id or 0, frozenset()), words)
        for one in found
    ]


def ids_ever(requirement_id: int, most_pages: int) -> list[str]:  # noqa: ARG001 - the shape all things share
    """Every document id the plan of this requirement may have had."""
    return [f"plan:{requirement_id}"]


def _parts(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    """Per plan, what its goals and lines are called."""
    found: dict[int, list[str]] = {}
    goals = select(LaunchGoal.plan_id, LaunchGoal.title).where(
        col(LaunchGoal.plan_id).in_(ids), col(LaunchGoal.ended_at).is_(None)
    )
    for plan_id, title in session.exec(goals.order_by(col(LaunchGoal.id))).all():
        found.setdefault(plan_id, []).append(title)
    lines = select(LaunchLine.plan_id, LaunchLine.title, LaunchLine.place)
    chosen = lines.where(col(LaunchLine.plan_id).in_(ids)).order_by(col(LaunchLine.id))
    for plan_id, title, place in session.exec(chosen).all():
        found.setdefault(plan_id, []).append(f"{title} {place}".strip())
    return found


def _document(
    found: Found, parts: list[str], names: dict[int, str], readers: frozenset[str], words: Words
) -> Document:
    plan, requirement = found
    product = words.products.get(requirement.product or "")
    columns = {
        "product": (requirement.product,) if requirement.product else (),
        "tier": (product.tier,) if product else (),
        "owner": (str(plan.owner_id),) if plan.owner_id else (),
    }
    called = [requirement.title] if requirement.title != plan.title else []
    people = [names.get(i or 0, "") for i in (plan.owner_id, requirement.manager_id)]
    return Document(
        id=f"plan:{requirement.id}",
        type="plan",
        title=plan.title,
        tags=tuple(n for n in ((product.name, product.name_en) if product else ()) if n),
        body="\n".join(t for t in (plan.summary, *called, *parts) if t),
        extra=" ".join([requirement.key, *people, *CALLED]),
        columns={k: v for k, v in columns.items() if v},
        readers=tuple(sorted(readers)),
        updated_at=plan.updated_at,
        payload={"url": f"/launches/{requirement.key}"},
    )
