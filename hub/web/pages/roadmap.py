"""The roadmap: by quarter and product, as a board or a table; a public part, and an internal one for those who plan."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Annotated
from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter, Form, Request
from starlette.responses import RedirectResponse, Response

from hub import accounts, requirements, taxonomy
from hub.base import clock, formats
from hub.base.errors import HubError, NotAllowed, NotFound
from hub.base.i18n import _
from hub.request import SessionDep
from hub.web.chrome import flash, is_ours
from hub.web.dress import ActorDep
from hub.web.pages import requirement_words as say
from hub.web.render import render

router = APIRouter(include_in_schema=False)
Text = Annotated[str, Form()]
INTERNAL = frozenset(
    {"product_manager", "technical_expert", "product_marketer", "operations", "administrator"}
)
AHEAD = 6
TONES = {"full": "good", "part": "warn", "none": "none"}


@dataclass(frozen=True)
class Stone:
    """A requirement on the board or in the table."""

    key: str
    title: str
    url: str
    state: str
    product: str
    cover: str
    cover_key: str
    filled: int
    slots: int
    score: str
    effort: str
    demand: str
    revenue: str
    words: str
    reason: str
    restricted: bool
    quarter: str
    may_move: bool


@dataclass(frozen=True)
class Column:
    """A quarter of the board."""

    key: str
    label: str
    now: bool
    stones: tuple[Stone, ...]
    effort: str


@dataclass(frozen=True)
class Refused:
    """What somebody typed to move a requirement to another quarter, and why that was not done."""

    key: str
    quarter: str
    reason: str
    error: str


@dataclass(frozen=True)
class RoadmapPage:
    """See templates/requirements/roadmap.html."""

    part: str
    look: str
    parts: tuple[tuple[str, str, bool, str | None], ...]
    looks: tuple[tuple[str, str, bool, str], ...]
    products: tuple[tuple[str, str], ...]
    product: str
    columns: tuple[Column, ...]
    quarters: tuple[tuple[str, str], ...]
    may_see_internal: bool
    here: str
    total: int
    refused: Refused | None = None


@router.get("/roadmap")
def show(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    part: str = "",
    look: str = "board",
    product: str = "",
) -> Response:
    """`part`: public (what may be said) or internal; who does not plan sees the public part."""
    return render(request, "requirements/roadmap.html", _shown(session, person, part, look, product))


def _shown(
    session: SessionDep, person: accounts.Actor, part: str = "", look: str = "board", product: str = ""
) -> RoadmapPage:
    inside = bool(person.roles & INTERNAL)
    part = part if part in {"public", "internal"} else ("internal" if inside else "public")
    part = part if inside else "public"
    look = look if look in {"board", "table"} else "board"
    words = taxonomy.words_for(session, person)
    product = product if product in words.products else ""
    found = requirements.roadmap(session, person, product=product, public=part == "public")
    unit = requirements.effort_unit(session)
    return _page(found, words, unit, part, look, product, inside=inside)


def _page(
    found: Sequence[requirements.Stone],
    words: taxonomy.Words,
    unit: str,
    part: str,
    look: str,
    product: str,
    *,
    inside: bool,
) -> RoadmapPage:
    this = requirements.quarters(clock.today(), 1)[0]
    held = sorted({s.row.quarter for s in found if s.row.quarter} | {this})
    ahead = requirements.quarters(clock.today(), AHEAD)

    def url(**other: str) -> str:
        said = {"part": part, "look": look, "product": product, **other}
        return f"/roadmap?{urlencode({k: v for k, v in said.items() if v})}"

    return RoadmapPage(
        part=part,
        look=look,
        parts=(
            (_("对客户能说的"), url(part="public"), part == "public", None),
            *(((_("内部"), url(part="internal"), part == "internal", None),) if inside else ()),
        ),
        looks=(
            (_("看板视图"), url(look="board"), look == "board", "layout-kanban"),
            (_("表格"), url(look="table"), look == "table", "table"),
        ),
        products=tuple((k, words.label("product", k)) for k in words.products),
        product=product,
        columns=tuple(_column(q, found, words, unit, now=q == this) for q in held),
        quarters=tuple((q, formats.quarter(q)) for q in ahead),
        may_see_internal=inside,
        here=url(),
        total=len(found),
    )


def _column(
    quarter: str, found: Sequence[requirements.Stone], words: taxonomy.Words, unit: str, *, now: bool
) -> Column:
    mine = [s for s in found if s.row.quarter == quarter]
    days = sum((s.effort for s in mine if s.effort is not None), Decimal(0))
    return Column(
        quarter,
        formats.quarter(quarter),
        now,
        tuple(_stone(s, words, unit) for s in mine),
        say.effort(days, unit) if days else "",
    )


def _stone(stone: requirements.Stone, words: taxonomy.Words, unit: str) -> Stone:
    row = stone.row
    return Stone(
        key=row.key,
        title=row.title,
        url=f"/requirements/{row.key}",
        state=row.state,
        product=words.label("product", row.product) if row.product else "",
        cover=_("素材 %(filled)s / %(slots)s") % {"filled": stone.filled, "slots": stone.slots},
        cover_key=TONES[stone.cover],
        filled=stone.filled,
        slots=stone.slots,
        score=say.score(row.score),
        effort=say.effort(stone.effort, unit) if stone.effort is not None else "",
        demand=_("%(customers)s 个客户 · %(requests)s 条诉求")
        % {"customers": row.demand.customers, "requests": row.demand.requests}
        if row.demand.requests
        else "",
        revenue=say.amounts(row.demand.revenue) if row.demand.revenue else "",
        words=stone.words,
        reason=stone.reason,
        restricted=row.restricted,
        quarter=row.quarter or "",
        may_move=stone.may_move,
    )


@router.post("/requirements/{key}/slip")
def slip(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    key: str,
    quarter: Text = "",
    reason: Text = "",
    back: Text = "/roadmap",
) -> Response:
    """Move what is promised to another quarter, with a reason; whoever asked hears of it. What was typed stays where
    it was typed when that is refused.
    """
    found = requirements.get(session, key, person)
    back = back if is_ours(back) else "/roadmap"
    try:
        requirements.slip(session, found, quarter, reason=reason, by=person)
    except (NotAllowed, NotFound):
        raise
    except HubError as error:
        session.rollback()
        said = dict(parse_qsl(urlsplit(back).query))
        where = {name: said[name] for name in ("part", "look", "product") if name in said}
        typed = Refused(key, quarter, reason, error.message)
        page = replace(_shown(session, person, **where), refused=typed)
        return render(request, "requirements/roadmap.html", page, status=error.status)
    answer = RedirectResponse(back, status_code=303)
    said_so = _("%(key)s 改到 %(quarter)s，提过的人会收到通知。")
    flash(answer, said_so % {"key": key, "quarter": formats.quarter(found.quarter or "")})
    return answer
