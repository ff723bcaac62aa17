"""Beside a requirement on its page: the material of its launch slot by slot, and who has told which customer."""

from collections.abc import Sequence
from dataclasses import dataclass

from hub import requirements
from hub.base.formats import day
from hub.base.i18n import _, n_
from hub.web import words as house_words
from hub.web.pages import requirement_words as say

LATEST_MILESTONES = 2  # the ledger shows the newest two; more do not fit beside the page


@dataclass(frozen=True)
class ItemLine:
    material_id: int
    title: str
    url: str
    meta: str
    internal: bool
    needs: str = ""
    stale: bool = False
    may_look: bool = False
    over: bool = False  # it expired or was withdrawn


@dataclass(frozen=True)
class SlotRow:
    role: str
    label: str
    filling: str
    badge: str
    tone: str
    icon: str
    colour: str
    note: str
    items: tuple[ItemLine, ...]
    owner_id: str
    due_on: str
    required: bool


@dataclass(frozen=True)
class LedgerCell:
    id: int
    text: str
    tone: str  # good, warn, bad, quiet
    icon: str | None
    may_tell: bool
    teller: str  # who tells this customer, where that is not whoever the row names


@dataclass(frozen=True)
class LedgerRow:
    customer: str
    owner: str
    quote: str
    cells: tuple[LedgerCell | None, ...]


def item_line(item: requirements.Item) -> ItemLine:
    card = item.card
    state = str(house_words.sign("version", card.state).label)
    if card.freshness == "stale":
        state = str(house_words.sign("freshness", "stale").label)
    meta = [str(house_words.sign("kind", card.kind).label), state]
    meta.append(day(card.on_offer_at or card.updated_at))
    if item.outdated:
        meta.append(_("需求改过，请看看还对不对"))
    if item.closed_to and card.state == "on_offer":
        meta.append(n_("%(n)s 位提出人打不开", item.closed_to))
    query = "" if card.state == "on_offer" else f"?version={card.version_id}"
    return ItemLine(
        item.material_id,
        card.title,
        f"/assets/{card.id}{query}",
        " · ".join(meta),
        card.audience == "internal",
        item.needs,
        item.outdated or bool(item.needs),
        item.may_look,
        item.over,
    )


FILLINGS = {
    "have": ("green", "circle-check", "good"),
    "stale": ("orange", "clock-exclamation", "warn"),
    "coming": ("yellow", "clock", "warn"),
    "due": ("yellow", "clock", "warn"),
    "need": ("red", "circle-dashed", "bad"),
}


def slot_row(slot: requirements.Slot, failing: str = "") -> SlotRow:
    """`failing`: why the launch does not take what is there, although it is on offer or this reader may not open it;
    empty where it does, and where there is nothing.
    """
    kind = "due" if slot.filling == "need" and (slot.owner or slot.due_on) else slot.filling
    failing = failing if kind in {"have", "need"} else ""
    if failing:
        kind = "stale"
    tone, icon, colour = FILLINGS[kind]
    note = _("%(name)s 在做") % {"name": slot.owner} if slot.owner and slot.filling != "have" else ""
    return SlotRow(
        role=slot.role,
        label=say.role(slot.role),
        filling=slot.filling,
        badge=failing or _slot_badge(slot, kind),
        tone=tone,
        icon=icon,
        colour=colour,
        note=" · ".join(t for t in (note, slot.note if slot.filling != "have" else "") if t),
        items=tuple(item_line(i) for i in slot.items),
        owner_id=str(slot.owner_id or ""),
        due_on=slot.due_on.isoformat() if slot.due_on else "",
        required=slot.required,
    )


def _slot_badge(slot: requirements.Slot, kind: str) -> str:
    if kind == "due":
        return _("%(day)s 前") % {"day": day(slot.due_on)} if slot.due_on else _("在做")
    named = {"have": _("齐了"), "stale": _("要更新"), "coming": _("待批准"), "need": _("没人认领")}
    return named[kind]


def slots_note(requirement: requirements.Requirement, missing: int) -> str:
    """What stands below the slots."""
    if requirement.merged_into_id is not None:
        return _("已经合并：要用的素材，请关联到合并后的那条。")
    if not missing:
        return _("都齐了，也没过期。")
    if requirement.state in requirements.OUT:
        return n_("已经发布，还差 %(n)s 件：没有它们，销售不好讲。", missing)
    return n_("发布前备好：还差 %(n)s 件。", missing)


def ledger_row(line: requirements.Line, milestones: Sequence[str]) -> LedgerRow:
    cells = tuple(_cell(line.cells[m]) if m in line.cells else None for m in milestones)
    return LedgerRow(line.customer, line.owner, line.quote, cells)


def _cell(cell: requirements.Cell) -> LedgerCell:
    if cell.state == "open":
        text, late = say.waited(cell.since)
        tone, icon = ("bad", "alert-circle") if late else ("warn", "clock")
        return LedgerCell(cell.id, text, tone, icon, cell.may_tell, cell.teller)
    done = day(cell.done_at) if cell.done_at else ""
    if cell.state == "told":
        return LedgerCell(cell.id, f"{done} {cell.how}".strip(), "good", "check", False, cell.teller)
    return LedgerCell(cell.id, str(say.ENDS.get(cell.state, cell.state)), "quiet", None, False, cell.teller)


def told_note(view: requirements.View) -> str:
    """How many customers know of the newest milestone."""
    if not view.milestones:
        return ""
    newest = view.milestones[-1]
    cells = [line.cells[newest] for line in view.ledger if newest in line.cells]
    label = str(house_words.sign("requirement", newest).label)
    return f"{label} {sum(c.state != 'open' for c in cells)} / {len(cells)}"
