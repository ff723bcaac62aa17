"""A manifest proposed from a template: what its tokens want to know and the hub does not, as questions; its slides as
the recipe. Pure.

Types come from how a token is used: `| money` asks for an amount, `{% for z in zones %}` with `z.name` for a table,
`{% picture … %}` for a picture. Names for people come from the words before a token and the headings of tables.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hub import slides
from hub.slides import Spot

ITEM = "[]"
KNOWN: dict[str, frozenset[str]] = {
    "seller": frozenset({"name", "title", "email", "phone"}),
    "company": frozenset({"name", "name_en", "short"}),
    "customer": frozenset({"region"}),
    "product": frozenset({"name", "name_en", "price"}),
    "tier": frozenset({"name"}),
    "toolkit": frozenset({"title"}),
    "industry": frozenset({"name"}),
}
"""What the hub knows by itself, and of what all is known: see `hub.decks.values.build`."""
WHOLE = frozenset({"today", "solution", "cases", "faqs", "facts", "data", "loop"})
KEPT = ("title_en", "tier", "summary", "summary_en", "makes", "makes_en", "language")
FORMS = {"money": "money", "percent": "percent", "number": "number", "date": "date", "sum": "number"}
LISTS = frozenset({"join", "first", "last", "count", "limit"})
WORDS = {
    "customer.name": ("客户名称", "Customer"),
    "customer.industry": ("行业", "Industry"),
    "customer.logo": ("客户标志", "Customer's logo"),
    "customer.photo": ("客户照片", "Picture of the customer"),
    "name": ("名称", "Name"),
    "photo": ("图片", "Picture"),
    "note": ("说明", "Note"),
    "year": ("年份", "Year"),
}
_GENERIC = re.compile(
    r"\d\s*$|^(标题|副标题|小标题|文字|文本框?|备注|图表|表格|内容占位符|SmartArt|title|text|subtitle|content|table)",
    re.IGNORECASE,
)


@dataclass
class Node:
    """A name with what is below it. `[]` below it makes it a list."""

    below: "dict[str, Node]" = field(default_factory=dict)
    spots: list[Spot] = field(default_factory=list)

    @property
    def item(self) -> "Node | None":
        return self.below.get(ITEM)


def manifest_for(
    found: slides.Survey, *, name: str, title: str, purpose: str, before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The data of a manifest; `before` is that of the template whose place it takes: what is still asked stays as it
    was asked, and what was reckoned or drawn stays so.
    """
    old = before or {}
    made: dict[str, Any] = {
        "name": name,
        "title": title or old.get("title") or name,
        **{k: old[k] for k in KEPT if k in old and not (title and k == "title_en")},
        "purpose": purpose,
    }
    if purpose != "pitch":
        return made
    reckoned = {k: old[k] for k in ("computed", "data") if k in old}
    asked = {q["key"]: q for q in old.get("questions") or []}
    fresh = questions(found.spots, leave=set(reckoned.get("computed") or ()))
    return {
        **made,
        "questions": distinct([_merged(asked.get(q["key"]), q) for q in fresh], kept=asked),
        **reckoned,
        "slides": steps(found),
    }


def distinct(asking: Sequence[dict[str, Any]], *, kept: Collection[str] = ()) -> list[dict[str, Any]]:
    """The questions or columns, those with the same label told apart by their keys; `kept` are not touched."""
    said = Counter(str(q["label"]) for q in asking)
    return [
        {**q, **{n: f"{q[n]} ({q['key']})" for n in ("label", "label_en") if n in q}}
        if said[str(q["label"])] > 1 and q["key"] not in kept
        else q
        for q in asking
    ]


def _merged(before: Mapping[str, Any] | None, fresh: dict[str, Any]) -> dict[str, Any]:
    """The question as it was asked before; a table with the columns that its loop wants now."""
    if before is None:
        return fresh
    if before.get("type") != "rows" or fresh["type"] != "rows" or before.get("chart"):
        return dict(before)
    columns = {c["key"]: c for c in before.get("columns") or []}
    return {**before, "columns": [columns.get(c["key"], c) for c in fresh["columns"]]}


def steps(found: slides.Survey) -> list[dict[str, Any]]:
    """Every slide once, repeated or left out as its notes say; the first is always there."""
    tags = {tag.slide: tag for tag in found.tags}
    made = []
    for number, title in enumerate(found.titles, start=1):
        step: dict[str, Any] = {"slide": number, **({"title": title} if title else {})}
        tag = tags.get(number)
        if tag is not None:
            step |= (
                {"each": tag.expression, "as": tag.name} if tag.kind == "for" else {"when": tag.expression}
            )
        elif number == 1:
            step["locked"] = True
        made.append(step)
    return made


