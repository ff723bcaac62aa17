"""The coverage map: what there is for each product and industry, weighed by demand; a cell opens beside it."""

import csv
import io
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from hub import accounts, insights, tasks, taxonomy
from hub.base import clock
from hub.base.formats import money, percent
from hub.base.i18n import _, n_
from hub.request import SessionDep
from hub.web import words as house_words
from hub.web.dress import ActorDep
from hub.web.render import render

router = APIRouter(include_in_schema=False)
Word = Annotated[str, Query(max_length=60)]


@dataclass(frozen=True)
class Tile:
    """One cell: `heat` of five bars, `have` of `need` slots; `tasks` are being made for it already."""

    state: str
    label: str
    icon: str
    have: int
    need: int
    heat: int
    tasks: int
    url: str
    said: str
    on: bool


@dataclass(frozen=True)
class Line:
    """A product and its cells in the order of the columns; None where nothing is and nobody asks."""

    label: str
    tiles: tuple[Tile | None, ...]


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    on: bool = False
    icon: str = ""
    note: str = ""


@dataclass(frozen=True)
class ShelfRow:
    """What the blueprint asks of a kind and what is there: (title, url, note, stale)."""

    label: str
    state: str
    count: str
    pieces: tuple[tuple[str, str, str, bool], ...]


@dataclass(frozen=True)
class Panel:
    """The opened cell, and the form for a material task."""

    title: str
    state: str
    stats: tuple[tuple[str, str], ...]
    words: tuple[tuple[str, int], ...]
    deals: tuple[tuple[str, str, str], ...]
    shelves: tuple[ShelfRow, ...]
    tasks: tuple[tuple[str, str, str, str], ...]
    kinds: tuple[tuple[str, str, bool], ...]
    people: tuple[tuple[str, str], ...]
    experts: tuple[tuple[str, str], ...]
    quarters: tuple[str, ...]
    renews: tuple[tuple[str, str], ...]
    may_plan: bool
    product: str
    industry: str
    scenario: str
    evidence: str
    close: str


@dataclass(frozen=True)
class CoveragePage:
    """See templates/insights/coverage.html."""

    kinds: tuple[Link, ...]
    axes: tuple[Link, ...]
    tiers: tuple[tuple[str, str], ...]
    tier: str
    kind: str
    axis: str
    percent: str
    legend: tuple[tuple[str, int], ...]
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    first: tuple[Link, ...]
    panel: Panel | None
    csv_url: str
    day: str


@dataclass(frozen=True)
class View:
    """What the map is narrowed to; as the address says it."""

    kind: str = ""
    tier: str = ""
    axis: str = "industry"

    @property
    def kinds(self) -> tuple[str, ...]:
        return (self.kind,) if self.kind in taxonomy.KINDS else insights.BODY

    def url(self, path: str = "/coverage", **more: str) -> str:
        said = {"kind": self.kind, "tier": self.tier, "axis": self.axis, **more}
        usual = {"axis": "industry"}
        query = urlencode({k: v for k, v in said.items() if v and usual.get(k) != v})
        return f"{path}?{query}" if query else path


@router.get("/coverage")
def show(
    request: Request,
    session: SessionDep,
    person: ActorDep,
    kind: Word = "",
    tier: Word = "",
    axis: Word = "industry",
    product: Word = "",
    at: Word = "",
) -> Response:
    view = View(kind, tier, axis if axis in insights.AXES else "industry")
    return render(request, "insights/coverage.html", _page(session, person, view, product, at))


@router.get("/coverage.csv")
def as_csv(
    session: SessionDep, person: ActorDep, kind: Word = "", tier: Word = "", axis: Word = "industry"
) -> Response:
    """The map as a table for a spreadsheet: a line for each cell."""
    view = View(kind, tier, axis if axis in insights.AXES else "industry")
    drawn = insights.coverage(
        session, person, axis=view.axis, kinds=view.kinds, tier=view.tier,
        gaps=insights.failed_searches(session, person),
    )  # fmt: skip
    known = taxonomy.words_for(session, person)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_("产品"), _axis_name(view.axis), _("状态"), _("有"), _("该有"), _("需求权重")])
    for (p, place), cell in drawn.cells.items():
        label = str(house_words.sign("coverage", cell.state).label)
        names = [known.label("product", p), known.label(view.axis, place)]
        writer.writerow([*map(plain, names), label, cell.have, cell.need, cell.heat])
    head = {"Content-Disposition": f'attachment; filename="coverage-{clock.today()}.csv"'}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=head)


