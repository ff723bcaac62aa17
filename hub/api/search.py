"""Search: the same answer as `hub search --json`."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from hub import library
from hub.api.shapes import Limit, Offset, Several, Shape
from hub.request import SessionDep, TokenPersonDep, WiringDep

router = APIRouter(tags=["search"])


class AlikeItem(Shape):
    """Something that is nearly the same as a hit."""

    id: str
    title: str
    url: str


class FoundItem(Shape):
    """One hit. `snippet` is plain text; `url` is the page of the hub. `alike` is what is nearly the same and is no hit
    of its own; `alike_total` says how many there are.
    """

    type: str
    id: str
    title: str
    score: float
    snippet: str
    url: str
    alike: list[AlikeItem]
    alike_total: int


class CorrectedItem(Shape):
    typed: str
    used: str


class SearchAnswer(Shape):
    """What was found. `total` and `facets` count what the caller may see. `relaxed` says how far words were loosened
    (all, most, any, close), `corrected` what was read otherwise than typed, `cut` that not all of it was understood,
    `unread` that phrases and exclusions were not looked for in every text: those are left out,
    `unmended` that a passage of prose was not looked through for slips.
    """

    total: int
    took_ms: float
    hits: list[FoundItem]
    facets: dict[str, dict[str, int]]
    relaxed: str | None
    corrected: list[CorrectedItem]
    cut: bool
    unread: bool
    unmended: bool


@router.get("/search", summary="Search assets, slides, FAQ, toolkits and requirements")
def search(
    session: SessionDep,
    wiring: WiringDep,
    person: TokenPersonDep,
    q: Annotated[str, Query(max_length=500, description="Words; empty: everything, newest first.")] = "",
    type: Several = None,  # noqa: A002 - the name in the address
    kind: Several = None,
    product: Several = None,
    tier: Several = None,
    industry: Several = None,
    scenario: Several = None,
    function: Several = None,
    stage: Several = None,
    state: Several = None,
    sort: Literal["relevance", "newest", "used"] = "relevance",
    exact: Annotated[bool, Query(description="Take the words exactly as they are.")] = False,
    limit: Limit = 20,
    offset: Offset = 0,
) -> SearchAnswer:
    given = {
        "type": type, "kind": kind, "product": product, "tier": tier, "industry": industry,
        "scenario": scenario, "function": function, "stage": stage, "state": state,
    }  # fmt: skip
    filters = {k: v for k, v in given.items() if v}
    answer = library.find(
        session,
        wiring.engine,
        q,
        by=person,
        filters=filters,
        sort=sort,
        exact=exact,
        offset=offset,
        limit=limit,
    )
    if q.strip() and not offset:
        wiring.notebook.note(library.noted(q, filters, answer, person))
    return SearchAnswer(**library.as_plain(answer))
