"""What a template's tokens stand for: the answers, and what the hub knows of customer, seller and product. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hub.decks.manifest import Manifest, Question
from hub.decks.recipe import Choice, Source

Label = Callable[[str, str], str]  # facet, key -> name


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


def of_answers(manifest: Manifest, answers: Mapping[str, Any], label: Label) -> dict[str, Any]:
    """The answers as values: choices as their names, several choices as {value, title, detail}.

    What options set and what is computed stands beside them. Keys with a dot become nested.
    """
    values: dict[str, Any] = {}
    for question in manifest.questions:
        answer = answers.get(question.key)
        if answer in (None, "", []):
            continue
        _put(values, question.key, _said(question, answer, label, manifest.language))
        chosen = answer if isinstance(answer, list) else [answer]
        for option in question.options:
            if option.value in chosen:
                values.update(option.sets)
    for key, formula in manifest.computed.items():
        worked_out = _product(formula, values)
        if worked_out is not None and key not in values:
            values[key] = worked_out
    return values


def _put(values: dict[str, Any], key: str, value: Any) -> None:
    first, _dot, rest = key.partition(".")
    if not rest:
        values[first] = value
        return
    inner = values.setdefault(first, {})
    if isinstance(inner, dict):
        _put(inner, rest, value)


def _said(question: Question, answer: Any, label: Label, language: str) -> Any:
    if question.type == "choice":
        return _option(question, str(answer), label, language)["title"]
    if question.type == "multi_choice":
        return [_option(question, str(a), label, language) for a in answer]
    return answer


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
    if not isinstance(formula, Mapping):
        return None
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
) -> dict[str, Any]:
    """All values of a deck. `plain` turns Markdown into words."""
    values = of_answers(manifest, answers, label)
    customer = {**facts.customer, **values.get("customer", {})}
    industry = customer.get("industry", "")
    return {
        **values,
        "customer": customer,
        "industry": {"name": industry},
        "seller": dict(facts.seller),
        "company": dict(facts.company),
        "product": dict(facts.product),
        "tier": dict(facts.tier),
        "toolkit": dict(facts.toolkit),
        "today": facts.today.isoformat(),
        "solution": _solution(choice.solution),
        "cases": [_case(c) for c in choice.cases],
        "faqs": [{"question": f.title, "answer": plain(f.text)} for f in choice.faqs],
        "data": series(manifest, values),
    }


def _solution(source: Source | None) -> dict[str, str]:
    return {"title": source.title, "summary": source.summary} if source else {}


def _case(source: Source) -> dict[str, Any]:
    return {
        "title": source.title,
        "customer": source.customer,
        "summary": source.summary,
        "figures": dict(source.figures),
    }
