"""The outline: a plan as a person edits it. Order, drops, pages added by hand; kept as JSON on the deck. Pure.

An *entry* is a planned slide with `dropped` and `added`. *Locked* entries keep their place and cannot be dropped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from hub.base.errors import Conflict, HubError, NotFound
from hub.base.i18n import _
from hub.decks.recipe import Planned

MOST_SLIDES = 200
Entry = dict[str, Any]


def entries(planned: Sequence[Planned]) -> list[Entry]:
    """Fresh entries of a plan."""
    return [{**asdict(p), "dropped": False, "added": False} for p in planned]


def kept(outline: Sequence[Entry]) -> list[Entry]:
    """The entries that are made into slides, in order."""
    return [e for e in outline if not e["dropped"]]


def merge(old: Sequence[Entry], new: Sequence[Entry]) -> list[Entry]:
    """The new plan, with what the person had done to the old one: order, drops, added pages.

    An entry that is new comes behind the one that stands before it in the new plan.
    """
    fresh = {e["key"]: e for e in new}
    result = [
        {**fresh[e["key"]], "dropped": e["dropped"]} if e["key"] in fresh else dict(e)
        for e in old
        if e["key"] in fresh or e["added"]
    ]
    known = {e["key"] for e in result}
    for number, entry in enumerate(new):
        if entry["key"] not in known:
            before = [e["key"] for e in new[:number]]
            at = max((i for i, e in enumerate(result) if e["key"] in before), default=-1) + 1
            result.insert(at, dict(entry))
            known.add(entry["key"])
    return _locked_in_place(result, new)


def _locked_in_place(result: list[Entry], new: Sequence[Entry]) -> list[Entry]:
    """Locked entries at the head and the tail of the new plan are at head and tail again."""
    head = _locked_run(new)
    tail = _locked_run(list(reversed(new[len(head) :])))
    frame = {*head, *tail}
    by_key = {e["key"]: e for e in result}
    inner = [e for e in result if e["key"] not in frame]
    return [*(by_key[k] for k in head), *inner, *(by_key[k] for k in reversed(tail))]


def _locked_run(plan: Sequence[Entry]) -> list[str]:
    keys: list[str] = []
    for entry in plan:
        if not entry["locked"]:
            break
        keys.append(entry["key"])
    return keys


def find(outline: Sequence[Entry], key: str) -> int:
    """The place of the entry; NotFound when the plan no longer has it."""
    for number, entry in enumerate(outline):
        if entry["key"] == key:
            return number
    raise NotFound(_("这一页已经不在了。请刷新页面看看。"))


def move(outline: Sequence[Entry], key: str, step: int) -> list[Entry]:
    """The entry moved up (-1) or down (1) past one entry that is not dropped; at an end or a locked one it stays."""
    made = list(outline)
    at = find(made, key)
    _refuse_locked(made[at])
    to = at + step
    while 0 <= to < len(made) and made[to]["dropped"]:
        to += step
    if 0 <= to < len(made) and not made[to]["locked"]:
        made.insert(to, made.pop(at))
    return made


def reorder(outline: Sequence[Entry], order: Sequence[str]) -> list[Entry]:
    """The entries in this order of keys; locked ones stay where they are, entries not named keep behind the named."""
    wanted = {key: number for number, key in enumerate(order)}
    free = [e for e in outline if not e["locked"]]
    free.sort(key=lambda e: wanted.get(e["key"], len(wanted)))
    turn = iter(free)
    return [e if e["locked"] else next(turn) for e in outline]


def drop(outline: Sequence[Entry], key: str, *, dropped: bool = True) -> list[Entry]:
    """The entry left out, or taken back; an added page that is dropped is gone."""
    made = list(outline)
    at = find(made, key)
    _refuse_locked(made[at])
    if made[at]["added"] and dropped:
        return [*made[:at], *made[at + 1 :]]
    made[at] = {**made[at], "dropped": dropped}
    return made


def choose(outline: Sequence[Entry], keys: Sequence[str]) -> list[Entry]:
    """These entries in this order, the others left out; locked ones stay what and where they are. NotFound for a key
    that is not in the plan.
    """
    wanted = set(keys)
    for key in keys:
        find(outline, key)
    made = [
        e if e["locked"] else {**e, "dropped": e["key"] not in wanted}
        for e in outline
        if e["locked"] or e["key"] in wanted or not e["added"]
    ]
    return reorder(made, keys)


def add(outline: Sequence[Entry], planned: Planned) -> list[Entry]:
    """A page added by hand, before the locked entries at the end. Conflict when it is there already."""
    if len(outline) >= MOST_SLIDES:
        raise HubError(_("一份 PPT 最多 %(n)s 页。") % {"n": MOST_SLIDES})
    there = [e for e in outline if e["key"] == planned.key]
    if there and not there[0]["dropped"]:
        raise Conflict(_("这一页已经在里面了。"))
    if there:
        return drop(outline, planned.key, dropped=False)
    at = len(outline) - len(_locked_run(list(reversed(outline))))
    entry: Entry = {**entries([planned])[0], "added": True}
    return [*outline[:at], entry, *outline[at:]]


def _refuse_locked(entry: Mapping[str, Any]) -> None:
    if entry["locked"]:
        raise Conflict(_("这是模板的必备页，不能动它。"))
