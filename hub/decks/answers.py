"""The answers to a template's questions: read from a form, checked, kept as JSON. Pure.

An *answer* is a text, a number, an ISO date, the value of an option, or a list of these, under the question's key.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from hub.base.i18n import _
from hub.decks.manifest import Manifest, Question

LONGEST = {"text": 300, "long_text": 5000}
MOST_ITEMS, LONGEST_ITEM = 30, 200
UNITS = {"万": 10_000, "亿": 100_000_000, "k": 1_000, "m": 1_000_000}
NUMBER = re.compile(r"([-+]?\d+(?:\.\d+)?)\s*(万|亿|k|m)?(?:元|人民币|rmb|cny)?", re.IGNORECASE)
MOST = Decimal(10) ** 15
Options = Callable[[Question], Sequence[str]]


def read(manifest: Manifest, given: Callable[[str], Sequence[str]]) -> tuple[dict[str, Any], dict[str, str]]:
    """Answers and what is wrong with them by key, from the texts that a form gives under each key.

    What cannot be read is kept as it was typed, so that nobody types it twice.
    """
    answers: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for question in manifest.questions:
        typed = [t for text in given(question.key) if (t := text.strip())]
        if not typed:
            continue
        try:
            answers[question.key] = _read_one(question, typed)
        except ValueError as error:
            answers[question.key], wrong[question.key] = typed[0][:5000], str(error)
    return answers, wrong


def _read_one(question: Question, typed: list[str]) -> Any:
    text = typed[0]
    if question.type in LONGEST:
        shown = text if question.type == "long_text" else " ".join(text.split())
        return shown[: LONGEST[question.type]]
    if question.type in {"number", "money"}:
        return number(text)
    if question.type == "date":
        return _day(text)
    if question.type == "list":
        lines = [" ".join(line.split())[:LONGEST_ITEM] for line in "\n".join(typed).splitlines()]
        return [line for line in lines if line][:MOST_ITEMS]
    return list(dict.fromkeys(typed)) if question.type == "multi_choice" else text


def number(text: str) -> int | float:
    """The number a person typed: 1,200,000, 43 万, ¥1.2 亿. ValueError when it is none."""
    plain = text.replace(",", "").replace("，", "").replace(" ", "").strip().lstrip("¥￥")
    match = NUMBER.fullmatch(plain)
    if match is None:
        raise ValueError(_("这里要填数字，例如 430000 或 43 万。"))
    try:
        amount = Decimal(match[1]) * UNITS.get((match[2] or "").lower(), 1)
    except InvalidOperation:
        raise ValueError(_("这里要填数字，例如 430000 或 43 万。")) from None
    if abs(amount) > MOST:
        raise ValueError(_("这个数字太大了，请看看是不是多打了几位。"))
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _day(text: str) -> str:
    match = re.fullmatch(r"(\d{4})\D{1,2}(\d{1,2})\D{1,2}(\d{1,2})\D?", text)
    try:
        return date(*(int(g) for g in match.groups())).isoformat() if match else _no_day()
    except ValueError:
        raise ValueError(_("这里要填日期，例如 2026-11-22。")) from None


def _no_day() -> str:
    raise ValueError


def defaults(manifest: Manifest, today: date) -> dict[str, Any]:
    """The answers that stand before anybody has said anything."""
    made = {q.key: q.default for q in manifest.questions if q.default is not None}
    return {k: today.isoformat() if v == "today" else v for k, v in made.items()}


def faults(manifest: Manifest, answers: Mapping[str, Any], options: Options) -> dict[str, str]:
    """What still keeps a deck from being made, by question key."""
    found: dict[str, str] = {}
    for question in manifest.questions:
        said = _fault(question, answers.get(question.key), options)
        if said:
            found[question.key] = said
    return found


def _fault(question: Question, answer: Any, options: Options) -> str:
    if answer in (None, "", []):
        return _("这一项必填。") if question.required else ""
    if question.type in {"number", "money"} and not isinstance(answer, (int, float)):
        return _("这里要填数字，例如 430000 或 43 万。")
    if question.type in {"choice", "multi_choice"}:
        return _wrong_choice(question, answer if isinstance(answer, list) else [answer], options)
    if question.type == "date":
        try:
            date.fromisoformat(str(answer))
        except ValueError:
            return _("这里要填日期，例如 2026-11-22。")
    return ""


def _wrong_choice(question: Question, chosen: Sequence[Any], options: Options) -> str:
    known = set(options(question))
    if any(c not in known for c in chosen):
        return _("选的这一项已经不在列表里，请重选。")
    if question.type == "multi_choice" and len(chosen) < question.least:
        return _("至少选 %(n)s 项。") % {"n": question.least}
    if question.most is not None and len(chosen) > question.most:
        return _("最多选 %(n)s 项。") % {"n": question.most}
    return ""