def questions(spots: Sequence[Spot], leave: Collection[str] = ()) -> list[dict[str, Any]]:
    """A question for each name that the hub does not know, in the order of the slides; not for those in `leave`."""
    root = Node()
    for spot in spots:
        if not _is_known(spot.path):
            node = root
            for part in spot.path:
                node = node.below.setdefault(part, Node())
            node.spots.append(spot)
    made = [q for key, node in root.below.items() for q in _questions(key, node, required=True)]
    return [q for q in made if q["key"] not in leave and q["key"].partition(".")[0] not in leave]


def _is_known(path: Sequence[str]) -> bool:
    return path[0] in WHOLE or (len(path) > 1 and path[1] in KNOWN.get(path[0], ()))


def _questions(key: str, node: Node, *, required: bool) -> list[dict[str, Any]]:
    """`required` is false for what stands below a name that the template does without."""
    kinds = {spot.kind for spot in node.spots}
    inner = {name: below for name, below in node.below.items() if name != ITEM}
    if inner and node.item is None and "chart" not in kinds:
        needed = required and (not node.spots or _is_required(node))
        return [
            q for name, below in inner.items() for q in _questions(f"{key}.{name}", below, required=needed)
        ]
    return [_question(key, node, required=required)]


def _question(key: str, node: Node, *, required: bool) -> dict[str, Any]:
    words = WORDS.get(key)
    label = (words[0] if words else "") or _said(node) or key
    made: dict[str, Any] = {"key": key, "label": label}
    if words:
        made["label_en"] = words[1]
    if key == "customer.industry":
        return {**made, "type": "choice", "options_from": "industries", "required": True}
    made |= _typed(node)
    if required and _is_required(node):
        made["required"] = True
    return made


def _typed(node: Node) -> dict[str, Any]:
    """Type and columns."""
    chart = next((spot for spot in node.spots if spot.kind == "chart"), None)
    if chart is not None:
        return {"type": "rows", "chart": True, "columns": _of_chart(chart)}
    item = node.item
    if item is not None and item.below:
        return {
            "type": "rows",
            "columns": distinct([_column(k, below) for k, below in item.below.items() if k != ITEM]),
        }
    if item is not None or any(spot.kind == "loop" or spot.form in LISTS for spot in node.spots):
        return {"type": "list"}
    if any(spot.kind == "picture" for spot in node.spots):
        return {"type": "picture"}
    return {"type": _form(node)}


def _of_chart(spot: Spot) -> list[dict[str, Any]]:
    names = spot.series or ("系列 1",)
    first = {"key": "name", "type": "text", "label": "类别", "label_en": "Category"}
    return [
        first,
        *({"key": f"s{n}", "type": "number", "label": name} for n, name in enumerate(names, start=1)),
    ]


def _column(key: str, node: Node) -> dict[str, Any]:
    words = WORDS.get(key)
    made: dict[str, Any] = {"key": key, "label": _said(node) or (words[0] if words else key)}
    item = node.item
    if item is not None and item.below:
        made |= {"type": "list", "parts": list(item.below)[:4]}
    else:
        made |= _typed(node)
    if _is_required(node):
        made["required"] = True
    return made


def _form(node: Node) -> str:
    forms = [spot.form for spot in node.spots]
    return next((FORMS[f] for f in ("money", "percent", "date", "number", "sum") if f in forms), "text")


def _is_required(node: Node) -> bool:
    """Unless the template says what happens without it: `name?`, or a condition."""
    return not any(s.optional or (s.kind == "test" and s.form != "sum") for s in node.spots)


def _said(node: Node) -> str:
    """The words that stand before it most often, else the name of its shape, if somebody gave it one."""
    spots = list(node.spots)
    said = [s.said for s in spots if s.said and s.kind in {"text", "loop"}]
    if said and not any(s.kind == "loop" for s in spots):
        return max(dict.fromkeys(said), key=said.count)
    shapes = [s.shape for s in spots if s.shape and not _GENERIC.search(s.shape) and "{" not in s.shape]
    return shapes[0] if shapes else ""


def free_name(title: str, taken: Collection[str]) -> str:
    """A name for files and imports, from the title's Latin letters, that no template has."""
    base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "template"
    number = 1
    while (name := base if number == 1 and base != "template" else f"{base}-{number}") in taken:
        number += 1
    return name
