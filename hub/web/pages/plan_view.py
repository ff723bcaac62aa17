"""What the pages of launch plans show: rows and views of `launches` put into words, dates and colours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from hub import accounts, launches, taxonomy
from hub.base import clock
from hub.base.formats import ago, day, listed, number
from hub.base.i18n import Lazy, _, lazy, n_
from hub.request import SessionDep
from hub.web.pages import requirement_words as say
from hub.web.pages.plan_rows import LIGHT_ICONS, LIGHT_TONES, row_of
from hub.web.typed import Forms, Refused

SHORT_PARTS: dict[str, Lazy] = {
    "responsible": lazy("执行"),
    "consulted": lazy("咨询"),
    "informed": lazy("知会"),
}


@dataclass(frozen=True)
class ResultRow:
    reached: str
    light: str
    tone: str
    icon: str
    note: str
    by: str
    on: str
    target: str  # the target of that day, where it was another


@dataclass(frozen=True)
class GoalRow:
    id: int
    title: str
    target: str
    due: str
    result: ResultRow | None
    before: tuple[ResultRow, ...]
    values: dict[str, str]


@dataclass(frozen=True)
class SignRow:
    """One side: who signed and when, or whom it waits for."""

    side: str
    label: str
    by: str
    on: str
    waits_for: str
    may_sign: bool
    may_take_back: bool


@dataclass(frozen=True)
class VoidRow:
    """A signature that no longer stands, with the goals it was for."""

    label: str
    by: str
    on: str
    void: str
    why: str
    goals: tuple[str, ...]


@dataclass(frozen=True)
class LineRow:
    id: int
    title: str
    place: str
    owner: str
    hands: tuple[tuple[str, str], ...]  # part, names
    due: str
    how: str  # how it hangs on the release
    state: str  # done, late, conflict, open
    note: str
    may_do: bool
    values: dict[str, str]


@dataclass(frozen=True)
class ResourceRow:
    id: int
    title: str
    amount: str


@dataclass(frozen=True)
class ResourceSort:
    label: str
    icon: str
    total: str
    rows: tuple[ResourceRow, ...]


@dataclass(frozen=True)
class PlanPage(Forms):
    """See templates/launches/page.html."""

    key: str
    url: str
    title: str
    requirement: str
    state: str
    stage: str
    tone: str
    path: tuple[tuple[str, str | None], ...]
    manager: str
    owner: str
    released: str
    released_note: str
    coming: str
    coming_on: str
    done: int
    lines: int
    late: str
    conflicts: str
    summary: str
    goals: tuple[GoalRow, ...]
    goals_edition: int
    sides: tuple[SignRow, ...]
    void: tuple[VoidRow, ...]
    work: tuple[LineRow, ...]
    campaign: tuple[LineRow, ...]
    resources: tuple[ResourceSort, ...]
    may_edit: bool
    may_judge: bool
    merged: bool
    stopped: str
    edition: int
    values: dict[str, str]
    people: tuple[tuple[str, str], ...]  # id and name with title, for a choice
    names: tuple[str, ...]
    lights: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]
    refused: Refused | None = None


def page_of(session: SessionDep, view: launches.View, person: accounts.Actor) -> PlanPage:
    """The page of a plan as this reader may use it."""
    r, requirement = view.row, view.requirement
    words = taxonomy.words(session)
    colleagues = accounts.people(session, active_only=True) if view.may_edit else []
    path: list[tuple[str, str | None]] = [(n_("上市计划", 2), "/launches")]
    if r.product:
        path.append((words.label("product", r.product), f"/launches?product={r.product}"))
    shown = row_of(words, r)
    lines = [_line(n, person, view) for n in view.lines]
    kinds = [n.kind for n in view.lines]
    return PlanPage(
        key=r.key,
        url=shown.url,
        title=r.title,
        requirement=r.requirement,
        state=r.state,
        stage=shown.stage,
        tone=shown.tone,
        path=(*path, (r.title, None)),
        manager=r.manager,
        owner=r.owner,
        released=shown.released,
        released_note=shown.released_note,
        coming=r.next_line[1] if r.next_line else "",
        coming_on=day(r.next_line[0]) if r.next_line else "",
        done=r.done,
        lines=r.lines,
        late=shown.late,
        conflicts=shown.conflicts,
        summary=view.plan.summary,
        goals=tuple(_goal(g) for g in view.goals),
        goals_edition=view.plan.goals_edition,
        sides=tuple(_side(s, view, person) for s in launches.SIDES),
        void=tuple(_void(s) for s in view.signatures if s.void_on),
        work=tuple(n for n, kind in zip(lines, kinds, strict=True) if kind == "work"),
        campaign=tuple(n for n, kind in zip(lines, kinds, strict=True) if kind == "campaign"),
        resources=_resources(view.resources),
        may_edit=view.may_edit,
        may_judge=view.may_judge,
        merged=requirement.merged_into_id is not None,
        stopped=_stopped(requirement.state),
        edition=view.plan.edition,
        values={
            "title": r.title,
            "summary": view.plan.summary,
            "owner": str(view.plan.owner_id or ""),
            "release_on": r.released.isoformat() if view.plan.release_on and r.released else "",
        },
        people=tuple((str(p.id), f"{p.name} · {p.title}" if p.title else p.name) for p in colleagues),
        names=tuple(p.name for p in colleagues),
        lights=tuple((x, str(launches.LIGHT_LABELS[x])) for x in launches.LIGHTS),
        sorts=tuple((x, str(launches.SORT_LABELS[x])) for x in launches.SORTS),
    )


def _stopped(state: str) -> str:
    said = {
        "parked": _("需求暂缓了，计划先停着；恢复排期后日期会跟着动。"),
        "declined": _("需求谢绝了，计划不再往前走。"),
        "retired": _("需求已经下线，计划留作记录。"),
    }
    return said.get(state, "")


def _goal(g: launches.Goal) -> GoalRow:
    results = tuple(_result(r, g) for r in g.results)
    return GoalRow(
        id=g.id,
        title=g.title,
        target=_amount(g.target, g.unit),
        due=" · ".join(t for t in (day(g.due) if g.due else "", _after(g.after_days)) if t),
        result=results[0] if results else None,
        before=results[1:],
        values={
            "title": g.title,
            "target": _plain(g.target),
            "unit": g.unit,
            "after_days": "" if g.after_days is None else str(g.after_days),
        },
    )


def _amount(value: Decimal, unit: str) -> str:
    return f"{number(value, 2)} {unit}".strip()


def _plain(value: Decimal) -> str:
    return number(value, 2).replace(",", "")


def _result(r: launches.Result, g: launches.Goal) -> ResultRow:
    then = "" if r.target == g.target else _amount(r.target, g.unit)
    return ResultRow(
        reached=_amount(r.reached, g.unit),
        light=str(launches.LIGHT_LABELS[r.light]),
        tone=LIGHT_TONES[r.light],
        icon=LIGHT_ICONS[r.light],
        note=r.note,
        by=r.by,
        on=day(r.on),
        target=then,
    )


def _side(side: str, view: launches.View, person: accounts.Actor) -> SignRow:
    stands = next((s for s in view.signatures if s.side == side and s.void_on is None), None)
    waits = view.row.manager if side == "product" else view.row.owner
    own = side in launches.sides_of(view.requirement, person) and view.may_edit
    return SignRow(
        side=side,
        label=str(launches.SIDE_LABELS[side]),
        by=stands.by if stands else "",
        on=day(stands.on) if stands else "",
        waits_for=waits,
        may_sign=side in view.may_sign,
        may_take_back=stands is not None and own,
    )


def _void(s: launches.Signature) -> VoidRow:
    return VoidRow(
        label=str(launches.SIDE_LABELS[s.side]),
        by=s.by,
        on=day(s.on),
        void=" · ".join(t for t in (day(s.void_on) if s.void_on else "", s.void_by) if t),
        why=s.void_why,
        goals=tuple(_signed_goal(g) for g in s.goals),
    )


def _signed_goal(said: Mapping[str, object]) -> str:
    target = number(Decimal(str(said.get("target") or 0)), 2)
    return f"{said.get('title')} {target} {said.get('unit') or ''}".strip()


def _line(n: launches.Line, person: accounts.Actor, view: launches.View) -> LineRow:
    responsible = any(part == "responsible" and i == person.id for part, i, _name in n.hands)
    by_part = {part: [name for p, _i, name in n.hands if p == part] for part in launches.PARTS}
    state, note = _line_state(n)
    return LineRow(
        id=n.id,
        title=n.title,
        place=n.place,
        owner=n.owner,
        hands=tuple((str(SHORT_PARTS[p]), listed(names)) for p, names in by_part.items() if names),
        due=day(n.due) if n.due else _("没有日子"),
        how=_how(n),
        state=state,
        note=note,
        may_do=view.requirement.merged_into_id is None
        and (view.may_edit or responsible or n.owner_id == person.id),
        values={
            "title": n.title,
            "place": n.place,
            "owner": n.owner,
            "after_days": "" if n.when.after_days is None else str(n.when.after_days),
            "fixed_on": n.when.fixed_on.isoformat() if n.when.fixed_on else "",
            "edition": str(n.edition),
            **{p: listed(names) for p, names in by_part.items()},
        },
    )


def _line_state(n: launches.Line) -> tuple[str, str]:
    if n.done_on is not None:
        return "done", " · ".join(t for t in (day(n.done_on), n.done_by) if t)
    if n.conflict:
        then = day(n.when.fixed_for) if n.when.fixed_for else _("未定")
        return "conflict", _("定它时发布日是 %(day)s，现在变了") % {"day": then}
    if n.late and n.due is not None:
        return "late", n_("逾期 %(n)s 天", (clock.today() - n.due).days)
    return "open", ago(n.due) if n.due else ""


def _how(n: launches.Line) -> str:
    return _("固定日期") if n.when.fixed_on is not None else _after(n.when.after_days)


def _after(days: int | None) -> str:
    if days is None:
        return ""
    if days == 0:
        return _("发布当天")
    return n_("发布后 %(n)s 天", days) if days > 0 else n_("发布前 %(n)s 天", -days)


ICONS = {"people": "users", "budget": "coin", "material": "package"}


def _resources(taken: Iterable[launches.Resource]) -> tuple[ResourceSort, ...]:
    given = list(taken)
    found = []
    for sort in launches.SORTS:
        rows = [r for r in given if r.sort == sort]
        if rows:
            shown = tuple(ResourceRow(r.id, r.title, _quantity(r)) for r in rows)
            label = str(launches.SORT_LABELS[sort])
            found.append(ResourceSort(label, ICONS[sort], _total(sort, rows), shown))
    return tuple(found)


def _quantity(r: launches.Resource) -> str:
    if r.amount is None:
        return ""
    if r.sort == "people":
        return _("%(n)s 人天") % {"n": number(r.amount, 2)}
    return say.amount(r.amount, r.currency) if r.sort == "budget" else number(r.amount, 2)


def _total(sort: str, rows: Iterable[launches.Resource]) -> str:
    """The sum where there is one: person-days together, money by currency."""
    sums: dict[str, Decimal] = {}
    for r in rows:
        sums[r.currency] = sums.get(r.currency, Decimal(0)) + (r.amount or 0)
    if sort == "people":
        return _("%(n)s 人天") % {"n": number(sums[""], 2)}
    return say.amounts(sums) if sort == "budget" else ""
