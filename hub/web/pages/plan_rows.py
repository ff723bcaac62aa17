"""Launch plans as lists show them: rows of `launches` put into words, dates and colours."""

from dataclasses import dataclass

from hub import launches, taxonomy
from hub.base import formats
from hub.base.formats import ago, day, listed
from hub.base.i18n import _, n_

STAGE_TONES = {
    "goals": "gray",
    "sign": "yellow",
    "product": "yellow",
    "operations": "yellow",
    "signed": "green",
    "reviewed": "teal",
}
LIGHT_TONES = {"green": "green", "yellow": "yellow", "red": "red"}
LIGHT_ICONS = {"green": "circle-check", "yellow": "alert-circle", "red": "circle-x"}


@dataclass(frozen=True)
class PlanRow:
    """A plan in the list; see templates/launches/index.html."""

    url: str
    title: str
    key: str
    product: str
    state: str
    released: str
    released_note: str
    stage: str
    tone: str
    sides: tuple[tuple[str, bool], ...]  # label, signed
    people: str
    done: int
    lines: int
    late: str
    conflicts: str
    coming: str
    lights: tuple[tuple[str, str, str], ...]  # label, tone, icon


def row_of(words: taxonomy.Words, r: launches.Row) -> PlanRow:
    signed = [(str(launches.SIDE_LABELS[s]), s in r.signed) for s in launches.SIDES]
    people = [_("产品 %(name)s") % {"name": r.manager}] if r.manager else []
    people += [_("运营 %(name)s") % {"name": r.owner}] if r.owner else []
    return PlanRow(
        url=f"/launches/{r.key}",
        title=r.title,
        key=r.key,
        product=words.label("product", r.product) if r.product else "",
        state=r.state,
        released=day(r.released) if r.released else _("未定"),
        released_note=_released_note(r),
        stage=str(launches.STAGE_LABELS[r.stage]),
        tone=STAGE_TONES[r.stage],
        sides=tuple(signed),
        people=" · ".join(people),
        done=r.done,
        lines=r.lines,
        late=_late(r),
        conflicts=n_("%(n)s 个固定日期有冲突", r.conflicts) if r.conflicts else "",
        coming=f"{day(r.next_line[0])} {r.next_line[1]}" if r.next_line else "",
        lights=tuple((str(launches.LIGHT_LABELS[x]), LIGHT_TONES[x], LIGHT_ICONS[x]) for x in r.lights),
    )


def _late(r: launches.Row) -> str:
    return _("%(names)s 逾期") % {"names": listed(name for _id, name in r.late)} if r.late else ""


def _released_note(r: launches.Row) -> str:
    if r.shipped:
        return _("已发布")
    if r.released is None:
        return _("需求还没排季度")
    quarter = formats.quarter(r.quarter) if r.quarter else ""
    return " · ".join(t for t in (quarter, ago(r.released)) if t)