def plain(text: str) -> str:
    """A text that a spreadsheet does not take for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _axis_name(axis: str) -> str:
    return _("行业") if axis == "industry" else _("场景")


def _page(session: SessionDep, person: accounts.Actor, view: View, product: str, at: str) -> CoveragePage:
    known = taxonomy.words_for(session, person)
    gaps = insights.failed_searches(session, person)
    drawn = insights.coverage(session, person, axis=view.axis, kinds=view.kinds, tier=view.tier, gaps=gaps)
    running = tasks.open_by_cell(session, person) if view.axis == "industry" else {}
    counts = drawn.counts()
    opened = insights.detail(session, person, drawn, product, at, gaps)
    return CoveragePage(
        kinds=_kind_links(view),
        axes=tuple(
            Link(name, View(view.kind, view.tier, key).url(), view.axis == key)
            for key, name in (("industry", _("按行业")), ("scenario", _("按场景")))
        ),
        tiers=tuple((t.key, t.label) for t in known.options("tier")),
        tier=view.tier,
        kind=view.kind,
        axis=view.axis,
        percent=percent(drawn.percent / 100) if drawn.percent is not None else "",
        legend=tuple((s, counts[s]) for s in insights.STATES),
        heads=tuple(known.label(view.axis, p) for p in drawn.places),
        lines=tuple(_line(known, drawn, view, running, p, (product, at)) for p in drawn.products),
        first=tuple(_urgent(known, view, cell) for cell in drawn.urgent),
        panel=_panel(session, person, known, view, opened, running) if opened else None,
        csv_url=view.url("/coverage.csv"),
        day=clock.today().isoformat(),
    )


def _kind_links(view: View) -> tuple[Link, ...]:
    chosen = ("", *insights.BODY) if view.kind in ("", *insights.BODY) else ("", *insights.BODY, view.kind)
    return tuple(
        Link(
            str(house_words.sign("kind", k).label) if k else _("四大件"),
            View(k, view.tier, view.axis).url(),
            k == view.kind,
        )
        for k in chosen
    )


def _line(
    known: taxonomy.Words,
    drawn: insights.Coverage,
    view: View,
    running: dict[tuple[str, str], list[tasks.Row]],
    product: str,
    opened: tuple[str, str],
) -> Line:
    return Line(
        known.label("product", product),
        tuple(_tile(known, drawn.cells[product, at], view, running, opened) for at in drawn.places),
    )


def _tile(
    known: taxonomy.Words,
    cell: insights.Cell,
    view: View,
    running: dict[tuple[str, str], list[tasks.Row]],
    opened: tuple[str, str],
) -> Tile | None:
    if cell.state == "idle":
        return None
    sign = house_words.sign("coverage", cell.state)
    making = _making(known, running, cell.product, cell.at)
    name = f"{known.label('product', cell.product)} × {known.label(view.axis, cell.at)}"
    said = _("%(name)s：%(state)s，%(have)s/%(need)s，需求权重 %(heat)s / 5") % {
        "name": name, "state": sign.label, "have": cell.have, "need": cell.need, "heat": cell.heat,
    }  # fmt: skip
    url = view.url(product=cell.product, at=cell.at) + "#cell"
    here = (cell.product, cell.at) == opened
    label, icon = str(sign.label), sign.icon or "circle"
    return Tile(cell.state, label, icon, cell.have, cell.need, cell.heat, len(making), url, said, here)


def _making(
    known: taxonomy.Words, running: dict[tuple[str, str], list[tasks.Row]], product: str, at: str
) -> list[tasks.Row]:
    return [row for key in sorted(known.below("industry", at)) for row in running.get((product, key), [])]


def _urgent(known: taxonomy.Words, view: View, cell: insights.Cell) -> Link:
    name = f"{known.label('product', cell.product)} × {known.label(view.axis, cell.at)}"
    notes = [str(house_words.sign("coverage", cell.state).label)]
    if cell.demand.amount:
        notes.append(_("%(sum)s 在谈") % {"sum": money(cell.demand.amount)})
    if cell.demand.requests:
        notes.append(n_("%(n)s 条诉求", cell.demand.requests))
    if cell.demand.misses:
        notes.append(n_("搜空 %(n)s 次", cell.demand.misses))
    return Link(name, view.url(product=cell.product, at=cell.at) + "#cell", note=" · ".join(notes))


def _panel(
    session: SessionDep,
    person: accounts.Actor,
    known: taxonomy.Words,
    view: View,
    opened: insights.Detail,
    running: dict[tuple[str, str], list[tasks.Row]],
) -> Panel:
    cell = opened.cell
    loads = tasks.loads(session)
    people = accounts.people(session, active_only=True)
    stale = [(p, s.slot.kind) for s in cell.shelves for p in s.pieces if p.id in s.stale]
    lacking = {s.slot.kind for s in cell.shelves if s.filling.state != "have"}
    return Panel(
        title=f"{known.label('product', cell.product)} × {known.label(view.axis, cell.at)}",
        state=cell.state,
        stats=_stats(cell.demand),
        words=tuple((g.words, g.count) for g in opened.gaps),
        deals=tuple((d.customer, d.owner, money(d.amount) if d.amount else "") for d in opened.deals),
        shelves=tuple(_shelf(s) for s in cell.shelves),
        tasks=tuple(
            (r.title, f"/tasks/{r.id}", r.state, r.owner)
            for r in _making(known, running, cell.product, cell.at)
        ),
        kinds=tuple((k, str(house_words.sign("kind", k).label), k in lacking) for k in view.kinds),
        people=tuple((str(p.id), _load(p.name, loads.get(p.id or 0, 0))) for p in _makers(session, people)),
        experts=tuple((str(p.id), p.name) for p in people),
        quarters=tuple(tasks.quarters(clock.today())),
        renews=tuple((str(p.id), p.title) for p, _kind in stale),
        may_plan=tasks.may_plan(person),
        product=cell.product,
        industry=cell.at if view.axis == "industry" else "",
        scenario=cell.at if view.axis == "scenario" else "",
        evidence=_evidence(cell),
        close=view.url(),
    )


def _makers(session: SessionDep, people: list[accounts.Person]) -> list[accounts.Person]:
    """Those who make material first: product marketers and marketing."""
    makers = {p.id for p in accounts.with_role(session, "product_marketer", "marketing")}
    return sorted(people, key=lambda p: p.id not in makers)


def _load(name: str, count: int) -> str:
    return f"{name}（{n_('%(n)s 份在手', count)}）" if count else name


def _stats(demand: insights.Demand) -> tuple[tuple[str, str], ...]:
    return (
        (money(demand.amount) if demand.amount else "0", n_("%(n)s 个在谈商机", demand.deals)),
        (str(demand.requests), _("条客户诉求")),
        (str(demand.misses), _("次搜空")),
    )


def _shelf(shelf: insights.Shelf) -> ShelfRow:
    filling = shelf.filling
    return ShelfRow(
        str(house_words.sign("kind", shelf.slot.kind).label),
        filling.state,
        f"{filling.fresh}/{shelf.slot.need}",
        tuple((p.title, f"/assets/{p.id}", p.owner, p.id in shelf.stale) for p in shelf.pieces[:5]),
    )


def _evidence(cell: insights.Cell) -> str:
    """Counts only: who may read the task may not know of every customer behind it."""
    said = []
    if cell.demand.deals:
        said.append(n_("%(n)s 个在谈商机", cell.demand.deals))
    if cell.demand.requests:
        said.append(n_("%(n)s 条诉求", cell.demand.requests))
    if cell.demand.misses:
        said.append(n_("搜空 %(n)s 次", cell.demand.misses))
    label = str(house_words.sign("coverage", cell.state).label)
    return _("覆盖地图：%(state)s") % {"state": label} + ("" if not said else "；" + "、".join(said))
