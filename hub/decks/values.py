"""What a template's tokens stand for: the answers, and what the hub knows of customer, seller and product. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from hub.decks.manifest import Manifest
from hub.decks.questions import Question
from hub.decks.recipe import Choice, Source

Label = Callable[[str, str], str]  # facet, key -> name
Load = Callable[[Mapping[str, Any]], Any]  # a picture's answer -> what stands for it
PARTED = re.compile(r"\s*[|｜\t]\s*")


@dataclass(frozen=True)
class Facts:
    """What the hub knows besides the answers: values by name, each a mapping of texts."""

    today: date
    seller: Mapping[str, str] = field(default_factory=dict)
    company: Mapping[str, str] = field(default_factory=dict)
    customer: Mapping[str, str] = field(default_factory=dict)
    product: Mapping[str, str] = field(default_factory=dict)
    tier: Mapping[str, str] = field(default_factory=dict)
    toolkit: Mapping[str, str] = field(default_factory=dict)


def of_answers(
    manifest: Manifest, answers: Mapping[str, Any], label: Label, load: Load = dict
) -> dict[str, Any]:
    """The answers as values: choices as their names, several choices as {value, title, detail}, pictures by `load`.

    What options set and what is computed stands beside them. Keys with a dot become nested.
    """
    values: dict[str, Any] = {}
    for question in manifest.questions:
        answer = answers.get(question.key)
        if answer in (None, "", []):
            continue
        _put(values, question.key, _said(question, answer, label, manifest.language, load))
        chosen = answer if isinstance(answer, list) else [answer]
        for option in question.options:
            if option.value in chosen:
                values.update(option.sets)
    for key, formula in manifest.computed.items():
        worked_out = reckoned(formula, values)
        if worked_out is not None and of_path(values, key) is None:
            _put(values, key, worked_out)
    return values


def _put(values: dict[str, Any], key: str, value: Any) -> None:
    first, _dot, rest = key.partition(".")
    if not rest:
        values[first] = value
        return
    inner = values.setdefault(first, {})
    if isinstance(inner, dict):
        _put(inner, rest, value)


def _said(question: Question, answer: Any, label: Label, language: str, load: Load) -> Any:
    if question.type == "rows":
        return _table(question, answer, label, language, load)
    if question.type == "picture":
        return load(answer)
    if question.parts and isinstance(answer, list):
        return [_parted(question, str(line)) for line in answer]
    if question.type == "choice":
        return _option(question, str(answer), label, language)["title"]
    if question.type == "multi_choice":
        return [_option(question, str(a), label, language) for a in answer]
    return answer


def _parted(question: Question, line: str) -> dict[str, str]:
    """A line in its pieces; the last one takes what is over, one that is not there is empty."""
    pieces = PARTED.split(line, maxsplit=len(question.parts) - 1)
    return dict(zip(question.parts, [*pieces, *[""] * len(question.parts)], strict=False))


def _table(
    question: Question, rows: Sequence[Mapping[str, Any]], label: Label, language: str, load: Load
) -> Any:
    """The rows as mappings, or as the data of a chart. An empty cell of words is no words, any other is missing."""
    if question.chart:
        first, *others = question.columns
        return {
            "categories": [str(row.get(first.key, "")) for row in rows],
            "series": [
                {"name": c.called(language), "values": [row.get(c.key) for row in rows]} for c in others
            ],
        }
    return [
        {c.key: _cell(c, row.get(c.key), label, language, load) for c in question.columns} for row in rows
    ]


def _cell(column: Question, value: Any, label: Label, language: str, load: Load) -> Any:
    if value is None:
        return {"text": "", "long_text": "", "choice": "", "list": []}.get(column.type)
    return _said(column, value, label, language, load)


def of_path(values: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path; None when it is not there."""
    found: Any = values
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def reckoned(formula: Any, values: Mapping[str, Any]) -> Any:
    """What a formula of `computed` comes to; None when what it needs is not there.

    {of, times}: a value times a factor. {sum: zones.kwh}: a column added up, {sum: bill.2}: the second series of a
    chart; `by` another column of the same rows to multiply each with, `minus` what is taken off, `times` a factor.
    {rows: zones, most: change} and {rows, least}: the row with the most or the least of a column.
    """
    if not isinstance(formula, Mapping):
        return None
    if "sum" in formula:
        return _sum(formula, values)
    if "rows" in formula:
        return _outstanding(formula, values)
    return _product(formula, values)


def _sum(formula: Mapping[str, Any], values: Mapping[str, Any]) -> int | float | None:
    cells = _column(str(formula["sum"]), values)
    less = _column(str(formula["minus"]), values) if "minus" in formula else []
    times = formula.get("times", 1)
    if "by" in formula:
        table = str(formula["sum"]).rpartition(".")[0]
        cells = [a * b for a, b in zip(cells, _column(f"{table}.{formula['by']}", values), strict=False)]
    if not cells or not _is_number(times):
        return None
    made = (sum(cells) - sum(less)) * Decimal(str(times))
    return int(made) if made == made.to_integral_value() else float(made)


def _column(path: str, values: Mapping[str, Any]) -> list[Decimal]:
    """The numbers of a column; of a chart, of its n-th series (`bill.2`). What is no number counts nothing."""
    table, _dot, column = path.rpartition(".")
    held = of_path(values, table)
    if isinstance(held, Mapping) and column.isdecimal():
        drawn = held.get("series") or []
        cells = drawn[int(column) - 1]["values"] if 0 < int(column) <= len(drawn) else []
    else:
        cells = [row.get(column) for row in held] if isinstance(held, list) else []
    return [Decimal(str(c)) if _is_number(c) else Decimal(0) for c in cells]


def _outstanding(formula: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    rows, by = of_path(values, str(formula["rows"])), str(formula.get("most") or formula.get("least"))
    held = [r for r in rows if _is_number(r.get(by))] if isinstance(rows, list) else []
    if not held:
        return None
    return (max if "most" in formula else min)(held, key=lambda r: r[by])


def _option(question: Question, value: str, label: Label, language: str) -> dict[str, str]:
    for option in question.options:
        if option.value == value:
            english = language == "en"
            title = (option.label_en if english else "") or option.label
            detail = (option.detail_en if english else "") or option.detail
            return {"value": value, "title": title, "detail": detail}
    return {"value": value, "title": label(question.facet, value) if question.facet else value, "detail": ""}


def _product(formula: Any, values: Mapping[str, Any]) -> float | int | None:
    """{of: a value, times: a factor}; None when the value is not there."""
    of, times = values.get(str(formula.get("of"))), formula.get("times", 1)
    if not _is_number(of) or not _is_number(times):
        return None
    made = float(of) * float(times)  # type: ignore[arg-type]
    return round(made) if abs(made) >= 100 else round(made, 2)  # noqa: PLR2004 - cents do not matter above


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def series(manifest: Manifest, values: Mapping[str, Any]) -> dict[str, Any]:
    """The data of native charts: each series a sum of values times factors, divided. A series whose value is missing is
    left out; a chart with none at all is left out.
    """
    made: dict[str, Any] = {}
    for name, chart in manifest.data.items():
        if not isinstance(chart, Mapping):
            continue
        categories = [str(c) for c in chart.get("categories", [])]
        drawn = [_series(s, len(categories), values) for s in chart.get("series", [])]
        kept = [s for s in drawn if s is not None]
        if kept:
            made[name] = {"categories": categories, "series": kept}
    return made


def _series(raw: Any, count: int, values: Mapping[str, Any]) -> dict[str, Any] | None:
    if not isinstance(raw, Mapping):
        return None
    sums = [0.0] * count
    for term in raw.get("sum", []):
        of = values.get(str(term.get("of")))
        factors = term.get("times", [])
        factors = factors if isinstance(factors, Sequence) else [factors] * count
        if not _is_number(of) or len(factors) != count:
            return None
        sums = [s + float(of) * float(f) for s, f in zip(sums, factors, strict=True)]  # type: ignore[arg-type]
    divide = float(raw.get("divide", 1)) or 1.0
    return {"name": str(raw.get("name", "")), "values": [round(s / divide, 2) for s in sums]}


def build(
    manifest: Manifest,
    answers: Mapping[str, Any],
    facts: Facts,
    choice: Choice,
    *,
    label: Label,
    plain: Callable[[str], str],
    load: Load = dict,
) -> dict[str, Any]:
    """All values of a deck. `plain` turns Markdown into words."""
    values = of_answers(manifest, answers, label, load)
    customer = {**facts.customer, **values.get("customer", {})}
    industry = customer.get("industry", "")
    return {
        **values,
        "customer": customer,
        "industry": {"name": industry},
        **{
            name: {**getattr(facts, name), **_mapping(values.get(name))}
            for name in ("seller", "company", "product", "tier", "toolkit")
        },
        "today": facts.today.isoformat(),
        "solution": _solution(choice.solution),
        "cases": [_case(c) for c in choice.cases],
        "faqs": [{"question": f.title, "answer": plain(f.text)} for f in choice.faqs],
        "data": series(manifest, values),
    }


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _solution(source: Source | None) -> dict[str, str]:
    return {"title": source.title, "summary": source.summary} if source else {}


def _case(source: Source) -> dict[str, Any]:
    return {
        "title": source.title,
        "customer": source.customer,
        "summary": source.summary,
        "figures": dict(source.figures),
    }
